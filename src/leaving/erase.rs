//! The job that erases what is stored about a person who has left. It waits until the last letters
//! about their meetings have gone: those carry their name, as the ones before did.

use super::store;
use crate::accounts::{self, Person};
use crate::app::App;
use crate::clock::{days, minutes};
use crate::outbox::{self, Job, Outcome};

/// Letters are tried for three days, and access that nobody decided to use is kept for minutes.
const LONGEST_WAIT_DAYS: i64 = 7;
const LOOK_AGAIN_MINUTES: i64 = 5;

pub async fn run(app: &App, job: &Job) -> anyhow::Result<Outcome> {
    let (now, id, job) = (app.now(), job.subject::<Person>(), job.clone());
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                if !outbox::store::still_ours(tx, &job).await? {
                    return Ok(Outcome::Done);
                }
                let Some((person, left_at)) = store::who_left(tx, id).await? else {
                    return Ok(Outcome::Done);
                };
                let org = person.org_id;
                let has_waited = now >= left_at + days(LONGEST_WAIT_DAYS);
                if store::is_anything_on_its_way(tx, org, id).await? && !has_waited {
                    return Ok(Outcome::Again {
                        at: now + minutes(LOOK_AGAIN_MINUTES),
                        why: "something of theirs is on its way".to_owned(),
                    });
                }
                let heir = accounts::store::people(tx, org)
                    .await?
                    .into_iter()
                    .find(|other| other.is_admin() && other.is_active())
                    .ok_or_else(|| anyhow::anyhow!("nobody is left to take over"))?;
                store::erase_accounts(tx, &person).await?;
                store::erase_meetings(tx, org, id).await?;
                store::erase_offers(tx, org, id, heir.id, now).await?;
                store::erase_person(tx, &person).await?;
                tx.forget();
                Ok(Outcome::Done)
            })
        })
        .await
}
