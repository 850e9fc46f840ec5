//! What a simulator can be told before it starts: its app, its limits, the accounts and users in
//! it, and how it behaves where Zoom's documents leave a question open.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock::SimClock;
use crate::limits::LimitHeaders;

/// The scopes of the app unless it is told others: what a user-level scheduling app asks for.
const SCOPES: [&str; 12] = [
    "meeting:write:meeting",
    "meeting:read:meeting",
    "meeting:update:meeting",
    "meeting:delete:meeting",
    "meeting:read:list_meetings",
    "user:read:user",
    "user:read:settings",
    "webinar:write:webinar",
    "webinar:read:webinar",
    "webinar:update:webinar",
    "webinar:delete:webinar",
    "webinar:read:list_webinars",
];

/// How a simulator starts. `Config::default()` is what tests want; the binary sets the rest.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    pub client_id: String,
    pub client_secret: String,
    /// The secret token with which webhooks are signed.
    pub webhook_secret: String,
    /// Where webhooks go. None are made while there is no URL.
    pub webhook_url: Option<String>,
    /// Webhooks wait until somebody takes or settles them, instead of going out by themselves.
    pub webhooks_by_hand: bool,
    /// The registered redirect URIs, compared exactly. Empty: any is accepted.
    pub redirect_uris: Vec<String>,
    /// The app's scopes, as its Marketplace configuration has them.
    pub scopes: Vec<String>,
    /// Those of `scopes` that a user may refuse on the consent page.
    pub optional_scopes: Vec<String>,
    /// What join and start links begin with.
    pub web_base: String,
    /// Ids, tokens and passcodes follow from it.
    pub seed: u64,
    pub clock: SimClock,
    pub limits: Limits,
    pub quirks: Quirks,
    /// How long lists stay behind the truth.
    pub list_lag: SignedDuration,
}

impl Default for Config {
    fn default() -> Config {
        let scopes: Vec<String> = SCOPES.map(str::to_owned).to_vec();
        let optional = scopes
            .iter()
            .filter(|s| s.starts_with("webinar:"))
            .cloned()
            .collect();
        Config {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            client_id: "sim-client-id".to_owned(),
            client_secret: "sim-client-secret".to_owned(),
            webhook_secret: "sim-webhook-secret".to_owned(),
            webhook_url: None,
            webhooks_by_hand: false,
            redirect_uris: Vec::new(),
            scopes,
            optional_scopes: optional,
            web_base: "https://zoom.us".to_owned(),
            seed: 42,
            clock: SimClock::real(),
            limits: Limits::default(),
            quirks: Quirks::default(),
            list_lag: SignedDuration::ZERO,
        }
    }
}

/// Which of Zoom's limits are kept.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Creates and updates of one user in one UTC day, meetings and webinars together.
    pub user_daily: Option<u32>,
    /// The per-second limits of the account's plan. Off by default: a clock that stands still
    /// would count a whole test into one second.
    pub per_second: bool,
    /// The headers of a 429.
    pub headers: LimitHeaders,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            user_daily: Some(100),
            per_second: false,
            headers: LimitHeaders::Observed,
        }
    }
}

/// The open questions of Zoom's behavior, each with the answer this simulator gives.
#[derive(Clone, Debug)]
pub struct Quirks {
    /// Whether an access token outlives the refresh that replaced it.
    pub access_survives_refresh: bool,
    /// Whether a meeting without a future start becomes an instant one (and leaves the lists).
    pub past_start_makes_instant: bool,
    /// Whether deleting a meeting that has ended is refused (400/3007).
    pub ended_meetings_refuse_delete: bool,
    /// The status of a dead refresh token: 400 today, 401 until 2022.
    pub dead_refresh_status: u16,
    /// Whether that answer says `reason`, or only `error`.
    pub dead_refresh_says_reason: bool,
    /// The status of wrong client credentials: 400, some report 401.
    pub invalid_client_status: u16,
    /// What a deactivated user's token gets from the API.
    pub deactivated: Deactivated,
    /// Whether a refused passcode is answered in XML even to a client that accepts JSON.
    pub passcode_refusal_in_xml: bool,
    /// Whether the passcode Zoom makes is six digits whatever the account demands, so that a
    /// create without a passcode of its own is refused.
    pub default_passcode_ignores_rules: bool,
    /// Whether a create that asks for a passcode of Zoom's making gets none.
    pub default_passcode_makes_none: bool,
    /// How often each webhook is delivered; 2 shows the duplicates that occur in practice.
    pub webhook_copies: u32,
}

impl Default for Quirks {
    fn default() -> Quirks {
        Quirks {
            access_survives_refresh: true,
            past_start_makes_instant: false,
            ended_meetings_refuse_delete: false,
            dead_refresh_status: 400,
            dead_refresh_says_reason: true,
            invalid_client_status: 400,
            deactivated: Deactivated::Unauthorized,
            passcode_refusal_in_xml: true,
            default_passcode_ignores_rules: false,
            default_passcode_makes_none: false,
            webhook_copies: 1,
        }
    }
}

