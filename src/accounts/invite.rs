//! Invitations to an org: a person who is pending until they follow the link and set a password.

use super::link::{self, Purpose};
use super::password::Password;
use super::{Ended, Org, Person, Role, Taken, mails, setup, store};
use crate::app::App;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::mail;
use crate::seal::token_hash;
use crate::text::{Email, Username};
use crate::zone::Zone;

pub struct Invite {
    pub name: String,
    pub email: Email,
    pub role: Role,
    /// None: one is found for them.
    pub username: Option<Username>,
}

/// An invitation made: the link is there only when it could not be mailed.
pub struct Invited {
    pub person: Person,
    pub link: Option<String>,
}

/// Adds a pending person and mails them the link.
pub async fn invite(app: &App, by: &Person, invite: Invite) -> Result<Invited, Ended<Taken>> {
    let (inner, by, now) = (app.clone(), by.clone(), app.now());
    app.db
        .write::<_, Ended<Taken>, _>(move |tx| {
            Box::pin(async move {
                let username = match invite.username {
                    Some(username) => username,
                    None => setup::free_username(tx, &invite.name, &invite.email).await?,
                };
                let person = Person {
                    id: inner.entropy.id(now),
                    org_id: by.org_id,
                    email: invite.email.into(),
                    name: invite.name,
                    username: username.into(),
                    // Until they say where they are.
                    timezone: by.timezone.clone(),
                    role: invite.role,
                    password_hash: None,
                    picture: None,
                    notices_off_at: None,
                    deactivated_at: None,
                    left_at: None,
                    created_at: now,
                };
                store::insert_person(tx, &person).await?;
                let link = send(tx, &inner, &by, &person).await?;
                Ok(Invited { person, link })
            })
        })
        .await
}

/// A new link; the earlier one stops working.
pub async fn resend(app: &App, by: &Person, person: Person) -> Result<Invited> {
    let (inner, by) = (app.clone(), by.clone());
    app.db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let link = send(tx, &inner, &by, &person).await?;
                Ok(Invited { person, link })
            })
        })
        .await
}

async fn send(
    tx: &mut Tx,
    app: &App,
    by: &Person,
    person: &Person,
) -> anyhow::Result<Option<String>> {
    let now = app.now();
    let path = link::make(tx, &app.entropy, person, Purpose::Invitation, now).await?;
    let url = app.config.url(&path);
    if !link::is_mailed(&app.config) {
        return Ok(Some(url));
    }
    let org = org_of(tx, person).await?;
    let letter = mails::invitation(app, by, person, &org, &url)?;
    mail::store::enqueue(tx, &letter, now).await?;
    Ok(None)
}

pub(super) async fn org_of(tx: &mut Tx, person: &Person) -> anyhow::Result<Org> {
    store::org(tx, person.org_id)
        .await?
        .ok_or_else(|| anyhow::anyhow!("person {} has no org", person.id))
}

/// Who is invited by this link, and where to, while it works.
pub async fn pending(app: &App, token: &str) -> Result<Option<(Person, Org)>> {
    let mut reader = app.db.read().await?;
    let hash = token_hash(token);
    let person = store::person_of_link(&mut reader, Purpose::Invitation, hash, app.now()).await?;
    let Some(person) = person else {
        return Ok(None);
    };
    let org = store::org(&mut reader, person.org_id).await?;
    Ok(org.map(|org| (person, org)))
}

/// What the invited person says.
pub struct Acceptance {
    pub name: String,
    pub password: Password,
    pub zone: Zone,
}

/// Makes the person active, with working hours. `None`: the link doesn't work any more.
pub async fn accept(app: &App, token: &str, said: Acceptance) -> Result<Option<Person>> {
    let hash = said.password.hash(&app.entropy).await?;
    let (inner, token, now) = (app.clone(), token_hash(token), app.now());
    let accepted = app
        .db
        .write::<_, Ended<Taken>, _>(move |tx| {
            Box::pin(async move {
                let found =
                    store::person_of_link(tx, Purpose::Invitation, token.clone(), now).await?;
                let Some(mut person) = found else {
                    return Ok(None);
                };
                if !store::use_link(tx, Purpose::Invitation, token, now).await? {
                    return Ok(None);
                }
                person.name = said.name;
                person.timezone = said.zone;
                store::update_profile(tx, &person).await?;
                store::set_password(tx, person.org_id, person.id, &hash).await?;
                setup::give_hours(tx, &inner.entropy, &person, now).await?;
                person.password_hash = Some(hash);
                Ok(Some(person))
            })
        })
        .await;
    accepted.map_err(|ended| match ended {
        Ended::Refused(taken) => {
            Error::Internal(anyhow::anyhow!("an unchanged name became taken: {taken:?}"))
        }
        Ended::Broken(error) => Error::Internal(error),
    })
}
