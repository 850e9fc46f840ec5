//! One of two processes is told to stop and is started again, over and over, while people come
//! through a relay that sends each new connection to a process that says it is ready. No request
//! fails, the old process is gone within ten seconds, and what it was doing is done by the other.
//!
//! With an older program it is an upgrade: both processes are the older one at first, the first
//! restart brings the new schema, and for a while the two releases work side by side.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use jiff::SignedDuration;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::evidence::{Evidence, percentile, say};
use crate::people::{self, Guest};
use crate::run::Run;
use crate::stage::{Database, Quiet, Server, Stage};

/// How often the relay asks who is ready.
const ASKS_EVERY: Duration = Duration::from_millis(500);
/// How long an older and a newer process share the work.
const SIDE_BY_SIDE: Duration = Duration::from_secs(10);
const MOST_DRAIN: Duration = Duration::from_secs(10);
const PEOPLE: u32 = 6;

pub async fn run(run: &Run, older: Option<PathBuf>) -> anyhow::Result<()> {
    let is_upgrade = older.is_some();
    let restarts = if run.small || is_upgrade {
        2
    } else {
        run.rounds.unwrap_or(20)
    };
    let mut evidence = Evidence::of(if is_upgrade { "upgrade" } else { "restart" });
    let mut stage = Stage::open(Database::Postgres).await?;
    stage.run_program(older);
    let first = people::seed(&stage).await?;
    // A job is in the middle of a call whenever its process is told to stop.
    stage
        .sim
        .fault(zoom_sim::Fault::delay("create", 300).always());
    let mut servers = vec![first, stage.serve_another().await?];
    let schema_before = schema(&stage).await?;
    stage.run_program(None);
    let relay = Relay::open(&stage, &servers).await?;
    let crowd = Crowd::come(&stage, relay.at, run.seed);
    let mut drains = Vec::new();
    for n in 0..restarts {
        let old = &mut servers[n % 2];
        let began = Instant::now();
        ensure!(old.stop().await?, "42min did not stop in order");
        let drained = began.elapsed();
        drains.push(drained.as_millis());
        if drained > MOST_DRAIN {
            evidence.wrong(format!("a process took {drained:?} to stop"));
        }
        let new = stage.serve_another().await?;
        relay.replace(n % 2, &new);
        servers[n % 2] = new;
        // The other one is stopped only when the new one is known.
        let beside = if is_upgrade {
            SIDE_BY_SIDE
        } else {
            2 * ASKS_EVERY
        };
        tokio::time::timeout(beside, std::future::pending::<()>())
            .await
            .ok();
    }
    if is_upgrade {
        evidence.tell("schema before", schema_before);
        evidence.tell("schema after", schema(&stage).await?);
    }
    let (answered, failed, booked) = crowd.leave().await?;
    for words in failed.iter().take(5) {
        say(words);
    }
    evidence.tell("restarts", restarts);
    evidence.tell("requests answered", answered);
    evidence.tell("requests failed", failed.len());
    evidence.tell("drain p50 ms", percentile(&drains, 50));
    evidence.tell("drain p100 ms", percentile(&drains, 100));
    if let Some(first) = failed.first() {
        evidence.wrong(format!(
            "{} requests failed; the first: {first}",
            failed.len()
        ));
    }
    let quiet = stage
        .settle(&mut servers[0], SignedDuration::from_mins(60))
        .await?;
    if let Quiet::No(why) = quiet {
        evidence.wrong(format!("not quiet: {why}"));
    }
    let rooms = stage.sim.meetings().len();
    evidence.tell("bookings", booked);
    evidence.tell("meetings at Zoom", rooms);
    if rooms != booked {
        evidence.wrong(format!("{rooms} meetings at Zoom for {booked} bookings"));
    }
    for mut server in servers {
        ensure!(server.stop().await?, "42min did not stop in order");
    }
    evidence.close()
}

/// How many migrations have been made.
async fn schema(stage: &Stage) -> anyhow::Result<i64> {
    stage
        .count("SELECT max(version) FROM _sqlx_migrations")
        .await
}

/// Sends each connection to a process that is ready, as a proxy does that asks for it.
struct Relay {
    at: SocketAddr,
    behind: Arc<Behind>,
    _running: JoinSet<()>,
}

struct Behind {
    bases: Mutex<[String; 2]>,
    ready: [AtomicBool; 2],
    turn: AtomicUsize,
}

impl Behind {
    fn base(&self, which: usize) -> String {
        let bases = self.bases.lock().unwrap_or_else(PoisonError::into_inner);
        bases[which].clone()
    }

