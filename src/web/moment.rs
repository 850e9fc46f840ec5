//! Public pages as they were a moment ago. What is on offer may be seconds old; what is taken is
//! decided when it is booked. An answer is given again until this process commits anything, and for
//! a second at most, since another process may have. Only for pages that are the same to everybody
//! who asks for the same.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum_extra::extract::CookieJar;
use jiff::Timestamp;

use super::flash;
use super::language::Heard;
use crate::app::App;
use crate::clock::seconds;
use crate::error::Error;
use crate::language::Language;
use crate::zone::Zone;

const KEPT_SECONDS: i64 = 1;
/// Of all answers and addresses together; with the next one all of them go.
const MOST_BYTES: usize = 8 * 1024 * 1024;

#[derive(Default)]
pub struct Moments(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    commits: u64,
    bytes: usize,
    answers: HashMap<Key, Answer>,
}

/// All that such a page depends on besides the database and the time.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    address: String,
    /// As the browser said.
    zone: Option<String>,
    language: Language,
    encodings: Vec<u8>,
}

#[derive(Clone)]
struct Answer {
    at: Timestamp,
    headers: HeaderMap,
    body: Bytes,
}

impl Moments {
    fn find(&self, key: &Key, commits: u64, now: Timestamp) -> Option<Answer> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = kept.answers.get(key).filter(|_| kept.commits == commits)?;
        let is_fresh = answer.at <= now && now < answer.at + seconds(KEPT_SECONDS);
        is_fresh.then(|| answer.clone())
    }

    fn keep(&self, key: Key, commits: u64, answer: Answer) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A slow one must not take the place of what was read after a later commit.
        if commits < kept.commits {
            return;
        }
        let bytes = weight(&key, &answer);
        if kept.commits < commits || kept.bytes + bytes > MOST_BYTES {
            *kept = Kept {
                commits,
                ..Kept::default()
            };
        }
        // One that takes the place of another is counted beside it: too much is better than too little.
        kept.bytes += bytes;
        kept.answers.insert(key, answer);
    }
}

/// About what it takes to keep one.
fn weight(key: &Key, answer: &Answer) -> usize {
    const HEADERS: usize = 1024;
    key.address.len() + key.encodings.len() + answer.body.len() + HEADERS
}

/// Around the routes of such pages.
pub async fn again(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(key) = key(&request) else {
        return next.run(request).await;
    };
    // Asked before anything is read: a commit that comes in between makes the answer an old one.
    let (commits, now) = (app.db.commits(), app.now());
    if let Some(answer) = app.moments.find(&key, commits, now) {
        return (answer.headers, answer.body).into_response();
    }
    let (head, body) = next.run(request).await.into_parts();
    if head.status != StatusCode::OK || head.headers.contains_key(header::SET_COOKIE) {
        return Response::from_parts(head, body);
    }
    let body = match to_bytes(body, MOST_BYTES).await {
        Ok(body) => body,
        Err(error) => return Error::Internal(error.into()).into_response(),
    };
    let answer = Answer {
        at: now,
        headers: head.headers.clone(),
        body: body.clone(),
    };
    app.moments.keep(key, commits, answer);
    Response::from_parts(head, Body::from(body))
}

/// None: not to be kept, since it is for one person only.
fn key(request: &Request) -> Option<Key> {
    let jar = CookieJar::from_headers(request.headers());
    if request.method() != Method::GET || jar.get(flash::NAME).is_some() {
        return None;
    }
    let encodings = request.headers().get(header::ACCEPT_ENCODING);
    Some(Key {
        address: request.uri().path_and_query()?.as_str().to_owned(),
        zone: jar.get("tz").and_then(|said| {
            let zone = Zone::parse(said.value()).ok()?;
            Some(zone.name().to_owned())
        }),
        language: request
            .extensions()
            .get()
            .map_or_else(Language::default, |heard: &Heard| heard.language()),
        encodings: encodings.map_or_else(Vec::new, |value| value.as_bytes().to_vec()),
    })
}

#[cfg(test)]
mod tests {
    use crate::accounts::Role;
    use crate::clock::seconds;
    use crate::event_types::Location;
    use crate::testing::TestApp;

    const TIMES: &str = "/ada-lovelace/intro/slots?month=2026-05";
    const TEN: &str = "2026-05-05T08:00:00Z";

    #[tokio::test]
    async fn a_page_is_given_again_until_anything_is_committed_here_and_for_a_second_at_most() {
        let app = TestApp::start().await;
        let org = app.org("Engines").await;
        let ada = app.person(org, "Ada Lovelace", Role::User).await;
        let intro = app.offers(&ada, "Intro", Location::Phone).await;
        let mut browser = app.browser();
        let first = browser.get(TIMES).await;
        assert!(first.body.contains(TEN));
        drop(app.app.db.asked());
        let again = browser.get(TIMES).await;
        assert_eq!((again.status, &again.body), (first.status, &first.body));
        assert_eq!(again.headers["content-type"], first.headers["content-type"]);
        assert_eq!(app.app.db.asked(), [""; 0]);

        app.books(&intro, "Grace", "grace@example.com", TEN).await;
        assert!(!browser.get(TIMES).await.body.contains(TEN));

        drop(app.app.db.asked());
        app.advance(seconds(1));
        browser.get(TIMES).await;
        assert!(!app.app.db.asked().is_empty());
    }

    #[tokio::test]
    async fn what_is_for_one_person_only_is_not_given_to_another() {
        let app = TestApp::start().await;
        let org = app.org("Engines").await;
        let ada = app.person(org, "Ada Lovelace", Role::User).await;
        app.offers(&ada, "Intro", Location::Phone).await;
        let mut noted = app.browser();
        let note = crate::web::flash::Flash::ok("Only for you.").see("/");
        let cookie = note.headers()["set-cookie"].to_str().unwrap();
        let value = cookie.split(['=', ';']).nth(1).unwrap();
        noted.keep("flash", value);
        let page = noted.get("/ada-lovelace/intro").await;
        assert!(page.text().contains("Only for you."));
        let mut other = app.browser();
        assert!(
            !other
                .get("/ada-lovelace/intro")
                .await
                .text()
                .contains("Only for you.")
        );
        let mut in_tokyo = app.browser();
        in_tokyo.keep("tz", "Asia/Tokyo");
        assert!(
            in_tokyo
                .get("/ada-lovelace/intro")
                .await
                .text()
                .contains("Tokyo time")
        );
        assert!(
            other
                .get("/ada-lovelace/intro")
                .await
                .text()
                .contains("Madrid time")
        );
    }
}
