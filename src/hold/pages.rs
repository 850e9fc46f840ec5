//! What it means that this server is on hold, and the two answers, each with a question before it.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::{Choice, release, store};
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
    why: Option<Cow<'static, str>>,
    is_admin: bool,
}

pub async fn show(State(app): State<App>, who: SignedIn, shell: Shell) -> Result<Response> {
    let last = store::last(&mut app.db.read().await?).await?;
    Ok(private(page(&HoldPage {
        shell: frame(shell, &who),
        why: last.held_why.map(|why| why.words(who.language)),
        is_admin: who.person.is_admin(),
    })?))
}

/// These pages say themselves what the banner would.
fn frame(shell: Shell, who: &SignedIn) -> Shell {
    let shell = shell.at(Nav::Integrations, who.viewer());
    Shell {
        held: false,
        ..shell
    }
}

#[derive(Template)]
#[template(path = "hold/ask.html")]
struct AskPage {
    shell: Shell,
    // Each of these but the path is a message.
    here: &'static str,
    title: &'static str,
    consequences: &'static [&'static str],
    path: &'static str,
    button: &'static str,
}

const AS_ORIGINAL: &[&str] = &[
    "hold-original-mail",
    "hold-original-zoom",
    "hold-original-strays",
    "hold-original-calendars",
    "hold-original-alone",
];

const AS_COPY: &[&str] = &[
    "hold-copy-access",
    "hold-copy-app",
    "hold-copy-links",
    "hold-copy-mail",
    "hold-copy-new",
];

pub async fn ask_original(Admin(who): Admin, shell: Shell) -> Result<Response> {
    Ok(private(page(&AskPage {
        shell: frame(shell, &who),
        here: "hold-original",
        title: "hold-ask-original",
        consequences: AS_ORIGINAL,
        path: ORIGINAL,
        button: "hold-is-original",
    })?))
}

pub async fn ask_copy(Admin(who): Admin, shell: Shell) -> Result<Response> {
    Ok(private(page(&AskPage {
        shell: frame(shell, &who),
        here: "hold-copy",
        title: "hold-ask-copy",
        consequences: AS_COPY,
        path: COPY,
        button: "hold-is-copy",
    })?))
}

pub async fn original(State(app): State<App>, Admin(who): Admin) -> Result<Response> {
    let released = release(&app, Choice::Original).await?;
    if released {
        tracing::warn!(by = %who.person.id, "goes on as the original");
    }
    Ok(told(released, &who, "hold-went-on-original"))
}

pub async fn copy(State(app): State<App>, Admin(who): Admin) -> Result<Response> {
    let released = release(&app, Choice::Copy).await?;
    if released {
        tracing::warn!(by = %who.person.id, "goes on as a copy");
    }
    Ok(told(released, &who, "hold-went-on-copy"))
}

fn told(released: bool, who: &SignedIn, words: &'static str) -> Response {
    if released {
        Flash::ok(who.say(words)).see(PAGE)
    } else {
        Flash::new(Tone::Info, who.say("hold-no-more")).see(PAGE)
    }
}
