//! Meetings as their hosts see them: the list, one booking with its history, starting it, and what
//! can be done about a missing link. A member sees their own; an admin those of the org. What
//! others have is *not found*.

pub mod details;
pub mod history;
pub mod list;
pub mod moves;

use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use askama::Template;

use super::rules::{self, Refusal};
use super::{Booking, By, Meeting, Refused, Status, repair, store};
use crate::accounts::rights::{Right, may};
use crate::accounts::session::SignedIn;
use crate::accounts::{self, Person};
use crate::app::App;
use crate::conferencing::start;
use crate::conferencing::view::{self, Online};
use crate::db::Reader;
use crate::error::{Error, Result};
use crate::event_types::{self, EventType, form::custom_url};
use crate::id::Id;
use crate::web::flash::{Flash, Tone};
use crate::web::form::Input;
use crate::web::layout::{Nav, Shell};
use crate::web::{page, private, see};
use crate::when;

/// A booking its asker may see and change, with what belongs to it.
pub struct Mine {
    pub who: SignedIn,
    pub booking: Booking,
    pub meeting: Meeting,
    pub event_type: EventType,
    pub host: Person,
}

impl FromRequestParts<App> for Mine {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Mine> {
        let who = SignedIn::from_request_parts(parts, app).await?;
        let Path(id) = Path::<String>::from_request_parts(parts, app)
            .await
            .map_err(|_| Error::NotFound)?;
        let id: Id<Booking> = id.parse().map_err(|_| Error::NotFound)?;
        Mine::load(&mut app.db.read().await?, who, id).await
    }
}

/// A host opens what they host, an admin everybody’s.
fn may_open(person: &Person, booking: &Booking) -> bool {
    booking.host_id == person.id || may(person, Right::SeeEverybodysMeetings)
}

impl Mine {
    async fn load(reader: &mut Reader, who: SignedIn, id: Id<Booking>) -> Result<Mine> {
        let org = who.org();
        let booking = store::booking(reader, org, id).await?;
        let booking = booking
            .filter(|it| may_open(&who.person, it))
            .ok_or(Error::NotFound)?;
        let missing = |what: &str| anyhow::anyhow!("booking {id} has no {what}");
        let meeting = store::meeting(reader, org, booking.meeting_id)
            .await?
            .ok_or_else(|| missing("meeting"))?;
        let event_type = event_types::store::find(reader, org, booking.event_type_id)
            .await?
            .ok_or_else(|| missing("event type"))?;
        let host = accounts::store::person_in(reader, org, booking.host_id)
            .await?
            .ok_or_else(|| missing("host"))?;
        Ok(Mine {
            who,
            booking,
            meeting,
            event_type,
            host,
        })
    }

    /// Whether who looks may also look at this one.
    fn may_open(&self, other: &Booking) -> bool {
        may_open(&self.who.person, other)
    }

    pub fn path(&self) -> String {
        path(self.booking.id)
    }

    fn to(&self, page: &str) -> String {
        format!("{}/{page}", self.path())
    }

    fn shell(&self, shell: Shell) -> Shell {
        shell.at(Nav::Meetings, self.who.viewer())
    }

    /// "Intro call with Kurt Gödel"
    fn title(&self) -> String {
        format!(
            "{} with {}",
            self.event_type.title, self.booking.invitee_name
        )
    }

    fn first_name(&self) -> &str {
        let name = &self.booking.invitee_name;
        name.split_whitespace().next().unwrap_or(name)
    }

    /// "Friday 12 June 2026, 09:00 to 09:42 (UTC+2)", for whoever looks.
    fn when(&self) -> String {
        let (at, zone) = (self.booking.starts_at, &self.who.person.timezone);
        format!(
            "{} ({})",
            when::range(at, self.booking.minutes, zone),
            when::offset(at, zone)
        )
    }

    /// "3 invitees": a host moves and cancels a group as a whole. None where there is one.
    async fn all(&self, app: &App) -> Result<Option<String>> {
        if !self.meeting.kind.is_group() {
            return Ok(None);
        }
        let mut reader = app.db.read().await?;
        let (org, meeting) = (self.who.org(), self.meeting.id);
        Ok(Some(
            match store::places_taken(&mut reader, org, meeting).await? {
                1 => "1 invitee".to_owned(),
                many => format!("{many} invitees"),
            },
        ))
    }

    /// Confirmed, and not over.
    fn is_on(&self, app: &App) -> bool {
        rules::may_cancel(&self.booking, By::Host, app.now()).is_ok()
    }

    /// Back to the booking with what the domain said.
    fn refused(&self, refused: Refused) -> Result<Response> {
        match refused {
            Refused::Because(refusal) => {
                Ok(Flash::new(Tone::Info, words(refusal)).see(&self.path()))
            }
            Refused::SentTwice => Ok(see(&self.path())),
            Refused::Failed(error) => Err(Error::Internal(error)),
        }
    }
}

pub fn path(booking: Id<Booking>) -> String {
    format!("/360/meetings/{booking}")
}

