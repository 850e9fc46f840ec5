//! Which operation a request is: the map of Zoom's URLs that the simulator knows.

use axum::http::Method;

use crate::call::{Answer, Call, Refusal};
use crate::ledger::Note;
use crate::rooms::Kind;
use crate::world::World;
use crate::{limits, list, meetings, oauth, users, webinars};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Authorize,
    Consent,
    Token,
    Revoke,
    UserGet,
    UserSettings,
    Room(Kind, Verb),
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Create,
    Get,
    Update,
    Delete,
    List,
}

impl Op {
    /// The name under which the ledger and the faults know it.
    pub(crate) fn name(self) -> String {
        match self {
            Op::Authorize => "oauth.authorize".to_owned(),
            Op::Consent => "oauth.consent".to_owned(),
            Op::Token => "oauth.token".to_owned(),
            Op::Revoke => "oauth.revoke".to_owned(),
            Op::UserGet => "user.get".to_owned(),
            Op::UserSettings => "user.settings".to_owned(),
            Op::Room(kind, verb) => format!("{}.{}", kind.word(), verb.word()),
            Op::Unknown => "unknown".to_owned(),
        }
    }
}

impl Verb {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Verb::Create => "create",
            Verb::Get => "get",
            Verb::Update => "update",
            Verb::Delete => "delete",
            Verb::List => "list",
        }
    }
}

/// An operation and the id or user its path names.
pub(crate) struct Route {
    pub(crate) op: Op,
    pub(crate) subject: String,
}

pub(crate) fn route(call: &Call) -> Route {
    let parts: Vec<&str> = call.path.trim_start_matches('/').split('/').collect();
    let method = &call.method;
    let (op, subject) = match parts.as_slice() {
        ["oauth", "authorize"] if method == Method::GET => (Op::Authorize, ""),
        ["oauth", "authorize"] if method == Method::POST => (Op::Consent, ""),
        ["oauth", "token"] if method == Method::POST => (Op::Token, ""),
        ["oauth", "revoke"] if method == Method::POST => (Op::Revoke, ""),
        ["v2", "users", user] if method == Method::GET => (Op::UserGet, *user),
        ["v2", "users", user, "settings"] if method == Method::GET => (Op::UserSettings, *user),
        ["v2", "users", user, family] => (of_user(method, family), *user),
        ["v2", family, id] => (of_room(method, family), *id),
        _ => (Op::Unknown, ""),
    };
    Route {
        op,
        subject: subject.to_owned(),
    }
}

fn of_user(method: &Method, family: &str) -> Op {
    let Some(kind) = Kind::of_family(family) else {
        return Op::Unknown;
    };
    if method == Method::POST {
        Op::Room(kind, Verb::Create)
    } else if method == Method::GET {
        Op::Room(kind, Verb::List)
    } else {
        Op::Unknown
    }
}

fn of_room(method: &Method, family: &str) -> Op {
    let Some(kind) = Kind::of_family(family) else {
        return Op::Unknown;
    };
    if method == Method::GET {
        Op::Room(kind, Verb::Get)
    } else if method == Method::PATCH {
        Op::Room(kind, Verb::Update)
    } else if method == Method::DELETE {
        Op::Room(kind, Verb::Delete)
    } else {
        Op::Unknown
    }
}

/// Does what was asked and says what to answer.
pub(crate) fn perform(world: &mut World, call: &Call, route: &Route, note: &mut Note) -> Answer {
    match route.op {
        Op::Authorize => oauth::show_consent(world, call),
        Op::Consent => oauth::take_consent(world, call, note),
        Op::Token => oauth::give_token(world, call, note),
        Op::Revoke => oauth::revoke(world, call, note),
        Op::UserGet | Op::UserSettings | Op::Room(..) => api(world, call, route, note)
            .unwrap_or_else(|refusal| refusal.answer(call.wants_json())),
        Op::Unknown => Refusal::new(404, 2300, "This API endpoint is not recognized.")
            .answer(call.wants_json()),
    }
}

fn api(world: &mut World, call: &Call, route: &Route, note: &mut Note) -> Result<Answer, Refusal> {
    let caller = oauth::caller(world, call, note)?;
    caller.may(route.op)?;
    limits::count(world, &caller, route.op)?;
    let subject = route.subject.as_str();
    match route.op {
        Op::UserGet => users::get(world, call, &caller, subject),
        Op::UserSettings => users::settings(world, call, &caller, subject),
        Op::Room(kind, Verb::List) => list::list(world, call, &caller, kind, subject),
        Op::Room(Kind::Meeting, verb) => {
            meetings::perform(world, call, &caller, verb, subject, note)
        }
        Op::Room(Kind::Webinar, verb) => {
            webinars::perform(world, call, &caller, verb, subject, note)
        }
        Op::Authorize | Op::Consent | Op::Token | Op::Revoke | Op::Unknown => {
            Ok(Answer::empty(404))
        }
    }
}
