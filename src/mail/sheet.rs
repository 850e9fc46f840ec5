//! What a letter says, written twice: as HTML and as text, which so say the same. For letters of
//! every kind: a heading, paragraphs, facts, one button, links, and the reason for the mail.

use askama::Template;

use crate::language::Language;

/// The words of a letter. Any text may stand in them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Template)]
#[template(path = "mail/sheet.html")]
pub struct Sheet {
    pub language: Language,
    pub subject: String,
    /// What a mail program shows beside the subject before the mail is opened.
    pub preheader: String,
    pub heading: String,
    pub lead: Vec<String>,
    pub facts: Vec<Fact>,
    pub button: Option<Button>,
    pub notes: Vec<String>,
    /// Stands before the links: "Need to change it?"
    pub links_lead: String,
    pub links: Vec<Link>,
    pub org: String,
    /// Why they get this mail.
    pub reason: String,
    /// JSON-LD for programs, made by [`json_ld`].
    pub data: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fact {
    pub label: String,
    pub value: String,
    /// What it was before: struck through, and in words.
    pub was: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    pub words: String,
    pub url: String,
    /// The address as text below it too, for who wants to copy it.
    pub spelled_out: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub words: String,
    pub url: String,
}

#[derive(Template)]
#[template(path = "mail/sheet.txt")]
struct Text<'a> {
    language: Language,
    heading: &'a str,
    lead: &'a [String],
    facts: &'a [Fact],
    button: &'a Option<Button>,
    notes: &'a [String],
    links_lead: &'a str,
    links: &'a [Link],
    org: &'a str,
    reason: &'a str,
}

impl Fact {
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Fact {
        Fact {
            label: label.into(),
            value: value.into(),
            was: None,
        }
    }

    /// "When:", and "What is it about?" as it is.
    fn label_in_text(&self) -> String {
        if self.label.ends_with(['?', ':', '.', '!']) {
            self.label.clone()
        } else {
            format!("{}:", self.label)
        }
    }
}

impl Sheet {
    pub fn html(&self) -> askama::Result<String> {
        self.render()
    }

    pub fn text(&self) -> askama::Result<String> {
        let text = Text {
            language: self.language,
            heading: &self.heading,
            lead: &self.lead,
            facts: &self.facts,
            button: &self.button,
            notes: &self.notes,
            links_lead: &self.links_lead,
            links: &self.links,
            org: &self.org,
            reason: &self.reason,
        };
        text.render()
    }
}

/// JSON that can stand in a page's script element: nothing in it ends the element.
pub fn json_ld(value: &serde_json::Value) -> String {
    value
        .to_string()
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(words: &str) -> Sheet {
        let words = || words.to_owned();
        Sheet {
            language: Language::English,
            subject: words(),
            preheader: words(),
            heading: words(),
            lead: vec![words()],
            facts: vec![Fact {
                was: Some(words()),
                ..Fact::new(words(), words())
            }],
            button: Some(Button {
                words: words(),
                url: format!("https://meet.test/{}", words()),
                spelled_out: true,
            }),
            notes: vec![words()],
            links_lead: words(),
            links: vec![Link {
                words: words(),
                url: words(),
            }],
            org: words(),
            reason: words(),
            data: Some(json_ld(&serde_json::json!({ "name": words() }))),
        }
    }

    #[test]
    fn nobody_puts_tags_into_a_letter() {
        let attack = "</script><script>alert(1)</script><img src=x onerror='x'>\" & \u{202e}";
        let html = sheet(attack).html().unwrap();
        assert_eq!(html.matches("<script").count(), 1);
        assert_eq!(html.matches("</script>").count(), 1);
        assert!(!html.contains("<img"));
        let plain = sheet("Ada").html().unwrap();
        assert_eq!(html.matches('<').count(), plain.matches('<').count());
    }

    #[test]
    fn the_text_says_what_the_html_says() {
        let text = sheet("Grüße & <Ada>").text().unwrap();
        insta::assert_snapshot!(text, @r"
        Grüße & <Ada>

        Grüße & <Ada>

        Grüße & <Ada>: Grüße & <Ada> (was Grüße & <Ada>)

        Grüße & <Ada>:
        https://meet.test/Grüße & <Ada>

        Grüße & <Ada>

        Grüße & <Ada>
        Grüße & <Ada>: Grüße & <Ada>

        --
        Sent by 42min for Grüße & <Ada>. Grüße & <Ada>
        ");
        assert!(sheet("x").html().unwrap().len() < 5_000);
    }
}
