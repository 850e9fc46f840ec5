//! What anybody may do with bookings who has no account here: so much from one address, with one
//! host, and in one recipient's name, that nobody fills another's day, mailbox or allowance. People
//! don't notice; a form that was sent faster than people can counts for several.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Booking;
use super::form::{CONFIRM, Request};
use crate::app::App;
use crate::event_types::EventType;
use crate::web::client::Client;
use crate::web::limit::{Full, Try, What};

/// As many bookings a form that no person can have filled in counts.
const HURRIED: i64 = 3;

/// What a booking that was refused hasn't used.
pub const UNUSED: &[What] = &[What::BookHostFrom, What::Named];

/// What one booking counts.
pub fn of_booking(app: &App, from: &Client, it: &EventType, request: &Request) -> Vec<Try> {
    let host = match it.team_id {
        Some(team) => team.to_string(),
        None => it.person_id.to_string(),
    };
    let hurried = request.token.is_hurried(&app.installation, app.now());
    let mut tries = vec![
        Try {
            what: What::Book,
            who: from.0.clone(),
            times: if hurried { HURRIED } else { 1 },
        },
        Try::once(What::BookHost, host.as_str()),
    ];
    // A whole class may book its places in a group from one school.
    if !it.kind.is_group() {
        tries.push(Try::once(What::BookHostFrom, format!("{} {host}", from.0)));
    }
    tries.extend(named(request.email.as_str(), &request.guests.0));
    tries
}

/// What one move counts: everybody gets a letter once more.
pub fn of_move(booking: &Booking) -> Vec<Try> {
    named(booking.invitee_email.as_str(), &booking.guests.0).collect()
}

fn named<'a>(invitee: &'a str, guests: &'a [String]) -> impl Iterator<Item = Try> + 'a {
    std::iter::once(invitee)
        .chain(guests.iter().map(String::as_str))
        .map(|email| Try::once(What::Named, email.to_lowercase()))
}

/// The field to say it beside.
pub fn field(full: &Full, invitee: &str) -> &'static str {
    match full.what {
        What::Named if full.who == invitee.to_lowercase() => "email",
        What::Named => "guests",
        What::SignIn
        | What::SignInAs
        | What::ResetFor
        | What::ResetFrom
        | What::Setup
        | What::Return
        | What::Picture
        | What::Book
        | What::BookHost
        | What::BookHostFrom => CONFIRM,
    }
}

/// The page with all that was typed, as an answer that says when to come back.
pub fn held_back(full: &Full, page: Response) -> Response {
    let mut response = (StatusCode::TOO_MANY_REQUESTS, page).into_response();
    if let Ok(seconds) = HeaderValue::from_str(&(full.minutes * 60).to_string()) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}
