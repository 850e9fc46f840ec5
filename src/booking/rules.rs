//! What may be booked, moved and canceled, and what comes of it: values in, values out. Whether a
//! start is on offer is for `availability::slots`; who asks for what stands in the use cases.

use jiff::Timestamp;

use super::form::Request;
use super::{Booking, By, Meeting, Status};
use crate::accounts::Person;
use crate::availability::slots::NotOffered;
use crate::clock::{hours, seconds};
use crate::event_types::{EventType, Location};
use crate::id::Id;
use crate::language::Language;

/// The domain said no. The page words it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Somebody else has it, or the host is busy then.
    SlotTaken,
    /// Never on offer, or no longer.
    NotOffered(NotOffered),
    /// Switched off or deleted.
    EventTypeOff,
    /// The host takes no bookings any more.
    HostGone,
    /// The meeting has begun: an invitee can't change it any more.
    Started,
    /// The meeting has ended: nobody can.
    Over,
    /// The host takes no changes of time from invitees.
    RescheduleDisabled,
    /// The time asked for is the one it has.
    SameTime,
    AlreadyCanceled,
    /// Another booking has taken its place: `store::moved_to` names it.
    AlreadyMoved,
}

impl From<NotOffered> for Refusal {
    fn from(why: NotOffered) -> Refusal {
        match why {
            NotOffered::Taken => Refusal::SlotTaken,
            NotOffered::InPast
            | NotOffered::TooSoon
            | NotOffered::TooFar
            | NotOffered::OutsideHours
            | NotOffered::OffGrid
            | NotOffered::LimitReached { .. } => Refusal::NotOffered(why),
        }
    }
}

/// The ids of what a booking makes, chosen by the caller: chance is not for rules.
#[derive(Clone, Copy)]
pub struct Fresh<'a> {
    pub meeting: Id<Meeting>,
    pub booking: Id<Booking>,
    /// The host part of this server's address, for the iCalendar UID.
    pub server: &'a str,
    pub now: Timestamp,
}

/// Whether a new meeting of a group may be a webinar, as the org has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Webinars {
    On,
    Off,
}

/// A meeting for a start that was found on offer, with its first invitee.
pub fn opened(
    event_type: &EventType,
    host: &Person,
    (invitee, start, given): (&str, Timestamp, Option<&str>),
    webinars: Webinars,
    fresh: Fresh<'_>,
) -> Meeting {
    let is_webinar = event_type.kind.is_group()
        && event_type.webinar_at.is_some()
        && event_type.location.provider().is_some()
        && webinars == Webinars::On;
    Meeting {
        id: fresh.meeting,
        org_id: event_type.org_id,
        host_id: host.id,
        event_type_id: event_type.id,
        starts_at: start,
        minutes: event_type.minutes,
        buffer_before: event_type.buffer_before,
        buffer_after: event_type.buffer_after,
        summary: summary(event_type, invitee, host),
        location: event_type.location,
        location_value: shared_place(event_type, given),
        ical_uid: format!("{}@{}", fresh.meeting, fresh.server),
        sequence: None,
        generation: 1,
        kind: event_type.kind,
        webinar_at: is_webinar.then_some(fresh.now),
        replaced_by: None,
        over_at: None,
        created_at: fresh.now,
    }
}

/// An invitee's place in a meeting.
pub fn placed(
    event_type: &EventType,
    meeting: &Meeting,
    request: &Request,
    fresh: Fresh<'_>,
) -> Booking {
    Booking {
        id: fresh.booking,
        org_id: event_type.org_id,
        meeting_id: meeting.id,
        seat: Id::from_uuid(fresh.booking.uuid()),
        event_type_id: event_type.id,
        host_id: meeting.host_id,
        status: Status::Confirmed,
        starts_at: meeting.starts_at,
        minutes: meeting.minutes,
        location: meeting.location,
        location_value: own_place(event_type, meeting, request.place.as_deref()),
        invitee_name: request.name.clone(),
        invitee_email: request.email.to_string(),
        invitee_timezone: request.zone.clone(),
        language: request.language,
        guests: request.guests.clone(),
        answers: request.answers.clone(),
        rescheduled_from: None,
        reschedule_reason: None,
        ended_at: None,
        ended_by: None,
        cancel_reason: None,
        created_at: fresh.now,
    }
}