/// What the API says to the token of a deactivated user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deactivated {
    /// 401/124
    Unauthorized,
    /// 404/1001
    DoesNotExist,
    /// 400/3161
    MayNotHost,
}

/// A user to be added. Starts as a licensed user of a Pro account of their own.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserSpec {
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub license: License,
    /// The account's plan; the account's first user decides it.
    pub plan: Plan,
    /// Users who name the same account share it; without a name the user has one alone.
    pub account: Option<String>,
    pub timezone: String,
    /// The webinar license: how many may attend.
    pub webinar_capacity: Option<u32>,
    pub settings: Settings,
}

impl Default for UserSpec {
    fn default() -> UserSpec {
        UserSpec {
            email: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            license: License::Licensed,
            plan: Plan::Pro,
            account: None,
            timezone: "UTC".to_owned(),
            webinar_capacity: None,
            settings: Settings::default(),
        }
    }
}

impl UserSpec {
    pub fn new(email: &str) -> UserSpec {
        let name = email.split('@').next().unwrap_or_default();
        let mut first_name = name.to_owned();
        if let Some(head) = first_name.get_mut(0..1) {
            head.make_ascii_uppercase();
        }
        UserSpec {
            email: email.to_owned(),
            first_name,
            last_name: "Sim".to_owned(),
            ..UserSpec::default()
        }
    }

    pub fn named(self, first: &str, last: &str) -> UserSpec {
        UserSpec {
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            ..self
        }
    }

    /// A Basic user of a Free account.
    pub fn basic(self) -> UserSpec {
        UserSpec {
            license: License::Basic,
            plan: Plan::Free,
            ..self
        }
    }

    pub fn business(self) -> UserSpec {
        UserSpec {
            license: License::Licensed,
            plan: Plan::Business,
            ..self
        }
    }

    pub fn with_webinars(self, capacity: u32) -> UserSpec {
        UserSpec {
            webinar_capacity: Some(capacity),
            ..self
        }
    }

    pub fn in_account(self, account: &str) -> UserSpec {
        UserSpec {
            account: Some(account.to_owned()),
            ..self
        }
    }

    pub fn in_timezone(self, timezone: &str) -> UserSpec {
        UserSpec {
            timezone: timezone.to_owned(),
            ..self
        }
    }

    pub fn with_passcode_rules(mut self, rules: PasscodeRules) -> UserSpec {
        self.settings.passcode_rules = Some(rules);
        self
    }

    /// Locks a setting of meetings: whatever a request says, `value` is what the meeting gets.
    pub fn with_locked(mut self, setting: &str, value: impl Into<Value>) -> UserSpec {
        self.settings
            .locked
            .insert(setting.to_owned(), value.into());
        self
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum License {
    Basic,
    Licensed,
    /// "Unassigned without Meetings Basic": may not host.
    Unassigned,
}

impl License {
    /// The user's `type`.
    pub(crate) fn number(self) -> u8 {
        match self {
            License::Basic => 1,
            License::Licensed => 2,
            License::Unassigned => 4,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    Free,
    Pro,
    Business,
}

/// A user's meeting settings, and what their account has locked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub waiting_room: bool,
    pub join_before_host: bool,
    /// "Require a passcode when scheduling new meetings".
    pub passcode_required: bool,
    /// The same, locked: even `default_password: false` gets one.
    pub passcode_locked: bool,
    pub passcode_rules: Option<PasscodeRules>,
    /// Whether join links carry `?pwd=`.
    pub embed_passcode: bool,
    /// Meeting settings that a request cannot change.
    pub locked: BTreeMap<String, Value>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            waiting_room: false,
            join_before_host: false,
            passcode_required: true,
            passcode_locked: false,
            passcode_rules: None,
            embed_passcode: true,
            locked: BTreeMap::new(),
        }
    }
}

/// What the account demands of a passcode.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PasscodeRules {
    pub min_length: usize,
    pub letter: bool,
    pub number: bool,
    pub special: bool,
    pub upper_and_lower: bool,
    pub only_numeric: bool,
}

impl PasscodeRules {
    pub(crate) fn accept(&self, passcode: &str) -> bool {
        let has = |test: fn(char) -> bool| passcode.chars().any(test);
        passcode.chars().count() >= self.min_length
            && (!self.letter || has(|c| c.is_ascii_alphabetic()))
            && (!self.number || has(|c| c.is_ascii_digit()))
            && (!self.special || has(|c| !c.is_ascii_alphanumeric()))
            && (!self.upper_and_lower
                || (has(|c| c.is_ascii_uppercase()) && has(|c| c.is_ascii_lowercase())))
            && (!self.only_numeric || passcode.chars().all(|c| c.is_ascii_digit()))
    }
}
