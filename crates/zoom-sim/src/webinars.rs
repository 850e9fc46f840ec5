//! The webinars of the API: as meetings, for hosts who hold the webinar license.
//!
//! Registrants, panelists and simulive are not here.

use crate::body;
use crate::call::{Answer, Call, Refusal};
use crate::hosting;
use crate::ledger::Note;
use crate::limits;
use crate::oauth::Caller;
use crate::rooms::{self, Kind, Status};
use crate::routes::{Op, Verb};
use crate::showing;
use crate::world::{User, World};

pub(crate) fn perform(
    world: &mut World,
    call: &Call,
    caller: &Caller,
    verb: Verb,
    subject: &str,
    note: &mut Note,
) -> Result<Answer, Refusal> {
    match verb {
        Verb::Create => create(world, call, caller, subject, note),
        Verb::Get => get(world, call, caller, subject),
        Verb::Update => update(world, call, caller, subject, note),
        Verb::Delete => delete(world, call, caller, subject, note),
        Verb::List => crate::list::list(world, call, caller, Kind::Webinar, subject),
    }
}

fn create(
    world: &mut World,
    call: &Call,
    caller: &Caller,
    subject: &str,
    note: &mut Note,
) -> Result<Answer, Refusal> {
    hosting::known_params(call, &[])?;
    let op = Op::Room(Kind::Webinar, Verb::Create);
    let user = caller.on_behalf_of(world, subject, op)?;
    limits::count_change(world, &user.id)?;
    let body = body::read(call, "webinar.create")?;
    let host = hosting::scheduled_for(world, &user, &body)?;
    licensed(&host)?;
    let id = rooms::create(world, Kind::Webinar, &host, &body, note)?;
    Ok(Answer::json(201, showing::show(world, id)))
}

fn get(world: &mut World, call: &Call, caller: &Caller, subject: &str) -> Result<Answer, Refusal> {
    hosting::known_params(call, &["occurrence_id", "show_previous_occurrences"])?;
    let id = rooms::find(world, Kind::Webinar, subject)?;
    licensed(&hosting::owned(world, caller, id, Verb::Get)?)?;
    Ok(Answer::json(200, showing::show(world, id)))
}

fn update(
    world: &mut World,
    call: &Call,
    caller: &Caller,
    subject: &str,
    note: &mut Note,
) -> Result<Answer, Refusal> {
    hosting::known_params(call, &["occurrence_id"])?;
    let id = rooms::find(world, Kind::Webinar, subject)?;
    let host = hosting::owned(world, caller, id, Verb::Update)?;
    limits::count_change(world, &host.id)?;
    licensed(&host)?;
    if world.rooms[&id].status == Status::Started {
        return Err(Refusal::new(
            400,
            3000,
            "You cannot update or delete webinars that have started using this method.",
        ));
    }
    let body = body::read(call, "webinar.update")?;
    rooms::update(world, id, &body, note)?;
    Ok(Answer::empty(204))
}

fn delete(
    world: &mut World,
    call: &Call,
    caller: &Caller,
    subject: &str,
    note: &mut Note,
) -> Result<Answer, Refusal> {
    hosting::known_params(call, &["occurrence_id", "cancel_webinar_reminder"])?;
    if call.param("occurrence_id").is_some() {
        return Err(Refusal::new(400, 300, "Webinar occurrence does not exist."));
    }
    let id = rooms::find(world, Kind::Webinar, subject)?;
    licensed(&hosting::owned(world, caller, id, Verb::Delete)?)?;
    if world.rooms[&id].status == Status::Started {
        return Err(Refusal::new(
            400,
            3002,
            "Sorry, you cannot delete this webinar since it is in progress.",
        ));
    }
    rooms::delete(world, id);
    note.effect.deleted.push(id);
    Ok(Answer::empty(204))
}

/// A missing license looks much like a missing permission: 400, code 200.
pub(crate) fn licensed(host: &User) -> Result<(), Refusal> {
    if host.webinar_capacity.is_some() {
        return Ok(());
    }
    Err(Refusal::new(
        400,
        200,
        format!(
            "Webinar plan is missing. You must subscribe to the webinar plan and enable webinars \
             for user {} in order to perform this action.",
            host.id
        ),
    ))
}