/// Why nothing was done, for a host.
fn words(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::AlreadyCanceled => "Already canceled.",
        Refusal::AlreadyMoved => "This booking was moved already. It stands at its new time.",
        Refusal::Over => "This meeting is over.",
        Refusal::Started => "This meeting has started.",
        Refusal::HostGone => "The host was deactivated, so the meeting can’t be moved.",
        Refusal::EventTypeOff => "The event type is gone, so the meeting can’t be moved.",
        Refusal::RescheduleDisabled => "This event type takes no changes of time.",
        Refusal::SameTime => "That is the time it has now.",
        Refusal::SlotTaken | Refusal::NotOffered(_) => "That time isn’t free any more.",
    }
}

#[derive(Template)]
#[template(path = "booking/host_start.html")]
struct StartPage {
    shell: Shell,
    path: String,
    title: String,
    when: String,
    /// There is a room to start.
    ready: bool,
    shared: Option<String>,
}

/// The page with the button: mails lead here, and mail scanners open every link.
pub async fn ask_start(State(app): State<App>, mine: Mine, shell: Shell) -> Result<Response> {
    let online = view::online(&mut app.db.read().await?, &app, &mine.meeting).await?;
    let link = online.link().filter(|_| mine.is_on(&app));
    Ok(private(page(&StartPage {
        shell: mine.shell(shell),
        path: mine.path(),
        title: mine.title(),
        when: mine.when(),
        ready: link.is_some(),
        shared: link
            .filter(|link| link.shared)
            .map(|link| link.hosted_on.clone()),
    })?))
}

/// The start link goes into this one answer and nowhere else.
pub async fn start(State(app): State<App>, mine: Mine) -> Result<Response> {
    if let Err(refusal) = rules::may_cancel(&mine.booking, By::Host, app.now()) {
        return mine.refused(refusal.into());
    }
    match start::start_url(&app, &mine.meeting).await? {
        Ok(url) => Ok(private(see(url.expose()))),
        Err(why) => Ok(Flash::new(Tone::Bad, why.0).see(&mine.path())),
    }
}

/// **Create the link now**: pressed twice, there is one link.
pub async fn create_link(State(app): State<App>, mine: Mine) -> Result<Response> {
    let (org, id) = (mine.who.org(), mine.booking.id);
    let online = view::online(&mut app.db.read().await?, &app, &mine.meeting).await?;
    match online {
        Online::Ready(_) => {
            return Ok(Flash::new(Tone::Info, "The link is there already.").see(&mine.path()));
        }
        Online::NotOurs => return Ok(see(&mine.path())),
        Online::Pending | Online::Late(_) | Online::None(_) => {}
    }
    match repair::create_link_now(&app, org, id).await {
        Ok(()) => Ok(Flash::ok(
            "The link is being created. Everyone invited is emailed when it is ready.",
        )
        .link("History", &format!("{}#history", mine.path()))
        .see(&mine.path())),
        Err(refused) => mine.refused(refused),
    }
}

#[derive(Template)]
#[template(path = "booking/host_place.html")]
struct PlacePage {
    shell: Shell,
    path: String,
    title: String,
    when: String,
    first_name: String,
    input: Input,
    /// The room that goes away: "Zoom".
    room: Option<&'static str>,
}

pub async fn ask_place(State(app): State<App>, mine: Mine, shell: Shell) -> Result<Response> {
    if !mine.is_on(&app) {
        return Ok(see(&mine.path()));
    }
    place_page(&app, &mine, shell, Input::default()).await
}

async fn place_page(app: &App, mine: &Mine, shell: Shell, input: Input) -> Result<Response> {
    let online = view::online(&mut app.db.read().await?, app, &mine.meeting).await?;
    Ok(private(page(&PlacePage {
        shell: mine.shell(shell),
        path: mine.path(),
        title: mine.title(),
        when: mine.when(),
        first_name: mine.first_name().to_owned(),
        input,
        room: online
            .link()
            .filter(|link| !link.stale)
            .map(|link| link.provider),
    })?))
}

/// **Paste another link**: the place becomes a custom URL.
pub async fn set_place(
    State(app): State<App>,
    mine: Mine,
    shell: Shell,
    mut input: Input,
) -> Result<Response> {
    let language = input.language();
    let Some(url) = input.read("custom_url", |words| custom_url(language, words)) else {
        let page = place_page(&app, &mine, shell, input).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    match repair::use_another_link(&app, mine.who.org(), mine.booking.id, url).await {
        Ok(()) => Ok(
            Flash::ok("The link was changed. Everyone invited is emailed.")
                .link("History", &format!("{}#history", mine.path()))
                .see(&mine.path()),
        ),
        Err(refused) => mine.refused(refused),
    }
}

/// The badge beside a booking's title.
fn badge(booking: &Booking, now: jiff::Timestamp) -> (&'static str, &'static str) {
    match booking.status {
        Status::Canceled => ("bad", "Canceled"),
        Status::Rescheduled => ("", "Moved"),
        Status::Confirmed if booking.ends_at() <= now => ("", "Over"),
        Status::Confirmed if booking.starts_at <= now => ("info", "Under way"),
        Status::Confirmed => ("ok", "Confirmed"),
    }
}
