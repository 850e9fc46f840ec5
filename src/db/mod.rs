//! Two databases behind one door: pools, transactions, and nothing about what is stored.
//!
//! A write is a closure given to [`Db::write`]. On SQLite one task owns the single writing
//! connection; closures that wait share one transaction, each in its own savepoint, and are
//! answered after its COMMIT (group commit). On PostgreSQL each runs in a transaction of its own,
//! inside a spawned task, since a request that is dropped half-way must not hand an open
//! transaction to the next one. Reads take a [`Reader`], which cannot write on either database.

mod column;
mod lite;
pub mod lite_file;
mod migrate;
pub mod moving;
mod query;
mod writer;

use std::fs::File;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, PgPool, Postgres};
use tokio::sync::Notify;

pub use column::{Bind, Column, Place, Row, Value};
pub use migrate::{SchemaError, last_step};
pub use query::{Query, Record, places, rows, sql, sql_by};
use writer::Writer;

use crate::id::Id;
use crate::planted::bug::{Bug, planted};
use crate::planted::point::Planted;
use crate::planted::step::step;

/// Of SQLite. More of them than threads that answer requests would only wait.
const READERS: usize = 8;
/// What each connection to SQLite is told. What is deleted leaves no bytes in the file.
const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;";
const READ_ONLY: &str = "PRAGMA query_only = ON;";
/// Prepared on each connection and kept: more than there are different ones.
const STATEMENTS: usize = 500;

#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error("a value that must be unique is there already ({0})")]
    Unique(String),
    #[error("another meeting of this host overlaps")]
    Overlap,
    #[error("a stored value can't be read: {0}")]
    Value(String),
    #[error("a transaction ended in a panic")]
    Panicked,
    #[error("the database is closed")]
    Closed,
    #[error("the disk is full or fails: {0}")]
    Disk(String),
    #[error(transparent)]
    Sql(anyhow::Error),
}

impl DbError {
    pub fn is_unique(&self) -> bool {
        matches!(self, DbError::Unique(_))
    }
}

impl From<Planted> for DbError {
    fn from(planted: Planted) -> DbError {
        DbError::Value(planted.to_string())
    }
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> DbError {
        if let sqlx::Error::Database(database) = &error {
            // The guards behind the host's turn: PostgreSQL's exclusion constraint (23P01) and
            // SQLite's trigger.
            if database.code().as_deref() == Some("23P01") || database.message() == OVERLAP {
                return DbError::Overlap;
            }
            if is_of_the_disk(database.code().as_deref().unwrap_or_default()) {
                return DbError::Disk(database.to_string());
            }
            if database.is_unique_violation() {
                let what = database
                    .constraint()
                    .unwrap_or(database.message())
                    .to_owned();
                return DbError::Unique(what);
            }
        }
        DbError::Sql(error.into())
    }
}

/// What SQLite's trigger says.
const OVERLAP: &str = "busy overlap";

/// SQLite's FULL, and IOERR in all its shapes (the low byte says which); PostgreSQL's "disk full"
/// and "I/O error".
fn is_of_the_disk(code: &str) -> bool {
    let of_sqlite = code.len() < 5 && code.parse().is_ok_and(|n: u32| matches!(n & 0xff, 10 | 13));
    of_sqlite || matches!(code, "53100" | "58030")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pools: Arc<Pools>,
    heard: Heard,
    /// Writes that were given and not answered yet.
    writes: Arc<AtomicI64>,
}

/// What is heard of writes, and in tests of every statement.
#[derive(Clone, Default)]
struct Heard {
    /// Rung after a commit that enqueued work.
    work: Arc<Notify>,
    /// How many commits there were.
    commits: Arc<AtomicU64>,
    #[cfg(test)]
    asked: Arc<std::sync::Mutex<Vec<String>>>,
}

impl Heard {
    /// After a commit, and before anybody is told of it.
    fn committed(&self, wakes_work: bool) {
        self.commits.fetch_add(1, Ordering::SeqCst);
        if wakes_work {
            self.work.notify_one();
        }
    }
}

