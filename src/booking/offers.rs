//! What can be had of an event type: the calendars of all who may host it, the sessions that are
//! open already, and so the starts on offer. Loaded at one moment; what it answers is computed.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::{Meeting, rules, store};
use crate::accounts::{self, Person};
use crate::availability::hours::Hours;
use crate::availability::slots::{self, Busy, Limits, NotOffered, Offer};
use crate::availability::store as schedules;
use crate::clock::days;
use crate::db::{DbError, Reader};
use crate::event_types::EventType;
use crate::event_types::rules::SEATS_AT_FIRST;
use crate::id::Id;
use crate::teams::rules::{self as turns, Recent};
use crate::teams::{self, Offered};

/// Where a start can be had.
#[derive(Debug)]
pub enum Spot {
    /// In a session that somebody else has opened.
    Join(Box<Meeting>),
    /// With this host, in a meeting that is made for it.
    Open(Box<Person>),
}

/// Who may host, and what is not in the way.
#[derive(Clone, Copy, Debug)]
pub struct Seek {
    only: Option<Id<Person>>,
    except: Option<Id<Meeting>>,
    may_join: bool,
    /// Somebody is to host, not only times to be shown.
    picks: bool,
}

impl Seek {
    /// For a page of times: whose turn each would be is not asked.
    #[must_use]
    pub fn only_times(self) -> Seek {
        Seek {
            picks: false,
            ..self
        }
    }

    /// For a new booking.
    pub fn any() -> Seek {
        Seek {
            only: None,
            except: None,
            may_join: true,
            picks: true,
        }
    }

    /// For a whole meeting that moves with its host: it is not in its own way, and joins no other.
    pub fn with_its_host(meeting: &Meeting) -> Seek {
        Seek {
            only: Some(meeting.host_id),
            except: Some(meeting.id),
            may_join: false,
            picks: true,
        }
    }

    /// For a meeting whose next host may be another.
    pub fn with_whose_turn_it_is(meeting: &Meeting) -> Seek {
        Seek {
            only: None,
            except: Some(meeting.id),
            may_join: false,
            picks: true,
        }
    }

    /// For one of several places in a meeting, which stays where it is; or the last, with which it
    /// ends.
    pub fn of_a_place(meeting: &Meeting, is_last: bool) -> Seek {
        Seek {
            only: None,
            except: is_last.then_some(meeting.id),
            may_join: true,
            picks: true,
        }
    }
}

/// When one host can be booked.
struct Calendar {
    host: Person,
    hours: Hours,
    busy: Vec<Busy>,
    recent: Recent,
}

/// A meeting of a group that takes place.
pub struct Session {
    pub meeting: Meeting,
    pub taken: u16,
    /// One who takes no bookings any more keeps those they have.
    pub host_is_active: bool,
}

impl Session {
    fn start(&self) -> Timestamp {
        self.meeting.starts_at
    }
}

pub struct Offers {
    /// Nobody may host it now.
    has_no_host: bool,
    offer: Offer,
    policy: Offered,
    calendars: Vec<Calendar>,
    sessions: Vec<Session>,
    /// Starts of the event type's meetings, for its limits.
    booked: Vec<Timestamp>,
    seats: u16,
    may_join: bool,
    now: Timestamp,
}

pub async fn load(
    reader: &mut Reader,
    event_type: &EventType,
    seek: &Seek,
    now: Timestamp,
) -> Result<Offers, DbError> {
    let (org, until) = (event_type.org_id, horizon(event_type, now));
    let hosts = match seek.only {
        Some(host) => active(accounts::store::person_in(reader, org, host).await?),
        None => hosts(reader, event_type).await?,
    };
    let has_no_host = hosts.is_empty();
    let ids: Vec<Id<Person>> = hosts.iter().map(|host| host.id).collect();
    let policy = policy(reader, event_type).await?;
    let recent = match (seek.picks, policy) {
        (true, _) | (false, Offered::Evenly) => recent(reader, event_type, now).await?,
        (false, Offered::WhenAnyIsFree) => Vec::new(),
    };
    let mut hours = hours(reader, event_type, &ids).await?;
    let mut busy = store::busy(reader, org, &ids, (now, until), seek.except).await?;
    let calendars = hosts
        .into_iter()
        .filter_map(|host| {
            let recent = recent.iter().find(|recent| recent.member == host.id);
            Some(Calendar {
                hours: hours.remove(&host.id)?,
                busy: busy.remove(&host.id).unwrap_or_default(),
                recent: recent.copied().unwrap_or(Recent {
                    member: host.id,
                    meetings: 0,
                    last: None,
                }),
                host,
            })
        })
        .collect();
    let mut sessions = Vec::new();
    if event_type.kind.is_group() {
        sessions = store::sessions(reader, org, event_type.id, (now, until)).await?;
        sessions.retain(|session| Some(session.meeting.id) != seek.except);
    }
    let offer = event_type.offer();
    let booked = if offer.limits == Limits::default() {
        Vec::new()
    } else {
        let around = (now - days(32), until + days(32));
        store::starts_of(reader, org, event_type.id, around, seek.except).await?
    };
    Ok(Offers {
        has_no_host,
        offer,
        policy,
        calendars,
        sessions,
        booked,
        seats: event_type.seats.unwrap_or(SEATS_AT_FIRST),
        may_join: seek.may_join,
        now,
    })
}

