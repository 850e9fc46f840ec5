//! What operators see of one story: a link that is made, one that Zoom refuses to make, an account
//! that is removed in Zoom.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::Value;
use tower::ServiceExt as _;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use zoom_sim::{Fault, UserSpec};

use super::traces::Traces;
use super::{logs, scrape};
use crate::accounts::{Person, Role};
use crate::clock::{hours, minutes};
use crate::config::LogFormat;
use crate::event_types::{EventType, Location};
use crate::testing::{TestApp, subscribes};

const NINE: &str = "2026-05-05T07:00:00Z";
const TEN: &str = "2026-05-05T08:00:00Z";

/// What a test reads of the log.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    fn json(&self) -> Vec<Value> {
        let text = self.text();
        let lines = text.lines().map(serde_json::from_str);
        lines.collect::<Result<_, _>>().unwrap()
    }
}

/// From here on this thread's log goes to the lines.
fn logged(format: LogFormat, filter: &str) -> (Lines, DefaultGuard) {
    let lines = Lines::default();
    let to = lines.clone();
    let layer = logs::lines(format, EnvFilter::new(filter), move || to.clone());
    let subscriber = tracing_subscriber::registry().with(layer);
    (lines, subscribes(subscriber))
}

struct Stage {
    app: TestApp,
    ada: Person,
    intro: EventType,
}

async fn stage() -> Stage {
    let app = TestApp::start_with_zoom().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    app.zoom_on(org).await;
    let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
    app.subscribes();
    app.zoom().add_user(UserSpec::new("ada@zoom.example"));
    app.connects(&ada, "personal", "ada@zoom.example").await;
    Stage { app, ada, intro }
}

/// What nobody but those it belongs to may read anywhere.
struct Canaries(Vec<String>);

impl Canaries {
    fn found_in(&self, text: &[u8]) -> Option<&String> {
        let is_in = |canary: &&String| {
            let mut places = text.windows(canary.len());
            places.any(|at| at == canary.as_bytes())
        };
        self.0.iter().find(is_in)
    }
}

impl Stage {
    /// A guest books by way of the pages and looks at the link; a second booking’s room is refused
    /// with an error; then Ada removes us in Zoom.
    async fn story(&self) -> Canaries {
        let mut guest = self.app.browser();
        let form = format!(
            "/{}/{}/book?start={NINE}",
            self.ada.username, self.intro.slug
        );
        let page = guest.get(&form).await;
        let token = page.field("token").expect("a form");
        let fields = [
            ("start", NINE),
            ("tz", "Europe/Madrid"),
            ("token", token.as_str()),
            ("name", "Grace Hopper"),
            ("email", "grace@example.com"),
        ];
        let booked = guest.post(&form, &fields).await;
        assert_eq!(booked.status, 303, "{}", booked.text());
        let hub = booked.location().to_owned();
        self.app.settle().await;
        let confirmed = guest.get(&hub).await;
        let room = self.app.zoom().meetings().remove(0);
        assert!(!confirmed.links(&room.join_url).is_empty());

        self.app.zoom().fault(Fault::status("create", 500).times(1));
        self.app
            .books(&self.intro, "Grace Hopper", "grace@example.com", TEN)
            .await;
        self.app.settle_for(minutes(10)).await;
        self.app.advance(hours(2));
        self.app.zoom().revoke("ada@zoom.example");
        self.app.hears().await;
        self.app.settle().await;
        let hub = hub.replace("http://meet.test", "");
        let (path, query) = hub.split_once('?').expect("a secret in the query");
        let uid = path.trim_start_matches("/booking/");
        Canaries(
            [
                "grace@example.com",
                "Grace",
                "ada@zoom.example",
                "ada-lovelace",
                &token,
                uid,
                query,
                &room.join_url,
                room.passcode.as_deref().expect("a passcode"),
                &self.app.zoom().client_secret(),
            ]
            .map(str::to_owned)
            .to_vec(),
        )
    }

    async fn scrapes(&self) -> String {
        let request = Request::get("/metrics").body(Body::empty()).unwrap();
        let router = scrape::router(self.app.app.clone());
        let answer = router.oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 200);
        let kind = answer.headers()["content-type"].to_str().unwrap();
        assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }
}

