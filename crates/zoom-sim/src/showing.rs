//! Meetings and webinars as others see them: the API's JSON, the links, the view for tests.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::body::whole_second;
use crate::passcode;
use crate::rooms::{Details, Kind, Room, Status};
use crate::world::World;

const START_LINK_LIFE: SignedDuration = SignedDuration::from_hours(2);

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
