//! What a grant sets going. Once a day: does the connection still work? Zoom's word that it was
//! removed may never come. While it is broken its owner is reminded on days 3, 7 and 14; when it is
//! whole again they hear of that too.

use super::connection::{Connection, Facts};
use super::store::{self, Linked};
use super::tokens::{self, NoToken};
use super::{budget, mails, sweep, wish};
use crate::app::App;
use crate::clock::{days, minutes};
use crate::db::Tx;
use crate::outbox::{self, Job, Kind, Outcome};

pub(super) const REMIND_ON_DAYS: [i64; 3] = [3, 7, 14];
/// The first look at an account's list comes when what waited has had its turn.
const SETTLED_MINUTES: i64 = 1;
/// Zoom keeps deleted meetings for seven days.
const BIN_DAYS: i64 = 8;

/// Jobs of a connection that was just granted.
pub async fn begin(tx: &mut Tx, app: &App, facts: &Facts) -> anyhow::Result<()> {
    let (now, soon) = (app.now(), app.now() + minutes(SETTLED_MINUTES));
    outbox::store::enqueue(tx, Kind::Tend, facts.id, now + days(1)).await?;
    outbox::store::enqueue(tx, Kind::Sweep, facts.id, soon).await?;
    if store::knows_it_broke(tx, facts.org, facts.id).await? {
        outbox::store::enqueue(tx, Kind::Mended, facts.id, soon).await?;
    }
    Ok(())
}

pub async fn run(app: &App, job: &Job) -> anyhow::Result<Outcome> {
    let found = store::linked_of_job(&mut app.db.read().await?, job.subject()).await?;
    let Some(linked) = found else {
        return Ok(Outcome::Done);
    };
    let tomorrow = Outcome::Again {
        at: app.now() + days(1),
        why: "looked at daily".to_owned(),
    };
    if linked.connection.disconnecting_at.is_some() {
        return Ok(Outcome::Done);
    }
    let Some(since) = linked.connection.broken_since else {
        tidy(app, &linked).await?;
        return Ok(match tokens::probe(app, &linked).await? {
            Ok(()) => {
                forget_doubt(app, &linked).await?;
                tomorrow
            }
            Err(NoToken::LookAgain) => tomorrow,
            Err(NoToken::Later { .. }) => Outcome::Again {
                at: app.now() + minutes(30),
                why: "Zoom could not be asked".to_owned(),
            },
        });
    };
    let day = app.now().duration_since(since).as_hours() / 24;
    if REMIND_ON_DAYS.contains(&day) {
        remind(app, &linked, day).await?;
    }
    Ok(if day >= 14 {
        Outcome::Done
    } else {
        Outcome::Again {
            at: since + days(day + 1),
            why: "broken".to_owned(),
        }
    })
}

/// What is over is forgotten, and the list is compared at least once a day, whatever was lost.
async fn tidy(app: &App, linked: &Linked) -> anyhow::Result<()> {
    let (id, now) = (linked.connection.id, app.now());
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                budget::store::forget_before(tx, now - days(2)).await?;
                wish::store::forget_gone_before(tx, now - days(BIN_DAYS)).await?;
                sweep::store::forget_strays_before(tx, now - days(1)).await?;
                Ok(outbox::store::enqueue(tx, Kind::Sweep, id, now).await?)
            })
        })
        .await
}

/// What may have been a removal of this grant was none.
async fn forget_doubt(app: &App, linked: &Linked) -> anyhow::Result<()> {
    let (org, id) = (linked.connection.org_id, linked.connection.id);
    let mut reader = app.db.read().await?;
    if !store::is_removal_said(&mut reader, org, id).await? {
        return Ok(());
    }
    drop(reader);
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { Ok(store::forget_removal_said(tx, org, id).await?) })
        })
        .await
}

async fn remind(app: &App, linked: &Linked, day: i64) -> anyhow::Result<()> {
    let Connection::Broken(broken) = linked.connection.open(&app.seal)? else {
        return Ok(());
    };
    let app = app.clone();
    app.db
        .clone()
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                let facts = &broken.facts;
                // Once for each of the days, however often the job runs.
                if store::remind(tx, facts.org, facts.id, day).await? {
                    mails::connection_broken(tx, &app, &broken).await?;
                }
                Ok(())
            })
        })
        .await
}

/// A minute after it was connected again: whoever was told that it broke hears what came of it.
pub async fn mended(app: &App, job: &Job) -> anyhow::Result<Outcome> {
    let (app, job) = (app.clone(), job.clone());
    app.db
        .clone()
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                let Some(linked) = store::linked_of_job(tx, job.subject()).await? else {
                    return Ok(Outcome::Done);
                };
                let (org, id) = (linked.connection.org_id, linked.connection.id);
                if linked.is_connected() && store::told_it_is_whole(tx, org, id).await? {
                    mails::connected_again(tx, &app, &linked).await?;
                }
                Ok(Outcome::Done)
            })
        })
        .await
}
