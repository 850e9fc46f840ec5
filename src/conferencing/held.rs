//! Access that a person has given and that is not used yet: another account than the one that was
//! meant, or a second personal one. It is kept sealed while they are asked, ten minutes at most;
//! what is not used is given back to the provider. An account that is replaced goes the same way.

pub mod store;

use jiff::Timestamp;

use super::connection::{Connection, Tokens};
use super::disconnect::{self, Revoked};
use super::store::Linked;
use super::zoom::Granted;
use super::{ConnectionRole, ProviderKind};
use crate::accounts::session::SignedIn;
use crate::accounts::{Org, Person};
use crate::app::App;
use crate::clock::minutes;
use crate::db::{DbError, Tx};
use crate::id::Id;
use crate::outbox::{self, Job, Kind, Outcome};
use crate::planted::point;
use crate::sync_log::{self, Action, Opened, Verdict, record};
use store::HeldRow;

const MINUTES_TO_ANSWER: i64 = 10;

/// Names the rows of `held_grants`.
pub struct Held;

/// What is held.
pub struct Grant {
    pub org: Id<Org>,
    pub person: Id<Person>,
    pub role: ConnectionRole,
    pub provider: ProviderKind,
    pub of: Granted,
    pub tokens: Tokens,
    /// The email of the account that was meant, or that it would replace.
    pub meant: String,
    pub return_to: String,
}

/// Keeps it until the person has answered.
pub async fn hold(tx: &mut Tx, app: &App, grant: &Grant) -> anyhow::Result<Id<Held>> {
    let until = app.now() + minutes(MINUTES_TO_ANSWER);
    put(tx, app, grant, (until, until)).await
}

/// Nobody will use it: to be given back by the caller, or by a job when the caller dies.
pub async fn let_go(tx: &mut Tx, app: &App, grant: &Grant) -> anyhow::Result<Id<Held>> {
    put(tx, app, grant, (app.now(), app.now() + minutes(1))).await
}

async fn put(
    tx: &mut Tx,
    app: &App,
    grant: &Grant,
    (until, job_at): (Timestamp, Timestamp),
) -> anyhow::Result<Id<Held>> {
    let id = app.entropy.id(app.now());
    store::insert(tx, &app.seal, id, grant, until).await?;
    outbox::store::enqueue(tx, Kind::GiveBack, id, job_at).await?;
    Ok(id)
}

/// A connection that is replaced: gone with this commit, its tokens held to be revoked.
pub async fn let_go_of_connection(
    tx: &mut Tx,
    app: &App,
    old: &Linked,
) -> anyhow::Result<Option<Id<Held>>> {
    let (org, id) = (old.connection.org_id, old.connection.id);
    let (account, connection) = (&old.account, &old.connection);
    let held = match connection.open(&app.seal) {
        Ok(Connection::Connected(connected)) => {
            let grant = Grant {
                org,
                person: connection.owner_id,
                role: connection.role,
                provider: account.provider,
                of: Granted {
                    user: account.remote_user.clone(),
                    account: account.remote_account.clone(),
                    email: account.email.clone(),
                    name: account.name.clone(),
                    plan: account.plan.clone(),
                },
                tokens: connected.tokens,
                meant: String::new(),
                return_to: String::new(),
            };
            Some(let_go(tx, app, &grant).await?)
        }
        // Nothing is left to revoke, or somebody is at it.
        Ok(Connection::Broken(_) | Connection::Disconnecting(_)) => None,
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "tokens can't be opened");
            None
        }
    };
    let now = app.now();
    let entry = Opened {
        id: app.entropy.id(now),
        org,
        at: now,
        action: Action::Disconnect,
        verdict: Verdict::Succeeded,
        meeting: None,
        account: Some(account.id),
        words: match held {
            Some(_) => format!(
                "{} was replaced by another account; Zoom is asked to revoke the access.",
                account.email
            ),
            None => format!(
                "{} was replaced by another account; nothing was left to revoke in Zoom.",
                account.email
            ),
        },
    };
    sync_log::store::open(tx, &entry).await?;
    super::store::begin_disconnect(tx, org, id, now).await?;
    super::store::delete_connection(tx, org, id).await?;
    Ok(held)
}

