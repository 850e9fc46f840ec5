//! The first run: the setup code, and what the first admin begins with. Nothing here is open once
//! somebody is there.

use std::path::PathBuf;

use jiff::Timestamp;

use super::password::Password;
use super::{Ended, Org, Person, Role, Taken, rules, store};
use crate::app::App;
use crate::availability::hours::Hours;
use crate::availability::store::{Overrides, Schedule, Weekly};
use crate::config::{Config, write_private};
use crate::db::{DbError, Reader, Tx};
use crate::entropy::Entropy;
use crate::event_types::{EventType, Location};
use crate::seal::{Secret, same};
use crate::text::{Email, Username};
use crate::zone::Zone;
use crate::{availability, event_types, installation};

/// What the first admin filled in.
pub struct FirstRun {
    pub code: String,
    pub name: String,
    pub email: Email,
    pub password: Password,
    pub zone: Zone,
    pub org: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    AlreadySetUp,
    WrongCode,
    Taken(Taken),
}

impl From<Taken> for Refusal {
    fn from(taken: Taken) -> Refusal {
        Refusal::Taken(taken)
    }
}

/// At start: while nobody is here, there is a code, made once, which also stands in a file that
/// only the server's user can read. Answers it to be printed in the log.
pub async fn prepare(app: &App) -> anyhow::Result<Option<Secret>> {
    let (inner, fresh) = (app.clone(), new_code(&app.entropy));
    let code = app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                if !store::is_empty(tx).await? {
                    installation::set_setup_code(tx, &inner.seal, None).await?;
                    return Ok(None);
                }
                if let Some(code) = installation::setup_code(tx, &inner.seal).await? {
                    return Ok(Some(code));
                }
                installation::set_setup_code(tx, &inner.seal, Some(&fresh)).await?;
                Ok(Some(fresh))
            })
        })
        .await?;
    remove_file(&app.config)?;
    if let (Some(code), Some(path)) = (&code, code_file(&app.config)) {
        write_private(&path, &format!("{}\n", code.expose()))?;
    }
    Ok(code)
}

/// Where the code stands while it works. With PostgreSQL there may be several servers, each with a
/// folder of its own: there the log and `42min setup-code` have it.
pub fn code_file(config: &Config) -> Option<PathBuf> {
    config
        .database_url
        .starts_with("sqlite:")
        .then(|| config.data.join("setup-code"))
}

/// Once somebody is here.
pub fn remove_file(config: &Config) -> std::io::Result<()> {
    let Some(path) = code_file(config) else {
        return Ok(());
    };
    match std::fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// The code of a server that may be running: from its file if there is one, else from the
/// database. `None` once somebody is here.
pub fn code_in_file(config: &Config) -> Option<Secret> {
    let text = std::fs::read_to_string(code_file(config)?).ok()?;
    Some(Secret::new(text.trim()))
}

/// The address of the form with the code filled in.
pub fn link(config: &Config, code: &Secret) -> String {
    config.url(&format!("/setup?code={}", code.expose()))
}

/// 80 bits in four groups, without letters that look like others.
fn new_code(entropy: &Entropy) -> Secret {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let letters: Vec<char> = entropy
        .bytes::<16>()
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
        .collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    Secret::new(groups.join("-"))
}

/// As typed from a log: case and spaces around it don't matter.
pub fn code_fits(typed: &str, code: &Secret) -> bool {
    let typed = typed.trim().to_ascii_lowercase();
    same(typed.as_bytes(), code.expose().as_bytes())
}

/// The code somebody has to have for the first run.
pub async fn code(app: &App) -> anyhow::Result<Option<Secret>> {
    installation::setup_code(&mut app.db.read().await?, &app.seal).await
}

pub async fn is_open(reader: &mut Reader) -> Result<bool, DbError> {
    store::is_empty(reader).await
}

/// Makes the org, its admin, their hours and a first event type.
pub async fn set_up(app: &App, first: FirstRun) -> Result<Person, Ended<Refusal>> {
    let hash = first.password.hash(&app.entropy).await?;
    let (inner, now) = (app.clone(), app.now());
    let person = app
        .db
        .write::<_, Ended<Refusal>, _>(move |tx| {
            Box::pin(async move {
                let code = installation::setup_code(tx, &inner.seal).await?;
                end_first_run(tx, &inner).await?;
                if !store::is_empty(tx).await? {
                    return Err(Ended::Refused(Refusal::AlreadySetUp));
                }
                if !code.is_some_and(|code| code_fits(&first.code, &code)) {
                    return Err(Ended::Refused(Refusal::WrongCode));
                }
                let org = Org {
                    id: inner.entropy.id(now),
                    name: first.org,
                };
                store::insert_org(tx, &org, now).await?;
                let username = free_username(tx, &first.name, &first.email).await?;
                let admin = Person {
                    id: inner.entropy.id(now),
                    org_id: org.id,
                    email: first.email.into(),
                    name: first.name,
                    username: username.into(),
                    timezone: first.zone,
                    role: Role::Admin,
                    password_hash: Some(hash),
                    picture: None,
                    notices_off_at: None,
                    deactivated_at: None,
                    left_at: None,
                    created_at: now,
                };
                store::insert_person(tx, &admin).await?;
                give_hours(tx, &inner.entropy, &admin, now).await?;
                event_types::store::insert(tx, &first_event_type(&inner.entropy, &admin, now))
                    .await?;
                Ok(admin)
            })
        })
        .await?;
    remove_file(&app.config)?;
    Ok(person)
}

/// Spends the setup code. Its row is also the lock that makes first users come one after another.
pub async fn end_first_run(tx: &mut Tx, app: &App) -> anyhow::Result<()> {
    installation::set_setup_code(tx, &app.seal, None).await
}

/// Every person begins with Monday to Friday, nine to five, where they are.
pub async fn give_hours(
    tx: &mut Tx,
    entropy: &Entropy,
    person: &Person,
    now: Timestamp,
) -> Result<(), DbError> {
    if availability::store::default_of(tx, person.org_id, person.id)
        .await?
        .is_some()
    {
        return Ok(());
    }
    let hours = Hours::nine_to_five(person.timezone.clone());
    let schedule = Schedule {
        id: entropy.id(now),
        org_id: person.org_id,
        person_id: person.id,
        name: "Working hours".to_owned(),
        timezone: hours.zone,
        weekly: Weekly(hours.weekly),
        overrides: Overrides(hours.overrides),
        default_since: Some(now),
        created_at: now,
    };
    availability::store::insert(tx, &schedule).await
}

/// The first username nobody has.
pub async fn free_username(
    reader: &mut Reader,
    name: &str,
    email: &Email,
) -> anyhow::Result<Username> {
    for username in rules::usernames(name, email) {
        if store::person_by_username(reader, username.as_str())
            .await?
            .is_none()
        {
            return Ok(username);
        }
    }
    anyhow::bail!("all usernames like this one are taken")
}

/// On at once. It asks the invitee for the place, which works before anything is connected.
fn first_event_type(entropy: &Entropy, admin: &Person, now: Timestamp) -> EventType {
    let (title, slug) = ("42-minute meeting", "42-minute-meeting");
    EventType {
        location: Location::AskInvitee,
        ..EventType::new(entropy.id(now), admin, title, slug, now)
    }
}