/// What a move asks for.
#[derive(Clone, Debug)]
pub struct Move {
    pub start: Timestamp,
    pub reason: Option<String>,
    /// The invitee's own place or number, where the event type now asks for one.
    pub place: Option<String>,
    /// What the invitee reads by now, when it is they who ask.
    pub language: Option<Language>,
}

/// The meeting at its new time. It keeps its row and its UID; the place is the event type's as it is
/// now. `booking`: whose place it is, or one of many.
pub fn moved(
    (meeting, booking): (&Meeting, &Booking),
    event_type: &EventType,
    host: &Person,
    to: &Move,
) -> Meeting {
    Meeting {
        starts_at: to.start,
        minutes: event_type.minutes,
        buffer_before: event_type.buffer_before,
        buffer_after: event_type.buffer_after,
        summary: match meeting.kind.is_group() {
            true => group_summary(event_type, host),
            false => pair_summary(event_type, &booking.invitee_name, host),
        },
        location: event_type.location,
        location_value: match meeting.kind.is_group() {
            true => own_words(event_type),
            false => place(event_type, given(booking, event_type, to)),
        },
        generation: meeting.generation + 1,
        ..meeting.clone()
    }
}

/// The booking that takes another's place when that is moved, in the same meeting or another one.
pub fn successor(
    booking: &Booking,
    meeting: &Meeting,
    event_type: &EventType,
    to: &Move,
    (id, now): (Id<Booking>, Timestamp),
) -> Booking {
    Booking {
        id,
        meeting_id: meeting.id,
        host_id: meeting.host_id,
        starts_at: meeting.starts_at,
        minutes: meeting.minutes,
        location: meeting.location,
        location_value: own_place(event_type, meeting, given(booking, event_type, to)),
        rescheduled_from: Some(booking.id),
        reschedule_reason: to.reason.clone(),
        language: to.language.unwrap_or(booking.language),
        created_at: now,
        ..booking.clone()
    }
}

/// What the invitee says of the place, now or when they booked.
pub fn given<'a>(booking: &'a Booking, event_type: &EventType, to: &'a Move) -> Option<&'a str> {
    let same = event_type.location == booking.location;
    let kept = given_place(booking).filter(|_| same);
    to.place.as_deref().or(kept)
}

/// The event type as it is for who joins this meeting of a group: length and place were fixed at its
/// first booking.
pub fn as_joined(event_type: &EventType, meeting: &Meeting) -> EventType {
    if !meeting.kind.is_group() {
        return event_type.clone();
    }
    EventType {
        minutes: meeting.minutes,
        location: meeting.location,
        location_value: meeting.location_value.clone(),
        ..event_type.clone()
    }
}

/// The meeting when its last booking is gone.
pub fn over(meeting: &Meeting, now: Timestamp) -> Meeting {
    Meeting {
        over_at: Some(now),
        generation: meeting.generation + 1,
        ..meeting.clone()
    }
}

/// The meeting at a web address of the host's own: no room is wanted for it any more.
pub fn elsewhere(meeting: &Meeting, url: &str) -> Meeting {
    Meeting {
        location: Location::CustomUrl,
        location_value: Some(url.to_owned()),
        generation: meeting.generation + 1,
        ..meeting.clone()
    }
}

/// Whether the booking still stands: a spent link changes nothing.
pub fn stands(booking: &Booking) -> Result<(), Refusal> {
    match booking.status {
        Status::Confirmed => Ok(()),
        Status::Canceled => Err(Refusal::AlreadyCanceled),
        Status::Rescheduled => Err(Refusal::AlreadyMoved),
    }
}

/// Whether it can be canceled by them now.
pub fn may_cancel(booking: &Booking, by: By, now: Timestamp) -> Result<(), Refusal> {
    stands(booking)?;
    if booking.ends_at() <= now {
        return Err(Refusal::Over);
    }
    match by {
        By::Invitee if booking.starts_at <= now => Err(Refusal::Started),
        By::Invitee | By::Host => Ok(()),
    }
}

/// Whether it can be moved by them now, to wherever. A host may move a meeting of an event type
/// that takes no new bookings.
pub fn may_move(
    booking: &Booking,
    event_type: &EventType,
    by: By,
    now: Timestamp,
) -> Result<(), Refusal> {
    may_cancel(booking, by, now)?;
    match by {
        By::Host => Ok(()),
        By::Invitee if event_type.reschedule_disabled_at.is_some() => {
            Err(Refusal::RescheduleDisabled)
        }
        By::Invitee if event_type.disabled_at.is_some() => Err(Refusal::EventTypeOff),
        By::Invitee => Ok(()),
    }
}

