//! A usable access token, refreshed by one refresher at a time across processes. Zoom's refresh
//! tokens can be used once: the loser of a race would end the connection.

use jiff::{SignedDuration, Timestamp};

use super::breaker::{self, Heard};
use super::budget::Wait;
use super::budget::store::{Cost, spend};
use super::connection::{Break, Broken, Connected, Connection, Facts, Tokens};
use super::pace::Patience;
use super::provider::Fault;
use super::store::{self, Linked};
use super::zoom::{Granted, Zoom};
use super::{Account, ConnectionRole, mails};
use crate::app::App;
use crate::clock::{minutes, seconds};
use crate::db::Tx;
use crate::id::Id;
use crate::planted::point;
use crate::seal::Secret;
use crate::sync_log::reason::Reason;
use crate::sync_log::{self, Action, Closed, Opened, Verdict, record};

/// A token that ends sooner is refreshed first.
const LEFT_AT_LEAST_MINUTES: i64 = 5;
/// Longer than the longest call, so that a second refresher never begins during the first.
const LEASE_SECONDS: i64 = 40;

/// A refresh takes a fraction of a second, as a rule: who comes second waits for it.
const LOOKS: usize = 12;
const BETWEEN_LOOKS_MILLIS: i64 = 250;

/// The provider's word for a plan we don't know says nothing new.
const UNKNOWN_PLAN: &str = "unknown";

/// Why there is no token now.
#[derive(Debug)]
pub enum NoToken {
    /// Somebody else refreshes, or Zoom can't be reached: again at this time.
    Later { at: Timestamp, words: String },
    /// The connection is broken, disconnected, or was changed meanwhile: look again at all of it.
    LookAgain,
}

/// An access token that will live for some minutes.
pub async fn fresh(app: &App, linked: &Linked) -> anyhow::Result<Result<Secret, NoToken>> {
    let Connection::Connected(connected) = linked.connection.open(&app.seal)? else {
        return Ok(Err(NoToken::LookAgain));
    };
    if connected.tokens.expires_at > app.now() + minutes(LEFT_AT_LEAST_MINUTES) {
        return Ok(Ok(connected.tokens.access));
    }
    refresh(app, linked, connected).await
}

/// A token after the provider has refused the one we had, once.
pub async fn after_refusal(
    app: &App,
    linked: &Linked,
    refused: &Secret,
) -> anyhow::Result<Result<Secret, NoToken>> {
    let id = linked.connection.id;
    let org = linked.connection.org_id;
    let Some(now_linked) = store::linked_one(&mut app.db.read().await?, org, id).await? else {
        return Ok(Err(NoToken::LookAgain));
    };
    match now_linked.connection.open(&app.seal)? {
        // Somebody has refreshed it already.
        Connection::Connected(c) if c.tokens.access != *refused => Ok(Ok(c.tokens.access)),
        Connection::Connected(connected) => refresh(app, &now_linked, connected).await,
        Connection::Broken(_) | Connection::Disconnecting(_) => Ok(Err(NoToken::LookAgain)),
    }
}

