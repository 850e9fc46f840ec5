//! Start meeting: the host's own way into a meeting that may live on a shared account. Zoom is
//! asked for a fresh start link at that moment; it is handed to the browser and nowhere else.

use super::provider::{Ask, Fault, Reply};
use super::store;
use super::tokens;
use crate::app::App;
use crate::booking::Meeting;
use crate::seal::Secret;
use crate::sync_log::{self, Action, Closed, Opened, Verdict};

/// Why there is no start link now, in a sentence.
#[derive(Debug)]
pub struct CantStart(pub &'static str);

pub async fn start_url(app: &App, meeting: &Meeting) -> anyhow::Result<Result<Secret, CantStart>> {
    let org = meeting.org_id;
    let mut reader = app.db.read().await?;
    let seen = store::seen(&mut reader, org, meeting.id, meeting.generation).await?;
    let linked = store::linked(&mut reader, org).await?;
    drop(reader);
    let Some(room) = seen.room() else {
        return Ok(Err(CantStart("This meeting has no Zoom link yet.")));
    };
    let Some(linked) = linked
        .iter()
        .find(|l| l.account.id == room.at && l.is_connected())
    else {
        return Ok(Err(CantStart(
            "The Zoom account that hosts this meeting isn’t connected any more. Sign in to Zoom \
             there and start it by its meeting ID.",
        )));
    };
    let Ok(token) = tokens::fresh(app, linked).await? else {
        return Ok(Err(CantStart(
            "Zoom isn’t answering right now. Try again in a minute.",
        )));
    };
    let entry = Opened {
        id: app.entropy.id(app.now()),
        org,
        at: app.now(),
        action: Action::StartMeeting,
        verdict: Verdict::Sent,
        meeting: Some(meeting.id),
        account: Some(room.at),
        words: "Sent; the answer is not known yet.".to_owned(),
    };
    let opened = entry.clone();
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { Ok(sync_log::store::open(tx, &opened).await?) })
        })
        .await?;
    let ask = Ask::Read {
        kind: room.kind,
        id: room.id.clone(),
    };
    let Some(answered) = app
        .providers
        .ask(linked.account.provider, &token, &ask)
        .await
    else {
        return Ok(Err(CantStart("This server has no Zoom app any more.")));
    };
    let (verdict, words, result) = match answered.result {
        Ok(Reply::Room(snapshot)) => match snapshot.start_url {
            Some(url) => (
                Verdict::Succeeded,
                "The host started the meeting.".to_owned(),
                Ok(url),
            ),
            None => (
                Verdict::Failed,
                "Zoom gave no start link.".to_owned(),
                Err(CantStart(
                    "Zoom gave no way to start it. Start it from the Zoom app.",
                )),
            ),
        },
        Ok(Reply::Page { .. } | Reply::Done) => {
            anyhow::bail!("a read was not answered by a room")
        }
        Err(Fault::Gone) => (
            Verdict::Failed,
            Fault::Gone.words().to_owned(),
            Err(CantStart("This meeting no longer exists in Zoom.")),
        ),
        Err(fault) => (
            Verdict::Failed,
            fault.words().to_owned(),
            Err(CantStart(
                "Zoom isn’t answering right now. Try again in a minute.",
            )),
        ),
    };
    let closed = Closed {
        verdict,
        words,
        exchange: Some(answered.exchange),
    };
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { Ok(sync_log::store::close(tx, org, entry.id, &closed).await?) })
        })
        .await?;
    Ok(result)
}
