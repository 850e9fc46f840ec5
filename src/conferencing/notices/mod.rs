//! `POST /webhooks/zoom`: what Zoom tells by itself. Each event is a hint to look, written down with
//! the job that looks; one is acted on here: the removal of the app (decisions 14, 29). Nobody
//! outside is asked meanwhile, since Zoom waits for three seconds.

pub mod store;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::json;

use super::connection::Break;
use super::plan::Found;
use super::store::Linked;
use super::tokens::broken_in;
use super::wish::store::{Named, Spoken};
use super::zoom::webhook::{self, Delivery, Event, Notice, RoomNews};
use super::{ProviderKind, held, wish};
use crate::app::App;
use crate::clock::seconds;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::outbox::{self, Kind};
use crate::planted::point;
use crate::sync_log::{self, Action, Opened, Verdict};

pub const PATH: &str = "/webhooks/zoom";

/// Zoom's clock and ours differ. A removal this close to the grant may be of the grant before it;
/// asking Zoom tells.
const CLOCKS_DIFFER_SECONDS: i64 = 60;

pub async fn receive(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Result<Response> {
    let Some(zoom) = &app.config.zoom else {
        return Err(Error::NotFound);
    };
    let Some(secret) = &zoom.webhook_secret else {
        return Err(Error::NotFound);
    };
    let header = |name| headers.get(name).and_then(|v| v.to_str().ok());
    let delivery = Delivery {
        timestamp: header("x-zm-request-timestamp").unwrap_or_default(),
        signature: header("x-zm-signature").unwrap_or_default(),
        body: &body,
    };
    if let Err(why) = delivery.verify(secret, app.now()) {
        tracing::debug!(?why, "a delivery to {PATH} was turned away");
        return Ok(StatusCode::UNAUTHORIZED.into_response());
    }
    let Some(notice) = webhook::read(&body) else {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    };
    let answer = match &notice.event {
        Event::Validation { plain_token } => axum::Json(json!({
            "plainToken": plain_token,
            "encryptedToken": webhook::encrypted_token(secret, plain_token),
        }))
        .into_response(),
        Event::Deauthorized { .. } | Event::Room { .. } | Event::User { .. } | Event::Other => {
            StatusCode::OK.into_response()
        }
    };
    accept(&app, notice).await?;
    point::pass("notice.taken")?;
    Ok(answer)
}

/// Writes down what follows, with the note that this event was taken.
async fn accept(app: &App, notice: Notice) -> anyhow::Result<()> {
    let app = app.clone();
    app.db
        .clone()
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                let Notice { digest, event } = notice;
                let accepting = Accepting {
                    now: app.now(),
                    app,
                    digest,
                };
                accepting.write(tx, event).await
            })
        })
        .await
}

struct Accepting {
    app: App,
    digest: Vec<u8>,
    now: Timestamp,
}

impl Accepting {
    /// What concerns nothing of ours leaves no trace.
    async fn write(self, tx: &mut Tx, event: Event) -> anyhow::Result<()> {
        match event {
            Event::Validation { .. } => {
                if self.is_first(tx).await? {
                    store::put_validated(tx, ProviderKind::Zoom, self.now).await?;
                }
                Ok(())
            }
            Event::Deauthorized { user, client, at } => {
                let ours = self.app.config.zoom.as_ref().map(|zoom| &zoom.client_id);
                match client {
                    Some(client) if ours == Some(&client) => self.deauthorized(tx, &user, at).await,
                    Some(_) => Ok(()),
                    None => self.removed_of_some_app(tx, &user).await,
                }
            }
            Event::Room { id, host, what } => {
                let named = Named {
                    provider: ProviderKind::Zoom,
                    room: id,
                    host,
                };
                self.room(tx, &named, what).await
            }
            Event::User { user, what } => {
                let words = format!("Zoom says that {}", what.words());
                let linked = connected(tx, &user).await?;
                if linked.is_empty() || !self.is_first(tx).await? {
                    return Ok(());
                }
                for linked in &linked {
                    self.probe(tx, linked, Action::Notice, &words).await?;
                }
                Ok(())
            }
            Event::Other => Ok(()),
        }
    }

    async fn is_first(&self, tx: &mut Tx) -> anyhow::Result<bool> {
        Ok(store::take(tx, self.digest.clone(), self.now).await?)
    }

