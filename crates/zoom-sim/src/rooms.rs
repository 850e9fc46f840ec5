//! What meetings and webinars have in common: how one is made from a request, changed, shown,
//! ended and deleted.
//!
//! The differences between the two are in `meetings` and `webinars`; recurrences are stored and
//! given back, but no occurrences are worked out.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::body::{carried, given_start, integer, text, whole_second};
use crate::call::Refusal;
use crate::lag::Revision;
use crate::ledger::Note;
use crate::passcode;
use crate::settings;
use crate::webhooks;
use crate::world::{User, World};

/// A meeting that does not recur can be used until this long after its date.
const KEPT_AFTER_START: SignedDuration = SignedDuration::from_hours(30 * 24);
/// A deleted meeting can be brought back this long.
const RECOVERABLE: SignedDuration = SignedDuration::from_hours(7 * 24);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Meeting,
    Webinar,
}

impl Kind {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Meeting => "meeting",
            Kind::Webinar => "webinar",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Kind::Meeting => "Meeting",
            Kind::Webinar => "Webinar",
        }
    }

    pub(crate) fn of_family(family: &str) -> Option<Kind> {
        match family {
            "meetings" => Some(Kind::Meeting),
            "webinars" => Some(Kind::Webinar),
            _ => None,
        }
    }

    fn default_type(self) -> i64 {
        match self {
            Kind::Meeting => 2,
            Kind::Webinar => 5,
        }
    }

    /// The names that webinars use for what meetings call a password.
    pub(crate) fn default_passcode_field(self) -> &'static str {
        match self {
            Kind::Meeting => "default_password",
            Kind::Webinar => "default_passcode",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Waiting,
    Started,
}

#[derive(Clone, Debug)]
pub(crate) struct Room {
    pub(crate) id: u64,
    pub(crate) uuid: String,
    pub(crate) kind: Kind,
    pub(crate) host: String,
    pub(crate) created_at: Timestamp,
    pub(crate) details: Details,
    pub(crate) status: Status,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) deleted_at: Option<Timestamp>,
    pub(crate) history: Vec<Revision>,
}

/// What a request can set.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Details {
    pub(crate) topic: String,
    pub(crate) type_number: i64,
    pub(crate) start: Option<Timestamp>,
    pub(crate) minutes: i64,
    pub(crate) timezone: String,
    pub(crate) agenda: String,
    pub(crate) passcode: Option<String>,
    pub(crate) settings: Map<String, Value>,
    /// Fields that are stored and given back, no more.
    pub(crate) carried: Map<String, Value>,
}

const INSTANT: i64 = 1;
const NO_FIXED_TIME: [i64; 2] = [3, 6];

impl Room {
    pub(crate) fn exists(&self) -> bool {
        self.deleted_at.is_none()
    }

    /// Still usable: neither deleted nor 30 days past its date.
    pub(crate) fn is_alive(&self, now: Timestamp) -> bool {
        self.exists() && !self.details.expired(now)
    }

    pub(crate) fn ends_at(&self) -> Option<Timestamp> {
        self.details
            .start
            .map(|start| start + SignedDuration::from_mins(self.details.minutes))
    }
}

impl Details {
    pub(crate) fn is_instant(&self) -> bool {
        self.type_number == INSTANT
    }

    pub(crate) fn expired(&self, now: Timestamp) -> bool {
        let recurs = self.carried.contains_key("recurrence");
        !recurs
            && self
                .start
                .is_some_and(|start| start + KEPT_AFTER_START < now)
    }
}

// ---- making and changing ----

pub(crate) fn create(
    world: &mut World,
    kind: Kind,
    host: &User,
    body: &Map<String, Value>,
    note: &mut Note,
) -> Result<u64, Refusal> {
    let now = world.now();
    let type_number = integer(body, "type").unwrap_or_else(|| kind.default_type());
    let timezone = text(body, "timezone").unwrap_or_else(|| host.timezone.clone());
    let mut details = Details {
        topic: text(body, "topic").unwrap_or_default(),
        type_number,
        start: None,
        minutes: integer(body, "duration").unwrap_or(60),
        agenda: text(body, "agenda").unwrap_or_default(),
        passcode: None,
        settings: settings::starting(kind, host),
        carried: carried(body),
        timezone,
    };
    details.start = first_start(world, &mut details, body, now, note)?;
    settings::merge(&mut details.settings, body);
    details.passcode = passcode::first(world, kind, host, body)?;
    settings::settle(world, host, &mut details);
    settings::check_alternative_hosts(world, host, &details)?;
    let id = fresh_id(world);
    let room = Room {
        id,
        uuid: world.ids.room_uuid(),
        kind,
        host: host.id.clone(),
        created_at: now,
        history: vec![Revision::new(now, Some(details.clone()))],
        details,
        status: Status::Waiting,
        ended_at: None,
        deleted_at: None,
    };
    world.rooms.insert(id, room);
    note.effect.created.push(id);
    webhooks::room_event(world, id, "created");
    Ok(id)
}

fn fresh_id(world: &mut World) -> u64 {
    loop {
        let id = world.ids.room_id();
        if !world.rooms.contains_key(&id) {
            return id;
        }
    }
}

