//! `kill -9` at any instant, while guests book, move and cancel and every tenth call at Zoom goes
//! wrong. How long it takes to be ready again is measured; now and then all of them rest, until it
//! is quiet, and the checker looks.

use std::time::Instant;

use jiff::SignedDuration;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use zoom_sim::{Fault, LimitHeaders, TooMany};

use crate::evidence::{Evidence, percentile};
use crate::kills::Cast;
use crate::load::{Load, rest};
use crate::run::Run;
use crate::stage::Database;

/// Kills between two looks of the checker.
const A_ROUND: usize = 25;

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
    let ledger = std::mem::take(&mut cast.ledger);
    let (load, mut guests) = Load::begin(&cast.stage.base, ledger, chance);
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
    for _ in 0..chance.random_range(2..6) {
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
