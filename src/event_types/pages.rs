//! A person's event types and the editor. Each tab is a page with its own form; nobody opens
//! another person's event type, but for admins those of teams.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use serde::Deserialize;

use super::form::{self, Asked, General, Hours, Limits, Step};
use super::rules::{self, Color, Line, ZoomLine};
use super::save::{self, NotSaved};
use super::{Answer, EventType, Kind, Location, store};
use crate::accounts::Person;
use crate::accounts::session::SignedIn;
use crate::app::App;
use crate::availability::form::summary;
use crate::availability::store::{self as schedules, Schedule};
use crate::booking::{self, offers};
use crate::conferencing::{self, ConnectionRole};
use crate::db::Reader;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::language::{Language, Said};
use crate::rollout;
use crate::rollout::hosting::{WhyNone, who_hosts};
use crate::seal::hex;
use crate::teams::{self, Team};
use crate::web::flash::{Flash, Tone};
use crate::web::form::{Input, Query};
use crate::web::layout::{Nav, Shell};
use crate::web::{page, private};

const LIST: &str = "/360/events";
const NEW: &str = "/360/events/new";

/// How it stands with Zoom for the bookings of an event type: who would host them now, or why nobody.
/// A new one is its maker's.
async fn zoom_line(
    app: &App,
    reader: &mut Reader,
    viewer: &Person,
    event_type: Option<&EventType>,
) -> Result<ZoomLine> {
    let org = viewer.org_id;
    let owner = event_type.map_or(viewer.id, |it| it.person_id);
    let (situation, linked) = conferencing::store::situation(reader, app, org, owner).await?;
    if let Some(it) = event_type.filter(|it| it.kind.takes_turns())
        && situation.set_up
        && situation.enabled
    {
        return team_line(app, reader, it).await;
    }
    Ok(match who_hosts(&situation) {
        Ok(host) => ZoomLine::Hosted {
            basic: linked
                .iter()
                .any(|l| l.account.id == host.account && l.account.plan == "basic"),
            email: host.email,
            shared: host.role == ConnectionRole::Shared,
            webinar: wants_webinar(reader, event_type).await?,
        },
        Err(WhyNone::NotSetUp) => ZoomLine::NotSetUp,
        Err(WhyNone::Off) => ZoomLine::OrgOff {
            admin: viewer.is_admin(),
        },
        Err(WhyNone::Broken(email)) => ZoomLine::Broken {
            renew: linked
                .iter()
                .find(|l| l.account.email == email && conferencing::pages::may_reconnect(viewer, l))
                .map(|l| l.connection.id),
            email,
        },
        Err(WhyNone::Refused(_)) => ZoomLine::CannotHost,
        // That a start has passed is a matter of one meeting, not of its kind.
        Err(WhyNone::NoneConnected | WhyNone::Deleted | WhyNone::Started) => {
            ZoomLine::NobodyConnected
        }
    })
}

async fn wants_webinar(reader: &mut Reader, event_type: Option<&EventType>) -> Result<bool> {
    let Some(it) = event_type.filter(|it| it.webinar_at.is_some()) else {
        return Ok(false);
    };
    let rollout = rollout::store::rollout(reader, it.org_id).await?;
    Ok(rollout.webinars_at.is_some())
}

/// Which of the hosts have Zoom of their own, and what hosts the others.
async fn team_line(app: &App, reader: &mut Reader, it: &EventType) -> Result<ZoomLine> {
    let hosts = offers::hosts(reader, it).await?;
    let (mut without, mut shared) = (0, None);
    for host in &hosts {
        let (situation, _) =
            conferencing::store::situation(reader, app, it.org_id, host.id).await?;
        match who_hosts(&situation) {
            Ok(found) if found.role == ConnectionRole::Personal => {}
            Ok(found) => {
                without += 1;
                shared = Some(found.email);
            }
            Err(_) => without += 1,
        }
    }
    Ok(ZoomLine::Team {
        without,
        of: hosts.len(),
        shared,
        webinar: wants_webinar(reader, Some(it)).await?,
    })
}

