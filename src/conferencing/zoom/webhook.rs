//! What Zoom sends by itself: whether it is signed with our secret and not too old, and what it
//! says. Pure. Sources: Zoom's webhook pages and its definitions of the events.
//!
//! A delivery says only where to look; apart from the removal of the app nothing is believed.

use jiff::Timestamp;
use serde_json::Value;

use crate::seal::{Secret, hex, mac, same, token_hash, unhex};

/// Zoom repeats for up to 85 minutes, and does not say whether it signs each try anew.
const OLDEST_SECONDS: i64 = 2 * 60 * 60;
const AHEAD_SECONDS: i64 = 5 * 60;
/// Ids of Zoom's are far shorter.
const LONGEST_ID: usize = 128;
const LONGEST_TOKEN: usize = 1_000;

/// The events to subscribe to. The removal of the app comes by itself.
pub const MEETING_EVENTS: &[&str] = &[
    "meeting.updated",
    "meeting.deleted",
    "meeting.permanently_deleted",
    "meeting.recovered",
    "meeting.converted_to_webinar",
];
/// These need the permissions for webinars.
pub const WEBINAR_EVENTS: &[&str] = &[
    "webinar.updated",
    "webinar.deleted",
    "webinar.permanently_deleted",
    "webinar.recovered",
    "webinar.converted_to_meeting",
];
/// Zoom offers these to apps that an admin of a paid account manages.
pub const USER_EVENTS: &[&str] = &["user.deactivated", "user.deleted", "user.disassociated"];

/// A delivery as it came: the raw body, since a byte that is written otherwise is signed otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    pub timestamp: &'a str,
    pub signature: &'a str,
    pub body: &'a [u8],
}

/// Not of Zoom, or not of now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsigned {
    Forged,
    Stale,
}

impl Delivery<'_> {
    pub fn verify(&self, secret: &Secret, now: Timestamp) -> Result<(), Unsigned> {
        let digits = self.timestamp.bytes().all(|b| b.is_ascii_digit());
        let sent: i64 = self.timestamp.parse().map_err(|_| Unsigned::Forged)?;
        let given = self
            .signature
            .strip_prefix("v0=")
            .and_then(unhex)
            .ok_or(Unsigned::Forged)?;
        let said = [b"v0:", self.timestamp.as_bytes(), b":", self.body].concat();
        if !digits || !same(&mac(secret.expose().as_bytes(), &said), &given) {
            return Err(Unsigned::Forged);
        }
        let age = now.as_second().saturating_sub(sent);
        if (-AHEAD_SECONDS..=OLDEST_SECONDS).contains(&age) {
            Ok(())
        } else {
            Err(Unsigned::Stale)
        }
    }
}

