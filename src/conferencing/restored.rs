//! After a restored backup was said to be the original: rooms may have been made that it knows
//! nothing of.

use super::plan::{Doubt, Here};
use super::reconcile::wanted;
use super::store;
use crate::app::App;
use crate::booking;
use crate::clock::seconds;
use crate::db::Tx;
use crate::hold::store::{connected, roomless};
use crate::outbox::{self, Kind};
use crate::rollout::hosting::who_hosts;

/// Whoever made a room for a meeting since the backup is long done, and lists show it.
const SETTLED_SECONDS: i64 = 240;

/// Meetings without a room are searched for in the account that would host them before one is
/// made: their guests may have its link. All lists are compared, which finds what was lost.
pub async fn look_first(tx: &mut Tx, app: &App) -> anyhow::Result<()> {
    let now = app.now();
    for found in roomless(tx, now).await? {
        let Some(meeting) = booking::store::meeting(tx, found.org_id, found.id).await? else {
            continue;
        };
        let (situation, _) = store::situation(tx, app, meeting.org_id, meeting.host_id).await?;
        let (Some(spec), Ok(host)) = (wanted(&meeting), who_hosts(&situation)) else {
            continue;
        };
        let doubt = Doubt {
            at: host.account,
            kind: spec.kind,
            generation: spec.generation,
            since: now - seconds(SETTLED_SECONDS),
            looks: 0,
            last_empty_look: None,
        };
        store::put_here(tx, meeting.org_id, meeting.id, &Here::Unsure(doubt), now).await?;
        outbox::store::enqueue(tx, Kind::Conference, meeting.id, now).await?;
    }
    for connection in connected(tx).await? {
        outbox::store::enqueue(tx, Kind::Sweep, connection, now).await?;
    }
    Ok(())
}