/// The teams an editor can choose: an admin any, others those they are in.
async fn teams_for(reader: &mut Reader, editor: &Person) -> Result<Vec<Team>> {
    let org = editor.org_id;
    Ok(if editor.is_admin() {
        teams::store::all(reader, org).await?
    } else {
        teams::store::of_member(reader, org, editor.id).await?
    })
}

/// An entry of a select.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) chosen: bool,
    pub(super) disabled: bool,
}

impl Choice {
    pub(super) fn new(value: &str, label: impl Into<String>, chosen: &str) -> Choice {
        Choice {
            value: value.to_owned(),
            label: label.into(),
            chosen: value == chosen,
            disabled: false,
        }
    }
}

fn locations(
    language: Language,
    input: &Input,
    before: Option<Location>,
    zoom: &ZoomLine,
) -> Vec<Choice> {
    let chosen = input.text("location");
    let entry = |location: &Location| {
        let name = location.choice(language);
        let why_not = if before == Some(*location) {
            None
        } else if location.needs_a_calendar() {
            Some("editor-needs-calendar")
        } else if *location == Location::Zoom && !zoom.can_be_chosen() {
            Some("editor-zoom-off")
        } else {
            None
        };
        let label = match why_not {
            Some(why_not) => language.say(why_not).with("place", name).into(),
            None => name.into_owned(),
        };
        Choice {
            disabled: why_not.is_some(),
            ..Choice::new(location.word(), label, chosen)
        }
    };
    Location::ALL.iter().map(entry).collect()
}

pub(super) struct Card {
    pub(super) event_type: EventType,
    pub(super) path: String,
    pub(super) url: String,
}

impl Card {
    fn new(app: &App, owner: &Person, event_type: EventType, teams: &[Team]) -> Card {
        let path = format!("{}/{}", home(owner, &event_type, teams), event_type.slug);
        Card {
            url: app.config.url(&path),
            path,
            event_type,
        }
    }
}

/// The page an event type stands on: its team's, else its owner's.
fn home(owner: &Person, event_type: &EventType, teams: &[Team]) -> String {
    let team = teams
        .iter()
        .find(|team| Some(team.id) == event_type.team_id);
    team.map_or_else(|| format!("/{}", owner.username), Team::path)
}

#[derive(Template)]
#[template(path = "event_types/list.html")]
struct ListPage {
    shell: Shell,
    cards: Vec<Card>,
}

#[derive(Deserialize)]
pub struct ListQuery {
    new: Option<String>,
}

pub async fn list(
    State(app): State<App>,
    signed_in: SignedIn,
    shell: Shell,
    Query(query): Query<ListQuery>,
) -> Result<Response> {
    if query.new.is_some_and(|new| !new.is_empty() && new != "0") {
        return new(State(app), signed_in, shell).await;
    }
    let mut reader = app.db.read().await?;
    let person = &signed_in.person;
    let event_types = store::of_editor(&mut reader, person.org_id, person).await?;
    let teams = teams::store::all(&mut reader, person.org_id).await?;
    let cards = event_types
        .into_iter()
        .map(|event_type| Card::new(&app, person, event_type, &teams))
        .collect();
    let shell = shell.at(Nav::EventTypes, signed_in.viewer());
    Ok(private(page(&ListPage { shell, cards })?))
}

#[derive(Template)]
#[template(path = "event_types/new.html")]
struct NewPage {
    shell: Shell,
    input: Input,
    locations: Vec<Choice>,
    zoom: Line,
    away: Option<Line>,
    prefix: String,
}

impl NewPage {
    fn response(
        app: &App,
        signed_in: &SignedIn,
        shell: Shell,
        input: Input,
        zoom: &ZoomLine,
    ) -> Result<Response> {
        let prefix = prefix(app, &format!("/{}", signed_in.person.username));
        let status = input.status();
        let page = private(page(&NewPage {
            shell: shell.at(Nav::EventTypes, signed_in.viewer()),
            locations: locations(signed_in.language, &input, None, zoom),
            zoom: zoom.line(signed_in.language, NEW),
            away: None,
            input,
            prefix,
        })?);
        Ok((status, page).into_response())
    }
}

