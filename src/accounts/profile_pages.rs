//! The page on which people change what is theirs: name, address, zone, mails, password.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum_extra::extract::CookieJar;

use super::form::{self, ZoneGroup};
use super::profile::{self, Notices, Profile};
use super::session::SignedIn;
use super::{Ended, sign_in};
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::client::Client;
use crate::web::flash::Flash;
use crate::web::form::Input;
use crate::web::layout::{Nav, Shell};
use crate::web::limit::{What, count};
use crate::web::{page, private};

const PROFILE: &str = "/360/profile";

#[derive(Template)]
#[template(path = "accounts/profile.html")]
struct ProfilePage {
    shell: Shell,
    input: Input,
    email: String,
    zones: Vec<ZoneGroup>,
    base: String,
    url: String,
    /// Mails about one's own meetings are on.
    notices: bool,
}

/// The form as it stands in the database.
fn saved(who: &SignedIn) -> Input {
    let person = &who.person;
    Input::filled([
        ("name", person.name.as_str()),
        ("username", person.username.as_str()),
        ("timezone", person.timezone.name()),
    ])
}

fn profile_page(app: &App, shell: Shell, who: &SignedIn, input: Input) -> Result<Response> {
    Ok(private(page(&ProfilePage {
        shell: shell.at(Nav::Profile, who.viewer()),
        email: who.person.email.clone(),
        zones: form::zone_groups(input.text("timezone"), app.now()),
        base: app.config.url("/"),
        url: app.config.url(&format!("/{}", who.person.username)),
        notices: who.person.notices_off_at.is_none(),
        input,
    })?))
}

pub async fn show(State(app): State<App>, shell: Shell, who: SignedIn) -> Result<Response> {
    let input = saved(&who);
    profile_page(&app, shell, &who, input)
}

pub async fn save(
    State(app): State<App>,
    shell: Shell,
    who: SignedIn,
    mut input: Input,
) -> Result<Response> {
    if let Some(wanted) = read_profile(&mut input) {
        match profile::save(&app, &who.person, wanted).await {
            Ok(()) => return Ok(Flash::ok("Saved.").see(PROFILE)),
            Err(Ended::Refused(taken)) => {
                let (field, words) = taken.words();
                input.wrong(field, words);
            }
            Err(Ended::Broken(error)) => return Err(Error::Internal(error)),
        }
    }
    let again = profile_page(&app, shell, &who, input)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

fn read_profile(input: &mut Input) -> Option<Profile> {
    let name = form::name(input);
    let username = form::username(input);
    let zone = form::zone(input);
    Some(Profile {
        name: name?,
        username: username?,
        zone: zone?,
    })
}

/// Saved on click: the switch is the form’s button.
pub async fn notices(State(app): State<App>, who: SignedIn, input: Input) -> Result<Response> {
    let (notices, words) = if input.is("on", "1") {
        (Notices::Wanted, "You’ll be emailed about your meetings.")
    } else {
        (
            Notices::Off,
            "You won’t be emailed about your meetings. Your invitees get their mails in any case.",
        )
    };
    profile::set_notices(&app, &who.person, notices).await?;
    Ok(Flash::ok(words).see(PROFILE))
}

pub async fn change_password(
    State(app): State<App>,
    shell: Shell,
    client: Client,
    who: SignedIn,
    jar: CookieJar,
    mut typed: Input,
) -> Result<Response> {
    // Whoever finds an open browser must not try passwords without end either.
    count(&app, What::SignIn, &client.0).await?;
    if let Some(new) = form::password(&mut typed, "new_password") {
        let old = typed.text("old_password");
        if profile::change_password(&app, &who.person, old, &new).await? {
            let cookie = sign_in::begin(&app, &jar, &who.person).await?;
            let note = Flash::ok("Your new password is set. Other browsers are signed out.");
            return Ok((jar.add(cookie), note.see(PROFILE)).into_response());
        }
        typed.wrong("old_password", "This is not your current password");
    }
    let mut input = saved(&who);
    for (field, why) in typed.errors() {
        input.wrong(field, why);
    }
    let again = profile_page(&app, shell, &who, input)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}
