//! Entries in the database.

use jiff::Timestamp;

use super::filter::{Filter, Sought, Which};
use super::{Closed, Entry, Opened, TO_BE_REFRESHED, Verdict};
use crate::accounts::Org;
use crate::booking::store::like;
use crate::booking::{Booking, Meeting, Status};
use crate::clock::minutes;
use crate::conferencing::Account;
use crate::db::{DbError, Reader, Record, Row, Tx, sql};
use crate::event_types::Kind;
use crate::id::Id;
use crate::planted::bug::{Bug, planted};
use crate::record;

pub async fn open(tx: &mut Tx, entry: &Opened) -> Result<(), DbError> {
    if planted(Bug::EntryNotOpened) {
        return Ok(());
    }
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

/// Silence this long ago says nothing of now.
const SILENT_MINUTES: i64 = 15;

/// Whether the last call that ended got no proper answer, not long ago.
pub async fn is_silent(reader: &mut Reader, org: Id<Org>, now: Timestamp) -> Result<bool, DbError> {
    record! {
        struct Last { result: Verdict, status: Option<i64> }
    }
    let last: Option<Last> = sql("SELECT result, status FROM sync_log
         WHERE org_id = $1 AND at > $2 AND request IS NOT NULL AND result <> $3
         ORDER BY at DESC, id DESC LIMIT 1")
    .bind(org)
    .bind(now - minutes(SILENT_MINUTES))
    .bind(Verdict::Sent)
    .maybe(reader)
    .await?;
    Ok(last.is_some_and(|last| {
        last.result == Verdict::Retrying && last.status.is_none_or(|status| status >= 500)
    }))
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

/// More of one meeting is read by nobody; a host who moves it all day makes no page slow.
const MOST_OF_A_MEETING: i64 = 200;

/// What was done for one meeting lately, oldest first.
pub async fn of_meeting(
    reader: &mut Reader,
    org: Id<Org>,
    meeting: Id<Meeting>,
) -> Result<Vec<Entry>, DbError> {
    let mut newest: Vec<Entry> = sql(format!(
        "SELECT {COLUMNS} FROM sync_log WHERE org_id = $1 AND meeting_id = $2
         ORDER BY at DESC, id DESC LIMIT $3"
    ))
    .bind(org)
    .bind(meeting)
    .bind(MOST_OF_A_MEETING)
    .all(reader)
    .await?;
    newest.reverse();
    Ok(newest)
}

/// What was done for one meeting last.
pub async fn last_of_meeting(
    reader: &mut Reader,
    org: Id<Org>,
    meeting: Id<Meeting>,
) -> Result<Option<Entry>, DbError> {
    sql(format!(
        "SELECT {COLUMNS} FROM sync_log WHERE org_id = $1 AND meeting_id = $2
         ORDER BY at DESC, id DESC LIMIT 1"
    ))
    .bind(org)
    .bind(meeting)
    .maybe(reader)
    .await
}

/// The newest entries of the org.
#[cfg(test)]
pub async fn newest(reader: &mut Reader, org: Id<Org>, most: i64) -> Result<Vec<Entry>, DbError> {
    sql(format!(
        "SELECT {COLUMNS} FROM sync_log WHERE org_id = $1 ORDER BY at DESC, id DESC LIMIT $2"
    ))
    .bind(org)
    .bind(most)
    .all(reader)
    .await
}

/// The calls of an account whose tokens were just refused, and which nothing follows any more: its
/// connection has broken.
pub async fn not_tried_again(
    tx: &mut Tx,
    (org, account): (Id<Org>, Id<Account>),
    since: Timestamp,
) -> Result<(), DbError> {
    sql(
        "UPDATE sync_log SET result = $4, words = REPLACE(words, $6, '')
         WHERE org_id = $1 AND account_id = $2 AND at >= $3 AND result = $5 AND status = 401",
    )
    .bind(org)
    .bind(account)
    .bind(since)
    .bind(Verdict::Failed)
    .bind(Verdict::Retrying)
    .bind(TO_BE_REFRESHED)
    .run(tx)
    .await?;
    Ok(())
}

/// Whether this account's connection broke in this span.
pub async fn broke_between(
    reader: &mut Reader,
    org: Id<Org>,
    account: Id<Account>,
    (from, until): (Timestamp, Timestamp),
) -> Result<bool, DbError> {
    let broke: i64 = sql(
        "SELECT COUNT(*) FROM sync_log WHERE org_id = $1 AND account_id = $2 AND at >= $3
            AND at < $4 AND action IN ('connection_broken', 'access_removed')",
    )
    .bind(org)
    .bind(account)
    .bind(from)
    .bind(until)
    .one(reader)
    .await?;
    Ok(broke > 0)
}

record! {
    /// The booking that an entry's meeting is known by: the last one made in it.
    #[derive(Clone, Debug)]
    pub struct Whose {
        pub booking_id: Option<Id<Booking>>,
        pub event_title: Option<String>,
        pub event_kind: Option<Kind>,
        pub invitee_name: Option<String>,
        /// Confirmed bookings of the meeting.
        pub seats: i64,
        pub booked_for: Option<Timestamp>,
        pub booking_status: Option<Status>,
        /// When it was made, and when it ended.
        pub booked_at: Option<Timestamp>,
        pub ended_at: Option<Timestamp>,
        /// When the same is tried again: of the last entry of a meeting.
        pub next_try: Option<Timestamp>,
        /// Since when the account's connection is broken.
        pub broken_since: Option<Timestamp>,
        pub account_email: Option<String>,
    }
}

/// An entry with whose it is.
#[derive(Clone, Debug)]
pub struct Listed {
    pub entry: Entry,
    pub whose: Whose,
}

impl Record for Listed {
    fn from_row(row: &Row) -> Result<Listed, DbError> {
        Ok(Listed {
            entry: Entry::from_row(row)?,
            whose: Whose::from_row(row)?,
        })
    }
}

/// Everything that is joined is of the entry's own org.
fn listed_where(condition: &str) -> String {
    let columns: Vec<String> = COLUMNS
        .split(", ")
        .map(|name| format!("sync_log.{name} AS {name}"))
        .collect();
    format!(
        "SELECT {}, bookings.id AS booking_id, event_types.title AS event_title,
            event_types.kind AS event_kind, bookings.invitee_name AS invitee_name,
            bookings.starts_at AS booked_for, bookings.status AS booking_status,
            bookings.created_at AS booked_at, bookings.ended_at AS ended_at,
            accounts.email AS account_email, connections.broken_since AS broken_since,
            (SELECT jobs.run_at FROM jobs WHERE jobs.kind = 'conference'
                AND jobs.subject = sync_log.meeting_id AND jobs.gave_up_at IS NULL
                AND sync_log.result = 'retrying' AND NOT EXISTS (
                    SELECT 1 FROM sync_log AS later
                    WHERE later.meeting_id = sync_log.meeting_id
                        AND later.org_id = sync_log.org_id AND later.at > sync_log.at)) AS next_try,
            (SELECT COUNT(*) FROM bookings AS taken WHERE taken.org_id = sync_log.org_id
                AND taken.meeting_id = sync_log.meeting_id AND taken.status = 'confirmed') AS seats
         FROM sync_log
         LEFT JOIN accounts ON accounts.id = sync_log.account_id
            AND accounts.org_id = sync_log.org_id
         LEFT JOIN connections ON connections.account_id = sync_log.account_id
            AND connections.org_id = sync_log.org_id
         LEFT JOIN bookings ON bookings.id = (
            SELECT made.id FROM bookings AS made
            WHERE made.meeting_id = sync_log.meeting_id AND made.org_id = sync_log.org_id
            ORDER BY made.created_at DESC, made.id DESC LIMIT 1)
         LEFT JOIN event_types ON event_types.id = bookings.event_type_id
            AND event_types.org_id = sync_log.org_id
         WHERE sync_log.org_id = $1 AND {condition}",
        columns.join(", ")
    )
}

pub async fn find(
    reader: &mut Reader,
    org: Id<Org>,
    id: Id<Entry>,
) -> Result<Option<Listed>, DbError> {
    sql(listed_where("sync_log.id = $2"))
        .bind(org)
        .bind(id)
        .maybe(reader)
        .await
}

/// The newest entries that pass the filter.
pub async fn listed(
    reader: &mut Reader,
    org: Id<Org>,
    filter: &Filter,
    most: i64,
) -> Result<Vec<Listed>, DbError> {
    let (account, without) = match filter.account {
        None => (None, 0_i64),
        Some(Which::NoAccount) => (None, 1),
        Some(Which::One(account)) => (Some(account), 0),
    };
    let (behind_at, behind_id) = match filter.behind {
        None => (Timestamp::MAX, None),
        Some((at, id)) => (at, Some(id)),
    };
    let text = match &filter.text {
        None => "1 = 1",
        Some(Sought::Booking(_)) => {
            "sync_log.meeting_id IN (SELECT meeting_id FROM bookings
                WHERE org_id = $1 AND id = $11)"
        }
        Some(Sought::Room(_)) => {
            "(sync_log.request LIKE $11 OR sync_log.response_body LIKE $12
                OR sync_log.meeting_id IN (SELECT meeting_id FROM seen
                    WHERE org_id = $1 AND remote_id = $13))"
        }
        Some(Sought::Words(_)) => {
            "(LOWER(accounts.email) LIKE $11 ESCAPE '!' OR accounts.email LIKE $12 ESCAPE '!'
                OR sync_log.meeting_id IN (
                SELECT meeting_id FROM bookings WHERE org_id = $1
                    AND (LOWER(invitee_email || ' ' || invitee_name) LIKE $11 ESCAPE '!'
                        OR invitee_name LIKE $12 ESCAPE '!')))"
        }
    };
    let query = sql(listed_where(&format!(
        "sync_log.at >= $2 AND sync_log.at < $3 AND sync_log.at <= $4
            AND ($5 IS NULL OR sync_log.at < $4 OR sync_log.id < $5)
            AND ($6 IS NULL OR sync_log.result = $6)
            AND ($7 IS NULL OR sync_log.action = $7)
            AND ($8 IS NULL OR sync_log.account_id = $8)
            AND ($9 = 0 OR sync_log.account_id IS NULL)
            AND {text}
         ORDER BY sync_log.at DESC, sync_log.id DESC LIMIT $10"
    )))
    .bind(org)
    .bind(filter.from)
    .bind(filter.until)
    .bind(behind_at)
    .bind(behind_id)
    .bind(filter.result)
    .bind(filter.action)
    .bind(account)
    .bind(without)
    .bind(most);
    match &filter.text {
        None => query,
        Some(Sought::Booking(booking)) => query.bind(*booking),
        Some(Sought::Room(digits)) => query
            .bind(format!("%s/{digits}"))
            .bind(format!("%\"id\":{digits}%"))
            .bind(digits.as_str()),
        Some(Sought::Words(words)) => {
            // SQLite lowers the letters of ASCII only.
            let pattern = like(words);
            query.bind(pattern.to_lowercase()).bind(pattern)
        }
    }
    .all(reader)
    .await
}

