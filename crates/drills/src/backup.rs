//! Copies are made while guests book, move and cancel: by `42min backup`, and by `pg_dump`. Each is
//! whole, and holds every booking that a guest had been told of when it was begun. The last is
//! served elsewhere: it takes bookings, and by itself asks nothing of Zoom and mails nobody.
//!
//! The control: SQLite's file alone, as `cp` would take it, must miss something.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use jiff::SignedDuration;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tokio::process::Command;

use crate::evidence::{Evidence, percentile};
use crate::kills::Cast;
use crate::load::{Load, rest};
use crate::people::Guest;
use crate::power_loss::integrity;
use crate::run::Run;
use crate::stage::{Database, Stage};

/// Copies of one installation: Zoom permits each of its users a hundred changes a day.
const A_ROUND: usize = 10;
/// How long a copy that is served is watched, in milliseconds.
const WATCHED: u64 = 2_000;

#[derive(Default)]
struct Figures {
    copies: usize,
    looked_for: usize,
    took: Vec<u128>,
    acks: usize,
}

pub async fn run(run: &Run) -> anyhow::Result<()> {
    let mut evidence = Evidence::of("backup");
    let (databases, copies) = match (run.small, run.database) {
        (true, None) => (vec![Database::Sqlite], 3),
        (true, Some(one)) => (vec![one], 3),
        (false, _) => (run.databases(), run.rounds.unwrap_or(50)),
    };
    let mut figures = Figures::default();
    let mut chance = StdRng::seed_from_u64(run.seed);
    for database in databases {
        let mut left = copies;
        while left > 0 {
            let a_round = left.min(A_ROUND);
            left -= a_round;
            for one in on(database, a_round, &mut chance, &mut figures).await? {
                evidence.wrong(format!("{}: {one}", database.word()));
            }
        }
    }
    evidence.tell("seed", run.seed);
    evidence.tell("copies", figures.copies);
    evidence.tell("acknowledged", figures.acks);
    evidence.tell("acknowledgements looked for", figures.looked_for);
    evidence.tell("copied within p50 ms", percentile(&figures.took, 50));
    evidence.tell("copied within p99 ms", percentile(&figures.took, 99));
    evidence.close()
}

/// Answers what was wrong.
async fn on(
    database: Database,
    copies: usize,
    chance: &mut StdRng,
    figures: &mut Figures,
) -> anyhow::Result<Vec<String>> {
    let mut cast = Cast::enter(database).await?;
    let ledger = std::mem::take(&mut cast.ledger);
    let (load, mut guests) = Load::begin(&cast.stage.base, ledger, chance);
    let mut wrong = Vec::new();
    let mut elsewhere = None;
    let mut control_lost = false;
    for number in 0..copies {
        cast.stage.passes(SignedDuration::from_secs(10))?;
        load.next_cycle();
        rest(200).await;
        let due = load.locked().booked();
        let began = std::time::Instant::now();
        let file = copy(&cast.stage, number).await?;
        figures.took.push(began.elapsed().as_millis());
        let there = restored(&cast.stage, &file).await?;
        let missing = missing(&there, &due).await?;
        if missing > 0 {
            wrong.push(format!("copy {number} lacks {missing} of {}", due.len()));
        }
        figures.copies += 1;
        figures.looked_for += due.len();
        if database == Database::Sqlite {
            let due = load.locked().booked();
            control_lost |= by_cp(&cast.stage, &due).await?;
        }
        elsewhere = Some(there);
    }
    load.stop();
    while let Some(said) = guests.join_next().await {
        wrong.extend(said??);
    }
    if database == Database::Sqlite && !control_lost {
        wrong.push("the control lost nothing: this drill would find nothing".to_owned());
    }
    cast.ledger = std::mem::take(&mut load.locked());
    figures.acks += cast.ledger.acks();
    cast.come_to_rest().await?;
    wrong.extend(cast.check().await?);
    cast.stop().await?;
    let elsewhere = elsewhere.context("no copy was made")?;
    wrong.extend(served(&mut cast, elsewhere, chance).await?);
    Ok(wrong)
}

