//! Making a Zoom app for this server, step by step, with the server's own values, and the check
//! whether Zoom takes the credentials.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::connect::{CALLBACK, MISCONFIGURED};
use super::notices;
use super::provider::Fault;
use super::zoom::{Zoom, oauth, webhook};
use crate::accounts::session::Admin;
use crate::app::App;
use crate::error::Result;
use crate::language::Language;
use crate::seal::Secret;
use crate::sync_log::{Action, Exchange, Verdict, record};
use crate::web::flash::{Flash, Tone};
use crate::web::layout::{Nav, Shell};
use crate::web::{page, private};

pub const PAGE: &str = "/360/integrations/zoom/setup";
const VERIFIED: &str = "/360/integrations/zoom/setup/verified";

#[derive(Template)]
#[template(path = "conferencing/setup.html")]
struct SetupPage {
    shell: Shell,
    has_app: bool,
    has_webhook_secret: bool,
    /// Zoom takes only https, except on this computer.
    is_https: bool,
    base_url: String,
    redirect_url: String,
    event_url: String,
    required: Vec<Scope>,
    optional: Vec<Scope>,
    /// What to subscribe to, with the message who needs it.
    events: [(&'static str, &'static [&'static str]); 3],
    /// When Zoom last made sure of the event address, in words.
    verified: Option<String>,
    verified_path: &'static str,
}

/// A permission to add to the app, and what it is for.
struct Scope {
    name: &'static str,
    purpose: String,
}

impl Scope {
    /// "meeting:read:list_meetings" to "list meetings".
    fn new(name: &'static str, language: Language) -> Scope {
        let mut parts = name.split(':');
        let (area, verb) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        let is_list = parts.next().is_some_and(|part| part.starts_with("list_"));
        let key = match (area, verb) {
            ("user", _) => "scope-profile",
            _ if is_list => "scope-list",
            (_, "write") => "scope-create",
            (_, "update") => "scope-change",
            (_, "delete") => "scope-delete",
            _ => "scope-read",
        };
        let purpose = language.say(key).with("what", area).into();
        Scope { name, purpose }
    }

    fn all(names: Vec<&'static str>, language: Language) -> Vec<Scope> {
        let scope = |name| Scope::new(name, language);
        names.into_iter().map(scope).collect()
    }
}

pub async fn show(State(app): State<App>, Admin(who): Admin, shell: Shell) -> Result<Response> {
    let zoom = app.config.zoom.as_ref();
    let verified_at = notices::store::webhook_validated_at(&mut app.db.read().await?).await?;
    Ok(private(page(&SetupPage {
        shell: shell.at(Nav::Integrations, who.viewer()),
        has_app: zoom.is_some(),
        has_webhook_secret: zoom.is_some_and(|zoom| zoom.webhook_secret.is_some()),
        is_https: app.config.is_https(),
        base_url: app.config.url(""),
        redirect_url: app.config.url(CALLBACK),
        event_url: app.config.url(notices::PATH),
        required: Scope::all(oauth::scopes_to_ask_for(), who.language),
        optional: Scope::all(oauth::optional_scopes(), who.language),
        events: [
            ("zoom-app-events-all", webhook::MEETING_EVENTS),
            ("zoom-app-events-webinars", webhook::WEBINAR_EVENTS),
            ("zoom-app-events-users", webhook::USER_EVENTS),
        ],
        verified: verified_at.map(|at| who.language.date_at_clock(at, &who.person.timezone)),
        verified_path: VERIFIED,
    })?))
}

/// Asked by the script while the page is open, in the manner of a link that is waited for.
pub async fn verified(State(app): State<App>, Admin(_who): Admin) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let state = match notices::store::webhook_validated_at(&mut reader).await? {
        Some(_) => "ready",
        None => "pending",
    };
    Ok(private(
        (StatusCode::NO_CONTENT, [("x-link-state", state)]).into_response(),
    ))
}

/// How the credentials stand with Zoom.
pub enum Checked {
    Fine,
    /// The pair is wrong; Zoom doesn't say which of the two.
    Wrong,
    Unreachable,
    /// Something that isn't in its contract.
    Unclear(String),
}

impl Checked {
    /// A token of nonsense is refused for itself only by who knows the app.
    fn of(fault: &Fault) -> Checked {
        match fault {
            Fault::GrantDead { .. } => Checked::Fine,
            Fault::OurFault { .. } => Checked::Wrong,
            Fault::Busy { .. } | Fault::Lost { .. } => Checked::Unreachable,
            Fault::Gone | Fault::TokenRefused { .. } | Fault::Refused { .. } => {
                Checked::Unclear(fault.words().to_owned())
            }
        }
    }

    /// Said on the page, by `doctor` and in the sync log.
    pub fn words(&self) -> String {
        match self {
            Checked::Fine => "Zoom accepts this server’s client ID and secret.".to_owned(),
            Checked::Wrong => format!(
                "{MISCONFIGURED} Zoom doesn’t say which of the two is wrong: copy both again from \
                 the same environment of your app (development or production), and restart 42min."
            ),
            Checked::Unreachable => {
                "Zoom isn’t answering, so nothing could be checked. Try again in a minute."
                    .to_owned()
            }
            Checked::Unclear(said) => {
                format!("Zoom answered something unexpected, so nothing is certain: {said}.")
            }
        }
    }

    fn tone(&self) -> (Tone, Verdict) {
        match self {
            Checked::Fine => (Tone::Ok, Verdict::Succeeded),
            Checked::Wrong => (Tone::Bad, Verdict::Failed),
            Checked::Unreachable | Checked::Unclear(_) => (Tone::Warn, Verdict::Failed),
        }
    }
}

/// Shows Zoom the client ID and secret, with a token of nonsense.
pub async fn credentials(zoom: &Zoom) -> (Checked, Exchange) {
    let nonsense = Secret::new("42min-checks-its-credentials");
    let (answer, exchange) = zoom.refresh(&nonsense).await;
    let checked = match answer {
        Err(fault) => Checked::of(&fault),
        Ok(_) => Checked::Unclear("tokens for a token that was never given".to_owned()),
    };
    (checked, exchange)
}

pub async fn check(State(app): State<App>, Admin(who): Admin) -> Result<Response> {
    let Some(zoom) = &app.providers.zoom else {
        let words = who.say("zoom-app-check-first");
        return Ok(Flash::new(Tone::Warn, words).see(PAGE));
    };
    let about = record::About {
        org: who.org(),
        meeting: None,
        account: None,
    };
    let call = record::begin(&app, Action::Probe, about).await?;
    let (checked, exchange) = credentials(zoom).await;
    let (words, (tone, verdict)) = (checked.words(), checked.tone());
    call.end(verdict, words.as_str(), exchange).await?;
    Ok(Flash::new(tone, words).see(PAGE))
}
