//! Everything about one guest, found and overwritten. Text is searched as text here, which nothing
//! else does: names and addresses stand in letters, topics and the bodies of the log too.

use jiff::Timestamp;

use crate::accounts::Org;
use crate::booking::store::{BOOKING, like};
use crate::booking::{Booking, Guests, Meeting, Seat};
use crate::db::{DbError, Reader, Tx, sql};
use crate::id::Id;
use crate::mail::Letter;
use crate::mail::store::Body;
use crate::record;
use crate::sync_log::Entry;

/// The bookings made with this address, the newest first.
pub async fn bookings(
    reader: &mut Reader,
    org: Id<Org>,
    email: &str,
) -> Result<Vec<Booking>, DbError> {
    sql(format!(
        "SELECT {BOOKING} FROM bookings WHERE org_id = $1 AND LOWER(invitee_email) = $2
         ORDER BY starts_at DESC, id DESC"
    ))
    .bind(org)
    .bind(email.to_lowercase())
    .all(reader)
    .await
}

/// The bookings of others that bring this address along.
pub async fn brought_along(
    reader: &mut Reader,
    org: Id<Org>,
    email: &str,
) -> Result<Vec<Booking>, DbError> {
    let all: Vec<Booking> = sql(format!(
        "SELECT {BOOKING} FROM bookings WHERE org_id = $1 AND LOWER(guests) LIKE $2 ESCAPE '!'
         ORDER BY starts_at DESC, id DESC"
    ))
    .bind(org)
    .bind(like(&email.to_lowercase()))
    .all(reader)
    .await?;
    let brings = |booking: &Booking| booking.guests.0.iter().any(|it| is_same(it, email));
    Ok(all.into_iter().filter(brings).collect())
}

pub fn is_same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

record! {
    /// A letter that was written to them or names them.
    pub struct About {
        pub id: Id<Letter>,
        pub body: Body,
        pub created_at: Timestamp,
        pub sent_at: Option<Timestamp>,
    }
}

/// Letters to this address, about these bookings, or that hold one of these words.
pub async fn letters(
    reader: &mut Reader,
    org: Id<Org>,
    email: &str,
    bookings: &[Id<Booking>],
    words: &[String],
) -> Result<Vec<About>, DbError> {
    const SELECT: &str = "SELECT id, body, created_at, sent_at FROM letters WHERE org_id = $1 AND";
    let mut found: Vec<About> = sql(format!("{SELECT} LOWER(to_email) = $2"))
        .bind(org)
        .bind(email.to_lowercase())
        .all(reader)
        .await?;
    for booking in bookings {
        let more = sql(format!("{SELECT} booking_id = $2"))
            .bind(org)
            .bind(*booking)
            .all(reader)
            .await?;
        found.extend::<Vec<About>>(more);
    }
    for word in words {
        let more = sql(format!(
            "{SELECT} (LOWER(body) LIKE $2 ESCAPE '!' OR body LIKE $3 ESCAPE '!')"
        ))
        .bind(org)
        .bind(like(&in_json(&word.to_ascii_lowercase())))
        .bind(like(&in_json(word)))
        .all(reader)
        .await?;
        found.extend::<Vec<About>>(more);
    }
    found.sort_by_key(|letter| (letter.created_at, letter.id));
    found.dedup_by_key(|letter| letter.id);
    Ok(found)
}

record! {
    /// An entry of the sync log that names them.
    pub struct Noted {
        pub id: Id<Entry>,
        pub at: Timestamp,
        pub meeting_id: Option<Id<Meeting>>,
        pub words: String,
        pub request_body: Option<String>,
        pub response_body: Option<String>,
    }
}

/// Entries of these meetings that hold one of these words, and entries anywhere that hold the address.
pub async fn noted(
    reader: &mut Reader,
    org: Id<Org>,
    email: &str,
    meetings: &[Id<Meeting>],
    words: &[String],
) -> Result<Vec<Noted>, DbError> {
    const SELECT: &str = "SELECT id, at, meeting_id, words, request_body, response_body FROM sync_log WHERE org_id = $1";
    const HOLDS: &str = "(LOWER(words) LIKE $2 ESCAPE '!' OR words LIKE $3 ESCAPE '!'
        OR LOWER(COALESCE(request_body, '') || ' ' || COALESCE(response_body, '')) LIKE $4 ESCAPE '!'
        OR request_body LIKE $5 ESCAPE '!' OR response_body LIKE $5 ESCAPE '!')";
    let mut found: Vec<Noted> = sql(format!("{SELECT} AND {HOLDS}"))
        .bind(org)
        .bind(like(&email.to_ascii_lowercase()))
        .bind(like(email))
        .bind(like(&in_json(&email.to_ascii_lowercase())))
        .bind(like(&in_json(email)))
        .all(reader)
        .await?;
    for meeting in meetings {
        for word in words {
            let more = sql(format!("{SELECT} AND {HOLDS} AND meeting_id = $6"))
                .bind(org)
                .bind(like(&word.to_ascii_lowercase()))
                .bind(like(word))
                .bind(like(&in_json(&word.to_ascii_lowercase())))
                .bind(like(&in_json(word)))
                .bind(*meeting)
                .all(reader)
                .await?;
            found.extend::<Vec<Noted>>(more);
        }
    }
    found.sort_by_key(|entry| (entry.at, entry.id));
    found.dedup_by_key(|entry| entry.id);
    Ok(found)
}

