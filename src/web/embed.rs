//! Public pages inside other pages. What is asked for with `?embed=1` may be framed by anybody, and
//! its links and forms go on that way: a frame may have no cookies. Everything else may be framed by
//! nobody. `static/embed.js` makes the frames, `static/frame.js` speaks from inside one.

use std::fmt::Display;

use axum::extract::Request;
use axum::http::Uri;
use axum::middleware::Next;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::assets;
use crate::clock;
use crate::error::Result;
use crate::words;

words! {
    #[derive(Default, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Theme {
        /// As the reader’s device has it.
        #[default]
        Auto = "auto",
        Light = "light",
        Dark = "dark",
    }
}

impl Theme {
    /// The message that names it.
    pub fn label(self) -> &'static str {
        match self {
            Theme::Auto => "theme-auto",
            Theme::Light => "theme-light",
            Theme::Dark => "theme-dark",
        }
    }
}

/// What was done before this page is shown: told once, so no link may carry it on.
pub const DID: &str = "did";

/// Whether a page is asked for as part of another one, and in which theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Embed {
    is_on: bool,
    pub theme: Option<Theme>,
}

impl Embed {
    pub fn of(uri: &Uri) -> Embed {
        let query = uri.query().unwrap_or_default();
        let said = |name: &str| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.find_map(|(it, value)| (it == name).then_some(value))
        };
        if said("embed").as_deref() != Some("1") {
            return Embed::default();
        }
        Embed {
            is_on: true,
            theme: said("theme").and_then(|word| Theme::from_word(&word)),
        }
    }

    pub fn is_on(&self) -> bool {
        self.is_on
    }

    /// What addresses of its links carry on.
    pub fn query(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if self.is_on {
            pairs.push(("embed", "1".to_owned()));
            pairs.extend(self.theme.map(|theme| ("theme", theme.word().to_owned())));
        }
        pairs
    }

    /// A link of such a page.
    pub fn on(&self, path: impl AsRef<str>) -> String {
        let mut path = path.as_ref().to_owned();
        for (name, value) in self.query() {
            path.push(if path.contains('?') { '&' } else { '?' });
            path.push_str(name);
            path.push('=');
            path.push_str(&value);
        }
        path
    }

    /// The page after something was done, which tells the one around it.
    pub fn after(&self, done: Done, path: &str) -> String {
        let path = self.on(path);
        if self.is_on {
            format!("{path}&{DID}={}", done.word())
        } else {
            path
        }
    }
}

words! {
    /// What was done before this page is shown.
    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Done {
        Created = "created",
        Rescheduled = "rescheduled",
        Canceled = "canceled",
    }
}

/// What a page tells the page around it. Nothing about the guest, and no link.
#[derive(Clone, Debug)]
pub struct Told {
    /// `time.selected`; none where there is nothing but the page.
    pub kind: Option<String>,
    pub event_type: String,
    pub uid: Option<String>,
    pub time: Option<(String, String)>,
}

impl Told {
    pub fn page(event_type: impl Display) -> Told {
        Told {
            kind: None,
            event_type: event_type.to_string(),
            uid: None,
            time: None,
        }
    }

    #[must_use]
    pub fn time(mut self, start: Timestamp, minutes: u16) -> Told {
        let end = start + clock::minutes(i64::from(minutes));
        self.time = Some((start.to_string(), end.to_string()));
        self
    }
}

/// Laid beside an answer that may be framed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Framed;

/// Around the pages that may be framed when they are asked for so.
pub async fn may_be_framed(request: Request, next: Next) -> Response {
    let embed = Embed::of(request.uri());
    let mut response = next.run(request).await;
    if embed.is_on() {
        response.extensions_mut().insert(Framed);
    }
    response
}

/// The script that other pages load: under one address for ever, so browsers ask again each hour.
pub async fn script() -> Result<Response> {
    assets::file("embed.js", "public, max-age=3600")
}
