//! `/metrics` for Prometheus: on a listener of its own, which is off unless it is asked for. What
//! the database knows is read when a scrape comes, and only read.

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::store::{self, Connections, OfKind};
use crate::app::App;
use crate::error::Result;
use crate::outbox::Kind;

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Answers scrapes until `stop` turns true.
pub async fn serve(
    app: App,
    listener: TcpListener,
    mut stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    axum::serve(listener, router(app))
        .with_graceful_shutdown(async move {
            drop(stop.wait_for(|stop| *stop).await);
        })
        .await
}

pub(super) fn router(app: App) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .with_state(app)
}

async fn metrics(State(app): State<App>) -> Result<Response> {
    let mut out = String::new();
    app.figures.write(&mut out)?;
    let asked = ask(&app).await;
    if let Err(error) = &asked {
        // The process goes on telling what it knows itself: that is when it is needed most.
        tracing::error!(
            error = format!("{error:#}"),
            "the database could not be asked for figures"
        );
    }
    text::encode_registry(&mut out, &registry(&app, asked.ok().as_ref()))?;
    text::encode_eof(&mut out)?;
    Ok(([(header::CONTENT_TYPE, OPEN_METRICS)], out).into_response())
}

struct Stored {
    jobs: Vec<OfKind>,
    connections: Connections,
}

async fn ask(app: &App) -> anyhow::Result<Stored> {
    let mut reader = app.db.read().await?;
    Ok(Stored {
        jobs: store::jobs(&mut reader).await?,
        connections: store::connections(&mut reader).await?,
    })
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfJobs {
    kind: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfState {
    state: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfPool {
    pool: &'static str,
    state: &'static str,
}

fn registry(app: &App, stored: Option<&Stored>) -> Registry {
    let mut registry = Registry::with_prefix("min42");
    pools(app, &mut registry);
    let up = gauge(i64::from(stored.is_some()));
    registry.register(
        "database_up",
        "Whether the database answered this scrape",
        up,
    );
    if let Some(stored) = stored {
        jobs(app, stored, &mut registry);
        connections(stored, &mut registry);
    }
    registry
}

fn pools(app: &App, registry: &mut Registry) {
    let usage = app.db.usage();
    let family = Family::<OfPool, Gauge>::default();
    for (name, pool) in [("read", usage.read), ("write", usage.write)] {
        for (state, count) in [("idle", pool.idle), ("used", pool.used)] {
            family
                .get_or_create(&OfPool { pool: name, state })
                .set(count);
        }
    }
    registry.register("db_connections", "Connections to the database", family);
    registry.register(
        "db_writes_waiting",
        "Writes that are not committed yet, the ones that run included",
        gauge(usage.writes_waiting),
    );
}

fn jobs(app: &App, stored: &Stored, registry: &mut Registry) {
    let waiting = Family::<OfJobs, Gauge>::default();
    let gave_up = Family::<OfJobs, Gauge>::default();
    let overdue = Family::<OfJobs, Gauge>::default();
    let mut lag = 0;
    for kind in Kind::ALL {
        let of = OfJobs { kind: kind.word() };
        let found = stored.jobs.iter().find(|found| found.kind == *kind);
        let since = |at| app.now().duration_since(at).as_secs().max(0);
        waiting
            .get_or_create(&of)
            .set(found.map_or(0, |f| f.waiting));
        gave_up
            .get_or_create(&of)
            .set(found.map_or(0, |f| f.gave_up));
        let next_at = found.and_then(|f| f.next_at);
        overdue.get_or_create(&of).set(next_at.map_or(0, since));
        if *kind == Kind::Conference {
            lag = found.and_then(|f| f.due_since).map_or(0, since);
        }
    }
    registry.register("jobs", "Jobs that wait or run", waiting);
    registry.register("jobs_given_up", "Jobs that gave up", gave_up);
    registry.register_with_unit(
        "jobs_overdue",
        "How long the job that waits longest past its time has done so",
        Unit::Seconds,
        overdue,
    );
    registry.register_with_unit(
        "conference_lag",
        "How long the oldest meeting whose room is not as it should be has waited for it",
        Unit::Seconds,
        gauge(lag),
    );
}

fn connections(stored: &Stored, registry: &mut Registry) {
    let family = Family::<OfState, Gauge>::default();
    let Connections {
        broken,
        disconnecting,
        all_of_them,
    } = stored.connections;
    for (state, count) in [
        ("connected", all_of_them - broken - disconnecting),
        ("broken", broken),
        ("disconnecting", disconnecting),
    ] {
        family.get_or_create(&OfState { state }).set(count);
    }
    registry.register("zoom_connections", "Connected Zoom accounts", family);
}

fn gauge(value: i64) -> Gauge {
    let gauge = Gauge::default();
    gauge.set(value);
    gauge
}
