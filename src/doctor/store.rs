//! Counts and settings of the whole server.

use jiff::Timestamp;

use crate::db::{DbError, Dialect, Reader, sql, sql_by};

pub async fn step(reader: &mut Reader) -> Result<Option<i64>, DbError> {
    sql("SELECT MAX(version) FROM _sqlx_migrations")
        .one(reader)
        .await
}

/// What decides whether a commit survives a power cut.
pub async fn durability(reader: &mut Reader) -> Result<String, DbError> {
    sql_by(
        "PRAGMA journal_mode",
        "SELECT current_setting('fsync') || ' ' || current_setting('full_page_writes') || ' ' ||
            current_setting('synchronous_commit')",
    )
    .one(reader)
    .await
}

/// The first thing that SQLite finds wrong with its file.
pub async fn damage(reader: &mut Reader) -> Result<Option<String>, DbError> {
    let said: String = sql("PRAGMA quick_check(1)").one(reader).await?;
    Ok((said != "ok").then_some(said))
}

/// PostgreSQL's own clock.
pub async fn time(reader: &mut Reader) -> Result<Timestamp, DbError> {
    debug_assert_eq!(reader.dialect(), Dialect::Postgres);
    sql("SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint")
        .one(reader)
        .await
}

pub async fn overdue(reader: &mut Reader, before: Timestamp) -> Result<i64, DbError> {
    sql(
        "SELECT COUNT(*) FROM jobs WHERE gave_up_at IS NULL AND run_at < $1
            AND (leased_until IS NULL OR leased_until < $1)",
    )
    .bind(before)
    .one(reader)
    .await
}

pub async fn broken_connections(reader: &mut Reader) -> Result<i64, DbError> {
    sql("SELECT COUNT(*) FROM connections WHERE broken_since IS NOT NULL")
        .one(reader)
        .await
}

pub async fn letters_given_up(reader: &mut Reader) -> Result<i64, DbError> {
    sql("SELECT COUNT(*) FROM letters WHERE failed_at IS NOT NULL")
        .one(reader)
        .await
}
