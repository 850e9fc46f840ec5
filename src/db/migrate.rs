//! The schema's history: files embedded in the binary, applied at start. One folder serves both
//! databases; `{{uuid}}` and `{{bytes}}` stand for the dialect's type, and lines between
//! `-- only sqlite` or `-- only postgres` and `-- end` are for that database alone.

use std::borrow::Cow;
use std::ops::Deref;

use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};
use sqlx::{Acquire, AssertSqlSafe, SqlSafeStr as _};

use super::Dialect;
use crate::planted::point;

const FILES: &[(i64, &str, &str)] = &[
    (
        1,
        "first tables",
        include_str!("../../migrations/0001_first_tables.sql"),
    ),
    (
        2,
        "teams and groups",
        include_str!("../../migrations/0002_teams_and_groups.sql"),
    ),
    (
        3,
        "hints and budget",
        include_str!("../../migrations/0003_hints_and_budget.sql"),
    ),
    (
        4,
        "accounts",
        include_str!("../../migrations/0004_accounts.sql"),
    ),
    (
        5,
        "sync log by time",
        include_str!("../../migrations/0005_sync_log_by_time.sql"),
    ),
    (
        6,
        "role questions",
        include_str!("../../migrations/0006_role_questions.sql"),
    ),
    (7, "hold", include_str!("../../migrations/0007_hold.sql")),
    (
        9,
        "counted and timed",
        include_str!("../../migrations/0009_counted_and_timed.sql"),
    ),
    (
        10,
        "as it grows",
        include_str!("../../migrations/0010_as_it_grows.sql"),
    ),
    (
        11,
        "pace and silence",
        include_str!("../../migrations/0011_pace_and_silence.sql"),
    ),
    (
        12,
        "pictures",
        include_str!("../../migrations/0012_pictures.sql"),
    ),
    (
        13,
        "leaving",
        include_str!("../../migrations/0013_leaving.sql"),
    ),
    (14, "look", include_str!("../../migrations/0014_look.sql")),
    (
        15,
        "language",
        include_str!("../../migrations/0015_language.sql"),
    ),
    (
        16,
        "rooms first",
        include_str!("../../migrations/0016_rooms_first.sql"),
    ),
    (
        17,
        "looked at again",
        include_str!("../../migrations/0017_looked_at_again.sql"),
    ),
];

/// Before it a database knew of no hold.
pub(super) const FIRST_WITH_HOLD: i64 = 7;

#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    #[error(
        "The database was made by a newer version of 42min (its schema has step {0}, this program \
         ends at {1}). Start the newer version, or restore the backup taken before the upgrade."
    )]
    Newer(i64, i64),
    #[error("The database schema could not be brought up to date: {0}")]
    Other(#[from] MigrateError),
}

impl SchemaError {
    pub(super) fn from_migrate(error: MigrateError) -> SchemaError {
        if let MigrateError::VersionMissing(found) | MigrateError::VersionTooNew(found, _) = error {
            return SchemaError::Newer(found, last_step());
        }
        SchemaError::Other(error)
    }
}

/// What this program brings a schema up to.
pub fn last_step() -> i64 {
    FILES.last().map_or(0, |(version, ..)| *version)
}

/// Applies what is missing; each step is a transaction of its own.
pub(super) async fn bring_up_to_date<'a, A>(dialect: Dialect, database: A) -> anyhow::Result<()>
where
    A: Acquire<'a>,
    <A::Connection as Deref>::Target: Migrate,
{
    point::pass("migrate.next")?;
    let applied = migrator(dialect).run(database).await;
    applied.map_err(SchemaError::from_migrate)?;
    Ok(point::pass("migrate.done")?)
}

pub(super) fn migrator(dialect: Dialect) -> Migrator {
    let migrations = FILES.iter().map(|(version, name, text)| {
        Migration::new(
            *version,
            Cow::Borrowed(*name),
            MigrationType::Simple,
            AssertSqlSafe(for_dialect(text, dialect)).into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(migrations.collect())
}

fn for_dialect(text: &str, dialect: Dialect) -> String {
    let (uuid, bytes, skipped) = match dialect {
        Dialect::Sqlite => ("BLOB", "BLOB", "-- only postgres"),
        Dialect::Postgres => ("UUID", "BYTEA", "-- only sqlite"),
    };
    let mut out = String::with_capacity(text.len());
    let mut skipping = false;
    for line in text.lines() {
        let mark = line.trim();
        if mark == skipped {
            skipping = true;
        }
        if !skipping {
            out.push_str(&line.replace("{{uuid}}", uuid).replace("{{bytes}}", bytes));
            out.push('\n');
        }
        if mark == "-- end" {
            skipping = false;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_dialect_gets_its_types_and_its_own_sections() {
        let text = "a {{uuid}}\n-- only sqlite\nlite\n-- end\n-- only postgres\npg\n-- end\nlast";
        let lite = for_dialect(text, Dialect::Sqlite);
        assert!(lite.contains("a BLOB") && lite.contains("lite") && !lite.contains("\npg"));
        let pg = for_dialect(text, Dialect::Postgres);
        assert!(pg.contains("a UUID") && !pg.contains("\nlite") && pg.contains("\npg\n"));
        assert!(pg.contains("last") && lite.contains("last"));
    }
}
