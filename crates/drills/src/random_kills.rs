//! `kill -9` at any instant, while guests book, move and cancel and every tenth call at Zoom goes
//! wrong. How long it takes to be ready again is measured; now and then all of them rest, until it
//! is quiet, and the checker looks.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::sync::watch;
use tokio::task::JoinSet;
use zoom_sim::{Fault, LimitHeaders, TooMany};

use crate::evidence::{Evidence, percentile};
use crate::kills::Cast;
use crate::ledger::{self, Ledger};
use crate::people::{Form, Guest, OFFERS, Told};
use crate::run::Run;
use crate::stage::Database;

/// Kills between two looks of the checker.
const A_ROUND: usize = 25;
/// Guests at once.
const GUESTS: u32 = 6;

#[derive(Default)]
struct Figures {
    kills: usize,
    acks: usize,
    calls: usize,
    faults: usize,
    reconnects: usize,
    ready: Vec<u128>,
}

pub async fn run(run: &Run, kills: usize) -> anyhow::Result<()> {
    let mut evidence = Evidence::of("random-kills");
    let mut figures = Figures::default();
    let mut chance = StdRng::seed_from_u64(run.seed);
    let (databases, kills) = match (run.small, run.database) {
        (true, None) => (vec![Database::Sqlite], 10),
        (true, Some(one)) => (vec![one], 10),
        (false, _) => (run.databases(), kills),
    };
    let rounds = kills.div_ceil(A_ROUND * databases.len()).max(1);
    let a_round = A_ROUND.min(kills);
    for database in databases {
        for _ in 0..rounds {
            let said = a_round_of(a_round, database, &mut chance, &mut figures).await?;
            for one in said {
                evidence.wrong(format!("{}: {one}", database.word()));
            }
        }
    }
    let p99 = percentile(&figures.ready, 99);
    if p99 > 2_000 && !run.small {
        evidence.wrong(format!("ready again after {p99} ms"));
    }
    evidence.tell("seed", run.seed);
    evidence.tell("kills", figures.kills);
    evidence.tell("acknowledged", figures.acks);
    evidence.tell("calls at Zoom", figures.calls);
    evidence.tell("of which went wrong", figures.faults);
    evidence.tell("reconnects", figures.reconnects);
    evidence.tell("ready again p50 ms", percentile(&figures.ready, 50));
    evidence.tell("ready again p99 ms", p99);
    evidence.close()
}

/// On a stage of its own. Answers what was wrong.
async fn a_round_of(
    kills: usize,
    database: Database,
    chance: &mut StdRng,
    figures: &mut Figures,
) -> anyhow::Result<Vec<String>> {
    let mut cast = Cast::enter(database).await?;
    let load = Load::new(&cast.stage.base, std::mem::take(&mut cast.ledger));
    let mut guests = JoinSet::new();
    for number in 0..GUESTS {
        guests.spawn(load.clone().goes_on(number, chance.random()));
    }
    for _ in 0..kills {
        faults(&cast.stage.sim, chance);
        rest(chance.random_range(30..400)).await;
        cast.kill().await?;
        load.locked().died(cast.stage.now());
        let gap = SignedDuration::from_secs(chance.random_range(130..600));
        cast.stage.passes(gap)?;
        let began = Instant::now();
        cast.serve().await?;
        figures.ready.push(began.elapsed().as_millis());
        load.next_cycle();
        figures.kills += 1;
    }
    load.stop();
    let mut wrong = Vec::new();
    while let Some(said) = guests.join_next().await {
        wrong.extend(said??);
    }
    cast.ledger = std::mem::take(&mut load.locked());
    figures.acks += cast.ledger.acks();
    figures.reconnects += cast.come_to_rest().await?;
    wrong.extend(cast.check().await?);
    let calls = cast.stage.sim.ledger();
    figures.calls += calls.len();
    figures.faults += calls.iter().filter(|call| call.fault.is_some()).count();
    Ok(wrong)
}

/// About every tenth call; those that did not strike are forgotten with the next.
fn faults(sim: &zoom_sim::ZoomSim, chance: &mut StdRng) {
    sim.clear_faults();
    for _ in 0..chance.random_range(1..5) {
        let on = ["meeting", "create", "update", "delete"][chance.random_range(0..4)];
        sim.fault(match chance.random_range(0..9) {
            0 => Fault::drop_before(on),
            1 | 2 => Fault::drop_after(on),
            3 => Fault::status(on, 500),
            4 => Fault::status(on, 503).after_effect(),
            5 => Fault::truncate(on),
            6 => Fault::garbage(on),
            7 => Fault::too_many(on, TooMany::PerSecond, LimitHeaders::Observed),
            _ => Fault::delay(on, 200),
        });
    }
}

