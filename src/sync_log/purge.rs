//! Once a day the log forgets what is older than it is kept; and with it who tried what too often.

use super::store;
use crate::app::App;
use crate::clock::days;
use crate::id::Id;
use crate::installation::Installation;
use crate::outbox::{self, Job, Kind, Outcome};
use crate::planted::point;
use crate::web::limit;

/// Deleted in one transaction; no other writer waits longer for it than for a few commits.
const AT_ONCE: i64 = 500;
/// Of one run, so that it ends well before its lease does.
const MOST_ROUNDS: usize = 40;

/// Asks for the first run: at each start, as there may have been none before.
pub async fn schedule(app: &App) -> anyhow::Result<()> {
    let (now, one) = (
        app.now(),
        Id::<Installation>::from_uuid(app.installation.id),
    );
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { Ok(outbox::store::enqueue(tx, Kind::Purge, one, now).await?) })
        })
        .await
}

pub async fn run(app: &App, _: &Job) -> anyhow::Result<Outcome> {
    limit::forget(app).await?;
    let before = app.now() - days(app.config.sync_log_days);
    for _ in 0..MOST_ROUNDS {
        let gone = app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move {
                    let gone = store::delete_before(tx, before, AT_ONCE).await?;
                    point::pass("purge.writing")?;
                    Ok(gone)
                })
            })
            .await?;
        point::pass("purge.written")?;
        if i64::try_from(gone)? < AT_ONCE {
            return Ok(Outcome::Again {
                at: app.now() + days(1),
                why: "looked at daily".to_owned(),
            });
        }
    }
    Ok(Outcome::Again {
        at: app.now(),
        why: "there is more to forget".to_owned(),
    })
}