/// Those who may host now, in the order of their ids.
pub async fn hosts(reader: &mut Reader, event_type: &EventType) -> Result<Vec<Person>, DbError> {
    let org = event_type.org_id;
    match event_type.team_id.filter(|_| event_type.kind.takes_turns()) {
        Some(team) => {
            let mut members = teams::store::members(reader, org, team).await?;
            members.retain(Person::is_active);
            Ok(members)
        }
        None => {
            let owner = accounts::store::person_in(reader, org, event_type.person_id).await?;
            Ok(active(owner))
        }
    }
}

fn active(person: Option<Person>) -> Vec<Person> {
    person.into_iter().filter(Person::is_active).collect()
}

/// A member is booked by their own default hours; an owner by those of the event type.
async fn hours(
    reader: &mut Reader,
    event_type: &EventType,
    hosts: &[Id<Person>],
) -> Result<HashMap<Id<Person>, Hours>, DbError> {
    let org = event_type.org_id;
    if event_type.kind.takes_turns() {
        let all = schedules::defaults_of(reader, org, hosts).await?;
        return Ok(all.iter().map(|it| (it.person_id, it.hours())).collect());
    }
    let schedule = schedules::hours_for(reader, org, event_type).await?;
    let (Some(host), Some(schedule)) = (hosts.first(), schedule) else {
        return Ok(HashMap::new());
    };
    Ok(HashMap::from([(*host, schedule.hours())]))
}

async fn recent(
    reader: &mut Reader,
    event_type: &EventType,
    now: Timestamp,
) -> Result<Vec<Recent>, DbError> {
    match event_type.team_id.filter(|_| event_type.kind.takes_turns()) {
        Some(team) => teams::store::recent(reader, event_type.org_id, team, now).await,
        None => Ok(Vec::new()),
    }
}

async fn policy(reader: &mut Reader, event_type: &EventType) -> Result<Offered, DbError> {
    let team = match event_type.team_id {
        Some(team) => teams::store::find(reader, event_type.org_id, team).await?,
        None => None,
    };
    Ok(team.map_or(Offered::WhenAnyIsFree, |team| team.availability))
}

/// Two sorted lists as one, without what is in both. Hosts of a team have much the same starts, so
/// the union stays as long as one of them.
fn in_either(mut ours: Vec<Timestamp>, theirs: Vec<Timestamp>) -> Vec<Timestamp> {
    if ours.is_empty() {
        return theirs;
    }
    let mut place = 0;
    let mut new = Vec::new();
    for start in theirs {
        while ours.get(place).is_some_and(|at| *at < start) {
            place += 1;
        }
        if ours.get(place) != Some(&start) {
            new.push(start);
        }
    }
    if !new.is_empty() {
        ours.extend(new);
        ours.sort();
    }
    ours
}

/// Nothing later is on offer, whatever the zone.
pub fn horizon(event_type: &EventType, now: Timestamp) -> Timestamp {
    now + days(i64::from(event_type.horizon_days) + 2)
}

impl Offers {
    /// Whoever could host it has gone.
    pub fn has_no_host(&self) -> bool {
        self.has_no_host
    }

    /// All starts on offer, sorted.
    pub fn starts(&self) -> Vec<Timestamp> {
        self.starts_between(Timestamp::MIN, Timestamp::MAX)
    }

    /// Those from one instant until before another.
    pub fn starts_between(&self, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
        self.starts_under(&self.offer, (from, to))
    }

    /// All there would be without limits on the number of meetings.
    pub fn starts_without_limits(&self) -> Vec<Timestamp> {
        let offer = Offer {
            limits: Limits::default(),
            ..self.offer.clone()
        };
        self.starts_under(&offer, (Timestamp::MIN, Timestamp::MAX))
    }

    fn starts_under(&self, offer: &Offer, span: (Timestamp, Timestamp)) -> Vec<Timestamp> {
        let mut all: Vec<Timestamp> = match self.policy {
            Offered::WhenAnyIsFree => {
                let each = self.calendars.iter();
                each.map(|c| self.starts_with(c, offer, span))
                    .fold(Vec::new(), in_either)
            }
            // Whose turn it is depends on who has any time at all.
            Offered::Evenly => {
                let per_host = self.per_host(offer);
                let on_turn = self.on_turn(&per_host);
                per_host
                    .into_iter()
                    .filter(|(recent, _)| on_turn.contains(&recent.member))
                    .map(|(_, mut starts)| {
                        starts.retain(|start| span.0 <= *start && *start < span.1);
                        starts
                    })
                    .fold(Vec::new(), in_either)
            }
        };
        // A start has one session: while it has places they are on offer, then nothing is.
        let held: HashSet<Timestamp> = self.sessions.iter().map(Session::start).collect();
        all.retain(|start| !held.contains(start));
        let open = self.sessions.iter().filter(|session| {
            let start = session.start();
            span.0 <= start && start < span.1 && self.can_join(session).is_ok()
        });
        all.extend(open.map(Session::start));
        // Sorted already but for the sessions, which this sort makes use of.
        all.sort();
        all.dedup();
        all
    }

