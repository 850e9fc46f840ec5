//! What a handler can end in besides a page: the three kinds of error, worded once at the edge.

use axum::http::StatusCode;

/// Ends a request early. `Refusal`s of the domain are not here: the page words them itself.
#[derive(Debug)]
pub enum Error {
    /// No such page, or one the asker must not know of.
    NotFound,
    /// Signed in, but not allowed.
    Forbidden,
    /// Sign in first, then come back to this path.
    SignIn { back_to: String },
    /// Something is sent that a browser never would.
    BadRequest(&'static str),
    /// Too many tries from here.
    TooMany { minutes: i64, words: &'static str },
    /// Ours: logged once, shown with a reference.
    Internal(anyhow::Error),
}

impl Error {
    pub fn status(&self) -> StatusCode {
        match self {
            Error::NotFound => StatusCode::NOT_FOUND,
            Error::Forbidden => StatusCode::FORBIDDEN,
            Error::SignIn { .. } => StatusCode::SEE_OTHER,
            Error::BadRequest(_) => StatusCode::BAD_REQUEST,
            Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Error {
    fn from(error: E) -> Error {
        Error::Internal(error.into())
    }
}

pub type Result<T, E = Error> = std::result::Result<T, E>;
