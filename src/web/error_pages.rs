//! Errors as pages: plain, with a way on, and silent about the data behind them.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::limit;
use crate::error::{Error, cannot_save};

#[derive(Template)]
#[template(path = "web/error.html")]
struct ErrorPage {
    title: &'static str,
    words: String,
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = self.status();
        let (title, words) = match self {
            Error::SignIn { back_to } => {
                let back: String =
                    url::form_urlencoded::byte_serialize(back_to.as_bytes()).collect();
                return super::see(&format!("/sign-in?back={back}"));
            }
            Error::NotFound => (
                "No page here",
                "Check the address for typing mistakes.".to_owned(),
            ),
            Error::Forbidden => (
                "Not for this account",
                "This page is for people with other rights than yours.".to_owned(),
            ),
            Error::BadRequest(words) => ("That didn’t work", words.to_owned()),
            Error::TooMany { minutes, words } => {
                let words = limit::too_many(words, minutes);
                let mut response = render(status, "Too many tries", words);
                if let Ok(value) = HeaderValue::from_str(&(minutes * 60).to_string()) {
                    response.headers_mut().insert(header::RETRY_AFTER, value);
                }
                return response;
            }
            Error::Internal(error) => {
                let reference = reference();
                tracing::error!(reference, error = format!("{error:#}"), "a request failed");
                if cannot_save(&error) {
                    let words = format!(
                        "42min can’t save anything right now, so nothing was changed. Please try \
                         again later. The people who run this server find the reason under the \
                         reference {reference}: its disk is full or fails."
                    );
                    return render(status, "Not right now", words);
                }
                (
                    "Something went wrong here",
                    format!(
                        "It is not your doing, and nothing you had saved is lost. Please try \
                         again. If it stays, tell the people who run this server the reference \
                         {reference}."
                    ),
                )
            }
        };
        render(status, title, words)
    }
}

fn render(status: StatusCode, title: &'static str, words: String) -> Response {
    let body = ErrorPage { title, words }
        .render()
        .unwrap_or_else(|_| "The page could not be shown.".to_owned());
    (status, Html(body)).into_response()
}

/// Short enough to read out on the phone; it stands in the log.
fn reference() -> String {
    crate::seal::hex(&crate::entropy::Entropy::system().bytes::<4>())
}

/// For paths that are no route.
pub async fn not_found() -> Error {
    Error::NotFound
}
