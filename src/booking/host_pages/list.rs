//! The list of meetings: upcoming, past or canceled, twenty to a page, by day in the viewer's zone.
//! Asks the database only; no provider is asked.

use std::borrow::Cow;
use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use super::path;
use crate::accounts::rights::{Right, may};
use crate::accounts::session::SignedIn;
use crate::accounts::{self, Person};
use crate::app::App;
use crate::booking::place::place_words;
use crate::booking::store::{self, Listed, Tab};
use crate::booking::{Booking, By, Meeting};
use crate::clock::{from_micros, minutes};
use crate::conferencing::view::{self, Online};
use crate::db::Reader;
use crate::error::Result;
use crate::id::Id;
use crate::language::{Language, Said};
use crate::text;
use crate::web::form::Query;
use crate::web::layout::{Nav, Shell};
use crate::web::{page, private};
use crate::when;
use crate::zone::Zone;

const PATH: &str = "/360/meetings";
const PER_PAGE: usize = 20;
/// How long before the start a row offers to join.
const JOIN_MINUTES: i64 = 15;
const LONGEST_TEXT: usize = 100;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    tab: String,
    event: String,
    /// Empty: the viewer. "all", or a person's id, for admins.
    host: String,
    q: String,
    /// The last row of the page before: "{micros}.{booking}".
    after: String,
}

impl Asked {
    fn tab(&self) -> Tab {
        match self.tab.as_str() {
            "past" => Tab::Past,
            "canceled" => Tab::Canceled,
            _ => Tab::Upcoming,
        }
    }

    fn behind(&self) -> Option<(Timestamp, Id<Booking>)> {
        let (at, id) = self.after.split_once('.')?;
        Some((from_micros(at.parse().ok()?), id.parse().ok()?))
    }

    fn text(&self) -> Option<String> {
        let words = text::one_line(&self.q);
        let words: String = words.trim().chars().take(LONGEST_TEXT).collect();
        (!words.is_empty()).then_some(words)
    }

    /// Whose meetings. None: everybody's. Only an admin may ask for others'.
    fn host(&self, who: &Person) -> Option<Id<Person>> {
        if !may(who, Right::SeeEverybodysMeetings) {
            return Some(who.id);
        }
        match self.host.as_str() {
            "all" => None,
            named => Some(named.parse().unwrap_or(who.id)),
        }
    }

    fn is_filtered(&self) -> bool {
        !self.event.is_empty() || !self.host.is_empty() || self.text().is_some()
    }

    /// This list with the same filter: another tab, or another page.
    fn link(&self, tab: Tab, after: Option<&str>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let fields = [
            ("tab", word(tab)),
            ("event", &self.event),
            ("host", &self.host),
            ("q", &self.q),
            ("after", after.unwrap_or_default()),
        ];
        for (name, value) in fields {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        match query.finish() {
            query if query.is_empty() => PATH.to_owned(),
            query => format!("{PATH}?{query}"),
        }
    }
}

/// Upcoming is what the list shows unasked.
fn word(tab: Tab) -> &'static str {
    match tab {
        Tab::Upcoming => "",
        Tab::Past => "past",
        Tab::Canceled => "canceled",
    }
}

