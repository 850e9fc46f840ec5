//! Listens, serves, works on jobs, and stops in good order.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderName, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::accounts::picture;
use crate::app::App;
use crate::db::sql;
use crate::error::Error;
use crate::outbox::worker;
use crate::purge;
use crate::web::{address, flash, headers};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// No form of ours comes near it.
const MOST_BODY: usize = 256 * 1024;
/// Nothing at all is read beyond this; a picture may be larger than a form.
const MOST_SENT: usize = picture::MOST_BYTES + 2 * MOST_BODY;
/// How long requests may go on after the signal to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// The whole of the web side, ready to serve or to be called by tests.
pub fn router(app: App) -> anyhow::Result<Router> {
    dressed(crate::routes::routes(), app)
}

/// Routes with what stands around all of them.
pub fn dressed(routes: Router<App>, app: App) -> anyhow::Result<Router> {
    let csrf =
        CsrfLayer::new().add_trusted_origin(app.config.base_url.origin().ascii_serialization())?;
    Ok(routes
        .layer(from_fn(flash::clear_when_shown))
        .layer(csrf)
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .layer(RequestBodyLimitLayer::new(MOST_SENT))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            Duration::from_secs(30),
        ))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(address::must_be_text))
        .layer(from_fn_with_state(app.clone(), headers::secure))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(
            TraceLayer::new_for_http().make_span_with(|request: &Request| {
                // The route, never the address itself: paths and queries can hold secrets.
                let route = request.extensions().get::<MatchedPath>();
                tracing::info_span!(
                    "request",
                    method = %request.method(),
                    route = route.map_or("none", MatchedPath::as_str),
                    id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()),
                )
            }),
        )
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .with_state(app))
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    Error::Internal(anyhow::anyhow!("a handler panicked")).into_response()
}

/// Serves until `stop` turns true, then lets what has begun come to its end.
pub async fn serve(
    app: App,
    listener: TcpListener,
    stop: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    purge::schedule(&app).await?;
    let service = router(app.clone())?.into_make_service_with_connect_info::<SocketAddr>();
    #[expect(
        clippy::disallowed_methods,
        reason = "the worker lives beside the server"
    )]
    let worker = tokio::spawn(worker::work(app.clone(), stop.clone()));
    let mut stopping = stop.clone();
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
        drop(stopping.wait_for(|stop| *stop).await);
    });
    let mut drained = stop;
    tokio::select! {
        served = serving.into_future() => served?,
        () = async {
            drop(drained.wait_for(|stop| *stop).await);
            drop(tokio::time::timeout(DRAIN, std::future::pending::<()>()).await);
        } => tracing::warn!("some requests did not end in time"),
    }
    worker.await?;
    app.db.close().await;
    Ok(())
}

/// The process is up.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// The database answers; its schema was brought up to date before the server began to listen.
pub async fn readyz(State(app): State<App>) -> Response {
    let database = async {
        let mut reader = app.db.read().await?;
        sql("SELECT COUNT(*) FROM installation")
            .one::<i64>(&mut reader)
            .await
    }
    .await;
    let (status, word) = match database {
        Ok(_) => (StatusCode::OK, "ok"),
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "failed")
        }
    };
    (status, axum::Json(serde_json::json!({ "database": word }))).into_response()
}

#[cfg(test)]
mod tests {
    use crate::testing::TestApp;

    #[tokio::test]
    async fn it_says_that_it_is_up_and_ready_with_the_headers_on_every_answer() {
        let app = TestApp::start().await;
        let mut browser = app.browser();
        assert_eq!(browser.get("/healthz").await.body, "ok\n");
        assert_eq!(browser.get("/readyz").await.body, r#"{"database":"ok"}"#);
        let missing = browser.get("/no/such/page").await;
        assert_eq!(missing.status, 404);
        assert!(missing.text().contains("No page here"));
        for answer in [browser.get("/healthz").await, missing] {
            assert_eq!(answer.headers["x-content-type-options"], "nosniff");
            assert!(
                answer.headers["content-security-policy"]
                    .to_str()
                    .unwrap()
                    .contains("'none'")
            );
        }
    }
}
