//! The help pages: Markdown that lies in `help/`, built into the binary, for everybody to read.
//!
//! In it, bold marks words that stand on a page of 42min, and an emphasis in curly quotes a sentence
//! that 42min says: a test holds both against the product.

pub mod pages;
pub mod render;
#[cfg(test)]
mod tests;

/// One page.
pub struct Page {
    /// Below `/help/`.
    pub path: &'static str,
    pub title: &'static str,
    /// What it is about, for the index.
    pub about: &'static str,
    pub text: &'static str,
}

pub const PAGES: &[Page] = &[Page {
    path: "integrations/zoom",
    title: "Zoom",
    about: "A Zoom meeting for every booking: connecting, using and removing Zoom.",
    text: include_str!("../../help/integrations/zoom.md"),
}];
