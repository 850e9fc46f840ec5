//! The power goes: whatever the product wrote and did not sync may be lost, or be there in part.
//!
//! `strace` writes down each write and each sync of the database's files. From that the files are
//! made anew as a disk could hold them at some instant: only what was synced, or that and some of
//! the rest, torn at sectors. Each is opened as after a power cut and must be whole and hold every
//! booking that a guest had been told of by then. That a file exists counts as durable once it was
//! synced itself.
//!
//! The control: with `synchronous=NORMAL` (a planted bug) something acknowledged must be missing.

mod trace;

use std::path::Path;
use std::time::Duration;

use anyhow::ensure;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::process::Command;

use crate::evidence::{Evidence, say};
use crate::people::{self, Guest};
use crate::run::Run;
use crate::stage::{Database, Stage};
use trace::{Files, Step};

/// What one guest was told, and when by the machine's clock, in seconds.
struct Ack {
    uid: String,
    at: f64,
}

pub async fn run(run: &Run, cuts: usize) -> anyhow::Result<()> {
    let mut evidence = Evidence::of("power-loss");
    if !has_strace().await {
        evidence.tell("left out", "strace is missing, or may not trace here");
        return evidence.close();
    }
    let (bookings, cuts) = if run.small { (12, 30) } else { (60, cuts) };
    let mut chance = StdRng::seed_from_u64(run.seed);
    let (steps, acks) = record(None, bookings, &mut chance).await?;
    let lost = cut(&steps, &acks, cuts, &mut chance).await?;
    for one in &lost.wrong {
        evidence.wrong(one.clone());
    }
    let bug = Some("commit-not-synced");
    let (loose_steps, loose_acks) = record(bug, bookings, &mut chance).await?;
    let control = cut(&loose_steps, &loose_acks, cuts, &mut chance).await?;
    if std::env::var_os("DRILL_LOG").is_some() {
        control
            .wrong
            .iter()
            .for_each(|one| say(&format!("control: {one}")));
    }
    if control.wrong.is_empty() {
        evidence.wrong("the control lost nothing: this drill would find nothing");
    }
    let stops = stops_when_a_sync_fails(&mut chance).await?;
    if !stops {
        evidence.wrong("a sync failed, and the process went on");
    }
    evidence.tell("seed", run.seed);
    evidence.tell("writes and syncs", steps.len());
    evidence.tell("acknowledged", acks.len());
    evidence.tell("power cuts", lost.cuts);
    evidence.tell("acknowledgements looked for", lost.looked_for);
    evidence.tell("control: cuts with a loss", control.wrong.len());
    evidence.tell(
        "a failed sync",
        if stops {
            "stops the process"
        } else {
            "is ignored"
        },
    );
    evidence.close()
}

async fn has_strace() -> bool {
    let tried = Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .output();
    tried.await.is_ok_and(|done| done.status.success())
}

/// Books under `strace`, with this bug planted.
async fn record(
    bug: Option<&str>,
    bookings: u32,
    chance: &mut StdRng,
) -> anyhow::Result<(Vec<Step>, Vec<Ack>)> {
    let mut stage = Stage::open(Database::Sqlite).await?;
    let mut server = people::seed(&stage).await?;
    ensure!(server.stop().await?, "42min did not stop in order");
    if let Some(bug) = bug {
        stage.set("MIN42_PLANT", bug);
    }
    let out = stage.folder.with_extension("trace");
    let begun = Files::as_they_are(&stage.folder)?;
    let trace = out.display().to_string();
    let mut words = vec![
        "strace", "-f", "-ttt", "-xx", "-s", "70000", "-y", "-o", &trace,
    ];
    words.extend(["-e", "trace=pwrite64,fsync,fdatasync,ftruncate,unlink"]);
    let mut server = stage.spawn_under(&words)?;
    server.until_ready(&stage.http).await?;
    let mut acks = Vec::new();
    for number in 0..bookings {
        let mut guest = Guest::new(&stage.base, number)?;
        let offer = people::OFFERS[chance.random_range(0..6)];
        let form = guest.fills_in(offer, chance).await?;
        stage.passes(jiff::SignedDuration::from_secs(3))?;
        if let Some(told) = guest.sends(&form).await? {
            let at = seconds_now();
            let uid = told.uid;
            acks.push(Ack { uid, at });
        }
    }
    // The program, not strace, which writes its file to the end.
    server.kill_under().await?;
    let text = std::fs::read_to_string(&out)?;
    std::fs::remove_file(&out)?;
    let mut steps = vec![Step::Begun(begun)];
    steps.extend(trace::read(&text)?);
    Ok((steps, acks))
}

