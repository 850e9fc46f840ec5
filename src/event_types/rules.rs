//! What an event type may be: defaults, ranges, and the line under its location. Pure; the forms
//! read with it, and the words of a refusal are the forms'.

use std::ops::RangeInclusive;

use jiff::Timestamp;

use super::look::Look;
use super::{EventType, Kind, Location, Questions};
use crate::accounts::Person;
use crate::conferencing::connection::Connection;
use crate::id::Id;
use crate::language::Language;
use crate::words;

pub const TITLE_LENGTH: usize = 100;
pub const DESCRIPTION_LENGTH: usize = 2000;
pub const PLACE_LENGTH: usize = 300;
pub const MINUTES: RangeInclusive<u16> = 10..=120;
pub const BUFFERS: [u16; 7] = [0, 5, 10, 15, 30, 45, 60];
/// Places in one meeting of a group.
pub const SEATS: RangeInclusive<u16> = 2..=9999;
pub const SEATS_AT_FIRST: u16 = 10;
/// In minutes: none to seven days.
pub const NOTICE: RangeInclusive<i64> = 0..=7 * 24 * 60;
pub const HORIZON_DAYS: RangeInclusive<u16> = 1..=365;
pub const INCREMENT: RangeInclusive<u16> = 1..=120;
pub const MOST_MEETINGS: RangeInclusive<u16> = 1..=999;
pub const MOST_QUESTIONS: usize = 10;
pub const LABEL_LENGTH: usize = 200;
pub const CHOICES: RangeInclusive<usize> = 2..=30;
pub const CHOICE_LENGTH: usize = 100;
/// How many guests an invitee may bring, where guests are allowed.
pub const MOST_GUESTS: usize = 10;

words! {
    /// Colors to tell event types apart; stored as the API shows them.
    pub enum Color {
        Violet = "#7c3aed",
        Blue = "#2563eb",
        Teal = "#0d9488",
        Green = "#16a34a",
        Amber = "#d97706",
        Red = "#dc2626",
        Pink = "#db2777",
        Gray = "#6b7280",
    }
}

impl Color {
    pub fn label(self) -> &'static str {
        match self {
            Color::Violet => "Violet",
            Color::Blue => "Blue",
            Color::Teal => "Teal",
            Color::Green => "Green",
            Color::Amber => "Amber",
            Color::Red => "Red",
            Color::Pink => "Pink",
            Color::Gray => "Gray",
        }
    }
}

impl Kind {
    pub fn label(self) -> &'static str {
        match self {
            Kind::OneOnOne => "One-on-one",
            Kind::RoundRobin => "Round Robin",
            Kind::Group => "Group",
            Kind::GroupRoundRobin => "Group + Round Robin",
        }
    }
}

impl Language {
    /// Under an event type's title: "42 min · Zoom"
    pub fn facts(self, it: &EventType) -> String {
        let facts = self.say("public-facts").with("minutes", it.minutes);
        facts.with("place", it.location.name(self)).into()
    }
}

impl EventType {
    /// An event type that is on, with the defaults: 42 minutes, by Zoom, in its owner's default
    /// schedule.
    pub fn new(
        id: Id<EventType>,
        owner: &Person,
        title: &str,
        slug: &str,
        now: Timestamp,
    ) -> EventType {
        EventType {
            id,
            org_id: owner.org_id,
            person_id: owner.id,
            kind: Kind::OneOnOne,
            team_id: None,
            title: title.to_owned(),
            slug: slug.to_owned(),
            minutes: 42,
            color: Color::Violet.word().to_owned(),
            location: Location::Zoom,
            location_value: None,
            public_description: String::new(),
            internal_description: String::new(),
            schedule_id: None,
            horizon_days: 15,
            notice_minutes: 4 * 60,
            buffer_before: 15,
            buffer_after: 15,
            increment: 42,
            max_per_day: None,
            max_per_week: None,
            max_per_month: None,
            questions: Questions::default(),
            look: Look::default(),
            seats: None,
            show_remaining_at: None,
            webinar_at: None,
            guests_allowed_at: None,
            reschedule_disabled_at: None,
            disabled_at: None,
            created_at: now,
            updated_at: now,
        }
    }

