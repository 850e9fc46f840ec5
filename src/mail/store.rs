//! Letters in the database. Written in the transaction of what they tell of, so there is never a
//! mail of something that did not happen.

use jiff::Timestamp;

use super::Letter;
use crate::db::{DbError, Reader, Tx, sql};
use crate::id::Id;
use crate::outbox::{self, Kind};

/// Stores the letter and asks for it to be sent.
pub async fn enqueue(tx: &mut Tx, letter: &Letter, now: Timestamp) -> anyhow::Result<()> {
    sql(
        "INSERT INTO letters (id, org_id, meeting_id, booking_id, kind, audience, to_email,
            subject, body, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(letter.id)
    .bind(letter.org_id)
    .bind(letter.meeting_id)
    .bind(letter.booking_id)
    .bind(letter.kind.as_str())
    .bind(letter.audience.as_str())
    .bind(letter.to.email.as_str())
    .bind(letter.subject.as_str())
    .bind(serde_json::to_string(letter)?)
    .bind(now)
    .run(tx)
    .await?;
    outbox::store::enqueue(tx, Kind::Mail, letter.id, now).await?;
    Ok(())
}

/// For the job that sends it.
pub async fn unsent(reader: &mut Reader, id: Id<Letter>) -> anyhow::Result<Option<Letter>> {
    let body: Option<String> =
        sql("SELECT body FROM letters WHERE id = $1 AND sent_at IS NULL AND failed_at IS NULL")
            .bind(id)
            .maybe(reader)
            .await?;
    body.map(|body| Ok(serde_json::from_str(&body)?))
        .transpose()
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
