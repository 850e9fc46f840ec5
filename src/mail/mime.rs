//! A letter as the bytes that go over the wire. Pure: the same letter gives the same bytes, so one
//! that is sent twice is the same mail twice.
//!
//! Does not decide who is written to, or what; and lets nobody add a header by their name.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use lettre::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Body, Message, MultiPart, SinglePart};

use super::{Calendar, Letter, Mailbox};
use crate::config::Config;
use crate::text;

/// Who sends all letters: the server's own address, and its host for Message-IDs.
#[derive(Clone, Debug)]
pub struct Sender {
    pub email: String,
    pub host: String,
}

impl Sender {
    pub fn of(config: &Config) -> Sender {
        Sender {
            email: config.mail_from.clone(),
            host: config.base_url.host_str().unwrap_or("localhost").to_owned(),
        }
    }
}

/// A letter that can't be written as a mail, and never will be.
#[derive(Debug, thiserror::Error)]
pub enum Unwritable {
    #[error("the address of the {0} is not one that mail can be sent to")]
    Address(&'static str),
    #[error("the mail can't be put together: {0}")]
    Built(#[from] lettre::error::Error),
}

/// The letter as a mail. `letter.from_name` is the whole name shown as the sender's, "Ada Lovelace
/// (via 42min)".
pub fn message(letter: &Letter, sender: &Sender, date: Timestamp) -> Result<Message, Unwritable> {
    let from = Mailbox {
        name: letter.from_name.clone(),
        email: sender.email.clone(),
    };
    let (from, to) = (mailbox("sender", &from)?, mailbox("recipient", &letter.to)?);
    let subject = text::one_line(&letter.subject);
    let mail = Message::builder().from(from.clone()).to(to.clone());
    let mail = if looks_encoded(&subject) {
        mail.raw_header(HeaderValue::dangerous_new_pre_encoded(
            HeaderName::new_from_ascii_str("Subject"),
            subject.clone(),
            encoded(&subject),
        ))
    } else {
        mail.subject(subject)
    };
    let mut mail = mail.date(date.into());
    let mut named = vec![("From", from), ("To", to)];
    if let Some(reply_to) = &letter.reply_to {
        let reply_to = mailbox("reply", reply_to)?;
        mail = mail.reply_to(reply_to.clone());
        named.push(("Reply-To", reply_to));
    }
    for (name, mailbox) in named {
        if let Some(header) = readable_header(name, &mailbox) {
            mail = mail.raw_header(header);
        }
    }
    let fixed = [
        ("Message-ID", Some(letter.message_id(&sender.host))),
        ("In-Reply-To", letter.thread.clone()),
        ("References", letter.thread.clone()),
        ("Auto-Submitted", Some("auto-generated".to_owned())),
        (
            "List-Unsubscribe",
            letter.unsubscribe.as_ref().map(|url| format!("<{url}>")),
        ),
        (
            "List-Unsubscribe-Post",
            letter
                .unsubscribe
                .as_ref()
                .map(|_| "List-Unsubscribe=One-Click".to_owned()),
        ),
    ];
    for (name, value) in fixed {
        if let Some(value) = value {
            mail = mail.raw_header(machine_header(name, &value));
        }
    }
    Ok(mail.multipart(content(letter))?)
}

/// The mail's bytes, as files and tests want them.
pub fn bytes(letter: &Letter, sender: &Sender, date: Timestamp) -> Result<Vec<u8>, Unwritable> {
    Ok(message(letter, sender, date)?.formatted())
}

fn mailbox(whose: &'static str, of: &Mailbox) -> Result<lettre::message::Mailbox, Unwritable> {
    let address: Address = of.email.parse().map_err(|_| Unwritable::Address(whose))?;
    let name = text::one_line(&of.name);
    Ok(lettre::message::Mailbox::new(
        (!name.is_empty()).then_some(name),
        address,
    ))
}

/// What a reader would decode, though nobody encoded it: so a name could say one thing here and
/// another there.
fn looks_encoded(text: &str) -> bool {
    text.contains("=?")
}

/// Words in base64 (RFC 2047), one on each line and none longer than its 75 characters.
fn encoded(text: &str) -> String {
    const LONGEST: usize = 45;
    let mut words = vec![String::new()];
    for letter in text.chars() {
        let last = words
            .last_mut()
            .filter(|word| word.len() + letter.len_utf8() <= LONGEST);
        match last {
            Some(word) => word.push(letter),
            None => words.push(letter.to_string()),
        }
    }
    let words: Vec<String> = words
        .iter()
        .map(|word| format!("=?utf-8?b?{}?=", STANDARD.encode(word)))
        .collect();
    words.join("\r\n ")
}

/// A plain name stays readable, in quotes: the builder would hide "Ada (via 42min)" in base64 for
/// its parentheses. Names that don't fit in a line, or aren't ASCII, are left to the builder.
fn readable_header(
    header: &'static str,
    mailbox: &lettre::message::Mailbox,
) -> Option<HeaderValue> {
    let name = mailbox.name.as_deref()?;
    let is_plain = |letter: char| (' '..='~').contains(&letter) && !"\\\"".contains(letter);
    let written = if looks_encoded(name) {
        encoded(name)
    } else if name.len() <= 60 && name.chars().all(is_plain) {
        format!("\"{name}\"")
    } else {
        return None;
    };
    let written = format!("{written} <{}>", mailbox.email);
    let header = HeaderName::new_from_ascii_str(header);
    Some(HeaderValue::dangerous_new_pre_encoded(
        header,
        mailbox.to_string(),
        written,
    ))
}

/// A header for programs: visible ASCII, never folded or encoded, since readers of these compare
/// them byte by byte. Anything else in it is dropped.
fn machine_header(name: &'static str, value: &str) -> HeaderValue {
    let value: String = value
        .chars()
        .filter(|letter| (' '..='~').contains(letter))
        .collect();
    let name = HeaderName::new_from_ascii_str(name);
    HeaderValue::dangerous_new_pre_encoded(name, value.clone(), value)
}

/// Text and HTML, and where a calendar should answer the invitation, that too: the last is the
/// richest. Beside them the same calendar object as a file, for programs that read only files.
fn content(letter: &Letter) -> MultiPart {
    let mut alternative = MultiPart::alternative()
        .boundary(boundary("alternative", letter))
        .singlepart(SinglePart::plain(letter.text.clone()))
        .singlepart(SinglePart::html(letter.html.clone()));
    let Some(calendar) = &letter.calendar else {
        return alternative;
    };
    let whole = MultiPart::mixed().boundary(boundary("mixed", letter));
    let whole = if calendar.inline {
        alternative = alternative.singlepart(
            SinglePart::builder()
                .header(calendar_type(calendar))
                .body(calendar.ics.clone()),
        );
        whole.multipart(alternative).singlepart(attached(
            "invite.ics",
            calendar,
            as_type("application/ics; name=\"invite.ics\""),
        ))
    } else {
        whole.multipart(alternative).singlepart(attached(
            "invite.ics",
            calendar,
            calendar_type(calendar),
        ))
    };
    match &letter.takes_back {
        Some(old) => whole.singlepart(attached("canceled.ics", old, calendar_type(old))),
        None => whole,
    }
}

/// As base64, so that no server on the way touches its line ends.
fn attached(name: &str, calendar: &Calendar, content_type: ContentType) -> SinglePart {
    let ics = calendar.ics.clone().into_bytes();
    let body = Body::new_with_encoding(ics, ContentTransferEncoding::Base64)
        .expect("any bytes can be written as base64");
    Attachment::new(name.to_owned()).body(body, content_type)
}

fn calendar_type(calendar: &Calendar) -> ContentType {
    // The method stands in the object as well; IANA's text/calendar wants them equal.
    let method: String = calendar
        .method
        .chars()
        .filter(char::is_ascii_alphabetic)
        .collect();
    as_type(&format!("text/calendar; charset=utf-8; method={method}"))
}

fn as_type(text: &str) -> ContentType {
    ContentType::parse(text).expect("a content type of fixed form is one")
}

/// Made of the letter's id: nobody who writes into a letter can know it.
fn boundary(part: &str, letter: &Letter) -> String {
    format!("42min-{part}-{}", letter.id.uuid().simple())
}

#[cfg(test)]
pub mod reader;
#[cfg(test)]
mod tests;
