//! The pages for signing in and out, and for a forgotten password.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::session::MaybeSignedIn;
use super::{form, link, reset, rules, sign_in};
use crate::app::App;
use crate::error::Result;
use crate::web::client::Client;
use crate::web::flash::Flash;
use crate::web::form::{Input, Query};
use crate::web::layout::Shell;
use crate::web::{page, private, see};

const HOME: &str = "/360/meetings";

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
struct SignInPage {
    shell: Shell,
    input: Input,
}

#[derive(Deserialize)]
pub struct Back {
    #[serde(default)]
    back: String,
}

pub async fn form(shell: Shell, who: MaybeSignedIn, Query(to): Query<Back>) -> Result<Response> {
    let back = rules::local_path(&to.back).unwrap_or_default();
    if who.0.is_some() {
        return Ok(see(if back.is_empty() { HOME } else { back }));
    }
    let input = Input::filled([("back", back)]);
    Ok(private(page(&SignInPage { shell, input })?))
}

pub async fn submit(
    State(app): State<App>,
    shell: Shell,
    client: Client,
    jar: CookieJar,
    mut input: Input,
) -> Result<Response> {
    let found = sign_in::check(&app, &client, input.text("email"), input.text("password")).await?;
    let back = rules::local_path(input.text("back"))
        .unwrap_or_default()
        .to_owned();
    let Some(person) = found else {
        input.wrong("email", shell.say("sign-in-wrong"));
        input.set("back", back);
        let again = private(page(&SignInPage { shell, input })?);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    };
    let cookie = sign_in::begin(&app, &jar, &person).await?;
    let to = if back.is_empty() { HOME } else { &back };
    Ok((jar.add(cookie), see(to)).into_response())
}

pub async fn sign_out(State(app): State<App>, shell: Shell, jar: CookieJar) -> Result<Response> {
    let gone = sign_in::end(&app, &jar).await?;
    let note = Flash::ok(shell.say("sign-in-out"));
    Ok((jar.add(gone), note.see("/sign-in")).into_response())
}

#[derive(Template)]
#[template(path = "accounts/forgot.html")]
struct ForgotPage {
    shell: Shell,
    input: Input,
    is_mailed: bool,
    sent_to: Option<String>,
}

pub async fn forgot_form(State(app): State<App>, shell: Shell) -> Result<Response> {
    let is_mailed = link::is_mailed(&app.config);
    Ok(private(page(&ForgotPage {
        shell,
        input: Input::default(),
        is_mailed,
        sent_to: None,
    })?))
}

pub async fn forgot(
    State(app): State<App>,
    shell: Shell,
    client: Client,
    mut input: Input,
) -> Result<Response> {
    let is_mailed = link::is_mailed(&app.config);
    let email = form::email(&mut input);
    if let Some(email) = email.as_ref().filter(|_| is_mailed) {
        reset::ask(&app, &client, email).await?;
    }
    Ok(private(page(&ForgotPage {
        shell,
        is_mailed,
        sent_to: email.filter(|_| is_mailed).map(String::from),
        input,
    })?))
}

#[derive(Template)]
#[template(path = "accounts/reset.html")]
struct ResetPage {
    shell: Shell,
    input: Input,
    email: String,
}

#[derive(Template)]
#[template(path = "accounts/dead_link.html")]
pub struct DeadLinkPage {
    pub shell: Shell,
    /// The message that says why.
    pub words: &'static str,
    /// Label, a message, and path of the way on.
    pub next: (&'static str, &'static str),
}

impl DeadLinkPage {
    pub fn show(&self) -> Result<Response> {
        Ok((StatusCode::GONE, private(page(self)?)).into_response())
    }
}

fn dead_reset(shell: Shell) -> Result<Response> {
    DeadLinkPage {
        shell,
        words: "dead-reset",
        next: ("dead-reset-next", "/forgot"),
    }
    .show()
}

pub async fn reset_form(
    State(app): State<App>,
    shell: Shell,
    Path(token): Path<String>,
) -> Result<Response> {
    let Some(person) = reset::person(&app, &token).await? else {
        return dead_reset(shell);
    };
    Ok(private(page(&ResetPage {
        shell,
        input: Input::default(),
        email: person.email,
    })?))
}

pub async fn reset(
    State(app): State<App>,
    shell: Shell,
    Path(token): Path<String>,
    mut input: Input,
) -> Result<Response> {
    let Some(person) = reset::person(&app, &token).await? else {
        return dead_reset(shell);
    };
    let Some(password) = form::password(&mut input, "password") else {
        let again = private(page(&ResetPage {
            shell,
            input,
            email: person.email,
        })?);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    };
    match reset::set(&app, &token, &password).await? {
        Some(_) => Ok(Flash::ok(shell.say("reset-done")).see("/sign-in")),
        None => dead_reset(shell),
    }
}
