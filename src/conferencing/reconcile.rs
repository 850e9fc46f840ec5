//! Brings what a provider has in line with what is wanted, one step at a time. Booking, moving,
//! canceling, reconnecting, hints and restarts all end up here, in the same job. No transaction is
//! open while a provider is asked; what it answered is always written.

mod call;
mod look;
mod read;
pub mod skipped;

use jiff::{SignedDuration, Timestamp};

pub(super) use call::outlasts_a_call;
use call::{Called, Effect};
pub(super) use look::MOST_PAGES;

use super::connection::Break;
use super::plan::{
    Doubt, Here, Left, Reach, Refused, Remnant, Room, RoomKind, Seen, Shown, Spec, Step, next_step,
};
use super::provider::{Ask, Fault, Refusal, Reply, Snapshot};
use super::store::{self, Linked};
use super::zoom::marker::{self, Mark};
use super::zoom::oauth::may_host_webinars;
use super::{Account, Leftover, view, zoom};
use crate::app::App;
use crate::booking::{self, Meeting};
use crate::clock::{days, hours, minutes};
use crate::id::Id;
use crate::outbox::store::{still_ours, try_again};
use crate::outbox::{self, Job, Kind, Outcome};
use crate::planted::bug::{Bug, planted};
use crate::planted::point;
use crate::rollout::hosting::{Host, WhyNone, who_hosts};
use crate::seal::Secret;
use crate::sync_log::{self, Action, Opened, Verdict};

/// A run that needs more steps than this goes on in a later one.
const MOST_STEPS: usize = 16;
/// How often an account's list is compared with its rooms here.
pub(super) const SWEEP_MINUTES: i64 = 15;

/// What goes on after a step.
enum Flow {
    /// Something was done or has changed: look at all of it again.
    LookAgain,
    /// The same, since the room turned out to be of the other kind.
    Turned,
    End(Outcome),
}

/// Everything a step depends on, as of one moment.
struct Scene {
    meeting: Meeting,
    spec: Option<Spec>,
    seen: Seen,
    host: Result<Host, WhyNone>,
    reach: Reach,
    linked: Vec<Linked>,
    /// Another meeting takes its place, and people have no way to join that yet.
    keeps_room: bool,
}

pub async fn run(app: &App, job: &Job) -> anyhow::Result<Outcome> {
    let mut turned = false;
    for _ in 0..MOST_STEPS {
        let Some(scene) = load(app, job.subject()).await? else {
            return Ok(Outcome::Done);
        };
        let hand = scene.account().map(|account| app.hands.take(account));
        if matches!(hand, Some(None)) {
            let at = app.now() + SignedDuration::from_secs_f64(2.0 * app.entropy.jitter());
            let why = "its account is at work on others".to_owned();
            return Ok(Outcome::Again { at, why });
        }
        let run = Run {
            app,
            job,
            scene: &scene,
        };
        match run.step().await? {
            Flow::LookAgain => {}
            Flow::Turned if !turned => turned = true,
            Flow::Turned => {
                let why = "Zoom calls it a meeting and a webinar by turns";
                return Ok(try_again(job, &app.clock, &app.entropy, why));
            }
            Flow::End(outcome) => return Ok(outcome),
        }
    }
    Ok(try_again(
        job,
        &app.clock,
        &app.entropy,
        "more steps are needed",
    ))
}

impl Scene {
    /// Where its room is, else where it would be made.
    fn account(&self) -> Option<Id<Account>> {
        match &self.seen.here {
            Here::Room(room) => Some(room.at),
            Here::Unsure(doubt) => Some(doubt.at),
            Here::Nothing => self.host.as_ref().ok().map(|host| host.account),
        }
    }
}

