//! Webhooks as Zoom sends them: what happened, signed, delivered, and tried again.
//!
//! A delivery succeeds with a 2xx within three seconds. Server errors and lost connections are
//! retried 5, 20 and 60 minutes later by the simulator's clock; 3xx and 4xx never.

use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::Sha256;

use crate::config::Plan;
use crate::rooms::{Details, Room};
use crate::server::{Shared, pause};
use crate::showing;
use crate::world::{User, World};

const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// From one attempt to the next.
const RETRIES_AFTER: [SignedDuration; 3] = [
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(20),
    SignedDuration::from_mins(60),
];
/// So many failed validations in a row switch a subscription off.
const VALIDATIONS: u32 = 6;

#[derive(Debug, Default)]
pub(crate) struct Mailbag {
    pub(crate) url: Option<String>,
    failed_validations: u32,
    parcels: Vec<Parcel>,
}

#[derive(Debug)]
struct Parcel {
    id: String,
    event: String,
    body: String,
    url: String,
    next_at: Option<Timestamp>,
    attempts: Vec<Attempt>,
}

/// One try to deliver a webhook; no status: no answer in time.
#[derive(Clone, Debug, Serialize)]
pub struct Attempt {
    pub at: Timestamp,
    pub status: Option<u16>,
}

/// A webhook and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct Delivery {
    pub request_id: String,
    pub event: String,
    pub url: String,
    pub body: Value,
    pub attempts: Vec<Attempt>,
    /// When it is tried next; `None`: delivered or given up.
    pub next_at: Option<Timestamp>,
}

/// A webhook as it goes over the wire, for a test that delivers it itself.
#[derive(Clone, Debug, Serialize)]
pub struct SignedWebhook {
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Mailbag {
    pub(crate) fn to(url: Option<String>) -> Mailbag {
        Mailbag {
            url,
            ..Mailbag::default()
        }
    }

    /// Saving a URL, the same or another, switches the subscription on.
    pub(crate) fn subscribe(&mut self, url: Option<String>) {
        self.url = url;
        self.failed_validations = 0;
    }

    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        self.parcels
            .iter()
            .map(|parcel| Delivery {
                request_id: parcel.id.clone(),
                event: parcel.event.clone(),
                url: parcel.url.clone(),
                body: serde_json::from_str(&parcel.body).unwrap_or_default(),
                attempts: parcel.attempts.clone(),
                next_at: parcel.next_at,
            })
            .collect()
    }

    pub(crate) fn next_at(&self) -> Option<Timestamp> {
        self.parcels
            .iter()
            .filter_map(|parcel| parcel.next_at)
            .min()
    }

    fn is_on(&self) -> bool {
        self.url.is_some() && self.failed_validations < VALIDATIONS
    }
}

// ---- what happened ----

fn post(world: &mut World, event: &str, body: &Value) {
    if !world.mailbag.is_on() {
        return;
    }
    let Some(url) = world.mailbag.url.clone() else {
        return;
    };
    let now = world.now();
    for _ in 0..world.config.quirks.webhook_copies {
        let parcel = Parcel {
            id: world.chance.delivery_id(),
            event: event.to_owned(),
            body: body.to_string(),
            url: url.clone(),
            next_at: Some(now),
            attempts: Vec::new(),
        };
        world.mailbag.parcels.push(parcel);
    }
    world.clock.nudge();
}

pub(crate) fn app_deauthorized(world: &mut World, user: &str) {
    let Some(user) = world.user(user).cloned() else {
        return;
    };
    let now = world.now();
    let payload = json!({
        "account_id": user.account,
        "user_id": user.id,
        "signature": signature(&world.config.webhook_secret, &user.id),
        "deauthorization_time": now.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
        "client_id": world.config.client_id,
        "event_ts": now.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S").to_string(),
    });
    let body = json!({"event": "app_deauthorized", "payload": payload});
    post(world, "app_deauthorized", &body);
}

/// `user.deactivated` and its kin: accounts of Free plans have none.
pub(crate) fn user_event(world: &mut World, user: &User, event: &str) {
    if world.account_of(user).plan < Plan::Pro {
        return;
    }
    let body = json!({
        "event": event,
        "event_ts": world.now().as_millisecond(),
        "payload": {
            "account_id": user.account,
            "operator": "admin@sim.example",
            "operator_id": user.account,
            "object": World::user_object(user),
        },
    });
    post(world, event, &body);
}

pub(crate) fn room_event(world: &mut World, id: u64, what: &str) {
    let Some(room) = world.rooms.get(&id) else {
        return;
    };
    let event = format!("{}.{what}", room.kind.word());
    room_event_named(world, id, &event, Some("single"));
}

