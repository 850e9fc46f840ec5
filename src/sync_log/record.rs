//! An entry for one call, outside the reconciler: committed before the call is sent, closed with
//! its answer. The reconciler does the same inside its own transactions.

use super::{Action, Closed, Exchange, Opened, Verdict, store};
use crate::accounts::Org;
use crate::app::App;
use crate::booking::Meeting;
use crate::conferencing::Account;
use crate::id::Id;

/// Whom a call is about.
#[derive(Clone, Copy, Debug)]
pub struct About {
    pub org: Id<Org>,
    pub meeting: Option<Id<Meeting>>,
    pub account: Option<Id<Account>>,
}

/// A call whose entry is open.
pub struct Call<'a> {
    app: &'a App,
    entry: Opened,
}

pub async fn begin(app: &App, action: Action, about: About) -> anyhow::Result<Call<'_>> {
    let entry = Opened {
        id: app.entropy.id(app.now()),
        org: about.org,
        at: app.now(),
        action,
        verdict: Verdict::Sent,
        meeting: about.meeting,
        account: about.account,
        words: "Sent; the answer is not known yet.".to_owned(),
    };
    let opened = entry.clone();
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { Ok(store::open(tx, &opened).await?) })
        })
        .await?;
    Ok(Call { app, entry })
}

impl Call<'_> {
    pub async fn end(
        self,
        verdict: Verdict,
        words: impl Into<String>,
        exchange: Exchange,
    ) -> anyhow::Result<()> {
        let closed = Closed {
            verdict,
            words: words.into(),
            exchange: Some(exchange),
        };
        let (org, id) = (self.entry.org, self.entry.id);
        self.app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move { Ok(store::close(tx, org, id, &closed).await?) })
            })
            .await
    }
}
