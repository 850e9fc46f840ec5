//! The page on which people change what is theirs: name, address, zone, mails, password.

use askama::Template;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::{Multipart, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum_extra::extract::CookieJar;

use super::form::{self, ZoneGroup};
use super::picture::{self, BadPicture};
use super::profile::{self, Notices, Profile};
use super::session::SignedIn;
use super::{Ended, sign_in, store};
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
    initials: String,
    picture: Option<String>,
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
    .spoken(who.language)
}

fn profile_page(app: &App, shell: Shell, who: &SignedIn, input: Input) -> Result<Response> {
    Ok(private(page(&ProfilePage {
        shell: shell.at(Nav::Profile, who.viewer()),
        email: who.person.email.clone(),
        zones: form::zone_groups(who.language, input.text("timezone"), app.now()),
        base: app.config.url("/"),
        url: app.config.url(&format!("/{}", who.person.username)),
        initials: who.person.initials(),
        picture: who.person.picture_path(),
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
            Ok(()) => return Ok(Flash::ok(who.say("web-saved")).see(PROFILE)),
            Err(Ended::Refused(taken)) => {
                let (field, words) = taken.words();
                input.wrong(field, who.say(words));
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

/// The form of the picture has two buttons: one sends a file, one takes away what is there.
pub async fn picture(
    State(app): State<App>,
    shell: Shell,
    who: SignedIn,
    sent: Result<Multipart, MultipartRejection>,
) -> Result<Response> {
    let who_sends = who.person.id.to_string();
    count(&app, What::Picture, &who_sends).await?;
    let wrong = match read_picture(sent).await {
        Ok(Sent::Remove) => {
            picture::remove(&app, &who.person).await?;
            return Ok(Flash::ok(who.say("profile-picture-gone")).see(PROFILE));
        }
        Ok(Sent::Picture(bytes)) => picture::save(&app, &who.person, bytes).await?,
        Err(why) => Some(why),
    };
    let Some(why) = wrong else {
        return Ok(Flash::ok(who.say("profile-picture-new")).see(PROFILE));
    };
    let mut input = saved(&who);
    input.wrong("picture", who.say(why.words()));
    let again = profile_page(&app, shell, &who, input)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

enum Sent {
    Picture(Vec<u8>),
    Remove,
}

async fn read_picture(sent: Result<Multipart, MultipartRejection>) -> Result<Sent, BadPicture> {
    let mut sent = sent.map_err(|_| BadPicture::Missing)?;
    let mut picture = Vec::new();
    while let Some(field) = sent.next_field().await.map_err(|e| unread(&e))? {
        match field.name().map(str::to_owned).as_deref() {
            Some("picture") => picture = field.bytes().await.map_err(|e| unread(&e))?.to_vec(),
            Some("do") if field.text().await.map_err(|e| unread(&e))? == "remove" => {
                return Ok(Sent::Remove);
            }
            Some(_) | None => {}
        }
    }
    if picture.is_empty() {
        return Err(BadPicture::Missing);
    }
    Ok(Sent::Picture(picture))
}

fn unread(error: &MultipartError) -> BadPicture {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => BadPicture::Heavy,
        _ => BadPicture::Unreadable,
    }
}

/// Its address changes with the picture; one that was removed fades from caches within a day.
pub async fn show_picture(State(app): State<App>, Path(name): Path<String>) -> Result<Response> {
    let hash = picture::hash_in(&name).ok_or(Error::NotFound)?;
    let jpeg = store::picture(&mut app.db.read().await?, hash)
        .await?
        .ok_or(Error::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, "image/jpeg"),
        (header::CACHE_CONTROL, "public, max-age=86400, immutable"),
    ];
    Ok((headers, jpeg).into_response())
}

/// Saved on click: the switch is the form’s button.
pub async fn notices(State(app): State<App>, who: SignedIn, input: Input) -> Result<Response> {
    let (notices, words) = if input.is("on", "1") {
        (Notices::Wanted, "profile-notices-on")
    } else {
        (Notices::Off, "profile-notices-off")
    };
    profile::set_notices(&app, &who.person, notices).await?;
    Ok(Flash::ok(who.say(words)).see(PROFILE))
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
            let note = Flash::ok(who.say("profile-password-set"));
            return Ok((jar.add(cookie), note.see(PROFILE)).into_response());
        }
        typed.wrong("old_password", who.say("profile-password-wrong"));
    }
    let mut input = saved(&who);
    for (field, why) in typed.errors() {
        input.wrong(field, why);
    }
    let again = profile_page(&app, shell, &who, input)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}
