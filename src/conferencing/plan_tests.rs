//! Any wanted, any seen, any accounts: what the plan may never do, and where it comes to rest.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::Account;
use super::ConnectionRole;
use super::connection::Connection;
use super::plan::{
    Doubt, Found, Here, Left, Reach, Refused, Remnant, Room, RoomKind, Seen, Shown, Spec, Step,
    Wish, is_near, next_step,
};
use crate::clock::{minutes, seconds};
use crate::id::Id;
use crate::rollout::hosting::{Host, WhyNone};

const ACCOUNTS: u128 = 3;
/// More steps than any of these worlds needs.
const MANY: usize = 200;

fn now() -> Timestamp {
    "2026-05-04T08:00:00Z".parse().unwrap()
}

fn id<T>(number: u128) -> Id<T> {
    Id::from_uuid(uuid::Uuid::from_u128(number))
}

/// A provider, as much of one as the plan can tell: rooms by account and id, all with our mark.
#[derive(Clone, Debug)]
struct World {
    wanted: Option<Spec>,
    seen: Seen,
    host: Result<Host, WhyNone>,
    reach: Reach,
    rooms: BTreeMap<(Id<Account>, String), Shown>,
    now: Timestamp,
    made: usize,
}

type Planner =
    for<'a> fn(Option<&Spec>, &'a Seen, Result<&'a Host, WhyNone>, &Reach, Timestamp) -> Step<'a>;

fn spec() -> impl Strategy<Value = Spec> {
    (0..4_usize, 1..4_i64, 0..2_usize).prop_map(|(start, generation, topic)| Spec {
        generation,
        kind: RoomKind::Meeting,
        topic: ["Intro", "Deep dive"][topic].to_owned(),
        // Past, near, tomorrow, the day after.
        starts_at: now() + minutes([-30, 10, 1_410, 2_850][start]),
        minutes: 42,
    })
}

fn shown() -> impl Strategy<Value = Shown> {
    spec().prop_map(|spec| Shown {
        topic: spec.topic,
        starts_at: spec.starts_at,
        minutes: spec.minutes,
    })
}

fn doubt() -> impl Strategy<Value = Doubt> {
    (0..ACCOUNTS, 0..600_i64, prop::option::of(0..120_i64)).prop_map(|(at, since, look)| Doubt {
        at: id(at),
        kind: RoomKind::Meeting,
        generation: 1,
        since: now() - seconds(since),
        looks: u32::from(look.is_some()),
        last_empty_look: look.map(|ago| now() - seconds(ago.min(since))),
    })
}

fn room() -> impl Strategy<Value = Room> {
    let resisted = prop::option::of(1..4_i64);
    (0..ACCOUNTS, 0..3_u8, any::<bool>(), shown(), resisted).prop_map(
        |(at, number, passcode, shows, resisted)| Room {
            at: id(at),
            kind: RoomKind::Meeting,
            id: format!("9{number}"),
            join_url: format!("https://zoom.us/j/9{number}"),
            passcode: passcode.then(|| "secret".to_owned()),
            shows,
            resisted,
            warnings: vec![],
        },
    )
}

fn here() -> impl Strategy<Value = Here> {
    prop_oneof![
        Just(Here::Nothing),
        doubt().prop_map(Here::Unsure),
        room().prop_map(Here::Room),
    ]
}

fn remnant() -> impl Strategy<Value = Remnant> {
    prop_oneof![
        // Some have the id of a room that may be the present one.
        (0..ACCOUNTS, 0..3_u8).prop_map(|(at, number)| Remnant::Room {
            at: id(at),
            kind: RoomKind::Meeting,
            id: format!("9{number}"),
        }),
        doubt().prop_map(Remnant::Doubt),
    ]
}

