//! The calls to Zoom, over HTTP: one each, no retries, nothing secret in what is kept of them.

use std::time::Instant;

use jiff::Timestamp;
use reqwest::header::{ACCEPT, RETRY_AFTER};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use tracing::Instrument as _;
use tracing::field::Empty;

use super::fault::{Bad, of_call};
use super::wire;
use crate::clock::Clock;
use crate::conferencing::connection::Break;
use crate::conferencing::plan::RoomKind;
use crate::conferencing::provider::{Answered, Ask, Busy, Fault, Refusal, Reply};
use crate::config::ZoomConfig;
use crate::installation::Installation;
use crate::planted::step::step;
use crate::seal::Secret;
use crate::sync_log::{Exchange, redact};
use crate::telemetry::figures::Figures;

/// Zoom's biggest answers (a page of 300 meetings) are far smaller.
const MOST_BODY: usize = 4 * 1024 * 1024;

/// What it answers is the person's own: their profile, and all of their meetings, ours or not. Admins
/// read the log, so nothing of it is kept.
const OF_THE_USER: &str = "GET /users/me";

pub struct Zoom {
    pub(super) config: ZoomConfig,
    pub(super) http: reqwest::Client,
    pub(super) clock: Clock,
    installation: Installation,
    figures: Figures,
}

/// An answer as it came, or why none did.
pub(super) struct Came {
    pub status: u16,
    pub body: String,
    pub retry_after: Option<String>,
    pub tracking_id: Option<String>,
}

impl Zoom {
    pub fn new(
        config: ZoomConfig,
        clock: Clock,
        installation: Installation,
        figures: Figures,
    ) -> anyhow::Result<Zoom> {
        Ok(Zoom {
            config,
            http: crate::http::client()?,
            clock,
            installation,
            figures,
        })
    }

    /// Asks Zoom one thing in the name of the token's user.
    pub async fn ask(&self, token: &Secret, ask: &Ask) -> Answered {
        let (result, exchange) = self.watched(ask.word(), self.answer(token, ask)).await;
        Answered { result, exchange }
    }

    /// Shows operators a call: what it was, what came of it and how long it took, never of whom.
    pub(super) async fn watched<T>(
        &self,
        operation: &'static str,
        call: impl Future<Output = (Result<T, Fault>, Exchange)>,
    ) -> (Result<T, Fault>, Exchange) {
        let span = tracing::error_span!(
            "zoom call",
            operation,
            outcome = Empty,
            otel.kind = "client",
            otel.status_code = Empty,
        );
        let counted = self.figures.call(operation);
        let (result, exchange) = call.instrument(span.clone()).await;
        let outcome = result.as_ref().map_or_else(Fault::word, |_| "ok");
        counted.ends(outcome);
        span.record("outcome", outcome);
        if result.is_err() {
            span.record("otel.status_code", "ERROR");
        }
        (result, exchange)
    }

    async fn answer(&self, token: &Secret, ask: &Ask) -> (Result<Reply, Fault>, Exchange) {
        let (method, path, body) = question(ask);
        let url = format!(
            "{}{path}",
            self.config.api_url.as_str().trim_end_matches('/')
        );
        let mut request = self
            .http
            .request(method.clone(), url)
            .bearer_auth(token.expose())
            // Without this Zoom has been seen to answer errors in XML.
            .header(ACCEPT, "application/json");
        if let Some(body) = &body {
            request = request.json(body);
        }
        let (came, mut exchange) = self.send(request, format!("{method} {path}")).await;
        exchange.request_body = body.map(|body| redact::body(&body.to_string()));
        let result = came.and_then(|came| reply(ask, &came, self.clock.now()));
        (result, exchange)
    }

    /// Sends and reads the whole answer. A failure before anything was sent is `Busy`, any later
    /// one `Lost`.
    pub(super) async fn send(
        &self,
        request: RequestBuilder,
        shown: String,
    ) -> (Result<Came, Fault>, Exchange) {
        let began = Instant::now();
        let is_personal = shown.starts_with(OF_THE_USER);
        step().await;
        // The last door: whatever asks, nothing reaches Zoom while this may be a copy.
        let came = if self.installation.is_held() {
            Err(Fault::Busy {
                why: Busy::Unreachable,
                retry_after: None,
                words: "This server is on hold".to_owned(),
            })
        } else {
            receive(request).await
        };
        let mut exchange = Exchange {
            request: shown,
            micros: i64::try_from(began.elapsed().as_micros()).unwrap_or(i64::MAX),
            ..Exchange::default()
        };
        if let Ok(came) = &came {
            exchange.status = Some(came.status);
            let kept = !(is_personal && (200..300).contains(&came.status));
            exchange.response_body = kept.then(|| redact::body(&came.body));
            exchange.tracking_id = came.tracking_id.clone();
        }
        (came, exchange)
    }
}

