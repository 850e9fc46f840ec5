//! The note on every page of `/360` while a connection of the viewer's is broken, or a shared one
//! that an admin can put right. An admin who isn't its owner may put it aside for a day.

use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::response::{IntoResponse as _, Response};
use axum_extra::extract::CookieJar;

use super::ConnectionRole;
use super::store;
use super::survey::store::{Broken, broken_seen_by};
use crate::accounts::session::{self, SignedIn};
use crate::app::App;
use crate::clock::{days, from_micros};
use crate::db::Reader;
use crate::error::Result;
use crate::id::Id;
use crate::language::Language;
use crate::rollout::hosting::who_hosts;
use crate::web::form::Input;
use crate::web::{language, see};

/// When breaks of other people's were put aside, in microseconds.
const ASIDE: &str = "breaks_aside";

#[derive(Clone, Debug)]
pub struct Banner {
    /// After "Zoom connection broken:".
    pub words: String,
    pub reconnect: String,
    /// Where to go on after it was put aside. `None`: it stays until somebody reconnects.
    pub aside: Option<String>,
}

/// What the frame shows in answer to this request.
pub async fn of(app: &App, parts: &Parts) -> Result<Option<Banner>> {
    if app.providers.zoom.is_none() || !parts.uri.path().starts_with("/360") {
        return Ok(None);
    }
    let jar = CookieJar::from_headers(&parts.headers);
    let Some(session) = session::hash_in(app, &jar) else {
        return Ok(None);
    };
    let mut reader = app.db.read().await?;
    let broken = broken_seen_by(&mut reader, session, app.now()).await?;
    let shown: Vec<&Broken> = broken
        .iter()
        .filter(|broken| !is_aside(app, &jar, broken))
        .collect();
    let [first, others @ ..] = shown.as_slice() else {
        return Ok(None);
    };
    let page = match parts.method {
        Method::GET => parts.uri.path(),
        _ => super::pages::ZOOM_PAGE,
    };
    Ok(Some(Banner {
        words: words(&mut reader, app, &shown, language::heard(parts).language()).await?,
        reconnect: if others.is_empty() {
            format!("/360/integrations/zoom/connect?connection={}", first.id)
        } else {
            super::pages::ZOOM_PAGE.to_owned()
        },
        aside: (first.owner_id != first.viewer_id).then(|| page.to_owned()),
    }))
}

fn is_aside(app: &App, jar: &CookieJar, broken: &Broken) -> bool {
    let aside = jar
        .get(ASIDE)
        .and_then(|cookie| cookie.value().parse().ok())
        .map(from_micros);
    broken.owner_id != broken.viewer_id
        && aside.is_some_and(|at| broken.broken_since <= at && app.now() < at + days(1))
}

async fn words(
    reader: &mut Reader,
    app: &App,
    all: &[&Broken],
    language: Language,
) -> Result<String> {
    let [broken, others @ ..] = all else {
        return Ok(String::new());
    };
    let host = match broken.role {
        ConnectionRole::Personal => broken.owner_id,
        ConnectionRole::Shared => Id::from_uuid(uuid::Uuid::nil()),
    };
    let (situation, _) = store::situation(reader, app, broken.org_id, host).await?;
    let host = who_hosts(&situation).ok();
    let key = match (broken.role, host.is_some(), others.is_empty()) {
        (ConnectionRole::Personal, true, true) => "banner-hosted-on",
        (ConnectionRole::Personal, true, false) => "banner-several-hosted-on",
        (ConnectionRole::Personal, false, true) => "banner-no-link",
        (ConnectionRole::Personal, false, false) => "banner-several-no-link",
        (ConnectionRole::Shared, true, true) => "banner-shared-hosted-on",
        (ConnectionRole::Shared, true, false) => "banner-several-shared-hosted-on",
        (ConnectionRole::Shared, false, true) => "banner-shared-no-link",
        (ConnectionRole::Shared, false, false) => "banner-several-shared-no-link",
    };
    let emails: Vec<&str> = all.iter().map(|it| it.email.as_str()).collect();
    Ok(language
        .say(key)
        .with("email", &broken.email)
        .with("all", emails.join(", "))
        .with("account", host.map_or_else(String::new, |host| host.email))
        .into())
}

/// An admin has seen it: not shown again for a day, unless something else breaks.
pub async fn put_aside(State(app): State<App>, _who: SignedIn, input: Input) -> Result<Response> {
    let secure = if app.config.is_https() {
        "; Secure"
    } else {
        ""
    };
    let cookie = format!(
        "{ASIDE}={}; Path=/360; Max-Age=86400; HttpOnly; SameSite=Lax{secure}",
        app.now().as_microsecond()
    );
    let back = input.text("back");
    let to = if super::connect_pages::is_local(back) {
        back
    } else {
        super::pages::ZOOM_PAGE
    };
    Ok(([(header::SET_COOKIE, cookie)], see(to)).into_response())
}
