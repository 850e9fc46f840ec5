//! Once a day what is kept no longer is deleted: the log past its days, and what has ended by itself
//! (sessions, mailed links, sign-ins at a provider, counted tries, counted days).

use futures_util::future::BoxFuture;
use jiff::Timestamp;

use crate::app::App;
use crate::clock::days;
use crate::db::{DbError, Tx};
use crate::id::Id;
use crate::installation::Installation;
use crate::outbox::{self, Job, Kind, Outcome};
use crate::planted::point;
use crate::web::limit;
use crate::{accounts, conferencing, sync_log};

/// Deleted in one transaction; no other writer waits longer for it than for a few commits.
const AT_ONCE: i64 = 500;
/// Of one run, so that it ends well before its lease does.
const MOST_ROUNDS: usize = 40;
/// How long what has ended by itself is kept, in case somebody asks what happened.
const ENDED_DAYS: i64 = 2;

/// Deletes so many rows that are older than an instant, in all orgs; answers how many.
type Forget = for<'a> fn(&'a mut Tx, Timestamp, i64) -> BoxFuture<'a, Result<u64, DbError>>;

const ENDED: [Forget; 5] = [
    |tx, before, most| Box::pin(accounts::store::forget_sessions(tx, before, most)),
    |tx, before, most| Box::pin(accounts::store::forget_links(tx, before, most)),
    |tx, before, most| Box::pin(conferencing::store::forget_sign_ins(tx, before, most)),
    |tx, before, most| Box::pin(conferencing::budget::store::forget_days(tx, before, most)),
    |tx, before, most| Box::pin(limit::forget(tx, before, most)),
];

/// Asks for the first run: at each start, as there may have been none before.
pub async fn schedule(app: &App) -> anyhow::Result<()> {
    let (now, one) = (
        app.now(),
        Id::<Installation>::from_uuid(app.installation.id()),
    );
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { Ok(outbox::store::enqueue(tx, Kind::Purge, one, now).await?) })
        })
        .await
}

pub async fn run(app: &App, _: &Job) -> anyhow::Result<Outcome> {
    let log: Forget = |tx, before, most| Box::pin(sync_log::store::delete_before(tx, before, most));
    let mut is_done = forget(app, log, app.config.sync_log_days).await?;
    for ended in ENDED {
        is_done &= forget(app, ended, ENDED_DAYS).await?;
    }
    Ok(match is_done {
        true => Outcome::Again {
            at: app.now() + days(1),
            why: "looked at daily".to_owned(),
        },
        false => Outcome::Again {
            at: app.now(),
            why: "there is more to forget".to_owned(),
        },
    })
}

/// Whether all of it is gone.
async fn forget(app: &App, what: Forget, after_days: i64) -> anyhow::Result<bool> {
    let before = app.now() - days(after_days);
    for _ in 0..MOST_ROUNDS {
        let gone = app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move {
                    let gone = what(tx, before, AT_ONCE).await?;
                    point::pass("purge.writing")?;
                    Ok(gone)
                })
            })
            .await?;
        point::pass("purge.written")?;
        if i64::try_from(gone)? < AT_ONCE {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Role;
    use crate::clock::hours;
    use crate::testing::TestApp;

    #[tokio::test]
    async fn what_has_ended_by_itself_is_forgotten_two_days_later() {
        let app = TestApp::start_with_zoom().await;
        let org = app.org("Engines").await;
        let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
        app.zoom_on(org).await;
        let mut browser = app.browser_of(&ada).await;
        browser
            .post("/360/integrations/zoom/connect", &[("role", "personal")])
            .await;
        let form = [("email", ada.email.as_str()), ("password", "wrong")];
        app.browser().post("/sign-in", &form).await;
        app.browser().post("/forgot", &form[..1]).await;
        let tables = ["sessions", "person_links", "sign_ins_abroad", "tries"];
        for table in tables {
            assert!(app.rows(table).await > 0, "{table}");
        }
        schedule(&app.app).await.unwrap();
        app.settle_for(days(1)).await;
        assert!(app.rows("sessions").await > 0, "a session that lives stays");
        assert_eq!(app.rows("sign_ins_abroad").await, 1, "kept for a while");
        app.settle_for(days(14 + ENDED_DAYS) + hours(1)).await;
        for table in tables {
            assert_eq!(app.rows(table).await, 0, "{table}");
        }
    }
}
