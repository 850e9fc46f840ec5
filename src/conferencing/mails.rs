//! Letters about accounts and rooms: to the owner of a connection that broke (the reason, what
//! follows, one button) or is whole again, to the host whose room somebody deleted.

use jiff::Timestamp;

use super::connection::{self, Break, Broken};
use super::store::{self, Linked};
use super::survey::Survey;
use super::{Account, ConnectionRole, tend};
use crate::accounts::{self, Org, Person, Role};
use crate::app::App;
use crate::booking::{self, Meeting, Status};
use crate::db::{Reader, Tx};
use crate::id::Id;
use crate::language::Language;
use crate::mail::sheet::{Button, Fact, Sheet};
use crate::mail::{self, Letter};

/// So many of the meetings that wait are named.
const NAMED: usize = 5;

/// To its owner; of a shared account, to all admins, who alone can put it right.
pub async fn connection_broken(tx: &mut Tx, app: &App, broken: &Broken) -> anyhow::Result<()> {
    let language = Language::of_hosts();
    let org = broken.facts.org;
    let Some(linked) = store::linked_one(tx, org, broken.facts.id).await? else {
        return Ok(());
    };
    let people = accounts::store::people(tx, org).await?;
    let is_told = |person: &&Person| is_told(person, &broken.facts);
    let said = Breach {
        survey: &Survey::load(tx, app, org).await?,
        linked: &linked,
        since: broken.since,
        why: broken.why,
        day: app.now().duration_since(broken.since).as_hours() / 24,
        url: app.config.url("/360/integrations/zoom"),
        org: org_name(tx, org).await?,
    };
    for person in people.iter().filter(is_told) {
        let sheet = said.sheet(language, person);
        let letter = Letter::to_person(app, person, "connection-broken", &sheet)?;
        mail::store::enqueue(tx, &letter, app.now()).await?;
    }
    Ok(store::put_told_broken(tx, org, broken.facts.id, app.now()).await?)
}

/// A broken connection and what hangs on it, on some day since.
struct Breach<'a> {
    survey: &'a Survey,
    linked: &'a Linked,
    since: Timestamp,
    why: Break,
    day: i64,
    url: String,
    org: String,
}

impl Breach<'_> {
    fn sheet(&self, language: Language, person: &Person) -> Sheet {
        let email = &self.linked.account.email;
        let since = language.long(self.since, &person.timezone);
        let subject = match self.survey.instead_of(self.linked) {
            Ok(_) => "broken-mail-subject",
            Err(_) => "broken-mail-subject-no-link",
        };
        let fact = |label, value: &str| Fact::new(language.word(label), value);
        let preheader = language.say("broken-mail-since").with("account", email);
        let mut notes = self.waiting(language, person);
        notes.push(reminders(self.day, language));
        Sheet {
            language,
            subject: language.word(subject).into_owned(),
            preheader: preheader.with("when", &since).into(),
            heading: language.word("broken-mail-heading").into_owned(),
            lead: vec![
                self.why.words(&since, language),
                format!(
                    "{} {}",
                    self.effect(language),
                    language.word("broken-mail-links-stay")
                ),
            ],
            facts: vec![
                fact("broken-mail-account", email),
                fact("broken-mail-broken", &since),
            ],
            button: Some(button(language, "broken-mail-heading", &self.url)),
            notes,
            org: self.org.clone(),
            reason: language.word("broken-mail-because").into_owned(),
            ..Sheet::default()
        }
    }

    /// What new bookings do while it is broken: those of its owner, or of all without their own.
    fn effect(&self, language: Language) -> String {
        let next = self.survey.instead_of(self.linked);
        let serves = self.survey.serves_its_own(self.linked);
        let key = match (self.linked.connection.role, &next) {
            (ConnectionRole::Personal, Ok(_)) if serves => "broken-mail-hosted-until",
            (ConnectionRole::Personal, Ok(_)) => "broken-mail-hosted",
            (ConnectionRole::Personal, Err(_)) => "broken-mail-no-link",
            (ConnectionRole::Shared, Ok(_)) if serves => "broken-mail-shared-hosted-until",
            (ConnectionRole::Shared, Ok(_)) => "broken-mail-shared-hosted",
            (ConnectionRole::Shared, Err(_)) => "broken-mail-shared-no-link",
        };
        let account = next.map_or_else(|_| String::new(), |host| host.email);
        language.say(key).with("account", account).into()
    }

    /// How many bookings wait, and the next meetings of them.
    fn waiting(&self, language: Language, person: &Person) -> Vec<String> {
        let bookings = self.survey.waiting_for(self.linked);
        if bookings == 0 {
            return Vec::new();
        }
        let those = self.survey.meetings_waiting_for(self.linked);
        let mut lines: Vec<String> = those
            .map(|meeting| {
                let when = language.brief(meeting.starts_at, &person.timezone);
                format!("{}, {when}", meeting.summary)
            })
            .collect();
        let more = lines.len().saturating_sub(NAMED);
        if more > 0 {
            lines.truncate(NAMED);
            lines.push(language.say("broken-mail-more").with("more", more).into());
        }
        let count = language.say("broken-mail-waiting");
        vec![count.with("bookings", bookings).into(), lines.join("\n")]
    }
}