fn refused() -> impl Strategy<Value = Option<Refused>> {
    prop::option::weighted(
        0.2,
        (0..ACCOUNTS, 1..3_i64).prop_map(|(account, grant)| Refused {
            account: id(account),
            grant,
            why: "no".to_owned(),
        }),
    )
}

/// Doubts whose create had its effect after all.
fn happened() -> impl Strategy<Value = Vec<bool>> {
    prop::collection::vec(any::<bool>(), 4)
}

/// What somebody did at the provider, and whether we were told.
#[derive(Clone, Debug)]
enum ByHand {
    Nothing,
    Deleted,
    Renamed,
}

fn by_hand() -> impl Strategy<Value = ByHand> {
    prop_oneof![
        2 => Just(ByHand::Nothing),
        1 => Just(ByHand::Deleted),
        1 => Just(ByHand::Renamed),
    ]
}

/// A room that came back, on an account; whether it is still there when it is looked at.
fn came_back() -> impl Strategy<Value = Option<(u128, bool)>> {
    prop::option::weighted(0.3, (0..ACCOUNTS, any::<bool>()))
}

fn world() -> impl Strategy<Value = World> {
    let reach = prop::collection::btree_set(0..ACCOUNTS, 0..=3);
    let left = prop::collection::vec(remnant(), 0..3);
    let wanted = prop::option::weighted(0.7, spec());
    (
        (wanted, here(), left, refused()),
        (reach, 0..ACCOUNTS, any::<bool>(), happened()),
        (by_hand(), came_back(), any::<bool>()),
    )
        .prop_map(
            |((wanted, here, left, refused), (reach, host, off, happened), told)| {
                let (by_hand, came_back, deleted) = told;
                let reach: BTreeSet<_> = reach.into_iter().map(|n| (id(n), 1)).collect();
                let hosting = reach.iter().nth(usize::try_from(host).unwrap());
                let host = match hosting {
                    Some((account, grant)) if !off => Ok(Host {
                        account: *account,
                        connection: id::<Connection>(account.uuid().as_u128()),
                        grant: *grant,
                        email: "host@zoom.example".to_owned(),
                        role: ConnectionRole::Shared,
                        instead_of: None,
                    }),
                    Some(_) => Err(WhyNone::Off),
                    None => Err(WhyNone::NoneConnected),
                };
                let left = left.into_iter().zip(500..);
                let left = left.map(|(what, number)| Left {
                    id: id(number),
                    what,
                });
                let found = came_back.map(|(at, _)| Found {
                    at: id(at),
                    kind: RoomKind::Meeting,
                    id: "60".to_owned(),
                });
                let hinted = !matches!(by_hand, ByHand::Nothing) || found.is_some();
                let none = here == Here::Nothing;
                let seen = Seen {
                    here,
                    left: left.collect(),
                    refused,
                    wish: hinted.then_some(Wish { round: 1, found }),
                    deleted_at: (deleted && none).then(now),
                };
                let mut world = World::new((wanted, seen), host, Reach(reach), &happened);
                world.meddle(&by_hand);
                if let Some((at, true)) = came_back {
                    world.rooms.insert((id(at), "60".to_owned()), any_shown());
                }
                world
            },
        )
}

impl World {
    fn new(
        (wanted, seen): (Option<Spec>, Seen),
        host: Result<Host, WhyNone>,
        reach: Reach,
        happened: &[bool],
    ) -> World {
        let mut rooms = BTreeMap::new();
        let any = any_shown();
        let mut doubts = Vec::new();
        match &seen.here {
            Here::Room(room) => {
                rooms.insert((room.at, room.id.clone()), room.shows.clone());
            }
            Here::Unsure(doubt) => doubts.push(doubt.at),
            Here::Nothing => {}
        }
        for left in &seen.left {
            match &left.what {
                Remnant::Room { at, id, .. } => {
                    rooms
                        .entry((*at, id.clone()))
                        .or_insert_with(|| any.clone());
                }
                Remnant::Doubt(doubt) => doubts.push(doubt.at),
            }
        }
        for (number, (at, happened)) in doubts.into_iter().zip(happened).enumerate() {
            if *happened {
                rooms.insert((at, format!("8{number}")), any.clone());
            }
        }
        World {
            wanted,
            seen,
            host,
            reach,
            rooms,
            now: now(),
            made: 0,
        }
    }

