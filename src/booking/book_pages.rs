//! The booking form and what becomes of it: `/{username}/{slug}/book`, and the same for a team.

use std::borrow::Cow;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;

use super::booker::{self, Asked, Face, Offered};
use super::form::{self, FormToken};
use super::offers::{self, Offers, Seek};
use super::rules::Refusal;
use super::{Refused, book, manage_path, month, strangers};
use crate::app::App;
use crate::availability::slots::NotOffered;
use crate::db::Reader;
use crate::error::{Error, Result};
use crate::event_types::{Answer, EventType, Location};
use crate::language::{Language, Said};
use crate::text;
use crate::web::client::Client;
use crate::web::embed::{Done, Told};
use crate::web::form::{Input, Query};
use crate::web::layout::Shell;
use crate::web::limit;
use crate::web::{private, see};
use crate::when;
use crate::zone::Zone;

#[derive(Template)]
#[template(path = "booking/form.html")]
struct FormPage {
    shell: Shell,
    told: Told,
    title: String,
    host: String,
    place: String,
    email_hint: Cow<'static, str>,
    action: String,
    /// Back to the times.
    times: String,
    when: Option<When>,
    /// "3 spots left"
    left: Option<String>,
    gone: Option<Gone>,
    input: Input,
    token: String,
    tz: String,
    asked_place: Option<Cow<'static, str>>,
    asked_phone: bool,
    questions: Vec<Asks>,
    guests: bool,
}

struct Asks {
    name: String,
    label: String,
    form: Answer,
    required: bool,
    choices: Vec<String>,
}

/// A time in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    pub instant: String,
    pub words: String,
    /// The same in two: "Friday 12 June 2026," and "09:00 to 09:42".
    pub day: String,
    pub hours: String,
    pub zone: String,
}

impl When {
    pub fn of(language: Language, start: Timestamp, minutes: u16, zone: &Zone) -> When {
        let (day, hours) = language.range_in_two(start, minutes, zone);
        When {
            instant: start.to_string(),
            words: text::capitalized(&language.range(start, minutes, zone)),
            day: text::capitalized(&day),
            hours,
            zone: language.zone_words(start, zone),
        }
    }
}

/// A time that can't be had, and the nearest that can: buttons of the same form, which carries along
/// what was typed.
pub struct Gone {
    pub words: String,
    /// By day: "Friday 12 June", with its instants and clocks.
    pub near: Vec<(String, Vec<(String, String)>)>,
    /// "Madrid time"
    pub zone: String,
    /// What was typed, by field.
    pub kept: Vec<(String, String)>,
}

impl Gone {
    pub fn of(
        words: Said,
        starts: &[Timestamp],
        wanted: Timestamp,
        (language, zone): (Language, &Zone),
    ) -> Gone {
        let mut near: Vec<(String, Vec<(String, String)>)> = Vec::new();
        for at in month::nearest(starts, wanted, 3) {
            let day = text::capitalized(&language.day(month::date(at, zone)));
            let time = (at.to_string(), when::clock_with_offset_if_dst_day(at, zone));
            match near.last_mut() {
                Some((last, times)) if *last == day => times.push(time),
                Some(_) | None => near.push((day, vec![time])),
            }
        }
        Gone {
            words: words.into(),
            near,
            zone: language.zone_name(zone),
            kept: Vec::new(),
        }
    }

    /// With what was typed in these fields.
    #[must_use]
    pub fn keeping<'a>(mut self, input: &Input, fields: impl IntoIterator<Item = &'a str>) -> Gone {
        let typed = fields.into_iter().map(|name| (name, input.text(name)));
        let typed = typed.filter(|(_, words)| !words.is_empty());
        self.kept = typed
            .map(|(name, words)| (name.to_owned(), words.to_owned()))
            .collect();
        self
    }
}

