//! One booking: what is wrong first, then the facts, what can be done, and what happened.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::history::{self, Step};
use super::{Mine, badge, path};
use crate::accounts::rights::{Right, may};
use crate::app::App;
use crate::booking::place::{Place, place_words};
use crate::booking::{Booking, Status, store};
use crate::conferencing::view::{self, Link, Online};
use crate::db::Reader;
use crate::error::Result;
use crate::event_types::rules::SEATS_AT_FIRST;
use crate::web::layout::Shell;
use crate::web::{page, private};
use crate::when;
use crate::{mail, sync_log};

/// What a host should know before all else.
enum Note {
    /// No link, though one is wanted.
    NoLink {
        /// The message: it may still come, or not.
        words: &'static str,
        label: Cow<'static, str>,
        why: String,
        /// What to put right first: a label and a path.
        fix: Option<(Cow<'static, str>, &'static str)>,
        may_create: bool,
        /// Where an admin reads all about it.
        explained: Option<String>,
    },
    /// The provider shows another time than the booking.
    Stale {
        provider: &'static str,
        mail: String,
        /// Connecting again would mend it; else the provider did not take the change.
        unconnected: bool,
    },
    Canceled {
        /// By whom.
        canceled: String,
        /// The rest of that sentence.
        around: (String, String),
        said: Option<String>,
    },
    Moved {
        to: String,
        /// For who may open it: another may host it now.
        path: Option<String>,
    },
}

#[derive(Template)]
#[template(path = "booking/host_details.html")]
struct DetailsPage {
    shell: Shell,
    path: String,
    title: String,
    badge: (&'static str, &'static str),
    note: Option<Note>,
    instant: String,
    when: String,
    first_name: String,
    /// The invitee's own clock, where it shows something else.
    theirs: Option<String>,
    place: Place,
    /// With the account that hosts it.
    place_line: String,
    link: Option<Link>,
    pending: bool,
    /// The account is a free one.
    cut_short: bool,
    /// Named when it is not the viewer.
    host: Option<String>,
    mailto: String,
    booking: Booking,
    /// Something can be changed still.
    is_on: bool,
    is_canceled: bool,
    may_move: bool,
    may_paste: bool,
    /// "3 of 10 taken", of a group.
    all: Option<String>,
    steps: Vec<(Step, String)>,
    /// Where an admin reads more.
    log: Option<String>,
}

pub async fn show(State(app): State<App>, mine: Mine, shell: Shell) -> Result<Response> {
    let mut reader = app.db.read().await?;
    let online = view::online(&mut reader, &app, &mine.meeting).await?;
    let (booking, now) = (&mine.booking, app.now());
    let confirmed = booking.status == Status::Confirmed;
    // A room that is still being removed is no way to join any more.
    let online = if confirmed { online } else { Online::NotOurs };
    let link = online.link().cloned();
    let cut_short = match &link {
        Some(link) => view::is_cut_short(&mut reader, &mine.meeting, link).await?,
        None => false,
    };
    let is_on = mine.is_on(&app);
    let mut place = place_words(
        mine.language(),
        booking.location,
        booking.location_value.as_deref(),
        &online,
    );
    if !is_on {
        place.join = None;
    }
    let may_move = super::moves::may_move(&app, &mine).is_ok();
    let others = mine.host.id != mine.who.person.id;
    Ok(private(page(&DetailsPage {
        path: mine.path(),
        title: mine.title(),
        badge: badge(booking, now),
        note: note(&mut reader, &app, &mine, &online).await?,
        instant: booking.starts_at.to_string(),
        when: mine.when(),
        first_name: mine.first_name().to_owned(),
        theirs: theirs(&mine),
        place_line: place_line(&mine, &place, link.as_ref().filter(|_| is_on)),
        place,
        pending: is_on && online == Online::Pending,
        link: link.filter(|_| is_on),
        cut_short: cut_short && is_on,
        host: others.then(|| mine.host.name.clone()),
        mailto: mailto(&mine),
        is_on,
        is_canceled: booking.status == Status::Canceled,
        may_move,
        may_paste: is_on && booking.location.provider().is_some(),
        all: places(&mut reader, &mine).await?,
        steps: steps(&mut reader, &mine).await?,
        log: may(&mine.who.person, Right::ReadSyncLog).then(|| sync_log::path_of(booking.id)),
        booking: booking.clone(),
        shell: mine.shell(shell),
    })?))
}

