//! The log as admins read it: filtered, by pages, and as a file for a spreadsheet.

use std::borrow::Cow;
use std::future::Future;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;

use super::explain::{detail, said};
use super::filter::{Asked, Filter, NO_ACCOUNT, Which};
use super::store::{self, Listed};
use super::{Action, PAGE, Verdict, csv, entry_path};
use crate::accounts::session::Admin;
use crate::app::App;
use crate::booking::host_pages;
use crate::error::Result;
use crate::event_types::Kind;
use crate::language::Language;
use crate::web::layout::{Nav, Shell};
use crate::web::{page, private};
use crate::zone::Zone;

const PER_PAGE: usize = 50;
/// Entries in one file. More than a spreadsheet is good for, and few megabytes.
const MOST_IN_FILE: usize = 10_000;
/// Of one question to the database.
const AT_ONCE: usize = 500;

#[derive(Template)]
#[template(path = "sync_log/list.html")]
struct ListPage {
    shell: Shell,
    asked: Asked,
    left_out: Vec<String>,
    filtered: bool,
    /// How long entries are kept.
    days: i64,
    /// "Madrid time (UTC+2)"
    zone: String,
    results: Vec<Choice>,
    actions: Vec<Choice>,
    accounts: Vec<Choice>,
    rows: Vec<Line>,
    export: String,
    most_in_file: String,
    older: Option<String>,
    first: Option<String>,
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

struct Line {
    path: String,
    at: String,
    utc: String,
    action: Cow<'static, str>,
    verdict: Cow<'static, str>,
    tone: &'static str,
    /// "Intro call · Grace Hopper", and its address.
    booking: Option<(String, String)>,
    account: Option<String>,
    /// What Zoom said, above the figures of the call.
    said: Option<String>,
    detail: String,
    /// When it is tried again.
    next_try: Option<String>,
    /// The account can be connected again, which mends what failed.
    reconnect: bool,
}

/// The badge's class. The word stands beside it in every case.
pub fn tone(result: Verdict) -> &'static str {
    match result {
        Verdict::Succeeded => "ok",
        Verdict::Retrying | Verdict::Sent => "warn",
        Verdict::Failed => "bad",
        Verdict::Skipped => "",
        Verdict::Received => "info",
    }
}

impl Line {
    fn of(listed: &Listed, now: Timestamp, zone: &Zone, language: Language) -> Line {
        let (entry, whose) = (&listed.entry, &listed.whose);
        let clock = |at| language.to_the_second_short(at, now, zone);
        Line {
            path: entry_path(entry.id),
            at: clock(entry.at),
            utc: utc(entry.at),
            action: entry.action.label(language),
            verdict: entry.result.label(language),
            tone: tone(entry.result),
            booking: whose
                .booking_id
                .map(|id| (whose.booking(language), host_pages::path(id))),
            account: whose.account_email.clone(),
            said: said(entry),
            detail: detail(entry, language),
            next_try: whose.next_try.map(clock),
            reconnect: entry.result == Verdict::Failed && whose.broken_since.is_some(),
        }
    }
}

impl store::Whose {
    /// "Intro call · Grace Hopper", "Workshop · 3 invitees"
    pub fn booking(&self, language: Language) -> String {
        let words = language.say("log-whose");
        let words = words.with("title", self.event_title.as_deref().unwrap_or_default());
        words.with("invitee", self.invitee(language)).into()
    }

    /// Many share a group’s meeting, and the log is about all of them.
    fn invitee(&self, language: Language) -> String {
        if self.event_kind.is_some_and(Kind::is_group) {
            let words = language.say("meeting-invitees");
            words.with("invitees", self.seats).into()
        } else {
            self.invitee_name.clone().unwrap_or_default()
        }
    }
}

/// "2026-05-04 08:00:00 UTC"
pub fn utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

pub async fn list(
    State(app): State<App>,
    Admin(who): Admin,
    RawQuery(query): RawQuery,
    shell: Shell,
) -> Result<Response> {
    let (zone, language) = (&who.person.timezone, shell.language);
    let asked = Asked::of(query.as_deref());
    let (filter, left_out) = asked.read(zone, language);
    let mut reader = app.db.read().await?;
    let most = i64::try_from(PER_PAGE + 1)?;
    let mut found = store::listed(&mut reader, who.org(), &filter, most).await?;
    let more = found.len() > PER_PAGE;
    found.truncate(PER_PAGE);
    let older = found.last().filter(|_| more).map(|last| {
        let at = last.entry.at.as_microsecond();
        asked.link(PAGE, &format!("{at}.{}", last.entry.id))
    });
    let accounts = store::accounts(&mut reader, who.org()).await?;
    Ok(private(page(&ListPage {
        left_out,
        filtered: asked.is_filtered(),
        days: app.config.sync_log_days,
        zone: language.zone_words(app.now(), zone),
        results: Verdict::ALL
            .iter()
            .map(|it| choice(it.word(), it.label(language), filter.result == Some(*it)))
            .collect(),
        actions: Action::ALL
            .iter()
            .map(|it| choice(it.word(), it.label(language), filter.action == Some(*it)))
            .collect(),
        accounts: account_choices(&accounts, &filter, language),
        rows: found
            .iter()
            .map(|row| Line::of(row, app.now(), zone, language))
            .collect(),
        export: asked.link(&format!("{PAGE}.csv"), ""),
        most_in_file: format!("{},000", MOST_IN_FILE / 1_000),
        older,
        first: (!asked.after.is_empty()).then(|| asked.link(PAGE, "")),
        shell: shell.at(Nav::Integrations, who.viewer()),
        asked,
    })?))
}

