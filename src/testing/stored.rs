//! All that is stored, as text, to see whether anything was written.

use std::collections::{BTreeMap, BTreeSet};

use super::{Place, TestApp};
use crate::db::{Db, Dialect, sql};

impl TestApp {
    /// Everything, but for when sessions were used and what was tried how often.
    pub async fn stored(&self) -> BTreeSet<String> {
        let statement = self
            .everything
            .get_or_init(|| everything(&self.app.db))
            .await;
        let mut reader = self.app.db.read().await.unwrap();
        let rows: Vec<String> = sql(statement.clone()).all(&mut reader).await.unwrap();
        rows.into_iter().collect()
    }

    /// Files of this test's data that hold a word in any case, byte for byte: freed pages and the
    /// write-ahead log too. Only SQLite's are there to be looked at.
    pub fn found_on_disk(&self, word: &str) -> Vec<String> {
        let Place::Folder(folder) = &self.place else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let bytes = std::fs::read(&path).unwrap().to_ascii_lowercase();
            if bytes.windows(word.len()).any(|it| it == word.as_bytes()) {
                found.push(path.display().to_string());
            }
        }
        found
    }
}

/// One statement that reads every row of every table as text.
async fn everything(db: &Db) -> String {
    let dialect = db.dialect();
    let columns = match dialect {
        Dialect::Sqlite => {
            "SELECT tables.name || '.' || columns.name FROM sqlite_master AS tables,
                pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'"
        }
        Dialect::Postgres => {
            "SELECT table_name || '.' || column_name FROM information_schema.columns
             WHERE table_schema = 'public'"
        }
    };
    let mut reader = db.read().await.unwrap();
    let columns: Vec<String> = sql(columns).all(&mut reader).await.unwrap();
    let mut tables: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for column in &columns {
        let (table, name) = column.split_once('.').unwrap();
        let is_counted = [
            "tries.",
            "sqlite_",
            "_sqlx",
            "sessions.last_seen_at",
            "sessions.expires_at",
        ]
        .iter()
        .all(|not| !column.starts_with(not));
        if is_counted {
            let text = match dialect {
                Dialect::Sqlite => format!("quote({name})"),
                Dialect::Postgres => format!("quote_nullable({name}::text)"),
            };
            tables.entry(table).or_default().push(text);
        }
    }
    assert!(tables.len() > 15, "{tables:?}");
    let selects: Vec<String> = tables
        .iter()
        .map(|(table, columns)| {
            format!(
                "SELECT '{table} ' || {} FROM {table}",
                columns.join(" || ' ' || ")
            )
        })
        .collect();
    selects.join(" UNION ALL ")
}
