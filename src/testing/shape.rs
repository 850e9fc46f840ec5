//! What goes out, read back: pages, mails, calendars and JSON, each as its shape (elements,
//! headers, parts, properties, keys) and what it says. Words of people may change only the latter.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use html5gum::emitters::default::DefaultEmitter;
use html5gum::{HtmlString, Token, Tokenizer};
use serde_json::Value;
use url::Url;

use crate::mail::mime::reader::Part;

/// One thing that went out.
#[derive(Clone, Debug, Default)]
pub struct Read {
    pub shape: Vec<String>,
    pub says: Vec<String>,
}

/// Attributes that are ours, value and all.
const OURS: [&str; 7] = ["class", "for", "id", "method", "name", "role", "type"];

pub fn html(text: &str) -> Read {
    // Where a line may end depends on the words, and says nothing.
    let text = &text.replace("<wbr>", "");
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut read = Read::default();
    let (mut is_script, mut is_noscript) = (false, false);
    for token in Tokenizer::new_with_emitter(text, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let name = utf8(&tag.name);
                is_script = name == "script";
                is_noscript = name == "noscript";
                let mut shape = format!("<{name}");
                for (key, value) in &tag.attributes {
                    let (key, value) = (utf8(key), utf8(value));
                    shape.push_str(&match key.as_str() {
                        "href" | "src" | "action" => format!(" {key}={}", address(&value)),
                        ours if OURS.contains(&ours) => format!(" {key}={value}"),
                        other => format!(" {other}"),
                    });
                    read.says.push(value);
                }
                read.shape.push(shape);
            }
            Token::EndTag(tag) => {
                (is_script, is_noscript) = (false, false);
                read.shape.push(format!("</{}", utf8(&tag.name)));
            }
            Token::String(words) if is_script => {
                let value = serde_json::from_str(&utf8(&words)).expect("a script is JSON");
                read.json(&value, "script");
            }
            // Browsers without scripts read on in there.
            Token::String(words) if is_noscript => read.take(html(&utf8(&words))),
            Token::String(words) => read.says.push(utf8(&words)),
            Token::Comment(_) => read.shape.push("a comment".to_owned()),
            Token::Doctype(_) => read.shape.push("a doctype".to_owned()),
            Token::Error(_) => {}
        }
    }
    read
}

fn utf8(text: &HtmlString) -> String {
    String::from_utf8(text.to_vec()).unwrap()
}

/// A link without what people said: its scheme and host, and the names in its query.
fn address(link: &str) -> String {
    let here = Url::parse("http://meet.test").unwrap();
    let Ok(url) = here.join(link) else {
        return "no address".to_owned();
    };
    let names: Vec<String> = url
        .query_pairs()
        .map(|(name, _)| name.into_owned())
        .collect();
    let parts = url.path().split('/').count();
    let host = url.host_str().unwrap_or_default();
    format!("{}:{host}/{parts}?{}", url.scheme(), names.join("&"))
}

pub fn json(text: &str) -> Read {
    let mut read = Read::default();
    read.json(&serde_json::from_str(text).expect("it is JSON"), "");
    read
}

/// A table's cells, and how many there are in each line.
pub fn csv(text: &str) -> Read {
    let mut read = Read::default();
    let (mut cell, mut cells, mut in_quotes) = (String::new(), 0, false);
    let mut letters = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if in_quotes && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => in_quotes = !in_quotes,
            letter if in_quotes => cell.push(letter),
            ',' | '\n' => {
                assert!(
                    !cell.trim_start().starts_with(['=', '+', '-', '@']),
                    "a formula: {cell}"
                );
                read.says.push(std::mem::take(&mut cell));
                cells += 1;
                if letter == '\n' {
                    read.shape.push(format!("{cells} cells"));
                    cells = 0;
                }
            }
            '\r' => assert_eq!(letters.peek(), Some(&'\n')),
            letter => cell.push(letter),
        }
    }
    read
}

/// A calendar's lines, unfolded: each property with its parameters' names.
pub fn ics(text: &str) -> Read {
    let mut read = Read::default();
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    assert_eq!(text.matches('\r').count(), text.matches("\r\n").count());
    assert!(text.split("\r\n").all(|line| line.len() <= 75));
    for line in text.replace("\r\n ", "").split_terminator("\r\n") {
        let (name, value) = property(line);
        read.shape.push(name);
        read.says.push(unescaped(value));
    }
    read
}

/// "ATTENDEE;CN" and the value, split at the first colon that is not in quotes.
fn property(line: &str) -> (String, &str) {
    let mut name = String::new();
    let (mut in_quotes, mut in_name) = (false, true);
    for (at, letter) in line.char_indices() {
        match letter {
            '"' => in_quotes = !in_quotes,
            ':' if !in_quotes => return (name, &line[at + 1..]),
            ';' if !in_quotes => {
                in_name = true;
                name.push(';');
            }
            '=' if in_name => in_name = false,
            letter if in_name => name.push(letter),
            _ => {}
        }
    }
    panic!("no property: {line}")
}

