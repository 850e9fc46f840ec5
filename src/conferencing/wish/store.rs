//! Wishes and deleted rooms in the database. A wish stands in the row of `seen`, of which the
//! reconciler writes everything else. Take the meeting's job before it, as the reconciler does.

use jiff::Timestamp;

use crate::accounts::Org;
use crate::booking::Meeting;
use crate::conferencing::plan::{Found, Room, RoomKind};
use crate::conferencing::{Account, Leftover, ProviderKind};
use crate::db::{DbError, Reader, Tx, sql};
use crate::id::Id;
use crate::record;

/// Wishes that its room be looked at. Answers whether nobody had wished so yet.
pub async fn look(
    tx: &mut Tx,
    org: Id<Org>,
    meeting: Id<Meeting>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let first = sql(
        "UPDATE seen SET look_since = $3, look_round = look_round + 1
         WHERE org_id = $1 AND meeting_id = $2 AND look_since IS NULL",
    )
    .bind(org)
    .bind(meeting)
    .bind(now)
    .run(tx)
    .await?;
    if first == 0 {
        sql("UPDATE seen SET look_round = look_round + 1 WHERE org_id = $1 AND meeting_id = $2")
            .bind(org)
            .bind(meeting)
            .run(tx)
            .await?;
    }
    Ok(first == 1)
}

/// Wishes that a room be looked at which is not the one held, if any is.
pub async fn look_at(
    tx: &mut Tx,
    org: Id<Org>,
    meeting: Id<Meeting>,
    found: &Found,
    now: Timestamp,
) -> Result<(), DbError> {
    sql(
        "INSERT INTO seen (meeting_id, org_id, here, changed_at, look_since, look_round,
            found_account, found_kind, found_id)
         VALUES ($1, $2, 'nothing', $3, $3, 1, $4, $5, $6)
         ON CONFLICT (meeting_id) DO UPDATE SET look_since = excluded.look_since,
            look_round = seen.look_round + 1, found_account = excluded.found_account,
            found_kind = excluded.found_kind, found_id = excluded.found_id",
    )
    .bind(meeting)
    .bind(org)
    .bind(now)
    .bind(found.at)
    .bind(found.kind)
    .bind(found.id.as_str())
    .run(tx)
    .await?;
    Ok(())
}

/// What was wished for before the look began is done; a later wish stays.
pub async fn looked(
    tx: &mut Tx,
    org: Id<Org>,
    meeting: Id<Meeting>,
    round: i64,
) -> Result<(), DbError> {
    sql(
        "UPDATE seen SET look_since = NULL, found_account = NULL, found_kind = NULL,
            found_id = NULL
         WHERE org_id = $1 AND meeting_id = $2 AND look_round = $3",
    )
    .bind(org)
    .bind(meeting)
    .bind(round)
    .run(tx)
    .await?;
    Ok(())
}

/// What was found beside the room was looked at; the room itself is still to be.
pub async fn fetched(
    tx: &mut Tx,
    org: Id<Org>,
    meeting: Id<Meeting>,
    round: i64,
) -> Result<(), DbError> {
    sql(
        "UPDATE seen SET found_account = NULL, found_kind = NULL, found_id = NULL
         WHERE org_id = $1 AND meeting_id = $2 AND look_round = $3",
    )
    .bind(org)
    .bind(meeting)
    .bind(round)
    .run(tx)
    .await?;
    Ok(())
}

