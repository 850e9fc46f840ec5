//! Changing what a connection is for: its owner's meetings, or those of everybody without an
//! account of their own. Asked after signing in with the other button (decisions 11); an answer
//! that never comes changes nothing.

use super::ConnectionRole;
use super::connection::Connection;
use super::store::{self, Linked};
use crate::accounts::session::SignedIn;
use crate::accounts::{Org, Person};
use crate::app::App;
use crate::db::{DbError, Tx};
use crate::id::Id;
use crate::outbox::{self, Kind};
use crate::sync_log::{self, Action, Opened, Verdict};

#[derive(Debug)]
pub enum NotChanged {
    /// A person has at most one personal account; this is theirs.
    AlreadyHas {
        email: String,
    },
    /// Disconnected, or changed by somebody else meanwhile.
    Gone,
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

/// The other role from now on. A shared account that becomes personal is the asker's.
pub async fn change(app: &App, who: &SignedIn, linked: &Linked) -> Result<(), NotChanged> {
    let changing = Changing {
        app: app.clone(),
        org: who.org(),
        who: who.person.clone(),
        linked: linked.clone(),
    };
    let changed = app
        .db
        .write(move |tx| Box::pin(async move { changing.write(tx).await }))
        .await;
    match changed {
        // Two answers at the same moment: the index lets one through.
        Err(NotChanged::Failed(error))
            if error
                .downcast_ref::<DbError>()
                .is_some_and(DbError::is_unique) =>
        {
            Err(NotChanged::Gone)
        }
        Ok(()) | Err(NotChanged::AlreadyHas { .. } | NotChanged::Gone | NotChanged::Failed(_)) => {
            changed
        }
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
    let own = store::personal_of(reader, org, person).await?;
    Ok(own.filter(|own| own.connection.id != this))
}

struct Changing {
    app: App,
    org: Id<Org>,
    who: Person,
    linked: Linked,
}

impl Changing {
    async fn write(self, tx: &mut Tx) -> Result<(), NotChanged> {
        let connection = &self.linked.connection;
        let (from, to) = (connection.role, connection.role.other());
        let asker = (self.who.id, to);
        if let Some(own) = in_the_way(tx, self.org, asker, connection.id).await? {
            return Err(NotChanged::AlreadyHas {
                email: own.account.email,
            });
        }
        let owner = match to {
            ConnectionRole::Personal => self.who.id,
            ConnectionRole::Shared => connection.owner_id,
        };
        if !store::change_role(tx, self.org, connection.id, (from, to), owner).await? {
            return Err(NotChanged::Gone);
        }
        let now = self.app.now();
        let entry = Opened {
            id: self.app.entropy.id(now),
            org: self.org,
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
        for meeting in store::meetings_to_look_at(tx, self.org, now).await? {
            outbox::store::enqueue(tx, Kind::Conference, meeting, now).await?;
        }
        Ok(())
    }
}