fn unescaped(value: &str) -> String {
    let mut text = String::new();
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n') => text.push('\n'),
                other => text.extend(other),
            },
            _ => text.push(letter),
        }
    }
    text
}

/// A mail with all its parts.
pub fn mail(bytes: &[u8]) -> Read {
    let mut read = Read::default();
    read.part(&Part::read(bytes));
    read
}

impl Read {
    fn json(&mut self, value: &Value, at: &str) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.json(value, &format!("{at}.{name}"));
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.json(item, at)),
            Value::String(words) => {
                self.shape.push(format!("{at} is words"));
                self.says.push(words.clone());
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {
                self.shape.push(format!("{at} is {value}"));
            }
        }
    }

    fn take(&mut self, other: Read) {
        self.shape.extend(other.shape);
        self.says.extend(other.says);
    }

    fn part(&mut self, part: &Part) {
        const FOR_PEOPLE: [&str; 4] = ["Subject", "From", "To", "Reply-To"];
        for (name, value) in &part.headers {
            // How a body is written on the way is not its shape.
            if name != "Content-Transfer-Encoding" {
                self.shape.push(format!("{name}:"));
            }
            if FOR_PEOPLE.contains(&name.as_str()) {
                let is_address = name != "Subject";
                if is_address {
                    let marks = [",", "<", ">"].map(|mark| unquoted(value).matches(mark).count());
                    self.shape.push(format!("{name} has {marks:?}"));
                }
                self.says.push(spoken(value, is_address));
            }
        }
        let kind = part.kind();
        self.shape
            .push(kind.split(';').next().unwrap_or_default().to_owned());
        if kind.starts_with("text/html") {
            self.take(html(&part.body));
        } else if kind.starts_with("text/calendar") || kind.starts_with("application/ics") {
            self.take(ics(&part.body));
        } else {
            self.says.push(part.body.replace("\r\n", "\n"));
        }
        part.parts.iter().for_each(|part| self.part(part));
    }

    /// How often these words are said, wherever.
    pub fn count(&self, words: &str) -> usize {
        self.says
            .iter()
            .map(|said| said.matches(words).count())
            .sum()
    }
}

/// A header as people read it: encoded words decoded wherever they stand, as many programs do, and
/// of names the quotes gone.
fn spoken(value: &str, has_quotes: bool) -> String {
    let mut text = String::new();
    let mut rest = value;
    while let Some(letter) = rest.chars().next() {
        if let Some((word, after)) = encoded_word(rest) {
            text.push_str(&word);
            let next = after.trim_start();
            rest = if encoded_word(next).is_some() {
                next
            } else {
                after
            };
            continue;
        }
        rest = &rest[letter.len_utf8()..];
        match letter {
            '"' if has_quotes => {}
            '\\' if has_quotes => {
                text.extend(rest.chars().next());
                rest = rest.get(1..).unwrap_or_default();
            }
            letter => text.push(letter),
        }
    }
    text
}

/// "=?utf-8?b?…?=" at the front of a text, decoded, and what follows it.
fn encoded_word(text: &str) -> Option<(String, &str)> {
    let mut parts = text.strip_prefix("=?")?.splitn(3, '?');
    let (charset, encoding) = (parts.next()?, parts.next()?);
    let (word, after) = parts.next()?.split_once("?=")?;
    let is_base64 = charset.eq_ignore_ascii_case("utf-8") && encoding.eq_ignore_ascii_case("b");
    let decoded = if is_base64 {
        String::from_utf8(STANDARD.decode(word).ok()?).ok()?
    } else {
        format!("({charset} {encoding} {word})")
    };
    Some((decoded, after))
}

/// A header without what stands in quotes or encoded words.
fn unquoted(value: &str) -> String {
    let mut plain = String::new();
    let (mut in_quotes, mut is_escaped) = (false, false);
    for letter in value.chars() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => in_quotes = !in_quotes,
            _ if in_quotes => {}
            letter => plain.push(letter),
        }
    }
    plain
}

/// Where the shape of one is not that of the other.
pub fn difference(one: &Read, other: &Read) -> Option<String> {
    let longest = one.shape.len().max(other.shape.len());
    (0..longest)
        .find(|at| one.shape.get(*at) != other.shape.get(*at))
        .map(|at| {
            let near = |read: &Read| {
                let from = at.saturating_sub(1).min(read.shape.len());
                let to = (at + 2).min(read.shape.len());
                read.shape[from..to].join(" ")
            };
            format!("{} became {}", near(one), near(other))
        })
}
