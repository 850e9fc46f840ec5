//! What `strace` wrote down, and the files it makes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use rand::RngExt as _;
use rand::rngs::StdRng;

const SECTOR: usize = 512;

/// One call that a disk has to do with, and when.
pub enum Step {
    Begun(Files),
    Write {
        at: f64,
        file: PathBuf,
        offset: usize,
        bytes: Vec<u8>,
    },
    Cut {
        at: f64,
        file: PathBuf,
        len: usize,
    },
    Sync {
        at: f64,
        file: PathBuf,
    },
    Gone {
        at: f64,
        file: PathBuf,
    },
}

impl Step {
    pub fn at(&self) -> f64 {
        match self {
            Step::Begun(_) => 0.0,
            Step::Write { at, .. }
            | Step::Cut { at, .. }
            | Step::Sync { at, .. }
            | Step::Gone { at, .. } => *at,
        }
    }
}

/// Each file: what is on the disk for good, and what was done to it since.
#[derive(Clone, Default)]
pub struct Files(BTreeMap<PathBuf, File>);

#[derive(Clone, Default)]
struct File {
    durable: Option<Vec<u8>>,
    since: Vec<Change>,
}

#[derive(Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Cut(usize),
}

impl Files {
    /// The database's files as they lie there, at rest.
    pub fn as_they_are(folder: &Path) -> anyhow::Result<Files> {
        let mut files = BTreeMap::new();
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if is_of_the_database(&path) {
                let durable = Some(std::fs::read(&path)?);
                let since = Vec::new();
                files.insert(named(&path), File { durable, since });
            }
        }
        Ok(Files(files))
    }

    pub fn take(&mut self, step: &Step) {
        match step {
            Step::Begun(files) => self.clone_from(files),
            Step::Write {
                file,
                offset,
                bytes,
                ..
            } => self.changes(file, Change::Write(*offset, bytes.clone())),
            Step::Cut { file, len, .. } => self.changes(file, Change::Cut(*len)),
            Step::Sync { file, .. } => {
                let file = self.0.entry(file.clone()).or_default();
                let mut bytes = file.durable.take().unwrap_or_default();
                file.since
                    .drain(..)
                    .for_each(|change| change.apply(&mut bytes));
                file.durable = Some(bytes);
            }
            Step::Gone { file, .. } => drop(self.0.remove(file)),
        }
    }

    fn changes(&mut self, file: &Path, change: Change) {
        self.0
            .entry(file.to_owned())
            .or_default()
            .since
            .push(change);
    }

    /// What was not synced is lost; or, by chance, some of it is there, down to single sectors.
    pub fn lose_power(&mut self, mut chance: Option<&mut StdRng>) {
        for file in self.0.values_mut() {
            let since = std::mem::take(&mut file.since);
            let Some(chance) = chance.as_deref_mut() else {
                continue;
            };
            let bytes = file.durable.get_or_insert_default();
            for change in since {
                match change {
                    Change::Cut(len) if chance.random() => Change::Cut(len).apply(bytes),
                    Change::Cut(_) => {}
                    Change::Write(offset, written) => {
                        let sectors = written.chunks(SECTOR).enumerate();
                        for (number, sector) in sectors.filter(|_| chance.random()) {
                            let at = offset + number * SECTOR;
                            Change::Write(at, sector.to_vec()).apply(bytes);
                        }
                    }
                }
            }
        }
    }

    pub fn write_to(&self, folder: &Path) -> anyhow::Result<()> {
        std::fs::create_dir_all(folder)?;
        for (name, file) in &self.0 {
            if let Some(bytes) = &file.durable {
                std::fs::write(folder.join(name), bytes)?;
            }
        }
        Ok(())
    }
}

impl Change {
    fn apply(self, bytes: &mut Vec<u8>) {
        match self {
            Change::Cut(len) => bytes.resize(len, 0),
            Change::Write(offset, written) => {
                let end = offset + written.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[offset..end].copy_from_slice(&written);
            }
        }
    }
}

/// The database and its log; the index beside them is made anew.
fn is_of_the_database(path: &Path) -> bool {
    let name = named(path);
    name == Path::new("42min.sqlite") || name == Path::new("42min.sqlite-wal")
}

fn named(path: &Path) -> PathBuf {
    path.file_name().map(PathBuf::from).unwrap_or_default()
}

/// Lines like `4242 1764109999.123456 pwrite64(11</tmp/x/42min.sqlite-wal>, "\x37…", 24, 0) = 24`.
/// A call that was interrupted by another thread's stands on two lines; it counts where it ends.
///
/// Killing the process can wake `strace` at the end of a call that never came to one. It then reads
/// what it noted at the call's beginning as the answer, and prints an error without a name: such a
/// call has begun and not ended, and doesn't count.
pub fn read(text: &str) -> anyhow::Result<Vec<Step>> {
    let mut open: BTreeMap<&str, String> = BTreeMap::new();
    let mut steps = Vec::new();
    for line in text.lines() {
        let Some((thread, rest)) = line.split_once(' ') else {
            continue;
        };
        let Some((at, call)) = rest.trim_start().split_once(' ') else {
            continue;
        };
        if let Some(begun) = call.strip_suffix(" <unfinished ...>") {
            open.insert(thread, begun.to_owned());
            continue;
        }
        let whole = match call.split_once(" resumed>") {
            Some((_, end)) => open.remove(thread).unwrap_or_default() + end,
            None => call.to_owned(),
        };
        let at: f64 = at
            .parse()
            .with_context(|| format!("the time of {thread}"))?;
        steps.extend(step(at, &whole)?);
    }
    Ok(steps)
}

