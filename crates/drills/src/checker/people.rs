//! What people were told: I-1, I-2, I-4, I-10.

use std::collections::{BTreeMap, BTreeSet};

use super::stored::{Booking, Letter, Meeting, Stored};
use super::{Ack, Deed, Evidence, Findings, Mail, Told};

const MINUTE: i64 = 60 * 1_000_000;

pub(super) fn nothing_acknowledged_is_lost(evidence: &Evidence, found: &mut Findings) {
    let stored = evidence.stored;
    let touched = touched(evidence.acks, stored);
    for Ack { told, deed } in evidence.acks {
        if *told == Told::Unknown {
            continue;
        }
        match deed {
            Deed::Booked { booking, start } => {
                stands(stored, booking, *start, &touched, found);
            }
            Deed::Moved { from, to, start } => {
                moved(stored, from, *start, found);
                if let Some(to) = to {
                    stands(stored, to, *start, &touched, found);
                }
            }
            Deed::HostMoved { booking, start } => moved(stored, booking, *start, found),
            Deed::Canceled { booking } | Deed::HostCanceled { booking } => {
                let status = stored.booking(booking).map(|it| it.status.as_str());
                if status != Some("canceled") {
                    let words = format!("booking {booking} was canceled and is {status:?}");
                    found.add("I-1", words);
                }
            }
        }
    }
}

/// Bookings that somebody did something to after they were made.
fn touched(acks: &[Ack], stored: &Stored) -> BTreeSet<String> {
    let mut touched = BTreeSet::new();
    for ack in acks {
        match &ack.deed {
            Deed::Booked { .. } => {}
            Deed::Moved { from, .. } => drop(touched.insert(from.clone())),
            Deed::Canceled { booking } => drop(touched.insert(booking.clone())),
            Deed::HostCanceled { booking } | Deed::HostMoved { booking, .. } => {
                let meeting = stored.booking(booking).map(|it| &it.meeting);
                let all = stored
                    .bookings
                    .iter()
                    .filter(|it| Some(&it.meeting) == meeting);
                touched.extend(all.map(|it| it.id.clone()));
            }
        }
    }
    touched
}

fn stands(stored: &Stored, id: &str, start: i64, touched: &BTreeSet<String>, found: &mut Findings) {
    let Some(booking) = stored.booking(id) else {
        found.add("I-1", format!("booking {id} is lost"));
        return;
    };
    if booking.starts_at != start {
        found.add(
            "I-1",
            format!("booking {id} is at another time than was said"),
        );
    }
    if !touched.contains(id) && booking.status != "confirmed" {
        found.add(
            "I-1",
            format!("booking {id} is {} and nobody did that", booking.status),
        );
    }
}

fn moved(stored: &Stored, from: &str, start: i64, found: &mut Findings) {
    let Some(old) = stored.booking(from) else {
        found.add("I-1", format!("booking {from} is lost"));
        return;
    };
    let next = stored
        .bookings
        .iter()
        .find(|it| it.from.as_deref() == Some(from));
    if old.status != "rescheduled" || next.is_none_or(|next| next.starts_at != start) {
        found.add(
            "I-1",
            format!("the move of booking {from} is lost: it is {}", old.status),
        );
    }
}

pub(super) fn nobody_is_booked_twice(evidence: &Evidence, found: &mut Findings) {
    let stored = evidence.stored;
    let mut live: Vec<&Meeting> = stored.meetings.iter().filter(|it| it.is_live()).collect();
    live.sort_by_key(|it| (&it.host, it.starts_at));
    for pair in live.windows(2) {
        let [first, second] = pair else { continue };
        let gap = first.buffer_after.max(second.buffer_before) * MINUTE;
        if first.host == second.host && second.starts_at < first.ends_at() + gap {
            let words = format!(
                "meetings {} and {} of one host overlap",
                first.id, second.id
            );
            found.add("I-2", words);
        }
    }
    for meeting in &stored.meetings {
        let busy = stored.busy.iter().find(|busy| busy.meeting == meeting.id);
        let right = match busy {
            Some(busy) => {
                meeting.is_live()
                    && (busy.starts_at, busy.ends_at) == (meeting.starts_at, meeting.ends_at())
                    && busy.host == meeting.host
            }
            None => !meeting.is_live(),
        };
        if !right {
            found.add(
                "I-2",
                format!("meeting {} and its busy row differ: {busy:?}", meeting.id),
            );
        }
        let taken = stored
            .bookings
            .iter()
            .filter(|it| it.meeting == meeting.id && it.status == "confirmed")
            .count();
        let most = match (meeting.is_live(), meeting.seats) {
            (false, _) => 0,
            (true, None) => 1,
            (true, Some(seats)) => usize::try_from(seats).unwrap_or(0),
        };
        if taken > most || (meeting.is_live() && taken == 0) {
            let words = format!("meeting {} has {taken} places taken of {most}", meeting.id);
            found.add("I-2", words);
        }
    }
}

/// The mails of each letter, oldest letter first.
fn by_letter<'a>(evidence: &Evidence<'a>) -> Vec<(&'a Letter, &'a Mail)> {
    let mails: BTreeMap<String, &Mail> = evidence
        .mails
        .iter()
        .map(|mail| (mail.letter(), mail))
        .collect();
    let letters = evidence.stored.letters.iter();
    letters
        .filter_map(|letter| Some((letter, *mails.get(&letter.id)?)))
        .collect()
}