/// Reads an exposition strictly: each sample belongs to the family announced last, none comes
/// twice, and the last line is the end.
fn samples(text: &str) -> BTreeMap<String, f64> {
    let mut samples = BTreeMap::new();
    let mut family = String::new();
    let mut announced = Vec::new();
    let (body, end) = text.rsplit_once("# EOF\n").expect("an end");
    assert_eq!(end, "");
    for line in body.lines() {
        if let Some(about) = line.strip_prefix("# ") {
            let mut words = about.splitn(3, ' ');
            let (what, name) = (words.next().unwrap(), words.next().unwrap());
            assert!(["HELP", "TYPE", "UNIT"].contains(&what), "{line}");
            if family != name {
                assert!(!announced.contains(&name.to_owned()), "{name} comes twice");
                announced.push(name.to_owned());
            }
            family = name.to_owned();
            continue;
        }
        let (sample, value) = line.rsplit_once(' ').unwrap();
        let name = sample.split('{').next().unwrap();
        assert!(name.starts_with(&family), "{line} is not of {family}");
        let suffix = &name[family.len()..];
        let known = ["", "_total", "_info", "_sum", "_count", "_bucket"];
        assert!(known.contains(&suffix), "{line}");
        let value = value.parse().unwrap();
        assert_eq!(samples.insert(sample.to_owned(), value), None, "{sample}");
    }
    samples
}

