//! Calendar invites: one event as calendars understand it.
//!
//! Decides neither who is told nor when, and sends nothing.

pub mod add_to_calendar;
pub mod ics;

use jiff::{SignedDuration, Timestamp};

/// One event, as one message tells it. Names and texts may hold anything: the writers take
/// out what would end a line or change how the rest is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    /// Stays the same over a meeting's life.
    pub uid: String,
    /// Grows with each round of letters, on a cancel too: otherwise clients ignore it.
    pub sequence: u32,
    /// When this message was written; later than that of the one before.
    pub stamp: Timestamp,
    pub starts_at: Timestamp,
    pub minutes: u16,
    pub summary: String,
    /// Goes to everyone who gets this message: a link that only the invitee may have belongs
    /// into the invitee's copy alone.
    pub description: String,
    /// The join link, or where the meeting is, or "Zoom (link to follow)".
    pub location: Option<String>,
    /// The join link, when there is one.
    pub url: Option<String>,
    /// "Join Zoom meeting"; shown where a calendar makes a button of the link.
    pub conference_label: String,
    /// Never changes for a UID: some calendars refuse the message.
    pub organizer: Mailbox,
    pub attendees: Vec<Mailbox>,
    pub status: Status,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    pub name: String,
    pub email: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Confirmed,
    Cancelled,
    /// The attendees of this message are no longer asked; the event goes on with others.
    Uninvited,
}

impl Invite {
    pub fn ends_at(&self) -> Timestamp {
        let length = SignedDuration::from_mins(i64::from(self.minutes));
        self.starts_at.checked_add(length).unwrap_or(Timestamp::MAX)
    }
}