    pub fn is_on(&self) -> bool {
        self.disabled_at.is_none()
    }

    /// "42 min · Zoom"
    pub fn facts(&self) -> String {
        format!("{} min · {}", self.minutes, self.location.label())
    }

    /// The same for who edits it: "42 min · Zoom · Group, 10 places"
    pub fn all_facts(&self) -> String {
        let mut facts = self.facts();
        if self.kind != Kind::OneOnOne {
            facts.push_str(" · ");
            facts.push_str(self.kind.label());
        }
        if self.kind.is_group() {
            let seats = self.seats.unwrap_or(SEATS_AT_FIRST);
            facts.push_str(&format!(", {seats} places"));
        }
        facts
    }
}

/// The safe defaults that what is made is asked to have.
fn defaults(webinar: bool) -> &'static str {
    if webinar {
        "A webinar has a passcode and no waiting room."
    } else {
        "Waiting room and passcode are on, join before host is off."
    }
}

/// How it stands with Zoom for the bookings of one person, as far as the editor has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ZoomLine {
    Hosted {
        email: String,
        shared: bool,
        /// A free account, whose meetings Zoom ends after forty minutes.
        basic: bool,
        /// Webinars are made instead of meetings.
        webinar: bool,
    },
    /// Of a team, so many of so many have no Zoom of their own; theirs is hosted on this one.
    Team {
        without: usize,
        of: usize,
        shared: Option<String>,
        webinar: bool,
    },
    NobodyConnected,
    Broken {
        email: String,
        /// The connection, for who can renew it.
        renew: Option<Id<Connection>>,
    },
    /// Connected, but Zoom won't let it hold meetings.
    CannotHost,
    OrgOff {
        admin: bool,
    },
    NotSetUp,
}

/// What is said under the location select.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub warns: bool,
    pub words: String,
    /// A next step: label and path.
    pub link: Option<(&'static str, String)>,
}

impl ZoomLine {
    /// Whether Zoom can be chosen by an event type that hasn't got it yet.
    pub fn can_be_chosen(&self) -> bool {
        match self {
            ZoomLine::OrgOff { admin } => *admin,
            ZoomLine::Hosted { .. }
            | ZoomLine::Team { .. }
            | ZoomLine::NobodyConnected
            | ZoomLine::Broken { .. }
            | ZoomLine::CannotHost
            | ZoomLine::NotSetUp => true,
        }
    }

    /// `back`: the page the line stands on, to which its link leads back in the end.
    pub fn line(&self, back: &str) -> Line {
        let warn = |words: &str, link| Line {
            warns: true,
            words: words.to_owned(),
            link,
        };
        let connect = || Some(("Connect Zoom →", step("connect", &[], back)));
        match self {
            ZoomLine::Hosted {
                email,
                shared,
                basic,
                webinar,
            } => {
                let role = if *shared { "shared" } else { "personal" };
                let cut = if *basic {
                    " It is a Basic account: Zoom ends its meetings after 40 minutes."
                } else {
                    ""
                };
                Line {
                    warns: false,
                    words: format!("Hosted on {email} ({role}). {}{cut}", defaults(*webinar)),
                    link: None,
                }
            }
            ZoomLine::Team { of: 0, .. } => {
                warn("Nobody is in the team, so it can’t be booked.", None)
            }
            ZoomLine::Team {
                without: 0,
                webinar,
                ..
            } => Line {
                warns: false,
                words: format!(
                    "Each host’s bookings are hosted on their own Zoom. {}",
                    defaults(*webinar)
                ),
                link: None,
            },
            ZoomLine::Team {
                without,
                of,
                shared,
                webinar: _,
            } => {
                let (have, theirs) = match without {
                    1 => ("has", "Their bookings"),
                    _ => ("have", "Their bookings"),
                };
                let then = match shared {
                    Some(email) => format!("use {email}."),
                    None => "will have no link.".to_owned(),
                };
                Line {
                    warns: shared.is_none(),
                    words: format!("{without} of {of} hosts {have} no own Zoom. {theirs} {then}"),
                    link: None,
                }
            }
            ZoomLine::NobodyConnected => warn(
                "Zoom links require a connected Zoom account. Connect one, or pick a different \
                 location.",
                connect(),
            ),
            ZoomLine::Broken { email, renew } => {
                let words = format!(
                    "The Zoom account {email} shows Connection broken. New bookings won’t get a \
                     link until it’s reconnected."
                );
                match renew {
                    Some(id) => {
                        let renewed = [("connection", id.to_string())];
                        let path = step("connect", &renewed, back);
                        warn(&words, Some(("Reconnect →", path)))
                    }
                    None => warn(
                        &format!("{words} Ask an admin to reconnect it, or connect your own."),
                        connect(),
                    ),
                }
            }
            ZoomLine::CannotHost => warn(
                "Zoom says that no connected account can host meetings, so no links are created. \
                 Connect another one, or pick a different location.",
                connect(),
            ),
            ZoomLine::OrgOff { admin: true } => warn(
                "Zoom is off for your organization, so no links are created.",
                Some(("Turn it on →", step("", &[], back))),
            ),
            ZoomLine::OrgOff { admin: false } => warn(
                "Zoom is off for your organization, so no links are created. Ask an admin to turn \
                 it on, or pick a different location.",
                None,
            ),
            ZoomLine::NotSetUp => warn(
                "Zoom isn’t set up on this server, so no links are created. Ask an admin to set \
                 it up, or pick a different location.",
                None,
            ),
        }
    }

