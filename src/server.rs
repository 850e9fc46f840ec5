//! Listens, serves, works on jobs, and stops in good order.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;

use crate::accounts::picture;
use crate::app::App;
use crate::db::{Dialect, sql};
use crate::error::Error;
use crate::language::Language;
use crate::outbox::worker;
use crate::telemetry::requests::{self, REQUEST_ID};
use crate::web::{address, embed, flash, headers, language, moment};
use crate::{hold, keys, purge};

/// No form of ours comes near it.
const MOST_BODY: usize = 256 * 1024;
/// Nothing at all is read beyond this; a picture may be larger than a form.
const MOST_SENT: usize = picture::MOST_BYTES + 2 * MOST_BODY;
/// After the signal to stop, what sends requests here gets so long to notice that this process isn't
/// ready any more; then so long for requests that run.
const NOTICE: Duration = Duration::from_secs(3);
const DRAIN: Duration = Duration::from_secs(7);
/// How far a machine's clock drifts in between is nothing to a lease.
const AGREE: Duration = Duration::from_secs(60);

/// The whole of the web side, ready to serve or to be called by tests.
pub fn router(app: App) -> anyhow::Result<Router> {
    dressed(crate::routes::routes(), app)
}

/// Routes with what stands around all of them.
pub fn dressed(routes: Router<App>, app: App) -> anyhow::Result<Router> {
    let csrf =
        CsrfLayer::new().add_trusted_origin(app.config.base_url.origin().ascii_serialization())?;
    let for_guests = crate::routes::public_pages()
        .route_layer(CompressionLayer::new())
        .route_layer(from_fn_with_state(app.clone(), moment::again))
        .merge(crate::routes::guest_pages())
        .route_layer(from_fn(embed::may_be_framed))
        .merge(crate::routes::booking_answers())
        .layer(from_fn(language::listen));
    Ok(routes
        .merge(for_guests)
        .layer(from_fn_with_state(app.clone(), hold::gate::keep))
        .layer(from_fn(flash::clear_when_shown))
        .layer(csrf)
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .layer(RequestBodyLimitLayer::new(MOST_SENT))
        .layer(map_response(worded))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            Duration::from_secs(30),
        ))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(address::must_be_text))
        .layer(from_fn_with_state(app.clone(), headers::secure))
        .layer(from_fn_with_state(app.clone(), say_goodbye))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(from_fn_with_state(app.clone(), requests::watch))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .with_state(app))
}

/// The limit itself has no page.
async fn worded(response: Response) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE && !is_page {
        return Error::TooLarge.into_response();
    }
    response
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
    // On PostgreSQL other processes may not have the new key yet: there a command does it.
    if app.db.dialect() == Dialect::Sqlite {
        let rotated = keys::rotate(&app.db, &app.seal).await?;
        if rotated.sealed_anew > 0 {
            tracing::info!(?rotated, "sealed anew under the newest secret key");
        }
    }
    if let Some(why) = hold::at_start(&app).await? {
        tracing::warn!(
            "on hold: nothing goes out until an admin says at {} what this server is. {}",
            app.config.url(hold::pages::PAGE),
            why.words(Language::English)
        );
    }
    purge::schedule(&app).await?;
    let service = router(app.clone())?.into_make_service_with_connect_info::<SocketAddr>();
    #[expect(
        clippy::disallowed_methods,
        reason = "the worker lives beside the server"
    )]
    let worker = tokio::spawn(worker::work(app.clone(), stop.clone()));
    let listening = until_unready(app.clone(), stop.clone());
    let serving = axum::serve(listener, service).with_graceful_shutdown(listening);
    tokio::select! {
        served = serving.into_future() => served?,
        () = keep_time(&app) => {}
        () = async {
            until_unready(app.clone(), stop).await;
            pass(DRAIN).await;
        } => tracing::warn!("some requests did not end in time"),
    }
    worker.await?;
    app.db.close().await;
    Ok(())
}

/// Told to stop, and time given to a proxy to send its requests elsewhere. Only where there can be an
/// elsewhere: SQLite serves one process.
async fn until_unready(app: App, mut stop: watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
    app.leave();
    match app.db.dialect() {
        Dialect::Sqlite => {}
        Dialect::Postgres => pass(NOTICE).await,
    }
}

/// Never ends.
async fn keep_time(app: &App) {
    loop {
        pass(AGREE).await;
        if let Err(error) = app.agree_on_time().await {
            tracing::warn!(
                error = format!("{error:#}"),
                "the database’s time is not known"
            );
        }
    }
}

async fn pass(time: Duration) {
    drop(tokio::time::timeout(time, std::future::pending::<()>()).await);
}

/// A connection that is kept open would go on to send requests here: each ends with its answer.
async fn say_goodbye(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if app.is_leaving() {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}

/// The process is up.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// The database answers; its schema was brought up to date before the server began to listen. A
/// process that was told to stop is not ready, though it still answers.
pub async fn readyz(State(app): State<App>) -> Response {
    if app.is_leaving() {
        let stopping = axum::Json(serde_json::json!({ "server": "stopping" }));
        return (StatusCode::SERVICE_UNAVAILABLE, stopping).into_response();
    }
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
        assert!(missing.links("/").contains(&"/".to_owned()));
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
    #[tokio::test]
    async fn more_than_is_read_is_answered_with_a_page_that_says_so() {
        let app = TestApp::start().await;
        let mut browser = app.browser();
        for many in [super::MOST_BODY, super::MOST_SENT] {
            let long = "x".repeat(many);
            let page = browser.post("/sign-in", &[("email", &long)]).await;
            assert_eq!(page.status, 413);
            assert!(page.text().contains("longer than this server reads"));
        }
        browser.speaks("es");
        let long = "x".repeat(super::MOST_BODY);
        let guest = browser.post("/ada/intro/book", &[("name", &long)]).await;
        assert_eq!(guest.status, 413);
        assert!(guest.text().contains("Es demasiado"));
        let garbage = browser.post("/sign-in", &[("email", "x")]).await;
        assert_ne!(garbage.status, 413);
    }

    #[tokio::test]
    async fn who_was_told_to_stop_says_so_and_answers_all_the_same() {
        let app = TestApp::start().await;
        let mut browser = app.browser();
        assert!(
            !browser
                .get("/sign-in")
                .await
                .headers
                .contains_key("connection")
        );
        app.app.leave();
        let ready = browser.get("/readyz").await;
        assert_eq!(ready.status, 503);
        assert_eq!(ready.body, r#"{"server":"stopping"}"#);
        let page = browser.get("/sign-in").await;
        assert_eq!(page.status, 200);
        assert_eq!(page.headers["connection"], "close");
    }
}
