//! A SQLite database as a file: copied while a server writes, checked, put in another's place.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

use super::migrate;

/// The file that an address names; `None` for PostgreSQL.
pub fn path_of(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?;
    Some(PathBuf::from(path.trim_start_matches("//")))
}

/// The companions of a database: what stands in them belongs to it.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Writes all that is committed now into a new file that only its owner can read, and checks it.
/// The server may go on writing meanwhile.
pub async fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    let mut conn = connect(from).await?;
    // SQLite fills an empty file; made here, nobody else can read it for a moment.
    new_private(to)?;
    let copied = sqlx::query("VACUUM INTO $1")
        .bind(to.to_string_lossy().into_owned())
        .execute(&mut conn)
        .await;
    conn.close().await?;
    copied.with_context(|| format!("{} could not be copied", from.display()))?;
    check(to).await?;
    Ok(File::open(to)?.sync_all()?)
}

fn new_private(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = std::fs::OpenOptions::new();
    options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("{} can't be made", path.display()))?;
    Ok(())
}

/// A connection that makes no file and asks for no lock of ours.
pub(crate) async fn connect(path: &Path) -> anyhow::Result<SqliteConnection> {
    anyhow::ensure!(path.is_file(), "There is no file {}.", path.display());
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(std::time::Duration::from_secs(10));
    options
        .connect()
        .await
        .with_context(|| format!("{} can't be opened", path.display()))
}

/// What SQLite itself finds wrong with a file.
pub async fn check(path: &Path) -> anyhow::Result<()> {
    let mut conn = connect(path).await?;
    let whole = async {
        let integrity: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(3)")
            .fetch_all(&mut conn)
            .await?;
        let dangling = sqlx::query("PRAGMA foreign_key_check")
            .fetch_all(&mut conn)
            .await?;
        Ok::<_, sqlx::Error>((integrity, dangling.len()))
    }
    .await;
    conn.close().await?;
    let (integrity, dangling) =
        whole.with_context(|| format!("{} is not a whole database", path.display()))?;
    anyhow::ensure!(
        integrity == ["ok"],
        "{} is damaged: {}",
        path.display(),
        integrity.join("; ")
    );
    anyhow::ensure!(
        dangling == 0,
        "{} is damaged: {dangling} rows refer to rows that aren't there",
        path.display()
    );
    Ok(())
}

/// The last step of the schema's history that this database has taken.
pub async fn step(path: &Path) -> anyhow::Result<i64> {
    let mut conn = connect(path).await?;
    let step = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations WHERE success")
        .fetch_one(&mut conn)
        .await;
    conn.close().await?;
    let step: Option<i64> =
        step.with_context(|| format!("{} is no database of 42min's", path.display()))?;
    step.with_context(|| format!("{} has no schema", path.display()))
}

/// A copy wakes up on hold, however it is put in its place.
pub async fn mark_as_backup(path: &Path, at: jiff::Timestamp) -> anyhow::Result<()> {
    if step(path).await? < migrate::FIRST_WITH_HOLD {
        return Ok(());
    }
    let mut conn = connect(path).await?;
    let marked = sqlx::query(
        "UPDATE installation SET held_at = $1, held_why = 'restored' WHERE held_at IS NULL",
    )
    .bind(at.as_microsecond())
    .execute(&mut conn)
    .await;
    conn.close().await?;
    marked?;
    Ok(File::open(path)?.sync_all()?)
}

/// Puts a database in the place of another, whose companions must be gone. The old one, if there
/// is one, is kept under the name `kept`. Killed at any line, there is one of the two.
pub fn put_in_place(new: &Path, target: &Path, kept: &Path) -> anyhow::Result<bool> {
    let is_there = target.exists();
    if is_there {
        std::fs::hard_link(target, kept)
            .with_context(|| format!("{} can't be kept", target.display()))?;
        for ending in ["-wal", "-shm"] {
            match std::fs::rename(beside(target, ending), beside(kept, ending)) {
                Ok(()) => {}
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    std::fs::rename(new, target)?;
    if let Some(folder) = target.parent().filter(|p| !p.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(is_there)
}
