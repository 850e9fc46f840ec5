//! Orgs, people and sessions in the database.

use jiff::Timestamp;

use super::{Org, Person};
use crate::db::{DbError, Reader, Tx, sql};
use crate::id::Id;

const PERSON: &str = "id, org_id, email, name, username, timezone, role, password_hash, \
                      notices_off_at, deactivated_at, created_at";

fn person(rest: &str) -> String {
    format!("SELECT {PERSON} FROM people {rest}")
}

pub async fn org(reader: &mut Reader, id: Id<Org>) -> Result<Option<Org>, DbError> {
    sql("SELECT id, name FROM orgs WHERE id = $1")
        .bind(id)
        .maybe(reader)
        .await
}

pub async fn person_in(
    reader: &mut Reader,
    org: Id<Org>,
    id: Id<Person>,
) -> Result<Option<Person>, DbError> {
    sql(person("WHERE org_id = $1 AND id = $2"))
        .bind(org)
        .bind(id)
        .maybe(reader)
        .await
}

/// Across orgs: usernames are addresses on this server.
pub async fn person_by_username(
    reader: &mut Reader,
    username: &str,
) -> Result<Option<Person>, DbError> {
    sql(person("WHERE username = $1"))
        .bind(username)
        .maybe(reader)
        .await
}

/// Across orgs: who signs in has not said which org yet.
pub async fn person_by_email(reader: &mut Reader, email: &str) -> Result<Option<Person>, DbError> {
    sql(person("WHERE email = $1"))
        .bind(email)
        .maybe(reader)
        .await
}

pub async fn people(reader: &mut Reader, org: Id<Org>) -> Result<Vec<Person>, DbError> {
    sql(person("WHERE org_id = $1 ORDER BY name, id"))
        .bind(org)
        .all(reader)
        .await
}

/// Whether anybody is here yet: until then `/setup` is open to who holds the setup code.
pub async fn is_empty(reader: &mut Reader) -> Result<bool, DbError> {
    let people: i64 = sql("SELECT COUNT(*) FROM people").one(reader).await?;
    Ok(people == 0)
}

pub async fn insert_session(
    tx: &mut Tx,
    person: Id<Person>,
    token_hash: Vec<u8>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), DbError> {
    sql(
        "INSERT INTO sessions (token_hash, person_id, created_at, last_seen_at, expires_at)
         VALUES ($1, $2, $3, $3, $4)",
    )
    .bind(token_hash)
    .bind(person)
    .bind(now)
    .bind(expires_at)
    .run(tx)
    .await?;
    Ok(())
}

/// The person of a live session, and when it was last seen.
pub async fn session(
    reader: &mut Reader,
    token_hash: Vec<u8>,
    now: Timestamp,
) -> Result<Option<(Person, Timestamp)>, DbError> {
    let columns: Vec<String> = PERSON.split(", ").map(|c| format!("people.{c}")).collect();
    let found: Option<SessionRow> = sql(format!(
        "SELECT sessions.last_seen_at AS last_seen_at, {} FROM sessions
         JOIN people ON people.id = sessions.person_id
         WHERE sessions.token_hash = $1 AND sessions.expires_at > $2
            AND people.deactivated_at IS NULL",
        columns.join(", ")
    ))
    .bind(token_hash)
    .bind(now)
    .maybe(reader)
    .await?;
    Ok(found.map(|row| (row.person, row.last_seen_at)))
}

struct SessionRow {
    person: Person,
    last_seen_at: Timestamp,
}

impl crate::db::Record for SessionRow {
    fn from_row(row: &crate::db::Row) -> Result<Self, DbError> {
        Ok(SessionRow {
            person: Person::from_row(row)?,
            last_seen_at: row.get("last_seen_at")?,
        })
    }
}

/// The session goes on: it lives until `expires_at` from now on.
pub async fn touch_session(
    tx: &mut Tx,
    token_hash: Vec<u8>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), DbError> {
    sql("UPDATE sessions SET last_seen_at = $2, expires_at = $3 WHERE token_hash = $1")
        .bind(token_hash)
        .bind(now)
        .bind(expires_at)
        .run(tx)
        .await?;
    Ok(())
}

pub async fn delete_session(tx: &mut Tx, token_hash: Vec<u8>) -> Result<(), DbError> {
    sql("DELETE FROM sessions WHERE token_hash = $1")
        .bind(token_hash)
        .run(tx)
        .await?;
    Ok(())
}

/// Signs a person out everywhere, after a new password or role.
pub async fn delete_sessions_of(tx: &mut Tx, person: Id<Person>) -> Result<(), DbError> {
    sql("DELETE FROM sessions WHERE person_id = $1")
        .bind(person)
        .run(tx)
        .await?;
    Ok(())
}
