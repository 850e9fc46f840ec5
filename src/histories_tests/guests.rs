//! People without an account, as far as the server sees them: forms that are filled in, private pages.

use axum::http::{HeaderMap, header};
use jiff::Timestamp;

use crate::clock::seconds;
use crate::testing::TestApp;
use crate::testing::browser::Answer;

pub type Fields = Vec<(String, String)>;

/// A booking somebody has in their hands.
#[derive(Clone)]
pub struct Held {
    /// As in addresses.
    pub id: String,
    /// The private page, with its token.
    pub page: String,
}

impl Held {
    /// From the address of its private page.
    pub fn of(page: &str) -> Option<Held> {
        let path = page.strip_prefix("http://meet.test").unwrap_or(page);
        let id = path.strip_prefix("/booking/")?.split('?').next()?;
        Some(Held {
            id: id.to_owned(),
            page: path.to_owned(),
        })
    }

    /// `/booking/{id}/cancel?t=…`
    pub fn at(&self, what: &str) -> String {
        self.page.replacen('?', &format!("/{what}?"), 1)
    }

    /// As the checker writes ids.
    pub fn plain(&self) -> String {
        self.id.replace('-', "")
    }

    /// Whether its page says that it was canceled.
    pub async fn is_canceled(&self, app: &TestApp) -> bool {
        let hub = app.browser().get(&self.page).await;
        hub.text().contains("Canceled. This booking was canceled")
    }
}

/// The booking form of this start, filled in by the guest of this number. `None`: not on offer.
pub async fn filled_in(
    app: &TestApp,
    path: &str,
    start: Timestamp,
    number: usize,
) -> Option<Fields> {
    let form = app
        .browser()
        .get(&format!("{path}?start={start}&tz=Europe/Madrid"))
        .await;
    let mut fields = hidden(&form.body);
    if !fields.iter().any(|(name, _)| name == "start") {
        return None;
    }
    // Somebody types.
    app.advance(seconds(15));
    fields.push(("name".to_owned(), format!("Guest Number {number}")));
    fields.push(("email".to_owned(), format!("guest{number}@example.com")));
    Some(fields)
}

/// What a form asks that moves a booking.
pub fn to(start: Timestamp) -> Fields {
    vec![
        ("start".to_owned(), start.to_string()),
        ("tz".to_owned(), "Europe/Madrid".to_owned()),
    ]
}

pub fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

/// The hidden fields of a page's forms.
fn hidden(body: &str) -> Fields {
    let attribute = |tag: &str, name: &str| {
        let rest = tag.split(&format!("{name}=\"")).nth(1)?;
        Some(rest.split('"').next()?.replace("&#38;", "&"))
    };
    body.split("<input type=\"hidden\"")
        .skip(1)
        .filter_map(|tag| {
            let tag = tag.split('>').next()?;
            Some((attribute(tag, "name")?, attribute(tag, "value")?))
        })
        .collect()
}

/// What the note says that the next page shows.
pub fn note(answer: &Answer) -> String {
    let mut headers = HeaderMap::new();
    if let Some(cookie) = answer.headers.get(header::SET_COOKIE) {
        headers.insert(header::COOKIE, cookie.clone());
    }
    crate::web::flash::read(&headers).map_or(String::new(), |flash| flash.words)
}