    /// One that was ready when it was last asked and takes the connection; by turns.
    async fn connect(&self) -> Option<TcpStream> {
        let turn = self.turn.fetch_add(1, Ordering::SeqCst);
        for which in [turn % 2, (turn + 1) % 2] {
            if !self.ready[which].load(Ordering::SeqCst) {
                continue;
            }
            let base = self.base(which);
            let address = base.strip_prefix("http://").unwrap_or(&base);
            if let Ok(stream) = TcpStream::connect(address).await {
                return Some(stream);
            }
        }
        None
    }
}

impl Relay {
    async fn open(stage: &Stage, servers: &[Server]) -> anyhow::Result<Relay> {
        let behind = Arc::new(Behind {
            bases: Mutex::new([servers[0].base.clone(), servers[1].base.clone()]),
            ready: [AtomicBool::new(true), AtomicBool::new(true)],
            turn: AtomicUsize::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let at = listener.local_addr()?;
        let mut running = JoinSet::new();
        running.spawn(relay(listener, behind.clone()));
        for which in 0..2 {
            running.spawn(ask(stage.http.clone(), behind.clone(), which));
        }
        Ok(Relay {
            at,
            behind,
            _running: running,
        })
    }

    fn replace(&self, which: usize, server: &Server) {
        let mut bases = self
            .behind
            .bases
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        bases[which].clone_from(&server.base);
    }
}

async fn relay(listener: TcpListener, behind: Arc<Behind>) {
    let mut open = JoinSet::new();
    while let Ok((mut here, _)) = listener.accept().await {
        let behind = behind.clone();
        open.spawn(async move {
            if let Some(mut there) = behind.connect().await {
                // An end without words is what a closed connection looks like anyway.
                drop(copy_bidirectional(&mut here, &mut there).await);
            }
        });
    }
}

async fn ask(http: reqwest::Client, behind: Arc<Behind>, which: usize) {
    let mut tick = tokio::time::interval(ASKS_EVERY);
    loop {
        tick.tick().await;
        let answer = http
            .get(format!("{}/readyz", behind.base(which)))
            .send()
            .await;
        let ready = answer.is_ok_and(|answer| answer.status().is_success());
        behind.ready[which].store(ready, Ordering::SeqCst);
    }
}

/// People who look at pages all the time and book now and then: half of them on connections that
/// stay open, half on new ones.
struct Crowd {
    stop: Arc<AtomicBool>,
    running: JoinSet<Seen>,
}

#[derive(Default)]
struct Seen {
    answered: usize,
    failed: Vec<String>,
    booked: usize,
}

impl Crowd {
    fn come(stage: &Stage, relay: SocketAddr, seed: u64) -> Crowd {
        let stop = Arc::new(AtomicBool::new(false));
        let mut running = JoinSet::new();
        let base = format!("http://{relay}");
        for person in 0..PEOPLE {
            let (stop, base) = (stop.clone(), base.clone());
            let own = stage.base.clone();
            running.spawn(async move {
                let mut seen = Seen::default();
                let mut chance = StdRng::seed_from_u64(seed + u64::from(person));
                let mut n = 0;
                while !stop.load(Ordering::SeqCst) {
                    n += 1;
                    match visit((&base, &own), person, n, &mut chance, &mut seen).await {
                        Ok(()) => {}
                        Err(error) => seen.failed.push(format!("{error:#}")),
                    }
                }
                seen
            });
        }
        Crowd { stop, running }
    }

    async fn leave(mut self) -> anyhow::Result<(usize, Vec<String>, usize)> {
        self.stop.store(true, Ordering::SeqCst);
        let mut all = Seen::default();
        while let Some(seen) = self.running.join_next().await {
            let seen = seen?;
            all.answered += seen.answered;
            all.failed.extend(seen.failed);
            all.booked += seen.booked;
        }
        Ok((all.answered, all.failed, all.booked))
    }
}

/// Some pages, then a booking. The first of the people keep one connection for all of it.
async fn visit(
    (relay, own): (&str, &str),
    person: u32,
    n: u32,
    chance: &mut StdRng,
    seen: &mut Seen,
) -> anyhow::Result<()> {
    let number = 1 + person + n * PEOPLE;
    let keeps = person.is_multiple_of(2);
    let mut guest = Guest::through(relay, own, number, keeps)?;
    let offer = people::OFFERS[(number as usize) % 6];
    for _ in 0..10 {
        guest.looks(offer).await?;
        seen.answered += 1;
    }
    let form = match guest.fills_in(offer, chance).await {
        Err(error) if error.to_string().starts_with(people::SOLD_OUT) => {
            seen.answered += 1;
            return Ok(());
        }
        form => form?,
    };
    seen.answered += 2;
    let told = guest.sends(&form).await.context("booking")?;
    seen.answered += 1;
    seen.booked += usize::from(told.is_some());
    Ok(())
}
