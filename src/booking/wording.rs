//! What letters about a meeting say. Pure: news, facts and addresses in, a sheet and an invite out.
//! Every sentence about the link is chosen from the old and the new one, so that it is true.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::json;

use super::letters::{Audience, News, Told};
use super::place::{LinkState, Place};
use super::{Booking, By, Meeting, Status, rules};
use crate::accounts::{Org, Person};
use crate::conferencing::view::Online;
use crate::event_types::{EventType, Location};
use crate::invites::ics::Method;
use crate::invites::{self, Invite};
use crate::language::{Language, Said};
use crate::mail::sheet::{self, Button, Fact, Link, Sheet};
use crate::zone::Zone;

/// One letter about to be written, with everything it can speak of.
pub struct Scene<'a> {
    pub audience: Audience,
    pub email: &'a str,
    pub news: &'a News,
    /// What the recipient was last told.
    pub before: Option<&'a Told>,
    /// Message-ID of the conversation it belongs to. None: it begins one.
    pub thread: Option<&'a String>,
    /// The same address has another place in the meeting that this recipient leaves.
    pub is_in_still: bool,
    pub org: &'a Org,
    pub host: &'a Person,
    pub event_type: &'a EventType,
    pub meeting: &'a Meeting,
    pub booking: &'a Booking,
    /// It is about the whole meeting of a group, with so many in it.
    pub of_all: Option<usize>,
    pub online: &'a Online,
    pub place: &'a Place,
    pub urls: &'a Urls,
}

/// A meeting that a place was moved from, with its host, whose event it stays in calendars.
#[derive(Clone, Debug)]
pub struct Left {
    pub meeting: Meeting,
    pub host: Person,
    /// The addresses of those who are in it still, in lower case.
    pub still_in: BTreeSet<String>,
}

/// The addresses a letter can lead to, as a whole.
#[derive(Clone, Debug)]
pub struct Urls {
    pub manage: String,
    pub reschedule: String,
    pub cancel: String,
    /// The event type's page, while it can be booked.
    pub book_again: Option<String>,
    /// The booking in the host's list.
    pub open: String,
    pub notices_off: String,
}

