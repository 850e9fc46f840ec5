//! Writes an invite as iCalendar (RFC 5545) with its iTIP method (RFC 5546).
//!
//! A writer of our own, as the ones there are escape quotes inside parameters, which RFC 5545
//! has no escape for, and bring along a zone database that is a year old. It writes single
//! events with times in UTC, so it needs no zones at all. It reads nothing.

use jiff::Timestamp;

use crate::invites::{Invite, Mailbox, Status};
use crate::text;

/// What the message asks of the calendar. Also the `method` of the mail part's content type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// To invitees and guests: here it is, please answer.
    Request,
    Cancel,
    /// To the host, and for "add to calendar": without attendees, as an organizer is not
    /// invited to their own event.
    Publish,
}

impl Method {
    pub fn name(self) -> &'static str {
        match self {
            Method::Request => "REQUEST",
            Method::Cancel => "CANCEL",
            Method::Publish => "PUBLISH",
        }
    }
}

pub fn render(method: Method, invite: &Invite) -> String {
    let mut ics = Lines::default();
    ics.put("BEGIN", "VCALENDAR");
    ics.put("PRODID", "-//42min//Scheduling 1.0//EN");
    ics.put("VERSION", "2.0");
    ics.put("CALSCALE", "GREGORIAN");
    ics.put("METHOD", method.name());
    event(&mut ics, method, invite);
    ics.put("END", "VCALENDAR");
    ics.0
}

fn event(ics: &mut Lines, method: Method, invite: &Invite) {
    let summary = escaped(&text::one_line(&invite.summary));
    ics.put("BEGIN", "VEVENT");
    ics.put("UID", &escaped(&text::one_line(&invite.uid)));
    ics.put("SEQUENCE", &invite.sequence.to_string());
    ics.put("DTSTAMP", &utc(invite.stamp));
    ics.put("DTSTART", &utc(invite.starts_at));
    ics.put("DTEND", &utc(invite.ends_at()));
    ics.put("SUMMARY", &summary);
    let description = text::lines(&invite.description);
    if !description.is_empty() {
        ics.put("DESCRIPTION", &escaped(&description));
    }
    if let Some(location) = &invite.location {
        ics.put("LOCATION", &escaped(&text::one_line(location)));
    }
    if let Some(url) = invite.url.as_deref().and_then(link) {
        ics.put("URL", &url);
        let label = quoted(&invite.conference_label);
        let name = format!("CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL={label}");
        ics.put(&name, &url);
    }
    if let Some(status) = status(method, invite.status) {
        ics.put("STATUS", status);
    }
    ics.put("TRANSP", "OPAQUE");
    let organizer = &invite.organizer;
    ics.put(&format!("ORGANIZER{}", cn(organizer)), &mailto(organizer));
    match method {
        Method::Request | Method::Cancel => invite.attendees.iter().for_each(|attendee| {
            let answer = "CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE";
            ics.put(
                &format!("ATTENDEE;{answer}{}", cn(attendee)),
                &mailto(attendee),
            );
        }),
        Method::Publish => {}
    }
    match method {
        Method::Request => alarm(ics, &summary),
        Method::Cancel | Method::Publish => {}
    }
    ics.put("END", "VEVENT");
}

fn alarm(ics: &mut Lines, summary: &str) {
    ics.put("BEGIN", "VALARM");
    ics.put("ACTION", "DISPLAY");
    ics.put("DESCRIPTION", summary);
    ics.put("TRIGGER", "-PT10M");
    ics.put("END", "VALARM");
}

/// A CANCEL with a status ends the event for all; to uninvite one of a group it must have
/// none. A REQUEST is only ever for an event that takes place.
fn status(method: Method, status: Status) -> Option<&'static str> {
    match (method, status) {
        (Method::Request, Status::Confirmed | Status::Cancelled | Status::Uninvited)
        | (Method::Publish, Status::Confirmed) => Some("CONFIRMED"),
        (Method::Cancel, Status::Confirmed | Status::Cancelled)
        | (Method::Publish, Status::Cancelled | Status::Uninvited) => Some("CANCELLED"),
        (Method::Cancel, Status::Uninvited) => None,
    }
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => escaped.extend(['\\', letter]),
            '\n' => escaped.push_str("\\n"),
            _ => escaped.push(letter),
        }
    }
    escaped
}

