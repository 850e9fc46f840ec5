//! The hold in the installation's row, and what its end changes: in all orgs, since it is the
//! installation that is one or the other.

use jiff::Timestamp;
use uuid::Uuid;

use super::Why;
use super::rules::Home;
use crate::accounts::Org;
use crate::booking::Meeting;
use crate::conferencing::connection::{Break, Connection};
use crate::db::{DbError, Reader, Tx, sql};
use crate::id::Id;
use crate::record;

/// Numbers of calendar invitations that may have gone out since the backup.
const FORGOTTEN_SEQUENCES: i64 = 1000;

record! {
    pub struct Last {
        base_url: Option<String>,
        home: Option<String>,
        pub held_at: Option<Timestamp>,
        pub held_why: Option<Why>,
    }
}

impl Last {
    pub fn home(&self) -> Option<Home> {
        Some(Home {
            base_url: self.base_url.clone()?,
            mark: self.home.clone()?,
        })
    }
}

pub async fn last(reader: &mut Reader) -> Result<Last, DbError> {
    sql("SELECT base_url, home, held_at, held_why FROM installation")
        .one(reader)
        .await
}

/// PostgreSQL's name for this very database: a dump that is read into another has another. Where
/// the server's own part of it may not be asked for, the database's number must do.
pub async fn identity(reader: &mut Reader) -> Result<String, DbError> {
    let may_ask: i64 =
        sql("SELECT has_function_privilege('pg_control_system()', 'EXECUTE')::int::bigint")
            .one(reader)
            .await?;
    if may_ask == 0 {
        return sql("SELECT '.' || oid FROM pg_database WHERE datname = current_database()")
            .one(reader)
            .await;
    }
    sql(
        "SELECT (SELECT system_identifier FROM pg_control_system()) || '.' || oid
         FROM pg_database WHERE datname = current_database()",
    )
    .one(reader)
    .await
}

pub async fn put_home(tx: &mut Tx, home: &Home) -> Result<(), DbError> {
    sql("UPDATE installation SET base_url = $1, home = $2")
        .bind(home.base_url.as_str())
        .bind(home.mark.as_str())
        .run(tx)
        .await?;
    Ok(())
}

/// Where it is will be written down at the next start.
pub async fn forget_home(tx: &mut Tx) -> Result<(), DbError> {
    sql("UPDATE installation SET base_url = NULL, home = NULL")
        .run(tx)
        .await?;
    Ok(())
}

/// Answers whether it was not on hold; the first reason stays.
pub async fn begin(tx: &mut Tx, why: Why, now: Timestamp) -> Result<bool, DbError> {
    let begun = sql("UPDATE installation SET held_at = $1, held_why = $2 WHERE held_at IS NULL")
        .bind(now)
        .bind(why)
        .run(tx)
        .await?;
    Ok(begun == 1)
}

pub async fn lift(tx: &mut Tx) -> Result<bool, DbError> {
    let lifted =
        sql("UPDATE installation SET held_at = NULL, held_why = NULL WHERE held_at IS NOT NULL")
            .run(tx)
            .await?;
    Ok(lifted == 1)
}

pub async fn put_id(tx: &mut Tx, id: Uuid) -> Result<(), DbError> {
    sql("UPDATE installation SET id = $1")
        .bind(id)
        .run(tx)
        .await?;
    Ok(())
}

/// Calendars ignore an invitation with a lower number than one they have.
pub async fn raise_sequences(tx: &mut Tx) -> Result<(), DbError> {
    sql("UPDATE meetings SET sequence = COALESCE(sequence, 0) + $1")
        .bind(FORGOTTEN_SEQUENCES)
        .run(tx)
        .await?;
    Ok(())
}

record! {
    pub struct Roomless {
        pub org_id: Id<Org>,
        pub id: Id<Meeting>,
    }
}

/// Meetings to come at a provider of which no room is known.
pub async fn roomless(reader: &mut Reader, now: Timestamp) -> Result<Vec<Roomless>, DbError> {
    sql("SELECT org_id, id FROM meetings
         WHERE over_at IS NULL AND starts_at > $1 AND location = 'zoom'
            AND NOT EXISTS (SELECT 1 FROM seen
                WHERE seen.meeting_id = meetings.id AND seen.here <> 'nothing')
         ORDER BY id")
    .bind(now)
    .all(reader)
    .await
}

pub async fn connected(reader: &mut Reader) -> Result<Vec<Id<Connection>>, DbError> {
    sql("SELECT id FROM connections WHERE broken_since IS NULL AND disconnecting_at IS NULL")
        .all(reader)
        .await
}

/// All but those that tidy up here.
pub async fn forget_jobs(tx: &mut Tx) -> Result<(), DbError> {
    sql("DELETE FROM jobs WHERE kind <> 'purge'")
        .run(tx)
        .await?;
    Ok(())
}

pub async fn give_up_letters(tx: &mut Tx, now: Timestamp) -> Result<(), DbError> {
    sql("UPDATE letters SET failed_at = $1, failure = $2 WHERE sent_at IS NULL AND failed_at IS NULL")
        .bind(now)
        .bind("It was left to the server that this one is a copy of.")
        .run(tx)
        .await?;
    Ok(())
}

/// Meetings to come take place where the original's rooms are, by their address; nothing here
/// knows of a room any more, so none can be moved or deleted from here.
pub async fn let_go_of_rooms(tx: &mut Tx, now: Timestamp) -> Result<(), DbError> {
    const ROOM: &str = "SELECT join_url FROM seen WHERE here = 'room' AND seen.meeting_id = ";
    sql(format!(
        "UPDATE bookings SET location = 'custom_url', location_value = ({ROOM}bookings.meeting_id)
         WHERE status = 'confirmed' AND location = 'zoom' AND starts_at > $1
            AND EXISTS ({ROOM}bookings.meeting_id)"
    ))
    .bind(now)
    .run(tx)
    .await?;
    sql(format!(
        "UPDATE meetings SET location = 'custom_url', location_value = ({ROOM}meetings.id),
            generation = generation + 1
         WHERE over_at IS NULL AND location = 'zoom' AND starts_at > $1
            AND EXISTS ({ROOM}meetings.id)"
    ))
    .bind(now)
    .run(tx)
    .await?;
    for table in ["seen", "leftovers", "strays"] {
        sql(format!("DELETE FROM {table}")).run(tx).await?;
    }
    Ok(())
}

/// No token is kept, and none is shown to the provider: the original lives by it.
pub async fn drop_access(tx: &mut Tx, now: Timestamp) -> Result<(), DbError> {
    sql(
        "UPDATE connections SET access_token = NULL, refresh_token = NULL,
            access_expires_at = NULL, refresh_lease_until = NULL, disconnecting_at = NULL,
            broken_since = $1, broken_why = $2, grant_number = grant_number + 1
         WHERE broken_since IS NULL",
    )
    .bind(now)
    .bind(Break::Copied)
    .run(tx)
    .await?;
    for table in ["held_grants", "sign_ins_abroad", "role_questions"] {
        sql(format!("DELETE FROM {table}")).run(tx).await?;
    }
    tx.forget();
    Ok(())
}
