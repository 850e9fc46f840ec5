//! The letter to the owner of a connection that broke: the reason, what follows, one button.

use askama::Template;

use super::ConnectionRole;
use super::connection::Broken;
use super::store;
use crate::accounts::{self, Person, Role};
use crate::app::App;
use crate::db::Tx;
use crate::mail::{self, Letter, Mailbox};
use crate::when;

#[derive(Template)]
#[template(path = "conferencing/broken.txt")]
struct BrokenText<'a> {
    facts: &'a Facts,
}

#[derive(Template)]
#[template(path = "conferencing/broken.html")]
struct BrokenHtml<'a> {
    facts: &'a Facts,
}

struct Facts {
    email: String,
    since: String,
    reason: String,
    effect: String,
    waiting: i64,
    reconnect: String,
    org: String,
}

/// To its owner; of a shared account, to all admins too.
pub async fn connection_broken(tx: &mut Tx, app: &App, broken: &Broken) -> anyhow::Result<()> {
    let org = broken.facts.org;
    let Some(linked) = store::linked_one(tx, org, broken.facts.id).await? else {
        return Ok(());
    };
    let name = accounts::store::org(tx, org)
        .await?
        .map_or_else(String::new, |org| org.name);
    let people = accounts::store::people(tx, org).await?;
    let is_told = |person: &&Person| {
        person.is_active()
            && (person.id == broken.facts.owner
                || (broken.facts.role == ConnectionRole::Shared && person.role == Role::Admin))
    };
    let waiting = store::waiting(tx, org, app.now()).await?;
    let (mut situation, _) = store::situation(tx, app, org, broken.facts.owner).await?;
    if broken.facts.role == ConnectionRole::Shared {
        // It hosts for those without an account of their own, whatever its owner has.
        situation.own = None;
    }
    let effect = match crate::rollout::hosting::who_hosts(&situation) {
        Ok(host) => format!(
            "New bookings are hosted on {} until you reconnect.",
            host.email
        ),
        Err(_) => "New bookings get no link until you reconnect.".to_owned(),
    };
    for person in people.iter().filter(is_told) {
        let since = when::long(broken.since, &person.timezone);
        let facts = Facts {
            email: linked.account.email.clone(),
            reason: broken.why.words(&since),
            since,
            effect: effect.clone(),
            waiting,
            reconnect: app.config.url("/360/integrations/zoom"),
            org: name.clone(),
        };
        let letter = Letter {
            id: app.entropy.id(app.now()),
            org_id: org,
            meeting_id: None,
            booking_id: None,
            kind: "connection-broken".to_owned(),
            audience: "person".to_owned(),
            to: Mailbox {
                name: person.name.clone(),
                email: person.email.clone(),
            },
            from_name: "42min".to_owned(),
            reply_to: None,
            subject: "Reconnect Zoom: its connection is broken".to_owned(),
            text: BrokenText { facts: &facts }.render()?,
            html: BrokenHtml { facts: &facts }.render()?,
            calendar: None,
            takes_back: None,
            thread: None,
            unsubscribe: None,
        };
        mail::store::enqueue(tx, &letter, app.now()).await?;
    }
    Ok(())
}