async fn refresh(
    app: &App,
    linked: &Linked,
    connected: Connected,
) -> anyhow::Result<Result<Secret, NoToken>> {
    let entry = opened(app, &connected.facts);
    match take_lease(app, linked, &entry).await? {
        Lease::Ours => {}
        Lease::AnothersOrOver => {
            app.figures.refresh("by_another");
            return refreshed_by_another(app, linked).await;
        }
        Lease::Silent(at) => {
            let words = breaker::WORDS.to_owned();
            return Ok(Err(NoToken::Later { at, words }));
        }
    }
    point::pass("refresh.sending")?;
    let asked = app
        .providers
        .refresh(linked.account.provider, &connected.tokens.refresh)
        .await;
    let Some((result, exchange)) = asked else {
        app.figures.refresh("not_set_up");
        end_lease(app, &connected.facts, &entry, Reason::NotSetUp.words()).await?;
        return Ok(Err(NoToken::LookAgain));
    };
    point::pass("refresh.answered")?;
    let heard = breaker::heard(&result);
    let close = |verdict, words: String| Closed {
        verdict,
        words,
        exchange: Some(exchange.clone()),
    };
    match result {
        Ok(tokens) => {
            let closed = close(
                Verdict::Succeeded,
                "Zoom gave a new access token.".to_owned(),
            );
            let fresh = store_refreshed(app, linked, (connected, tokens), &entry, closed).await?;
            // The connection was broken, disconnected or granted anew while Zoom was asked.
            app.figures
                .refresh(if fresh.is_ok() { "renewed" } else { "outdated" });
            Ok(fresh)
        }
        Err(Fault::GrantDead { why, words }) => {
            let closed = close(
                Verdict::Failed,
                format!("Zoom no longer accepts this authorization ({words})."),
            );
            let broken = connected.broke(why, app.now());
            let broke = write_refused(app, linked, broken, (entry.id, closed)).await?;
            app.figures
                .refresh(if broke { "broke" } else { "outdated" });
            Ok(Err(NoToken::LookAgain))
        }
        Err(fault) => {
            app.figures.refresh("later");
            let words = match &fault {
                Fault::OurFault { words } => {
                    tracing::error!(words, "Zoom rejected this server's app credentials");
                    "Zoom rejected this server’s app credentials. Check the Zoom client ID and \
                     secret in the server settings."
                        .to_owned()
                }
                Fault::Busy { words, .. }
                | Fault::Lost { words }
                | Fault::TokenRefused { words }
                | Fault::Refused { words, .. } => words.clone(),
                Fault::Gone | Fault::GrantDead { .. } => fault.words().to_owned(),
            };
            let at = match fault {
                Fault::Busy {
                    retry_after: Some(at),
                    ..
                } => at,
                Fault::Busy { .. }
                | Fault::Lost { .. }
                | Fault::Gone
                | Fault::TokenRefused { .. }
                | Fault::GrantDead { .. }
                | Fault::Refused { .. }
                | Fault::OurFault { .. } => app.now() + seconds(5),
            };
            let closed = close(Verdict::Retrying, words.clone());
            let account = &linked.account;
            end_lease_with(
                app,
                &connected.facts,
                &entry,
                closed,
                Some((account, heard)),
            )
            .await?;
            Ok(Err(NoToken::Later { at, words }))
        }
    }
}

fn opened(app: &App, facts: &Facts) -> Opened {
    Opened {
        id: app.entropy.id(app.now()),
        org: facts.org,
        at: app.now(),
        action: Action::RefreshAccess,
        verdict: Verdict::Sent,
        meeting: None,
        account: Some(facts.account),
        words: "Sent; the answer is not known yet.".to_owned(),
    }
}

/// Somebody else refreshes, or has done so since we read the connection.
async fn refreshed_by_another(
    app: &App,
    linked: &Linked,
) -> anyhow::Result<Result<Secret, NoToken>> {
    let (org, id) = (linked.connection.org_id, linked.connection.id);
    for _ in 0..LOOKS {
        let found = store::linked_one(&mut app.db.read().await?, org, id).await?;
        let Some(found) = found else {
            return Ok(Err(NoToken::LookAgain));
        };
        if found.connection.refresh_token != linked.connection.refresh_token {
            return Ok(match found.connection.open(&app.seal)? {
                Connection::Connected(connected) => Ok(connected.tokens.access),
                Connection::Broken(_) | Connection::Disconnecting(_) => Err(NoToken::LookAgain),
            });
        }
        let soon = SignedDuration::from_millis(BETWEEN_LOOKS_MILLIS);
        app.clock.until(app.now() + soon).await;
    }
    Ok(Err(NoToken::Later {
        at: app.now() + seconds(2),
        words: "another process refreshes the access".to_owned(),
    }))
}

/// Whether a refresh may be sent.
enum Lease {
    Ours,
    AnothersOrOver,
    /// The provider doesn't answer; again at this time.
    Silent(Timestamp),
}

/// The lease and the opened entry, in one commit before anything is sent.
async fn take_lease(app: &App, linked: &Linked, entry: &Opened) -> anyhow::Result<Lease> {
    let (seen, entry, now) = (linked.connection.clone(), entry.clone(), app.now());
    let account = linked.account.clone();
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                let ours =
                    store::lease_refresh(tx, &seen, now, now + seconds(LEASE_SECONDS)).await?;
                if !ours {
                    return Ok(Lease::AnothersOrOver);
                }
                if let Some(at) = breaker::store::silent_until(tx, &account, now).await? {
                    store::end_refresh_lease(tx, &seen.facts()).await?;
                    return Ok(Lease::Silent(at));
                }
                sync_log::store::open(tx, &entry).await?;
                Ok(Lease::Ours)
            })
        })
        .await
}