async fn note(
    reader: &mut Reader,
    app: &App,
    mine: &Mine,
    online: &Online,
) -> Result<Option<Note>> {
    let (booking, zone) = (&mine.booking, &mine.who.person.timezone);
    match booking.status {
        Status::Canceled => Ok(Some(Note::Canceled {
            canceled: history::canceled(booking, mine.language()),
            around: match booking.ended_at {
                Some(at) => mine
                    .say("meeting-canceled-on")
                    .with("at", mine.language().long(at, zone)),
                None => mine.say("meeting-canceled"),
            }
            .around("canceled"),
            said: booking.cancel_reason.clone(),
        })),
        Status::Rescheduled => {
            let mut current = booking.clone();
            while let Some(next) = store::moved_to(reader, current.org_id, current.id).await? {
                current = next;
            }
            Ok(Some(Note::Moved {
                to: mine
                    .language()
                    .range(current.starts_at, current.minutes, zone),
                path: mine.may_open(&current).then(|| path(current.id)),
            }))
        }
        Status::Confirmed if !mine.is_on(app) => Ok(None),
        Status::Confirmed => about_link(reader, app, mine, online).await,
    }
}

async fn about_link(
    reader: &mut Reader,
    app: &App,
    mine: &Mine,
    online: &Online,
) -> Result<Option<Note>> {
    let (words, why) = match online {
        Online::NotOurs | Online::Pending => return Ok(None),
        Online::Ready(link) => {
            let unconnected = view::obstacle(reader, app, &mine.meeting).await?.is_some();
            return Ok(link.stale.then(|| Note::Stale {
                provider: link.provider,
                mail: link.hosted_on.clone(),
                unconnected,
            }));
        }
        Online::Late(why) => ("meeting-no-link-yet", why),
        Online::None(why) => ("meeting-no-link", why),
    };
    let obstacle = view::obstacle(reader, app, &mine.meeting).await?;
    // Before that is out of the way, nothing can be created.
    let may_create = obstacle.is_none() && mine.booking.starts_at > app.now();
    Ok(Some(Note::NoLink {
        words,
        label: mine.booking.location.name(mine.language()),
        why: why.0.trim_end_matches('.').to_owned(),
        fix: obstacle.and_then(|obstacle| {
            let may_manage = may(&mine.who.person, Right::ManageRollout);
            obstacle.remedy(may_manage, mine.language())
        }),
        may_create,
        explained: may(&mine.who.person, Right::ReadSyncLog)
            .then(|| sync_log::why_path(mine.booking.id)),
    }))
}

async fn places(reader: &mut Reader, mine: &Mine) -> Result<Option<String>> {
    if !mine.meeting.kind.is_group() {
        return Ok(None);
    }
    let taken = store::places_taken(reader, mine.who.org(), mine.meeting.id).await?;
    let seats = mine.event_type.seats.unwrap_or(SEATS_AT_FIRST);
    let words = mine.say("meeting-places-taken");
    Ok(Some(words.with("taken", taken).with("seats", seats).into()))
}

/// The invitee's own clock, where it shows something else.
fn theirs(mine: &Mine) -> Option<String> {
    let (at, minutes) = (mine.booking.starts_at, mine.booking.minutes);
    let (zone, theirs) = (&mine.who.person.timezone, &mine.booking.invitee_timezone);
    if when::offset(at, zone) == when::offset(at, theirs) {
        return None;
    }
    let language = mine.language();
    let words = mine.say("meeting-their-time");
    let words = words.with("when", language.range(at, minutes, theirs));
    Some(words.with("zone", language.zone_words(at, theirs)).into())
}

fn place_line(mine: &Mine, place: &Place, link: Option<&Link>) -> String {
    let Some(link) = link.filter(|link| !link.hosted_on.is_empty()) else {
        return place.line.clone();
    };
    let key = if link.shared {
        "meeting-hosted-on-shared"
    } else {
        "meeting-hosted-on"
    };
    let words = mine.say(key).with("place", &place.line);
    words.with("account", &link.hosted_on).into()
}

fn mailto(mine: &Mine) -> String {
    let part = |text: &str| {
        url::form_urlencoded::byte_serialize(text.as_bytes())
            .collect::<String>()
            .replace('+', "%20")
    };
    format!(
        "mailto:{}?subject={}",
        part(&mine.booking.invitee_email).replace("%40", "@"),
        part(&mine.meeting.summary)
    )
}

async fn steps(reader: &mut Reader, mine: &Mine) -> Result<Vec<(Step, String)>> {
    let (org, meeting) = (mine.who.org(), mine.meeting.id);
    // Of a group, what concerns this place.
    let mut bookings = store::bookings_of_meeting(reader, org, meeting).await?;
    bookings.retain(|booking| booking.seat == mine.booking.seat);
    let mut letters = mail::store::of_meeting(reader, org, meeting).await?;
    letters.retain(|letter| {
        let about = letter.body.0.booking_id;
        about.is_none_or(|id| bookings.iter().any(|booking| booking.id == id))
    });
    let log = sync_log::store::of_meeting(reader, org, meeting).await?;
    let zone = &mine.who.person.timezone;
    let steps = history::history(&bookings, &letters, &log, (zone, mine.language()));
    Ok(steps
        .into_iter()
        .map(|step| {
            let at = mine.language().short(step.at, zone);
            (step, at)
        })
        .collect())
}
