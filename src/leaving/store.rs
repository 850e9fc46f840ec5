//! What is stored about a person, wherever it is, and its end.

use jiff::Timestamp;

use crate::accounts::{Org, Person};
use crate::booking::Booking;
use crate::conferencing::Account;
use crate::db::{DbError, Reader, Tx, sql};
use crate::id::Id;
use crate::record;

record! {
    /// A meeting that somebody hosts and that is not over.
    pub struct Ahead {
        pub booking: Id<Booking>,
        pub summary: String,
        pub starts_at: Timestamp,
    }
}

pub async fn ahead(
    reader: &mut Reader,
    org: Id<Org>,
    host: Id<Person>,
    now: Timestamp,
) -> Result<Vec<Ahead>, DbError> {
    sql(
        "SELECT (SELECT bookings.id FROM bookings WHERE bookings.meeting_id = meetings.id
                AND bookings.status = 'confirmed' ORDER BY bookings.id LIMIT 1) AS booking,
            summary, starts_at
         FROM meetings WHERE org_id = $1 AND host_id = $2 AND over_at IS NULL
            AND starts_at + minutes * 60000000 > $3
         ORDER BY starts_at, id",
    )
    .bind(org)
    .bind(host)
    .bind(now)
    .all(reader)
    .await
}

pub async fn close_door(
    tx: &mut Tx,
    org: Id<Org>,
    person: Id<Person>,
    now: Timestamp,
) -> Result<(), DbError> {
    sql(
        "UPDATE people SET left_at = $3, deactivated_at = COALESCE(deactivated_at, $3),
            password_hash = NULL
         WHERE org_id = $1 AND id = $2",
    )
    .bind(org)
    .bind(person)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// For a job, which names the person and not the org.
pub async fn who_left(
    reader: &mut Reader,
    id: Id<Person>,
) -> Result<Option<(Person, Timestamp)>, DbError> {
    let org: Option<Id<Org>> = sql("SELECT org_id FROM people WHERE id = $1")
        .bind(id)
        .maybe(reader)
        .await?;
    let Some(org) = org else {
        return Ok(None);
    };
    let person = crate::accounts::store::person_in(reader, org, id).await?;
    Ok(person.and_then(|person| Some((person.clone(), person.left_at?))))
}

/// Letters about their meetings or to them, rooms to take away, access to give back.
pub async fn is_anything_on_its_way(
    reader: &mut Reader,
    org: Id<Org>,
    person: Id<Person>,
) -> Result<bool, DbError> {
    let waiting: i64 = sql("SELECT COUNT(*) FROM jobs WHERE gave_up_at IS NULL AND (
            (kind IN ('conference', 'letters') AND subject IN
                (SELECT id FROM meetings WHERE org_id = $1 AND host_id = $2))
            OR (kind = 'mail' AND subject IN (SELECT id FROM letters WHERE org_id = $1
                AND (to_email = (SELECT email FROM people WHERE id = $2) OR meeting_id IN
                    (SELECT id FROM meetings WHERE org_id = $1 AND host_id = $2))))
            OR (kind = 'give-back' AND subject IN
                (SELECT id FROM held_grants WHERE org_id = $1 AND person_id = $2)))")
    .bind(org)
    .bind(person)
    .one(reader)
    .await?;
    Ok(waiting > 0)
}

/// What a provider's accounts say of them: those with their address, or on which nobody else’s
/// meetings took place. Who has connected one keeps it.
pub async fn erase_accounts(tx: &mut Tx, person: &Person) -> Result<(), DbError> {
    let theirs: Vec<Id<Account>> = sql("SELECT id FROM accounts WHERE org_id = $1
            AND id NOT IN (SELECT account_id FROM connections WHERE org_id = $1)
            AND (LOWER(email) = $3 OR (
                EXISTS (SELECT 1 FROM seen JOIN meetings ON meetings.id = seen.meeting_id
                    WHERE seen.account_id = accounts.id AND meetings.host_id = $2)
                AND NOT EXISTS (SELECT 1 FROM seen JOIN meetings ON meetings.id = seen.meeting_id
                    WHERE seen.account_id = accounts.id AND meetings.host_id <> $2)))")
    .bind(person.org_id)
    .bind(person.id)
    .bind(person.email.as_str())
    .all(tx)
    .await?;
    for account in theirs {
        for text in [
            "UPDATE sync_log SET request_body = NULL, response_body = NULL,
                words = 'Erased with its person.' WHERE org_id = $1 AND account_id = $2",
            "DELETE FROM strays WHERE org_id = $1 AND account_id = $2",
            "DELETE FROM leftovers WHERE org_id = $1 AND account_id = $2",
        ] {
            sql(text).bind(person.org_id).bind(account).run(tx).await?;
        }
        sql(
            "UPDATE accounts SET remote_user = $3, remote_account = '', email = '', name = ''
             WHERE org_id = $1 AND id = $2",
        )
        .bind(person.org_id)
        .bind(account)
        .bind(format!("erased-{account}"))
        .run(tx)
        .await?;
    }
    Ok(())
}

/// Of the meetings they hosted it stays when they were, and who came.
pub async fn erase_meetings(tx: &mut Tx, org: Id<Org>, host: Id<Person>) -> Result<(), DbError> {
    for text in [
        "DELETE FROM letters WHERE org_id = $1 AND (
            to_email = (SELECT email FROM people WHERE id = $2) OR meeting_id IN
                (SELECT id FROM meetings WHERE org_id = $1 AND host_id = $2))",
        "DELETE FROM told WHERE meeting_id IN
            (SELECT id FROM meetings WHERE org_id = $1 AND host_id = $2)",
        "UPDATE sync_log SET request_body = NULL, response_body = NULL,
            words = 'Erased with its host.'
         WHERE org_id = $1 AND meeting_id IN
            (SELECT id FROM meetings WHERE org_id = $1 AND host_id = $2)",
        "UPDATE seen SET shows_topic = NULL, warnings = NULL, refused_why = NULL
         WHERE org_id = $1 AND meeting_id IN
            (SELECT id FROM meetings WHERE org_id = $1 AND host_id = $2)",
        "UPDATE bookings SET location_value = NULL, reschedule_reason = NULL,
            cancel_reason = CASE WHEN ended_by = 'host' THEN NULL ELSE cancel_reason END
         WHERE org_id = $1 AND host_id = $2",
        "UPDATE meetings SET summary = 'Meeting', location_value = NULL
         WHERE org_id = $1 AND host_id = $2",
    ] {
        sql(text).bind(org).bind(host).run(tx).await?;
    }
    Ok(())
}

/// What could be booked with them alone ends; what a team takes turns in goes over to an admin.
pub async fn erase_offers(
    tx: &mut Tx,
    org: Id<Org>,
    owner: Id<Person>,
    heir: Id<Person>,
    now: Timestamp,
) -> Result<(), DbError> {
    sql("UPDATE event_types SET schedule_id = NULL WHERE org_id = $1 AND person_id = $2")
        .bind(org)
        .bind(owner)
        .run(tx)
        .await?;
    sql("UPDATE event_types SET person_id = $3
         WHERE org_id = $1 AND person_id = $2 AND team_id IS NOT NULL")
    .bind(org)
    .bind(owner)
    .bind(heir)
    .run(tx)
    .await?;
    sql(
        "UPDATE event_types SET title = 'Erased', slug = 'erased', public_description = '',
            internal_description = '', location_value = NULL, questions = '[]',
            deleted_at = COALESCE(deleted_at, $3)
         WHERE org_id = $1 AND person_id = $2",
    )
    .bind(org)
    .bind(owner)
    .bind(now)
    .run(tx)
    .await?;
    sql("DELETE FROM schedules WHERE org_id = $1 AND person_id = $2")
        .bind(org)
        .bind(owner)
        .run(tx)
        .await?;
    Ok(())
}

/// The row stays, as meetings name it, and says nothing.
pub async fn erase_person(tx: &mut Tx, person: &Person) -> Result<(), DbError> {
    for table in [
        "team_members",
        "sessions",
        "person_links",
        "pictures",
        "sign_ins_abroad",
        "held_grants",
        "role_questions",
    ] {
        sql(format!(
            "DELETE FROM {table} WHERE person_id IN
                (SELECT id FROM people WHERE org_id = $1 AND id = $2)"
        ))
        .bind(person.org_id)
        .bind(person.id)
        .run(tx)
        .await?;
    }
    // Counted for sign-ins, across orgs as emails are.
    sql("DELETE FROM tries WHERE who = $1")
        .bind(person.email.as_str())
        .run(tx)
        .await?;
    sql(
        "UPDATE people SET email = $3, name = 'Former member', username = $4,
            timezone = 'Etc/UTC', picture = NULL, password_hash = NULL
         WHERE org_id = $1 AND id = $2",
    )
    .bind(person.org_id)
    .bind(person.id)
    // Neither is an address: nothing reaches them.
    .bind(format!("{}@left.invalid", person.id))
    .bind(format!("left-{}", person.id))
    .run(tx)
    .await?;
    Ok(())
}
