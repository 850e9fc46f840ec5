//! What happened to a meeting, in words, from the first booking on: from its bookings, the letters
//! about it and the log of what was done at a provider. Pure.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::booking::{Booking, By, Status};
use crate::language::{Language, Said};
use crate::mail::store::Stored;
use crate::sync_log::{Action, Entry, Verdict};
use crate::zone::Zone;

/// One line of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub at: Timestamp,
    pub words: String,
    /// What somebody wrote with it.
    pub said: Option<String>,
    /// A tone and a word: "Sent", "Failed".
    pub badge: Option<(&'static str, Cow<'static, str>)>,
    /// It stands in the log, too.
    pub logged: bool,
}

impl Step {
    fn new(at: Timestamp, words: impl Into<String>) -> Step {
        Step {
            at,
            words: words.into(),
            said: None,
            badge: None,
            logged: false,
        }
    }
}

/// Everything, oldest first. `bookings`: all that were ever made in the meeting.
pub fn history(
    bookings: &[Booking],
    letters: &[Stored],
    log: &[Entry],
    (zone, language): (&Zone, Language),
) -> Vec<Step> {
    let mut steps: Vec<Step> = bookings
        .iter()
        .flat_map(|booking| of_booking(booking, bookings, (zone, language)))
        .collect();
    steps.extend(letters.iter().map(|letter| of_letter(letter, language)));
    let told = log.iter().filter(|entry| tells(entry));
    steps.extend(told.map(|entry| of_entry(entry, language)));
    // A stable order: of one moment, what was booked comes before what followed from it.
    steps.sort_by_key(|step| step.at);
    steps
}

fn of_booking(
    booking: &Booking,
    all: &[Booking],
    (zone, language): (&Zone, Language),
) -> Vec<Step> {
    let mut steps = vec![begun(booking, all, (zone, language))];
    match (booking.status, booking.ended_at) {
        (Status::Canceled, Some(at)) => {
            steps.push(Step {
                said: booking.cancel_reason.clone(),
                ..Step::new(at, canceled(booking, language))
            });
        }
        (Status::Canceled | Status::Rescheduled | Status::Confirmed, _) => {}
    }
    steps
}

/// Booked, or moved from the booking before.
fn begun(booking: &Booking, all: &[Booking], (zone, language): (&Zone, Language)) -> Step {
    let Some(from) = booking.rescheduled_from else {
        let words = language.say("history-booked");
        return Step::new(
            booking.created_at,
            words.with("name", &booking.invitee_name),
        );
    };
    let words = match all.iter().find(|it| it.id == from) {
        Some(from) => by(
            from,
            language.say("history-moved-by-host"),
            language.say("history-moved-by"),
        )
        .with("from", language.short(from.starts_at, zone)),
        None => language.say("history-moved"),
    };
    let words = words.with("to", language.short(booking.starts_at, zone));
    Step {
        said: booking.reschedule_reason.clone(),
        ..Step::new(booking.created_at, words)
    }
}

pub fn canceled(booking: &Booking, language: Language) -> String {
    let by_host = language.say("meeting-canceled-by-host");
    by(booking, by_host, language.say("meeting-canceled-by")).into()
}

/// What is said of who ended it. An admin may act in a host's stead, so the host isn't named.
fn by(booking: &Booking, host: Said, invitee: Said) -> Said {
    match booking.ended_by {
        Some(By::Host) => host,
        Some(By::Invitee) | None => invitee.with("name", &booking.invitee_name),
    }
}

fn of_letter(stored: &Stored, language: Language) -> Step {
    let letter = &stored.body.0;
    let about = match letter.kind.as_str() {
        "confirmed" if letter.audience == "host" => language.word("history-letter-booked"),
        "confirmed" => language.word("history-letter-confirmation"),
        "link-ready" => language.word("history-letter-link"),
        "moved" => language.word("history-letter-time"),
        "link-changed" => language.word("history-letter-new-link"),
        "place-changed" => language.word("history-letter-place"),
        "canceled" => language.word("history-letter-cancellation"),
        "last-call" => language.word("history-letter-last-call"),
        _ => letter.subject.as_str().into(),
    };
    let badge = match (stored.sent_at, stored.failed_at) {
        (Some(_), _) => ("ok", language.word("history-sent")),
        (None, Some(_)) => ("bad", language.word("history-not-delivered")),
        (None, None) => ("warn", language.word("history-waiting")),
    };
    Step {
        said: stored.failure.clone().filter(|_| stored.sent_at.is_none()),
        badge: Some(badge),
        ..Step::new(
            stored
                .sent_at
                .or(stored.failed_at)
                .unwrap_or(stored.created_at),
            language
                .say("history-mailed")
                .with("letter", about)
                .with("email", &letter.to.email),
        )
    }
}

/// Looks and reads that went well change nothing anybody would ask about.
fn tells(entry: &Entry) -> bool {
    match entry.action {
        Action::CreateMeeting
        | Action::MoveMeeting
        | Action::DeleteMeeting
        | Action::CreateWebinar
        | Action::MoveWebinar
        | Action::DeleteWebinar
        | Action::StartMeeting
        | Action::AccessRemoved
        | Action::ConnectionBroken => true,
        Action::ReadMeeting
        | Action::LookForMeeting
        | Action::SetPasscode
        | Action::RefreshAccess
        | Action::Connect
        | Action::Disconnect
        | Action::RoleChanged
        | Action::RolloutChanged
        | Action::Notice
        | Action::Probe
        | Action::Sweep => match entry.result {
            Verdict::Succeeded | Verdict::Received => false,
            Verdict::Sent | Verdict::Retrying | Verdict::Failed | Verdict::Skipped => true,
        },
    }
}

fn of_entry(entry: &Entry, language: Language) -> Step {
    let badge = match entry.result {
        Verdict::Succeeded | Verdict::Received => None,
        Verdict::Sent | Verdict::Retrying => Some(("warn", entry.result.label(language))),
        Verdict::Failed => Some(("bad", entry.result.label(language))),
        Verdict::Skipped => Some(("", entry.result.label(language))),
    };
    Step {
        badge,
        logged: true,
        ..Step::new(entry.at, entry.in_words(language))
    }
}
