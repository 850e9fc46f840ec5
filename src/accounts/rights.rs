//! Who may do what. Pure.

use super::{Person, Role};

/// What only some may do; the routes ask by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    ManagePeople,
    ManageRollout,
    AddSharedAccount,
    ReadSyncLog,
    SeeEverybodysMeetings,
}

pub fn may(person: &Person, right: Right) -> bool {
    match right {
        Right::ManagePeople
        | Right::ManageRollout
        | Right::AddSharedAccount
        | Right::ReadSyncLog
        | Right::SeeEverybodysMeetings => match person.role {
            Role::Admin => true,
            Role::User => false,
        },
    }
}