async fn load(app: &App, id: Id<Meeting>) -> anyhow::Result<Option<Scene>> {
    let mut reader = app.db.read().await?;
    let Some(meeting) = booking::store::meeting_of_job(&mut reader, id).await? else {
        return Ok(None);
    };
    let org = meeting.org_id;
    let seen = store::seen(&mut reader, org, id, meeting.generation).await?;
    let (situation, linked) = store::situation(&mut reader, app, org, meeting.host_id).await?;
    let reachable = linked
        .iter()
        .filter(|l| l.is_connected() && situation.set_up);
    Ok(Some(Scene {
        spec: wanted(&meeting),
        seen,
        host: who_hosts(&situation),
        reach: Reach(
            reachable
                .map(|l| (l.account.id, l.connection.grant_number))
                .collect(),
        ),
        linked,
        keeps_room: match meeting.replaced_by.filter(|_| meeting.over_at.is_some()) {
            Some(next) => view::is_awaited(&mut reader, app, org, next).await?,
            None => false,
        },
        meeting,
    }))
}

/// What is wanted of a meeting: a room while somebody has a place in it and it was booked to take
/// place at a provider. Nothing else decides.
pub fn wanted(meeting: &Meeting) -> Option<Spec> {
    meeting.location.provider()?;
    if meeting.over_at.is_some() {
        return None;
    }
    Some(Spec {
        generation: meeting.generation,
        kind: if meeting.webinar_at.is_some() {
            RoomKind::Webinar
        } else {
            RoomKind::Meeting
        },
        topic: zoom::wire::topic(&meeting.summary),
        starts_at: meeting.starts_at,
        minutes: meeting.minutes,
    })
}

struct Run<'a> {
    app: &'a App,
    job: &'a Job,
    scene: &'a Scene,
}

