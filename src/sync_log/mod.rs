//! What was done at a provider, in words: sent, received, or skipped with its reason. An entry is
//! opened in a commit before its call is sent and closed with the answer; one that stays open was
//! sent and its answer is unknown.

pub mod csv;
pub mod entry_pages;
pub mod explain;
pub mod filter;
pub mod pages;
pub mod reason;
pub mod record;
pub mod redact;
pub mod retry;
pub mod store;
pub mod why;
pub mod why_pages;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use jiff::Timestamp;

use crate::accounts::Org;
use crate::booking::{Booking, Meeting};
use crate::conferencing::Account;
use crate::id::Id;
use crate::language::Language;
use crate::words;
use reason::Reason;

/// Where admins read it.
pub const PAGE: &str = "/360/integrations/zoom/log";

/// What follows “Zoom refused the access token.”, unless it turns out otherwise.
pub const TO_BE_REFRESHED: &str = " It is refreshed, and Zoom asked again.";

pub fn entry_path(entry: Id<Entry>) -> String {
    format!("{PAGE}/{entry}")
}

/// Where an admin reads why a booking has no link.
pub fn why_path(booking: Id<Booking>) -> String {
    format!("{PAGE}/why?about={booking}")
}

/// All entries of a booking.
pub fn path_of(booking: Id<Booking>) -> String {
    format!("{PAGE}?q={booking}")
}

words! {
    pub enum Action {
        CreateMeeting = "create_meeting",
        MoveMeeting = "move_meeting",
        DeleteMeeting = "delete_meeting",
        ReadMeeting = "read_meeting",
        LookForMeeting = "look_for_meeting",
        SetPasscode = "set_passcode",
        CreateWebinar = "create_webinar",
        MoveWebinar = "move_webinar",
        DeleteWebinar = "delete_webinar",
        RefreshAccess = "refresh_access",
        Connect = "connect",
        Disconnect = "disconnect",
        AccessRemoved = "access_removed",
        ConnectionBroken = "connection_broken",
        StartMeeting = "start_meeting",
        RoleChanged = "role_changed",
        RolloutChanged = "rollout_changed",
        /// Zoom told us of something by itself.
        Notice = "notice",
        /// Whether an authorization still works was asked.
        Probe = "probe",
        /// An account's list was compared with what was last seen.
        Sweep = "sweep",
    }
}

impl Action {
    pub fn label(self, language: Language) -> Cow<'static, str> {
        language.word(match self {
            Action::CreateMeeting => "action-create-meeting",
            Action::MoveMeeting => "action-move-meeting",
            Action::DeleteMeeting => "action-delete-meeting",
            Action::ReadMeeting => "action-read-meeting",
            Action::LookForMeeting => "action-look-for-meeting",
            Action::SetPasscode => "action-set-passcode",
            Action::CreateWebinar => "action-create-webinar",
            Action::MoveWebinar => "action-move-webinar",
            Action::DeleteWebinar => "action-delete-webinar",
            Action::RefreshAccess => "action-refresh-access",
            Action::Connect => "action-connect",
            Action::Disconnect => "action-disconnect",
            Action::AccessRemoved => "action-access-removed",
            Action::ConnectionBroken => "action-connection-broken",
            Action::StartMeeting => "action-start-meeting",
            Action::RoleChanged => "action-role-changed",
            Action::RolloutChanged => "action-rollout-changed",
            Action::Notice => "action-notice",
            Action::Probe => "action-probe",
            Action::Sweep => "action-sweep",
        })
    }
}

words! {
    pub enum Verdict {
        /// Sent; the answer is not known (yet).
        Sent = "sent",
        Succeeded = "succeeded",
        Retrying = "retrying",
        Failed = "failed",
        Skipped = "skipped",
        Received = "received",
    }
}

impl Verdict {
    pub fn label(self, language: Language) -> Cow<'static, str> {
        language.word(match self {
            Verdict::Sent => "verdict-sent",
            Verdict::Succeeded => "verdict-succeeded",
            Verdict::Retrying => "verdict-retrying",
            Verdict::Failed => "verdict-failed",
            Verdict::Skipped => "verdict-skipped",
            Verdict::Received => "verdict-received",
        })
    }
}

