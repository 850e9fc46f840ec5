//! What a list shows, compared with what was last seen. Pure. Nothing is concluded here but that
//! somebody should look: lists lag behind, and leave out what they don't know.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::booking::Meeting;
use crate::conferencing::Account;
use crate::conferencing::plan::{Here, Remnant, RoomKind, Seen, Shown};
use crate::conferencing::provider::Listed;
use crate::id::Id;

/// A room of ours on the account, of a meeting to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub meeting: Id<Meeting>,
    pub id: String,
    pub kind: RoomKind,
    pub shows: Shown,
}

/// Meetings whose room is to be looked at: it shows something else than when it was last read, or
/// stands in no list. A room whose kind's list was not read to its end is taken to be in it.
pub fn to_look_at(held: &[Held], listed: &[Listed], whole: &[RoomKind]) -> Vec<Id<Meeting>> {
    let by_id: BTreeMap<&str, &Listed> = listed.iter().map(|l| (l.id.as_str(), l)).collect();
    held.iter()
        .filter(|held| match by_id.get(held.id.as_str()) {
            Some(listed) => listed.kind != held.kind || !same(&listed.shows, &held.shows),
            None => whole.contains(&held.kind),
        })
        .map(|held| held.meeting)
        .collect()
}

fn same(a: &Shown, b: &Shown) -> bool {
    a.topic == b.topic
        && a.starts_at.as_second() == b.starts_at.as_second()
        && a.minutes == b.minutes
}

/// The meeting that a mark names, as far as it is known here.
#[derive(Clone, Debug)]
pub struct Marked<'a> {
    /// It is to come, and to take place in a room.
    pub wanted: bool,
    pub seen: &'a Seen,
    /// This very room was its room, until somebody deleted it.
    pub was_deleted: bool,
}

/// What a room with a valid mark of ours is that is neither held nor left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// What a lost answer made: the reconciler looks for it already.
    Awaited,
    /// Its meeting has none, or had this one before it was deleted.
    CameBack,
    /// It belongs to nothing here: a restored backup, or a copy somebody made. Never touched.
    Stray,
    /// Over: nobody can be misled by it.
    Past,
}

pub fn judge(
    room: &Listed,
    at: Id<Account>,
    marked: Option<&Marked<'_>>,
    now: Timestamp,
) -> Finding {
    if room.shows.starts_at <= now {
        return Finding::Past;
    }
    let Some(marked) = marked else {
        return Finding::Stray;
    };
    let in_doubt = |doubt_at: Id<Account>| doubt_at == at;
    let awaited = match &marked.seen.here {
        Here::Unsure(doubt) => in_doubt(doubt.at),
        Here::Nothing | Here::Room(_) => false,
    } || marked.seen.left.iter().any(|left| match &left.what {
        Remnant::Doubt(doubt) => in_doubt(doubt.at),
        Remnant::Room { .. } => false,
    });
    if awaited {
        return Finding::Awaited;
    }
    let has_none = marked.seen.here == Here::Nothing;
    if marked.wanted && (has_none || marked.was_deleted) {
        Finding::CameBack
    } else {
        Finding::Stray
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::hours;
    use crate::conferencing::plan::{Doubt, Room};

    fn now() -> Timestamp {
        "2026-05-04T08:00:00Z".parse().unwrap()
    }

    fn id<T>(number: u128) -> Id<T> {
        Id::from_uuid(uuid::Uuid::from_u128(number))
    }

    fn shown(topic: &str) -> Shown {
        Shown {
            topic: topic.to_owned(),
            starts_at: now() + hours(24),
            minutes: 42,
        }
    }

    fn held(number: u128, kind: RoomKind) -> Held {
        Held {
            meeting: id(number),
            id: number.to_string(),
            kind,
            shows: shown("Intro"),
        }
    }

    fn listed(number: u128, kind: RoomKind, topic: &str) -> Listed {
        Listed {
            id: number.to_string(),
            kind,
            agenda: String::new(),
            shows: shown(topic),
        }
    }

    #[test]
    fn what_shows_the_same_is_left_alone_and_what_is_changed_or_absent_is_looked_at() {
        use RoomKind::{Meeting, Webinar};
        let all = [
            held(1, Meeting),
            held(2, Meeting),
            held(3, Meeting),
            held(4, Webinar),
        ];
        let list = [listed(1, Meeting, "Intro"), listed(2, Meeting, "Renamed")];
        assert_eq!(
            to_look_at(&all, &list, &[Meeting, Webinar]),
            [id(2), id(3), id(4)]
        );
        assert_eq!(to_look_at(&all, &list, &[Meeting]), [id(2), id(3)]);
        assert_eq!(to_look_at(&all, &list, &[]), [id(2)], "not read to its end");
        let turned = [listed(1, Webinar, "Intro")];
        assert_eq!(to_look_at(&all[..1], &turned, &[]), [id(1)]);
    }

    #[test]
    fn a_marked_room_that_is_not_held_is_told_apart() {
        let room = listed(9, RoomKind::Meeting, "Intro");
        let nothing = Seen::nothing();
        let other = Seen {
            here: Here::Room(Room {
                at: id(1),
                kind: RoomKind::Meeting,
                id: "7".to_owned(),
                join_url: "https://zoom.us/j/7".to_owned(),
                passcode: None,
                shows: shown("Intro"),
                resisted: None,
                warnings: vec![],
            }),
            ..Seen::nothing()
        };
        let unsure = Seen {
            here: Here::Unsure(Doubt {
                at: id(1),
                kind: RoomKind::Meeting,
                generation: 1,
                since: now(),
                looks: 0,
                last_empty_look: None,
            }),
            ..Seen::nothing()
        };
        let of = |seen, wanted, was_deleted| {
            let marked = Marked {
                wanted,
                seen,
                was_deleted,
            };
            judge(&room, id(1), Some(&marked), now())
        };
        assert_eq!(judge(&room, id(1), None, now()), Finding::Stray);
        assert_eq!(of(&nothing, true, false), Finding::CameBack);
        assert_eq!(of(&nothing, false, true), Finding::Stray, "nobody wants it");
        assert_eq!(of(&other, true, true), Finding::CameBack);
        assert_eq!(of(&other, true, false), Finding::Stray, "a copy");
        assert_eq!(of(&unsure, true, false), Finding::Awaited);
        let later = now() + hours(48);
        assert_eq!(judge(&room, id(1), None, later), Finding::Past);
    }
}
