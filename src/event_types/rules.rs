//! What an event type may be: defaults, ranges, and the line under its location. Pure; the forms
//! read with it, and the words of a refusal are the forms'.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use jiff::Timestamp;

use super::look::Look;
use super::{EventType, Kind, Location, Questions};
use crate::accounts::Person;
use crate::conferencing::connection::Connection;
use crate::id::Id;
use crate::language::{Language, Said};
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
    /// The message that names it.
    pub fn label(self) -> &'static str {
        match self {
            Color::Violet => "color-violet",
            Color::Blue => "color-blue",
            Color::Teal => "color-teal",
            Color::Green => "color-green",
            Color::Amber => "color-amber",
            Color::Red => "color-red",
            Color::Pink => "color-pink",
            Color::Gray => "color-gray",
        }
    }
}

impl Kind {
    /// The message that names it.
    pub fn label(self) -> &'static str {
        match self {
            Kind::OneOnOne => "kind-one-on-one",
            Kind::RoundRobin => "kind-round-robin",
            Kind::Group => "kind-group",
            Kind::GroupRoundRobin => "kind-group-round-robin",
        }
    }
}

impl Language {
    /// Under an event type's title: "42 min · Zoom"
    pub fn facts(self, it: &EventType) -> String {
        self.facts_with(it, it.location.name(self))
    }

    fn facts_with(self, it: &EventType, place: Cow<'_, str>) -> String {
        let facts = self.say("public-facts").with("minutes", it.minutes);
        facts.with("place", place).into()
    }

    /// The same for who edits it: "42 min · Zoom · Group, 10 places"
    pub fn all_facts(self, it: &EventType) -> String {
        let facts = self.facts_with(it, it.location.choice(self));
        if it.kind == Kind::OneOnOne {
            return facts;
        }
        let words = if it.kind.is_group() {
            let seats = it.seats.unwrap_or(SEATS_AT_FIRST);
            self.say("event-type-facts-group").with("seats", seats)
        } else {
            self.say("event-type-facts")
        };
        let kind = self.word(it.kind.label());
        words.with("facts", facts).with("kind", kind).into()
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
}

/// The message about the safe defaults that what is made is asked to have.
fn defaults(webinar: bool) -> &'static str {
    if webinar {
        "editor-zoom-safe-webinar"
    } else {
        "editor-zoom-safe"
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
    pub link: Option<(Cow<'static, str>, String)>,
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
    pub fn line(&self, language: Language, back: &str) -> Line {
        let warn = |words: String, link| Line {
            warns: true,
            words,
            link,
        };
        let word = |key| language.word(key);
        let plain = |key| word(key).into_owned();
        let connect = || Some((word("editor-zoom-connect"), step("connect", &[], back)));
        match self {
            ZoomLine::Hosted {
                email,
                shared,
                basic,
                webinar,
            } => {
                let role = if *shared {
                    "editor-zoom-shared"
                } else {
                    "editor-zoom-personal"
                };
                let hosted = language.say(role).with("email", email);
                let mut words = format!("{hosted} {}", word(defaults(*webinar)));
                if *basic {
                    words = format!("{words} {}", word("editor-zoom-basic"));
                }
                Line {
                    warns: false,
                    words,
                    link: None,
                }
            }
            ZoomLine::Team { of: 0, .. } => warn(plain("editor-zoom-nobody-in-team"), None),
            ZoomLine::Team {
                without: 0,
                webinar,
                ..
            } => Line {
                warns: false,
                words: format!("{} {}", word("editor-zoom-each"), word(defaults(*webinar))),
                link: None,
            },
            ZoomLine::Team {
                without,
                of,
                shared,
                webinar: _,
            } => {
                let words = match shared {
                    Some(email) => language.say("editor-zoom-team-shared").with("email", email),
                    None => language.say("editor-zoom-team-none"),
                };
                Line {
                    warns: shared.is_none(),
                    words: words.with("without", without).with("of", of).into(),
                    link: None,
                }
            }
            ZoomLine::NobodyConnected => warn(plain("editor-zoom-nobody"), connect()),
            ZoomLine::Broken { email, renew } => {
                let words = language.say("editor-zoom-broken").with("email", email);
                match renew {
                    Some(id) => {
                        let renewed = [("connection", id.to_string())];
                        let path = step("connect", &renewed, back);
                        let link = Some((word("editor-zoom-reconnect"), path));
                        warn(words.into(), link)
                    }
                    None => warn(format!("{words} {}", word("editor-zoom-ask")), connect()),
                }
            }
            ZoomLine::CannotHost => warn(plain("editor-zoom-cannot-host"), connect()),
            ZoomLine::OrgOff { admin: true } => warn(
                plain("editor-zoom-org-off-admin"),
                Some((word("editor-zoom-turn-on"), step("", &[], back))),
            ),
            ZoomLine::OrgOff { admin: false } => warn(plain("editor-zoom-org-off"), None),
            ZoomLine::NotSetUp => warn(plain("editor-zoom-not-set-up"), None),
        }
    }

    /// What follows the news that an event type with Zoom was saved.
    fn saved(&self, language: Language) -> Said {
        match self {
            ZoomLine::Team {
                without: 1..,
                shared: None,
                ..
            } => language.say("editor-saved-some"),
            ZoomLine::Hosted { .. } | ZoomLine::Team { .. } => language.say("editor-saved-links"),
            ZoomLine::NobodyConnected => language.say("editor-saved-nobody"),
            ZoomLine::Broken { email, .. } => {
                language.say("editor-saved-broken").with("email", email)
            }
            ZoomLine::CannotHost => language.say("editor-saved-cannot-host"),
            ZoomLine::OrgOff { .. } => language.say("editor-saved-org-off"),
            ZoomLine::NotSetUp => language.say("editor-saved-not-set-up"),
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
pub fn away_line(language: Language, saved: Option<Location>) -> Option<Line> {
    (saved == Some(Location::Zoom)).then(|| Line {
        warns: false,
        words: language.word("editor-zoom-left").into_owned(),
        link: None,
    })
}

/// The note after a save, which begins with the message `done`.
pub fn saved_words(
    done: Said,
    location: Location,
    before: Option<Location>,
    zoom: &ZoomLine,
) -> (bool, String) {
    let language = done.language();
    if location == Location::Zoom {
        let words = format!("{done} {}", zoom.saved(language));
        return (zoom.line(language, "").warns, words);
    }
    let words = match away_line(language, before) {
        Some(line) => format!("{done} {}", line.words),
        None => done.into(),
    };
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
            let line = zoom.line(Language::English, "/360/events/7");
            assert_eq!(line.words, words);
            let back = "back=%2F360%2Fevents%2F7%3Flocation%3Dzoom";
            assert!(line.link.iter().all(|(_, path)| path.contains(back)));
            assert_eq!(line.link.as_ref().map(|(label, _)| &**label), label);
            let done = Language::English.say("web-saved");
            assert_eq!(saved_words(done, Location::Zoom, None, &zoom).1, note);
            assert_eq!(line.warns, !matches!(zoom, ZoomLine::Hosted { .. }));
        }
    }

    #[test]
    fn other_places_have_a_line_only_when_zoom_is_left() {
        let away_line = |saved| away_line(Language::English, saved);
        let line = away_line(Some(Location::Zoom)).unwrap();
        assert_eq!(line.words, "Bookings already made keep their Zoom links.");
        assert_eq!(away_line(Some(Location::Phone)), None);
        assert_eq!(away_line(None), None);
    }
}
