//! What is stored about a guest: found by address, given out as a file, erased. Admins only.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use super::erase::{self, Data, Refusal};
use crate::accounts::Ended;
use crate::accounts::session::{Admin, SignedIn};
use crate::app::App;
use crate::error::{Error, Result};
use crate::text::Email;
use crate::web::flash::Flash;
use crate::web::form::{Input, Query};
use crate::web::layout::{Nav, Shell};
use crate::web::{page, private, see};

pub const PAGE: &str = "/360/guest-data";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    email: String,
}

#[derive(Template)]
#[template(path = "guest_data/page.html")]
struct GuestDataPage {
    shell: Shell,
    /// What was asked for, as typed.
    asked: String,
    /// Why it can't be looked for.
    wrong: Option<Cow<'static, str>>,
    found: Option<Found>,
    input: Input,
}

struct Found {
    email: String,
    export: String,
    bookings: usize,
    still_to_come: usize,
    along: usize,
    letters: usize,
    noted: usize,
}

impl Found {
    fn of(app: &App, data: &Data) -> Found {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("email", &data.email)
            .finish();
        Found {
            email: data.email.clone(),
            export: format!("{PAGE}/export?{query}"),
            bookings: data.bookings.len(),
            still_to_come: data.live(app.now()),
            along: data.along.len(),
            letters: data.letters.len(),
            noted: data.noted.len(),
        }
    }

    fn is_nothing(&self) -> bool {
        self.bookings + self.along + self.letters + self.noted == 0
    }
}

pub async fn show(
    State(app): State<App>,
    shell: Shell,
    Admin(who): Admin,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    guest_page(&app, shell, &who, &asked.email, Input::default()).await
}

async fn guest_page(
    app: &App,
    shell: Shell,
    who: &SignedIn,
    asked: &str,
    input: Input,
) -> Result<Response> {
    let (mut wrong, mut found) = (None, None);
    if !asked.trim().is_empty() {
        match Email::parse(asked) {
            Ok(email) => {
                let data = Data::load(&mut app.db.read().await?, who.org(), email.as_str()).await?;
                found = Some(Found::of(app, &data));
            }
            Err(bad) => wrong = Some(bad.said(who.language)),
        }
    }
    Ok(private(page(&GuestDataPage {
        shell: shell.at(Nav::Users, who.viewer()),
        asked: asked.to_owned(),
        wrong,
        found,
        input,
    })?))
}

/// All of it as one JSON file.
pub async fn export(
    State(app): State<App>,
    Admin(who): Admin,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let Ok(email) = Email::parse(&asked.email) else {
        return Ok(see(PAGE));
    };
    let data = Data::load(&mut app.db.read().await?, who.org(), email.as_str()).await?;
    let mut response = private(axum::Json(data.to_json()).into_response());
    let name = HeaderValue::from_static("attachment; filename=\"guest-data.json\"");
    response
        .headers_mut()
        .insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

pub async fn erase(
    State(app): State<App>,
    shell: Shell,
    Admin(who): Admin,
    mut input: Input,
) -> Result<Response> {
    let email = Email::parse(input.text("email")).map_err(|_| Error::NotFound)?;
    if !super::store::is_same(input.text("again").trim(), email.as_str()) {
        input.wrong("again", who.say("guest-data-not-same"));
        let again = guest_page(&app, shell, &who, email.as_str(), input).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    }
    match erase::erase(&app, who.org(), email.as_str()).await {
        Ok(()) => {
            let words = who.say("guest-data-erased");
            Ok(Flash::ok(words.with("email", email.as_str())).see(PAGE))
        }
        Err(Ended::Refused(Refusal::Unknown)) => {
            let words = who.say("guest-data-nothing");
            Ok(Flash::ok(words.with("email", email.as_str())).see(PAGE))
        }
        Err(Ended::Refused(Refusal::StillToCome(count))) => {
            let words = who.say("guest-data-still-ahead").with("bookings", count);
            input.wrong("again", words);
            let again = guest_page(&app, shell, &who, email.as_str(), input).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
        }
        Err(Ended::Broken(error)) => Err(Error::Internal(error)),
    }
}
