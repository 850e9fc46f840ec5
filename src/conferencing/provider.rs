//! What every provider of rooms is asked, and how it may fail. One call each; composing them is the
//! reconciler's. A further provider is one more folder and one more arm in here.

use std::time::Duration;

use jiff::Timestamp;

use super::ProviderKind;
use super::budget::store::Cost;
use super::connection::{Break, Tokens};
use super::plan::{RoomKind, Shown, Spec};
use super::zoom::Zoom;
use crate::clock::Clock;
use crate::config::Config;
use crate::installation::Installation;
use crate::seal::Secret;
use crate::sync_log::Exchange;
use crate::telemetry::figures::Figures;

/// The providers this server has credentials for.
pub struct Providers {
    pub zoom: Option<Zoom>,
}

impl Providers {
    pub fn new(
        config: &Config,
        clock: &Clock,
        installation: &Installation,
        figures: &Figures,
    ) -> anyhow::Result<Providers> {
        let zoom = config
            .zoom
            .clone()
            .map(|zoom| Zoom::new(zoom, clock.clone(), installation.clone(), figures.clone()))
            .transpose()?;
        Ok(Providers { zoom })
    }

    pub fn has(&self, kind: ProviderKind) -> bool {
        match kind {
            ProviderKind::Zoom => self.zoom.is_some(),
        }
    }

    /// One call. `None` when the server has no credentials for this provider any more.
    pub async fn ask(&self, kind: ProviderKind, token: &Secret, ask: &Ask) -> Option<Answered> {
        match kind {
            ProviderKind::Zoom => Some(self.zoom.as_ref()?.ask(token, ask).await),
        }
    }

    pub async fn refresh(
        &self,
        kind: ProviderKind,
        refresh: &Secret,
    ) -> Option<(Result<Tokens, Fault>, Exchange)> {
        match kind {
            ProviderKind::Zoom => Some(self.zoom.as_ref()?.refresh(refresh).await),
        }
    }
}

/// A question to a provider, in the name of one of its users.
#[derive(Clone, Debug)]
pub enum Ask {
    Create {
        spec: Spec,
        marker: String,
        passcode: Option<Secret>,
    },
    Read {
        kind: RoomKind,
        id: String,
    },
    Move {
        kind: RoomKind,
        id: String,
        spec: Spec,
    },
    SetPasscode {
        kind: RoomKind,
        id: String,
        passcode: Secret,
    },
    Delete {
        kind: RoomKind,
        id: String,
    },
    /// One page of the user's rooms that are still to come.
    List {
        kind: RoomKind,
        page: Option<String>,
    },
}

impl Ask {
    pub fn kind(&self) -> RoomKind {
        match self {
            Ask::Create { spec, .. } => spec.kind,
            Ask::Read { kind, .. }
            | Ask::Move { kind, .. }
            | Ask::SetPasscode { kind, .. }
            | Ask::Delete { kind, .. }
            | Ask::List { kind, .. } => *kind,
        }
    }

    /// Whether the question is put to the user, not to one of their rooms.
    pub fn names_the_user(&self) -> bool {
        match self {
            Ask::Create { .. } | Ask::List { .. } => true,
            Ask::Read { .. } | Ask::Move { .. } | Ask::SetPasscode { .. } | Ask::Delete { .. } => {
                false
            }
        }
    }

    /// What is asked, in a word: for operators.
    pub fn word(&self) -> &'static str {
        match self {
            Ask::Create { .. } => "create",
            Ask::Read { .. } => "read",
            Ask::Move { .. } => "move",
            Ask::SetPasscode { .. } => "set_passcode",
            Ask::Delete { .. } => "delete",
            Ask::List { .. } => "list",
        }
    }

    /// Creates and updates are limited by the day; reads, lists and deletes aren't.
    pub fn cost(&self) -> Cost {
        match self {
            Ask::Create { .. } | Ask::Move { .. } | Ask::SetPasscode { .. } => Cost::Change,
            Ask::Read { .. } | Ask::Delete { .. } => Cost::Free,
            Ask::List { .. } => Cost::List,
        }
    }
}

pub struct Answered {
    pub result: Result<Reply, Fault>,
    pub exchange: Exchange,
}

pub enum Reply {
    Room(Snapshot),
    Page {
        rooms: Vec<Listed>,
        next: Option<String>,
    },
    Done,
}

/// A room as it was read.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub id: String,
    pub kind: RoomKind,
    pub join_url: String,
    pub passcode: Option<String>,
    pub shows: Shown,
    /// Opens the meeting as its host. Lives for two hours; never stored, mailed or logged.
    pub start_url: Option<Secret>,
    /// Safe defaults that the provider did not take, in words.
    pub warnings: Vec<String>,
}

/// A room as a list shows it.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: String,
    pub kind: RoomKind,
    pub agenda: String,
    pub shows: Shown,
}

/// How a call failed, which decides the next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It did not happen: a limit, or nothing was sent.
    Busy {
        why: Busy,
        retry_after: Option<Timestamp>,
        words: String,
    },
    /// It may have happened.
    Lost { words: String },
    /// The room does not exist any more.
    Gone,
    /// The access token was refused: worth one refresh.
    TokenRefused { words: String },
    /// The grant is dead, whatever token one has.
    GrantDead { why: Break, words: String },
    /// No, and no again if asked the same.
    Refused { why: Refusal, words: String },
    /// This server's own credentials are wrong: told to admins, breaks nobody.
    OurFault { words: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// Nothing was sent.
    Unreachable,
    /// Too many calls for the whole account, in a second or a day.
    Pace,
    /// This user's creates and updates of the day are used up.
    UserDay,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The passcode the provider would make is against the account's own rules.
    Passcode,
    /// This user can't host.
    CannotHost,
    /// The room is in progress; after its end it can be deleted.
    InProgress,
    /// The room has become one of the other kind.
    OtherKind,
    /// This user has no plan or no permission for it: for webinars, as a rule.
    NoPlan,
    /// Anything else.
    Other,
}

impl Fault {
    pub fn words(&self) -> &str {
        match self {
            Fault::Busy { words, .. }
            | Fault::Lost { words }
            | Fault::TokenRefused { words }
            | Fault::GrantDead { words, .. }
            | Fault::Refused { words, .. }
            | Fault::OurFault { words } => words,
            Fault::Gone => "The meeting no longer exists at the provider",
        }
    }

    /// The fault in a word: for operators.
    pub fn word(&self) -> &'static str {
        match self {
            Fault::Busy { why, .. } => match why {
                Busy::Unreachable => "unreachable",
                Busy::Pace => "rate_limited",
                Busy::UserDay => "day_used_up",
            },
            Fault::Lost { .. } => "lost",
            Fault::Gone => "gone",
            Fault::TokenRefused { .. } => "token_refused",
            Fault::GrantDead { .. } => "grant_dead",
            Fault::Refused { .. } => "refused",
            Fault::OurFault { .. } => "our_fault",
        }
    }
}

/// A call with an end: without an answer by then it is lost, as one that fails midway is.
pub async fn within<T>(
    patience: Duration,
    request: &str,
    call: impl Future<Output = (Result<T, Fault>, Exchange)>,
) -> (Result<T, Fault>, Exchange) {
    let answered = tokio::time::timeout(patience, call).await;
    answered.unwrap_or_else(|_| {
        let fault = Fault::Lost {
            words: "Zoom did not answer in time.".to_owned(),
        };
        let exchange = Exchange {
            request: request.to_owned(),
            micros: i64::try_from(patience.as_micros()).unwrap_or(i64::MAX),
            ..Exchange::default()
        };
        (Err(fault), exchange)
    })
}
