//! Meetings here and rooms at Zoom: I-3, I-6, I-12.

use std::collections::BTreeSet;

use super::stored::{Connection, Meeting, Stored};
use super::zoom::{AtZoom, Room};
use super::{Evidence, Findings};

/// What a start within this of now may still become is not judged.
const NEAR: i64 = 20 * 60 * 1_000_000;

/// Whose a room is, as its mark says: `[42min:installation.org.meeting.generation.mac]`.
fn marked(agenda: &str) -> Option<(String, String)> {
    let inside = agenda.strip_prefix("[42min:")?.split(']').next()?;
    let mut parts = inside.split('.');
    let (installation, _, meeting) = (parts.next()?, parts.next()?, parts.next()?);
    Some((hex(installation)?, hex(meeting)?))
}

/// Base 64 without padding, as 16 bytes in hexadecimal digits.
fn hex(base64: &str) -> Option<String> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bits = 0u128;
    for (place, letter) in base64.chars().enumerate() {
        let digit = u128::try_from(DIGITS.find(letter)?).ok()?;
        // Twenty-two digits carry 132 bits: the last four are filling.
        bits = match place {
            21 => (bits << 2) | (digit >> 4),
            _ => (bits << 6) | digit,
        };
    }
    (base64.len() == 22).then(|| format!("{bits:032x}"))
}

/// The rooms that we made and that are still there, each with its meeting.
pub(super) fn ours<'a>(stored: &Stored, zoom: &'a AtZoom) -> Vec<(&'a Room, String)> {
    let made = zoom.made_by_us();
    zoom.rooms
        .iter()
        .filter(|room| room.deleted_at.is_none() && made.contains(&room.id))
        .filter_map(|room| {
            let (installation, meeting) = marked(&room.agenda)?;
            (installation == stored.installation).then_some((room, meeting))
        })
        .collect()
}

/// The connection through which this user's rooms can be reached, here and there.
fn reaches<'a>(stored: &'a Stored, zoom: &AtZoom, org: &str, user: &str) -> Option<&'a Connection> {
    stored
        .accounts
        .iter()
        .filter(|account| account.user == user && account.org == org && zoom.lets_us(user))
        .find_map(|account| {
            stored
                .connections
                .iter()
                .find(|it| it.account == account.id && it.is_connected())
        })
}

/// Somebody can host this meeting now: the host's own account, or a shared one.
fn can_be_hosted(evidence: &Evidence, meeting: &Meeting) -> bool {
    let Evidence { stored, zoom, .. } = evidence;
    let on = stored
        .rollouts
        .iter()
        .any(|rollout| rollout.org == meeting.org && rollout.enabled_at.is_some());
    let mut usable = stored.connections.iter().filter(|it| {
        let personal = it.role == "personal" && it.owner == meeting.host;
        it.org == meeting.org && it.is_connected() && (personal || it.role == "shared")
    });
    on && usable.any(|it| {
        stored.accounts.iter().any(|account| {
            account.id == it.account && account.plan != "cannot_host" && zoom.lets_us(&account.user)
        })
    })
}

