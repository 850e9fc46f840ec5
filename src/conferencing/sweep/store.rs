//! What the sweep compares, and the strays it found.

use jiff::Timestamp;

use super::rules::Held;
use crate::accounts::Org;
use crate::booking::Meeting;
use crate::conferencing::Account;
use crate::conferencing::plan::{RoomKind, Shown};
use crate::conferencing::provider::Listed;
use crate::db::{DbError, Reader, Tx, sql};
use crate::id::Id;
use crate::record;

record! {
    struct HeldRow {
        meeting_id: Id<Meeting>,
        remote_id: String,
        kind: RoomKind,
        shows_topic: Option<String>,
        shows_starts_at: Timestamp,
        shows_minutes: Option<u16>,
    }
}

/// Rooms of meetings to come on this account.
pub async fn held(
    reader: &mut Reader,
    org: Id<Org>,
    account: Id<Account>,
    now: Timestamp,
) -> Result<Vec<Held>, DbError> {
    let rows: Vec<HeldRow> = sql(
        "SELECT seen.meeting_id AS meeting_id, seen.remote_id AS remote_id, seen.kind AS kind,
            seen.shows_topic AS shows_topic, seen.shows_starts_at AS shows_starts_at,
            seen.shows_minutes AS shows_minutes
         FROM seen JOIN meetings ON meetings.id = seen.meeting_id
         WHERE seen.org_id = $1 AND seen.account_id = $2 AND seen.here = 'room'
            AND meetings.over_at IS NULL AND meetings.starts_at > $3
         ORDER BY seen.meeting_id",
    )
    .bind(org)
    .bind(account)
    .bind(now)
    .all(reader)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Held {
            meeting: row.meeting_id,
            id: row.remote_id,
            kind: row.kind,
            shows: Shown {
                topic: row.shows_topic.unwrap_or_default(),
                starts_at: row.shows_starts_at,
                minutes: row.shows_minutes.unwrap_or(0),
            },
        })
        .collect())
}

/// Ids of rooms on this account that are held or left behind, of meetings since then.
pub async fn known_rooms(
    reader: &mut Reader,
    org: Id<Org>,
    account: Id<Account>,
    since: Timestamp,
) -> Result<Vec<String>, DbError> {
    sql(
        "SELECT seen.remote_id FROM seen JOIN meetings ON meetings.id = seen.meeting_id
         WHERE seen.org_id = $1 AND seen.account_id = $2 AND seen.here = 'room'
            AND meetings.starts_at > $3
         UNION ALL
         SELECT remote_id FROM leftovers WHERE org_id = $1 AND account_id = $2
            AND remote_id IS NOT NULL AND gone_at IS NULL",
    )
    .bind(org)
    .bind(account)
    .bind(since)
    .all(reader)
    .await
}

/// Whether this was a meeting's room until somebody deleted it.
pub async fn was_deleted(
    reader: &mut Reader,
    org: Id<Org>,
    meeting: Id<Meeting>,
    room: &str,
) -> Result<bool, DbError> {
    let found: i64 = sql(
        "SELECT COUNT(*) FROM leftovers WHERE org_id = $1 AND meeting_id = $2
            AND remote_id = $3 AND gone_at IS NOT NULL",
    )
    .bind(org)
    .bind(meeting)
    .bind(room)
    .one(reader)
    .await?;
    Ok(found > 0)
}

/// Meetings that left something on this account for which no work waits.
pub async fn left_alone(
    reader: &mut Reader,
    org: Id<Org>,
    account: Id<Account>,
) -> Result<Vec<Id<Meeting>>, DbError> {
    sql("SELECT DISTINCT meeting_id FROM leftovers
         WHERE org_id = $1 AND account_id = $2 AND gone_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM jobs
                WHERE jobs.kind = 'conference' AND jobs.subject = leftovers.meeting_id)
         ORDER BY meeting_id")
    .bind(org)
    .bind(account)
    .all(reader)
    .await
}

