//! **Why is there no link?**, asked for a booking or for an invitee’s address.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::filter::{Asked, Sought, sought};
use super::reason::Reason;
use super::why::{self, Check, Facts, Hosting, NoHost};
use super::{Entry, Verdict, entry_path, path_of, store};
use crate::accounts::Person;
use crate::accounts::session::Admin;
use crate::app::App;
use crate::booking::{self, Booking, Meeting, Status, host_pages};
use crate::conferencing::store::Linked;
use crate::conferencing::view::{self, Online};
use crate::conferencing::{self, ProviderKind};
use crate::db::Reader;
use crate::error::{Error, Result};
use crate::event_types::{self, EventType};
use crate::id::Id;
use crate::rollout::hosting::{Situation, WhyNone, who_hosts};
use crate::web::layout::{Nav, Shell};
use crate::web::{page, private};
use crate::when;
use crate::zone::Zone;

/// Bookings of one address that are offered to choose from.
const MOST: i64 = 10;

#[derive(Template)]
#[template(path = "sync_log/why.html")]
struct WhyPage {
    shell: Shell,
    asked: String,
    answer: Option<Answer>,
    others: Vec<Other>,
}

/// The answer for one booking.
struct Answer {
    title: String,
    path: String,
    all: String,
    state: String,
    tone: &'static str,
    checks: Vec<Check>,
    /// "Create meeting, Skipped: …", and its address.
    last: Option<(String, String)>,
    /// A label and an address.
    fix: Option<(&'static str, String)>,
    /// The link can be asked for now.
    may_create: bool,
}

/// Another booking of the same address.
struct Other {
    words: String,
    path: String,
}

pub async fn show(
    State(app): State<App>,
    Admin(who): Admin,
    RawQuery(query): RawQuery,
    shell: Shell,
) -> Result<Response> {
    let asked = Asked::of(query.as_deref()).q;
    let (org, zone) = (who.org(), &who.person.timezone);
    let mut reader = app.db.read().await?;
    let ids = match sought(&asked) {
        Some(Sought::Booking(id)) => vec![id],
        Some(Sought::Words(email) | Sought::Room(email)) => {
            store::bookings_of_invitee(&mut reader, org, &email, MOST).await?
        }
        None => Vec::new(),
    };
    let mut bookings = Vec::new();
    for id in ids {
        bookings.extend(current(&mut reader, org, id).await?);
    }
    // The next one that is still to come is most likely meant.
    let is_next = |it: &&Booking| it.status == Status::Confirmed && it.ends_at() > app.now();
    let meant = bookings.iter().rev().find(is_next).or(bookings.first());
    let answer = match meant {
        Some(booking) => Some(answer(&mut reader, &app, booking, &who.person).await?),
        None => None,
    };
    let meant = meant.map(|booking| booking.id);
    let others = bookings.iter().filter(|it| Some(it.id) != meant);
    let others = others.map(|it| other(it, zone)).collect();
    Ok(private(page(&WhyPage {
        shell: shell.at(Nav::Integrations, who.viewer()),
        asked,
        answer,
        others,
    })?))
}

/// A booking as it stands now: one that was moved leads to where it went. Others’ are not found.
async fn current(
    reader: &mut Reader,
    org: Id<crate::accounts::Org>,
    id: Id<Booking>,
) -> Result<Option<Booking>> {
    let Some(mut booking) = booking::store::booking(reader, org, id).await? else {
        return Ok(None);
    };
    while let Some(next) = booking::store::moved_to(reader, org, booking.id).await? {
        booking = next;
    }
    Ok(Some(booking))
}

fn other(booking: &Booking, zone: &Zone) -> Other {
    Other {
        words: format!(
            "{}, {}",
            booking.invitee_name,
            when::short(booking.starts_at, zone)
        ),
        path: super::why_path(booking.id),
    }
}

/// To the editor, for who may open it: an event type is its owner’s, a team’s the admins’.
pub(super) async fn editor(
    reader: &mut Reader,
    who: &Person,
    event_type: Id<EventType>,
) -> Result<Option<(&'static str, String)>> {
    let edited = event_types::store::edited_by(reader, who.org_id, who, event_type).await?;
    Ok(edited.map(|it| ("Open the event type", format!("/360/events/{}", it.id))))
}

async fn answer(reader: &mut Reader, app: &App, booking: &Booking, who: &Person) -> Result<Answer> {
    let (org, zone) = (booking.org_id, &who.timezone);
    let missing = |what: &str| Error::Internal(anyhow::anyhow!("a booking has no {what}"));
    let meeting = booking::store::meeting(reader, org, booking.meeting_id)
        .await?
        .ok_or_else(|| missing("meeting"))?;
    let event_type = event_types::store::find(reader, org, booking.event_type_id)
        .await?
        .ok_or_else(|| missing("event type"))?;
    let (situation, linked) =
        conferencing::store::situation(reader, app, org, meeting.host_id).await?;
    let rollout = crate::rollout::store::rollout(reader, org).await?;
    let log = store::of_meeting(reader, org, meeting.id).await?;
    let facts = Facts {
        booked_at: booking.created_at,
        location: booking.location,
        event_location: event_type.location,
        set_up: app.providers.has(ProviderKind::Zoom),
        on_since: rollout.enabled_at,
        host: hosting(&situation, &linked),
        found_off: last_found(&log, |reason| *reason == Reason::Off),
        found_none: last_found(&log, |reason| match reason {
            Reason::NoneConnected | Reason::Broken(_) => true,
            Reason::Off
            | Reason::OtherPlace
            | Reason::Disconnected
            | Reason::CanceledFirst
            | Reason::NotSetUp
            | Reason::Started
            | Reason::DeletedNearStart
            | Reason::Refused(_)
            | Reason::AnotherLink
            | Reason::MovedFirst => false,
        }),
    };
    let (state, tone, may_create) = state(reader, app, booking, &meeting).await?;
    let fix = match (facts.location.provider(), booking.status) {
        (_, Status::Canceled | Status::Rescheduled) => None,
        (None, Status::Confirmed) => editor(reader, who, event_type.id).await?,
        (Some(_), Status::Confirmed) => view::obstacle(reader, app, &meeting)
            .await?
            .and_then(|obstacle| obstacle.remedy(true))
            .map(|(label, path)| (label, path.to_owned())),
    };
    Ok(Answer {
        title: format!(
            "{} · {}, {}",
            event_type.title,
            booking.invitee_name,
            when::long(booking.starts_at, zone)
        ),
        path: host_pages::path(booking.id),
        all: path_of(booking.id),
        state,
        tone,
        checks: why::checks(&facts, zone),
        last: log.last().map(|entry| {
            let words = format!(
                "{}, {}: {}",
                entry.action.label(),
                entry.result.label().to_lowercase(),
                entry.words
            );
            (words, entry_path(entry.id))
        }),
        fix,
        may_create,
    })
}

/// What there is now, in words; its tone; and whether asking for the link makes sense.
async fn state(
    reader: &mut Reader,
    app: &App,
    booking: &Booking,
    meeting: &Meeting,
) -> Result<(String, &'static str, bool)> {
    match booking.status {
        Status::Canceled => {
            let words = "This booking was canceled, so it has no link.";
            return Ok((words.to_owned(), "info", false));
        }
        Status::Rescheduled => {
            let words = "This booking was moved.";
            return Ok((words.to_owned(), "info", false));
        }
        Status::Confirmed => {}
    }
    let to_come = booking.starts_at > app.now();
    Ok(match view::online(reader, app, meeting).await? {
        Online::Ready(link) => (
            format!("There is a link now, hosted on {}.", hosted_on(&link)),
            "ok",
            false,
        ),
        Online::Pending => ("The link is being prepared.".to_owned(), "info", false),
        Online::NotOurs => (
            "This booking doesn’t take place on Zoom, so it has no Zoom link.".to_owned(),
            "info",
            false,
        ),
        Online::Late(why) => (
            format!("There is no link yet. {}.", dotless(&why.0)),
            "bad",
            to_come,
        ),
        Online::None(why) => (
            format!("There is no link. {}.", dotless(&why.0)),
            "bad",
            to_come,
        ),
    })
}

fn hosted_on(link: &view::Link) -> &str {
    if link.hosted_on.is_empty() {
        "an account that isn’t connected any more"
    } else {
        &link.hosted_on
    }
}

fn dotless(words: &str) -> &str {
    words.trim_end_matches('.')
}

/// Who would host, if the switch were on.
fn hosting(situation: &Situation, linked: &[Linked]) -> Result<Hosting, NoHost> {
    let situation = Situation {
        set_up: true,
        enabled: true,
        ..situation.clone()
    };
    match who_hosts(&situation) {
        Ok(host) => Ok(Hosting {
            since: linked
                .iter()
                .find(|it| it.connection.id == host.connection)
                .map_or(jiff::Timestamp::MIN, |it| it.connection.granted_at),
            email: host.email,
            role: host.role,
        }),
        Err(WhyNone::Broken(email)) => Err(NoHost::Broken {
            since: linked
                .iter()
                .filter(|it| it.account.email == email)
                .find_map(|it| it.connection.broken_since),
            email,
        }),
        Err(WhyNone::Refused(_)) => Err(NoHost::CannotHost(
            situation
                .own
                .iter()
                .chain(&situation.shared)
                .find(|it| it.refused)
                .map_or_else(String::new, |it| it.email.clone()),
        )),
        Err(
            WhyNone::NoneConnected
            | WhyNone::NotSetUp
            | WhyNone::Off
            | WhyNone::Deleted
            | WhyNone::Started,
        ) => Err(NoHost::NoneConnected),
    }
}

fn last_found(log: &[Entry], is: impl Fn(&Reason) -> bool) -> Option<jiff::Timestamp> {
    log.iter()
        .rev()
        .filter(|entry| entry.result == Verdict::Skipped)
        .find(|entry| Reason::of(&entry.words).is_some_and(|reason| is(&reason)))
        .map(|entry| entry.at)
}
