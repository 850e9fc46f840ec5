//! What admins change about the people of their org: roles, and who may come in.

use super::{Ended, Org, Person, Role, rules, store};
use crate::app::App;
use crate::db::Tx;
use crate::error::Error;
use crate::id::Id;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No such person in this org.
    NotHere,
    /// Nobody would be left to manage the org.
    LastAdmin,
}

impl Refusal {
    /// The message that says it.
    pub fn words(self) -> &'static str {
        match self {
            Refusal::NotHere => "user-gone",
            Refusal::LastAdmin => "user-last-admin",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Role(Role),
    Deactivate,
    Reactivate,
}

/// Changes a person. A new role or a closed door ends their sessions, so that it counts at once.
pub async fn change(
    app: &App,
    org: Id<Org>,
    id: Id<Person>,
    change: Change,
) -> Result<Person, Ended<Refusal>> {
    let now = app.now();
    app.db
        .write::<_, Ended<Refusal>, _>(move |tx| {
            Box::pin(async move {
                store::take_turn(tx, org).await?;
                let mut person = store::person_in(tx, org, id)
                    .await?
                    .filter(|person| person.left_at.is_none())
                    .ok_or(Ended::Refused(Refusal::NotHere))?;
                match change {
                    Change::Role(role) if role == person.role => return Ok(person),
                    Change::Role(role) => {
                        keep_an_admin(tx, &person).await?;
                        store::set_role(tx, org, id, role).await?;
                        person.role = role;
                    }
                    Change::Deactivate => {
                        keep_an_admin(tx, &person).await?;
                        store::set_deactivated(tx, org, id, Some(now)).await?;
                        person.deactivated_at = Some(now);
                    }
                    Change::Reactivate => {
                        store::set_deactivated(tx, org, id, None).await?;
                        person.deactivated_at = None;
                    }
                }
                store::delete_sessions_of(tx, id).await?;
                Ok(person)
            })
        })
        .await
}

async fn keep_an_admin(tx: &mut Tx, person: &Person) -> Result<(), Ended<Refusal>> {
    let admins = store::active_admins(tx, person.org_id).await?;
    if rules::is_last_admin(person, admins) {
        return Err(Ended::Refused(Refusal::LastAdmin));
    }
    Ok(())
}

/// One person of the org, or the page for what isn't there.
pub async fn find(app: &App, org: Id<Org>, id: &str) -> Result<Person, Error> {
    let id = id.parse().map_err(|_| Error::NotFound)?;
    store::person_in(&mut app.db.read().await?, org, id)
        .await?
        .filter(|person| person.left_at.is_none())
        .ok_or(Error::NotFound)
}
