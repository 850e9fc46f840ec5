//! Every URL of the product, one line each. The guard is in the handler's arguments: `SignedIn`,
//! `Admin`, or a booking's link; a GET handler gets no way to write.

use axum::Router;
use axum::routing::get;

use crate::app::App;
use crate::web::{assets, error_pages};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/static/{version}/{name}", get(assets::serve))
        // health
        .route("/healthz", get(crate::server::healthz))
        .route("/readyz", get(crate::server::readyz))
        // accounts
        // event types, schedules and public profile pages
        // demo outbox
        // conferencing
        // meetings
        // booking pages (last: they begin with a username)
        .fallback(error_pages::not_found)
}
