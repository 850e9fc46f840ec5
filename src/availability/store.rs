//! Schedules in the database: hours as two JSON texts that are never queried.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::hours::{Hours, Span};
use crate::accounts::{Org, Person};
use crate::db::{DbError, Reader, Tx, places, sql};
use crate::event_types::EventType;
use crate::id::Id;
use crate::record;
use crate::zone::Zone;

record! {
    #[derive(Clone, Debug)]
    pub struct Schedule {
        pub id: Id<Schedule>,
        pub org_id: Id<Org>,
        pub person_id: Id<Person>,
        pub name: String,
        pub timezone: Zone,
        pub weekly: Weekly,
        pub overrides: Overrides,
        pub default_since: Option<Timestamp>,
        pub created_at: Timestamp,
    }
}

/// Monday first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weekly(pub [Vec<Span>; 7]);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides(pub BTreeMap<Date, Vec<Span>>);

crate::column!(
    Weekly as String,
    |weekly| serde_json::to_string(&weekly.0).unwrap_or_else(|_| "[]".to_owned()),
    |text| serde_json::from_str(&text)
        .map(Weekly)
        .map_err(|e| e.to_string())
);
crate::column!(
    Overrides as String,
    |overrides| serde_json::to_string(&overrides.0).unwrap_or_else(|_| "{}".to_owned()),
    |text| serde_json::from_str(&text)
        .map(Overrides)
        .map_err(|e| e.to_string())
);

impl Schedule {
    pub fn hours(&self) -> Hours {
        Hours {
            zone: self.timezone.clone(),
            weekly: self.weekly.0.clone(),
            overrides: self.overrides.0.clone(),
        }
    }
}

const COLUMNS: &str =
    "id, org_id, person_id, name, timezone, weekly, overrides, default_since, created_at";

fn select(rest: &str) -> String {
    format!("SELECT {COLUMNS} FROM schedules {rest}")
}

pub async fn find(
    reader: &mut Reader,
    org: Id<Org>,
    id: Id<Schedule>,
) -> Result<Option<Schedule>, DbError> {
    sql(select("WHERE org_id = $1 AND id = $2"))
        .bind(org)
        .bind(id)
        .maybe(reader)
        .await
}

pub async fn of_person(
    reader: &mut Reader,
    org: Id<Org>,
    person: Id<Person>,
) -> Result<Vec<Schedule>, DbError> {
    sql(select(
        "WHERE org_id = $1 AND person_id = $2 ORDER BY created_at, id",
    ))
    .bind(org)
    .bind(person)
    .all(reader)
    .await
}

pub async fn default_of(
    reader: &mut Reader,
    org: Id<Org>,
    person: Id<Person>,
) -> Result<Option<Schedule>, DbError> {
    sql(select(
        "WHERE org_id = $1 AND person_id = $2 AND default_since IS NOT NULL",
    ))
    .bind(org)
    .bind(person)
    .maybe(reader)
    .await
}

/// The default schedules of these people.
pub async fn defaults_of(
    reader: &mut Reader,
    org: Id<Org>,
    people: &[Id<Person>],
) -> Result<Vec<Schedule>, DbError> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    sql(select(&format!(
        "WHERE org_id = $1 AND person_id IN ({}) AND default_since IS NOT NULL",
        places(2, people.len())
    )))
    .bind(org)
    .bind_all(people)
    .all(reader)
    .await
}

pub async fn insert(tx: &mut Tx, schedule: &Schedule) -> Result<(), DbError> {
    sql(
        "INSERT INTO schedules (id, org_id, person_id, name, timezone, weekly, overrides,
            default_since, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(schedule.id)
    .bind(schedule.org_id)
    .bind(schedule.person_id)
    .bind(schedule.name.as_str())
    .bind(schedule.timezone.clone())
    .bind(schedule.weekly.clone())
    .bind(schedule.overrides.clone())
    .bind(schedule.default_since)
    .bind(schedule.created_at)
    .run(tx)
    .await?;
    Ok(())
}

/// One schedule of this person.
pub async fn owned(
    reader: &mut Reader,
    org: Id<Org>,
    person: Id<Person>,
    id: Id<Schedule>,
) -> Result<Option<Schedule>, DbError> {
    sql(select("WHERE org_id = $1 AND person_id = $2 AND id = $3"))
        .bind(org)
        .bind(person)
        .bind(id)
        .maybe(reader)
        .await
}

/// The schedule an event type is booked by: its own, else its owner's default one.
pub async fn hours_for(
    reader: &mut Reader,
    org: Id<Org>,
    event_type: &EventType,
) -> Result<Option<Schedule>, DbError> {
    let own = match event_type.schedule_id {
        Some(id) => find(reader, org, id).await?,
        None => None,
    };
    match own {
        Some(schedule) => Ok(Some(schedule)),
        None => default_of(reader, org, event_type.person_id).await,
    }
}

/// Name, zone and hours.
pub async fn update(tx: &mut Tx, schedule: &Schedule) -> Result<(), DbError> {
    sql(
        "UPDATE schedules SET name = $3, timezone = $4, weekly = $5, overrides = $6
         WHERE org_id = $1 AND id = $2",
    )
    .bind(schedule.org_id)
    .bind(schedule.id)
    .bind(schedule.name.as_str())
    .bind(schedule.timezone.clone())
    .bind(schedule.weekly.clone())
    .bind(schedule.overrides.clone())
    .run(tx)
    .await?;
    Ok(())
}

/// A person has one default: the older one makes room first.
pub async fn make_default(
    tx: &mut Tx,
    org: Id<Org>,
    person: Id<Person>,
    id: Id<Schedule>,
    now: Timestamp,
) -> Result<(), DbError> {
    sql("UPDATE schedules SET default_since = NULL
         WHERE org_id = $1 AND person_id = $2 AND default_since IS NOT NULL AND id <> $3")
    .bind(org)
    .bind(person)
    .bind(id)
    .run(tx)
    .await?;
    sql(
        "UPDATE schedules SET default_since = COALESCE(default_since, $4)
         WHERE org_id = $1 AND person_id = $2 AND id = $3",
    )
    .bind(org)
    .bind(person)
    .bind(id)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

pub async fn delete(tx: &mut Tx, org: Id<Org>, id: Id<Schedule>) -> Result<(), DbError> {
    sql("DELETE FROM schedules WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(id)
        .run(tx)
        .await?;
    Ok(())
}