async fn end_lease(app: &App, facts: &Facts, entry: &Opened, words: String) -> anyhow::Result<()> {
    let closed = Closed {
        verdict: Verdict::Skipped,
        words,
        exchange: None,
    };
    end_lease_with(app, facts, entry, closed, None).await
}

async fn end_lease_with(
    app: &App,
    facts: &Facts,
    entry: &Opened,
    closed: Closed,
    heard: Option<(&Account, Heard)>,
) -> anyhow::Result<()> {
    let (facts, org, id) = (facts.clone(), entry.org, entry.id);
    let heard = heard.map(|(account, heard)| (account.clone(), heard));
    let now = app.now();
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                store::end_refresh_lease(tx, &facts).await?;
                // That tokens can be had says little of the rest; that they can't, enough.
                if let Some((account, Heard::Silence)) = &heard {
                    breaker::store::put_heard(tx, account, Heard::Silence, now).await?;
                }
                Ok(sync_log::store::close(tx, org, id, &closed).await?)
            })
        })
        .await
}

async fn store_refreshed(
    app: &App,
    linked: &Linked,
    (connected, tokens): (Connected, Tokens),
    entry: &Opened,
    closed: Closed,
) -> anyhow::Result<Result<Secret, NoToken>> {
    let (account, now) = (linked.account.clone(), app.now());
    let access = tokens.access.clone();
    let (refreshed, seal) = (connected.refreshed(tokens), app.seal.clone());
    let (org, id) = (entry.org, entry.id);
    let stored = app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                let stored = store::put_refreshed(tx, &seal, &refreshed).await?;
                breaker::store::ask_now(tx, &account, now).await?;
                sync_log::store::close(tx, org, id, &closed).await?;
                Ok(stored)
            })
        })
        .await?;
    point::pass("refresh.stored")?;
    Ok(if stored {
        Ok(access)
    } else {
        Err(NoToken::LookAgain)
    })
}

/// The refresh token that was sent is dead, and so is the connection, unless somebody got a new one
/// meanwhile: this answer was so long on its way that its lease had ended. Answers whether it was.
async fn write_refused(
    app: &App,
    linked: &Linked,
    broken: Broken,
    (id, closed): (Id<sync_log::Entry>, Closed),
) -> anyhow::Result<bool> {
    let (app, sent) = (app.clone(), linked.connection.clone());
    app.db
        .clone()
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                sync_log::store::close(tx, broken.facts.org, id, &closed).await?;
                let is_ours = store::still_holds(tx, &sent).await?;
                if is_ours {
                    broken_in(tx, &app, &broken).await?;
                }
                Ok(is_ours)
            })
        })
        .await
}

/// A connection has broken: tokens dropped, its owner mailed, its meetings looked at again, the log
/// told; all in one commit, and once however many notice.
pub async fn write_broken(
    app: &App,
    broken: Broken,
    close: Option<(Id<sync_log::Entry>, Closed)>,
) -> anyhow::Result<()> {
    let app = app.clone();
    app.db
        .clone()
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                if let Some((id, closed)) = &close {
                    sync_log::store::close(tx, broken.facts.org, *id, closed).await?;
                }
                broken_in(tx, &app, &broken).await
            })
        })
        .await
}

/// The same inside a transaction that is open already.
pub async fn broken_in(tx: &mut Tx, app: &App, broken: &Broken) -> anyhow::Result<()> {
    let mut broken = broken.clone();
    // A refusal doesn't say why; the removal that was in doubt does.
    if broken.why == Break::RefreshRefused
        && store::is_removal_said(tx, broken.facts.org, broken.facts.id).await?
    {
        broken.why = Break::RemovedInZoom;
    }
    let broken = &broken;
    if !store::put_broken(tx, broken).await? {
        return Ok(());
    }
    let (facts, now) = (&broken.facts, app.now());
    let entry = Opened {
        id: app.entropy.id(now),
        org: facts.org,
        at: now,
        action: match broken.why {
            Break::RemovedInZoom => Action::AccessRemoved,
            Break::RefreshRefused
            | Break::ScopeMissing
            | Break::UserGone
            | Break::ConnectedElsewhere
            | Break::Copied => Action::ConnectionBroken,
        },
        verdict: Verdict::Received,
        meeting: None,
        account: Some(facts.account),
        words: format!(
            "{}. The account was marked Connection broken and {} emailed.",
            broken.why.headline(),
            match facts.role {
                ConnectionRole::Personal => "its owner was",
                ConnectionRole::Shared => "the admins were",
            }
        ),
    };
    sync_log::store::open(tx, &entry).await?;
    let whose = (facts.org, facts.account);
    sync_log::store::not_tried_again(tx, whose, now - minutes(1)).await?;
    mails::connection_broken(tx, app, broken).await?;
    store::look_again(tx, facts.org, now).await?;
    Ok(())
}