    /// The note after an event type with Zoom was saved.
    pub fn saved(&self) -> String {
        match self {
            ZoomLine::Team {
                without: 1..,
                shared: None,
                ..
            } => {
                "Saved. Bookings of hosts without a Zoom account will have no Zoom link.".to_owned()
            }
            ZoomLine::Hosted { .. } | ZoomLine::Team { .. } => {
                "Saved. New bookings include a Zoom link; existing bookings are unaffected."
                    .to_owned()
            }
            ZoomLine::NobodyConnected => {
                "Saved. Bookings will have no Zoom link until an account is connected.".to_owned()
            }
            ZoomLine::Broken { email, .. } => {
                format!("Saved. Bookings will have no Zoom link until {email} is reconnected.")
            }
            ZoomLine::CannotHost => {
                "Saved. Bookings will have no Zoom link until an account that can host meetings \
                 is connected."
                    .to_owned()
            }
            ZoomLine::OrgOff { .. } => {
                "Saved. Bookings will have no Zoom link until Zoom is turned on for your \
                 organization."
                    .to_owned()
            }
            ZoomLine::NotSetUp => {
                "Saved. Bookings will have no Zoom link until Zoom is set up on this server."
                    .to_owned()
            }
        }
    }
}

/// A page about Zoom that leads back to this one, where Zoom stands chosen then.
fn step(page: &str, what: &[(&str, String)], back: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(what);
    query.append_pair("back", &format!("{back}?location=zoom"));
    let slash = if page.is_empty() { "" } else { "/" };
    let (query, anchor) = (query.finish(), if page.is_empty() { "#ro" } else { "" });
    format!("/360/integrations/zoom{slash}{page}?{query}{anchor}")
}

/// What is said of another choice than Zoom, given the location that is saved.
pub fn away_line(saved: Option<Location>) -> Option<Line> {
    (saved == Some(Location::Zoom)).then(|| Line {
        warns: false,
        words: "Bookings already made keep their Zoom links.".to_owned(),
        link: None,
    })
}

