//! The jobs table. Jobs belong to the server, not to an org: their subjects do.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Job, Kind, Outcome};
use crate::clock::{Clock, seconds};
use crate::db::{DbError, Query, Reader, Tx, sql, sql_by};
use crate::entropy::Entropy;
use crate::id::Id;
use crate::planted::bug::{Bug, planted};

/// How long a job is a worker's own. Longer than any call to the outside, with room to write.
pub const LEASE_SECONDS: i64 = 120;

/// Asks for work, once the transaction commits. A job that waits already is moved forward if need
/// be, and one that runs now runs once more: a hint is never lost, ten hints cost one run.
pub async fn enqueue<T>(
    tx: &mut Tx,
    kind: Kind,
    subject: Id<T>,
    run_at: Timestamp,
) -> Result<(), DbError> {
    enqueue_all(tx, vec![(kind, subject, run_at)]).await
}

/// Several at once, in the order in which everybody takes jobs' rows: by kind, then by subject. Two who
/// move from one meeting to another, crosswise, can't wait for each other.
pub async fn enqueue_all<T>(
    tx: &mut Tx,
    mut work: Vec<(Kind, Id<T>, Timestamp)>,
) -> Result<(), DbError> {
    if work.is_empty() {
        return Ok(());
    }
    work.sort_unstable_by_key(|(kind, subject, at)| (*kind, subject.uuid(), *at));
    work.dedup_by_key(|(kind, subject, _)| (*kind, subject.uuid()));
    for some in work.chunks(AT_ONCE) {
        let rows: Vec<String> = (0..some.len()).map(row).collect();
        let mut query = sql(format!(
            "INSERT INTO jobs (id, kind, subject, run_at, due_since, attempt, round, lease)
             VALUES {}
             ON CONFLICT (kind, subject) DO UPDATE SET
                run_at = CASE WHEN excluded.run_at < jobs.run_at OR jobs.gave_up_at IS NOT NULL
                              THEN excluded.run_at ELSE jobs.run_at END,
                due_since = CASE WHEN excluded.run_at < jobs.due_since OR jobs.gave_up_at IS NOT NULL
                              THEN excluded.run_at ELSE jobs.due_since END,
                round = jobs.round + 1, attempt = 0, gave_up_at = NULL",
            rows.join(", ")
        ));
        for (kind, subject, run_at) in some {
            // A job's id says nothing; one made from its subject needs no chance.
            query = query
                .bind(job_id(*kind, subject.uuid()))
                .bind(*kind)
                .bind(subject.uuid())
                .bind(*run_at);
        }
        query.run(tx).await?;
    }
    tx.wake_work();
    Ok(())
}

/// How many jobs one statement takes at most.
const AT_ONCE: usize = 16;

/// The placeholders of the nth job of a statement.
fn row(nth: usize) -> String {
    let [id, kind, subject, run_at] = [1, 2, 3, 4].map(|place| nth * 4 + place);
    format!("(${id}, ${kind}, ${subject}, ${run_at}, ${run_at}, 0, 1, 0)")
}

/// One row for each kind and subject, so the id can be made of the two.
fn job_id(kind: Kind, subject: Uuid) -> Uuid {
    let mut bytes = *subject.as_bytes();
    let digest = crate::seal::token_hash(&format!("{}|{subject}", kind.word()));
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// How many jobs may be taken, and how many of them to make rooms.
#[derive(Clone, Copy, Debug)]
pub struct Free {
    pub hands: usize,
    pub for_rooms: usize,
}

/// Leases the due jobs of some kinds that have waited longest.
macro_rules! due {
    ($kinds:literal) => {
        sql_by(
            concat!(
                "UPDATE jobs SET lease = lease + 1, leased_until = $3
                 WHERE id IN (SELECT id FROM jobs WHERE kind ",
                $kinds,
                " AND gave_up_at IS NULL AND run_at <= $1
                    AND (leased_until IS NULL OR leased_until <= $1)
                    ORDER BY run_at, id LIMIT $2)
                 RETURNING id, kind, subject, attempt, round, lease, leased_until, run_at"
            ),
            concat!(
                "WITH due AS MATERIALIZED (SELECT id FROM jobs WHERE kind ",
                $kinds,
                " AND gave_up_at IS NULL AND run_at <= $1
                    AND (leased_until IS NULL OR leased_until <= $1)
                    ORDER BY run_at, id LIMIT $2 FOR UPDATE SKIP LOCKED)
                 UPDATE jobs SET lease = lease + 1, leased_until = $3
                 FROM due WHERE jobs.id = due.id
                 RETURNING jobs.id, kind, subject, attempt, round, lease, leased_until, run_at"
            ),
        )
    };
}

