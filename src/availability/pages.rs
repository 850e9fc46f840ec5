//! A person's schedules and their editor. Everything works by plain forms: buttons that add or
//! remove a row send the whole form and get it back changed, unsaved.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};

use super::form::{self, Step};
use super::hours::Hours;
use super::store::{self, Overrides, Schedule, Weekly};
use crate::accounts::Person;
use crate::accounts::form::{ZoneGroup, zone_groups};
use crate::accounts::session::SignedIn;
use crate::app::App;
use crate::db::{DbError, Reader};
use crate::error::{Error, Result};
use crate::event_types;
use crate::id::Id;
use crate::language::{Language, Said};
use crate::web::flash::Flash;
use crate::web::form::Input;
use crate::web::layout::{Nav, Shell};
use crate::web::{page, private};

const LIST: &str = "/360/availability";

struct Card {
    id: Id<Schedule>,
    name: String,
    zone: String,
    is_default: bool,
    hours: Vec<String>,
    dates: usize,
}

impl Card {
    fn of(language: Language, schedule: &Schedule) -> Card {
        Card {
            id: schedule.id,
            name: schedule.name.clone(),
            zone: language.zone_name(&schedule.timezone),
            is_default: schedule.default_since.is_some(),
            hours: form::summary(language, &schedule.weekly),
            dates: schedule.overrides.0.len(),
        }
    }
}

#[derive(Template)]
#[template(path = "availability/list.html")]
struct ListPage {
    shell: Shell,
    cards: Vec<Card>,
}

pub async fn list(State(app): State<App>, signed_in: SignedIn, shell: Shell) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let person = &signed_in.person;
    let schedules = store::of_person(&mut reader, person.org_id, person.id).await?;
    let card = |schedule| Card::of(signed_in.language, schedule);
    let cards = schedules.iter().map(card).collect();
    let shell = shell.at(Nav::Availability, signed_in.viewer());
    Ok(private(page(&ListPage { shell, cards })?))
}

#[derive(Template)]
#[template(path = "availability/editor.html")]
struct EditorPage {
    shell: Shell,
    input: Input,
    title: String,
    /// None while it is new.
    saved: Option<Card>,
    action: String,
    zones: Vec<ZoneGroup>,
    days: Vec<Group>,
    dates: Vec<DateGroup>,
    can_add_date: bool,
}

/// The rows of a weekday or of a date that are filled in. One to spare follows them.
struct Group {
    /// Whether the one to spare shows before anybody asks for it.
    is_open: bool,
    key: String,
    label: String,
    rows: Vec<(String, String)>,
}

impl Group {
    fn new(input: &Input, key: String, label: String) -> Group {
        let mut rows = form::rows(input, &key);
        rows.retain(|(from, to)| !from.is_empty() || !to.is_empty());
        let is_open = matches!(Step::of(input), Step::AddRow { group } if group == key);
        Group {
            is_open,
            key,
            label,
            rows,
        }
    }
}

struct DateGroup {
    key: String,
    date: String,
    date_name: String,
    closed_name: String,
    group: Group,
}

impl DateGroup {
    fn new(language: Language, input: &Input, key: String) -> DateGroup {
        let date_name = format!("date_{key}");
        let date = input.text(&date_name).to_owned();
        let label = match date.parse() {
            Ok(date) => language.day_and_year(date),
            Err(_) => language.word("hours-some-date").into_owned(),
        };
        let closed_name = format!("closed_{key}");
        let mut group = Group::new(input, form::date_group(&key), label);
        // A date that differs says how.
        group.is_open |= group.rows.is_empty() && !input.has(&closed_name);
        DateGroup {
            group,
            closed_name,
            date_name,
            date,
            key,
        }
    }
}