    fn starts_with(
        &self,
        calendar: &Calendar,
        offer: &Offer,
        (from, to): (Timestamp, Timestamp),
    ) -> Vec<Timestamp> {
        let until = self.now + days(i64::from(offer.horizon_days) + 2);
        let (from, to) = (from.max(self.now), to.min(until));
        let Calendar { hours, busy, .. } = calendar;
        slots::slots(offer, hours, busy, &self.booked, from, to, self.now)
    }

    /// Where this start can be had, if it is on offer.
    pub fn spot(&self, start: Timestamp) -> Result<Spot, NotOffered> {
        if let Some(session) = self.session_at(start) {
            self.can_join(session)?;
            return Ok(Spot::Join(Box::new(session.meeting.clone())));
        }
        let on_turn = match self.policy {
            Offered::WhenAnyIsFree => None,
            Offered::Evenly => Some(self.on_turn(&self.per_host(&self.offer))),
        };
        let mut free = Vec::new();
        let mut why = None;
        for calendar in &self.calendars {
            let is_asked = on_turn
                .as_ref()
                .is_none_or(|on_turn| on_turn.contains(&calendar.host.id));
            if !is_asked {
                continue;
            }
            match self.is_free(calendar, start) {
                Ok(()) => free.push(calendar.recent),
                // That somebody's hours are others says less than that it was taken.
                Err(NotOffered::Taken) => why = Some(NotOffered::Taken),
                Err(other) => why = why.or(Some(other)),
            }
        }
        let host = turns::whose_turn(&free)
            .and_then(|turn| self.calendars.iter().find(|c| c.host.id == turn));
        match host {
            Some(calendar) => Ok(Spot::Open(Box::new(calendar.host.clone()))),
            None => Err(why.unwrap_or(NotOffered::OutsideHours)),
        }
    }

    /// The event type as this start has it: a session keeps its length and its place.
    pub fn as_at(&self, event_type: &EventType, start: Timestamp) -> EventType {
        match self.session_at(start) {
            Some(session) => rules::as_joined(event_type, &session.meeting),
            None => event_type.clone(),
        }
    }

    /// How many places a start still has, for groups.
    pub fn places_left(&self, start: Timestamp) -> u16 {
        let taken = self.session_at(start).map_or(0, |session| session.taken);
        self.seats.saturating_sub(taken)
    }

    fn per_host(&self, offer: &Offer) -> Vec<(Recent, Vec<Timestamp>)> {
        let all = (Timestamp::MIN, Timestamp::MAX);
        self.calendars
            .iter()
            .map(|c| (c.recent, self.starts_with(c, offer, all)))
            .collect()
    }

    fn on_turn(&self, per_host: &[(Recent, Vec<Timestamp>)]) -> Vec<Id<Person>> {
        let with_times: Vec<Recent> = per_host
            .iter()
            .filter(|(_, starts)| !starts.is_empty())
            .map(|(recent, _)| *recent)
            .collect();
        turns::offered(self.policy, &with_times)
    }

    fn is_free(&self, calendar: &Calendar, start: Timestamp) -> Result<(), NotOffered> {
        slots::is_offered(
            start,
            &self.offer,
            &calendar.hours,
            &calendar.busy,
            &self.booked,
            self.now,
        )
    }

    fn session_at(&self, start: Timestamp) -> Option<&Session> {
        self.sessions
            .iter()
            .find(|session| session.meeting.starts_at == start)
    }

    /// A session takes place whatever became of the hours it was opened in.
    fn can_join(&self, session: &Session) -> Result<(), NotOffered> {
        if !self.may_join || !session.host_is_active || session.taken >= self.seats {
            return Err(NotOffered::Taken);
        }
        let host = session.meeting.host_id;
        let theirs = self.calendars.iter().find(|c| c.host.id == host);
        match theirs.or(self.calendars.first()) {
            Some(c) => {
                slots::is_in_reach(session.meeting.starts_at, &self.offer, &c.hours, self.now)
            }
            None => Err(NotOffered::OutsideHours),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_starts_of_two_hosts_are_sorted_and_none_is_listed_twice() {
        let at = |seconds: &[i64]| -> Vec<Timestamp> {
            let at = |second: &i64| Timestamp::from_second(*second).unwrap();
            seconds.iter().map(at).collect()
        };
        assert_eq!(in_either(at(&[]), at(&[1, 2])), at(&[1, 2]));
        assert_eq!(in_either(at(&[1, 2]), at(&[])), at(&[1, 2]));
        assert_eq!(in_either(at(&[1, 2]), at(&[1, 2])), at(&[1, 2]));
        let both = in_either(at(&[2, 5, 9]), at(&[1, 5, 6, 10, 11]));
        assert_eq!(both, at(&[1, 2, 5, 6, 9, 10, 11]));
    }
}
