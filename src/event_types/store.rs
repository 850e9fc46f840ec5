//! Event types in the database.

use super::EventType;
use crate::accounts::{Org, Person};
use crate::db::{DbError, Reader, sql};
use crate::id::Id;

const COLUMNS: &str = "id, org_id, person_id, kind, title, slug, minutes, color, location, \
    location_value, public_description, internal_description, schedule_id, horizon_days, \
    notice_minutes, buffer_before, buffer_after, increment, max_per_day, max_per_week, \
    max_per_month, questions, guests_allowed_at, reschedule_disabled_at, disabled_at, created_at, \
    updated_at";

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
        "WHERE org_id = $1 AND person_id = $2 AND slug = $3 AND deleted_at IS NULL",
    ))
    .bind(org)
    .bind(owner)
    .bind(slug)
    .maybe(reader)
    .await
}

pub async fn of_person(
    reader: &mut Reader,
    org: Id<Org>,
    owner: Id<Person>,
) -> Result<Vec<EventType>, DbError> {
    sql(select(
        "WHERE org_id = $1 AND person_id = $2 AND deleted_at IS NULL ORDER BY created_at, id",
    ))
    .bind(org)
    .bind(owner)
    .all(reader)
    .await
}
