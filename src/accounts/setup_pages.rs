//! The pages of the first run: the form, and "You’re live" after it. Also where "/" leads.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::form::{self, ZoneGroup};
use super::session::{MaybeSignedIn, SignedIn};
use super::setup::{self, FirstRun, Refusal};
use super::{Ended, link, rules, sign_in};
use crate::app::App;
use crate::error::{Error, Result};
use crate::language::Said;
use crate::rollout;
use crate::seal::Secret;
use crate::web::client::Client;
use crate::web::form::{Input, Query};
use crate::web::layout::Shell;
use crate::web::limit::{What, count};
use crate::web::{page, private, see};

/// "/": to the one page that makes sense for who comes.
pub async fn root(State(app): State<App>, who: MaybeSignedIn) -> Result<Response> {
    if setup::is_open(&mut app.db.read().await?).await? {
        return Ok(see("/setup"));
    }
    Ok(see(match who.0 {
        Some(_) => "/360/meetings",
        None => "/sign-in",
    }))
}

pub async fn dashboard(_who: SignedIn) -> Response {
    see("/360/meetings")
}

#[derive(Template)]
#[template(path = "accounts/setup.html")]
struct SetupPage {
    shell: Shell,
    input: Input,
    zones: Vec<ZoneGroup>,
    warning: Option<Said>,
    code_file: Option<String>,
}

#[derive(Deserialize)]
pub struct WithCode {
    #[serde(default)]
    code: String,
}

pub async fn form(
    State(app): State<App>,
    shell: Shell,
    headers: HeaderMap,
    Query(with): Query<WithCode>,
) -> Result<Response> {
    if !setup::is_open(&mut app.db.read().await?).await? {
        return Ok(see("/sign-in"));
    }
    let input = Input::filled([("code", with.code)]);
    setup_page(&app, shell, &headers, input)
}

fn setup_page(app: &App, shell: Shell, headers: &HeaderMap, input: Input) -> Result<Response> {
    let language = shell.language;
    let shown = SetupPage {
        shell,
        zones: form::zone_groups(language, input.text("timezone"), app.now()),
        warning: rules::address_warning(language, &app.config.base_url, host(headers)),
        code_file: setup::code_file(&app.config).map(|path| path.display().to_string()),
        input,
    };
    Ok(private(page(&shown)?))
}

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::HOST)?.to_str().ok()
}

pub async fn submit(
    State(app): State<App>,
    shell: Shell,
    client: Client,
    headers: HeaderMap,
    jar: CookieJar,
    mut input: Input,
) -> Result<Response> {
    if !setup::is_open(&mut app.db.read().await?).await? {
        return Ok(see("/sign-in"));
    }
    count(&app, What::Setup, &client.0).await?;
    let expected = setup::code(&app).await?;
    let refusal = match first_run(&mut input, expected.as_ref()) {
        None => None,
        Some(first) => match setup::set_up(&app, first).await {
            Ok(admin) => {
                let cookie = sign_in::begin(&app, &jar, &admin).await?;
                return Ok((jar.add(cookie), see("/360/welcome")).into_response());
            }
            Err(Ended::Refused(refusal)) => Some(refusal),
            Err(Ended::Broken(error)) => return Err(Error::Internal(error)),
        },
    };
    match refusal {
        None => {}
        Some(Refusal::AlreadySetUp) => return Ok(see("/sign-in")),
        Some(Refusal::WrongCode) => input.wrong("code", shell.say("setup-wrong-code")),
        Some(Refusal::Taken(taken)) => {
            let (field, words) = taken.words();
            input.wrong(field, shell.say(words));
        }
    }
    let again = setup_page(&app, shell, &headers, input)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

fn first_run(input: &mut Input, expected: Option<&Secret>) -> Option<FirstRun> {
    let language = input.language();
    let code = input.read("code", |code| {
        let code = code.trim();
        if code.is_empty() {
            return Err(language.say("setup-no-code"));
        }
        if !expected.is_some_and(|expected| setup::code_fits(code, expected)) {
            return Err(language.say("setup-wrong-code"));
        }
        Ok(code.to_owned())
    });
    let name = form::name(input);
    let email = form::email(input);
    let password = form::password(input, "password");
    let zone = form::zone(input);
    let org = match (input.text("org").trim().is_empty(), &name) {
        (true, name) => name.as_deref().map(rules::org_name_for),
        (false, _) => input.read("org", |words| form::org_name(language, words)),
    };
    Some(FirstRun {
        code: code?,
        name: name?,
        email: email?,
        password: password?,
        zone: zone?,
        org: org?,
    })
}

#[derive(Template)]
#[template(path = "accounts/welcome.html")]
struct WelcomePage {
    shell: Shell,
    url: String,
    /// The message how it is with Zoom, and whether it waits for nothing but the person.
    zoom: &'static str,
    zoom_is_ready: bool,
    is_mailed: bool,
    warning: Option<Said>,
}

const ZOOM_IS_READY: &str = "welcome-zoom-ready";

/// Right after the first run; it can be opened again at any time.
pub async fn welcome(
    State(app): State<App>,
    shell: Shell,
    headers: HeaderMap,
    who: SignedIn,
) -> Result<Response> {
    let rollout = rollout::store::rollout(&mut app.db.read().await?, who.org()).await?;
    let zoom = match (app.config.zoom.is_some(), rollout.enabled_at.is_some()) {
        (false, _) => "welcome-zoom-no-app",
        (true, true) => ZOOM_IS_READY,
        (true, false) if who.person.is_admin() => "welcome-zoom-off",
        (true, false) => "welcome-zoom-off-ask",
    };
    let shown = WelcomePage {
        shell: Shell {
            viewer: Some(who.viewer()),
            ..shell
        },
        url: app.config.url(&format!("/{}", who.person.username)),
        zoom,
        zoom_is_ready: zoom == ZOOM_IS_READY,
        is_mailed: link::is_mailed(&app.config),
        warning: rules::address_warning(who.language, &app.config.base_url, host(&headers))
            .filter(|_| who.person.is_admin()),
    };
    Ok(private(page(&shown)?))
}
