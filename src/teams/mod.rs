//! Teams: people of an org who take turns in hosting what is booked with them. What can be booked
//! with a team is for `event_types`.

pub mod pages;
pub mod rules;
pub mod save;
pub mod store;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

use crate::accounts::Org;
use crate::id::Id;
use crate::{record, words};

words! {
    /// Which times are offered.
    pub enum Offered {
        /// Whenever any member is free.
        WhenAnyIsFree = "maximize",
        /// Only when a member is free whose turn it is.
        Evenly = "balance",
    }
}

words! {
    /// Who hosts after an invitee has moved a booking.
    pub enum OnReschedule {
        Keep = "keep",
        Reassign = "reassign",
    }
}

record! {
    #[derive(Clone, Debug)]
    pub struct Team {
        pub id: Id<Team>,
        pub org_id: Id<Org>,
        pub name: String,
        pub slug: String,
        pub availability: Offered,
        pub on_reschedule: OnReschedule,
        pub created_at: Timestamp,
    }
}

impl Team {
    /// A new team, with the usual policies.
    pub fn new(id: Id<Team>, org: Id<Org>, name: &str, slug: &str, now: Timestamp) -> Team {
        Team {
            id,
            org_id: org,
            name: name.to_owned(),
            slug: slug.to_owned(),
            availability: Offered::WhenAnyIsFree,
            on_reschedule: OnReschedule::Keep,
            created_at: now,
        }
    }

    /// Its public page.
    pub fn path(&self) -> String {
        format!("/team/{}", self.slug)
    }
}
