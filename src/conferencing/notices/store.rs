//! Deliveries that were taken, and when an address was made sure of. They belong to the server: a
//! provider's notices name no org.

use jiff::Timestamp;

use crate::clock::days;
use crate::conferencing::ProviderKind;
use crate::db::{DbError, Reader, Tx, sql};

/// Takes a delivery, once: answers whether it was the first of its event. Old ones are forgotten;
/// they would be refused for their age.
pub async fn take(tx: &mut Tx, digest: Vec<u8>, now: Timestamp) -> Result<bool, DbError> {
    sql("DELETE FROM notices WHERE received_at < $1")
        .bind(now - days(1))
        .run(tx)
        .await?;
    let taken = sql("INSERT INTO notices (digest, received_at) VALUES ($1, $2)
         ON CONFLICT (digest) DO NOTHING")
    .bind(digest)
    .bind(now)
    .run(tx)
    .await?;
    Ok(taken == 1)
}

/// The provider has just made sure that the address is ours.
pub async fn put_validated(
    tx: &mut Tx,
    provider: ProviderKind,
    now: Timestamp,
) -> Result<(), DbError> {
    sql(
        "INSERT INTO notice_addresses (provider, validated_at) VALUES ($1, $2)
         ON CONFLICT (provider) DO UPDATE SET validated_at = excluded.validated_at",
    )
    .bind(provider)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// When Zoom last made sure of the address of its events, for the set-up guide.
pub async fn webhook_validated_at(reader: &mut Reader) -> Result<Option<Timestamp>, DbError> {
    sql("SELECT validated_at FROM notice_addresses WHERE provider = $1")
        .bind(ProviderKind::Zoom)
        .maybe(reader)
        .await
}
