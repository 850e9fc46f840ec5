//! A mail as its recipient's program reads it.

use mail_parser::{MessageParser, MimeHeaders as _};

/// A mail that left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub message_id: String,
    pub text: String,
    /// What its calendar parts say.
    pub events: Vec<Event>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub method: String,
    pub uid: String,
    pub sequence: i64,
}

impl Mail {
    /// Reads what went over the wire.
    pub fn parse(bytes: &[u8]) -> Option<Mail> {
        let message = MessageParser::default().parse(bytes)?;
        let address = message.to()?.first()?.address()?;
        let mut events: Vec<Event> = message
            .parts
            .iter()
            .filter(|part| {
                part.content_type().is_some_and(|kind| {
                    kind.subtype()
                        .is_some_and(|it| it == "calendar" || it == "ics")
                })
            })
            .filter_map(|part| event(&String::from_utf8_lossy(part.contents())))
            .collect();
        events.sort_by(|a, b| a.uid.cmp(&b.uid));
        events.dedup();
        Some(Mail {
            to: address.to_owned(),
            subject: message.subject().unwrap_or_default().to_owned(),
            message_id: message.message_id().unwrap_or_default().to_owned(),
            text: message.body_text(0).unwrap_or_default().into_owned(),
            events,
        })
    }

    /// The row of its letter: the part of the Message-ID before the server's name.
    pub fn letter(&self) -> String {
        let id = self.message_id.split('@').next().unwrap_or_default();
        id.replace('-', "")
    }

    /// The join links it shows.
    pub fn links(&self) -> Vec<&str> {
        self.text
            .split_whitespace()
            .map(|word| word.trim_matches(['<', '>', '(', ')']))
            .filter(|word| word.contains("/j/") && word.starts_with("http"))
            .collect()
    }
}

fn event(ics: &str) -> Option<Event> {
    let unfolded = ics.replace("\r\n ", "").replace("\r\n\t", "");
    let value = |name: &str| {
        unfolded
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .map(|value| value.trim().to_owned())
    };
    Some(Event {
        method: value("METHOD")?,
        uid: value("UID")?,
        sequence: value("SEQUENCE").and_then(|n| n.parse().ok()).unwrap_or(0),
    })
}
