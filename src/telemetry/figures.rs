//! What this process counts and times for Prometheus. Each process counts for itself: several are
//! several targets. What the database knows is asked when a scrape comes (`scrape`).

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::outbox::Kind;

/// Upper bounds of a request's time, in seconds. After 30 it is ended.
const REQUEST_SECONDS: [f64; 12] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];
/// The same for a call to the outside, which ends after 20, and for the jobs that make them.
const CALL_SECONDS: [f64; 10] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 60.0];

type Times<L> = Family<L, Histogram, fn() -> Histogram>;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRequest {
    method: &'static str,
    route: String,
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRoute {
    method: &'static str,
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRun {
    kind: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfKind {
    kind: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfCall {
    operation: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfOperation {
    operation: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfOutcome {
    outcome: &'static str,
}

/// The figures of one process. Cheap to clone.
#[derive(Clone)]
pub struct Figures(Arc<Families>);

struct Families {
    registry: Registry,
    requests: Family<OfRequest, Counter>,
    request_times: Times<OfRoute>,
    runs: Family<OfRun, Counter>,
    run_times: Times<OfKind>,
    calls: Family<OfCall, Counter>,
    call_times: Times<OfOperation>,
    refreshes: Family<OfOutcome, Counter>,
    letters: Family<OfOutcome, Counter>,
}

impl Figures {
    pub fn new(started: Timestamp) -> Figures {
        let mut registry = Registry::default();
        let start: Gauge = Gauge::default();
        start.set(started.as_second());
        registry.register_with_unit(
            "process_start_time",
            "When this process started, in unix time",
            Unit::Seconds,
            start,
        );
        let ours = registry.sub_registry_with_prefix("min42");
        ours.register(
            "build",
            "The program that runs",
            Info::new([("version", env!("CARGO_PKG_VERSION"))]),
        );
        let requests = Family::default();
        ours.register("http_requests", "Requests answered", requests.clone());
        let request_times = times(of_a_request);
        ours.register_with_unit(
            "http_request_duration",
            "How long requests took",
            Unit::Seconds,
            request_times.clone(),
        );
        let runs = Family::default();
        ours.register("job_runs", "Runs of jobs by how they ended", runs.clone());
        let run_times = times(of_a_call);
        ours.register_with_unit(
            "job_run_duration",
            "How long runs of jobs took",
            Unit::Seconds,
            run_times.clone(),
        );
        let calls = Family::default();
        ours.register("zoom_calls", "Calls to Zoom by what came", calls.clone());
        let call_times = times(of_a_call);
        ours.register_with_unit(
            "zoom_call_duration",
            "How long calls to Zoom took, answer included",
            Unit::Seconds,
            call_times.clone(),
        );
        let refreshes = Family::default();
        ours.register(
            "token_refreshes",
            "Access tokens that had to be renewed, by what came of it",
            refreshes.clone(),
        );
        let letters = Family::default();
        ours.register(
            "letters",
            "Tries to send a letter by what came of it",
            letters.clone(),
        );
        Figures(Arc::new(Families {
            registry,
            requests,
            request_times,
            runs,
            run_times,
            calls,
            call_times,
            refreshes,
            letters,
        }))
    }

    /// `status` is a class, like `2xx`.
    pub fn request(&self, method: &'static str, route: &str, status: &'static str, took: Duration) {
        let route = route.to_owned();
        let timed = OfRoute {
            method,
            route: route.clone(),
        };
        let counted = OfRequest {
            method,
            route,
            status,
        };
        self.0.requests.get_or_create(&counted).inc();
        let times = self.0.request_times.get_or_create(&timed);
        times.observe(took.as_secs_f64());
    }

    pub fn run(&self, kind: Kind, outcome: &'static str, took: Duration) {
        let kind = kind.word();
        self.0.runs.get_or_create(&OfRun { kind, outcome }).inc();
        let times = self.0.run_times.get_or_create(&OfKind { kind });
        times.observe(took.as_secs_f64());
    }

    /// A call to Zoom begins. What is never told how it ended was given up.
    pub fn call(&self, operation: &'static str) -> Call {
        Call {
            figures: self.clone(),
            operation,
            began: Instant::now(),
            outcome: "abandoned",
        }
    }

    pub fn refresh(&self, outcome: &'static str) {
        self.0.refreshes.get_or_create(&OfOutcome { outcome }).inc();
    }

    pub fn letter(&self, outcome: &'static str) {
        self.0.letters.get_or_create(&OfOutcome { outcome }).inc();
    }

    /// All of it in the words of Prometheus, without the line that ends a scrape.
    pub(super) fn write(&self, out: &mut String) -> std::fmt::Result {
        text::encode_registry(out, &self.0.registry)
    }
}

/// A call that goes on: counted when it is dropped, however that comes about.
pub struct Call {
    figures: Figures,
    operation: &'static str,
    began: Instant,
    outcome: &'static str,
}

impl Call {
    pub fn ends(mut self, outcome: &'static str) {
        self.outcome = outcome;
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let (operation, outcome) = (self.operation, self.outcome);
        let families = &self.figures.0;
        let counted = OfCall { operation, outcome };
        families.calls.get_or_create(&counted).inc();
        let times = families
            .call_times
            .get_or_create(&OfOperation { operation });
        times.observe(self.began.elapsed().as_secs_f64());
    }
}

fn times<L: Clone + std::hash::Hash + Eq>(new: fn() -> Histogram) -> Times<L> {
    Family::new_with_constructor(new)
}

fn of_a_request() -> Histogram {
    Histogram::new(REQUEST_SECONDS)
}

fn of_a_call() -> Histogram {
    Histogram::new(CALL_SECONDS)
}
