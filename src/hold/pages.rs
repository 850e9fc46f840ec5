//! What it means that this server is on hold, and the two answers, each with a question before it.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::{Choice, Why, release, store};
use crate::accounts::session::{Admin, SignedIn};
use crate::app::App;
use crate::error::Result;
use crate::web::flash::{Flash, Tone};
use crate::web::layout::{Nav, Shell};
use crate::web::{page, private};

pub const PAGE: &str = "/360/hold";
pub const ORIGINAL: &str = "/360/hold/original";
pub const COPY: &str = "/360/hold/copy";

#[derive(Template)]
#[template(path = "hold/show.html")]
struct HoldPage {
    shell: Shell,
    /// `None`: it is not on hold.
    why: Option<&'static str>,
    is_admin: bool,
}

pub async fn show(State(app): State<App>, who: SignedIn, shell: Shell) -> Result<Response> {
    let last = store::last(&mut app.db.read().await?).await?;
    Ok(private(page(&HoldPage {
        shell: shell.at(Nav::Integrations, who.viewer()),
        why: last.held_why.map(Why::words),
        is_admin: who.person.is_admin(),
    })?))
}

#[derive(Template)]
#[template(path = "hold/ask.html")]
struct AskPage {
    shell: Shell,
    title: &'static str,
    consequences: &'static [&'static str],
    path: &'static str,
    button: &'static str,
}

const AS_ORIGINAL: &[&str] = &[
    "Mail that waits goes out, also to guests. A letter that left after the backup was taken can \
     go out a second time.",
    "Meetings in Zoom follow the bookings here again: one with another time is put back, one that \
     was deleted is made anew.",
    "Meetings in Zoom that were booked after the backup belong to no booking here. They are \
     listed on the Zoom page and left alone.",
    "Calendar invitations go on with numbers a thousand higher, so that calendars take them.",
    "No other server may run with these bookings: both would mail the guests, and end each \
     other’s access to Zoom.",
];

const AS_COPY: &[&str] = &[
    "The access to Zoom that came with the copy is forgotten here, not revoked: the original \
     keeps it. Accounts show “Connection broken” until somebody reconnects them here.",
    "Reconnecting with the same Zoom app ends the original’s access. Give this server a Zoom app \
     of its own first.",
    "Upcoming bookings keep the links they have. Their meetings in Zoom are the original’s and \
     are never changed from here.",
    "Mail that waits is not sent from here.",
    "A booking that has no link yet gets one once Zoom is connected here, and its guest is mailed. \
     So is everybody whose booking is changed or canceled here: leave out the mail server if that \
     must not be.",
];

pub async fn ask_original(Admin(who): Admin, shell: Shell) -> Result<Response> {
    Ok(private(page(&AskPage {
        shell: shell.at(Nav::Integrations, who.viewer()),
        title: "Go on as the original?",
        consequences: AS_ORIGINAL,
        path: ORIGINAL,
        button: "This is the original",
    })?))
}

pub async fn ask_copy(Admin(who): Admin, shell: Shell) -> Result<Response> {
    Ok(private(page(&AskPage {
        shell: shell.at(Nav::Integrations, who.viewer()),
        title: "Go on as a copy?",
        consequences: AS_COPY,
        path: COPY,
        button: "This is a copy",
    })?))
}

pub async fn original(State(app): State<App>, Admin(who): Admin) -> Result<Response> {
    let released = release(&app, Choice::Original).await?;
    if released {
        tracing::warn!(by = %who.person.id, "goes on as the original");
    }
    Ok(told(released, "This server goes on as the original."))
}

pub async fn copy(State(app): State<App>, Admin(who): Admin) -> Result<Response> {
    let released = release(&app, Choice::Copy).await?;
    if released {
        tracing::warn!(by = %who.person.id, "goes on as a copy");
    }
    Ok(told(released, "This server goes on as a copy."))
}

fn told(released: bool, words: &str) -> Response {
    if released {
        Flash::ok(words).see(PAGE)
    } else {
        Flash::new(Tone::Info, "This server isn’t on hold any more.").see(PAGE)
    }
}
