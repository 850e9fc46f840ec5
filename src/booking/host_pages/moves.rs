//! A host moves or cancels a booking: the same questions as the invitee's, with a message to them.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;

use super::{Mine, path};
use crate::app::App;
use crate::booking::book_pages::{Gone, When, cannot_have, instant};
use crate::booking::booker::{self, Asked, Face, Links, Pick, View};
use crate::booking::month::{self, Wish};
use crate::booking::offers::{self, Seek};
use crate::booking::rules::{self, Move, Refusal};
use crate::booking::{By, Refused, book, cancel, change, form};
use crate::conferencing::view::{self, Online};
use crate::db::Reader;
use crate::error::{Error, Result};
use crate::event_types::Location;
use crate::web::flash::Flash;
use crate::web::form::{Input, Query};
use crate::web::layout::Shell;
use crate::web::{page, private};
use crate::zone::Zone;

#[derive(Template)]
#[template(path = "booking/host_pick.html")]
struct PickPage {
    shell: Shell,
    path: String,
    title: String,
    pick: Pick,
}

#[derive(Template)]
#[template(path = "booking/host_move.html")]
struct MovePage {
    shell: Shell,
    path: String,
    title: String,
    first_name: String,
    old: When,
    to: Option<When>,
    gone: Option<Gone>,
    /// Back to the times.
    times: String,
    input: Input,
    /// "3 invitees", of a group.
    all: Option<String>,
    tz: String,
    asked_place: Option<Cow<'static, str>>,
    asked_phone: bool,
}

#[derive(Template)]
#[template(path = "booking/host_cancel.html")]
struct CancelPage {
    shell: Shell,
    path: String,
    title: String,
    first_name: String,
    when: String,
    input: Input,
    /// "3 invitees", of a group.
    all: Option<String>,
    /// The room that goes away: "Zoom".
    room: Option<&'static str>,
}

pub async fn ask_cancel(State(app): State<App>, mine: Mine, shell: Shell) -> Result<Response> {
    if let Err(refusal) = rules::may_cancel(&mine.booking, By::Host, app.now()) {
        return mine.refused(refusal.into());
    }
    cancel_page(&app, &mine, shell, Input::default()).await
}

async fn cancel_page(app: &App, mine: &Mine, shell: Shell, input: Input) -> Result<Response> {
    let online = view::online(&mut app.db.read().await?, app, &mine.meeting).await?;
    Ok(private(page(&CancelPage {
        shell: mine.shell(shell),
        path: mine.path(),
        title: mine.title(),
        first_name: mine.first_name().to_owned(),
        when: mine.when(),
        input,
        all: mine.all(app).await?,
        room: online
            .link()
            .filter(|link| !link.stale)
            .map(|link| link.provider),
    })?))
}

