//! Silences of providers in the database, shared by all processes. A silence is of the provider's
//! account, whichever orgs of this server it is connected to.

use jiff::Timestamp;

use super::{FAILURES, Heard, PROBE_MINUTES};
use crate::booking::Meeting;
use crate::clock::minutes;
use crate::conferencing::Account;
use crate::conferencing::budget::store::limited;
use crate::db::{DbError, Reader, Tx, sql};
use crate::id::Id;
use crate::record;

record! {
    struct Row {
        probe_at: Option<Timestamp>,
    }
}

/// Until when nothing is asked. `None`: ask, if need be as the one who finds out.
pub async fn silent_until(
    tx: &mut Tx,
    account: &Account,
    now: Timestamp,
) -> Result<Option<Timestamp>, DbError> {
    let row: Option<Row> =
        sql("SELECT probe_at FROM silences WHERE provider = $1 AND limited = $2")
            .bind(account.provider)
            .bind(limited(account))
            .maybe(tx)
            .await?;
    let Some(probe_at) = row.and_then(|row| row.probe_at) else {
        return Ok(None);
    };
    if probe_at > now {
        return Ok(Some(probe_at));
    }
    let then = now + minutes(PROBE_MINUTES);
    let ours = sql("UPDATE silences SET probe_at = $3
         WHERE provider = $1 AND limited = $2 AND probe_at <= $4")
    .bind(account.provider)
    .bind(limited(account))
    .bind(then)
    .bind(now)
    .run(tx)
    .await?;
    Ok((ours == 0).then_some(then))
}

/// Writes what a call told. Answers whether it ends a silence.
pub async fn put_heard(
    tx: &mut Tx,
    account: &Account,
    heard: Heard,
    now: Timestamp,
) -> Result<bool, DbError> {
    match heard {
        Heard::Answer => {
            let was: Option<Row> =
                sql("DELETE FROM silences WHERE provider = $1 AND limited = $2 RETURNING probe_at")
                    .bind(account.provider)
                    .bind(limited(account))
                    .maybe(tx)
                    .await?;
            Ok(was.is_some_and(|row| row.probe_at.is_some()))
        }
        Heard::Silence => {
            sql(
                "INSERT INTO silences (provider, limited, failures) VALUES ($1, $2, 1)
                 ON CONFLICT (provider, limited) DO UPDATE SET failures = silences.failures + 1,
                    probe_at = CASE WHEN silences.probe_at IS NULL AND silences.failures + 1 >= $3
                                    THEN $4 ELSE silences.probe_at END",
            )
            .bind(account.provider)
            .bind(limited(account))
            .bind(FAILURES)
            .bind(now + minutes(PROBE_MINUTES))
            .run(tx)
            .await?;
            Ok(false)
        }
    }
}

/// The token for the call that finds out is there: that call goes now.
pub async fn ask_now(tx: &mut Tx, account: &Account, now: Timestamp) -> Result<(), DbError> {
    sql("UPDATE silences SET probe_at = $3
         WHERE provider = $1 AND limited = $2 AND probe_at IS NOT NULL")
    .bind(account.provider)
    .bind(limited(account))
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// Meetings whose jobs wait, in all orgs that the account is connected to, by id.
pub async fn waiting(
    reader: &mut Reader,
    account: &Account,
    now: Timestamp,
) -> Result<Vec<Id<Meeting>>, DbError> {
    sql(
        "SELECT meetings.id FROM jobs JOIN meetings ON meetings.id = jobs.subject
         WHERE jobs.kind = 'conference' AND jobs.run_at > $3 AND meetings.org_id IN (
            SELECT org_id FROM accounts WHERE provider = $1
               AND (remote_account = $2 OR (remote_account = '' AND remote_user = $2)))
         ORDER BY meetings.id",
    )
    .bind(account.provider)
    .bind(limited(account))
    .bind(now)
    .all(reader)
    .await
}
