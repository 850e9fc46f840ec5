//! Give a place back: the booking ends, and the meeting with its last booking. A host cancels a
//! meeting for all who are in it. What was made for it elsewhere is taken away by jobs.

use super::rules::{self, Refusal};
use super::{Booking, By, Refused, Status, change, store};
use crate::accounts::Org;
use crate::app::App;
use crate::db::Tx;
use crate::id::Id;
use crate::outbox::{self, Kind};
use crate::planted::bug::{Bug, planted};
use crate::planted::point;

/// What became of a cancel.
#[derive(Clone, Debug)]
pub struct Canceled {
    pub booking: Booking,
    /// It had been canceled before; nothing was changed now.
    pub already: bool,
}

pub async fn cancel(
    app: &App,
    org: Id<Org>,
    booking: Id<Booking>,
    by: By,
    reason: Option<String>,
) -> Result<Canceled, Refused> {
    let now = app.now();
    let canceled = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let canceled = give_back(tx, org, booking, by, reason.as_deref(), now).await?;
                point::pass("cancel.writing")?;
                Ok(canceled)
            })
        })
        .await;
    point::pass("cancel.written")?;
    canceled
}

async fn give_back(
    tx: &mut Tx,
    org: Id<Org>,
    id: Id<Booking>,
    by: By,
    reason: Option<&str>,
    now: jiff::Timestamp,
) -> Result<Canceled, Refused> {
    let (booking, meeting) = change::hold(tx, org, id).await?;
    match rules::may_cancel(&booking, by, now) {
        Ok(()) => {}
        Err(Refusal::AlreadyCanceled) => {
            return Ok(Canceled {
                booking,
                already: true,
            });
        }
        Err(refusal) => return Err(refusal.into()),
    }
    let all = store::bookings_of_meeting(tx, org, meeting.id).await?;
    let ends = |it: &&Booking| it.id == id || by == By::Host;
    for each in all.iter().filter(ends) {
        store::end_booking(tx, org, each.id, (Status::Canceled, by), reason, now).await?;
    }
    let is_empty = store::places_taken(tx, org, meeting.id).await? == 0;
    if is_empty {
        store::update_meeting(tx, &rules::over(&meeting, now)).await?;
        store::free_busy(tx, meeting.id).await?;
        if meeting.location.provider().is_some() && !planted(Bug::CancelForgetsRoom) {
            outbox::store::enqueue(tx, Kind::Conference, meeting.id, now).await?;
        }
    }
    // Others of a group may wait for their link: their letters are not brought forward.
    let online = meeting.location.provider().is_some();
    let at = rules::letters_at(online && !is_empty, now);
    outbox::store::enqueue(tx, Kind::Letters, meeting.id, at).await?;
    let booking = Booking {
        status: Status::Canceled,
        ended_at: Some(now),
        ended_by: Some(by),
        cancel_reason: reason.map(str::to_owned),
        ..booking
    };
    Ok(Canceled {
        booking,
        already: false,
    })
}