pub(crate) fn room_event_named(world: &mut World, id: u64, event: &str, operation: Option<&str>) {
    let Some((room, host)) = subject(world, id) else {
        return;
    };
    if event.ends_with(".deleted") && world.account_of(&host).plan < Plan::Pro {
        return;
    }
    let live = event.ends_with(".started") || event.ends_with(".ended");
    let mut object = described(&room);
    if live {
        // In these two the id is text.
        object["id"] = json!(room.id.to_string());
    }
    if event.ends_with(".created") {
        object["join_url"] = json!(showing::join_link(world, &room));
        object["settings"] = Value::Object(room.details.settings.clone());
        if let Some(passcode) = &room.details.passcode {
            object["password"] = json!(passcode);
        }
    }
    let mut payload = operated(&host, object);
    if let Some(operation) = operation {
        payload["operation"] = json!(operation);
    }
    let body =
        json!({"event": event, "event_ts": world.now().as_millisecond(), "payload": payload});
    post(world, event, &body);
}

/// `meeting.updated` shows what changed, as it is and as it was.
pub(crate) fn room_updated(world: &mut World, id: u64, before: &Details) {
    let Some((room, host)) = subject(world, id) else {
        return;
    };
    if world.account_of(&host).plan < Plan::Pro {
        return;
    }
    let was = changeable(before);
    let is = changeable(&room.details);
    let changed = |name: &&String| was.get(*name) != is.get(*name);
    let names: Vec<&String> = is.keys().chain(was.keys()).filter(changed).collect();
    if names.is_empty() {
        return;
    }
    let mut object = described(&room);
    let mut old_object = json!({"id": room.id});
    for name in names {
        object[name] = is.get(name).cloned().unwrap_or_default();
        old_object[name] = was.get(name).cloned().unwrap_or_default();
    }
    if before.passcode != room.details.passcode {
        object["join_url"] = json!(showing::join_link(world, &room));
    }
    let now = world.now().as_millisecond();
    let mut payload = operated(&host, object);
    payload["old_object"] = old_object;
    payload["time_stamp"] = json!(now);
    let event = format!("{}.updated", room.kind.word());
    let body = json!({"event": event, "event_ts": now, "payload": payload});
    post(world, &event, &body);
}

/// The room and its host, while the host has the app.
fn subject(world: &World, id: u64) -> Option<(Room, User)> {
    let room = world.rooms.get(&id)?;
    let host = world.user(&room.host)?;
    world.desk.grant_of(&host.id)?;
    Some((room.clone(), host.clone()))
}

fn operated(host: &User, object: Value) -> Value {
    let mut payload = json!({
        "account_id": host.account,
        "operator": host.email,
        "operator_id": host.id,
    });
    payload["object"] = object;
    payload
}

fn described(room: &Room) -> Value {
    let details = &room.details;
    let mut object = json!({
        "uuid": room.uuid,
        "id": room.id,
        "host_id": room.host,
        "topic": details.topic,
        "type": details.type_number,
        "duration": details.minutes,
        "timezone": details.timezone,
    });
    if let Some(start) = details.start {
        object["start_time"] = json!(start.to_string());
    }
    object
}

fn changeable(details: &Details) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert("topic".to_owned(), json!(details.topic));
    fields.insert("type".to_owned(), json!(details.type_number));
    fields.insert("duration".to_owned(), json!(details.minutes));
    fields.insert("timezone".to_owned(), json!(details.timezone));
    fields.insert("agenda".to_owned(), json!(details.agenda));
    fields.insert(
        "settings".to_owned(),
        Value::Object(details.settings.clone()),
    );
    if let Some(start) = details.start {
        fields.insert("start_time".to_owned(), json!(start.to_string()));
    }
    if let Some(passcode) = &details.passcode {
        fields.insert("password".to_owned(), json!(passcode));
    }
    fields
}

// ---- signing ----