fn editor(
    app: &App,
    signed_in: &SignedIn,
    shell: Shell,
    input: Input,
    saved: Option<&Schedule>,
) -> Result<Response> {
    let language = signed_in.language;
    let days = language
        .weekdays()
        .into_iter()
        .enumerate()
        .map(|(day, (_, name))| Group::new(&input, form::day_group(day), name))
        .collect();
    let keys = form::date_keys(&input);
    let can_add_date = keys.len() < form::MOST_DATES;
    let dates = keys
        .into_iter()
        .map(|key| DateGroup::new(language, &input, key))
        .collect();
    let status = input.status();
    let page = page(&EditorPage {
        shell: shell.at(Nav::Availability, signed_in.viewer()),
        title: match saved {
            Some(schedule) => schedule.name.clone(),
            None => language.word("hours-new").into_owned(),
        },
        action: saved.map_or(format!("{LIST}/new"), |s| path(s.id)),
        saved: saved.map(|schedule| Card::of(language, schedule)),
        zones: zone_groups(language, input.text("timezone"), app.now()),
        days,
        dates,
        can_add_date,
        input,
    })?;
    Ok((status, private(page)).into_response())
}

fn path(id: Id<Schedule>) -> String {
    format!("{LIST}/{id}")
}

pub async fn new(State(app): State<App>, signed_in: SignedIn, shell: Shell) -> Result<Response> {
    let hours = Hours::nine_to_five(signed_in.person.timezone.clone());
    editor(&app, &signed_in, shell, form::fill("", &hours), None)
}

/// The first schedule of a person is their default one.
pub async fn create(
    State(app): State<App>,
    signed_in: SignedIn,
    shell: Shell,
    mut input: Input,
) -> Result<Response> {
    let step = Step::of(&input);
    if step != Step::Save {
        form::rearrange(&mut input, &step);
        return editor(&app, &signed_in, shell, input, None);
    }
    let Some(values) = form::read(&mut input) else {
        return editor(&app, &signed_in, shell, input, None);
    };
    let now = app.now();
    let mut schedule = Schedule {
        id: app.entropy.id(now),
        org_id: signed_in.person.org_id,
        person_id: signed_in.person.id,
        name: String::new(),
        timezone: signed_in.person.timezone.clone(),
        weekly: Weekly::default(),
        overrides: Overrides::default(),
        default_since: None,
        created_at: now,
    };
    values.apply(&mut schedule);
    let id = schedule.id;
    app.db
        .write::<_, DbError, _>(move |tx| {
            Box::pin(async move {
                let (org, person) = (schedule.org_id, schedule.person_id);
                if store::default_of(tx, org, person).await?.is_none() {
                    schedule.default_since = Some(now);
                }
                store::insert(tx, &schedule).await
            })
        })
        .await?;
    Ok(Flash::ok(signed_in.say("web-saved")).see(&path(id)))
}

async fn owned(reader: &mut Reader, person: &Person, id: &str) -> Result<Schedule> {
    let id = id.parse().map_err(|_| Error::NotFound)?;
    store::owned(reader, person.org_id, person.id, id)
        .await?
        .ok_or(Error::NotFound)
}

pub async fn edit(
    State(app): State<App>,
    signed_in: SignedIn,
    shell: Shell,
    Path(id): Path<String>,
) -> Result<Response> {
    let schedule = owned(&mut app.db.read().await?, &signed_in.person, &id).await?;
    let input = form::fill(&schedule.name, &schedule.hours());
    editor(&app, &signed_in, shell, input, Some(&schedule))
}

pub async fn save(
    State(app): State<App>,
    signed_in: SignedIn,
    shell: Shell,
    Path(id): Path<String>,
    mut input: Input,
) -> Result<Response> {
    let mut schedule = owned(&mut app.db.read().await?, &signed_in.person, &id).await?;
    let step = Step::of(&input);
    if step != Step::Save {
        form::rearrange(&mut input, &step);
        return editor(&app, &signed_in, shell, input, Some(&schedule));
    }
    let Some(values) = form::read(&mut input) else {
        return editor(&app, &signed_in, shell, input, Some(&schedule));
    };
    values.apply(&mut schedule);
    let path = path(schedule.id);
    app.db
        .write::<_, DbError, _>(move |tx| {
            Box::pin(async move { store::update(tx, &schedule).await })
        })
        .await?;
    Ok(Flash::ok(signed_in.say("web-saved")).see(&path))
}

