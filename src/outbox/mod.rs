//! Work that must happen after a commit: one row for each kind and subject, leased, repeated until
//! it is done. A job carries an id, not a story; it looks up what is wanted now.

pub mod backoff;
pub mod dispatch;
pub mod store;
pub mod worker;

use jiff::Timestamp;
use uuid::Uuid;

use crate::{record, words};

words! {
    pub enum Kind {
        /// Subject: a meeting. Bring what the provider has in line with what is wanted.
        Conference = "conference",
        /// Subject: a meeting. Tell each recipient what changed since they were last told.
        Letters = "letters",
        /// Subject: a letter. Send it.
        Mail = "mail",
        /// Subject: a connection. Revoke it at the provider and delete it.
        Disconnect = "disconnect",
        /// Subject: a held grant. Nobody uses it: revoke it at the provider and forget it.
        GiveBack = "give-back",
        /// Subject: a connection. Once a day: does it still work? While broken: remind its owner.
        Tend = "tend",
        /// Subject: a connection. Every quarter of an hour while it has rooms of ours: compare
        /// what the provider lists with what was last seen.
        Sweep = "sweep",
        /// Subject: a connection. It is whole again: tell its owner, if they knew that it broke.
        Mended = "mended",
        /// Subject: a meeting. Two hours before the start: remind the host of a missing link.
        LastCall = "last-call",
        /// Subject: the installation. Once a day: forget what is older than it is kept.
        Purge = "purge",
        /// Subject: a person who has left. Erase what is theirs, once nothing is on its way.
        Erase = "erase",
    }
}

record! {
    /// A leased job.
    #[derive(Clone, Debug)]
    pub struct Job {
        pub id: crate::id::Id<Job>,
        pub kind: Kind,
        pub subject: Uuid,
        pub attempt: i64,
        pub round: i64,
        /// The fencing number: whoever writes for this job still has to hold it.
        pub lease: i64,
        pub leased_until: Timestamp,
        pub run_at: Timestamp,
    }
}

impl Job {
    pub fn subject<T>(&self) -> crate::id::Id<T> {
        crate::id::Id::from_uuid(self.subject)
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Done, which was written in one transaction with what it did.
    Written,
    /// Not yet; try at this time.
    Again {
        at: Timestamp,
        why: String,
    },
    /// It will not work by itself: shown to an admin, run again only when enqueued anew.
    GaveUp {
        why: String,
    },
}
