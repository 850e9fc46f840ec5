//! One request as the simulator reads it, and one answer as it will be sent.
//!
//! Knows HTTP's words (headers, forms, JSON, XML) and nothing of Zoom's.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::html::escape;

#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Call {
    pub(crate) fn new(
        method: Method,
        path: &str,
        query: Option<&str>,
        headers: HeaderMap,
        body: Bytes,
    ) -> Call {
        Call {
            method,
            path: path.to_owned(),
            query: pairs(query.unwrap_or_default().as_bytes()),
            headers,
            body,
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        find(&self.query, name)
    }

    /// Zoom answers errors in XML to whoever does not ask for JSON; `*/*` is not asking.
    pub(crate) fn wants_json(&self) -> bool {
        self.header("accept")
            .is_some_and(|accept| accept.contains("application/json"))
    }

    fn has_type(&self, wanted: &str) -> bool {
        self.header("content-type")
            .is_some_and(|given| given.starts_with(wanted))
    }

    pub(crate) fn form(&self) -> Option<Vec<(String, String)>> {
        self.has_type("application/x-www-form-urlencoded")
            .then(|| pairs(&self.body))
    }

    /// The body, if it is one JSON object and says so.
    pub(crate) fn json_object(&self) -> Option<Map<String, Value>> {
        if !self.has_type("application/json") {
            return None;
        }
        serde_json::from_slice(&self.body).ok()
    }

    pub(crate) fn bearer(&self) -> Option<&str> {
        self.credentials("bearer")
    }

    /// The name and secret of HTTP Basic.
    pub(crate) fn basic(&self) -> Option<(String, String)> {
        let decoded = STANDARD.decode(self.credentials("basic")?).ok()?;
        let text = String::from_utf8(decoded).ok()?;
        let (name, secret) = text.split_once(':')?;
        Some((name.to_owned(), secret.to_owned()))
    }

    fn credentials(&self, scheme: &str) -> Option<&str> {
        let (given, rest) = self.header("authorization")?.split_once(' ')?;
        given.eq_ignore_ascii_case(scheme).then(|| rest.trim())
    }
}

pub(crate) fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

fn pairs(text: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text).into_owned().collect()
}

/// An answer, before a fault gets hold of it.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Empty,
    Json(Value),
    Text { kind: &'static str, text: String },
}

impl Answer {
    pub(crate) fn json(status: u16, body: Value) -> Answer {
        Answer {
            status,
            headers: Vec::new(),
            body: Content::Json(body),
        }
    }

    pub(crate) fn empty(status: u16) -> Answer {
        Answer {
            status,
            headers: Vec::new(),
            body: Content::Empty,
        }
    }

    pub(crate) fn html(status: u16, text: String) -> Answer {
        Answer::text(status, "text/html; charset=utf-8", text)
    }

    pub(crate) fn text(status: u16, kind: &'static str, text: String) -> Answer {
        Answer {
            status,
            headers: Vec::new(),
            body: Content::Text { kind, text },
        }
    }

    pub(crate) fn redirect(to: &str) -> Answer {
        Answer::empty(302).with("location", to)
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Answer {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn content_type(&self) -> Option<&'static str> {
        match &self.body {
            Content::Empty => None,
            Content::Json(_) => Some("application/json;charset=UTF-8"),
            Content::Text { kind, .. } => Some(kind),
        }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        match &self.body {
            Content::Empty => Vec::new(),
            Content::Json(value) => value.to_string().into_bytes(),
            Content::Text { text, .. } => text.clone().into_bytes(),
        }
    }
}

/// A request refused in the API's error envelope.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    status: u16,
    code: i64,
    message: String,
    errors: Vec<FieldError>,
    headers: Vec<(&'static str, String)>,
    always_xml: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct FieldError {
    pub(crate) field: String,
    pub(crate) message: &'static str,
}

impl FieldError {
    pub(crate) fn new(field: impl Into<String>, message: &'static str) -> FieldError {
        FieldError {
            field: field.into(),
            message,
        }
    }
}

impl Refusal {
    pub(crate) fn new(status: u16, code: i64, message: impl Into<String>) -> Refusal {
        Refusal {
            status,
            code,
            message: message.into(),
            errors: Vec::new(),
            headers: Vec::new(),
            always_xml: false,
        }
    }

    pub(crate) fn invalid(errors: Vec<FieldError>) -> Refusal {
        Refusal {
            errors,
            ..Refusal::new(400, 300, "Validation Failed.")
        }
    }

    pub(crate) fn in_xml(self) -> Refusal {
        Refusal {
            always_xml: true,
            ..self
        }
    }

    pub(crate) fn with_headers(self, headers: Vec<(&'static str, String)>) -> Refusal {
        Refusal { headers, ..self }
    }

    pub(crate) fn answer(&self, wants_json: bool) -> Answer {
        let mut answer = if wants_json && !self.always_xml {
            Answer::json(self.status, self.as_json())
        } else {
            Answer::text(self.status, "application/xml;charset=UTF-8", self.as_xml())
        };
        answer.headers.extend(self.headers.iter().cloned());
        answer
    }

    fn as_json(&self) -> Value {
        let mut body = json!({"code": self.code, "message": self.message});
        if !self.errors.is_empty() {
            body["errors"] = self
                .errors
                .iter()
                .map(|error| json!({"field": error.field, "message": error.message}))
                .collect();
        }
        body
    }

    fn as_xml(&self) -> String {
        let errors: String = self
            .errors
            .iter()
            .map(|error| {
                format!(
                    "<errors><field>{}</field><message>{}</message></errors>",
                    escape(&error.field),
                    escape(error.message)
                )
            })
            .collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><error><code>{}</code>\
             <message>{}</message>{errors}</error>",
            self.code,
            escape(&self.message)
        )
    }
}
