//! The pages behind a booking's private link: what is booked, moving it, canceling it. Each GET
//! shows and each POST does, since mail scanners open every link.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;

use super::book_pages::{Gone, When, cannot_have, instant};
use super::booker::{self, Asked, Face, Links, Pick, View};
use super::change::Moves;
use super::link::{self, Around, Held};
use super::month::{self, Wish};
use super::offers::{self, Seek};
use super::rules::{self, Move, Refusal};
use super::{
    Booking, By, Refused, Status, book, cancel, change, form, manage_path, store, strangers,
};
use crate::accounts;
use crate::app::App;
use crate::conferencing::view::{self, Link, Online};
use crate::db::Reader;
use crate::error::{Error, Result};
use crate::event_types::{self, Location};
use crate::invites::add_to_calendar::AddToCalendar;
use crate::language::Language;
use crate::web::embed::{Done, Told};
use crate::web::flash::{Flash, Tone};
use crate::web::form::{Input, Query};
use crate::web::layout::Shell;
use crate::web::limit;
use crate::web::{private, see};
use crate::zone::Zone;

/// The facts every page of a booking shows.
pub struct Facts {
    pub title: String,
    pub host: String,
    pub first_name: String,
    pub when: When,
    pub place: Place,
    pub label: Cow<'static, str>,
    /// Others have places in the meeting, too.
    pub is_group: bool,
    /// Why it was canceled, as whoever did said it.
    pub reason: Option<String>,
    pub hub: String,
    pub reschedule: String,
    pub cancel: String,
}

/// Where it takes place, as the page shows it.
pub enum Place {
    Words(String),
    Address(String),
    Pending { poll: String },
    Ready(Link),
    Late { poll: String },
    None,
}

/// What a booking is now, and so what its page offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    Ahead {
        may_move: bool,
    },
    Started,
    Over,
    Canceled {
        at: String,
        by: By,
    },
    Moved {
        to: When,
        /// Who hosts it now.
        host: String,
        path: String,
    },
}

impl Stage {
    /// The message that titles the page.
    fn title(&self) -> &'static str {
        match self {
            Stage::Ahead { .. } => "hub-title-ahead",
            Stage::Started => "hub-title-started",
            Stage::Over => "hub-title-over",
            Stage::Canceled { .. } => "hub-title-canceled",
            Stage::Moved { .. } => "hub-title-moved",
        }
    }
}

#[derive(Template)]
#[template(path = "booking/hub.html")]
struct HubPage {
    shell: Shell,
    told: Told,
    facts: Facts,
    email: String,
    /// It has taken the place of another one.
    was_moved: bool,
    /// With the link that one had.
    kept_link: bool,
    stage: Stage,
    calendar: AddToCalendar,
    ics: String,
    /// Where another time can be booked.
    again: Option<String>,
}

#[derive(Template)]
#[template(path = "booking/cancel.html")]
struct CancelPage {
    shell: Shell,
    facts: Facts,
    input: Input,
    may_move: bool,
}

#[derive(Template)]
#[template(path = "booking/pick_new.html")]
struct PickNewPage {
    shell: Shell,
    facts: Facts,
    pick: Pick,
}

#[derive(Template)]
#[template(path = "booking/move.html")]
struct MovePage {
    shell: Shell,
    facts: Facts,
    /// Back to the times.
    times: String,
    to: Option<When>,
    gone: Option<Gone>,
    input: Input,
    tz: String,
    asked_place: Option<Cow<'static, str>>,
    asked_phone: bool,
}