/// Hex of HMAC-SHA256.
fn signature(secret: &str, text: &str) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac.finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The headers of a webhook sent at `at`.
fn headers(secret: &str, request_id: &str, at: Timestamp, body: &str) -> Vec<(String, String)> {
    let seconds = at.as_second();
    let signed = signature(secret, &format!("v0:{seconds}:{body}"));
    [
        ("user-agent", "Zoom Marketplace/1.0a".to_owned()),
        ("content-type", "application/json; charset=utf-8".to_owned()),
        ("x-zm-request-timestamp", seconds.to_string()),
        ("x-zm-signature", format!("v0={signed}")),
        ("x-zm-request-id", request_id.to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

// ---- delivery ----

/// Takes what is due out of the bag, for a test that delivers it itself.
pub(crate) fn take_due(world: &mut World) -> Vec<SignedWebhook> {
    let now = world.now();
    let secret = world.config.webhook_secret.clone();
    world
        .mailbag
        .parcels
        .iter_mut()
        .filter(|parcel| parcel.next_at.is_some_and(|at| at <= now))
        .map(|parcel| {
            parcel.next_at = None;
            parcel.attempts.push(Attempt {
                at: now,
                status: None,
            });
            SignedWebhook {
                headers: headers(&secret, &parcel.id, now, &parcel.body),
                body: parcel.body.clone(),
            }
        })
        .collect()
}

/// Delivers whatever is due, one after the other, until nothing is.
pub(crate) async fn deliver_due(shared: &Shared) {
    let _turn = shared.courier.lock().await;
    loop {
        let next = next_due(&shared.world());
        let Some(outgoing) = next else { return };
        let status = send(shared.clients.to(&outgoing.url), &outgoing).await;
        record(&mut shared.world(), &outgoing.parcel, status);
    }
}

struct Outgoing {
    parcel: String,
    url: String,
    signed: SignedWebhook,
}

fn next_due(world: &World) -> Option<Outgoing> {
    let now = world.now();
    let parcel = world
        .mailbag
        .parcels
        .iter()
        .filter(|parcel| parcel.next_at.is_some_and(|at| at <= now))
        .min_by_key(|parcel| parcel.next_at)?;
    let secret = &world.config.webhook_secret;
    Some(Outgoing {
        parcel: parcel.id.clone(),
        url: parcel.url.clone(),
        signed: SignedWebhook {
            headers: headers(secret, &parcel.id, now, &parcel.body),
            body: parcel.body.clone(),
        },
    })
}

async fn send(client: &reqwest::Client, outgoing: &Outgoing) -> Option<u16> {
    let request = outgoing
        .signed
        .headers
        .iter()
        .fold(client.post(&outgoing.url), |request, (name, value)| {
            request.header(name, value)
        });
    let answer = request
        .timeout(ANSWER_WITHIN)
        .body(outgoing.signed.body.clone())
        .send()
        .await;
    answer.ok().map(|answer| answer.status().as_u16())
}

fn record(world: &mut World, parcel: &str, status: Option<u16>) {
    let now = world.now();
    let Some(parcel) = world
        .mailbag
        .parcels
        .iter_mut()
        .find(|known| known.id == parcel)
    else {
        return;
    };
    let tries = parcel.attempts.len();
    parcel.attempts.push(Attempt { at: now, status });
    let again = status.is_none_or(|status| status >= 500);
    parcel.next_at = RETRIES_AFTER
        .get(tries)
        .filter(|_| again)
        .map(|after| now + *after);
}

/// Delivers in the background for as long as the simulator runs.
pub(crate) async fn courier(shared: Arc<Shared>) {
    let clock = shared.world().clock.clone();
    loop {
        deliver_due(&shared).await;
        let next = shared.world().mailbag.next_at();
        let wait = next
            .filter(|_| clock.is_running())
            .and_then(|next| Duration::try_from(next.duration_since(clock.now())).ok());
        match wait {
            // Whichever comes first, the time or a change, is a reason to look again.
            Some(wait) => tokio::select! {
                () = clock.moved() => {}
                () = pause(wait) => {}
            },
            None => clock.moved().await,
        }
    }
}

// ---- validation ----

/// Asks the endpoint to prove that it knows the secret (the "CRC").
pub(crate) async fn validate(shared: &Shared) -> Result<(), String> {
    let (url, secret, plain, now) = {
        let mut world = shared.world();
        let url = world.mailbag.url.clone().ok_or("no webhook URL is set")?;
        let plain = world.chance.short_id();
        (url, world.config.webhook_secret.clone(), plain, world.now())
    };
    let body = json!({
        "payload": {"plainToken": plain},
        "event_ts": now.as_millisecond(),
        "event": "endpoint.url_validation",
    })
    .to_string();
    let id = shared.world().chance.delivery_id();
    let signed = SignedWebhook {
        headers: headers(&secret, &id, now, &body),
        body,
    };
    let proof = ask_for_proof(shared.clients.to(&url), &url, &signed).await;
    let expected = signature(&secret, &plain);
    let verdict = proof.and_then(|proof| {
        let right =
            proof["plainToken"] == json!(plain) && proof["encryptedToken"] == json!(expected);
        if right {
            Ok(())
        } else {
            Err("the encryptedToken is wrong".to_owned())
        }
    });
    let mut world = shared.world();
    world.mailbag.failed_validations = if verdict.is_ok() {
        0
    } else {
        world.mailbag.failed_validations + 1
    };
    verdict
}

async fn ask_for_proof(
    client: &reqwest::Client,
    url: &str,
    signed: &SignedWebhook,
) -> Result<Value, String> {
    let request = signed
        .headers
        .iter()
        .fold(client.post(url), |request, (name, value)| {
            request.header(name, value)
        });
    let answer = request
        .timeout(ANSWER_WITHIN)
        .body(signed.body.clone())
        .send()
        .await
        .map_err(|error| error.to_string())?;
    let status = answer.status().as_u16();
    if !matches!(status, 200 | 204) {
        return Err(format!("the endpoint answered {status}"));
    }
    answer.json().await.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_agree_with_the_known_vectors() {
        assert_eq!(
            signature("test-secret", "qgg8vlvZRS6UYooatFL8Aw"),
            "82079ed66225fed153e0854735aa9702e1d67137a69c96a00957941f942b8de7"
        );
        let body = "{\"event\":\"meeting.deleted\",\"event_ts\":1626230691572,\
                    \"payload\":{\"account_id\":\"AAAAAABBBB\"}}";
        let at = Timestamp::from_second(1_739_923_528).unwrap();
        let sent = headers("test-secret", "id", at, body);
        assert!(sent.contains(&(
            "x-zm-signature".to_owned(),
            "v0=73154b3e218c7d128f3153a8ec988d6701da6a345aed004e6f072e2f34bcb881".to_owned()
        )));
    }
}