pub async fn new(State(app): State<App>, signed_in: SignedIn, shell: Shell) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let zoom = zoom_line(&app, &mut reader, &signed_in.person, None).await?;
    drop(reader);
    let location = if zoom.can_be_chosen() {
        Location::Zoom
    } else {
        Location::AskInvitee
    };
    let input = Input::filled([("minutes", "42"), ("location", location.word())]);
    NewPage::response(&app, &signed_in, shell, input, &zoom)
}

pub async fn create(
    State(app): State<App>,
    signed_in: SignedIn,
    shell: Shell,
    mut input: Input,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let zoom = zoom_line(&app, &mut reader, &signed_in.person, None).await?;
    drop(reader);
    if let Some(general) = form::new(&mut input, &zoom) {
        let now = app.now();
        let id = app.entropy.id(now);
        let mut event_type = EventType::new(id, &signed_in.person, "", "", now);
        general.apply(&mut event_type, now);
        let location = event_type.location;
        match save::create(&app, event_type).await {
            Ok(()) => {
                let done = signed_in.say("event-type-ready");
                return Ok(saved(done, location, None, &zoom).see(&format!("{LIST}/{id}")));
            }
            Err(refused) => input.wrong("slug", refused.slug_words(signed_in.language)?),
        }
    }
    NewPage::response(&app, &signed_in, shell, input, &zoom)
}

fn saved(done: Said, location: Location, before: Option<Location>, zoom: &ZoomLine) -> Flash {
    let (warns, words) = rules::saved_words(done, location, before, zoom);
    Flash::new(if warns { Tone::Warn } else { Tone::Ok }, words)
}

/// The pages of the editor, each with its own address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    General,
    Schedule,
    Limits,
    BookingForm,
    Customization,
    Share,
}

impl Tab {
    const ALL: [Tab; 6] = [
        Tab::General,
        Tab::Schedule,
        Tab::Limits,
        Tab::BookingForm,
        Tab::Customization,
        Tab::Share,
    ];

    /// The message that names it.
    pub(super) fn label(self) -> &'static str {
        match self {
            Tab::General => "editor-general",
            Tab::Schedule => "editor-schedule",
            Tab::Limits => "editor-limits",
            Tab::BookingForm => "editor-form",
            Tab::Customization => "editor-look",
            Tab::Share => "editor-share",
        }
    }

    fn path(self, id: Id<EventType>) -> String {
        match self {
            Tab::General => format!("{LIST}/{id}"),
            Tab::Schedule => format!("{LIST}/{id}/schedule"),
            Tab::Limits => format!("{LIST}/{id}/limits"),
            Tab::BookingForm => format!("{LIST}/{id}/form"),
            Tab::Customization => format!("{LIST}/{id}/customization"),
            Tab::Share => format!("{LIST}/{id}/share"),
        }
    }
}

/// What stands above each tab's form.
pub(super) struct Head {
    pub(super) card: Card,
    pub(super) tab: Tab,
}

impl Head {
    pub(super) fn tabs(&self) -> [Tab; 6] {
        Tab::ALL
    }

    pub(super) fn path_of(&self, tab: &Tab) -> String {
        tab.path(self.card.event_type.id)
    }

    pub(super) fn is_at(&self, tab: &Tab) -> bool {
        self.tab == *tab
    }

    pub(super) fn here(&self) -> String {
        self.tab.path(self.card.event_type.id)
    }
}

/// An event type in its editor, opened by its owner.
pub(super) struct Open {
    pub(super) app: App,
    signed_in: SignedIn,
    shell: Shell,
    pub(super) event_type: EventType,
    /// All of the org.
    teams: Vec<Team>,
}

impl Open {
    pub(super) async fn load(
        app: App,
        signed_in: SignedIn,
        shell: Shell,
        id: &str,
        reader: &mut Reader,
    ) -> Result<Open> {
        let event_type = edited_by(reader, &signed_in.person, id).await?;
        Ok(Open {
            teams: teams::store::all(reader, event_type.org_id).await?,
            app,
            signed_in,
            shell,
            event_type,
        })
    }

    fn editor(&self) -> &Person {
        &self.signed_in.person
    }

    pub(super) fn say(&self, key: &'static str) -> Said {
        self.signed_in.say(key)
    }

    /// Who invites to it: its team, else its owner.
    pub(super) fn host(&self) -> &str {
        let of = self.event_type.team_id;
        let team = self.teams.iter().find(|team| Some(team.id) == of);
        team.map_or(&self.editor().name, |team| &team.name)
    }