#[expect(clippy::disallowed_methods, reason = "any instant is meant")]
async fn rest(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

/// What the guests share.
#[derive(Clone)]
struct Load {
    base: String,
    ledger: Arc<Mutex<Ledger>>,
    /// Counts the starts of the server; zero: it is over.
    cycle: watch::Sender<u32>,
}

impl Load {
    fn new(base: &str, ledger: Ledger) -> Load {
        Load {
            base: base.to_owned(),
            ledger: Arc::new(Mutex::new(ledger)),
            cycle: watch::Sender::new(1),
        }
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_cycle(&self) {
        self.cycle.send_modify(|cycle| *cycle += 1);
    }

    fn stop(&self) {
        self.cycle.send_replace(0);
    }

    /// One guest after the other, until it is over. Answers what must not be.
    async fn goes_on(self, number: u32, seed: u64) -> anyhow::Result<Vec<String>> {
        let mut chance = StdRng::seed_from_u64(seed);
        let mut wrong = Vec::new();
        let mut filled: Vec<(u32, Guest, Form)> = Vec::new();
        let mut booked: Vec<(Guest, Told)> = Vec::new();
        for guest in 0.. {
            let cycle = *self.cycle.borrow();
            if cycle == 0 {
                break;
            }
            let done = match chance.random_range(0..10) {
                0 | 1 if !booked.is_empty() => {
                    let at = chance.random_range(0..booked.len());
                    let (guest, told) = booked.swap_remove(at);
                    self.moves(guest, told, &mut booked, &mut chance).await
                }
                2 | 3 if !booked.is_empty() => {
                    let at = chance.random_range(0..booked.len());
                    let (guest, told) = booked.swap_remove(at);
                    self.cancels(guest, &told).await
                }
                // A form is sent some time after it was opened.
                _ => match filled.iter().position(|(opened, ..)| *opened < cycle) {
                    Some(at) => {
                        let (_, guest, form) = filled.swap_remove(at);
                        self.sends(guest, &form, &mut booked).await
                    }
                    None if filled.len() < 6 => {
                        let mut guest = Guest::new(&self.base, number + GUESTS * guest)?;
                        let offer = OFFERS[chance.random_range(0..OFFERS.len())];
                        match guest.fills_in(offer, &mut chance).await {
                            Ok(form) => {
                                filled.push((cycle, guest, form));
                                Ok(())
                            }
                            Err(error) => Err(error),
                        }
                    }
                    None => {
                        rest(10).await;
                        Ok(())
                    }
                },
            };
            if let Err(error) = done {
                let words = format!("{error:#}");
                // Nothing is planted: whoever answers has no reason to fail.
                if words.contains("answered 5") {
                    wrong.push(words);
                }
                rest(10).await;
            }
        }
        Ok(wrong)
    }

    async fn sends(
        &self,
        mut guest: Guest,
        form: &Form,
        booked: &mut Vec<(Guest, Told)>,
    ) -> anyhow::Result<()> {
        if let Some(told) = guest.sends(form).await? {
            self.locked().told(ledger::booked(&told));
            booked.push((guest, told));
        }
        Ok(())
    }

    async fn moves(
        &self,
        mut guest: Guest,
        from: Told,
        booked: &mut Vec<(Guest, Told)>,
        chance: &mut StdRng,
    ) -> anyhow::Result<()> {
        match guest.moves(&from, chance).await {
            Ok(Some(to)) => {
                self.locked().told(ledger::moved(&from, &to));
                booked.push((guest, to));
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(error) => {
                self.locked().unknown(ledger::perhaps_moved(&from));
                Err(error)
            }
        }
    }

    async fn cancels(&self, mut guest: Guest, told: &Told) -> anyhow::Result<()> {
        let done = guest.cancels(told).await;
        match &done {
            Ok(()) => self.locked().told(ledger::canceled(told)),
            Err(_) => self.locked().unknown(ledger::canceled(told)),
        }
        done
    }
}