record! {
    /// An account that the log may speak of, connected or not.
    pub struct Named {
        pub id: Id<Account>,
        pub email: String,
    }
}

pub async fn accounts(reader: &mut Reader, org: Id<Org>) -> Result<Vec<Named>, DbError> {
    sql("SELECT id, email FROM accounts WHERE org_id = $1 ORDER BY email, id")
        .bind(org)
        .all(reader)
        .await
}

/// The bookings of this address, the newest first.
pub async fn bookings_of_invitee(
    reader: &mut Reader,
    org: Id<Org>,
    email: &str,
    most: i64,
) -> Result<Vec<Id<Booking>>, DbError> {
    sql(
        "SELECT id FROM bookings WHERE org_id = $1 AND LOWER(invitee_email) = $2
            AND status <> 'rescheduled' ORDER BY starts_at DESC, id DESC LIMIT $3",
    )
    .bind(org)
    .bind(email.to_lowercase())
    .bind(most)
    .all(reader)
    .await
}

/// Deletes some of what is older than this, in all orgs: how long it is kept is the server's own
/// setting. Answers how many.
pub async fn delete_before(tx: &mut Tx, before: Timestamp, most: i64) -> Result<u64, DbError> {
    sql("DELETE FROM sync_log WHERE id IN (
            SELECT id FROM sync_log WHERE at < $1 ORDER BY at LIMIT $2)")
    .bind(before)
    .bind(most)
    .run(tx)
    .await
}
