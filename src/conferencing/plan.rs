//! The one idea: what is wanted, what was last seen, the next step. Pure.
//!
//! `wanted` comes only from live bookings and the place each was booked with. The org's switches,
//! connections and time can stop a create; they never cause a delete.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Account, Leftover};
use crate::clock::{minutes, seconds};
use crate::id::Id;
use crate::outbox::store::LEASE_SECONDS;
use crate::rollout::hosting::{Host, WhyNone};
use crate::words;

words! {
    /// What is held at a provider.
    pub enum RoomKind {
        Meeting = "meeting",
        Webinar = "webinar",
    }
}

impl RoomKind {
    pub fn noun(self) -> &'static str {
        match self {
            RoomKind::Meeting => "meeting",
            RoomKind::Webinar => "webinar",
        }
    }

    /// What a host can turn it into.
    pub fn other(self) -> RoomKind {
        match self {
            RoomKind::Meeting => RoomKind::Webinar,
            RoomKind::Webinar => RoomKind::Meeting,
        }
    }
}

/// What a room must show, as of one generation of its meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    pub generation: i64,
    pub kind: RoomKind,
    pub topic: String,
    pub starts_at: Timestamp,
    pub minutes: u16,
}

impl Spec {
    /// What a room shows that follows it.
    pub fn shown(&self) -> Shown {
        Shown {
            topic: self.topic.clone(),
            starts_at: self.starts_at,
            minutes: self.minutes,
        }
    }
}

/// What a room showed when it was last read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub topic: String,
    pub starts_at: Timestamp,
    pub minutes: u16,
}

impl Shown {
    pub fn matches(&self, spec: &Spec) -> bool {
        self.topic == spec.topic
            && self.starts_at.as_second() == spec.starts_at.as_second()
            && self.minutes == spec.minutes
    }
}

/// A meeting at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    pub at: Id<Account>,
    pub kind: RoomKind,
    /// The provider's id.
    pub id: String,
    pub join_url: String,
    /// None: the provider gave none; ours is set before the link is shown.
    pub passcode: Option<String>,
    pub shows: Shown,
    /// The provider showed something else after our change of this generation: not repeated.
    pub resisted: Option<i64>,
    /// Safe defaults it did not show when it was last read, in words.
    pub warnings: Vec<String>,
}

/// A create was sent and its answer is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    pub at: Id<Account>,
    pub kind: RoomKind,
    pub generation: i64,
    pub since: Timestamp,
    pub looks: u32,
    pub last_empty_look: Option<Timestamp>,
}

/// The provider's lists lag behind; how much is not documented. What is not in a list this long
/// after the sender must have stopped is not there.
const SETTLE_SECONDS: i64 = 120;
const BETWEEN_LOOKS_SECONDS: i64 = 60;

impl Doubt {
    /// When looking makes sense next: at once, then a minute apart.
    pub fn next_look(&self) -> Timestamp {
        self.last_empty_look
            .map_or(self.since, |last| last + seconds(BETWEEN_LOOKS_SECONDS))
    }

    /// Whether one more empty list now means that there is nothing: the sender's lease is over and
    /// the lists have had time, at an earlier empty look and at this one.
    pub fn empty_means_nothing(&self, now: Timestamp) -> bool {
        let settled = self.since + seconds(LEASE_SECONDS + SETTLE_SECONDS);
        let earlier = self
            .last_empty_look
            .is_some_and(|last| now.duration_since(last) >= seconds(BETWEEN_LOOKS_SECONDS));
        now >= settled && earlier
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Here {
    Nothing,
    Unsure(Doubt),
    Room(Room),
}

/// A room or doubt on an account that can't be reached, or that is surplus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    pub id: Id<Leftover>,
    pub what: Remnant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remnant {
    Room {
        at: Id<Account>,
        kind: RoomKind,
        id: String,
    },
    Doubt(Doubt),
}

impl Remnant {
    pub fn at(&self) -> Id<Account> {
        match self {
            Remnant::Room { at, .. } => *at,
            Remnant::Doubt(doubt) => doubt.at,
        }
    }

    pub fn kind(&self) -> RoomKind {
        match self {
            Remnant::Room { kind, .. } => *kind,
            Remnant::Doubt(doubt) => doubt.kind,
        }
    }

    pub fn is_room(&self, account: Id<Account>, room: &str) -> bool {
        match self {
            Remnant::Room { at, id, .. } => *at == account && id == room,
            Remnant::Doubt(_) => false,
        }
    }
}

/// The provider said no to the meeting's present generation, on this account under this grant. One
/// of an older generation is not loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub account: Id<Account>,
    pub grant: i64,
    pub why: String,
}

/// The provider told of a change, or its list shows one: what is there is looked at before anything
/// is concluded from what was last seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Raised by each further hint: a look fulfils only what was wished for before it began.
    pub round: i64,
    pub found: Option<Found>,
}

