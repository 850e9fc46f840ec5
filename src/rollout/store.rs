//! The switches in the database.

use super::Rollout;
use crate::accounts::Org;
use crate::db::{DbError, Reader, Tx, sql};
use crate::id::Id;

pub async fn rollout(reader: &mut Reader, org: Id<Org>) -> Result<Rollout, DbError> {
    let found = sql(
        "SELECT org_id, enabled_at, routing_at, webinars_at, default_account
         FROM rollout WHERE org_id = $1",
    )
    .bind(org)
    .maybe(reader)
    .await?;
    Ok(found.unwrap_or_else(|| Rollout::off(org)))
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
