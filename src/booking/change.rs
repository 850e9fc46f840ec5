//! Move a booking to another time: the old booking ends, a new one takes its place.
//!
//! A meeting of one invitee stays, with its row, its UID and its room, while its host stays. A place
//! in a group is given back, and taken in another meeting. A host moves a group as a whole.

use jiff::Timestamp;

use super::offers::{self, Seek};
use super::rules::{self, Fresh, Move, Refusal};
use super::{Booking, By, Meeting, Refused, Status, book, store};
use crate::accounts::{self, Org, Person};
use crate::app::App;
use crate::db::{DbError, Reader, Tx};
use crate::event_types::{self, EventType};
use crate::id::Id;
use crate::outbox::{self, Kind};
use crate::planted::point;
use crate::teams::{self, OnReschedule};

/// What became of a move.
#[derive(Clone, Debug)]
pub struct Moved {
    /// The booking at its new time, with a link of its own.
    pub booking: Booking,
    pub from: Booking,
}

/// What moves with a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moves {
    /// The meeting, with its host, its room, and whoever else is in it.
    Meeting,
    /// The invitee's place, to another meeting.
    Place,
    /// The meeting, to whose turn it is.
    ToWhoseTurnItIs,
}

/// Moves a booking, or all of a group. Sent twice, the second time is refused with `AlreadyMoved`.
pub async fn reschedule(
    app: &App,
    org: Id<Org>,
    booking: Id<Booking>,
    by: By,
    to: Move,
) -> Result<Moved, Refused> {
    let now = app.now();
    let fresh_meeting = app.entropy.id(now);
    let (server, app_too) = (book::server(app), app.clone());
    let moved = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let moving = Moving {
                    app: &app_too,
                    by,
                    to: &to,
                    server: &server,
                    fresh_meeting,
                    now,
                };
                let moved = moving.run(tx, org, booking).await?;
                point::pass("move.writing")?;
                Ok(moved)
            })
        })
        .await;
    point::pass("move.written")?;
    moved
}

/// What a move of this booking by them would move.
pub async fn moves(
    reader: &mut Reader,
    meeting: &Meeting,
    event_type: &EventType,
    by: By,
) -> Result<Moves, DbError> {
    if by == By::Host {
        return Ok(Moves::Meeting);
    }
    if meeting.kind.is_group() {
        return Ok(Moves::Place);
    }
    let team = match event_type.team_id.filter(|_| event_type.kind.takes_turns()) {
        Some(team) => teams::store::find(reader, event_type.org_id, team).await?,
        None => None,
    };
    Ok(match team.map(|team| team.on_reschedule) {
        Some(OnReschedule::Reassign) => Moves::ToWhoseTurnItIs,
        Some(OnReschedule::Keep) | None => Moves::Meeting,
    })
}

/// What is on offer for it.
pub async fn seek(
    reader: &mut Reader,
    meeting: &Meeting,
    event_type: &EventType,
    by: By,
) -> Result<Seek, DbError> {
    Ok(match moves(reader, meeting, event_type, by).await? {
        Moves::Meeting => Seek::with_its_host(meeting),
        Moves::ToWhoseTurnItIs => Seek::with_whose_turn_it_is(meeting),
        Moves::Place => {
            let taken = store::places_taken(reader, meeting.org_id, meeting.id).await?;
            Seek::of_a_place(meeting, taken <= 1)
        }
    })
}

struct Moving<'a> {
    app: &'a App,
    by: By,
    to: &'a Move,
    server: &'a str,
    fresh_meeting: Id<Meeting>,
    now: Timestamp,
}

