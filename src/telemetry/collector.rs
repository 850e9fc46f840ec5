//! The way to the collector of traces: our own client, so that there is one TLS and one set of
//! timeouts. Traces are handed over by a thread that knows no runtime, so the calls go to ours.

use futures_util::future::BoxFuture;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use tokio::runtime::Handle;

#[derive(Debug)]
pub(super) struct Collector {
    http: reqwest::Client,
    runtime: Handle,
}

impl Collector {
    /// Sends by way of the runtime it is made in.
    pub(super) fn new() -> anyhow::Result<Collector> {
        Ok(Collector {
            http: crate::http::client()?,
            runtime: Handle::try_current()?,
        })
    }
}

impl HttpClient for Collector {
    fn send_bytes<'s, 'f>(
        &'s self,
        request: Request<Bytes>,
    ) -> BoxFuture<'f, Result<Response<Bytes>, HttpError>>
    where
        's: 'f,
        Self: 'f,
    {
        let sent = self.runtime.spawn(send(self.http.clone(), request));
        Box::pin(async move { sent.await? })
    }
}

async fn send(
    http: reqwest::Client,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, HttpError> {
    let answered = match http.execute(request.try_into()?).await {
        Ok(answered) => answered,
        Err(error) => {
            let error = error.without_url();
            tracing::warn!(%error, "traces could not be handed over");
            return Err(error.into());
        }
    };
    let status = answered.status();
    if !status.is_success() {
        tracing::warn!(status = status.as_u16(), "traces were refused");
    }
    let mut response = Response::new(answered.bytes().await?);
    *response.status_mut() = status;
    Ok(response)
}