fn step(at: f64, call: &str) -> anyhow::Result<Option<Step>> {
    let Some((name, rest)) = call.split_once('(') else {
        return Ok(None);
    };
    if name == "unlink" {
        let path = rest.split('"').nth(1).unwrap_or_default();
        let file = PathBuf::from(String::from_utf8(unescaped(path)?)?);
        let gone = is_of_the_database(&file) && call.ends_with("= 0");
        return Ok(gone.then(|| Step::Gone {
            at,
            file: named(&file),
        }));
    }
    let path = rest
        .split('<')
        .nth(1)
        .and_then(|path| path.split('>').next());
    let file = PathBuf::from(String::from_utf8(unescaped(path.unwrap_or_default())?)?);
    if !is_of_the_database(&file) {
        return Ok(None);
    }
    let (arguments, answer) = rest.rsplit_once(") = ").with_context(|| name.to_owned())?;
    if answer.starts_with("-1 (errno ") {
        return Ok(None);
    }
    ensure!(!answer.starts_with('-'), "{name} failed: {answer}");
    let file = named(&file);
    let number = |from_end: usize| -> anyhow::Result<usize> {
        let argument = arguments.rsplit(", ").nth(from_end).unwrap_or_default();
        argument
            .trim()
            .parse()
            .with_context(|| format!("{name}: {argument}"))
    };
    Ok(match name {
        "pwrite64" => {
            let text = arguments.split('"').nth(1).unwrap_or_default();
            let bytes = unescaped(text)?;
            ensure!(
                bytes.len() == number(1)?,
                "a write was not written down whole"
            );
            let offset = number(0)?;
            Some(Step::Write {
                at,
                file,
                offset,
                bytes,
            })
        }
        "ftruncate" => Some(Step::Cut {
            at,
            file,
            len: number(0)?,
        }),
        "fsync" | "fdatasync" => Some(Step::Sync { at, file }),
        _ => None,
    })
}

/// `\x2f\x74` as bytes; what isn't escaped stands for itself.
fn unescaped(text: &str) -> anyhow::Result<Vec<u8>> {
    if !text.contains("\\x") {
        return Ok(text.as_bytes().to_vec());
    }
    text.split("\\x")
        .skip(1)
        .map(|digits| u8::from_str_radix(digits, 16).context("no byte"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "\
7 10.5 pwrite64(9</d/42min.sqlite-wal>, \"\\x61\\x62\", 2, 0) = 2
7 11.0 pwrite64(9</d/42min.sqlite-wal>, \"\\x63\", 1, 2 <unfinished ...>
8 11.1 fsync(4</d/other>) = 0
7 11.2 <... pwrite64 resumed>) = 1
7 12.0 fdatasync(9</d/42min.sqlite-wal>) = 0
7 13.0 pwrite64(9</d/42min.sqlite-wal>, \"\\x7a\", 1, 0) = 1
7 14.0 ftruncate(8</d/42min.sqlite>, 3) = 0
";

    fn after(count: usize) -> Files {
        let mut files = Files::default();
        for step in &read(TRACE).unwrap()[..count] {
            files.take(step);
        }
        files
    }

    #[test]
    fn only_what_was_synced_outlives_the_power() {
        let wal = Path::new("42min.sqlite-wal");
        let mut before = after(2);
        before.lose_power(None);
        assert_eq!(before.0[wal].durable, None);
        let mut synced = after(5);
        synced.lose_power(None);
        assert_eq!(synced.0[wal].durable.as_deref(), Some(&b"abc"[..]));
        assert_eq!(synced.0[Path::new("42min.sqlite")].durable, None);
    }

    #[test]
    fn a_call_cut_off_by_the_kill_has_no_end_and_a_failed_one_is_told() {
        let write = "7 15.0 pwrite64(9</d/42min.sqlite-wal>, \"\\x61\", 1, 0)";
        let killed = format!(
            "{write} = -1 (errno 18446744073709551598)\n7 15.1 +++ killed by SIGKILL +++\n"
        );
        assert_eq!(read(&killed).unwrap().len(), 0);
        let failed = format!("{write} = -1 EIO (Input/output error)\n");
        assert!(read(&failed).is_err());
    }

    #[test]
    fn a_call_on_two_lines_counts_where_it_ends() {
        let at: Vec<f64> = read(TRACE).unwrap().iter().map(Step::at).collect();
        assert_eq!(at, [10.5, 11.2, 12.0, 13.0, 14.0]);
    }
}
