//! One call to a provider, and what it changes: a log entry and a doubt committed before it, its
//! answer after it, all only while the job is ours.

use jiff::Timestamp;

use super::{Flow, Run, SWEEP_MINUTES, again, later_of};
use crate::app::App;
use crate::booking::Meeting;
use crate::clock::{days, minutes};
use crate::conferencing::breaker::{self, Heard};
use crate::conferencing::budget::store::Cost;
use crate::conferencing::budget::{self, Wait};
use crate::conferencing::connection::{Break, Connection};
use crate::conferencing::pace::Patience;
use crate::conferencing::plan::{Here, Left, Refused, Room};
use crate::conferencing::provider::{Ask, Busy, Fault, Reply};
use crate::conferencing::store::{self, Linked};
use crate::conferencing::tokens::{self, NoToken};
use crate::conferencing::{Account, Leftover, mails, wish};
use crate::db::Tx;
use crate::http::CALL_TIMEOUT;
use crate::id::Id;
use crate::outbox::store::{still_ours, try_again};
use crate::outbox::{self, Job, Kind};
use crate::planted::point::{self, Planted};
use crate::sync_log::{self, Action, Closed, Exchange, Opened, TO_BE_REFRESHED, Verdict};

/// What a step changes, written in one transaction beside the closing of its log entry.
pub(super) enum Effect {
    Here(Here),
    Refused(Refused),
    Left(Left),
    DropLeft(Id<Leftover>),
    RoomMade(Id<Account>),
    CannotHost(Id<Account>),
    NoWebinars(Id<Account>),
    Webinars(Id<Account>),
    Broken(Box<Linked>, Break),
    /// Somebody deleted the room at the provider.
    Deleted,
    /// So near its start that its host is asked whether there is to be another.
    AskHost,
    /// A room that is gone may come back.
    RememberGone(Room),
    ForgetGone(Id<Account>, String),
    /// What the room shows after our change is to be looked at.
    Look,
    /// What was wished for in this round was looked at.
    Looked(i64),
    /// Only what was found beside the room.
    Fetched(i64),
    /// What was changed by hand is put back.
    PutBack,
    /// A change that was counted then did not happen.
    GiveBack(Box<Account>, Timestamp),
    DayUsedUp(Box<Account>),
    Pause(Box<Account>, Timestamp),
    /// What people were told may differ from what is true now.
    Letters,
}

impl Effect {
    /// What is true of an account whoever has the job now.
    fn is_of_the_account(&self) -> bool {
        match self {
            Effect::GiveBack(..) | Effect::DayUsedUp(_) | Effect::Pause(..) => true,
            Effect::Here(_)
            | Effect::Refused(_)
            | Effect::Left(_)
            | Effect::DropLeft(_)
            | Effect::RoomMade(_)
            | Effect::CannotHost(_)
            | Effect::NoWebinars(_)
            | Effect::Webinars(_)
            | Effect::Broken(..)
            | Effect::Deleted
            | Effect::AskHost
            | Effect::RememberGone(_)
            | Effect::ForgetGone(..)
            | Effect::Look
            | Effect::Looked(_)
            | Effect::Fetched(_)
            | Effect::PutBack
            | Effect::Letters => false,
        }
    }
}

/// A call's answer, its log entry still open.
pub(super) struct Called {
    pub(super) result: Result<Reply, Fault>,
    pub(super) entry: Id<sync_log::Entry>,
    pub(super) exchange: Exchange,
    account: Account,
    cost: Cost,
}

impl Called {
    /// What the answer says of the provider's limits.
    fn dues(&self, now: Timestamp) -> Vec<Effect> {
        let Err(fault) = &self.result else {
            return Vec::new();
        };
        let account = || Box::new(self.account.clone());
        let mut dues = Vec::new();
        let (happened, limit) = match fault {
            Fault::Busy {
                why, retry_after, ..
            } => (false, Some((*why, *retry_after))),
            Fault::TokenRefused { .. } | Fault::OurFault { .. } => (false, None),
            Fault::Lost { .. } | Fault::Gone | Fault::GrantDead { .. } | Fault::Refused { .. } => {
                (true, None)
            }
        };
        if !happened && self.cost == Cost::Change {
            dues.push(Effect::GiveBack(account(), now));
        }
        match limit {
            Some((Busy::Pace, until)) => {
                let until = budget::pause_ends(self.cost, until, now);
                dues.push(Effect::Pause(account(), until));
            }
            Some((Busy::UserDay, _)) if budget::is_about_this_day(now) => {
                dues.push(Effect::DayUsedUp(account()));
            }
            Some((Busy::UserDay | Busy::Unreachable, _)) | None => {}
        }
        dues
    }
}

