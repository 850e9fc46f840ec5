//! What the demo and the drills share: a browser, a reader of mails, and what `bin/demo` is made of.

pub mod browser;
pub mod mailbox;
pub mod relay;
pub mod seed;
pub mod stage;
pub mod tour;

use std::io::Write as _;

/// A line for the person at the terminal.
pub fn say(words: &str) {
    // With nobody reading any more there is nobody to tell.
    drop(writeln!(std::io::stdout(), "{words}"));
}
