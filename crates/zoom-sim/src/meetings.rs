//! The meetings of the API: create, get, update, delete.

use crate::body;
use crate::call::{Answer, Call, Refusal};
use crate::config::License;
use crate::hosting;
use crate::ledger::Note;
use crate::limits;
use crate::oauth::{Caller, may_not_host};
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
        Verb::List => crate::list::list(world, call, caller, Kind::Meeting, subject),
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
    let op = Op::Room(Kind::Meeting, Verb::Create);
    let user = caller.on_behalf_of(world, subject, op)?;
    limits::count_change(world, &user.id)?;
    let body = body::read(call, "meeting.create")?;
    let host = hosting::scheduled_for(world, &user, &body)?;
    may_host(&host)?;
    let id = rooms::create(world, Kind::Meeting, &host, &body, note)?;
    Ok(Answer::json(201, showing::show(world, id)))
}

fn get(world: &mut World, call: &Call, caller: &Caller, subject: &str) -> Result<Answer, Refusal> {
    hosting::known_params(call, &["occurrence_id", "show_previous_occurrences"])?;
    let id = rooms::find(world, Kind::Meeting, subject)?;
    may_host(&hosting::owned(world, caller, id, Verb::Get)?)?;
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
    let id = rooms::find(world, Kind::Meeting, subject)?;
    let host = hosting::owned(world, caller, id, Verb::Update)?;
    limits::count_change(world, &host.id)?;
    may_host(&host)?;
    if world.rooms[&id].status == Status::Started {
        return Err(Refusal::new(
            400,
            3000,
            "You cannot update or delete meetings that have started using this method.",
        ));
    }
    let body = body::read(call, "meeting.update")?;
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
    hosting::known_params(
        call,
        &[
            "occurrence_id",
            "schedule_for_reminder",
            "cancel_meeting_reminder",
        ],
    )?;
    if call.param("occurrence_id").is_some() {
        return Err(Refusal::new(
            400,
            300,
            "Invalid parameter: `occurrence_id`.",
        ));
    }
    let id = rooms::find(world, Kind::Meeting, subject)?;
    let host = hosting::owned(world, caller, id, Verb::Delete)?;
    may_host(&host)?;
    let room = &world.rooms[&id];
    if room.status == Status::Started {
        return Err(Refusal::new(
            400,
            3002,
            "Sorry, you cannot delete this meeting since it is in progress.",
        ));
    }
    if room.ended_at.is_some() && world.config.quirks.ended_meetings_refuse_delete {
        return Err(Refusal::new(
            400,
            3007,
            "Sorry, you cannot delete this meeting since it has ended.",
        ));
    }
    rooms::delete(world, id);
    note.effect.deleted.push(id);
    Ok(Answer::empty(204))
}

/// Without hosting everything is refused, reading too.
pub(crate) fn may_host(host: &User) -> Result<(), Refusal> {
    let licensed = match host.license {
        License::Basic | License::Licensed => true,
        License::Unassigned => false,
    };
    if host.may_host && licensed {
        Ok(())
    } else {
        Err(may_not_host())
    }
}