#[derive(Template)]
#[template(path = "booking/no_change.html")]
struct NoChangePage {
    shell: Shell,
    facts: Facts,
    words: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct HubQuery {
    /// Just now, in a frame.
    did: Option<String>,
}

pub async fn hub(
    State(app): State<App>,
    held: Held,
    Query(query): Query<HubQuery>,
    shell: Shell,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let around = link::around(&app, &mut reader, &held.booking).await?;
    let language = shell.language;
    let stage = stage(&app, &mut reader, (&held, &around), language).await?;
    let (org, id) = (held.booking.org_id, around.event_type.id);
    let open = event_types::store::open(&mut reader, org, id).await?;
    let face = booker::face(&mut reader, &around.event_type, &around.host).await?;
    let again = open
        .filter(|_| around.host.is_active() || around.event_type.kind.takes_turns())
        .map(|it| held.embed.on(format!("{}/{}", face.home, it.slug)));
    let invite = link::invite(&app, language, &held.booking, &around);
    let kept_link = kept_link(&mut reader, (&held, &around)).await?;
    let page = HubPage {
        shell: around.event_type.look.dress(shell),
        told: told(
            &held.booking,
            query.did.as_deref().and_then(Done::from_word),
        ),
        facts: Facts::of(language, &held, &around),
        email: held.booking.invitee_email.clone(),
        was_moved: held.booking.rescheduled_from.is_some(),
        kept_link,
        stage,
        calendar: AddToCalendar::of(&invite),
        ics: held.path("invite.ics"),
        again,
    };
    crate::web::page(&page).map(private)
}

/// Whether the link is the one its booking had before it was moved here.
async fn kept_link(reader: &mut Reader, (held, around): (&Held, &Around)) -> Result<bool> {
    let (booking, meeting) = (&held.booking, &around.meeting);
    let Some(before) = booking.rescheduled_from else {
        return Ok(false);
    };
    let before = store::booking(reader, booking.org_id, before).await?;
    let same_meeting = before.is_some_and(|before| before.meeting_id == meeting.id);
    let follows = around.online.link().is_some_and(|link| link.follows);
    Ok(same_meeting && follows && view::kept_since(reader, meeting, booking.created_at).await?)
}

fn told(booking: &Booking, did: Option<Done>) -> Told {
    Told {
        kind: did.map(|did| format!("booking.{}", did.word())),
        uid: Some(booking.id.to_string()),
        ..Told::page(booking.event_type_id).time(booking.starts_at, booking.minutes)
    }
}

async fn stage(
    app: &App,
    reader: &mut Reader,
    (held, around): (&Held, &Around),
    language: Language,
) -> Result<Stage> {
    let (booking, now) = (&held.booking, app.now());
    let zone = &booking.invitee_timezone;
    Ok(match booking.status {
        Status::Canceled => Stage::Canceled {
            at: booking
                .ended_at
                .map(|at| {
                    format!(
                        "{}, {}",
                        language.long(at, zone),
                        language.zone_words(at, zone)
                    )
                })
                .unwrap_or_default(),
            by: booking.ended_by.unwrap_or(By::Invitee),
        },
        Status::Rescheduled => {
            let current = current(reader, booking).await?;
            let host = accounts::store::person_in(reader, current.org_id, current.host_id).await?;
            let host = host.map_or_else(|| around.host.name.clone(), |host| host.name);
            Stage::Moved {
                host,
                to: When::of(language, current.starts_at, current.minutes, zone),
                path: held.embed.on(manage_path(app, current.id)),
            }
        }
        Status::Confirmed if booking.ends_at() <= now => Stage::Over,
        Status::Confirmed if booking.starts_at <= now => Stage::Started,
        Status::Confirmed => Stage::Ahead {
            may_move: rules::may_move(booking, &around.event_type, By::Invitee, now).is_ok(),
        },
    })
}

/// Old links lead on to the booking as it stands now, however often it was moved.
async fn current(reader: &mut Reader, booking: &Booking) -> Result<Booking> {
    let mut current = booking.clone();
    while let Some(next) = store::moved_to(reader, current.org_id, current.id).await? {
        current = next;
    }
    Ok(current)
}

pub async fn ask_cancel(State(app): State<App>, held: Held, shell: Shell) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let around = link::around(&app, &mut reader, &held.booking).await?;
    if rules::may_cancel(&held.booking, By::Invitee, app.now()).is_err() {
        return Ok(see(&held.hub()));
    }
    let may_move =
        rules::may_move(&held.booking, &around.event_type, By::Invitee, app.now()).is_ok();
    let page = CancelPage {
        facts: Facts::of(shell.language, &held, &around),
        shell: around.event_type.look.dress(shell),
        input: Input::default(),
        may_move,
    };
    crate::web::page(&page).map(private)
}

