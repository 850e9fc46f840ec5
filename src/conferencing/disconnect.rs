//! Disconnecting: the connection is unusable with the first commit; then Zoom is told to revoke,
//! and the row and both tokens go whatever Zoom said. A job finishes it after a crash.

use std::time::{Duration, Instant};

use super::connection::{Connection, Tokens};
use super::provider::{Fault, within};
use super::store::{self, Linked};
use crate::accounts::Org;
use crate::app::App;
use crate::clock::minutes;
use crate::id::Id;
use crate::outbox::{self, Job, Kind, Outcome};
use crate::planted::point;
use crate::rollout;
use crate::sync_log::{self, Action, Opened, Verdict, record};

/// How long all tries together may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// How it went at Zoom; here it is gone in both cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revoked {
    Yes,
    /// No token was left to revoke with: the connection was broken.
    NothingHeld,
    /// Zoom could not be reached: the person is told where to remove 42min in Zoom.
    Unreachable,
}

/// `None`: there is no such connection (any more).
pub async fn disconnect(
    app: &App,
    org: Id<Org>,
    id: Id<Connection>,
) -> anyhow::Result<Option<Revoked>> {
    let now = app.now();
    let begun = app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                if !store::begin_disconnect(tx, org, id, now).await? {
                    return Ok(None);
                }
                // Only needed when this request does not get to its end.
                outbox::store::enqueue(tx, Kind::Disconnect, id, now + minutes(1)).await?;
                // The tokens as they are now: a refresh may have just stored others.
                Ok(store::linked_one(tx, org, id).await?)
            })
        })
        .await?;
    point::pass("disconnect.begun")?;
    Ok(match begun {
        Some(linked) => Some(revoke_and_delete(app, &linked).await?),
        None => None,
    })
}

/// The job: what a request that died has left undone.
pub async fn run(app: &App, job: &Job) -> anyhow::Result<Outcome> {
    let found = store::linked_of_job(&mut app.db.read().await?, job.subject()).await?;
    if let Some(linked) = found.filter(|linked| linked.connection.disconnecting_at.is_some()) {
        revoke_and_delete(app, &linked).await?;
    }
    Ok(Outcome::Done)
}

async fn revoke_and_delete(app: &App, linked: &Linked) -> anyhow::Result<Revoked> {
    let revoked = revoke(app, linked).await?;
    point::pass("disconnect.revoked")?;
    let (verdict, words) = match revoked {
        Revoked::Yes => (
            Verdict::Succeeded,
            "42min has no access any more; the tokens were deleted.",
        ),
        Revoked::NothingHeld => (
            Verdict::Succeeded,
            "The connection was broken: no token was left to revoke.",
        ),
        Revoked::Unreachable => (
            Verdict::Failed,
            "Revoke failed: Zoom could not be reached. The tokens were deleted here.",
        ),
    };
    let (org, id, now) = (linked.connection.org_id, linked.connection.id, app.now());
    let entry = Opened {
        id: app.entropy.id(now),
        org,
        at: now,
        action: Action::Disconnect,
        verdict,
        meeting: None,
        account: Some(linked.account.id),
        words: words.to_owned(),
    };
    let (app_, account) = (app.clone(), linked.account.clone());
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                sync_log::store::open(tx, &entry).await?;
                store::delete_connection(tx, org, id).await?;
                rollout::change::no_longer_shared(tx, &app_, &account).await?;
                store::look_again(tx, org, now).await?;
                Ok(point::pass("disconnect.deleting")?)
            })
        })
        .await?;
    point::pass("disconnect.deleted")?;
    Ok(revoked)
}

async fn revoke(app: &App, linked: &Linked) -> anyhow::Result<Revoked> {
    let connected = match linked.connection.open(&app.seal) {
        Ok(Connection::Connected(connected) | Connection::Disconnecting(connected)) => connected,
        Ok(Connection::Broken(_)) => return Ok(Revoked::NothingHeld),
        // Sealed with a key that is gone: they can't be shown to Zoom, and must not stay here.
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "tokens can't be opened");
            return Ok(Revoked::Unreachable);
        }
    };
    let about = record::About {
        org: linked.connection.org_id,
        meeting: None,
        account: Some(linked.account.id),
    };
    give_back(app, connected.tokens, about).await
}

/// Has Zoom revoke what these tokens stand for. It takes only a living access token for it: an old
/// one is refreshed first. Three quick tries.
pub(super) async fn give_back(
    app: &App,
    mut tokens: Tokens,
    about: record::About,
) -> anyhow::Result<Revoked> {
    let Some(zoom) = &app.providers.zoom else {
        return Ok(Revoked::Unreachable);
    };
    let began = Instant::now();
    for _ in 0..3 {
        // Somebody waits for the page.
        if left(began).is_zero() {
            break;
        }
        if tokens.expires_at <= app.now() {
            let call = record::begin(app, Action::RefreshAccess, about).await?;
            let asked = zoom.refresh(&tokens.refresh);
            let (fresh, exchange) = within(left(began), "POST /oauth/token", asked).await;
            match fresh {
                Ok(fresh) => {
                    let words = "Zoom gave a new access token, to revoke with.";
                    call.end(Verdict::Succeeded, words, exchange).await?;
                    tokens = fresh;
                }
                Err(Fault::GrantDead { words, .. }) => {
                    call.end(Verdict::Failed, words, exchange).await?;
                    return Ok(Revoked::Yes);
                }
                Err(fault) => {
                    call.end(Verdict::Failed, fault.words(), exchange).await?;
                    continue;
                }
            }
        }
        let call = record::begin(app, Action::Disconnect, about).await?;
        let asked = zoom.revoke(&tokens.access);
        let (revoked, exchange) = within(left(began), "POST /oauth/revoke", asked).await;
        match revoked {
            Ok(()) => {
                let words = "Zoom revoked the access.";
                call.end(Verdict::Succeeded, words, exchange).await?;
                return Ok(Revoked::Yes);
            }
            // It is dead already.
            Err(Fault::GrantDead { words, .. } | Fault::TokenRefused { words }) => {
                call.end(Verdict::Succeeded, words, exchange).await?;
                return Ok(Revoked::Yes);
            }
            Err(fault) => call.end(Verdict::Failed, fault.words(), exchange).await?,
        }
    }
    Ok(Revoked::Unreachable)
}

fn left(began: Instant) -> Duration {
    PATIENCE.saturating_sub(began.elapsed())
}
