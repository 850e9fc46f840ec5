//! The histories: seeded random bookings, moves, cancels, accounts that come and go, outages, limits,
//! lost answers, hands in Zoom, deaths and restarts, on a clock that stands still until it is told to
//! move; then everything is held against everything by `drills::checker`. The same seed tells the same
//! history. `bin/histories` tells many.

mod chance;
mod guests;
mod outage;
mod storm;
mod story;
mod troubles;
mod world;

use std::panic::AssertUnwindSafe;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use futures_util::FutureExt as _;
use story::{Ending, Figures, tell};
use world::Template;

use crate::planted::bug::{Bug, plant};

/// A history that ended badly.
struct Bad {
    seed: u64,
    words: Vec<String>,
    trace: Vec<String>,
}

/// What many histories came to.
struct Summary {
    figures: Figures,
    bad: Vec<Bad>,
    seconds: f64,
}

/// Which seeds, by how many threads, and whether the first bad one is enough.
struct Order {
    from: u64,
    count: u64,
    threads: usize,
    planted: Option<Bug>,
    one_is_enough: bool,
}

impl Order {
    fn of(count: u64) -> Order {
        Order {
            from: 1,
            count,
            threads: 2,
            planted: None,
            one_is_enough: false,
        }
    }
}

/// Tells many histories, each thread with a world of its own.
fn tell_all(order: &Order) -> Summary {
    let began = Instant::now();
    let (next, stop) = (AtomicU64::new(order.from), AtomicBool::new(false));
    let found = Mutex::new((Figures::default(), Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..order.threads {
            scope.spawn(|| {
                alone(async {
                    let template = Template::new().await;
                    let _bug = plant(order.planted);
                    loop {
                        let seed = next.fetch_add(1, Ordering::SeqCst);
                        if seed >= order.from + order.count || stop.load(Ordering::SeqCst) {
                            break;
                        }
                        let (figures, bad) = judged(&template, seed).await;
                        let mut found = found.lock().unwrap();
                        found.0 += figures;
                        if let Some(bad) = bad {
                            stop.store(order.one_is_enough, Ordering::SeqCst);
                            found.1.push(bad);
                        }
                    }
                    template.app.is_forgotten().await;
                });
            });
        }
    });
    let (figures, mut bad) = found.into_inner().unwrap();
    bad.sort_by_key(|bad: &Bad| bad.seed);
    Summary {
        figures,
        bad,
        seconds: began.elapsed().as_secs_f64(),
    }
}

/// One history, and what is wrong with it. A panic is wrong too.
async fn judged(template: &Template, seed: u64) -> (Figures, Option<Bad>) {
    match AssertUnwindSafe(tell(template, seed)).catch_unwind().await {
        Ok(Ending {
            figures,
            violations,
            trace,
        }) => {
            let words: Vec<String> = violations.iter().map(ToString::to_string).collect();
            let bad = (!words.is_empty()).then_some(Bad { seed, words, trace });
            (figures, bad)
        }
        Err(panic) => {
            let words = panic
                .downcast_ref::<String>()
                .cloned()
                .or(panic
                    .downcast_ref::<&str>()
                    .map(|words| (*words).to_owned()))
                .unwrap_or_default();
            let bad = Bad {
                seed,
                words: vec![format!("panic: {words}")],
                trace: Vec::new(),
            };
            (Figures::default(), Some(bad))
        }
    }
}

fn alone<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(work)
}

impl Summary {
    fn line(&self) -> String {
        let f = &self.figures;
        format!(
            "{} histories, {} operations, {} deaths, {} restarts, {} faults, {} calls at Zoom, \
             {} mails, {} violations, {:.1} s ({:.0} ms each)",
            f.histories,
            f.operations,
            f.deaths,
            f.restarts,
            f.faults,
            f.calls,
            f.mails,
            self.bad.len(),
            self.seconds,
            self.seconds * 1000.0 / (f.histories.max(1) as f64),
        )
    }

    fn json(&self, from: u64) -> String {
        let f = &self.figures;
        serde_json::json!({
            "from": from, "histories": f.histories, "operations": f.operations,
            "deaths": f.deaths, "restarts": f.restarts, "faults": f.faults, "calls": f.calls,
            "mails": f.mails, "violations": self.bad.len(), "seconds": self.seconds.round(),
        })
        .to_string()
    }

    fn must_be_clean(&self) {
        let words: Vec<String> = self
            .bad
            .iter()
            .map(|bad| format!("seed {}: {}", bad.seed, bad.words.join("; ")))
            .collect();
        assert!(words.is_empty(), "{}", words.join("\n"));
    }
}

