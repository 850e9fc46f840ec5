//! The editor's forms, one for each tab: what was typed becomes values, or a sentence beside the
//! field that is wrong. Pure.

use std::ops::RangeInclusive;
use std::str::FromStr;

use jiff::Timestamp;

use super::accent::Accent;
use super::look::{Look, Part};
use super::rules::{self, Color, ZoomLine};
use super::{Answer, EventType, Kind, Location, Question, Questions};
use crate::availability::store::Schedule;
use crate::id::Id;
use crate::language::{Language, Said};
use crate::teams::Team;
use crate::text::{self, Slug};
use crate::web::embed::Theme;
use crate::web::form::{Input, sentence};

/// The tab General, and the form of a new event type as far as it goes.
pub struct General {
    pub title: String,
    pub slug: String,
    pub minutes: u16,
    pub color: Color,
    pub location: Location,
    pub location_value: Option<String>,
    pub shared: Shared,
    pub public_description: String,
    pub internal_description: String,
}

/// How many share it, as hosts and as invitees.
pub struct Shared {
    pub kind: Kind,
    pub team: Option<Id<Team>>,
    pub seats: Option<u16>,
    pub shows_remaining: bool,
    pub is_webinar: bool,
}

impl Shared {
    /// As every event type begins.
    fn one_on_one() -> Shared {
        Shared {
            kind: Kind::OneOnOne,
            team: None,
            seats: None,
            shows_remaining: false,
            is_webinar: false,
        }
    }

    fn fill(event_type: &EventType, input: &mut Input) {
        let seats = event_type.seats.unwrap_or(rules::SEATS_AT_FIRST);
        input.set("kind", event_type.kind.word());
        input.set("seats", seats.to_string());
        if let Some(team) = event_type.team_id {
            input.set("team", team.to_string());
        }
        if event_type.show_remaining_at.is_some() {
            input.set("show_remaining", "on");
        }
        let room = if event_type.webinar_at.is_some() {
            "webinar"
        } else {
            "meeting"
        };
        input.set("room", room);
    }

    /// `teams`: those that can be chosen.
    fn read(input: &mut Input, teams: &[Team]) -> Option<Shared> {
        let language = input.language();
        let kind = match input.text("kind") {
            "" => Kind::OneOnOne,
            _ => input.read("kind", |word| {
                Kind::from_word(word).ok_or_else(|| language.say("editor-bad-kind"))
            })?,
        };
        let team = if kind.takes_turns() {
            Some(input.read("team", |word| {
                let found = teams.iter().find(|team| team.id.to_string() == word);
                found.map(|team| team.id).ok_or_else(|| {
                    language.say(if teams.is_empty() {
                        "editor-no-teams"
                    } else {
                        "editor-no-team"
                    })
                })
            })?)
        } else {
            None
        };
        if !kind.is_group() {
            return Some(Shared {
                kind,
                team,
                ..Shared::one_on_one()
            });
        }
        let seats = input.read("seats", |words| {
            number(&words.replace(',', ""), &rules::SEATS)
                .ok_or_else(|| language.say("editor-bad-seats"))
        })?;
        Some(Shared {
            kind,
            team,
            seats: Some(seats),
            shows_remaining: input.has("show_remaining"),
            is_webinar: input.is("room", "webinar"),
        })
    }

    fn apply(self, event_type: &mut EventType, now: Timestamp) {
        let since = |wanted: bool, before: Option<Timestamp>| wanted.then(|| before.unwrap_or(now));
        event_type.kind = self.kind;
        event_type.team_id = self.team;
        event_type.seats = self.seats;
        event_type.show_remaining_at = since(self.shows_remaining, event_type.show_remaining_at);
        event_type.webinar_at = since(self.is_webinar, event_type.webinar_at);
    }
}

