//! **Why is there no link?**, asked for a booking or for an invitee’s address.

use std::borrow::Cow;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use jiff::Timestamp;

use super::filter::{Asked, Sought, sought};
use super::reason::Reason;
use super::why::{self, Answer as Given, Check, Facts, Hosting, NoHost};
use super::{Entry, Verdict, entry_path, path_of, store};
use crate::accounts::session::{Admin, SignedIn};
use crate::app::App;
use crate::booking::{self, Booking, Meeting, Status, host_pages};
use crate::conferencing::store::Linked;
use crate::conferencing::view::{self, Online};
use crate::conferencing::{self, ProviderKind};
use crate::db::Reader;
use crate::error::{Error, Result};
use crate::event_types::{self, EventType};
use crate::id::Id;
use crate::language::Language;
use crate::rollout::hosting::{Candidate, Situation, WhyNone, who_hosts};
use crate::web::layout::{Nav, Shell};
use crate::web::{page, private};
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
    fix: Option<(Cow<'static, str>, String)>,
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
        Some(booking) => Some(answer(&mut reader, &app, booking, &who).await?),
        None => None,
    };
    let meant = meant.map(|booking| booking.id);
    let others = bookings.iter().filter(|it| Some(it.id) != meant);
    let others = others.map(|it| other(it, zone, who.language)).collect();
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

fn other(booking: &Booking, zone: &Zone, language: Language) -> Other {
    Other {
        words: language
            .say("why-other")
            .with("invitee", &booking.invitee_name)
            .with("starts", language.short(booking.starts_at, zone))
            .into(),
        path: super::why_path(booking.id),
    }
}

/// To the editor, for who may open it: an event type is its owner’s, a team’s the admins’.
pub(super) async fn editor(
    reader: &mut Reader,
    who: &SignedIn,
    event_type: Id<EventType>,
) -> Result<Option<(Cow<'static, str>, String)>> {
    let edited = event_types::store::edited_by(reader, who.org(), &who.person, event_type).await?;
    Ok(edited.map(|it| {
        let label = who.language.word("entry-fix-event-type");
        (label, format!("/360/events/{}", it.id))
    }))
}

async fn answer(
    reader: &mut Reader,
    app: &App,
    booking: &Booking,
    who: &SignedIn,
) -> Result<Answer> {
    let (org, zone, language) = (booking.org_id, &who.person.timezone, who.language);
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
    let found_none = last_found(&log, |reason| match reason {
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
    });
    let facts = Facts {
        booked_at: booking.created_at,
        location: booking.location,
        event_location: event_type.location,
        set_up: app.providers.has(ProviderKind::Zoom),
        on_since: rollout.enabled_at,
        host: hosting(&situation, &linked, (booking.created_at, found_none)),
        found_off: last_found(&log, |reason| *reason == Reason::Off),
        found_none,
    };
    let (state, tone, may_create) = state(reader, app, (booking, &meeting), language).await?;
    let fix = match (facts.location.provider(), booking.status) {
        (_, Status::Canceled | Status::Rescheduled) => None,
        (None, Status::Confirmed) => editor(reader, who, event_type.id).await?,
        (Some(_), Status::Confirmed) => view::obstacle(reader, app, &meeting)
            .await?
            .and_then(|obstacle| obstacle.remedy(true, language))
            .map(|(label, path)| (label, path.to_owned())),
    };
    Ok(Answer {
        title: language
            .say("why-booking")
            .with("title", &event_type.title)
            .with("invitee", &booking.invitee_name)
            .with("starts", language.long(booking.starts_at, zone))
            .into(),
        path: host_pages::path(booking.id),
        all: path_of(booking.id),
        state,
        tone,
        checks: why::checks(&facts, zone, language),
        last: log.last().map(|entry| {
            let words = language.say("why-last-entry");
            let words = words.with("action", entry.action.label(language));
            let words = words.with("verdict", entry.result.label(language).to_lowercase());
            let words = words.with("words", &entry.words);
            (words.into(), entry_path(entry.id))
        }),
        fix,
        may_create,
    })
}

