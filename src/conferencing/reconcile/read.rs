//! Looking at a room because somebody may have changed it at the provider: what they changed is put
//! back, what they deleted made anew or asked about, what came back taken up or removed.

use super::call::{Called, Effect};
use super::{Flow, Run, as_room, remnant, when};
use crate::clock::days;
use crate::conferencing::plan::{Found, Here, Left, Room, Shown, Spec, is_near};
use crate::conferencing::provider::{Ask, Fault, Refusal, Reply, Snapshot};
use crate::conferencing::wish;
use crate::planted::point;
use crate::sync_log::{Action, Verdict};

const PUT_BACK: &str = "It is put back.";
/// What is changed more often in a day, by another program say, is not fought over: each time costs
/// one of the day's changes.
const MOST_PUT_BACKS: i64 = 3;

impl Run<'_> {
    /// Looks at what the room shows now, because somebody may have changed it at the provider.
    pub(super) async fn read(&self, room: &Room) -> anyhow::Result<Flow> {
        let Some(spec) = &self.scene.spec else {
            return Ok(Flow::LookAgain);
        };
        let ask = Ask::Read {
            kind: room.kind,
            id: room.id.clone(),
        };
        let called = match self.call(room.at, Action::ReadMeeting, vec![], ask).await? {
            Ok(called) => called,
            Err(flow) => return Ok(flow),
        };
        match &called.result {
            Ok(Reply::Room(snapshot)) => {
                let (mut read, mut words) = as_looked_at(snapshot, room, spec);
                let mut effects = vec![self.looked(), Effect::Letters];
                if words.ends_with(PUT_BACK) {
                    if self.put_back_lately().await? < MOST_PUT_BACKS {
                        effects.push(Effect::PutBack);
                    } else {
                        read.resisted = Some(spec.generation);
                        "It was changed in Zoom again and again; it is left so."
                            .clone_into(&mut words);
                    }
                }
                effects.push(Effect::Here(Here::Room(read)));
                self.close(called, Verdict::Succeeded, &words, effects)
                    .await?;
                point::pass("put-back.wanted")?;
                Ok(Flow::LookAgain)
            }
            Ok(Reply::Page { .. } | Reply::Done) => {
                anyhow::bail!("a read was not answered by a room")
            }
            Err(Fault::Gone) => self.deleted_by_hand(called, room, spec).await,
            Err(Fault::Refused {
                why: Refusal::OtherKind,
                words,
            }) => {
                let words = words.clone();
                self.becomes_the_other_kind(called, room, &words).await
            }
            // Nothing is concluded from not being allowed to look.
            Err(Fault::Refused { words, .. }) => {
                let words = words.clone();
                self.close(called, Verdict::Failed, &words, vec![self.looked()])
                    .await?;
                Ok(Flow::LookAgain)
            }
            Err(_) => self.fault(called, room.at, vec![]).await,
        }
    }

    /// How often this room was put back within a day.
    async fn put_back_lately(&self) -> anyhow::Result<i64> {
        let (org, meeting) = (self.scene.meeting.org_id, self.scene.meeting.id);
        let since = self.app.now() - days(1);
        let mut reader = self.app.db.read().await?;
        Ok(wish::store::put_backs(&mut reader, org, meeting, since).await?)
    }

    /// Somebody deleted the room in Zoom. Its booking stands, so another is made, unless the start
    /// is so near that the host has to be asked.
    async fn deleted_by_hand(
        &self,
        called: Called,
        room: &Room,
        spec: &Spec,
    ) -> anyhow::Result<Flow> {
        let mut effects = vec![
            Effect::Here(Here::Nothing),
            Effect::Deleted,
            Effect::RememberGone(room.clone()),
            self.looked(),
        ];
        let next = if is_near(spec, self.app.now()) {
            effects.push(Effect::AskHost);
            "The start is too near to make another by itself: the host was asked by email."
        } else if self.scene.host.is_ok() {
            "A new one is made, and everyone gets its link."
        } else {
            "A new one is made once an account can host it."
        };
        let words = format!("The {} was deleted in Zoom. {next}", room.kind.noun());
        self.close(called, Verdict::Failed, &words, effects).await?;
        point::pass("deleted.noted")?;
        Ok(Flow::LookAgain)
    }

    /// A room of this meeting came back: it is the one again when there is no other, else surplus.
    pub(super) async fn fetch(&self, found: &Found) -> anyhow::Result<Flow> {
        let ask = Ask::Read {
            kind: found.kind,
            id: found.id.clone(),
        };
        let called = match self
            .call(found.at, Action::ReadMeeting, vec![], ask)
            .await?
        {
            Ok(called) => called,
            Err(flow) => return Ok(flow),
        };
        match &called.result {
            Ok(Reply::Room(snapshot)) => {
                let back = as_room(snapshot, found.at, None);
                let (words, effect) = if self.scene.seen.room().is_some() {
                    let left = Left {
                        id: self.app.entropy.id(self.app.now()),
                        what: remnant(&back),
                    };
                    (
                        "It has come back in Zoom, and its booking has another by now.",
                        Effect::Left(left),
                    )
                } else {
                    (
                        "It has come back in Zoom: its link is the booking’s again.",
                        Effect::Here(Here::Room(back)),
                    )
                };
                let forget = Effect::ForgetGone(found.at, found.id.clone());
                let effects = vec![effect, forget, self.fetched(), Effect::Letters];
                self.close(called, Verdict::Succeeded, words, effects)
                    .await?;
                Ok(Flow::LookAgain)
            }
            Ok(Reply::Page { .. } | Reply::Done) => {
                anyhow::bail!("a read was not answered by a room")
            }
            Err(fault @ (Fault::Gone | Fault::Refused { .. })) => {
                let words = fault.words().to_owned();
                self.close(called, Verdict::Failed, &words, vec![self.fetched()])
                    .await?;
                Ok(Flow::LookAgain)
            }
            Err(_) => self.fault(called, found.at, vec![]).await,
        }
    }

    fn looked(&self) -> Effect {
        Effect::Looked(self.scene.seen.wish.as_ref().map_or(0, |wish| wish.round))
    }

    /// A room that is held beside the one that was found is still to be looked at.
    fn fetched(&self) -> Effect {
        let round = self.scene.seen.wish.as_ref().map_or(0, |wish| wish.round);
        if self.scene.seen.room().is_some() {
            Effect::Fetched(round)
        } else {
            Effect::Looked(round)
        }
    }
}

