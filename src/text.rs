//! Words from outside, parsed at the door: addresses, the parts of URLs, lines and paragraphs.
//!
//! What a field is for, and whether it may be empty, is the form's business.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::language::{Language, Said};

/// An email address that mail can be sent to: ASCII, with a domain. The part before the @
/// keeps its case, as only its own server may compare it; the domain is lowercase.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said(Language::English))]
pub struct BadEmail;

impl BadEmail {
    pub fn said(self, language: Language) -> Cow<'static, str> {
        language.word("field-bad-email")
    }
}

impl Email {
    pub fn parse(words: &str) -> Result<Email, BadEmail> {
        let words = words.trim();
        let (local, domain) = words.split_once('@').ok_or(BadEmail)?;
        let fits = words.len() <= 254 && local.len() <= 64;
        if fits && is_local_part(local) && is_domain(domain) {
            Ok(Email(format!("{local}@{}", domain.to_ascii_lowercase())))
        } else {
            Err(BadEmail)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Letters, digits and the signs that need no quotes, with single dots between them.
fn is_local_part(local: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    local
        .split('.')
        .all(|part| !part.is_empty() && part.bytes().all(plain))
}

fn is_domain(domain: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(plain)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let Some((_, last)) = domain.rsplit_once('.') else {
        return false;
    };
    domain.split('.').all(label) && last.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// The last part of an event type's URL.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said(Language::English))]
pub struct BadSlug;

impl BadSlug {
    pub fn said(self, language: Language) -> Cow<'static, str> {
        language.word("field-bad-slug")
    }
}

impl Slug {
    pub fn parse(words: &str) -> Result<Slug, BadSlug> {
        if is_url_part(words) {
            Ok(Slug(words.to_owned()))
        } else {
            Err(BadSlug)
        }
    }

    /// "Ada’s intro call" becomes "adas-intro-call". None where a name has no Latin letters
    /// or digits to make one of.
    pub fn suggest(name: &str) -> Option<Slug> {
        url_part_of(name).map(Slug)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The first part of a person's URLs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Username(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said(Language::English))]
pub enum BadUsername {
    Form,
    Reserved,
}

impl BadUsername {
    pub fn said(self, language: Language) -> Cow<'static, str> {
        language.word(match self {
            BadUsername::Form => "field-bad-username",
            BadUsername::Reserved => "field-reserved-username",
        })
    }
}

impl Username {
    pub fn parse(words: &str) -> Result<Username, BadUsername> {
        if !is_url_part(words) || words.len() < 2 {
            Err(BadUsername::Form)
        } else if RESERVED.binary_search(&words).is_ok() {
            Err(BadUsername::Reserved)
        } else {
            Ok(Username(words.to_owned()))
        }
    }

    pub fn suggest(name: &str) -> Option<Username> {
        Username::parse(&url_part_of(name)?).ok()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// First parts of URLs that are not people. Sorted.
const RESERVED: [&str; 41] = [
    "360",
    "admin",
    "api",
    "assets",
    "booking",
    "bookings",
    "conferencing",
    "demo",
    "embed",
    "forgot",
    "health",
    "healthz",
    "help",
    "integrations",
    "invitation",
    "invite",
    "legal",
    "login",
    "logout",
    "mcp",
    "metrics",
    "news",
    "notices",
    "oauth",
    "openapi",
    "picture",
    "privacy",
    "readyz",
    "reset",
    "routing",
    "setup",
    "sign-in",
    "sign-out",
    "sign-up",
    "static",
    "support",
    "team",
    "teams",
    "v1",
    "webhooks",
    "zoom",
];

const LONGEST_URL_PART: usize = 64;

fn is_url_part(words: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=LONGEST_URL_PART).contains(&words.len())
        && words.bytes().all(plain)
        && !words.starts_with('-')
        && !words.ends_with('-')
}

fn url_part_of(name: &str) -> Option<String> {
    let mut part = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphanumeric() {
            part.push(letter);
        } else if let Some(letters) = plain_letters(letter) {
            part.push_str(letters);
        } else if !part.is_empty() && !part.ends_with('-') {
            part.push('-');
        }
        if part.len() >= LONGEST_URL_PART {
            part.truncate(LONGEST_URL_PART);
            break;
        }
    }
    let part = part.trim_end_matches('-');
    (!part.is_empty()).then(|| part.to_owned())
}

/// Letters with marks as people type them in addresses; apostrophes and marks that stand by
/// themselves vanish.
fn plain_letters(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        '\'' | '’' | '\u{300}'..='\u{36f}' => "",
        _ => return None,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    pub max: usize,
    pub has: usize,
}

impl TooLong {
    pub fn said(self, language: Language) -> Said {
        let words = language.say("web-too-long").with("max", self.max);
        words.with("has", self.has)
    }
}

/// One line of at most `max` characters, possibly empty.
pub fn line(input: &str, max: usize) -> Result<String, TooLong> {
    at_most(one_line(input), max)
}

/// Lines of at most `max` characters together, possibly none.
pub fn paragraph(input: &str, max: usize) -> Result<String, TooLong> {
    at_most(lines(input), max)
}

fn at_most(text: String, max: usize) -> Result<String, TooLong> {
    let has = text.chars().count();
    if has <= max {
        Ok(text)
    } else {
        Err(TooLong { max, has })
    }
}

/// The words as a line of their own begins, in languages whose days and months don't.
pub fn capitalized(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// A long address or name in the pieces after which a line may end: behind @, /, : and _, and before
/// a dot that something follows.
pub fn pieces(words: impl fmt::Display) -> Vec<String> {
    let words = words.to_string();
    let mut pieces = vec![String::new()];
    let mut letters = words.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied().unwrap_or(' ');
        let inside = before.is_alphanumeric() && next.is_alphanumeric();
        if letter == '.' && inside {
            pieces.push(String::new());
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(letter);
        }
        if "@/_:".contains(letter) && next.is_alphanumeric() {
            pieces.push(String::new());
        }
        before = letter;
    }
    pieces
}

/// Where an address leads, without what only machines read: "zoom.us/j/91234567890".
pub fn short_address(url: &str) -> &str {
    let (_, rest) = url.split_once("://").unwrap_or(("", url));
    rest.split(['?', '#']).next().unwrap_or(rest)
}

/// The text on one line: line breaks and control characters become one space, characters
/// that change how the rest is read vanish.
pub fn one_line(input: &str) -> String {
    let mut line = String::with_capacity(input.len());
    for letter in input.chars().filter(|letter| !is_hidden(*letter)) {
        let breaks = letter == ' ' || letter.is_control() || is_line_break(letter);
        if !breaks {
            line.push(letter);
        } else if !line.ends_with(' ') {
            line.push(' ');
        }
    }
    line.trim().to_owned()
}

/// The text with its lines, each ended by `\n` alone, and without other control characters.
pub fn lines(input: &str) -> String {
    let mut text = String::with_capacity(input.len());
    let mut letters = input.chars().peekable();
    while let Some(letter) = letters.next() {
        if is_line_break(letter) {
            if letter == '\r' && letters.peek() == Some(&'\n') {
                letters.next();
            }
            text.push('\n');
        } else if letter == '\t' {
            text.push(' ');
        } else if !letter.is_control() && !is_hidden(letter) {
            text.push(letter);
        }
    }
    text.trim().to_owned()
}

fn is_line_break(letter: char) -> bool {
    matches!(
        letter,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// NUL, which ends a text elsewhere, and the marks that reverse or reorder what follows:
/// "Grace" could be made to look like another name, or a link like another address.
fn is_hidden(letter: char) -> bool {
    matches!(letter, '\0' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

macro_rules! written {
    ($name:ident, $error:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(words: String) -> Result<$name, $error> {
                $name::parse(&words)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $error;

            fn from_str(words: &str) -> Result<$name, $error> {
                $name::parse(words)
            }
        }

        impl From<$name> for String {
            fn from(parsed: $name) -> String {
                parsed.0
            }
        }
    };
}

written!(Email, BadEmail);
written!(Slug, BadSlug);
written!(Username, BadUsername);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_long_address_breaks_where_its_parts_end() {
        let rows = [
            ("ada@engines.example", "ada@|engines|.example"),
            (
                "Disconnect ada@engines.example?",
                "Disconnect ada@|engines|.example?",
            ),
            ("It works. Or not.", "It works. Or not."),
            ("https://meet.test/a_b", "https://|meet|.test/|a_|b"),
            ("", ""),
        ];
        for (words, broken) in rows {
            assert_eq!(pieces(words).join("|"), broken);
        }
    }

    #[test]
    fn a_short_address_says_where_it_leads() {
        let rows = [
            (
                "https://zoom.us/j/91234567890?pwd=a.b",
                "zoom.us/j/91234567890",
            ),
            (
                "https://meet.example.com/engines#now",
                "meet.example.com/engines",
            ),
            ("meet.example.com", "meet.example.com"),
        ];
        for (url, short) in rows {
            assert_eq!(short_address(url), short);
        }
    }

    #[test]
    fn addresses_people_have_are_taken() {
        let rows = [
            ("ada@engines.example", "ada@engines.example"),
            ("  Ada@Engines.EXAMPLE ", "Ada@engines.example"),
            (
                "o'brien+zoom@mail.example.co.uk",
                "o'brien+zoom@mail.example.co.uk",
            ),
            (
                "a.b-c_d@xn--bcher-kva.example",
                "a.b-c_d@xn--bcher-kva.example",
            ),
        ];
        for (given, kept) in rows {
            assert_eq!(Email::parse(given).unwrap().as_str(), kept);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long_local = format!("{}@example.com", "a".repeat(65));
        let long = format!("a@{}.com", "b.".repeat(130));
        for bad in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@localhost",
            "ada@@example.com",
            "ada@b@example.com",
            "ada lovelace@example.com",
            "\"ada\"@example.com",
            "ada@example.com\r\nBcc: eve@example.com",
            "ada\0@example.com",
            "ada@example.com, eve@example.com",
            "Ada <ada@example.com>",
            "ädä@example.com",
            "ada@exämple.com",
            ".ada@example.com",
            "a..da@example.com",
            "ada@.example.com",
            "ada@example.com.",
            "ada@-example.com",
            "ada@127.0.0.1",
            "ada@[127.0.0.1]",
            &long_local,
            &long,
        ] {
            assert_eq!(Email::parse(bad), Err(BadEmail), "{bad:?}");
        }
        assert_eq!(
            BadEmail.to_string(),
            "Enter an email address, like name@example.com"
        );
    }

    #[test]
    fn slugs_are_lowercase_letters_digits_and_hyphens() {
        for good in ["a", "intro-call", "42", &"a".repeat(64)] {
            assert!(Slug::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "-a",
            "a-",
            "A",
            "a b",
            "a/b",
            "é",
            "..",
            &"a".repeat(65),
        ] {
            assert_eq!(Slug::parse(bad), Err(BadSlug), "{bad}");
        }
    }

    #[test]
    fn a_slug_is_suggested_from_a_name() {
        let rows = [
            ("Intro call", Some("intro-call")),
            ("Ada’s  42 min – ¿qué tal?", Some("adas-42-min-que-tal")),
            ("Łódź Straße", Some("lodz-strasse")),
            ("Jose\u{301}", Some("jose")),
            ("--", None),
            ("山田", None),
            ("", None),
        ];
        for (name, slug) in rows {
            let suggested = Slug::suggest(name);
            assert_eq!(suggested.as_ref().map(Slug::as_str), slug, "{name}");
        }
    }

    #[test]
    fn usernames_leave_the_servers_own_paths_alone() {
        assert!(Username::parse("ada").is_ok());
        assert_eq!(Username::parse("a"), Err(BadUsername::Form));
        assert_eq!(Username::parse("Ada"), Err(BadUsername::Form));
        for reserved in RESERVED {
            assert_eq!(Username::parse(reserved), Err(BadUsername::Reserved));
        }
        assert!(RESERVED.is_sorted());
        assert_eq!(Username::suggest("Zoom"), None);
        assert_eq!(
            Username::suggest("Ada Lovelace").unwrap().as_str(),
            "ada-lovelace"
        );
    }

    #[test]
    fn a_line_stays_one_line() {
        let rows = [
            ("  Grace  Hopper ", "Grace Hopper"),
            (
                "Grace\r\nBcc: eve@example.com",
                "Grace Bcc: eve@example.com",
            ),
            ("Grace\u{2028}\u{85}\tHopper\u{7f}", "Grace Hopper"),
            ("Gra\0ce \u{202e}reppoH\u{202c}", "Grace reppoH"),
            ("山田\u{3000}太郎 👩‍💻", "山田\u{3000}太郎 👩‍💻"),
            ("\r\n", ""),
        ];
        for (given, kept) in rows {
            assert_eq!(line(given, 100).unwrap(), kept);
        }
        assert_eq!(line("äöü", 3).unwrap(), "äöü");
        assert_eq!(line("äöüß", 3), Err(TooLong { max: 3, has: 4 }));
    }

    #[test]
    fn a_paragraph_keeps_its_lines() {
        assert_eq!(
            paragraph("\r\nOne\r\n\r\nTwo\rThree\u{2029}F\0our\u{1b}\t5 \n", 100).unwrap(),
            "One\n\nTwo\nThree\nFour 5"
        );
        assert!(paragraph("abc", 2).is_err());
    }

    #[test]
    fn stored_words_are_parsed_again() {
        assert!(serde_json::from_str::<Email>("\"ada@example.com\"").is_ok());
        assert!(serde_json::from_str::<Slug>("\"A B\"").is_err());
        assert!(serde_json::from_str::<Username>("\"api\"").is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn parsing_twice_changes_nothing(input in any::<String>()) {
            let once = one_line(&input);
            prop_assert_eq!(&one_line(&once), &once);
            prop_assert!(!once.chars().any(|letter| letter.is_control() || is_line_break(letter)));
            let once = lines(&input);
            prop_assert_eq!(&lines(&once), &once);
            if let Some(slug) = Slug::suggest(&input) {
                prop_assert!(Slug::parse(slug.as_str()).is_ok());
            }
        }
    }
}
