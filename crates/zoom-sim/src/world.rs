//! The state of the simulated Zoom: one app, its accounts and users, their meetings and webinars,
//! the tokens, and everything that was asked.
//!
//! Pure bookkeeping under one lock: nothing here waits, listens or sends.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use crate::call::Refusal;
use crate::chance::Chance;
use crate::clock::SimClock;
use crate::config::{Config, License, Plan, Settings, UserSpec};
use crate::faults::Faults;
use crate::ledger::Entry;
use crate::limits::Counts;
use crate::list::Pages;
use crate::oauth::Desk;
use crate::rooms::Room;
use crate::webhooks::Mailbag;

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) config: Config,
    pub(crate) clock: SimClock,
    /// Users, meetings and passcodes. On its own, so that they don't change with every other call.
    pub(crate) ids: Chance,
    /// Tokens, codes and tracking.
    pub(crate) chance: Chance,
    pub(crate) accounts: Vec<Account>,
    pub(crate) users: Vec<User>,
    pub(crate) rooms: BTreeMap<u64, Room>,
    pub(crate) desk: Desk,
    pub(crate) counts: Counts,
    pub(crate) faults: Faults,
    pub(crate) list_lag: SignedDuration,
    pub(crate) pages: Pages,
    /// Start links that were handed out, and until when each works.
    pub(crate) start_links: HashMap<String, (u64, Timestamp)>,
    pub(crate) mailbag: Mailbag,
    pub(crate) ledger: Vec<Entry>,
}

#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) number: u64,
    pub(crate) name: String,
    pub(crate) plan: Plan,
}

#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) email: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) license: License,
    pub(crate) timezone: String,
    pub(crate) webinar_capacity: Option<u32>,
    pub(crate) settings: Settings,
    pub(crate) pmi: u64,
    pub(crate) created_at: Timestamp,
    pub(crate) standing: Standing,
    /// Whether hosting was taken from the user by their account (400/3161).
    pub(crate) may_host: bool,
    /// Whether the account's admin lets the user install the app.
    pub(crate) may_install: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Active,
    /// Deactivated by an admin.
    Inactive,
    /// Removed from the account.
    Deleted,
}

/// A user as tests and the console see them.
#[derive(Clone, Debug, Serialize)]
pub struct UserView {
    pub id: String,
    pub account_id: String,
    pub account: String,
    pub email: String,
    pub name: String,
    pub license: License,
    pub plan: Plan,
    pub webinar_capacity: Option<u32>,
    pub standing: Standing,
    /// Whether the app may act for this user now.
    pub authorized: bool,
    pub scopes: Vec<String>,
}

impl World {
    pub(crate) fn new(config: Config) -> World {
        World {
            clock: config.clock.clone(),
            ids: Chance::seeded(config.seed),
            chance: Chance::seeded(!config.seed),
            accounts: Vec::new(),
            users: Vec::new(),
            rooms: BTreeMap::new(),
            desk: Desk::default(),
            counts: Counts::default(),
            faults: Faults::default(),
            list_lag: config.list_lag,
            pages: Pages::default(),
            start_links: HashMap::new(),
            mailbag: Mailbag::to(config.webhook_url.clone()),
            ledger: Vec::new(),
            config,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn add_user(&mut self, spec: UserSpec) -> String {
        let account = self.account_named(spec.account.as_deref(), &spec);
        let id = self.ids.short_id();
        self.users.push(User {
            id: id.clone(),
            account,
            email: spec.email,
            first_name: spec.first_name,
            last_name: spec.last_name,
            license: spec.license,
            timezone: spec.timezone,
            webinar_capacity: spec.webinar_capacity,
            settings: spec.settings,
            pmi: self.ids.personal_meeting_id(),
            created_at: self.now(),
            standing: Standing::Active,
            may_host: true,
            may_install: true,
        });
        id
    }

    fn account_named(&mut self, name: Option<&str>, spec: &UserSpec) -> String {
        if let Some(known) = self
            .accounts
            .iter()
            .find(|known| Some(known.name.as_str()) == name)
        {
            return known.id.clone();
        }
        let id = self.ids.short_id();
        let number = self.ids.account_number();
        let name = name.unwrap_or(&spec.email).to_owned();
        self.accounts.push(Account {
            id: id.clone(),
            number,
            name,
            plan: spec.plan,
        });
        id
    }

    /// A user by id or e-mail address, whatever their standing.
    pub(crate) fn user(&self, id_or_email: &str) -> Option<&User> {
        self.users
            .iter()
            .find(|user| user.id == id_or_email || user.email.eq_ignore_ascii_case(id_or_email))
    }

    pub(crate) fn user_mut(&mut self, id_or_email: &str) -> Option<&mut User> {
        let id = self.user(id_or_email)?.id.clone();
        self.users.iter_mut().find(|user| user.id == id)
    }

    /// A user who must be there, as the API says it when they are not.
    pub(crate) fn known_user(&self, id_or_email: &str) -> Result<&User, Refusal> {
        self.user(id_or_email)
            .filter(|user| user.standing != Standing::Deleted)
            .ok_or_else(|| no_such_user(id_or_email))
    }

    pub(crate) fn account_of(&self, user: &User) -> &Account {
        self.accounts
            .iter()
            .find(|account| account.id == user.account)
            .expect("a user is only ever added together with their account")
    }

    pub(crate) fn user_view(&self, user: &User) -> UserView {
        let account = self.account_of(user);
        let grant = self.desk.grant_of(&user.id);
        UserView {
            id: user.id.clone(),
            account_id: account.id.clone(),
            account: account.name.clone(),
            email: user.email.clone(),
            name: user.display_name(),
            license: user.license,
            plan: account.plan,
            webinar_capacity: user.webinar_capacity,
            standing: user.standing,
            authorized: grant.is_some(),
            scopes: grant
                .map(|grant| grant.scopes.iter().cloned().collect())
                .unwrap_or_default(),
        }
    }

    pub(crate) fn user_views(&self) -> Vec<UserView> {
        self.users.iter().map(|user| self.user_view(user)).collect()
    }

    /// The user as webhooks describe them.
    pub(crate) fn user_object(user: &User) -> Value {
        json!({
            "id": user.id,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "email": user.email,
            "type": user.license.number(),
        })
    }
}

impl User {
    pub(crate) fn display_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
            .trim()
            .to_owned()
    }
}

pub(crate) fn no_such_user(named: &str) -> Refusal {
    Refusal::new(404, 1001, format!("User does not exist: {named}."))
}
