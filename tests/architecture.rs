//! The rules of the house that the compiler doesn't know, checked over the sources: who may speak
//! SQL, who may speak to the outside, who may know Zoom, and which files only compute.
//!
//! Reads text, not syntax: a word in a string counts. Tests may do as they like.

use std::path::Path;
use std::{fs, io};

/// A file's path below `src/` and its text, as far as it is the product's.
type Source = (String, String);

/// The files that take values and give values, wherever they lie.
const PURE: [&str; 21] = [
    "accent", "backoff", "csv", "explain", "fault", "filter", "hosting", "hours", "ics", "marker",
    "plan", "reason", "redact", "render", "rules", "slots", "text", "webhook", "when", "why",
    "zone",
];

#[test]
fn only_store_files_speak_sql() {
    assert_eq!(sql_outside_store(&product()), [""; 0]);
    let bad = planted(
        "booking/book.rs",
        "async fn f() { sql(\"DELETE FROM x\").run(tx) }",
    );
    assert_eq!(sql_outside_store(&bad), ["booking/book.rs: sql("]);
}

#[test]
fn only_a_few_files_speak_to_the_outside() {
    assert_eq!(ways_out(&product()), [""; 0]);
    let bad = planted(
        "accounts/pages.rs",
        "use lettre::transport::smtp; fn f(c: &reqwest::Client) {}",
    );
    let named = [
        "accounts/pages.rs: reqwest",
        "accounts/pages.rs: lettre::transport",
    ];
    assert_eq!(ways_out(&bad), named);
}

#[test]
fn booking_does_not_know_that_zoom_exists() {
    assert_eq!(zoom_in_booking(&product()), [""; 0]);
    let bad = planted(
        "booking/cancel.rs",
        "match at { Location::Zoom => delete_zoom_meeting() }",
    );
    assert_eq!(zoom_in_booking(&bad), ["booking/cancel.rs: zoom"]);
}

#[test]
fn pure_files_neither_wait_nor_hold_the_app() {
    assert_eq!(impure(&product()), [""; 0]);
    let bad = planted("availability/slots.rs", "pub async fn offers(app: &App) {}");
    let named = ["availability/slots.rs: async", "availability/slots.rs: App"];
    assert_eq!(impure(&bad), named);
}

#[test]
fn a_migration_since_the_second_only_adds() {
    // A process of the release before goes on with the new tables while the others are restarted.
    assert_eq!(narrowing(&migrations()), [""; 0]);
    let bad = [(
        "0099_x.sql".to_owned(),
        "-- DROP TABLE a\nALTER TABLE b ADD COLUMN c BIGINT NOT NULL;\nDROP INDEX d;\n\
         ALTER TABLE e RENAME COLUMN f TO g;\nALTER TABLE h ADD COLUMN i TEXT NOT NULL DEFAULT '';"
            .to_owned(),
    )];
    let found = narrowing(&bad);
    assert_eq!(
        found,
        [
            "0099_x.sql: ALTER TABLE b ADD COLUMN c BIGINT NOT NULL",
            "0099_x.sql: ALTER TABLE e RENAME COLUMN f TO g"
        ]
    );
}

#[test]
fn the_rules_are_about_files_that_exist() {
    let sources = product();
    for name in PURE {
        assert!(
            sources.iter().any(|(path, _)| stem(path) == name),
            "no file is called {name}.rs"
        );
    }
}

fn sql_outside_store(sources: &[Source]) -> Vec<String> {
    // What has no feature's table behind it: the installation's own row, counters, "is it there?".
    let may = ["installation.rs", "web/limit.rs", "server.rs"];
    found(
        sources,
        |path| stem(path) != "store" && !path.starts_with("db/") && !may.contains(&path),
        &["sql(", "sql_by(", "sqlx"],
    )
}

fn ways_out(sources: &[Source]) -> Vec<String> {
    found(
        sources,
        |path| {
            !path.starts_with("conferencing/zoom/")
                && path != "http.rs"
                && path != "telemetry/collector.rs"
                && path != "mail/transport.rs"
        },
        &["reqwest", "lettre::transport", "AsyncTransport"],
    )
}

