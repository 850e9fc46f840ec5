//! Errors as pages: plain, and silent about the data behind them. In English; where a
//! guest is asked what they speak (`web::language`), said once more in their language.

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::limit::What;
use crate::error::{Error, cannot_save};
use crate::language::Language;

#[derive(Template)]
#[template(path = "web/error.html")]
struct ErrorPage {
    language: Language,
    title: String,
    words: String,
    ways: &'static [Way],
}

/// A way on: where it leads, and the message that says so.
type Way = (&'static str, &'static str);

const HOME: &[Way] = &[("/", "error-home")];
const EVENT_TYPES: &[Way] = &[("/360/events", "error-event-types")];
const SIGN_IN: &[Way] = &[("/sign-in", "error-sign-in")];
const PASSWORD_OR_SIGN_IN: &[Way] = &[("/forgot", "error-password"), SIGN_IN[0]];

/// What an error page says, whatever the language.
#[derive(Clone, Debug)]
pub struct Apology {
    title: &'static str,
    words: Words,
    ways: &'static [Way],
}

#[derive(Clone, Debug)]
enum Words {
    Message(&'static str),
    WithReference(&'static str, String),
    TooMany(What, i64),
}

impl Words {
    fn said(&self, language: Language) -> String {
        match self {
            Words::Message(key) => language.word(key).into_owned(),
            Words::WithReference(key, reference) => {
                language.say(key).with("reference", reference).into()
            }
            Words::TooMany(what, minutes) => what.words(*minutes, language),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = self.status();
        let (title, words, ways): (_, _, &[Way]) = match self {
            Error::SignIn { back_to } => {
                let back: String =
                    url::form_urlencoded::byte_serialize(back_to.as_bytes()).collect();
                return super::see(&format!("/sign-in?back={back}"));
            }
            Error::NotFound => {
                let words = Words::Message("error-not-found-words");
                ("error-not-found", words, HOME)
            }
            Error::Forbidden => {
                let words = Words::Message("error-forbidden-words");
                ("error-forbidden", words, EVENT_TYPES)
            }
            Error::BadRequest(key) => ("error-bad-request", Words::Message(key), &[]),
            Error::TooLarge => {
                let words = Words::Message("error-too-large-words");
                ("error-too-large", words, &[])
            }
            Error::TooMany { minutes, what } => {
                let words = Words::TooMany(what, minutes);
                let mut response = render(status, ("error-too-many", words, after(what)));
                if let Ok(value) = HeaderValue::from_str(&(minutes * 60).to_string()) {
                    response.headers_mut().insert(header::RETRY_AFTER, value);
                }
                return response;
            }
            Error::Internal(error) => {
                let reference = reference();
                tracing::error!(reference, error = format!("{error:#}"), "a request failed");
                let (title, key) = match cannot_save(&error) {
                    true => ("error-not-saved", "error-not-saved-words"),
                    false => ("error-ours", "error-ours-words"),
                };
                (title, Words::WithReference(key, reference), &[])
            }
        };
        render(status, (title, words, ways))
    }
}

/// What can be done instead of trying once more.
fn after(what: What) -> &'static [Way] {
    match what {
        What::SignIn | What::SignInAs => PASSWORD_OR_SIGN_IN,
        What::ResetFor | What::ResetFrom => SIGN_IN,
        What::Setup
        | What::Book
        | What::BookHost
        | What::Return
        | What::BookHostFrom
        | What::Named
        | What::Picture => &[],
    }
}

fn render(
    status: StatusCode,
    (title, words, ways): (&'static str, Words, &'static [Way]),
) -> Response {
    let apology = Apology { title, words, ways };
    let page = apology.page(Language::English);
    let mut response = (status, Html(page)).into_response();
    response.extensions_mut().insert(apology);
    response
}

impl Apology {
    fn page(&self, language: Language) -> String {
        let page = ErrorPage {
            language,
            title: language.word(self.title).into_owned(),
            words: self.words.said(language),
            ways: self.ways,
        };
        page.render()
            .unwrap_or_else(|_| "The page could not be shown.".to_owned())
    }
}

/// The same answer in this language.
pub fn say(apology: &Apology, language: Language, response: Response) -> Response {
    let mut said = response.map(|_| Body::from(apology.page(language)));
    // What it was before may have been compressed, and had a length of its own.
    said.headers_mut().remove(header::CONTENT_ENCODING);
    said.headers_mut().remove(header::CONTENT_LENGTH);
    said
}

/// Short enough to read out on the phone; it stands in the log.
fn reference() -> String {
    crate::seal::hex(&crate::entropy::Entropy::system().bytes::<4>())
}

/// For paths that are no route.
pub async fn not_found() -> Error {
    Error::NotFound
}