async fn copy(stage: &Stage, number: usize) -> anyhow::Result<PathBuf> {
    let file = stage.folder.join(format!("copy{number}"));
    let to = file.display().to_string();
    match stage.database {
        Database::Sqlite => drop(stage.command(&["backup", &to], "").await?),
        Database::Postgres => {
            let words = ["--format=custom", "--file", &to, &stage.database_url];
            tool("pg_dump", &words).await?;
        }
    }
    Ok(file)
}

async fn tool(name: &str, words: &[&str]) -> anyhow::Result<()> {
    let done = Command::new(name).args(words).output().await;
    let done = done.with_context(|| format!("{name} can't be started"))?;
    let said = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "{name} failed: {said}");
    Ok(())
}

/// The copy as the database of another installation, which asks the same Zoom and isn't served yet.
async fn restored(stage: &Stage, file: &Path) -> anyhow::Result<Stage> {
    let mut there = Stage::open(stage.database).await?;
    there.set("MIN42_ZOOM_OAUTH_URL", &stage.sim.oauth_url());
    there.set("MIN42_ZOOM_API_URL", &stage.sim.api_url());
    let from = file.display().to_string();
    match stage.database {
        Database::Sqlite => {
            let whole = integrity(file).await?;
            ensure!(whole == "ok", "a copy is damaged: {whole}");
            there.command(&["restore", &from], "").await?;
        }
        Database::Postgres => {
            tool("pg_restore", &["--dbname", &there.database_url, &from]).await?;
        }
    }
    std::fs::remove_file(file)?;
    Ok(there)
}

/// How many of these bookings are not in there.
async fn missing(there: &Stage, due: &[String]) -> anyhow::Result<usize> {
    let rows: Vec<(String,)> = match there.database {
        Database::Sqlite => there.rows("SELECT lower(hex(id)) FROM bookings").await?,
        Database::Postgres => {
            let text = "SELECT replace(CAST(id AS text), '-', '') FROM bookings";
            there.rows(text).await?
        }
    };
    let held: BTreeSet<String> = rows.into_iter().map(|row| row.0).collect();
    Ok(due.iter().filter(|id| !held.contains(*id)).count())
}

/// Whether a copy of the file alone lacks something, or can't be read at all.
async fn by_cp(stage: &Stage, due: &[String]) -> anyhow::Result<bool> {
    let there = Stage::open(Database::Sqlite).await?;
    let name = "42min.sqlite";
    std::fs::copy(stage.folder.join(name), there.folder.join(name))?;
    Ok(missing(&there, due)
        .await
        .map_or(true, |missing| missing > 0))
}

/// Serves the copy while the original is down, a quarter of an hour later. Answers what it did and
/// should not have.
async fn served(
    cast: &mut Cast,
    mut there: Stage,
    chance: &mut StdRng,
) -> anyhow::Result<Vec<String>> {
    let later = SignedDuration::from_mins(16);
    cast.stage.passes(later)?;
    there.passes(cast.stage.now().duration_since(there.now()))?;
    let asked = cast.stage.sim.ledger().len();
    let mut server = there.serve().await?;
    let mut guest = Guest::new(&there.base, 1)?;
    let form = guest.fills_in("/ada/intro-call", chance).await?;
    there.passes(SignedDuration::from_secs(3))?;
    let told = guest.sends(&form).await?;
    rest(WATCHED).await;
    let mut wrong = Vec::new();
    if told.is_none() {
        wrong.push("the copy took no booking".to_owned());
    }
    let asked = cast.stage.sim.ledger().len() - asked;
    if asked > 0 {
        wrong.push(format!("the copy asked Zoom {asked} times by itself"));
    }
    let mails = std::fs::read_dir(there.outbox()).map_or(0, Iterator::count);
    if mails > 0 {
        wrong.push(format!("the copy mailed {mails} letters by itself"));
    }
    ensure!(server.stop().await?, "the copy did not stop in order");
    Ok(wrong)
}