/// When a new meeting starts: a missing or past time silently becomes the present.
fn first_start(
    world: &World,
    details: &mut Details,
    body: &Map<String, Value>,
    now: Timestamp,
    note: &mut Note,
) -> Result<Option<Timestamp>, Refusal> {
    let given = given_start(body, &details.timezone)?;
    if details.is_instant() {
        return Ok(Some(whole_second(now)));
    }
    if NO_FIXED_TIME.contains(&details.type_number) {
        return Ok(None);
    }
    match given {
        Some(start) if start >= whole_second(now) => Ok(Some(start)),
        Some(_) | None => {
            let what = if given.is_some() {
                "is in the past"
            } else {
                "is missing"
            };
            note.warn(format!("start_time {what}: the meeting starts now"));
            if world.config.quirks.past_start_makes_instant && details.type_number == 2 {
                details.type_number = INSTANT;
            }
            Ok(Some(whole_second(now)))
        }
    }
}

/// Changes what the body names. Settings are merged, everything else replaced.
pub(crate) fn update(
    world: &mut World,
    id: u64,
    body: &Map<String, Value>,
    note: &mut Note,
) -> Result<(), Refusal> {
    let now = world.now();
    let room = world.rooms[&id].clone();
    let host = world.known_user(&room.host)?.clone();
    let mut details = room.details.clone();
    if let Some(topic) = text(body, "topic") {
        details.topic = topic;
    }
    if let Some(agenda) = text(body, "agenda") {
        details.agenda = agenda;
    }
    if let Some(minutes) = integer(body, "duration") {
        details.minutes = minutes;
    }
    if let Some(timezone) = text(body, "timezone") {
        details.timezone = timezone;
    }
    if let Some(type_number) = integer(body, "type") {
        details.type_number = type_number;
    }
    match given_start(body, &details.timezone)? {
        Some(start) if start >= whole_second(now) => details.start = Some(start),
        Some(_) => note.warn("start_time is in the past: ignored"),
        None => {}
    }
    if let Some(passcode) = text(body, "password") {
        passcode::check(world, &host, &passcode)?;
        details.passcode = (!passcode.is_empty()).then_some(passcode);
    }
    details.carried.extend(carried(body));
    settings::merge(&mut details.settings, body);
    settings::settle(world, &host, &mut details);
    settings::check_alternative_hosts(world, &host, &details)?;
    change(world, id, details);
    note.effect.updated.push(id);
    Ok(())
}

/// Puts changed details in place, for a request or by hand.
pub(crate) fn change(world: &mut World, id: u64, details: Details) {
    let now = world.now();
    let Some(room) = world.rooms.get_mut(&id) else {
        return;
    };
    let before = std::mem::replace(&mut room.details, details.clone());
    room.history.push(Revision::new(now, Some(details)));
    webhooks::room_updated(world, id, &before);
}

pub(crate) fn delete(world: &mut World, id: u64) {
    let now = world.now();
    let Some(room) = world.rooms.get_mut(&id).filter(|room| room.exists()) else {
        return;
    };
    room.deleted_at = Some(now);
    room.status = Status::Waiting;
    room.history.push(Revision::new(now, None));
    webhooks::room_event(world, id, "deleted");
}

/// The host takes a deleted meeting out of the bin: same id, same link. Says whether it could be.
pub(crate) fn recover(world: &mut World, id: u64) -> bool {
    let now = world.now();
    let Some(room) = world.rooms.get_mut(&id) else {
        return false;
    };
    if room
        .deleted_at
        .is_none_or(|deleted| deleted + RECOVERABLE < now)
    {
        return false;
    }
    room.deleted_at = None;
    let details = room.details.clone();
    room.history.push(Revision::new(now, Some(details)));
    webhooks::room_event(world, id, "recovered");
    true
}

/// The host turns a meeting into a webinar, or back. The id stays.
pub(crate) fn convert(world: &mut World, id: u64) {
    let now = world.now();
    let Some(room) = world.rooms.get_mut(&id).filter(|room| room.exists()) else {
        return;
    };
    let from = room.kind;
    room.kind = match from {
        Kind::Meeting => Kind::Webinar,
        Kind::Webinar => Kind::Meeting,
    };
    room.details.type_number = room.kind.default_type();
    let details = room.details.clone();
    room.history.push(Revision::new(now, Some(details)));
    let event = match from {
        Kind::Meeting => "meeting.converted_to_webinar",
        Kind::Webinar => "webinar.converted_to_meeting",
    };
    webhooks::room_event_named(world, id, event, None);
}

// ---- finding ----

/// The room a path names, if this family of URLs may show it.
pub(crate) fn find(world: &World, kind: Kind, subject: &str) -> Result<u64, Refusal> {
    let invalid = || Refusal::new(400, 300, format!("Invalid {} ID.", kind.word()));
    let id: u64 = subject.parse().map_err(|_| invalid())?;
    let gone = || Refusal::new(404, 3001, format!("{} does not exist: {id}.", kind.title()));
    let room = world
        .rooms
        .get(&id)
        .filter(|room| room.is_alive(world.now()))
        .ok_or_else(gone)?;
    if room.kind != kind {
        let other = room.kind.word();
        return Err(Refusal::new(
            400,
            3000,
            format!("Cannot access {other} information."),
        ));
    }
    Ok(id)
}

// ---- showing ----
