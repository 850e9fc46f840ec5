//! The use cases that change teams, each one transaction.

use super::{Team, store};
use crate::accounts::{Org, Person};
use crate::app::App;
use crate::db::DbError;
use crate::event_types;
use crate::id::Id;

#[derive(Debug)]
pub enum NotSaved {
    /// Another team on this server has it.
    SlugTaken,
    /// Deleted meanwhile, or another org's.
    Gone,
    Failed(DbError),
}

impl From<DbError> for NotSaved {
    fn from(error: DbError) -> NotSaved {
        match error {
            DbError::Unique(_) => NotSaved::SlugTaken,
            DbError::Overlap
            | DbError::Value(_)
            | DbError::Panicked
            | DbError::Closed
            | DbError::Disk(_)
            | DbError::Sql(_) => NotSaved::Failed(error),
        }
    }
}

pub async fn create(app: &App, team: Team, members: Vec<Id<Person>>) -> Result<(), NotSaved> {
    let now = app.now();
    app.db
        .write(move |tx| {
            Box::pin(async move {
                store::insert(tx, &team).await?;
                Ok(store::set_members(tx, team.org_id, team.id, &members, now).await?)
            })
        })
        .await
}

/// Changes what is stored now; who is in it from now on.
pub async fn change(
    app: &App,
    (org, id): (Id<Org>, Id<Team>),
    members: Vec<Id<Person>>,
    change: impl FnOnce(&mut Team) + Send + 'static,
) -> Result<Team, NotSaved> {
    let now = app.now();
    app.db
        .write(move |tx| {
            Box::pin(async move {
                // Held, so that nobody books while who may host changes.
                store::hold(tx, org, id).await?;
                let mut team = store::find(tx, org, id).await?.ok_or(NotSaved::Gone)?;
                change(&mut team);
                store::update(tx, &team).await?;
                store::set_members(tx, org, id, &members, now).await?;
                Ok(team)
            })
        })
        .await
}

/// Takes the team away, and off what is booked with it: nobody would host that.
pub async fn delete(app: &App, org: Id<Org>, id: Id<Team>) -> Result<Team, NotSaved> {
    let now = app.now();
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let team = store::find(tx, org, id).await?.ok_or(NotSaved::Gone)?;
                event_types::store::switch_off_team(tx, org, id, now).await?;
                store::delete(tx, org, id, now).await?;
                Ok(team)
            })
        })
        .await
}
