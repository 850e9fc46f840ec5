//! The Rollout card's form: admins only.

use axum::extract::State;
use axum::response::Response;

use super::{Rollout, store};
use crate::accounts::session::Admin;
use crate::app::App;
use crate::conferencing;
use crate::error::{Error, Result};
use crate::outbox::{self, Kind};
use crate::sync_log::{self, Action, Opened, Verdict};
use crate::web::flash::{Flash, Tone};
use crate::web::form::Input;

const ZOOM_PAGE: &str = "/360/integrations/zoom";

pub async fn save(State(app): State<App>, Admin(who): Admin, input: Input) -> Result<Response> {
    let (org, now) = (who.org(), app.now());
    let mut reader = app.db.read().await?;
    let before = store::rollout(&mut reader, org).await?;
    let linked = conferencing::store::linked(&mut reader, org).await?;
    drop(reader);
    let flag =
        |name: &str, since: Option<jiff::Timestamp>| input.has(name).then(|| since.unwrap_or(now));
    let default_account = match input.text("default_account") {
        "" => None,
        text => {
            let id = text.parse().map_err(|_| Error::NotFound)?;
            let shared = linked.iter().any(|l| {
                l.account.id == id && l.connection.role == conferencing::ConnectionRole::Shared
            });
            if !shared {
                let words = "That account isn’t connected as a shared org account any more.";
                return Ok(Flash::new(Tone::Warn, words).see(ZOOM_PAGE));
            }
            Some(id)
        }
    };
    let after = Rollout {
        org_id: org,
        enabled_at: flag("enabled", before.enabled_at),
        routing_at: flag("routing", before.routing_at),
        webinars_at: before.webinars_at,
        default_account: if input.has("routing") {
            default_account
        } else {
            before.default_account
        },
    };
    let entry = Opened {
        id: app.entropy.id(now),
        org,
        at: now,
        action: Action::RolloutChanged,
        verdict: Verdict::Succeeded,
        meeting: None,
        account: after.default_account,
        words: words(&after, &who.person.name),
    };
    app.db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                store::save(tx, &after).await?;
                sync_log::store::open(tx, &entry).await?;
                for meeting in conferencing::store::meetings_to_look_at(tx, org, now).await? {
                    outbox::store::enqueue(tx, Kind::Conference, meeting, now).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(Flash::ok("Rollout saved.").see(ZOOM_PAGE))
}

fn words(rollout: &Rollout, by: &str) -> String {
    let on_off = |since: Option<jiff::Timestamp>| if since.is_some() { "on" } else { "off" };
    format!(
        "{by} saved: Zoom {}, multi-account routing {}.",
        on_off(rollout.enabled_at),
        on_off(rollout.routing_at)
    )
}