pub async fn cancel(
    State(app): State<App>,
    held: Held,
    shell: Shell,
    mut input: Input,
) -> Result<Response> {
    let Some(reason) = form::read_reason(&mut input) else {
        let mut reader = app.db.read().await?;
        let around = link::around(&app, &mut reader, &held.booking).await?;
        let page = crate::web::page(&CancelPage {
            facts: Facts::of(shell.language, &held, &around),
            shell: around.event_type.look.dress(shell),
            input,
            may_move: false,
        })?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, private(page)).into_response());
    };
    let (org, id) = (held.booking.org_id, held.booking.id);
    match cancel::cancel(&app, org, id, By::Invitee, reason).await {
        Ok(done) if done.already => {
            let words = shell.language.word("cancel-already");
            Ok(Flash::new(Tone::Info, words).see(&held.hub()))
        }
        Ok(_) => Ok(see(&held
            .embed
            .after(Done::Canceled, &manage_path(&app, id)))),
        // The hub says what it is now.
        Err(Refused::Because(_) | Refused::SentTwice) => Ok(see(&held.hub())),
        Err(Refused::Failed(error)) => Err(Error::Internal(error)),
    }
}

pub async fn ask_move(
    State(app): State<App>,
    held: Held,
    Query(asked): Query<Asked>,
    shell: Shell,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let moving = match Moving::of(&app, &mut reader, held, asked.tz.as_deref()).await? {
        Ok(moving) => moving,
        Err(no) => return no.page(shell),
    };
    if let Some(start) = asked.start.as_deref().and_then(instant) {
        let place = rules::given_place(&moving.held.booking).unwrap_or_default();
        let input = Input::filled([("place", place)]);
        return moving.show(&app, &mut reader, shell, input, start).await;
    }
    let base = format!("/booking/{}/reschedule", moving.held.booking.id);
    let mut keep = vec![("t", moving.held.token.clone())];
    keep.extend(shell.embed.query());
    let org = moving.held.booking.org_id;
    let org = accounts::store::org(&mut reader, org).await?;
    let view = View {
        language: shell.language,
        face: moving.face.clone(),
        org: org.map(|org| org.name),
        event_type: &moving.around.event_type,
        zone: moving.zone.clone(),
        wish: Wish::parse(asked.month.as_deref(), asked.date.as_deref()),
        suggested: vec![
            moving.held.booking.invitee_timezone.clone(),
            moving.around.host.timezone.clone(),
        ],
        guessed: false,
        links: Links {
            times: base.clone(),
            base,
            keep,
        },
        seek: moving.seek,
        moving: Some(moving.seen(shell.language)),
        now: app.now(),
    };
    let pick = view.pick(&mut reader).await?;
    let page = PickNewPage {
        facts: Facts::of(shell.language, &moving.held, &moving.around),
        shell: moving.around.event_type.look.dress(shell),
        pick,
    };
    crate::web::page(&page).map(private)
}

pub async fn reschedule(
    State(app): State<App>,
    held: Held,
    shell: Shell,
    mut input: Input,
) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let tz = input.text("tz").to_owned();
    let moving = match Moving::of(&app, &mut reader, held, Some(&tz)).await? {
        Ok(moving) => moving,
        Err(no) => return no.page(shell),
    };
    if let Some(start) = instant(input.text("pick")) {
        return moving.show(&app, &mut reader, shell, input, start).await;
    }
    let Some(start) = instant(input.text("start")) else {
        return Err(Error::BadRequest("error-form-without-time"));
    };
    let reason = form::read_reason(&mut input);
    let place = form::read_place(&mut input, moving.around.event_type.location);
    let (Some(reason), Some(place)) = (reason, place) else {
        let page = moving.page(shell, input, Some(start), None)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    drop(reader);
    let counted = match limit::count_all(&app, strangers::of_move(&moving.held.booking)).await? {
        Ok(counted) => counted,
        Err(full) => {
            input.wrong(form::CONFIRM, full.words(shell.language));
            let page = moving.page(shell, input, Some(start), None)?;
            return Ok(strangers::held_back(&full, page));
        }
    };
    let to = Move {
        start,
        reason,
        place,
        language: Some(shell.language),
    };
    let (org, id) = (moving.held.booking.org_id, moving.held.booking.id);
    match change::reschedule(&app, org, id, By::Invitee, to).await {
        Ok(moved) => {
            let path = manage_path(&app, moved.booking.id);
            Ok(see(&moving.held.embed.after(Done::Rescheduled, &path)))
        }
        Err(Refused::Because(refusal)) => {
            limit::take_back(&app, counted, strangers::UNUSED).await?;
            let mut reader = app.db.read().await?;
            let refused = (start, refusal);
            moving
                .refuse(&app, &mut reader, shell, input, refused)
                .await
        }
        Err(Refused::SentTwice) => Ok(see(&moving.held.hub())),
        Err(Refused::Failed(error)) => Err(Error::Internal(error)),
    }
}

