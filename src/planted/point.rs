//! Points at which a process can be told to die, to fail or to be slow: before and after each thing
//! that must not be half done. `MIN42_DIE_AT=create.answered:2` kills it at its second pass; a drill
//! says the same, and the other two, in its control file (`order die create.answered:2`).
//!
//! Each name stands at one place in the sources. A test of the drills holds the names against the
//! table of what passes them.

use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use super::control;

/// The failure that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("planted at {0}")]
pub struct Planted(&'static str);

static DIE_AT: LazyLock<Option<String>> = LazyLock::new(|| {
    let given = std::env::var_os("MIN42_DIE_AT")?;
    Some(format!("die {}", given.to_string_lossy()))
});

/// The order that stands, and how often its point was passed since it was given.
static PASSES: Mutex<(String, u32)> = Mutex::new((String::new(), 0));

/// Passed by whoever gets here; ends here when it was told to.
pub fn pass(name: &'static str) -> Result<(), Planted> {
    if !cfg!(debug_assertions) {
        return Ok(());
    }
    let Some(order) = control::told("order").or_else(|| DIE_AT.clone()) else {
        return Ok(());
    };
    match due(&order, name) {
        Some("die") => die(),
        Some("fail") => {
            tracing::warn!("a failure was planted at {name}");
            Err(Planted(name))
        }
        Some("slow") => {
            std::thread::sleep(Duration::from_millis(300));
            Ok(())
        }
        Some(_) | None => Ok(()),
    }
}

/// What to do, if this is the pass that was meant: the first, or the one behind the colon.
fn due<'a>(order: &'a str, name: &str) -> Option<&'a str> {
    let (deed, at) = order.split_once(' ')?;
    let (point, which) = at.split_once(':').unwrap_or((at, "1"));
    if point != name {
        return None;
    }
    let mut passes = PASSES.lock().unwrap_or_else(PoisonError::into_inner);
    if passes.0 != order {
        *passes = (order.to_owned(), 0);
    }
    passes.1 += 1;
    (which.parse() == Ok(passes.1)).then_some(deed)
}

/// As by `kill -9`: nothing is closed, said or written any more.
fn die() -> ! {
    use rustix::process::{Signal, getpid, kill_process};
    let killed = kill_process(getpid(), Signal::KILL);
    unreachable!("a process outlived its own kill: {killed:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_for_one_pass_of_one_point_and_counts_from_when_it_was_given() {
        assert_eq!(due("die a.b:2", "a.b"), None);
        assert_eq!(due("die a.b:2", "a.b"), Some("die"));
        assert_eq!(due("die a.b:2", "a.b"), None);
        assert_eq!(due("fail a.b", "c"), None);
        assert_eq!(due("fail a.b", "a.b"), Some("fail"));
        assert_eq!(due("fail a.b", "a.b"), None);
        assert_eq!(due("die a.b:2", "a.b"), None);
        assert_eq!(due("die a.b:2", "a.b"), Some("die"));
    }

    #[test]
    fn who_was_told_nothing_passes() {
        assert_eq!(pass("nothing.told"), Ok(()));
    }
}
