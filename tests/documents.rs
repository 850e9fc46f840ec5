//! Documents that name tests name tests that exist.

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

fn rows(document: &str) -> Vec<&str> {
    let is_row = |line: &&str| line.starts_with("| ") && !line.starts_with("| It says");
    document.lines().filter(is_row).collect()
}

#[test]
fn what_the_zoom_page_promises_is_proven_by_tests_that_exist() {
    let document = text("docs/ZOOM_PAGE.md");
    let rows = rows(&document);
    assert!(rows.len() > 30, "{}", rows.len());
    for row in rows {
        let proofs = proofs(row);
        assert!(!proofs.is_empty(), "{row}");
        for (file, name) in proofs {
            let source = text(&format!("src/{file}"));
            let source: Vec<&str> = source.lines().map(str::trim).collect();
            let source = source.join("\n");
            let is_there = source.contains(&format!("#[test]\nfn {name}()"))
                || source.contains(&format!("#[tokio::test]\nasync fn {name}()"));
            assert!(is_there, "{file} has no test {name}");
        }
    }
}
