//! Letters, not who writes them: a row before it is sent, MIME, and the ways out.

pub mod deliver;
pub mod mime;
pub mod outbox_pages;
pub mod sheet;
pub mod store;
pub mod transport;

use serde::{Deserialize, Serialize};

use self::sheet::Sheet;
use crate::accounts::{Org, Person};
use crate::app::App;
use crate::booking::{Booking, Meeting};
use crate::id::Id;

/// Everything a mail says, as stored. `mime` makes the bytes of it, always the same ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    pub id: Id<Letter>,
    pub org_id: Id<Org>,
    pub meeting_id: Option<Id<Meeting>>,
    pub booking_id: Option<Id<Booking>>,
    /// What it is about, for the log and the history: "confirmed", "link-ready", "invitation", …
    pub kind: String,
    /// "invitee", "guest", "host", "person".
    pub audience: String,
    pub to: Mailbox,
    /// Shown as the sender's name; the address is the server's.
    pub from_name: String,
    pub reply_to: Option<Mailbox>,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub calendar: Option<Calendar>,
    /// An older event that this letter takes out of calendars, where the meeting became another one.
    #[serde(default)]
    pub takes_back: Option<Calendar>,
    /// Message-ID of the first letter of this thread, when this isn't it.
    pub thread: Option<String>,
    /// Where one click ends such notices: host notices only.
    pub unsubscribe: Option<String>,
}

impl Letter {
    /// To somebody who has an account here, about that account or what hangs on it.
    pub fn to_person(
        app: &App,
        person: &Person,
        kind: &'static str,
        sheet: &Sheet,
    ) -> anyhow::Result<Letter> {
        Ok(Letter {
            id: app.entropy.id(app.now()),
            org_id: person.org_id,
            meeting_id: None,
            booking_id: None,
            kind: kind.to_owned(),
            audience: "person".to_owned(),
            to: Mailbox {
                name: person.name.clone(),
                email: person.email.clone(),
            },
            from_name: "42min".to_owned(),
            reply_to: None,
            subject: sheet.subject.clone(),
            text: sheet.text()?,
            html: sheet.html()?,
            calendar: None,
            takes_back: None,
            thread: None,
            unsubscribe: None,
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    pub name: String,
    pub email: String,
}

/// An iCalendar object with the letter. `inline`: also as an alternative of the text, which makes
/// mail programs show an invitation; without it only a file is attached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    pub method: String,
    pub ics: String,
    pub inline: bool,
}

impl Letter {
    /// The Message-ID is made of the row, so a letter sent twice is seen as one.
    pub fn message_id(&self, host: &str) -> String {
        message_id(self.id, host)
    }
}

pub fn message_id(letter: Id<Letter>, host: &str) -> String {
    format!("<{letter}@{host}>")
}