enum Pools {
    Lite {
        read: lite::Pool,
        writer: Writer,
        _only_process: Option<File>,
    },
    Pg {
        read: PgPool,
        write: PgPool,
    },
}

pub(crate) enum Conn {
    Lite(lite::Held),
    Pg(PoolConnection<Postgres>),
}

/// A connection that may only read.
pub struct Reader {
    conn: Conn,
    #[cfg(test)]
    heard: Heard,
}

impl Reader {
    pub fn dialect(&self) -> Dialect {
        match &self.conn {
            Conn::Lite(_) => Dialect::Sqlite,
            Conn::Pg(_) => Dialect::Postgres,
        }
    }
}

/// A transaction. Store functions that write want one; it reads as well.
pub struct Tx {
    reader: Reader,
    wakes_work: bool,
    forgets: bool,
}

impl std::ops::Deref for Tx {
    type Target = Reader;
    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl std::ops::DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Reader {
        &mut self.reader
    }
}

impl Reader {
    #[cfg_attr(
        not(test),
        expect(unused_variables, reason = "only tests listen to reads")
    )]
    fn on(conn: Conn, heard: &Heard) -> Reader {
        Reader {
            conn,
            #[cfg(test)]
            heard: heard.clone(),
        }
    }
}

impl Tx {
    fn on(conn: Conn, heard: &Heard) -> Tx {
        Tx {
            reader: Reader::on(conn, heard),
            wakes_work: false,
            forgets: false,
        }
    }

    /// Whether this transaction alone may write, so that nothing need be held against others.
    pub fn is_alone(&self) -> bool {
        matches!(self.reader.conn, Conn::Lite(_))
    }

    /// Lines up behind whoever asked for the same before, until their transaction has ended. For rows
    /// that are held by updating them: where several wait to update a row that new rows refer to,
    /// PostgreSQL fails now and then with “new multixact has more than one updating member”.
    pub async fn line_up<T>(&mut self, id: Id<T>) -> Result<(), DbError> {
        if self.is_alone() {
            return Ok(());
        }
        sql("SELECT pg_advisory_xact_lock(hashtextextended($1::text, 0))")
            .bind(id)
            .run(self)
            .await?;
        Ok(())
    }

    /// Secrets were deleted: what the log of writes still holds of them goes soon after the commit.
    /// SQLite only; PostgreSQL's own log is its operator's.
    pub fn forget(&mut self) {
        self.forgets = true;
    }

    /// After the commit, jobs that wait are looked at.
    pub fn wake_work(&mut self) {
        self.wakes_work = true;
    }
}

