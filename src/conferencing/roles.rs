//! Changing what a connection is for: its owner's meetings, or those of everybody without an
//! account of their own. Asked after signing in with the other button, and only then: who changes
//! the role of an account has shown that they can sign in to it. The question can be answered once,
//! for ten minutes; an answer that never comes changes nothing.

pub mod store;

use super::connection::{Connection, Facts};
use super::store::{self as connections, Linked};
use super::{ConnectionRole, mails};
use crate::accounts::session::SignedIn;
use crate::accounts::{Org, Person};
use crate::app::App;
use crate::clock::minutes;
use crate::db::{DbError, Tx};
use crate::id::Id;
use crate::planted::point;
use crate::rollout;
use crate::sync_log::{self, Action, Opened, Verdict};

#[derive(Debug)]
pub enum NotChanged {
    /// A person has at most one personal account; this is theirs.
    AlreadyHas {
        email: String,
    },
    /// Disconnected, or changed by somebody else meanwhile.
    Gone,
    /// The question was answered already, has run out, or was never put.
    NotAsked,
    Failed(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for NotChanged {
    fn from(error: E) -> NotChanged {
        NotChanged::Failed(error.into())
    }
}

impl ConnectionRole {
    pub fn other(self) -> ConnectionRole {
        match self {
            ConnectionRole::Personal => ConnectionRole::Shared,
            ConnectionRole::Shared => ConnectionRole::Personal,
        }
    }

    /// "a personal account"
    pub fn article(self) -> &'static str {
        match self {
            ConnectionRole::Personal => "a personal account",
            ConnectionRole::Shared => "a shared org account",
        }
    }
}

/// Who may change it: admins; its owner may take their own back from the org, but not give it.
pub fn may_change(me: &Person, linked: &Linked) -> bool {
    me.is_admin()
        || (linked.connection.owner_id == me.id && linked.connection.role == ConnectionRole::Shared)
}

const MINUTES_TO_ANSWER: i64 = 10;

/// Asks who has just signed in whether the account changes its role.
pub async fn ask(tx: &mut Tx, app: &App, facts: &Facts, person: Id<Person>) -> Result<(), DbError> {
    let now = app.now();
    let until = now + minutes(MINUTES_TO_ANSWER);
    store::ask(tx, facts, (person, facts.role.other()), (now, until)).await
}

pub fn asked(who: &SignedIn, linked: &Linked) -> store::Asked {
    store::Asked {
        org: who.org(),
        person: who.person.id,
        connection: linked.connection.id,
    }
}

/// It stays what it is. Answers whether that was still asked.
pub async fn keep(app: &App, who: &SignedIn, linked: &Linked) -> anyhow::Result<bool> {
    let (asked, now) = (asked(who, linked), app.now());
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { Ok(store::take(tx, asked, now).await?) })
        })
        .await
}

/// The other role from now on. A shared account that becomes personal is the asker's.
pub async fn change(app: &App, who: &SignedIn, linked: &Linked) -> Result<(), NotChanged> {
    let changing = Changing {
        app: app.clone(),
        asked: asked(who, linked),
        who: who.person.clone(),
        linked: linked.clone(),
    };
    let changed = app
        .db
        .write(move |tx| Box::pin(async move { changing.write(tx).await }))
        .await;
    point::pass("role.written")?;
    match changed {
        // Two answers at the same moment: the index lets one through.
        Err(NotChanged::Failed(error))
            if error
                .downcast_ref::<DbError>()
                .is_some_and(DbError::is_unique) =>
        {
            Err(NotChanged::Gone)
        }
        Ok(())
        | Err(
            NotChanged::AlreadyHas { .. }
            | NotChanged::Gone
            | NotChanged::NotAsked
            | NotChanged::Failed(_),
        ) => changed,
    }
}

/// The personal account that stands in the way of another.
pub async fn in_the_way(
    reader: &mut crate::db::Reader,
    org: Id<Org>,
    (person, to): (Id<Person>, ConnectionRole),
    this: Id<Connection>,
) -> Result<Option<Linked>, DbError> {
    if to == ConnectionRole::Shared {
        return Ok(None);
    }
    let own = connections::personal_of(reader, org, person).await?;
    Ok(own.filter(|own| own.connection.id != this))
}

struct Changing {
    app: App,
    asked: store::Asked,
    who: Person,
    linked: Linked,
}

impl Changing {
    async fn write(self, tx: &mut Tx) -> Result<(), NotChanged> {
        let (org, now) = (self.asked.org, self.app.now());
        // Whoever fails further down finds the question as it was.
        if !store::take(tx, self.asked, now).await? {
            return Err(NotChanged::NotAsked);
        }
        let connection = &self.linked.connection;
        let (from, to) = (connection.role, connection.role.other());
        let asker = (self.who.id, to);
        if let Some(own) = in_the_way(tx, org, asker, connection.id).await? {
            return Err(NotChanged::AlreadyHas {
                email: own.account.email,
            });
        }
        let owner = match to {
            ConnectionRole::Personal => self.who.id,
            ConnectionRole::Shared => connection.owner_id,
        };
        if !connections::change_role(tx, org, connection.id, (from, to), owner).await? {
            return Err(NotChanged::Gone);
        }
        let entry = Opened {
            id: self.app.entropy.id(now),
            org,
            at: now,
            action: Action::RoleChanged,
            verdict: Verdict::Succeeded,
            meeting: None,
            account: Some(self.linked.account.id),
            words: format!(
                "{} made {} {}; it was {}.",
                self.who.name,
                self.linked.account.email,
                to.article(),
                from.article()
            ),
        };
        sync_log::store::open(tx, &entry).await?;
        if to == ConnectionRole::Personal {
            rollout::change::no_longer_shared(tx, &self.app, &self.linked.account).await?;
        }
        if connection.owner_id != self.who.id {
            mails::role_changed(tx, &self.app, &self.linked, &self.who).await?;
        }
        connections::look_again(tx, org, now).await?;
        Ok(point::pass("role.writing")?)
    }
}
