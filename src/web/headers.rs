//! The headers on every answer.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::embed::Framed;
use crate::app::App;

/// Adds the security headers, except where a page has set its own policy already. Pages that
/// may stand in others say so ([`Framed`]).
///
/// The referrer policy is `same-origin`, not `no-referrer`: with the latter browsers send
/// `Origin: null` with forms, and over plain http that is all the CSRF check has. Links with a
/// secret in them still never reach another host.
pub async fn secure(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let is_framed = response.extensions().get::<Framed>().is_some();
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if !is_framed {
        set(header::X_FRAME_OPTIONS, "DENY");
    }
    set(header::REFERRER_POLICY, "same-origin");
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=()",
    );
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    if app.config.is_https() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if let Ok(policy) = HeaderValue::from_str(&content_policy(&app, is_framed)) {
        headers
            .entry(header::CONTENT_SECURITY_POLICY)
            .or_insert(policy);
    }
    response
}

/// Forms lead to this server, and from it on to Zoom: Connect and Start meeting answer a POST with
/// a redirect there, which browsers hold against `form-action`.
fn content_policy(app: &App, is_framed: bool) -> String {
    let around = if is_framed { "*" } else { "'none'" };
    let zoom = app.config.zoom.as_ref().map_or(String::new(), |zoom| {
        format!(
            " {} https://zoom.us https://*.zoom.us",
            zoom.oauth_url.origin().ascii_serialization()
        )
    });
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; form-action 'self'{zoom}; frame-src 'self'; frame-ancestors {around}; \
         base-uri 'none'"
    )
}