struct TabLink {
    label: Cow<'static, str>,
    href: String,
    here: bool,
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

struct Day {
    id: usize,
    title: String,
    rows: Vec<Line>,
}

struct Line {
    path: String,
    instant: String,
    clock: String,
    title: String,
    invitee: String,
    /// "Grace Hopper · 42 min · Phone"
    facts: String,
    /// "16:00 for Grace, Tokyo time (UTC+9)", where that is another time of day.
    theirs: Option<String>,
    badge: Option<Badge>,
    join: Option<String>,
}

struct Badge {
    tone: &'static str,
    words: String,
}

#[derive(Template)]
#[template(path = "booking/host_list.html")]
struct ListPage {
    shell: Shell,
    tab: &'static str,
    tabs: Vec<TabLink>,
    q: String,
    filtered: bool,
    clear: String,
    events: Vec<Choice>,
    hosts: Vec<Choice>,
    days: Vec<Day>,
    empty: Cow<'static, str>,
    /// The viewer's public page.
    share: String,
    older: Option<(Cow<'static, str>, String)>,
    first: Option<String>,
}

pub async fn list(
    State(app): State<App>,
    who: SignedIn,
    Query(asked): Query<Asked>,
    shell: Shell,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let (tab, now) = (asked.tab(), app.now());
    let query = store::Query {
        tab,
        host: asked.host(&who.person),
        event_type: asked.event.parse().ok(),
        text: asked.text(),
        behind: asked.behind(),
        now,
        most: i64::try_from(PER_PAGE + 1)?,
    };
    let mut found = store::listed(&mut reader, who.org(), &query).await?;
    let more = found.len() > PER_PAGE;
    found.truncate(PER_PAGE);
    let last = found.last().map(|last| {
        let at = last.booking.starts_at.as_microsecond();
        format!("{at}.{}", last.booking.id)
    });
    let older = last.filter(|_| more).map(|after| {
        let label = match tab {
            Tab::Upcoming => "meetings-later",
            Tab::Past | Tab::Canceled => "meetings-older",
        };
        (who.language.word(label), asked.link(tab, Some(&after)))
    });
    let onlines = onlines(&mut reader, &app, &who, tab, &found).await?;
    let view = View {
        viewer: &who,
        tab,
        others: query.host != Some(who.person.id),
        now,
    };
    let days = view.days(&found, &onlines);
    Ok(private(page(&ListPage {
        tab: word(tab),
        tabs: tabs(&asked, who.language),
        q: asked.q.clone(),
        filtered: asked.is_filtered(),
        clear: Asked::default().link(tab, None),
        events: events(&mut reader, &who, &asked, query.host).await?,
        hosts: hosts(&mut reader, &who, query.host).await?,
        days,
        empty: who.language.word(empty(tab)),
        share: app.config.url(&format!("/{}", who.person.username)),
        older,
        first: (!asked.after.is_empty()).then(|| asked.link(tab, None)),
        shell: shell.at(Nav::Meetings, who.viewer()),
    })?))
}

fn tabs(asked: &Asked, language: Language) -> Vec<TabLink> {
    let tab = |key, tab| TabLink {
        label: language.word(key),
        href: asked.link(tab, None),
        here: tab == asked.tab(),
    };
    vec![
        tab("meetings-upcoming", Tab::Upcoming),
        tab("meetings-past", Tab::Past),
        tab("meetings-canceled", Tab::Canceled),
    ]
}

/// The message of a list without any.
fn empty(tab: Tab) -> &'static str {
    match tab {
        Tab::Upcoming => "meetings-none-upcoming",
        Tab::Past => "meetings-none-past",
        Tab::Canceled => "meetings-none-canceled",
    }
}

async fn events(
    reader: &mut Reader,
    who: &SignedIn,
    asked: &Asked,
    host: Option<Id<Person>>,
) -> Result<Vec<Choice>> {
    let booked = store::booked_event_types(reader, who.org(), host).await?;
    let choice = |it: store::Booked| Choice {
        chosen: it.id.to_string() == asked.event,
        value: it.id.to_string(),
        label: match host {
            Some(_) => it.title,
            None => format!("{} ({})", it.title, it.owner),
        },
    };
    Ok(booked.into_iter().map(choice).collect())
}

/// For admins of more than themselves.
async fn hosts(
    reader: &mut Reader,
    who: &SignedIn,
    host: Option<Id<Person>>,
) -> Result<Vec<Choice>> {
    if !may(&who.person, Right::SeeEverybodysMeetings) {
        return Ok(Vec::new());
    }
    let people = accounts::store::names(reader, who.org()).await?;
    if people.len() < 2 {
        return Ok(Vec::new());
    }
    let me = who.person.id;
    let others = people.iter().filter(|person| person.id != me);
    let mut choices = vec![
        Choice {
            value: String::new(),
            label: who
                .say("meetings-you")
                .with("name", &who.person.name)
                .into(),
            chosen: host == Some(me),
        },
        Choice {
            value: "all".to_owned(),
            label: who.say("meetings-everybody").into(),
            chosen: host.is_none(),
        },
    ];
    choices.extend(others.map(|person| Choice {
        value: person.id.to_string(),
        label: person.name.clone(),
        chosen: host == Some(person.id),
    }));
    Ok(choices)
}

/// The rows' online places, of those that are still to come.
async fn onlines(
    reader: &mut Reader,
    app: &App,
    who: &SignedIn,
    tab: Tab,
    found: &[Listed],
) -> Result<HashMap<Id<Meeting>, Online>> {
    match tab {
        Tab::Upcoming => {}
        Tab::Past | Tab::Canceled => return Ok(HashMap::new()),
    }
    let ids: Vec<Id<Meeting>> = found.iter().map(|row| row.booking.meeting_id).collect();
    let meetings = store::meetings_in(reader, who.org(), &ids).await?;
    let onlines = view::online_all(reader, app, who.org(), &meetings).await?;
    Ok(meetings.iter().map(|it| it.id).zip(onlines).collect())
}

struct View<'a> {
    viewer: &'a SignedIn,
    tab: Tab,
    /// Meetings of others are in the list.
    others: bool,
    now: Timestamp,
}

