//! Bugs planted on purpose, one for each promise: a harness that does not find them proves nothing.
//! Each is asked for at the one line it spoils. Tests plant in their own thread; whole processes are
//! told by `MIN42_PLANT`.

use crate::words;

words! {
    pub enum Bug {
        // rooms
        /// A create whose answer was lost is sent again without looking first.
        CreateSentAgain = "create-sent-again",
        /// The doubt is not committed before the create is sent.
        DoubtNotWritten = "doubt-not-written",
        /// A room on an account that can't be reached is forgotten.
        LeftoverForgotten = "leftover-forgotten",
        /// A canceled booking's room is not asked for.
        CancelForgetsRoom = "cancel-forgets-room",
        /// A refusal of an older generation still counts.
        GenerationIgnored = "generation-ignored",
        /// A mark is believed without its signature.
        MarkNotVerified = "mark-not-verified",
        /// A room that is gone is taken for one that is there.
        GoneIgnored = "gone-ignored",
        /// The provider's "no more today" is not remembered.
        DayUsedUpForgotten = "day-used-up-forgotten",
        // jobs
        /// A job is deleted though something was asked of it while it ran.
        RoundIgnored = "round-ignored",
        /// Whoever has lost the lease of a job writes all the same.
        LeaseIgnored = "lease-ignored",
        // the host's calendar
        /// The host's turn is not taken.
        TurnNotTaken = "turn-not-taken",
        /// The host's time is not marked as taken, so nothing stands behind the turn.
        BusyNotWritten = "busy-not-written",
        // letters
        /// What people were told is not noted.
        ToldForgotten = "told-forgotten",
        /// Letters about a change carry the number of the round before.
        SequenceNotRaised = "sequence-not-raised",
        // tokens
        /// Two refresh at once.
        RefreshNotLeased = "refresh-not-leased",
        /// The refresh token that was spent stays in place of the new one.
        SpentTokenKept = "spent-token-kept",
        /// A broken connection keeps its tokens.
        TokensStay = "tokens-stay",
        // the log
        /// Bodies go into the sync log as they are.
        LogNotMasked = "log-not-masked",
        /// A call has no entry in the sync log.
        EntryNotOpened = "entry-not-opened",
        // orgs
        /// Who asks for a booking is not compared with whose it is.
        OrgNotChecked = "org-not-checked",
        // the disk
        /// A commit is answered before it is on the disk.
        CommitNotSynced = "commit-not-synced",
    }
}

/// Whether this bug is planted here and now. In a release it never is.
#[cfg(not(debug_assertions))]
pub const fn planted(_: Bug) -> bool {
    false
}

#[cfg(all(debug_assertions, not(test)))]
pub fn planted(bug: Bug) -> bool {
    use std::sync::OnceLock;
    static PLANTED: OnceLock<String> = OnceLock::new();
    #[expect(
        clippy::disallowed_methods,
        reason = "no setting: only builds for tests and drills read it"
    )]
    let word = PLANTED.get_or_init(|| std::env::var("MIN42_PLANT").unwrap_or_default());
    word == bug.word()
}

#[cfg(all(debug_assertions, test))]
pub fn planted(bug: Bug) -> bool {
    tests::PLANTED.get() == Some(bug)
}

#[cfg(test)]
pub use tests::plant;

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::Bug;

    thread_local! {
        pub(super) static PLANTED: Cell<Option<Bug>> = const { Cell::new(None) };
    }

    /// A bug that is there as long as this lives, in this thread.
    pub struct Planted;

    pub fn plant(bug: Option<Bug>) -> Planted {
        PLANTED.set(bug);
        Planted
    }

    impl Drop for Planted {
        fn drop(&mut self) {
            PLANTED.set(None);
        }
    }
}
