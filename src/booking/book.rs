//! Take a place: one transaction, which holds the turn of all who may host while it looks and writes.

use jiff::Timestamp;

use super::form::Request;
use super::offers::{self, Seek, Spot};
use super::rules::{self, Fresh, Refusal, Webinars};
use super::{Booking, Meeting, Refused, store};
use crate::accounts::{Org, Person};
use crate::app::App;
use crate::db::{DbError, Reader, Tx};
use crate::event_types::{self, EventType};
use crate::id::Id;
use crate::outbox::{self, Kind};
use crate::planted::point;
use crate::rollout;
use crate::teams;

/// Books what `request` asks for. The same form sent twice answers the first booking, also when
/// both come at once.
pub async fn book(
    app: &App,
    org: Id<Org>,
    event_type: Id<EventType>,
    request: &Request,
) -> Result<Booking, Refused> {
    let now = app.now();
    let (meeting, booking) = (app.entropy.id(now), app.entropy.id(now));
    let server = server(app);
    let wanted = request.clone();
    let booked = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let fresh = Fresh {
                    meeting,
                    booking,
                    server: &server,
                    now,
                };
                let booking = take_place(tx, org, event_type, &wanted, fresh).await?;
                point::pass("book.writing")?;
                Ok(booking)
            })
        })
        .await;
    point::pass("book.written")?;
    match booked {
        Err(Refused::SentTwice) => {
            let mut reader = app.db.read().await?;
            let first = store::booking_of_form(&mut reader, request.token.as_str()).await?;
            first.ok_or(Refused::SentTwice)
        }
        Ok(booking) => Ok(booking),
        Err(refused @ (Refused::Because(_) | Refused::Failed(_))) => Err(refused),
    }
}

async fn take_place(
    tx: &mut Tx,
    org: Id<Org>,
    event_type: Id<EventType>,
    request: &Request,
    fresh: Fresh<'_>,
) -> Result<Booking, Refused> {
    hold_offer(tx, org, event_type, None).await?;
    let event_type = event_types::store::open(tx, org, event_type)
        .await?
        .ok_or(Refusal::EventTypeOff)?;
    if let Some(first) = store::booking_of_form(tx, request.token.as_str()).await? {
        return Ok(first);
    }
    let offers = offers::load(tx, &event_type, &Seek::any(), fresh.now).await?;
    if offers.has_no_host() {
        return Err(Refusal::HostGone.into());
    }
    let spot = offers.spot(request.start).map_err(Refusal::from)?;
    let first = (
        request.name.as_str(),
        request.start,
        request.place.as_deref(),
    );
    let meeting = meet(tx, &event_type, spot, first, fresh).await?;
    let joined = rules::as_joined(&event_type, &meeting);
    let booking = rules::placed(&joined, &meeting, request, fresh);
    store::insert_booking(tx, &booking, request.token.as_str()).await?;
    let online = meeting.location.provider().is_some();
    ask_for_work(tx, &meeting, online, fresh.now).await?;
    Ok(booking)
}

/// Holds what decides who hosts: the event type, its team, then the turns of all who may host, and
/// of who hosts already. Always in this order, and the turns in that of their ids, so that nobody
/// waits in a circle; what is read afterwards stays so. Who is alone need not hold anything.
pub(super) async fn hold_offer(
    tx: &mut Tx,
    org: Id<Org>,
    event_type: Id<EventType>,
    host: Option<Id<Person>>,
) -> Result<(), DbError> {
    if tx.is_alone() {
        return Ok(());
    }
    event_types::store::hold(tx, org, event_type).await?;
    let mut turns: Vec<Id<Person>> = host.into_iter().collect();
    if let Some(event_type) = event_types::store::find(tx, org, event_type).await? {
        if let Some(team) = event_type.team_id {
            teams::store::hold(tx, org, team).await?;
        }
        let hosts = offers::hosts(tx, &event_type).await?;
        turns.extend(hosts.iter().map(|host| host.id));
    }
    turns.sort_unstable();
    turns.dedup();
    store::take_turns(tx, org, &turns).await
}

/// The meeting of a spot: the one that is there, or one that is made.
pub(super) async fn meet(
    tx: &mut Tx,
    event_type: &EventType,
    spot: Spot,
    first: (&str, Timestamp, Option<&str>),
    fresh: Fresh<'_>,
) -> Result<Meeting, DbError> {
    let host = match spot {
        Spot::Join(meeting) => return Ok(*meeting),
        Spot::Open(host) => host,
    };
    let webinars = webinars(tx, event_type).await?;
    let meeting = rules::opened(event_type, &host, first, webinars, fresh);
    store::insert_meeting(tx, &meeting).await?;
    store::put_busy(tx, &meeting).await?;
    Ok(meeting)
}

/// The org's switch, where the event type asks for it.
async fn webinars(reader: &mut Reader, event_type: &EventType) -> Result<Webinars, DbError> {
    if event_type.webinar_at.is_none() {
        return Ok(Webinars::Off);
    }
    let rollout = rollout::store::rollout(reader, event_type.org_id).await?;
    Ok(match rollout.webinars_at {
        Some(_) => Webinars::On,
        None => Webinars::Off,
    })
}

/// Whether this start is on offer at this very moment.
pub(super) async fn check_offered(
    reader: &mut Reader,
    event_type: &EventType,
    start: Timestamp,
    seek: &Seek,
    now: Timestamp,
) -> Result<(), Refused> {
    let offers = offers::load(reader, event_type, seek, now).await?;
    match offers.spot(start) {
        Ok(_) => Ok(()),
        Err(why) => Err(Refusal::from(why).into()),
    }
}

/// What has to happen after the commit of a meeting that takes place: its room, its letters, the
/// last call for a link. `online`: a room is to be made, moved or taken away.
pub(super) async fn ask_for_work(
    tx: &mut Tx,
    meeting: &Meeting,
    online: bool,
    now: Timestamp,
) -> Result<(), DbError> {
    outbox::store::enqueue_all(tx, work_for(meeting, online, now)).await
}

pub(super) fn work_for(
    meeting: &Meeting,
    online: bool,
    now: Timestamp,
) -> Vec<(Kind, Id<Meeting>, Timestamp)> {
    let room = online.then_some((Kind::Conference, now));
    let letters = (Kind::Letters, rules::letters_at(online, now));
    let last_call = rules::last_call_at(meeting, now).map(|at| (Kind::LastCall, at));
    let work = room.into_iter().chain([letters]).chain(last_call);
    work.map(|(kind, at)| (kind, meeting.id, at)).collect()
}

/// The host part of this server's address.
pub(super) fn server(app: &App) -> String {
    app.config
        .base_url
        .host_str()
        .unwrap_or("localhost")
        .to_owned()
}
