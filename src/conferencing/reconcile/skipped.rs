//! What is not done, and why: words of the closed list in `sync_log::reason`.

use super::{Flow, Run, Scene};
use crate::app::App;
use crate::booking::{Meeting, Status};
use crate::conferencing::plan::{Step, next_step};
use crate::conferencing::{Account, ProviderKind};
use crate::event_types;
use crate::id::Id;
use crate::outbox::Outcome;
use crate::sync_log::reason::Reason;
use crate::sync_log::{self, Action};

impl Run<'_> {
    /// Nothing is left to do. Where a room was wanted once and none is made, the log says why.
    pub(super) async fn conclude(&self) -> anyhow::Result<Flow> {
        if let Some(reason) = self.why_not_wanted().await? {
            let words = reason.words();
            self.note_once(Action::CreateMeeting, &words).await?;
        }
        Ok(Flow::End(Outcome::Done))
    }

    async fn why_not_wanted(&self) -> anyhow::Result<Option<Reason>> {
        let Scene {
            meeting,
            spec,
            seen,
            ..
        } = self.scene;
        if spec.is_some() || seen.room().is_some() {
            return Ok(None);
        }
        let (org, id) = (meeting.org_id, meeting.id);
        let mut reader = self.app.db.read().await?;
        let log = sync_log::store::of_meeting(&mut reader, org, id).await?;
        let bookings = crate::booking::store::bookings_of_meeting(&mut reader, org, id).await?;
        if meeting.over_at.is_some() {
            let online = meeting.location.provider().is_some();
            let never_made = !log.iter().any(sync_log::Entry::tells_of_a_room);
            let canceled = bookings.iter().any(|it| it.status == Status::Canceled);
            let reason = if canceled {
                Reason::CanceledFirst
            } else {
                Reason::MovedFirst
            };
            return Ok((online && never_made).then_some(reason));
        }
        let was_online =
            !log.is_empty() || bookings.iter().any(|it| it.location.provider().is_some());
        if !was_online {
            return Ok(None);
        }
        let event_type = event_types::store::find(&mut reader, org, meeting.event_type_id).await?;
        let still_online = event_type.is_some_and(|it| it.location.provider().is_some());
        Ok(Some(if still_online {
            Reason::AnotherLink
        } else {
            Reason::OtherPlace
        }))
    }

    /// Why the account that holds a room can't be asked.
    pub(super) fn out_of_reach(&self, account: Id<Account>) -> Reason {
        match self.linked(account) {
            Some(linked) if linked.connection.disconnecting_at.is_some() => Reason::Disconnected,
            Some(_) if !self.app.providers.has(ProviderKind::Zoom) => Reason::NotSetUp,
            Some(linked) => Reason::Broken(linked.account.email.clone()),
            None => Reason::Disconnected,
        }
    }
}

/// Whether a try now would ask the provider for anything, or for something to be undone, once what
/// it refused, resisted or lost is forgotten (`store::forget_refusal`).
pub async fn is_worth_a_try(app: &App, meeting: Id<Meeting>) -> anyhow::Result<bool> {
    let Some(mut scene) = super::load(app, meeting).await? else {
        return Ok(false);
    };
    scene.seen.forget_refusals();
    let step = next_step(
        scene.spec.as_ref(),
        &scene.seen,
        scene.host.as_ref().map_err(Clone::clone),
        &scene.reach,
        app.now(),
    );
    Ok(match step {
        Step::Look(_)
        | Step::LookForLeft(..)
        | Step::WaitToLook(_)
        | Step::LeaveDoubt(_)
        | Step::LeaveRoom(_)
        | Step::Read(_)
        | Step::Fetch(_)
        | Step::Create(_)
        | Step::Update(_)
        | Step::SetPasscode(_)
        | Step::Delete(_)
        | Step::DeleteLeft(_) => true,
        Step::Skip(_) | Step::Stale(_) | Step::Settled | Step::Done => false,
    })
}
