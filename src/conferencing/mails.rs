//! Letters about accounts and rooms: to the owner of a connection that broke (the reason, what
//! follows, one button) or is whole again, to the host whose room somebody deleted.

use askama::Template;

use super::connection::{self, Broken};
use super::store::{self, Linked};
use super::survey::Survey;
use super::{Account, ConnectionRole, tend};
use crate::accounts::{self, Org, Person, Role};
use crate::app::App;
use crate::booking::{self, Meeting, Status};
use crate::db::{Reader, Tx};
use crate::id::Id;
use crate::language::Language;
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
    reminders: String,
    reconnect: String,
    org: String,
}

/// To its owner; of a shared account, to all admins, who alone can put it right.
pub async fn connection_broken(tx: &mut Tx, app: &App, broken: &Broken) -> anyhow::Result<()> {
    let org = broken.facts.org;
    let Some(linked) = store::linked_one(tx, org, broken.facts.id).await? else {
        return Ok(());
    };
    let name = org_name(tx, org).await?;
    let people = accounts::store::people(tx, org).await?;
    let is_told = |person: &&Person| is_told(person, &broken.facts);
    let survey = Survey::load(tx, app, org).await?;
    let (waiting, effect) = (survey.waiting_for(&linked), effect(&survey, &linked));
    let day = app.now().duration_since(broken.since).as_hours() / 24;
    for person in people.iter().filter(is_told) {
        let since = when::long(broken.since, &person.timezone);
        let facts = Facts {
            email: linked.account.email.clone(),
            reason: broken.why.words(&since, Language::English),
            since,
            effect: effect.clone(),
            waiting,
            reminders: reminders(day),
            reconnect: app.config.url("/360/integrations/zoom"),
            org: name.clone(),
        };
        let letter = letter(
            app,
            org,
            person,
            Written {
                kind: "connection-broken",
                subject: "Reconnect Zoom: its connection is broken".to_owned(),
                text: BrokenText { facts: &facts }.render()?,
                html: BrokenHtml { facts: &facts }.render()?,
            },
        );
        mail::store::enqueue(tx, &letter, app.now()).await?;
    }
    Ok(store::put_told_broken(tx, org, broken.facts.id, app.now()).await?)
}

/// What new bookings do while it is broken: those of its owner, or of all without their own.
fn effect(survey: &Survey, linked: &Linked) -> String {
    let whose = match linked.connection.role {
        ConnectionRole::Personal => "New bookings",
        ConnectionRole::Shared => "New bookings of people without their own Zoom",
    };
    match survey.instead_of(linked) {
        Ok(host) if survey.serves_its_own(linked) => {
            format!("{whose} are hosted on {} until you reconnect.", host.email)
        }
        Ok(host) => format!("{whose} are hosted on {}.", host.email),
        Err(_) => format!("{whose} get no link until you reconnect."),
    }
}

/// "Until then we remind you on day 7 and 14.", in the letter of that day.
fn reminders(day: i64) -> String {
    let left: Vec<String> = tend::REMIND_ON_DAYS
        .into_iter()
        .filter(|on| *on > day)
        .map(|on| on.to_string())
        .collect();
    match left.as_slice() {
        [] => "This was the last reminder.".to_owned(),
        [last] => format!("Until then we remind you once more, on day {last}."),
        [some @ .., last] => format!(
            "Until then we remind you on day {} and {last}.",
            some.join(", ")
        ),
    }
}

fn is_told(person: &Person, facts: &connection::Facts) -> bool {
    person.is_active()
        && match facts.role {
            ConnectionRole::Personal => person.id == facts.owner,
            ConnectionRole::Shared => person.role == Role::Admin,
        }
}

async fn org_name(reader: &mut Reader, org: Id<Org>) -> anyhow::Result<String> {
    let found = accounts::store::org(reader, org).await?;
    Ok(found.map_or_else(String::new, |org| org.name))
}

