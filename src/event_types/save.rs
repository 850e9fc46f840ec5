//! The use cases that change event types, each one transaction. Who may do it is asked of the
//! store: a person changes only their own, an admin those of teams too.

use super::{EventType, store};
use crate::accounts::Person;
use crate::app::App;
use crate::db::{DbError, Tx};
use crate::error::Error;
use crate::id::Id;
use crate::language::{Language, Said};

#[derive(Debug)]
pub enum NotSaved {
    /// Another event type of the same owner has it: which one, unless both came at once.
    SlugTaken {
        title: Option<String>,
    },
    /// Deleted meanwhile, or somebody else's.
    Gone,
    Failed(DbError),
}

impl From<DbError> for NotSaved {
    /// Two writes at the same moment may both find a slug free; the index lets one through.
    fn from(error: DbError) -> NotSaved {
        if error.is_unique() {
            NotSaved::SlugTaken { title: None }
        } else {
            NotSaved::Failed(error)
        }
    }
}

impl NotSaved {
    /// The words beside the slug; any other end is the request's.
    pub fn slug_words(self, language: Language) -> Result<Said, Error> {
        match self {
            NotSaved::SlugTaken { title: Some(title) } => {
                Ok(language.say("editor-slug-taken-by").with("title", title))
            }
            NotSaved::SlugTaken { title: None } => Ok(language.say("editor-slug-taken")),
            NotSaved::Gone => Err(Error::NotFound),
            NotSaved::Failed(error) => Err(error.into()),
        }
    }
}

pub async fn create(app: &App, event_type: EventType) -> Result<(), NotSaved> {
    app.db
        .write(move |tx| {
            Box::pin(async move {
                check_slug(tx, &event_type).await?;
                store::insert(tx, &event_type).await?;
                Ok(())
            })
        })
        .await
}

/// Changes what is stored now, so that two tabs open at once don't undo each other. Answers the
/// event type before and after.
pub async fn change(
    app: &App,
    editor: &Person,
    id: Id<EventType>,
    change: impl FnOnce(&mut EventType) + Send + 'static,
) -> Result<(EventType, EventType), NotSaved> {
    let (now, editor) = (app.now(), editor.clone());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let before = store::edited_by(tx, editor.org_id, &editor, id)
                    .await?
                    .ok_or(NotSaved::Gone)?;
                let mut after = before.clone();
                change(&mut after);
                after.updated_at = now;
                check_slug(tx, &after).await?;
                store::update(tx, &after).await?;
                Ok((before, after))
            })
        })
        .await
}

pub async fn delete(app: &App, editor: &Person, id: Id<EventType>) -> Result<EventType, NotSaved> {
    let (now, editor) = (app.now(), editor.clone());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let event_type = store::edited_by(tx, editor.org_id, &editor, id)
                    .await?
                    .ok_or(NotSaved::Gone)?;
                store::delete(tx, editor.org_id, id, now).await?;
                Ok(event_type)
            })
        })
        .await
}

async fn check_slug(tx: &mut Tx, wanted: &EventType) -> Result<(), NotSaved> {
    let (org, slug) = (wanted.org_id, &wanted.slug);
    let found = match wanted.team_id {
        Some(team) => store::by_team_slug(tx, org, team, slug).await?,
        None => store::by_slug(tx, org, wanted.person_id, slug).await?,
    };
    match found.filter(|other| other.id != wanted.id) {
        Some(other) => Err(NotSaved::SlugTaken {
            title: Some(other.title),
        }),
        None => Ok(()),
    }
}
