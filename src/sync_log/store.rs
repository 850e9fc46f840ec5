//! Entries in the database.

use super::{Closed, Entry, Opened};
use crate::accounts::Org;
use crate::booking::Meeting;
use crate::db::{DbError, Reader, Tx, sql};
use crate::id::Id;

pub async fn open(tx: &mut Tx, entry: &Opened) -> Result<(), DbError> {
    sql(
        "INSERT INTO sync_log (id, org_id, at, action, result, meeting_id, account_id, words)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(entry.id)
    .bind(entry.org)
    .bind(entry.at)
    .bind(entry.action)
    .bind(entry.verdict)
    .bind(entry.meeting)
    .bind(entry.account)
    .bind(entry.words.as_str())
    .run(tx)
    .await?;
    Ok(())
}

pub async fn close(
    tx: &mut Tx,
    org: Id<Org>,
    id: Id<Entry>,
    closed: &Closed,
) -> Result<(), DbError> {
    let exchange = closed.exchange.clone().unwrap_or_default();
    sql(
        "UPDATE sync_log SET result = $3, words = $4, request = $5, request_body = $6,
            status = $7, response_body = $8, tracking_id = $9, micros = $10
         WHERE org_id = $1 AND id = $2",
    )
    .bind(org)
    .bind(id)
    .bind(closed.verdict)
    .bind(closed.words.as_str())
    .bind(exchange.request)
    .bind(exchange.request_body)
    .bind(exchange.status.map(i64::from))
    .bind(exchange.response_body)
    .bind(exchange.tracking_id)
    .bind(exchange.micros)
    .run(tx)
    .await?;
    Ok(())
}

const COLUMNS: &str = "id, at, action, result, meeting_id, account_id, request, request_body, \
    status, response_body, tracking_id, micros, words";

/// What was done for one meeting, oldest first.
pub async fn of_meeting(
    reader: &mut Reader,
    org: Id<Org>,
    meeting: Id<Meeting>,
) -> Result<Vec<Entry>, DbError> {
    sql(format!(
        "SELECT {COLUMNS} FROM sync_log WHERE org_id = $1 AND meeting_id = $2 ORDER BY at, id"
    ))
    .bind(org)
    .bind(meeting)
    .all(reader)
    .await
}

/// The newest entries of the org.
pub async fn newest(reader: &mut Reader, org: Id<Org>, most: i64) -> Result<Vec<Entry>, DbError> {
    sql(format!(
        "SELECT {COLUMNS} FROM sync_log WHERE org_id = $1 ORDER BY at DESC, id DESC LIMIT $2"
    ))
    .bind(org)
    .bind(most)
    .all(reader)
    .await
}
