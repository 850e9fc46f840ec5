//! Who is to be told what about a meeting: the difference between what each recipient was last told
//! and what is true. Pure. How it is said is in `wording`.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Booking, Meeting, Status};
use crate::accounts::Person;
use crate::id::Id;
use crate::{record, words};

words! {
    pub enum Audience {
        Invitee = "invitee",
        Guest = "guest",
        Host = "host",
    }
}

words! {
    pub enum ToldState {
        /// The meeting takes place, for this recipient.
        Confirmed = "confirmed",
        Canceled = "canceled",
    }
}

record! {
    /// What a recipient was last told.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Told {
        pub meeting_id: Id<Meeting>,
        pub audience: Audience,
        pub email: String,
        pub booking_id: Id<Booking>,
        pub state: ToldState,
        pub starts_at: Timestamp,
        pub minutes: u16,
        pub place: String,
        pub join_url: Option<String>,
        /// Since when their calendar may hold the meeting: when the first REQUEST was written.
        pub invited_at: Option<Timestamp>,
        /// Message-ID of the first letter to them.
        pub thread: String,
    }
}

/// A recipient is one address in one part: a host who books with themselves gets both letters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recipient {
    pub audience: Audience,
    pub email: String,
}

/// What is true for a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub to: Recipient,
    pub booking: Id<Booking>,
    /// None: the booking was ended, and no other of theirs took its place.
    pub facts: Option<Facts>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub starts_at: Timestamp,
    pub minutes: u16,
    /// Location and what was written to it, compared as a whole.
    pub place: String,
    pub join_url: Option<String>,
}

/// The one thing a letter tells. What else changed with it is said in the same letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    Confirmed,
    LinkReady,
    Moved { from: Timestamp, minutes: u16 },
    LinkChanged,
    PlaceChanged,
    Canceled,
}

impl News {
    /// For the log, the history and the letter's row.
    pub fn word(&self) -> &'static str {
        match self {
            News::Confirmed => "confirmed",
            News::LinkReady => "link-ready",
            News::Moved { .. } => "moved",
            News::LinkChanged => "link-changed",
            News::PlaceChanged => "place-changed",
            News::Canceled => "canceled",
        }
    }
}

/// What each recipient should know, one entry for each.
pub fn wanted(
    meeting: &Meeting,
    bookings: &[Booking],
    host: &Person,
    join_url: Option<&str>,
) -> Vec<Wanted> {
    let facts = Facts {
        starts_at: meeting.starts_at,
        minutes: meeting.minutes,
        place: format!(
            "{}|{}",
            meeting.location.word(),
            meeting.location_value.as_deref().unwrap_or_default()
        ),
        join_url: join_url.map(str::to_owned),
    };
    let mut all: BTreeMap<Recipient, Wanted> = BTreeMap::new();
    let mut want = |audience, email: &str, booking: Id<Booking>, facts: Option<Facts>| {
        let to = Recipient {
            audience,
            email: email.to_owned(),
        };
        let new = Wanted {
            to: to.clone(),
            booking,
            facts,
        };
        match all.get(&to) {
            // A live booking stands for the recipient, whatever became of their others.
            Some(there) if there.facts.is_some() => {}
            Some(_) | None => {
                all.insert(to, new);
            }
        }
    };
    let is_live = |booking: &&Booking| booking.status == Status::Confirmed;
    let live = bookings.iter().filter(is_live);
    // What was moved away from says nothing by itself: the booking that took its place does.
    let canceled = bookings.iter().filter(|b| b.status == Status::Canceled);
    for booking in live.chain(canceled) {
        let facts = is_live(&booking).then(|| facts.clone());
        want(
            Audience::Invitee,
            &booking.invitee_email,
            booking.id,
            facts.clone(),
        );
        for guest in &booking.guests.0 {
            if !guest.eq_ignore_ascii_case(&booking.invitee_email) {
                want(Audience::Guest, guest, booking.id, facts.clone());
            }
        }
        want(Audience::Host, &host.email, booking.id, facts);
    }
    all.into_values().collect()
}

/// What is to be told to whom. Nothing for those who know already.
pub fn diff(wanted: &[Wanted], told: &[Told]) -> Vec<(Recipient, News)> {
    let mut news = Vec::new();
    for want in wanted {
        let last = told
            .iter()
            .find(|told| told.audience == want.to.audience && told.email == want.to.email);
        if let Some(one) = difference(want, last) {
            news.push((want.to.clone(), one));
        }
    }
    // Whoever is no longer named at all: a guest left out when the booking moved.
    for told in told {
        let named = wanted
            .iter()
            .any(|want| want.to.audience == told.audience && want.to.email == told.email);
        if !named && told.state == ToldState::Confirmed {
            let to = Recipient {
                audience: told.audience,
                email: told.email.clone(),
            };
            news.push((to, News::Canceled));
        }
    }
    news
}

fn difference(want: &Wanted, last: Option<&Told>) -> Option<News> {
    let live = last.filter(|told| told.state == ToldState::Confirmed);
    match (&want.facts, last, live) {
        (Some(_), _, None) => Some(News::Confirmed),
        (Some(facts), _, Some(told)) => change(facts, told),
        (None, _, Some(_)) => Some(News::Canceled),
        (None, Some(_), None) => None,
        // Canceled before the first round: the invitee, who saw "You're booked", hears of it.
        (None, None, None) => match want.to.audience {
            Audience::Invitee => Some(News::Canceled),
            Audience::Guest | Audience::Host => None,
        },
    }
}

fn change(facts: &Facts, told: &Told) -> Option<News> {
    if facts.starts_at != told.starts_at || facts.minutes != told.minutes {
        return Some(News::Moved {
            from: told.starts_at,
            minutes: told.minutes,
        });
    }
    if facts.place != told.place {
        return Some(News::PlaceChanged);
    }
    match (&told.join_url, &facts.join_url) {
        (None, Some(_)) => Some(News::LinkReady),
        (Some(old), Some(new)) if old != new => Some(News::LinkChanged),
        // A link that went away is told of when the next one is there.
        (Some(_), Some(_) | None) | (None, None) => None,
    }
}

/// The SEQUENCE of this round of letters: 0 for the first, one more for each later round in which a
/// calendar is asked to change something.
pub fn sequence(last: Option<i64>, asks_calendars: AsksCalendars) -> Option<i64> {
    match (last, asks_calendars) {
        (None, AsksCalendars::Yes) => Some(0),
        (Some(last), AsksCalendars::Yes) => Some(last + 1),
        (last, AsksCalendars::No) => last,
    }
}

/// Whether a round carries a REQUEST or a CANCEL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsksCalendars {
    Yes,
    No,
}

#[cfg(test)]
mod tests;