fn cn(person: &Mailbox) -> String {
    let name = quoted(&person.name);
    if name == "\"\"" {
        String::new()
    } else {
        format!(";CN={name}")
    }
}

/// A parameter value. There is no way to write a quote in it, and a caret may be read as the
/// start of an escape (RFC 6868) by some and not by others, so it has neither.
fn quoted(value: &str) -> String {
    let value = text::one_line(value).replace('"', "'").replace('^', "");
    format!("\"{}\"", value.trim())
}

fn mailto(person: &Mailbox) -> String {
    let address = text::one_line(&person.email);
    format!("mailto:{}", percent_encoded(&address, b"-._~!$'*+@"))
}

/// A web address as it may stand in a URI value; anything else is no link to join by.
fn link(address: &str) -> Option<String> {
    let address = text::one_line(address);
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    is_web.then(|| percent_encoded(&address, b"-._~:/?#[]@!$&'()*+,;=%"))
}

/// Letters, digits and the signs in `kept` stay, all other bytes become %XX.
pub(super) fn percent_encoded(text: &str, kept: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    /// One content line, folded so that no line has more than 75 octets and no character is
    /// cut in two.
    fn put(&mut self, name: &str, value: &str) {
        const LONGEST: usize = 75;
        let mut octets = 0;
        for letter in name.chars().chain([':']).chain(value.chars()) {
            if octets + letter.len_utf8() > LONGEST {
                self.0.push_str("\r\n ");
                octets = 1;
            }
            self.0.push(letter);
            octets += letter.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn intro() -> Invite {
        let at = |words: &str| words.parse().unwrap();
        let join = "https://zoom.us/j/91234567890?pwd=abcDEF123";
        Invite {
            uid: "01JXA7Q2V3W4X5Y6Z7@42min.example".to_owned(),
            sequence: 0,
            stamp: at("2026-06-10T08:14:00Z"),
            starts_at: at("2026-06-12T07:00:00Z"),
            minutes: 42,
            summary: "Intro call: Grace Hopper and Ada Lovelace".to_owned(),
            description: format!(
                "Join Zoom meeting: {join}\nMeeting ID: 912 3456 7890\nPasscode: K7pQ2x\n\n\
                 42 min with Ada Lovelace."
            ),
            location: Some(join.to_owned()),
            url: Some(join.to_owned()),
            conference_label: "Join Zoom meeting".to_owned(),
            organizer: mailbox("Ada Lovelace", "ada@engines.example"),
            attendees: vec![mailbox("Grace Hopper", "grace@example.com")],
            status: Status::Confirmed,
        }
    }

    fn mailbox(name: &str, email: &str) -> Mailbox {
        Mailbox {
            name: name.to_owned(),
            email: email.to_owned(),
        }
    }

    fn readable(ics: &str) -> String {
        ics.replace("\r\n", "\n")
    }

    fn unfolded(ics: &str) -> Vec<String> {
        let whole = ics.replace("\r\n ", "");
        whole.split_terminator("\r\n").map(str::to_owned).collect()
    }

    fn value(ics: &str, name: &str) -> Option<String> {
        let lines = unfolded(ics);
        let of = |line: &String| {
            line.strip_prefix(name)?
                .strip_prefix(':')
                .map(str::to_owned)
        };
        lines.iter().find_map(of)
    }

    #[test]
    fn a_request_says_everything_a_calendar_needs() {
        insta::assert_snapshot!(readable(&render(Method::Request, &intro())), @r#"
        BEGIN:VCALENDAR
        PRODID:-//42min//Scheduling 1.0//EN
        VERSION:2.0
        CALSCALE:GREGORIAN
        METHOD:REQUEST
        BEGIN:VEVENT
        UID:01JXA7Q2V3W4X5Y6Z7@42min.example
        SEQUENCE:0
        DTSTAMP:20260610T081400Z
        DTSTART:20260612T070000Z
        DTEND:20260612T074200Z
        SUMMARY:Intro call: Grace Hopper and Ada Lovelace
        DESCRIPTION:Join Zoom meeting: https://zoom.us/j/91234567890?pwd=abcDEF123\
         nMeeting ID: 912 3456 7890\nPasscode: K7pQ2x\n\n42 min with Ada Lovelace.
        LOCATION:https://zoom.us/j/91234567890?pwd=abcDEF123
        URL:https://zoom.us/j/91234567890?pwd=abcDEF123
        CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL="Join Zoom meeting":https://
         zoom.us/j/91234567890?pwd=abcDEF123
        STATUS:CONFIRMED
        TRANSP:OPAQUE
        ORGANIZER;CN="Ada Lovelace":mailto:ada@engines.example
        ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=
         TRUE;CN="Grace Hopper":mailto:grace@example.com
        BEGIN:VALARM
        ACTION:DISPLAY
        DESCRIPTION:Intro call: Grace Hopper and Ada Lovelace
        TRIGGER:-PT10M
        END:VALARM
        END:VEVENT
        END:VCALENDAR
        "#);
    }

    #[test]
    fn a_cancel_ends_the_event_and_rings_no_bell() {
        let canceled = Invite {
            sequence: 3,
            status: Status::Cancelled,
            description: String::new(),
            location: None,
            url: None,
            ..intro()
        };
        insta::assert_snapshot!(readable(&render(Method::Cancel, &canceled)), @r#"
        BEGIN:VCALENDAR
        PRODID:-//42min//Scheduling 1.0//EN
        VERSION:2.0
        CALSCALE:GREGORIAN
        METHOD:CANCEL
        BEGIN:VEVENT
        UID:01JXA7Q2V3W4X5Y6Z7@42min.example
        SEQUENCE:3
        DTSTAMP:20260610T081400Z
        DTSTART:20260612T070000Z
        DTEND:20260612T074200Z
        SUMMARY:Intro call: Grace Hopper and Ada Lovelace
        STATUS:CANCELLED
        TRANSP:OPAQUE
        ORGANIZER;CN="Ada Lovelace":mailto:ada@engines.example
        ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=
         TRUE;CN="Grace Hopper":mailto:grace@example.com
        END:VEVENT
        END:VCALENDAR
        "#);
    }

    #[test]
    fn uninviting_one_of_a_group_leaves_the_event_without_a_status() {
        let status = |method, status| {
            let ics = render(method, &Invite { status, ..intro() });
            value(&ics, "STATUS")
        };
        assert_eq!(status(Method::Cancel, Status::Uninvited), None);
        let cancelled = Some("CANCELLED".to_owned());
        assert_eq!(status(Method::Cancel, Status::Cancelled), cancelled);
        assert_eq!(status(Method::Publish, Status::Cancelled), cancelled);
    }

    #[test]
    fn the_hosts_copy_has_an_organizer_and_no_attendees() {
        let ics = render(Method::Publish, &intro());
        assert!(ics.contains("METHOD:PUBLISH\r\n"));
        assert!(ics.contains("ORGANIZER;"));
        assert!(!ics.contains("ATTENDEE"));
        assert!(!ics.contains("VALARM"));
    }

    #[test]
    fn lines_end_with_crlf_and_are_folded_between_characters() {
        let ics = render(
            Method::Request,
            &Invite {
                summary: "Gespräch über 日本語の本 👩‍💻 ".repeat(12),
                ..intro()
            },
        );
        assert!(ics.ends_with("END:VCALENDAR\r\n"));
        assert_eq!(ics.matches('\r').count(), ics.matches('\n').count());
        assert!(ics.split("\r\n").all(|line| line.len() <= 75));
        let expected = "Gespräch über 日本語の本 👩‍💻 ".repeat(12);
        assert_eq!(value(&ics, "SUMMARY").unwrap(), expected.trim());
    }

    #[test]
    fn nobody_adds_a_property_by_their_name() {
        let attacks = [
            "Grace\r\nATTENDEE:mailto:eve@example.com",
            "Grace\nATTACH:https://evil.example",
            "Grace\rX-EVIL:1",
            "Grace\0\u{85}\u{2028}X-EVIL:1",
            "Grace\";X-EVIL=1:mailto:eve@example.com",
            "Grace^nX-EVIL:1^'",
            "Grace\\\";RSVP=FALSE",
            "\u{202e}ecarG",
        ];
        let names = |ics: &str| -> Vec<String> {
            let name = |line: &String| line.split([':', ';']).next().unwrap().to_owned();
            unfolded(ics).iter().map(name).collect()
        };
        let innocent = names(&render(Method::Request, &intro()));
        for attack in attacks {
            let ics = render(
                Method::Request,
                &Invite {
                    uid: attack.to_owned(),
                    summary: attack.to_owned(),
                    description: attack.to_owned(),
                    location: Some(attack.to_owned()),
                    url: Some(format!("https://zoom.us/{attack}")),
                    conference_label: attack.to_owned(),
                    organizer: mailbox(attack, attack),
                    attendees: vec![mailbox(attack, attack)],
                    ..intro()
                },
            );
            assert_eq!(names(&ics), innocent, "{attack:?}");
            let lines = unfolded(&ics);
            let people = lines.iter().filter(|line| line.contains("CN="));
            for line in people {
                assert_eq!(line.matches('"').count(), 2, "{line}");
                assert!(!line.contains('^'), "{line}");
            }
            assert!(!ics.contains(['\0', '\u{85}', '\u{2028}', '\u{202e}']));
        }
    }

    #[test]
    fn names_lose_only_what_a_parameter_cannot_hold() {
        let rows = [
            (
                "Grace \"Amazing\" Hopper",
                r#";CN="Grace 'Amazing' Hopper""#,
            ),
            ("Hopper, Grace; Dr.", r#";CN="Hopper, Grace; Dr.""#),
            ("^_^", r#";CN="_""#),
            ("山田 太郎", r#";CN="山田 太郎""#),
            (" ", ""),
        ];
        for (name, parameter) in rows {
            assert_eq!(cn(&mailbox(name, "")), parameter);
        }
    }

    #[test]
    fn addresses_and_links_are_valid_uris() {
        let to = |email| mailto(&mailbox("", email));
        assert_eq!(
            to("o'brien+zoom@example.com"),
            "mailto:o'brien+zoom@example.com"
        );
        assert_eq!(
            to("a%b=c&d?e@example.com"),
            "mailto:a%25b%3Dc%26d%3Fe@example.com"
        );
        assert_eq!(
            link("https://a.example/é \"x\"").unwrap(),
            "https://a.example/%C3%A9%20%22x%22"
        );
        assert_eq!(
            link("https://a.example/?a=%20,b"),
            Some("https://a.example/?a=%20,b".to_owned())
        );
        assert_eq!(link("javascript:alert(1)"), None);
        let odd = Invite {
            url: Some("javascript:alert(1)".to_owned()),
            ..intro()
        };
        assert!(!render(Method::Request, &odd).contains("CONFERENCE"));
    }

    fn unescaped(value: &str) -> String {
        let mut text = String::new();
        let mut letters = value.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => match letters.next() {
                    Some('n') => text.push('\n'),
                    other => text.extend(other),
                },
                _ => text.push(letter),
            }
        }
        text
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_reader_gets_back_what_was_written(
            words in proptest::collection::vec("[ -~\r\nä日👩\u{200d}\u{202e}\u{0}]{0,40}|\\PC{0,20}", 0..8),
            name in any::<String>(),
        ) {
            let said = words.concat();
            let ics = render(Method::Request, &Invite {
                summary: said.clone(),
                description: format!("-{said}-"),
                organizer: mailbox(&name, "ada@engines.example"),
                ..intro()
            });
            prop_assert!(ics.split("\r\n").all(|line| line.len() <= 75));
            prop_assert_eq!(ics.matches('\r').count(), ics.matches("\r\n").count());
            prop_assert_eq!(ics.matches('\n').count(), ics.matches("\r\n").count());
            prop_assert_eq!(unescaped(&value(&ics, "SUMMARY").unwrap()), text::one_line(&said));
            let description = text::lines(&format!("-{said}-"));
            prop_assert_eq!(unescaped(&value(&ics, "DESCRIPTION").unwrap()), description);
        }
    }
}
