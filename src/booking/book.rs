//! Take a place: one transaction, which holds the host's turn while it looks and writes.

use jiff::Timestamp;

use super::form::Request;
use super::rules::{self, Fresh, Refusal};
use super::{Booking, Meeting, Refused, store};
use crate::accounts::{self, Org, Person};
use crate::app::App;
use crate::availability::hours::Hours;
use crate::availability::{self, slots};
use crate::clock::days;
use crate::db::{DbError, Reader, Tx};
use crate::event_types::{self, EventType};
use crate::id::Id;
use crate::outbox::{self, Kind};

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
                take_place(tx, org, event_type, &wanted, fresh).await
            })
        })
        .await;
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
    let event_type = on_offer(tx, org, event_type)
        .await?
        .ok_or(Refusal::EventTypeOff)?;
    store::take_turn(tx, event_type.person_id).await?;
    if let Some(first) = store::booking_of_form(tx, request.token.as_str()).await? {
        return Ok(first);
    }
    let host = accounts::store::person_in(tx, org, event_type.person_id)
        .await?
        .ok_or(Refusal::HostGone)?;
    let (meeting, booking) = rules::accept(&event_type, &host, request, fresh)?;
    check_offered(tx, &event_type, request.start, None, fresh.now).await?;
    store::insert_meeting(tx, &meeting).await?;
    store::insert_booking(tx, &booking, request.token.as_str()).await?;
    store::put_busy(tx, &meeting).await?;
    ask_for_work(
        tx,
        &meeting,
        meeting.location.provider().is_some(),
        fresh.now,
    )
    .await?;
    Ok(booking)
}

/// An event type that can be booked: there, not deleted, switched on.
pub async fn on_offer(
    reader: &mut Reader,
    org: Id<Org>,
    id: Id<EventType>,
) -> Result<Option<EventType>, DbError> {
    let Some(found) = event_types::store::find(reader, org, id).await? else {
        return Ok(None);
    };
    // A deleted one is still found by its id, but no longer by its address.
    let listed = event_types::store::by_slug(reader, org, found.person_id, &found.slug).await?;
    Ok(listed.filter(|listed| listed.id == id && listed.disabled_at.is_none()))
}

/// The hours in which it can be booked: those of its schedule, else of its owner's default one.
/// None where there is neither.
pub async fn hours_of(
    reader: &mut Reader,
    event_type: &EventType,
) -> Result<Option<Hours>, DbError> {
    let schedule = availability::store::hours_for(reader, event_type.org_id, event_type).await?;
    Ok(schedule.map(|schedule| schedule.hours()))
}

/// Whether this start is on offer at this very moment. `except`: the meeting that would move there.
pub(super) async fn check_offered(
    reader: &mut Reader,
    event_type: &EventType,
    start: Timestamp,
    except: Option<Id<Meeting>>,
    now: Timestamp,
) -> Result<(), Refused> {
    // A start far from any calendar can't be looked for around it.
    let far = event_type.offer().horizon_days;
    if start > now + days(i64::from(far) + 2) {
        return Err(Refusal::NotOffered(slots::NotOffered::TooFar).into());
    }
    let hours = hours_of(reader, event_type)
        .await?
        .ok_or(Refusal::NotOffered(slots::NotOffered::OutsideHours))?;
    let (org, host) = (event_type.org_id, event_type.person_id);
    let day = (start - days(1), start + days(1));
    let busy = store::busy(reader, org, host, day, except).await?;
    let months = (start - days(32), start + days(32));
    let booked = store::starts_of(reader, org, event_type.id, months, except).await?;
    slots::is_offered(start, &event_type.offer(), &hours, &busy, &booked, now)
        .map_err(|why| Refused::Because(why.into()))
}

/// What has to happen after the commit of a meeting that takes place: its room, its letters, the
/// last call for a link. `online`: a room is to be made, moved or taken away.
pub(super) async fn ask_for_work(
    tx: &mut Tx,
    meeting: &Meeting,
    online: bool,
    now: Timestamp,
) -> Result<(), DbError> {
    if online {
        outbox::store::enqueue(tx, Kind::Conference, meeting.id, now).await?;
    }
    let letters_at = rules::letters_at(online, now);
    outbox::store::enqueue(tx, Kind::Letters, meeting.id, letters_at).await?;
    if let Some(at) = rules::last_call_at(meeting, now) {
        outbox::store::enqueue(tx, Kind::LastCall, meeting.id, at).await?;
    }
    Ok(())
}

/// The host part of this server's address.
pub(super) fn server(app: &App) -> String {
    app.config
        .base_url
        .host_str()
        .unwrap_or("localhost")
        .to_owned()
}

/// The host of an event type, when they can be booked.
pub async fn host_of(
    reader: &mut Reader,
    event_type: &EventType,
) -> Result<Option<Person>, DbError> {
    let found = accounts::store::person_in(reader, event_type.org_id, event_type.person_id).await?;
    Ok(found.filter(Person::is_active))
}