impl Scene<'_> {
    /// A REQUEST's subject becomes the appointment's title in some calendars and comes back in
    /// answers: it is the summary, whatever the letter tells. The host's letters have their own.
    pub fn subject(&self) -> String {
        match self.audience {
            Audience::Invitee | Audience::Guest => match self.news {
                News::Canceled => subject_canceled(self.language(), self.summary()),
                News::Confirmed
                | News::LinkReady
                | News::Moved { .. }
                | News::LinkChanged
                | News::PlaceChanged => self.summary(),
            },
            Audience::Host => {
                let news = match self.news {
                    News::Confirmed => "notice-subject-booked",
                    News::LinkReady => "notice-subject-link-ready",
                    News::Moved { .. } => "notice-subject-moved",
                    News::LinkChanged => "notice-subject-link-changed",
                    News::PlaceChanged => "notice-subject-place-changed",
                    News::Canceled if self.is_handed_over() => "notice-subject-handed-over",
                    News::Canceled if self.is_moved_away() => "notice-subject-moved-away",
                    News::Canceled => "notice-subject-canceled",
                };
                let subject = match self.of_all {
                    Some(_) => self.say("notice-subject-of-all"),
                    None => self
                        .say("notice-subject")
                        .with("invitee", &self.booking.invitee_name),
                };
                let subject = subject.with("news", self.about_place(news));
                let subject = subject.with("event", &self.event_type.title);
                subject.with("when", self.brief()).into()
            }
        }
    }

    pub fn sheet(&self) -> Sheet {
        let mut sheet = Sheet {
            language: self.language(),
            subject: self.subject(),
            preheader: self.preheader(),
            heading: self.heading(),
            lead: self.lead(),
            facts: self.facts(),
            org: self.org.name.clone(),
            reason: self.reason(),
            ..Sheet::default()
        };
        match self.audience {
            Audience::Invitee => {
                self.ways_on_for_invitee(&mut sheet);
                sheet.data = Some(self.reservation());
            }
            Audience::Guest => sheet.button = self.join_button(),
            Audience::Host => self.ways_on_for_host(&mut sheet),
        }
        sheet
    }

    /// The event for the recipient's calendar. The address to change the booking by stands in the
    /// invitee's copy alone.
    pub fn invite(&self, sequence: i64, now: Timestamp) -> Invite {
        let attendee = match self.audience {
            Audience::Invitee => Some(self.booking.invitee_name.clone()),
            Audience::Guest => Some(String::new()),
            Audience::Host => None,
        };
        let (is_on, join) = (self.takes_place(), self.place.join.as_ref());
        let status = match (is_on, self.meeting.over_at) {
            (true, _) => invites::Status::Confirmed,
            (false, Some(_)) => invites::Status::Cancelled,
            (false, None) => invites::Status::Uninvited,
        };
        Invite {
            uid: self.meeting.ical_uid.clone(),
            sequence: u32::try_from(sequence).unwrap_or(u32::MAX),
            stamp: now,
            starts_at: self.starts_at(),
            minutes: self.minutes(),
            summary: self.summary(),
            description: if is_on {
                self.description()
            } else {
                String::new()
            },
            location: is_on.then(|| self.place.calendar_location.clone()),
            url: join.filter(|_| is_on).map(|join| join.url.clone()),
            conference_label: join.map_or_else(String::new, |join| join.words.clone()),
            organizer: invites::Mailbox {
                name: self.host.name.clone(),
                email: self.host.email.clone(),
            },
            attendees: attendee
                .map(|name| invites::Mailbox {
                    name,
                    email: self.email.to_owned(),
                })
                .into_iter()
                .collect(),
            status,
        }
    }

    /// The event they know, taken out of their calendar: the meeting became another one. None where
    /// no calendar holds it.
    pub fn takes_back(&self, left: &Left, now: Timestamp) -> Option<(Method, Invite)> {
        let (before, old) = (self.before?, &left.meeting);
        let method = match self.audience {
            Audience::Host => old.over_at.map(|_| Method::Publish)?,
            Audience::Invitee | Audience::Guest => before
                .invited_at
                .filter(|_| !left.still_in.contains(&self.email.to_lowercase()))
                .map(|_| Method::Cancel)?,
        };
        let status = match old.over_at {
            Some(_) => invites::Status::Cancelled,
            None => invites::Status::Uninvited,
        };
        let sequence = old.sequence.unwrap_or(0);
        Some((
            method,
            Invite {
                uid: old.ical_uid.clone(),
                sequence: u32::try_from(sequence).unwrap_or(u32::MAX),
                starts_at: before.starts_at,
                minutes: before.minutes,
                summary: self.summary_of(left),
                description: String::new(),
                location: None,
                url: None,
                organizer: invites::Mailbox {
                    name: left.host.name.clone(),
                    email: left.host.email.clone(),
                },
                status,
                ..self.invite(sequence, now)
            },
        ))
    }

    fn language(&self) -> Language {
        language(self.audience, self.booking)
    }

    fn say(&self, key: &'static str) -> Said {
        self.language().say(key)
    }

    fn summary(&self) -> String {
        rules::summary_in(self.language(), self.meeting, (self.booking, self.host))
    }

    /// The same of the meeting they knew.
    pub fn summary_of(&self, left: &Left) -> String {
        rules::summary_in(self.language(), &left.meeting, (self.booking, &left.host))
    }

    fn takes_place(&self) -> bool {
        *self.news != News::Canceled
    }

    /// A canceled meeting is named by the time its recipient knows.
    fn starts_at(&self) -> Timestamp {
        match (self.takes_place(), self.before) {
            (false, Some(before)) => before.starts_at,
            (true, _) => self.meeting.starts_at,
            (false, None) => self.booking.starts_at,
        }
    }

    fn minutes(&self) -> u16 {
        match (self.takes_place(), self.before) {
            (false, Some(before)) => before.minutes,
            (true, _) => self.meeting.minutes,
            (false, None) => self.booking.minutes,
        }
    }

    fn zone(&self) -> &Zone {
        match self.audience {
            Audience::Invitee | Audience::Guest => &self.booking.invitee_timezone,
            Audience::Host => &self.host.timezone,
        }
    }

    /// A guest who was left out, while the meeting goes on.
    fn is_left_out(&self) -> bool {
        !self.takes_place() && self.meeting.over_at.is_none() && self.audience == Audience::Guest
    }

    /// A place was given back in a meeting that goes on with others.
    fn is_given_back(&self) -> bool {
        !self.takes_place() && self.meeting.over_at.is_none()
    }

    /// The invitee has moved it, and another member of the team hosts it now.
    fn is_handed_over(&self) -> bool {
        self.is_moved_away() && self.meeting.over_at.is_some()
    }

    /// The same, whether the meeting goes on with others or not.
    fn is_moved_away(&self) -> bool {
        let moved = self.booking.status == Status::Rescheduled;
        !self.takes_place() && moved && self.audience == Audience::Host
    }

    fn preheader(&self) -> String {
        let (at, zone) = (self.starts_at(), self.zone());
        let language = self.language();
        let brief = format!(
            "{}, {}",
            language.short(at, zone),
            language.zone_words(at, zone)
        );
        match self.news {
            News::Confirmed => {
                let place = match self.place.link {
                    LinkState::Follows => self.about_place("letter-link-follows"),
                    LinkState::Ready | LinkState::None | LinkState::NotNeeded => {
                        self.place.line.clone()
                    }
                };
                format!("{brief} · {place}")
            }
            News::LinkReady => format!("{} {brief}", self.heading()),
            News::Moved { .. } => self.say("letter-moved-to").with("when", brief).into(),
            News::LinkChanged | News::PlaceChanged => format!("{} {brief}", self.heading()),
            News::Canceled if self.is_given_back() || self.is_handed_over() => brief,
            News::Canceled => self.say("letter-off").with("when", brief).into(),
        }
    }

    fn heading(&self) -> String {
        match (self.news, self.audience) {
            (News::Confirmed, Audience::Invitee) => self.word("letter-booked"),
            (News::Confirmed, Audience::Guest) => self.word("letter-invited"),
            (News::Confirmed, Audience::Host) => self.word("notice-booked"),
            (News::LinkReady, Audience::Invitee | Audience::Guest) => {
                self.about_place("letter-link-ready")
            }
            (News::LinkReady, Audience::Host) => self.about_place("letter-link-now-ready"),
            (News::Moved { .. }, _) => self.word("letter-moved"),
            (News::LinkChanged, _) => self.about_place("letter-link-changed"),
            (News::PlaceChanged, _) => self.word("letter-place-changed"),
            (News::Canceled, _) if self.is_left_out() => self.word("letter-left-out"),
            (News::Canceled, _) if self.is_handed_over() => self.word("notice-handed-over"),
            (News::Canceled, Audience::Host) if self.is_moved_away() => {
                self.about_invitee("notice-moved-away")
            }
            (News::Canceled, Audience::Invitee)
                if self.is_given_back() && self.booking.ended_by == Some(By::Invitee) =>
            {
                self.word("letter-given-back")
            }
            (News::Canceled, _) => self.canceled_by(),
        }
    }

    fn canceled_by(&self) -> String {
        let by = |name: &str| self.say("letter-canceled-by").with("name", name).into();
        match (self.booking.ended_by, self.audience) {
            (Some(By::Invitee), Audience::Invitee) | (Some(By::Host), Audience::Host) => {
                self.word("letter-canceled-by-you")
            }
            (Some(By::Invitee), Audience::Guest | Audience::Host) => by(&self.booking.invitee_name),
            (Some(By::Host), Audience::Invitee | Audience::Guest) => by(&self.host.name),
            (None, Audience::Invitee | Audience::Guest | Audience::Host) => {
                self.word("letter-canceled")
            }
        }
    }

    fn word(&self, key: &'static str) -> String {
        self.language().word(key).into_owned()
    }

    fn about_place(&self, key: &'static str) -> String {
        self.say(key).with("place", &self.place.label).into()
    }

    fn about_invitee(&self, key: &'static str) -> String {
        let invitee = &self.booking.invitee_name;
        self.say(key).with("invitee", invitee).into()
    }

    /// "Fri 12 June 09:00"
    fn brief(&self) -> String {
        self.language().brief(self.starts_at(), self.zone())
    }

    fn reason_given(&self, given: Option<&str>) -> Option<String> {
        let given = given.map(str::trim).filter(|words| !words.is_empty())?;
        Some(self.say("letter-reason").with("reason", given).into())
    }

    fn lead(&self) -> Vec<String> {
        let mut lead = Vec::new();
        let unmoved = self.word("letter-same-time");
        match self.news {
            News::Confirmed => lead.extend(self.words_without_link()),
            News::LinkReady => lead.push(unmoved),
            News::LinkChanged => {
                lead.push(self.word("letter-use-new-link"));
                lead.push(unmoved);
            }
            News::PlaceChanged => {
                lead.push(unmoved);
                lead.extend(self.words_without_link());
            }
            News::Moved { .. } => {
                lead.extend(self.reason_given(self.booking.reschedule_reason.as_deref()));
                lead.extend(self.words_about_link());
            }
            News::Canceled if self.is_left_out() => {
                lead.push(self.word("letter-goes-on"));
            }
            News::Canceled if self.is_handed_over() => {
                lead.push(self.about_invitee("notice-handed-over-words"));
            }
            News::Canceled => {
                lead.extend(self.reason_given(self.booking.cancel_reason.as_deref()));
                if self.is_given_back() && self.audience == Audience::Host {
                    lead.push(self.word("notice-goes-on"));
                }
            }
        }
        lead
    }

    /// After a move: what has become of the link they have.
    fn words_about_link(&self) -> Option<String> {
        let old = self.before.and_then(|told| told.join_url.as_deref());
        let was_here = self
            .before
            .is_some_and(|told| told.place.split('|').next() == Some(self.meeting.location.word()));
        if self.meeting.location.provider().is_none() || !was_here {
            return match (was_here, self.words_without_link()) {
                (_, Some(words)) => Some(words),
                (true, None) => None,
                (false, None) => Some(self.word("letter-place-changed-too")),
            };
        }
        match (old, self.place.join_url()) {
            (Some(old), Some(new)) if old == new => Some(self.about_place("letter-link-stays")),
            (Some(_), Some(_)) => Some(self.about_place("letter-link-changed")),
            (None, Some(_)) => Some(self.about_place("letter-link-now-ready")),
            (Some(_) | None, None) => self.words_without_link(),
        }
    }

    /// Where a link is needed and there is none: what to expect.
    fn words_without_link(&self) -> Option<String> {
        let host = self.host.first_name();
        match (self.place.link, self.audience) {
            (LinkState::NotNeeded | LinkState::Ready, _) => None,
            (LinkState::Follows, Audience::Invitee | Audience::Guest) => {
                Some(self.about_place("letter-link-prepared"))
            }
            (LinkState::None, Audience::Invitee | Audience::Guest) => {
                Some(self.say("letter-no-link").with("host", host).into())
            }
            (LinkState::Follows, Audience::Host) => Some(match self.online {
                Online::Late(why) => self.about_missing_link("notice-link-late", Some(&why.0)),
                Online::NotOurs | Online::Pending | Online::Ready(_) | Online::None(_) => {
                    self.about_missing_link("notice-link-prepared", None)
                }
            }),
            (LinkState::None, Audience::Host) => Some(match self.online {
                Online::None(why) => self.about_missing_link("notice-no-link-why", Some(&why.0)),
                Online::NotOurs | Online::Pending | Online::Ready(_) | Online::Late(_) => {
                    self.about_place("notice-no-link")
                }
            }),
        }
    }

    fn about_missing_link(&self, key: &'static str, why: Option<&str>) -> String {
        let said = self.say(key).with("place", &self.place.label);
        let said = said.with("invitee", &self.booking.invitee_name);
        said.with("why", why.map_or_else(String::new, sentence))
            .into()
    }

    fn facts(&self) -> Vec<Fact> {
        let (at, minutes, zone) = (self.starts_at(), self.minutes(), self.zone());
        let language = self.language();
        let fact = |label, value: &str| Fact::new(language.word(label), value);
        let mut time = fact(
            "letter-when",
            &format!(
                "{}, {}",
                language.range(at, minutes, zone),
                language.zone_words(at, zone)
            ),
        );
        if let News::Moved { from, minutes } = *self.news {
            time.was = Some(language.range(from, minutes, zone));
        }
        let mut facts = vec![fact("letter-what", &self.event_type.title), time];
        if self.takes_place() {
            facts.push(fact("letter-where", &self.place.line));
        }
        match self.audience {
            Audience::Invitee => facts.push(fact("letter-with", &self.host.name)),
            Audience::Guest => {
                let both = self.say("letter-with-both").with("host", &self.host.name);
                let both = both.with("invitee", &self.booking.invitee_name);
                facts.push(fact("letter-with", &both.to_string()));
            }
            Audience::Host => self.host_facts(&mut facts),
        }
        if let (true, Some(join)) = (self.takes_place(), &self.place.join) {
            let codes = [
                ("letter-meeting-id", &join.meeting_id),
                ("letter-passcode", &join.passcode),
            ];
            for (label, code) in codes {
                facts.extend(code.as_deref().map(|code| fact(label, code)));
            }
        }
        facts
    }

    fn host_facts(&self, facts: &mut Vec<Fact>) {
        let (booking, language) = (self.booking, self.language());
        let fact = |label, value: String| Fact::new(language.word(label), value);
        if let Some(many) = self.of_all {
            if self.takes_place() {
                facts.push(fact("notice-invitees", many.to_string()));
            }
            return;
        }
        let invitee = format!("{}, {}", booking.invitee_name, booking.invitee_email);
        facts.push(fact("notice-invitee", invitee));
        if booking.invitee_timezone != self.host.timezone {
            let (at, zone) = (self.starts_at(), &booking.invitee_timezone);
            let there = format!(
                "{}, {}",
                language.short(at, zone),
                language.zone_words(at, zone)
            );
            facts.push(fact("notice-their-time", there));
        }
        if self.meeting.kind.is_group()
            && booking.location_value != self.meeting.location_value
            && let Some(own) = &booking.location_value
        {
            facts.push(fact("notice-their-place", own.clone()));
        }
        if !booking.guests.0.is_empty() {
            facts.push(fact("notice-guests", booking.guests.0.join(", ")));
        }
        for given in &booking.answers.0 {
            facts.push(Fact::new(given.label.as_str(), given.answer.as_str()));
        }
    }

    fn join_button(&self) -> Option<Button> {
        let join = self.place.join.as_ref().filter(|_| self.takes_place())?;
        Some(Button {
            words: join.words.clone(),
            url: join.url.clone(),
            spelled_out: true,
        })
    }

    fn ways_on_for_invitee(&self, sheet: &mut Sheet) {
        if !self.takes_place() {
            sheet.button = self.urls.book_again.as_ref().map(|url| Button {
                words: self.word("letter-again"),
                url: url.clone(),
                spelled_out: false,
            });
            return;
        }
        sheet.button = self.join_button().or_else(|| {
            Some(Button {
                words: self.word("letter-see"),
                url: self.urls.manage.clone(),
                spelled_out: false,
            })
        });
        sheet.links_lead = self.word("letter-change");
        if self.event_type.reschedule_disabled_at.is_none() {
            let words = self.word("letter-reschedule");
            sheet.links.push(link(&words, &self.urls.reschedule));
        }
        let words = self.word("letter-cancel");
        sheet.links.push(link(&words, &self.urls.cancel));
    }

    fn ways_on_for_host(&self, sheet: &mut Sheet) {
        sheet.button = Some(self.open_button());
        if self.takes_place() {
            sheet.notes.extend(self.host_notes());
        }
        sheet.links_lead = self.word("notice-unwanted");
        let words = self.word("notice-turn-off");
        sheet.links.push(link(&words, &self.urls.notices_off));
    }

    fn open_button(&self) -> Button {
        Button {
            words: self.word("notice-open"),
            url: self.urls.open.clone(),
            spelled_out: false,
        }
    }

    fn host_notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let Some(join) = &self.place.join else {
            return notes;
        };
        match self.meeting.location {
            Location::Zoom => notes.push(self.word("notice-start")),
            Location::GoogleMeet
            | Location::MicrosoftTeams
            | Location::Phone
            | Location::InPerson
            | Location::CustomUrl
            | Location::AskInvitee => {}
        }
        notes.push(self.say("notice-link").with("url", &join.url).into());
        if let Some(room) = self.online.link() {
            let of_room = |key| {
                let said = self.say(key).with("account", &room.hosted_on);
                said.with("provider", room.provider).into()
            };
            let said = [
                (room.shared, "notice-shared"),
                (room.overlaps, "notice-overlaps"),
                (room.stale, "notice-stale"),
            ];
            notes.extend(said.into_iter().filter(|it| it.0).map(|it| of_room(it.1)));
        }
        notes
    }

    fn reason(&self) -> String {
        match self.audience {
            Audience::Invitee => self.word("letter-because-booked"),
            Audience::Guest => {
                let because = self.say("letter-because-named");
                because.with("invitee", &self.booking.invitee_name).into()
            }
            Audience::Host => self.word("notice-because"),
        }
    }

    /// What a calendar shows under the title. The join link stands at the front.
    fn description(&self) -> String {
        let mut blocks = Vec::new();
        if let Some(join) = &self.place.join {
            let mut lines = vec![format!("{}: {}", join.words, join.url)];
            lines.extend(
                join.meeting_id
                    .as_ref()
                    .map(|id| self.say("invite-meeting-id").with("id", id).into()),
            );
            lines.extend(
                join.passcode
                    .as_ref()
                    .map(|code| self.say("invite-passcode").with("code", code).into()),
            );
            blocks.push(lines.join("\n"));
        } else {
            blocks.extend(self.words_without_link());
        }
        let length = |name: &str| {
            let length = self.say("invite-length").with("host", name);
            length.with("minutes", self.meeting.minutes).into()
        };
        match self.audience {
            Audience::Invitee => {
                let ways_on = self.say("invite-reschedule").with("url", &self.urls.manage);
                blocks.push(length(&self.host.name));
                blocks.push(ways_on.into());
            }
            Audience::Guest => blocks.push(length(&self.host.name)),
            Audience::Host => {
                blocks.push(match self.meeting.kind.is_group() {
                    true => length(&self.word("notice-everyone")),
                    false => length(&self.booking.invitee_name),
                });
                let open = self.say("invite-open").with("url", &self.urls.open);
                blocks.push(open.into());
            }
        }
        blocks.join("\n\n")
    }

    /// For mail programs that read reservations.
    fn reservation(&self) -> String {
        let status = if self.takes_place() {
            "ReservationConfirmed"
        } else {
            "ReservationCancelled"
        };
        let instant = |at: Timestamp| {
            let there = at.to_zoned(self.zone().tz().clone());
            there.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
        };
        let starts_at = self.starts_at();
        let ends_at = starts_at + crate::clock::minutes(i64::from(self.minutes()));
        let location = match self.place.join_url().filter(|_| self.takes_place()) {
            Some(url) => json!({ "@type": "VirtualLocation", "url": url }),
            None => {
                json!({ "@type": "Place", "name": self.place.line, "address": self.place.line })
            }
        };
        sheet::json_ld(&json!({
            "@context": "http://schema.org",
            "@type": "EventReservation",
            "reservationNumber": self.booking.id.to_string(),
            "reservationStatus": format!("http://schema.org/{status}"),
            "underName": { "@type": "Person", "name": self.booking.invitee_name },
            "reservationFor": {
                "@type": "Event",
                "name": self.summary(),
                "startDate": instant(starts_at),
                "endDate": instant(ends_at),
                "performer": { "@type": "Person", "name": self.host.name },
                "location": location,
            },
            "modifyReservationUrl": self.urls.manage,
        }))
    }
}

