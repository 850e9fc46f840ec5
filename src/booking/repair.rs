//! What a host does about a meeting without a link: ask for it once more, or put another place in
//! its stead. Whether there is a link is for `conferencing` to say.

use super::rules::{self, Refusal};
use super::{Booking, Meeting, Refused, change, store};
use crate::accounts::Org;
use crate::app::App;
use crate::conferencing;
use crate::db::Tx;
use crate::event_types::Location;
use crate::id::Id;
use crate::outbox::{self, Kind};
use jiff::Timestamp;

/// Asks for the room now, whatever was refused before. Asked twice, there is one room all the same:
/// the job looks at what is there.
pub async fn create_link_now(app: &App, org: Id<Org>, booking: Id<Booking>) -> Result<(), Refused> {
    let now = app.now();
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let (booking, meeting) = change::hold(tx, org, booking).await?;
                rules::stands(&booking)?;
                if booking.starts_at <= now {
                    return Err(Refusal::Started.into());
                }
                // The job's row first, as whoever runs it takes them: nobody may wait in a circle.
                outbox::store::enqueue(tx, Kind::Conference, meeting.id, now).await?;
                conferencing::store::forget_refusal(tx, org, meeting.id).await?;
                Ok(())
            })
        })
        .await
}

/// The meeting takes place at this address from now on; a room that was made for it goes away, and
/// everybody is told. The same address once more changes nothing.
pub async fn use_another_link(
    app: &App,
    org: Id<Org>,
    booking: Id<Booking>,
    url: String,
) -> Result<(), Refused> {
    let now = app.now();
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let (booking, meeting) = change::hold(tx, org, booking).await?;
                rules::stands(&booking)?;
                if booking.ends_at() <= now {
                    return Err(Refusal::Over.into());
                }
                let there = meeting.location == Location::CustomUrl
                    && meeting.location_value.as_deref() == Some(&url);
                if there {
                    return Ok(());
                }
                Ok(move_elsewhere(tx, &meeting, &url, now).await?)
            })
        })
        .await
}

async fn move_elsewhere(
    tx: &mut Tx,
    meeting: &Meeting,
    url: &str,
    now: Timestamp,
) -> Result<(), crate::db::DbError> {
    let elsewhere = rules::elsewhere(meeting, url);
    store::update_meeting(tx, &elsewhere).await?;
    store::set_place(tx, &elsewhere).await?;
    if meeting.location.provider().is_some() {
        outbox::store::enqueue(tx, Kind::Conference, meeting.id, now).await?;
    }
    outbox::store::enqueue(tx, Kind::Letters, meeting.id, now).await
}
