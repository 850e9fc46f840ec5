//! The simulator's time: the machine's, shifted, or standing still where somebody put it.
//!
//! Everything that depends on time (tokens, codes, limits, lag, webhook retries) asks this clock.
//! It does not make anybody wait.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

/// A handle to the simulator's time. Clones show and set the same time.
#[derive(Clone, Debug)]
pub struct SimClock {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    mode: Mutex<Mode>,
    moved: Notify,
}

#[derive(Clone, Copy, Debug)]
enum Mode {
    Running { ahead: SignedDuration },
    Standing(Timestamp),
}

impl SimClock {
    /// The machine's time.
    pub fn real() -> SimClock {
        SimClock::with(Mode::Running {
            ahead: SignedDuration::ZERO,
        })
    }

    /// A clock that stands at `at` until it is set or advanced.
    pub fn standing_at(at: Timestamp) -> SimClock {
        SimClock::with(Mode::Standing(at))
    }

    pub fn now(&self) -> Timestamp {
        match *self.mode() {
            Mode::Running { ahead } => machine_time() + ahead,
            Mode::Standing(at) => at,
        }
    }

    /// Stops the clock at `at`.
    pub fn set(&self, at: Timestamp) {
        *self.mode() = Mode::Standing(at);
        self.inner.moved.notify_one();
    }

    /// Moves the clock on by `by`; a running clock runs on from there.
    pub fn advance(&self, by: SignedDuration) {
        {
            let mut mode = self.mode();
            *mode = match *mode {
                Mode::Running { ahead } => Mode::Running { ahead: ahead + by },
                Mode::Standing(at) => Mode::Standing(at + by),
            };
        }
        self.inner.moved.notify_one();
    }

    /// Back to the machine's time.
    pub fn run(&self) {
        *self.mode() = Mode::Running {
            ahead: SignedDuration::ZERO,
        };
        self.inner.moved.notify_one();
    }

    /// Whether time passes by itself.
    pub fn is_running(&self) -> bool {
        match *self.mode() {
            Mode::Running { .. } => true,
            Mode::Standing(_) => false,
        }
    }

    /// Resolves when the clock was set or [`SimClock::nudge`]d since the last call. For one waiter.
    pub(crate) async fn moved(&self) {
        self.inner.moved.notified().await;
    }

    /// Wakes whoever waits for the clock, because there is something new to look at.
    pub(crate) fn nudge(&self) {
        self.inner.moved.notify_one();
    }

    fn with(mode: Mode) -> SimClock {
        SimClock {
            inner: Arc::new(Inner {
                mode: Mutex::new(mode),
                moved: Notify::new(),
            }),
        }
    }

    fn mode(&self) -> MutexGuard<'_, Mode> {
        self.inner
            .mode
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the simulator reads the time"
)]
fn machine_time() -> Timestamp {
    Timestamp::now()
}
