//! Traces over OTLP (HTTP, protobuf), when a collector is configured: the spans of requests, jobs,
//! calls to Zoom and letters, with the log lines in them. They are handed over every few seconds
//! and at the end; when the collector is away they are lost, and nothing waits for it.

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use tracing::Subscriber;
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::registry::LookupSpan;
use url::Url;

use super::collector::Collector;
use crate::entropy::Entropy;

pub struct Traces {
    provider: SdkTracerProvider,
}

impl Traces {
    /// To the collector at this address, to which OTLP's own path is added.
    pub fn to(collector: &Url) -> anyhow::Result<Traces> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Collector::new()?)
            .with_endpoint(endpoint(collector))
            .with_timeout(crate::http::CALL_TIMEOUT)
            .build()?;
        let instance = crate::seal::hex(&Entropy::system().bytes::<8>());
        let resource = Resource::builder()
            .with_service_name("42min")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .with_attribute(KeyValue::new("service.instance.id", instance))
            .build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource)
            .build();
        Ok(Traces { provider })
    }

    /// Where spans become traces. Threads, files and targets are the program's own affair.
    pub(super) fn layer<S>(&self) -> OpenTelemetryLayer<S, SdkTracer>
    where
        S: Subscriber + for<'s> LookupSpan<'s>,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer("42min"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
    }

    /// Hands over what is left. Waits for the collector, though not for long.
    pub async fn end(self) {
        let ended = tokio::task::spawn_blocking(move || self.provider.shutdown()).await;
        match ended {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the last traces were not handed over"),
            Err(error) => tracing::error!(%error, "the end of the traces failed"),
        }
    }
}

fn endpoint(collector: &Url) -> String {
    format!("{}/v1/traces", collector.as_str().trim_end_matches('/'))
}