impl General {
    pub fn fill(event_type: &EventType) -> Input {
        let place = event_type.location_value.clone().unwrap_or_default();
        let mut input = Input::filled([
            ("title", event_type.title.clone()),
            ("slug", event_type.slug.clone()),
            ("minutes", event_type.minutes.to_string()),
            ("color", event_type.color.clone()),
            ("location", event_type.location.word().to_owned()),
            ("public_description", event_type.public_description.clone()),
            (
                "internal_description",
                event_type.internal_description.clone(),
            ),
        ]);
        if let Some(field) = place_field(event_type.location) {
            input.set(field, place);
        }
        Shared::fill(event_type, &mut input);
        input
    }

    /// `before`: the location that is saved, if any; `teams`: those that can be chosen.
    pub fn read(
        input: &mut Input,
        before: Option<Location>,
        teams: &[Team],
        zoom: &ZoomLine,
    ) -> Option<General> {
        let language = input.language();
        let title = input.read("title", |words| title(language, words));
        let slug = input.read("slug", |words| slug(language, words));
        let minutes = input.read("minutes", |words| minutes(language, words));
        let color = input.read("color", |word| {
            Color::from_word(word).ok_or_else(|| language.say("editor-bad-color"))
        });
        let (location, location_value) = place(input, before, zoom).unzip();
        let shared = Shared::read(input, teams);
        if let (Some(Location::AskInvitee), Some(true)) = (
            location,
            shared.as_ref().map(|shared| shared.kind.is_group()),
        ) {
            input.wrong("location", language.say("editor-group-place"));
            return None;
        }
        let public_description = input.read("public_description", |it| description(language, it));
        let internal_description =
            input.read("internal_description", |it| description(language, it));
        Some(General {
            title: title?,
            slug: slug?.into(),
            minutes: minutes?,
            color: color?,
            location: location?,
            location_value: location_value?,
            shared: shared?,
            public_description: public_description?,
            internal_description: internal_description?,
        })
    }

    pub fn apply(self, event_type: &mut EventType, now: Timestamp) {
        self.shared.apply(event_type, now);
        event_type.title = self.title;
        event_type.slug = self.slug;
        event_type.minutes = self.minutes;
        event_type.color = self.color.word().to_owned();
        event_type.location = self.location;
        event_type.location_value = self.location_value;
        event_type.public_description = self.public_description;
        event_type.internal_description = self.internal_description;
    }
}

/// A new event type: a slug left empty is made from the name.
pub fn new(input: &mut Input, zoom: &ZoomLine) -> Option<General> {
    let language = input.language();
    let title = input.read("title", |words| title(language, words));
    if input.text("slug").trim().is_empty()
        && let Some(title) = &title
    {
        match Slug::suggest(title) {
            Some(slug) => input.set("slug", slug),
            None => input.wrong("slug", language.say("editor-no-slug")),
        }
    }
    let slug = if input.error("slug").is_none() && !input.text("slug").trim().is_empty() {
        input.read("slug", |words| slug(language, words))
    } else {
        None
    };
    let minutes = input.read("minutes", |words| minutes(language, words));
    let (location, location_value) = place(input, None, zoom).unzip();
    Some(General {
        title: title?,
        slug: slug?.into(),
        minutes: minutes?,
        color: Color::Violet,
        location: location?,
        location_value: location_value?,
        shared: Shared::one_on_one(),
        public_description: String::new(),
        internal_description: String::new(),
    })
}

/// The field a location needs, by its name in the form.
pub fn place_field(location: Location) -> Option<&'static str> {
    match location {
        Location::Phone => Some("phone"),
        Location::InPerson => Some("address"),
        Location::CustomUrl => Some("custom_url"),
        Location::Zoom | Location::GoogleMeet | Location::MicrosoftTeams | Location::AskInvitee => {
            None
        }
    }
}