/// What there is now, in words; its tone; and whether asking for the link makes sense.
async fn state(
    reader: &mut Reader,
    app: &App,
    (booking, meeting): (&Booking, &Meeting),
    language: Language,
) -> Result<(String, &'static str, bool)> {
    match booking.status {
        Status::Canceled => {
            return Ok((language.word("why-canceled").into_owned(), "info", false));
        }
        Status::Rescheduled => {
            return Ok((language.word("why-moved").into_owned(), "info", false));
        }
        Status::Confirmed => {}
    }
    let to_come = booking.starts_at > app.now();
    Ok(match view::online(reader, app, meeting).await? {
        Online::Ready(link) => (ready(&link, language), "ok", false),
        Online::Pending => (language.word("why-pending").into_owned(), "info", false),
        Online::NotOurs => (language.word("why-not-zoom").into_owned(), "info", false),
        Online::Late(why) => {
            let words = language.say("why-late").with("why", dotless(&why.0));
            (words.into(), "bad", to_come)
        }
        Online::None(why) => {
            let words = language.say("why-none").with("why", dotless(&why.0));
            (words.into(), "bad", to_come)
        }
    })
}

fn ready(link: &view::Link, language: Language) -> String {
    if link.hosted_on.is_empty() {
        return language.word("why-ready-account-gone").into_owned();
    }
    let words = language.say("why-ready");
    words.with("account", &link.hosted_on).into()
}

fn dotless(words: &str) -> &str {
    words.trim_end_matches('.')
}

/// Since when an account can host, as far as a booking of then is concerned. A grant that was renewed
/// counts from the first one, unless a try has found nobody.
fn since(linked: &Linked, (booked_at, found_none): (Timestamp, Option<Timestamp>)) -> Timestamp {
    let connection = &linked.connection;
    if connection.created_at <= booked_at && found_none.is_none() {
        connection.created_at
    } else {
        connection.granted_at
    }
}

/// Who would host, if the switch were on; rather one that could have when the booking was made.
fn hosting(
    situation: &Situation,
    linked: &[Linked],
    when: (Timestamp, Option<Timestamp>),
) -> Result<Hosting, NoHost> {
    let situation = Situation {
        set_up: true,
        enabled: true,
        ..situation.clone()
    };
    match who_hosts(&situation) {
        Ok(host) => {
            let able = candidates(&situation).filter(|it| !it.broken && !it.refused);
            let able = able.filter_map(|it| of(linked, it));
            let hosts = able.min_by_key(|it| {
                let late = since(it, when) > when.0;
                (late, it.connection.id != host.connection)
            });
            Ok(match hosts {
                Some(it) => Hosting {
                    since: since(it, when),
                    email: it.account.email.clone(),
                    role: it.connection.role,
                },
                None => Hosting {
                    since: Timestamp::MIN,
                    email: host.email,
                    role: host.role,
                },
            })
        }
        Err(WhyNone::Broken(_)) => Err(NoHost::Broken(
            candidates(&situation)
                .filter(|it| it.broken)
                .map(|it| {
                    let since = of(linked, it).and_then(|it| it.connection.broken_since);
                    (it.email.clone(), since)
                })
                .collect(),
        )),
        Err(WhyNone::Refused(_)) => Err(NoHost::CannotHost(
            candidates(&situation)
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

fn candidates(situation: &Situation) -> impl Iterator<Item = &Candidate> {
    situation.own.iter().chain(&situation.shared)
}

fn of<'a>(linked: &'a [Linked], candidate: &Candidate) -> Option<&'a Linked> {
    let mut all = linked.iter();
    all.find(|it| it.connection.id == candidate.connection)
}

fn last_found(log: &[Entry], is: impl Fn(&Reason) -> bool) -> Option<Timestamp> {
    log.iter()
        .rev()
        .filter(|entry| entry.result == Verdict::Skipped)
        .find(|entry| Reason::of(&entry.words).is_some_and(|reason| is(&reason)))
        .map(|entry| entry.at)
}
