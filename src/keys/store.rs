//! Sealed values wherever they stand. Of all orgs: it is about keys alone.

use std::fmt;

use uuid::Uuid;

use super::{SealedTable, Spot};
use crate::db::{Bind, Column, DbError, Place, Reader, Record, Row, Tx, Value, sql};
use crate::seal::{HEADER, Seal, Sealed, hex};

/// What a row with sealed values is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowKey {
    Number(i64),
    Id(Uuid),
    Hash(Vec<u8>),
}

impl fmt::Display for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RowKey::Number(number) => number.fmt(f),
            RowKey::Id(id) => id.fmt(f),
            RowKey::Hash(hash) => f.write_str(&hex(hash)),
        }
    }
}

impl Bind for RowKey {
    fn value(self) -> Value {
        match self {
            RowKey::Number(number) => number.value(),
            RowKey::Id(id) => id.value(),
            RowKey::Hash(hash) => hash.value(),
        }
    }
}

struct Found {
    row: RowKey,
    sealed: Sealed,
}

impl Record for Found {
    fn from_row(row: &Row) -> Result<Found, DbError> {
        let at = Place::Name("row_key");
        let key = i64::read(row, at)
            .map(RowKey::Number)
            .or_else(|_| Uuid::read(row, at).map(RowKey::Id))
            .or_else(|_| Vec::read(row, at).map(RowKey::Hash))?;
        Ok(Found {
            row: key,
            sealed: row.get("sealed")?,
        })
    }
}

pub async fn all(
    reader: &mut Reader,
    table: &'static SealedTable,
    column: &'static str,
) -> Result<Vec<(Spot, Sealed)>, DbError> {
    // Everything begins with something else than nothing.
    find(reader, table, column, Vec::new()).await
}

/// Values that are not under the newest key.
pub async fn under_others(
    reader: &mut Reader,
    table: &'static SealedTable,
    column: &'static str,
    seal: &Seal,
) -> Result<Vec<(Spot, Sealed)>, DbError> {
    find(reader, table, column, seal.header().to_vec()).await
}

async fn find(
    reader: &mut Reader,
    table: &'static SealedTable,
    column: &'static str,
    header: Vec<u8>,
) -> Result<Vec<(Spot, Sealed)>, DbError> {
    let (name, key) = (table.table, table.key);
    let found: Vec<Found> = sql(format!(
        "SELECT {key} AS row_key, {column} AS sealed FROM {name}
         WHERE {column} IS NOT NULL AND substr({column}, 1, {HEADER}) <> $1 ORDER BY {key}"
    ))
    .bind(header)
    .all(reader)
    .await?;
    Ok(found
        .into_iter()
        .map(|Found { row, sealed }| (Spot { table, column, row }, sealed))
        .collect())
}

pub async fn count_under_others(
    reader: &mut Reader,
    table: &'static SealedTable,
    column: &'static str,
    seal: &Seal,
) -> Result<i64, DbError> {
    let name = table.table;
    sql(format!(
        "SELECT COUNT(*) FROM {name}
         WHERE {column} IS NOT NULL AND substr({column}, 1, {HEADER}) <> $1"
    ))
    .bind(seal.header().to_vec())
    .one(reader)
    .await
}

/// Only what still is what was read: a refresh may have put another value there.
pub async fn replace(tx: &mut Tx, spot: &Spot, old: &Sealed, new: Sealed) -> Result<bool, DbError> {
    let (name, key, column) = (spot.table.table, spot.table.key, spot.column);
    let replaced = sql(format!(
        "UPDATE {name} SET {column} = $1 WHERE {key} = $2 AND {column} = $3"
    ))
    .bind(new)
    .bind(spot.row.clone())
    .bind(old.clone())
    .run(tx)
    .await?;
    Ok(replaced == 1)
}
