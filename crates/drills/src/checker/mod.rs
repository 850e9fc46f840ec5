//! The oracle: what guests and hosts were told, what is stored, what is at Zoom and what was mailed,
//! held against each other. It reads the database itself and knows none of the product's types, so a
//! misunderstanding of the product's can't hide by being made twice.
//!
//! To be asked once the product is quiet: the faults are over and nothing is due.

mod accounts;
mod calls;
mod mail;
mod people;
mod rooms;
mod stored;
mod zoom;

use std::fmt;

pub use mail::{Event, Mail};
pub use stored::{Booking, Busy, Connection, Entry, Job, Leftover, Letter, Meeting, Stored};
pub use zoom::{AtZoom, Call, Room};

/// What somebody was told, or would have been if the answer had come.
#[derive(Clone, Debug)]
pub struct Ack {
    pub told: Told,
    pub deed: Deed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The answer came.
    Yes,
    /// The server died meanwhile: it may have happened.
    Unknown,
}

/// Ids are 32 hexadecimal digits; times are microseconds of unix time.
#[derive(Clone, Debug)]
pub enum Deed {
    Booked {
        booking: String,
        start: i64,
    },
    /// `from` became another booking, unless it wasn't told which.
    Moved {
        from: String,
        to: Option<String>,
        start: i64,
    },
    Canceled {
        booking: String,
    },
    /// A host acted on the whole meeting of this booking.
    HostCanceled {
        booking: String,
    },
    HostMoved {
        booking: String,
        start: i64,
    },
}

/// What happened that excuses the product.
#[derive(Clone, Debug, Default)]
pub struct Circumstances {
    /// Instants at which a process died, in microseconds.
    pub deaths: Vec<i64>,
    /// Spans in which something was made to fail, in microseconds.
    pub failures: Vec<(i64, i64)>,
}

/// A promise that was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// "I-3"
    pub promise: &'static str,
    pub words: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.promise, self.words)
    }
}

/// All four, as of one quiet moment.
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    pub acks: &'a [Ack],
    pub stored: &'a Stored,
    pub zoom: &'a AtZoom,
    pub mails: &'a [Mail],
    pub circumstances: &'a Circumstances,
    /// In microseconds.
    pub now: i64,
}

/// Everything that is wrong.
pub fn check(evidence: &Evidence) -> Vec<Violation> {
    let mut found = Findings::default();
    people::nothing_acknowledged_is_lost(evidence, &mut found);
    people::nobody_is_booked_twice(evidence, &mut found);
    rooms::one_room_for_each_meeting(evidence, &mut found);
    rooms::rooms_show_the_time_of_their_booking(evidence, &mut found);
    rooms::foreign_rooms_are_untouched(evidence, &mut found);
    people::one_link_for_each_booking(evidence, &mut found);
    people::letters_tell_what_is(evidence, &mut found);
    people::letters_are_numbered(evidence, &mut found);
    accounts::tokens_are_spent_once(evidence, &mut found);
    accounts::dead_connections_hold_no_tokens(evidence, &mut found);
    accounts::removals_are_noticed(evidence, &mut found);
    calls::every_call_is_logged(evidence, &mut found);
    calls::no_secret_is_logged(evidence, &mut found);
    calls::a_day_that_is_used_up_is_left_alone(evidence, &mut found);
    found.0
}

#[derive(Default)]
struct Findings(Vec<Violation>);

impl Findings {
    fn add(&mut self, promise: &'static str, words: impl Into<String>) {
        self.0.push(Violation {
            promise,
            words: words.into(),
        });
    }
}