/// Whether a call was opened.
pub(super) enum Opening {
    /// To be sent at this moment.
    Opened(Timestamp),
    NotOurs,
    Wait(Wait),
}

impl Run<'_> {
    pub(super) fn linked(&self, at: Id<Account>) -> Option<&Linked> {
        self.scene
            .linked
            .iter()
            .find(|linked| linked.account.id == at)
    }

    pub(super) fn opened(&self, action: Action, account: Id<Account>) -> Opened {
        Opened {
            id: self.app.entropy.id(self.app.now()),
            org: self.scene.meeting.org_id,
            at: self.app.now(),
            action,
            verdict: Verdict::Sent,
            meeting: Some(self.scene.meeting.id),
            account: Some(account),
            words: "Sent; the answer is not known yet.".to_owned(),
        }
    }

    /// One call: a fresh token, then in one commit `before` and the opened entry, then the question.
    /// A refused token is refreshed once. `Err`: nothing was sent, or another has the job now.
    pub(super) async fn call(
        &self,
        at: Id<Account>,
        action: Action,
        before: Vec<Effect>,
        ask: Ask,
    ) -> anyhow::Result<Result<Called, Flow>> {
        let Some(linked) = self.linked(at) else {
            return Ok(Err(Flow::LookAgain));
        };
        let mut token = match tokens::fresh(self.app, linked).await? {
            Ok(token) => token,
            Err(none) => return Ok(Err(self.no_token(none))),
        };
        let before = std::sync::Arc::new(before);
        for last_try in [false, true] {
            if !outlasts_a_call(self.app, self.job) {
                return Ok(Err(again(
                    self.app.now(),
                    "there is no time left for a call",
                )));
            }
            let entry = self.opened(action, at);
            let id = entry.id;
            let (account, cost) = (linked.account.clone(), ask.cost());
            match self
                .open(entry, before.clone(), account.clone(), cost)
                .await?
            {
                Opening::Opened(at) => self.app.clock.until(at).await,
                Opening::NotOurs => {
                    return Ok(Err(again(self.app.now(), "another worker has this job")));
                }
                Opening::Wait(wait) => return Ok(Err(self.wait(action, wait).await?)),
            }
            sending(&ask)?;
            let Some(answered) = self
                .app
                .providers
                .ask(linked.account.provider, &token, &ask)
                .await
            else {
                return Ok(Err(Flow::LookAgain));
            };
            answered_to(&ask)?;
            let called = Called {
                result: answered.result,
                entry: id,
                exchange: answered.exchange,
                account,
                cost,
            };
            if !matches!(called.result, Err(Fault::TokenRefused { .. })) || last_try {
                return Ok(Ok(called));
            }
            let words = format!("Zoom refused the access token.{TO_BE_REFRESHED}");
            let undo = match ask {
                Ask::Create { .. } => vec![Effect::Here(Here::Nothing)],
                Ask::Read { .. }
                | Ask::Move { .. }
                | Ask::SetPasscode { .. }
                | Ask::Delete { .. }
                | Ask::List { .. } => vec![],
            };
            self.close(called, Verdict::Retrying, &words, undo).await?;
            token = match tokens::after_refusal(self.app, linked, &token).await? {
                Ok(token) => token,
                Err(none) => return Ok(Err(self.no_token(none))),
            };
        }
        Ok(Err(Flow::LookAgain))
    }

    pub(super) fn no_token(&self, none: NoToken) -> Flow {
        match none {
            NoToken::LookAgain => Flow::LookAgain,
            NoToken::Later { at, words } => {
                let backoff = try_again(self.job, &self.app.clock, &self.app.entropy, words);
                Flow::End(later_of(backoff, Some(at)))
            }
        }
    }

    /// Nothing was sent: the account has to wait.
    async fn wait(&self, action: Action, wait: Wait) -> anyhow::Result<Flow> {
        let (at, why) = wait.over(self.app.entropy.jitter());
        match wait {
            Wait::DayUsedUp(_) => self.note_once(action, why).await?,
            Wait::Paused(_) | Wait::NotYet(_) | Wait::Silent(_) => {}
        }
        Ok(again(at, why))
    }

    pub(super) async fn open(
        &self,
        entry: Opened,
        before: std::sync::Arc<Vec<Effect>>,
        account: Account,
        cost: Cost,
    ) -> anyhow::Result<Opening> {
        let (app, job, meeting) = (
            self.app.clone(),
            self.job.clone(),
            self.scene.meeting.clone(),
        );
        let patience = Patience::of_a_job(&app.clock);
        self.app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move {
                    // A connection’s row before jobs’ rows, here and in `commit`: who breaks a
                    // connection takes them in that order, and nobody may wait in a circle.
                    if let Some(account) = entry.account {
                        store::touch(tx, meeting.org_id, account, entry.at).await?;
                    }
                    if !still_ours(tx, &job).await? {
                        return Ok(Opening::NotOurs);
                    }
                    let at = match budget::store::spend(tx, &account, (cost, patience), entry.at)
                        .await?
                    {
                        Ok(at) => at,
                        Err(wait) => return Ok(Opening::Wait(wait)),
                    };
                    apply(tx, &app, &meeting, &before).await?;
                    sync_log::store::open(tx, &entry).await?;
                    Ok(Opening::Opened(at))
                })
            })
            .await
    }

    /// Writes the answer: the entry is closed whoever has the job now, its effects are written only
    /// while it is ours. A room that is not written is found again by its mark.
    pub(super) async fn close(
        &self,
        called: Called,
        verdict: Verdict,
        words: &str,
        effects: Vec<Effect>,
    ) -> anyhow::Result<()> {
        let mut effects = effects;
        effects.extend(called.dues(self.app.now()));
        let heard = (called.account, breaker::heard(&called.result));
        let closed = Closed {
            verdict,
            words: words.to_owned(),
            exchange: Some(called.exchange),
        };
        self.commit(Some((called.entry, closed, heard)), effects)
            .await
    }

    pub(super) async fn write(&self, effects: Vec<Effect>) -> anyhow::Result<()> {
        self.commit(None, effects).await
    }

    pub(super) async fn commit(
        &self,
        closed: Option<(Id<sync_log::Entry>, Closed, (Account, Heard))>,
        effects: Vec<Effect>,
    ) -> anyhow::Result<()> {
        let (broken, effects): (Vec<_>, Vec<_>) = effects
            .into_iter()
            .partition(|effect| matches!(effect, Effect::Broken(..)));
        let (dues, effects): (Vec<_>, Vec<_>) =
            effects.into_iter().partition(Effect::is_of_the_account);
        let (app, job, meeting) = (
            self.app.clone(),
            self.job.clone(),
            self.scene.meeting.clone(),
        );
        let back = self
            .app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move {
                    let mut back = None;
                    if let Some((entry, closed, _)) = &closed {
                        sync_log::store::close(tx, meeting.org_id, *entry, closed).await?;
                    }
                    // That a grant is dead is true whoever has the job.
                    apply(tx, &app, &meeting, &broken).await?;
                    let ours = still_ours(tx, &job).await?;
                    if let Some((.., (account, heard))) = closed
                        && breaker::store::put_heard(tx, &account, heard, app.now()).await?
                    {
                        back = Some(account);
                    }
                    apply(tx, &app, &meeting, &dues).await?;
                    if ours {
                        apply(tx, &app, &meeting, &effects).await?;
                    }
                    Ok(back)
                })
            })
            .await?;
        match back {
            Some(account) => breaker::bring_forward(self.app, &account).await,
            None => Ok(()),
        }
    }
}