/// What differs from one letter to another.
struct Written {
    kind: &'static str,
    subject: String,
    text: String,
    html: String,
}

fn letter(app: &App, org: Id<Org>, to: &Person, written: Written) -> Letter {
    Letter {
        id: app.entropy.id(app.now()),
        org_id: org,
        meeting_id: None,
        booking_id: None,
        kind: written.kind.to_owned(),
        audience: "person".to_owned(),
        to: Mailbox {
            name: to.name.clone(),
            email: to.email.clone(),
        },
        from_name: "42min".to_owned(),
        reply_to: None,
        subject: written.subject,
        text: written.text,
        html: written.html,
        calendar: None,
        takes_back: None,
        thread: None,
        unsubscribe: None,
    }
}

#[derive(Template)]
#[template(path = "conferencing/note.txt")]
struct NoteText<'a> {
    note: &'a Note,
}

#[derive(Template)]
#[template(path = "conferencing/note.html")]
struct NoteHtml<'a> {
    note: &'a Note,
}

/// A short letter: a heading, a few sentences, one button.
struct Note {
    heading: String,
    lines: Vec<String>,
    button: &'static str,
    url: String,
    org: String,
    reason: &'static str,
}

impl Note {
    fn written(&self, kind: &'static str, subject: String) -> anyhow::Result<Written> {
        Ok(Written {
            kind,
            subject,
            text: NoteText { note: self }.render()?,
            html: NoteHtml { note: self }.render()?,
        })
    }
}

/// To the owner, who was told that it broke.
pub async fn connected_again(tx: &mut Tx, app: &App, linked: &Linked) -> anyhow::Result<()> {
    let (connection, account) = (&linked.connection, &linked.account);
    let org = connection.org_id;
    let owner = accounts::store::person_in(tx, org, connection.owner_id).await?;
    let Some(owner) = owner.filter(|owner| is_told(owner, &connection.facts())) else {
        return Ok(());
    };
    let got = store::rooms_made_since(tx, org, account.id, connection.granted_at).await?;
    let waiting = Survey::load(tx, app, org).await?.getting(linked);
    let mut lines = vec![format!(
        "The Zoom account {} shows Connected again.",
        account.email
    )];
    lines.extend(match got {
        0 => None,
        1 => Some("1 booking got its link.".to_owned()),
        n => Some(format!("{n} bookings got their link.")),
    });
    lines.extend(match waiting {
        0 => None,
        1 => Some("1 upcoming booking is still waiting for its link.".to_owned()),
        n => Some(format!(
            "{n} upcoming bookings are still waiting for their link."
        )),
    });
    let note = Note {
        heading: "Zoom is connected again".to_owned(),
        lines,
        button: "Open Zoom settings",
        url: app.config.url("/360/integrations/zoom"),
        org: org_name(tx, org).await?,
        reason: "because you were told that this Zoom account was broken",
    };
    let written = note.written("connected-again", note.heading.clone())?;
    let letter = letter(app, org, &owner, written);
    mail::store::enqueue(tx, &letter, app.now()).await
}

/// To who connected it, when somebody else has changed its role.
pub async fn role_changed(
    tx: &mut Tx,
    app: &App,
    linked: &Linked,
    by: &Person,
) -> anyhow::Result<()> {
    let (connection, email) = (&linked.connection, &linked.account.email);
    let (org, was, is) = (connection.org_id, connection.role, connection.role.other());
    let owner = accounts::store::person_in(tx, org, connection.owner_id).await?;
    let Some(owner) = owner.filter(Person::is_active) else {
        return Ok(());
    };
    let follows = match is {
        ConnectionRole::Shared => {
            "Bookings of people without their own Zoom may be hosted on it from now on. To take it \
             back, choose to connect your own Zoom, and sign in to this account."
                .to_owned()
        }
        ConnectionRole::Personal => format!(
            "It is the personal account of {} from now on: new bookings of others aren’t hosted \
             on it.",
            by.name
        ),
    };
    let note = Note {
        heading: format!("{email} is now {}", is.article()),
        lines: vec![
            format!(
                "{} signed in to this Zoom account and made it {}; it was {}.",
                by.name,
                is.article(),
                was.article()
            ),
            follows,
        ],
        button: "Open Zoom settings",
        url: app.config.url("/360/integrations/zoom"),
        org: org_name(tx, org).await?,
        reason: "because you connected this Zoom account",
    };
    let written = note.written("role-changed", note.heading.clone())?;
    let letter = letter(app, org, &owner, written);
    mail::store::enqueue(tx, &letter, app.now()).await
}

