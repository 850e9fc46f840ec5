//! Sends one letter: at least once, with the same Message-ID each time.

use jiff::Timestamp;
use tracing::Instrument as _;

use super::Letter;
use super::mime::{self, Sender};
use super::store::{self, Body, Stored};
use super::transport::{Sent, Unsent};
use crate::app::App;
use crate::clock::days;
use crate::id::Id;
use crate::outbox::{self, Job, Outcome};
use crate::planted::point;

/// A letter that could not leave for so long says nothing useful any more.
const GIVES_UP_AFTER_DAYS: i64 = 3;

pub async fn run(app: &App, job: &Job) -> anyhow::Result<Outcome> {
    let stored = store::unsent(&mut app.db.read().await?, job.subject()).await?;
    let Some(Stored {
        body: Body(letter),
        created_at,
        ..
    }) = stored
    else {
        return Ok(Outcome::Done);
    };
    let message = match mime::message(&letter, &Sender::of(&app.config), created_at) {
        Ok(message) => message,
        Err(why) => return fail(app, letter.id, why.to_string()).await,
    };
    point::pass("mail.sending")?;
    let span = tracing::error_span!("letter", letter = %letter.id, otel.kind = "client");
    let sent = app.mail.send(&letter, message).instrument(span).await;
    point::pass("mail.left")?;
    match sent {
        Ok(Sent::Left) => {
            app.figures.letter("sent");
            let outcome = mark_sent(app, job, letter.id).await?;
            point::pass("mail.marked")?;
            Ok(outcome)
        }
        Ok(Sent::Kept) => {
            app.figures.letter("kept");
            Ok(Outcome::Done)
        }
        Err(Unsent::Later(_)) if is_stale(created_at, app.now()) => {
            let why = format!("could not be sent for {GIVES_UP_AFTER_DAYS} days");
            fail(app, letter.id, why).await
        }
        Err(Unsent::Later(why)) => {
            app.figures.letter("deferred");
            Ok(outbox::store::try_again(job, &app.clock, &app.entropy, why))
        }
        Err(Unsent::Never(why)) => fail(app, letter.id, why).await,
    }
}

fn is_stale(created_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(created_at) > days(GIVES_UP_AFTER_DAYS)
}

/// Not fenced by the job's lease: the letter has left, whoever else may be at it now.
async fn mark_sent(app: &App, job: &Job, letter: Id<Letter>) -> anyhow::Result<Outcome> {
    let (job, now) = (job.clone(), app.now());
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                store::mark_sent(tx, letter, now).await?;
                Ok(outbox::store::done(tx, &job, now).await?)
            })
        })
        .await
}

async fn fail(app: &App, letter: Id<Letter>, why: String) -> anyhow::Result<Outcome> {
    // The words stay in the database: a mail server's answer may name the recipient.
    tracing::warn!(letter = %letter, "letter given up");
    app.figures.letter("failed");
    let now = app.now();
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { Ok(store::mark_failed(tx, letter, &why, now).await?) })
        })
        .await?;
    Ok(Outcome::Done)
}

#[cfg(test)]
mod tests;
