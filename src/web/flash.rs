//! A note shown once on the next page: kept in a short-lived cookie, cleared when read.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

pub(super) const NAME: &str = "flash";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    pub tone: Tone,
    pub words: String,
    /// A next step: label and path.
    pub link: Option<(String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tone {
    Ok,
    Info,
    Warn,
    Bad,
}

impl Tone {
    /// The class of the note.
    pub fn class(self) -> &'static str {
        match self {
            Tone::Ok => "ok",
            Tone::Info => "info",
            Tone::Warn => "warn",
            Tone::Bad => "bad",
        }
    }
}

impl Flash {
    pub fn new(tone: Tone, words: impl Into<String>) -> Flash {
        Flash {
            tone,
            words: words.into(),
            link: None,
        }
    }

    pub fn ok(words: impl Into<String>) -> Flash {
        Flash::new(Tone::Ok, words)
    }

    #[must_use]
    pub fn link(mut self, label: impl Into<String>, path: &str) -> Flash {
        self.link = Some((label.into(), path.to_owned()));
        self
    }

    /// Sends the browser to `path`, where the note is shown.
    pub fn see(self, path: &str) -> Response {
        let json = serde_json::to_vec(&self).unwrap_or_default();
        let cookie = Cookie::build((NAME, URL_SAFE_NO_PAD.encode(json)))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .build();
        (CookieJar::new().add(cookie), super::see(path)).into_response()
    }
}

pub fn read(headers: &HeaderMap) -> Option<Flash> {
    let jar = CookieJar::from_headers(headers);
    let bytes = URL_SAFE_NO_PAD.decode(jar.get(NAME)?.value()).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// After a page was shown, its note is spent.
pub async fn clear_when_shown(request: Request, next: Next) -> Response {
    let had_one = request.method() == Method::GET
        && CookieJar::from_headers(request.headers())
            .get(NAME)
            .is_some();
    let mut response = next.run(request).await;
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if had_one && is_page {
        response.headers_mut().append(
            header::SET_COOKIE,
            HeaderValue::from_static("flash=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"),
        );
    }
    response
}