/// How often the room was put back since then.
pub async fn put_backs(
    reader: &mut Reader,
    org: Id<Org>,
    meeting: Id<Meeting>,
    since: Timestamp,
) -> Result<i64, DbError> {
    let found: Option<i64> = sql("SELECT put_back FROM seen
         WHERE org_id = $1 AND meeting_id = $2 AND put_back_since > $3")
    .bind(org)
    .bind(meeting)
    .bind(since)
    .maybe(reader)
    .await?;
    Ok(found.unwrap_or(0))
}

/// It is put back once more; what was counted from before `since` is forgotten.
pub async fn count_put_back(
    tx: &mut Tx,
    org: Id<Org>,
    meeting: Id<Meeting>,
    (since, now): (Timestamp, Timestamp),
) -> Result<(), DbError> {
    sql(
        "UPDATE seen SET put_back = CASE WHEN put_back_since > $3 THEN put_back + 1 ELSE 1 END,
            put_back_since = CASE WHEN put_back_since > $3 THEN put_back_since ELSE $4 END
         WHERE org_id = $1 AND meeting_id = $2",
    )
    .bind(org)
    .bind(meeting)
    .bind(since)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// Somebody deleted the room at the provider, and there is no other.
pub async fn put_deleted(
    tx: &mut Tx,
    org: Id<Org>,
    meeting: Id<Meeting>,
    now: Timestamp,
) -> Result<(), DbError> {
    sql("UPDATE seen SET deleted_at = $3 WHERE org_id = $1 AND meeting_id = $2")
        .bind(org)
        .bind(meeting)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

/// Remembers a room that is gone: its host can take it out of the provider's bin.
pub async fn remember_gone(
    tx: &mut Tx,
    (org, meeting): (Id<Org>, Id<Meeting>),
    id: Id<Leftover>,
    room: &Room,
    now: Timestamp,
) -> Result<(), DbError> {
    sql(
        "INSERT INTO leftovers (id, org_id, meeting_id, account_id, kind, remote_id, generation,
            since, looks, gone_at) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, 0, $7)",
    )
    .bind(id)
    .bind(org)
    .bind(meeting)
    .bind(room.at)
    .bind(room.kind)
    .bind(room.id.as_str())
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// It has come back, and is held or left behind like any other.
pub async fn forget_gone(
    tx: &mut Tx,
    org: Id<Org>,
    account: Id<Account>,
    room: &str,
) -> Result<(), DbError> {
    sql("DELETE FROM leftovers
         WHERE org_id = $1 AND account_id = $2 AND remote_id = $3 AND gone_at IS NOT NULL")
    .bind(org)
    .bind(account)
    .bind(room)
    .run(tx)
    .await?;
    Ok(())
}

/// Forgets rooms that can't come back any more. Of all orgs: it is about age alone.
pub async fn forget_gone_before(tx: &mut Tx, before: Timestamp) -> Result<(), DbError> {
    sql("DELETE FROM leftovers WHERE gone_at < $1")
        .bind(before)
        .run(tx)
        .await?;
    Ok(())
}

record! {
    /// A meeting whose room, held or deleted, a notice speaks of.
    #[derive(Clone, Debug)]
    pub struct Spoken {
        pub org_id: Id<Org>,
        pub meeting_id: Id<Meeting>,
        pub account_id: Id<Account>,
        pub kind: RoomKind,
    }
}

/// A room as a notice names it: by the provider's ids alone.
#[derive(Clone, Debug)]
pub struct Named {
    pub provider: ProviderKind,
    pub room: String,
    pub host: Option<String>,
}

/// Meetings to come whose room this is. A notice names no org: the ids say whose it is.
pub async fn held_as(
    reader: &mut Reader,
    named: &Named,
    now: Timestamp,
) -> Result<Vec<Spoken>, DbError> {
    sql(
        "SELECT seen.org_id AS org_id, seen.meeting_id AS meeting_id,
            seen.account_id AS account_id, seen.kind AS kind
         FROM seen JOIN accounts ON accounts.id = seen.account_id
            JOIN meetings ON meetings.id = seen.meeting_id
         WHERE seen.here = 'room' AND seen.remote_id = $1 AND accounts.provider = $2
            AND accounts.remote_user = COALESCE($3, accounts.remote_user)
            AND meetings.over_at IS NULL AND meetings.starts_at > $4
         ORDER BY seen.meeting_id",
    )
    .bind(named.room.as_str())
    .bind(named.provider)
    .bind(named.host.clone())
    .bind(now)
    .all(reader)
    .await
}

/// Meetings to come whose room this was before somebody deleted it at the provider.
pub async fn deleted_as(
    reader: &mut Reader,
    named: &Named,
    now: Timestamp,
) -> Result<Vec<Spoken>, DbError> {
    sql(
        "SELECT leftovers.org_id AS org_id, leftovers.meeting_id AS meeting_id,
            leftovers.account_id AS account_id, leftovers.kind AS kind
         FROM leftovers JOIN accounts ON accounts.id = leftovers.account_id
            JOIN meetings ON meetings.id = leftovers.meeting_id
         WHERE leftovers.gone_at IS NOT NULL AND leftovers.remote_id = $1
            AND accounts.provider = $2
            AND accounts.remote_user = COALESCE($3, accounts.remote_user)
            AND meetings.over_at IS NULL AND meetings.starts_at > $4
         ORDER BY leftovers.meeting_id",
    )
    .bind(named.room.as_str())
    .bind(named.provider)
    .bind(named.host.clone())
    .bind(now)
    .all(reader)
    .await
}
