//! One guest's data: collected, and erased in one transaction.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::store::{self, About, Noted};
use crate::accounts::{Ended, Org};
use crate::app::App;
use crate::booking::store::meetings_in;
use crate::booking::{Booking, Meeting, Status};
use crate::db::{DbError, Reader, Tx};
use crate::id::Id;

const NAME: &str = "Erased guest";
const SUMMARY: &str = "Meeting with an erased guest";
/// A domain that can never be anybody's (RFC 2606).
const NOWHERE: &str = "erased.invalid";

/// All that is stored about the holder of an address.
pub struct Data {
    pub email: String,
    pub bookings: Vec<Booking>,
    /// The meetings they were booked for.
    pub meetings: Vec<Meeting>,
    /// Bookings of others, who brought them along.
    pub along: Vec<Booking>,
    pub letters: Vec<About>,
    pub noted: Vec<Noted>,
}

impl Data {
    pub async fn load(reader: &mut Reader, org: Id<Org>, email: &str) -> Result<Data, DbError> {
        let bookings = store::bookings(reader, org, email).await?;
        let along = store::brought_along(reader, org, email).await?;
        let ids: Vec<Id<Booking>> = bookings.iter().map(|it| it.id).collect();
        let words = words(email, &bookings);
        let letters = store::letters(reader, org, email, &ids, &words).await?;
        let ids: BTreeSet<Id<Meeting>> = bookings.iter().map(|it| it.meeting_id).collect();
        let ids: Vec<Id<Meeting>> = ids.into_iter().collect();
        let meetings = meetings_in(reader, org, &ids).await?;
        let noted = store::noted(reader, org, email, &ids, &words).await?;
        Ok(Data {
            email: email.to_owned(),
            bookings,
            meetings,
            along,
            letters,
            noted,
        })
    }

    pub fn is_empty(&self) -> bool {
        self.bookings.is_empty()
            && self.along.is_empty()
            && self.letters.is_empty()
            && self.noted.is_empty()
    }

    /// Their bookings that are still to come or running.
    pub fn live(&self, now: Timestamp) -> usize {
        let live = |it: &&Booking| it.status == Status::Confirmed && it.ends_at() > now;
        self.bookings.iter().filter(live).count()
    }

    /// For the person it is about.
    pub fn to_json(&self) -> Value {
        json!({
            "email": self.email,
            "bookings": self.bookings.iter().map(booking).collect::<Vec<_>>(),
            "brought_along_to": self.along.iter().map(place).collect::<Vec<_>>(),
            "letters": self.letters.iter().map(|it| self.letter(it)).collect::<Vec<_>>(),
            "sync_log": self.noted.iter().map(|it| self.entry(it)).collect::<Vec<_>>(),
        })
    }

    /// What was written to them or about their bookings, whole. Of a letter about somebody else’s
    /// booking that names them, only that there is one.
    fn letter(&self, it: &About) -> Value {
        let letter = &it.body.0;
        let is_theirs = store::is_same(&letter.to.email, &self.email)
            || self
                .bookings
                .iter()
                .any(|own| Some(own.id) == letter.booking_id);
        if !is_theirs {
            return json!({ "written_at": it.created_at.to_string(), "about": "another booking" });
        }
        json!({
            "written_at": it.created_at.to_string(),
            "sent_at": it.sent_at.map(|at| at.to_string()),
            "to": letter.to.email,
            "subject": letter.subject,
            "text": letter.text,
            "html": letter.html,
            "calendar": letter.calendar.as_ref().map(|calendar| &calendar.ics),
        })
    }

    /// The same of the log.
    fn entry(&self, it: &Noted) -> Value {
        if !self
            .meetings
            .iter()
            .any(|own| Some(own.id) == it.meeting_id)
        {
            return json!({ "at": it.at.to_string(), "about": "another booking" });
        }
        json!({
            "at": it.at.to_string(),
            "words": it.words,
            "sent": it.request_body,
            "answered": it.response_body,
        })
    }
}

