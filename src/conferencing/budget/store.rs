//! Counted changes and pauses in the database. A limit is the provider's user's, whichever orgs of
//! this server it is connected to; it is named by an account of one of them.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{A_DAY, Wait, day, next_day};
use crate::accounts::Org;
use crate::conferencing::pace::{Label, Patience, Turn};
use crate::conferencing::{Account, breaker, pace};
use crate::db::{DbError, Reader, Tx, sql};
use crate::id::Id;
use crate::planted::bug::{Bug, planted};

/// What a call costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// A create or an update.
    Change,
    /// A read or a delete.
    Free,
    List,
}

impl Cost {
    pub fn label(self) -> Label {
        match self {
            Cost::Change | Cost::Free => Label::Light,
            Cost::List => Label::Medium,
        }
    }
}

/// Whether a call may be sent, and at which moment. It is counted in the commit before it is sent.
pub async fn spend(
    tx: &mut Tx,
    account: &Account,
    (cost, patience): (Cost, Patience),
    now: Timestamp,
) -> Result<Result<Timestamp, Wait>, DbError> {
    if let Some(until) = paused(tx, account).await?
        && until > now
    {
        return Ok(Err(Wait::Paused(until)));
    }
    if let Some(until) = breaker::store::silent_until(tx, account, now).await? {
        return Ok(Err(Wait::Silent(until)));
    }
    let turn = pace::store::take(tx, account, cost.label(), patience, now).await?;
    let at = match turn {
        Turn::Go(at) => at,
        Turn::Back(at) => return Ok(Err(Wait::NotYet(at))),
    };
    match cost {
        Cost::Free | Cost::List => Ok(Ok(at)),
        Cost::Change => {
            let counted = sql("INSERT INTO changes_sent (provider, remote_user, day, used)
                 VALUES ($1, $2, $3, 1)
                 ON CONFLICT (provider, remote_user, day) DO UPDATE
                    SET used = changes_sent.used + 1
                 WHERE changes_sent.used < $4 AND changes_sent.full_at IS NULL")
            .bind(account.provider)
            .bind(account.remote_user.as_str())
            .bind(day(now))
            .bind(A_DAY)
            .run(tx)
            .await?;
            Ok(match counted {
                0 => Err(Wait::DayUsedUp(next_day(now))),
                _ => Ok(at),
            })
        }
    }
}

/// A change that was counted and certainly did not happen.
pub async fn give_back(tx: &mut Tx, account: &Account, now: Timestamp) -> Result<(), DbError> {
    sql("UPDATE changes_sent SET used = used - 1
         WHERE provider = $1 AND remote_user = $2 AND day = $3 AND used > 0")
    .bind(account.provider)
    .bind(account.remote_user.as_str())
    .bind(day(now))
    .run(tx)
    .await?;
    Ok(())
}

/// The provider says that the day is used up: others may have changed meetings of this user too.
pub async fn mark_full(tx: &mut Tx, account: &Account, now: Timestamp) -> Result<(), DbError> {
    if planted(Bug::DayUsedUpForgotten) {
        return Ok(());
    }
    sql(
        "INSERT INTO changes_sent (provider, remote_user, day, used, full_at)
         VALUES ($1, $2, $3, 0, $4)
         ON CONFLICT (provider, remote_user, day) DO UPDATE SET full_at = excluded.full_at",
    )
    .bind(account.provider)
    .bind(account.remote_user.as_str())
    .bind(day(now))
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// Other limits are the whole account's at the provider, all its users together.
pub(in crate::conferencing) fn limited(account: &Account) -> &str {
    if account.remote_account.is_empty() {
        &account.remote_user
    } else {
        &account.remote_account
    }
}

/// Nothing is sent until then, for any of its meetings. A longer pause stays.
pub async fn pause(tx: &mut Tx, account: &Account, until: Timestamp) -> Result<(), DbError> {
    sql(
        "INSERT INTO pauses (provider, limited, until) VALUES ($1, $2, $3)
         ON CONFLICT (provider, limited) DO UPDATE SET until = excluded.until
         WHERE pauses.until < excluded.until",
    )
    .bind(account.provider)
    .bind(limited(account))
    .bind(until)
    .run(tx)
    .await?;
    Ok(())
}

async fn paused(reader: &mut Reader, account: &Account) -> Result<Option<Timestamp>, DbError> {
    sql("SELECT until FROM pauses WHERE provider = $1 AND limited = $2")
        .bind(account.provider)
        .bind(limited(account))
        .maybe(reader)
        .await
}

/// Creates and updates sent for this account's user today: as many as the provider allows, when it
/// said that there are no more.
pub async fn changes_today(
    reader: &mut Reader,
    org: Id<Org>,
    account: Id<Account>,
    now: Timestamp,
) -> Result<i64, DbError> {
    let used: Option<i64> = sql(
        "SELECT CASE WHEN changes_sent.full_at IS NULL THEN changes_sent.used ELSE $4 END
         FROM changes_sent JOIN accounts ON accounts.provider = changes_sent.provider
            AND accounts.remote_user = changes_sent.remote_user
         WHERE accounts.org_id = $1 AND accounts.id = $2 AND changes_sent.day = $3",
    )
    .bind(org)
    .bind(account)
    .bind(day(now))
    .bind(A_DAY)
    .maybe(reader)
    .await?;
    Ok(used.unwrap_or(0))
}

/// The org's accounts whose day is used up.
pub async fn used_up(
    reader: &mut Reader,
    org: Id<Org>,
    now: Timestamp,
) -> Result<BTreeSet<Id<Account>>, DbError> {
    let accounts: Vec<Id<Account>> = sql("SELECT accounts.id FROM accounts
         JOIN changes_sent ON accounts.provider = changes_sent.provider
            AND accounts.remote_user = changes_sent.remote_user
         WHERE accounts.org_id = $1 AND changes_sent.day = $2
            AND (changes_sent.used >= $3 OR changes_sent.full_at IS NOT NULL)")
    .bind(org)
    .bind(day(now))
    .bind(A_DAY)
    .all(reader)
    .await?;
    Ok(accounts.into_iter().collect())
}

/// Forgets days and pauses that are over. Of all users: it is about age alone.
pub async fn forget_before(tx: &mut Tx, before: Timestamp) -> Result<(), DbError> {
    sql("DELETE FROM changes_sent WHERE day < $1")
        .bind(before)
        .run(tx)
        .await?;
    sql("DELETE FROM pauses WHERE until < $1")
        .bind(before)
        .run(tx)
        .await?;
    Ok(())
}

/// Deletes some of the days before this. Answers how many.
pub async fn forget_days(tx: &mut Tx, before: Timestamp, most: i64) -> Result<u64, DbError> {
    sql(
        "DELETE FROM changes_sent WHERE (provider, remote_user, day) IN (
            SELECT provider, remote_user, day FROM changes_sent WHERE day < $1 LIMIT $2)",
    )
    .bind(before)
    .bind(most)
    .run(tx)
    .await
}
