//! While on hold, whoever asks for something that needs Zoom at once is told so instead. The
//! client of Zoom would refuse anyway; this is for the words.

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::pages::PAGE;
use crate::app::App;
use crate::conferencing::connect::CALLBACK;
use crate::conferencing::notices;
use crate::web::see;

/// Zoom repeats an event that was not taken after 5, 20 and 60 minutes.
const COME_BACK_SECONDS: &str = "300";

/// Forms whose answer is Zoom's.
const NEED_ZOOM: [&str; 6] = [
    "/360/integrations/zoom/connect",
    "/360/integrations/zoom/held/{id}",
    "/360/integrations/zoom/accounts/{id}/role",
    "/360/integrations/zoom/accounts/{id}/disconnect",
    "/360/integrations/zoom/check",
    "/360/meetings/{id}/start",
];

pub async fn keep(State(app): State<App>, request: Request, next: Next) -> Response {
    if !app.installation.is_held() {
        return next.run(request).await;
    }
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("", MatchedPath::as_str);
    if route == notices::PATH {
        let later = [(header::RETRY_AFTER, COME_BACK_SECONDS)];
        return (StatusCode::SERVICE_UNAVAILABLE, later).into_response();
    }
    let needs_zoom =
        route == CALLBACK || (request.method() == Method::POST && NEED_ZOOM.contains(&route));
    if needs_zoom {
        return see(PAGE);
    }
    next.run(request).await
}
