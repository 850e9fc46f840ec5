//! The data folder is full: a file system of a few megabytes, filled to its last byte while guests
//! book. Whoever can't be served is told so; what is there can be read; once there is room again it
//! goes on by itself, and nothing that was acknowledged is missing.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::evidence::Evidence;
use crate::kills::Cast;
use crate::ledger;
use crate::people::Guest;
use crate::run::Run;
use crate::stage::{Database, Stage};

pub async fn run(run: &Run) -> anyhow::Result<()> {
    let mut evidence = Evidence::of("disk-full");
    let Some(disk) = Disk::mount() else {
        evidence.tell("left out", "only root can make a file system to fill up");
        return evidence.close();
    };
    let mut chance = StdRng::seed_from_u64(run.seed);
    let stage = Stage::open_in(Database::Sqlite, disk.folder.clone()).await?;
    let mut cast = Cast::enter_on(stage).await?;
    let tries = if run.small { 12 } else { 60 };
    let (mut served, mut refused) = (0, 0);
    for round in 0..2 {
        disk.fill()?;
        for _ in 0..tries {
            let mut guest = cast.guest()?;
            match books(&mut cast, &mut guest, &mut chance).await {
                Ok(true) => served += 1,
                Ok(false) => {}
                Err(error) => {
                    refused += 1;
                    is_honest(&mut evidence, &format!("{error:#}"));
                }
            }
        }
        let page = cast.stage.browser().open("/ada/intro-call").await?;
        if page.status != 200 {
            evidence.wrong(format!("a page could not be read: {}", page.status));
        }
        disk.make_room()?;
        let mut guest = cast.guest()?;
        let again = books(&mut cast, &mut guest, &mut chance).await;
        again.with_context(|| format!("with room again, in round {round}"))?;
        served += 1;
        cast.come_to_rest().await?;
        for one in cast.check().await? {
            evidence.wrong(one);
        }
    }
    cast.stop().await?;
    let whole = crate::power_loss::integrity(&disk.folder.join("42min.sqlite")).await?;
    ensure!(whole == "ok", "the database is damaged: {whole}");
    if refused == 0 {
        evidence.wrong("the disk was never full for anybody");
    }
    evidence.tell("seed", run.seed);
    evidence.tell("served", served);
    evidence.tell("refused", refused);
    evidence.tell("acknowledged", cast.ledger.acks());
    evidence.close()
}

/// Whether a place was taken. What the guest read, if not, is the error.
async fn books(cast: &mut Cast, guest: &mut Guest, chance: &mut StdRng) -> anyhow::Result<bool> {
    let form = guest.fills_in("/ada/intro-call", chance).await?;
    cast.stage.passes(jiff::SignedDuration::from_secs(3))?;
    let told = guest.sends(&form).await?;
    if let Some(told) = &told {
        cast.ledger.told(ledger::booked(told));
    }
    Ok(told.is_some())
}

/// A sentence, and the status that says "not now".
fn is_honest(evidence: &mut Evidence, words: &str) {
    if !words.contains("answered 503") || !words.contains("can’t save") {
        evidence.wrong(format!("who could not be served was told: {words}"));
    }
}

/// A file system in memory, with a file on it that takes the rest.
struct Disk {
    folder: PathBuf,
}

impl Disk {
    fn mount() -> Option<Disk> {
        let folder = std::env::temp_dir().join(format!("42min-disk-{}", std::process::id()));
        std::fs::create_dir_all(&folder).ok()?;
        let options = ["-t", "tmpfs", "-o", "size=6m", "tmpfs"];
        let done = Command::new("mount").args(options).arg(&folder).output();
        let mounted = done.is_ok_and(|done| done.status.success());
        mounted.then_some(Disk { folder })
    }

    fn ballast(&self) -> PathBuf {
        self.folder.join("ballast")
    }

    fn fill(&self) -> anyhow::Result<()> {
        let mut file = std::fs::File::create(self.ballast())?;
        let page = [0u8; 4096];
        while file.write_all(&page).is_ok() {}
        Ok(())
    }

    fn make_room(&self) -> anyhow::Result<()> {
        Ok(std::fs::remove_file(self.ballast())?)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        unmount(&self.folder);
    }
}

fn unmount(folder: &Path) {
    // Lazily: a process that was just killed may still hold a file there.
    drop(Command::new("umount").arg("-l").arg(folder).output());
    drop(std::fs::remove_dir(folder));
}
