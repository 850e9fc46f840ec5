//! Letters in the database. Written in the transaction of what they tell of, so there is never a
//! mail of something that did not happen.

use jiff::Timestamp;

use super::Letter;
use crate::accounts::Org;
use crate::booking::Meeting;
use crate::db::{DbError, Reader, Tx, rows, sql};
use crate::id::Id;
use crate::outbox::{self, Kind};
use crate::record;

/// Stores the letter and asks for it to be sent.
pub async fn enqueue(tx: &mut Tx, letter: &Letter, now: Timestamp) -> anyhow::Result<()> {
    enqueue_all(tx, std::slice::from_ref(letter), now).await
}

/// Several at once.
pub async fn enqueue_all(tx: &mut Tx, letters: &[Letter], now: Timestamp) -> anyhow::Result<()> {
    for some in letters.chunks(AT_ONCE) {
        let mut query = sql(format!(
            "INSERT INTO letters (id, org_id, meeting_id, booking_id, kind, audience, to_email,
                subject, body, created_at) VALUES {}",
            rows(some.len(), 10)
        ));
        for letter in some {
            query = query
                .bind(letter.id)
                .bind(letter.org_id)
                .bind(letter.meeting_id)
                .bind(letter.booking_id)
                .bind(letter.kind.as_str())
                .bind(letter.audience.as_str())
                .bind(letter.to.email.as_str())
                .bind(letter.subject.as_str())
                .bind(serde_json::to_string(letter)?)
                .bind(now);
        }
        query.run(tx).await?;
    }
    let work = letters.iter().map(|letter| (Kind::Mail, letter.id, now));
    Ok(outbox::store::enqueue_all(tx, work.collect()).await?)
}

/// How many letters one statement takes at most.
const AT_ONCE: usize = 16;

record! {
    /// A letter as stored, with what became of it.
    #[derive(Clone, Debug)]
    pub struct Stored {
        pub body: Body,
        pub created_at: Timestamp,
        pub sent_at: Option<Timestamp>,
        pub failed_at: Option<Timestamp>,
        pub failure: Option<String>,
    }
}

/// A letter in its column.
#[derive(Clone, Debug)]
pub struct Body(pub Letter);

crate::column!(
    Body as String,
    |body| serde_json::to_string(&body.0).unwrap_or_default(),
    |text| serde_json::from_str(&text)
        .map(Body)
        .map_err(|e| e.to_string())
);

const STORED: &str = "body, created_at, sent_at, failed_at, failure";

/// For the job that sends it: None once it was sent or given up.
pub async fn unsent(reader: &mut Reader, id: Id<Letter>) -> Result<Option<Stored>, DbError> {
    sql(format!(
        "SELECT {STORED} FROM letters WHERE id = $1 AND sent_at IS NULL AND failed_at IS NULL"
    ))
    .bind(id)
    .maybe(reader)
    .await
}

/// Any letter of the server, across orgs: for the demo's outbox only.
pub async fn letter(reader: &mut Reader, id: Id<Letter>) -> Result<Option<Stored>, DbError> {
    sql(format!("SELECT {STORED} FROM letters WHERE id = $1"))
        .bind(id)
        .maybe(reader)
        .await
}

/// The newest letters of the server, across orgs, newest first: for the demo's outbox only.
pub async fn newest(reader: &mut Reader, most: i64) -> Result<Vec<Stored>, DbError> {
    sql(format!(
        "SELECT {STORED} FROM letters ORDER BY created_at DESC, id DESC LIMIT $1"
    ))
    .bind(most)
    .all(reader)
    .await
}

/// What was written about a meeting, oldest first: for its history.
pub async fn of_meeting(
    reader: &mut Reader,
    org: Id<Org>,
    meeting: Id<Meeting>,
) -> Result<Vec<Stored>, DbError> {
    sql(format!(
        "SELECT {STORED} FROM letters WHERE org_id = $1 AND meeting_id = $2 ORDER BY created_at, id"
    ))
    .bind(org)
    .bind(meeting)
    .all(reader)
    .await
}

pub async fn mark_sent(tx: &mut Tx, id: Id<Letter>, now: Timestamp) -> Result<(), DbError> {
    sql("UPDATE letters SET sent_at = $2 WHERE id = $1")
        .bind(id)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

pub async fn mark_failed(
    tx: &mut Tx,
    id: Id<Letter>,
    why: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    sql("UPDATE letters SET failed_at = $2, failure = $3 WHERE id = $1")
        .bind(id)
        .bind(now)
        .bind(why)
        .run(tx)
        .await?;
    Ok(())
}

/// Whether a letter of this kind and subject about this meeting was written before.
pub async fn is_written(
    reader: &mut Reader,
    org: Id<Org>,
    meeting: Id<Meeting>,
    like: &Letter,
) -> Result<bool, DbError> {
    let written: i64 = sql("SELECT COUNT(*) FROM letters
         WHERE org_id = $1 AND meeting_id = $2 AND kind = $3 AND subject = $4")
    .bind(org)
    .bind(meeting)
    .bind(like.kind.as_str())
    .bind(like.subject.as_str())
    .one(reader)
    .await?;
    Ok(written > 0)
}