pub async fn cancel(
    State(app): State<App>,
    mine: Mine,
    shell: Shell,
    mut input: Input,
) -> Result<Response> {
    let Some(message) = form::read_reason(&mut input) else {
        let page = cancel_page(&app, &mine, shell, input).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    match cancel::cancel(&app, mine.who.org(), mine.booking.id, By::Host, message).await {
        Ok(done) if done.already => mine.refused(Refusal::AlreadyCanceled.into()),
        Ok(_) => {
            let words = match mine.meeting.kind.is_group() {
                true => mine.say("meeting-canceled-mailed-all"),
                false => mine
                    .say("meeting-canceled-mailed")
                    .with("name", mine.first_name()),
            };
            Ok(mine.done(words))
        }
        Err(refused) => mine.refused(refused),
    }
}

pub async fn ask_move(
    State(app): State<App>,
    mine: Mine,
    Query(asked): Query<Asked>,
    shell: Shell,
) -> Result<Response> {
    if let Err(why) = may_move(&app, &mine) {
        return mine.refused(why.into());
    }
    let moving = Moving::of(&app, mine, asked.tz.as_deref()).await?;
    let mut reader = app.db.read().await?;
    if let Some(start) = asked.start.as_deref().and_then(instant) {
        let place = rules::given_place(&moving.mine.booking).unwrap_or_default();
        let input = Input::filled([("place", place)]);
        return moving.show(&app, &mut reader, shell, input, start).await;
    }
    let online = view::online(&mut reader, &app, &moving.mine.meeting).await?;
    let pick = moving.view(&app, &asked, &online).pick(&mut reader).await?;
    let mine = &moving.mine;
    Ok(private(page(&PickPage {
        shell: mine.shell(shell),
        path: mine.path(),
        title: mine.title(),
        pick,
    })?))
}

pub async fn reschedule(
    State(app): State<App>,
    mine: Mine,
    shell: Shell,
    mut input: Input,
) -> Result<Response> {
    let tz = input.text("tz").to_owned();
    if let Err(why) = may_move(&app, &mine) {
        return mine.refused(why.into());
    }
    let moving = Moving::of(&app, mine, Some(&tz)).await?;
    if let Some(start) = instant(input.text("pick")) {
        let mut reader = app.db.read().await?;
        return moving.show(&app, &mut reader, shell, input, start).await;
    }
    let Some(start) = instant(input.text("start")) else {
        return Err(Error::BadRequest("error-form-without-time"));
    };
    let reason = form::read_reason(&mut input);
    // Each of a group keeps their own.
    let place = match moving.mine.meeting.kind.is_group() {
        true => Some(None),
        false => form::read_place(&mut input, moving.mine.event_type.location),
    };
    let (Some(reason), Some(place)) = (reason, place) else {
        let page = moving.page(shell, input, Some(start), None)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let to = Move {
        start,
        reason,
        place,
        language: None,
    };
    let (org, id) = (moving.mine.who.org(), moving.mine.booking.id);
    match change::reschedule(&app, org, id, By::Host, to).await {
        Ok(moved) => {
            let mine = &moving.mine;
            let words = match mine.meeting.kind.is_group() {
                true => mine.say("meeting-moved-mailed-all"),
                false => mine
                    .say("meeting-moved-mailed")
                    .with("name", mine.first_name()),
            };
            let there = path(moved.booking.id);
            Ok(Flash::ok(words)
                .link(mine.say("meeting-history"), &format!("{there}#history"))
                .see(&there))
        }
        Err(Refused::Because(refusal)) => {
            let mut reader = app.db.read().await?;
            let refused = (start, refusal);
            moving
                .refuse(&app, &mut reader, shell, input, refused)
                .await
        }
        Err(refused @ (Refused::SentTwice | Refused::Failed(_))) => moving.mine.refused(refused),
    }
}

/// Whether this host can move it now, to wherever.
pub fn may_move(app: &App, mine: &Mine) -> std::result::Result<(), Refusal> {
    rules::may_move(&mine.booking, &mine.event_type, By::Host, app.now())?;
    let active = mine.host.is_active();
    active.then_some(()).ok_or(Refusal::HostGone)
}

/// A booking that may be moved, looked at in a zone.
struct Moving {
    mine: Mine,
    all: Option<String>,
    zone: Zone,
}

impl Moving {
    async fn of(app: &App, mine: Mine, tz: Option<&str>) -> Result<Moving> {
        let named = tz.and_then(|name| Zone::parse(name).ok());
        let zone = named.unwrap_or_else(|| mine.who.person.timezone.clone());
        let all = mine.all(app).await?;
        Ok(Moving { mine, all, zone })
    }

    /// A host moves a meeting in their own calendar, with all who are in it.
    fn seek(&self) -> Seek {
        Seek::with_its_host(&self.mine.meeting)
    }

    fn base(&self) -> String {
        self.mine.to("reschedule")
    }

    fn view(&self, app: &App, asked: &Asked, online: &Online) -> View<'_> {
        let booking = &self.mine.booking;
        View {
            language: self.mine.language(),
            face: Face::of(&self.mine.host),
            org: None,
            event_type: &self.mine.event_type,
            zone: self.zone.clone(),
            wish: Wish::parse(asked.month.as_deref(), asked.date.as_deref()),
            suggested: vec![
                self.mine.who.person.timezone.clone(),
                booking.invitee_timezone.clone(),
            ],
            guessed: false,
            links: Links {
                times: self.base(),
                base: self.base(),
                keep: Vec::new(),
            },
            seek: self.seek(),
            moving: Some(self.seen(online)),
            now: app.now(),
        }
    }

    /// As the page of times shows it.
    fn seen(&self, online: &Online) -> booker::Moving {
        let (mine, it) = (&self.mine, &self.mine.event_type);
        let title = match &self.all {
            Some(all) => mine.say("meeting-title").with("invitee", all),
            None => mine
                .say("meeting-title")
                .with("invitee", &mine.booking.invitee_name),
        };
        let heading = mine.say("meeting-move-title");
        booker::Moving {
            starts_at: mine.booking.starts_at,
            minutes: mine.booking.minutes,
            by: By::Host,
            heading: heading.with("title", title.with("title", &it.title)).into(),
            keeps_link: online.moves_with(it.location.provider()),
        }
    }

    async fn show(
        self,
        app: &App,
        reader: &mut Reader,
        shell: Shell,
        input: Input,
        start: Timestamp,
    ) -> Result<Response> {
        let it = &self.mine.event_type;
        let checked = if start == self.mine.booking.starts_at {
            Err(Refusal::SameTime.into())
        } else {
            book::check_offered(reader, it, start, &self.seek(), app.now()).await
        };
        match checked {
            Ok(()) => self.page(shell, input, Some(start), None),
            Err(Refused::Because(refusal)) => {
                let refused = (start, refusal);
                self.refuse(app, reader, shell, input, refused).await
            }
            Err(refused @ (Refused::SentTwice | Refused::Failed(_))) => self.mine.refused(refused),
        }
    }

    /// The page again with the nearest free times, and everything typed.
    async fn refuse(
        self,
        app: &App,
        reader: &mut Reader,
        shell: Shell,
        input: Input,
        (start, why): (Timestamp, Refusal),
    ) -> Result<Response> {
        let Some(words) = cannot_have(why, self.mine.host.first_name(), shell.language) else {
            return self.mine.refused(why.into());
        };
        let it = &self.mine.event_type;
        let offers = offers::load(reader, it, &self.seek(), app.now()).await?;
        let mut starts = offers.starts();
        starts.retain(|at| *at != self.mine.booking.starts_at);
        let gone = Gone::of(words, &starts, start, (shell.language, &self.zone))
            .keeping(&input, ["place", "reason"]);
        let page = self.page(shell, input, None, Some(gone))?;
        Ok((StatusCode::CONFLICT, page).into_response())
    }

    fn page(
        self,
        shell: Shell,
        input: Input,
        start: Option<Timestamp>,
        gone: Option<Gone>,
    ) -> Result<Response> {
        let (mine, zone) = (&self.mine, &self.zone);
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if let Some(start) = start {
            query.append_pair("date", &month::date(start, zone).to_string());
        }
        query.append_pair("tz", zone.name());
        let (location, language) = (mine.event_type.location, shell.language);
        Ok(private(page(&MovePage {
            shell: mine.shell(shell),
            path: mine.path(),
            title: mine.title(),
            first_name: mine.first_name().to_owned(),
            old: When::of(language, mine.booking.starts_at, mine.booking.minutes, zone),
            to: start.map(|start| When::of(language, start, mine.event_type.minutes, zone)),
            gone,
            times: format!("{}?{}", self.base(), query.finish()),
            input,
            all: self.all.clone(),
            tz: zone.name().to_owned(),
            asked_place: location
                .asks_invitee()
                .filter(|_| !mine.meeting.kind.is_group())
                .map(|key| language.word(key)),
            asked_phone: location == Location::Phone,
        })?))
    }
}