/// The user has removed us: what they gave before is dead, and nobody can use it any more.
/// Answers what was held of it.
pub async fn forget_older(
    tx: &mut Tx,
    provider: ProviderKind,
    remote_user: &str,
    (given_before, now): (Timestamp, Timestamp),
) -> Result<Vec<HeldRow>, DbError> {
    // Of what waits for an answer the end says when it was given.
    let end_before = given_before + minutes(MINUTES_TO_ANSWER);
    store::forget_waiting(tx, (provider, remote_user), (end_before, now)).await
}

/// The person says no. `None`: it had run out, or never waited for them.
pub async fn decline(app: &App, who: &SignedIn, id: Id<Held>) -> anyhow::Result<Option<HeldRow>> {
    let (whose, now) = ((who.org(), who.person.id), app.now());
    let declined = app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                let row = store::give_up(tx, whose, id, now).await?;
                if row.is_some() {
                    outbox::store::enqueue(tx, Kind::GiveBack, id, now + minutes(1)).await?;
                }
                Ok(row)
            })
        })
        .await?;
    point::pass("held.declined")?;
    if let Some(row) = &declined {
        give_back(app, row).await?;
    }
    Ok(declined)
}

/// Gives back what is held under this id, if it still is.
pub async fn give_back_now(app: &App, id: Id<Held>) -> anyhow::Result<Revoked> {
    let row = store::of_job(&mut app.db.read().await?, id).await?;
    match row {
        Some(row) => give_back(app, &row).await,
        None => Ok(Revoked::Yes),
    }
}

/// The job: the question was not answered in time, or who answered it died.
pub async fn run(app: &App, job: &Job) -> anyhow::Result<Outcome> {
    let row = store::of_job(&mut app.db.read().await?, job.subject()).await?;
    match row {
        Some(row) if row.expires_at > app.now() => Ok(Outcome::Again {
            at: row.expires_at,
            why: "an answer is waited for".to_owned(),
        }),
        Some(row) => {
            give_back(app, &row).await?;
            Ok(Outcome::Done)
        }
        None => Ok(Outcome::Done),
    }
}

/// Whatever the provider says, the tokens are deleted here.
async fn give_back(app: &App, row: &HeldRow) -> anyhow::Result<Revoked> {
    let user = (row.provider, row.remote_user.as_str());
    let mut reader = app.db.read().await?;
    let account = super::store::account_of_user(&mut reader, row.org_id, user).await?;
    drop(reader);
    let about = record::About {
        org: row.org_id,
        meeting: None,
        account,
    };
    let revoked = match row.tokens(&app.seal) {
        Ok(tokens) => disconnect::give_back(app, tokens, about).await?,
        Err(error) => {
            tracing::warn!(%error, "tokens can't be opened");
            Revoked::Unreachable
        }
    };
    point::pass("held.revoked")?;
    let email = &row.email;
    let unused = if row.is_replaced() {
        "isn’t used any more"
    } else {
        "isn’t used"
    };
    let (verdict, words) = match revoked {
        Revoked::Yes | Revoked::NothingHeld => (
            Verdict::Succeeded,
            format!("The access to {email} {unused}: Zoom revoked it; its tokens were deleted."),
        ),
        Revoked::Unreachable => (
            Verdict::Failed,
            format!(
                "The access to {email} {unused}. Revoke failed: Zoom could not be reached. Its \
                 tokens were deleted here."
            ),
        ),
    };
    let (org, id, now) = (row.org_id, row.id, app.now());
    let entry = Opened {
        id: app.entropy.id(now),
        org,
        at: now,
        action: Action::Disconnect,
        verdict,
        meeting: None,
        account,
        words,
    };
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                sync_log::store::open(tx, &entry).await?;
                Ok(store::delete(tx, org, id).await?)
            })
        })
        .await?;
    point::pass("held.forgotten")?;
    Ok(revoked)
}