impl View<'_> {
    fn zone(&self) -> &Zone {
        &self.viewer.person.timezone
    }

    fn days(&self, found: &[Listed], onlines: &HashMap<Id<Meeting>, Online>) -> Vec<Day> {
        let zone = self.zone();
        let mut days: Vec<(Date, Day)> = Vec::new();
        for row in found {
            let date = date(row.booking.starts_at, zone);
            let online = onlines.get(&row.booking.meeting_id);
            let line = self.line(row, online.unwrap_or(&Online::NotOurs));
            match days.last_mut() {
                Some((same, day)) if *same == date => day.rows.push(line),
                Some(_) | None => {
                    let day = Day {
                        id: days.len() + 1,
                        title: self.day(date),
                        rows: vec![line],
                    };
                    days.push((date, day));
                }
            }
        }
        days.into_iter().map(|(_, day)| day).collect()
    }

    /// "Today, Friday 12 June"
    fn day(&self, day: Date) -> String {
        let (today, language) = (date(self.now, self.zone()), self.viewer.language);
        let words = if day.year() == today.year() {
            language.day(day)
        } else {
            language.day_and_year(day)
        };
        match day.duration_since(today).as_hours() {
            0 => language.say("meetings-today").with("day", words).into(),
            24 => language.say("meetings-tomorrow").with("day", words).into(),
            _ => words,
        }
    }

    fn line(&self, row: &Listed, online: &Online) -> Line {
        let (it, zone, language) = (&row.booking, self.zone(), self.viewer.language);
        let place = place_words(language, it.location, it.location_value.as_deref(), online);
        let minutes_long = language.say("picker-minutes").with("minutes", it.minutes);
        let mut facts = vec![it.invitee_name.clone(), minutes_long.into()];
        if it.location.provider().is_none() {
            facts.push(it.location.choice(language).into_owned());
        }
        if self.others {
            let hosted_by = language.say("meetings-hosted-by");
            facts.push(hosted_by.with("host", &row.host_name).into());
        }
        let soon = it.starts_at <= self.now + minutes(JOIN_MINUTES) && self.now < it.ends_at();
        Line {
            path: path(it.id),
            instant: it.starts_at.to_string(),
            clock: when::clock_with_offset_if_dst_day(it.starts_at, zone),
            title: row.title.clone(),
            invitee: it.invitee_name.clone(),
            facts: facts.join(" · "),
            theirs: theirs(it, zone, language),
            badge: self.badge(it, online),
            join: place
                .join
                .filter(|_| soon && self.tab == Tab::Upcoming)
                .map(|join| join.url),
        }
    }

    fn badge(&self, booking: &Booking, online: &Online) -> Option<Badge> {
        let language = self.viewer.language;
        let badge = |tone, words: Said| {
            Some(Badge {
                tone,
                words: words.into(),
            })
        };
        let about_link = |key| {
            let words = language.say(key);
            words.with("place", booking.location.name(language))
        };
        let begun = booking.starts_at <= self.now;
        match (self.tab, online) {
            (Tab::Past, _) => None,
            (Tab::Canceled, _) => badge(
                "",
                match booking.ended_by {
                    Some(By::Host) => language.say("meeting-canceled-by-host"),
                    Some(By::Invitee) | None => language.say("meeting-canceled-by-invitee"),
                },
            ),
            (Tab::Upcoming, Online::NotOurs | Online::Ready(_) | Online::Pending) if begun => {
                badge("info", language.say("meeting-badge-started"))
            }
            (Tab::Upcoming, Online::NotOurs) => None,
            (Tab::Upcoming, Online::Ready(_)) => badge("ok", about_link("meetings-link-ready")),
            (Tab::Upcoming, Online::Pending) => badge("warn", about_link("meetings-link-pending")),
            (Tab::Upcoming, Online::Late(_) | Online::None(_)) => {
                badge("bad", about_link("meetings-no-link"))
            }
        }
    }
}

/// The invitee's clock, where it shows something else.
fn theirs(booking: &Booking, zone: &Zone, language: Language) -> Option<String> {
    let (at, their) = (booking.starts_at, &booking.invitee_timezone);
    if when::offset(at, their) == when::offset(at, zone) {
        return None;
    }
    let clock = if date(at, their) == date(at, zone) {
        when::clock(at, their)
    } else {
        language.brief(at, their)
    };
    let words = language.say("meetings-their-clock").with("clock", clock);
    Some(words.with("zone", language.zone_words(at, their)).into())
}

fn date(at: Timestamp, zone: &Zone) -> Date {
    zone.tz().to_datetime(at).date()
}