    pub(super) fn frame(self, tab: Tab) -> (Shell, Head) {
        let shell = self.shell.at(Nav::EventTypes, self.signed_in.viewer());
        let card = Card::new(
            &self.app,
            &self.signed_in.person,
            self.event_type,
            &self.teams,
        );
        (shell, Head { card, tab })
    }
}

async fn edited_by(reader: &mut Reader, person: &Person, id: &str) -> Result<EventType> {
    let id: Id<EventType> = id.parse().map_err(|_| Error::NotFound)?;
    store::edited_by(reader, person.org_id, person, id)
        .await?
        .ok_or(Error::NotFound)
}

#[derive(Template)]
#[template(path = "event_types/general.html")]
struct GeneralPage {
    shell: Shell,
    head: Head,
    input: Input,
    locations: Vec<Choice>,
    colors: Vec<Choice>,
    kinds: Vec<Choice>,
    teams: Vec<Choice>,
    /// The org lets groups use webinars.
    webinars: bool,
    zoom: Line,
    /// What is said of another choice than Zoom, when Zoom is what is saved.
    away: Option<Line>,
    prefix: String,
}

/// What the form of General is made of besides the event type.
struct Around {
    zoom: ZoomLine,
    teams: Vec<Team>,
    webinars: bool,
}

impl Around {
    async fn load(app: &App, reader: &mut Reader, open: &Open) -> Result<Around> {
        let (editor, it) = (open.editor(), &open.event_type);
        let rollout = rollout::store::rollout(reader, editor.org_id).await?;
        let mut teams = teams_for(reader, editor).await?;
        // What is chosen stays a choice.
        let chosen = open.teams.iter().find(|team| Some(team.id) == it.team_id);
        teams.extend(
            chosen
                .filter(|c| teams.iter().all(|t| t.id != c.id))
                .cloned(),
        );
        Ok(Around {
            zoom: zoom_line(app, reader, editor, Some(it)).await?,
            teams,
            webinars: rollout.webinars_at.is_some() || it.webinar_at.is_some(),
        })
    }
}

fn general_page(open: Open, around: &Around, input: Input) -> Result<Response> {
    let zoom = &around.zoom;
    let before = open.event_type.location;
    let language = open.signed_in.language;
    let away = rules::away_line(language, Some(before));
    let line = zoom.line(language, &Tab::General.path(open.event_type.id));
    let colors = Color::ALL
        .iter()
        .map(|color| Choice::new(color.word(), open.say(color.label()), input.text("color")))
        .collect();
    let home = home(open.editor(), &open.event_type, &open.teams);
    let prefix = prefix(&open.app, &home);
    let kinds = Kind::ALL
        .iter()
        .map(|kind| Choice::new(kind.word(), open.say(kind.label()), input.text("kind")))
        .collect();
    let teams = around
        .teams
        .iter()
        .map(|team| Choice::new(&team.id.to_string(), team.name.as_str(), input.text("team")))
        .collect();
    let (shell, head) = open.frame(Tab::General);
    let status = input.status();
    let page = private(page(&GeneralPage {
        shell,
        head,
        locations: locations(language, &input, Some(before), zoom),
        colors,
        kinds,
        teams,
        webinars: around.webinars,
        zoom: line,
        away,
        input,
        prefix,
    })?);
    Ok((status, page).into_response())
}

/// "42min.example/ada/", as it stands before a slug.
fn prefix(app: &App, home: &str) -> String {
    let url = app.config.url(&format!("{home}/"));
    match url.split_once("://") {
        Some((_, rest)) => rest.to_owned(),
        None => url,
    }
}

/// Who comes back from connecting Zoom had chosen it; it stands chosen, and is not saved yet.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct GeneralQuery {
    location: String,
}

pub async fn general(
    State(app): State<App>,
    signed_in: SignedIn,
    shell: Shell,
    Path(id): Path<String>,
    Query(query): Query<GeneralQuery>,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let open = Open::load(app.clone(), signed_in, shell, &id, &mut reader).await?;
    let around = Around::load(&app, &mut reader, &open).await?;
    let mut input = General::fill(&open.event_type);
    if Color::from_word(input.text("color")).is_none() {
        input.set("color", Color::Violet.word());
    }
    if query.location == Location::Zoom.word() && around.zoom.can_be_chosen() {
        input.set("location", Location::Zoom.word());
    }
    general_page(open, &around, input)
}