/// "Until then we remind you on day 7 and 14.", in the letter of that day.
fn reminders(day: i64, language: Language) -> String {
    let left: Vec<String> = tend::REMIND_ON_DAYS
        .into_iter()
        .filter(|on| *on > day)
        .map(|on| on.to_string())
        .collect();
    match left.as_slice() {
        [] => language.word("broken-mail-last").into_owned(),
        [last] => language
            .say("broken-mail-once-more")
            .with("day", last)
            .into(),
        [some @ .., last] => {
            let said = language.say("broken-mail-reminders").with("last", last);
            said.with("days", some.join(", ")).into()
        }
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

fn button(language: Language, words: &'static str, url: &str) -> Button {
    Button {
        words: language.word(words).into_owned(),
        url: url.to_owned(),
        spelled_out: false,
    }
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
    fn sheet(self, language: Language, subject: Option<String>) -> Sheet {
        Sheet {
            language,
            subject: subject.unwrap_or_else(|| self.heading.clone()),
            preheader: self.lines.first().cloned().unwrap_or_default(),
            heading: self.heading,
            lead: self.lines,
            button: Some(button(language, self.button, &self.url)),
            org: self.org,
            reason: language.word(self.reason).into_owned(),
            ..Sheet::default()
        }
    }
}

/// To the owner, who was told that it broke.
pub async fn connected_again(tx: &mut Tx, app: &App, linked: &Linked) -> anyhow::Result<()> {
    let language = Language::of_hosts();
    let (connection, account) = (&linked.connection, &linked.account);
    let org = connection.org_id;
    let owner = accounts::store::person_in(tx, org, connection.owner_id).await?;
    let Some(owner) = owner.filter(|owner| is_told(owner, &connection.facts())) else {
        return Ok(());
    };
    let got = store::rooms_made_since(tx, org, account.id, connection.granted_at).await?;
    let waiting = Survey::load(tx, app, org).await?.getting(linked);
    let shows = language.say("again-mail-shows");
    let mut lines = vec![shows.with("account", &account.email).into()];
    let counts = [(got, "again-mail-got"), (waiting, "again-mail-waiting")];
    for (bookings, key) in counts.into_iter().filter(|(bookings, _)| *bookings > 0) {
        lines.push(language.say(key).with("bookings", bookings).into());
    }
    let note = Note {
        heading: language.word("again-mail-heading").into_owned(),
        lines,
        button: "zoom-mail-settings",
        url: app.config.url("/360/integrations/zoom"),
        org: org_name(tx, org).await?,
        reason: "again-mail-because",
    };
    let sheet = note.sheet(language, None);
    let letter = Letter::to_person(app, &owner, "connected-again", &sheet)?;
    mail::store::enqueue(tx, &letter, app.now()).await
}

/// To who connected it, when somebody else has changed its role.
pub async fn role_changed(
    tx: &mut Tx,
    app: &App,
    linked: &Linked,
    by: &Person,
) -> anyhow::Result<()> {
    let language = Language::of_hosts();
    let (connection, email) = (&linked.connection, &linked.account.email);
    let org = connection.org_id;
    let owner = accounts::store::person_in(tx, org, connection.owner_id).await?;
    let Some(owner) = owner.filter(Person::is_active) else {
        return Ok(());
    };
    let (heading, done, follows) = match connection.role.other() {
        ConnectionRole::Shared => (
            "role-is-shared",
            "role-mail-made-shared",
            "role-mail-shared-follows",
        ),
        ConnectionRole::Personal => (
            "role-is-personal",
            "role-mail-made-personal",
            "role-mail-personal-follows",
        ),
    };
    let said = |key| language.say(key).with("by", &by.name).into();
    // A heading ends without a full stop, unlike the sentence on the page.
    let heading = language.say(heading).with("email", email).to_string();
    let note = Note {
        heading: heading.trim_end_matches('.').to_owned(),
        lines: vec![said(done), said(follows)],
        button: "zoom-mail-settings",
        url: app.config.url("/360/integrations/zoom"),
        org: org_name(tx, org).await?,
        reason: "role-mail-because",
    };
    let sheet = note.sheet(language, None);
    let letter = Letter::to_person(app, &owner, "role-changed", &sheet)?;
    mail::store::enqueue(tx, &letter, app.now()).await
}

/// To the host of a meeting that somebody deleted in Zoom so near its start that no other is made
/// without being asked for.
pub async fn deleted_at_provider(tx: &mut Tx, app: &App, meeting: &Meeting) -> anyhow::Result<()> {
    let language = Language::of_hosts();
    let org = meeting.org_id;
    let Some(host) = accounts::store::person_in(tx, org, meeting.host_id).await? else {
        return Ok(());
    };
    let bookings = booking::store::bookings_of_meeting(tx, org, meeting.id).await?;
    let Some(live) = bookings.iter().find(|b| b.status == Status::Confirmed) else {
        return Ok(());
    };
    let note = Note {
        heading: language.word("deleted-mail-heading").into_owned(),
        lines: vec![
            named(meeting, &host),
            language.word("deleted-mail-words").into_owned(),
        ],
        button: "deleted-mail-create",
        url: app.config.url(&format!("/360/meetings/{}", live.id)),
        org: org_name(tx, org).await?,
        reason: "notice-because",
    };
    let brief = language.brief(meeting.starts_at, &host.timezone);
    let subject = language.say("deleted-mail-subject").with("when", brief);
    let subject = subject.with("meeting", &meeting.summary);
    let sheet = note.sheet(language, Some(subject.into()));
    let letter = Letter {
        meeting_id: Some(meeting.id),
        booking_id: Some(live.id),
        ..Letter::to_person(app, &host, "deleted-in-zoom", &sheet)?
    };
    mail::store::enqueue(tx, &letter, app.now()).await
}

/// "Intro call: Grace and Ada, Friday 12 June 2026, 09:00 to 09:42"
fn named(meeting: &Meeting, host: &Person) -> String {
    let language = Language::of_hosts();
    let when = language.range(meeting.starts_at, meeting.minutes, &host.timezone);
    format!("{}, {when}", meeting.summary)
}

/// To the host whose webinar became a meeting, once for each account.
pub async fn no_webinars(
    tx: &mut Tx,
    app: &App,
    meeting: &Meeting,
    account: Id<Account>,
) -> anyhow::Result<()> {
    let language = Language::of_hosts();
    let org = meeting.org_id;
    let host = accounts::store::person_in(tx, org, meeting.host_id).await?;
    let linked = store::connection_of_account(tx, org, account).await?;
    let (Some(host), Some(linked)) = (host, linked) else {
        return Ok(());
    };
    let of_account = |key| {
        language
            .say(key)
            .with("account", &linked.account.email)
            .into()
    };
    let note = Note {
        heading: language.word("no-webinar-mail-heading").into_owned(),
        lines: vec![named(meeting, &host), of_account("no-webinar-mail-words")],
        button: "zoom-mail-settings",
        url: app.config.url("/360/integrations/zoom"),
        org: org_name(tx, org).await?,
        reason: "notice-because",
    };
    let sheet = note.sheet(language, Some(of_account("no-webinar-mail-subject")));
    let letter = Letter {
        meeting_id: Some(meeting.id),
        ..Letter::to_person(app, &host, "no-webinars", &sheet)?
    };
    mail::store::enqueue(tx, &letter, app.now()).await
}
