//! Move a booking to another time: the old booking ends, a new one takes its place, the meeting
//! stays with its row, its UID and its room.

use super::rules::{self, Fresh, Move, Refusal};
use super::{Booking, By, Refused, Status, book, store};
use crate::accounts::{self, Org};
use crate::app::App;
use crate::db::Tx;
use crate::event_types;
use crate::id::Id;

/// What became of a move.
#[derive(Clone, Debug)]
pub struct Moved {
    /// The booking at its new time, with a link of its own.
    pub booking: Booking,
    pub from: Booking,
}

/// Moves a booking. Sent twice, the second time is refused with `AlreadyMoved`.
pub async fn reschedule(
    app: &App,
    org: Id<Org>,
    booking: Id<Booking>,
    by: By,
    to: Move,
) -> Result<Moved, Refused> {
    let now = app.now();
    let fresh_id = app.entropy.id(now);
    let server = book::server(app);
    app.db
        .write(move |tx| {
            Box::pin(
                async move { move_it(tx, org, booking, by, &to, (fresh_id, &server, now)).await },
            )
        })
        .await
}

async fn move_it(
    tx: &mut Tx,
    org: Id<Org>,
    id: Id<Booking>,
    by: By,
    to: &Move,
    (fresh_id, server, now): (Id<Booking>, &str, jiff::Timestamp),
) -> Result<Moved, Refused> {
    let (booking, meeting) = hold(tx, org, id).await?;
    let event_type = event_types::store::find(tx, org, booking.event_type_id)
        .await?
        .ok_or(Refusal::EventTypeOff)?;
    rules::may_move(&booking, &event_type, by, now)?;
    if by == By::Invitee && book::on_offer(tx, org, event_type.id).await?.is_none() {
        return Err(Refusal::EventTypeOff.into());
    }
    if to.start == booking.starts_at {
        return Err(Refusal::SameTime.into());
    }
    let host = accounts::store::person_in(tx, org, meeting.host_id)
        .await?
        .filter(accounts::Person::is_active)
        .ok_or(Refusal::HostGone)?;
    book::check_offered(tx, &event_type, to.start, Some(meeting.id), now).await?;
    let fresh = Fresh {
        meeting: meeting.id,
        booking: fresh_id,
        server,
        now,
    };
    let was_online = meeting.location.provider().is_some();
    let (moved, successor) = rules::moved((&meeting, &booking), &event_type, &host, to, fresh);
    store::end_booking(tx, org, id, (Status::Rescheduled, by), None, now).await?;
    // One booking has at most one successor; the unique form token says so to the database too.
    store::insert_booking(tx, &successor, &format!("move:{id}")).await?;
    store::update_meeting(tx, &moved).await?;
    store::put_busy(tx, &moved).await?;
    let online = was_online || moved.location.provider().is_some();
    book::ask_for_work(tx, &moved, online, now).await?;
    Ok(Moved {
        booking: successor,
        from: booking,
    })
}

/// The booking and its meeting, read while holding the host's turn.
pub(super) async fn hold(
    tx: &mut Tx,
    org: Id<Org>,
    id: Id<Booking>,
) -> Result<(Booking, super::Meeting), Refused> {
    let missing = || anyhow::anyhow!("booking {id} is not in this org");
    let found = store::booking(tx, org, id).await?.ok_or_else(missing)?;
    store::take_turn(tx, found.host_id).await?;
    let booking = store::booking(tx, org, id).await?.ok_or_else(missing)?;
    let meeting = store::meeting(tx, org, booking.meeting_id)
        .await?
        .ok_or_else(missing)?;
    Ok((booking, meeting))
}
