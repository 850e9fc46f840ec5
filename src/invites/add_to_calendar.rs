//! Links that open a calendar on the web with the event filled in.
//!
//! The `.ics` file for all other calendars has a path of its own, which the booking pages make.

use crate::invites::Invite;
use crate::invites::ics::percent_encoded;
use crate::text;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddToCalendar {
    pub google: String,
    pub outlook: String,
    pub microsoft_365: String,
}

impl AddToCalendar {
    pub fn of(invite: &Invite) -> AddToCalendar {
        AddToCalendar {
            google: google(invite),
            outlook: outlook("https://outlook.live.com", invite),
            microsoft_365: outlook("https://outlook.office.com", invite),
        }
    }
}

fn google(invite: &Invite) -> String {
    let basic = |at: jiff::Timestamp| at.strftime("%Y%m%dT%H%M%SZ").to_string();
    format!(
        "https://calendar.google.com/calendar/render?action=TEMPLATE&text={}&dates={}/{}&details={}&location={}",
        encoded(&text::one_line(&invite.summary)),
        basic(invite.starts_at),
        basic(invite.ends_at()),
        encoded(&details(invite)),
        encoded(&place(invite)),
    )
}

fn outlook(site: &str, invite: &Invite) -> String {
    let extended = |at: jiff::Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    format!(
        "{site}/calendar/deeplink/compose?path=/calendar/action/compose&rru=addevent&startdt={}&enddt={}&subject={}&body={}&location={}",
        extended(invite.starts_at),
        extended(invite.ends_at()),
        encoded(&text::one_line(&invite.summary)),
        encoded(&details(invite)),
        encoded(&place(invite)),
    )
}

/// Cut, as these sites refuse long addresses. The join link stands at the front.
fn details(invite: &Invite) -> String {
    const LONGEST: usize = 600;
    let description = text::lines(&invite.description);
    match description.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", description[..end].trim_end()),
        None => description,
    }
}

fn place(invite: &Invite) -> String {
    invite
        .location
        .as_deref()
        .map(text::one_line)
        .unwrap_or_default()
}

/// A space is `%20`: Outlook shows a `+` as it is.
fn encoded(value: &str) -> String {
    percent_encoded(value, b"-._~")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invites::{Mailbox, Status};

    fn intro() -> Invite {
        let join = "https://zoom.us/j/91234567890?pwd=abc";
        Invite {
            uid: "1@42min.example".to_owned(),
            sequence: 0,
            stamp: "2026-06-10T08:14:00Z".parse().unwrap(),
            starts_at: "2026-06-12T07:00:00Z".parse().unwrap(),
            minutes: 42,
            summary: "Intro call: Grace & Ada".to_owned(),
            description: format!("Join: {join}\n100% fun"),
            location: Some(join.to_owned()),
            url: Some(join.to_owned()),
            conference_label: "Join Zoom meeting".to_owned(),
            organizer: Mailbox {
                name: "Ada Lovelace".to_owned(),
                email: "ada@engines.example".to_owned(),
            },
            attendees: Vec::new(),
            status: Status::Confirmed,
        }
    }

    #[test]
    fn each_site_gets_the_event_in_its_own_words() {
        let links = AddToCalendar::of(&intro());
        assert_eq!(
            links.google,
            "https://calendar.google.com/calendar/render?action=TEMPLATE\
             &text=Intro%20call%3A%20Grace%20%26%20Ada\
             &dates=20260612T070000Z/20260612T074200Z\
             &details=Join%3A%20https%3A%2F%2Fzoom.us%2Fj%2F91234567890%3Fpwd%3Dabc%0A100%25%20fun\
             &location=https%3A%2F%2Fzoom.us%2Fj%2F91234567890%3Fpwd%3Dabc"
        );
        assert_eq!(
            links.outlook,
            "https://outlook.live.com/calendar/deeplink/compose?path=/calendar/action/compose\
             &rru=addevent&startdt=2026-06-12T07:00:00Z&enddt=2026-06-12T07:42:00Z\
             &subject=Intro%20call%3A%20Grace%20%26%20Ada\
             &body=Join%3A%20https%3A%2F%2Fzoom.us%2Fj%2F91234567890%3Fpwd%3Dabc%0A100%25%20fun\
             &location=https%3A%2F%2Fzoom.us%2Fj%2F91234567890%3Fpwd%3Dabc"
        );
        let office = links
            .outlook
            .replace("outlook.live.com", "outlook.office.com");
        assert_eq!(links.microsoft_365, office);
    }

    #[test]
    fn a_reader_of_urls_gets_the_words_back() {
        let odd = Invite {
            summary: "1+1=2; \"ä\" #&? 日本\r\nX".to_owned(),
            location: None,
            ..intro()
        };
        let url = url::Url::parse(&AddToCalendar::of(&odd).google).unwrap();
        let text = url
            .query_pairs()
            .find(|(name, _)| name == "text")
            .unwrap()
            .1;
        assert_eq!(text, "1+1=2; \"ä\" #&? 日本 X");
    }

    #[test]
    fn long_details_are_cut() {
        let long = Invite {
            description: "日".repeat(5_000),
            ..intro()
        };
        let url = url::Url::parse(&AddToCalendar::of(&long).google).unwrap();
        let details = url
            .query_pairs()
            .find(|(name, _)| name == "details")
            .unwrap()
            .1;
        assert_eq!(details.chars().count(), 601);
        assert!(details.ends_with('…'));
    }
}
