//! What happened to a meeting, in words, from the first booking on: from its bookings, the letters
//! about it and the log of what was done at a provider. Pure.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::booking::{Booking, By, Status};
use crate::language::Language;
use crate::mail::store::Stored;
use crate::sync_log::{Action, Entry, Verdict};
use crate::when;
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
pub fn history(bookings: &[Booking], letters: &[Stored], log: &[Entry], zone: &Zone) -> Vec<Step> {
    let mut steps: Vec<Step> = bookings
        .iter()
        .flat_map(|booking| of_booking(booking, bookings, zone))
        .collect();
    steps.extend(letters.iter().map(of_letter));
    steps.extend(log.iter().filter(|entry| tells(entry)).map(of_entry));
    // A stable order: of one moment, what was booked comes before what followed from it.
    steps.sort_by_key(|step| step.at);
    steps
}

fn of_booking(booking: &Booking, all: &[Booking], zone: &Zone) -> Vec<Step> {
    let mut steps = vec![begun(booking, all, zone)];
    match (booking.status, booking.ended_at) {
        (Status::Canceled, Some(at)) => {
            let words = format!("Canceled by {}", who(booking.ended_by, booking));
            steps.push(Step {
                said: booking.cancel_reason.clone(),
                ..Step::new(at, words)
            });
        }
        (Status::Canceled | Status::Rescheduled | Status::Confirmed, _) => {}
    }
    steps
}

/// Booked, or moved from the booking before.
fn begun(booking: &Booking, all: &[Booking], zone: &Zone) -> Step {
    let Some(from) = booking.rescheduled_from else {
        let words = format!("Booked by {}", booking.invitee_name);
        return Step::new(booking.created_at, words);
    };
    let to = when::short(booking.starts_at, zone);
    let words = match all.iter().find(|it| it.id == from) {
        Some(from) => format!(
            "Moved by {}: {} → {to}",
            who(from.ended_by, from),
            when::short(from.starts_at, zone)
        ),
        None => format!("Moved to {to}"),
    };
    Step {
        said: booking.reschedule_reason.clone(),
        ..Step::new(booking.created_at, words)
    }
}

/// An admin may act in a host's stead, so the host isn't named.
fn who(by: Option<By>, booking: &Booking) -> &str {
    match by {
        Some(By::Host) => "the host",
        Some(By::Invitee) | None => &booking.invitee_name,
    }
}

fn of_letter(stored: &Stored) -> Step {
    let letter = &stored.body.0;
    let about = match letter.kind.as_str() {
        "confirmed" if letter.audience == "host" => "New booking",
        "confirmed" => "Confirmation",
        "link-ready" => "Link",
        "moved" => "New time",
        "link-changed" => "New link",
        "place-changed" => "New place",
        "canceled" => "Cancellation",
        "last-call" => "Reminder of the missing link",
        _ => letter.subject.as_str(),
    };
    let badge = match (stored.sent_at, stored.failed_at) {
        (Some(_), _) => ("ok", "Sent"),
        (None, Some(_)) => ("bad", "Not delivered"),
        (None, None) => ("warn", "Waiting"),
    };
    Step {
        said: stored.failure.clone().filter(|_| stored.sent_at.is_none()),
        badge: Some((badge.0, Cow::Borrowed(badge.1))),
        ..Step::new(
            stored
                .sent_at
                .or(stored.failed_at)
                .unwrap_or(stored.created_at),
            format!("{about} mailed to {}", letter.to.email),
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

fn of_entry(entry: &Entry) -> Step {
    let badge = match entry.result {
        Verdict::Succeeded | Verdict::Received => None,
        Verdict::Sent | Verdict::Retrying => Some(("warn", entry.result.label(Language::English))),
        Verdict::Failed => Some(("bad", entry.result.label(Language::English))),
        Verdict::Skipped => Some(("", entry.result.label(Language::English))),
    };
    Step {
        badge,
        logged: true,
        ..Step::new(entry.at, entry.in_words(Language::English))
    }
}
