//! What a create or update says, field by field, once it has passed the strict reader.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use crate::call::{Call, FieldError, Refusal};
use crate::shape;

/// Fields that are stored and given back, no more.
const CARRIED: [&str; 4] = [
    "recurrence",
    "tracking_fields",
    "template_id",
    "pre_schedule",
];

/// The body of a request, once it has passed the strict reader.
pub(crate) fn read(call: &Call, operation: &str) -> Result<Map<String, Value>, Refusal> {
    let body = call
        .json_object()
        .ok_or_else(|| Refusal::new(400, 300, "Request Body should be a valid JSON object."))?;
    let mut errors = shape::errors(operation, &body);
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
pub(crate) fn text(body: &Map<String, Value>, name: &str) -> Option<String> {
    body.get(name)?.as_str().map(str::to_owned)
}

pub(crate) fn integer(body: &Map<String, Value>, name: &str) -> Option<i64> {
    body.get(name)?.as_i64()
}

pub(crate) fn carried(body: &Map<String, Value>) -> Map<String, Value> {
    CARRIED
        .iter()
        .filter_map(|&name| Some((name.to_owned(), body.get(name)?.clone())))
        .collect()
}

/// `2026-05-04T09:30:00Z`, or `2026-05-04T09:30:00` in the meeting's time zone. Nothing else.
pub(crate) fn given_start(
    body: &Map<String, Value>,
    timezone: &str,
) -> Result<Option<Timestamp>, Refusal> {
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
