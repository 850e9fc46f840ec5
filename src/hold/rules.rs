//! Whether an installation is where it was. Pure.

use url::{Host, Url};

use super::Why;

/// An installation's place in the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    pub base_url: String,
    pub mark: String,
}

/// Why this may not be the installation that stopped. `None` for `last`: nothing was written down
/// yet, since it is new, or of a version that did not.
pub fn moved(last: Option<Home>, here: &Home) -> Option<Why> {
    let last = last?;
    if last.mark != here.mark {
        return Some(Why::Place);
    }
    (!same_address(&last.base_url, &here.base_url)).then_some(Why::Address)
}

/// Another port of this computer is no other address: nobody outside can reach either.
fn same_address(a: &str, b: &str) -> bool {
    a == b || (is_this_computer(a) && is_this_computer(b))
}

/// An address that only this computer reaches.
pub fn is_this_computer(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else {
        return false;
    };
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(base_url: &str, mark: &str) -> Home {
        Home {
            base_url: base_url.to_owned(),
            mark: mark.to_owned(),
        }
    }

    #[test]
    fn another_place_or_another_address_is_a_move() {
        let last = home("https://meet.example.com", "a");
        let moved_to = |base_url, mark| moved(Some(last.clone()), &home(base_url, mark));
        assert_eq!(moved_to("https://meet.example.com", "a"), None);
        assert_eq!(moved_to("https://meet.example.com", "b"), Some(Why::Place));
        let elsewhere = [
            "https://new.example.com",
            "http://meet.example.com",
            "http://127.0.0.1:1",
        ];
        for address in elsewhere {
            assert_eq!(moved_to(address, "a"), Some(Why::Address), "{address}");
        }
    }

    #[test]
    fn another_port_of_this_computer_and_the_first_start_are_none() {
        let last = home("http://127.0.0.1:4242", "a");
        for address in [
            "http://127.0.0.1:8080",
            "http://localhost:1",
            "http://[::1]:4242",
        ] {
            assert_eq!(
                moved(Some(last.clone()), &home(address, "a")),
                None,
                "{address}"
            );
        }
        assert_eq!(moved(None, &home("https://meet.example.com", "a")), None);
    }
}
