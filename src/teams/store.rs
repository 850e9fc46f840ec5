//! Teams and their members in the database.

use jiff::Timestamp;

use super::Team;
use super::rules::{RECENT_DAYS, Recent};
use crate::accounts::{Org, Person};
use crate::clock::days;
use crate::db::{DbError, Reader, Record, Row, Tx, sql};
use crate::id::Id;

const TEAM: &str = "id, org_id, name, slug, availability, on_reschedule, created_at";

fn team(rest: &str) -> String {
    format!("SELECT {TEAM} FROM teams WHERE deleted_at IS NULL AND {rest}")
}

pub async fn find(
    reader: &mut Reader,
    org: Id<Org>,
    id: Id<Team>,
) -> Result<Option<Team>, DbError> {
    sql(team("org_id = $1 AND id = $2"))
        .bind(org)
        .bind(id)
        .maybe(reader)
        .await
}

/// For public addresses, which name no org: slugs are one on the server.
pub async fn by_slug(reader: &mut Reader, slug: &str) -> Result<Option<Team>, DbError> {
    sql(team("slug = $1")).bind(slug).maybe(reader).await
}

pub async fn all(reader: &mut Reader, org: Id<Org>) -> Result<Vec<Team>, DbError> {
    sql(team("org_id = $1 ORDER BY name, id"))
        .bind(org)
        .all(reader)
        .await
}

/// The teams a person is in.
pub async fn of_member(
    reader: &mut Reader,
    org: Id<Org>,
    person: Id<Person>,
) -> Result<Vec<Team>, DbError> {
    sql(team(
        "org_id = $1 AND id IN (SELECT team_id FROM team_members WHERE person_id = $2)
         ORDER BY name, id",
    ))
    .bind(org)
    .bind(person)
    .all(reader)
    .await
}

/// Its members, deactivated and invited ones too, in the order of their ids.
pub async fn members(
    reader: &mut Reader,
    org: Id<Org>,
    team: Id<Team>,
) -> Result<Vec<Person>, DbError> {
    crate::accounts::store::people_of_team(reader, org, team).await
}

impl Record for Recent {
    fn from_row(row: &Row) -> Result<Recent, DbError> {
        Ok(Recent {
            member: row.get("member")?,
            meetings: row.get("meetings")?,
            last: row.get("last_made")?,
        })
    }
}

/// What each member of a team hosts lately, counted in meetings: a full group is one.
pub async fn recent(
    reader: &mut Reader,
    org: Id<Org>,
    team: Id<Team>,
    now: Timestamp,
) -> Result<Vec<Recent>, DbError> {
    sql("SELECT people.id AS member,
            (SELECT COUNT(DISTINCT bookings.meeting_id) FROM bookings
             WHERE bookings.host_id = people.id AND bookings.status = 'confirmed'
                AND bookings.created_at > $3) AS meetings,
            (SELECT MAX(bookings.created_at) FROM bookings
             WHERE bookings.host_id = people.id AND bookings.status = 'confirmed') AS last_made
         FROM team_members JOIN people ON people.id = team_members.person_id
         WHERE people.org_id = $1 AND team_members.team_id = $2 ORDER BY people.id")
    .bind(org)
    .bind(team)
    .bind(now - days(RECENT_DAYS))
    .all(reader)
    .await
}

/// Holds a team and who is in it until the transaction ends.
pub async fn hold(tx: &mut Tx, org: Id<Org>, id: Id<Team>) -> Result<(), DbError> {
    tx.line_up(id).await?;
    sql("UPDATE teams SET name = name WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(id)
        .run(tx)
        .await?;
    Ok(())
}

pub async fn insert(tx: &mut Tx, team: &Team) -> Result<(), DbError> {
    sql(
        "INSERT INTO teams (id, org_id, name, slug, availability, on_reschedule, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(team.id)
    .bind(team.org_id)
    .bind(team.name.as_str())
    .bind(team.slug.as_str())
    .bind(team.availability)
    .bind(team.on_reschedule)
    .bind(team.created_at)
    .run(tx)
    .await?;
    Ok(())
}

pub async fn update(tx: &mut Tx, team: &Team) -> Result<(), DbError> {
    sql(
        "UPDATE teams SET name = $3, slug = $4, availability = $5, on_reschedule = $6
         WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL",
    )
    .bind(team.org_id)
    .bind(team.id)
    .bind(team.name.as_str())
    .bind(team.slug.as_str())
    .bind(team.availability)
    .bind(team.on_reschedule)
    .run(tx)
    .await?;
    Ok(())
}

/// Who is in the team from now on; those who stay keep the date they joined at.
pub async fn set_members(
    tx: &mut Tx,
    org: Id<Org>,
    team: Id<Team>,
    members: &[Id<Person>],
    now: Timestamp,
) -> Result<(), DbError> {
    let is = crate::accounts::store::people_of_team(tx, org, team).await?;
    for gone in is.iter().filter(|person| !members.contains(&person.id)) {
        sql("DELETE FROM team_members WHERE team_id = $1 AND person_id = $2")
            .bind(team)
            .bind(gone.id)
            .run(tx)
            .await?;
    }
    for member in members {
        sql("INSERT INTO team_members (team_id, person_id, joined_at)
             SELECT $2, people.id, $4 FROM people WHERE people.org_id = $1 AND people.id = $3
             ON CONFLICT (team_id, person_id) DO NOTHING")
        .bind(org)
        .bind(team)
        .bind(*member)
        .bind(now)
        .run(tx)
        .await?;
    }
    Ok(())
}

/// The row stays for the event types that name it; its slug is free again.
pub async fn delete(
    tx: &mut Tx,
    org: Id<Org>,
    team: Id<Team>,
    now: Timestamp,
) -> Result<(), DbError> {
    sql("UPDATE teams SET deleted_at = $3 WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL")
        .bind(org)
        .bind(team)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}