/// Meetings whose room on this account does not follow them and for which no work waits: they were
/// moved while nobody could be asked.
pub async fn left_behind(
    reader: &mut Reader,
    org: Id<Org>,
    account: Id<Account>,
    now: Timestamp,
) -> Result<Vec<Id<Meeting>>, DbError> {
    sql(
        "SELECT seen.meeting_id FROM seen JOIN meetings ON meetings.id = seen.meeting_id
         WHERE seen.org_id = $1 AND seen.account_id = $2 AND seen.here = 'room'
            AND meetings.over_at IS NULL AND meetings.starts_at > $3
            AND (seen.shows_starts_at <> meetings.starts_at
                OR seen.shows_minutes <> meetings.minutes)
            AND COALESCE(seen.resisted_generation, 0) <> meetings.generation
            AND COALESCE(seen.refused_generation, 0) <> meetings.generation
            AND NOT EXISTS (SELECT 1 FROM jobs
                WHERE jobs.kind = 'conference' AND jobs.subject = seen.meeting_id)
         ORDER BY seen.meeting_id",
    )
    .bind(org)
    .bind(account)
    .bind(now)
    .all(reader)
    .await
}

/// Whether there is anything to compare next time.
pub async fn has_business(
    reader: &mut Reader,
    org: Id<Org>,
    account: Id<Account>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let rooms: i64 = sql(
        "SELECT COUNT(*) FROM seen JOIN meetings ON meetings.id = seen.meeting_id
         WHERE seen.org_id = $1 AND seen.account_id = $2 AND seen.here = 'room'
            AND meetings.over_at IS NULL AND meetings.starts_at > $3",
    )
    .bind(org)
    .bind(account)
    .bind(now)
    .one(reader)
    .await?;
    let left: i64 = sql("SELECT COUNT(*) FROM leftovers
         WHERE org_id = $1 AND account_id = $2 AND gone_at IS NULL")
    .bind(org)
    .bind(account)
    .one(reader)
    .await?;
    Ok(rooms + left > 0)
}

record! {
    /// A room with our mark that belongs to nothing here.
    #[derive(Clone, Debug)]
    pub struct Stray {
        pub account_id: Id<Account>,
        pub remote_id: String,
        pub kind: RoomKind,
        pub topic: String,
        pub starts_at: Option<Timestamp>,
        pub found_at: Timestamp,
    }
}

/// Rooms with our mark that belong to nothing here, for admins. They are never touched.
pub async fn strays(reader: &mut Reader, org: Id<Org>) -> Result<Vec<Stray>, DbError> {
    sql(
        "SELECT account_id, remote_id, kind, topic, starts_at, found_at FROM strays
         WHERE org_id = $1 ORDER BY found_at DESC, remote_id",
    )
    .bind(org)
    .all(reader)
    .await
}

/// Whether it was noted already.
pub async fn is_stray(
    reader: &mut Reader,
    org: Id<Org>,
    account: Id<Account>,
    room: &str,
) -> Result<bool, DbError> {
    let found: i64 = sql("SELECT COUNT(*) FROM strays
         WHERE org_id = $1 AND account_id = $2 AND remote_id = $3")
    .bind(org)
    .bind(account)
    .bind(room)
    .one(reader)
    .await?;
    Ok(found > 0)
}

/// Notes a stray. Answers whether it was not known.
pub async fn put_stray(
    tx: &mut Tx,
    org: Id<Org>,
    account: Id<Account>,
    room: &Listed,
    now: Timestamp,
) -> Result<bool, DbError> {
    let new = sql(
        "INSERT INTO strays (account_id, remote_id, org_id, kind, topic, starts_at, found_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account_id, remote_id) DO NOTHING",
    )
    .bind(account)
    .bind(room.id.as_str())
    .bind(org)
    .bind(room.kind)
    .bind(room.shows.topic.as_str())
    .bind(room.shows.starts_at)
    .bind(now)
    .run(tx)
    .await?;
    Ok(new == 1)
}

/// Forgets strays that began before then. Of all orgs: it is about age alone.
pub async fn forget_strays_before(tx: &mut Tx, before: Timestamp) -> Result<(), DbError> {
    sql("DELETE FROM strays WHERE starts_at < $1")
        .bind(before)
        .run(tx)
        .await?;
    Ok(())
}