/// When letters about a meeting go: a room online gets eight seconds to be made first.
pub fn letters_at(has_room: bool, now: Timestamp) -> Timestamp {
    if has_room { now + seconds(8) } else { now }
}

/// When the host is reminded of a missing link. None where that has passed: they have been told
/// already that it is late.
pub fn last_call_at(meeting: &Meeting, now: Timestamp) -> Option<Timestamp> {
    meeting.location.provider()?;
    let at = meeting.starts_at - hours(2);
    (at > now).then_some(at)
}

/// The calendar's SUMMARY, the subject of mails, the topic of the room.
fn summary(event_type: &EventType, invitee: &str, host: &Person) -> String {
    match event_type.kind.is_group() {
        true => group_summary(event_type, host),
        false => pair_summary(event_type, invitee, host),
    }
}

fn pair_summary(event_type: &EventType, invitee: &str, host: &Person) -> String {
    format!("{}: {invitee} and {}", event_type.title, host.name)
}

/// Names no invitee to another.
fn group_summary(event_type: &EventType, host: &Person) -> String {
    format!("{} with {}", event_type.title, host.name)
}

/// The summary for somebody who reads this language. The stored one is the topic at a provider too,
/// and in English: its names, which may have been others, are looked for at its end.
pub fn summary_in(
    language: Language,
    meeting: &Meeting,
    (booking, host): (&Booking, &Person),
) -> String {
    let (end, words) = match meeting.kind.is_group() {
        true => (format!(" with {}", host.name), "summary-group"),
        false => {
            let end = format!(": {} and {}", booking.invitee_name, host.name);
            (end, "summary")
        }
    };
    match meeting.summary.strip_suffix(&end) {
        Some(title) => language
            .say(words)
            .with("title", title)
            .with("invitee", &booking.invitee_name)
            .with("host", &host.name)
            .into(),
        None => meeting.summary.clone(),
    }
}

/// Where a meeting takes place for all who are in it.
fn shared_place(event_type: &EventType, given: Option<&str>) -> Option<String> {
    match event_type.kind.is_group() {
        true => own_words(event_type),
        false => place(event_type, given),
    }
}

/// Where it takes place for one invitee: in a group their number is for the host alone.
fn own_place(event_type: &EventType, meeting: &Meeting, given: Option<&str>) -> Option<String> {
    match meeting.kind.is_group() && meeting.location.asks_invitee().is_some() {
        true => place(event_type, given),
        false => meeting.location_value.clone(),
    }
}

fn own_words(event_type: &EventType) -> Option<String> {
    place(event_type, None)
}

/// Stands between the host's words about a call and the number the invitee left.
const NUMBER: &str = ". Invitee’s number: ";

/// Where it takes place, beyond the kind of place: the invitee's own words where they are asked,
/// else the event type's; of a call both, as the host's words say who calls whom.
fn place(event_type: &EventType, given: Option<&str>) -> Option<String> {
    let said = event_type.location_value.as_deref();
    if event_type.location.asks_invitee().is_none() {
        let said = said.filter(|_| event_type.location.is_said_by_host());
        return said.map(str::to_owned);
    }
    let said = said.filter(|_| event_type.location == Location::Phone);
    match (said, given) {
        (Some(said), Some(given)) => Some(format!("{}{NUMBER}{given}", said.trim_end_matches('.'))),
        (Some(only), None) | (None, Some(only)) => Some(only.to_owned()),
        (None, None) => None,
    }
}

/// What is stored of a place, for somebody who reads this language.
pub fn said_of_place(location: Location, value: &str, language: Language) -> String {
    match value
        .rsplit_once(NUMBER)
        .filter(|_| location == Location::Phone)
    {
        Some((said, number)) => {
            let words = language.say("place-said-and-number").with("said", said);
            words.with("number", number).into()
        }
        None => value.to_owned(),
    }
}

/// What the invitee said themselves of the place, for a form that asks again.
pub fn given_place(booking: &Booking) -> Option<&str> {
    booking.location.asks_invitee()?;
    let value = booking.location_value.as_deref()?;
    Some(value.rsplit_once(NUMBER).map_or(value, |(_, given)| given))
}
