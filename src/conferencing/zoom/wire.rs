//! The bodies sent to Zoom and read from it. Everything read is optional unless we can't go on
//! without it; unknown fields are ignored.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::conferencing::plan::{RoomKind, Shown, Spec};
use crate::conferencing::provider::{Listed, Snapshot};
use crate::seal::Secret;
use crate::text;

/// Zoom's longest topic.
const TOPIC: usize = 200;

/// `yyyy-MM-ddTHH:mm:ssZ`, the only form of an instant Zoom documents; others gave wrong times.
pub fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The topic as Zoom would keep it, so that what is read back compares equal.
pub fn topic(text: &str) -> String {
    text.chars()
        .take(TOPIC)
        .collect::<String>()
        .trim()
        .to_owned()
}

pub fn create(spec: &Spec, agenda: &str, passcode: Option<&Secret>) -> Value {
    let mut body = match spec.kind {
        RoomKind::Meeting => json!({
            "type": 2,
            "default_password": passcode.is_none(),
            "settings": { "waiting_room": true, "join_before_host": false },
        }),
        // Webinars know no waiting room and no joining before the host.
        RoomKind::Webinar => json!({
            "type": 5,
            "default_passcode": passcode.is_none(),
            "settings": { "approval_type": 2 },
        }),
    };
    body["topic"] = json!(topic(&spec.topic));
    body["agenda"] = json!(agenda);
    body["start_time"] = json!(instant(spec.starts_at));
    body["duration"] = json!(spec.minutes);
    body["timezone"] = json!("UTC");
    if let Some(passcode) = passcode {
        body["password"] = json!(passcode.expose());
    }
    body
}

pub fn change(spec: &Spec) -> Value {
    json!({
        "topic": topic(&spec.topic),
        "start_time": instant(spec.starts_at),
        "duration": spec.minutes,
        "timezone": "UTC",
    })
}

pub fn passcode(passcode: &Secret) -> Value {
    json!({ "password": passcode.expose() })
}

/// A meeting or webinar as 201 and GET show it.
#[derive(Deserialize)]
struct RoomBody {
    id: Number,
    join_url: Option<String>,
    #[serde(default)]
    topic: Value,
    #[serde(default)]
    start_time: Value,
    #[serde(default)]
    duration: Value,
    #[serde(default)]
    start_url: Value,
    #[serde(default)]
    password: Value,
    #[serde(default)]
    settings: Value,
}

/// Text, also where it was written as a number.
fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Ids are numbers in most places and strings in some.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Number(i64),
    Text(String),
}

impl Number {
    fn into_text(self) -> String {
        match self {
            Number::Number(n) => n.to_string(),
            Number::Text(text) => text,
        }
    }
}

/// Reads a room; what is wrong with the body, in words, when it can't be.
pub fn room(body: &str, kind: RoomKind) -> Result<Snapshot, String> {
    let room: RoomBody = serde_json::from_str(body).map_err(|e| unreadable(&e))?;
    let join_url = room.join_url.ok_or("there is no join_url in it")?;
    if !is_join_url(&join_url) {
        return Err("its join_url is no https address".to_owned());
    }
    let mut warnings = Vec::new();
    if kind == RoomKind::Meeting {
        if room.settings["waiting_room"] == false {
            warnings.push("The waiting room is off in Zoom".to_owned());
        }
        if room.settings["join_before_host"] == true {
            warnings.push("Zoom lets people join before the host".to_owned());
        }
    }
    Ok(Snapshot {
        id: room.id.into_text(),
        kind,
        join_url,
        passcode: as_text(&room.password)
            .map(|passcode| text::one_line(&passcode))
            .filter(|passcode| !passcode.is_empty()),
        shows: shown(&room.topic, &room.start_time, &room.duration),
        start_url: as_text(&room.start_url)
            .filter(|u| is_join_url(u))
            .map(Secret::new),
        warnings,
    })
}

/// One without a fixed time has no start; as any other it shows not what was asked for.
fn shown(topic: &Value, start_time: &Value, duration: &Value) -> Shown {
    Shown {
        topic: as_text(topic).unwrap_or_default(),
        starts_at: as_text(start_time)
            .and_then(|text| text.parse().ok())
            .unwrap_or(Timestamp::UNIX_EPOCH),
        // "42", 42 or 42.0.
        minutes: as_text(duration)
            .and_then(|text| text.trim_end_matches(".0").parse().ok())
            .unwrap_or(0),
    }
}

/// What is wrong with a body, without its values: one could be a passcode.
fn unreadable(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    format!("it has another shape at line {line}, column {column}")
}

/// A link people are sent to: https, or http on this computer for trying things out. Nothing in it
/// ends a line: parsers of addresses overlook that, letters and calendars don't.
fn is_join_url(text: &str) -> bool {
    let is_whole = !text.contains(|letter: char| letter.is_control() || letter.is_whitespace());
    is_whole
        && url::Url::parse(text).is_ok_and(|url| {
            url.scheme() == "https"
                || (url.scheme() == "http"
                    && matches!(url.host_str(), Some("127.0.0.1" | "localhost")))
        })
}