/// A booking that may be moved.
struct Moving {
    held: Held,
    around: Around,
    moves: Moves,
    /// Whose times are shown.
    face: Face,
    seek: Seek,
    zone: Zone,
}

/// A booking that may not.
struct No {
    held: Held,
    around: Around,
    why: Refusal,
}

impl Moving {
    async fn of(
        app: &App,
        reader: &mut Reader,
        held: Held,
        tz: Option<&str>,
    ) -> Result<std::result::Result<Moving, No>> {
        let around = link::around(app, reader, &held.booking).await?;
        let (booking, it) = (&held.booking, &around.event_type);
        let open = event_types::store::open(reader, booking.org_id, it.id)
            .await?
            .is_some();
        let moves = change::moves(reader, &around.meeting, it, By::Invitee).await?;
        let may = rules::may_move(booking, it, By::Invitee, app.now())
            .and_then(|()| open.then_some(()).ok_or(Refusal::EventTypeOff))
            .and_then(|()| {
                // A host who is gone takes nothing that stays with them.
                let active = around.host.is_active() || moves != Moves::Meeting;
                active.then_some(()).ok_or(Refusal::HostGone)
            });
        if let Err(why) = may {
            return Ok(Err(No { held, around, why }));
        }
        let named = tz.and_then(|name| Zone::parse(name).ok());
        let zone = named.unwrap_or_else(|| booking.invitee_timezone.clone());
        let seek = change::seek(reader, &around.meeting, it, By::Invitee).await?;
        let face = match moves {
            Moves::Meeting => Face::of(&around.host),
            Moves::Place | Moves::ToWhoseTurnItIs => booker::face(reader, it, &around.host).await?,
        };
        Ok(Ok(Moving {
            held,
            around,
            moves,
            face,
            seek,
            zone,
        }))
    }

    /// As the page of times shows it.
    fn seen(&self, language: Language) -> booker::Moving {
        let (booking, it) = (&self.held.booking, &self.around.event_type);
        let heading = language.say("picker-move").with("title", &it.title);
        booker::Moving {
            starts_at: booking.starts_at,
            minutes: booking.minutes,
            by: By::Invitee,
            heading: heading.into(),
            keeps_link: self.moves == Moves::Meeting
                && self.around.online.moves_with(it.location.provider()),
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
        let it = &self.around.event_type;
        let checked = if start == self.held.booking.starts_at {
            Err(Refusal::SameTime.into())
        } else {
            book::check_offered(reader, it, start, &self.seek, app.now()).await
        };
        match checked {
            Ok(()) => self.page(shell, input, Some(start), None),
            Err(Refused::Because(refusal)) => {
                let refused = (start, refusal);
                self.refuse(app, reader, shell, input, refused).await
            }
            Err(Refused::SentTwice) => Ok(see(&self.held.hub())),
            Err(Refused::Failed(error)) => Err(Error::Internal(error)),
        }
    }

    async fn refuse(
        self,
        app: &App,
        reader: &mut Reader,
        shell: Shell,
        input: Input,
        (start, why): (Timestamp, Refusal),
    ) -> Result<Response> {
        let Some(words) = cannot_have(why, &self.face.short, shell.language) else {
            let (held, around) = (self.held, self.around);
            return No { held, around, why }.page(shell);
        };
        let it = &self.around.event_type;
        let offers = offers::load(reader, it, &self.seek, app.now()).await?;
        let mut starts = offers.starts();
        starts.retain(|at| *at != self.held.booking.starts_at);
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
        let it = &self.around.event_type;
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("t", &self.held.token);
        if let Some(start) = start {
            query.append_pair("date", &month::date(start, &self.zone).to_string());
        }
        query.append_pair("tz", self.zone.name());
        query.extend_pairs(shell.embed.query());
        let language = shell.language;
        let page = MovePage {
            shell: it.look.dress(shell),
            facts: Facts::of(language, &self.held, &self.around),
            times: format!(
                "/booking/{}/reschedule?{}",
                self.held.booking.id,
                query.finish()
            ),
            to: start.map(|start| When::of(language, start, it.minutes, &self.zone)),
            gone,
            input,
            tz: self.zone.name().to_owned(),
            asked_place: it.location.asks_invitee().map(|key| language.word(key)),
            asked_phone: it.location == Location::Phone,
        };
        crate::web::page(&page).map(private)
    }
}

impl No {
    /// What is spent, begun or over stands on the hub; the rest is said here.
    fn page(self, shell: Shell) -> Result<Response> {
        let key = match self.why {
            Refusal::RescheduleDisabled => "move-not-taken",
            Refusal::EventTypeOff | Refusal::HostGone => "move-not-open",
            Refusal::Started
            | Refusal::Over
            | Refusal::AlreadyCanceled
            | Refusal::AlreadyMoved
            | Refusal::SlotTaken
            | Refusal::NotOffered(_)
            | Refusal::SameTime => return Ok(see(&self.held.hub())),
        };
        let host = self.around.host.first_name();
        let page = crate::web::page(&NoChangePage {
            words: shell.say(key).with("host", host).into(),
            facts: Facts::of(shell.language, &self.held, &self.around),
            shell: self.around.event_type.look.dress(shell),
        })?;
        Ok((StatusCode::CONFLICT, private(page)).into_response())
    }
}

impl Facts {
    pub fn of(language: Language, held: &Held, around: &Around) -> Facts {
        let booking = &held.booking;
        Facts {
            title: around.event_type.title.clone(),
            host: around.host.name.clone(),
            first_name: around.host.first_name().to_owned(),
            when: When::of(
                language,
                booking.starts_at,
                booking.minutes,
                &booking.invitee_timezone,
            ),
            place: Place::of(language, booking, &around.online, held.path("link")),
            label: booking.location.name(language),
            is_group: around.meeting.kind.is_group(),
            reason: booking.cancel_reason.clone(),
            hub: held.hub(),
            reschedule: held.path("reschedule"),
            cancel: held.path("cancel"),
        }
    }