pub(super) fn one_link_for_each_booking(evidence: &Evidence, found: &mut Findings) {
    let Evidence {
        stored, zoom, now, ..
    } = evidence;
    let (by_hand, interrupted) = (zoom.deleted_by_hand(), stored.interrupted());
    // Deleted by somebody, or on an account that couldn't be reached any more.
    let gone = |link: &str| {
        zoom.rooms.iter().any(|room| {
            let out_of_reach = interrupted.contains(room.host.as_str());
            room.join_url == link && (by_hand.contains(&room.id) || out_of_reach)
        })
    };
    let mut links: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (letter, mail) in by_letter(evidence) {
        let Some(booking) = &letter.booking else {
            continue;
        };
        let its = links.entry(booking).or_default();
        for link in mail.links() {
            if its.last() != Some(&link) && letter.kind != "canceled" {
                its.push(link);
            }
        }
    }
    for (booking, links) in links {
        let replaced = &links[..links.len().saturating_sub(1)];
        if replaced.iter().any(|link| !gone(link)) {
            found.add(
                "I-4",
                format!("booking {booking} was told of the links {links:?}"),
            );
        }
        let live = stored
            .booking(booking)
            .filter(|it| it.status == "confirmed" && it.starts_at > *now);
        let Some(meeting) = live.and_then(|it| stored.meeting(&it.meeting)) else {
            continue;
        };
        let seen = stored.seen.iter().find(|seen| seen.meeting == meeting.id);
        let held = seen.and_then(|seen| seen.join_url.as_deref());
        if meeting.location == "zoom" && held.is_some() && links.last().copied() != held {
            let words = format!("booking {booking} was told of {links:?}, and {held:?} is held");
            found.add("I-4", words);
        }
    }
}

pub(super) fn letters_tell_what_is(evidence: &Evidence, found: &mut Findings) {
    let Evidence {
        stored, mails, now, ..
    } = evidence;
    let known: BTreeSet<&String> = stored.letters.iter().map(|letter| &letter.id).collect();
    let mut copies: BTreeMap<String, Vec<&Mail>> = BTreeMap::new();
    for mail in *mails {
        copies.entry(mail.letter()).or_default().push(mail);
    }
    let circumstances = &evidence.circumstances;
    let deaths = circumstances.deaths.len() + circumstances.failures.len();
    for (letter, copies) in copies {
        if !known.contains(&letter) {
            let words = format!("“{}” is of nothing that was committed", copies[0].subject);
            found.add("I-10", words);
        }
        if copies.iter().any(|copy| *copy != copies[0]) {
            found.add("I-10", format!("copies of the letter {letter} differ"));
        }
        if copies.len() > 1 + deaths {
            found.add(
                "I-10",
                format!("the letter {letter} left {} times", copies.len()),
            );
        }
    }
    let mut once: BTreeMap<(&str, &str, &str, &str), usize> = BTreeMap::new();
    for letter in &stored.letters {
        if letter.sent_at.is_none() && letter.failed_at.is_none() {
            let words = format!("a letter “{}” to {} never left", letter.kind, letter.to);
            found.add("I-10", words);
        }
        let once_only = matches!(
            letter.kind.as_str(),
            "confirmed" | "link-ready" | "canceled"
        );
        if let (Some(booking), true) = (&letter.booking, once_only) {
            let key = (
                booking.as_str(),
                letter.audience.as_str(),
                letter.to.as_str(),
                letter.kind.as_str(),
            );
            *once.entry(key).or_default() += 1;
        }
    }
    for ((booking, audience, _, kind), times) in once {
        if times > 1 {
            let words = format!("booking {booking}: {times} letters “{kind}” to its {audience}");
            found.add("I-10", words);
        }
    }
    for booking in stored.bookings.iter().filter(|it| it.starts_at > *now) {
        told_of(stored, booking, found);
    }
}

/// Whoever has a place knows of it, and whoever was told of one that is no more knows that too.
fn told_of(stored: &Stored, booking: &Booking, found: &mut Findings) {
    // Moved away and back before anybody was told, a place is where it was said to be.
    let about = |letter: &Letter| {
        let told = letter.booking.as_ref().and_then(|id| stored.booking(id))?;
        (letter.audience == "invitee" && told.seat == booking.seat).then_some(told)
    };
    let mut letters = stored.letters.iter().rev();
    let last = letters.find_map(|letter| Some((letter, about(letter)?)));
    let kind = last.map(|(letter, _)| letter.kind.as_str());
    let knows = last.is_some_and(|(_, told)| told.starts_at == booking.starts_at);
    let right = match booking.status.as_str() {
        "confirmed" => knows && kind.is_some_and(|kind| kind != "canceled"),
        "canceled" => kind.is_none_or(|kind| kind == "canceled"),
        _ => true,
    };
    if !right {
        let words = format!(
            "booking {} is {}, its invitee was last told {kind:?}",
            booking.id, booking.status
        );
        found.add("I-10", words);
    }
}

pub(super) fn letters_are_numbered(evidence: &Evidence, found: &mut Findings) {
    let mut last: BTreeMap<(&str, &str, &str), (i64, &str)> = BTreeMap::new();
    for (letter, mail) in by_letter(evidence) {
        for event in &mail.events {
            let key = (
                event.uid.as_str(),
                letter.to.as_str(),
                letter.audience.as_str(),
            );
            let before = last.insert(key, (event.sequence, &letter.kind));
            let Some((before, kind)) = before else {
                continue;
            };
            let right = match event.method.as_str() {
                "PUBLISH" => event.sequence >= before,
                _ => event.sequence > before,
            };
            if !right {
                let words = format!(
                    "“{}” to {} has SEQUENCE {} after {before} (“{kind}”)",
                    letter.kind, letter.to, event.sequence
                );
                found.add("I-10", words);
            }
        }
    }
}
