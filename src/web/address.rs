//! Addresses that nobody means: bytes that are no text, or control characters in it. No page has
//! such an address, and PostgreSQL takes no NUL, so no handler gets to see one.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::error::Error;

pub async fn must_be_text(request: Request, next: Next) -> Response {
    if is_text(request.uri().path()) {
        next.run(request).await
    } else {
        Error::NotFound.into_response()
    }
}

fn is_text(path: &str) -> bool {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let digits = tail.split_at_checked(2).filter(|_| *first == b'%');
        match digits.and_then(|(digits, after)| Some((byte_of(digits)?, after))) {
            Some((byte, after)) => {
                bytes.push(byte);
                rest = after;
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    std::str::from_utf8(&bytes).is_ok_and(|text| !text.contains(char::is_control))
}

/// Two hexadecimal digits.
fn byte_of(digits: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let (high, low) = (digit(digits[0])?, digit(digits[1])?);
    u8::try_from(16 * high + low).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_text_without_control_characters() {
        for good in [
            "/",
            "/ada/intro-call",
            "/%C3%A4",
            "/100%",
            "/%zz",
            "/%+1",
            "/%F0%9F%98%80",
            "/%",
        ] {
            assert!(is_text(good), "{good}");
        }
        for bad in [
            "/%00", "/a%00b", "/%0D%0a", "/%ff", "/%C3", "/%7f", "/%C2%85",
        ] {
            assert!(!is_text(bad), "{bad}");
        }
    }
}