fn sending(ask: &Ask) -> Result<(), Planted> {
    match ask {
        Ask::Create { .. } => point::pass("create.sending"),
        Ask::Read { .. } => point::pass("read.sending"),
        Ask::Move { .. } => point::pass("update.sending"),
        Ask::SetPasscode { .. } => point::pass("passcode.sending"),
        Ask::Delete { .. } => point::pass("delete.sending"),
        Ask::List { .. } => point::pass("list.sending"),
    }
}

fn answered_to(ask: &Ask) -> Result<(), Planted> {
    match ask {
        Ask::Create { .. } => point::pass("create.answered"),
        Ask::Read { .. } => point::pass("read.answered"),
        Ask::Move { .. } => point::pass("update.answered"),
        Ask::SetPasscode { .. } => point::pass("passcode.answered"),
        Ask::Delete { .. } => point::pass("delete.answered"),
        Ask::List { .. } => point::pass("list.answered"),
    }
}

/// A call is sent only while the lease is longer than it can take, and none by a process that was
/// told to stop: whoever takes the job next sends it.
pub(in crate::conferencing) fn outlasts_a_call(app: &App, job: &Job) -> bool {
    let left = job.leased_until.duration_since(app.now());
    left.as_secs_f64() > CALL_TIMEOUT.as_secs_f64() + 5.0 && !app.is_leaving()
}

