//! Signing in and out. Who is not known, has no password yet or may no longer come in hears the
//! same words after the same time.

use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::Cookie;

use super::{Person, form, password, session, store};
use crate::app::App;
use crate::error::Result;
use crate::web::client::Client;
use crate::web::limit::{What, count};

/// The person, when email and password are theirs.
pub async fn check(app: &App, client: &Client, email: &str, words: &str) -> Result<Option<Person>> {
    count(app, What::SignIn, &client.0).await?;
    let person = match form::account_email(email) {
        Ok(email) => {
            count(app, What::SignInAs, email.as_str()).await?;
            store::person_by_email(&mut app.db.read().await?, email.as_str()).await?
        }
        Err(_) => None,
    };
    let person = person.filter(Person::is_active);
    let hash = person.as_ref().and_then(|p| p.password_hash.as_deref());
    let fits = password::fits(words, hash).await?;
    Ok(person.filter(|_| fits))
}

/// A new session for this browser, whose old one ends.
pub async fn begin(app: &App, jar: &CookieJar, person: &Person) -> Result<Cookie<'static>> {
    end(app, jar).await?;
    session::begin(app, person.id).await
}

/// Ends the session of this browser, if it has one; answers the cookie that takes it away.
pub async fn end(app: &App, jar: &CookieJar) -> Result<Cookie<'static>> {
    if let Some(hash) = session::hash_in(app, jar) {
        app.db
            .write::<_, crate::error::Error, _>(move |tx| {
                Box::pin(async move { Ok(store::delete_session(tx, hash).await?) })
            })
            .await?;
    }
    let mut cookie = session::cookie(app, String::new());
    cookie.make_removal();
    Ok(cookie)
}
