//! The clients with which the simulator itself calls: webhook endpoints, and its own consent page.
//!
//! They follow no redirects and use no proxies.

use std::io;
use std::sync::OnceLock;

use reqwest::{Client, ClientBuilder};

pub(crate) struct Clients {
    plain: Client,
    /// Reading the machine's certificates takes longer than most tests, so it waits for the first
    /// webhook that needs them.
    secure: OnceLock<Client>,
}

impl Clients {
    pub(crate) fn new() -> io::Result<Clients> {
        // Fails where another provider was installed first, which serves as well.
        drop(rustls::crypto::ring::default_provider().install_default());
        let plain = usual()
            .tls_certs_only([])
            .build()
            .map_err(io::Error::other)?;
        Ok(Clients {
            plain,
            secure: OnceLock::new(),
        })
    }

    pub(crate) fn to(&self, url: &str) -> &Client {
        if url.starts_with("https:") {
            // Without certificates no https endpoint is trusted, and its webhooks are retried.
            self.secure
                .get_or_init(|| usual().build().unwrap_or_else(|_| self.plain.clone()))
        } else {
            &self.plain
        }
    }
}

fn usual() -> ClientBuilder {
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
}
