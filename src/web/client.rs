//! Where a request comes from: the peer's address, or what a trusted proxy says of it.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

use crate::app::App;
use crate::error::Error;

/// The client, as limits count it: one IPv4 address, or one IPv6 /64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client(pub String);

impl FromRequestParts<App> for Client {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Client, Error> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::from([127, 0, 0, 1]), |info| info.0.ip());
        let forwarded: Vec<&str> = parts
            .headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .collect();
        let address = address(peer, &forwarded.join(","), &app.config.trusted_proxies);
        Ok(Client(counted_as(address)))
    }
}

/// Walks `X-Forwarded-For` from its end, past proxies we trust: what stands further left was
/// written by the client, who may write anything.
fn address(peer: IpAddr, forwarded: &str, trusted: &[IpAddr]) -> IpAddr {
    let mut address = peer;
    for hop in forwarded.split(',').rev() {
        // A server that listens on both kinds of address sees the old kind inside the new.
        if !trusted.contains(&address.to_canonical()) {
            break;
        }
        match hop.trim().parse() {
            Ok(named) => address = named,
            Err(_) => break,
        }
    }
    address
}

fn counted_as(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let net = u128::from(v6) & (u128::MAX << 64);
            format!("{}/64", Ipv6Addr::from(net))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_a_trusted_proxy_may_name_the_client() {
        let proxy = ip("10.0.0.1");
        assert_eq!(address(ip("9.9.9.9"), "1.1.1.1", &[proxy]), ip("9.9.9.9"));
        assert_eq!(address(proxy, "1.1.1.1", &[proxy]), ip("1.1.1.1"));
        assert_eq!(address(proxy, "6.6.6.6, 1.1.1.1", &[proxy]), ip("1.1.1.1"));
        assert_eq!(address(proxy, "rubbish", &[proxy]), proxy);
        let mapped = ip("::ffff:10.0.0.1");
        assert_eq!(address(mapped, "1.1.1.1", &[proxy]), ip("1.1.1.1"));
    }

    #[test]
    fn a_whole_ipv6_network_counts_as_one() {
        assert_eq!(
            counted_as(ip("2001:db8::1")),
            counted_as(ip("2001:db8::ffff"))
        );
        assert_ne!(
            counted_as(ip("2001:db8::1")),
            counted_as(ip("2001:db8:0:1::1"))
        );
        assert_eq!(counted_as(ip("::ffff:1.2.3.4")), "1.2.3.4");
    }
}
