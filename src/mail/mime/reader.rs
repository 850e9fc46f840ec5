//! A small reader of mails for tests, written from the RFCs and not from what writes them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A mail or a part of one.
#[derive(Clone, Debug)]
pub struct Part {
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub parts: Vec<Part>,
}

impl Part {
    pub fn read(bytes: &[u8]) -> Part {
        let text = std::str::from_utf8(bytes).unwrap();
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        assert_eq!(text.matches('\r').count(), text.matches("\r\n").count());
        Part::of(text)
    }

    fn of(text: &str) -> Part {
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in head.split("\r\n") {
            assert!(line.is_ascii(), "{line}");
            if line.starts_with([' ', '\t']) {
                headers.last_mut().unwrap().1.push_str(line);
            } else {
                let (name, value) = line.split_once(": ").unwrap();
                headers.push((name.to_owned(), value.to_owned()));
            }
        }
        let mut part = Part {
            headers,
            body: String::new(),
            parts: Vec::new(),
        };
        if let Some(boundary) = part.boundary() {
            let whole = format!("\r\n{body}");
            let (inner, after) = whole.split_once(&format!("\r\n--{boundary}--")).unwrap();
            assert_eq!(after.trim(), "");
            part.parts = inner
                .split(&format!("\r\n--{boundary}\r\n"))
                .skip(1)
                .map(Part::of)
                .collect();
        } else {
            part.body = match part.header("Content-Transfer-Encoding").unwrap() {
                "7bit" => body.to_owned(),
                "base64" => {
                    let joined: String = body.split_whitespace().collect();
                    String::from_utf8(STANDARD.decode(joined).unwrap()).unwrap()
                }
                "quoted-printable" => unquoted(body),
                other => panic!("encoded as {other}"),
            };
        }
        part
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(n, _)| n == name);
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} stands there twice");
        value
    }

    /// A header as people read it: encoded words decoded.
    pub fn words(&self, name: &str) -> String {
        let mut out = String::new();
        let mut rest = self.header(name).unwrap_or_default();
        let mut after_encoded = false;
        while let Some(at) = rest.find("=?utf-8?b?") {
            let gap = &rest[..at];
            if !(after_encoded && gap.trim().is_empty()) {
                out.push_str(gap);
            }
            let (word, tail) = rest[at + 10..].split_once("?=").unwrap();
            out.push_str(&String::from_utf8(STANDARD.decode(word).unwrap()).unwrap());
            rest = tail;
            after_encoded = true;
        }
        out.push_str(rest);
        out
    }

    pub fn kind(&self) -> String {
        let kind = self.header("Content-Type").unwrap();
        kind.split("; boundary").next().unwrap().to_owned()
    }

    /// The parts as an outline, one line each.
    pub fn outline(&self) -> String {
        fn walk(part: &Part, depth: usize, out: &mut String) {
            let disposition = part.header("Content-Disposition").unwrap_or("");
            let line = format!("{}{} {disposition}", "  ".repeat(depth), part.kind());
            out.push_str(line.trim_end());
            out.push('\n');
            for inner in &part.parts {
                walk(inner, depth + 1, out);
            }
        }
        let mut out = String::new();
        walk(self, 0, &mut out);
        out
    }

    /// The first part of this kind, at any depth.
    pub fn find(&self, kind: &str) -> Option<&Part> {
        if self.kind().starts_with(kind) {
            return Some(self);
        }
        self.parts.iter().find_map(|part| part.find(kind))
    }

    fn boundary(&self) -> Option<String> {
        let kind = self.header("Content-Type")?;
        let (_, boundary) = kind.split_once("boundary=\"")?;
        Some(boundary.trim_end_matches('"').to_owned())
    }
}

fn unquoted(text: &str) -> String {
    let joined = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        if *first == b'=' {
            let hex = std::str::from_utf8(&tail[..2]).unwrap();
            bytes.push(u8::from_str_radix(hex, 16).unwrap());
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).unwrap()
}
