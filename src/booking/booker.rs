//! The page on which a guest picks a time: `/{username}/{slug}` or `/team/{team}/{slug}`, and the same
//! panes for moving a booking. Only what was on offer a moment ago; what is taken is decided when it is booked.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::By;
use super::book_pages::When;
use super::month::{self, Month, Shown, Wish};
use super::offers::{self, Offers, Seek};
use crate::accounts::{self, Org, Person};
use crate::app::App;
use crate::availability::slots::{NotOffered, Per};
use crate::clock;
use crate::db::Reader;
use crate::error::{Error, Result};
use crate::event_types::look::Part;
use crate::event_types::{self, EventType, Location};
use crate::id::Id;
use crate::language::Language;
use crate::teams::{self, Team};
use crate::text;
use crate::web::embed::Told;
use crate::web::form::Query;
use crate::web::language;
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
    pub lang: Option<String>,
    /// What the form begins with, as whoever gave the link knows it.
    pub name: Option<String>,
    pub email: Option<String>,
}

impl Asked {
    /// As what is typed is cleaned; nothing of what is too long for any address.
    pub fn known(&self) -> Vec<(&'static str, String)> {
        const LONGEST: usize = 254;
        let said = |name, value: &Option<String>| {
            let words = text::line(value.as_deref()?, LONGEST).ok()?;
            Some((name, words))
        };
        let all = [said("name", &self.name), said("email", &self.email)];
        all.into_iter().flatten().collect()
    }
}

#[derive(Template)]
#[template(path = "booking/booker.html")]
struct BookerPage {
    shell: Shell,
    told: Told,
    pick: Pick,
}

#[derive(Template)]
#[template(path = "booking/off.html")]
struct OffPage {
    shell: Shell,
    face: Face,
    /// Something else can be booked with them.
    others: bool,
}

/// Whose page it is: a person's, or a team's, whose members take turns.
#[derive(Clone, Debug)]
pub struct Face {
    pub name: String,
    /// As one speaks of them.
    pub short: String,
    pub initials: String,
    pub picture: Option<String>,
    /// Their page.
    pub home: String,
    pub zone: Zone,
    org: Id<Org>,
    whose: Whose,
}

#[derive(Clone, Copy, Debug)]
enum Whose {
    Person(Id<Person>),
    Team(Id<Team>),
}

impl Face {
    pub fn of(person: &Person) -> Face {
        Face {
            name: person.name.clone(),
            short: person.first_name().to_owned(),
            initials: person.initials(),
            picture: person.picture_path(),
            home: format!("/{}", person.username),
            zone: person.timezone.clone(),
            org: person.org_id,
            whose: Whose::Person(person.id),
        }
    }

    /// A team is nowhere: times are shown as its event type's owner has them, until a guest says.
    pub fn of_team(team: &Team, zone: Zone) -> Face {
        Face {
            name: team.name.clone(),
            short: team.name.clone(),
            initials: accounts::initials(&team.name),
            picture: None,
            home: team.path(),
            zone,
            org: team.org_id,
            whose: Whose::Team(team.id),
        }
    }

    /// Whether their page lists anything besides this one.
    async fn has_others(&self, reader: &mut Reader, but: Id<EventType>) -> Result<bool> {
        let all = match self.whose {
            Whose::Person(id) => event_types::store::open_of_person(reader, self.org, id).await?,
            Whose::Team(id) => event_types::store::of_team(reader, self.org, id).await?,
        };
        Ok(all.iter().any(|it| it.is_on() && it.id != but))
    }
}

