//! One entry: what happened in words, the facts, what was sent and answered, the other tries; and
//! **Try again now**.

use std::borrow::Cow;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::Timestamp;

use super::explain::{Case, Fix, Next, Note, detail, explain};
use super::pages::{tone, utc};
use super::reason::Reason;
use super::store::{self, Listed, Whose};
use super::{Action, Entry, Verdict, entry_path, path_of, retry};
use crate::accounts::session::{Admin, SignedIn};
use crate::app::App;
use crate::booking::{Status, host_pages};
use crate::clock::minutes;
use crate::conferencing::reconcile::skipped::is_worth_a_try;
use crate::conferencing::store::Linked;
use crate::conferencing::{self, ConnectionRole};
use crate::db::Reader;
use crate::error::{Error, Result};
use crate::event_types::Kind as EventKind;
use crate::language::Language;
use crate::outbox::{self, Kind};
use crate::text;
use crate::web::flash::{Flash, Tone};
use crate::web::layout::{Nav, Shell};
use crate::web::{page, private};
use crate::when;
use crate::zone::Zone;

/// Tries that are listed around an entry.
const AROUND: usize = 10;

#[derive(Template)]
#[template(path = "sync_log/entry.html")]
struct EntryPage {
    shell: Shell,
    id: String,
    title: Cow<'static, str>,
    verdict: Cow<'static, str>,
    tone: &'static str,
    note: Note,
    note_tone: &'static str,
    /// A label and an address.
    fix: Option<(Cow<'static, str>, String)>,
    /// The message around it.
    fix_words: &'static str,
    /// Where the button posts to.
    retry: Option<String>,
    at: String,
    utc: String,
    booking: Option<(String, String)>,
    account: String,
    request: Option<String>,
    answer: Option<String>,
    tracking_id: Option<String>,
    tries: Option<String>,
    request_body: Option<String>,
    response_body: Option<String>,
    around: Vec<Try>,
    /// All entries of the booking.
    all: Option<String>,
}

struct Try {
    path: String,
    at: String,
    verdict: Cow<'static, str>,
    tone: &'static str,
    detail: String,
    here: bool,
}

async fn found(app: &App, who: &SignedIn, id: &str) -> Result<Listed> {
    let id = id.parse().map_err(|_| Error::NotFound)?;
    store::find(&mut app.db.read().await?, who.org(), id)
        .await?
        .ok_or(Error::NotFound)
}

pub async fn show(
    State(app): State<App>,
    Admin(who): Admin,
    shell: Shell,
    Path(id): Path<String>,
) -> Result<Response> {
    let Listed { entry, whose } = found(&app, &who, &id).await?;
    let (org, zone, language) = (who.org(), &who.person.timezone, who.language);
    let may_retry = match entry.meeting_id {
        Some(meeting) => is_worth_a_try(&app, meeting).await?,
        None => false,
    };
    let mut reader = app.db.read().await?;
    let same = same(&mut reader, &who, &entry).await?;
    let linked = conferencing::store::linked(&mut reader, org).await?;
    let linked = linked.into_iter().find(|it| is_about(&entry, it));
    let case = case(
        &mut reader,
        &same,
        &entry,
        (linked.as_ref(), may_retry, zone, language),
    )
    .await?;
    let note = explain(&case);
    let (number, of) = (case.number, same.list.len());
    Ok(private(page(&EntryPage {
        id: entry.id.to_string(),
        title: entry.action.label(language),
        verdict: entry.result.label(language),
        tone: tone(entry.result),
        note_tone: match entry.result {
            Verdict::Succeeded => "ok",
            Verdict::Failed => "bad",
            Verdict::Retrying | Verdict::Sent => "warn",
            Verdict::Skipped | Verdict::Received => "info",
        },
        fix: fix(&mut reader, &who, &entry, note.fix).await?,
        fix_words: if may_retry {
            "entry-fix-then-retry"
        } else {
            "entry-fix"
        },
        note,
        retry: may_retry.then(|| format!("{}/retry", entry_path(entry.id))),
        at: language
            .say("entry-time-in-zone")
            .with("time", language.to_the_second(entry.at, zone))
            .with("offset", when::offset(entry.at, zone))
            .into(),
        utc: utc(entry.at),
        booking: whose.booking_id.map(|id| {
            let starts = whose.booked_for.map(|at| language.short(at, zone));
            let words = language.say(since(&entry, &whose));
            let words = words.with("booking", whose.booking(language));
            let words = words.with("starts", starts.unwrap_or_default());
            (words.into(), host_pages::path(id))
        }),
        account: account_words(whose.account_email.as_deref(), linked.as_ref(), language),
        request: entry.request.clone(),
        answer: answer(&entry, language),
        tracking_id: entry.tracking_id.clone(),
        tries: (of > 0).then(|| {
            let words = language.say("entry-attempt");
            words.with("number", number).with("all", of).into()
        }),
        request_body: entry.request_body.as_deref().map(pretty),
        response_body: entry
            .response_body
            .as_deref()
            .filter(|body| !body.is_empty())
            .map(pretty),
        around: same.around(&entry, zone, language),
        all: whose.booking_id.map(path_of),
        shell: shell.at(Nav::Integrations, who.viewer()),
    })?))
}

/// How to name the booking: it may have become another since the entry.
fn since(entry: &Entry, whose: &Whose) -> &'static str {
    let later = |at: Option<Timestamp>| at.is_some_and(|at| at > entry.at);
    let alone = !whose.event_kind.is_some_and(EventKind::is_group);
    match whose.booking_status {
        Some(Status::Canceled) if alone && later(whose.ended_at) => "entry-booking-canceled",
        Some(Status::Confirmed | Status::Canceled) if alone && later(whose.booked_at) => {
            "entry-booking-moved"
        }
        Some(Status::Confirmed | Status::Canceled | Status::Rescheduled) | None => "entry-booking",
    }
}

