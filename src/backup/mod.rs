//! A copy of the database while the server runs, and the way back. SQLite only: PostgreSQL has
//! tools of its own, and the start notices what they did (`hold`). The secret key is in no copy.

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Db, lite_file, lock_beside};
use crate::entropy::Entropy;
use crate::hold::{self, Why};
use crate::keys;
use crate::seal::Seal;

/// What was written.
#[derive(Debug)]
pub struct Saved {
    pub bytes: u64,
}

/// Copies the database into a new file: all that was committed when it began. Beside a server, as
/// it takes no lock.
pub async fn save(config: &Config, to: &Path, now: Timestamp) -> anyhow::Result<Saved> {
    let from = file_of(config, "pg_dump --format=custom --file=FILE DATABASE")?;
    anyhow::ensure!(!to.exists(), "{} is there already.", to.display());
    // Under its name only when it is whole.
    let part = lite_file::beside(to, ".part");
    let written = async {
        lite_file::copy(&from, &part).await?;
        lite_file::mark_as_backup(&part, now).await
    }
    .await;
    if let Err(error) = written {
        remove(&part)?;
        return Err(error);
    }
    anyhow::ensure!(!to.exists(), "{} is there already.", to.display());
    std::fs::rename(&part, to)?;
    Ok(Saved {
        bytes: std::fs::metadata(to)?.len(),
    })
}

/// What became of the database that was there.
#[derive(Debug)]
pub struct Restored {
    pub target: PathBuf,
    pub kept: Option<PathBuf>,
}

/// Puts a copy in the place of the database: checked, with its schema brought up to date, and on
/// hold. Nothing is changed before all of that went well.
pub async fn restore(
    config: &Config,
    from: &Path,
    replace: bool,
    clock: &Clock,
) -> anyhow::Result<Restored> {
    let target = file_of(
        config,
        "pg_restore --dbname=DATABASE FILE, into a new database",
    )?;
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let _only_process = lock_beside(&target)?;
    anyhow::ensure!(
        replace || !target.exists(),
        "{} is there already. With --replace it is kept under another name, and the backup takes \
         its place.",
        target.display()
    );
    lite_file::step(from).await?;
    let part = lite_file::beside(&target, ".restoring");
    let readied = ready(config, from, &part, clock).await;
    remove(&lite_file::beside(&part, ".lock"))?;
    if let Err(error) = readied {
        remove(&part)?;
        return Err(error);
    }
    let kept = lite_file::beside(&target, &format!(".before-{}", clock.now().as_second()));
    let is_kept = lite_file::put_in_place(&part, &target, &kept)?;
    Ok(Restored {
        target,
        kept: is_kept.then_some(kept),
    })
}

async fn ready(config: &Config, from: &Path, part: &Path, clock: &Clock) -> anyhow::Result<()> {
    // Left by one that was killed.
    remove(part)?;
    lite_file::copy(from, part).await?;
    let db = Db::open(&format!("sqlite:{}", part.display())).await?;
    let entropy = Entropy::system();
    let readied = hold_and_check(&db, &Seal::new(&config.secret_keys, entropy), clock.now()).await;
    db.close().await;
    readied?;
    let wal = lite_file::beside(part, "-wal");
    anyhow::ensure!(!wal.exists(), "{} could not be closed", part.display());
    lite_file::check(part).await
}

async fn hold_and_check(db: &Db, seal: &Seal, now: Timestamp) -> anyhow::Result<()> {
    let lost = keys::lost(&mut db.read().await?, seal).await?;
    anyhow::ensure!(
        lost == 0,
        "{lost} sealed values in the backup can't be opened: MIN42_SECRET_KEY does not hold the \
         key they were sealed with. Nothing was changed."
    );
    db.write::<_, anyhow::Error, _>(move |tx| {
        Box::pin(async move {
            hold::store::begin(tx, Why::Restored, now).await?;
            Ok(hold::store::forget_home(tx).await?)
        })
    })
    .await
}

fn file_of(config: &Config, instead: &str) -> anyhow::Result<PathBuf> {
    lite_file::path_of(&config.database_url).ok_or_else(|| {
        anyhow::anyhow!("The database is PostgreSQL’s, which has a tool of its own: {instead}")
    })
}

fn remove(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}