/// The answer to the question whether we know the secret.
pub fn encrypted_token(secret: &Secret, plain: &str) -> String {
    hex(&mac(secret.expose().as_bytes(), plain.as_bytes()))
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The same for every delivery of one event, and for no other event.
    pub digest: Vec<u8>,
    pub event: Event,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Zoom makes sure of the address.
    Validation { plain_token: String },
    /// A user removed the app.
    Deauthorized {
        user: String,
        client: Option<String>,
        at: Option<Timestamp>,
    },
    /// Something happened to a room.
    Room {
        id: String,
        host: Option<String>,
        what: RoomNews,
    },
    /// Something happened to a user that may end what was granted.
    User { user: String, what: UserNews },
    /// Nothing that concerns us.
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomNews {
    Changed,
    Deleted,
    Recovered,
    Converted,
}

impl RoomNews {
    pub fn words(self) -> &'static str {
        match self {
            RoomNews::Changed => "the meeting was changed",
            RoomNews::Deleted => "the meeting was deleted",
            RoomNews::Recovered => "the deleted meeting was recovered",
            RoomNews::Converted => "the meeting was made a webinar, or the webinar a meeting",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserNews {
    Deactivated,
    Deleted,
    Removed,
}

impl UserNews {
    pub fn words(self) -> &'static str {
        match self {
            UserNews::Deactivated => "this user was deactivated",
            UserNews::Deleted => "this user was deleted",
            UserNews::Removed => "this user was removed from their Zoom account",
        }
    }
}

/// Reads a body. `None`: it is no event of Zoom's at all.
pub fn read(body: &[u8]) -> Option<Notice> {
    let whole: Value = serde_json::from_slice(body).ok()?;
    let name = whole.get("event")?.as_str()?;
    let payload = whole.get("payload")?.as_object()?;
    let field = |field: &str| payload.get(field).unwrap_or(&Value::Null);
    let object = field("object");
    let event = event(name, field, object);
    let at = [whole.get("event_ts"), payload.get("event_ts")]
        .into_iter()
        .flatten()
        .find(|at| !at.is_null());
    let about = [
        &object["id"],
        field("user_id"),
        field("deauthorization_time"),
    ];
    let said = match at {
        Some(at) => serde_json::json!([name, at, field("account_id"), about]).to_string(),
        // Without a time of its own an event is told from others by all that it says.
        None => whole.to_string(),
    };
    Some(Notice {
        digest: token_hash(&said),
        event,
    })
}

fn event<'a>(name: &str, field: impl Fn(&str) -> &'a Value, object: &Value) -> Event {
    let room = |what| {
        id(&object["id"]).map_or(Event::Other, |room| Event::Room {
            id: room,
            host: id(&object["host_id"]),
            what,
        })
    };
    let user = |what| id(&object["id"]).map_or(Event::Other, |user| Event::User { user, what });
    match name {
        "endpoint.url_validation" => match field("plainToken").as_str() {
            Some(plain) if plain.len() <= LONGEST_TOKEN => Event::Validation {
                plain_token: plain.to_owned(),
            },
            Some(_) | None => Event::Other,
        },
        "app_deauthorized" => {
            id(field("user_id")).map_or(Event::Other, |user| Event::Deauthorized {
                user,
                // What is given and can't be an id is not ours.
                client: Some(field("client_id"))
                    .filter(|client| !client.is_null())
                    .map(|client| id(client).unwrap_or_default()),
                at: field("deauthorization_time")
                    .as_str()
                    .and_then(|at| at.parse().ok()),
            })
        }
        "meeting.updated" | "webinar.updated" => room(RoomNews::Changed),
        "meeting.deleted"
        | "webinar.deleted"
        | "meeting.permanently_deleted"
        | "webinar.permanently_deleted" => room(RoomNews::Deleted),
        "meeting.recovered" | "webinar.recovered" => room(RoomNews::Recovered),
        "meeting.converted_to_webinar" | "webinar.converted_to_meeting" => {
            room(RoomNews::Converted)
        }
        "user.deactivated" => user(UserNews::Deactivated),
        "user.deleted" => user(UserNews::Deleted),
        "user.disassociated" => user(UserNews::Removed),
        _ => Event::Other,
    }
}

/// Ids come as numbers in some events and as strings in others. What can't be one is none.
fn id(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_u64() => number.to_string(),
        Value::Number(_) | Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
            return None;
        }
    };
    let fits =
        !text.is_empty() && text.len() <= LONGEST_ID && text.bytes().all(|b| b.is_ascii_graphic());
    fits.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::seconds;

    const BODY: &str = "{\"event\":\"meeting.deleted\",\"event_ts\":1626230691572,\
                        \"payload\":{\"account_id\":\"AAAAAABBBB\"}}";
    const SIGNED: &str = "v0=73154b3e218c7d128f3153a8ec988d6701da6a345aed004e6f072e2f34bcb881";
    const SENT: &str = "1739923528";

    fn secret() -> Secret {
        Secret::new("test-secret")
    }

    fn sent() -> Timestamp {
        Timestamp::from_second(SENT.parse().unwrap()).unwrap()
    }

    fn delivery<'a>(timestamp: &'a str, signature: &'a str, body: &'a str) -> Delivery<'a> {
        Delivery {
            timestamp,
            signature,
            body: body.as_bytes(),
        }
    }

    #[test]
    fn each_event_to_subscribe_to_is_understood() {
        for name in [MEETING_EVENTS, WEBINAR_EVENTS, USER_EVENTS].concat() {
            let body = format!(
                r#"{{"event":"{name}","payload":{{"object":{{"id":"91234567890","host_id":"h"}}}}}}"#
            );
            let event = read(body.as_bytes()).unwrap().event;
            assert!(!matches!(event, Event::Other), "{name}");
        }
    }

    #[test]
    fn the_known_vectors_hold() {
        let known = delivery(SENT, SIGNED, BODY);
        assert_eq!(known.verify(&secret(), sent()), Ok(()));
        assert_eq!(
            encrypted_token(&secret(), "qgg8vlvZRS6UYooatFL8Aw"),
            "82079ed66225fed153e0854735aa9702e1d67137a69c96a00957941f942b8de7"
        );
    }

    #[test]
    fn any_changed_byte_is_a_forgery() {
        for at in 0..BODY.len() {
            let mut body = BODY.as_bytes().to_vec();
            body[at] ^= 1;
            let forged = Delivery {
                timestamp: SENT,
                signature: SIGNED,
                body: &body,
            };
            assert_eq!(forged.verify(&secret(), sent()), Err(Unsigned::Forged));
        }
        for signature in ["", "v0=", &SIGNED[3..], "v1=00", &SIGNED[..66], "v0=zz"] {
            let forged = delivery(SENT, signature, BODY);
            assert_eq!(
                forged.verify(&secret(), sent()),
                Err(Unsigned::Forged),
                "{signature}"
            );
        }
        for timestamp in [
            "",
            "+1739923528",
            "1739923529",
            "1e9",
            "99999999999999999999",
        ] {
            let forged = delivery(timestamp, SIGNED, BODY);
            assert_eq!(
                forged.verify(&secret(), sent()),
                Err(Unsigned::Forged),
                "{timestamp}"
            );
        }
        let other = Secret::new("another secret");
        let known = delivery(SENT, SIGNED, BODY);
        assert_eq!(known.verify(&other, sent()), Err(Unsigned::Forged));
    }

    #[test]
    fn two_hours_old_is_taken_and_five_minutes_ahead() {
        let known = delivery(SENT, SIGNED, BODY);
        for (later, taken) in [(7_200, true), (7_201, false), (-300, true), (-301, false)] {
            let verdict = known.verify(&secret(), sent() + seconds(later));
            assert_eq!(verdict.is_ok(), taken, "{later}");
        }
    }

    fn event_of(text: &str) -> Option<Event> {
        read(text.as_bytes()).map(|notice| notice.event)
    }

    #[test]
    fn ids_come_as_numbers_and_as_strings() {
        for id in ["91234567890", "\"91234567890\""] {
            let text = format!(
                r#"{{"event":"meeting.updated","event_ts":1,"payload":{{"object":{{"id":{id},"host_id":"h"}}}}}}"#
            );
            assert_eq!(
                event_of(&text),
                Some(Event::Room {
                    id: "91234567890".to_owned(),
                    host: Some("h".to_owned()),
                    what: RoomNews::Changed,
                })
            );
        }
    }

    #[test]
    fn what_can_not_be_an_id_is_none() {
        for id in [
            "null",
            "true",
            "-1",
            "1.5",
            "1e400",
            "[]",
            "{}",
            "\"\"",
            "\"a b\"",
            "\"\\u0000\"",
            "\"é\"",
        ] {
            let text = format!(
                r#"{{"event":"meeting.deleted","event_ts":1,"payload":{{"object":{{"id":{id}}}}}}}"#
            );
            let event = event_of(&text);
            assert!(
                matches!(event, Some(Event::Other) | None),
                "{id}: {event:?}"
            );
        }
        let long = "9".repeat(LONGEST_ID + 1);
        let text = format!(
            r#"{{"event":"user.deleted","event_ts":1,"payload":{{"object":{{"id":"{long}"}}}}}}"#
        );
        assert_eq!(event_of(&text), Some(Event::Other));
    }

    #[test]
    fn a_removal_is_read_in_the_shapes_zoom_shows() {
        let text = r#"{"event":"app_deauthorized","payload":{"account_id":"AAAAAABBBB",
            "user_id":"abcD3ojfdbjfg","signature":"827edc","client_id":"ABCDEFGHIJKLMNOPQRST!V",
            "deauthorization_time":"2020-06-17T13:52:28.632Z","event_ts":"2024-09-08 15:58:40"}}"#;
        assert_eq!(
            event_of(text),
            Some(Event::Deauthorized {
                user: "abcD3ojfdbjfg".to_owned(),
                client: Some("ABCDEFGHIJKLMNOPQRST!V".to_owned()),
                at: Some("2020-06-17T13:52:28.632Z".parse().unwrap()),
            })
        );
        let without = text.replace("2020-06-17T13:52:28.632Z", "yesterday");
        assert!(matches!(
            event_of(&without),
            Some(Event::Deauthorized { at: None, .. })
        ));
    }

    #[test]
    fn the_same_event_has_the_same_digest_and_another_has_another() {
        let of = |ts: &str, id: &str| {
            let text = format!(
                r#"{{"event":"meeting.deleted","event_ts":{ts},"payload":{{"account_id":"a","object":{{"id":{id}}}}}}}"#
            );
            read(text.as_bytes()).unwrap().digest
        };
        assert_eq!(of("1", "2"), of("1", "2"));
        assert_ne!(of("1", "2"), of("2", "2"));
        assert_ne!(of("1", "2"), of("1", "3"));
        // Nothing can be moved from one field into the next.
        assert_ne!(of("1", "\"2\""), of("\"1\"", "2"));
    }

    #[test]
    fn what_is_no_event_is_nothing_and_never_panics() {
        for end in 0..BODY.len() {
            assert_eq!(read(&BODY.as_bytes()[..end]), None);
        }
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        for text in ["", "null", "[]", "{}", r#"{"event":1,"payload":{}}"#, &deep] {
            assert_eq!(read(text.as_bytes()), None);
        }
        assert_eq!(read(&[0xff, 0xfe]), None);
    }
}
