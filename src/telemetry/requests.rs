//! Around each request: its span, its line in the log, its figures.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;
use tracing::field::Empty;

use crate::app::App;

pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longer ones of a proxy's are not passed on into every line.
const LONGEST_ID: usize = 64;

/// Runs a request inside its span. It is named by its route: paths and queries can hold secrets.
pub async fn watch(State(app): State<App>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("none", MatchedPath::as_str).to_owned();
    let method = method(request.method());
    let span = tracing::error_span!(
        "request",
        id = request.headers().get(REQUEST_ID).and_then(plain),
        method,
        route,
        otel.kind = "server",
        otel.status_code = Empty,
        http.response.status_code = Empty,
    );
    let began = Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status(), began.elapsed());
    span.in_scope(|| {
        tracing::info!(
            status = status.as_u16(),
            ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            "answered"
        );
    });
    span.record("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    app.figures.request(method, &route, class(status), took);
    response
}

/// An id as a proxy or we make them; any other text in its place comes from a stranger.
fn plain(id: &HeaderValue) -> Option<&str> {
    let id = id.to_str().ok()?;
    let is_plain = id.len() <= LONGEST_ID
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    is_plain.then_some(id)
}

/// A stranger may invent methods; a label takes only known ones.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}
