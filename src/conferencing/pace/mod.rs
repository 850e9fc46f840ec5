//! How fast a provider may be called for one of its accounts: so many calls within a second, all
//! users and all processes together. Counted before each is sent, so that its limit is kept, not
//! met. Whoever finds the second full is told when to come back, one after the other.

pub mod store;

use jiff::{SignedDuration, Timestamp};

use crate::clock::Clock;
use crate::words;

words! {
    /// The provider's word for how much a call costs it; each has a limit of its own.
    pub enum Label {
        Light = "light",
        Medium = "medium",
    }
}

/// A second at the provider need not begin with one here, and of two calls the later may be faster on
/// its way: that many must not fall within a little more than a second.
const SECOND_MILLIS: i64 = 1_075;

/// A turn that is this near is waited for by the one who has it.
const SOON_MILLIS: i64 = 150;

/// Calls a second, by the plan that the account's user has (Zoom's rate-limit page). A user without
/// a license may belong to an account that has some; the lower rate is safe.
pub fn a_second(plan: &str, label: Label) -> usize {
    match (plan, label) {
        ("licensed", Label::Light) => 30,
        ("licensed", Label::Medium) => 20,
        (_, Label::Light) => 4,
        (_, Label::Medium) => 2,
    }
}

/// Whether a call may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// At this moment, which may be a little ahead.
    Go(Timestamp),
    /// Not now; come back then.
    Back(Timestamp),
}

/// For how long a turn is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Nobody can wait for a clock that stands still.
    None,
    /// A job waits a moment; before it waits longer it lets others work, and comes back.
    OfAJob,
    /// Somebody looks at a page: the call goes as soon as it may.
    OfAPerson,
}

impl Patience {
    pub fn of_a_job(clock: &Clock) -> Patience {
        match clock {
            Clock::System | Clock::Agreed(_) => Patience::OfAJob,
            Clock::Fixed(_) => Patience::None,
        }
    }

    /// Until when, seen from now.
    fn ends(self, now: Timestamp) -> Timestamp {
        match self {
            Patience::None => now,
            Patience::OfAJob => now + SignedDuration::from_millis(SOON_MILLIS),
            Patience::OfAPerson => Timestamp::MAX,
        }
    }
}

/// The calls of the last second, and the line of those who wait.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    pub sent: Vec<Timestamp>,
    pub line: Option<Timestamp>,
}

impl Pace {
    /// The next call's turn, counted if it may go.
    pub fn turn(&mut self, most: usize, patience: Patience, now: Timestamp) -> Turn {
        let second = SignedDuration::from_millis(SECOND_MILLIS);
        self.sent.retain(|at| *at + second > now);
        let free = match self.sent.len().checked_sub(most) {
            Some(oldest) => now.max(self.sent[oldest] + second),
            None => now,
        };
        if free <= patience.ends(now) {
            self.sent.push(free);
            self.sent.sort_unstable();
            return Turn::Go(free);
        }
        // As if each who waits already went in their turn: who comes too early comes in vain.
        let back = self.line.map_or(free, |line| line.max(free));
        let gap = second / i32::try_from(most).unwrap_or(1);
        self.line = Some(back + gap);
        Turn::Back(back)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::seconds;

    const MOST: usize = 4;

    fn start() -> Timestamp {
        "2026-05-04T08:00:00Z".parse().unwrap()
    }

    /// The most calls that any span of a second holds.
    fn busiest(went: &[Timestamp]) -> usize {
        went.iter()
            .map(|from| {
                let end = *from + seconds(1);
                went.iter().filter(|at| *from <= **at && **at < end).count()
            })
            .max()
            .unwrap_or(0)
    }

    #[test]
    fn no_second_holds_more_than_is_allowed_and_hardly_less() {
        // A hundred wait at once; each comes back when it is told to.
        let mut pace = Pace::default();
        let mut waiting = vec![start(); 100];
        let mut went = Vec::new();
        let mut visits = 0;
        while let Some(first) = waiting.iter().min().copied() {
            let who = waiting.iter().position(|at| *at == first).unwrap();
            visits += 1;
            match pace.turn(MOST, Patience::OfAJob, first) {
                Turn::Go(at) => {
                    went.push(at);
                    waiting.swap_remove(who);
                }
                Turn::Back(at) => {
                    assert!(at > first);
                    waiting[who] = at;
                }
            }
        }
        assert_eq!(busiest(&went), MOST);
        let took = went.iter().max().unwrap().duration_since(start());
        let rate = 100.0 / took.as_secs_f64();
        assert!(rate > 0.9 * 4.0, "{rate}");
        assert!(visits < 220, "few come in vain: {visits}");
    }

    #[test]
    fn who_comes_late_costs_nobody_the_limit() {
        let mut pace = Pace::default();
        let mut went = Vec::new();
        // Everybody was told to come at different times, and all come at once.
        for _ in 0..20 {
            if let Turn::Go(at) = pace.turn(MOST, Patience::OfAJob, start()) {
                went.push(at);
            }
        }
        let later = start() + seconds(60);
        for _ in 0..20 {
            if let Turn::Go(at) = pace.turn(MOST, Patience::OfAJob, later) {
                went.push(at);
            }
        }
        assert_eq!(went.len(), 2 * MOST);
        assert_eq!(busiest(&went), MOST);
    }

    #[test]
    fn a_person_goes_next_and_within_the_limit() {
        let mut pace = Pace::default();
        for _ in 0..MOST {
            assert_eq!(
                pace.turn(MOST, Patience::OfAJob, start()),
                Turn::Go(start())
            );
        }
        assert!(matches!(
            pace.turn(MOST, Patience::OfAJob, start()),
            Turn::Back(_)
        ));
        let next = start() + SignedDuration::from_millis(SECOND_MILLIS);
        assert_eq!(
            pace.turn(MOST, Patience::OfAPerson, start()),
            Turn::Go(next)
        );
    }

    #[test]
    fn a_license_has_the_pace_of_its_plan() {
        assert_eq!(a_second("licensed", Label::Light), 30);
        assert_eq!(a_second("basic", Label::Medium), 2);
        assert_eq!(a_second("unknown", Label::Light), 4);
    }
}