/// A database of PostgreSQL takes a moment to be copied.
fn few(on_sqlite: u64) -> u64 {
    if std::env::var_os("MIN42_TEST_DATABASE_URL").is_some() {
        on_sqlite / 12
    } else {
        on_sqlite
    }
}

#[test]
fn histories_end_with_every_promise_kept() {
    let summary = tell_all(&Order::of(few(150)));
    summary.must_be_clean();
    let figures = summary.figures;
    let enough = figures.deaths > figures.histories / 2 && figures.faults > figures.histories;
    assert!(enough, "{}", summary.line());
}

#[test]
fn the_same_seed_tells_the_same_history() {
    alone(async {
        let template = Template::new().await;
        for seed in 1..=few(12) {
            let (first, again) = (tell(&template, seed).await, tell(&template, seed).await);
            assert_eq!(first.trace, again.trace, "seed {seed}");
            assert_eq!(first.digest(), again.digest());
        }
        template.app.is_forgotten().await;
    });
}

#[test]
fn planted_bugs_are_found() {
    for bug in [Bug::BusyNotWritten, Bug::ToldForgotten, Bug::LogNotMasked] {
        let order = Order {
            planted: Some(bug),
            one_is_enough: true,
            ..Order::of(few(120))
        };
        assert!(is_found(bug, &order), "{} was not found", bug.word());
    }
}

/// What `bin/histories` runs: `MIN42_HISTORIES` names how many, from which seed, and with which bug.
#[test]
fn as_many_as_are_asked_for() {
    let asked = |name: &str| {
        #[expect(clippy::disallowed_methods, reason = "what bin/histories asks for")]
        std::env::var(name).ok().filter(|text| !text.is_empty())
    };
    let Some(count) = asked("MIN42_HISTORIES") else {
        return;
    };
    let number =
        |text: Option<String>, otherwise: u64| text.map_or(otherwise, |text| text.parse().unwrap());
    let from = number(asked("MIN42_HISTORIES_FROM"), 1);
    let order = |planted| Order {
        from,
        planted,
        threads: usize::try_from(number(asked("MIN42_HISTORIES_THREADS"), 2)).unwrap(),
        one_is_enough: planted.is_some(),
        ..Order::of(count.parse().unwrap())
    };
    match asked("MIN42_HISTORIES_PLANT").as_deref() {
        Some("all") => {
            let missed: Vec<&str> = FOUND_BY_HISTORIES
                .iter()
                .filter(|bug| !is_found(**bug, &order(Some(**bug))))
                .map(|bug| bug.word())
                .collect();
            assert!(missed.is_empty(), "not found: {missed:?}");
        }
        Some(word) => {
            let bug = Bug::from_word(word).expect("the name of a bug");
            assert!(is_found(bug, &order(Some(bug))), "{word} was not found");
        }
        None => {
            let summary = tell_all(&order(None));
            for bad in &summary.bad {
                println!("seed {}: {}", bad.seed, bad.words.join("; "));
            }
            if let Some(bad) = summary.bad.first() {
                println!("{}", bad.trace.join("\n"));
            }
            println!("{}", summary.line());
            println!("EVIDENCE {}", summary.json(from));
            assert!(summary.bad.is_empty(), "{}", summary.line());
        }
    }
}

/// Not the host's turn, which only matters between processes, nor the disk's.
const FOUND_BY_HISTORIES: [Bug; 19] = [
    Bug::CreateSentAgain,
    Bug::DoubtNotWritten,
    Bug::LeftoverForgotten,
    Bug::CancelForgetsRoom,
    Bug::GenerationIgnored,
    Bug::MarkNotVerified,
    Bug::GoneIgnored,
    Bug::DayUsedUpForgotten,
    Bug::RoundIgnored,
    Bug::LeaseIgnored,
    Bug::BusyNotWritten,
    Bug::ToldForgotten,
    Bug::SequenceNotRaised,
    Bug::RefreshNotLeased,
    Bug::SpentTokenKept,
    Bug::TokensStay,
    Bug::LogNotMasked,
    Bug::EntryNotOpened,
    Bug::OrgNotChecked,
];

/// Found: some history breaks a promise with the bug and none without it.
fn is_found(bug: Bug, order: &Order) -> bool {
    let summary = tell_all(order);
    let by_it = summary.bad.iter().find(|bad| {
        let alone = Order {
            from: bad.seed,
            threads: 1,
            ..Order::of(1)
        };
        tell_all(&alone).bad.is_empty()
    });
    match by_it {
        Some(bad) => println!(
            "{}: found at seed {} after {} histories, {:.1} s: {}",
            bug.word(),
            bad.seed,
            summary.figures.histories,
            summary.seconds,
            bad.words[0]
        ),
        None => println!("{}: NOT FOUND, {}", bug.word(), summary.line()),
    }
    by_it.is_some()
}