    /// Somebody changes the present room at the provider.
    fn meddle(&mut self, by_hand: &ByHand) {
        let Some(key) = self.seen.room().map(|room| (room.at, room.id.clone())) else {
            return;
        };
        match by_hand {
            ByHand::Nothing => {}
            ByHand::Deleted => drop(self.rooms.remove(&key)),
            ByHand::Renamed => {
                let renamed = Shown {
                    topic: "Renamed".to_owned(),
                    ..any_shown()
                };
                self.rooms.insert(key, renamed);
            }
        }
    }

    fn plan(&self, planner: Planner) -> (&Seen, Step<'_>) {
        let host = self.host.as_ref().map_err(Clone::clone);
        let (wanted, reach) = (self.wanted.as_ref(), &self.reach);
        (
            &self.seen,
            planner(wanted, &self.seen, host, reach, self.now),
        )
    }

    /// What a step may never be, whatever the world.
    fn check(&self, step: &Step<'_>) -> Result<(), String> {
        let asks = match step {
            Step::Create(host) => Some(host.account),
            Step::Look(doubt) | Step::LookForLeft(_, doubt) => Some(doubt.at),
            Step::Read(room)
            | Step::Update(room)
            | Step::SetPasscode(room)
            | Step::Delete(room) => Some(room.at),
            Step::Fetch(found) => Some(found.at),
            Step::DeleteLeft(left) => Some(left.what.at()),
            Step::WaitToLook(at) if *at <= self.now => return Err("waits for the past".to_owned()),
            Step::WaitToLook(_)
            | Step::LeaveDoubt(_)
            | Step::LeaveRoom(_)
            | Step::Skip(_)
            | Step::Stale(_)
            | Step::Settled
            | Step::Done => None,
        };
        if asks.is_some_and(|at| !self.reach.has(&at)) {
            return Err(format!("asks an account that can’t be reached: {step:?}"));
        }
        let wanted = self.wanted.as_ref();
        match (step, &self.seen.here) {
            (Step::Create(_), Here::Unsure(_) | Here::Room(_)) => {
                Err("creates beside what is there or may be".to_owned())
            }
            (Step::Create(_), Here::Nothing) if wanted.is_none_or(|s| s.starts_at <= self.now) => {
                Err("creates what nobody wants or what is past".to_owned())
            }
            (Step::Create(_), Here::Nothing)
                if self.seen.deleted_at.is_some()
                    && wanted.is_some_and(|s| is_near(s, self.now)) =>
            {
                Err("makes anew, shortly before the start, what somebody deleted".to_owned())
            }
            (Step::Update(room), _)
                if self.seen.wish.is_some()
                    && self.rooms.get(&(room.at, room.id.clone())) != Some(&room.shows) =>
            {
                Err("changes a room without the look that was wished for".to_owned())
            }
            (Step::Delete(_), _) if wanted.is_some() => Err("deletes what is wanted".to_owned()),
            (Step::Update(_), _) if wanted.is_none_or(|s| s.starts_at <= self.now) => {
                Err("moves what nobody wants or what is past".to_owned())
            }
            (Step::DeleteLeft(left), Here::Room(room)) => match &left.what {
                Remnant::Room { at, id, .. } if (*at, id) == (room.at, &room.id) => {
                    Err("deletes the present room as a leftover".to_owned())
                }
                Remnant::Room { .. } | Remnant::Doubt(_) => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// Marked rooms of an account, as its list shows them.
    fn list(&self, at: Id<Account>) -> Vec<String> {
        let there = self.rooms.keys().filter(|(account, _)| *account == at);
        there.map(|(_, id)| id.clone()).collect()
    }

    fn room(&self, at: Id<Account>, id: &str) -> Room {
        Room {
            at,
            kind: RoomKind::Meeting,
            id: id.to_owned(),
            join_url: format!("https://zoom.us/j/{id}"),
            passcode: None,
            shows: self.rooms[&(at, id.to_owned())].clone(),
            resisted: None,
            warnings: vec![],
        }
    }

    fn drop_left(&mut self, left: Id<super::Leftover>) {
        self.seen.left.retain(|l| l.id != left);
    }

    fn leave(&mut self, what: Remnant) {
        self.made += 1;
        let number = 1_000 + u128::try_from(self.made).unwrap();
        self.seen.left.push(Left {
            id: id(number),
            what,
        });
    }

    /// Does the step as the provider would, and takes its answer as the reconciler does. Answers
    /// whether to go on.
    fn apply(&mut self, step: &Step<'_>) -> bool {
        let looked = |doubt: &Doubt, now| Doubt {
            looks: doubt.looks + 1,
            last_empty_look: Some(now),
            ..doubt.clone()
        };
        match step {
            Step::Look(doubt) => {
                let mut found = self.list(doubt.at).into_iter();
                match found.next() {
                    Some(kept) => {
                        for id in found {
                            self.leave(remnant_of(doubt.at, id));
                        }
                        self.seen.here = Here::Room(self.room(doubt.at, &kept));
                    }
                    None if doubt.empty_means_nothing(self.now) => self.seen.here = Here::Nothing,
                    None => self.seen.here = Here::Unsure(looked(doubt, self.now)),
                }
            }
            Step::LookForLeft(left, doubt) => {
                let present = self.seen.room().map(|room| (room.at, room.id.clone()));
                let mut found = self.list(doubt.at);
                found.retain(|id| Some((doubt.at, id.clone())) != present);
                if found.is_empty() && !doubt.empty_means_nothing(self.now) {
                    let again = Remnant::Doubt(looked(doubt, self.now));
                    for one in self.seen.left.iter_mut().filter(|l| l.id == left.id) {
                        one.what = again.clone();
                    }
                } else {
                    self.drop_left(left.id);
                    for id in found {
                        self.leave(remnant_of(doubt.at, id));
                    }
                }
            }
            Step::WaitToLook(at) => self.now = *at,
            Step::LeaveDoubt(doubt) => {
                self.seen.here = Here::Nothing;
                self.leave(Remnant::Doubt((*doubt).clone()));
            }
            Step::LeaveRoom(room) => {
                self.seen.here = Here::Nothing;
                self.leave(remnant_of(room.at, room.id.clone()));
            }
            Step::Create(host) => {
                self.made += 1;
                let made = format!("7{}", self.made);
                let spec = self.wanted.clone().unwrap();
                self.rooms
                    .insert((host.account, made.clone()), shown_of(&spec));
                self.seen.here = Here::Room(self.room(host.account, &made));
            }
            Step::Read(room) => {
                self.seen.wish = None;
                if self.rooms.contains_key(&(room.at, room.id.clone())) {
                    let read = self.room(room.at, &room.id);
                    self.seen.here = Here::Room(Room {
                        passcode: room.passcode.clone(),
                        resisted: room.resisted,
                        ..read
                    });
                } else {
                    self.seen.here = Here::Nothing;
                    self.seen.deleted_at = Some(self.now);
                }
            }
            Step::Fetch(found) => {
                // A room that is held is still to be looked at.
                let held = self.seen.room().is_some();
                self.seen.wish = held.then_some(Wish {
                    round: 1,
                    found: None,
                });
                let there = self.rooms.contains_key(&(found.at, found.id.clone()));
                match (there, &self.seen.here) {
                    (false, _) => {}
                    (true, Here::Room(_)) => self.leave(remnant_of(found.at, found.id.clone())),
                    (true, Here::Nothing | Here::Unsure(_)) => {
                        self.seen.here = Here::Room(self.room(found.at, &found.id));
                    }
                }
            }
            Step::Update(room) => {
                let key = (room.at, room.id.clone());
                let spec = self.wanted.clone().unwrap();
                match self.rooms.get_mut(&key) {
                    Some(there) => {
                        *there = shown_of(&spec);
                        let passcode = room.passcode.clone();
                        let read = self.room(room.at, &room.id);
                        self.seen.here = Here::Room(Room { passcode, ..read });
                    }
                    None => self.seen.here = Here::Nothing,
                }
            }
            Step::SetPasscode(room) => {
                self.seen.here = Here::Room(Room {
                    passcode: Some("ours".to_owned()),
                    ..(*room).clone()
                });
            }
            Step::Delete(room) => {
                self.rooms.remove(&(room.at, room.id.clone()));
                self.seen.here = Here::Nothing;
            }
            Step::DeleteLeft(left) => {
                if let Remnant::Room { at, id, .. } = &left.what {
                    self.rooms.remove(&(*at, id.clone()));
                }
                self.drop_left(left.id);
            }
            Step::Skip(_) | Step::Stale(_) | Step::Settled | Step::Done => return false,
        }
        true
    }

    /// Steps until there is none left, each checked; then what must be true at rest.
    fn runs(mut self, planner: Planner) -> Result<(), String> {
        for _ in 0..MANY {
            let (seen, step) = self.plan(planner);
            self.check(&step)?;
            // The step borrows what it came from; it is applied to the world itself.
            let (seen, mut next) = (seen.clone(), self.clone());
            let host = self.host.clone();
            let step = planner(
                self.wanted.as_ref(),
                &seen,
                host.as_ref().map_err(Clone::clone),
                &self.reach,
                self.now,
            );
            if !next.apply(&step) {
                return self.rests();
            }
            self = next;
        }
        Err("never comes to rest".to_owned())
    }

    fn rests(&self) -> Result<(), String> {
        let ahead = self.wanted.as_ref().is_some_and(|s| s.starts_at > self.now);
        if let Some(room) = self.seen.room() {
            let there = self.rooms.contains_key(&(room.at, room.id.clone()));
            let asked = ahead && self.reach.has(&room.at);
            if asked && self.seen.wish.is_some() {
                return Err("a wish to look was not fulfilled".to_owned());
            }
            // What nobody could look at, or is over, may be gone without our knowing.
            if !there && (asked || self.seen.wish.is_none()) {
                return Err("shows a room that is not there".to_owned());
            }
        }
        let reachable: Vec<_> = self
            .rooms
            .keys()
            .filter(|(at, _)| self.reach.has(at))
            .collect();
        let present = self.seen.room().map(|room| (room.at, room.id.clone()));
        // One that came back is left alone where nothing is wanted or can be looked at any more.
        let alone = |key: &&&(Id<Account>, String)| key.1 != "60";
        if reachable
            .iter()
            .filter(alone)
            .any(|key| Some((*key).clone()) != present)
        {
            // A refused delete leaves its room; nothing else may.
            let refused = self.seen.refused.is_some();
            if !refused {
                return Err(format!("left behind within reach: {reachable:?}"));
            }
        }
        let Some(spec) = &self.wanted else {
            let gone = self.seen.here == Here::Nothing || self.seen.refused.is_some();
            return gone.then_some(()).ok_or_else(|| "not removed".to_owned());
        };
        let asks = self.seen.deleted_at.is_some() && is_near(spec, self.now);
        let hostable =
            self.host.is_ok() && spec.starts_at > self.now && self.seen.refused.is_none() && !asks;
        match &present {
            None if hostable => Err("wanted, hostable, and not there".to_owned()),
            Some(_) | None => Ok(()),
        }
    }
}

fn any_shown() -> Shown {
    Shown {
        topic: "Intro".to_owned(),
        starts_at: now(),
        minutes: 42,
    }
}

fn remnant_of(at: Id<Account>, id: String) -> Remnant {
    Remnant::Room {
        at,
        kind: RoomKind::Meeting,
        id,
    }
}

fn shown_of(spec: &Spec) -> Shown {
    Shown {
        topic: spec.topic.clone(),
        starts_at: spec.starts_at,
        minutes: spec.minutes,
    }
}

fn try_many(planner: Planner) -> Result<(), String> {
    let config = Config {
        cases: 4_000,
        failure_persistence: None,
        ..Config::default()
    };
    let chance = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(config, chance)
        .run(&world(), |world| {
            world.runs(planner).map_err(TestCaseError::fail)
        })
        .map_err(|error| error.to_string())
}

#[test]
fn any_world_comes_to_rest_with_one_room_if_wanted_and_nothing_forbidden_on_the_way() {
    if let Err(why) = try_many(next_step) {
        panic!("{why}");
    }
}

/// Negative controls: planners with one fault each are caught.
#[test]
fn planners_with_a_fault_are_caught() {
    let hasty: Planner = |wanted, seen, host, reach, now| match (wanted, &seen.here, host.clone()) {
        // A lost answer is taken for "nothing was made".
        (Some(spec), Here::Unsure(_), Ok(host)) if spec.starts_at > now => Step::Create(host),
        _ => next_step(wanted, seen, host, reach, now),
    };
    let eager: Planner = |wanted, seen, host, reach, now| match (&seen.here, &host) {
        // The switch is off, so the room is taken away.
        (Here::Room(room), Err(WhyNone::Off)) if reach.has(&room.at) => Step::Delete(room),
        _ => next_step(wanted, seen, host, reach, now),
    };
    let deaf: Planner = |wanted, seen, host, reach, now| match (wanted, &seen.here) {
        // Whether the account can be reached is not asked.
        (None, Here::Room(room)) => Step::Delete(room),
        _ => next_step(wanted, seen, host, reach, now),
    };
    let blind: Planner = |wanted, seen, host, reach, now| match &seen.here {
        // Leftovers go without a look at what is present.
        Here::Room(_) if seen.left.iter().any(|l| reach.has(&l.what.at())) => seen
            .left
            .iter()
            .find(|l| reach.has(&l.what.at()))
            .map_or(Step::Done, Step::DeleteLeft),
        Here::Nothing | Here::Unsure(_) | Here::Room(_) => {
            next_step(wanted, seen, host, reach, now)
        }
    };
    let idle: Planner = |wanted, seen, host, reach, now| match (wanted, &seen.here) {
        (Some(_), Here::Nothing) => Step::Done,
        _ => next_step(wanted, seen, host, reach, now),
    };
    let incurious: Planner = |wanted, seen, host, reach, now| match (wanted, &seen.here) {
        // What was last seen is taken for what is, whatever one was told.
        (Some(spec), Here::Room(room)) if room.shows.matches(spec) => Step::Done,
        _ => next_step(wanted, seen, host, reach, now),
    };
    let pushy: Planner = |wanted, seen, host, reach, now| match (wanted, &seen.here, host.clone()) {
        // What somebody deleted just before the start is made anew without asking.
        (Some(spec), Here::Nothing, Ok(host)) if spec.starts_at > now && seen.wish.is_none() => {
            Step::Create(host)
        }
        _ => next_step(wanted, seen, host, reach, now),
    };
    for (name, planner) in [
        ("incurious", incurious),
        ("pushy", pushy),
        ("hasty", hasty),
        ("eager", eager),
        ("deaf", deaf),
        ("blind", blind),
        ("idle", idle),
    ] {
        assert!(try_many(planner).is_err(), "{name} was not caught");
    }
}