fn place(
    input: &mut Input,
    before: Option<Location>,
    zoom: &ZoomLine,
) -> Option<(Location, Option<String>)> {
    let language = input.language();
    let location = input.read("location", |word| {
        let location =
            Location::from_word(word).ok_or_else(|| language.say("editor-bad-location"))?;
        if before == Some(location) {
            Ok(location)
        } else if location.needs_a_calendar() {
            let words = language.say("editor-no-calendar");
            Err(words.with("place", location.choice(language)))
        } else if location == Location::Zoom && !zoom.can_be_chosen() {
            Err(language.say("editor-zoom-is-off"))
        } else {
            Ok(location)
        }
    })?;
    let value = match location {
        Location::Phone => {
            input.read("phone", |words| needed(language, words, "editor-no-phone"))?
        }
        Location::InPerson => input.read("address", |words| {
            needed(language, words, "editor-no-address")
        })?,
        Location::CustomUrl => input.read("custom_url", |words| custom_url(language, words))?,
        Location::Zoom | Location::GoogleMeet | Location::MicrosoftTeams | Location::AskInvitee => {
            return Some((location, None));
        }
    };
    Some((location, Some(value)))
}

fn needed(language: Language, words: &str, missing: &'static str) -> Result<String, Said> {
    needed_line(language, words, rules::PLACE_LENGTH, missing)
}

/// Of at most so many characters; the message is said of none.
fn needed_line(
    language: Language,
    words: &str,
    most: usize,
    missing: &'static str,
) -> Result<String, Said> {
    let words = line(language, words, most)?;
    if words.is_empty() {
        return Err(language.say(missing));
    }
    Ok(words)
}

/// Only https: invitees are asked to trust it.
pub fn custom_url(language: Language, words: &str) -> Result<String, Said> {
    const WHY: &str = "editor-bad-url";
    let words = needed(language, words, WHY)?;
    let url = url::Url::parse(&words).map_err(|_| language.say(WHY))?;
    let plain = url.scheme() == "https"
        && url.host_str().is_some_and(|host| host.contains('.'))
        && url.username().is_empty()
        && url.password().is_none();
    if !plain {
        return Err(language.say(WHY));
    }
    Ok(url.into())
}

fn title(language: Language, words: &str) -> Result<String, Said> {
    needed_line(language, words, rules::TITLE_LENGTH, "web-no-name")
}

fn slug(language: Language, words: &str) -> Result<Slug, Said> {
    Slug::parse(words.trim()).map_err(|why| sentence(language, why.said(language)))
}

fn minutes(language: Language, words: &str) -> Result<u16, Said> {
    number(words, &rules::MINUTES).ok_or_else(|| language.say("editor-bad-minutes"))
}

fn description(language: Language, words: &str) -> Result<String, Said> {
    text::paragraph(words, rules::DESCRIPTION_LENGTH)
        .map_err(|why| sentence(language, why.said(language)))
}

fn line(language: Language, words: &str, most: usize) -> Result<String, Said> {
    text::line(words, most).map_err(|why| sentence(language, why.said(language)))
}

fn number<T: FromStr + PartialOrd>(words: &str, range: &RangeInclusive<T>) -> Option<T> {
    words.trim().parse().ok().filter(|n| range.contains(n))
}

/// The tab Schedule. `None`: the default one.
pub struct Hours(pub Option<Id<Schedule>>);

impl Hours {
    pub fn fill(event_type: &EventType) -> Input {
        let id = event_type.schedule_id.map(|id| id.to_string());
        Input::filled([("schedule", id.unwrap_or_default())])
    }

    pub fn read(input: &mut Input, schedules: &[Schedule]) -> Option<Hours> {
        let language = input.language();
        input.read("schedule", |word| {
            if word.is_empty() {
                return Ok(Hours(None));
            }
            schedules
                .iter()
                .find(|schedule| schedule.id.to_string() == word)
                .map(|schedule| Hours(Some(schedule.id)))
                .ok_or_else(|| language.say("editor-bad-schedule"))
        })
    }

    pub fn apply(self, event_type: &mut EventType) {
        event_type.schedule_id = self.0;
    }
}

/// The tab Limits & Buffers.
pub struct Limits {
    pub horizon_days: u16,
    pub notice_minutes: i64,
    pub buffer_before: u16,
    pub buffer_after: u16,
    pub increment: u16,
    pub max_per_day: Option<u16>,
    pub max_per_week: Option<u16>,
    pub max_per_month: Option<u16>,
}

