//! The rules of people and their accounts. Pure.

use url::{Host, Url};

use super::{Person, Role};
use crate::language::{Language, Said};
use crate::text::{Email, Username};

/// Where a person stands, as the list of users says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Invited, has not accepted yet.
    Pending,
    Active,
    Deactivated,
}

impl State {
    pub fn of(person: &Person) -> State {
        if person.deactivated_at.is_some() {
            State::Deactivated
        } else if person.password_hash.is_none() {
            State::Pending
        } else {
            State::Active
        }
    }

    /// As programs read it.
    pub fn word(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Active => "active",
            State::Deactivated => "deactivated",
        }
    }

    /// The message that names it.
    pub fn label(self) -> &'static str {
        match self {
            State::Pending => "person-pending",
            State::Active => "person-active",
            State::Deactivated => "person-deactivated",
        }
    }

    /// The class of its badge.
    pub fn class(self) -> &'static str {
        match self {
            State::Pending => "warn",
            State::Active => "ok",
            State::Deactivated => "",
        }
    }
}

/// The message that names it.
pub fn role_label(role: Role) -> &'static str {
    match role {
        Role::User => "person-user",
        Role::Admin => "person-admin",
    }
}

/// An org always keeps somebody who can manage it.
pub fn is_last_admin(person: &Person, active_admins: i64) -> bool {
    person.is_admin() && person.is_active() && active_admins <= 1
}

pub fn org_name_for(person_name: &str) -> String {
    format!("{person_name}’s team")
}

/// Usernames to try, the nicest first: from the name, else from the address, then numbered.
pub fn usernames(name: &str, email: &Email) -> impl Iterator<Item = Username> {
    let local = email.as_str().split('@').next().unwrap_or_default();
    let base = Username::suggest(name)
        .or_else(|| Username::suggest(local))
        .map_or_else(|| "person".to_owned(), String::from);
    let short: String = base.chars().take(56).collect();
    std::iter::once(base)
        .chain((2..10_000).map(move |n| format!("{}-{n}", short.trim_end_matches('-'))))
        .filter_map(|words| Username::parse(&words).ok())
}

/// A place on this server to go back to: never another host, nothing a header can't carry.
pub fn local_path(back: &str) -> Option<&str> {
    let plain = back
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (plain && back.starts_with('/') && !back.starts_with("//")).then_some(back)
}

/// What an admin should know about the address this server believes it has.
pub fn address_warning(language: Language, base: &Url, asked_host: Option<&str>) -> Option<Said> {
    let host = base.host_str().unwrap_or_default();
    let here = match base.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    if let Some(asked) = asked_host
        && !asked.eq_ignore_ascii_case(&here)
    {
        let words = language.say("setup-other-address").with("asked", asked);
        return Some(words.with("here", here));
    }
    let is_loopback = match base.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    (base.scheme() != "https" && !is_loopback).then(|| {
        let address = base.as_str().trim_end_matches('/');
        language.say("setup-no-https").with("address", address)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::BadUsername;

    #[test]
    fn no_username_can_hide_a_route() {
        let routes = include_str!("../routes.rs");
        let mut seen = 0;
        for piece in routes.split("\"/").skip(1) {
            let path = piece.split('"').next().unwrap();
            let first = path.split('/').next().unwrap();
            // "/{username}" is what people have; one letter or a dot can't be a username.
            if first.is_empty() || first.starts_with('{') || first.len() < 2 || first.contains('.')
            {
                continue;
            }
            seen += 1;
            assert_eq!(
                Username::parse(first),
                Err(BadUsername::Reserved),
                "/{first} is a route: reserve it in text.rs"
            );
        }
        assert!(seen > 3);
    }

    #[test]
    fn one_goes_back_only_to_this_server() {
        for good in ["/", "/360/events?new=1", "/a%20b"] {
            assert_eq!(local_path(good), Some(good));
        }
        for bad in [
            "",
            "360",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nb",
            "/ä",
        ] {
            assert_eq!(local_path(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_username_is_found_for_everybody() {
        let email = Email::parse("taro@engines.example").unwrap();
        let first = |name: &str| usernames(name, &email).next().unwrap().to_string();
        assert_eq!(first("Ada Lovelace"), "ada-lovelace");
        assert_eq!(first("山田"), "taro");
        assert_eq!(first("Zoom"), "taro");
        let second = usernames("Ada", &email).nth(1).unwrap();
        assert_eq!(second.as_str(), "ada-2");
        assert_eq!(usernames(&"a".repeat(80), &email).take(3).count(), 3);
    }

    #[test]
    fn an_address_without_https_or_not_in_use_is_warned_of() {
        let warning = |base: &str, host: &str| {
            address_warning(Language::English, &Url::parse(base).unwrap(), Some(host)).is_some()
        };
        assert!(!warning("https://meet.example", "meet.example"));
        assert!(!warning("http://localhost:4242", "localhost:4242"));
        assert!(!warning("http://127.0.0.1:4242", "127.0.0.1:4242"));
        assert!(warning("http://meet.example", "meet.example"));
        assert!(warning("https://meet.example", "other.example"));
    }
}
