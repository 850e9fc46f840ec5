//! Every quarter of an hour an account's list is compared with the rooms held there: what somebody
//! changed by hand, deleted or took back out of the bin is found also where no notice comes. What
//! differs is only looked at; the reconciler finds out the truth and acts.

pub mod rules;
pub mod store;

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::breaker;
use super::budget::store::{Cost, pause, spend};
use super::budget::{self, Wait};
use super::connection::Break;
use super::pace::Patience;
use super::plan::{Found, RoomKind};
use super::provider::{Answered, Ask, Busy, Fault, Listed, Reply};
use super::reconcile::{self, SWEEP_MINUTES, outlasts_a_call, wanted};
use super::store::Linked;
use super::tokens::{self, NoToken};
use super::wish;
use super::zoom::marker;
use super::zoom::oauth::may_host_webinars;
use crate::app::App;
use crate::booking::{self, Meeting};
use crate::clock::{days, minutes, seconds};
use crate::id::Id;
use crate::outbox::store::try_again;
use crate::outbox::{self, Job, Kind, Outcome};
use crate::planted::point;
use crate::seal::Secret;
use crate::sync_log::{self, Action, Closed, Exchange, Opened, TO_BE_REFRESHED, Verdict};
use rules::{Finding, Marked, judge, to_look_at};

/// Zoom forgets a meeting this long after its date.
const LISTED_FOR_DAYS: i64 = 31;

pub async fn run(app: &App, job: &Job) -> anyhow::Result<Outcome> {
    let mut reader = app.db.read().await?;
    let found = super::store::linked_of_job(&mut reader, job.subject()).await?;
    drop(reader);
    // A connection that is broken begins anew when it is whole.
    let Some(linked) = found.filter(Linked::is_connected) else {
        return Ok(Outcome::Done);
    };
    let sweep = Sweep {
        app,
        job,
        linked: &linked,
    };
    if !app.providers.has(linked.account.provider) {
        return Ok(sweep.later());
    }
    match sweep.lists().await? {
        Ok(lists) => {
            point::pass("sweep.listed")?;
            let outcome = sweep.compare(&lists).await?;
            point::pass("sweep.compared")?;
            Ok(outcome)
        }
        Err(outcome) => Ok(outcome),
    }
}

/// What was read, and of which kinds all of it.
struct Lists {
    rooms: Vec<Listed>,
    whole: Vec<RoomKind>,
}

/// A page of a list.
enum Page {
    Read(Vec<Listed>, Option<String>),
    /// This list is not for us: no plan, no permission.
    Refused,
    End(Outcome),
}

struct Sweep<'a> {
    app: &'a App,
    job: &'a Job,
    linked: &'a Linked,
}

