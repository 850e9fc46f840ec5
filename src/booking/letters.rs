//! Who is to be told what about a meeting: the difference between what each recipient was last told
//! and what is true. Pure. How it is said is in `wording`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Booking, By, Meeting, Seat, Status};
use crate::accounts::Person;
use crate::id::Id;
use crate::planted::bug::{Bug, planted};
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
        pub seat: Id<Seat>,
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

/// A recipient is one address in one part, for one place: a host who books with themselves gets both
/// letters, and the host of a group hears of each place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recipient {
    pub seat: Id<Seat>,
    pub audience: Audience,
    pub email: String,
}

impl Told {
    pub fn to(&self) -> Recipient {
        Recipient {
            seat: self.seat,
            audience: self.audience,
            email: self.email.clone(),
        }
    }
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
    let mut want = |audience, email: &str, booking: &Booking, facts: Option<Facts>| {
        let to = Recipient {
            seat: booking.seat,
            audience,
            email: email.to_owned(),
        };
        let new = Wanted {
            to: to.clone(),
            booking: booking.id,
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
        let email = &booking.invitee_email;
        want(Audience::Invitee, email, booking, facts.clone());
        for guest in &booking.guests.0 {
            if !guest.eq_ignore_ascii_case(email) {
                want(Audience::Guest, guest, booking, facts.clone());
            }
        }
        want(Audience::Host, &host.email, booking, facts);
    }
    all.into_values().collect()
}

/// What has become of the places of a meeting elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Elsewhere {
    /// What was told of the same places in the meetings they were moved from, as far as it stands.
    pub came_from: Vec<Told>,
    /// The places that were moved to other meetings, which tell of it; with the address of the host
    /// there.
    pub went_to: BTreeMap<Id<Seat>, String>,
}

impl Elsewhere {
    /// Whether the meeting that a place went to tells this recipient. A host who has lost it is
    /// told by the meeting they had.
    fn tells(&self, told: &Told) -> bool {
        self.went_to
            .get(&told.seat)
            .is_some_and(|host| told.audience != Audience::Host || *host == told.email)
    }
}

/// What is to be told to whom. Nothing for those who know already.
pub fn diff(wanted: &[Wanted], told: &[Told], elsewhere: &Elsewhere) -> Vec<(Recipient, News)> {
    let mut news = Vec::new();
    let (here, there) = (by_recipient(told), by_recipient(&elsewhere.came_from));
    for want in wanted {
        let (last, before) = (here.get(&want.to), there.get(&want.to));
        if let Some(one) = difference(want, last.copied(), before.copied()) {
            news.push((want.to.clone(), one));
        }
    }
    // Whoever is no longer named at all: a guest left out when the booking moved.
    let named: BTreeSet<&Recipient> = wanted.iter().map(|want| &want.to).collect();
    for told in told {
        let named = named.contains(&told.to());
        if !named && told.state == ToldState::Confirmed && !elsewhere.tells(told) {
            news.push((told.to(), News::Canceled));
        }
    }
    news
}

/// What was told, by whom it was told to.
pub fn by_recipient(told: &[Told]) -> BTreeMap<Recipient, &Told> {
    told.iter().map(|told| (told.to(), told)).collect()
}

fn difference(want: &Wanted, last: Option<&Told>, elsewhere: Option<&Told>) -> Option<News> {
    let live = last.filter(|told| told.state == ToldState::Confirmed);
    match (&want.facts, last, live, elsewhere) {
        (Some(facts), _, Some(told), _) => change(facts, told),
        // Moved away and back before anybody was told: another meeting at the same time.
        (Some(facts), _, None, Some(before))
            if facts.starts_at == before.starts_at && facts.minutes == before.minutes =>
        {
            Some(News::LinkChanged)
        }
        (Some(_), _, None, Some(before)) => Some(News::Moved {
            from: before.starts_at,
            minutes: before.minutes,
        }),
        (Some(_), _, None, None) => Some(News::Confirmed),
        (None, _, Some(_), _) | (None, _, None, Some(_)) => Some(News::Canceled),
        (None, Some(_), None, None) => None,
        // Canceled before the first round: the invitee, who saw "You're booked", hears of it.
        (None, None, None, None) => match want.to.audience {
            Audience::Invitee => Some(News::Canceled),
            Audience::Guest | Audience::Host => None,
        },
    }
}

/// Whether the host hears of this once for the whole meeting of a group, and not once for each
/// place: what is true of its room and its time, and its end by the host.
pub fn is_of_all(
    meeting: &Meeting,
    booking: &Booking,
    audience: Audience,
    news: &News,
    before: Option<&Told>,
) -> bool {
    if !meeting.kind.is_group() || audience != Audience::Host {
        return false;
    }
    match news {
        News::LinkReady | News::LinkChanged | News::PlaceChanged => true,
        // A single place that moves in was told of in another meeting.
        News::Moved { .. } => before.is_some_and(|told| told.meeting_id == meeting.id),
        News::Canceled => meeting.over_at.is_some() && booking.ended_by == Some(By::Host),
        News::Confirmed => false,
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
        (Some(last), AsksCalendars::Yes) if planted(Bug::SequenceNotRaised) => Some(last),
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
