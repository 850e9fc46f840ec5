//! People and orgs from the command line, for the server's operator: no sign-in asked, since who
//! runs this can read the database anyway.

use std::io::Read as _;

use clap::{Args, Subcommand};

use super::password::{BadPassword, Password};
use super::{Ended, Org, Person, Role, Taken, form, password, rules, setup, store};
use crate::app::App;
use crate::cli::{FAILED, NOT_FOUND, Stop, USAGE, print, say};
use crate::db::Tx;
use crate::language::Language;
use crate::text::{BadUsername, Email, Username};
use crate::zone::{UnknownZone, Zone};

#[derive(Subcommand)]
pub enum UserCommand {
    /// Add somebody who can sign in at once
    ///
    /// The first user of a server makes its organization and is its admin. Prints the address of
    /// the new person's booking page. Exit codes: 0 added, 1 email or username taken, 2 wrong
    /// usage, 3 wrong settings, 4 no such organization.
    #[command(
        after_help = "Example:\n  42min user add --email ada@example.com --name 'Ada Lovelace' --username ada --timezone Europe/Madrid --admin --password-stdin < password.txt"
    )]
    Add(AddUser),
    /// List all users, of all organizations
    ///
    /// Exit codes: 0 listed, 1 failed, 3 wrong settings.
    List {
        /// One JSON array for programs
        #[arg(long)]
        json: bool,
    },
    /// Set a new password and sign the user out everywhere
    ///
    /// Exit codes: 0 set, 1 failed, 2 wrong usage, 3 wrong settings, 4 no such user.
    ResetPassword(ResetPassword),
}

#[derive(Subcommand)]
pub enum OrgCommand {
    /// Add an organization; prints its id
    ///
    /// Exit codes: 0 added, 1 failed, 2 wrong usage, 3 wrong settings.
    Add {
        #[arg(long, value_parser = org_name)]
        name: String,
    },
}

#[derive(Args)]
pub struct AddUser {
    #[arg(long, value_parser = form::account_email)]
    pub email: Email,
    #[arg(long, value_parser = org_name)]
    pub name: String,
    #[arg(long, value_parser = |s: &str| -> Result<Username, BadUsername> { Username::parse(s) })]
    pub username: Username,
    /// Where they are, like Europe/Madrid
    #[arg(long, value_parser = |s: &str| -> Result<Zone, UnknownZone> { Zone::parse(s) })]
    pub timezone: Zone,
    /// May manage their organization
    #[arg(long)]
    pub admin: bool,
    /// Id or name of the organization; needed when there are several
    #[arg(long)]
    pub org: Option<String>,
    /// Read the password from standard input, its first line
    #[arg(long, required = true)]
    pub password_stdin: bool,
}

#[derive(Args)]
pub struct ResetPassword {
    #[arg(long, value_parser = form::account_email)]
    pub email: Email,
    /// Read the password from standard input, its first line
    #[arg(long, required = true)]
    pub password_stdin: bool,
}

/// Whoever runs a server is spoken to in English.
fn english(key: &'static str) -> String {
    Language::English.word(key).into_owned()
}

fn org_name(words: &str) -> Result<String, String> {
    form::org_name(Language::English, words)
}

pub async fn user(app: &App, command: UserCommand) -> Result<(), Stop> {
    match command {
        UserCommand::Add(new) => {
            let password = password_from_stdin()?;
            let (person, org) = add_user(app, new, &password).await?;
            print(&app.config.url(&format!("/{}", person.username)))?;
            say(&format!(
                "{} is in {} as {}. Sign in at {}",
                person.name,
                org.name,
                english(rules::role_label(person.role)),
                app.config.url("/sign-in")
            ));
        }
        UserCommand::List { json } => print(list(app, json).await?.trim_end())?,
        UserCommand::ResetPassword(whose) => {
            let password = password_from_stdin()?;
            reset_password(app, &whose.email, &password).await?;
            say(&format!(
                "{} has a new password and is signed out everywhere.",
                whose.email
            ));
        }
    }
    Ok(())
}

pub async fn org(app: &App, command: OrgCommand) -> Result<(), Stop> {
    match command {
        OrgCommand::Add { name } => {
            let org = add_org(app, name).await?;
            print(&org.id.to_string())?;
            say(&format!(
                "{} is there. Add its first admin with: 42min user add --admin --org {} …",
                org.name, org.id
            ));
        }
    }
    Ok(())
}

fn password_from_stdin() -> Result<Password, Stop> {
    let mut text = String::new();
    // A password is short; whatever else is piped in need not be read to its end.
    std::io::stdin().take(4096).read_to_string(&mut text)?;
    let line = text.lines().next().unwrap_or_default();
    Password::parse(line).map_err(|bad: BadPassword| Stop::new(USAGE, format!("{bad}.")))
}

/// Why somebody can't be added.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Refusal {
    Taken(Taken),
    NoSuchOrg(String),
    WhichOrg(Vec<String>),
}

impl From<Taken> for Refusal {
    fn from(taken: Taken) -> Refusal {
        Refusal::Taken(taken)
    }
}

