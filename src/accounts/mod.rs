//! Orgs and their people: roles, sessions, invitations. Not what they offer or book.

pub mod cli;
pub mod form;
pub mod invite;
pub mod link;
pub mod mails;
pub mod notices;
pub mod password;
pub mod people;
pub mod people_pages;
pub mod picture;
pub mod profile;
pub mod profile_pages;
pub mod reset;
pub mod rights;
pub mod rules;
pub mod session;
pub mod setup;
pub mod setup_pages;
pub mod sign_in;
pub mod sign_in_pages;
pub mod store;
#[cfg(test)]
mod tests;

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
        /// The hash of their picture.
        pub picture: Option<String>,
        pub notices_off_at: Option<Timestamp>,
        pub deactivated_at: Option<Timestamp>,
        /// They deleted their account: nobody brings them back.
        pub left_at: Option<Timestamp>,
        pub created_at: Timestamp,
    }
}

/// How a use case ends that does not succeed: the rules said no, or something is broken.
#[derive(Debug)]
pub enum Ended<R> {
    Refused(R),
    Broken(anyhow::Error),
}

impl<R, E: Into<anyhow::Error>> From<E> for Ended<R> {
    fn from(error: E) -> Ended<R> {
        Ended::Broken(error.into())
    }
}

/// What somebody else on this server has already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    Email,
    Username,
}

impl Taken {
    /// The field it stands in, and the message beside it.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Taken::Email => ("email", "person-email-taken"),
            Taken::Username => ("username", "person-username-taken"),
        }
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

    /// Where their picture is to be had.
    pub fn picture_path(&self) -> Option<String> {
        self.picture.as_deref().map(picture::path)
    }

    /// In place of a picture: at most two letters.
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