/// A word as it stands inside a JSON string.
fn in_json(word: &str) -> String {
    let quoted = serde_json::Value::from(word).to_string();
    quoted.trim_matches('"').to_owned()
}

/// Takes the person out of their booking. Whose it was can't be told afterwards.
pub async fn blank_booking(
    tx: &mut Tx,
    booking: &Booking,
    name: &str,
    email: &str,
) -> Result<(), DbError> {
    sql(
        "UPDATE bookings SET invitee_name = $3, invitee_email = $4, invitee_timezone = 'UTC', language = 'en',
            guests = '[]', answers = '[]', location_value = NULL, reschedule_reason = NULL,
            cancel_reason = NULL
         WHERE org_id = $1 AND id = $2",
    )
    .bind(booking.org_id)
    .bind(booking.id)
    .bind(name)
    .bind(email)
    .run(tx)
    .await?;
    for (email_now, statement) in [
        (
            booking.invitee_email.as_str(),
            "UPDATE told SET email = $4 WHERE seat = $1 AND meeting_id = $2 AND email = $3",
        ),
        (
            email,
            "DELETE FROM told WHERE seat = $1 AND meeting_id = $2 AND audience = 'guest'
                AND email <> $3 AND email <> $4",
        ),
    ] {
        sql(statement)
            .bind(booking.seat)
            .bind(booking.meeting_id)
            .bind(email_now)
            .bind(email)
            .run(tx)
            .await?;
    }
    Ok(())
}

/// Takes the person out of a meeting that was theirs alone, and out of what was seen of its room.
pub async fn blank_meeting(
    tx: &mut Tx,
    org: Id<Org>,
    meeting: Id<Meeting>,
    summary: &str,
) -> Result<(), DbError> {
    for statement in [
        "UPDATE meetings SET summary = $3, location_value = NULL WHERE org_id = $1 AND id = $2",
        "UPDATE seen SET shows_topic = $3 WHERE org_id = $1 AND meeting_id = $2
            AND shows_topic IS NOT NULL",
        "UPDATE told SET place = (SELECT location || '|' FROM meetings WHERE id = $2)
         WHERE meeting_id = $2 AND EXISTS (SELECT 1 FROM meetings WHERE id = $2 AND org_id = $1)
            AND $3 <> ''",
    ] {
        sql(statement)
            .bind(org)
            .bind(meeting)
            .bind(summary)
            .run(tx)
            .await?;
    }
    Ok(())
}

/// Somebody else's booking no longer brings them along.
pub async fn leave_behind(
    tx: &mut Tx,
    booking: &Booking,
    seat: Id<Seat>,
    email: &str,
) -> Result<(), DbError> {
    let mut guests = booking.guests.0.clone();
    guests.retain(|it| !is_same(it, email));
    sql("UPDATE bookings SET guests = $3 WHERE org_id = $1 AND id = $2")
        .bind(booking.org_id)
        .bind(booking.id)
        .bind(Guests(guests))
        .run(tx)
        .await?;
    sql("DELETE FROM told WHERE seat = $1 AND audience = 'guest' AND LOWER(email) = $2")
        .bind(seat)
        .bind(email.to_lowercase())
        .run(tx)
        .await?;
    Ok(())
}

pub async fn delete_letter(tx: &mut Tx, org: Id<Org>, letter: Id<Letter>) -> Result<(), DbError> {
    sql("DELETE FROM letters WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(letter)
        .run(tx)
        .await?;
    sql("DELETE FROM jobs WHERE kind = 'mail' AND subject = $1")
        .bind(letter)
        .run(tx)
        .await?;
    Ok(())
}

/// The entry stays, with what was done; what was sent and answered goes.
pub async fn blank_entry(
    tx: &mut Tx,
    org: Id<Org>,
    entry: Id<Entry>,
    words: &str,
) -> Result<(), DbError> {
    sql(
        "UPDATE sync_log SET request_body = NULL, response_body = NULL, words = $3
         WHERE org_id = $1 AND id = $2",
    )
    .bind(org)
    .bind(entry)
    .bind(words)
    .run(tx)
    .await?;
    Ok(())
}

/// Topics of rooms that belong to nothing here can name them; the next sweep finds the room again
/// for as long as it exists at the provider.
pub async fn forget_strays(tx: &mut Tx, org: Id<Org>, word: &str) -> Result<(), DbError> {
    sql("DELETE FROM strays WHERE org_id = $1 AND topic LIKE $2 ESCAPE '!'")
        .bind(org)
        .bind(like(word))
        .run(tx)
        .await?;
    Ok(())
}

/// What they tried is counted by address, on the whole server.
pub async fn forget_tries(tx: &mut Tx, email: &str) -> Result<(), DbError> {
    sql("DELETE FROM tries WHERE LOWER(who) = $1")
        .bind(email.to_lowercase())
        .run(tx)
        .await?;
    Ok(())
}