pub async fn save_general(
    State(app): State<App>,
    signed_in: SignedIn,
    shell: Shell,
    Path(id): Path<String>,
    mut input: Input,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let open = Open::load(app.clone(), signed_in, shell, &id, &mut reader).await?;
    let around = Around::load(&app, &mut reader, &open).await?;
    drop(reader);
    let (id, before) = (open.event_type.id, Some(open.event_type.location));
    let values = General::read(&mut input, before, &around.teams, &around.zoom);
    let is_mine = open.event_type.person_id == open.editor().id;
    let leaves_team = |values: &General| !values.shared.kind.takes_turns();
    if !is_mine && values.as_ref().is_some_and(leaves_team) {
        input.wrong("kind", open.say("editor-only-owner"));
    } else if let Some(values) = values {
        let now = app.now();
        match save::change(&app, open.editor(), id, move |it| values.apply(it, now)).await {
            Ok((before, after)) => {
                let mut reader = app.db.read().await?;
                let zoom = zoom_line(&app, &mut reader, open.editor(), Some(&after)).await?;
                let done = open.say("web-saved");
                let note = saved(done, after.location, Some(before.location), &zoom);
                return Ok(note.see(&Tab::General.path(id)));
            }
            Err(refused) => input.wrong("slug", refused.slug_words(open.signed_in.language)?),
        }
    }
    general_page(open, &around, input)
}

#[derive(Template)]
#[template(path = "event_types/schedule.html")]
struct SchedulePage {
    shell: Shell,
    head: Head,
    input: Input,
    choices: Vec<Choice>,
    /// The schedule that counts now.
    used: Option<Used>,
    /// Each host is booked by their own default hours.
    takes_turns: bool,
}

/// A schedule as it is shown.
struct Used {
    /// "Working hours, Madrid time (UTC+2)"
    words: String,
    hours: Vec<String>,
    path: String,
}

impl Used {
    fn of(open: &Open, schedule: &Schedule) -> Used {
        let language = open.signed_in.language;
        let zone = language.zone_words(open.app.now(), &schedule.timezone);
        let words = open.say("editor-hours-used");
        Used {
            words: words
                .with("schedule", &schedule.name)
                .with("zone", zone)
                .into(),
            hours: summary(language, &schedule.weekly),
            path: format!("/360/availability/{}", schedule.id),
        }
    }
}

fn schedule_page(open: Open, schedules: &[Schedule], input: Input) -> Result<Response> {
    let default = schedules.iter().find(|s| s.default_since.is_some());
    let label = match default {
        Some(it) => open
            .say("editor-hours-default-is")
            .with("schedule", &it.name),
        None => open.say("editor-hours-default"),
    };
    let chosen = input.text("schedule");
    let mut choices = vec![Choice::new("", label, chosen)];
    for schedule in schedules {
        let id = schedule.id.to_string();
        choices.push(Choice::new(&id, schedule.name.as_str(), chosen));
    }
    let used = match open.event_type.schedule_id {
        Some(id) => schedules.iter().find(|s| s.id == id),
        None => default,
    };
    let used = used.map(|schedule| Used::of(&open, schedule));
    let takes_turns = open.event_type.kind.takes_turns();
    let (shell, head) = open.frame(Tab::Schedule);
    let status = input.status();
    let page = private(page(&SchedulePage {
        shell,
        head,
        input,
        choices,
        used,
        takes_turns,
    })?);
    Ok((status, page).into_response())
}

pub async fn schedule(
    State(app): State<App>,
    signed_in: SignedIn,
    shell: Shell,
    Path(id): Path<String>,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let open = Open::load(app.clone(), signed_in, shell, &id, &mut reader).await?;
    let person = &open.signed_in.person;
    let schedules = schedules::of_person(&mut reader, person.org_id, person.id).await?;
    let input = Hours::fill(&open.event_type);
    schedule_page(open, &schedules, input)
}

