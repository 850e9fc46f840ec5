//! Saving the switches: the card, its entry in the sync log and the meetings that depend on it, in
//! one commit. Two admins at once don't undo each other unawares.

use super::{Rollout, rules, store};
use crate::accounts::session::SignedIn;
use crate::app::App;
use crate::conferencing::{self, Account};
use crate::db::Tx;
use crate::planted::point;
use crate::sync_log::{self, Action, Opened, Verdict};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    Yes,
    /// Another admin saved in between: nothing is changed.
    SomebodyElse,
}

/// `wanted` was made of the version it names.
pub async fn save(app: &App, who: &SignedIn, wanted: Rollout) -> anyhow::Result<Saved> {
    let (app_, by) = (app.clone(), who.person.name.clone());
    let saved = app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                let saved = save_in(tx, &app_, &by, &wanted).await?;
                point::pass("rollout.writing")?;
                Ok(saved)
            })
        })
        .await?;
    point::pass("rollout.written")?;
    Ok(saved)
}

/// The master switch is on from now on, whatever else stands there.
pub async fn turn_on(app: &App, who: &SignedIn) -> anyhow::Result<()> {
    let (app_, by, org) = (app.clone(), who.person.name.clone(), who.org());
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                let before = store::rollout(tx, org).await?;
                let wanted = Rollout {
                    enabled_at: before.enabled_at.or(Some(app_.now())),
                    ..before
                };
                match save_in(tx, &app_, &by, &wanted).await? {
                    Saved::Yes => Ok(()),
                    // Between the two lines above, on a database with several writers.
                    Saved::SomebodyElse => {
                        anyhow::bail!("the rollout was saved at the same moment")
                    }
                }
            })
        })
        .await
}

async fn save_in(tx: &mut Tx, app: &App, by: &str, wanted: &Rollout) -> anyhow::Result<Saved> {
    let (org, now) = (wanted.org_id, app.now());
    if !store::take_version(tx, org, wanted.version).await? {
        return Ok(Saved::SomebodyElse);
    }
    let before = store::rollout(tx, org).await?;
    store::save(tx, wanted).await?;
    let linked = conferencing::store::linked(tx, org).await?;
    let said = rules::changes(by, (&before, wanted), |id| {
        let account = linked.iter().find(|l| l.account.id == id);
        account.map_or_else(|| "an account".to_owned(), |l| l.account.email.clone())
    });
    let Some(words) = said else {
        return Ok(Saved::Yes);
    };
    let entry = Opened {
        id: app.entropy.id(now),
        org,
        at: now,
        action: Action::RolloutChanged,
        verdict: Verdict::Succeeded,
        meeting: None,
        account: wanted.default_account,
        words,
    };
    sync_log::store::open(tx, &entry).await?;
    conferencing::store::look_again(tx, org, now).await?;
    Ok(Saved::Yes)
}

/// An account that is no shared one any more isn't the default either; its meetings are the
/// caller's to look at.
pub async fn no_longer_shared(tx: &mut Tx, app: &App, account: &Account) -> anyhow::Result<()> {
    if !store::forget_default(tx, account.org_id, account.id).await? {
        return Ok(());
    }
    let entry = Opened {
        id: app.entropy.id(app.now()),
        org: account.org_id,
        at: app.now(),
        action: Action::RolloutChanged,
        verdict: Verdict::Succeeded,
        meeting: None,
        account: Some(account.id),
        words: format!(
            "{} is no shared org account any more, so the first connected one is the Default Zoom \
             account.",
            account.email
        ),
    };
    Ok(sync_log::store::open(tx, &entry).await?)
}