/// Units of the minimum notice: word, the message that names it, minutes.
pub const UNITS: [(&str, &str, i64); 3] = [
    ("minutes", "editor-unit-minutes", 1),
    ("hours", "editor-unit-hours", 60),
    ("days", "editor-unit-days", 24 * 60),
];

impl Limits {
    pub fn fill(event_type: &EventType) -> Input {
        let (notice, unit) = in_its_unit(event_type.notice_minutes);
        let most = |n: Option<u16>| n.map(|n| n.to_string()).unwrap_or_default();
        Input::filled([
            ("horizon_days", event_type.horizon_days.to_string()),
            ("notice", notice.to_string()),
            ("notice_unit", unit.to_owned()),
            ("buffer_before", event_type.buffer_before.to_string()),
            ("buffer_after", event_type.buffer_after.to_string()),
            ("increment", event_type.increment.to_string()),
            ("max_per_day", most(event_type.max_per_day)),
            ("max_per_week", most(event_type.max_per_week)),
            ("max_per_month", most(event_type.max_per_month)),
        ])
    }

    pub fn read(input: &mut Input) -> Option<Limits> {
        let language = input.language();
        let horizon_days = input.read("horizon_days", |words| {
            number(words, &rules::HORIZON_DAYS).ok_or_else(|| language.say("editor-bad-horizon"))
        });
        let notice_minutes = notice(input);
        let buffer_before = input.read("buffer_before", |words| buffer(language, words));
        let buffer_after = input.read("buffer_after", |words| buffer(language, words));
        let increment = input.read("increment", |words| {
            number(words, &rules::INCREMENT).ok_or_else(|| language.say("editor-bad-increment"))
        });
        let max_per_day = input.read("max_per_day", |words| most(language, words));
        let max_per_week = input.read("max_per_week", |words| most(language, words));
        let max_per_month = input.read("max_per_month", |words| most(language, words));
        Some(Limits {
            horizon_days: horizon_days?,
            notice_minutes: notice_minutes?,
            buffer_before: buffer_before?,
            buffer_after: buffer_after?,
            increment: increment?,
            max_per_day: max_per_day?,
            max_per_week: max_per_week?,
            max_per_month: max_per_month?,
        })
    }

    pub fn apply(self, event_type: &mut EventType) {
        event_type.horizon_days = self.horizon_days;
        event_type.notice_minutes = self.notice_minutes;
        event_type.buffer_before = self.buffer_before;
        event_type.buffer_after = self.buffer_after;
        event_type.increment = self.increment;
        event_type.max_per_day = self.max_per_day;
        event_type.max_per_week = self.max_per_week;
        event_type.max_per_month = self.max_per_month;
    }
}

/// The greatest unit in which it is a whole number.
fn in_its_unit(minutes: i64) -> (i64, &'static str) {
    UNITS
        .iter()
        .rev()
        .find(|(_, _, unit)| minutes != 0 && minutes % unit == 0)
        .map_or((minutes, "minutes"), |(word, _, unit)| {
            (minutes / unit, *word)
        })
}

fn notice(input: &mut Input) -> Option<i64> {
    let language = input.language();
    let unit = UNITS
        .iter()
        .find(|(word, _, _)| input.is("notice_unit", word))
        .map(|(_, _, minutes)| *minutes);
    input.read("notice", |words| {
        let unit = unit.ok_or_else(|| language.say("editor-bad-unit"))?;
        words
            .trim()
            .parse::<i64>()
            .ok()
            .and_then(|n| n.checked_mul(unit))
            .filter(|minutes| rules::NOTICE.contains(minutes))
            .ok_or_else(|| language.say("editor-bad-notice"))
    })
}

fn buffer(language: Language, words: &str) -> Result<u16, Said> {
    words
        .parse()
        .ok()
        .filter(|minutes| rules::BUFFERS.contains(minutes))
        .ok_or_else(|| language.say("editor-bad-buffer"))
}