impl Run<'_> {
    async fn step(&self) -> anyhow::Result<Flow> {
        let Scene {
            spec,
            seen,
            host,
            reach,
            ..
        } = self.scene;
        let step = next_step(
            spec.as_ref(),
            seen,
            host.as_ref().map_err(Clone::clone),
            reach,
            self.app.now(),
        );
        match step {
            Step::Look(doubt) => self.look(doubt, None).await,
            Step::LookForLeft(left, doubt) => self.look(doubt, Some(left)).await,
            Step::WaitToLook(at) => Ok(again(at, "looking for a meeting whose answer was lost")),
            Step::LeaveDoubt(doubt) => self.leave(Remnant::Doubt(doubt.clone())).await,
            Step::LeaveRoom(room) => self.leave(remnant(room)).await,
            Step::Create(host) => self.create(host).await,
            Step::Read(room) => self.read(room).await,
            Step::Fetch(found) => self.fetch(found).await,
            Step::Update(room) => self.update(room).await,
            Step::SetPasscode(room) => self.set_passcode(room).await,
            Step::Delete(_) if self.scene.keeps_room => {
                let why = "the meeting that takes its place has no link yet";
                Ok(Flow::End(try_again(
                    self.job,
                    &self.app.clock,
                    &self.app.entropy,
                    why,
                )))
            }
            Step::Delete(room) => self.delete(room.at, room.kind, &room.id, None).await,
            Step::DeleteLeft(left) => match &left.what {
                Remnant::Room { at, kind, id } => self.delete(*at, *kind, id, Some(left.id)).await,
                Remnant::Doubt(doubt) => self.look(doubt, Some(left)).await,
            },
            Step::Skip(why) => self.skip(&why).await,
            Step::Stale(room) => self.stale(room).await,
            Step::Settled | Step::Done => self.conclude().await,
        }
    }

    async fn create(&self, host: &Host) -> anyhow::Result<Flow> {
        let Some(spec) = &self.scene.spec else {
            return Ok(Flow::LookAgain);
        };
        let instead = match spec.kind {
            RoomKind::Webinar => self.no_webinar_on(host).await?,
            RoomKind::Meeting => None,
        };
        let spec = match instead {
            Some(_) => Spec {
                kind: RoomKind::Meeting,
                ..spec.clone()
            },
            None => spec.clone(),
        };
        match self.create_with(host, &spec, instead, None).await? {
            Some(flow) => Ok(flow),
            // Zoom's own passcode broke the account's rules, and nothing was made: one of ours.
            None => {
                let ours = passcode(self.app);
                let flow = self.create_with(host, &spec, instead, Some(ours)).await?;
                Ok(flow.unwrap_or(Flow::LookAgain))
            }
        }
    }

    /// Why a webinar that was asked for is made a meeting on this account, if so.
    async fn no_webinar_on(&self, host: &Host) -> anyhow::Result<Option<NoWebinar>> {
        let (org, now) = (self.scene.meeting.org_id, self.app.now());
        let mut reader = self.app.db.read().await?;
        let rollout = crate::rollout::store::rollout(&mut reader, org).await?;
        if rollout.webinars_at.is_none() {
            return Ok(Some(NoWebinar::SwitchedOff));
        }
        let permitted = self
            .linked(host.account)
            .is_some_and(|l| may_host_webinars(&l.connection.scopes));
        if !permitted {
            return Ok(Some(NoWebinar::NotPermitted));
        }
        let said = store::no_webinars_at(&mut reader, org, host.account).await?;
        // A plan may have been bought since: asked again after a day.
        Ok(said
            .filter(|at| *at + days(1) > now)
            .map(|_| NoWebinar::NoPlan))
    }

    /// `None`: refused because of its passcode.
    async fn create_with(
        &self,
        host: &Host,
        spec: &Spec,
        instead: Option<NoWebinar>,
        passcode: Option<Secret>,
    ) -> anyhow::Result<Option<Flow>> {
        let ours = passcode.clone();
        let mark = Mark {
            org: self.scene.meeting.org_id,
            meeting: self.scene.meeting.id,
            generation: spec.generation,
        };
        let agenda = marker::agenda(&self.app.installation, &mark);
        let ask = Ask::Create {
            spec: spec.clone(),
            marker: agenda,
            passcode,
        };
        let doubt = Doubt {
            at: host.account,
            kind: spec.kind,
            generation: spec.generation,
            since: self.app.now(),
            looks: 0,
            last_empty_look: None,
        };
        let mut before = vec![Effect::Here(Here::Unsure(doubt))];
        before.retain(|_| !planted(Bug::DoubtNotWritten));
        let called = match self
            .call(host.account, made(spec.kind), before, ask)
            .await?
        {
            Ok(called) => called,
            Err(flow) => return Ok(Some(flow)),
        };
        let nothing = Effect::Here(Here::Nothing);
        match &called.result {
            Ok(Reply::Room(snapshot)) => {
                let room = as_room(snapshot, host.account, Some(spec));
                let made = format!("The {} was created in Zoom.", snapshot.kind.noun());
                let mut words = noted(&room, &made);
                let overlaps = self.overlap(host.account).await?;
                for why in [
                    &host.instead_of,
                    &instead.map(|why| why.words()),
                    &overlaps.map(str::to_owned),
                ]
                .into_iter()
                .flatten()
                {
                    words = format!("{words} {why}.");
                }
                let mut effects = vec![
                    Effect::Here(Here::Room(room)),
                    Effect::RoomMade(host.account),
                    Effect::Letters,
                ];
                match (spec.kind, instead) {
                    (RoomKind::Webinar, _) => effects.push(Effect::Webinars(host.account)),
                    (RoomKind::Meeting, Some(NoWebinar::NotPermitted)) => {
                        effects.push(Effect::NoWebinars(host.account));
                    }
                    (
                        RoomKind::Meeting,
                        Some(NoWebinar::SwitchedOff | NoWebinar::NoPlan) | None,
                    ) => {}
                }
                self.close(called, Verdict::Succeeded, &words, effects)
                    .await?;
                point::pass("create.written")?;
                Ok(Some(Flow::LookAgain))
            }
            Err(Fault::Refused {
                why: Refusal::Passcode,
                words,
            }) if ours.is_none() => {
                let words = format!("{words}. Asked again with a passcode of ours.");
                self.close(called, Verdict::Retrying, &words, vec![nothing])
                    .await?;
                Ok(None)
            }
            // In the same run a meeting is made: the account is known to have no webinars now.
            Err(Fault::Refused {
                why: Refusal::NoPlan,
                words,
            }) if spec.kind == RoomKind::Webinar => {
                let words = format!("{words}. A meeting is made instead.");
                let effects = vec![nothing, Effect::NoWebinars(host.account)];
                self.close(called, Verdict::Failed, &words, effects).await?;
                Ok(Some(Flow::LookAgain))
            }
            Err(Fault::Refused {
                why: Refusal::CannotHost,
                words,
            }) => {
                let words = format!("{words}. The next account is asked.");
                let effects = vec![nothing, Effect::CannotHost(host.account)];
                self.close(called, Verdict::Failed, &words, effects).await?;
                Ok(Some(Flow::LookAgain))
            }
            Err(Fault::Refused { words, .. }) => {
                let refused = self.refusal(host.account, words);
                let words = words.clone();
                self.close(
                    called,
                    Verdict::Failed,
                    &words,
                    vec![nothing, Effect::Refused(refused), Effect::Letters],
                )
                .await?;
                Ok(Some(Flow::LookAgain))
            }
            // It may be there: the doubt stays, and looking comes before anything else.
            Err(Fault::Lost { .. }) if !planted(Bug::CreateSentAgain) => {
                Ok(Some(self.fault(called, host.account, vec![]).await?))
            }
            Err(_) => Ok(Some(self.fault(called, host.account, vec![nothing]).await?)),
            Ok(Reply::Page { .. } | Reply::Done) => {
                anyhow::bail!("a create was not answered by a room")
            }
        }
    }

    /// What to say of an account that hosts another meeting at the same time.
    async fn overlap(&self, at: Id<Account>) -> anyhow::Result<Option<&'static str>> {
        let mut reader = self.app.db.read().await?;
        let another = store::hosts_another(&mut reader, &self.scene.meeting, at).await?;
        Ok(another.then_some(
            "This account hosts another meeting at the same time, and one Zoom user can run only \
             one at a time",
        ))
    }

    async fn update(&self, room: &Room) -> anyhow::Result<Flow> {
        let Some(spec) = &self.scene.spec else {
            return Ok(Flow::LookAgain);
        };
        let ask = Ask::Move {
            kind: room.kind,
            id: room.id.clone(),
            spec: spec.clone(),
        };
        let called = match self.call(room.at, moved(room.kind), vec![], ask).await? {
            Ok(called) => called,
            Err(flow) => return Ok(flow),
        };
        match &called.result {
            Ok(_) => {
                let words = if when(&room.shows) == (spec.starts_at.as_second(), spec.minutes) {
                    format!("The {} was given its topic.", room.kind.noun())
                } else {
                    format!("The {} was moved.", room.kind.noun())
                };
                let changed = Room {
                    shows: spec.shown(),
                    ..room.clone()
                };
                self.changed(called, &words, &changed).await?;
                self.read_back(&changed, spec).await
            }
            Err(fault) => {
                let fault = fault.clone();
                self.room_fault(called, room, &fault, "A new meeting is made.")
                    .await
            }
        }
    }

    /// Our change was taken: it is not sent again, whatever becomes of the look that follows. Should
    /// that fail, the wish for it stays.
    async fn changed(&self, called: Called, words: &str, room: &Room) -> anyhow::Result<()> {
        let effects = vec![
            Effect::Here(Here::Room(room.clone())),
            Effect::Look,
            Effect::Letters,
        ];
        self.close(called, Verdict::Succeeded, words, effects)
            .await?;
        Ok(point::pass("update.written")?)
    }

    /// The wish that a look which begins now fulfils.
    async fn wished(&self) -> anyhow::Result<Option<Effect>> {
        let meeting = &self.scene.meeting;
        let mut reader = self.app.db.read().await?;
        let seen = store::seen(&mut reader, meeting.org_id, meeting.id, meeting.generation).await?;
        let wish = seen.wish.filter(|wish| wish.found.is_none());
        Ok(wish.map(|wish| Effect::Looked(wish.round)))
    }

    /// Compares with what the room shows after our change. Where it differs (a locked setting), our
    /// change is not repeated in this generation.
    async fn read_back(&self, room: &Room, spec: &Spec) -> anyhow::Result<Flow> {
        let wished = self.wished().await?;
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
                let read = as_room(snapshot, room.at, Some(spec));
                let words = noted(&read, AS_IT_SHOULD_BE);
                // Zoom doesn't show a passcode in every answer; what we know stays known.
                let passcode = read.passcode.or(room.passcode.clone());
                let read = Room { passcode, ..read };
                let mut effects = vec![Effect::Here(Here::Room(read)), Effect::Letters];
                effects.extend(wished);
                self.close(called, Verdict::Succeeded, &words, effects)
                    .await?;
                Ok(Flow::LookAgain)
            }
            Ok(Reply::Page { .. } | Reply::Done) => {
                anyhow::bail!("a read was not answered by a room")
            }
            Err(fault) => {
                let fault = fault.clone();
                self.room_fault(called, room, &fault, "A new meeting is made.")
                    .await
            }
        }
    }

    /// The answer to the create carried no passcode: ours is set before the link is shown.
    async fn set_passcode(&self, room: &Room) -> anyhow::Result<Flow> {
        let ours = passcode(self.app);
        let ask = Ask::SetPasscode {
            kind: room.kind,
            id: room.id.clone(),
            passcode: ours.clone(),
        };
        let called = match self.call(room.at, Action::SetPasscode, vec![], ask).await? {
            Ok(called) => called,
            Err(flow) => return Ok(flow),
        };
        match &called.result {
            Ok(_) => {
                let known = Room {
                    passcode: Some(ours.expose().to_owned()),
                    ..room.clone()
                };
                // Its link changes with it: nobody is told of it before it was read back. Whoever
                // dies in between sets another.
                let words = "A passcode was set.";
                self.close(called, Verdict::Succeeded, words, vec![])
                    .await?;
                match &self.scene.spec {
                    Some(spec) => self.read_back(&known, spec).await,
                    None => Ok(Flow::LookAgain),
                }
            }
            Err(Fault::Refused { words, .. }) => {
                let words = format!("{words}. The meeting has no passcode.");
                let without = Room {
                    passcode: Some(String::new()),
                    ..room.clone()
                };
                let effects = vec![Effect::Here(Here::Room(without)), Effect::Letters];
                self.close(called, Verdict::Failed, &words, effects).await?;
                Ok(Flow::LookAgain)
            }
            Err(fault) => {
                let fault = fault.clone();
                self.room_fault(called, room, &fault, "A new meeting is made.")
                    .await
            }
        }
    }

    async fn delete(
        &self,
        at: Id<Account>,
        kind: RoomKind,
        id: &str,
        left: Option<Id<Leftover>>,
    ) -> anyhow::Result<Flow> {
        let ask = Ask::Delete {
            kind,
            id: id.to_owned(),
        };
        let called = match self.call(at, removed(kind), vec![], ask).await? {
            Ok(called) => called,
            Err(flow) => return Ok(flow),
        };
        let gone = || left.map_or(Effect::Here(Here::Nothing), Effect::DropLeft);
        match &called.result {
            Ok(_) => {
                let words = format!("The {} was removed.", kind.noun());
                self.close(called, Verdict::Succeeded, &words, vec![gone()])
                    .await?;
                point::pass("delete.written")?;
                Ok(Flow::LookAgain)
            }
            Err(Fault::Gone) => {
                let noun = kind.noun();
                let words = format!("The {noun} no longer exists in Zoom. Nothing left to do.");
                self.close(called, Verdict::Succeeded, &words, vec![gone()])
                    .await?;
                Ok(Flow::LookAgain)
            }
            Err(Fault::Refused {
                why: Refusal::InProgress,
                words,
            }) => {
                let words = format!("{words}. It is removed after its end.");
                self.close(called, Verdict::Retrying, &words, vec![])
                    .await?;
                let at = in_progress_until(self.scene.meeting.ends_at(), self.app.now());
                Ok(again(at, &words))
            }
            Err(Fault::Refused {
                why: Refusal::OtherKind,
                words,
            }) => {
                let words = words.clone();
                let effect = match (left, self.scene.seen.room()) {
                    (None, Some(room)) => Effect::Here(Here::Room(Room {
                        kind: kind.other(),
                        ..room.clone()
                    })),
                    (Some(left), _) => Effect::Left(Left {
                        id: left,
                        what: Remnant::Room {
                            at,
                            kind: kind.other(),
                            id: id.to_owned(),
                        },
                    }),
                    (None, None) => gone(),
                };
                self.close(called, Verdict::Retrying, &words, vec![effect])
                    .await?;
                Ok(Flow::Turned)
            }
            Err(Fault::Refused { words, .. }) => {
                let words = words.clone();
                // A leftover that can't be removed is given up: the log keeps where it is.
                let effect = match left {
                    Some(left) => Effect::DropLeft(left),
                    None => Effect::Refused(self.refusal(at, &words)),
                };
                self.close(called, Verdict::Failed, &words, vec![effect])
                    .await?;
                Ok(Flow::LookAgain)
            }
            Err(_) => self.fault(called, at, vec![]).await,
        }
    }

    /// What is there stays there for now; another account may create.
    async fn leave(&self, what: Remnant) -> anyhow::Result<Flow> {
        let now = self.app.now();
        let account = what.at();
        let action = removed(what.kind());
        let left = Left {
            id: self.app.entropy.id(now),
            what,
        };
        let entry = Opened {
            action,
            verdict: Verdict::Skipped,
            account: Some(account),
            words: format!(
                "{}. Left in Zoom until the same Zoom user connects again.",
                self.out_of_reach(account).words()
            ),
            ..self.opened(action, account)
        };
        let (job, meeting) = (self.job.clone(), self.scene.meeting.clone());
        self.app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move {
                    if still_ours(tx, &job).await? {
                        if !planted(Bug::LeftoverForgotten) {
                            store::put_left(tx, meeting.org_id, meeting.id, &left, now).await?;
                        }
                        store::put_here(tx, meeting.org_id, meeting.id, &Here::Nothing, now)
                            .await?;
                        sync_log::store::open(tx, &entry).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        Ok(Flow::LookAgain)
    }

    /// Wanted, and there can be none now. Logged once for each reason; people are told at once.
    async fn skip(&self, why: &WhyNone) -> anyhow::Result<Flow> {
        let words = why.words();
        let kind = self
            .scene
            .spec
            .as_ref()
            .map_or(RoomKind::Meeting, |s| s.kind);
        self.note_once(made(kind), &words).await?;
        Ok(match why {
            WhyNone::Started | WhyNone::Deleted | WhyNone::Refused(_) => Flow::End(Outcome::Done),
            WhyNone::NotSetUp | WhyNone::Off | WhyNone::NoneConnected | WhyNone::Broken(_) => {
                Flow::End(try_again(
                    self.job,
                    &self.app.clock,
                    &self.app.entropy,
                    words,
                ))
            }
        })
    }

    async fn stale(&self, room: &Room) -> anyhow::Result<Flow> {
        let why = self.out_of_reach(room.at).words();
        let words = format!("{why}. The old link stays, and Zoom shows the old time.");
        self.note_once(moved(room.kind), &words).await?;
        tracing::info!(meeting = %self.scene.meeting.id, room = room.id, "a room is stale");
        Ok(Flow::End(Outcome::Done))
    }

    /// A skip in the log, unless the last entry says the same.
    async fn note_once(&self, action: Action, words: &str) -> anyhow::Result<()> {
        let entry = Opened {
            verdict: Verdict::Skipped,
            account: None,
            words: words.to_owned(),
            ..self.opened(action, Id::from_uuid(uuid::Uuid::nil()))
        };
        let (job, now) = (self.job.clone(), self.app.now());
        let (org, meeting) = (self.scene.meeting.org_id, self.scene.meeting.id);
        self.app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move {
                    let last = sync_log::store::last_of_meeting(tx, org, meeting).await?;
                    let said = last
                        .is_some_and(|l| l.result == Verdict::Skipped && l.words == entry.words);
                    if !said && still_ours(tx, &job).await? {
                        sync_log::store::open(tx, &entry).await?;
                        outbox::store::enqueue(tx, Kind::Letters, meeting, now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Faults of a call about a room that is known.
    async fn room_fault(
        &self,
        called: Called,
        room: &Room,
        fault: &Fault,
        on_gone: &str,
    ) -> anyhow::Result<Flow> {
        match fault {
            Fault::Gone => {
                let noun = room.kind.noun();
                let words = format!("The {noun} no longer exists in Zoom. {on_gone}");
                let effects = vec![
                    Effect::Here(Here::Nothing),
                    Effect::RememberGone(room.clone()),
                ];
                self.close(called, Verdict::Failed, &words, effects).await?;
                Ok(Flow::LookAgain)
            }
            Fault::Refused {
                why: Refusal::OtherKind,
                words,
            } => self.becomes_the_other_kind(called, room, words).await,
            // No for now only: its host is in it, and what it shows can be changed when they leave.
            Fault::Refused {
                why: Refusal::InProgress,
                words,
            } => {
                let words = format!("{words}. It is asked again after its end.");
                self.close(called, Verdict::Retrying, &words, vec![])
                    .await?;
                let ends_at = room.shows.starts_at + minutes(i64::from(room.shows.minutes));
                Ok(again(in_progress_until(ends_at, self.app.now()), &words))
            }
            Fault::Refused { words, .. } => {
                let refused = self.refusal(room.at, words);
                self.close(
                    called,
                    Verdict::Failed,
                    words,
                    vec![Effect::Refused(refused), Effect::Letters],
                )
                .await?;
                Ok(Flow::LookAgain)
            }
            Fault::Busy { .. }
            | Fault::Lost { .. }
            | Fault::TokenRefused { .. }
            | Fault::GrantDead { .. }
            | Fault::OurFault { .. } => self.fault(called, room.at, vec![]).await,
        }
    }

    /// Its host turned a meeting into a webinar, or back: the same room, asked for elsewhere.
    async fn becomes_the_other_kind(
        &self,
        called: Called,
        room: &Room,
        words: &str,
    ) -> anyhow::Result<Flow> {
        let other = Room {
            kind: room.kind.other(),
            ..room.clone()
        };
        let effects = vec![Effect::Here(Here::Room(other))];
        self.close(called, Verdict::Retrying, words, effects)
            .await?;
        Ok(Flow::Turned)
    }

    /// The faults that mean the same for every call.
    async fn fault(
        &self,
        called: Called,
        at: Id<Account>,
        mut effects: Vec<Effect>,
    ) -> anyhow::Result<Flow> {
        let Err(fault) = called.result.as_ref().map(|_| ()).map_err(Clone::clone) else {
            anyhow::bail!("a call was answered by something else than was asked");
        };
        let words = fault.words().to_owned();
        let backoff = try_again(self.job, &self.app.clock, &self.app.entropy, words.clone());
        let (verdict, flow) = match fault {
            Fault::Busy { retry_after, .. } => {
                (Verdict::Retrying, Flow::End(later_of(backoff, retry_after)))
            }
            Fault::Lost { .. } => (Verdict::Retrying, Flow::End(backoff)),
            Fault::OurFault { .. } => {
                tracing::error!(words, "Zoom rejected this server's app");
                (Verdict::Retrying, Flow::End(backoff))
            }
            Fault::TokenRefused { .. } => {
                effects.extend(self.broken(at, Break::RefreshRefused));
                (Verdict::Failed, Flow::LookAgain)
            }
            Fault::GrantDead { why, .. } => {
                effects.extend(self.broken(at, why));
                (Verdict::Failed, Flow::LookAgain)
            }
            Fault::Gone | Fault::Refused { .. } => (Verdict::Failed, Flow::End(backoff)),
        };
        self.close(called, verdict, &words, effects).await?;
        Ok(flow)
    }

    fn broken(&self, at: Id<Account>, why: Break) -> Option<Effect> {
        self.linked(at)
            .map(|linked| Effect::Broken(Box::new(linked.clone()), why))
    }

    fn refusal(&self, account: Id<Account>, words: &str) -> Refused {
        let grant = self.scene.reach.grant(&account).unwrap_or(0);
        Refused {
            account,
            grant,
            why: words.to_owned(),
        }
    }
}

/// Why a webinar that was asked for is made a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NoWebinar {
    SwitchedOff,
    NotPermitted,
    NoPlan,
}

impl NoWebinar {
    fn words(self) -> String {
        match self {
            NoWebinar::SwitchedOff => {
                "A meeting, since webinars are off for this organization".to_owned()
            }
            NoWebinar::NotPermitted => {
                "A meeting, since the account was connected without permission for webinars"
                    .to_owned()
            }
            NoWebinar::NoPlan => {
                "A meeting, since Zoom says that the account can’t host webinars".to_owned()
            }
        }
    }
}

fn made(kind: RoomKind) -> Action {
    match kind {
        RoomKind::Meeting => Action::CreateMeeting,
        RoomKind::Webinar => Action::CreateWebinar,
    }
}

fn moved(kind: RoomKind) -> Action {
    match kind {
        RoomKind::Meeting => Action::MoveMeeting,
        RoomKind::Webinar => Action::MoveWebinar,
    }
}

fn removed(kind: RoomKind) -> Action {
    match kind {
        RoomKind::Meeting => Action::DeleteMeeting,
        RoomKind::Webinar => Action::DeleteWebinar,
    }
}

const AS_IT_SHOULD_BE: &str = "The meeting in Zoom is as it should be.";

/// A room as it was read. One that doesn't show what was asked for resists.
fn as_room(snapshot: &Snapshot, at: Id<Account>, asked: Option<&Spec>) -> Room {
    let differs = asked.filter(|spec| !snapshot.shows.matches(spec));
    Room {
        at,
        kind: snapshot.kind,
        id: snapshot.id.clone(),
        join_url: snapshot.join_url.clone(),
        passcode: snapshot.passcode.clone(),
        shows: snapshot.shows.clone(),
        resisted: differs.map(|spec| spec.generation),
        warnings: snapshot.warnings.clone(),
    }
}

/// What the log says of a room that was just read; `well`: of one that shows what was asked for.
fn noted(room: &Room, well: &str) -> String {
    let mut words = match room.resisted {
        Some(_) => "Zoom shows something else than was asked for; it is left so.".to_owned(),
        None => well.to_owned(),
    };
    for warning in &room.warnings {
        words.push_str(&format!(" {warning}."));
    }
    words
}

fn when(shown: &Shown) -> (i64, u16) {
    (shown.starts_at.as_second(), shown.minutes)
}

fn remnant(room: &Room) -> Remnant {
    Remnant::Room {
        at: room.at,
        kind: room.kind,
        id: room.id.clone(),
    }
}

/// When to ask again about a room that is in progress. Its host may have begun it long before its
/// time, or stay in it.
fn in_progress_until(ends_at: Timestamp, now: Timestamp) -> Timestamp {
    ends_at.clamp(now + minutes(5), now + hours(3))
}

fn again(at: Timestamp, why: &str) -> Flow {
    Flow::End(Outcome::Again {
        at,
        why: why.to_owned(),
    })
}

pub(super) fn later_of(backoff: Outcome, at_least: Option<Timestamp>) -> Outcome {
    match (backoff, at_least) {
        (Outcome::Again { at, why }, Some(told)) => Outcome::Again {
            at: at.max(told),
            why,
        },
        (outcome, _) => outcome,
    }
}

/// Ten characters that meet every documented rule of Zoom's but "numbers only": upper and lower
/// case, digit and sign, none easily taken for another.
fn passcode(app: &App) -> Secret {
    const KINDS: [&[u8]; 4] = [
        b"ABCDEFGHJKLMNPQRSTUVWXYZ",
        b"abcdefghijkmnpqrstuvwxyz",
        b"23456789",
        b"@-_*",
    ];
    let chance = app.entropy.bytes::<10>();
    let letters = chance.iter().enumerate().map(|(place, chance)| {
        let kind = KINDS[if place < 4 { place } else { place % 3 }];
        char::from(kind[usize::from(*chance) % kind.len()])
    });
    Secret::new(letters.collect::<String>())
}
