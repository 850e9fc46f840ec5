//! What came in a form, with what is wrong in it: nothing typed is lost. Fields are read through
//! [`Input`], which notes an error beside its field; pages show both.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use super::language;
use crate::error::Error;
use crate::language::{Language, Mention, Said};

/// The fields of a form as they were typed, and an error for each that is wrong.
#[derive(Clone, Debug, Default)]
pub struct Input {
    fields: Vec<(String, String)>,
    errors: Vec<(String, String)>,
    /// What errors are said in.
    language: Language,
}

impl Input {
    /// A form with these values, as when an editor opens.
    pub fn filled<K: Into<String>, V: Into<String>>(
        fields: impl IntoIterator<Item = (K, V)>,
    ) -> Input {
        let fields = fields
            .into_iter()
            .map(|(k, v)| (k.into(), v.into()))
            .collect();
        Input {
            fields,
            ..Input::default()
        }
    }

    /// What errors found from here on are said in, where the form isn’t what somebody sent.
    #[must_use]
    pub fn spoken(self, language: Language) -> Input {
        Input { language, ..self }
    }

    pub fn language(&self) -> Language {
        self.language
    }

    /// What stands in a field; empty when it wasn't sent.
    pub fn text(&self, name: &str) -> &str {
        self.fields
            .iter()
            .find(|(n, _)| n == name)
            .map_or("", |(_, v)| v)
    }

    /// All values of a field that can come more than once.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }

    /// Whether a box is ticked.
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(n, v)| n == name && !v.is_empty())
    }

    pub fn is(&self, name: &str, value: &str) -> bool {
        self.text(name) == value
    }

    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.fields.retain(|(n, _)| n != name);
        self.fields.push((name.to_owned(), value.into()));
    }

    /// Sets a field that can come more than once.
    pub fn set_all(&mut self, name: &str, values: impl IntoIterator<Item = String>) {
        self.fields.retain(|(n, _)| n != name);
        let values = values.into_iter().map(|value| (name.to_owned(), value));
        self.fields.extend(values);
    }

    /// Reads a field; when `parse` refuses, its words stand beside the field and `None` comes back.
    pub fn read<T, E: std::fmt::Display>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        match parse(self.text(name)) {
            Ok(value) => Some(value),
            Err(why) => {
                let why = why.to_string();
                self.wrong(name, why);
                None
            }
        }
    }

    pub fn wrong(&mut self, name: &str, why: impl Into<String>) {
        self.errors.push((name.to_owned(), why.into()));
    }

    pub fn error(&self, name: &str) -> Option<&str> {
        self.errors
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, why)| why.as_str())
    }

    pub fn errors(&self) -> &[(String, String)] {
        &self.errors
    }

    pub fn is_fine(&self) -> bool {
        self.errors.is_empty()
    }

    /// What a page that shows this form is answered with.
    pub fn status(&self) -> StatusCode {
        if self.is_fine() {
            StatusCode::OK
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        }
    }

    /// "One thing to fix", "3 things to fix".
    pub fn errors_title(&self) -> String {
        let many = self.errors.len();
        self.language.say("web-to-fix").with("things", many).into()
    }
}

/// Parsers’ words without their full stop, as a sentence.
pub fn sentence(language: Language, words: impl Mention) -> Said {
    language.say("web-sentence").with("words", words)
}

impl<S: Send + Sync> FromRequest<S> for Input {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Input, Response> {
        let (parts, body) = request.into_parts();
        let language = language::heard(&parts).language();
        let request = Request::from_parts(parts, body);
        match axum::Form::<Vec<(String, String)>>::from_request(request, state).await {
            Ok(axum::Form(fields)) => Ok(Input {
                fields,
                language,
                ..Input::default()
            }),
            Err(unread) => Err(match unread.status() {
                StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge,
                _ => Error::BadRequest("error-form-unread"),
            }
            .into_response()),
        }
    }
}

/// The query of an address, as the fields of a struct. Each stands there once at most.
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: serde::de::DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Query<T>, Error> {
        let read = axum::extract::Query::from_request_parts(parts, state).await;
        read.map(|axum::extract::Query(fields)| Query(fields))
            .map_err(|_| Error::BadRequest("error-address"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_field_keeps_its_text_and_gets_its_error() {
        let mut input = Input::filled([("minutes", "many"), ("name", "Ada")]);
        let minutes: Option<u16> = input.read("minutes", str::parse::<u16>);
        assert!(minutes.is_none());
        assert_eq!(input.text("minutes"), "many");
        assert!(input.error("minutes").is_some() && input.error("name").is_none());
        assert_eq!(input.errors_title(), "One thing to fix");
        assert!(!input.is_fine());
    }
}
