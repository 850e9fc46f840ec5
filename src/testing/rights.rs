//! Who may ask for what, as a table and an engine that asks: every row by everybody, for what is
//! theirs and for what isn't. A row is a method of a route; a test whose table lacks one fails.
//!
//! Answers findings instead of failing, so that a planted fault can be seen to be found.

mod asks;
mod world;

use std::collections::BTreeSet;

pub use world::World;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Nobody,
    Member,
    /// Another member of the same org.
    Colleague,
    Admin,
    ForeignMember,
    ForeignAdmin,
    /// With a session that outlived the person's time here.
    Deactivated,
    Expired,
}

use self::Who::{
    Admin, Colleague, Deactivated, Expired, ForeignAdmin, ForeignMember, Member, Nobody,
};

const EVERYBODY: [Who; 8] = [
    Nobody,
    Member,
    Colleague,
    Admin,
    ForeignMember,
    ForeignAdmin,
    Deactivated,
    Expired,
];

/// Those who have something.
const OWNERS: [Who; 5] = [Member, Colleague, Admin, ForeignMember, ForeignAdmin];

impl Who {
    fn is_signed_in(self) -> bool {
        match self {
            Member | Colleague | Admin | ForeignMember | ForeignAdmin => true,
            Nobody | Deactivated | Expired => false,
        }
    }

    fn is_admin(self) -> bool {
        matches!(self, Admin | ForeignAdmin)
    }

    fn is_foreign(self) -> bool {
        matches!(self, ForeignMember | ForeignAdmin)
    }
}

/// What an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    Asset,
    Accent,
    Help,
    Person,
    Picture,
    /// Somebody who has not accepted yet; their own link.
    Invited,
    Reset,
    Notices,
    EventType,
    Schedule,
    Team,
    TeamEvent,
    Booking,
    Connection,
    /// A question about an account that was just signed in to.
    Held,
    /// Of the sync log.
    Entry,
    Letter,
}

/// Who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum May {
    Anybody,
    /// Anybody who names something that is there.
    SeePublic(Thing),
    /// Whoever holds the secret address.
    Hold(Thing),
    SignedIn,
    OnlyAdmins,
    Own(Thing),
    /// And an admin of its org.
    OwnOrAdmin(Thing),
    /// The same; who sees it on a page without being either hears that it isn’t for them. What an
    /// admin has is shared, and seen by all.
    Tend(Thing),
    /// Of such a thing, admins alone.
    Give(Thing),
    /// Admins of its org; for members there is no such page at all.
    Manage(Thing),
    /// Only a program that signs what it sends; what people send is refused.
    Signed,
    /// It is there in the demo only.
    Demo(Thing),
}

impl May {
    fn thing(self) -> Option<Thing> {
        match self {
            May::Anybody | May::SignedIn | May::OnlyAdmins | May::Signed => None,
            May::SeePublic(thing)
            | May::Hold(thing)
            | May::Own(thing)
            | May::OwnOrAdmin(thing)
            | May::Tend(thing)
            | May::Give(thing)
            | May::Manage(thing)
            | May::Demo(thing) => Some(thing),
        }
    }
}

/// One method of one route.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub method: &'static str,
    pub path: &'static str,
    may: May,
    /// A form that is filled in rightly.
    form: &'static str,
    /// Nothing private is on it: caches may keep it.
    is_public: bool,
    /// Other pages may frame it when it is asked for with `embed=1`.
    is_framed: bool,
    /// A good answer, though nothing is written.
    keeps: bool,
    /// A GET that may write: what a sign-in elsewhere has come to.
    notes: bool,
    /// What an address of it asks for.
    query: &'static str,
}

pub const fn get(path: &'static str, may: May) -> Row {
    Row {
        method: "GET",
        path,
        may,
        form: "",
        is_public: false,
        is_framed: false,
        keeps: true,
        notes: false,
        query: "",
    }
}

pub const fn post(path: &'static str, may: May, form: &'static str) -> Row {
    Row {
        method: "POST",
        path,
        may,
        form,
        is_public: false,
        is_framed: false,
        keeps: false,
        notes: false,
        query: "",
    }
}

impl Row {
    pub const fn public(self) -> Row {
        Row {
            is_public: true,
            ..self
        }
    }

