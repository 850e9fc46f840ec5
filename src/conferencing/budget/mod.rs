//! What a provider allows: so many creates and updates for each of its users and UTC day, counted
//! here before each is sent, and pauses that it asked for. When a day is used up nothing is sent
//! until the next; what waits gets its turn then. No reserve is kept back for moves: a room works
//! whatever time the provider shows, while a meeting without one has no link at all. Deletes are
//! free, and no other account steps in: who hosts doesn't depend on limits (decisions 7). Also the
//! one gate of every call that a job sends: the day, the pauses, the pace (`pace`), the silence
//! (`breaker`).

pub mod store;

use jiff::{SignedDuration, Timestamp};

use self::store::Cost;
use super::breaker;
use crate::clock::{from_micros, minutes, seconds};

/// Zoom's limit of creates and updates of meetings and webinars, per user and UTC day.
pub const A_DAY: i64 = 100;

/// Without a word about how long, nothing more is sent for an account whose limit is reached.
const PAUSE_SECONDS: i64 = 2;

/// The provider's clock and ours need not strike midnight together.
const AFTER_MIDNIGHT_SECONDS: i64 = 10;
const DOUBTFUL_MINUTES: i64 = 10;

pub const WORDS: &str = "Zoom allows 100 meeting changes per user and day; 100 used. Waiting \
    bookings are created at 00:00 UTC.";

/// Why nothing may be sent now, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    DayUsedUp(Timestamp),
    Paused(Timestamp),
    /// The account's second is full; this is the call's turn.
    NotYet(Timestamp),
    /// The provider doesn't answer for this account.
    Silent(Timestamp),
}

impl Wait {
    /// When to come back, and why so late. Those who wait for one moment don't all come at once.
    pub fn over(self, jitter: f64) -> (Timestamp, &'static str) {
        match self {
            Wait::DayUsedUp(until) => (until, WORDS),
            Wait::Paused(until) => (until + spread(jitter), "Zoom’s limit is reached"),
            Wait::NotYet(at) => (at, "as fast as Zoom’s limit allows"),
            Wait::Silent(until) => (until + spread(jitter), breaker::WORDS),
        }
    }
}

/// The UTC day of an instant, by its first moment.
pub fn day(now: Timestamp) -> Timestamp {
    const DAY: i64 = 86_400;
    from_micros(now.as_second().div_euclid(DAY) * DAY * 1_000_000)
}

/// When what waits for the next day is tried.
pub fn next_day(now: Timestamp) -> Timestamp {
    day(now) + crate::clock::days(1) + seconds(AFTER_MIDNIGHT_SECONDS)
}

/// "No more today", said right after our midnight, may be about the day before: the provider's
/// clock need not strike with ours.
pub fn is_about_this_day(now: Timestamp) -> bool {
    now >= day(now) + minutes(DOUBTFUL_MINUTES)
}

/// When a limit of the day ends for which the provider named no time.
pub fn day_ends(now: Timestamp) -> Timestamp {
    if is_about_this_day(now) {
        next_day(now)
    } else {
        day(now) + minutes(DOUBTFUL_MINUTES)
    }
}

/// Until when nothing is sent for the whole account. Reads, lists and deletes have limits of their
/// own: one whose day is used up postpones only itself, and creates and updates go on.
pub fn pause_ends(cost: Cost, told: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let until = told.unwrap_or(now + seconds(PAUSE_SECONDS));
    match cost {
        Cost::Change => until,
        Cost::Free | Cost::List => until.min(now + minutes(1)),
    }
}

/// How long after a pause's end somebody who waits for it comes, up to three seconds.
pub fn spread(jitter: f64) -> SignedDuration {
    SignedDuration::from_secs_f64((jitter.clamp(0.8, 1.2) - 0.8) / 0.4 * 3.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_utc() {
        let now: Timestamp = "2026-05-04T23:59:59.5Z".parse().unwrap();
        assert_eq!(day(now), "2026-05-04T00:00:00Z".parse().unwrap());
        assert_eq!(day(day(now)), day(now));
        assert_eq!(next_day(now), "2026-05-05T00:00:10Z".parse().unwrap());
        let just_after: Timestamp = "2026-05-05T00:00:03Z".parse().unwrap();
        assert_eq!(
            day_ends(just_after),
            "2026-05-05T00:10:00Z".parse().unwrap()
        );
        assert_eq!(day_ends(now), next_day(now));
        assert!(WORDS.contains(&A_DAY.to_string()));
    }
}