/// Whether the connection still works: asks Zoom who we are. A dead one is marked broken.
pub async fn probe(app: &App, linked: &Linked) -> anyhow::Result<Result<(), NoToken>> {
    let Some(zoom) = &app.providers.zoom else {
        return Ok(Err(NoToken::LookAgain));
    };
    let mut token = match fresh(app, linked).await? {
        Ok(token) => token,
        Err(none) => return Ok(Err(none)),
    };
    for last_try in [false, true] {
        let refused = if last_try {
            Verdict::Failed
        } else {
            Verdict::Retrying
        };
        match may_ask(app, &linked.account).await? {
            Ok(at) => app.clock.until(at).await,
            Err(wait) => {
                let (at, words) = wait.over(app.entropy.jitter());
                let words = words.to_owned();
                return Ok(Err(NoToken::Later { at, words }));
            }
        }
        let why = match who_are_we(app, zoom, linked, (&token, refused)).await? {
            Ok(granted) => {
                learn_plan(app, linked, &granted.plan).await?;
                return Ok(Ok(()));
            }
            Err(Fault::TokenRefused { .. }) if !last_try => {
                match after_refusal(app, linked, &token).await? {
                    Ok(fresh) => token = fresh,
                    Err(none) => return Ok(Err(none)),
                }
                continue;
            }
            Err(Fault::TokenRefused { .. }) => Break::RefreshRefused,
            Err(Fault::GrantDead { why, .. }) => why,
            Err(
                fault @ (Fault::Busy { .. }
                | Fault::Lost { .. }
                | Fault::Gone
                | Fault::Refused { .. }
                | Fault::OurFault { .. }),
            ) => {
                let words = fault.words().to_owned();
                return Ok(Err(NoToken::Later {
                    at: app.now() + minutes(30),
                    words,
                }));
            }
        };
        if let Connection::Connected(connected) = linked.connection.open(&app.seal)? {
            write_broken(app, connected.broke(why, app.now()), None).await?;
        }
    }
    Ok(Err(NoToken::LookAgain))
}

/// One that could not host may have been given a license: its meetings are tried again.
async fn learn_plan(app: &App, linked: &Linked, plan: &str) -> anyhow::Result<()> {
    if plan == linked.account.plan || plan == UNKNOWN_PLAN {
        return Ok(());
    }
    let (org, account) = (linked.connection.org_id, linked.account.id);
    let (plan, now) = (plan.to_owned(), app.now());
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                store::set_plan(tx, org, account, &plan).await?;
                store::look_again(tx, org, now).await?;
                Ok(())
            })
        })
        .await
}

/// Whether a call in this account's name may be sent, and when.
async fn may_ask(app: &App, account: &Account) -> anyhow::Result<Result<Timestamp, Wait>> {
    let (account, now) = (account.clone(), app.now());
    let cost = (Cost::Free, Patience::of_a_job(&app.clock));
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { Ok(spend(tx, &account, cost, now).await?) })
        })
        .await
}

/// One call, with its entry in the log; a refused token is logged as told.
async fn who_are_we(
    app: &App,
    zoom: &Zoom,
    linked: &Linked,
    (token, refused): (&Secret, Verdict),
) -> anyhow::Result<Result<Granted, Fault>> {
    let about = record::About {
        org: linked.connection.org_id,
        meeting: None,
        account: Some(linked.account.id),
    };
    let call = record::begin(app, Action::Probe, about).await?;
    let (result, exchange) = zoom.me(token).await;
    let (verdict, words) = match &result {
        Ok(_) => (Verdict::Succeeded, "The authorization works.".to_owned()),
        Err(Fault::TokenRefused { words }) => (refused, words.clone()),
        Err(
            fault @ (Fault::Busy { .. }
            | Fault::Lost { .. }
            | Fault::Gone
            | Fault::GrantDead { .. }
            | Fault::Refused { .. }
            | Fault::OurFault { .. }),
        ) => (Verdict::Failed, fault.words().to_owned()),
    };
    call.end(verdict, words, exchange).await?;
    breaker::hear(app, &linked.account, breaker::heard(&result)).await?;
    Ok(result)
}