pub async fn save_schedule(
    State(app): State<App>,
    signed_in: SignedIn,
    shell: Shell,
    Path(id): Path<String>,
    mut input: Input,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let open = Open::load(app.clone(), signed_in, shell, &id, &mut reader).await?;
    let person = &open.signed_in.person;
    let schedules = schedules::of_person(&mut reader, person.org_id, person.id).await?;
    drop(reader);
    match Hours::read(&mut input, &schedules) {
        Some(values) => store_tab(open, Tab::Schedule, |it| values.apply(it)).await,
        None => schedule_page(open, &schedules, input),
    }
}

/// Saves a tab that can't be refused any more.
pub(super) async fn store_tab(
    open: Open,
    tab: Tab,
    change: impl FnOnce(&mut EventType) + Send + 'static,
) -> Result<Response> {
    let id = open.event_type.id;
    match save::change(&open.app, open.editor(), id, change).await {
        Ok(_) => Ok(Flash::ok(open.say("web-saved")).see(&tab.path(id))),
        Err(NotSaved::Gone) => Err(Error::NotFound),
        Err(NotSaved::SlugTaken { .. }) => {
            Err(anyhow::anyhow!("the slug of {id} was taken by a change of something else").into())
        }
        Err(NotSaved::Failed(error)) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "event_types/limits.html")]
struct LimitsPage {
    shell: Shell,
    head: Head,
    input: Input,
    before: Vec<Choice>,
    after: Vec<Choice>,
    units: Vec<Choice>,
}

fn limits_page(open: Open, input: Input) -> Result<Response> {
    let buffers = |name: &str| {
        let label = |minutes: &u16| open.say("editor-buffer").with("minutes", minutes);
        rules::BUFFERS
            .iter()
            .map(|m| Choice::new(&m.to_string(), label(m), input.text(name)))
            .collect()
    };
    let units = form::UNITS
        .iter()
        .map(|(word, label, _)| Choice::new(word, open.say(label), input.text("notice_unit")))
        .collect();
    let (before, after) = (buffers("buffer_before"), buffers("buffer_after"));
    let (shell, head) = open.frame(Tab::Limits);
    let status = input.status();
    let page = private(page(&LimitsPage {
        shell,
        head,
        input,
        before,
        after,
        units,
    })?);
    Ok((status, page).into_response())
}

pub async fn limits(
    State(app): State<App>,
    signed_in: SignedIn,
    shell: Shell,
    Path(id): Path<String>,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let open = Open::load(app.clone(), signed_in, shell, &id, &mut reader).await?;
    let input = Limits::fill(&open.event_type);
    limits_page(open, input)
}

pub async fn save_limits(
    State(app): State<App>,
    signed_in: SignedIn,
    shell: Shell,
    Path(id): Path<String>,
    mut input: Input,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let open = Open::load(app.clone(), signed_in, shell, &id, &mut reader).await?;
    drop(reader);
    match Limits::read(&mut input) {
        Some(values) => store_tab(open, Tab::Limits, |it| values.apply(it)).await,
        None => limits_page(open, input),
    }
}

#[derive(Template)]
#[template(path = "event_types/questions.html")]
struct QuestionsPage {
    shell: Shell,
    head: Head,
    input: Input,
    questions: Vec<Asking>,
    can_add: bool,
}

/// A question on the screen, with the names of its fields.
struct Asking {
    number: usize,
    id: String,
    label: String,
    form: String,
    required: String,
    choices: String,
    answers: Vec<Choice>,
    first: bool,
    last: bool,
}

fn questions_page(open: Open, input: Input) -> Result<Response> {
    let ids = form::question_ids(&input);
    let count = ids.len();
    let asking = |(at, id): (usize, String)| {
        let form = format!("form_{id}");
        Asking {
            number: at + 1,
            label: format!("label_{id}"),
            required: format!("required_{id}"),
            choices: format!("choices_{id}"),
            answers: Answer::ALL
                .iter()
                .map(|a| Choice::new(a.word(), open.say(a.label()), input.text(&form)))
                .collect(),
            form,
            id,
            first: at == 0,
            last: at + 1 == count,
        }
    };
    let questions: Vec<Asking> = ids.into_iter().enumerate().map(asking).collect();
    let (shell, head) = open.frame(Tab::BookingForm);
    let status = input.status();
    let page = private(page(&QuestionsPage {
        shell,
        head,
        can_add: count < rules::MOST_QUESTIONS,
        questions,
        input,
    })?);
    Ok((status, page).into_response())
}