    /// The user removed the app: tokens purged, its owner mailed, in every org of this server. A
    /// removal from before the present grant ended an older one; ours on disconnecting echoes so.
    async fn deauthorized(
        &self,
        tx: &mut Tx,
        user: &str,
        at: Option<Timestamp>,
    ) -> anyhow::Result<()> {
        if let Some(at) = at {
            // Also what nobody has decided to use yet.
            let before = at - seconds(CLOCKS_DIFFER_SECONDS);
            let times = (before, self.now);
            for gone in held::forget_older(tx, ProviderKind::Zoom, user, times).await? {
                let entry = Opened {
                    words: format!(
                        "{} removed the access in Zoom while it was asked here how to use it. It \
                         was deleted.",
                        gone.email
                    ),
                    ..self.received(gone.org_id, Action::AccessRemoved)
                };
                sync_log::store::open(tx, &entry).await?;
            }
        }
        let linked = connected(tx, user).await?;
        if linked.is_empty() || !self.is_first(tx).await? {
            return Ok(());
        }
        for linked in &linked {
            let facts = linked.connection.facts();
            let certain = facts.granted_at + seconds(CLOCKS_DIFFER_SECONDS);
            if at.is_some_and(|at| at > certain) {
                let broken = facts.broke(Break::RemovedInZoom, self.now);
                broken_in(tx, &self.app, &broken).await?;
                point::pass("removal.writing")?;
            } else {
                let words = "Zoom says that access was removed about when it was given anew, or \
                             before";
                self.probe(tx, linked, Action::AccessRemoved, words).await?;
                // Should it be dead, this is why.
                super::store::put_removal_said(tx, facts.org, facts.id, self.now).await?;
            }
        }
        Ok(())
    }

    /// Nothing says which app it was.
    async fn removed_of_some_app(&self, tx: &mut Tx, user: &str) -> anyhow::Result<()> {
        let linked = connected(tx, user).await?;
        if linked.is_empty() || !self.is_first(tx).await? {
            return Ok(());
        }
        let words = "Zoom says that an app was removed, without saying which";
        for linked in &linked {
            self.probe(tx, linked, Action::Notice, words).await?;
        }
        Ok(())
    }

    /// Nothing is believed: whether the access still works is asked at once.
    async fn probe(
        &self,
        tx: &mut Tx,
        linked: &Linked,
        action: Action,
        words: &str,
    ) -> anyhow::Result<()> {
        let entry = Opened {
            account: Some(linked.account.id),
            words: format!(
                "{words}. Nothing was changed; whether access still works is asked now."
            ),
            ..self.received(linked.connection.org_id, action)
        };
        sync_log::store::open(tx, &entry).await?;
        Ok(outbox::store::enqueue(tx, Kind::Tend, linked.connection.id, self.now).await?)
    }

    async fn room(&self, tx: &mut Tx, named: &Named, what: RoomNews) -> anyhow::Result<()> {
        let spoken = match what {
            RoomNews::Recovered => wish::store::deleted_as(tx, named, self.now).await?,
            RoomNews::Changed | RoomNews::Deleted | RoomNews::Converted => {
                wish::store::held_as(tx, named, self.now).await?
            }
        };
        if spoken.is_empty() || !self.is_first(tx).await? {
            return Ok(());
        }
        for spoken in spoken {
            // The job's row before the wish's, as the reconciler takes them.
            outbox::store::enqueue(tx, Kind::Conference, spoken.meeting_id, self.now).await?;
            if self.wish(tx, &spoken, named, what).await? {
                let entry = Opened {
                    meeting: Some(spoken.meeting_id),
                    account: Some(spoken.account_id),
                    words: format!("Zoom says that {}. It is looked at now.", what.words()),
                    ..self.received(spoken.org_id, Action::Notice)
                };
                sync_log::store::open(tx, &entry).await?;
            }
        }
        Ok(())
    }

    /// Answers whether it is the first of its kind: ten hints cost one look and one entry.
    async fn wish(
        &self,
        tx: &mut Tx,
        spoken: &Spoken,
        named: &Named,
        what: RoomNews,
    ) -> anyhow::Result<bool> {
        let (org, meeting) = (spoken.org_id, spoken.meeting_id);
        Ok(match what {
            RoomNews::Recovered => {
                let found = Found {
                    at: spoken.account_id,
                    kind: spoken.kind,
                    id: named.room.clone(),
                };
                wish::store::look_at(tx, org, meeting, &found, self.now).await?;
                true
            }
            RoomNews::Changed | RoomNews::Deleted | RoomNews::Converted => {
                wish::store::look(tx, org, meeting, self.now).await?
            }
        })
    }

    fn received(&self, org: crate::id::Id<crate::accounts::Org>, action: Action) -> Opened {
        Opened {
            id: self.app.entropy.id(self.now),
            org,
            at: self.now,
            action,
            verdict: Verdict::Received,
            meeting: None,
            account: None,
            words: String::new(),
        }
    }
}

async fn connected(tx: &mut Tx, user: &str) -> anyhow::Result<Vec<Linked>> {
    let mut linked = super::store::of_remote_user(tx, ProviderKind::Zoom, user).await?;
    linked.retain(Linked::is_connected);
    Ok(linked)
}