fn choice(value: &str, label: impl Into<String>, chosen: bool) -> Choice {
    Choice {
        value: value.to_owned(),
        label: label.into(),
        chosen,
    }
}

fn account_choices(accounts: &[store::Named], filter: &Filter, language: Language) -> Vec<Choice> {
    let none = filter.account == Some(Which::NoAccount);
    let mut choices = vec![choice(NO_ACCOUNT, language.word("log-no-account"), none)];
    choices.extend(accounts.iter().map(|it| {
        let chosen = filter.account == Some(Which::One(it.id));
        choice(&it.id.to_string(), it.email.as_str(), chosen)
    }));
    choices
}

/// In English whoever asks, as all of the file: programs read it.
const HEAD: [&str; 14] = [
    "Time (UTC)",
    "Action",
    "Result",
    "Event type",
    "Invitee",
    "Booked for (UTC)",
    "Booking",
    "Account",
    "Request",
    "HTTP status",
    "Milliseconds",
    "Zoom tracking ID",
    "Words",
    "Entry",
];

/// The filtered log as CSV. Bodies stay on the entries' own pages.
pub async fn export(
    State(app): State<App>,
    Admin(who): Admin,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let (filter, _) = Asked::of(query.as_deref()).read(&who.person.timezone, who.language);
    let ask = async |behind| {
        let filter = Filter {
            behind,
            ..filter.clone()
        };
        let mut reader = app.db.read().await?;
        store::listed(&mut reader, who.org(), &filter, i64::try_from(AT_ONCE)?)
            .await
            .map_err(anyhow::Error::from)
    };
    let text = file(ask, MOST_IN_FILE).await?;
    let day = app.now().strftime("%Y-%m-%d");
    let name = format!("attachment; filename=\"zoom-sync-log-{day}.csv\"");
    let mut response = private(text.into_response());
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::try_from(name)?);
    Ok(response)
}

type Behind = Option<(Timestamp, crate::id::Id<super::Entry>)>;

/// Asks for one part after another, each behind the last, so that no question is large.
async fn file<F>(ask: impl Fn(Behind) -> F, most: usize) -> anyhow::Result<String>
where
    F: Future<Output = anyhow::Result<Vec<Listed>>>,
{
    let mut text = format!("{}{}", csv::BYTE_ORDER_MARK, csv::line(&HEAD));
    let (mut behind, mut written) = (None, 0);
    loop {
        let found = ask(behind).await?;
        let Some(last) = found.last() else {
            return Ok(text);
        };
        behind = Some((last.entry.at, last.entry.id));
        for listed in &found {
            if written == most {
                let words =
                    format!("Only the newest {most} entries. Filter for fewer to see more.");
                let mut cells = [const { String::new() }; HEAD.len()];
                cells[0] = words;
                text.push_str(&csv::line(&cells));
                return Ok(text);
            }
            text.push_str(&csv::line(&cells(listed)));
            written += 1;
        }
    }
}

fn cells(listed: &Listed) -> [String; HEAD.len()] {
    let language = Language::English;
    let (entry, whose) = (&listed.entry, &listed.whose);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let number = |number: Option<i64>| number.map_or_else(String::new, |n| n.to_string());
    let plain = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M:%S").to_string();
    [
        plain(entry.at),
        entry.action.label(language).into_owned(),
        entry.result.label(language).into_owned(),
        text(&whose.event_title),
        whose
            .booking_id
            .map_or_else(String::new, |_| whose.invitee(language)),
        whose.booked_for.map_or_else(String::new, plain),
        whose
            .booking_id
            .map_or_else(String::new, |id| id.to_string()),
        text(&whose.account_email),
        text(&entry.request),
        number(entry.status),
        number(entry.micros.map(|micros| micros / 1000)),
        text(&entry.tracking_id),
        entry.words.clone(),
        entry.id.to_string(),
    ]
}