#[expect(clippy::disallowed_methods, reason = "compared with what strace notes")]
fn seconds_now() -> f64 {
    let now = std::time::SystemTime::now();
    let since = now.duration_since(std::time::UNIX_EPOCH);
    since.map_or(0.0, |since| since.as_secs_f64())
}

struct Lost {
    cuts: usize,
    looked_for: usize,
    wrong: Vec<String>,
}

/// Cuts the power at some instants, and looks at what is left.
async fn cut(
    steps: &[Step],
    acks: &[Ack],
    cuts: usize,
    chance: &mut StdRng,
) -> anyhow::Result<Lost> {
    let mut lost = Lost {
        cuts: 0,
        looked_for: 0,
        wrong: Vec::new(),
    };
    let folder = std::env::temp_dir().join(format!("42min-power-{}", std::process::id()));
    for number in 0..cuts {
        let last = chance.random_range(1..steps.len());
        let at = steps[last].at();
        let torn = number % 2 == 1;
        let mut files = Files::default();
        for step in &steps[..=last] {
            files.take(step);
        }
        files.lose_power(torn.then_some(&mut *chance));
        drop(std::fs::remove_dir_all(&folder));
        files.write_to(&folder)?;
        let path = folder.join("42min.sqlite");
        lost.cuts += 1;
        let how = if torn { "torn" } else { "synced only" };
        let words = format!("cut at {last} of {} ({how})", steps.len());
        match left_in(&path).await {
            Err(error) => lost.wrong.push(format!("{words}: {error:#}")),
            Ok(held) => {
                let due: Vec<&Ack> = acks.iter().filter(|ack| ack.at < at).collect();
                lost.looked_for += due.len();
                let missing = due.iter().filter(|ack| !held.contains(&ack.uid)).count();
                if missing > 0 {
                    lost.wrong
                        .push(format!("{words}: {missing} of {} are lost", due.len()));
                }
            }
        }
    }
    drop(std::fs::remove_dir_all(&folder));
    Ok(lost)
}

/// The bookings in there, if it is whole.
async fn left_in(path: &Path) -> anyhow::Result<Vec<String>> {
    let whole = integrity(path).await?;
    ensure!(whole == "ok", "damaged: {whole}");
    let mut connection = SqliteConnectOptions::new().filename(path).connect().await?;
    let text = "SELECT lower(hex(id)) FROM bookings WHERE status = 'confirmed'";
    let held: Vec<String> = sqlx::query_scalar(text).fetch_all(&mut connection).await?;
    connection.close().await?;
    Ok(held.iter().map(|id| dashed(id)).collect())
}

fn dashed(id: &str) -> String {
    let parts = [&id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]];
    parts.join("-")
}

/// SQLite's own word on a database.
pub async fn integrity(path: &Path) -> anyhow::Result<String> {
    let mut connection = SqliteConnectOptions::new().filename(path).connect().await?;
    let text = "PRAGMA integrity_check";
    let said: Vec<String> = sqlx::query_scalar(text).fetch_all(&mut connection).await?;
    connection.close().await?;
    Ok(said.join("; "))
}

/// Has a sync fail while somebody books: nobody may be told that they are booked, and the process
/// must end, since what a failed sync has lost can't be known.
async fn stops_when_a_sync_fails(chance: &mut StdRng) -> anyhow::Result<bool> {
    let mut stage = Stage::open(Database::Sqlite).await?;
    let mut server = people::seed(&stage).await?;
    ensure!(server.stop().await?, "42min did not stop in order");
    // Late enough for the start to be over.
    let inject = "inject=fsync,fdatasync:error=EIO:when=30+";
    let words = [
        "strace",
        "-f",
        "-o",
        "/dev/null",
        "-e",
        "trace=fsync,fdatasync",
        "-e",
        inject,
    ];
    let mut server = stage.spawn_under(&words)?;
    server.until_ready(&stage.http).await?;
    let mut answers = 0;
    for number in 0..30 {
        let mut guest = Guest::new(&stage.base, number)?;
        let Ok(form) = guest.fills_in("/ada/intro-call", chance).await else {
            break;
        };
        stage.passes(jiff::SignedDuration::from_secs(3))?;
        answers += usize::from(guest.sends(&form).await.is_ok());
    }
    // Its last answer comes, or doesn't, before its end.
    if !server.is_gone_within(Duration::from_secs(10)).await? {
        server.kill_under().await?;
        return Ok(false);
    }
    ensure!(answers < 30, "no sync failed");
    Ok(true)
}