impl Db {
    /// Opens the database named by `url` and brings its schema up to date.
    pub async fn open(url: &str) -> anyhow::Result<Db> {
        let heard = Heard::default();
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Db::open_postgres(url, heard).await;
        }
        let path = lite_file::path_of(url).unwrap_or_else(|| url.into());
        Db::open_sqlite(&path, heard).await
    }

    async fn open_sqlite(path: &Path, heard: Heard) -> anyhow::Result<Db> {
        let only_process = lock_beside(path)?;
        make_private(path)?;
        let mut first = SqliteConnectOptions::new()
            .filename(path)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("secure_delete", "ON")
            .busy_timeout(Duration::from_secs(10))
            .connect()
            .await?;
        migrate::bring_up_to_date(Dialect::Sqlite, &mut first).await?;
        first.close().await?;
        let mut settings = SETTINGS.to_owned();
        if planted(Bug::CommitNotSynced) {
            settings.push_str("PRAGMA synchronous = NORMAL;");
        }
        let read = lite::Pool::new(path, READERS, format!("{settings} {READ_ONLY}"));
        let write = lite::Pool::new(path, 1, settings);
        write.acquire().await?.waiting(check_durability).await??;
        let writer = Writer::start(write, heard.clone());
        let pools = Pools::Lite {
            read,
            writer,
            _only_process: only_process,
        };
        Ok(Db::over(pools, heard))
    }

    async fn open_postgres(url: &str, heard: Heard) -> anyhow::Result<Db> {
        let options = PgConnectOptions::from_str(url)?
            .application_name("42min")
            .statement_cache_capacity(STATEMENTS)
            .options([
                ("statement_timeout", "15s"),
                ("idle_in_transaction_session_timeout", "20s"),
            ]);
        let pool = PgPoolOptions::new().acquire_timeout(Duration::from_secs(10));
        let write = pool
            .clone()
            .max_connections(10)
            .connect_with(options.clone())
            .await?;
        migrate::bring_up_to_date(Dialect::Postgres, &write).await?;
        let read = pool
            .max_connections(10)
            .connect_with(options.options([("default_transaction_read_only", "on")]))
            .await?;
        Ok(Db::over(Pools::Pg { read, write }, heard))
    }

    fn over(pools: Pools, heard: Heard) -> Db {
        Db {
            pools: Arc::new(pools),
            heard,
            writes: Arc::default(),
        }
    }

    /// A look into the database beside the server that has it open: no lock, no change, and the
    /// schema is taken as it is.
    pub async fn look(url: &str) -> anyhow::Result<Reader> {
        let conn = if let Some(path) = lite_file::path_of(url) {
            let pool = lite::Pool::new(&path, 1, READ_ONLY.to_owned());
            Conn::Lite(pool.acquire().await?)
        } else {
            let options = PgConnectOptions::from_str(url)?
                .application_name("42min")
                .options([("default_transaction_read_only", "on")]);
            let pool = PgPoolOptions::new()
                .max_connections(1)
                .acquire_timeout(Duration::from_secs(10))
                .connect_with(options)
                .await?;
            Conn::Pg(pool.acquire().await?)
        };
        Ok(Reader::on(conn, &Heard::default()))
    }

    pub fn dialect(&self) -> Dialect {
        match &*self.pools {
            Pools::Lite { .. } => Dialect::Sqlite,
            Pools::Pg { .. } => Dialect::Postgres,
        }
    }

    /// What time it is for a server of its own. SQLite's is the machine's.
    pub async fn time(&self) -> Result<Option<Timestamp>, DbError> {
        match self.dialect() {
            Dialect::Sqlite => Ok(None),
            Dialect::Postgres => {
                sql("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)")
                    .maybe(&mut self.read().await?)
                    .await
            }
        }
    }

    /// Rung after a commit that enqueued work.
    pub fn work(&self) -> Arc<Notify> {
        self.heard.work.clone()
    }

    /// Grows with each commit of this process: while it stands still, so does all that was read.
    pub fn commits(&self) -> u64 {
        self.heard.commits.load(Ordering::SeqCst)
    }

    /// The statements since this was last asked, in their order.
    #[cfg(test)]
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.heard.asked.lock().unwrap())
    }

    /// A connection that may only read. Don't ask for a second one while you hold it.
    pub async fn read(&self) -> Result<Reader, DbError> {
        let conn = match &*self.pools {
            Pools::Lite { read, .. } => Conn::Lite(read.acquire().await?),
            Pools::Pg { read, .. } => Conn::Pg(read.acquire().await?),
        };
        Ok(Reader::on(conn, &self.heard))
    }

    /// Runs `write` in a transaction: committed when it answers `Ok`, undone when `Err`. The answer
    /// comes only after the commit is on disk. A caller that goes away does not undo a write that
    /// has begun.
    pub async fn write<T, E, F>(&self, write: F) -> Result<T, E>
    where
        F: for<'a> FnOnce(&'a mut Tx) -> BoxFuture<'a, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let _waits = Waits::new(&self.writes);
        step().await;
        let written = match &*self.pools {
            Pools::Lite { writer, .. } => writer.write(write).await,
            Pools::Pg { write: pool, .. } => {
                writer::write_alone(pool.clone(), self.heard.clone(), write).await
            }
        };
        step().await;
        written
    }

    /// How busy it is, for operators.
    pub fn usage(&self) -> Usage {
        let (read, write) = match &*self.pools {
            Pools::Lite { read, writer, .. } => (read.usage(), writer.usage()),
            Pools::Pg { read, write } => (PoolUsage::of(read), PoolUsage::of(write)),
        };
        Usage {
            read,
            write,
            writes_waiting: self.writes.load(Ordering::Relaxed),
        }
    }

    pub async fn close(&self) {
        match &*self.pools {
            Pools::Lite { read, writer, .. } => {
                read.close();
                writer.close();
            }
            Pools::Pg { read, write } => {
                read.close().await;
                write.close().await;
            }
        }
    }
}

