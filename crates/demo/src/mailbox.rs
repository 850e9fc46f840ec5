//! The mails the product has written, read back by a parser that isn't the product's.

use std::path::Path;

use anyhow::Context as _;
use mail_parser::{MessageParser, MimeHeaders as _, PartType};

pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// The iCalendar object that mail programs see, unfolded.
    pub ics: Option<String>,
    pub method: Option<String>,
}

/// All mails of the folder, oldest first by name.
pub fn read(folder: &Path) -> anyhow::Result<Vec<Mail>> {
    let mut files: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    files.sort_by_key(std::fs::DirEntry::file_name);
    files
        .iter()
        .filter(|file| file.path().extension().is_some_and(|end| end == "eml"))
        .map(|file| {
            let bytes = std::fs::read(file.path())?;
            parse(&bytes)
                .with_context(|| format!("reading {}", crate::stage::name_of(&file.path())))
        })
        .collect()
}

fn parse(bytes: &[u8]) -> anyhow::Result<Mail> {
    let message = MessageParser::default()
        .parse(bytes)
        .context("that is no mail")?;
    let mut ics = None;
    let mut method = None;
    for part in &message.parts {
        let Some(kind) = part.content_type() else {
            continue;
        };
        if kind.subtype() == Some("calendar") && kind.ctype() == "text" {
            method = kind.attribute("method").map(str::to_owned);
            let text = match &part.body {
                PartType::Text(text) => text.to_string(),
                PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
                    String::from_utf8_lossy(bytes).into_owned()
                }
                PartType::Html(_) | PartType::Message(_) | PartType::Multipart(_) => String::new(),
            };
            ics = Some(text.replace("\r\n ", "").replace("\n ", ""));
        }
    }
    Ok(Mail {
        to: message
            .to()
            .and_then(|to| to.first())
            .and_then(|to| to.address())
            .unwrap_or_default()
            .to_owned(),
        subject: message.subject().unwrap_or_default().to_owned(),
        text: message.body_text(0).unwrap_or_default().into_owned(),
        html: message.body_html(0).unwrap_or_default().into_owned(),
        ics,
        method,
    })
}

impl Mail {
    /// A property of the first event.
    pub fn property(&self, name: &str) -> Option<String> {
        let ics = self.ics.as_deref()?;
        ics.lines().find_map(|line| {
            let (head, value) = line.split_once(':')?;
            let this = head.split(';').next()?;
            (this == name).then(|| value.trim_end().replace("\\,", ",").replace("\\;", ";"))
        })
    }
}