/// The host's reminder, two hours before, of a meeting whose link still isn't there.
pub fn last_call(scene: &Scene<'_>) -> Sheet {
    let why = match scene.online {
        Online::Late(why) | Online::None(why) => Some(sentence(&why.0)),
        Online::NotOurs | Online::Pending | Online::Ready(_) => None,
    };
    let is_group = scene.meeting.kind.is_group();
    let (who, near) = match is_group {
        true => (&scene.event_type.title, "last-call-near-group"),
        false => (&scene.booking.invitee_name, "last-call-near"),
    };
    let said = |key| {
        let said = scene.say(key).with("who", who);
        said.with("place", &scene.place.label)
    };
    let mut lead = vec![said(near).into()];
    lead.extend(why);
    Sheet {
        language: scene.language(),
        subject: said("last-call-subject").with("when", scene.brief()).into(),
        preheader: scene.word("last-call-now"),
        heading: said("last-call-heading").into(),
        lead,
        facts: scene.facts(),
        button: Some(scene.open_button()),
        notes: vec![scene.word("last-call-there")],
        org: scene.org.name.clone(),
        reason: scene.reason(),
        ..Sheet::default()
    }
}

/// What they read.
pub fn language(audience: Audience, booking: &Booking) -> Language {
    match audience {
        Audience::Invitee | Audience::Guest => booking.language,
        Audience::Host => Language::of_hosts(),
    }
}

/// What a calendar's event is called that is taken out of it.
pub fn subject_canceled(language: Language, summary: String) -> String {
    language
        .say("letter-subject-canceled")
        .with("summary", summary)
        .into()
}

/// Words as a sentence of their own.
fn sentence(words: &str) -> String {
    let words = words.trim();
    if words.ends_with(['.', '!', '?']) {
        words.to_owned()
    } else {
        format!("{words}.")
    }
}

fn link(words: &str, url: &str) -> Link {
    Link {
        words: words.to_owned(),
        url: url.to_owned(),
    }
}
