//! What is still readable where everything should have been translated: words in plain Latin letters
//! on a page, in a mail or in a calendar file in the pseudo language, in which ours have others.

use super::browser::{self, Answer, Browser};
use crate::language::Language;
use crate::mail::Letter;

/// Attributes that are shown or read out.
const SAID: [&str; 10] = [
    "abbr",
    "alt",
    "aria-label",
    "data-done",
    "data-reload",
    "data-say",
    "data-slow",
    "label",
    "placeholder",
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

/// A browser, and all that it has been shown.
pub struct Seen {
    pub browser: Browser,
    pub pages: Vec<(String, Answer)>,
    pub language: Language,
}

impl Seen {
    pub fn new(browser: Browser, language: Language) -> Seen {
        Seen {
            browser,
            pages: Vec::new(),
            language,
        }
    }

    pub async fn sees(&mut self, path: &str) -> &Answer {
        let page = self.browser.get(path).await;
        self.keep(path, page)
    }

    /// Posts and sees what is answered.
    pub async fn posts(&mut self, path: &str, fields: &[(&str, &str)]) -> &Answer {
        let page = self.browser.post(path, fields).await;
        self.keep(&format!("POST {path}"), page)
    }

    /// Posts and sees the page this leads to, with its note. Answers where that is.
    pub async fn follows(&mut self, path: &str, fields: &[(&str, &str)]) -> String {
        let answer = self.browser.post(path, fields).await;
        assert_eq!(answer.status, 303, "{path}: {}", answer.text());
        let page = self.browser.get(answer.location()).await;
        self.keep(&format!("after {path}"), page);
        answer.location().to_owned()
    }

    pub fn keep(&mut self, name: &str, page: Answer) -> &Answer {
        assert!(page.status != 303, "{name} leads to {}", page.location());
        if page.body.starts_with("<!doctype") {
            let spoken = format!("<html lang=\"{}\"", self.language.tag());
            assert!(page.body.contains(&spoken), "{name}");
        }
        self.pages.push((name.to_owned(), page));
        &self.pages.last().unwrap().1
    }

    /// What is readable on each of the pages.
    pub fn readable(&self, data: &[&str]) -> Vec<(&str, Vec<String>)> {
        let on = |page: &Answer| match page.headers["content-type"].to_str().unwrap() {
            kind if kind.starts_with("text/calendar") => in_calendar(&page.body, data),
            _ => on_page(&page.body, data),
        };
        let pages = self.pages.iter();
        pages.map(|(name, page)| (&**name, on(page))).collect()
    }
}

/// Of a page. `data`: what people have written, which stays.
pub fn on_page(html: &str, data: &[&str]) -> Vec<String> {
    let html = without(html, "<style", "</style>");
    let html = without(&html, "<script", "</script>");
    let html = without(&html, "<code>", "</code>");
    let html = without(&html, "<pre class=\"snippet\">", "</pre>");
    let html = without(&html, "<pre tabindex", "</pre>");
    let html = without_zones(&html);
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
            let is_address =
                token.starts_with('/') || token.contains("://") || token.contains("meet.test/");
            !is_address && !token.contains(|it: char| it == '@' || it.is_ascii_digit())
        })
        .flat_map(|token| token.split(|letter: char| !letter.is_alphabetic()))
        .filter(|word| word.len() > 1 && word.is_ascii())
        .map(str::to_owned)
        .collect()
}

/// Of a mail and the calendar files with it.
pub fn in_letter(letter: &Letter, data: &[&str]) -> Vec<String> {
    let mut words = in_text(&letter.subject, data);
    words.extend(in_text(&letter.from_name, data));
    words.extend(in_text(&letter.text, data));
    words.extend(on_page(&letter.html, data));
    for calendar in letter.calendar.iter().chain(&letter.takes_back) {
        words.extend(in_calendar(&calendar.ics, data));
    }
    words
}

/// That a mail of this kind was written to a host, in the pseudo language.
pub fn assert_translated(letters: &[Letter], kind: &str) {
    const DATA: [&str; 7] = [
        "Intro call with Ada Lovelace",
        "Grace Hopper and Ada Lovelace",
        "Ada Lovelace",
        "Bob Babbage",
        "Intro call",
        "Engines",
        "Madrid",
    ];
    let letter = letters.iter().find(|letter| letter.kind == kind).unwrap();
    assert_eq!(in_letter(letter, &DATA), [""; 0], "{}", letter.text);
    assert!(letter.html.contains("<html lang=\"en-XA\""));
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

/// Without the zones of the database, each a city.
fn without_zones(html: &str) -> String {
    const OPTION: &str = "<option value=\"";
    let mut pieces = html.split(OPTION);
    let mut kept = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let value = piece.split('"').next().unwrap_or_default();
        let shown = match value == "UTC" || value.contains('/') {
            true => piece.split_once("</option>").map_or("", |(_, rest)| rest),
            false => piece.split_once('>').map_or("", |(_, rest)| rest),
        };
        kept.push_str("<option>");
        kept.push_str(shown);
    }
    kept
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