impl Moving<'_> {
    async fn run(&self, tx: &mut Tx, org: Id<Org>, id: Id<Booking>) -> Result<Moved, Refused> {
        let (booking, meeting) = hold(tx, org, id).await?;
        let event_type = event_types::store::find(tx, org, booking.event_type_id)
            .await?
            .ok_or(Refusal::EventTypeOff)?;
        rules::may_move(&booking, &event_type, self.by, self.now)?;
        if self.by == By::Invitee
            && event_types::store::open(tx, org, event_type.id)
                .await?
                .is_none()
        {
            return Err(Refusal::EventTypeOff.into());
        }
        if self.to.start == booking.starts_at {
            return Err(Refusal::SameTime.into());
        }
        let host = accounts::store::person_in(tx, org, meeting.host_id)
            .await?
            .ok_or(Refusal::HostGone)?;
        let seek = seek(tx, &meeting, &event_type, self.by).await?;
        let offers = offers::load(tx, &event_type, &seek, self.now).await?;
        let from = (&meeting, &booking);
        match moves(tx, &meeting, &event_type, self.by).await? {
            Moves::Meeting => {
                if !host.is_active() {
                    return Err(Refusal::HostGone.into());
                }
                offers.spot(self.to.start).map_err(Refusal::from)?;
                self.move_meeting(tx, from, &event_type, &host).await
            }
            Moves::ToWhoseTurnItIs => match offers.spot(self.to.start).map_err(Refusal::from)? {
                offers::Spot::Open(next) if next.id == host.id => {
                    self.move_meeting(tx, from, &event_type, &host).await
                }
                spot @ (offers::Spot::Open(_) | offers::Spot::Join(_)) => {
                    self.move_place(tx, from, &event_type, spot).await
                }
            },
            Moves::Place => {
                let spot = offers.spot(self.to.start).map_err(Refusal::from)?;
                self.move_place(tx, from, &event_type, spot).await
            }
        }
    }

    /// All who are in it move with it.
    async fn move_meeting(
        &self,
        tx: &mut Tx,
        (meeting, booking): (&Meeting, &Booking),
        event_type: &EventType,
        host: &Person,
    ) -> Result<Moved, Refused> {
        let was_online = meeting.location.provider().is_some();
        let moved = rules::moved((meeting, booking), event_type, host, self.to);
        let all = store::bookings_of_meeting(tx, meeting.org_id, meeting.id).await?;
        let mut answer = None;
        for each in all.iter().filter(|it| it.status == Status::Confirmed) {
            self.end(tx, each).await?;
            let successor = self.succeed(tx, each, &moved, event_type).await?;
            if each.id == booking.id {
                answer = Some(successor);
            }
        }
        store::update_meeting(tx, &moved).await?;
        store::put_busy(tx, &moved).await?;
        let online = was_online || moved.location.provider().is_some();
        book::ask_for_work(tx, &moved, online, self.now).await?;
        Ok(Moved {
            booking: answer.ok_or(Refusal::AlreadyMoved)?,
            from: booking.clone(),
        })
    }

    /// The booking leaves its meeting and takes a place in another, which may be made for it.
    async fn move_place(
        &self,
        tx: &mut Tx,
        (meeting, booking): (&Meeting, &Booking),
        event_type: &EventType,
        spot: offers::Spot,
    ) -> Result<Moved, Refused> {
        let fresh = Fresh {
            meeting: self.fresh_meeting,
            booking: self.app.entropy.id(self.now),
            server: self.server,
            now: self.now,
        };
        // The host's time is free before it is taken anew: the two may overlap.
        self.end(tx, booking).await?;
        let is_empty = store::places_taken(tx, meeting.org_id, meeting.id).await? == 0;
        if is_empty {
            store::update_meeting(tx, &rules::over(meeting, self.now)).await?;
            store::free_busy(tx, meeting.id).await?;
        }
        let given = rules::given(booking, event_type, self.to);
        let first = (booking.invitee_name.as_str(), self.to.start, given);
        let next = book::meet(tx, event_type, spot, first, fresh).await?;
        let joined = rules::as_joined(event_type, &next);
        let successor = self.succeed(tx, booking, &next, &joined).await?;
        let was_online = meeting.location.provider().is_some();
        if is_empty && !meeting.kind.is_group() {
            let over = Meeting {
                replaced_by: Some(next.id),
                ..rules::over(meeting, self.now)
            };
            store::update_meeting(tx, &over).await?;
        }
        let online = next.location.provider().is_some();
        let mut work = book::work_for(&next, online, self.now);
        if is_empty && was_online {
            work.push((Kind::Conference, meeting.id, self.now));
        }
        // Who leaves is told by the meeting they go to; a host who loses it, by this one. Others of
        // a group may wait for their link: their letters are not brought forward.
        let at = rules::letters_at(was_online && !is_empty, self.now);
        work.push((Kind::Letters, meeting.id, at));
        outbox::store::enqueue_all(tx, work).await?;
        Ok(Moved {
            booking: successor,
            from: booking.clone(),
        })
    }

    async fn end(&self, tx: &mut Tx, booking: &Booking) -> Result<(), Refused> {
        let how = (Status::Rescheduled, self.by);
        store::end_booking(tx, booking.org_id, booking.id, how, None, self.now).await?;
        Ok(())
    }

    /// Writes the booking that takes another's place.
    async fn succeed(
        &self,
        tx: &mut Tx,
        booking: &Booking,
        meeting: &Meeting,
        event_type: &EventType,
    ) -> Result<Booking, Refused> {
        let fresh = (self.app.entropy.id(self.now), self.now);
        let successor = rules::successor(booking, meeting, event_type, self.to, fresh);
        // One booking has at most one successor; the unique form token says so to the database too.
        store::insert_booking(tx, &successor, &format!("move:{}", booking.id)).await?;
        Ok(successor)
    }
}

/// The booking and its meeting, read while holding the turns of all who host it or may.
pub(super) async fn hold(
    tx: &mut Tx,
    org: Id<Org>,
    id: Id<Booking>,
) -> Result<(Booking, Meeting), Refused> {
    let missing = || anyhow::anyhow!("booking {id} is not in this org");
    let found = store::booking(tx, org, id).await?.ok_or_else(missing)?;
    book::hold_offer(tx, org, found.event_type_id, Some(found.host_id)).await?;
    let booking = store::booking(tx, org, id).await?.ok_or_else(missing)?;
    let meeting = store::meeting(tx, org, booking.meeting_id)
        .await?
        .ok_or_else(missing)?;
    Ok((booking, meeting))
}
