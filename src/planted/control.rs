//! The file through which a drill speaks to a running process: what time it is there, and what is
//! to happen at which point. Its name is in `MIN42_CONTROL`; it is read anew each time, and only
//! ever replaced as a whole. A release build knows no such variable.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use jiff::SignedDuration;

static FILE: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
    // Not a setting: nothing that runs for people can be told so.
    let given = cfg!(debug_assertions).then(|| std::env::var_os("MIN42_CONTROL"));
    given.flatten().map(PathBuf::from)
});

/// What stands after this word on its line.
pub(super) fn told(word: &str) -> Option<String> {
    let text = std::fs::read_to_string(FILE.as_ref()?).ok()?;
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    let mut said = lines.filter(|(first, _)| *first == word);
    said.next().map(|(_, rest)| rest.trim().to_owned())
}

/// How far the clock is ahead of the machine's.
pub fn ahead() -> SignedDuration {
    let micros = told("ahead").and_then(|micros| micros.parse().ok());
    SignedDuration::from_micros(micros.unwrap_or(0))
}

/// Where the clock can be moved nobody sleeps for long: a move rings no bell.
pub fn nap(at_most: Duration) -> Duration {
    match &*FILE {
        Some(_) => at_most.min(Duration::from_millis(20)),
        None => at_most,
    }
}