/// Takes due jobs, those first that have waited longest, but rooms before all else: somebody looks at
/// a page that waits for its link, and letters can follow. Nobody else gets them until the lease ends.
pub async fn claim(tx: &mut Tx, now: Timestamp, free: Free) -> Result<Vec<Job>, DbError> {
    let mut jobs = take(
        tx,
        due!("= 'conference'"),
        now,
        free.hands.min(free.for_rooms),
    )
    .await?;
    let hands = free.hands - jobs.len();
    jobs.extend(take(tx, due!("<> 'conference'"), now, hands).await?);
    Ok(jobs)
}

async fn take(tx: &mut Tx, due: Query, now: Timestamp, most: usize) -> Result<Vec<Job>, DbError> {
    if most == 0 {
        return Ok(Vec::new());
    }
    let mut jobs: Vec<Job> = due
        .bind(now)
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .bind(now + seconds(LEASE_SECONDS))
        .all(tx)
        .await?;
    jobs.sort_unstable_by_key(|job| (job.run_at, job.id));
    Ok(jobs)
}

/// Whether the job is still ours; holds its row until the end of the transaction, so that what is
/// written beside it can't come from a worker whose lease another has taken.
pub async fn still_ours(tx: &mut Tx, job: &Job) -> Result<bool, DbError> {
    let held = sql("UPDATE jobs SET lease = lease WHERE id = $1 AND lease = $2")
        .bind(job.id)
        .bind(job.lease)
        .run(tx)
        .await?;
    Ok(held == 1 || planted(Bug::LeaseIgnored))
}

/// Writes that a job is done, in one transaction with what it did.
pub async fn done(tx: &mut Tx, job: &Job, now: Timestamp) -> Result<Outcome, DbError> {
    finish(tx, job, &Outcome::Done, now).await?;
    Ok(Outcome::Written)
}

