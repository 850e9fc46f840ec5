//! A place to meet online, whoever provides it: what is wanted, what was last seen, the next step.

pub mod banner;
pub mod breaker;
pub mod budget;
pub mod connect;
pub mod connect_pages;
pub mod connection;
pub mod disconnect;
pub mod disconnect_pages;
pub mod hands;
pub mod held;
pub mod mails;
pub mod notices;
pub mod pace;
pub mod pages;
pub mod plan;
pub mod provider;
pub mod reconcile;
pub mod restored;
pub mod roles;
pub mod setup_pages;
pub mod start;
pub mod store;
pub mod survey;
pub mod sweep;
pub mod tend;
pub mod tokens;
pub mod view;
pub mod wish;
pub mod worries;
pub mod zoom;

#[cfg(test)]
mod accounts_tests;
#[cfg(test)]
mod pages_tests;
#[cfg(test)]
mod plan_tests;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

pub use provider::Providers;

use crate::accounts::Org;
use crate::id::Id;
use crate::{record, words};

words! {
    pub enum ProviderKind {
        Zoom = "zoom",
    }
}

words! {
    /// Whose meetings a connection hosts: its owner's, or everybody's who has none.
    pub enum ConnectionRole {
        Personal = "personal",
        Shared = "shared",
    }
}

record! {
    /// A provider's user in an org. It outlives its connection: rooms stay where they were made.
    #[derive(Clone, Debug)]
    pub struct Account {
        pub id: Id<Account>,
        pub org_id: Id<Org>,
        pub provider: ProviderKind,
        pub remote_user: String,
        pub remote_account: String,
        pub email: String,
        pub name: String,
        /// "basic", "licensed", as the provider says.
        pub plan: String,
        pub rooms_made: i64,
        pub created_at: Timestamp,
    }
}

/// Names the rows of `leftovers`.
pub struct Leftover;
