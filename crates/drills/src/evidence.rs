//! What a run has shown: a line for people, and a line of JSON that is kept in `evidence/`, with
//! the seed, the commit and the date.

use std::io::Write as _;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use serde_json::{Map, Value, json};

/// The figures of one run, in the order in which they were told.
pub struct Evidence {
    name: &'static str,
    began: Instant,
    figures: Map<String, Value>,
    wrong: Vec<String>,
}

impl Evidence {
    pub fn of(name: &'static str) -> Evidence {
        Evidence {
            name,
            began: Instant::now(),
            figures: Map::new(),
            wrong: Vec::new(),
        }
    }

    pub fn tell(&mut self, figure: &str, value: impl Into<Value>) {
        self.figures.insert(figure.to_owned(), value.into());
    }

    /// Something that must not be. The run goes on, and fails at its end.
    pub fn wrong(&mut self, what: impl Into<String>) {
        let what = what.into();
        say(&format!("NOT AS PROMISED: {what}"));
        self.wrong.push(what);
    }

    pub fn holds(&self) -> bool {
        self.wrong.is_empty()
    }

    /// Prints the line, keeps the other, and fails if anything was wrong.
    pub fn close(self) -> anyhow::Result<()> {
        let seconds = (self.began.elapsed().as_secs_f64() * 10.0).round() / 10.0;
        let told: Vec<String> = self.figures.iter().map(as_words).collect();
        say(&format!(
            "{}: {}; {} violations; {seconds} s",
            self.name,
            told.join(", "),
            self.wrong.len()
        ));
        let line = json!({
            "drill": self.name,
            "commit": git(&["describe", "--always", "--dirty", "--abbrev=12"]),
            "date": jiff_now(),
            "profile": profile(),
            "seconds": seconds,
            "figures": self.figures,
            "violations": self.wrong,
        });
        // The small ones of every day, with the debug build, are no evidence.
        if profile().as_deref() != Some("debug") {
            std::fs::create_dir_all("evidence")?;
            let path = format!("evidence/{}.jsonl", self.name);
            let mut file = std::fs::OpenOptions::new()
                .append(true)
                .create(true)
                .open(&path)
                .with_context(|| path.clone())?;
            writeln!(file, "{line}")?;
        }
        ensure!(
            self.wrong.is_empty(),
            "{} things were not as promised; the first: {}",
            self.wrong.len(),
            self.wrong[0]
        );
        Ok(())
    }
}

fn as_words((figure, value): (&String, &Value)) -> String {
    match value.as_str() {
        Some(text) => format!("{figure} {text}"),
        None => format!("{figure} {value}"),
    }
}

fn git(arguments: &[&str]) -> Option<String> {
    let said = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(said.stdout).ok()?;
    Some(text.trim().to_owned())
}

/// Which build of the product was used: the folder that both programs lie in.
fn profile() -> Option<String> {
    let here = std::env::current_exe().ok()?;
    let folder = here.parent()?.file_name()?;
    Some(folder.to_string_lossy().into_owned())
}

#[expect(clippy::disallowed_methods, reason = "a run has its date")]
fn jiff_now() -> String {
    jiff::Timestamp::now().strftime("%FT%TZ").to_string()
}

/// A line for the person at the terminal.
pub fn say(words: &str) {
    demo::say(words);
}

/// The middle and the slow end of what was measured, in milliseconds.
pub fn percentile(measured: &[u128], percent: usize) -> u64 {
    let mut sorted = measured.to_vec();
    sorted.sort_unstable();
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    let found = sorted.get(at).copied().unwrap_or(0);
    u64::try_from(found).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_those_measured() {
        let measured: Vec<u128> = (1..=200).rev().collect();
        assert_eq!(percentile(&measured, 50), 100);
        assert_eq!(percentile(&measured, 99), 198);
        assert_eq!(percentile(&measured, 100), 200);
        assert_eq!(percentile(&[], 99), 0);
    }
}