/// A skip names no account, but may name the broken one that stood in the way.
fn is_about(entry: &Entry, linked: &Linked) -> bool {
    match (entry.account_id, entry.result, Reason::of(&entry.words)) {
        (Some(account), ..) => linked.account.id == account,
        (None, Verdict::Skipped, Some(Reason::Broken(email))) => linked.account.email == email,
        (None, ..) => false,
    }
}

/// The tries of the same, oldest first.
struct Same {
    list: Vec<Entry>,
    /// A meeting was made after the entry.
    made_anew: bool,
}

async fn same(reader: &mut Reader, who: &SignedIn, entry: &Entry) -> Result<Same> {
    let Some(meeting) = entry.meeting_id else {
        return Ok(Same {
            list: Vec::new(),
            made_anew: false,
        });
    };
    let all = store::of_meeting(reader, who.org(), meeting).await?;
    let made_anew = all.iter().any(|it| {
        matches!(it.action, Action::CreateMeeting | Action::CreateWebinar)
            && it.result == Verdict::Succeeded
            && (it.at, it.id) > (entry.at, entry.id)
    });
    let list = all.into_iter().filter(|it| it.action == entry.action);
    Ok(Same {
        list: list.collect(),
        made_anew,
    })
}

impl Same {
    fn number(&self, entry: &Entry) -> usize {
        let before = |it: &&Entry| (it.at, it.id) <= (entry.at, entry.id);
        self.list.iter().filter(before).count()
    }

    fn around(&self, entry: &Entry, zone: &Zone, language: Language) -> Vec<Try> {
        let here = self.number(entry);
        let first = here.saturating_sub(AROUND / 2 + 1);
        let near = self.list.iter().skip(first).take(AROUND);
        let near: Vec<Try> = near
            .map(|it| Try {
                path: entry_path(it.id),
                at: language.to_the_second(it.at, zone),
                verdict: it.result.label(language),
                tone: tone(it.result),
                detail: detail(it, language),
                here: it.id == entry.id,
            })
            .collect();
        if near.len() > 1 { near } else { Vec::new() }
    }
}

