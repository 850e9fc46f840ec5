//! The page on which people delete their account: what stands in the way, what follows, and the
//! password once more.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::leave::{self, InTheWay, NotYet};
use crate::accounts::session::SignedIn;
use crate::accounts::{Ended, password};
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::client::Client;
use crate::web::flash::{Flash, Tone};
use crate::web::form::Input;
use crate::web::layout::{Nav, Shell};
use crate::web::limit::{What, count};
use crate::web::{page, private, see};

const PATH: &str = "/360/profile/delete";
/// Named one by one; the list has the others.
const MOST_NAMED: usize = 5;

#[derive(Template)]
#[template(path = "leaving/leave.html")]
struct LeavePage {
    shell: Shell,
    input: Input,
    way: InTheWay,
    /// Path, summary and time.
    meetings: Vec<(String, String, String)>,
    more: usize,
    url: String,
}

pub async fn ask(State(app): State<App>, shell: Shell, who: SignedIn) -> Result<Response> {
    show(&app, shell, &who, Input::default()).await
}

async fn show(app: &App, shell: Shell, who: &SignedIn, input: Input) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let way = leave::in_the_way(&mut reader, &who.person, app.now()).await?;
    let named = way.meetings.iter().take(MOST_NAMED);
    Ok(private(page(&LeavePage {
        shell: shell.at(Nav::Profile, who.viewer()),
        input,
        meetings: named
            .map(|it| {
                let path = format!("/360/meetings/{}", it.booking);
                let when = who.language.long(it.starts_at, &who.person.timezone);
                (path, it.summary.clone(), when)
            })
            .collect(),
        more: way.meetings.len().saturating_sub(MOST_NAMED),
        way,
        url: app.config.url(&format!("/{}", who.person.username)),
    })?))
}

#[derive(Template)]
#[template(path = "leaving/cancel.html")]
struct CancelPage {
    shell: Shell,
    meetings: usize,
}

pub async fn ask_cancel(State(app): State<App>, shell: Shell, who: SignedIn) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let way = leave::in_the_way(&mut reader, &who.person, app.now()).await?;
    if way.meetings.is_empty() {
        return Ok(see(PATH));
    }
    Ok(private(page(&CancelPage {
        shell: shell.at(Nav::Profile, who.viewer()),
        meetings: way.meetings.len(),
    })?))
}

pub async fn cancel_meetings(State(app): State<App>, who: SignedIn) -> Result<Response> {
    let canceled = leave::cancel_meetings(&app, &who.person).await?;
    let note = if canceled == 0 {
        Flash::new(Tone::Info, who.say("leave-nothing-to-cancel"))
    } else {
        Flash::ok(who.say("leave-canceled").with("meetings", canceled))
    };
    Ok(note.see(PATH))
}

pub async fn leave(
    State(app): State<App>,
    shell: Shell,
    client: Client,
    who: SignedIn,
    mut input: Input,
) -> Result<Response> {
    // Whoever finds an open browser must not try passwords without end.
    count(&app, What::SignIn, &client.0).await?;
    let hash = who.person.password_hash.as_deref();
    if !password::fits(input.text("password"), hash).await? {
        input.wrong("password", who.say("leave-wrong-password"));
        let again = show(&app, shell, &who, input).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    }
    match leave::leave(&app, &who.person).await {
        Ok(()) => Ok(Flash::ok(who.say("leave-done")).see("/sign-in")),
        Err(Ended::Refused(NotYet)) => {
            Ok(Flash::new(Tone::Warn, who.say("leave-not-yet")).see(PATH))
        }
        Err(Ended::Broken(error)) => Err(Error::Internal(error)),
    }
}
