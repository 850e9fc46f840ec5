//! Event types in the database.

use jiff::Timestamp;

use super::EventType;
use crate::accounts::{Org, Person};
use crate::availability::store::Schedule;
use crate::db::{DbError, Reader, Tx, sql};
use crate::id::Id;
use crate::teams::Team;

const COLUMNS: &str = "id, org_id, person_id, kind, team_id, title, slug, minutes, color, location, \
    location_value, public_description, internal_description, schedule_id, horizon_days, \
    notice_minutes, buffer_before, buffer_after, increment, max_per_day, max_per_week, \
    max_per_month, questions, look, seats, show_remaining_at, webinar_at, guests_allowed_at, \
    reschedule_disabled_at, disabled_at, created_at, updated_at";

fn select(rest: &str) -> String {
    format!("SELECT {COLUMNS} FROM event_types {rest}")
}

/// One event type of the org, deleted ones included: bookings go on naming theirs.
pub async fn find(
    reader: &mut Reader,
    org: Id<Org>,
    id: Id<EventType>,
) -> Result<Option<EventType>, DbError> {
    sql(select("WHERE org_id = $1 AND id = $2"))
        .bind(org)
        .bind(id)
        .maybe(reader)
        .await
}

pub async fn by_slug(
    reader: &mut Reader,
    org: Id<Org>,
    owner: Id<Person>,
    slug: &str,
) -> Result<Option<EventType>, DbError> {
    sql(select(
        "WHERE org_id = $1 AND person_id = $2 AND slug = $3 AND deleted_at IS NULL
            AND team_id IS NULL",
    ))
    .bind(org)
    .bind(owner)
    .bind(slug)
    .maybe(reader)
    .await
}

/// Those of an editor: their own, and for an admin those of the org's teams.
pub async fn of_editor(
    reader: &mut Reader,
    org: Id<Org>,
    editor: &Person,
) -> Result<Vec<EventType>, DbError> {
    sql(select(
        "WHERE org_id = $1 AND (person_id = $2 OR ($3 = 1 AND team_id IS NOT NULL))
            AND deleted_at IS NULL ORDER BY created_at, id",
    ))
    .bind(org)
    .bind(editor.id)
    .bind(i64::from(editor.is_admin()))
    .all(reader)
    .await
}

/// Holds an event type until the transaction ends.
pub async fn hold(tx: &mut Tx, org: Id<Org>, id: Id<EventType>) -> Result<(), DbError> {
    tx.line_up(id).await?;
    sql("UPDATE event_types SET updated_at = updated_at WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(id)
        .run(tx)
        .await?;
    Ok(())
}

/// Switches off all that is booked with a team.
pub async fn switch_off_team(
    tx: &mut Tx,
    org: Id<Org>,
    team: Id<Team>,
    now: Timestamp,
) -> Result<(), DbError> {
    sql(
        "UPDATE event_types SET disabled_at = COALESCE(disabled_at, $3), updated_at = $3
         WHERE org_id = $1 AND team_id = $2 AND deleted_at IS NULL",
    )
    .bind(org)
    .bind(team)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// One that can be booked: not deleted, switched on.
pub async fn open(
    reader: &mut Reader,
    org: Id<Org>,
    id: Id<EventType>,
) -> Result<Option<EventType>, DbError> {
    sql(select(
        "WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL AND disabled_at IS NULL",
    ))
    .bind(org)
    .bind(id)
    .maybe(reader)
    .await
}

/// What is booked with a team, those that are off too.
pub async fn of_team(
    reader: &mut Reader,
    org: Id<Org>,
    team: Id<Team>,
) -> Result<Vec<EventType>, DbError> {
    sql(select(
        "WHERE org_id = $1 AND team_id = $2 AND deleted_at IS NULL ORDER BY created_at, id",
    ))
    .bind(org)
    .bind(team)
    .all(reader)
    .await
}

pub async fn by_team_slug(
    reader: &mut Reader,
    org: Id<Org>,
    team: Id<Team>,
    slug: &str,
) -> Result<Option<EventType>, DbError> {
    sql(select(
        "WHERE org_id = $1 AND team_id = $2 AND slug = $3 AND deleted_at IS NULL",
    ))
    .bind(org)
    .bind(team)
    .bind(slug)
    .maybe(reader)
    .await
}

/// One event type for its editor: its owner, or an admin where it is a team's. Unless it was deleted.
pub async fn edited_by(
    reader: &mut Reader,
    org: Id<Org>,
    editor: &Person,
    id: Id<EventType>,
) -> Result<Option<EventType>, DbError> {
    sql(select(
        "WHERE org_id = $1 AND (person_id = $2 OR ($3 = 1 AND team_id IS NOT NULL))
            AND id = $4 AND deleted_at IS NULL",
    ))
    .bind(org)
    .bind(editor.id)
    .bind(i64::from(editor.is_admin()))
    .bind(id)
    .maybe(reader)
    .await
}

/// What a profile page lists: those that are on.
pub async fn open_of_person(
    reader: &mut Reader,
    org: Id<Org>,
    owner: Id<Person>,
) -> Result<Vec<EventType>, DbError> {
    sql(select(
        "WHERE org_id = $1 AND person_id = $2 AND deleted_at IS NULL AND disabled_at IS NULL \
         AND team_id IS NULL ORDER BY created_at, id",
    ))
    .bind(org)
    .bind(owner)
    .all(reader)
    .await
}

/// Those that name this schedule themselves, deleted ones not counted.
pub async fn using_schedule(
    reader: &mut Reader,
    org: Id<Org>,
    schedule: Id<Schedule>,
) -> Result<Vec<EventType>, DbError> {
    sql(select(
        "WHERE org_id = $1 AND schedule_id = $2 AND deleted_at IS NULL ORDER BY created_at, id",
    ))
    .bind(org)
    .bind(schedule)
    .all(reader)
    .await
}

pub async fn insert(tx: &mut Tx, event_type: &EventType) -> Result<(), DbError> {
    let it = event_type.clone();
    sql(
        "INSERT INTO event_types (id, org_id, person_id, kind, title, slug, minutes, color,
            location, location_value, public_description, internal_description, schedule_id,
            horizon_days, notice_minutes, buffer_before, buffer_after, increment, max_per_day,
            max_per_week, max_per_month, questions, guests_allowed_at, reschedule_disabled_at,
            disabled_at, created_at, updated_at, team_id, seats, show_remaining_at, webinar_at, look)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
            $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)",
    )
    .bind(it.id)
    .bind(it.org_id)
    .bind(it.person_id)
    .bind(it.kind)
    .bind(it.title)
    .bind(it.slug)
    .bind(it.minutes)
    .bind(it.color)
    .bind(it.location)
    .bind(it.location_value)
    .bind(it.public_description)
    .bind(it.internal_description)
    .bind(it.schedule_id)
    .bind(it.horizon_days)
    .bind(it.notice_minutes)
    .bind(it.buffer_before)
    .bind(it.buffer_after)
    .bind(it.increment)
    .bind(it.max_per_day)
    .bind(it.max_per_week)
    .bind(it.max_per_month)
    .bind(it.questions)
    .bind(it.guests_allowed_at)
    .bind(it.reschedule_disabled_at)
    .bind(it.disabled_at)
    .bind(it.created_at)
    .bind(it.updated_at)
    .bind(it.team_id)
    .bind(it.seats)
    .bind(it.show_remaining_at)
    .bind(it.webinar_at)
    .bind(it.look)
    .run(tx)
    .await?;
    Ok(())
}

