//! The log, and with it the traces: what happens in a request or a job stands in its span, so that
//! each line says which one it belongs to.
//!
//! Spans are of the level *error* though they are none: a filter that lets only errors through must
//! not take away what says where they come from.

use std::io::IsTerminal as _;

use tracing_subscriber::filter::{EnvFilter, FilterExt as _, LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::registry::Registry;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::traces::Traces;
use crate::config::LogFormat;

const OURS: &str = env!("CARGO_CRATE_NAME");

type Layer = Box<dyn tracing_subscriber::Layer<Registry> + Send + Sync>;

/// Logs to standard error from now on, and hands spans to the traces when there are any.
pub fn begin(format: LogFormat, traces: Option<&Traces>) {
    let filter = EnvFilter::try_from_env("MIN42_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let mut layers = vec![lines(format, filter, std::io::stderr)];
    layers.extend(traces.map(spans));
    tracing_subscriber::registry().with(layers).init();
}

/// One line for each event: for people, or a JSON object with the event's own fields at its top and
/// the spans around it, outermost first, under `spans`.
pub(super) fn lines<W>(format: LogFormat, filter: EnvFilter, to: W) -> Layer
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = filter.and(libraries_are_brief());
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(to);
    match format {
        LogFormat::Text => lines.with_filter(filter).boxed(),
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_filter(filter)
            .boxed(),
    }
}

/// Whatever is asked for: what libraries say below *info* tells of addresses and headers.
fn libraries_are_brief() -> Targets {
    Targets::new()
        .with_default(LevelFilter::INFO)
        .with_target(OURS, LevelFilter::TRACE)
}

/// Our own spans only: those of the libraries below would tell of addresses, and of the sending of
/// traces itself.
pub(super) fn spans(traces: &Traces) -> Layer {
    let ours = Targets::new().with_target(OURS, LevelFilter::INFO);
    traces.layer().with_filter(ours).boxed()
}
