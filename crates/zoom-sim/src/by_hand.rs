//! What people do in Zoom itself, behind the app's back: admins to users, hosts to meetings.
//!
//! Shared by the library's handle, the control API and the console.

use jiff::Timestamp;

use crate::body;
use crate::config::UserSpec;
use crate::ledger::Note;
use crate::oauth;
use crate::rooms::{self, Status};
use crate::webhooks;
use crate::world::{Standing, World};

/// What cannot be done because there is no such thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unknown(pub(crate) String);

pub(crate) fn revoke(world: &mut World, user: &str) -> Result<(), Unknown> {
    let id = user_id(world, user)?;
    oauth::remove_app(world, &id);
    Ok(())
}

pub(crate) fn set_standing(
    world: &mut World,
    user: &str,
    standing: Standing,
) -> Result<(), Unknown> {
    let known = world
        .user_mut(user)
        .ok_or_else(|| Unknown(format!("no user {user}")))?;
    if known.standing == standing {
        return Ok(());
    }
    known.standing = standing;
    let known = known.clone();
    let event = match standing {
        Standing::Active => "user.activated",
        Standing::Inactive => "user.deactivated",
        Standing::Deleted => "user.deleted",
    };
    webhooks::user_event(world, &known, event);
    if standing == Standing::Deleted {
        world.desk.end_grants_of(&known.id);
        let theirs: Vec<u64> = world
            .rooms
            .values()
            .filter(|room| room.host == known.id)
            .map(|room| room.id)
            .collect();
        for id in theirs {
            rooms::delete(world, id);
        }
    }
    Ok(())
}

/// Lets somebody edit the user as if they were being added.
pub(crate) fn change_user(
    world: &mut World,
    user: &str,
    change: impl FnOnce(&mut UserSpec),
) -> Result<(), Unknown> {
    let known = world
        .user(user)
        .ok_or_else(|| Unknown(format!("no user {user}")))?;
    let account = world.account_of(known);
    let mut spec = UserSpec {
        email: known.email.clone(),
        first_name: known.first_name.clone(),
        last_name: known.last_name.clone(),
        license: known.license,
        plan: account.plan,
        account: Some(account.name.clone()),
        timezone: known.timezone.clone(),
        webinar_capacity: known.webinar_capacity,
        settings: known.settings.clone(),
    };
    let (id, account_id) = (known.id.clone(), account.id.clone());
    change(&mut spec);
    for account in world
        .accounts
        .iter_mut()
        .filter(|account| account.id == account_id)
    {
        account.plan = spec.plan;
    }
    if let Some(known) = world.user_mut(&id) {
        known.email = spec.email;
        known.first_name = spec.first_name;
        known.last_name = spec.last_name;
        known.license = spec.license;
        known.timezone = spec.timezone;
        known.webinar_capacity = spec.webinar_capacity;
        known.settings = spec.settings;
    }
    Ok(())
}

/// Whether the user may host meetings at all.
pub(crate) fn allow_hosting(world: &mut World, user: &str, allowed: bool) -> Result<(), Unknown> {
    let known = world
        .user_mut(user)
        .ok_or_else(|| Unknown(format!("no user {user}")))?;
    known.may_host = allowed;
    Ok(())
}

/// Whether the user's admin lets them install the app.
pub(crate) fn allow_install(world: &mut World, user: &str, allowed: bool) -> Result<(), Unknown> {
    let known = world
        .user_mut(user)
        .ok_or_else(|| Unknown(format!("no user {user}")))?;
    known.may_install = allowed;
    Ok(())
}

/// The host schedules a meeting in Zoom itself, or copies one with its description.
pub(crate) fn schedule(
    world: &mut World,
    user: &str,
    (topic, agenda): (&str, &str),
    start: Timestamp,
) -> Result<u64, Unknown> {
    let host = world
        .user(user)
        .cloned()
        .ok_or_else(|| Unknown(format!("no user {user}")))?;
    let body = serde_json::json!({
        "topic": topic,
        "agenda": agenda,
        "start_time": body::whole_second(start).to_string(),
        "duration": 42,
        "timezone": "UTC",
    });
    let fields = body.as_object().cloned().unwrap_or_default();
    rooms::create(
        world,
        rooms::Kind::Meeting,
        &host,
        &fields,
        &mut Note::default(),
    )
    .map_err(|_| Unknown(format!("a meeting that {user} could schedule")))
}

pub(crate) fn delete(world: &mut World, id: u64) -> Result<(), Unknown> {
    known_room(world, id)?;
    rooms::delete(world, id);
    Ok(())
}

pub(crate) fn recover(world: &mut World, id: u64) -> Result<(), Unknown> {
    if rooms::recover(world, id) {
        Ok(())
    } else {
        Err(no_room(id))
    }
}

pub(crate) fn convert(world: &mut World, id: u64) -> Result<(), Unknown> {
    known_room(world, id)?;
    rooms::convert(world, id);
    Ok(())
}

pub(crate) fn move_to(world: &mut World, id: u64, start: Timestamp) -> Result<(), Unknown> {
    let mut details = known_room(world, id)?;
    details.start = Some(body::whole_second(start));
    rooms::change(world, id, details);
    Ok(())
}

pub(crate) fn rename(world: &mut World, id: u64, topic: &str) -> Result<(), Unknown> {
    let mut details = known_room(world, id)?;
    topic.clone_into(&mut details.topic);
    rooms::change(world, id, details);
    Ok(())
}

/// The host rewrites the description; whatever the app keeps there is gone.
pub(crate) fn describe(world: &mut World, id: u64, agenda: &str) -> Result<(), Unknown> {
    let mut details = known_room(world, id)?;
    agenda.clone_into(&mut details.agenda);
    rooms::change(world, id, details);
    Ok(())
}

pub(crate) fn start(world: &mut World, id: u64) -> Result<(), Unknown> {
    known_room(world, id)?;
    if let Some(room) = world.rooms.get_mut(&id) {
        room.status = Status::Started;
        room.ended_at = None;
    }
    webhooks::room_event(world, id, "started");
    Ok(())
}

pub(crate) fn end(world: &mut World, id: u64) -> Result<(), Unknown> {
    known_room(world, id)?;
    let now = world.now();
    if let Some(room) = world.rooms.get_mut(&id) {
        room.status = Status::Waiting;
        room.ended_at = Some(now);
    }
    webhooks::room_event(world, id, "ended");
    Ok(())
}

fn user_id(world: &World, user: &str) -> Result<String, Unknown> {
    let known = world
        .user(user)
        .ok_or_else(|| Unknown(format!("no user {user}")))?;
    Ok(known.id.clone())
}

fn known_room(world: &World, id: u64) -> Result<rooms::Details, Unknown> {
    let room = world
        .rooms
        .get(&id)
        .filter(|room| room.exists())
        .ok_or_else(|| no_room(id))?;
    Ok(room.details.clone())
}

fn no_room(id: u64) -> Unknown {
    Unknown(format!("no meeting {id}"))
}
