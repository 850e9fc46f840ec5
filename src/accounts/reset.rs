//! A forgotten password: a link by mail, for one hour and one use.

use super::link::{self, Purpose};
use super::password::Password;
use super::{Person, invite, mails, store};
use crate::app::App;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::mail;
use crate::seal::token_hash;
use crate::text::Email;
use crate::web::client::Client;
use crate::web::limit::{What, count};

/// Mails a link to who has this address. Says nothing about whether anybody has.
pub async fn ask(app: &App, client: &Client, email: &Email) -> Result<()> {
    count(app, What::ResetFrom, &client.0).await?;
    count(app, What::ResetFor, email.as_str()).await?;
    let person = store::person_by_email(&mut app.db.read().await?, email.as_str()).await?;
    if let Some(person) = person.filter(Person::is_active) {
        make(app, person).await?;
    }
    Ok(())
}

/// Mails the link; where no mail is set up, answers it to be passed on by an admin.
pub async fn make(app: &App, person: Person) -> Result<Option<String>> {
    let (inner, now) = (app.clone(), app.now());
    app.db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let path = link::make(tx, &inner.entropy, &person, Purpose::Reset, now).await?;
                let url = inner.config.url(&path);
                if !link::is_mailed(&inner.config) {
                    return Ok(Some(url));
                }
                let org = invite::org_of(tx, &person).await?;
                let letter = mails::reset(&inner, &person, &org, &url)?;
                mail::store::enqueue(tx, &letter, now).await?;
                Ok(None)
            })
        })
        .await
}

/// Whose password the link may set, while it works.
pub async fn person(app: &App, token: &str) -> Result<Option<Person>> {
    let mut reader = app.db.read().await?;
    let hash = token_hash(token);
    Ok(store::person_of_link(&mut reader, Purpose::Reset, hash, app.now()).await?)
}

/// Sets the password and signs the person out everywhere. `None`: the link doesn't work any more.
pub async fn set(app: &App, token: &str, password: &Password) -> Result<Option<Id<Person>>> {
    let hash = password.hash(&app.entropy).await?;
    let (token, now) = (token_hash(token), app.now());
    app.db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let person = store::person_of_link(tx, Purpose::Reset, token.clone(), now).await?;
                let Some(person) = person else {
                    return Ok(None);
                };
                if !store::use_link(tx, Purpose::Reset, token, now).await? {
                    return Ok(None);
                }
                store::set_password(tx, person.org_id, person.id, &hash).await?;
                store::delete_sessions_of(tx, person.id).await?;
                Ok(Some(person.id))
            })
        })
        .await
}
