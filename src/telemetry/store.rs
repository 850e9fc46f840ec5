//! What the database knows about the whole server, across orgs: counts, never whose.

use jiff::Timestamp;

use crate::db::{DbError, Reader, sql};
use crate::outbox::Kind;
use crate::record;

record! {
    /// Jobs of one kind. Those that gave up wait for nothing.
    pub struct OfKind {
        pub kind: Kind,
        pub waiting: i64,
        pub gave_up: i64,
        pub next_at: Option<Timestamp>,
        pub due_since: Option<Timestamp>,
    }
}

pub async fn jobs(reader: &mut Reader) -> Result<Vec<OfKind>, DbError> {
    sql(
        "SELECT kind, COUNT(*) - COUNT(gave_up_at) AS waiting, COUNT(gave_up_at) AS gave_up,
            MIN(CASE WHEN gave_up_at IS NULL THEN run_at END) AS next_at,
            MIN(CASE WHEN gave_up_at IS NULL THEN COALESCE(due_since, run_at) END) AS due_since
         FROM jobs GROUP BY kind",
    )
    .all(reader)
    .await
}

record! {
    pub struct Connections {
        pub broken: i64,
        pub disconnecting: i64,
        pub all_of_them: i64,
    }
}

pub async fn connections(reader: &mut Reader) -> Result<Connections, DbError> {
    sql(
        "SELECT COUNT(*) AS all_of_them, COUNT(disconnecting_at) AS disconnecting,
            COUNT(CASE WHEN disconnecting_at IS NULL THEN broken_since END) AS broken
         FROM connections",
    )
    .one(reader)
    .await
}