/// Counts a write for as long as somebody waits for it.
struct Waits(Arc<AtomicI64>);

impl Waits {
    fn new(writes: &Arc<AtomicI64>) -> Waits {
        writes.fetch_add(1, Ordering::Relaxed);
        Waits(writes.clone())
    }
}

impl Drop for Waits {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

pub struct Usage {
    pub read: PoolUsage,
    pub write: PoolUsage,
    pub writes_waiting: i64,
}

/// A pool's connections.
pub struct PoolUsage {
    pub idle: i64,
    pub used: i64,
}

impl PoolUsage {
    fn of<D: sqlx::Database>(pool: &sqlx::Pool<D>) -> PoolUsage {
        let idle = i64::try_from(pool.num_idle()).unwrap_or(i64::MAX);
        PoolUsage {
            idle,
            used: (i64::from(pool.size()) - idle).max(0),
        }
    }
}

/// SQLite is for one server process: a second one would not see the first one's work being done.
pub fn lock_beside(path: &Path) -> anyhow::Result<Option<File>> {
    if path == Path::new(":memory:") {
        return Ok(None);
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = File::create(&name)
        .map_err(|e| anyhow::anyhow!("can't create {}: {e}", name.to_string_lossy()))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => anyhow::bail!(
            "{} is in use by another 42min process. SQLite serves one process; for several, use \
             PostgreSQL (MIN42_DATABASE_URL=postgres://…).",
            path.display()
        ),
        Err(std::fs::TryLockError::Error(e)) => Err(e.into()),
    }
}

/// Letters in the database hold links and passcodes: only its owner may read the file. SQLite gives
/// its companions (WAL, shared memory) the same rights.
fn make_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true).mode(0o600).open(path)?;
    Ok(())
}

/// A setting SQLite did not take would cost bookings at a power cut: better not to start.
fn check_durability(conn: &rusqlite::Connection) -> Result<anyhow::Result<()>, rusqlite::Error> {
    let ask = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let journal: String = conn.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    let (synchronous, foreign_keys) = (ask("synchronous")?, ask("foreign_keys")?);
    let is_safe = journal == "wal"
        && (synchronous == 2 || planted(Bug::CommitNotSynced))
        && foreign_keys == 1;
    Ok(is_safe.then_some(()).with_context(|| {
        format!(
            "SQLite did not take its settings (journal_mode {journal}, synchronous {synchronous}, \
             foreign_keys {foreign_keys}). Is the data folder on a network file system?"
        )
    }))
}

#[cfg(test)]
mod tests {
    use super::is_of_the_disk;

    #[test]
    fn a_full_or_failing_disk_is_known_by_its_codes() {
        // FULL, IOERR_WRITE, IOERR_FSYNC, IOERR_SHMSIZE.
        for code in ["13", "778", "1034", "4874", "53100", "58030"] {
            assert!(is_of_the_disk(code), "{code}");
        }
        // CONSTRAINT_UNIQUE, BUSY, and PostgreSQL's exclusion, deadlock and unique violation.
        for code in ["2067", "5", "23P01", "40P01", "23505", ""] {
            assert!(!is_of_the_disk(code), "{code}");
        }
    }
}
