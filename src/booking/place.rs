//! Where a meeting takes place, in words: the same ones on pages, in mails and in invites. Pure.

use super::rules;
use crate::conferencing::view::{Link, Online};
use crate::event_types::Location;
use crate::language::Language;

/// The words for a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// "Zoom", "Phone", "In person", "Online", …
    pub label: String,
    /// What is known beyond that: a number, an address, a web address, the invitee's own words.
    pub detail: Option<String>,
    /// One line for a list of facts: "Zoom", "Phone: +34 600 123 456", "Calle Mayor 1". The link
    /// itself is not in it: pages and mails show that as a button with its address.
    pub line: String,
    /// A calendar's LOCATION: the join link, so that programs find it; "Zoom (link to follow)".
    pub calendar_location: String,
    /// How to join online, once there is a way.
    pub join: Option<Join>,
    /// Whether people may wait for a link.
    pub link: LinkState,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join {
    pub url: String,
    /// What a button says: "Join Zoom meeting".
    pub words: String,
    /// Grouped for reading: "912 3456 7890".
    pub meeting_id: Option<String>,
    pub passcode: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// This place needs no link from us.
    NotNeeded,
    Ready,
    /// It follows by mail.
    Follows,
    /// There will be none by itself.
    None,
}

/// The words for this location, what was written to it, and its online room as it is now.
pub fn place_words(
    language: Language,
    location: Location,
    value: Option<&str>,
    online: &Online,
) -> Place {
    let value = value.map(str::trim).filter(|value| !value.is_empty());
    let value = value.map(|value| rules::said_of_place(location, value, language));
    let label = match location {
        Location::AskInvitee => language.word("place-place"),
        Location::Zoom
        | Location::GoogleMeet
        | Location::MicrosoftTeams
        | Location::CustomUrl
        | Location::Phone
        | Location::InPerson => location.name(language),
    };
    let (link, detail, join) = match location {
        Location::Zoom => match online {
            Online::Ready(link) => (LinkState::Ready, None, Some(join(language, link))),
            Online::NotOurs | Online::Pending | Online::Late(_) => (LinkState::Follows, None, None),
            Online::None(_) => (LinkState::None, None, None),
        },
        Location::CustomUrl => {
            let url = value.clone().filter(|url| is_web(url));
            (
                LinkState::NotNeeded,
                value,
                url.map(|url| at_url(language, url)),
            )
        }
        Location::AskInvitee
        | Location::Phone
        | Location::InPerson
        | Location::GoogleMeet
        | Location::MicrosoftTeams => (LinkState::NotNeeded, value, None),
    };
    let line = match (&detail, location) {
        (Some(detail), Location::InPerson | Location::AskInvitee | Location::CustomUrl) => {
            detail.clone()
        }
        (
            Some(detail),
            Location::Zoom | Location::GoogleMeet | Location::MicrosoftTeams | Location::Phone,
        ) => format!("{label}: {detail}"),
        (None, _) => label.clone().into_owned(),
    };
    let calendar_location = match (&join, link) {
        (Some(join), _) => join.url.clone(),
        (None, LinkState::Follows) => language.say("place-to-follow").with("place", &label).into(),
        (None, LinkState::NotNeeded | LinkState::Ready | LinkState::None) => line.clone(),
    };
    Place {
        label: label.into_owned(),
        detail,
        line,
        calendar_location,
        join,
        link,
    }
}

fn join(language: Language, link: &Link) -> Join {
    Join {
        url: link.join_url.clone(),
        words: language.join(link),
        meeting_id: Some(link.meeting_id.clone()).filter(|id| !id.is_empty()),
        passcode: link.passcode.clone(),
    }
}

fn at_url(language: Language, url: String) -> Join {
    Join {
        url,
        words: language.word("join-online").into_owned(),
        meeting_id: None,
        passcode: None,
    }
}

impl Language {
    /// What a button says: "Join Zoom meeting".
    pub fn join(self, link: &Link) -> String {
        let words = self.say("join").with("kind", link.noun);
        words.with("place", link.provider).into()
    }
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

impl Place {
    pub fn join_url(&self) -> Option<&str> {
        self.join.as_ref().map(|join| join.url.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conferencing::view::Why;

    fn ready() -> Online {
        Online::Ready(Link {
            provider: "Zoom",
            noun: "meeting",
            join_url: "https://zoom.us/j/1".to_owned(),
            meeting_id: "912 3456 7890".to_owned(),
            passcode: Some("K7pQ2x".to_owned()),
            hosted_on: "ada@engines.example".to_owned(),
            shared: false,
            overlaps: false,
            follows: true,
            stale: false,
        })
    }

    #[test]
    fn each_place_has_its_line_and_its_line_in_a_calendar() {
        let why = || Why("Zoom is off".to_owned());
        let no = Online::NotOurs;
        let rows = [
            (Location::Zoom, None, ready(), "Zoom", "https://zoom.us/j/1"),
            (
                Location::Zoom,
                None,
                Online::Pending,
                "Zoom",
                "Zoom (link to follow)",
            ),
            (
                Location::Zoom,
                None,
                Online::Late(why()),
                "Zoom",
                "Zoom (link to follow)",
            ),
            (Location::Zoom, None, Online::None(why()), "Zoom", "Zoom"),
            (
                Location::Phone,
                Some("+34 600"),
                no.clone(),
                "Phone: +34 600",
                "Phone: +34 600",
            ),
            (Location::Phone, None, no.clone(), "Phone", "Phone"),
            (
                Location::InPerson,
                Some("Calle Mayor 1"),
                no.clone(),
                "Calle Mayor 1",
                "Calle Mayor 1",
            ),
            (
                Location::InPerson,
                Some(" "),
                no.clone(),
                "In person",
                "In person",
            ),
            (
                Location::CustomUrl,
                Some("https://a.example/x"),
                no.clone(),
                "https://a.example/x",
                "https://a.example/x",
            ),
            (
                Location::AskInvitee,
                Some("The café"),
                no,
                "The café",
                "The café",
            ),
        ];
        for (location, value, online, line, calendar) in rows {
            let place = place_words(Language::English, location, value, &online);
            assert_eq!(place.line, line);
            assert_eq!(place.calendar_location, calendar);
        }
    }

    #[test]
    fn only_a_web_address_is_a_way_to_join() {
        let join = |url| {
            place_words(
                Language::English,
                Location::CustomUrl,
                Some(url),
                &Online::NotOurs,
            )
            .join
        };
        assert_eq!(join("https://a.example").unwrap().words, "Join meeting");
        assert_eq!(join("javascript:alert(1)"), None);
        // A room that is still there says nothing of a meeting that moved to the phone.
        assert_eq!(
            place_words(Language::English, Location::Phone, None, &ready()).join,
            None
        );
    }
}
