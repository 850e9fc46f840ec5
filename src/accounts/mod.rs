//! Orgs and their people: roles, sessions, invitations. Not what they offer or book.

pub mod rights;
pub mod session;
pub mod store;

use jiff::Timestamp;

use crate::id::Id;
use crate::zone::Zone;
use crate::{record, words};

words! {
    /// What a person may do in their org.
    pub enum Role {
        User = "user",
        Admin = "admin",
    }
}

record! {
    #[derive(Clone, Debug)]
    pub struct Org {
        pub id: Id<Org>,
        pub name: String,
    }
}

record! {
    #[derive(Clone, Debug)]
    pub struct Person {
        pub id: Id<Person>,
        pub org_id: Id<Org>,
        pub email: String,
        pub name: String,
        pub username: String,
        pub timezone: Zone,
        pub role: Role,
        /// None while an invitation has not been accepted.
        pub password_hash: Option<String>,
        pub notices_off_at: Option<Timestamp>,
        pub deactivated_at: Option<Timestamp>,
        pub created_at: Timestamp,
    }
}

impl Person {
    pub fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }

    /// May sign in and be booked.
    pub fn is_active(&self) -> bool {
        self.deactivated_at.is_none() && self.password_hash.is_some()
    }

    pub fn first_name(&self) -> &str {
        self.name.split_whitespace().next().unwrap_or(&self.name)
    }

    /// For the avatar: at most two letters.
    pub fn initials(&self) -> String {
        initials(&self.name)
    }
}

pub fn initials(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let picked = match words.as_slice() {
        [] => vec![],
        [only] => vec![*only],
        [first, .., last] => vec![*first, *last],
    };
    picked
        .iter()
        .filter_map(|w| w.chars().next())
        .flat_map(char::to_uppercase)
        .collect()
}
