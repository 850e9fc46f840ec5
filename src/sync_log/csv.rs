//! Rows as RFC 4180 has them, for spreadsheet programs. Pure.
//!
//! Invitees choose what stands in some of the cells, and spreadsheet programs run what looks like a
//! formula: such a cell gets an apostrophe in front.

/// Without it spreadsheet programs don't take the file for UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// One line with its end.
pub fn line<T: AsRef<str>>(cells: &[T]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell_of(cell.as_ref())).collect();
    format!("{}\r\n", cells.join(","))
}

fn cell_of(text: &str) -> String {
    let is_formula = text
        .trim_start_matches(' ')
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let text = if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let cells = ["plain", "a,b", "say \"hi\"", "two\r\nlines", "", "Gödel"];
        assert_eq!(
            line(&cells),
            "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\",,Gödel\r\n"
        );
    }

    #[test]
    fn nothing_is_run_as_a_formula() {
        for bad in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1"] {
            let line = line(&[bad]);
            assert!(line.trim_start_matches('"').starts_with('\''), "{line:?}");
        }
        assert_eq!(
            line(&["=HYPERLINK(\"http://evil.example\",\"x\")"]),
            "\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"x\"\")\"\r\n"
        );
    }
}
