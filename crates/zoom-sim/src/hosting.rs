//! Who hosts: whether a caller may touch a meeting, and for whom one may be scheduled.

use serde_json::{Map, Value};

use crate::body::text;
use crate::call::{Call, FieldError, Refusal};
use crate::oauth::Caller;
use crate::routes::{Op, Verb};
use crate::world::{Standing, User, World};

/// The host of a meeting, if the caller may do this to it.
pub(crate) fn owned(world: &World, caller: &Caller, id: u64, verb: Verb) -> Result<User, Refusal> {
    let room = &world.rooms[&id];
    let host = world.known_user(&room.host)?.clone();
    if host.id == caller.user.id {
        return Ok(host);
    }
    if host.account != caller.user.account {
        let word = room.kind.word();
        let title = word[..1].to_uppercase() + &word[1..];
        return Err(Refusal::new(
            404,
            3001,
            format!("{title} does not exist: {id}."),
        ));
    }
    let admin = caller.is_admin_for(Op::Room(room.kind, verb));
    match verb {
        Verb::Update | Verb::Delete => {
            admin.map_err(|_| Refusal::new(400, 3003, "Not meeting host."))?;
        }
        Verb::Create | Verb::Get | Verb::List => admin?,
    }
    Ok(host)
}

/// `schedule_for` names another active user of the same account.
pub(crate) fn scheduled_for(
    world: &World,
    user: &User,
    body: &Map<String, Value>,
) -> Result<User, Refusal> {
    let Some(named) = text(body, "schedule_for") else {
        return Ok(user.clone());
    };
    world
        .user(&named)
        .filter(|other| other.account == user.account && other.standing == Standing::Active)
        .cloned()
        .ok_or_else(|| {
            Refusal::new(
                400,
                300,
                "The value that you entered in the schedule_for field is invalid. \
                 Enter a valid value and try again.",
            )
        })
}

/// A parameter that Zoom does not know is a mistake of the client's.
pub(crate) fn known_params(call: &Call, known: &[&str]) -> Result<(), Refusal> {
    let errors: Vec<FieldError> = call
        .query
        .iter()
        .filter(|(name, _)| !known.contains(&name.as_str()))
        .map(|(name, _)| FieldError::new(name.as_str(), "Unrecognized parameter."))
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Refusal::invalid(errors))
    }
}
