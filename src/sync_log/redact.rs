//! Takes secrets out of what the log keeps: tokens, passcodes, start links. Pure.

use serde_json::Value;

use crate::planted::bug::{Bug, planted};

const MASK: &str = "••••••";
const LONGEST: usize = 8_000;

/// Parts of the names of fields whose values are never kept.
const SECRET: &[&str] = &[
    "token",
    "password",
    "passcode",
    "start_url",
    "secret",
    "code_verifier",
    "host_key",
];

/// A JSON body, masked; anything else is cut short and kept only when it holds no link and is no
/// broken-off JSON, in which secrets can't be told from the rest.
pub fn body(text: &str) -> String {
    match serde_json::from_str::<Value>(text) {
        Ok(_) if planted(Bug::LogNotMasked) => text.to_owned(),
        Ok(mut value) => {
            mask(&mut value);
            cut(&value.to_string())
        }
        Err(_) if text.contains("://") || text.trim_start().starts_with(['{', '[']) => {
            format!("({} bytes that are not JSON)", text.len())
        }
        Err(_) => cut(text),
    }
}

fn mask(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let switch = matches!(value, Value::Bool(_) | Value::Null);
                if SECRET.iter().any(|secret| name.contains(secret)) && !switch {
                    *value = Value::String(MASK.to_owned());
                } else {
                    mask(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::String(text) => *text = without_pwd(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A join link carries the passcode in its query.
fn without_pwd(text: &str) -> String {
    match text.split_once("pwd=") {
        Some((before, after)) => {
            let rest = after
                .find(['&', ' ', '"', '\n'])
                .map_or("", |end| &after[end..]);
            format!("{before}pwd={MASK}{}", without_pwd(rest))
        }
        None => text.to_owned(),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_at_any_depth_and_switches_stay() {
        let masked = body(
            r#"{"id":1,"password":"K7pQ2x","start_url":"https://z/s?zak=x","default_password":true,
               "join_url":"https://zoom.us/j/1?pwd=abc&x=1","settings":{"h323_password":"1"},
               "list":[{"access_token":"eyJ"}]}"#,
        );
        for secret in ["K7pQ2x", "zak", "abc", "eyJ", "\"1\""] {
            assert!(!masked.contains(secret), "{secret} in {masked}");
        }
        assert!(masked.contains("\"default_password\":true") && masked.contains("pwd=••••••&x=1"));
    }

    #[test]
    fn what_is_not_json_is_kept_only_when_harmless() {
        assert_eq!(
            body("<error>Passcode rule</error>"),
            "<error>Passcode rule</error>"
        );
        assert!(!body("see https://zoom.us/s/1?zak=secret").contains("zak"));
        assert!(!body(r#"{"access_token":"eyJhbGciOi"#).contains("eyJ"));
        assert!(!body(r#" {"id":1,"password":"K7pQ2x","#).contains("K7pQ2x"));
        assert!(!body(r#"{"dynamic_host_key":"345678"}"#).contains("345678"));
        assert!(body(&"x".repeat(20_000)).chars().count() <= LONGEST + 1);
    }
}
