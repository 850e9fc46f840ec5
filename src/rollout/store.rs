//! The switches in the database.

use super::Rollout;
use crate::accounts::Org;
use crate::conferencing::Account;
use crate::db::{DbError, Reader, Tx, sql};
use crate::id::Id;

pub async fn rollout(reader: &mut Reader, org: Id<Org>) -> Result<Rollout, DbError> {
    let found = sql(
        "SELECT org_id, enabled_at, routing_at, webinars_at, default_account, version
         FROM rollout WHERE org_id = $1",
    )
    .bind(org)
    .maybe(reader)
    .await?;
    Ok(found.unwrap_or_else(|| Rollout::off(org)))
}

/// Before a save of what was made of this version: whether nobody has saved since. Who asks the
/// same at the same moment waits, and is told no.
pub async fn take_version(tx: &mut Tx, org: Id<Org>, version: i64) -> Result<bool, DbError> {
    sql("INSERT INTO rollout (org_id, version) VALUES ($1, 0) ON CONFLICT (org_id) DO NOTHING")
        .bind(org)
        .run(tx)
        .await?;
    let taken = sql("UPDATE rollout SET version = version + 1 WHERE org_id = $1 AND version = $2")
        .bind(org)
        .bind(version)
        .run(tx)
        .await?;
    Ok(taken == 1)
}

pub async fn save(tx: &mut Tx, rollout: &Rollout) -> Result<(), DbError> {
    sql(
        "INSERT INTO rollout (org_id, enabled_at, routing_at, webinars_at, default_account)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org_id) DO UPDATE SET enabled_at = excluded.enabled_at,
            routing_at = excluded.routing_at, webinars_at = excluded.webinars_at,
            default_account = excluded.default_account",
    )
    .bind(rollout.org_id)
    .bind(rollout.enabled_at)
    .bind(rollout.routing_at)
    .bind(rollout.webinars_at)
    .bind(rollout.default_account)
    .run(tx)
    .await?;
    Ok(())
}

/// The account can't be the default any more. Answers whether it was.
pub async fn forget_default(
    tx: &mut Tx,
    org: Id<Org>,
    account: Id<Account>,
) -> Result<bool, DbError> {
    let forgotten = sql(
        "UPDATE rollout SET default_account = NULL, version = version + 1
         WHERE org_id = $1 AND default_account = $2",
    )
    .bind(org)
    .bind(account)
    .run(tx)
    .await?;
    Ok(forgotten == 1)
}
