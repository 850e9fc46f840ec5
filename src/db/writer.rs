//! How a write becomes durable: one writer task with group commit on SQLite, a spawned
//! transaction on PostgreSQL. A closure that fails or panics is undone alone.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use sqlx::PgPool;
use tokio::sync::{mpsc, oneshot};
use tracing::{Instrument as _, Span};

use super::query::command;
use super::{Conn, DbError, Heard, PoolUsage, Tx, lite};
use crate::planted::point;

/// How many waiting writes share one COMMIT at most.
const GROUP: usize = 64;
/// How long deleted secrets wait for readers to let go of the log, and when that is tried again.
const FORGET_PATIENCE: Duration = Duration::from_millis(200);
const FORGET_AGAIN: Duration = Duration::from_secs(1);

/// SQLite's IOERR_FSYNC and IOERR_DIR_FSYNC, as its errors are worded.
const SYNC_FAILED: [&str; 2] = ["(code: 1034)", "(code: 1290)"];

type Work = Box<dyn for<'a> FnOnce(&'a mut Tx) -> BoxFuture<'a, Ran> + Send>;
type Answer = Box<dyn FnOnce(Result<(), DbError>) + Send>;

/// What a closure left behind: whether to keep its changes, and whom to tell after the commit.
struct Ran {
    keep: bool,
    answer: Answer,
}

pub(super) struct Writer {
    queue: mpsc::Sender<Work>,
    pool: lite::Pool,
}

impl Writer {
    pub(super) fn start(pool: lite::Pool, heard: Heard) -> Writer {
        let (queue, waiting) = mpsc::channel(1024);
        let writer = Writer {
            queue,
            pool: pool.clone(),
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "the writer lives as long as the database"
        )]
        tokio::spawn(write_in_groups(pool, waiting, heard));
        writer
    }

    pub(super) async fn write<T, E, F>(&self, write: F) -> Result<T, E>
    where
        F: for<'a> FnOnce(&'a mut Tx) -> BoxFuture<'a, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (tell, told) = oneshot::channel::<Result<T, E>>();
        // What is logged in there belongs to the caller, though another task does it.
        let span = Span::current();
        let work: Work = Box::new(move |tx| {
            Box::pin(async move {
                let result = run_caught(tx, write).instrument(span).await;
                Ran {
                    keep: result.is_ok(),
                    answer: Box::new(move |committed| {
                        let result = result.and_then(|value| match committed {
                            Ok(()) => Ok(value),
                            Err(error) => Err(E::from(error)),
                        });
                        // The caller may have gone away; what was written stays written.
                        drop(tell.send(result));
                    }),
                }
            })
        });
        self.queue
            .send(work)
            .await
            .map_err(|_| E::from(DbError::Closed))?;
        told.await.unwrap_or_else(|_| Err(E::from(DbError::Closed)))
    }

    pub(super) fn usage(&self) -> PoolUsage {
        self.pool.usage()
    }

    pub(super) fn close(&self) {
        self.pool.close();
    }
}

async fn write_in_groups(pool: lite::Pool, mut waiting: mpsc::Receiver<Work>, heard: Heard) {
    let mut group = Vec::with_capacity(GROUP);
    let mut owes_forgetting = false;
    loop {
        // Those whose turn did not come in a group that failed are in the next.
        let came = match (group.is_empty(), owes_forgetting) {
            (false, _) => Some(group.len()),
            (true, false) => Some(gather(&mut waiting, &mut group).await),
            (true, true) => {
                let came = gather(&mut waiting, &mut group);
                tokio::time::timeout(FORGET_AGAIN, came).await.ok()
            }
        };
        if came == Some(0) {
            return;
        }
        let mut answers = Vec::with_capacity(group.len());
        let committed = match came {
            Some(_) => run_group(&pool, &heard, &mut group, &mut answers).await,
            None => Ok(After::default()),
        };
        if came.is_some() && answers.is_empty() {
            // Not even a transaction could be begun.
            group.clear();
        }
        if let Ok(after) = &committed {
            heard.committed(after.wakes_work);
            if after.forgets || owes_forgetting {
                owes_forgetting = !forget(&pool).await;
            }
        }
        for answer in answers {
            answer(match &committed {
                Ok(_) => Ok(()),
                Err(error) => Err(again(error)),
            });
        }
    }
}

/// The writes that wait, at least one; answers how many, none once nobody can write any more. Whoever
/// is about to write as well gets to it first: a commit costs more than a turn of everybody's.
async fn gather(waiting: &mut mpsc::Receiver<Work>, group: &mut Vec<Work>) -> usize {
    let came = waiting.recv_many(group, GROUP).await;
    if came > 0 {
        tokio::task::yield_now().await;
        while group.len() < GROUP {
            let Ok(work) = waiting.try_recv() else {
                break;
            };
            group.push(work);
        }
    }
    group.len()
}

/// What a commit asks for.
#[derive(Default)]
struct After {
    wakes_work: bool,
    forgets: bool,
}

