//! The question before an account is disconnected, and its answer.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::disconnect::{self, Revoked};
use super::pages::{Leaving, ZOOM_PAGE, linked, may_manage};
use super::store::Linked;
use super::survey::Survey;
use crate::accounts::session::SignedIn;
use crate::app::App;
use crate::db::Reader;
use crate::error::{Error, Result};
use crate::web::flash::{Flash, Tone};
use crate::web::layout::{Nav, Shell};
use crate::web::{page, private};

#[derive(Template)]
#[template(path = "conferencing/disconnect.html")]
struct DisconnectPage {
    shell: Shell,
    leaving: Leaving,
}

async fn manageable(reader: &mut Reader, who: &SignedIn, id: &str) -> Result<Linked> {
    let linked = linked(reader, who, id).await?;
    if may_manage(&who.person, &linked) {
        Ok(linked)
    } else {
        Err(Error::Forbidden)
    }
}

pub async fn ask(
    State(app): State<App>,
    who: SignedIn,
    shell: Shell,
    Path(id): Path<String>,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let linked = manageable(&mut reader, &who, &id).await?;
    let survey = Survey::load(&mut reader, &app, who.org()).await?;
    Ok(private(page(&DisconnectPage {
        shell: shell.at(Nav::Integrations, who.viewer()),
        leaving: Leaving::new(&survey, &linked, who.language),
    })?))
}

pub async fn disconnect(
    State(app): State<App>,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<Response> {
    let linked = manageable(&mut app.db.read().await?, &who, &id).await?;
    let email = linked.account.email;
    let about = |key| who.say(key).with("email", &email);
    let remove_in_zoom = who.language.word("zoom-remove-in-zoom");
    let flash = match disconnect::disconnect(&app, who.org(), linked.connection.id).await? {
        None => Flash::new(Tone::Info, about("disconnect-already")),
        Some(Revoked::Yes) => Flash::ok(about("disconnect-done")),
        Some(Revoked::NothingHeld) => {
            let words = about("disconnect-done-broken");
            Flash::new(Tone::Info, format!("{words} {remove_in_zoom}"))
        }
        Some(Revoked::Unreachable) => {
            let words = who.say("disconnect-unreachable");
            Flash::new(Tone::Warn, format!("{words} {remove_in_zoom}"))
        }
    };
    Ok(flash.see(ZOOM_PAGE))
}
