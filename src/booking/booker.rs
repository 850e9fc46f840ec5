//! The page on which a guest picks a time: `/{username}/{slug}`, and the same panes for moving a
//! booking. Only what was on offer a moment ago; what is taken is decided when it is booked.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use super::month::{self, Month, Shown, Wish};
use super::{Meeting, book, store};
use crate::accounts::{self, Person};
use crate::app::App;
use crate::availability::slots::{self, Limits, NotOffered, Per};
use crate::clock::days;
use crate::db::{DbError, Reader};
use crate::error::{Error, Result};
use crate::event_types::{self, EventType, Location};
use crate::id::Id;
use crate::web::layout::Shell;
use crate::when;
use crate::zone::Zone;

/// What the address of a booker can say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub month: Option<String>,
    pub date: Option<String>,
    pub tz: Option<String>,
    pub start: Option<String>,
}

#[derive(Template)]
#[template(path = "booking/booker.html")]
struct BookerPage {
    shell: Shell,
    pick: Pick,
}

#[derive(Template)]
#[template(path = "booking/off.html")]
struct OffPage {
    shell: Shell,
    host: Person,
}

pub async fn booker(
    State(app): State<App>,
    Path((username, slug)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    shell: Shell,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let (host, event_type) = match offered(&mut reader, &username, &slug).await? {
        Offered::On(host, event_type) => (host, event_type),
        Offered::Off(host) => return off(shell, host),
    };
    let zone = zone(&asked, &headers, &host.timezone);
    let base = format!("/{username}/{slug}");
    let links = Links {
        times: format!("{base}/book"),
        base,
        keep: Vec::new(),
    };
    let view = View {
        host: &host,
        event_type: &event_type,
        zone,
        wish: Wish::parse(asked.month.as_deref(), asked.date.as_deref()),
        suggested: suggested(&headers, &host.timezone),
        guessed: asked.tz.is_none(),
        links,
        moving: None,
        now: app.now(),
    };
    let pick = view.pick(&mut reader).await?;
    crate::web::page(&BookerPage { shell, pick })
}

/// An event type as its address finds it.
pub enum Offered {
    On(Person, Box<EventType>),
    Off(Person),
}

pub async fn offered(reader: &mut Reader, username: &str, slug: &str) -> Result<Offered> {
    let host = accounts::store::person_by_username(reader, username)
        .await?
        .filter(Person::is_active)
        .ok_or(Error::NotFound)?;
    let found = event_types::store::by_slug(reader, host.org_id, host.id, slug)
        .await?
        .ok_or(Error::NotFound)?;
    if found.disabled_at.is_some() {
        return Ok(Offered::Off(host));
    }
    Ok(Offered::On(host, Box::new(found)))
}

/// The page of an event type that takes no bookings.
pub fn off(shell: Shell, host: Person) -> Result<Response> {
    let page = crate::web::page(&OffPage { shell, host })?;
    Ok((StatusCode::NOT_FOUND, page).into_response())
}

/// The zone to show: as the address says, else as the browser said, else this one.
pub fn zone(asked: &Asked, headers: &HeaderMap, otherwise: &Zone) -> Zone {
    let named = asked.tz.as_deref().and_then(|name| Zone::parse(name).ok());
    named
        .or_else(|| told_by_browser(headers))
        .unwrap_or_else(|| otherwise.clone())
}

fn told_by_browser(headers: &HeaderMap) -> Option<Zone> {
    let jar = CookieJar::from_headers(headers);
    Zone::parse(jar.get("tz")?.value()).ok()
}

pub fn suggested(headers: &HeaderMap, host: &Zone) -> Vec<Zone> {
    told_by_browser(headers)
        .into_iter()
        .chain([host.clone()])
        .collect()
}

/// All starts on offer up to the horizon. `except`: a meeting that moves is not in its own way.
pub async fn starts(
    reader: &mut Reader,
    event_type: &EventType,
    except: Option<Id<Meeting>>,
    now: Timestamp,
) -> Result<Vec<Timestamp>, DbError> {
    let Some(hours) = book::hours_of(reader, event_type).await? else {
        return Ok(Vec::new());
    };
    let (org, host) = (event_type.org_id, event_type.person_id);
    let until = horizon(event_type, now);
    let busy = store::busy(reader, org, host, (now, until), except).await?;
    let around = (now - days(32), until + days(32));
    let booked = store::starts_of(reader, org, event_type.id, around, except).await?;
    let offer = event_type.offer();
    Ok(slots::slots(
        &offer, &hours, &busy, &booked, now, until, now,
    ))
}

fn horizon(event_type: &EventType, now: Timestamp) -> Timestamp {
    now + days(i64::from(event_type.horizon_days) + 2)
}

/// Why a day without times has none, when it is a limit.
async fn limit_of_day(
    reader: &mut Reader,
    event_type: &EventType,
    (day, zone): (Date, &Zone),
    except: Option<Id<Meeting>>,
    now: Timestamp,
) -> Result<Option<Per>, DbError> {
    let offer = event_type.offer();
    if offer.limits == Limits::default() {
        return Ok(None);
    }
    let unlimited = EventType {
        max_per_day: None,
        max_per_week: None,
        max_per_month: None,
        ..event_type.clone()
    };
    let from = month::midnight(day, zone);
    let all = starts(reader, &unlimited, except, now).await?;
    let of_day = all.iter().find(|at| **at >= from);
    let Some(start) = of_day.filter(|at| month::date(**at, zone) == day) else {
        return Ok(None);
    };
    let Some(hours) = book::hours_of(reader, event_type).await? else {
        return Ok(None);
    };
    let around = (*start - days(32), *start + days(32));
    let org = event_type.org_id;
    let booked = store::starts_of(reader, org, event_type.id, around, except).await?;
    Ok(
        match slots::is_offered(*start, &offer, &hours, &[], &booked, now) {
            Err(NotOffered::LimitReached { per, .. }) => Some(per),
            Ok(())
            | Err(
                NotOffered::InPast
                | NotOffered::TooSoon
                | NotOffered::TooFar
                | NotOffered::OutsideHours
                | NotOffered::Taken
                | NotOffered::OffGrid,
            ) => None,
        },
    )
}

/// Where the links of the panes lead.
pub struct Links {
    /// The page itself.
    pub base: String,
    /// The page a time leads to.
    pub times: String,
    /// What every link carries on.
    pub keep: Vec<(&'static str, String)>,
}

impl Links {
    fn to(&self, path: &str, more: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.keep {
            query.append_pair(name, value);
        }
        for (name, value) in more {
            query.append_pair(name, value);
        }
        format!("{path}?{}", query.finish())
    }

    pub fn time(&self, start: Timestamp, zone: &Zone) -> String {
        let start = start.to_string();
        self.to(&self.times, &[("start", &start), ("tz", zone.name())])
    }

    pub fn date(&self, date: Date, zone: &Zone) -> String {
        let date = date.to_string();
        self.to(&self.base, &[("date", &date), ("tz", zone.name())])
    }

    fn month(&self, first: Date, zone: &Zone) -> String {
        let month = first.strftime("%Y-%m").to_string();
        self.to(&self.base, &[("month", &month), ("tz", zone.name())])
    }
}

/// Everything the panes are made from.
pub struct View<'a> {
    pub host: &'a Person,
    pub event_type: &'a EventType,
    pub zone: Zone,
    pub wish: Wish,
    pub suggested: Vec<Zone>,
    /// The zone was not asked for: a browser that knows better may say so.
    pub guessed: bool,
    pub links: Links,
    /// The booking's meeting and its time, when it is being moved.
    pub moving: Option<(Id<Meeting>, Timestamp)>,
    pub now: Timestamp,
}

/// The panes, in words.
pub struct Pick {
    pub host: String,
    pub first_name: String,
    pub initials: String,
    pub title: String,
    pub description: String,
    pub minutes: u16,
    pub place: String,
    pub icon: &'static str,
    pub zone: String,
    pub guessed: bool,
    pub month: String,
    pub earlier: Option<(String, String)>,
    pub later: Option<(String, String)>,
    pub weeks: Vec<Vec<Option<Cell>>>,
    pub times: Times,
    pub base: String,
    /// Hidden fields of the zone's form.
    pub keep: Vec<(&'static str, String)>,
    pub zones: Vec<(String, Vec<ZoneOption>)>,
    /// "Friday 12 June 2026, 09:00 to 09:42": the time a booking has that is being moved.
    pub now_at: Option<String>,
}

pub struct Cell {
    pub number: i8,
    pub name: String,
    pub href: Option<String>,
    pub today: bool,
    pub chosen: bool,
    /// The day of the booking that is being moved.
    pub was: bool,
}

pub struct Times {
    pub title: String,
    /// "6 times, shown in Madrid time"
    pub note: String,
    pub parts: Vec<(&'static str, Vec<Time>)>,
    /// Said before the next free time.
    pub empty: Option<String>,
    pub next: Option<(String, String)>,
    pub say: String,
}

pub struct Time {
    pub clock: String,
    pub instant: String,
    pub href: String,
}

pub struct ZoneOption {
    pub name: String,
    pub words: String,
    pub selected: bool,
}

impl View<'_> {
    pub async fn pick(&self, reader: &mut Reader) -> Result<Pick> {
        let except = self.moving.map(|(meeting, _)| meeting);
        let mut starts = starts(reader, self.event_type, except, self.now).await?;
        // The time it has is no new time.
        starts.retain(|at| self.moving.is_none_or(|(_, has)| *at != has));
        let until = horizon(self.event_type, self.now);
        let month = month::month(&starts, &self.zone, self.wish, self.now, until);
        let limit = match month.shown {
            Shown::EmptyDay { date, .. } => {
                let day = (date, &self.zone);
                limit_of_day(reader, self.event_type, day, except, self.now).await?
            }
            Shown::Times { .. } | Shown::EmptyMonth { .. } | Shown::Nothing => None,
        };
        Ok(self.words(&month, limit))
    }

    fn words(&self, month: &Month, limit: Option<Per>) -> Pick {
        let (zone, links, it) = (&self.zone, &self.links, self.event_type);
        let (place, icon) = place(it);
        let other = |first: &Date| (links.month(*first, zone), when::month(*first));
        let mut keep = links.keep.clone();
        match &month.shown {
            Shown::Times { date, .. } | Shown::EmptyDay { date, .. } => {
                keep.push(("date", date.to_string()));
            }
            Shown::EmptyMonth { .. } | Shown::Nothing => {
                keep.push(("month", month.first.strftime("%Y-%m").to_string()));
            }
        }
        let weeks = month.weeks.iter();
        Pick {
            host: self.host.name.clone(),
            first_name: self.host.first_name().to_owned(),
            initials: self.host.initials(),
            title: it.title.clone(),
            description: it.public_description.clone(),
            minutes: it.minutes,
            place,
            icon,
            zone: zone.name().to_owned(),
            guessed: self.guessed,
            month: when::month(month.first),
            earlier: month.earlier.as_ref().map(other),
            later: month.later.as_ref().map(other),
            weeks: weeks
                .map(|week| {
                    week.iter()
                        .map(|day| day.map(|day| self.cell(day)))
                        .collect()
                })
                .collect(),
            times: self.times(month, limit),
            base: links.base.clone(),
            keep,
            zones: zones(zone, &self.suggested, self.now),
            now_at: self
                .moving
                .map(|(_, has)| when::range(has, it.minutes, zone)),
        }
    }

    fn cell(&self, day: month::Day) -> Cell {
        let today = if day.today { ", today" } else { "" };
        let name = format!("{}{today}, {}", when::day(day.date), count(day.times));
        let href = (day.times > 0).then(|| self.links.date(day.date, &self.zone));
        Cell {
            number: day.date.day(),
            name,
            href,
            today: day.today,
            chosen: day.chosen,
            was: self
                .moving
                .is_some_and(|(_, has)| month::date(has, &self.zone) == day.date),
        }
    }

    fn times(&self, month: &Month, limit: Option<Per>) -> Times {
        let first_name = self.host.first_name();
        let next = |at: &Timestamp| {
            let date = month::date(*at, &self.zone);
            let words = format!("{}, {}", when::day(date), when::clock(*at, &self.zone));
            Some((self.links.date(date, &self.zone), words))
        };
        let empty = |title: String, words: String, next: Option<(String, String)>| Times {
            title,
            note: String::new(),
            parts: Vec::new(),
            say: words.clone(),
            empty: Some(words),
            next,
        };
        match &month.shown {
            Shown::Times { date, times } => {
                let day = when::day(*date);
                let zone_words = if self.zone.is_place() {
                    format!("{} time", self.zone.city())
                } else {
                    self.zone.name().to_owned()
                };
                Times {
                    note: format!("{}, shown in {zone_words}", count(times.len())),
                    parts: self.parts(times),
                    empty: None,
                    next: None,
                    say: format!("{} on {day}", count(times.len())),
                    title: day,
                }
            }
            Shown::EmptyDay { date, next: at } => {
                let words = match limit {
                    Some(per) => format!("{first_name} takes no more bookings {}.", span(per)),
                    None => format!("No free times on {}.", when::day(*date)),
                };
                empty(when::day(*date), words, next(at))
            }
            Shown::EmptyMonth { next: at } => {
                let name = month.first.strftime("%B").to_string();
                let words = format!("No free times in {name}.");
                empty(when::month(month.first), words, next(at))
            }
            Shown::Nothing => {
                let far = self.event_type.horizon_days;
                let unit = if far == 1 { "day" } else { "days" };
                let words = format!("{first_name} has nothing open in the next {far} {unit}.");
                empty("No times available.".to_owned(), words, None)
            }
        }
    }

    fn parts(&self, times: &[Timestamp]) -> Vec<(&'static str, Vec<Time>)> {
        let mut parts: Vec<(&'static str, Vec<Time>)> = Vec::new();
        for at in times {
            let name = month::part_of_day(*at, &self.zone);
            let time = Time {
                clock: when::clock_with_offset_if_dst_day(*at, &self.zone),
                instant: at.to_string(),
                href: self.links.time(*at, &self.zone),
            };
            match parts.last_mut() {
                Some((last, times)) if *last == name => times.push(time),
                Some(_) | None => parts.push((name, vec![time])),
            }
        }
        parts
    }
}

/// "1 time", "6 times"
fn count(times: usize) -> String {
    match times {
        0 => "no times".to_owned(),
        1 => "1 time".to_owned(),
        many => format!("{many} times"),
    }
}

pub fn span(per: Per) -> &'static str {
    match per {
        Per::Day => "that day",
        Per::Week => "that week",
        Per::Month => "that month",
    }
}

/// Where it takes place, before it is booked; and an icon.
pub fn place(it: &EventType) -> (String, &'static str) {
    let label = it.location.label();
    if it.location.provider().is_some() {
        return (
            format!("{label}. The link is created when you book."),
            "video",
        );
    }
    if it.location.needs_a_calendar() {
        return (label.to_owned(), "video");
    }
    if it.location == Location::Phone {
        return ("Phone. You leave your number.".to_owned(), "phone");
    }
    if it.location.asks_invitee().is_some() {
        return ("You say where to meet.".to_owned(), "place");
    }
    if it.location == Location::CustomUrl {
        return ("Online. You get the link when you book.".to_owned(), "link");
    }
    let said = it.location_value.clone().filter(|said| !said.is_empty());
    (said.unwrap_or_else(|| label.to_owned()), "place")
}

/// The zones to choose from: those that are likely, then all by area.
fn zones(chosen: &Zone, suggested: &[Zone], now: Timestamp) -> Vec<(String, Vec<ZoneOption>)> {
    let option = |zone: &Zone, selected: bool| ZoneOption {
        name: zone.name().to_owned(),
        words: when::zone_option(zone, now),
        selected,
    };
    let mut likely = vec![option(chosen, true)];
    for zone in suggested {
        if likely.iter().all(|known| known.name != zone.name()) {
            likely.push(option(zone, false));
        }
    }
    let mut groups = vec![("Suggested".to_owned(), likely)];
    for zone in Zone::all() {
        let area = zone.name().split('/').next().unwrap_or_default().to_owned();
        match groups.last_mut() {
            Some((name, zones)) if *name == area => zones.push(option(&zone, false)),
            Some(_) | None => groups.push((area, vec![option(&zone, false)])),
        }
    }
    groups
}
