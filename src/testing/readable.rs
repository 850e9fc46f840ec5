//! What is still readable where everything should have been translated: words in plain Latin letters
//! on a page, in a mail or in a calendar file in the pseudo language, in which ours have others.

use super::browser;

/// Attributes that are shown or read out.
const SAID: [&str; 9] = [
    "abbr",
    "alt",
    "aria-label",
    "data-done",
    "data-reload",
    "data-say",
    "data-slow",
    "label",
    "title",
];

/// Names that no language changes.
const NAMES: [&str; 10] = [
    "Google Calendar",
    "Outlook.com",
    "Microsoft 365",
    "Google Meet",
    "Microsoft Teams",
    "42min",
    "Zoom",
    "UTC",
    "English",
    "Español",
];

/// Of a page. `data`: what people have written, which stays.
pub fn on_page(html: &str, data: &[&str]) -> Vec<String> {
    let html = without(html, "<style", "</style>");
    let html = without(&html, "<script", "</script>");
    // Zones of the database, each a city.
    let html = without(&html, "<option value=\"", "</option>");
    let mut words = browser::text(&html);
    for name in SAID {
        for piece in html.split(&format!(" {name}=\"")).skip(1) {
            words.push(' ');
            words.push_str(piece.split('"').next().unwrap_or_default());
        }
    }
    in_text(&words, data)
}

/// Of a plain text.
pub fn in_text(text: &str, data: &[&str]) -> Vec<String> {
    let mut text = text.replace('\n', " ");
    for name in data.iter().chain(&NAMES) {
        text = text.replace(name, " ");
    }
    let tokens = text.split_whitespace();
    tokens
        .filter(|token| {
            !token.contains("://") && !token.contains(|it: char| it == '@' || it.is_ascii_digit())
        })
        .flat_map(|token| token.split(|letter: char| !letter.is_alphabetic()))
        .filter(|word| word.len() > 1 && word.is_ascii())
        .map(str::to_owned)
        .collect()
}

/// Of the values of a calendar file that people read.
pub fn in_calendar(ics: &str, data: &[&str]) -> Vec<String> {
    let whole = ics.replace("\r\n ", "").replace("\\n", " ");
    let mut said = String::new();
    for line in whole.lines() {
        let (name, value) = line.split_once(':').unwrap_or_default();
        if ["SUMMARY", "DESCRIPTION", "LOCATION"].contains(&name) {
            said.push_str(value);
            said.push('\n');
        }
        if let Some((_, label)) = line.split_once("LABEL=\"") {
            said.push_str(label.split('"').next().unwrap_or_default());
            said.push('\n');
        }
    }
    in_text(&said, data)
}

fn without(html: &str, from: &str, to: &str) -> String {
    let mut kept = String::new();
    let mut rest = html;
    while let Some(at) = rest.find(from) {
        kept.push_str(&rest[..at]);
        let Some(end) = rest[at..].find(to) else {
            break;
        };
        rest = &rest[at + end + to.len()..];
    }
    kept.push_str(rest);
    kept
}