#[tokio::test]
async fn a_booked_a_failed_and_a_revoked_story_move_the_right_figures() {
    let stage = stage().await;
    let before = samples(&stage.scrapes().await);
    let canaries = stage.story().await;
    let text = stage.scrapes().await;
    assert_eq!(canaries.found_in(text.as_bytes()), None);
    let after = samples(&text);
    let of = |all: &BTreeMap<String, f64>, name: &str| all.get(name).copied().unwrap_or(0.0);
    let rose = |name: &str| of(&after, name) - of(&before, name);
    let book = r#"route="/{username}/{slug}/book""#;
    for (name, by) in [
        (
            format!(r#"min42_http_requests_total{{method="GET",{book},status="2xx"}}"#),
            1.0,
        ),
        (
            format!(r#"min42_http_requests_total{{method="POST",{book},status="3xx"}}"#),
            1.0,
        ),
        (
            format!(r#"min42_http_request_duration_seconds_count{{method="POST",{book}}}"#),
            1.0,
        ),
        (
            r#"min42_zoom_calls_total{operation="create",outcome="ok"}"#.to_owned(),
            2.0,
        ),
        (
            r#"min42_zoom_calls_total{operation="create",outcome="lost"}"#.to_owned(),
            1.0,
        ),
        (
            r#"min42_zoom_call_duration_seconds_count{operation="create"}"#.to_owned(),
            3.0,
        ),
        (
            r#"min42_zoom_connections{state="connected"}"#.to_owned(),
            -1.0,
        ),
        (r#"min42_zoom_connections{state="broken"}"#.to_owned(), 1.0),
        (
            r#"min42_job_runs_total{kind="conference",outcome="failed"}"#.to_owned(),
            0.0,
        ),
        (r#"min42_letters_total{outcome="failed"}"#.to_owned(), 0.0),
    ] {
        assert_eq!(rose(&name), by, "{name} in {text}");
    }
    for name in [
        r#"min42_job_runs_total{kind="conference",outcome="done"}"#,
        r#"min42_job_runs_total{kind="conference",outcome="again"}"#,
        r#"min42_letters_total{outcome="sent"}"#,
    ] {
        assert!(rose(name) >= 1.0, "{name} in {text}");
    }
    let now = stage.app.now().as_second();
    #[expect(clippy::cast_precision_loss, reason = "seconds of this century")]
    let started = (now - 3 * 3600) as f64;
    assert!(of(&after, "process_start_time_seconds") > started);
    let build = format!(
        r#"min42_build_info{{version="{}"}}"#,
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(of(&after, &build), 1.0);
    assert_eq!(of(&after, "min42_database_up"), 1.0);
    assert_eq!(of(&after, "min42_db_writes_waiting"), 0.0);
}

#[tokio::test]
async fn the_lag_is_that_of_the_oldest_meeting_without_its_room_through_all_tries() {
    let stage = stage().await;
    stage
        .app
        .zoom()
        .fault(Fault::status("create", 503).always());
    let lag = "min42_conference_lag_seconds";
    assert_eq!(samples(&stage.scrapes().await)[lag], 0.0);
    stage
        .app
        .books(&stage.intro, "Grace Hopper", "grace@example.com", NINE)
        .await;
    stage.app.settle_for(minutes(30)).await;
    let late = samples(&stage.scrapes().await);
    assert_eq!(late[lag], 1800.0);
    assert_eq!(late[r#"min42_jobs{kind="conference"}"#], 1.0);
    let overdue = late[r#"min42_jobs_overdue_seconds{kind="conference"}"#];
    assert_eq!(overdue, 0.0, "it is tried whenever it is due");

    stage.app.zoom().clear_faults();
    stage.app.settle_for(minutes(10)).await;
    assert_eq!(samples(&stage.scrapes().await)[lag], 0.0);

    stage
        .app
        .books(&stage.intro, "Grace Hopper", "grace@example.com", TEN)
        .await;
    stage.app.advance(minutes(5));
    let stuck = samples(&stage.scrapes().await);
    assert_eq!(
        stuck[r#"min42_jobs_overdue_seconds{kind="conference"}"#],
        300.0
    );
}

#[tokio::test]
async fn figures_are_not_on_the_public_address_and_reading_them_writes_nothing() {
    let stage = stage().await;
    assert_eq!(stage.app.browser().get("/metrics").await.status, 404);
    let before = stage.app.stored().await;
    stage.scrapes().await;
    assert_eq!(stage.app.stored().await, before);
}

#[tokio::test]
async fn each_line_says_which_request_or_job_it_belongs_to_and_nothing_secret() {
    let stage = stage().await;
    let (lines, guard) = logged(LogFormat::Json, "trace");
    let canaries = stage.story().await;
    drop(guard);
    assert_eq!(canaries.found_in(lines.text().as_bytes()), None);
    let planted = b"a letter to grace@example.com";
    assert!(canaries.found_in(planted).is_some(), "it would be found");
    let (mut requests, mut jobs) = (0, 0);
    for line in lines.json() {
        let span = &line["spans"][0];
        match line["message"].as_str() {
            Some("answered") => {
                requests += 1;
                assert_eq!(span["name"], "request", "{line}");
                for field in ["id", "method", "route"] {
                    assert!(span[field].is_string(), "{line}");
                }
                assert!(line["status"].is_u64() && line["ms"].is_u64(), "{line}");
            }
            Some("job ended") => {
                jobs += 1;
                assert_eq!(span["name"], "job", "{line}");
                assert!(span["kind"].is_string() && span["subject"].is_string());
                assert!(span["attempt"].is_i64(), "{line}");
                assert!(line["outcome"].is_string() && line["ms"].is_u64());
            }
            _ => {}
        }
    }
    assert!(requests >= 4, "{requests} requests in {}", lines.text());
    assert!(jobs >= 5, "{jobs} jobs in {}", lines.text());
}

#[tokio::test]
async fn an_error_says_where_it_happened_even_when_only_errors_are_logged() {
    let app = TestApp::start().await;
    let (lines, guard) = logged(LogFormat::Json, "error");
    let span = tracing::error_span!("request", id = "42");
    let _entered = span.enter();
    let written = app.app.db.write::<_, anyhow::Error, _>(|_| {
        Box::pin(async {
            tracing::error!("in a write");
            Ok(())
        })
    });
    written.await.unwrap();
    drop(guard);
    let line = &lines.json()[0];
    assert_eq!(line["message"], "in a write");
    assert_eq!(line["spans"][0]["id"], "42", "{line}");
}

#[tokio::test]
async fn an_id_that_a_stranger_made_up_goes_into_no_line() {
    let app = TestApp::start().await;
    let (lines, guard) = logged(LogFormat::Json, "info");
    for id in ["proxy-1", "grace@example.com", &"a".repeat(65)] {
        let request = Request::get("/healthz").header("x-request-id", id);
        let request = request.body(Body::empty()).unwrap();
        app.router.clone().oneshot(request).await.unwrap();
    }
    drop(guard);
    let ids: Vec<Value> = lines
        .json()
        .iter()
        .map(|line| line["spans"][0]["id"].clone())
        .collect();
    assert_eq!(ids, [Value::from("proxy-1"), Value::Null, Value::Null]);
}

/// A collector: it takes what is sent to OTLP's path and keeps it.
async fn collector() -> (url::Url, Arc<Mutex<Vec<u8>>>) {
    let kept = Arc::<Mutex<Vec<u8>>>::default();
    let keeps = kept.clone();
    let take = async move |body: axum::body::Bytes| {
        keeps.lock().unwrap().extend_from_slice(&body);
    };
    let router = axum::Router::new().route("/v1/traces", axum::routing::post(take));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    #[expect(clippy::disallowed_methods, reason = "a server beside the test")]
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}").parse().unwrap(), kept)
}

#[tokio::test]
async fn a_collector_gets_the_spans_of_requests_jobs_calls_and_letters_and_nothing_secret() {
    let stage = stage().await;
    let (url, kept) = collector().await;
    let traces = Traces::to(&url).unwrap();
    let subscriber = tracing_subscriber::registry().with(logs::spans(&traces));
    let guard = subscribes(subscriber);
    let canaries = stage.story().await;
    drop(guard);
    traces.end().await;
    let kept = kept.lock().unwrap().clone();
    assert_eq!(canaries.found_in(&kept), None);
    let text = String::from_utf8_lossy(&kept);
    for said in [
        "42min",
        "service.instance.id",
        "request",
        "/{username}/{slug}/book",
        "job",
        "conference",
        "zoom call",
        "create",
        "letter",
    ] {
        assert!(text.contains(said), "{said} is missing in {text}");
    }
    for foreign in ["hyper", "sqlx", "/v1/traces"] {
        assert!(!text.contains(foreign), "{foreign} is in {text}");
    }
}