/// To the host of a meeting that somebody deleted in Zoom so near its start that no other is made
/// without being asked for.
pub async fn deleted_at_provider(tx: &mut Tx, app: &App, meeting: &Meeting) -> anyhow::Result<()> {
    let org = meeting.org_id;
    let Some(host) = accounts::store::person_in(tx, org, meeting.host_id).await? else {
        return Ok(());
    };
    let bookings = booking::store::bookings_of_meeting(tx, org, meeting.id).await?;
    let Some(live) = bookings.iter().find(|b| b.status == Status::Confirmed) else {
        return Ok(());
    };
    let note = Note {
        heading: "This meeting has no Zoom link any more".to_owned(),
        lines: vec![
            format!(
                "{}, {}.",
                meeting.summary,
                when::range(meeting.starts_at, meeting.minutes, &host.timezone)
            ),
            "Its Zoom meeting was deleted in Zoom. Since the start is near, 42min makes another \
             only if you want it: open the booking and choose to create the link now. Everyone \
             invited gets the new link by email."
                .to_owned(),
        ],
        button: "Create a new link",
        url: app.config.url(&format!("/360/meetings/{}", live.id)),
        org: org_name(tx, org).await?,
        reason: "because this meeting is booked with you",
    };
    let subject = format!(
        "Deleted in Zoom: {}, {}",
        meeting.summary,
        when::brief(meeting.starts_at, &host.timezone)
    );
    let letter = Letter {
        meeting_id: Some(meeting.id),
        booking_id: Some(live.id),
        ..letter(app, org, &host, note.written("deleted-in-zoom", subject)?)
    };
    mail::store::enqueue(tx, &letter, app.now()).await
}

/// To the host whose webinar became a meeting, once for each account.
pub async fn no_webinars(
    tx: &mut Tx,
    app: &App,
    meeting: &Meeting,
    account: Id<Account>,
) -> anyhow::Result<()> {
    let org = meeting.org_id;
    let host = accounts::store::person_in(tx, org, meeting.host_id).await?;
    let linked = store::connection_of_account(tx, org, account).await?;
    let (Some(host), Some(linked)) = (host, linked) else {
        return Ok(());
    };
    let email = linked.account.email;
    let note = Note {
        heading: "Your webinar became a meeting".to_owned(),
        lines: vec![
            format!(
                "{}, {}.",
                meeting.summary,
                when::range(meeting.starts_at, meeting.minutes, &host.timezone)
            ),
            format!(
                "Zoom doesn’t let {email} host webinars: it takes a webinar plan for this Zoom user, \
                 and 42min’s permissions for webinars. So a Zoom meeting was made instead, and so \
                 it is for other group bookings on this account until that changes. You are told \
                 this once."
            ),
        ],
        button: "Open Zoom settings",
        url: app.config.url("/360/integrations/zoom"),
        org: org_name(tx, org).await?,
        reason: "because this meeting is booked with you",
    };
    let subject = format!("No webinar on {email}: a meeting was made instead");
    let letter = Letter {
        meeting_id: Some(meeting.id),
        ..letter(app, org, &host, note.written("no-webinars", subject)?)
    };
    mail::store::enqueue(tx, &letter, app.now()).await
}