/// Empties the log of writes into the database, where what was deleted is overwritten. Answers
/// whether it is empty now: somebody who reads may need it still.
async fn forget(pool: &lite::Pool) -> bool {
    let emptied = async {
        let mut conn = pool.acquire().await?;
        conn.waiting(|conn| {
            conn.busy_timeout(FORGET_PATIENCE)?;
            let busy: i64 =
                conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get(0))?;
            conn.busy_timeout(lite::PATIENCE)?;
            Ok(busy == 0)
        })
        .await
    }
    .await;
    emptied.unwrap_or_else(|error: DbError| {
        tracing::warn!(%error, "the log of writes could not be emptied");
        false
    })
}

/// Runs the waiting closures in one transaction.
async fn run_group(
    pool: &lite::Pool,
    heard: &Heard,
    group: &mut Vec<Work>,
    answers: &mut Vec<Answer>,
) -> Result<After, DbError> {
    let mut tx = Tx::on(Conn::Lite(pool.acquire().await?), heard);
    command(&mut tx, "BEGIN IMMEDIATE; SAVEPOINT one").await?;
    let done = run_each(&mut tx, group, answers).await;
    if let Err(error) = done {
        stop_after_a_failed_sync(&error);
        // Nothing was acknowledged yet: undo all of it, and tell everybody. Where SQLite has ended
        // the transaction itself there is nothing to undo; the connection is not used again.
        if let (Err(_), Conn::Lite(conn)) = (command(&mut tx, "ROLLBACK").await, tx.reader.conn) {
            conn.discard();
        }
        return Err(error);
    }
    Ok(After {
        wakes_work: tx.wakes_work,
        forgets: tx.forgets,
    })
}

/// What a failed sync has lost can't be known, and the next one would say that all is well: better
/// to begin anew with what is on the disk.
fn stop_after_a_failed_sync(error: &DbError) {
    let is_one = |words: &str| SYNC_FAILED.iter().any(|code| words.contains(code));
    if matches!(error, DbError::Disk(words) if is_one(words)) {
        tracing::error!(%error, "the disk failed to keep what was written: 42min stops");
        std::process::exit(1);
    }
}

/// The first finds a savepoint set; what is undone leaves its own to the next, and COMMIT ends the last.
async fn run_each(
    tx: &mut Tx,
    group: &mut Vec<Work>,
    answers: &mut Vec<Answer>,
) -> Result<(), DbError> {
    while !group.is_empty() {
        let work = group.remove(0);
        let woke_before = tx.wakes_work;
        let ran = work(tx).await;
        answers.push(ran.answer);
        if !ran.keep {
            tx.wakes_work = woke_before;
            let undone = command(tx, "ROLLBACK TO one").await;
            // Gone with the whole transaction, which SQLite ends only when the disk is at fault.
            undone.map_err(|error| DbError::Disk(error.to_string()))?;
        } else if !group.is_empty() {
            command(tx, "RELEASE one; SAVEPOINT one").await?;
        }
    }
    commit(tx).await
}

async fn commit(tx: &mut Tx) -> Result<(), DbError> {
    point::pass("commit.next")?;
    match &mut tx.reader.conn {
        Conn::Lite(conn) => conn.waiting(|conn| conn.execute_batch("COMMIT")).await?,
        Conn::Pg(_) => command(tx, "COMMIT").await?,
    }
    Ok(point::pass("commit.done")?)
}

pub(super) async fn write_alone<T, E, F>(pool: PgPool, heard: Heard, write: F) -> Result<T, E>
where
    F: for<'a> FnOnce(&'a mut Tx) -> BoxFuture<'a, Result<T, E>> + Send + 'static,
    T: Send + 'static,
    E: From<DbError> + Send + 'static,
{
    let whole = async move {
        let conn = pool.acquire().await.map_err(|e| E::from(e.into()))?;
        let mut tx = Tx::on(Conn::Pg(conn), &heard);
        command(&mut tx, "BEGIN").await.map_err(E::from)?;
        let result = run_caught(&mut tx, write).await;
        let ended = match &result {
            Ok(_) => commit(&mut tx).await,
            Err(_) => command(&mut tx, "ROLLBACK").await,
        };
        if let Err(error) = ended {
            // A connection in an unknown state must not go back to the pool.
            if let Conn::Pg(conn) = tx.reader.conn {
                drop(conn.detach());
            }
            return Err(E::from(error));
        }
        if result.is_ok() {
            heard.committed(tx.wakes_work);
        }
        result
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "a dropped request must not drop a transaction"
    )]
    match tokio::spawn(whole.in_current_span()).await {
        Ok(result) => result,
        Err(_) => Err(E::from(DbError::Panicked)),
    }
}

async fn run_caught<T, E, F>(tx: &mut Tx, write: F) -> Result<T, E>
where
    F: for<'a> FnOnce(&'a mut Tx) -> BoxFuture<'a, Result<T, E>>,
    E: From<DbError>,
{
    match AssertUnwindSafe(write(tx)).catch_unwind().await {
        Ok(result) => result,
        Err(_) => Err(E::from(DbError::Panicked)),
    }
}

fn again(error: &DbError) -> DbError {
    match error {
        DbError::Disk(words) => DbError::Disk(words.clone()),
        DbError::Unique(_)
        | DbError::Overlap
        | DbError::Value(_)
        | DbError::Panicked
        | DbError::Closed
        | DbError::Sql(_) => DbError::Value(format!("the group's commit failed: {error}")),
    }
}