impl From<Ended<Refusal>> for Stop {
    fn from(ended: Ended<Refusal>) -> Stop {
        match ended {
            Ended::Refused(Refusal::Taken(taken)) => {
                Stop::new(FAILED, format!("{}.", english(taken.words().1)))
            }
            Ended::Refused(Refusal::NoSuchOrg(name)) => Stop::new(
                NOT_FOUND,
                format!("There is no organization “{name}”. Add it with: 42min org add --name …"),
            ),
            Ended::Refused(Refusal::WhichOrg(names)) => Stop::new(
                USAGE,
                format!(
                    "There are several organizations; choose one with --org: {}",
                    names.join(", ")
                ),
            ),
            Ended::Broken(error) => Stop::from(error),
        }
    }
}

/// Adds an active person with working hours. On a server without people and orgs this makes the
/// org too, and the person its admin.
pub async fn add_user(
    app: &App,
    new: AddUser,
    password: &password::Password,
) -> Result<(Person, Org), Stop> {
    let hash = password.hash(&app.entropy).await?;
    let (inner, now) = (app.clone(), app.now());
    let added = app
        .db
        .write::<_, Ended<Refusal>, _>(move |tx| {
            Box::pin(async move {
                setup::end_first_run(tx, &inner).await?;
                let is_first = store::is_empty(tx).await?;
                let org = org_for(tx, &inner, &new, is_first).await?;
                let role = if new.admin || is_first {
                    Role::Admin
                } else {
                    Role::User
                };
                let person = Person {
                    id: inner.entropy.id(now),
                    org_id: org.id,
                    email: new.email.into(),
                    name: new.name,
                    username: new.username.into(),
                    timezone: new.timezone,
                    role,
                    password_hash: Some(hash),
                    picture: None,
                    notices_off_at: None,
                    deactivated_at: None,
                    left_at: None,
                    created_at: now,
                };
                store::insert_person(tx, &person).await?;
                setup::give_hours(tx, &inner.entropy, &person, now).await?;
                Ok((person, org))
            })
        })
        .await?;
    setup::remove_file(&app.config)?;
    Ok(added)
}

/// The org named by `--org`, or the only one; the first user of all makes it.
async fn org_for(
    tx: &mut Tx,
    app: &App,
    new: &AddUser,
    is_first: bool,
) -> Result<Org, Ended<Refusal>> {
    let mut orgs = store::orgs(tx).await?;
    let found = match &new.org {
        Some(wanted) => orgs
            .iter()
            .find(|org| org.id.to_string() == *wanted || org.name == *wanted)
            .cloned(),
        None if orgs.len() > 1 => {
            let names = orgs.into_iter().map(|org| org.name).collect();
            return Err(Ended::Refused(Refusal::WhichOrg(names)));
        }
        None => orgs.pop(),
    };
    match (found, &new.org) {
        (Some(org), _) => Ok(org),
        (None, Some(name)) if !(is_first && orgs.is_empty()) => {
            Err(Ended::Refused(Refusal::NoSuchOrg(name.clone())))
        }
        (None, name) => {
            let org = Org {
                id: app.entropy.id(app.now()),
                name: name
                    .clone()
                    .unwrap_or_else(|| rules::org_name_for(&new.name)),
            };
            store::insert_org(tx, &org, app.now()).await?;
            Ok(org)
        }
    }
}

pub async fn add_org(app: &App, name: String) -> Result<Org, Stop> {
    let org = Org {
        id: app.entropy.id(app.now()),
        name,
    };
    let (kept, now) = (org.clone(), app.now());
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { Ok(store::insert_org(tx, &kept, now).await?) })
        })
        .await?;
    Ok(org)
}

/// A table for people, or one JSON array.
pub async fn list(app: &App, as_json: bool) -> Result<String, Stop> {
    let mut reader = app.db.read().await?;
    let mut rows = Vec::new();
    for org in store::orgs(&mut reader).await? {
        for person in store::people(&mut reader, org.id).await? {
            rows.push((org.clone(), person));
        }
    }
    if as_json {
        let users: Vec<serde_json::Value> = rows
            .iter()
            .map(|(org, person)| {
                serde_json::json!({
                    "id": person.id,
                    "org_id": org.id,
                    "org": org.name,
                    "name": person.name,
                    "email": person.email,
                    "username": person.username,
                    "timezone": person.timezone,
                    "role": person.role.word(),
                    "state": rules::State::of(person).word(),
                })
            })
            .collect();
        return Ok(serde_json::to_string_pretty(&users)?);
    }
    let cells = rows.iter().map(|(org, person)| {
        [
            person.email.clone(),
            person.name.clone(),
            person.username.clone(),
            english(rules::role_label(person.role)),
            english(rules::State::of(person).label()),
            org.name.clone(),
        ]
    });
    let head = ["EMAIL", "NAME", "USERNAME", "ROLE", "STATE", "ORGANIZATION"].map(str::to_owned);
    Ok(table(
        &std::iter::once(head).chain(cells).collect::<Vec<_>>(),
    ))
}

fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

pub async fn reset_password(app: &App, email: &Email, password: &Password) -> Result<(), Stop> {
    let hash = password.hash(&app.entropy).await?;
    let wanted = email.clone();
    let found = app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                let Some(person) = store::person_by_email(tx, wanted.as_str()).await? else {
                    return Ok(false);
                };
                store::set_password(tx, person.org_id, person.id, &hash).await?;
                store::delete_sessions_of(tx, person.id).await?;
                Ok(true)
            })
        })
        .await?;
    if found {
        Ok(())
    } else {
        Err(Stop::new(
            NOT_FOUND,
            format!("Nobody here has the email {email}. See: 42min user list"),
        ))
    }
}