async fn apply(
    tx: &mut Tx,
    app: &App,
    meeting: &Meeting,
    effects: &[Effect],
) -> anyhow::Result<()> {
    let (org, id, now) = (meeting.org_id, meeting.id, app.now());
    for effect in effects {
        match effect {
            Effect::Here(here) => store::put_here(tx, org, id, here, now).await?,
            Effect::Refused(refused) => {
                store::put_refused(tx, org, id, meeting.generation, refused).await?;
            }
            Effect::Left(left) => store::put_left(tx, org, id, left, now).await?,
            Effect::DropLeft(left) => store::drop_left(tx, org, *left).await?,
            Effect::RoomMade(account) => {
                store::count_room_made(tx, org, *account).await?;
                if let Some(linked) = store::connection_of_account(tx, org, *account).await? {
                    let at = now + minutes(SWEEP_MINUTES);
                    outbox::store::enqueue(tx, Kind::Sweep, linked.connection.id, at).await?;
                }
            }
            Effect::CannotHost(account) => {
                store::set_plan(tx, org, *account, store::CANNOT_HOST).await?;
            }
            Effect::NoWebinars(account) => {
                if store::put_no_webinars(tx, org, *account, now).await? {
                    mails::no_webinars(tx, app, meeting, *account).await?;
                }
            }
            Effect::Webinars(account) => store::forget_no_webinars(tx, org, *account).await?,
            Effect::Broken(linked, why) => {
                if let Connection::Connected(connected) = linked.connection.open(&app.seal)? {
                    tokens::broken_in(tx, app, &connected.broke(*why, now)).await?;
                }
            }
            Effect::Deleted => wish::store::put_deleted(tx, org, id, now).await?,
            Effect::AskHost => mails::deleted_at_provider(tx, app, meeting).await?,
            Effect::RememberGone(room) => {
                let new = app.entropy.id(now);
                wish::store::remember_gone(tx, (org, id), new, room, now).await?;
            }
            Effect::ForgetGone(account, room) => {
                wish::store::forget_gone(tx, org, *account, room).await?;
            }
            Effect::Look => drop(wish::store::look(tx, org, id, now).await?),
            Effect::Looked(round) => wish::store::looked(tx, org, id, *round).await?,
            Effect::PutBack => {
                let since = now - days(1);
                wish::store::count_put_back(tx, org, id, (since, now)).await?;
            }
            Effect::Fetched(round) => wish::store::fetched(tx, org, id, *round).await?,
            Effect::GiveBack(account, at) => budget::store::give_back(tx, account, *at).await?,
            Effect::DayUsedUp(account) => budget::store::mark_full(tx, account, now).await?,
            Effect::Pause(account, until) => budget::store::pause(tx, account, *until).await?,
            Effect::Letters => outbox::store::enqueue(tx, Kind::Letters, id, now).await?,
        }
    }
    Ok(())
}