/// Writes how a run ended. A hint that came during the run makes the job run again at once.
pub async fn finish(
    tx: &mut Tx,
    job: &Job,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<(), DbError> {
    if *outcome == Outcome::Done {
        let any_round = planted(Bug::RoundIgnored);
        let gone = sql("DELETE FROM jobs WHERE id = $1 AND lease = $2 AND (round = $3 OR $4 = 1)")
            .bind(job.id)
            .bind(job.lease)
            .bind(job.round)
            .bind(i64::from(any_round))
            .run(tx)
            .await?;
        if gone == 1 {
            return Ok(());
        }
    }
    let (run_at, why, gave_up_at) = match outcome {
        Outcome::Written => return Ok(()),
        // A hint came during the run.
        Outcome::Done => (now, None, None),
        Outcome::Again { at, why } => (*at, Some(why.clone()), None),
        Outcome::GaveUp { why } => (now, Some(why.clone()), Some(now)),
    };
    let due_anew = (*outcome == Outcome::Done).then_some(now);
    sql(
        "UPDATE jobs SET leased_until = NULL, why = $4, due_since = COALESCE($7, due_since),
            run_at = CASE WHEN round = $3 THEN $5 WHEN run_at < $5 THEN run_at ELSE $5 END,
            attempt = CASE WHEN round = $3 THEN attempt + 1 ELSE 0 END,
            gave_up_at = CASE WHEN round = $3 THEN $6 ELSE NULL END
         WHERE id = $1 AND lease = $2",
    )
    .bind(job.id)
    .bind(job.lease)
    .bind(job.round)
    .bind(why)
    .bind(run_at)
    .bind(gave_up_at)
    .bind(due_anew)
    .run(tx)
    .await?;
    tx.wake_work();
    Ok(())
}

/// Lets others have these jobs, as far as they are still ours.
pub async fn give_up_leases(tx: &mut Tx, jobs: &[Job]) -> Result<(), DbError> {
    for job in jobs {
        sql("UPDATE jobs SET leased_until = NULL WHERE id = $1 AND lease = $2")
            .bind(job.id)
            .bind(job.lease)
            .run(tx)
            .await?;
    }
    Ok(())
}

/// When the next job is due, if any waits. While the installation is on hold they all rest.
pub async fn next_due(reader: &mut Reader) -> Result<Option<Timestamp>, DbError> {
    let held: Option<i64> = sql("SELECT MAX(held_at) FROM installation")
        .one(reader)
        .await?;
    if held.is_some() {
        return Ok(None);
    }
    // Few are leased; those that wait may be many, and the first of them is the first of their index.
    let at: Option<i64> = sql("SELECT MIN(at) FROM (
            SELECT MIN(run_at) AS at FROM jobs WHERE gave_up_at IS NULL AND leased_until IS NULL
            UNION ALL
            SELECT MIN(CASE WHEN leased_until < run_at THEN run_at ELSE leased_until END)
            FROM jobs WHERE gave_up_at IS NULL AND leased_until IS NOT NULL) AS firsts")
    .one(reader)
    .await?;
    Ok(at.map(crate::clock::from_micros))
}

/// When this subject's job runs next, if one waits.
pub async fn waits_until<T>(
    reader: &mut Reader,
    kind: Kind,
    subject: Id<T>,
) -> Result<Option<Timestamp>, DbError> {
    sql("SELECT run_at FROM jobs WHERE kind = $1 AND subject = $2 AND gave_up_at IS NULL")
        .bind(kind)
        .bind(subject.uuid())
        .maybe(reader)
        .await
}

/// The outcome of a run that has to be repeated later, by the law of `backoff`.
pub fn try_again(job: &Job, clock: &Clock, entropy: &Entropy, why: impl Into<String>) -> Outcome {
    let at = super::backoff::next_try(job.attempt, entropy.jitter(), clock.now());
    Outcome::Again {
        at,
        why: why.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestApp;

    async fn kinds_claimed(app: &TestApp, free: Free) -> Vec<Kind> {
        let now = app.now();
        let jobs = app.write(move |tx| Box::pin(async move { Ok(claim(tx, now, free).await?) }));
        jobs.await.into_iter().map(|job| job.kind).collect()
    }

    #[tokio::test]
    async fn rooms_come_before_letters_that_wait_longer_and_leave_them_some_hands() {
        let app = TestApp::start().await;
        let now = app.now();
        app.write(move |tx| {
            Box::pin(async move {
                let mut work = Vec::new();
                for id in [1, 2, 3, 4_u128] {
                    let subject = Id::<()>::from_uuid(Uuid::from_u128(id));
                    work.push((Kind::Letters, subject, now - seconds(60)));
                    work.push((Kind::Conference, subject, now));
                }
                Ok(enqueue_all(tx, work).await?)
            })
        })
        .await;
        let free = |hands, for_rooms| Free { hands, for_rooms };
        let one_of_each = [Kind::Conference, Kind::Letters];
        assert_eq!(kinds_claimed(&app, free(2, 1)).await, one_of_each);
        assert_eq!(kinds_claimed(&app, free(1, 0)).await, [Kind::Letters]);
        let rooms = [Kind::Conference; 2];
        assert_eq!(kinds_claimed(&app, free(2, 9)).await, rooms);
        assert_eq!(kinds_claimed(&app, free(9, 9)).await.len(), 3);
        assert_eq!(kinds_claimed(&app, free(9, 9)).await.len(), 0);
    }
}
