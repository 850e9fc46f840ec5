//! Runs jobs: takes what is due, runs several at a time, sleeps until the next is due or a commit
//! rings. Any number of processes may do so on one database.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tracing::Instrument as _;
use tracing::field::Empty;

use super::store::Free;
use super::{Job, Kind, Outcome, dispatch, store};
use crate::app::App;
use crate::id::Id;
use crate::installation;
use crate::planted::{control, point};

/// Jobs running at once in one process. Most of their time they wait for a provider's answer.
const AT_ONCE: usize = 64;
/// So many of them at most make rooms, which come first: something is left for letters.
const ROOMS_AT_ONCE: usize = 48;
/// How long to sleep when nothing is due here: another process may have enqueued something.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// A call to Zoom that is on its way is waited for after the signal to stop: its answer may carry
/// new tokens. What takes longer is handed over.
const FINISH: Duration = Duration::from_secs(25);

/// Works until `stop` turns true, then finishes what has begun.
pub async fn work(app: App, mut stop: watch::Receiver<bool>) {
    let mut running = JoinSet::new();
    let mut held: Vec<Job> = Vec::new();
    let bell = app.db.work();
    while !*stop.borrow() {
        let rooms = held.iter().filter(|job| job.kind == Kind::Conference);
        let free = Free {
            hands: AT_ONCE - running.len(),
            for_rooms: ROOMS_AT_ONCE.saturating_sub(rooms.count()),
        };
        let claimed = match claim(&app, free).await {
            Ok(jobs) => jobs,
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "jobs could not be claimed");
                Vec::new()
            }
        };
        let found_some = !claimed.is_empty();
        for job in claimed {
            let app = app.clone();
            held.push(job.clone());
            running.spawn(async move {
                let which = (job.id, job.lease);
                run_and_finish(&app, job).await;
                which
            });
        }
        if found_some && running.len() < AT_ONCE {
            continue;
        }
        // With all hands full the next due job can't be taken: only an end of one matters.
        let pause = if running.len() < AT_ONCE {
            control::nap(pause(&app).await)
        } else {
            LOOK_AGAIN
        };
        tokio::select! {
            _ = bell.notified(), if running.len() < AT_ONCE => {}
            Some(ended) = running.join_next() => forget(&mut held, &ended),
            _ = tokio::time::timeout(pause, std::future::pending::<()>()) => {}
            _ = stop.changed() => {}
        }
    }
    let finish = async {
        while let Some(ended) = running.join_next().await {
            forget(&mut held, &ended);
        }
    };
    if tokio::time::timeout(FINISH, finish).await.is_err() {
        running.shutdown().await;
        hand_over(&app, held).await;
    }
}

/// By its lease, as it may have been taken again already.
fn forget(held: &mut Vec<Job>, ended: &Result<(Id<Job>, i64), JoinError>) {
    if let Ok(ended) = ended {
        held.retain(|job| (job.id, job.lease) != *ended);
    }
}

/// Another process, or the next, takes these up at once instead of when their leases end.
async fn hand_over(app: &App, jobs: Vec<Job>) {
    let given = app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { Ok(store::give_up_leases(tx, &jobs).await?) })
        })
        .await;
    if let Err(error) = given {
        tracing::error!(
            error = format!("{error:#}"),
            "jobs could not be handed over"
        );
    }
}

async fn pause(app: &App) -> Duration {
    let next = async { store::next_due(&mut app.db.read().await?).await }.await;
    match next {
        Ok(Some(at)) => {
            let micros = at.as_microsecond() - app.now().as_microsecond();
            Duration::from_micros(u64::try_from(micros).unwrap_or(0))
                .clamp(Duration::from_millis(5), LOOK_AGAIN)
        }
        Ok(None) | Err(_) => LOOK_AGAIN,
    }
}

async fn claim(app: &App, free: Free) -> anyhow::Result<Vec<Job>> {
    let now = app.now();
    if free.hands == 0 {
        return Ok(Vec::new());
    }
    let inner = app.clone();
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                // Another process may have put the installation on hold, or an admin ended that.
                inner.installation.learn(installation::standing(tx).await?);
                if inner.installation.is_held() {
                    return Ok(Vec::new());
                }
                Ok(store::claim(tx, now, free).await?)
            })
        })
        .await
}

/// Takes and runs one due job, here and now. Answers whether there was one: tests drive the work
/// with this instead of a running worker.
pub async fn run_one(app: &App) -> anyhow::Result<bool> {
    let one = Free {
        hands: 1,
        for_rooms: 1,
    };
    let Some(job) = claim(app, one).await?.pop() else {
        return Ok(false);
    };
    run_and_finish(app, job).await;
    Ok(true)
}

async fn run_and_finish(app: &App, job: Job) {
    let span = tracing::error_span!(
        "job",
        kind = job.kind.word(),
        subject = %job.subject,
        attempt = job.attempt,
        otel.status_code = Empty,
    );
    async {
        let began = Instant::now();
        let (outcome, word) = run(app, &job).await;
        let took = began.elapsed();
        app.figures.run(job.kind, word, took);
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        tracing::info!(outcome = word, ms, "job ended");
        finish(app, job, outcome).await;
    }
    .instrument(span)
    .await;
}

/// Runs it, whatever happens; answers how it ended, and that in a word for operators. The reasons
/// stay in the database: a mail server's may name the recipient.
async fn run(app: &App, job: &Job) -> (Outcome, &'static str) {
    let failed = |why: String| {
        tracing::Span::current().record("otel.status_code", "ERROR");
        store::try_again(job, &app.clock, &app.entropy, why)
    };
    let ran = async {
        point::pass("job.leased")?;
        let outcome = dispatch::run(app, job).await?;
        point::pass("job.ran")?;
        Ok::<_, anyhow::Error>(outcome)
    };
    match AssertUnwindSafe(ran).catch_unwind().await {
        Ok(Ok(outcome)) => {
            let word = match outcome {
                Outcome::Done | Outcome::Written => "done",
                Outcome::Again { .. } => "again",
                Outcome::GaveUp { .. } => "gave_up",
            };
            (outcome, word)
        }
        Ok(Err(error)) => {
            let why = format!("{error:#}");
            tracing::error!(error = why, "job failed");
            (failed(why), "failed")
        }
        Err(_) => {
            tracing::error!("job panicked");
            (failed("panicked".to_owned()), "panicked")
        }
    }
}

async fn finish(app: &App, job: Job, outcome: Outcome) {
    if outcome == Outcome::Written {
        return;
    }
    let now = app.now();
    let written = app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { Ok(store::finish(tx, &job, &outcome, now).await?) })
        })
        .await;
    if let Err(error) = written {
        // The lease runs out and the job is run again: it is made to bear that.
        tracing::error!(
            error = format!("{error:#}"),
            "a job's end could not be written"
        );
    }
}