/// Everything an editor can change; owner and the date of creation stay.
pub async fn update(tx: &mut Tx, event_type: &EventType) -> Result<(), DbError> {
    let it = event_type.clone();
    sql(
        "UPDATE event_types SET title = $3, slug = $4, minutes = $5, color = $6, location = $7,
            location_value = $8, public_description = $9, internal_description = $10,
            schedule_id = $11, horizon_days = $12, notice_minutes = $13, buffer_before = $14,
            buffer_after = $15, increment = $16, max_per_day = $17, max_per_week = $18,
            max_per_month = $19, questions = $20, guests_allowed_at = $21,
            reschedule_disabled_at = $22, disabled_at = $23, updated_at = $24, kind = $25,
            team_id = $26, seats = $27, show_remaining_at = $28, webinar_at = $29, look = $30
         WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL",
    )
    .bind(it.org_id)
    .bind(it.id)
    .bind(it.title)
    .bind(it.slug)
    .bind(it.minutes)
    .bind(it.color)
    .bind(it.location)
    .bind(it.location_value)
    .bind(it.public_description)
    .bind(it.internal_description)
    .bind(it.schedule_id)
    .bind(it.horizon_days)
    .bind(it.notice_minutes)
    .bind(it.buffer_before)
    .bind(it.buffer_after)
    .bind(it.increment)
    .bind(it.max_per_day)
    .bind(it.max_per_week)
    .bind(it.max_per_month)
    .bind(it.questions)
    .bind(it.guests_allowed_at)
    .bind(it.reschedule_disabled_at)
    .bind(it.disabled_at)
    .bind(it.updated_at)
    .bind(it.kind)
    .bind(it.team_id)
    .bind(it.seats)
    .bind(it.show_remaining_at)
    .bind(it.webinar_at)
    .bind(it.look)
    .run(tx)
    .await?;
    Ok(())
}

/// The row stays for the bookings that name it; it frees its slug and its schedule.
pub async fn delete(
    tx: &mut Tx,
    org: Id<Org>,
    id: Id<EventType>,
    now: Timestamp,
) -> Result<(), DbError> {
    sql(
        "UPDATE event_types SET deleted_at = $3, disabled_at = COALESCE(disabled_at, $3),
            schedule_id = NULL, updated_at = $3
         WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL",
    )
    .bind(org)
    .bind(id)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}
