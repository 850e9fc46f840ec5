//! Orgs, people and sessions in the database.

use jiff::Timestamp;

use super::link::Purpose;
use super::{Ended, Org, Person, Role, Taken};
use crate::db::{DbError, Reader, Tx, sql};
use crate::id::Id;
use crate::record;

const PERSON: &str = "id, org_id, email, name, username, timezone, role, password_hash, \
                      picture, notices_off_at, deactivated_at, left_at, created_at";

fn person(rest: &str) -> String {
    format!("SELECT {PERSON} FROM people {rest}")
}

pub async fn org(reader: &mut Reader, id: Id<Org>) -> Result<Option<Org>, DbError> {
    sql("SELECT id, name FROM orgs WHERE id = $1")
        .bind(id)
        .maybe(reader)
        .await
}

/// All orgs of the server, for its operator.
pub async fn orgs(reader: &mut Reader) -> Result<Vec<Org>, DbError> {
    sql("SELECT id, name FROM orgs ORDER BY created_at, id")
        .all(reader)
        .await
}

pub async fn insert_org(tx: &mut Tx, org: &Org, now: Timestamp) -> Result<(), DbError> {
    sql("INSERT INTO orgs (id, name, created_at) VALUES ($1, $2, $3)")
        .bind(org.id)
        .bind(org.name.as_str())
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

/// Holds the org's row until the commit: changes of who manages it happen one after the other.
pub async fn take_turn(tx: &mut Tx, org: Id<Org>) -> Result<(), DbError> {
    sql("UPDATE orgs SET name = name WHERE id = $1")
        .bind(org)
        .run(tx)
        .await?;
    Ok(())
}

/// The person carries their org.
pub async fn insert_person<R: From<Taken>>(tx: &mut Tx, person: &Person) -> Result<(), Ended<R>> {
    sql(
        "INSERT INTO people (id, org_id, email, name, username, timezone, role, password_hash,
            notices_off_at, deactivated_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(person.id)
    .bind(person.org_id)
    .bind(person.email.as_str())
    .bind(person.name.as_str())
    .bind(person.username.as_str())
    .bind(person.timezone.clone())
    .bind(person.role)
    .bind(person.password_hash.clone())
    .bind(person.notices_off_at)
    .bind(person.deactivated_at)
    .bind(person.created_at)
    .run(tx)
    .await
    .map_err(taken_or_broken)?;
    Ok(())
}

/// Names which of the two that are unique on the server was there already.
fn taken_or_broken<R: From<Taken>>(error: DbError) -> Ended<R> {
    match error {
        DbError::Unique(what) if what.contains("email") => Ended::Refused(Taken::Email.into()),
        DbError::Unique(what) if what.contains("username") => {
            Ended::Refused(Taken::Username.into())
        }
        DbError::Unique(_)
        | DbError::Overlap
        | DbError::Value(_)
        | DbError::Panicked
        | DbError::Closed
        | DbError::Disk(_)
        | DbError::Sql(_) => Ended::Broken(error.into()),
    }
}

pub async fn active_admins(reader: &mut Reader, org: Id<Org>) -> Result<i64, DbError> {
    sql("SELECT COUNT(*) FROM people WHERE org_id = $1 AND role = $2
            AND deactivated_at IS NULL AND password_hash IS NOT NULL")
    .bind(org)
    .bind(Role::Admin)
    .one(reader)
    .await
}

pub async fn set_role(
    tx: &mut Tx,
    org: Id<Org>,
    id: Id<Person>,
    role: Role,
) -> Result<(), DbError> {
    sql("UPDATE people SET role = $3 WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(id)
        .bind(role)
        .run(tx)
        .await?;
    Ok(())
}

pub async fn set_deactivated(
    tx: &mut Tx,
    org: Id<Org>,
    id: Id<Person>,
    since: Option<Timestamp>,
) -> Result<(), DbError> {
    sql("UPDATE people SET deactivated_at = $3 WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(id)
        .bind(since)
        .run(tx)
        .await?;
    Ok(())
}

pub async fn set_password(
    tx: &mut Tx,
    org: Id<Org>,
    id: Id<Person>,
    hash: &str,
) -> Result<(), DbError> {
    sql("UPDATE people SET password_hash = $3 WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(id)
        .bind(hash)
        .run(tx)
        .await?;
    Ok(())
}

/// What people may change of themselves.
pub async fn update_profile(tx: &mut Tx, person: &Person) -> Result<(), Ended<Taken>> {
    sql("UPDATE people SET name = $3, username = $4, timezone = $5
         WHERE org_id = $1 AND id = $2")
    .bind(person.org_id)
    .bind(person.id)
    .bind(person.name.as_str())
    .bind(person.username.as_str())
    .bind(person.timezone.clone())
    .run(tx)
    .await
    .map_err(taken_or_broken)?;
    Ok(())
}

/// A picture in place of the one before; None takes it away.
pub async fn set_picture(
    tx: &mut Tx,
    org: Id<Org>,
    id: Id<Person>,
    picture: Option<(&str, Vec<u8>)>,
) -> Result<(), DbError> {
    let (hash, jpeg) = picture.unzip();
    sql("UPDATE people SET picture = $3 WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(id)
        .bind(hash.map(str::to_owned))
        .run(tx)
        .await?;
    sql("DELETE FROM pictures WHERE person_id IN
            (SELECT id FROM people WHERE org_id = $1 AND id = $2)")
    .bind(org)
    .bind(id)
    .run(tx)
    .await?;
    if let Some(jpeg) = jpeg {
        sql(
            "INSERT INTO pictures (person_id, jpeg) SELECT id, $3 FROM people
             WHERE org_id = $1 AND id = $2",
        )
        .bind(org)
        .bind(id)
        .bind(jpeg)
        .run(tx)
        .await?;
    }
    Ok(())
}

/// Across orgs: whoever was shown a picture's address may see it, while its person is here.
pub async fn picture(reader: &mut Reader, hash: &str) -> Result<Option<Vec<u8>>, DbError> {
    sql(
        "SELECT jpeg FROM pictures JOIN people ON people.id = pictures.person_id
         WHERE people.picture = $1 AND people.deactivated_at IS NULL
         ORDER BY people.id LIMIT 1",
    )
    .bind(hash)
    .maybe(reader)
    .await
}

/// The person was read in their org by the caller.
pub async fn insert_link(
    tx: &mut Tx,
    person: Id<Person>,
    purpose: Purpose,
    token_hash: Vec<u8>,
    expires_at: Timestamp,
) -> Result<(), DbError> {
    sql(
        "INSERT INTO person_links (token_hash, person_id, purpose, expires_at)
         VALUES ($1, $2, $3, $4)",
    )
    .bind(token_hash)
    .bind(person)
    .bind(purpose)
    .bind(expires_at)
    .run(tx)
    .await?;
    Ok(())
}

pub async fn delete_links(
    tx: &mut Tx,
    org: Id<Org>,
    person: Id<Person>,
    purpose: Purpose,
) -> Result<(), DbError> {
    sql(
        "DELETE FROM person_links WHERE purpose = $3 AND person_id IN
            (SELECT id FROM people WHERE org_id = $1 AND id = $2)",
    )
    .bind(org)
    .bind(person)
    .bind(purpose)
    .run(tx)
    .await?;
    Ok(())
}

/// Whose link this is, while it works. Across orgs: the token is all its holder has.
pub async fn person_of_link(
    reader: &mut Reader,
    purpose: Purpose,
    token_hash: Vec<u8>,
    now: Timestamp,
) -> Result<Option<Person>, DbError> {
    sql(person(
        "WHERE deactivated_at IS NULL AND id IN (SELECT person_id FROM person_links
            WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3)",
    ))
    .bind(token_hash)
    .bind(purpose)
    .bind(now)
    .maybe(reader)
    .await
}

/// Whether the link was still to be used: of two that come at once, one may.
pub async fn use_link(
    tx: &mut Tx,
    purpose: Purpose,
    token_hash: Vec<u8>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let used = sql("UPDATE person_links SET used_at = $3
         WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3")
    .bind(token_hash)
    .bind(purpose)
    .bind(now)
    .run(tx)
    .await?;
    Ok(used == 1)
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

/// Without those who have left for good.
pub async fn people(reader: &mut Reader, org: Id<Org>) -> Result<Vec<Person>, DbError> {
    sql(person(
        "WHERE org_id = $1 AND left_at IS NULL ORDER BY name, id",
    ))
    .bind(org)
    .all(reader)
    .await
}

record! {
    /// An entry of a filter.
    pub struct Named {
        pub id: Id<Person>,
        pub name: String,
    }
}

/// The names of the org's people, deactivated and invited ones too.
pub async fn names(reader: &mut Reader, org: Id<Org>) -> Result<Vec<Named>, DbError> {
    sql("SELECT id, name FROM people WHERE org_id = $1 ORDER BY name, id")
        .bind(org)
        .all(reader)
        .await
}

/// The members of a team, in the order of their ids.
pub async fn people_of_team(
    reader: &mut Reader,
    org: Id<Org>,
    team: Id<crate::teams::Team>,
) -> Result<Vec<Person>, DbError> {
    sql(person(
        "WHERE org_id = $1 AND id IN (SELECT person_id FROM team_members
            JOIN teams ON teams.id = team_members.team_id
            WHERE team_members.team_id = $2 AND teams.deleted_at IS NULL)
         ORDER BY id",
    ))
    .bind(org)
    .bind(team)
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

/// For a link of a letter, whose token has been checked: it names the person, not the org.
pub async fn person_of_notice_link(
    reader: &mut Reader,
    id: Id<Person>,
) -> Result<Option<Person>, DbError> {
    sql(person("WHERE id = $1")).bind(id).maybe(reader).await
}

/// Letters to the host about bookings: wanted again.
pub async fn turn_notices_on(tx: &mut Tx, org: Id<Org>, person: Id<Person>) -> Result<(), DbError> {
    sql("UPDATE people SET notices_off_at = NULL WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(person)
        .run(tx)
        .await?;
    Ok(())
}

/// No more letters to the host about bookings. A letter's link names the person, not the org.
pub async fn turn_notices_off(
    tx: &mut Tx,
    person: Id<Person>,
    now: Timestamp,
) -> Result<(), DbError> {
    sql("UPDATE people SET notices_off_at = $2 WHERE id = $1 AND notices_off_at IS NULL")
        .bind(person)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

/// Deletes some of the sessions that ended before this, in all orgs. Answers how many.
pub async fn forget_sessions(tx: &mut Tx, before: Timestamp, most: i64) -> Result<u64, DbError> {
    sql("DELETE FROM sessions WHERE token_hash IN (
            SELECT token_hash FROM sessions WHERE expires_at < $1 LIMIT $2)")
    .bind(before)
    .bind(most)
    .run(tx)
    .await
}

/// Deletes some of the mailed links that ended before this, in all orgs. Answers how many.
pub async fn forget_links(tx: &mut Tx, before: Timestamp, most: i64) -> Result<u64, DbError> {
    sql("DELETE FROM person_links WHERE token_hash IN (
            SELECT token_hash FROM person_links WHERE expires_at < $1 LIMIT $2)")
    .bind(before)
    .bind(most)
    .run(tx)
    .await
}