    /// A link is to come.
    pub fn awaits_link(&self) -> bool {
        match &self.place {
            Place::Pending { .. } | Place::Late { .. } => true,
            Place::Words(_) | Place::Address(_) | Place::Ready(_) | Place::None => false,
        }
    }

    /// The room is there and follows: canceling takes it away.
    pub fn has_room(&self) -> bool {
        match &self.place {
            Place::Ready(link) => !link.stale,
            Place::Words(_)
            | Place::Address(_)
            | Place::Pending { .. }
            | Place::Late { .. }
            | Place::None => false,
        }
    }
}

impl Place {
    pub fn of(language: Language, booking: &Booking, online: &Online, poll: String) -> Place {
        match online {
            Online::Pending => Place::Pending { poll },
            Online::Ready(link) => Place::Ready(link.clone()),
            // The why is for the host.
            Online::Late(_) => Place::Late { poll },
            Online::None(_) => Place::None,
            Online::NotOurs => Place::said(language, booking),
        }
    }

    fn said(language: Language, booking: &Booking) -> Place {
        let label = booking.location.name(language);
        match booking.location_value.as_deref() {
            Some(value) if booking.location == Location::CustomUrl && is_web(value) => {
                Place::Address(value.to_owned())
            }
            Some(value) if booking.location == Location::Phone => {
                let value = rules::said_of_place(booking.location, value, language);
                Place::Words(format!("{label}, {value}"))
            }
            Some(value) => Place::Words(value.to_owned()),
            None => Place::Words(label.into_owned()),
        }
    }
}

/// Only such an address becomes a link: others could run as a script.
fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conferencing::view::Why;

    fn hub(place: Place, stage: Stage) -> String {
        let zone = Zone::parse("Europe/Madrid").unwrap();
        let start = "2026-06-12T07:00:00Z".parse().unwrap();
        let page = HubPage {
            shell: Shell::default(),
            told: Told::page(1),
            facts: Facts {
                title: "Intro call".to_owned(),
                host: "Ada Lovelace".to_owned(),
                first_name: "Ada".to_owned(),
                when: When::of(Language::English, start, 42, &zone),
                place,
                label: "Zoom".into(),
                is_group: false,
                reason: None,
                hub: "/booking/1?t=x".to_owned(),
                reschedule: "/booking/1/reschedule?t=x".to_owned(),
                cancel: "/booking/1/cancel?t=x".to_owned(),
            },
            email: "grace@example.com".to_owned(),
            was_moved: false,
            kept_link: false,
            stage,
            calendar: AddToCalendar {
                google: String::new(),
                outlook: String::new(),
                microsoft_365: String::new(),
            },
            ics: String::new(),
            again: None,
        };
        page.render().unwrap()
    }

