//! Every request and what came of it, in order, for tests to read.
//!
//! Append-only. Tokens, codes and start links are masked before they are written down.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::call::{Answer, Call, Content, find};

/// One request. `status` is what the client received: `None` where a fault kept the answer back.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    pub seq: u64,
    pub at: Timestamp,
    /// "meeting.create", "oauth.token", …
    pub operation: String,
    pub method: String,
    pub path: String,
    pub query: Option<Value>,
    pub user_id: Option<String>,
    /// The user's e-mail address.
    pub user: Option<String>,
    pub request: Option<Value>,
    pub status: Option<u16>,
    pub response: Option<Value>,
    /// The refresh token that was sent and the one that was given, as digests.
    pub refresh_sent: Option<String>,
    pub refresh_given: Option<String>,
    pub effect: Effect,
    pub fault: Option<String>,
    /// What Zoom accepts in silence and a careful client would not send.
    pub warnings: Vec<String>,
}

/// The meetings and webinars that a request changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Effect {
    pub created: Vec<u64>,
    pub updated: Vec<u64>,
    pub deleted: Vec<u64>,
}

impl Effect {
    pub fn is_none(&self) -> bool {
        self.created.is_empty() && self.updated.is_empty() && self.deleted.is_empty()
    }
}

/// What a handler notes about its request while it answers.
#[derive(Debug, Default)]
pub(crate) struct Note {
    pub(crate) user_id: Option<String>,
    pub(crate) effect: Effect,
    pub(crate) refresh_given: Option<String>,
    pub(crate) warnings: Vec<String>,
}

impl Note {
    pub(crate) fn warn(&mut self, text: impl Into<String>) {
        self.warnings.push(text.into());
    }
}

pub(crate) fn query_of(call: &Call) -> Option<Value> {
    (!call.query.is_empty()).then(|| masked_pairs(&call.query))
}

pub(crate) fn request_of(call: &Call) -> Option<Value> {
    if call.body.is_empty() {
        return None;
    }
    if let Some(form) = call.form() {
        return Some(masked_pairs(&form));
    }
    let value = serde_json::from_slice(&call.body)
        .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&call.body).into_owned()));
    Some(masked(value))
}

pub(crate) fn response_of(answer: &Answer) -> Option<Value> {
    match &answer.body {
        Content::Empty => None,
        Content::Json(value) => Some(masked(value.clone())),
        Content::Text { text, .. } => Some(Value::from(text.clone())),
    }
}

/// What stands for a token in the ledger: the same token is the same text.
pub(crate) fn digest(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(token)[..9])
}

pub(crate) fn refresh_sent(call: &Call) -> Option<String> {
    let form = call.form()?;
    find(&form, "refresh_token").map(digest)
}

fn masked_pairs(pairs: &[(String, String)]) -> Value {
    let object: Map<String, Value> = pairs
        .iter()
        .map(|(key, value)| (key.clone(), Value::from(value.clone())))
        .collect();
    masked(Value::Object(object))
}

fn masked(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(key, value)| {
                // An error's `code` is a number; a secret one is text.
                let hide = is_secret(&key) && value.is_string();
                let value = if hide {
                    Value::from("(masked)")
                } else {
                    masked(value)
                };
                (key, value)
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(masked).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

fn is_secret(key: &str) -> bool {
    matches!(
        key,
        "access_token"
            | "refresh_token"
            | "token"
            | "code"
            | "code_verifier"
            | "client_secret"
            | "start_url"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_masked_however_deep_they_lie() {
        let seen = masked(json!({"a": [{"start_url": "https://zoom.us/s/1?zak=x"}], "topic": "t"}));
        assert_eq!(
            seen,
            json!({"a": [{"start_url": "(masked)"}], "topic": "t"})
        );
    }
}