pub async fn make_default(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response> {
    let schedule = owned(&mut app.db.read().await?, &signed_in.person, &id).await?;
    let now = app.now();
    let words = signed_in.say("hours-is-default");
    let words = words.with("schedule", &schedule.name);
    app.db
        .write::<_, DbError, _>(move |tx| {
            Box::pin(async move {
                let (org, person) = (schedule.org_id, schedule.person_id);
                store::make_default(tx, org, person, schedule.id, now).await
            })
        })
        .await?;
    Ok(Flash::ok(words).see(LIST))
}

/// Why a schedule can't be deleted.
enum InTheWay {
    Default,
    UsedBy(Vec<String>),
}

/// It in words, with the way on.
struct WhyNot {
    words: Said,
    path: &'static str,
    label: &'static str,
}

impl InTheWay {
    fn why(&self, language: Language) -> WhyNot {
        let (path, label) = match self {
            InTheWay::Default => (LIST, "hours-delete-see-schedules"),
            InTheWay::UsedBy(_) => ("/360/events", "hours-delete-see-event-types"),
        };
        WhyNot {
            words: self.words(language),
            path,
            label,
        }
    }

    fn words(&self, language: Language) -> Said {
        match self {
            InTheWay::Default => language.say("hours-delete-default"),
            InTheWay::UsedBy(titles) => {
                let titles = match titles.as_slice() {
                    [only] => only.clone(),
                    [those @ .., last] => {
                        let those = language.say("web-and").with("those", those.join(", "));
                        those.with("last", last).into()
                    }
                    [] => String::new(),
                };
                language.say("hours-delete-used").with("titles", titles)
            }
        }
    }
}

async fn in_the_way(reader: &mut Reader, schedule: &Schedule) -> Result<Option<InTheWay>, DbError> {
    if schedule.default_since.is_some() {
        return Ok(Some(InTheWay::Default));
    }
    let using = event_types::store::using_schedule(reader, schedule.org_id, schedule.id).await?;
    let titles: Vec<String> = using.into_iter().map(|it| it.title).collect();
    Ok((!titles.is_empty()).then_some(InTheWay::UsedBy(titles)))
}

#[derive(Template)]
#[template(path = "availability/delete.html")]
struct DeletePage {
    shell: Shell,
    schedule: Schedule,
    why_not: Option<WhyNot>,
}

pub async fn ask_delete(
    State(app): State<App>,
    signed_in: SignedIn,
    shell: Shell,
    Path(id): Path<String>,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let schedule = owned(&mut reader, &signed_in.person, &id).await?;
    let why_not = in_the_way(&mut reader, &schedule).await?;
    Ok(private(page(&DeletePage {
        shell: shell.at(Nav::Availability, signed_in.viewer()),
        schedule,
        why_not: why_not.map(|why| why.why(signed_in.language)),
    })?))
}

pub async fn delete(
    State(app): State<App>,
    signed_in: SignedIn,
    shell: Shell,
    Path(id): Path<String>,
) -> Result<Response> {
    let id: Id<Schedule> = id.parse().map_err(|_| Error::NotFound)?;
    let (org, person) = (signed_in.person.org_id, signed_in.person.id);
    let (schedule, why_not) = app
        .db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let schedule = store::owned(tx, org, person, id)
                    .await?
                    .ok_or(Error::NotFound)?;
                let why_not = in_the_way(tx, &schedule).await?;
                if why_not.is_none() {
                    store::delete(tx, org, id).await?;
                }
                Ok((schedule, why_not))
            })
        })
        .await?;
    match why_not {
        None => {
            let words = signed_in.say("hours-deleted");
            Ok(Flash::ok(words.with("schedule", &schedule.name)).see(LIST))
        }
        Some(why) => Ok(private(page(&DeletePage {
            shell: shell.at(Nav::Availability, signed_in.viewer()),
            why_not: Some(why.why(signed_in.language)),
            schedule,
        })?)),
    }
}