/// A location may be called Zoom; nothing else in there may, not even in part of a name.
fn zoom_in_booking(sources: &[Source]) -> Vec<String> {
    sources
        .iter()
        .filter(|(path, _)| path.starts_with("booking/"))
        .filter(|(_, text)| {
            code(text).any(|line| {
                let line = line.replace("Location::Zoom", "").to_lowercase();
                line.contains("zoom")
            })
        })
        .map(|(path, _)| format!("{path}: zoom"))
        .collect()
}

fn impure(sources: &[Source]) -> Vec<String> {
    found(
        sources,
        |path| PURE.contains(&stem(path)),
        &["async", "await", "App"],
    )
}

/// Statements after which an older process would fail: something it uses is gone, has another name,
/// or must be given though it does not know it.
fn narrowing(migrations: &[(String, String)]) -> Vec<String> {
    let mut found = Vec::new();
    for (name, text) in migrations {
        if name.as_str() < "0003" {
            continue;
        }
        let words: String = code_of_sql(text);
        for statement in words.split(';') {
            let said = statement.split_whitespace().collect::<Vec<_>>().join(" ");
            let adds_duty = said.contains("ADD COLUMN")
                && said.contains("NOT NULL")
                && !said.contains("DEFAULT");
            let takes = [
                "DROP TABLE",
                "DROP COLUMN",
                " RENAME ",
                "SET NOT NULL",
                " TYPE ",
            ];
            if adds_duty || takes.iter().any(|it| said.contains(it)) {
                found.push(format!("{name}: {said}"));
            }
        }
    }
    found
}

fn code_of_sql(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.split("--").next().unwrap_or(""));
    lines.collect::<Vec<_>>().join("\n")
}

fn migrations() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let read = || -> io::Result<Vec<(String, String)>> {
        let files = fs::read_dir(folder)?.map(|file| {
            let path = file?.path();
            Ok((path.display().to_string(), fs::read_to_string(&path)?))
        });
        files.collect()
    };
    let mut found = read().expect("the migrations can be read");
    for (name, _) in &mut found {
        *name = name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    found.sort();
    assert!(found.len() > 5);
    found
}

/// Which of these words are in which of the files that are meant.
fn found(sources: &[Source], meant: impl Fn(&str) -> bool, words: &[&str]) -> Vec<String> {
    sources
        .iter()
        .filter(|(path, _)| meant(path))
        .flat_map(|(path, text)| {
            words
                .iter()
                .filter(|word| says(text, word))
                .map(move |word| format!("{path}: {word}"))
        })
        .collect()
}

/// Whole words only, so that `App` is not found in `Appearance`.
fn says(text: &str, word: &str) -> bool {
    let ends_a_name = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
    let opens = word.ends_with('(');
    code(text).any(|line| {
        line.match_indices(word).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let after = line[at + word.len()..].chars().next();
            ends_a_name(before) && (opens || ends_a_name(after))
        })
    })
}

/// The lines that aren't comments.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".rs").unwrap_or(name)
}

fn planted(path: &str, text: &str) -> Vec<Source> {
    vec![(path.to_owned(), text.to_owned())]
}

/// Every file below `src/` without its tests.
fn product() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    read(&root, &root, &mut sources).expect("the sources can be read");
    assert!(sources.len() > 50, "only {} files found", sources.len());
    sources
}

fn read(root: &Path, folder: &Path, sources: &mut Vec<Source>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy();
        if path.is_dir() {
            if name != "testing" && !holds_tests(&name) {
                read(root, &path, sources)?;
            }
        } else if name.ends_with(".rs") && !holds_tests(&name) {
            let text = fs::read_to_string(&path)?;
            let tests = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
            sources.push((name.into_owned(), text[..tests].to_owned()));
        }
    }
    Ok(())
}

/// `tests.rs`, a folder of that name, or `host_tests.rs`.
fn holds_tests(name: &str) -> bool {
    stem(name) == "tests" || stem(name).ends_with("_tests")
}
