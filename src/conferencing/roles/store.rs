//! Questions about a role in the database.

use jiff::Timestamp;

use crate::accounts::{Org, Person};
use crate::conferencing::ConnectionRole;
use crate::conferencing::connection::{Connection, Facts};
use crate::db::{DbError, Reader, Tx, sql};
use crate::id::Id;

/// Who is asked about which connection.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub org: Id<Org>,
    pub person: Id<Person>,
    pub connection: Id<Connection>,
}

/// Asks, in place of what was asked before. What has run out is forgotten.
pub async fn ask(
    tx: &mut Tx,
    facts: &Facts,
    (person, to): (Id<Person>, ConnectionRole),
    (now, until): (Timestamp, Timestamp),
) -> Result<(), DbError> {
    sql("DELETE FROM role_questions WHERE expires_at <= $1")
        .bind(now)
        .run(tx)
        .await?;
    sql(
        "INSERT INTO role_questions (connection_id, person_id, org_id, grant_number, role,
            expires_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (connection_id, person_id) DO UPDATE SET
            grant_number = excluded.grant_number, role = excluded.role,
            expires_at = excluded.expires_at",
    )
    .bind(facts.id)
    .bind(person)
    .bind(facts.org)
    .bind(facts.grant)
    .bind(to)
    .bind(until)
    .run(tx)
    .await?;
    Ok(())
}

const OPEN: &str = "org_id = $1 AND person_id = $2 AND connection_id = $3 AND expires_at > $4
    AND EXISTS (SELECT 1 FROM connections WHERE connections.id = role_questions.connection_id
        AND connections.grant_number = role_questions.grant_number
        AND connections.role <> role_questions.role)";

/// Whether an answer is waited for: of the sign-in that made the grant there is now.
pub async fn is_asked(reader: &mut Reader, asked: Asked, now: Timestamp) -> Result<bool, DbError> {
    let open: i64 = sql(format!("SELECT COUNT(*) FROM role_questions WHERE {OPEN}"))
        .bind(asked.org)
        .bind(asked.person)
        .bind(asked.connection)
        .bind(now)
        .one(reader)
        .await?;
    Ok(open > 0)
}

/// Takes the question, to be answered: once. Answers whether it was open.
pub async fn take(tx: &mut Tx, asked: Asked, now: Timestamp) -> Result<bool, DbError> {
    let taken = sql(format!("DELETE FROM role_questions WHERE {OPEN}"))
        .bind(asked.org)
        .bind(asked.person)
        .bind(asked.connection)
        .bind(now)
        .run(tx)
        .await?;
    Ok(taken == 1)
}
