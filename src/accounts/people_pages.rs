//! The list of users with what admins can do about them, and the page an invited person opens.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum_extra::extract::CookieJar;

use super::form::{self, ZoneGroup};
use super::invite::{self, Acceptance, Invite, Invited};
use super::people::{self, Change, Refusal};
use super::rules::{self, State as Standing, role_label};
use super::session::Admin;
use super::sign_in_pages::DeadLinkPage;
use super::{Ended, Person, Role, link, reset, sign_in, store};
use crate::app::App;
use crate::error::{Error, Result};
use crate::language::{Language, Said};
use crate::text::Username;
use crate::web::flash::{Flash, Tone};
use crate::web::form::Input;
use crate::web::layout::{Nav, Shell};
use crate::web::{page, private, see};

const USERS: &str = "/360/users";

#[derive(Template)]
#[template(path = "accounts/users.html")]
struct UsersPage {
    shell: Shell,
    rows: Vec<PersonRow>,
    input: Input,
    is_mailed: bool,
    /// A link that could not be mailed: for whom, what for, and the link.
    to_copy: Option<ToCopy>,
}

struct ToCopy {
    title: Said,
    link: String,
}

struct PersonRow {
    person: Person,
    state: Standing,
    is_viewer: bool,
    /// Nobody else could manage the org.
    is_only_admin: bool,
    profile: String,
}

impl PersonRow {
    fn is_pending(&self) -> bool {
        self.state == Standing::Pending
    }

    fn is_active(&self) -> bool {
        self.state == Standing::Active
    }

    fn is_deactivated(&self) -> bool {
        self.state == Standing::Deactivated
    }

    fn role(&self) -> &'static str {
        role_label(self.person.role)
    }
}

pub async fn list(State(app): State<App>, shell: Shell, admin: Admin) -> Result<Response> {
    let input = Input::filled([("role", Role::User.word())]);
    users_page(&app, shell, &admin, input, None).await
}

async fn users_page(
    app: &App,
    shell: Shell,
    Admin(who): &Admin,
    input: Input,
    to_copy: Option<ToCopy>,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let people = store::people(&mut reader, who.org()).await?;
    let admins = store::active_admins(&mut reader, who.org()).await?;
    let rows = people
        .into_iter()
        .map(|person| PersonRow {
            state: Standing::of(&person),
            is_viewer: person.id == who.person.id,
            is_only_admin: rules::is_last_admin(&person, admins),
            profile: format!("/{}", person.username),
            person,
        })
        .collect();
    Ok(private(page(&UsersPage {
        shell: shell.at(Nav::Users, who.viewer()),
        rows,
        input,
        is_mailed: link::is_mailed(&app.config),
        to_copy,
    })?))
}