    pub const fn framed(self) -> Row {
        Row {
            is_framed: true,
            ..self
        }
    }

    pub const fn keeps(self) -> Row {
        Row {
            keeps: true,
            ..self
        }
    }

    pub const fn notes(self) -> Row {
        Row {
            notes: true,
            ..self
        }
    }

    pub const fn asks(self, query: &'static str) -> Row {
        Row { query, ..self }
    }

    fn is_get(&self) -> bool {
        self.method == "GET"
    }
}

/// What is in the routes' text: each method of each path.
///
/// # Panics
/// Where routes are added in a way that is not read here.
pub fn census(text: &str) -> BTreeSet<(String, String)> {
    const METHODS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "options"];
    for other in [
        ".nest(",
        ".merge(",
        "_service(",
        "any(",
        " on(",
        ".on(",
        "method_not_allowed_fallback(",
    ] {
        assert!(!text.contains(other), "{other} adds routes nobody counts");
    }
    let mut found = BTreeSet::new();
    for call in text.split(".route(").skip(1) {
        let call = &call[..end_of_call(call)];
        let (path, handlers) = call.split_once(',').unwrap();
        let path = path.trim().trim_matches('"').to_owned();
        assert!(path.starts_with('/'), "{path} is not spelled out");
        for method in METHODS {
            let is_called = handlers
                .match_indices(&format!("{method}("))
                .any(|(at, _)| {
                    !handlers[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_')
                });
            if is_called {
                found.insert((method.to_uppercase(), path.clone()));
            }
        }
    }
    found
}

fn end_of_call(text: &str) -> usize {
    let mut depth = 1;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    panic!("a call of route has no end")
}

/// Routes without a row, and rows without a route.
pub fn uncounted(routes: &BTreeSet<(String, String)>, rows: &[Row]) -> Vec<String> {
    let rows: BTreeSet<(String, String)> = rows
        .iter()
        .map(|row| (row.method.to_owned(), row.path.to_owned()))
        .collect();
    routes
        .symmetric_difference(&rows)
        .map(|(method, path)| format!("{method} {path}"))
        .collect()
}

/// Whose thing an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Of(Who),
    NoOnes,
    /// Not an address at all: bytes that are no text, or control characters.
    Unspeakable,
}

/// How it must be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Must {
    Work,
    AskToSignIn,
    Forbid,
    /// For want of a signature.
    TurnAway,
    /// And say nothing, not even that it is there.
    NotFind,
}

fn must(may: May, who: Who, whose: Whose) -> Must {
    let owner = match whose {
        Whose::Of(owner) => Some(owner),
        Whose::NoOnes => None,
        Whose::Unspeakable => return Must::NotFind,
    };
    let signed_in = |works: bool, otherwise: Must| match (who.is_signed_in(), works) {
        (false, _) => Must::AskToSignIn,
        (true, true) => Must::Work,
        (true, false) => otherwise,
    };
    let admin_of = |owner: Who| who.is_admin() && who.is_foreign() == owner.is_foreign();
    match may {
        May::Anybody => Must::Work,
        May::SeePublic(_) | May::Hold(_) => match owner {
            Some(_) => Must::Work,
            None => Must::NotFind,
        },
        May::SignedIn => signed_in(true, Must::NotFind),
        May::OnlyAdmins => signed_in(who.is_admin(), Must::Forbid),
        May::Own(_) => signed_in(owner == Some(who), Must::NotFind),
        May::OwnOrAdmin(_) => signed_in(
            owner.is_some_and(|owner| owner == who || admin_of(owner)),
            Must::NotFind,
        ),
        May::Tend(_) | May::Give(_) => {
            let tends = owner.is_some_and(|owner| owner == who || admin_of(owner));
            let sees = owner.is_some_and(|owner| {
                owner == who || (owner.is_admin() && owner.is_foreign() == who.is_foreign())
            });
            let works = tends && (who.is_admin() || matches!(may, May::Tend(_)));
            signed_in(works, if sees { Must::Forbid } else { Must::NotFind })
        }
        May::Manage(_) if who.is_signed_in() && !who.is_admin() => Must::Forbid,
        May::Manage(_) => signed_in(owner.is_some_and(admin_of), Must::NotFind),
        May::Signed => Must::TurnAway,
        May::Demo(_) => Must::NotFind,
    }
}
