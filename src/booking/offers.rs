//! What can be had of an event type: the calendars of all who may host it, the sessions that are
//! open already, and so the starts on offer. Loaded at one moment; what it answers is computed.

use std::collections::BTreeSet;

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
}

impl Seek {
    /// For a new booking.
    pub fn any() -> Seek {
        Seek {
            only: None,
            except: None,
            may_join: true,
        }
    }

    /// For a whole meeting that moves with its host: it is not in its own way, and joins no other.
    pub fn with_its_host(meeting: &Meeting) -> Seek {
        Seek {
            only: Some(meeting.host_id),
            except: Some(meeting.id),
            may_join: false,
        }
    }

    /// For a meeting whose next host may be another.
    pub fn with_whose_turn_it_is(meeting: &Meeting) -> Seek {
        Seek {
            only: None,
            except: Some(meeting.id),
            may_join: false,
        }
    }

    /// For one of several places in a meeting, which stays where it is; or the last, with which it
    /// ends.
    pub fn of_a_place(meeting: &Meeting, is_last: bool) -> Seek {
        Seek {
            only: None,
            except: is_last.then_some(meeting.id),
            may_join: true,
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

pub struct Offers {
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
    let recent = recent(reader, event_type, now).await?;
    let mut calendars = Vec::with_capacity(hosts.len());
    for host in hosts {
        let Some(hours) = hours(reader, event_type, &host).await? else {
            continue;
        };
        let span = (now - days(1), until);
        let recent = recent.iter().find(|recent| recent.member == host.id);
        calendars.push(Calendar {
            busy: store::busy(reader, org, host.id, span, seek.except).await?,
            recent: recent.copied().unwrap_or(Recent {
                member: host.id,
                meetings: 0,
                last: None,
            }),
            host,
            hours,
        });
    }
    let mut sessions = Vec::new();
    if event_type.kind.is_group() {
        sessions = store::sessions(reader, org, event_type.id, (now, until)).await?;
        sessions.retain(|session| Some(session.meeting.id) != seek.except);
    }
    let around = (now - days(32), until + days(32));
    Ok(Offers {
        offer: event_type.offer(),
        policy: policy(reader, event_type).await?,
        calendars,
        sessions,
        booked: store::starts_of(reader, org, event_type.id, around, seek.except).await?,
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
    host: &Person,
) -> Result<Option<Hours>, DbError> {
    let org = event_type.org_id;
    let schedule = if event_type.kind.takes_turns() {
        schedules::default_of(reader, org, host.id).await?
    } else {
        schedules::hours_for(reader, org, event_type).await?
    };
    Ok(schedule.map(|schedule| schedule.hours()))
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

/// Nothing later is on offer, whatever the zone.
pub fn horizon(event_type: &EventType, now: Timestamp) -> Timestamp {
    now + days(i64::from(event_type.horizon_days) + 2)
}

impl Offers {
    /// All starts on offer, sorted.
    pub fn starts(&self) -> Vec<Timestamp> {
        self.starts_under(&self.offer)
    }

    /// All there would be without limits on the number of meetings.
    pub fn starts_without_limits(&self) -> Vec<Timestamp> {
        self.starts_under(&Offer {
            limits: Limits::default(),
            ..self.offer.clone()
        })
    }

    fn starts_under(&self, offer: &Offer) -> Vec<Timestamp> {
        let per_host = self.per_host(offer);
        let on_turn = self.on_turn(&per_host);
        let mut all: BTreeSet<Timestamp> = per_host
            .into_iter()
            .filter(|(recent, _)| on_turn.contains(&recent.member))
            .flat_map(|(_, starts)| starts)
            .collect();
        // A start has one session: while it has places they are on offer, then nothing is.
        for session in &self.sessions {
            all.remove(&session.meeting.starts_at);
            if self.can_join(session).is_ok() {
                all.insert(session.meeting.starts_at);
            }
        }
        all.into_iter().collect()
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
        let (now, until) = (self.now, self.now + days(i64::from(offer.horizon_days) + 2));
        self.calendars
            .iter()
            .map(|c| {
                let starts = slots::slots(offer, &c.hours, &c.busy, &self.booked, now, until, now);
                (c.recent, starts)
            })
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