#[derive(Deserialize)]
struct ListBody {
    #[serde(default, alias = "webinars")]
    meetings: Vec<ListedBody>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
struct ListedBody {
    id: Number,
    agenda: Option<String>,
    #[serde(default)]
    topic: Value,
    #[serde(default)]
    start_time: Value,
    #[serde(default)]
    duration: Value,
}

/// A page of a list, and the token of the next one.
pub fn list(body: &str, kind: RoomKind) -> Result<(Vec<Listed>, Option<String>), String> {
    let list: ListBody = serde_json::from_str(body).map_err(|e| unreadable(&e))?;
    let rooms = list
        .meetings
        .into_iter()
        .map(|m| Listed {
            id: m.id.into_text(),
            kind,
            agenda: m.agenda.unwrap_or_default(),
            shows: shown(&m.topic, &m.start_time, &m.duration),
        })
        .collect();
    Ok((rooms, list.next_page_token.filter(|t| !t.is_empty())))
}

/// Zoom's error: `{"code": 3001, "message": "…"}`; OAuth's: `{"error": "invalid_grant", "reason": "…"}`.
#[derive(Default, Deserialize)]
pub struct ErrorBody {
    pub code: Option<i64>,
    pub message: Option<String>,
    pub error: Option<String>,
    pub reason: Option<String>,
    #[serde(default)]
    pub errors: Vec<FieldError>,
}

#[derive(Deserialize)]
pub struct FieldError {
    pub field: Option<String>,
    pub message: Option<String>,
}

impl ErrorBody {
    /// What stands in a body; nothing, when it is HTML, XML or empty.
    pub fn read(body: &str) -> ErrorBody {
        serde_json::from_str(body).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREATED: &str = r#"{"id":92674392836,"topic":"Intro","start_time":"2026-06-12T07:00:00Z",
        "duration":42,"join_url":"https://zoom.us/j/92674392836?pwd=x","password":"123456",
        "settings":{"waiting_room":true,"join_before_host":false},"some_new_field":[1]}"#;

    #[test]
    fn a_created_meeting_is_read_with_what_matters() {
        let room = room(CREATED, RoomKind::Meeting).unwrap();
        assert_eq!(room.id, "92674392836");
        assert_eq!(room.passcode.as_deref(), Some("123456"));
        assert!(room.warnings.is_empty());
    }

    #[test]
    fn a_body_that_lacks_what_matters_is_refused_in_words_and_never_panics() {
        for end in 0..CREATED.len() {
            assert!(room(&CREATED[..end], RoomKind::Meeting).is_err());
        }
        for evil in [
            CREATED.replace("https://zoom.us", "javascript:alert"),
            CREATED.replace("pwd=x", "pwd=x\\r\\nJoin here: https://evil.example"),
        ] {
            assert!(room(&evil, RoomKind::Meeting).is_err());
        }
        assert!(room("<html>", RoomKind::Meeting).is_err());
    }

    #[test]
    fn odd_values_cost_neither_the_link_nor_a_secret() {
        for (plain, odd) in [
            ("\"2026-06-12T07:00:00Z\"", "\"\""),
            ("\"2026-06-12T07:00:00Z\"", "null"),
            ("\"duration\":42", "\"duration\":99999999"),
            ("\"duration\":42", "\"duration\":-1"),
            ("\"duration\":42", "\"duration\":42.0"),
            ("\"123456\"", "123456"),
            ("\"waiting_room\":true", "\"waiting_room\":\"on\""),
            ("\"topic\":\"Intro\"", "\"topic\":{}"),
        ] {
            assert!(
                room(&CREATED.replace(plain, odd), RoomKind::Meeting).is_ok(),
                "{odd}"
            );
        }
        let numbers = CREATED
            .replace("\"123456\"", "123456")
            .replace(":42,", ":42.0,");
        let read = room(&numbers, RoomKind::Meeting).unwrap();
        assert_eq!(read.passcode.as_deref(), Some("123456"));
        assert_eq!(read.shows.minutes, 42);
    }

    #[test]
    fn a_safe_default_that_was_not_taken_is_noticed() {
        let locked = CREATED.replace("\"waiting_room\":true", "\"waiting_room\":false");
        assert_eq!(room(&locked, RoomKind::Meeting).unwrap().warnings.len(), 1);
    }

    #[test]
    fn the_three_safe_settings_are_sent() {
        let spec = Spec {
            generation: 1,
            kind: RoomKind::Meeting,
            topic: "x".repeat(300),
            starts_at: "2026-06-12T07:00:00.5Z".parse().unwrap(),
            minutes: 42,
        };
        let body = create(&spec, "agenda", None);
        assert_eq!(body["settings"]["waiting_room"], true);
        assert_eq!(body["settings"]["join_before_host"], false);
        assert_eq!(body["default_password"], true);
        assert_eq!(body["start_time"], "2026-06-12T07:00:00Z");
        assert_eq!(body["topic"].as_str().unwrap().len(), 200);
    }

    #[test]
    fn ids_come_as_numbers_and_as_strings() {
        let (rooms, next) = list(
            r#"{"meetings":[{"id":1},{"id":"2","agenda":"a"}],"next_page_token":""}"#,
            RoomKind::Meeting,
        )
        .unwrap();
        assert_eq!((rooms[0].id.as_str(), rooms[1].id.as_str()), ("1", "2"));
        assert_eq!(next, None);
    }
}
