//! An authorization of one account: its states and moves. A move consumes the state it starts
//! from, so an illegal one does not compile; a call to a provider asks for [`Connected`]. Pure.

use jiff::Timestamp;

use super::{Account, ConnectionRole};
use crate::accounts::{Org, Person};
use crate::id::Id;
use crate::language::Language;
use crate::planted::bug::{Bug, planted};
use crate::seal::Secret;
use crate::words;

words! {
    /// Why a connection broke.
    pub enum Break {
        RemovedInZoom = "removed_in_zoom",
        RefreshRefused = "refresh_refused",
        ScopeMissing = "scope_missing",
        UserGone = "user_gone",
        ConnectedElsewhere = "connected_elsewhere",
        Copied = "copied",
    }
}

impl Break {
    /// Said in the sync log: what is true whenever it is read.
    pub fn headline(self) -> &'static str {
        match self {
            Break::RemovedInZoom => "42min was removed in Zoom",
            Break::RefreshRefused => "Zoom no longer accepts this account’s authorization",
            Break::ScopeMissing => "A permission is missing",
            Break::UserGone => "This Zoom user is deactivated in Zoom",
            Break::ConnectedElsewhere => {
                "This Zoom account was connected elsewhere, which ended the access given here"
            }
            Break::Copied => "This server is a copy, and left the access to the original",
        }
    }

    /// Said beside the badge and in the mail.
    pub fn words(self, when: &str, language: Language) -> String {
        let key = match self {
            Break::RemovedInZoom => "broken-removed-in-zoom",
            Break::RefreshRefused => "broken-refresh-refused",
            Break::ScopeMissing => "broken-scope-missing",
            Break::UserGone => "broken-user-gone",
            Break::ConnectedElsewhere => "broken-connected-elsewhere",
            Break::Copied => "broken-copied",
        };
        language.say(key).with("when", when).into()
    }
}

/// What all states have.
#[derive(Clone, Debug)]
pub struct Facts {
    pub id: Id<Connection>,
    pub org: Id<Org>,
    pub account: Id<Account>,
    pub role: ConnectionRole,
    pub owner: Id<Person>,
    /// Raised by every grant, break and disconnect. What is written for an older one is dropped.
    pub grant: i64,
    pub granted_at: Timestamp,
}

#[derive(Clone, Debug)]
pub enum Connection {
    Connected(Connected),
    Broken(Broken),
    /// Being revoked; then the row is gone.
    Disconnecting(Connected),
}

/// The only state in which a provider can be asked.
#[derive(Clone, Debug)]
pub struct Connected {
    pub facts: Facts,
    pub tokens: Tokens,
}

#[derive(Clone, Debug)]
pub struct Broken {
    pub facts: Facts,
    pub why: Break,
    pub since: Timestamp,
}

/// What a grant or a refresh gives.
#[derive(Clone, Debug)]
pub struct Tokens {
    pub access: Secret,
    pub refresh: Secret,
    pub expires_at: Timestamp,
    pub scopes: String,
}

impl Connected {
    #[must_use]
    pub fn refreshed(self, tokens: Tokens) -> Connected {
        // RFC 6749 section 5.1: an answer that says nothing of the scope leaves it as it was.
        let tokens = match tokens.scopes.as_str() {
            "" => Tokens {
                scopes: self.tokens.scopes.clone(),
                ..tokens
            },
            _ => tokens,
        };
        let tokens = match planted(Bug::SpentTokenKept) {
            true => Tokens {
                refresh: self.tokens.refresh.clone(),
                ..tokens
            },
            false => tokens,
        };
        Connected { tokens, ..self }
    }

    /// The tokens are dropped with the state.
    pub fn broke(self, why: Break, since: Timestamp) -> Broken {
        self.facts.broke(why, since)
    }
}

impl Facts {
    /// The same without opening the tokens first: to drop them they need not be readable.
    pub fn broke(self, why: Break, since: Timestamp) -> Broken {
        let facts = Facts {
            grant: self.grant + 1,
            ..self
        };
        Broken { facts, why, since }
    }
}

impl Connection {
    pub fn facts(&self) -> &Facts {
        match self {
            Connection::Connected(c) | Connection::Disconnecting(c) => &c.facts,
            Connection::Broken(b) => &b.facts,
        }
    }
}
