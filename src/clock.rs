//! The one place that asks what time it is. Everything else is handed an instant.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::planted::control;

/// Tells the time, to the microsecond, which is what the database keeps.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// The machine's clock, set right by the database's: leases are kept by several machines, and
    /// theirs need not agree. What differs, in microseconds.
    Agreed(Arc<AtomicI64>),
    /// A clock that stands still until it is told to move: tests share it.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    pub fn fixed(at: Timestamp) -> Clock {
        Clock::Fixed(Arc::new(AtomicI64::new(at.as_microsecond())))
    }

    pub fn now(&self) -> Timestamp {
        match self {
            Clock::System => Clock::machine() + control::ahead(),
            Clock::Agreed(ahead) => {
                let now = Clock::System.now().as_microsecond();
                from_micros(now.saturating_add(ahead.load(Ordering::SeqCst)))
            }
            Clock::Fixed(at) => from_micros(at.load(Ordering::SeqCst)),
        }
    }

    /// The machine's clock from now on goes by what another says that it is.
    #[must_use]
    pub fn agreeing(self) -> Clock {
        match self {
            Clock::System => Clock::Agreed(Arc::default()),
            Clock::Agreed(_) | Clock::Fixed(_) => self,
        }
    }

    /// What the machine itself says.
    pub fn machine() -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that may")]
        whole_micros(Timestamp::now())
    }

    /// Takes over the time that another clock told; it was asked at one moment of the machine's
    /// and answered by another.
    pub fn agree(&self, told: Timestamp, asked: Timestamp, answered: Timestamp) {
        match self {
            Clock::Agreed(ahead) => {
                let machine = asked.as_microsecond().midpoint(answered.as_microsecond());
                ahead.store(told.as_microsecond() - machine, Ordering::SeqCst);
            }
            Clock::System | Clock::Fixed(_) => {}
        }
    }

    /// Waits for a moment that is near. On a clock that stands still it has come.
    pub async fn until(&self, at: Timestamp) {
        match self {
            Clock::System | Clock::Agreed(_) => {
                let micros = at.as_microsecond() - self.now().as_microsecond();
                let wait = Duration::from_micros(u64::try_from(micros).unwrap_or(0));
                drop(tokio::time::timeout(wait, std::future::pending::<()>()).await);
            }
            Clock::Fixed(_) => {}
        }
    }

    /// Moves a fixed clock forward. The system's clock can't be moved.
    pub fn advance(&self, by: SignedDuration) {
        match self {
            Clock::System | Clock::Agreed(_) => {}
            Clock::Fixed(at) => {
                at.fetch_add(i64::try_from(by.as_micros()).unwrap_or(0), Ordering::SeqCst);
            }
        }
    }
}

fn whole_micros(at: Timestamp) -> Timestamp {
    from_micros(at.as_microsecond())
}

/// The instant that many microseconds after 1970; one out of range becomes the nearest that fits.
pub fn from_micros(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(if micros < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// Shorthand for spans used all over: `seconds(8)`.
pub fn seconds(n: i64) -> SignedDuration {
    SignedDuration::from_secs(n)
}

pub fn minutes(n: i64) -> SignedDuration {
    SignedDuration::from_mins(n)
}

pub fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

pub fn days(n: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * n)
}