/// A new entry.
#[derive(Clone, Debug)]
pub struct Opened {
    pub id: Id<Entry>,
    pub org: Id<Org>,
    pub at: Timestamp,
    pub action: Action,
    pub verdict: Verdict,
    pub meeting: Option<Id<Meeting>>,
    pub account: Option<Id<Account>>,
    pub words: String,
}

/// How a call went, as its entry keeps it: bodies masked already.
#[derive(Clone, Debug)]
pub struct Closed {
    pub verdict: Verdict,
    pub words: String,
    pub exchange: Option<Exchange>,
}

/// One call and its answer, with everything secret masked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exchange {
    pub request: String,
    pub request_body: Option<String>,
    pub status: Option<u16>,
    pub response_body: Option<String>,
    pub tracking_id: Option<String>,
    pub micros: i64,
}

crate::record! {
    #[derive(Clone, Debug)]
    pub struct Entry {
        pub id: Id<Entry>,
        pub at: Timestamp,
        pub action: Action,
        pub result: Verdict,
        pub meeting_id: Option<Id<Meeting>>,
        pub account_id: Option<Id<Account>>,
        pub request: Option<String>,
        pub request_body: Option<String>,
        pub status: Option<i64>,
        pub response_body: Option<String>,
        pub tracking_id: Option<String>,
        pub micros: Option<i64>,
        pub words: String,
    }
}

impl Entry {
    /// Whether there was a room at the provider, if only to be taken away again.
    pub fn tells_of_a_room(&self) -> bool {
        let done = match self.result {
            Verdict::Succeeded | Verdict::Skipped => true,
            Verdict::Sent | Verdict::Retrying | Verdict::Failed | Verdict::Received => false,
        };
        match self.action {
            Action::CreateMeeting | Action::CreateWebinar => self.result == Verdict::Succeeded,
            Action::DeleteMeeting
            | Action::DeleteWebinar
            | Action::MoveMeeting
            | Action::MoveWebinar => done,
            Action::ReadMeeting
            | Action::LookForMeeting
            | Action::SetPasscode
            | Action::RefreshAccess
            | Action::Connect
            | Action::Disconnect
            | Action::AccessRemoved
            | Action::ConnectionBroken
            | Action::StartMeeting
            | Action::RoleChanged
            | Action::RolloutChanged
            | Action::Notice
            | Action::Probe
            | Action::Sweep => false,
        }
    }

    /// One line for a booking's history.
    pub fn in_words(&self, language: Language) -> String {
        match (self.done(), self.result) {
            (Some(key), Verdict::Succeeded) => language.word(key).into_owned(),
            (Some(_) | None, _) => language
                .say("log-of-meeting")
                .with("action", self.action.label(language))
                .with("words", explain::sentence(&self.for_hosts()))
                .into(),
        }
    }

    /// Its words; of an account that shows Connection broken as hosts read them.
    fn for_hosts(&self) -> String {
        match Reason::of(&self.words).filter(|_| self.result == Verdict::Skipped) {
            Some(broken @ Reason::Broken(_)) => {
                self.words.replacen(&broken.words(), &broken.for_hosts(), 1)
            }
            Some(_) | None => self.words.clone(),
        }
    }

    /// What is there, or isn't any more, once it went well.
    fn done(&self) -> Option<&'static str> {
        match self.action {
            Action::CreateMeeting => Some("done-create-meeting"),
            Action::MoveMeeting => Some("done-move-meeting"),
            Action::DeleteMeeting => Some("done-delete-meeting"),
            Action::CreateWebinar => Some("done-create-webinar"),
            Action::MoveWebinar => Some("done-move-webinar"),
            Action::DeleteWebinar => Some("done-delete-webinar"),
            Action::StartMeeting => Some("done-start-meeting"),
            Action::ReadMeeting
            | Action::LookForMeeting
            | Action::SetPasscode
            | Action::RefreshAccess
            | Action::Connect
            | Action::Disconnect
            | Action::AccessRemoved
            | Action::ConnectionBroken
            | Action::RoleChanged
            | Action::RolloutChanged
            | Action::Notice
            | Action::Probe
            | Action::Sweep => None,
        }
    }
}