impl Sweep<'_> {
    fn later(&self) -> Outcome {
        Outcome::Again {
            at: self.app.now() + minutes(SWEEP_MINUTES),
            why: "compared every quarter of an hour".to_owned(),
        }
    }

    /// The account's meetings, and its webinars where we hold some.
    async fn lists(&self) -> anyhow::Result<Result<Lists, Outcome>> {
        let mut lists = Lists {
            rooms: Vec::new(),
            whole: Vec::new(),
        };
        let (org, account) = (self.linked.connection.org_id, self.linked.account.id);
        let held =
            store::held(&mut self.app.db.read().await?, org, account, self.app.now()).await?;
        let mut kinds = vec![RoomKind::Meeting];
        let holds_webinars = held.iter().any(|held| held.kind == RoomKind::Webinar);
        if holds_webinars && self.may_list_webinars().await? {
            kinds.push(RoomKind::Webinar);
        }
        for kind in kinds {
            let mut page = None;
            for _ in 0..reconcile::MOST_PAGES {
                if !outlasts_a_call(self.app, self.job) {
                    return Ok(Ok(lists));
                }
                match self.page(kind, page).await? {
                    Page::Read(rooms, next) => {
                        lists.rooms.extend(rooms);
                        page = next;
                    }
                    Page::Refused => break,
                    Page::End(outcome) => return Ok(Err(outcome)),
                }
                if page.is_none() {
                    lists.whole.push(kind);
                    break;
                }
            }
        }
        Ok(Ok(lists))
    }

    /// Without the permission or the plan each list would be refused, and each refusal logged.
    async fn may_list_webinars(&self) -> anyhow::Result<bool> {
        let (org, account) = (self.linked.connection.org_id, self.linked.account.id);
        let mut reader = self.app.db.read().await?;
        let said = super::store::no_webinars_at(&mut reader, org, account).await?;
        let refused = said.is_some_and(|at| at + days(1) > self.app.now());
        Ok(may_host_webinars(&self.linked.connection.scopes) && !refused)
    }

    async fn page(&self, kind: RoomKind, page: Option<String>) -> anyhow::Result<Page> {
        let (entry, answered) = match self.call(&Ask::List { kind, page }).await? {
            Ok(called) => called,
            Err(outcome) => return Ok(Page::End(outcome)),
        };
        match answered.result {
            Ok(Reply::Page { rooms, next }) => {
                let words = format!("{} in the list.", count(rooms.len()));
                self.close(
                    &entry,
                    closed(Verdict::Succeeded, &words, answered.exchange),
                )
                .await?;
                Ok(Page::Read(rooms, next))
            }
            Ok(Reply::Room(_) | Reply::Done) => {
                anyhow::bail!("a list was not answered by a page")
            }
            Err(fault) => self.fault(&entry, fault, answered.exchange).await,
        }
    }

    /// One call, its log entry still open. `Err`: nothing can be asked now.
    async fn call(&self, ask: &Ask) -> anyhow::Result<Result<(Opened, Answered), Outcome>> {
        let mut token = match tokens::fresh(self.app, self.linked).await? {
            Ok(token) => token,
            Err(none) => return Ok(Err(self.without_token(none))),
        };
        for last_try in [false, true] {
            let entry = self.opened("Sent; the answer is not known yet.", Verdict::Sent);
            match self.open(&entry, ask.cost()).await? {
                Ok(at) => self.app.clock.until(at).await,
                Err(wait) => {
                    let (at, why) = wait.over(self.app.entropy.jitter());
                    let why = why.to_owned();
                    return Ok(Err(Outcome::Again { at, why }));
                }
            }
            let Some(answered) = self.ask(&token, ask).await else {
                return Ok(Err(self.later()));
            };
            let heard = breaker::heard(&answered.result);
            breaker::hear(self.app, &self.linked.account, heard).await?;
            let refused = matches!(answered.result, Err(Fault::TokenRefused { .. }));
            if !refused || last_try {
                return Ok(Ok((entry, answered)));
            }
            let words = format!("Zoom refused the access token.{TO_BE_REFRESHED}");
            self.close(&entry, closed(Verdict::Retrying, &words, answered.exchange))
                .await?;
            token = match tokens::after_refusal(self.app, self.linked, &token).await? {
                Ok(token) => token,
                Err(none) => return Ok(Err(self.without_token(none))),
            };
        }
        Ok(Err(self.later()))
    }

    async fn ask(&self, token: &Secret, ask: &Ask) -> Option<Answered> {
        let provider = self.linked.account.provider;
        self.app.providers.ask(provider, token, ask).await
    }

    fn without_token(&self, none: NoToken) -> Outcome {
        match none {
            NoToken::Later { at, words } => {
                let backoff = try_again(self.job, &self.app.clock, &self.app.entropy, words);
                reconcile::later_of(backoff, Some(at))
            }
            // Broken or disconnected meanwhile, or granted anew: the next run sees which.
            NoToken::LookAgain => Outcome::Again {
                at: self.app.now() + seconds(2),
                why: "the connection has changed".to_owned(),
            },
        }
    }

    fn opened(&self, words: &str, verdict: Verdict) -> Opened {
        Opened {
            id: self.app.entropy.id(self.app.now()),
            org: self.linked.connection.org_id,
            at: self.app.now(),
            action: Action::Sweep,
            verdict,
            meeting: None,
            account: Some(self.linked.account.id),
            words: words.to_owned(),
        }
    }

    async fn open(&self, entry: &Opened, cost: Cost) -> anyhow::Result<Result<Timestamp, Wait>> {
        let (entry, account) = (entry.clone(), self.linked.account.clone());
        let by = (cost, Patience::of_a_job(&self.app.clock));
        self.app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move {
                    let spent = spend(tx, &account, by, entry.at).await?;
                    if spent.is_ok() {
                        sync_log::store::open(tx, &entry).await?;
                    }
                    Ok(spent)
                })
            })
            .await
    }

    async fn close(&self, entry: &Opened, closed: Closed) -> anyhow::Result<()> {
        let (org, id) = (entry.org, entry.id);
        self.app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move { Ok(sync_log::store::close(tx, org, id, &closed).await?) })
            })
            .await
    }

    async fn fault(
        &self,
        entry: &Opened,
        fault: Fault,
        exchange: Exchange,
    ) -> anyhow::Result<Page> {
        let words = fault.words().to_owned();
        let backoff = try_again(self.job, &self.app.clock, &self.app.entropy, words.clone());
        let (verdict, page) = match fault {
            Fault::GrantDead { why, .. } => {
                return self
                    .broke(why, entry, closed(Verdict::Failed, &words, exchange))
                    .await;
            }
            Fault::TokenRefused { .. } => {
                let closed = closed(Verdict::Failed, &words, exchange);
                return self.broke(Break::RefreshRefused, entry, closed).await;
            }
            Fault::Busy {
                why: Busy::Pace | Busy::UserDay,
                retry_after,
                ..
            } => {
                let until = budget::pause_ends(Cost::List, retry_after, self.app.now());
                self.pause(until).await?;
                let at_least = retry_after.unwrap_or(until);
                (
                    Verdict::Retrying,
                    Page::End(reconcile::later_of(backoff, Some(at_least))),
                )
            }
            Fault::Busy {
                why: Busy::Unreachable,
                ..
            }
            | Fault::Lost { .. } => (Verdict::Retrying, Page::End(backoff)),
            Fault::OurFault { .. } => {
                tracing::error!(words, "Zoom rejected this server's app");
                (Verdict::Retrying, Page::End(backoff))
            }
            Fault::Gone | Fault::Refused { .. } => (Verdict::Failed, Page::Refused),
        };
        self.close(entry, closed(verdict, &words, exchange)).await?;
        Ok(page)
    }

    async fn broke(&self, why: Break, entry: &Opened, closed: Closed) -> anyhow::Result<Page> {
        let broken = self.linked.connection.facts().broke(why, self.app.now());
        tokens::write_broken(self.app, broken, Some((entry.id, closed))).await?;
        Ok(Page::End(Outcome::Done))
    }

    async fn pause(&self, until: Timestamp) -> anyhow::Result<()> {
        let account = self.linked.account.clone();
        self.app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move { Ok(pause(tx, &account, until).await?) })
            })
            .await
    }

    async fn is_there(&self, room: &Listed) -> anyhow::Result<bool> {
        let ask = Ask::Read {
            kind: room.kind,
            id: room.id.clone(),
        };
        if !outlasts_a_call(self.app, self.job) {
            return Ok(false);
        }
        let Ok((entry, answered)) = self.call(&ask).await? else {
            return Ok(false);
        };
        match answered.result {
            Ok(_) => {
                let words = "A meeting with 42min’s mark was looked at.";
                self.close(&entry, closed(Verdict::Succeeded, words, answered.exchange))
                    .await?;
                Ok(true)
            }
            Err(fault) => {
                self.fault(&entry, fault, answered.exchange).await?;
                Ok(false)
            }
        }
    }

    /// What is held is read after the list, so that nothing made meanwhile looks like a stranger.
    async fn compare(&self, lists: &Lists) -> anyhow::Result<Outcome> {
        let (org, account) = (self.linked.connection.org_id, self.linked.account.id);
        let now = self.app.now();
        let mut reader = self.app.db.read().await?;
        let held = store::held(&mut reader, org, account, now).await?;
        let since = now - days(LISTED_FOR_DAYS);
        let known = store::known_rooms(&mut reader, org, account, since).await?;
        let left = store::left_alone(&mut reader, org, account).await?;
        let behind = store::left_behind(&mut reader, org, account, now).await?;
        drop(reader);
        let known: BTreeSet<String> = known.into_iter().collect();
        for meeting in to_look_at(&held, &lists.rooms, &lists.whole) {
            self.wish(meeting, None).await?;
        }
        for room in lists.rooms.iter().filter(|room| !known.contains(&room.id)) {
            self.unknown(room).await?;
        }
        for meeting in left.into_iter().chain(behind) {
            self.reconcile(meeting).await?;
        }
        let mut reader = self.app.db.read().await?;
        let business = store::has_business(&mut reader, org, account, now).await?;
        Ok(if business {
            self.later()
        } else {
            Outcome::Done
        })
    }

    /// A room that is neither held nor left behind: nothing to us without our mark, or with the
    /// mark of another org.
    async fn unknown(&self, room: &Listed) -> anyhow::Result<()> {
        let (org, account) = (self.linked.connection.org_id, self.linked.account.id);
        let Some(mark) = marker::read(&self.app.installation, &room.agenda) else {
            return Ok(());
        };
        if mark.org != org {
            return Ok(());
        }
        let now = self.app.now();
        let mut reader = self.app.db.read().await?;
        let meeting = booking::store::meeting(&mut reader, org, mark.meeting).await?;
        let finding = match &meeting {
            None => judge(room, account, None, now),
            Some(meeting) => {
                let seen =
                    super::store::seen(&mut reader, org, meeting.id, meeting.generation).await?;
                let marked = Marked {
                    wanted: wanted(meeting).is_some_and(|spec| spec.starts_at > now),
                    seen: &seen,
                    was_deleted: store::was_deleted(&mut reader, org, meeting.id, &room.id).await?,
                };
                judge(room, account, Some(&marked), now)
            }
        };
        drop(reader);
        match finding {
            Finding::Awaited | Finding::Past => Ok(()),
            Finding::CameBack => {
                let found = Found {
                    at: account,
                    kind: room.kind,
                    id: room.id.clone(),
                };
                self.wish(mark.meeting, Some(found)).await
            }
            Finding::Stray => self.stray(room).await,
        }
    }

    /// One meeting at a time, its job before its wish: the order in which the reconciler takes
    /// them.
    async fn wish(&self, meeting: Id<Meeting>, found: Option<Found>) -> anyhow::Result<()> {
        let (org, now) = (self.linked.connection.org_id, self.app.now());
        self.app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move {
                    outbox::store::enqueue(tx, Kind::Conference, meeting, now).await?;
                    match &found {
                        Some(found) => wish::store::look_at(tx, org, meeting, found, now).await?,
                        None => drop(wish::store::look(tx, org, meeting, now).await?),
                    }
                    Ok(point::pass("sweep.wishing")?)
                })
            })
            .await
    }

    async fn reconcile(&self, meeting: Id<Meeting>) -> anyhow::Result<()> {
        let now = self.app.now();
        self.app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move {
                    Ok(outbox::store::enqueue(tx, Kind::Conference, meeting, now).await?)
                })
            })
            .await
    }

    /// A restored backup looks like this, and a copy that somebody made: said once, never touched.
    /// A list can still show what was deleted, so the room itself is asked for first.
    async fn stray(&self, room: &Listed) -> anyhow::Result<()> {
        let mut reader = self.app.db.read().await?;
        let (org, account) = (self.linked.connection.org_id, self.linked.account.id);
        let known = store::is_stray(&mut reader, org, account, &room.id).await?;
        drop(reader);
        if known || !self.is_there(room).await? {
            return Ok(());
        }
        let words = format!(
            "{} ({}) carries 42min’s mark and belongs to no booking here. It was left alone.",
            room.shows.topic, room.id
        );
        let entry = self.opened(&words, Verdict::Skipped);
        let (room, now) = (room.clone(), self.app.now());
        self.app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move {
                    if store::put_stray(tx, org, account, &room, now).await? {
                        sync_log::store::open(tx, &entry).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

fn closed(verdict: Verdict, words: &str, exchange: Exchange) -> Closed {
    Closed {
        verdict,
        words: words.to_owned(),
        exchange: Some(exchange),
    }
}

fn count(n: usize) -> String {
    match n {
        1 => "1 meeting".to_owned(),
        n => format!("{n} meetings"),
    }
}