pub async fn questions(
    State(app): State<App>,
    signed_in: SignedIn,
    shell: Shell,
    Path(id): Path<String>,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let open = Open::load(app.clone(), signed_in, shell, &id, &mut reader).await?;
    let input = Asked::fill(&open.event_type);
    questions_page(open, input)
}

pub async fn save_questions(
    State(app): State<App>,
    signed_in: SignedIn,
    shell: Shell,
    Path(id): Path<String>,
    mut input: Input,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let open = Open::load(app.clone(), signed_in, shell, &id, &mut reader).await?;
    drop(reader);
    let step = Step::of(&input);
    if step != Step::Save {
        form::rearrange(&mut input, &step, &hex(&app.entropy.bytes::<6>()));
        return questions_page(open, input);
    }
    let now = app.now();
    match Asked::read(&mut input) {
        Some(values) => store_tab(open, Tab::BookingForm, move |it| values.apply(it, now)).await,
        None => questions_page(open, input),
    }
}

/// On or off, from the card.
pub async fn switch(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    input: Input,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let event_type = edited_by(&mut reader, &signed_in.person, &id).await?;
    let (on, now) = (input.is("on", "1"), app.now());
    if on && event_type.kind.takes_turns() && !has_team(&mut reader, &event_type).await? {
        let words = signed_in.say("event-type-no-team");
        let words = words.with("title", &event_type.title);
        return Ok(Flash::new(Tone::Warn, words).see(&Tab::General.path(event_type.id)));
    }
    drop(reader);
    let changed = save::change(&app, &signed_in.person, event_type.id, move |it| {
        it.disabled_at = if on {
            None
        } else {
            Some(it.disabled_at.unwrap_or(now))
        };
    })
    .await;
    match changed {
        Ok((_, after)) => {
            let words = if on {
                "event-type-is-on"
            } else {
                "event-type-is-off"
            };
            let words = signed_in.say(words).with("title", after.title);
            Ok(Flash::ok(words).see(LIST))
        }
        Err(NotSaved::Gone) => Err(Error::NotFound),
        Err(NotSaved::SlugTaken { .. }) => Err(anyhow::anyhow!("a switch took a slug").into()),
        Err(NotSaved::Failed(error)) => Err(error.into()),
    }
}

async fn has_team(reader: &mut Reader, event_type: &EventType) -> Result<bool> {
    let Some(team) = event_type.team_id else {
        return Ok(false);
    };
    let found = teams::store::find(reader, event_type.org_id, team).await?;
    Ok(found.is_some())
}

#[derive(Template)]
#[template(path = "event_types/delete.html")]
struct DeletePage {
    shell: Shell,
    event_type: EventType,
    /// Its meetings that are still to come.
    upcoming: usize,
}

pub async fn ask_delete(
    State(app): State<App>,
    signed_in: SignedIn,
    shell: Shell,
    Path(id): Path<String>,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let event_type = edited_by(&mut reader, &signed_in.person, &id).await?;
    let ahead = (app.now(), Timestamp::MAX);
    let key = (event_type.org_id, event_type.id);
    let starts = booking::store::starts_of(&mut reader, key.0, key.1, ahead, None).await?;
    Ok(private(page(&DeletePage {
        shell: shell.at(Nav::EventTypes, signed_in.viewer()),
        event_type,
        upcoming: starts.len(),
    })?))
}

pub async fn delete(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response> {
    let id: Id<EventType> = id.parse().map_err(|_| Error::NotFound)?;
    match save::delete(&app, &signed_in.person, id).await {
        Ok(gone) => {
            let words = signed_in.say("event-type-deleted");
            Ok(Flash::ok(words.with("title", gone.title)).see(LIST))
        }
        Err(NotSaved::Gone) => Err(Error::NotFound),
        Err(NotSaved::SlugTaken { .. }) => Err(anyhow::anyhow!("a deletion took a slug").into()),
        Err(NotSaved::Failed(error)) => Err(error.into()),
    }
}