fn booking(it: &Booking) -> Value {
    json!({
        "id": it.id.to_string(),
        "status": it.status.word(),
        "start": it.starts_at.to_string(),
        "minutes": it.minutes,
        "location": it.location.word(),
        "location_value": it.location_value,
        "name": it.invitee_name,
        "email": it.invitee_email,
        "time_zone": it.invitee_timezone.name(),
        "language": it.language.tag(),
        "guests": it.guests.0,
        "answers": it.answers.0,
        "reschedule_reason": it.reschedule_reason,
        "cancel_reason": it.cancel_reason,
        "booked_at": it.created_at.to_string(),
    })
}

/// Only what is about them: the booking itself is somebody else's.
fn place(it: &Booking) -> Value {
    json!({
        "id": it.id.to_string(),
        "status": it.status.word(),
        "start": it.starts_at.to_string(),
        "minutes": it.minutes,
    })
}

/// Under which words they stand in texts.
fn words(email: &str, bookings: &[Booking]) -> Vec<String> {
    let names = bookings.iter().map(|it| it.invitee_name.clone());
    let emails = bookings.iter().map(|it| it.invitee_email.clone());
    let all: BTreeSet<String> = names.chain(emails).chain([email.to_owned()]).collect();
    all.into_iter().collect()
}

/// Why nothing was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// So many bookings are still to come: cancel them first, so that everybody is told.
    StillToCome(usize),
    /// Nothing is stored about this address.
    Unknown,
}

/// Erases what is stored about the holder of this address in this org, and leaves no trace of it in
/// SQLite’s files. What Zoom, mail servers and older backups hold is out of reach.
pub async fn erase(app: &App, org: Id<Org>, email: &str) -> Result<(), Ended<Refusal>> {
    let (email, now) = (email.to_owned(), app.now());
    app.db
        .write::<_, Ended<Refusal>, _>(move |tx| {
            Box::pin(async move {
                let data = Data::load(tx, org, &email).await?;
                match data.live(now) {
                    0 if data.is_empty() => Err(Ended::Refused(Refusal::Unknown)),
                    0 => Ok(blank(tx, org, &data).await?),
                    still => Err(Ended::Refused(Refusal::StillToCome(still))),
                }
            })
        })
        .await?;
    tracing::info!("a guest’s data was erased");
    Ok(())
}

async fn blank(tx: &mut Tx, org: Id<Org>, data: &Data) -> Result<(), DbError> {
    let words = words(&data.email, &data.bookings);
    for letter in &data.letters {
        store::delete_letter(tx, org, letter.id).await?;
    }
    for entry in &data.noted {
        store::blank_entry(tx, org, entry.id, &without(&entry.words, &words)).await?;
    }
    for booking in &data.bookings {
        let email = format!("{}@{NOWHERE}", booking.seat);
        store::blank_booking(tx, booking, NAME, &email).await?;
    }
    for meeting in data.meetings.iter().filter(|it| !it.kind.is_group()) {
        store::blank_meeting(tx, org, meeting.id, SUMMARY).await?;
    }
    for booking in &data.along {
        store::leave_behind(tx, booking, booking.seat, &data.email).await?;
    }
    for word in &words {
        store::forget_strays(tx, org, word).await?;
    }
    let brought = data.bookings.iter().flat_map(|it| it.guests.0.iter());
    for email in brought.chain([&data.email]) {
        store::forget_tries(tx, email).await?;
    }
    tx.forget();
    Ok(())
}

/// The words of an entry hardly ever name anybody; where they do, nothing of them is kept.
fn without(text: &str, words: &[String]) -> String {
    let small = text.to_lowercase();
    match words
        .iter()
        .any(|word| small.contains(&word.to_lowercase()))
    {
        true => format!("About an {}", NAME.to_lowercase()),
        false => text.to_owned(),
    }
}
