//! What meetings and webinars have in common: how one is made from a request, changed, shown,
//! ended and deleted.
//!
//! The differences between the two are in `meetings` and `webinars`; recurrences are stored and
//! given back, but no occurrences are worked out.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::call::{Call, FieldError, Refusal};
use crate::config::Plan;
use crate::lag::Revision;
use crate::ledger::Note;
use crate::passcode;
use crate::webhooks;
use crate::world::{Standing, User, World};

const START_LINK_LIFE: SignedDuration = SignedDuration::from_hours(2);
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
    fn default_passcode_field(self) -> &'static str {
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

const CARRIED: [&str; 4] = [
    "recurrence",
    "tracking_fields",
    "template_id",
    "pre_schedule",
];

const INSTANT: i64 = 1;
const NO_FIXED_TIME: [i64; 2] = [3, 6];

/// A meeting or webinar as tests and the console see it.
#[derive(Clone, Debug, Serialize)]
pub struct MeetingView {
    pub id: u64,
    pub uuid: String,
    pub kind: Kind,
    /// Zoom's `type`: 1 instant, 2 scheduled, 5 webinar, …
    pub type_number: i64,
    pub host_id: String,
    pub host: String,
    pub topic: String,
    pub agenda: String,
    pub start_time: Option<Timestamp>,
    pub duration: i64,
    pub timezone: String,
    pub passcode: Option<String>,
    pub join_url: String,
    pub status: Status,
    pub created_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
    pub settings: Value,
}

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

/// The body of a request, once it has passed the strict reader.
pub(crate) fn read_body(call: &Call, operation: &str) -> Result<Map<String, Value>, Refusal> {
    let body = call
        .json_object()
        .ok_or_else(|| Refusal::new(400, 300, "Request Body should be a valid JSON object."))?;
    let mut errors = crate::shape::errors(operation, &body);
    // Zoom calls a topic optional. A meeting without one is a mistake of the client's all the same.
    let blank = body
        .get("topic")
        .is_some_and(|topic| topic.as_str().unwrap_or_default().trim().is_empty());
    let missing = operation.ends_with(".create") && !body.contains_key("topic");
    if blank || missing {
        errors.push(FieldError::new("topic", "Missing field."));
    }
    if let Some(zone) = body.get("timezone").and_then(Value::as_str)
        && TimeZone::get(zone).is_err()
    {
        errors.push(FieldError::new("timezone", "Invalid field."));
    }
    if errors.is_empty() {
        Ok(body)
    } else {
        Err(Refusal::invalid(errors))
    }
}