pub async fn invite(
    State(app): State<App>,
    shell: Shell,
    admin: Admin,
    mut input: Input,
) -> Result<Response> {
    if let Some(wanted) = read_invite(&mut input) {
        match invite::invite(&app, &admin.0.person, wanted).await {
            Ok(invited) => return sent(&app, shell, &admin, invited).await,
            Err(Ended::Refused(taken)) => {
                let (field, words) = taken.words();
                input.wrong(field, admin.0.say(words));
            }
            Err(Ended::Broken(error)) => return Err(Error::Internal(error)),
        }
    }
    let again = users_page(&app, shell, &admin, input, None).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

fn read_invite(input: &mut Input) -> Option<Invite> {
    let name = form::name(input);
    let email = form::email(input);
    let role = form::role(input);
    let username: Option<Option<Username>> = if input.text("username").trim().is_empty() {
        Some(None)
    } else {
        form::username(input).map(Some)
    };
    Some(Invite {
        name: name?,
        email: email?,
        role: role?,
        username: username?,
    })
}

/// Says that the invitation is on its way, or shows its link.
async fn sent(app: &App, shell: Shell, admin: &Admin, invited: Invited) -> Result<Response> {
    let Invited { person, link } = invited;
    let Some(link) = link else {
        let words = admin.0.say("user-sent").with("email", &person.email);
        return Ok(Flash::ok(words).see(USERS));
    };
    let to_copy = ToCopy {
        title: admin.0.say("user-is-invited").with("name", &person.name),
        link,
    };
    let input = Input::filled([("role", Role::User.word())]);
    users_page(app, shell, admin, input, Some(to_copy)).await
}

pub async fn resend(
    State(app): State<App>,
    shell: Shell,
    admin: Admin,
    Path(id): Path<String>,
) -> Result<Response> {
    let person = people::find(&app, admin.0.org(), &id).await?;
    if Standing::of(&person) != Standing::Pending {
        let words = admin.0.say("user-accepted").with("name", &person.name);
        return Ok(Flash::new(Tone::Info, words).see(USERS));
    }
    let invited = invite::resend(&app, &admin.0.person, person).await?;
    sent(&app, shell, &admin, invited).await
}

/// An admin helps somebody who forgot their password.
pub async fn reset_link(
    State(app): State<App>,
    shell: Shell,
    admin: Admin,
    Path(id): Path<String>,
) -> Result<Response> {
    let person = people::find(&app, admin.0.org(), &id).await?;
    if Standing::of(&person) != Standing::Active {
        let words = admin.0.say("user-cannot-sign-in");
        let words = words.with("name", &person.name);
        return Ok(Flash::new(Tone::Warn, words).see(USERS));
    }
    let (name, email) = (person.name.clone(), person.email.clone());
    let Some(link) = reset::make(&app, person).await? else {
        let words = admin.0.say("user-reset-sent").with("email", email);
        return Ok(Flash::ok(words).see(USERS));
    };
    let to_copy = ToCopy {
        title: admin.0.say("user-can-choose").with("name", name),
        link,
    };
    let input = Input::filled([("role", Role::User.word())]);
    users_page(&app, shell, &admin, input, Some(to_copy)).await
}

pub async fn role(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<String>,
    mut input: Input,
) -> Result<Response> {
    let Some(role) = form::role(&mut input) else {
        return Err(Error::BadRequest("error-no-such-role"));
    };
    change(&app, &admin, &id, Change::Role(role)).await
}

pub async fn deactivate(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<String>,
) -> Result<Response> {
    change(&app, &admin, &id, Change::Deactivate).await
}

pub async fn reactivate(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<String>,
) -> Result<Response> {
    change(&app, &admin, &id, Change::Reactivate).await
}

async fn change(app: &App, Admin(who): &Admin, id: &str, change: Change) -> Result<Response> {
    let id = id.parse().map_err(|_| Error::NotFound)?;
    match people::change(app, who.org(), id, change).await {
        Ok(person) => Ok(Flash::ok(changed_words(who.language, &person, change)).see(USERS)),
        Err(Ended::Refused(Refusal::NotHere)) => Err(Error::NotFound),
        Err(Ended::Refused(refusal)) => {
            Ok(Flash::new(Tone::Bad, who.say(refusal.words())).see(USERS))
        }
        Err(Ended::Broken(error)) => Err(Error::Internal(error)),
    }
}

fn changed_words(language: Language, person: &Person, change: Change) -> Said {
    let words = match change {
        Change::Role(role) => {
            let words = language.say("user-has-role");
            words.with("role", language.word(role_label(role)))
        }
        Change::Deactivate => language.say("user-is-off"),
        Change::Reactivate => language.say("user-is-back"),
    };
    words.with("name", &person.name)
}

#[derive(Template)]
#[template(path = "accounts/invitation.html")]
struct InvitationPage {
    shell: Shell,
    input: Input,
    org: String,
    email: String,
    zones: Vec<ZoneGroup>,
}

fn dead_invitation(shell: Shell) -> Result<Response> {
    DeadLinkPage {
        shell,
        words: "dead-invitation",
        next: ("sign-in-title", "/sign-in"),
    }
    .show()
}

pub async fn invitation(
    State(app): State<App>,
    shell: Shell,
    Path(token): Path<String>,
) -> Result<Response> {
    let Some((person, org)) = invite::pending(&app, &token).await? else {
        return dead_invitation(shell);
    };
    let input = Input::filled([("name", person.name.as_str())]);
    invitation_page(&app, shell, input, org.name, person.email)
}

fn invitation_page(
    app: &App,
    shell: Shell,
    input: Input,
    org: String,
    email: String,
) -> Result<Response> {
    Ok(private(page(&InvitationPage {
        org,
        email,
        zones: form::zone_groups(shell.language, input.text("timezone"), app.now()),
        shell,
        input,
    })?))
}

pub async fn accept(
    State(app): State<App>,
    shell: Shell,
    jar: CookieJar,
    Path(token): Path<String>,
    mut input: Input,
) -> Result<Response> {
    let Some((person, org)) = invite::pending(&app, &token).await? else {
        return dead_invitation(shell);
    };
    let Some(said) = read_acceptance(&mut input) else {
        let again = invitation_page(&app, shell, input, org.name, person.email)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    };
    let Some(person) = invite::accept(&app, &token, said).await? else {
        return dead_invitation(shell);
    };
    let cookie = sign_in::begin(&app, &jar, &person).await?;
    Ok((jar.add(cookie), see("/360/welcome")).into_response())
}

fn read_acceptance(input: &mut Input) -> Option<Acceptance> {
    let name = form::name(input);
    let password = form::password(input, "password");
    let zone = form::zone(input);
    Some(Acceptance {
        name: name?,
        password: password?,
        zone: zone?,
    })
}