pub(super) fn one_room_for_each_meeting(evidence: &Evidence, found: &mut Findings) {
    let Evidence {
        stored, zoom, now, ..
    } = evidence;
    let rooms = ours(stored, zoom);
    for meeting in &stored.meetings {
        let its: Vec<&Room> = rooms
            .iter()
            .filter(|(_, of)| *of == meeting.id)
            .map(|(room, _)| *room)
            .collect();
        let (near, far): (Vec<&Room>, Vec<&Room>) = its
            .iter()
            .partition(|room| reaches(stored, zoom, &meeting.org, &room.host).is_some());
        let online = meeting.location == "zoom" && meeting.is_live();
        let ids = |rooms: &[&Room]| rooms.iter().map(|room| room.id).collect::<Vec<_>>();
        if near.len() > 1 {
            found.add(
                "I-3",
                format!("meeting {} has the rooms {:?}", meeting.id, ids(&near)),
            );
        }
        if !online && !near.is_empty() && meeting.ends_at() > *now {
            let words = format!("meeting {} is over and has {:?}", meeting.id, ids(&near));
            found.add("I-3", words);
        }
        let seen = stored.seen.iter().find(|seen| seen.meeting == meeting.id);
        let held = seen
            .filter(|seen| seen.here == "room")
            .and_then(|seen| seen.room.clone());
        let held = held.and_then(|id| id.parse::<u64>().ok());
        // What can't be reached stays where it is, and is remembered.
        for room in &far {
            let remembered = stored.leftovers.iter().any(|left| {
                left.meeting == meeting.id
                    && left
                        .room
                        .as_ref()
                        .is_none_or(|id| *id == room.id.to_string())
            });
            if held != Some(room.id) && !remembered && meeting.ends_at() > *now {
                let words = format!("room {} of meeting {} is forgotten", room.id, meeting.id);
                found.add("I-3", words);
            }
        }
        let due = online && meeting.starts_at > now + NEAR && can_be_hosted(evidence, meeting);
        let refused = seen.is_some_and(|seen| seen.refused == Some(meeting.generation));
        // What became of a room that can't be looked at is not known.
        let stays = held.is_some_and(|id| {
            let room = zoom.rooms.iter().find(|room| room.id == id);
            room.is_some_and(|room| reaches(stored, zoom, &meeting.org, &room.host).is_none())
        });
        if due && near.is_empty() && !stays && !refused {
            found.add(
                "I-3",
                format!("meeting {} has no room: {seen:?}", meeting.id),
            );
        }
        if let ([room], true) = (near.as_slice(), online && meeting.starts_at > *now)
            && held != Some(room.id)
        {
            let words = format!(
                "room {} of meeting {} is not known: {seen:?}",
                room.id, meeting.id
            );
            found.add("I-3", words);
        }
    }
    let known: BTreeSet<&String> = stored.meetings.iter().map(|meeting| &meeting.id).collect();
    for (room, of) in &rooms {
        if !known.contains(of) {
            found.add("I-3", format!("room {} is of no meeting here", room.id));
        }
    }
}

pub(super) fn rooms_show_the_time_of_their_booking(evidence: &Evidence, found: &mut Findings) {
    let Evidence {
        stored, zoom, now, ..
    } = evidence;
    for (room, of) in ours(stored, zoom) {
        let Some(meeting) = stored.meeting(&of) else {
            continue;
        };
        let seen = stored.seen.iter().find(|seen| seen.meeting == of);
        let excused = seen.is_some_and(|seen| {
            seen.resisted == Some(meeting.generation) || seen.refused == Some(meeting.generation)
        });
        let judged = meeting.is_live()
            && meeting.starts_at > now + NEAR
            && !excused
            && reaches(stored, zoom, &meeting.org, &room.host).is_some();
        // Zoom keeps whole seconds.
        let wanted = (meeting.starts_at / 1_000_000, meeting.minutes);
        let shown = (room.starts_at.unwrap_or(0) / 1_000_000, room.minutes);
        if judged && shown != wanted {
            let words = format!(
                "room {} shows {shown:?}, meeting {of} is at {wanted:?}",
                room.id
            );
            found.add("I-6", words);
        }
    }
}

pub(super) fn foreign_rooms_are_untouched(evidence: &Evidence, found: &mut Findings) {
    let made = evidence.zoom.made_by_us();
    for call in &evidence.zoom.calls {
        for id in call.updated.iter().chain(&call.deleted) {
            if !made.contains(id) {
                found.add(
                    "I-12",
                    format!("{} touched the foreign room {id}", call.request),
                );
            }
        }
        for warning in &call.warnings {
            found.add("I-6", format!("{}: {warning}", call.request));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_without_the_product() {
        // 0x0123…cdef in base 64 without padding.
        let agenda =
            "[42min:ASNFZ4mrze8BI0VniavN7w.AAAAAAAAAAAAAAAAAAAAAA.ASNFZ4mrze8BI0VniavN7w.3.x]";
        let id = "0123456789abcdef0123456789abcdef".to_owned();
        assert_eq!(marked(agenda), Some((id.clone(), id)));
        assert_eq!(marked("Lunch"), None);
        assert_eq!(hex("too-short"), None);
    }
}
