//! SQLite, spoken to in the task that asks: a statement takes microseconds, and to hand it to another
//! thread and back would take longer than most of them. Only what waits for the disk, a COMMIT, goes to
//! a thread that may wait.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{CachedStatement, Connection, OpenFlags};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::column::{Place, Row, Value};
use super::{DbError, PoolUsage, Record};

/// Prepared on each connection and kept: more than there are different ones.
const STATEMENTS: usize = 500;
/// How long somebody waits for a connection, and SQLite for another process.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// A number of connections to one file, each opened when it is first needed.
#[derive(Clone)]
pub struct Pool(Arc<Inner>);

struct Inner {
    path: PathBuf,
    /// What a new connection is told first.
    settings: String,
    most: usize,
    idle: Mutex<Vec<Connection>>,
    places: Arc<Semaphore>,
}

impl Pool {
    pub fn new(path: &Path, most: usize, settings: String) -> Pool {
        Pool(Arc::new(Inner {
            path: path.to_owned(),
            settings,
            most,
            idle: Mutex::default(),
            places: Arc::new(Semaphore::new(most)),
        }))
    }

    pub async fn acquire(&self) -> Result<Held, DbError> {
        let places = self.0.places.clone();
        let place = tokio::time::timeout(PATIENCE, places.acquire_owned()).await;
        let place = place
            .map_err(|_| DbError::Sql(anyhow::anyhow!("no connection was free for 10 s")))?
            .map_err(|_| DbError::Closed)?;
        let idle = self.0.idle().pop();
        let conn = match idle {
            Some(conn) => conn,
            None => open(&self.0.path, &self.0.settings)?,
        };
        Ok(Held {
            conn: Some(conn),
            pool: self.clone(),
            _place: place,
        })
    }

    /// Nobody gets a connection any more; those in use are closed when they come back.
    pub fn close(&self) {
        self.0.places.close();
        self.0.idle().clear();
    }

    pub fn usage(&self) -> PoolUsage {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        PoolUsage {
            idle: count(self.0.idle().len()),
            used: count(
                self.0
                    .most
                    .saturating_sub(self.0.places.available_permits()),
            ),
        }
    }
}

impl Inner {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open(path: &Path, settings: &str) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(PATIENCE)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    conn.execute_batch(settings)?;
    Ok(conn)
}

/// A connection of a pool, for as long as this lives.
pub struct Held {
    conn: Option<Connection>,
    pool: Pool,
    _place: OwnedSemaphorePermit,
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take().filter(|_| !self.pool.0.places.is_closed()) {
            self.pool.0.idle().push(conn);
        }
    }
}

impl Held {
    /// `Closed` after work in another thread that nobody waited for.
    fn conn(&self) -> Result<&Connection, DbError> {
        self.conn.as_ref().ok_or(DbError::Closed)
    }

    /// In an unknown state: it doesn't go back.
    pub fn discard(mut self) {
        drop(self.conn.take());
    }

    /// BEGIN and its like; several at once may be given.
    pub fn command(&self, text: &str) -> Result<(), DbError> {
        Ok(self.conn()?.execute_batch(text)?)
    }

    /// Does this in a thread that may wait for the disk.
    pub async fn waiting<T, F>(&mut self, work: F) -> Result<T, DbError>
    where
        F: FnOnce(&Connection) -> Result<T, rusqlite::Error> + Send + 'static,
        T: Send + 'static,
    {
        let conn = self.conn.take().ok_or(DbError::Closed)?;
        let (conn, done) = tokio::task::spawn_blocking(move || {
            let done = work(&conn);
            (conn, done)
        })
        .await
        .map_err(|_| DbError::Panicked)?;
        self.conn = Some(conn);
        Ok(done?)
    }

    /// Answers how many rows were changed.
    pub fn run(&self, text: &str, values: Vec<Value>) -> Result<u64, DbError> {
        let changed = self.prepared(text, values)?.raw_execute()?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }

    /// The first rows of those that it answers.
    pub fn rows<R: Record>(
        &self,
        text: &str,
        values: Vec<Value>,
        most: usize,
    ) -> Result<Vec<R>, DbError> {
        let mut statement = self.prepared(text, values)?;
        let mut found = statement.raw_query();
        let mut rows = Vec::new();
        while rows.len() < most {
            let Some(row) = found.next()? else {
                break;
            };
            rows.push(R::from_row(&Row::Lite(LiteRow::new(row)))?);
        }
        Ok(rows)
    }

    /// To SQLite `$2` is a name, whose number is that of its first mention.
    fn prepared(&self, text: &str, values: Vec<Value>) -> Result<CachedStatement<'_>, DbError> {
        let mut statement = self.conn()?.prepare_cached(text)?;
        let mut values: Vec<Option<Value>> = values.into_iter().map(Some).collect();
        for place in 1..=statement.parameter_count() {
            let name = statement.parameter_name(place).unwrap_or_default();
            let number = name.strip_prefix('$').and_then(|it| it.parse().ok());
            let number: usize = number.unwrap_or_default();
            let value = number
                .checked_sub(1)
                .and_then(|at| values.get_mut(at)?.take());
            let value = value
                .ok_or_else(|| DbError::Sql(anyhow::anyhow!("nothing is bound to {name:?}")))?;
            match value {
                Value::Int(value) => statement.raw_bind_parameter(place, value)?,
                Value::Text(value) => statement.raw_bind_parameter(place, value)?,
                Value::Uuid(value) => statement.raw_bind_parameter(place, value)?,
                Value::Bytes(value) => statement.raw_bind_parameter(place, value)?,
            }
        }
        Ok(statement)
    }
}

/// A row while it is looked at.
pub struct LiteRow<'r> {
    row: &'r rusqlite::Row<'r>,
    /// Most are read in the order of their columns.
    next: Cell<usize>,
}

impl<'r> LiteRow<'r> {
    fn new(row: &'r rusqlite::Row<'r>) -> LiteRow<'r> {
        LiteRow {
            row,
            next: Cell::new(0),
        }
    }

    pub fn get<T: rusqlite::types::FromSql>(&self, at: Place<'_>) -> Result<T, DbError> {
        let at = match at {
            Place::Number(number) => number,
            Place::Name(name) => self.column(name)?,
        };
        Ok(self.row.get(at)?)
    }

    fn column(&self, name: &str) -> Result<usize, rusqlite::Error> {
        let (statement, next) = (self.row.as_ref(), self.next.get());
        let at = match statement.column_name(next) {
            Ok(it) if it == name => next,
            Ok(_) | Err(_) => statement.column_index(name)?,
        };
        self.next.set(at + 1);
        Ok(at)
    }
}

impl From<rusqlite::Error> for DbError {
    fn from(error: rusqlite::Error) -> DbError {
        /// SQLITE_CONSTRAINT_PRIMARYKEY, _UNIQUE and _ROWID (sqlite.org/rescode.html).
        const UNIQUE: [i32; 3] = [1555, 2067, 2579];
        let rusqlite::Error::SqliteFailure(code, words) = &error else {
            return DbError::Sql(error.into());
        };
        let (code, words) = (code.extended_code, words.as_deref().unwrap_or_default());
        if words == super::OVERLAP {
            return DbError::Overlap;
        }
        if super::is_of_the_disk(&code.to_string()) {
            return DbError::Disk(format!("(code: {code}) {error}"));
        }
        if UNIQUE.contains(&code) {
            return DbError::Unique(words.to_owned());
        }
        DbError::Sql(error.into())
    }
}
