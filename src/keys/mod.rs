//! Changing the secret key while everything runs. The new key is put in front of the old one; then
//! every sealed value is sealed anew, row by row, and the old key can go. What is sealed stays the
//! same, so marks at providers and links in mails live on.

pub mod store;

#[cfg(test)]
mod tests;

use crate::db::{Db, DbError, Reader, Tx};
use crate::seal::{Seal, Sealed};
use store::RowKey;

/// A table with sealed values. `key` names its rows, also in what the values are bound to.
pub struct SealedTable {
    pub table: &'static str,
    pub key: &'static str,
    pub columns: &'static [&'static str],
}

/// Everything that is sealed. A test holds it against the columns of the schema.
pub const SEALED: [SealedTable; 4] = [
    SealedTable {
        table: "installation",
        key: "one",
        columns: &["marker_key", "link_key", "setup_code"],
    },
    SealedTable {
        table: "connections",
        key: "id",
        columns: &["access_token", "refresh_token"],
    },
    SealedTable {
        table: "held_grants",
        key: "id",
        columns: &["access_token", "refresh_token"],
    },
    SealedTable {
        table: "sign_ins_abroad",
        key: "state_hash",
        columns: &["verifier"],
    },
];

/// Values that one commit seals anew.
const AT_ONCE: usize = 100;

/// Where a sealed value stands.
#[derive(Clone)]
pub struct Spot {
    pub table: &'static SealedTable,
    pub column: &'static str,
    pub row: RowKey,
}

impl Spot {
    /// What the value is bound to.
    pub fn place(&self) -> String {
        format!("{}|{}|{}", self.table.table, self.row, self.column)
    }
}

/// Table and column of everything that is sealed.
pub fn columns() -> impl Iterator<Item = (&'static SealedTable, &'static str)> {
    SEALED
        .iter()
        .flat_map(|table| table.columns.iter().map(move |column| (table, *column)))
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rotated {
    pub sealed_anew: usize,
    /// No key here opens them.
    pub lost: usize,
    /// Still under another key than the newest, those lost included.
    pub left: i64,
}

/// Seals anew what is not under the newest key. Killed at any line, it goes on where it was when it
/// is run again; what changes meanwhile is left to whoever changed it.
pub async fn rotate(db: &Db, seal: &Seal) -> anyhow::Result<Rotated> {
    let mut rotated = Rotated::default();
    for (table, column) in columns() {
        let found = store::under_others(&mut db.read().await?, table, column, seal).await?;
        for group in found.chunks(AT_ONCE) {
            let (group, seal) = (group.to_vec(), seal.clone());
            let (sealed_anew, lost) = db
                .write::<_, DbError, _>(move |tx| {
                    Box::pin(async move { seal_anew(tx, &seal, group).await })
                })
                .await?;
            rotated.sealed_anew += sealed_anew;
            rotated.lost += lost;
        }
    }
    rotated.left = left(&mut db.read().await?, seal).await?;
    Ok(rotated)
}

async fn seal_anew(
    tx: &mut Tx,
    seal: &Seal,
    group: Vec<(Spot, Sealed)>,
) -> Result<(usize, usize), DbError> {
    let (mut sealed_anew, mut lost) = (0, 0);
    for (spot, old) in group {
        let Ok(secret) = seal.open(&spot.place(), &old) else {
            lost += 1;
            continue;
        };
        let new = seal.seal(&spot.place(), &secret);
        if store::replace(tx, &spot, &old, new).await? {
            sealed_anew += 1;
        }
    }
    // The old key may have leaked: what it sealed must not lie about in the log of writes.
    tx.forget();
    Ok((sealed_anew, lost))
}

/// How many values are not under the newest key.
pub async fn left(reader: &mut Reader, seal: &Seal) -> Result<i64, DbError> {
    let mut left = 0;
    for (table, column) in columns() {
        left += store::count_under_others(reader, table, column, seal).await?;
    }
    Ok(left)
}

/// How many values no key here opens.
pub async fn lost(reader: &mut Reader, seal: &Seal) -> Result<usize, DbError> {
    let mut lost = 0;
    for (table, column) in columns() {
        for (spot, sealed) in store::all(reader, table, column).await? {
            lost += usize::from(seal.open(&spot.place(), &sealed).is_err());
        }
    }
    Ok(lost)
}
