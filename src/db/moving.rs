//! From SQLite to PostgreSQL: every table there is, row by row, read back from both and compared
//! before anything is committed. The source is only read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::str::FromStr as _;

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};
use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::sqlite::SqliteRow;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, PgConnection, Row as _,
    SqliteConnection,
};
use uuid::Uuid;

use super::column::Value;
use super::query::pg_args;
use super::{Dialect, lite_file, lock_beside, migrate};

/// How one table went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    pub table: String,
    pub rows: usize,
}

/// A table and its columns with their types at PostgreSQL.
struct Table {
    name: String,
    columns: Vec<(String, Type)>,
}

#[derive(Clone, Copy)]
enum Type {
    Int,
    Text,
    Uuid,
    Bytes,
}

/// Copies everything into an empty database. Nothing is there unless all of it is.
pub async fn move_all(from: &Path, to: &str) -> anyhow::Result<Vec<Moved>> {
    anyhow::ensure!(from.is_file(), "There is no file {}.", from.display());
    let _only_process = lock_beside(from)?;
    let (step, ours) = (lite_file::step(from).await?, migrate::last_step());
    anyhow::ensure!(
        step == ours,
        "The schema of {} has step {step}, this program ends at {ours}. Start the server once with \
         this version on SQLite, stop it, and try again.",
        from.display()
    );
    lite_file::check(from).await?;
    let mut source = lite_file::connect(from).await?;
    let mut target = PgConnectOptions::from_str(to)?
        .application_name("42min")
        .connect()
        .await
        .context("the target can't be reached")?;
    refuse_if_used(&mut target).await?;
    migrate::migrator(Dialect::Postgres)
        .run(&mut target)
        .await
        .map_err(migrate::SchemaError::from_migrate)?;
    let moved = copy_tables(&mut source, &mut target).await;
    if moved.is_err() {
        // Only what the migrations made; so that it can be tried again.
        empty(&mut target).await?;
    }
    source.close().await?;
    target.close().await?;
    moved
}

async fn refuse_if_used(target: &mut PgConnection) -> anyhow::Result<()> {
    let tables: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'public'",
    )
    .fetch_one(target)
    .await?;
    anyhow::ensure!(
        tables == 0,
        "The target is not empty: it has {tables} tables. Make a new database for it."
    );
    Ok(())
}

async fn copy_tables(
    source: &mut SqliteConnection,
    target: &mut PgConnection,
) -> anyhow::Result<Vec<Moved>> {
    let tables = in_order(source, tables_of(target).await?).await?;
    same_tables(source, &tables).await?;
    target.execute("BEGIN").await?;
    // A row may refer to a later one of its own table: what refers is checked at the end.
    let references = references(target).await?;
    for (table, name) in &references {
        alter(target, table, name, "DEFERRABLE INITIALLY DEFERRED").await?;
    }
    let mut moved = Vec::new();
    for table in &tables {
        let rows = copy_table(source, target, table).await?;
        moved.push(Moved {
            table: table.name.clone(),
            rows,
        });
    }
    target.execute("SET CONSTRAINTS ALL IMMEDIATE").await?;
    for (table, name) in &references {
        alter(target, table, name, "NOT DEFERRABLE").await?;
    }
    // It is no copy that nobody can explain: the next start writes down where it is.
    target
        .execute("UPDATE installation SET base_url = NULL, home = NULL")
        .await?;
    target.execute("COMMIT").await?;
    Ok(moved)
}

async fn alter(
    target: &mut PgConnection,
    table: &str,
    name: &str,
    how: &str,
) -> Result<(), sqlx::Error> {
    let text = format!("ALTER TABLE {table} ALTER CONSTRAINT {name} {how}");
    target.execute(AssertSqlSafe(text)).await?;
    Ok(())
}

/// Foreign keys: the table and the name of each.
async fn references(target: &mut PgConnection) -> Result<Vec<(String, String)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint
         WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY 1, 2",
    )
    .fetch_all(target)
    .await
}

/// All that the migrations have made, but for their own list.
async fn tables_of(target: &mut PgConnection) -> anyhow::Result<Vec<Table>> {
    let columns: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT table_name::text, column_name::text, data_type::text
         FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'
         ORDER BY table_name, ordinal_position",
    )
    .fetch_all(target)
    .await?;
    let mut tables: BTreeMap<String, Vec<(String, Type)>> = BTreeMap::new();
    for (table, column, kind) in columns {
        let kind = match kind.as_str() {
            "bigint" => Type::Int,
            "text" => Type::Text,
            "uuid" => Type::Uuid,
            "bytea" => Type::Bytes,
            other => anyhow::bail!("{table}.{column} is a {other}, which can't be moved"),
        };
        tables.entry(table).or_default().push((column, kind));
    }
    let tables = tables.into_iter();
    Ok(tables
        .map(|(name, columns)| Table { name, columns })
        .collect())
}

/// What is referred to comes first.
async fn in_order(source: &mut SqliteConnection, tables: Vec<Table>) -> anyhow::Result<Vec<Table>> {
    let mut waits: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for table in &tables {
        let parents: Vec<String> =
            sqlx::query_scalar("SELECT DISTINCT \"table\" FROM pragma_foreign_key_list($1)")
                .bind(&table.name)
                .fetch_all(&mut *source)
                .await?;
        let parents = parents.into_iter().filter(|parent| *parent != table.name);
        waits.insert(table.name.clone(), parents.collect());
    }
    let mut ordered: Vec<Table> = Vec::with_capacity(tables.len());
    let mut rest = tables;
    while !rest.is_empty() {
        let done: BTreeSet<&str> = ordered.iter().map(|table| table.name.as_str()).collect();
        let (ready, later): (Vec<Table>, Vec<Table>) = rest.into_iter().partition(|table| {
            waits[&table.name]
                .iter()
                .all(|parent| done.contains(parent.as_str()))
        });
        if ready.is_empty() {
            // A circle: the references are checked at the end anyway.
            ordered.extend(later);
            break;
        }
        ordered.extend(ready);
        rest = later;
    }
    Ok(ordered)
}

