//! Start meeting: the host's own way into a meeting that may live on a shared account. Zoom is
//! asked for a fresh start link at that moment; it is handed to the browser and nowhere else.

use super::Account;
use super::pace::{self, Label, Patience, Turn};
use super::plan::Room;
use super::provider::{Ask, Fault, Reply};
use super::store::{self, Linked};
use super::tokens::{self, NoToken};
use crate::app::App;
use crate::booking::Meeting;
use crate::seal::Secret;
use crate::sync_log::{Action, Verdict, record};

/// The message why there is no start link now.
#[derive(Debug)]
pub struct CantStart(pub &'static str);

const SILENT: &str = "start-silent";
const NOT_CONNECTED: &str = "start-not-connected";

pub async fn start_url(app: &App, meeting: &Meeting) -> anyhow::Result<Result<Secret, CantStart>> {
    let org = meeting.org_id;
    let mut reader = app.db.read().await?;
    let seen = store::seen(&mut reader, org, meeting.id, meeting.generation).await?;
    let linked = store::linked(&mut reader, org).await?;
    drop(reader);
    let Some(room) = seen.room() else {
        return Ok(Err(CantStart("start-no-link")));
    };
    let Some(linked) = linked
        .iter()
        .find(|l| l.account.id == room.at && l.is_connected())
    else {
        return Ok(Err(CantStart(NOT_CONNECTED)));
    };
    let mut token = match tokens::fresh(app, linked).await? {
        Ok(token) => token,
        Err(none) => return Ok(Err(without_token(&none))),
    };
    for last_try in [false, true] {
        let refused = if last_try {
            Verdict::Failed
        } else {
            Verdict::Retrying
        };
        match ask(app, meeting, room, linked, (&token, refused)).await? {
            Err(Fault::TokenRefused { .. }) if !last_try => {
                token = match tokens::after_refusal(app, linked, &token).await? {
                    Ok(token) => token,
                    Err(none) => return Ok(Err(without_token(&none))),
                };
            }
            Ok(Some(url)) => return Ok(Ok(url)),
            Ok(None) => {
                return Ok(Err(CantStart("start-no-way")));
            }
            Err(fault) => return Ok(Err(cant(&fault))),
        }
    }
    Ok(Err(CantStart(SILENT)))
}

fn without_token(none: &NoToken) -> CantStart {
    CantStart(match none {
        NoToken::Later { .. } => SILENT,
        NoToken::LookAgain => NOT_CONNECTED,
    })
}

fn cant(fault: &Fault) -> CantStart {
    CantStart(match fault {
        Fault::Busy { .. } | Fault::Lost { .. } => SILENT,
        Fault::Gone => "start-gone",
        Fault::TokenRefused { .. } | Fault::GrantDead { .. } => NOT_CONNECTED,
        Fault::Refused { .. } => "start-refused",
        Fault::OurFault { .. } => "zoom-set-up-wrongly",
    })
}

/// The host is here now: no job's turn comes before theirs, and a provider that does not answer is
/// asked all the same.
async fn its_turn(app: &App, account: &Account) -> anyhow::Result<()> {
    let (account, now) = (account.clone(), app.now());
    let turn = app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                let patience = Patience::OfAPerson;
                Ok(pace::store::take(tx, &account, Label::Light, patience, now).await?)
            })
        })
        .await?;
    let (Turn::Go(at) | Turn::Back(at)) = turn;
    app.clock.until(at).await;
    Ok(())
}

/// Reads the room as it is now, with its start link; the log has it before and after, a refused
/// token as told.
async fn ask(
    app: &App,
    meeting: &Meeting,
    room: &Room,
    linked: &Linked,
    (token, refused): (&Secret, Verdict),
) -> anyhow::Result<Result<Option<Secret>, Fault>> {
    let about = record::About {
        org: meeting.org_id,
        meeting: Some(meeting.id),
        account: Some(room.at),
    };
    its_turn(app, &linked.account).await?;
    let call = record::begin(app, Action::StartMeeting, about).await?;
    let ask = Ask::Read {
        kind: room.kind,
        id: room.id.clone(),
    };
    let Some(answered) = app
        .providers
        .ask(linked.account.provider, token, &ask)
        .await
    else {
        let words = "This server has no Zoom app any more".to_owned();
        return Ok(Err(Fault::OurFault { words }));
    };
    let (verdict, words, result) = match answered.result {
        Ok(Reply::Room(snapshot)) => match snapshot.start_url {
            Some(url) => (
                Verdict::Succeeded,
                "The host started the meeting.".to_owned(),
                Ok(Some(url)),
            ),
            None => (
                Verdict::Failed,
                "Zoom gave no start link.".to_owned(),
                Ok(None),
            ),
        },
        Ok(Reply::Page { .. } | Reply::Done) => {
            anyhow::bail!("a read was not answered by a room")
        }
        Err(Fault::TokenRefused { words }) => {
            (refused, words.clone(), Err(Fault::TokenRefused { words }))
        }
        Err(
            fault @ (Fault::Busy { .. }
            | Fault::Lost { .. }
            | Fault::Gone
            | Fault::GrantDead { .. }
            | Fault::Refused { .. }
            | Fault::OurFault { .. }),
        ) => (Verdict::Failed, fault.words().to_owned(), Err(fault)),
    };
    call.end(verdict, words, answered.exchange).await?;
    Ok(result)
}
