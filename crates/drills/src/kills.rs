//! `kill -9` at every point: the process dies (or fails) right before and right after each thing
//! that must not be half done, and at each commit, while somebody books, moves, cancels, connects,
//! disconnects, or while the product works by itself. It starts again, and once it is quiet the
//! checker looks at what came of it.

mod cast;
mod deeds;
mod points;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use zoom_sim::Fault;

use crate::evidence::{Evidence, say};
use crate::run::Run;
use crate::stage::{Database, Stage};
pub use cast::Cast;
use cast::Reached;
use deeds::DEEDS;
pub use deeds::Deed;
use points::POINTS;

/// Commits of one deed at which a process is killed, at most.
const MOST_COMMITS: u32 = 40;
/// Kills on one stage: what the checker reads grows with each.
const PER_STAGE: usize = 40;

/// One order while one deed is done.
#[derive(Clone, Debug)]
struct Case {
    deed: Deed,
    /// "die create.answered:1"
    order: String,
    /// Others of the same deed are left out once this one is not reached.
    ends: bool,
}

#[derive(Default)]
struct Figures {
    kills: usize,
    failures: usize,
    reconnects: usize,
    acks: usize,
    missed: Vec<String>,
}

pub async fn run(run: &Run) -> anyhow::Result<()> {
    let mut evidence = Evidence::of("kills");
    let mut figures = Figures::default();
    let databases = match (run.small, run.database) {
        (true, None) => vec![Database::Sqlite],
        (_, Some(_)) | (false, None) => run.databases(),
    };
    for database in databases {
        let mut chance = StdRng::seed_from_u64(run.seed);
        let cases = match run.small {
            true => few(&mut chance),
            false => all(),
        };
        on(database, cases, &mut chance, (&mut figures, &mut evidence)).await?;
    }
    if !control(run.seed).await? {
        evidence.wrong("the control made no second meeting: this drill would find nothing");
    }
    if !figures.missed.is_empty() {
        evidence.wrong(format!("never reached: {}", figures.missed.join(", ")));
    }
    evidence.tell("seed", run.seed);
    evidence.tell("points", POINTS.len());
    evidence.tell("kills", figures.kills);
    evidence.tell("planted failures", figures.failures);
    evidence.tell("acknowledged", figures.acks);
    evidence.tell("reconnects", figures.reconnects);
    evidence.close()
}

/// With a planted bug, the doubt that is not written before a create is sent, a kill right after its
/// answer must leave a meeting at Zoom that nobody knows of. The sweep would find it, but Zoom's list
/// can't be had here. Answers whether the checker saw it.
async fn control(seed: u64) -> anyhow::Result<bool> {
    let mut stage = Stage::open(Database::Sqlite).await?;
    stage.set("MIN42_PLANT", "doubt-not-written");
    let mut cast = Cast::enter_on(stage).await?;
    cast.stage.sim.fault(Fault::status("list", 500).always());
    let mut chance = StdRng::seed_from_u64(seed);
    let order = "die create.answered:1";
    cast.act_under(Deed::Book, order, &mut chance).await?;
    cast.quiet().await?;
    Ok(cast.check().await?.iter().any(|one| one.starts_with("I-3")))
}

/// Each point with each deed that passes it, and each commit of each deed.
fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for (point, deeds) in POINTS {
        for deed in *deeds {
            for what in ["die", "fail"] {
                cases.push(case(*deed, format!("{what} {point}:1")));
            }
        }
    }
    for deed in DEEDS {
        for point in ["commit.next", "commit.done"] {
            for n in 1..=MOST_COMMITS {
                let order = format!("die {point}:{n}");
                let ends = true;
                cases.push(Case { deed, order, ends });
            }
        }
    }
    cases
}

/// Some of the points, each once.
fn few(chance: &mut StdRng) -> Vec<Case> {
    let mut cases = Vec::new();
    for (point, deeds) in POINTS {
        if chance.random_bool(0.4) {
            let deed = deeds[chance.random_range(0..deeds.len())];
            cases.push(case(deed, format!("die {point}:1")));
        }
    }
    cases
}

fn case(deed: Deed, order: String) -> Case {
    Case {
        deed,
        order,
        ends: false,
    }
}

async fn on(
    database: Database,
    cases: Vec<Case>,
    chance: &mut StdRng,
    (figures, evidence): (&mut Figures, &mut Evidence),
) -> anyhow::Result<()> {
    let mut left = cases.into_iter().peekable();
    while left.peek().is_some() {
        let mut cast = Cast::enter(database).await?;
        let mut done = 0;
        let mut at_end: Option<(Deed, String)> = None;
        while done < PER_STAGE {
            let Some(case) = left.next() else { break };
            let point = case.order.split(':').next().unwrap_or_default().to_owned();
            if case.ends && at_end == Some((case.deed, point.clone())) {
                continue;
            }
            done += 1;
            let words = format!("{} {:?}: {}", database.word(), case.deed, case.order);
            if std::env::var_os("DRILL_LOG").is_some() {
                say(&words);
            }
            let reached = match cast.act_out(case.deed, &case.order, chance).await {
                Ok(reached) => reached,
                Err(error) => {
                    evidence.wrong(format!("{words}: {error:#}"));
                    // Whatever this was, it must not spoil the next.
                    break;
                }
            };
            match reached {
                Reached::Died => figures.kills += 1,
                Reached::Failed => figures.failures += 1,
                Reached::Never if case.ends => at_end = Some((case.deed, point)),
                Reached::Never => figures.missed.push(words.clone()),
            }
            let found = cast.check().await?;
            for one in &found {
                evidence.wrong(format!("{words}: {one}"));
            }
            if !found.is_empty() {
                break;
            }
        }
        figures.reconnects += cast.reconnects;
        figures.acks += cast.ledger.acks();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// Every name in the product's sources, each of which must stand at one place.
    fn named(folder: &Path, names: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("the sources can be read") {
            let path = entry.expect("and listed").path();
            if path.is_dir() {
                if !path.ends_with("planted") {
                    named(&path, names);
                }
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(&path).expect("and read");
                let found = text.split("point::pass(\"").skip(1);
                names.extend(
                    found
                        .filter_map(|rest| rest.split('"').next())
                        .map(str::to_owned),
                );
            }
        }
    }

    #[test]
    fn every_point_of_the_product_has_its_line_and_every_line_its_point() {
        let mut names = Vec::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        named(&root.join("../../src"), &mut names);
        let once: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(
            once.len(),
            names.len(),
            "a name stands at two places: {names:?}"
        );
        let lines: BTreeSet<&str> = POINTS.iter().map(|(point, _)| *point).collect();
        assert_eq!(lines, once);
        assert!(once.len() >= 40, "{} points", once.len());
        assert!(POINTS.iter().all(|(_, deeds)| !deeds.is_empty()));
    }
}