/// Both have the same tables with the same columns, or something would be left behind.
async fn same_tables(source: &mut SqliteConnection, tables: &[Table]) -> anyhow::Result<()> {
    let there: Vec<String> = sqlx::query_scalar(
        "SELECT tables.name || '.' || columns.name FROM sqlite_master AS tables,
            pragma_table_info(tables.name) AS columns
         WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite!_%' ESCAPE '!'
            AND tables.name <> '_sqlx_migrations'",
    )
    .fetch_all(source)
    .await?;
    let there: BTreeSet<String> = there.into_iter().collect();
    let wanted: BTreeSet<String> = tables
        .iter()
        .flat_map(|table| {
            let columns = table.columns.iter();
            columns.map(move |(column, _)| format!("{}.{column}", table.name))
        })
        .collect();
    let differ: Vec<&String> = there.symmetric_difference(&wanted).collect();
    anyhow::ensure!(differ.is_empty(), "Only one of the two has {differ:?}.");
    Ok(())
}

async fn copy_table(
    source: &mut SqliteConnection,
    target: &mut PgConnection,
    table: &Table,
) -> anyhow::Result<usize> {
    let names: Vec<&str> = table
        .columns
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    let names = names.join(", ");
    let select = format!("SELECT {names} FROM {}", table.name);
    let holes: Vec<String> = (1..=table.columns.len()).map(|n| format!("${n}")).collect();
    let insert = format!(
        "INSERT INTO {} ({names}) VALUES ({})",
        table.name,
        holes.join(", ")
    );
    let rows = sqlx::query(AssertSqlSafe(select.clone()))
        .fetch_all(&mut *source)
        .await?;
    let mut sent = Vec::with_capacity(rows.len());
    for row in &rows {
        let values = read_lite(row, table)?;
        sent.push(digest(&values));
        sqlx::query_with(AssertSqlSafe(insert.clone()), pg_args(values)?)
            .execute(&mut *target)
            .await
            .with_context(|| format!("a row of {} was not taken", table.name))?;
    }
    let rows = sqlx::query(AssertSqlSafe(select))
        .fetch_all(&mut *target)
        .await?;
    let mut came = Vec::with_capacity(rows.len());
    for row in &rows {
        came.push(digest(&read_pg(row, table)?));
    }
    sent.sort_unstable();
    came.sort_unstable();
    anyhow::ensure!(
        sent == came,
        "{} is not the same in both: {} rows there, {} here",
        table.name,
        sent.len(),
        came.len()
    );
    Ok(sent.len())
}

fn read_lite(row: &SqliteRow, table: &Table) -> anyhow::Result<Vec<Value>> {
    let mut values = Vec::with_capacity(table.columns.len());
    for (at, (column, kind)) in table.columns.iter().enumerate() {
        let value = match kind {
            Type::Int => row.try_get(at).map(Value::Int),
            Type::Text => row.try_get(at).map(Value::Text),
            Type::Uuid => row.try_get::<Option<Uuid>, _>(at).map(Value::Uuid),
            Type::Bytes => row.try_get(at).map(Value::Bytes),
        };
        values.push(value.with_context(|| format!("{}.{column} can't be read", table.name))?);
    }
    Ok(values)
}

fn read_pg(row: &PgRow, table: &Table) -> anyhow::Result<Vec<Value>> {
    let mut values = Vec::with_capacity(table.columns.len());
    for (at, (column, kind)) in table.columns.iter().enumerate() {
        let value = match kind {
            Type::Int => row.try_get(at).map(Value::Int),
            Type::Text => row.try_get(at).map(Value::Text),
            Type::Uuid => row.try_get::<Option<Uuid>, _>(at).map(Value::Uuid),
            Type::Bytes => row.try_get(at).map(Value::Bytes),
        };
        values.push(value.with_context(|| format!("{}.{column} can't be read back", table.name))?);
    }
    Ok(values)
}

/// One for each row, with the length of each value before it.
fn digest(values: &[Value]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for value in values {
        let bytes = match value {
            Value::Int(value) => value.map(|n| n.to_be_bytes().to_vec()),
            Value::Text(value) => value.as_ref().map(|text| text.as_bytes().to_vec()),
            Value::Uuid(value) => value.map(|uuid| uuid.as_bytes().to_vec()),
            Value::Bytes(value) => value.clone(),
        };
        match bytes {
            None => digest.update([0]),
            Some(bytes) => {
                digest.update([1]);
                digest.update((bytes.len() as u64).to_be_bytes());
                digest.update(bytes);
            }
        }
    }
    digest.finalize().into()
}

/// Takes away what the migrations made in a database that was empty.
async fn empty(target: &mut PgConnection) -> anyhow::Result<()> {
    target.execute("ROLLBACK").await?;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT quote_ident(table_name::text) FROM information_schema.tables
         WHERE table_schema = 'public'",
    )
    .fetch_all(&mut *target)
    .await?;
    for table in tables {
        let text = format!("DROP TABLE IF EXISTS {table} CASCADE");
        target.execute(AssertSqlSafe(text)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