/// A room of this meeting that is not the one held: it was deleted, say, and has come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub at: Id<Account>,
    pub kind: RoomKind,
    pub id: String,
}

/// What was last seen at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub here: Here,
    pub left: Vec<Left>,
    pub refused: Option<Refused>,
    pub wish: Option<Wish>,
    /// Since when there is no room because somebody deleted it at the provider.
    pub deleted_at: Option<Timestamp>,
}

/// The accounts that can be asked now, with the number of their grant.
#[derive(Clone, Debug, Default)]
pub struct Reach(pub BTreeSet<(Id<Account>, i64)>);

impl Reach {
    pub fn has(&self, account: &Id<Account>) -> bool {
        self.grant(account).is_some()
    }

    pub fn grant(&self, account: &Id<Account>) -> Option<i64> {
        self.0
            .iter()
            .find(|(id, _)| id == account)
            .map(|(_, grant)| *grant)
    }
}

/// What to do next. One at a time; then look again at what is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Look for a room whose create's answer was lost.
    Look(&'a Doubt),
    LookForLeft(&'a Left, &'a Doubt),
    /// Looking before this makes no sense.
    WaitToLook(Timestamp),
    /// The account can't be reached: what is there becomes a leftover, another may create.
    LeaveDoubt(&'a Doubt),
    LeaveRoom(&'a Room),
    Create(&'a Host),
    /// Look at what the room shows now.
    Read(&'a Room),
    /// Look at a room that came back: adopted when there is none, else surplus.
    Fetch(&'a Found),
    Update(&'a Room),
    SetPasscode(&'a Room),
    Delete(&'a Room),
    DeleteLeft(&'a Left),
    /// Wanted, but can't be made now, or not any more.
    Skip(WhyNone),
    /// The old link stays though the provider shows the old time: nobody can be asked.
    Stale(&'a Room),
    /// The provider refused this change for good.
    Settled,
    Done,
}

pub fn next_step<'a>(
    wanted: Option<&Spec>,
    seen: &'a Seen,
    host: Result<&'a Host, WhyNone>,
    reach: &Reach,
    now: Timestamp,
) -> Step<'a> {
    match (wanted, &seen.here) {
        (_, Here::Unsure(doubt)) if !reach.has(&doubt.at) => Step::LeaveDoubt(doubt),
        (_, Here::Unsure(doubt)) if doubt.next_look() > now => Step::WaitToLook(doubt.next_look()),
        (_, Here::Unsure(doubt)) => Step::Look(doubt),
        (Some(spec), Here::Nothing) if spec.starts_at <= now => {
            seen.leftovers_before(Step::Skip(WhyNone::Started), reach, now)
        }
        (Some(spec), Here::Room(room))
            if seen.wish.is_some() && reach.has(&room.at) && spec.starts_at > now =>
        {
            seen.came_back(reach).map_or(Step::Read(room), Step::Fetch)
        }
        (Some(_), Here::Nothing) if let Some(found) = seen.came_back(reach) => Step::Fetch(found),
        (Some(spec), Here::Nothing) if seen.asks_first(spec, now) => {
            seen.leftovers_before(Step::Skip(WhyNone::Deleted), reach, now)
        }
        (Some(_), Here::Nothing) => match host {
            Err(why) => seen.leftovers_before(Step::Skip(why), reach, now),
            Ok(host) => match seen.refusal(&host.account, host.grant) {
                Some(refused) => {
                    let why = WhyNone::Refused(refused.why.clone());
                    seen.leftovers_before(Step::Skip(why), reach, now)
                }
                None => Step::Create(host),
            },
        },
        (Some(spec), Here::Room(room)) if room.follows(spec) => {
            let grant = reach.grant(&room.at);
            let may_ask = grant.is_some_and(|grant| seen.refusal(&room.at, grant).is_none());
            if room.passcode.is_none() && may_ask && spec.starts_at > now {
                Step::SetPasscode(room)
            } else {
                seen.next_leftover(reach, now)
            }
        }
        // The past is left as it is: Zoom would take an old start for "now".
        (Some(spec), Here::Room(_)) if spec.starts_at <= now => seen.next_leftover(reach, now),
        (Some(_), Here::Room(room)) => match reach.grant(&room.at) {
            Some(grant) if seen.refusal(&room.at, grant).is_some() => {
                seen.leftovers_before(Step::Settled, reach, now)
            }
            Some(_) => Step::Update(room),
            None if host.is_ok() => Step::LeaveRoom(room),
            None => seen.leftovers_before(Step::Stale(room), reach, now),
        },
        (None, Here::Room(room)) => match reach.grant(&room.at) {
            Some(grant) if seen.refusal(&room.at, grant).is_some() => {
                seen.leftovers_before(Step::Settled, reach, now)
            }
            Some(_) => Step::Delete(room),
            None => Step::LeaveRoom(room),
        },
        (None, Here::Nothing) => seen.next_leftover(reach, now),
    }
}

const ASK_FIRST_MINUTES: i64 = 15;

/// So near its start that what was deleted is made anew only when a person asks (decisions 21).
pub fn is_near(spec: &Spec, now: Timestamp) -> bool {
    spec.starts_at <= now + minutes(ASK_FIRST_MINUTES)
}

impl Room {
    fn follows(&self, spec: &Spec) -> bool {
        self.shows.matches(spec) || self.resisted == Some(spec.generation)
    }
}

impl Seen {
    pub fn nothing() -> Seen {
        Seen {
            here: Here::Nothing,
            left: Vec::new(),
            refused: None,
            wish: None,
            deleted_at: None,
        }
    }

    /// As if nothing had been refused, put back in vain or deleted: somebody asks anew.
    pub fn forget_refusals(&mut self) {
        self.refused = None;
        self.deleted_at = None;
        if let Here::Room(room) = &mut self.here {
            room.resisted = None;
        }
    }

    /// Whether the room was deleted by hand, and the start is too near to make another without
    /// being asked: the host may have meant it.
    pub fn asks_first(&self, spec: &Spec, now: Timestamp) -> bool {
        self.deleted_at.is_some() && is_near(spec, now)
    }

    fn came_back(&self, reach: &Reach) -> Option<&Found> {
        let found = self.wish.as_ref()?.found.as_ref()?;
        let known = self.is_present(found.at, &found.id)
            || self
                .left
                .iter()
                .any(|l| l.what.is_room(found.at, &found.id));
        (reach.has(&found.at) && !known).then_some(found)
    }

    pub fn room(&self) -> Option<&Room> {
        match &self.here {
            Here::Room(room) => Some(room),
            Here::Nothing | Here::Unsure(_) => None,
        }
    }

    /// Whether this is the room people are sent to.
    pub fn is_present(&self, at: Id<Account>, id: &str) -> bool {
        self.room()
            .is_some_and(|room| room.at == at && room.id == id)
    }

    fn refusal(&self, account: &Id<Account>, grant: i64) -> Option<&Refused> {
        self.refused
            .as_ref()
            .filter(|r| r.account == *account && r.grant == grant)
    }

    /// What would end the run comes after what was left behind: no later run may come.
    fn leftovers_before<'a>(&'a self, last: Step<'a>, reach: &Reach, now: Timestamp) -> Step<'a> {
        let step = self.next_leftover(reach, now);
        if step == Step::Done { last } else { step }
    }

    fn next_leftover(&self, reach: &Reach, now: Timestamp) -> Step<'_> {
        let mut wait: Option<Timestamp> = None;
        for left in self.left.iter().filter(|left| reach.has(&left.what.at())) {
            match &left.what {
                // Left once and adopted since: it is in use, and goes when that ends.
                Remnant::Room { at, id, .. } if self.is_present(*at, id) => {}
                Remnant::Room { .. } => return Step::DeleteLeft(left),
                Remnant::Doubt(doubt) if doubt.next_look() <= now => {
                    return Step::LookForLeft(left, doubt);
                }
                Remnant::Doubt(doubt) => {
                    let at = doubt.next_look();
                    wait = Some(wait.map_or(at, |w| w.min(at)));
                }
            }
        }
        wait.map_or(Step::Done, Step::WaitToLook)
    }
}