fn most(language: Language, words: &str) -> Result<Option<u16>, Said> {
    if words.trim().is_empty() {
        return Ok(None);
    }
    match number(words, &rules::MOST_MEETINGS) {
        Some(most) => Ok(Some(most)),
        None => Err(language.say("editor-bad-most")),
    }
}

/// The tab Booking Form.
pub struct Asked {
    pub questions: Questions,
    pub guests_allowed: bool,
    pub reschedule_disabled: bool,
}

/// What a button of the tab Booking Form does to the form on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Save,
    Add,
    Remove(String),
    Up(String),
    Down(String),
}

impl Step {
    pub fn of(input: &Input) -> Step {
        let word = input.text("do");
        match word.split_once(':') {
            Some(("remove", id)) => Step::Remove(id.to_owned()),
            Some(("up", id)) => Step::Up(id.to_owned()),
            Some(("down", id)) => Step::Down(id.to_owned()),
            Some(_) | None if word == "add" => Step::Add,
            Some(_) | None => Step::Save,
        }
    }
}

/// Questions are named by the values of the field `question`, in their order on the screen; their
/// own fields end in the id.
pub fn question_ids(input: &Input) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for id in input.all("question") {
        let plain = (1..=32).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if plain && !ids.iter().any(|known| known == id) {
            ids.push(id.to_owned());
        }
    }
    ids
}

/// Adds, removes or moves a question on the screen; nothing is saved by it. `fresh` names a new one.
pub fn rearrange(input: &mut Input, step: &Step, fresh: &str) {
    let mut ids = question_ids(input);
    let place = |id: &String| ids.iter().position(|known| known == id);
    match step {
        Step::Save => {}
        Step::Add => {
            if ids.len() >= rules::MOST_QUESTIONS {
                input.wrong("questions", too_many(input.language()));
            } else {
                ids.push(fresh.to_owned());
                input.set(&format!("required_{fresh}"), "on");
            }
        }
        Step::Remove(id) => ids.retain(|known| known != id),
        Step::Up(id) => {
            if let Some(at) = place(id).filter(|at| *at > 0) {
                ids.swap(at, at - 1);
            }
        }
        Step::Down(id) => {
            if let Some(at) = place(id).filter(|at| at + 1 < ids.len()) {
                ids.swap(at, at + 1);
            }
        }
    }
    input.set_all("question", ids);
}

fn too_many(language: Language) -> Said {
    let words = language.say("editor-too-many-questions");
    words.with("most", rules::MOST_QUESTIONS)
}

impl Answer {
    pub const ALL: [Answer; 4] = [Answer::Short, Answer::Long, Answer::Choice, Answer::Phone];

    /// As serde writes it.
    pub fn word(self) -> &'static str {
        match self {
            Answer::Short => "short",
            Answer::Long => "long",
            Answer::Choice => "choice",
            Answer::Phone => "phone",
        }
    }

    /// The message that names it.
    pub fn label(self) -> &'static str {
        match self {
            Answer::Short => "editor-short",
            Answer::Long => "editor-long",
            Answer::Choice => "editor-choice",
            Answer::Phone => "editor-phone-number",
        }
    }
}

impl Asked {
    pub fn fill(event_type: &EventType) -> Input {
        let mut fields: Vec<(String, String)> = Vec::new();
        for question in &event_type.questions.0 {
            let id = &question.id;
            fields.push(("question".to_owned(), id.clone()));
            fields.push((format!("label_{id}"), question.label.clone()));
            fields.push((format!("form_{id}"), question.form.word().to_owned()));
            fields.push((format!("choices_{id}"), question.choices.join("\n")));
            if question.required {
                fields.push((format!("required_{id}"), "on".to_owned()));
            }
        }
        let mut tick = |name: &str, since: Option<Timestamp>| {
            if since.is_some() {
                fields.push((name.to_owned(), "on".to_owned()));
            }
        };
        tick("guests", event_type.guests_allowed_at);
        tick("reschedule_disabled", event_type.reschedule_disabled_at);
        Input::filled(fields)
    }

