//! On hold: what may be a copy or a restored backup takes bookings, but mails nobody, asks Zoom
//! nothing and acts on nothing Zoom says, until an admin says which it is (decisions 33). A backup
//! that woke up by itself would mail guests once more and use up the tokens of the original.
//!
//! The jobs rest (`outbox::worker`), the client of Zoom refuses (`conferencing::zoom`), and the
//! gate keeps people from what needs Zoom at once.

pub mod gate;
pub mod pages;
pub mod rules;
pub mod store;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::path::PathBuf;

use jiff::Timestamp;

use crate::app::App;
use crate::config::{Config, write_private};
use crate::db::{Dialect, Tx};
use crate::language::Language;
use crate::{conferencing, installation, words};

words! {
    pub enum Why {
        /// The database is a backup's.
        Restored = "restored",
        /// It was at another address before.
        Address = "address",
        /// It was in another data folder, or in another database of PostgreSQL's.
        Place = "place",
        /// The operator said so.
        Asked = "asked",
    }
}

impl Why {
    pub fn words(self, language: Language) -> Cow<'static, str> {
        language.word(match self {
            Why::Restored => "hold-restored",
            Why::Address => "hold-address",
            Why::Place => "hold-place",
            Why::Asked => "hold-asked",
        })
    }
}

/// What an admin says that this installation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    Original,
    Copy,
}

/// Where the mark of this place stands. On PostgreSQL the database's own identity is the mark:
/// there may be several processes, each with a folder of its own.
pub fn mark_file(config: &Config) -> PathBuf {
    config.data.join("installation-mark")
}

/// Before a server begins to work: puts the installation on hold when it is not where it was, and
/// writes down where it is. Answers why it is on hold.
pub async fn at_start(app: &App) -> anyhow::Result<Option<Why>> {
    let here = rules::Home {
        base_url: app.config.url(""),
        mark: mark(app).await?,
    };
    let now = app.now();
    let (why, standing) = app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                let last = store::last(tx).await?;
                let moved = rules::moved(last.home(), &here);
                if let Some(why) = moved {
                    store::begin(tx, why, now).await?;
                }
                store::put_home(tx, &here).await?;
                Ok((
                    store::last(tx).await?.held_why,
                    installation::standing(tx).await?,
                ))
            })
        })
        .await?;
    app.installation.learn(standing);
    Ok(why)
}

async fn mark(app: &App) -> anyhow::Result<String> {
    if app.db.dialect() == Dialect::Postgres {
        return Ok(store::identity(&mut app.db.read().await?).await?);
    }
    let path = mark_file(&app.config);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(text.trim().to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mark = app.entropy.token();
            write_private(&path, &format!("{mark}\n"))?;
            Ok(mark)
        }
        Err(error) => Err(error.into()),
    }
}

/// The operator knows better. Answers whether it was not on hold.
pub async fn begin(app: &App) -> anyhow::Result<bool> {
    let now = app.now();
    let (begun, standing) = app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                let begun = store::begin(tx, Why::Asked, now).await?;
                Ok((begun, installation::standing(tx).await?))
            })
        })
        .await?;
    app.installation.learn(standing);
    Ok(begun)
}

/// Everything goes on, as what was said. Answers whether it was on hold: of two admins one decides.
pub async fn release(app: &App, choice: Choice) -> anyhow::Result<bool> {
    let inner = app.clone();
    let released = app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                if !store::lift(tx).await? {
                    return Ok(None);
                }
                match choice {
                    Choice::Original => go_on(tx, &inner).await?,
                    Choice::Copy => part(tx, &inner).await?,
                }
                tx.wake_work();
                Ok(Some(installation::standing(tx).await?))
            })
        })
        .await?;
    if let Some(standing) = released {
        app.installation.learn(standing);
    }
    Ok(released.is_some())
}

/// The original goes on. What it has forgotten may have happened: calendars have seen higher
/// numbers, and rooms may have been made.
async fn go_on(tx: &mut Tx, app: &App) -> anyhow::Result<()> {
    store::raise_sequences(tx).await?;
    conferencing::restored::look_first(tx, app).await
}

/// A copy: what is at Zoom and what waits to be mailed is the original's.
async fn part(tx: &mut Tx, app: &App) -> anyhow::Result<()> {
    let now: Timestamp = app.now();
    store::forget_jobs(tx).await?;
    store::give_up_letters(tx, now).await?;
    store::let_go_of_rooms(tx, now).await?;
    store::drop_access(tx, now).await?;
    let id = app.entropy.id::<installation::Installation>(now);
    Ok(store::put_id(tx, id.uuid()).await?)
}
