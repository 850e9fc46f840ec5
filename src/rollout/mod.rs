//! The org's Zoom switches, and who hosts.

pub mod change;
pub mod hosting;
pub mod pages;
pub mod rules;
pub mod store;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

use crate::accounts::Org;
use crate::conferencing::Account;
use crate::id::Id;
use crate::record;

record! {
    /// The switches, each the date since when it is on.
    #[derive(Clone, Debug)]
    pub struct Rollout {
        pub org_id: Id<Org>,
        pub enabled_at: Option<Timestamp>,
        pub routing_at: Option<Timestamp>,
        pub webinars_at: Option<Timestamp>,
        pub default_account: Option<Id<Account>>,
        /// Raised by each save.
        pub version: i64,
    }
}

impl Rollout {
    /// As an org starts: all off.
    pub fn off(org: Id<Org>) -> Rollout {
        Rollout {
            org_id: org,
            enabled_at: None,
            routing_at: None,
            webinars_at: None,
            default_account: None,
            version: 0,
        }
    }
}