/// Makes a meeting or webinar of `host`'s.
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
        settings: starting_settings(kind, host),
        carried: carried(body),
        timezone,
    };
    details.start = first_start(world, &mut details, body, now, note)?;
    merge_settings(&mut details.settings, body);
    details.passcode = first_passcode(world, kind, host, body)?;
    settle_settings(world, host, &mut details);
    check_alternative_hosts(world, host, &details)?;
    let id = fresh_id(world);
    let room = Room {
        id,
        uuid: world.chance.room_uuid(),
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
        let id = world.chance.room_id();
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
    merge_settings(&mut details.settings, body);
    settle_settings(world, &host, &mut details);
    check_alternative_hosts(world, &host, &details)?;
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

/// The room as create and get answer it, with a fresh start link.
pub(crate) fn show(world: &mut World, id: u64) -> Value {
    let start_url = start_link(world, id);
    let room = &world.rooms[&id];
    let details = &room.details;
    let host = world.user(&room.host);
    let mut shown = json!({
        "uuid": room.uuid,
        "id": room.id,
        "host_id": room.host,
        "host_email": host.map(|host| host.email.clone()),
        "topic": details.topic,
        "type": details.type_number,
        "status": room.status,
        "duration": details.minutes,
        "timezone": details.timezone,
        "agenda": details.agenda,
        "created_at": whole_second(room.created_at).to_string(),
        "start_url": start_url,
        "join_url": join_link(world, room),
        "settings": details.settings,
        "creation_source": "open_api",
        "pre_schedule": false,
    });
    if let Some(start) = details.start {
        shown["start_time"] = json!(start.to_string());
    }
    for (name, value) in &details.carried {
        shown[name] = value.clone();
    }
    if let Some(passcode) = &details.passcode {
        let (plain, phone) = match room.kind {
            Kind::Meeting => ("encrypted_password", "h323_password"),
            Kind::Webinar => ("encrypted_passcode", "h323_passcode"),
        };
        shown["password"] = json!(passcode);
        shown[plain] = json!(sealed_passcode(room.id, passcode));
        shown[phone] = json!(passcode::for_phones(passcode));
        if room.kind == Kind::Meeting {
            shown["pstn_password"] = json!(passcode::for_phones(passcode));
        }
    }
    if needs_registration(details) {
        let family = room.kind.word();
        let web = &world.config.web_base;
        shown["registration_url"] = json!(format!("{web}/{family}/register/{}", room.uuid));
    }
    if room.kind == Kind::Meeting {
        shown["chat_join_url"] = json!(format!("{}/launch/jc/{}", world.config.web_base, room.id));
    }
    shown
}

fn needs_registration(details: &Details) -> bool {
    details
        .settings
        .get("approval_type")
        .and_then(Value::as_i64)
        .is_some_and(|kind| kind != 2)
}

fn start_link(world: &mut World, id: u64) -> String {
    let key = world.chance.token();
    let link = format!("{}/s/{id}?zak={key}", world.config.web_base);
    let until = world.now() + START_LINK_LIFE;
    world.start_links.insert(link.clone(), (id, until));
    link
}

pub(crate) fn join_link(world: &World, room: &Room) -> String {
    let web = &world.config.web_base;
    let embeds = world
        .user(&room.host)
        .is_some_and(|host| host.settings.embed_passcode);
    match &room.details.passcode {
        Some(passcode) if embeds => {
            format!(
                "{web}/j/{}?pwd={}",
                room.id,
                sealed_passcode(room.id, passcode)
            )
        }
        Some(_) | None => format!("{web}/j/{}", room.id),
    }
}

/// What stands for the passcode in links: changes with it.
fn sealed_passcode(id: u64, passcode: &str) -> String {
    let digest = Sha256::digest(format!("{id}:{passcode}"));
    format!("{}.1", URL_SAFE_NO_PAD.encode(&digest[..21]))
}

pub(crate) fn view(world: &World, room: &Room) -> MeetingView {
    let details = &room.details;
    MeetingView {
        id: room.id,
        uuid: room.uuid.clone(),
        kind: room.kind,
        type_number: details.type_number,
        host_id: room.host.clone(),
        host: world
            .user(&room.host)
            .map(|host| host.email.clone())
            .unwrap_or_default(),
        topic: details.topic.clone(),
        agenda: details.agenda.clone(),
        start_time: details.start,
        duration: details.minutes,
        timezone: details.timezone.clone(),
        passcode: details.passcode.clone(),
        join_url: join_link(world, room),
        status: room.status,
        created_at: room.created_at,
        deleted_at: room.deleted_at,
        settings: Value::Object(details.settings.clone()),
    }
}

// ---- fields ----

pub(crate) fn text(body: &Map<String, Value>, name: &str) -> Option<String> {
    body.get(name)?.as_str().map(str::to_owned)
}

fn integer(body: &Map<String, Value>, name: &str) -> Option<i64> {
    body.get(name)?.as_i64()
}

fn carried(body: &Map<String, Value>) -> Map<String, Value> {
    CARRIED
        .iter()
        .filter_map(|&name| Some((name.to_owned(), body.get(name)?.clone())))
        .collect()
}

/// `2026-05-04T09:30:00Z`, or `2026-05-04T09:30:00` in the meeting's time zone. Nothing else.
fn given_start(body: &Map<String, Value>, timezone: &str) -> Result<Option<Timestamp>, Refusal> {
    let Some(given) = text(body, "start_time") else {
        return Ok(None);
    };
    start_instant(&given, timezone)
        .map(Some)
        .ok_or_else(|| Refusal::invalid(vec![FieldError::new("start_time", "Invalid field.")]))
}

fn start_instant(given: &str, timezone: &str) -> Option<Timestamp> {
    let local = given.strip_suffix('Z').unwrap_or(given);
    let documented = local.len() == "yyyy-MM-ddTHH:mm:ss".len()
        && local.char_indices().all(|(at, c)| match at {
            4 | 7 => c == '-',
            10 => c == 'T',
            13 | 16 => c == ':',
            _ => c.is_ascii_digit(),
        });
    if !documented {
        return None;
    }
    let local: DateTime = local.parse().ok()?;
    let zone = if given.ends_with('Z') {
        TimeZone::UTC
    } else {
        TimeZone::get(timezone).ok()?
    };
    Some(local.to_zoned(zone).ok()?.timestamp())
}

pub(crate) fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

fn first_passcode(
    world: &mut World,
    kind: Kind,
    host: &User,
    body: &Map<String, Value>,
) -> Result<Option<String>, Refusal> {
    if let Some(given) = text(body, "password").filter(|given| !given.is_empty()) {
        passcode::check(world, host, &given)?;
        return Ok(Some(given));
    }
    let asked = body
        .get(kind.default_passcode_field())
        .and_then(Value::as_bool);
    let settings = &host.settings;
    let wanted = settings.passcode_locked || asked.unwrap_or(settings.passcode_required);
    Ok(wanted.then(|| passcode::generate(world, host)))
}

fn starting_settings(kind: Kind, host: &User) -> Map<String, Value> {
    let common = json!({
        "host_video": false,
        "audio": "both",
        "auto_recording": "none",
        "approval_type": 2,
        "registration_type": 1,
        "alternative_hosts": "",
        "alternative_host_update_polls": false,
        "close_registration": false,
        "show_share_button": false,
        "allow_multiple_devices": false,
        "registrants_confirmation_email": true,
        "registrants_email_notification": true,
        "meeting_authentication": false,
        "email_in_attendee_report": false,
        "request_permission_to_unmute_participants": false,
    });
    let own = match kind {
        Kind::Meeting => json!({
            "participant_video": false,
            "join_before_host": host.settings.join_before_host,
            "jbh_time": 0,
            "waiting_room": host.settings.waiting_room,
            "mute_upon_entry": false,
            "watermark": false,
            "use_pmi": false,
            "cn_meeting": false,
            "in_meeting": false,
            "private_meeting": false,
            "internal_meeting": false,
            "email_notification": true,
            "alternative_hosts_email_notification": true,
            "encryption_type": "enhanced_encryption",
            "focus_mode": false,
            "device_testing": false,
            "push_change_to_calendar": false,
            "participant_focused_meeting": false,
        }),
        Kind::Webinar => json!({
            "panelists_video": false,
            "practice_session": false,
            "hd_video": false,
            "hd_video_for_attendees": false,
            "send_1080p_video_to_attendees": false,
            "on_demand": false,
            "panelist_authentication": false,
            "panelists_invitation_email_notification": true,
            "post_webinar_survey": false,
            "registrants_restrict_number": 0,
            "enable_session_branding": false,
        }),
    };
    [common, own]
        .into_iter()
        .flat_map(|part| match part {
            Value::Object(fields) => fields,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Map::new(),
        })
        .collect()
}

fn merge_settings(settings: &mut Map<String, Value>, body: &Map<String, Value>) {
    if let Some(given) = body.get("settings").and_then(Value::as_object) {
        for (name, value) in given {
            settings.insert(name.clone(), value.clone());
        }
    }
}

/// What Zoom makes of the settings in silence: locks first, then what rules out what.
fn settle_settings(world: &World, host: &User, details: &mut Details) {
    let settings = &mut details.settings;
    for (name, value) in &host.settings.locked {
        settings.insert(name.clone(), value.clone());
    }
    if !settings.contains_key("waiting_room") {
        return;
    }
    let open = details.passcode.is_none() && settings["waiting_room"] != json!(true);
    if open && world.account_of(host).plan < Plan::Business {
        settings.insert("waiting_room".to_owned(), json!(true));
    }
    let sealed = settings.get("encryption_type") == Some(&json!("e2ee"));
    if settings["waiting_room"] == json!(true) || sealed {
        settings.insert("join_before_host".to_owned(), json!(false));
    }
    if sealed {
        settings.insert("auto_recording".to_owned(), json!("none"));
    }
}

/// One alternative host who is not an active user of the account fails the whole request.
fn check_alternative_hosts(world: &World, host: &User, details: &Details) -> Result<(), Refusal> {
    let named = details
        .settings
        .get("alternative_hosts")
        .and_then(Value::as_str);
    let unknown = named
        .unwrap_or_default()
        .split([';', ','])
        .map(str::trim)
        .filter(|email| !email.is_empty())
        .find(|email| {
            !world.user(email).is_some_and(|user| {
                user.account == host.account && user.standing == Standing::Active
            })
        });
    match unknown {
        Some(email) => Err(Refusal::new(
            400,
            300,
            format!("The following alternative hosts are not valid: {email}."),
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(given: &str, zone: &str) -> Option<String> {
        start_instant(given, zone).map(|at| at.to_string())
    }

    #[test]
    fn the_two_documented_forms_of_a_start_are_read() {
        let utc = Some("2026-05-04T07:30:00Z".to_owned());
        assert_eq!(instant("2026-05-04T07:30:00Z", "Europe/Berlin"), utc);
        assert_eq!(instant("2026-05-04T09:30:00", "Europe/Berlin"), utc);
    }

    #[test]
    fn other_forms_of_a_start_are_refused() {
        for given in [
            "2026-05-04T07:30:00+02:00",
            "2026-05-04T07:30:00.000Z",
            "2026-05-04",
            "2026-5-4T7:30:0",
        ] {
            assert_eq!(instant(given, "UTC"), None, "{given}");
        }
    }
}
