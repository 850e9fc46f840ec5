//! A provider that doesn't answer is left alone: after some failures in a row, one call in five
//! minutes asks for each of its accounts whether it is back, whoever waits. The first answer ends
//! that, and all that waited goes on at once. Other accounts notice nothing.

pub mod store;

use super::Account;
use super::provider::{Busy, Fault};
use crate::app::App;
use crate::outbox::{self, Kind};

/// So many calls without an answer, one after the other.
const FAILURES: i64 = 5;
const PROBE_MINUTES: i64 = 5;

pub const WORDS: &str = "Zoom isn’t answering. It is asked again every five minutes.";

/// What a call told about its provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// An answer, whatever it says.
    Answer,
    Silence,
}

pub fn heard<T>(result: &Result<T, Fault>) -> Heard {
    match result {
        Err(
            Fault::Lost { .. }
            | Fault::Busy {
                why: Busy::Unreachable,
                ..
            },
        ) => Heard::Silence,
        Ok(_)
        | Err(
            Fault::Busy {
                why: Busy::Pace | Busy::UserDay,
                ..
            }
            | Fault::Gone
            | Fault::TokenRefused { .. }
            | Fault::GrantDead { .. }
            | Fault::Refused { .. }
            | Fault::OurFault { .. },
        ) => Heard::Answer,
    }
}

/// Writes what a call told that has no commit of its own.
pub async fn hear(app: &App, account: &Account, heard: Heard) -> anyhow::Result<()> {
    let (it, now) = (account.clone(), app.now());
    let back = app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { Ok(store::put_heard(tx, &it, heard, now).await?) })
        })
        .await?;
    if back {
        bring_forward(app, account).await?;
    }
    Ok(())
}

/// The provider is back: brings forward what waits for this account. A transaction of its own,
/// since it takes many jobs' rows; should it not come to its end, they come within five minutes.
pub async fn bring_forward(app: &App, account: &Account) -> anyhow::Result<()> {
    let (account, now) = (account.clone(), app.now());
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                for meeting in store::waiting(tx, &account, now).await? {
                    outbox::store::enqueue(tx, Kind::Conference, meeting, now).await?;
                }
                Ok(())
            })
        })
        .await
}
