//! Documents that name tests name tests that exist; the package names files that do.

use std::fs;
use std::path::Path;

fn text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The `file.rs::test` that a row names.
fn proofs(row: &str) -> Vec<(&str, &str)> {
    row.split('`')
        .filter_map(|quoted| quoted.split_once("::"))
        .collect()
}

fn rows<'a>(document: &'a str, begin: &str) -> Vec<&'a str> {
    let is_row = |line: &&str| line.starts_with(begin) && !line.starts_with("| It says");
    document.lines().filter(is_row).collect()
}

/// Each row names a proof, and each proof is there.
fn all_proven(document: &str, begin: &str, least: usize) {
    let document = text(document);
    let rows = rows(&document, begin);
    assert!(rows.len() >= least, "{}", rows.len());
    for row in rows {
        assert!(row.contains(".rs"), "{row}");
        for (file, name) in proofs(row) {
            let source = text(&format!("src/{file}"));
            let source: Vec<&str> = source.lines().map(str::trim).collect();
            let source = source.join("\n");
            let is_there = source.contains(&format!("#[test]\nfn {name}()"))
                || source.contains(&format!("#[tokio::test]\nasync fn {name}()"));
            assert!(is_there, "{file} has no test {name}");
        }
    }
}

#[test]
fn what_the_zoom_page_promises_is_proven_by_tests_that_exist() {
    all_proven("docs/ZOOM_PAGE.md", "| ", 31);
}

#[test]
fn what_is_promised_of_reliability_is_proven_by_tests_that_exist() {
    all_proven("docs/RELIABILITY.md", "| I-", 23);
}

/// What is built by `bin/release-check` aside.
#[test]
fn the_package_takes_files_that_are_there() {
    let cargo = text("Cargo.toml");
    let (_, assets) = cargo.split_once("assets = [").expect("there is a package");
    let (assets, _) = assets.split_once("\n]").expect("its list ends");
    let sources = assets.lines().filter_map(|line| line.split('"').nth(1));
    let ours: Vec<&str> = sources
        .filter(|path| !path.starts_with("target/") && !path.contains('*'))
        .collect();
    assert!(ours.len() >= 6, "{ours:?}");
    for path in ours {
        assert!(!text(path).is_empty(), "{path} is empty");
    }
}
