//! Take, move and give back a place: meetings and the bookings in them. Knows nothing of any
//! provider of online rooms; it only asks for the `Conference` job.

pub mod book;
pub mod book_pages;
pub mod booker;
pub mod cancel;
pub mod change;
#[cfg(test)]
mod embed_tests;
pub mod form;
#[cfg(test)]
mod group_tests;
pub mod host_pages;
#[cfg(test)]
mod host_tests;
pub mod letters;
pub mod link;
pub mod mails;
pub mod manage_pages;
pub mod month;
pub mod offers;
pub mod place;
pub mod repair;
pub mod rules;
pub mod store;
pub mod strangers;
#[cfg(test)]
mod tests;
mod wording;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::accounts::{Org, Person};
use crate::event_types::{EventType, Kind, Location};
use crate::id::Id;
use crate::language::Language;
use crate::zone::Zone;
use crate::{record, words};

words! {
    /// The public API's words.
    pub enum Status {
        Confirmed = "confirmed",
        Canceled = "canceled",
        Rescheduled = "rescheduled",
    }
}

words! {
    /// Who ended a booking, by canceling or moving it.
    pub enum By {
        Invitee = "invitee",
        Host = "host",
    }
}

record! {
    /// What takes place: one host, one time, one place. Its generation grows with each change; a
    /// reschedule keeps it while its host stays.
    #[derive(Clone, Debug)]
    pub struct Meeting {
        pub id: Id<Meeting>,
        pub org_id: Id<Org>,
        pub host_id: Id<Person>,
        pub event_type_id: Id<EventType>,
        pub starts_at: Timestamp,
        pub minutes: u16,
        pub buffer_before: u16,
        pub buffer_after: u16,
        /// The calendar's SUMMARY, a mail's subject, the topic at a provider.
        pub summary: String,
        pub location: Location,
        pub location_value: Option<String>,
        pub ical_uid: String,
        /// The iCalendar SEQUENCE of the last round of letters; None before the first.
        pub sequence: Option<i64>,
        pub generation: i64,
        /// As the event type was at the first booking.
        pub kind: Kind,
        /// A webinar was asked for, at the first booking.
        pub webinar_at: Option<Timestamp>,
        /// The meeting that takes place instead, with another host.
        pub replaced_by: Option<Id<Meeting>>,
        /// Since when nobody has a place in it any more.
        pub over_at: Option<Timestamp>,
        pub created_at: Timestamp,
    }
}

impl Meeting {
    pub fn ends_at(&self) -> Timestamp {
        self.starts_at + SignedDuration::from_mins(i64::from(self.minutes))
    }
}

/// Email addresses the invitee brings along. They take no seat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guests(pub Vec<String>);

/// Answers to the booking form's questions, with the question as it was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers(pub Vec<Given>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    pub question: String,
    pub label: String,
    pub answer: String,
}

crate::column!(
    Guests as String,
    |guests| serde_json::to_string(&guests).unwrap_or_else(|_| "[]".to_owned()),
    |text| serde_json::from_str(&text).map_err(|e| e.to_string())
);
crate::column!(
    Answers as String,
    |answers| serde_json::to_string(&answers).unwrap_or_else(|_| "[]".to_owned()),
    |text| serde_json::from_str(&text).map_err(|e| e.to_string())
);

record! {
    /// An invitee's place in a meeting.
    #[derive(Clone, Debug)]
    pub struct Booking {
        pub id: Id<Booking>,
        pub org_id: Id<Org>,
        pub meeting_id: Id<Meeting>,
        pub seat: Id<Seat>,
        pub event_type_id: Id<EventType>,
        pub host_id: Id<Person>,
        pub status: Status,
        pub starts_at: Timestamp,
        pub minutes: u16,
        pub location: Location,
        pub location_value: Option<String>,
        pub invitee_name: String,
        pub invitee_email: String,
        pub invitee_timezone: Zone,
        /// What the invitee reads, and who they bring along.
        pub language: Language,
        pub guests: Guests,
        pub answers: Answers,
        pub rescheduled_from: Option<Id<Booking>>,
        pub reschedule_reason: Option<String>,
        pub ended_at: Option<Timestamp>,
        pub ended_by: Option<By>,
        pub cancel_reason: Option<String>,
        pub created_at: Timestamp,
    }
}

/// Names a place through all its moves: the same for a booking and for those that took its place.
pub struct Seat;

impl Booking {
    pub fn ends_at(&self) -> Timestamp {
        self.starts_at + SignedDuration::from_mins(i64::from(self.minutes))
    }
}

/// The name under which a booking's link is signed (`Installation::link_token`).
pub const LINK: &str = "booking";

/// The private page of a booking: `/booking/{uid}?t={token}`.
pub fn manage_path(app: &crate::app::App, booking: Id<Booking>) -> String {
    format!(
        "/booking/{booking}?t={}",
        app.installation.link_token(LINK, booking)
    )
}

/// Where the invitee picks another time: `/booking/{uid}/reschedule?t={token}`.
pub fn reschedule_path(app: &crate::app::App, booking: Id<Booking>) -> String {
    manage_path(app, booking).replacen('?', "/reschedule?", 1)
}

/// Where the invitee cancels: `/booking/{uid}/cancel?t={token}`.
pub fn cancel_path(app: &crate::app::App, booking: Id<Booking>) -> String {
    manage_path(app, booking).replacen('?', "/cancel?", 1)
}

/// Why a use case did not do what was asked.
#[derive(Debug)]
pub enum Refused {
    /// The domain said no.
    Because(rules::Refusal),
    /// The same form came twice at once, and the other one was first.
    SentTwice,
    /// Ours.
    Failed(anyhow::Error),
}

impl From<rules::Refusal> for Refused {
    fn from(refusal: rules::Refusal) -> Refused {
        Refused::Because(refusal)
    }
}

impl From<anyhow::Error> for Refused {
    fn from(error: anyhow::Error) -> Refused {
        Refused::Failed(error)
    }
}

impl From<crate::planted::point::Planted> for Refused {
    fn from(planted: crate::planted::point::Planted) -> Refused {
        Refused::Failed(planted.into())
    }
}

impl From<crate::db::DbError> for Refused {
    fn from(error: crate::db::DbError) -> Refused {
        use crate::db::DbError;
        match error {
            // The guard behind the host's turn.
            DbError::Overlap => Refused::Because(rules::Refusal::SlotTaken),
            DbError::Unique(ref what) if what.contains("form_token") => Refused::SentTwice,
            // The same behind the sessions of a group: one for each start.
            DbError::Unique(ref what)
                if what.contains("meetings_one_session") || what.contains("meetings.starts_at") =>
            {
                Refused::Because(rules::Refusal::SlotTaken)
            }
            DbError::Unique(_)
            | DbError::Value(_)
            | DbError::Panicked
            | DbError::Closed
            | DbError::Disk(_)
            | DbError::Sql(_) => Refused::Failed(error.into()),
        }
    }
}
