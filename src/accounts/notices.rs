//! The link at the end of each letter to a host: no more of these. Opening it changes nothing, as
//! scanners open every link; the button does, and so does a mail program's own unsubscribe button,
//! which posts here without any cookie (RFC 8058).

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::{Person, store};
use crate::app::App;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::web::form::Query;
use crate::web::layout::Shell;
use crate::web::{page as render, private};

const PURPOSE: &str = "notices";

pub fn off_path(app: &App, person: Id<Person>) -> String {
    let token = app.installation.link_token(PURPOSE, person);
    format!("/notices/off?p={person}&t={token}")
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Link {
    p: String,
    t: String,
}

#[derive(Template)]
#[template(path = "accounts/notices_off.html")]
struct Page {
    shell: Shell,
    email: String,
    is_off: bool,
    /// Where the button posts to: the same link.
    path: String,
}

pub async fn page(
    State(app): State<App>,
    shell: Shell,
    Query(link): Query<Link>,
) -> Result<Response> {
    let person = person(&app, &link).await?;
    show(&app, shell, &person)
}

pub async fn turn_off(
    State(app): State<App>,
    shell: Shell,
    Query(link): Query<Link>,
) -> Result<Response> {
    let (mut person, now) = (person(&app, &link).await?, app.now());
    let id = person.id;
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { Ok(store::turn_notices_off(tx, id, now).await?) })
        })
        .await?;
    person.notices_off_at = person.notices_off_at.or(Some(now));
    show(&app, shell, &person)
}

/// Whose link it is. A wrong one says nothing about anybody.
async fn person(app: &App, link: &Link) -> Result<Person> {
    let id: Id<Person> = link.p.parse().map_err(|_| Error::NotFound)?;
    if !app.installation.link_token_fits(PURPOSE, id, &link.t) {
        return Err(Error::NotFound);
    }
    store::person_of_notice_link(&mut app.db.read().await?, id)
        .await?
        .ok_or(Error::NotFound)
}

fn show(app: &App, shell: Shell, person: &Person) -> Result<Response> {
    let page = Page {
        shell,
        email: person.email.clone(),
        is_off: person.notices_off_at.is_some(),
        path: off_path(app, person.id),
    };
    Ok(private(render(&page)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Role;
    use crate::testing::TestApp;

    #[tokio::test]
    async fn opening_the_link_changes_nothing_and_the_button_ends_the_letters() {
        let app = TestApp::start().await;
        let org = app.org("Engines").await;
        let ada = app.person(org, "Ada Lovelace", Role::User).await;
        let path = off_path(&app.app, ada.id);
        let mut browser = app.browser();
        let off = async || {
            let mut reader = app.app.db.read().await.unwrap();
            let ada = store::person_of_notice_link(&mut reader, ada.id)
                .await
                .unwrap();
            ada.unwrap().notices_off_at
        };

        let asked = browser.get(&path).await;
        assert!(asked.text().contains("Turn them off"), "{}", asked.text());
        assert_eq!(off().await, None);

        let done = browser
            .post(&path, &[("List-Unsubscribe", "One-Click")])
            .await;
        assert_eq!(done.status, 200);
        assert!(done.text().contains("turned off"), "{}", done.text());
        assert_eq!(off().await, Some(app.now()));
        assert!(browser.get(&path).await.text().contains("turned off"));
    }

    #[tokio::test]
    async fn a_wrong_link_says_nothing() {
        let app = TestApp::start().await;
        let org = app.org("Engines").await;
        let ada = app.person(org, "Ada Lovelace", Role::User).await;
        let bob = app.person(org, "Bob", Role::User).await;
        let token = app.app.installation.link_token(PURPOSE, bob.id);
        let mut browser = app.browser();
        for path in [
            format!("/notices/off?p={}&t={token}", ada.id),
            format!("/notices/off?p=x&t={token}"),
        ] {
            let answer = browser.post(&path, &[]).await;
            assert_eq!(answer.status, 404);
            assert!(!answer.body.contains("engines.example"));
        }
    }
}