    pub fn read(input: &mut Input) -> Option<Asked> {
        let ids = question_ids(input);
        if ids.len() > rules::MOST_QUESTIONS {
            input.wrong("questions", too_many(input.language()));
            return None;
        }
        let count = ids.len();
        let questions: Vec<Question> = ids.iter().filter_map(|id| question(input, id)).collect();
        if questions.len() < count {
            return None;
        }
        Some(Asked {
            questions: Questions(questions),
            guests_allowed: input.has("guests"),
            reschedule_disabled: input.has("reschedule_disabled"),
        })
    }

    pub fn apply(self, event_type: &mut EventType, now: Timestamp) {
        let since = |wanted: bool, before: Option<Timestamp>| wanted.then(|| before.unwrap_or(now));
        event_type.questions = self.questions;
        event_type.guests_allowed_at = since(self.guests_allowed, event_type.guests_allowed_at);
        event_type.reschedule_disabled_at =
            since(self.reschedule_disabled, event_type.reschedule_disabled_at);
    }
}

fn question(input: &mut Input, id: &str) -> Option<Question> {
    let language = input.language();
    let label = input.read(&format!("label_{id}"), |words| {
        needed_line(language, words, rules::LABEL_LENGTH, "editor-no-question")
    });
    let form = input.read(&format!("form_{id}"), |word| {
        Answer::ALL
            .into_iter()
            .find(|form| form.word() == word)
            .ok_or_else(|| language.say("editor-bad-answer"))
    });
    let choices = match form? {
        Answer::Choice => input.read(&format!("choices_{id}"), |words| choices(language, words))?,
        Answer::Short | Answer::Long | Answer::Phone => Vec::new(),
    };
    Some(Question {
        id: id.to_owned(),
        label: label?,
        form: form?,
        required: input.has(&format!("required_{id}")),
        choices,
    })
}

fn choices(language: Language, words: &str) -> Result<Vec<String>, Said> {
    let mut choices: Vec<String> = Vec::new();
    for choice in text::lines(words).lines() {
        let choice = line(language, choice, rules::CHOICE_LENGTH)?;
        if !choice.is_empty() && !choices.contains(&choice) {
            choices.push(choice);
        }
    }
    if !rules::CHOICES.contains(&choices.len()) {
        return Err(language.say("editor-bad-choices"));
    }
    Ok(choices)
}

/// The tab Customization.
impl Look {
    /// Where a picker of colors begins: 42min’s own.
    const FIRST_ACCENT: &str = "#6b2fd6";

    pub fn fill(&self) -> Input {
        let accent = self.accent.map(String::from);
        let mut input = Input::filled([("theme", self.theme.word())]);
        if accent.is_some() {
            input.set("own_accent", "on");
        }
        input.set(
            "accent",
            accent.unwrap_or_else(|| Look::FIRST_ACCENT.to_owned()),
        );
        for part in Part::ALL.iter().filter(|part| self.shows(**part)) {
            input.set(&part.field(), "on");
        }
        input
    }

    pub fn read(input: &mut Input) -> Option<Look> {
        let language = input.language();
        let accent = if input.has("own_accent") {
            let accent = input.read("accent", |words| {
                Accent::parse(words).map_err(|_| language.say("editor-bad-accent"))
            });
            accent.map(Some)
        } else {
            Some(None)
        };
        let theme = input.read("theme", |word| {
            Theme::from_word(word).ok_or_else(|| language.say("editor-bad-theme"))
        });
        let hidden = Part::ALL
            .iter()
            .filter(|part| !input.has(&part.field()))
            .copied()
            .collect();
        Some(Look {
            accent: accent?,
            theme: theme?,
            hidden,
        })
    }
}

impl Part {
    pub fn field(self) -> String {
        format!("show_{}", self.word())
    }
}