/// The note after a save.
pub fn saved_words(
    location: Location,
    before: Option<Location>,
    zoom: &ZoomLine,
) -> (bool, String) {
    if location == Location::Zoom {
        return (zoom.line("").warns, zoom.saved());
    }
    let words = away_line(before).map_or_else(
        || "Saved.".to_owned(),
        |line| format!("Saved. {}", line.words),
    );
    (false, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosted(shared: bool) -> ZoomLine {
        ZoomLine::Hosted {
            email: "ada@zoom.example".to_owned(),
            shared,
            basic: false,
            webinar: false,
        }
    }

    #[test]
    fn each_state_of_zoom_has_its_line_and_its_note() {
        let broken = |renew| ZoomLine::Broken {
            email: "ada@zoom.example".to_owned(),
            renew,
        };
        let id = Id::from_uuid(uuid::Uuid::from_u128(7));
        let connect = Some("Connect Zoom →");
        let rows = [
            (
                hosted(false),
                "Hosted on ada@zoom.example (personal). Waiting room and passcode are on, join \
                 before host is off.",
                None,
                "Saved. New bookings include a Zoom link; existing bookings are unaffected.",
            ),
            (
                hosted(true),
                "Hosted on ada@zoom.example (shared). Waiting room and passcode are on, join \
                 before host is off.",
                None,
                "Saved. New bookings include a Zoom link; existing bookings are unaffected.",
            ),
            (
                ZoomLine::Hosted {
                    email: "ada@zoom.example".to_owned(),
                    shared: false,
                    basic: false,
                    webinar: true,
                },
                "Hosted on ada@zoom.example (personal). A webinar has a passcode and no waiting \
                 room.",
                None,
                "Saved. New bookings include a Zoom link; existing bookings are unaffected.",
            ),
            (
                ZoomLine::NobodyConnected,
                "Zoom links require a connected Zoom account. Connect one, or pick a different \
                 location.",
                connect,
                "Saved. Bookings will have no Zoom link until an account is connected.",
            ),
            (
                broken(Some(id)),
                "The Zoom account ada@zoom.example shows Connection broken. New bookings won’t \
                 get a link until it’s reconnected.",
                Some("Reconnect →"),
                "Saved. Bookings will have no Zoom link until ada@zoom.example is reconnected.",
            ),
            (
                broken(None),
                "The Zoom account ada@zoom.example shows Connection broken. New bookings won’t \
                 get a link until it’s reconnected. Ask an admin to reconnect it, or connect your \
                 own.",
                connect,
                "Saved. Bookings will have no Zoom link until ada@zoom.example is reconnected.",
            ),
            (
                ZoomLine::Hosted {
                    email: "ada@zoom.example".to_owned(),
                    shared: false,
                    basic: true,
                    webinar: false,
                },
                "Hosted on ada@zoom.example (personal). Waiting room and passcode are on, join \
                 before host is off. It is a Basic account: Zoom ends its meetings after 40 \
                 minutes.",
                None,
                "Saved. New bookings include a Zoom link; existing bookings are unaffected.",
            ),
            (
                ZoomLine::CannotHost,
                "Zoom says that no connected account can host meetings, so no links are created. \
                 Connect another one, or pick a different location.",
                connect,
                "Saved. Bookings will have no Zoom link until an account that can host meetings \
                 is connected.",
            ),
            (
                ZoomLine::OrgOff { admin: true },
                "Zoom is off for your organization, so no links are created.",
                Some("Turn it on →"),
                "Saved. Bookings will have no Zoom link until Zoom is turned on for your \
                 organization.",
            ),
            (
                ZoomLine::OrgOff { admin: false },
                "Zoom is off for your organization, so no links are created. Ask an admin to turn \
                 it on, or pick a different location.",
                None,
                "Saved. Bookings will have no Zoom link until Zoom is turned on for your \
                 organization.",
            ),
            (
                ZoomLine::NotSetUp,
                "Zoom isn’t set up on this server, so no links are created. Ask an admin to set \
                 it up, or pick a different location.",
                None,
                "Saved. Bookings will have no Zoom link until Zoom is set up on this server.",
            ),
        ];
        for (zoom, words, label, note) in rows {
            let line = zoom.line("/360/events/7");
            assert_eq!(line.words, words);
            let back = "back=%2F360%2Fevents%2F7%3Flocation%3Dzoom";
            assert!(line.link.iter().all(|(_, path)| path.contains(back)));
            assert_eq!(line.link.map(|(label, _)| label), label);
            assert_eq!(saved_words(Location::Zoom, None, &zoom).1, note);
            assert_eq!(line.warns, !matches!(zoom, ZoomLine::Hosted { .. }));
        }
    }

    #[test]
    fn other_places_have_a_line_only_when_zoom_is_left() {
        let line = away_line(Some(Location::Zoom)).unwrap();
        assert_eq!(line.words, "Bookings already made keep their Zoom links.");
        assert_eq!(away_line(Some(Location::Phone)), None);
        assert_eq!(away_line(None), None);
    }
}
