//! The private link of a booking, and what programs ask of it: the state of the join link, and the
//! event as a calendar file. Whoever holds the link may see and change the booking; a wrong one
//! learns nothing, not even whether there is such a booking.

use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::place::place_words;
use super::{Booking, LINK, Meeting, Status, manage_path, rules, store};
use crate::accounts::{self, Person};
use crate::app::App;
use crate::conferencing::view::{self, Online};
use crate::db::Reader;
use crate::error::{Error, Result};
use crate::event_types::{self, EventType};
use crate::id::Id;
use crate::invites::ics::{self, Method};
use crate::invites::{self, Invite, Mailbox};
use crate::language::Language;
use crate::web::embed::Embed;
use crate::web::layout::Shell;
use crate::web::{language, private};

/// A booking whose link the asker holds.
pub struct Held {
    pub booking: Booking,
    pub token: String,
    /// Its pages go on in a frame when they began in one.
    pub embed: Embed,
}

#[derive(Deserialize)]
struct Secret {
    t: String,
}

impl FromRequestParts<App> for Held {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Held> {
        let unknown = |_| Error::NotFound;
        let Path(uid) = Path::<String>::from_request_parts(parts, app)
            .await
            .map_err(|_| Error::NotFound)?;
        let id: Id<Booking> = uid.parse().map_err(unknown)?;
        let Query(secret) = Query::<Secret>::from_request_parts(parts, app)
            .await
            .map_err(|_| Error::NotFound)?;
        if !app.installation.link_token_fits(LINK, id, &secret.t) {
            return Err(Error::NotFound);
        }
        let mut reader = app.db.read().await?;
        let booking = store::booking_of_link(&mut reader, id).await?;
        let booking = booking.ok_or(Error::NotFound)?;
        language::prefer(parts, booking.language);
        Ok(Held {
            booking,
            token: secret.t,
            embed: Embed::of(&parts.uri),
        })
    }
}

impl Held {
    /// A page about this booking, its secret included.
    pub fn path(&self, page: &str) -> String {
        let path = format!("/booking/{}/{page}?t={}", self.booking.id, self.token);
        self.embed.on(&path)
    }

    pub fn hub(&self) -> String {
        let path = format!("/booking/{}?t={}", self.booking.id, self.token);
        self.embed.on(&path)
    }
}

/// What belongs to a booking.
pub struct Around {
    pub meeting: Meeting,
    pub event_type: EventType,
    pub host: Person,
    pub online: Online,
}

pub async fn around(app: &App, reader: &mut Reader, booking: &Booking) -> Result<Around> {
    let org = booking.org_id;
    let missing = |what: &str| anyhow::anyhow!("booking {} has no {what}", booking.id);
    let meeting = store::meeting(reader, org, booking.meeting_id)
        .await?
        .ok_or_else(|| missing("meeting"))?;
    let event_type = event_types::store::find(reader, org, booking.event_type_id)
        .await?
        .ok_or_else(|| missing("event type"))?;
    let host = accounts::store::person_in(reader, org, booking.host_id)
        .await?
        .ok_or_else(|| missing("host"))?;
    let online = view::online(reader, app, &meeting).await?;
    Ok(Around {
        meeting,
        event_type,
        host,
        online,
    })
}

/// `GET /booking/{uid}/link`: what the page asks while the join link is being prepared.
pub async fn state(State(app): State<App>, held: Held) -> Result<Response> {
    const STATE: HeaderName = HeaderName::from_static("x-link-state");
    let mut reader = app.db.read().await?;
    let around = around(&app, &mut reader, &held.booking).await?;
    let (word, url) = match held.booking.status {
        Status::Confirmed => {
            let url = around.online.link().map(|link| link.join_url.clone());
            (around.online.word(), url)
        }
        Status::Canceled | Status::Rescheduled => ("ended", None),
    };
    let body = serde_json::json!({ "state": word, "join_url": url });
    let mut response = private(axum::Json(body).into_response());
    response
        .headers_mut()
        .insert(STATE, HeaderValue::from_static(word));
    Ok(response)
}

/// `GET /booking/{uid}/invite.ics`: the same event as in the invitation, for any calendar.
pub async fn ics(State(app): State<App>, held: Held, shell: Shell) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let around = around(&app, &mut reader, &held.booking).await?;
    let file = ics::render(
        Method::Publish,
        &invite(&app, shell.language, &held.booking, &around),
    );
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"invite.ics\"",
        ),
    ];
    Ok(private((headers, file).into_response()))
}

/// The invitee's own copy of the event, for a calendar they add it to by hand.
pub fn invite(app: &App, language: Language, booking: &Booking, around: &Around) -> Invite {
    let Around {
        meeting,
        host,
        online,
        ..
    } = around;
    let value = booking.location_value.as_deref();
    let place = place_words(language, booking.location, value, online);
    let mut description = String::new();
    if let Some(join) = &place.join {
        description.push_str(&format!("{}: {}\n", join.words, join.url));
        if let Some(id) = &join.meeting_id {
            description.push_str(&format!("{} {id}\n", language.word("facts-meeting-id")));
        }
        if let Some(passcode) = &join.passcode {
            description.push_str(&format!("{} {passcode}\n", language.word("facts-passcode")));
        }
    }
    let base = app.config.base_url.as_str().trim_end_matches('/');
    let manage = manage_path(app, booking.id);
    let change = language.say("invite-change");
    description.push_str(&change.with("url", format!("{base}{manage}")).to_string());
    Invite {
        uid: meeting.ical_uid.clone(),
        sequence: meeting
            .sequence
            .and_then(|number| u32::try_from(number).ok())
            .unwrap_or(0),
        stamp: app.now(),
        starts_at: booking.starts_at,
        minutes: booking.minutes,
        summary: rules::summary_in(language, meeting, (booking, host)),
        description,
        location: Some(place.calendar_location.clone()),
        url: place.join_url().map(str::to_owned),
        conference_label: place
            .join
            .as_ref()
            .map_or_else(String::new, |join| join.words.clone()),
        organizer: Mailbox {
            name: host.name.clone(),
            email: host.email.clone(),
        },
        attendees: Vec::new(),
        status: match booking.status {
            Status::Confirmed => invites::Status::Confirmed,
            Status::Canceled | Status::Rescheduled => invites::Status::Cancelled,
        },
    }
}
