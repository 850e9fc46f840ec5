//! Which language a guest is answered in: the one they chose, by `?lang=es` in any address, from then
//! on kept in a cookie; else the one of the booking the page is about, or the one their browser likes
//! best. Pages of hosts and admins don't ask: they are in English.

use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};

use super::embed::DID;
use super::error_pages::{self, Apology};
use crate::language::Language;

/// In addresses and in the cookie.
pub const NAME: &str = "lang";

/// What is known of whoever asks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Heard {
    /// What they said themselves.
    chosen: Option<Language>,
    /// What is taken otherwise.
    guessed: Language,
}

impl Heard {
    pub fn language(self) -> Language {
        self.chosen.unwrap_or(self.guessed)
    }
}

/// Of a request that `listen` has seen. Others are those of hosts and admins.
pub fn heard(parts: &Parts) -> Heard {
    let of_guest = parts.extensions.get().copied();
    of_guest.unwrap_or_else(|| {
        let chosen = remembered(&parts.headers).map(Language::for_hosts);
        Heard {
            chosen,
            guessed: Language::default(),
        }
    })
}

/// From here on the request is about something that was spoken of in this language.
pub fn prefer(parts: &mut Parts, guessed: Language) {
    let heard = heard(parts);
    parts.extensions.insert(Heard { guessed, ..heard });
}

/// The same page in the other languages. Only what was asked for by an address can be asked again.
pub fn others(parts: &Parts) -> Vec<(Language, String)> {
    if parts.method != Method::GET || parts.extensions.get::<Heard>().is_none() {
        return Vec::new();
    }
    let now = heard(parts).language();
    let there = Language::ALL.into_iter().filter(|it| *it != now);
    there.map(|it| (it, in_language(&parts.uri, it))).collect()
}

fn in_language(uri: &Uri, language: Language) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        if name != NAME && name != DID {
            query.append_pair(&name, &value);
        }
    }
    query.append_pair(NAME, language.tag());
    format!("{}?{}", uri.path(), query.finish())
}

/// Around the routes of guests.
pub async fn listen(mut request: Request, next: Next) -> Response {
    let named = named(request.uri());
    let heard = Heard {
        chosen: named.or_else(|| remembered(request.headers())),
        guessed: accepted(request.headers()),
    };
    request.extensions_mut().insert(heard);
    let mut response = next.run(request).await;
    if let Some(apology) = response.extensions_mut().remove::<Apology>() {
        response = error_pages::say(&apology, heard.language(), response);
    }
    let headers = response.headers_mut();
    headers.append(
        header::VARY,
        HeaderValue::from_static("Accept-Language, Cookie"),
    );
    if let Some(cookie) = named.and_then(cookie) {
        headers.append(header::SET_COOKIE, cookie);
    }
    response
}

fn named(uri: &Uri) -> Option<Language> {
    let query = uri.query()?.as_bytes();
    let (_, tag) = url::form_urlencoded::parse(query).find(|(name, _)| name == NAME)?;
    Language::of_tag(&tag)
}

fn remembered(headers: &HeaderMap) -> Option<Language> {
    Language::of_tag(CookieJar::from_headers(headers).get(NAME)?.value())
}

fn accepted(headers: &HeaderMap) -> Language {
    let said = headers.get(header::ACCEPT_LANGUAGE);
    let said = said.and_then(|said| said.to_str().ok());
    said.and_then(Language::accepted).unwrap_or_default()
}

fn cookie(language: Language) -> Option<HeaderValue> {
    let cookie = Cookie::build((NAME, language.tag()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .permanent()
        .build();
    HeaderValue::from_str(&cookie.to_string()).ok()
}
