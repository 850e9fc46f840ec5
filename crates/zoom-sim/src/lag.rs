//! Lists that stay behind the truth: each meeting remembers what it looked like when.
//!
//! Only lists lag. Reading a meeting by its id always shows the present.

use jiff::Timestamp;

use crate::rooms::{Details, Room};

/// What a meeting looked like from a moment on; `None`: it was gone.
#[derive(Clone, Debug)]
pub(crate) struct Revision {
    at: Timestamp,
    details: Option<Details>,
}

impl Revision {
    pub(crate) fn new(at: Timestamp, details: Option<Details>) -> Revision {
        Revision { at, details }
    }
}

/// The meeting as it was at `moment`, if it was there.
pub(crate) fn as_of(room: &Room, moment: Timestamp) -> Option<&Details> {
    room.history
        .iter()
        .rev()
        .find(|revision| revision.at <= moment)?
        .details
        .as_ref()
}
