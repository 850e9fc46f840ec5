//! The one way out: every HTTP call to the outside goes through a client made here, with timeouts
//! and without redirects, so that a token never follows one to another host.

use std::time::Duration;

/// The longest a call may take, answer included. Leases outlast it.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(20);

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
