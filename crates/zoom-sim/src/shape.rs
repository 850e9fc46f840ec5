//! The strict reader of request bodies: every field known, of its type, within its bounds.
//!
//! `fixtures/requests.json` holds the fields of each operation as Zoom's definitions of March 2026
//! list them. Zoom itself is often more lenient; a client that pleases this reader pleases Zoom.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::call::FieldError;

static REQUESTS: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../fixtures/requests.json"))
        .expect("the fixture is compiled in and read by every test")
});

/// What is wrong with `body` as a request for `operation` ("meeting.create", …).
pub(crate) fn errors(operation: &str, body: &Map<String, Value>) -> Vec<FieldError> {
    let mut found = Vec::new();
    check_fields(&REQUESTS[operation], body, "", &mut found);
    found
}

fn check_fields(schema: &Value, given: &Map<String, Value>, at: &str, found: &mut Vec<FieldError>) {
    for (name, value) in given {
        let path = if at.is_empty() {
            name.clone()
        } else {
            format!("{at}.{name}")
        };
        match schema["properties"].get(name) {
            Some(inner) => check(inner, value, &path, found),
            None => found.push(FieldError::new(path, "Unrecognized field.")),
        }
    }
    for name in schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        if !given.contains_key(name) {
            found.push(FieldError::new(format!("{at}.{name}"), "Missing field."));
        }
    }
}

fn check(schema: &Value, value: &Value, at: &str, found: &mut Vec<FieldError>) {
    let problem = match (schema["type"].as_str(), value) {
        (Some("object"), Value::Object(fields)) => {
            check_fields(schema, fields, at, found);
            None
        }
        (Some("array"), Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                check(&schema["items"], item, &format!("{at}[{index}]"), found);
            }
            None
        }
        (Some("string"), Value::String(text)) => text_problem(schema, text),
        (Some("integer"), Value::Number(number)) => match number.as_i64() {
            Some(number) => number_problem(schema, number),
            None => Some("Invalid field."),
        },
        (Some("boolean"), Value::Bool(_)) => None,
        (_, _) => Some("Invalid field."),
    };
    let problem = problem.or_else(|| {
        let allowed = schema["enum"].as_array()?;
        (!allowed.contains(value)).then_some("Invalid field.")
    });
    if let Some(message) = problem {
        found.push(FieldError::new(at, message));
    }
}

fn text_problem(schema: &Value, text: &str) -> Option<&'static str> {
    let too_long = schema["maxLength"]
        .as_u64()
        .is_some_and(|most| text.chars().count() as u64 > most);
    let no_email = schema["format"] == "email" && !text.contains('@');
    if too_long {
        Some("The field is too long.")
    } else if no_email {
        Some("Invalid field.")
    } else {
        None
    }
}

fn number_problem(schema: &Value, number: i64) -> Option<&'static str> {
    let below = schema["minimum"]
        .as_i64()
        .is_some_and(|least| number < least);
    let above = schema["maximum"].as_i64().is_some_and(|most| number > most);
    (below || above).then_some("The value is out of range.")
}
