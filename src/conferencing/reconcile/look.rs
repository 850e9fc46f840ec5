//! Looking for rooms whose create was not answered: by our mark, in the account's own list.

use std::collections::BTreeSet;

use super::call::Effect;
use super::{Flow, Run, as_room};
use crate::booking;
use crate::conferencing::plan::{Doubt, Here, Left, Remnant, RoomKind};
use crate::conferencing::provider::{Ask, Fault, Listed, Refusal, Reply};
use crate::conferencing::zoom::marker;
use crate::outbox::store::try_again;
use crate::planted::point;
use crate::sync_log::{Action, Verdict};

/// Pages of a user's list that are read at most.
pub(in crate::conferencing) const MOST_PAGES: usize = 20;

impl Run<'_> {
    /// Looks in the account's list for a room with our mark. Found: adopted (or removed, when it is
    /// a leftover). An empty list means nothing only after the time lists need.
    pub(super) async fn look(&self, doubt: &Doubt, left: Option<&Left>) -> anyhow::Result<Flow> {
        let mut found = Vec::new();
        let mut page = None;
        for _ in 0..MOST_PAGES {
            let ask = Ask::List {
                kind: doubt.kind,
                page: page.clone(),
            };
            let called = match self
                .call(doubt.at, Action::LookForMeeting, vec![], ask)
                .await?
            {
                Ok(called) => called,
                Err(flow) => return Ok(flow),
            };
            // An account that can't have webinars has none of ours: as good as an empty list.
            if let Err(Fault::Refused {
                why: Refusal::NoPlan,
                words,
            }) = &called.result
                && doubt.kind == RoomKind::Webinar
            {
                let words = words.clone();
                let effects = vec![Effect::NoWebinars(doubt.at)];
                self.close(called, Verdict::Failed, &words, effects).await?;
                return self.found_nothing(doubt, left).await;
            }
            let Ok(Reply::Page { rooms, next }) = &called.result else {
                return self.fault(called, doubt.at, vec![]).await;
            };
            // The room in use has our mark too; it is not what was lost.
            found.extend(
                rooms
                    .iter()
                    .filter(|room| self.is_ours(room))
                    .filter(|room| !self.scene.seen.is_present(doubt.at, &room.id))
                    .map(|room| room.id.clone()),
            );
            page = next.clone();
            let words = format!("{} with our mark so far.", found.len());
            self.close(called, Verdict::Succeeded, &words, vec![])
                .await?;
            if page.is_none() {
                break;
            }
        }
        match (found.is_empty(), left) {
            (false, Some(left)) => self.found_left(doubt, left, found).await,
            (false, None) => self.adopt(doubt, found).await,
            // What stands on pages not read may be it.
            (true, _) if page.is_some() => Ok(Flow::End(try_again(
                self.job,
                &self.app.clock,
                &self.app.entropy,
                "the list of meetings is too long to look through",
            ))),
            (true, left) => self.found_nothing(doubt, left).await,
        }
    }

    pub(super) fn is_ours(&self, room: &Listed) -> bool {
        marker::read(&self.app.installation, &room.agenda).is_some_and(|mark| {
            mark.meeting == self.scene.meeting.id && mark.org == self.scene.meeting.org_id
        })
    }

    pub(super) async fn found_nothing(
        &self,
        doubt: &Doubt,
        left: Option<&Left>,
    ) -> anyhow::Result<Flow> {
        let now = self.app.now();
        let looked = Doubt {
            looks: doubt.looks + 1,
            last_empty_look: Some(now),
            ..doubt.clone()
        };
        let effect = match (doubt.empty_means_nothing(now), left) {
            (true, None) => Effect::Here(Here::Nothing),
            (true, Some(left)) => Effect::DropLeft(left.id),
            (false, None) => Effect::Here(Here::Unsure(looked)),
            (false, Some(left)) => Effect::Left(Left {
                id: left.id,
                what: Remnant::Doubt(looked),
            }),
        };
        let mut effects = vec![effect];
        if doubt.empty_means_nothing(now) {
            // It was counted when it was sent, and did not happen.
            let account = self.linked(doubt.at).map(|l| Box::new(l.account.clone()));
            effects.extend(account.map(|account| Effect::GiveBack(account, doubt.since)));
        }
        self.write(effects).await?;
        Ok(Flow::LookAgain)
    }

    pub(super) async fn found_left(
        &self,
        doubt: &Doubt,
        left: &Left,
        found: Vec<String>,
    ) -> anyhow::Result<Flow> {
        let mut effects = vec![Effect::DropLeft(left.id)];
        effects.extend(found.into_iter().map(|id| self.surplus(doubt, id)));
        self.write(effects).await?;
        Ok(Flow::LookAgain)
    }

    /// Keeps the room whose link people have seen, else the one with the lowest id; others go.
    pub(super) async fn adopt(&self, doubt: &Doubt, found: Vec<String>) -> anyhow::Result<Flow> {
        let shown = self.links_told().await?;
        let mut rooms = Vec::new();
        for id in found.into_iter().collect::<BTreeSet<_>>() {
            let ask = Ask::Read {
                kind: doubt.kind,
                id,
            };
            let called = match self
                .call(doubt.at, Action::ReadMeeting, vec![], ask)
                .await?
            {
                Ok(called) => called,
                Err(flow) => return Ok(flow),
            };
            match &called.result {
                Ok(Reply::Room(snapshot)) => {
                    let room = as_room(snapshot, doubt.at, None);
                    let words = "Found the meeting whose answer was lost.";
                    self.close(called, Verdict::Succeeded, words, vec![])
                        .await?;
                    rooms.push(room);
                }
                Ok(Reply::Page { .. } | Reply::Done) => {
                    anyhow::bail!("a read was not answered by a room")
                }
                Err(Fault::Gone) => {
                    self.close(called, Verdict::Succeeded, "It is gone already.", vec![])
                        .await?;
                }
                Err(_) => return self.fault(called, doubt.at, vec![]).await,
            }
        }
        rooms.sort_by_key(|room| {
            (
                !shown.contains(&room.join_url),
                room.id.parse::<u64>().unwrap_or(u64::MAX),
            )
        });
        let mut rooms = rooms.into_iter();
        let Some(kept) = rooms.next() else {
            return self.found_nothing(doubt, None).await;
        };
        let kept_id = kept.id.clone();
        let mut effects = vec![
            Effect::Here(Here::Room(kept)),
            Effect::RoomMade(doubt.at),
            Effect::Letters,
        ];
        let left = &self.scene.seen.left;
        effects.extend(
            left.iter()
                .filter(|left| left.what.is_room(doubt.at, &kept_id))
                .map(|left| Effect::DropLeft(left.id)),
        );
        effects.extend(
            rooms
                .filter(|room| !left.iter().any(|l| l.what.is_room(doubt.at, &room.id)))
                .map(|room| self.surplus(doubt, room.id)),
        );
        point::pass("adopt.writing")?;
        self.write(effects).await?;
        point::pass("adopt.written")?;
        Ok(Flow::LookAgain)
    }

    pub(super) fn surplus(&self, doubt: &Doubt, id: String) -> Effect {
        Effect::Left(Left {
            id: self.app.entropy.id(self.app.now()),
            what: Remnant::Room {
                at: doubt.at,
                kind: doubt.kind,
                id,
            },
        })
    }

    pub(super) async fn links_told(&self) -> anyhow::Result<Vec<String>> {
        let mut reader = self.app.db.read().await?;
        let (org, meeting) = (self.scene.meeting.org_id, self.scene.meeting.id);
        Ok(booking::store::links_told(&mut reader, org, meeting).await?)
    }
}