/// Who offers what, as the address says.
struct Place {
    face: Face,
    event_type: Box<EventType>,
    zone: Zone,
    path: String,
    /// What the addresses from here on carry along.
    keep: Vec<(&'static str, String)>,
}

pub async fn form(
    State(app): State<App>,
    Path((username, slug)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    shell: Shell,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let offered = booker::offered(&mut reader, &username, &slug).await?;
    show_form(&app, &mut reader, offered, (&asked, &headers), shell).await
}

/// The same for `/team/{team}/{slug}/book`.
pub async fn team_form(
    State(app): State<App>,
    Path((team, slug)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    shell: Shell,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let offered = booker::offered_by_team(&mut reader, &team, &slug).await?;
    show_form(&app, &mut reader, offered, (&asked, &headers), shell).await
}

async fn show_form(
    app: &App,
    reader: &mut Reader,
    offered: Offered,
    (asked, headers): (&Asked, &HeaderMap),
    shell: Shell,
) -> Result<Response> {
    let (face, event_type) = match offered {
        Offered::On(face, event_type) => (face, event_type),
        Offered::Off(face, id) => return booker::off(reader, shell, (face, id)).await,
    };
    let path = format!("{}/{}", face.home, event_type.slug);
    let Some(start) = instant(asked.start.as_deref().unwrap_or_default()) else {
        return Ok(see(&shell.embed.on(&path)));
    };
    let zone = booker::zone(asked, headers, &face.zone);
    let place = Place {
        face,
        event_type,
        zone,
        path,
        keep: booker::kept(asked, &shell),
    };
    let token = fresh_token(app).as_str().to_owned();
    place
        .show(
            app,
            reader,
            shell,
            Input::filled(asked.known()),
            start,
            token,
        )
        .await
}

pub async fn submit(
    State(app): State<App>,
    Path((username, slug)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    client: Client,
    shell: Shell,
    input: Input,
) -> Result<Response> {
    let offered = booker::offered(&mut app.db.read().await?, &username, &slug).await?;
    take(&app, offered, (asked, client), shell, input).await
}

pub async fn team_submit(
    State(app): State<App>,
    Path((team, slug)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    client: Client,
    shell: Shell,
    input: Input,
) -> Result<Response> {
    let offered = booker::offered_by_team(&mut app.db.read().await?, &team, &slug).await?;
    take(&app, offered, (asked, client), shell, input).await
}

async fn take(
    app: &App,
    offered: Offered,
    (asked, client): (Asked, Client),
    shell: Shell,
    mut input: Input,
) -> Result<Response> {
    let (face, event_type) = match offered {
        Offered::On(face, event_type) => (face, event_type),
        Offered::Off(face, id) => {
            let mut reader = app.db.read().await?;
            return booker::off(&mut reader, shell, (face, id)).await;
        }
    };
    let embed = shell.embed;
    let path = format!("{}/{}", face.home, event_type.slug);
    let zone = Zone::parse(input.text("tz")).unwrap_or_else(|_| face.zone.clone());
    let token = FormToken::parse(input.text("token")).unwrap_or_else(|| fresh_token(app));
    let place = Place {
        face,
        event_type,
        zone,
        path,
        keep: booker::kept(&asked, &shell),
    };
    // Another time than the one that was gone: the form once more, with all that was typed.
    if let Some(start) = instant(input.text("pick")) {
        let token = token.as_str().to_owned();
        let mut reader = app.db.read().await?;
        return place
            .show(app, &mut reader, shell, input, start, token)
            .await;
    }
    let Some(start) = instant(input.text("start")) else {
        return Err(Error::BadRequest("error-form-without-time"));
    };
    // Only what others have opened already differs from the event type.
    let place = if place.event_type.kind.is_group() {
        let mut reader = app.db.read().await?;
        let offers = offers::load(&mut reader, &place.event_type, &Seek::any(), app.now()).await?;
        place.at(&offers, start)
    } else {
        place
    };
    let key = (start, place.zone.clone(), token.clone());
    let Some(request) = form::read(&mut input, &place.event_type, key) else {
        let token = token.as_str().to_owned();
        let page = place.page(shell, input, Some((start, None)), None, token)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let tries = strangers::of_booking(app, &client, &place.event_type, &request);
    let counted = match limit::count_all(app, tries).await? {
        Ok(counted) => counted,
        Err(full) => {
            input.wrong(
                strangers::field(&full, request.email.as_str()),
                full.words(shell.language),
            );
            let token = token.as_str().to_owned();
            let page = place.page(shell, input, Some((start, None)), None, token)?;
            return Ok(strangers::held_back(&full, page));
        }
    };
    let (org, id) = (place.event_type.org_id, place.event_type.id);
    match book::book(app, org, id, &request).await {
        Ok(booking) => Ok(see(
            &embed.after(Done::Created, &manage_path(app, booking.id))
        )),
        Err(Refused::Because(refusal)) => {
            limit::take_back(app, counted, strangers::UNUSED).await?;
            let mut reader = app.db.read().await?;
            let token = token.as_str().to_owned();
            place
                .refuse(app, &mut reader, shell, input, (start, refusal), token)
                .await
        }
        Err(Refused::SentTwice) => Err(Error::BadRequest("error-form-twice")),
        Err(Refused::Failed(error)) => Err(Error::Internal(error)),
    }
}

fn fresh_token(app: &App) -> FormToken {
    FormToken::fresh(&app.installation, app.entropy.bytes(), app.now())
}

/// An instant of an address or a form; nothing people type.
pub fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

impl Place {
    /// As this start has it.
    fn at(mut self, offers: &Offers, start: Timestamp) -> Place {
        *self.event_type = offers.as_at(&self.event_type, start);
        self
    }

    /// The form for a start, or what else there is when that is not on offer.
    async fn show(
        self,
        app: &App,
        reader: &mut Reader,
        shell: Shell,
        input: Input,
        start: Timestamp,
        token: String,
    ) -> Result<Response> {
        let offers = offers::load(reader, &self.event_type, &Seek::any(), app.now()).await?;
        match offers.spot(start) {
            Ok(_) => {
                let left = booker::left(&self.event_type, &offers, (shell.language, start));
                self.at(&offers, start)
                    .page(shell, input, Some((start, left)), None, token)
            }
            Err(why) => {
                let refused = (start, why.into());
                self.gone((reader, &offers), shell, input, refused, token)
                    .await
            }
        }
    }

    async fn refuse(
        self,
        app: &App,
        reader: &mut Reader,
        shell: Shell,
        input: Input,
        (start, refusal): (Timestamp, Refusal),
        token: String,
    ) -> Result<Response> {
        let offers = offers::load(reader, &self.event_type, &Seek::any(), app.now()).await?;
        let refused = (start, refusal);
        self.gone((reader, &offers), shell, input, refused, token)
            .await
    }

    async fn gone(
        self,
        (reader, offers): (&mut Reader, &Offers),
        shell: Shell,
        input: Input,
        (start, refusal): (Timestamp, Refusal),
        token: String,
    ) -> Result<Response> {
        let Some(words) = cannot_have(refusal, &self.face.short, shell.language) else {
            return booker::off(reader, shell, (self.face, self.event_type.id)).await;
        };
        let asked = self.event_type.questions.0.iter().map(form::field);
        let asked: Vec<String> = asked.collect();
        let fields = ["name", "email", "place", "guests"].into_iter();
        let gone = Gone::of(words, &offers.starts(), start, (shell.language, &self.zone))
            .keeping(&input, fields.chain(asked.iter().map(String::as_str)));
        let page = self.page(shell, input, None, Some((start, gone)), token)?;
        Ok((StatusCode::CONFLICT, page).into_response())
    }

    fn page(
        self,
        shell: Shell,
        input: Input,
        start: Option<(Timestamp, Option<String>)>,
        gone: Option<(Timestamp, Gone)>,
        token: String,
    ) -> Result<Response> {
        let it = &self.event_type;
        let (start, left) = start.unzip();
        let (about, gone) = gone.map_or((start, None), |(about, gone)| (Some(about), Some(gone)));
        let language = shell.language;
        let with_kept = || {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(&self.keep);
            query
        };
        let mut query = with_kept();
        if let Some(at) = about {
            query.append_pair("date", &month::date(at, &self.zone).to_string());
        }
        query.append_pair("tz", self.zone.name());
        let mut told = Told::page(it.id);
        if gone.is_some() || !input.is_fine() {
            told.kind = Some("error".to_owned());
        } else if let Some(start) = start {
            told.kind = Some("time.selected".to_owned());
            told = told.time(start, it.minutes);
        }
        let email_hint = if it.location.provider().is_some() {
            language.word("form-email-hint-link")
        } else {
            language.word("form-email-hint")
        };
        let kept = with_kept().finish();
        let action = match kept.is_empty() {
            true => format!("{}/book", self.path),
            false => format!("{}/book?{kept}", self.path),
        };
        crate::web::page(&FormPage {
            title: it.title.clone(),
            host: self.face.name.clone(),
            left: left.flatten(),
            place: it.location.name(language).into_owned(),
            email_hint,
            action,
            times: format!("{}?{}", self.path, query.finish()),
            when: start.map(|start| When::of(language, start, it.minutes, &self.zone)),
            gone,
            token,
            tz: self.zone.name().to_owned(),
            asked_place: it.location.asks_invitee().map(|key| language.word(key)),
            asked_phone: it.location == Location::Phone,
            questions: it.questions.0.iter().map(Asks::of).collect(),
            guests: it.guests_allowed_at.is_some(),
            shell: it.look.dress(shell),
            told,
            input,
        })
        .map(private)
    }
}

impl Asks {
    fn of(question: &crate::event_types::Question) -> Asks {
        Asks {
            name: form::field(question),
            label: question.label.clone(),
            form: question.form,
            required: question.required,
            choices: question.choices.clone(),
        }
    }
}

/// Why this time can't be had, in words. None when it is not about the time.
pub fn cannot_have(refusal: Refusal, host: &str, language: Language) -> Option<Said> {
    let about_host = |key| language.say(key).with("host", host);
    Some(match refusal {
        Refusal::SlotTaken | Refusal::NotOffered(NotOffered::Taken) => language.say("gone-taken"),
        Refusal::NotOffered(NotOffered::InPast) => language.say("gone-past"),
        Refusal::NotOffered(NotOffered::TooSoon) => about_host("gone-too-soon"),
        Refusal::NotOffered(NotOffered::TooFar) => language.say("gone-too-far"),
        Refusal::NotOffered(NotOffered::OutsideHours | NotOffered::OffGrid) => {
            language.say("gone-closed")
        }
        Refusal::NotOffered(NotOffered::LimitReached { per, .. }) => {
            about_host(booker::limit_reached(per))
        }
        Refusal::SameTime => language.say("gone-same"),
        Refusal::EventTypeOff
        | Refusal::HostGone
        | Refusal::Started
        | Refusal::Over
        | Refusal::RescheduleDisabled
        | Refusal::AlreadyCanceled
        | Refusal::AlreadyMoved => return None,
    })
}
