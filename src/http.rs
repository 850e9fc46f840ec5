//! The one way out: every HTTP call to the outside goes through a client made here, with timeouts
//! and without redirects, so that a token never follows one to another host.

use std::time::Duration;

/// The longest a call may take, answer included. Leases outlast it.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(20);

/// What a host says the time is, asked without telling it anything.
pub async fn date_of(url: &url::Url) -> anyhow::Result<Option<jiff::Timestamp>> {
    let answer = client()?.head(url.clone()).send().await?;
    let date = answer.headers().get(reqwest::header::DATE);
    let zoned = date
        .and_then(|date| date.to_str().ok())
        .and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
    Ok(zoned.map(|zoned| zoned.timestamp()))
}

/// What stands at an address of our own.
pub async fn text_of(url: &str) -> anyhow::Result<String> {
    Ok(client()?.get(url).send().await?.text().await?)
}

pub fn client() -> anyhow::Result<reqwest::Client> {
    // The provider of TLS is process-wide; a second install (in tests) changes nothing.
    drop(rustls::crypto::ring::default_provider().install_default());
    Ok(reqwest::Client::builder()
        .user_agent(concat!("42min/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(5))
        .timeout(CALL_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .pool_idle_timeout(Duration::from_secs(30))
        .build()?)
}
