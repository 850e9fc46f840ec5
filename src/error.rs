//! What a handler can end in besides a page: the three kinds of error, worded once at the edge.

use axum::http::StatusCode;

use crate::db::DbError;
use crate::web::limit::What;

/// Ends a request early. `Refusal`s of the domain are not here: the page words them itself.
#[derive(Debug)]
pub enum Error {
    /// No such page, or one the asker must not know of.
    NotFound,
    /// Signed in, but not allowed.
    Forbidden,
    /// Sign in first, then come back to this path.
    SignIn { back_to: String },
    /// Something is sent that a browser never would. Which message says what.
    BadRequest(&'static str),
    /// More is sent than is read.
    TooLarge,
    /// Too many tries from here.
    TooMany { minutes: i64, what: What },
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
            Error::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Error::Internal(error) if cannot_save(error) => StatusCode::SERVICE_UNAVAILABLE,
            Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// Whether it is the disk that is at fault.
pub fn cannot_save(error: &anyhow::Error) -> bool {
    let mut causes = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<DbError>());
    causes.any(|cause| matches!(cause, DbError::Disk(_)))
}

impl<E: Into<anyhow::Error>> From<E> for Error {
    fn from(error: E) -> Error {
        Error::Internal(error.into())
    }
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_no_fault_of_the_program() {
        let full = || DbError::Disk("database or disk is full".to_owned());
        assert_eq!(Error::from(full()).status(), 503);
        let inside = anyhow::Error::from(full()).context("while booking");
        assert_eq!(Error::from(inside).status(), 503);
        assert_eq!(Error::from(DbError::Panicked).status(), 500);
    }
}
