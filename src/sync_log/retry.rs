//! **Try again now**: what was refused is forgotten, and the meeting looked at once more.

use crate::accounts::Org;
use crate::app::App;
use crate::booking::Meeting;
use crate::conferencing;
use crate::id::Id;
use crate::outbox::{self, Kind};

/// Asked twice, it is done once: the job looks at what is there.
pub async fn try_again(app: &App, org: Id<Org>, meeting: Id<Meeting>) -> anyhow::Result<()> {
    let now = app.now();
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                // The job's row before what was seen, as the reconciler takes them.
                outbox::store::enqueue(tx, Kind::Conference, meeting, now).await?;
                conferencing::store::forget_refusal(tx, org, meeting).await?;
                Ok(())
            })
        })
        .await
}
