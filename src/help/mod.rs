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

/// In the order in which somebody new needs them.
pub const PAGES: &[Page] = &[
    Page {
        path: "event-types",
        title: "Your first event type",
        about: "What can be booked with you: its length, its place, its form.",
        text: include_str!("../../help/event-types.md"),
    },
    Page {
        path: "availability",
        title: "Availability",
        about: "When you can be booked: weekly hours, days that differ, time zones.",
        text: include_str!("../../help/availability.md"),
    },
    Page {
        path: "integrations/zoom",
        title: "Zoom",
        about: "A Zoom meeting for every booking: connecting, using and removing Zoom.",
        text: include_str!("../../help/integrations/zoom.md"),
    },
    Page {
        path: "round-robin-and-groups",
        title: "Round robin and groups",
        about: "Hosting in turn, and several invitees in one meeting.",
        text: include_str!("../../help/round-robin-and-groups.md"),
    },
    Page {
        path: "embed",
        title: "On your website",
        about: "Booking inside a page of yours, and how it looks.",
        text: include_str!("../../help/embed.md"),
    },
    Page {
        path: "self-hosting",
        title: "Running your own server",
        about: "From the first start to upgrades, for whoever keeps a server.",
        text: include_str!("../../help/self-hosting.md"),
    },
];
