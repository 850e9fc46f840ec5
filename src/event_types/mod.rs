//! What can be booked: templates of meetings, with their length, place, schedule and limits.

pub mod accent;
pub mod form;
pub mod look;
pub mod look_pages;
#[cfg(test)]
mod look_tests;
pub mod pages;
pub mod profile;
pub mod rules;
pub mod save;
pub mod share_pages;
pub mod store;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use self::look::Look;
use crate::accounts::{Org, Person};
use crate::availability::slots::{Limits, Offer};
use crate::availability::store::Schedule;
use crate::id::Id;
use crate::language::Language;
use crate::teams::Team;
use crate::{record, words};

words! {
    pub enum Kind {
        OneOnOne = "one_on_one",
        RoundRobin = "round_robin",
        Group = "group",
        GroupRoundRobin = "group_round_robin",
    }
}

impl Kind {
    /// Many invitees share one meeting.
    pub fn is_group(self) -> bool {
        match self {
            Kind::Group | Kind::GroupRoundRobin => true,
            Kind::OneOnOne | Kind::RoundRobin => false,
        }
    }

    /// The members of a team take turns in hosting.
    pub fn takes_turns(self) -> bool {
        match self {
            Kind::RoundRobin | Kind::GroupRoundRobin => true,
            Kind::OneOnOne | Kind::Group => false,
        }
    }
}

words! {
    /// Where a meeting takes place, in the order of the editor's list.
    pub enum Location {
        Zoom = "zoom",
        GoogleMeet = "google_meet",
        MicrosoftTeams = "microsoft_teams",
        Phone = "phone",
        InPerson = "in_person",
        CustomUrl = "custom_url",
        AskInvitee = "ask_invitee",
    }
}

impl Location {
    pub fn label(self) -> &'static str {
        match self {
            Location::Zoom => "Zoom",
            Location::GoogleMeet => "Google Meet",
            Location::MicrosoftTeams => "Microsoft Teams",
            Location::Phone => "Phone",
            Location::InPerson => "In person",
            Location::CustomUrl => "Custom URL",
            Location::AskInvitee => "Ask the invitee",
        }
    }

    /// As guests read it.
    pub fn name(self, language: Language) -> Cow<'static, str> {
        match self {
            Location::Zoom | Location::GoogleMeet | Location::MicrosoftTeams => {
                Cow::Borrowed(self.label())
            }
            Location::Phone => language.word("place-phone"),
            Location::InPerson => language.word("place-in-person"),
            Location::CustomUrl => language.word("place-online"),
            Location::AskInvitee => language.word("place-you-choose"),
        }
    }

    /// As hosts choose it.
    pub fn choice(self, language: Language) -> Cow<'static, str> {
        match self {
            Location::CustomUrl => language.word("editor-url"),
            Location::AskInvitee => language.word("editor-ask-invitee"),
            Location::Zoom
            | Location::GoogleMeet
            | Location::MicrosoftTeams
            | Location::Phone
            | Location::InPerson => self.name(language),
        }
    }

    /// Meet and Teams ride on a calendar connection, which there is none of yet.
    pub fn needs_a_calendar(self) -> bool {
        match self {
            Location::GoogleMeet | Location::MicrosoftTeams => true,
            Location::Zoom
            | Location::Phone
            | Location::InPerson
            | Location::CustomUrl
            | Location::AskInvitee => false,
        }
    }

    /// The message by which the booking form asks, where the place is left to the invitee.
    pub fn asks_invitee(self) -> Option<&'static str> {
        match self {
            Location::Phone => Some("place-your-number"),
            Location::AskInvitee => Some("place-where"),
            Location::Zoom
            | Location::GoogleMeet
            | Location::MicrosoftTeams
            | Location::InPerson
            | Location::CustomUrl => None,
        }
    }

    /// Whether the event type's `location_value` says where: an address, a link.
    pub fn is_said_by_host(self) -> bool {
        match self {
            Location::InPerson | Location::CustomUrl => true,
            Location::Zoom
            | Location::GoogleMeet
            | Location::MicrosoftTeams
            | Location::Phone
            | Location::AskInvitee => false,
        }
    }

    /// The provider that holds meetings at this place, when one does.
    pub fn provider(self) -> Option<crate::conferencing::ProviderKind> {
        match self {
            Location::Zoom => Some(crate::conferencing::ProviderKind::Zoom),
            Location::GoogleMeet
            | Location::MicrosoftTeams
            | Location::Phone
            | Location::InPerson
            | Location::CustomUrl
            | Location::AskInvitee => None,
        }
    }
}

/// A question on the booking form. Stored as JSON beside its event type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Stays the same when the label changes; names the form field `q_{id}`.
    pub id: String,
    pub label: String,
    pub form: Answer,
    pub required: bool,
    /// For `Answer::Choice`.
    #[serde(default)]
    pub choices: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Short,
    Long,
    Choice,
    Phone,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Questions(pub Vec<Question>);

crate::column!(
    Questions as String,
    |q| serde_json::to_string(&q).unwrap_or_else(|_| "[]".to_owned()),
    |text| serde_json::from_str(&text).map_err(|e| e.to_string())
);

record! {
    #[derive(Clone, Debug)]
    pub struct EventType {
        pub id: Id<EventType>,
        pub org_id: Id<Org>,
        pub person_id: Id<Person>,
        pub kind: Kind,
        /// Whose members take turns, where they do.
        pub team_id: Option<Id<Team>>,
        pub title: String,
        pub slug: String,
        pub minutes: u16,
        pub color: String,
        pub location: Location,
        pub location_value: Option<String>,
        pub public_description: String,
        pub internal_description: String,
        /// None: its owner's default schedule.
        pub schedule_id: Option<Id<Schedule>>,
        pub horizon_days: u16,
        pub notice_minutes: i64,
        pub buffer_before: u16,
        pub buffer_after: u16,
        pub increment: u16,
        pub max_per_day: Option<u16>,
        pub max_per_week: Option<u16>,
        pub max_per_month: Option<u16>,
        pub questions: Questions,
        pub look: Look,
        /// Places in one meeting of a group.
        pub seats: Option<u16>,
        /// Since when invitees see how many places are left.
        pub show_remaining_at: Option<Timestamp>,
        /// Since when a webinar is wanted instead of a meeting, by groups.
        pub webinar_at: Option<Timestamp>,
        pub guests_allowed_at: Option<Timestamp>,
        pub reschedule_disabled_at: Option<Timestamp>,
        pub disabled_at: Option<Timestamp>,
        pub created_at: Timestamp,
        pub updated_at: Timestamp,
    }
}

impl EventType {
    /// What the slot algorithm wants to know.
    pub fn offer(&self) -> Offer {
        Offer {
            minutes: self.minutes,
            buffer_before: self.buffer_before,
            buffer_after: self.buffer_after,
            increment: self.increment,
            notice: self.notice_minutes,
            horizon_days: self.horizon_days,
            limits: Limits {
                per_day: self.max_per_day,
                per_week: self.max_per_week,
                per_month: self.max_per_month,
            },
        }
    }
}
