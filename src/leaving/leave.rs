//! The door closes behind a person, unless something of theirs is still to be put in order.

use super::store::{self, Ahead};
use crate::accounts::{self, Ended, Person, rules};
use crate::app::App;
use crate::booking::cancel::cancel;
use crate::booking::{self, By, Refused};
use crate::conferencing::store::{Linked, linked};
use crate::db::Reader;
use crate::error::Error;
use crate::outbox::{self, Kind};

/// What has to be put in order first.
pub struct InTheWay {
    pub meetings: Vec<Ahead>,
    /// Accounts elsewhere that they connected, working or broken.
    pub accounts: Vec<Linked>,
    pub is_last_admin: bool,
}

impl InTheWay {
    pub fn is_nothing(&self) -> bool {
        self.meetings.is_empty() && self.accounts.is_empty() && !self.is_last_admin
    }
}

pub async fn in_the_way(
    reader: &mut Reader,
    person: &Person,
    now: jiff::Timestamp,
) -> anyhow::Result<InTheWay> {
    let org = person.org_id;
    let mut accounts = linked(reader, org).await?;
    accounts.retain(|linked| linked.connection.owner_id == person.id);
    let admins = accounts::store::active_admins(reader, org).await?;
    Ok(InTheWay {
        meetings: store::ahead(reader, org, person.id, now).await?,
        accounts,
        is_last_admin: rules::is_last_admin(person, admins),
    })
}

/// Cancels all that lies ahead, each as its host would. Answers how many are canceled now.
pub async fn cancel_meetings(app: &App, person: &Person) -> Result<usize, Error> {
    let (org, now) = (person.org_id, app.now());
    let ahead = store::ahead(&mut app.db.read().await?, org, person.id, now).await?;
    let mut canceled = 0;
    for meeting in ahead {
        match cancel(app, org, meeting.booking, By::Host, None).await {
            Ok(_) => canceled += 1,
            // It has begun, or its guest was faster.
            Err(Refused::Because(_) | Refused::SentTwice) => {}
            Err(Refused::Failed(error)) => return Err(error.into()),
        }
    }
    Ok(canceled)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotYet;

/// From here on they can neither sign in nor be booked, and nobody can bring them back.
pub async fn leave(app: &App, person: &Person) -> Result<(), Ended<NotYet>> {
    let (person, now) = (person.clone(), app.now());
    app.db
        .write::<_, Ended<NotYet>, _>(move |tx| {
            Box::pin(async move {
                let (org, id) = (person.org_id, person.id);
                // Two admins must not leave at once, and no booking may come in between.
                accounts::store::take_turn(tx, org).await?;
                booking::store::take_turns(tx, org, &[id]).await?;
                let person = accounts::store::person_in(tx, org, id)
                    .await?
                    .ok_or_else(|| anyhow::anyhow!("person {id} is not in this org"))?;
                if !in_the_way(tx, &person, now).await?.is_nothing() {
                    return Err(Ended::Refused(NotYet));
                }
                store::close_door(tx, org, id, now).await?;
                accounts::store::delete_sessions_of(tx, id).await?;
                outbox::store::enqueue(tx, Kind::Erase, id, now).await?;
                Ok(())
            })
        })
        .await
}