async fn case<'a>(
    reader: &mut Reader,
    same: &Same,
    entry: &'a Entry,
    (linked, may_retry, zone, language): (Option<&Linked>, bool, &Zone, Language),
) -> Result<Case<'a>> {
    let number = same.number(entry);
    let waits = match entry.meeting_id {
        Some(meeting) => outbox::store::waits_until(reader, Kind::Conference, meeting).await?,
        None => None,
    };
    let broke = match (linked, entry.account_id) {
        (Some(linked), Some(account)) => {
            let span = (entry.at, entry.at + minutes(1));
            store::broke_between(reader, linked.connection.org_id, account, span).await?
        }
        (Some(_) | None, _) => false,
    };
    Ok(Case {
        language,
        entry,
        next: match (same.list.get(number), waits) {
            (Some(later), _) => Next::Tried(language.to_the_second(later.at, zone)),
            (None, Some(at)) => Next::Waits(language.to_the_second(at, zone)),
            (None, None) => Next::Never,
        },
        number: number.max(1),
        broke,
        made_anew: same.made_anew,
        is_broken: linked.is_some_and(|it| it.connection.broken_since.is_some()),
        may_retry,
    })
}

fn account_words(email: Option<&str>, linked: Option<&Linked>, language: Language) -> String {
    let Some(email) = email else {
        return language.word("log-no-account").into_owned();
    };
    let key = match linked {
        None => "entry-account-gone",
        Some(it) if it.connection.broken_since.is_some() => "entry-account-broken",
        Some(it) => match it.connection.role {
            ConnectionRole::Personal => "entry-account-personal",
            ConnectionRole::Shared => "entry-account-shared",
        },
    };
    language.say(key).with("email", email).into()
}

/// "HTTP 401 in 188 ms"
fn answer(entry: &Entry, language: Language) -> Option<String> {
    let words = match entry.status {
        Some(status) => language.say("entry-answered").with("status", status),
        None => language.say("entry-not-answered"),
    };
    Some(words.with("millis", entry.micros? / 1000).into())
}

/// Masked when it was written; what was too long to keep is no JSON any more. Anybody’s words may be
/// in it: none of them reorders what is shown.
fn pretty(body: &str) -> String {
    let shown = serde_json::from_str::<serde_json::Value>(body)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| body.to_owned());
    text::lines(&shown)
}

async fn fix(
    reader: &mut Reader,
    who: &SignedIn,
    entry: &Entry,
    fix: Option<Fix>,
) -> Result<Option<(Cow<'static, str>, String)>> {
    let zoom_page = |key| Some((who.language.word(key), "/360/integrations/zoom".to_owned()));
    Ok(match fix {
        None | Some(Fix::TryAgain | Fix::Report) => None,
        Some(Fix::Reconnect) => zoom_page("entry-fix-reconnect"),
        Some(Fix::Connect) => zoom_page("entry-fix-connect"),
        Some(Fix::TurnOn) => zoom_page("zoom-turn-on"),
        Some(Fix::SetUp) => zoom_page("entry-fix-set-up"),
        Some(Fix::EventType) => {
            let Some(meeting) = entry.meeting_id else {
                return Ok(None);
            };
            let meeting = crate::booking::store::meeting(reader, who.org(), meeting).await?;
            let Some(meeting) = meeting else {
                return Ok(None);
            };
            super::why_pages::editor(reader, who, meeting.event_type_id).await?
        }
    })
}

/// The button: asks once more, whatever was refused before.
pub async fn try_again(
    State(app): State<App>,
    Admin(who): Admin,
    Path(id): Path<String>,
) -> Result<Response> {
    let Listed { entry, whose } = found(&app, &who, &id).await?;
    let path = entry_path(entry.id);
    let nothing = || who.say("entry-nothing-to-try");
    let Some(meeting) = entry.meeting_id else {
        return Ok(Flash::new(Tone::Info, nothing()).see(&path));
    };
    if !is_worth_a_try(&app, meeting).await? {
        return Ok(Flash::new(Tone::Info, nothing()).see(&path));
    }
    retry::try_again(&app, who.org(), meeting).await?;
    let all = whose.booking_id.map_or(path.clone(), path_of);
    Ok(Flash::ok(who.say("entry-retrying"))
        .link(who.say("entry-see-new"), &all)
        .see(&path))
}