async fn receive(request: RequestBuilder) -> Result<Came, Fault> {
    let mut response = request.send().await.map_err(|error| {
        if error.is_connect() || error.is_builder() {
            Fault::Busy {
                why: Busy::Unreachable,
                retry_after: None,
                words: "Zoom can’t be reached".to_owned(),
            }
        } else if error.is_timeout() {
            Fault::Lost {
                words: "Zoom didn’t answer in time".to_owned(),
            }
        } else {
            Fault::Lost {
                words: "The connection to Zoom ended without an answer".to_owned(),
            }
        }
    })?;
    let header = |name: &str| {
        response
            .headers()
            .get(name)
            .and_then(|v| v.to_str().ok())
            .map(str::to_owned)
    };
    let status = response.status().as_u16();
    let (retry_after, tracking_id) = (header(RETRY_AFTER.as_str()), header("x-zm-trackingid"));
    let mut body = Vec::new();
    let cut_short = || Fault::Lost {
        words: "Zoom’s answer broke off".to_owned(),
    };
    while let Some(piece) = response.chunk().await.map_err(|_| cut_short())? {
        body.extend_from_slice(&piece);
        if body.len() > MOST_BODY {
            return Err(Fault::Lost {
                words: "Zoom’s answer was far too long".to_owned(),
            });
        }
    }
    let body = String::from_utf8_lossy(&body).into_owned();
    Ok(Came {
        status,
        body,
        retry_after,
        tracking_id,
    })
}

fn family(kind: RoomKind) -> &'static str {
    match kind {
        RoomKind::Meeting => "meetings",
        RoomKind::Webinar => "webinars",
    }
}

fn question(ask: &Ask) -> (Method, String, Option<Value>) {
    match ask {
        Ask::Create {
            spec,
            marker,
            passcode,
        } => (
            Method::POST,
            format!("/users/me/{}", family(spec.kind)),
            Some(wire::create(spec, marker, passcode.as_ref())),
        ),
        Ask::Read { kind, id } => (Method::GET, format!("/{}/{id}", family(*kind)), None),
        Ask::Move { kind, id, spec } => (
            Method::PATCH,
            format!("/{}/{id}", family(*kind)),
            Some(wire::change(spec)),
        ),
        Ask::SetPasscode { kind, id, passcode } => (
            Method::PATCH,
            format!("/{}/{id}", family(*kind)),
            Some(wire::passcode(passcode)),
        ),
        Ask::Delete { kind, id } => (Method::DELETE, format!("/{}/{id}", family(*kind)), None),
        Ask::List { kind, page } => {
            let mut path = format!("/users/me/{}?page_size=300", family(*kind));
            if *kind == RoomKind::Meeting {
                path.push_str("&type=scheduled");
            }
            if let Some(page) = page {
                let page: String = url::form_urlencoded::byte_serialize(page.as_bytes()).collect();
                path.push_str(&format!("&next_page_token={page}"));
            }
            (Method::GET, path, None)
        }
    }
}

/// "Cannot access webinar information": of an id that is a webinar's now.
fn says_it_is(kind: RoomKind, words: &str) -> bool {
    let what = format!("access {} info", kind.noun());
    words.to_lowercase().contains(&what)
}

/// Reads an answer to a question. A success that can't be read may have had its effect.
fn reply(ask: &Ask, came: &Came, now: Timestamp) -> Result<Reply, Fault> {
    if !(200..300).contains(&came.status) {
        let bad = Bad {
            status: came.status,
            body: &came.body,
            retry_after: came.retry_after.as_deref(),
        };
        return Err(match (ask.kind(), of_call(&bad, now)) {
            // Permissions for webinars are optional: to lack one says nothing of the grant.
            (
                RoomKind::Webinar,
                Fault::GrantDead {
                    why: Break::ScopeMissing,
                    words,
                },
            ) => Fault::Refused {
                why: Refusal::NoPlan,
                words,
            },
            // Of a user Zoom speaks where one is named: of a meeting's id it says that it is gone.
            (
                RoomKind::Meeting,
                Fault::GrantDead {
                    why: Break::UserGone,
                    words,
                },
            ) if !ask.names_the_user() && !words.contains("code 1010") => Fault::Refused {
                why: Refusal::Other,
                words,
            },
            // Only what names the other kind means it.
            (
                kind,
                Fault::Refused {
                    why: Refusal::OtherKind,
                    words,
                },
            ) if !says_it_is(kind.other(), &words) => Fault::Refused {
                why: Refusal::Other,
                words,
            },
            (RoomKind::Webinar | RoomKind::Meeting, fault) => fault,
        });
    }
    let unreadable = |why: String| Fault::Lost {
        words: format!("Zoom’s answer can’t be read: {why}"),
    };
    match ask {
        Ask::Create { spec, .. } => wire::room(&came.body, spec.kind)
            .map(Reply::Room)
            .map_err(unreadable),
        Ask::Read { kind, .. } => wire::room(&came.body, *kind)
            .map(Reply::Room)
            .map_err(unreadable),
        // 204 has no body, and none is looked for.
        Ask::Move { .. } | Ask::SetPasscode { .. } | Ask::Delete { .. } => Ok(Reply::Done),
        Ask::List { kind, .. } => wire::list(&came.body, *kind)
            .map(|(rooms, next)| Reply::Page { rooms, next })
            .map_err(unreadable),
    }
}