/// A room as it was found, whoever changed it, and what to note of it.
fn as_looked_at(snapshot: &Snapshot, held: &Room, spec: &Spec) -> (Room, String) {
    let read = as_room(snapshot, held.at, None);
    // Zoom doesn't show a passcode in every answer; what we know stays known.
    let passcode = read.passcode.clone().or(held.passcode.clone());
    let differs = !read.shows.matches(spec);
    let resisted = held
        .resisted
        .filter(|generation| differs && *generation == spec.generation)
        .filter(|_| read.shows == held.shows);
    let words = if !differs {
        super::AS_IT_SHOULD_BE.to_owned()
    } else if resisted.is_some() {
        "Zoom shows something else than was asked for; it is left so.".to_owned()
    } else if read.shows == held.shows {
        "Zoom shows what was last seen.".to_owned()
    } else {
        let what = changed(&read.shows, &held.shows).join(" and ");
        format!("Changed by hand in Zoom: {what}. {PUT_BACK}")
    };
    let read = Room {
        passcode,
        resisted,
        ..read
    };
    (read, words)
}

fn changed(now: &Shown, before: &Shown) -> Vec<&'static str> {
    let mut what = Vec::new();
    if when(now) != when(before) {
        what.push("its time");
    }
    if now.topic != before.topic {
        what.push("its topic");
    }
    what
}