pub async fn booker(
    State(app): State<App>,
    Path((username, slug)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    shell: Shell,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let offered = offered(&mut reader, &username, &slug).await?;
    show(&app, &mut reader, offered, (&asked, &headers), shell).await
}

/// The same for `/team/{team}/{slug}`.
pub async fn team_booker(
    State(app): State<App>,
    Path((team, slug)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    shell: Shell,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let offered = offered_by_team(&mut reader, &team, &slug).await?;
    show(&app, &mut reader, offered, (&asked, &headers), shell).await
}

/// A month of starts, for programs: `/{username}/{slug}/slots?month=2026-06&tz=Europe/Madrid`.
#[derive(Serialize)]
struct Slots {
    event_type_id: Uuid,
    timezone: String,
    computed_at: Timestamp,
    slots: Vec<Slot>,
}

#[derive(Serialize)]
struct Slot {
    start: Timestamp,
    end: Timestamp,
}

pub async fn slots(
    State(app): State<App>,
    Path((username, slug)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let offered = offered(&mut reader, &username, &slug).await?;
    list(&app, &mut reader, offered, (&asked, &headers)).await
}

/// The same for `/team/{team}/{slug}/slots`.
pub async fn team_slots(
    State(app): State<App>,
    Path((team, slug)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let offered = offered_by_team(&mut reader, &team, &slug).await?;
    list(&app, &mut reader, offered, (&asked, &headers)).await
}

async fn list(
    app: &App,
    reader: &mut Reader,
    offered: Offered,
    (asked, headers): (&Asked, &HeaderMap),
) -> Result<Response> {
    let (face, event_type) = match offered {
        Offered::On(face, event_type) => (face, event_type),
        Offered::Off(..) => return Err(Error::NotFound),
    };
    let (now, zone) = (app.now(), zone(asked, headers, &face.zone));
    let wish = Wish::parse(asked.month.as_deref(), asked.date.as_deref());
    let offers = offers::load(reader, &event_type, &Seek::any().only_times(), now).await?;
    let until = offers::horizon(&event_type, now);
    let (from, to) = month::stretch(&zone, wish, now, until);
    let mut starts = offers.starts_between(from, to);
    if starts.is_empty() {
        starts = offers.starts();
    }
    let length = clock::minutes(i64::from(event_type.minutes));
    let slots = month::starts_in_month(&starts, &zone, wish, now, until)
        .iter()
        .map(|start| Slot {
            start: *start,
            end: *start + length,
        })
        .collect();
    Ok(axum::Json(Slots {
        event_type_id: event_type.id.uuid(),
        timezone: zone.name().to_owned(),
        computed_at: now,
        slots,
    })
    .into_response())
}

async fn show(
    app: &App,
    reader: &mut Reader,
    offered: Offered,
    (asked, headers): (&Asked, &HeaderMap),
    shell: Shell,
) -> Result<Response> {
    let (face, event_type) = match offered {
        Offered::On(face, event_type) => (face, event_type),
        Offered::Off(face, id) => return off(reader, shell, (face, id)).await,
    };
    let base = format!("{}/{}", face.home, event_type.slug);
    let links = Links {
        times: format!("{base}/book"),
        base,
        keep: kept(asked, &shell),
    };
    let org = accounts::store::org(reader, event_type.org_id).await?;
    let view = View {
        language: shell.language,
        zone: zone(asked, headers, &face.zone),
        suggested: suggested(headers, &face.zone),
        face,
        org: org.map(|org| org.name),
        event_type: &event_type,
        wish: Wish::parse(asked.month.as_deref(), asked.date.as_deref()),
        guessed: asked.tz.is_none(),
        links,
        seek: Seek::any(),
        moving: None,
        now: app.now(),
    };
    let pick = view.pick(reader).await?;
    crate::web::page(&BookerPage {
        told: Told::page(event_type.id),
        shell: event_type.look.dress(shell),
        pick,
    })
}

/// What addresses carry along: that the page is in a frame, a language chosen by the address (a frame
/// of another site keeps no cookie), and what the form begins with.
pub fn kept(asked: &Asked, shell: &Shell) -> Vec<(&'static str, String)> {
    let chosen = asked.lang.as_deref().and_then(Language::of_tag);
    let chosen = chosen.map(|it| (language::NAME, it.tag().to_owned()));
    let embed = shell.embed.query().into_iter();
    embed.chain(chosen).chain(asked.known()).collect()
}

/// An event type as its address finds it.
pub enum Offered {
    On(Face, Box<EventType>),
    Off(Face, Id<EventType>),
}

pub async fn offered(reader: &mut Reader, username: &str, slug: &str) -> Result<Offered> {
    let host = accounts::store::person_by_username(reader, username)
        .await?
        .filter(Person::is_active)
        .ok_or(Error::NotFound)?;
    let found = event_types::store::by_slug(reader, host.org_id, host.id, slug)
        .await?
        .ok_or(Error::NotFound)?;
    Ok(Offered::of(Face::of(&host), found))
}

pub async fn offered_by_team(reader: &mut Reader, team: &str, slug: &str) -> Result<Offered> {
    let team = teams::store::by_slug(reader, team)
        .await?
        .ok_or(Error::NotFound)?;
    let found = event_types::store::by_team_slug(reader, team.org_id, team.id, slug)
        .await?
        .ok_or(Error::NotFound)?;
    let face = team_face(reader, &team, &found).await?;
    Ok(Offered::of(face, found))
}

/// The team, in the zone of whoever made the event type.
async fn team_face(reader: &mut Reader, team: &Team, event_type: &EventType) -> Result<Face> {
    let owner = accounts::store::person_in(reader, team.org_id, event_type.person_id).await?;
    let zone = owner.map_or_else(Zone::utc, |owner| owner.timezone);
    Ok(Face::of_team(team, zone))
}

/// Who an event type is booked with: the team it is of, else this host.
pub async fn face(reader: &mut Reader, event_type: &EventType, host: &Person) -> Result<Face> {
    let team = match event_type.team_id.filter(|_| event_type.kind.takes_turns()) {
        Some(team) => teams::store::find(reader, event_type.org_id, team).await?,
        None => None,
    };
    match team {
        Some(team) => team_face(reader, &team, event_type).await,
        None => Ok(Face::of(host)),
    }
}

impl Offered {
    fn of(face: Face, event_type: EventType) -> Offered {
        if event_type.disabled_at.is_some() {
            return Offered::Off(face, event_type.id);
        }
        Offered::On(face, Box::new(event_type))
    }
}

/// The page of an event type that takes no bookings.
pub async fn off(
    reader: &mut Reader,
    shell: Shell,
    (face, id): (Face, Id<EventType>),
) -> Result<Response> {
    let others = face.has_others(reader, id).await?;
    let page = crate::web::page(&OffPage {
        shell,
        face,
        others,
    })?;
    Ok((StatusCode::NOT_FOUND, page).into_response())
}

/// The zone to show: as the address says, else as the browser said, else this one.
pub fn zone(asked: &Asked, headers: &HeaderMap, otherwise: &Zone) -> Zone {
    let named = asked.tz.as_deref().and_then(|name| Zone::parse(name).ok());
    named
        .or_else(|| told_by_browser(headers))
        .unwrap_or_else(|| otherwise.clone())
}

pub fn told_by_browser(headers: &HeaderMap) -> Option<Zone> {
    let jar = CookieJar::from_headers(headers);
    Zone::parse(jar.get("tz")?.value()).ok()
}

pub fn suggested(headers: &HeaderMap, host: &Zone) -> Vec<Zone> {
    told_by_browser(headers)
        .into_iter()
        .chain([host.clone()])
        .collect()
}

/// Why a day without times has none, when it is a limit.
fn limit_of_day(offers: &Offers, (day, zone): (Date, &Zone)) -> Option<Per> {
    let from = month::midnight(day, zone);
    let reached = |start: &Timestamp| match offers.spot(*start) {
        Err(NotOffered::LimitReached { per, .. }) => Some(per),
        Ok(_)
        | Err(
            NotOffered::InPast
            | NotOffered::TooSoon
            | NotOffered::TooFar
            | NotOffered::OutsideHours
            | NotOffered::Taken
            | NotOffered::OffGrid,
        ) => None,
    };
    let all = offers.starts_without_limits();
    let of_day = all.iter().find(|at| **at >= from)?;
    Some(of_day)
        .filter(|at| month::date(**at, zone) == day)
        .and_then(reached)
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
        match query.finish() {
            nothing if nothing.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
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
    pub language: Language,
    pub face: Face,
    /// The name of their organization, where it is said.
    pub org: Option<String>,
    pub event_type: &'a EventType,
    pub zone: Zone,
    pub wish: Wish,
    pub suggested: Vec<Zone>,
    /// The zone was not asked for: a browser that knows better may say so.
    pub guessed: bool,
    pub links: Links,
    /// Who may host, and what is not in the way.
    pub seek: Seek,
    /// The booking that is being moved.
    pub moving: Option<Moving>,
    pub now: Timestamp,
}

/// A booking that is being moved.
pub struct Moving {
    pub starts_at: Timestamp,
    pub minutes: u16,
    /// Who moves it.
    pub by: By,
    pub heading: String,
    /// The room moves with it, and can be reached.
    pub keeps_link: bool,
}

/// The panes, in words.
pub struct Pick {
    pub host: String,
    pub org: Option<String>,
    pub shows_face: bool,
    pub initials: String,
    pub picture: Option<String>,
    pub title: String,
    pub description: String,
    pub shows_description: bool,
    /// None: left out.
    pub minutes: Option<u16>,
    pub place: String,
    pub icon: &'static str,
    pub zone: String,
    pub guessed: bool,
    pub month: String,
    /// Said where another month was asked for.
    pub beyond: Option<String>,
    pub earlier: Option<(String, String)>,
    pub later: Option<(String, String)>,
    pub weeks: Vec<Vec<Option<Cell>>>,
    pub times: Times,
    pub base: String,
    /// Hidden fields of the zone's form.
    pub keep: Vec<(&'static str, String)>,
    /// The zones that are likely, then all others.
    pub likely: Vec<ZoneOption>,
    pub all_zones: Arc<str>,
    /// The time a booking has that is being moved.
    pub now_at: Option<When>,
}

pub struct Cell {
    pub number: i8,
    /// Where it leads, and what is read out.
    pub link: Option<(String, String)>,
    pub today: bool,
    pub chosen: bool,
    /// The day of the booking that is being moved.
    pub was: bool,
}

pub struct Times {
    pub title: String,
    /// "6 times, shown in Madrid time"
    pub note: String,
    pub parts: Vec<(Cow<'static, str>, Vec<Time>)>,
    /// Said before the next free time.
    pub empty: Option<String>,
    pub next: Option<(String, String)>,
    /// Where else there may be times, when there are none at all.
    pub others: Option<(String, String)>,
    pub say: String,
}

pub struct Time {
    pub clock: String,
    pub instant: String,
    pub href: String,
    /// "3 spots left", where that is shown.
    pub left: Option<String>,
}

pub struct ZoneOption {
    pub name: String,
    pub words: String,
    pub selected: bool,
}

impl View<'_> {
    pub async fn pick(&self, reader: &mut Reader) -> Result<Pick> {
        let offers =
            offers::load(reader, self.event_type, &self.seek.only_times(), self.now).await?;
        let until = offers::horizon(self.event_type, self.now);
        let wish = self.wish(&offers);
        let (from, to) = month::stretch(&self.zone, wish, self.now, until);
        let month = |starts: Vec<Timestamp>| {
            month::month(&self.new_times(starts), &self.zone, wish, self.now, until)
        };
        let near = month(offers.starts_between(from, to));
        let month = match near.shown {
            Shown::Times { .. } => near,
            // To say when the next is takes all of them.
            Shown::EmptyDay { .. } | Shown::EmptyMonth { .. } | Shown::Nothing => {
                month(offers.starts())
            }
        };
        let mut times = self.times(&month, &offers);
        if month.shown == Shown::Nothing {
            times.others = self.others(reader).await?;
        }
        self.words(&month, times)
    }

    /// What is moved opens near the day it has, unless the address says otherwise.
    fn wish(&self, offers: &Offers) -> Wish {
        match &self.moving {
            Some(it) if self.wish == Wish::default() => {
                let day = month::date(it.starts_at, &self.zone);
                month::near(&self.new_times(offers.starts()), &self.zone, day)
            }
            Some(_) | None => self.wish,
        }
    }

    /// The time it has is no new time.
    fn new_times(&self, mut starts: Vec<Timestamp>) -> Vec<Timestamp> {
        if let Some(it) = &self.moving {
            starts.retain(|at| *at != it.starts_at);
        }
        starts
    }

    /// Where else a guest may look who finds nothing here.
    async fn others(&self, reader: &mut Reader) -> Result<Option<(String, String)>> {
        let face = &self.face;
        if self.moving.is_some() || !face.has_others(reader, self.event_type.id).await? {
            return Ok(None);
        }
        let words = self.language.say("off-others").with("host", &face.short);
        Ok(Some((self.links.to(&face.home, &[]), words.into())))
    }

    fn words(&self, month: &Month, times: Times) -> Result<Pick> {
        let (zone, links, it) = (&self.zone, &self.links, self.event_type);
        let shows = |part| it.look.shows(part);
        let (place, icon) = self.place();
        let month_words = |first| text::capitalized(&self.language.month(first));
        let other = |first: &Date| (links.month(*first, zone), month_words(*first));
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
        // Most days of a month have as many times.
        let mut counted: BTreeMap<usize, String> = BTreeMap::new();
        let mut times_in_words = |many: usize| {
            let words = counted.entry(many).or_insert_with(|| self.count(many));
            words.clone()
        };
        Ok(Pick {
            host: self.face.name.clone(),
            org: self.org.clone().filter(|_| shows(Part::Organization)),
            shows_face: shows(Part::Picture),
            initials: self.face.initials.clone(),
            picture: self.face.picture.clone(),
            title: match &self.moving {
                Some(moving) => moving.heading.clone(),
                None => it.title.clone(),
            },
            description: it.public_description.clone(),
            shows_description: shows(Part::Description)
                && !it.public_description.is_empty()
                && self.is_for_guests(),
            minutes: shows(Part::Duration).then_some(it.minutes),
            place,
            icon,
            zone: zone.name().to_owned(),
            guessed: self.guessed,
            month: month_words(month.first),
            beyond: month.beyond.map(|asked| {
                let key = match asked < month.first {
                    true => "picker-month-over",
                    false => "picker-month-not-open",
                };
                let words = self.language.say(key).with("asked", month_words(asked));
                words.with("month", month_words(month.first)).into()
            }),
            earlier: month.earlier.as_ref().map(other),
            later: month.later.as_ref().map(other),
            weeks: weeks
                .map(|week| {
                    week.iter()
                        .map(|day| day.map(|day| self.cell(day, &mut times_in_words)))
                        .collect()
                })
                .collect(),
            times,
            base: links.base.clone(),
            keep,
            likely: likely(zone, &self.suggested, (self.language, self.now)),
            all_zones: all_zones(self.language, self.now)?,
            now_at: self
                .moving
                .as_ref()
                .map(|has| When::of(self.language, has.starts_at, has.minutes, zone)),
        })
    }

    fn is_for_guests(&self) -> bool {
        self.moving.as_ref().is_none_or(|it| it.by == By::Invitee)
    }

    /// Where it takes place: what is booked asks for nothing and makes nothing when it moves.
    fn place(&self) -> (String, &'static str) {
        let (it, language) = (self.event_type, self.language);
        let (words, icon) = place(it, language);
        let Some(moving) = &self.moving else {
            return (words, icon);
        };
        let label = it.location.name(language);
        let words = match it.location_value.clone() {
            Some(said) if it.location == Location::InPerson && !said.is_empty() => said,
            Some(_) | None if moving.keeps_link => {
                let stays = language.say("offer-link-stays");
                stays.with("place", label).into()
            }
            Some(_) | None => label.into_owned(),
        };
        (words, icon)
    }

    /// `times`: how many, in words.
    fn cell(&self, day: month::Day, times: &mut impl FnMut(usize) -> String) -> Cell {
        let link = (day.times > 0).then(|| {
            let name = self
                .language
                .say(if day.today {
                    "picker-day-today"
                } else {
                    "picker-day"
                })
                .with("day", self.language.day(day.date))
                .with("times", times(day.times));
            (self.links.date(day.date, &self.zone), name.into())
        });
        Cell {
            number: day.date.day(),
            link,
            today: day.today,
            chosen: day.chosen,
            was: self
                .moving
                .as_ref()
                .is_some_and(|has| month::date(has.starts_at, &self.zone) == day.date),
        }
    }

    fn times(&self, month: &Month, offers: &Offers) -> Times {
        let (first_name, language) = (&self.face.short, self.language);
        let next = |at: &Timestamp| {
            let date = month::date(*at, &self.zone);
            let words = self
                .language
                .say("picker-next-when")
                .with("day", self.language.day(date))
                .with("clock", when::clock(*at, &self.zone));
            Some((self.links.date(date, &self.zone), words.into()))
        };
        let empty = |title: String, words: String, next: Option<(String, String)>| Times {
            title,
            note: String::new(),
            parts: Vec::new(),
            say: words.clone(),
            empty: Some(words),
            next,
            others: None,
        };
        match &month.shown {
            Shown::Times { date, times } => {
                let day = language.day(*date);
                let count = self.count(times.len());
                let shown = language.say("times-shown").with("times", count.clone());
                let say = language.say("times-on-day").with("times", count);
                Times {
                    note: shown.with("zone", language.zone_name(&self.zone)).into(),
                    parts: self.parts(times, offers),
                    empty: None,
                    next: None,
                    others: None,
                    title: text::capitalized(&day),
                    say: say.with("day", day).into(),
                }
            }
            Shown::EmptyDay { date, next: at } => {
                let day = language.day(*date);
                let title = text::capitalized(&day);
                let words = match limit_of_day(offers, (*date, &self.zone)) {
                    Some(per) => language.say(limit_reached(per)).with("host", first_name),
                    None => language.say("times-none-on-day").with("day", day),
                };
                empty(title, words.into(), next(at))
            }
            Shown::EmptyMonth { next: at } => {
                let name = language.month_alone(month.first);
                let words = language.say("times-none-in-month").with("month", name);
                // The month itself is the heading of the calendar.
                Times {
                    empty: None,
                    ..empty(words.to_string(), words.into(), next(at))
                }
            }
            Shown::Nothing => {
                let far = self.event_type.horizon_days;
                let words = language.say("times-none-ahead").with("days", far);
                let words = words.with("host", first_name).into();
                empty(language.word("times-none").into_owned(), words, None)
            }
        }
    }

    /// "1 time", "6 times"
    fn count(&self, times: usize) -> String {
        self.language.say("times-count").with("times", times).into()
    }

    fn parts(&self, times: &[Timestamp], offers: &Offers) -> Vec<(Cow<'static, str>, Vec<Time>)> {
        let mut parts: Vec<(Cow<'static, str>, Vec<Time>)> = Vec::new();
        for at in times {
            let name = self.language.word(month::part_of_day(*at, &self.zone));
            let time = Time {
                clock: when::clock_with_offset_if_dst_day(*at, &self.zone),
                instant: at.to_string(),
                href: self.links.time(*at, &self.zone),
                left: left(self.event_type, offers, (self.language, *at)),
            };
            match parts.last_mut() {
                Some((last, times)) if *last == name => times.push(time),
                Some(_) | None => parts.push((name, vec![time])),
            }
        }
        parts
    }
}

/// What a group's event type shows of the places left.
pub fn left(
    it: &EventType,
    offers: &Offers,
    (language, start): (Language, Timestamp),
) -> Option<String> {
    it.show_remaining_at.filter(|_| it.kind.is_group())?;
    let spots = offers.places_left(start);
    Some(language.say("spots-left").with("spots", spots).into())
}

/// The message that says so.
pub fn limit_reached(per: Per) -> &'static str {
    match per {
        Per::Day => "times-limit-day",
        Per::Week => "times-limit-week",
        Per::Month => "times-limit-month",
    }
}

/// Where it takes place, before it is booked; and an icon.
pub fn place(it: &EventType, language: Language) -> (String, &'static str) {
    let label = it.location.name(language);
    let word = |key| language.word(key).into_owned();
    if it.location.provider().is_some() {
        let key = match it.kind.is_group() {
            true => "offer-link-of-all",
            false => "offer-link",
        };
        return (language.say(key).with("place", &label).into(), "video");
    }
    if it.location.needs_a_calendar() {
        return (label.into_owned(), "video");
    }
    if it.location == Location::Phone {
        return (word("offer-phone"), "phone");
    }
    if it.location.asks_invitee().is_some() {
        return (word("offer-asked"), "place");
    }
    if it.location == Location::CustomUrl {
        return (word("offer-online"), "link");
    }
    let said = it.location_value.clone().filter(|said| !said.is_empty());
    (said.unwrap_or_else(|| label.into_owned()), "place")
}

fn option(zone: &Zone, selected: bool, (language, now): (Language, Timestamp)) -> ZoneOption {
    ZoneOption {
        name: zone.name().to_owned(),
        words: language.zone_option(zone, now),
        selected,
    }
}

fn likely(chosen: &Zone, suggested: &[Zone], now: (Language, Timestamp)) -> Vec<ZoneOption> {
    let mut likely = vec![option(chosen, true, now)];
    for zone in suggested {
        if likely.iter().all(|known| known.name != zone.name()) {
            likely.push(option(zone, false, now));
        }
    }
    likely
}

#[derive(Template)]
#[template(path = "booking/zones.html")]
struct AllZones {
    language: Language,
    areas: Vec<(String, Vec<ZoneOption>)>,
}

/// All zones by area, each with its clock, which shows minutes: they are written once a minute.
fn all_zones(language: Language, now: Timestamp) -> Result<Arc<str>> {
    static WRITTEN: Mutex<BTreeMap<&str, (i64, Arc<str>)>> = Mutex::new(BTreeMap::new());
    let minute = now.as_second().div_euclid(60);
    let mut written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((then, zones)) = written.get(language.tag())
        && *then == minute
    {
        return Ok(zones.clone());
    }
    let at = (language, now);
    let mut areas: Vec<(String, Vec<ZoneOption>)> = Vec::new();
    for zone in Zone::all() {
        let area = zone.name().split('/').next().unwrap_or_default().to_owned();
        match areas.last_mut() {
            Some((name, zones)) if *name == area => zones.push(option(&zone, false, at)),
            Some(_) | None => areas.push((area, vec![option(&zone, false, at)])),
        }
    }
    let zones: Arc<str> = AllZones { language, areas }.render()?.into();
    written.insert(language.tag(), (minute, zones.clone()));
    Ok(zones)
}
