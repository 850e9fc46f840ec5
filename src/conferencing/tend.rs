//! Once a day: does a connection still work? Zoom's word that it was removed may never come. While
//! it is broken its owner is reminded on days 3, 7 and 14.

use super::connection::Connection;
use super::mails;
use super::store;
use super::tokens::{self, NoToken};
use crate::app::App;
use crate::clock::{days, minutes};
use crate::outbox::{Job, Outcome};

const REMIND_ON_DAYS: [i64; 3] = [3, 7, 14];

pub async fn run(app: &App, job: &Job) -> anyhow::Result<Outcome> {
    let found = store::linked_of_job(&mut app.db.read().await?, job.subject()).await?;
    let Some(linked) = found else {
        return Ok(Outcome::Done);
    };
    let tomorrow = Outcome::Again {
        at: app.now() + days(1),
        why: "looked at daily".to_owned(),
    };
    match linked.connection.open(&app.seal)? {
        Connection::Disconnecting(_) => Ok(Outcome::Done),
        Connection::Connected(_) => match tokens::probe(app, &linked).await? {
            Ok(()) | Err(NoToken::LookAgain) => Ok(tomorrow),
            Err(NoToken::Later { .. }) => Ok(Outcome::Again {
                at: app.now() + minutes(30),
                why: "Zoom could not be asked".to_owned(),
            }),
        },
        Connection::Broken(broken) => {
            let day = app.now().duration_since(broken.since).as_hours() / 24;
            if REMIND_ON_DAYS.contains(&day) {
                let (app, broken) = (app.clone(), broken.clone());
                app.db
                    .clone()
                    .write::<_, anyhow::Error, _>(move |tx| {
                        Box::pin(async move { mails::connection_broken(tx, &app, &broken).await })
                    })
                    .await?;
            }
            Ok(if day >= 14 { Outcome::Done } else { tomorrow })
        }
    }
}