    fn link() -> Link {
        Link {
            provider: "Zoom",
            noun: "meeting",
            join_url: "https://zoom.us/j/91234567890".to_owned(),
            meeting_id: "912 3456 7890".to_owned(),
            passcode: Some("K7pQ2x".to_owned()),
            hosted_on: "secret@engines.example".to_owned(),
            shared: false,
            overlaps: false,
            follows: true,
            stale: false,
        }
    }

    const AHEAD: Stage = Stage::Ahead { may_move: true };

    #[test]
    fn a_link_being_prepared_is_waited_for_and_can_be_asked_for() {
        let poll = "/booking/1/link?t=x".to_owned();
        let page = hub(Place::Pending { poll }, AHEAD);
        assert!(page.contains("Your Zoom link is being prepared"));
        assert!(
            page.contains("id=\"where\"") && page.contains("data-poll=\"/booking/1/link?t=x\"")
        );
        assert!(page.contains("Check again"));
    }

    #[test]
    fn a_ready_link_is_shown_whole_and_never_says_who_hosts_it() {
        let page = hub(Place::Ready(link()), AHEAD);
        for words in [
            "Link ready",
            "Join Zoom meeting",
            "Copy link",
            "data-say=\"Your Zoom link is ready.\"",
            "912 3456 7890",
            "K7pQ2x",
        ] {
            assert!(page.contains(words), "{words}");
        }
        assert!(!page.contains("secret@") && !page.contains("data-poll"));
        assert!(hub(Place::Ready(link()), Stage::Started).contains("Join Zoom meeting"));
        assert!(!hub(Place::Ready(link()), Stage::Over).contains("https://zoom.us"));
    }

    #[test]
    fn a_late_link_and_none_at_all_say_what_follows_and_not_why() {
        let poll = "/booking/1/link?t=x".to_owned();
        let page = hub(Place::Late { poll }, AHEAD);
        assert!(page.contains("data-poll=\"/booking/1/link?t=x\" data-late"));
        assert!(page.contains("The Zoom link isn’t ready yet."));
        assert!(page.contains("Your time is booked. Ada has been told"));
        let page = hub(Place::None, AHEAD);
        assert!(page.contains("Ada will send you how to join."));
        assert!(!page.contains("data-poll"));
    }

    #[test]
    fn only_addresses_of_the_web_become_links() {
        let mut booking = Booking::of_test();
        let poll = String::new;
        let why = Why("switched off".to_owned());
        assert!(matches!(
            Place::of(Language::English, &booking, &Online::None(why), poll()),
            Place::None
        ));
        booking.location = Location::CustomUrl;
        for (said, is_link) in [
            ("https://meet.example/ada", true),
            ("javascript:alert(1)", false),
        ] {
            booking.location_value = Some(said.to_owned());
            let place = Place::of(Language::English, &booking, &Online::NotOurs, poll());
            assert_eq!(matches!(place, Place::Address(_)), is_link, "{said}");
        }
    }

    impl Booking {
        fn of_test() -> Booking {
            let nil = uuid::Uuid::nil();
            Booking {
                id: crate::id::Id::from_uuid(nil),
                org_id: crate::id::Id::from_uuid(nil),
                meeting_id: crate::id::Id::from_uuid(nil),
                seat: crate::id::Id::from_uuid(nil),
                event_type_id: crate::id::Id::from_uuid(nil),
                host_id: crate::id::Id::from_uuid(nil),
                status: Status::Confirmed,
                starts_at: Timestamp::UNIX_EPOCH,
                minutes: 42,
                location: Location::Zoom,
                location_value: None,
                invitee_name: "Grace".to_owned(),
                invitee_email: "grace@example.com".to_owned(),
                invitee_timezone: Zone::utc(),
                language: Language::English,
                guests: super::super::Guests::default(),
                answers: super::super::Answers::default(),
                rescheduled_from: None,
                reschedule_reason: None,
                ended_at: None,
                ended_by: None,
                cancel_reason: None,
                created_at: Timestamp::UNIX_EPOCH,
            }
        }
    }
}
