//! Meetings, bookings and busy time in the database.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::letters::Told;
use super::offers::Session;
use super::{Booking, By, Meeting, Seat, Status};
use crate::accounts::{Org, Person};
use crate::availability::slots::Busy;
use crate::db::{DbError, Reader, Record, Row, Tx, places, rows, sql};
use crate::event_types::EventType;
use crate::id::Id;
use crate::planted::bug::{Bug, planted};
use crate::record;

const MEETING: &str = "id, org_id, host_id, event_type_id, starts_at, minutes, buffer_before, \
    buffer_after, summary, location, location_value, ical_uid, sequence, generation, over_at, \
    created_at, kind, webinar_at, replaced_by";

pub const BOOKING: &str = "id, org_id, meeting_id, event_type_id, host_id, status, starts_at, minutes, \
    location, location_value, invitee_name, invitee_email, invitee_timezone, guests, answers, \
    rescheduled_from, reschedule_reason, ended_at, ended_by, cancel_reason, created_at, seat, \
    language";

/// The turns of these hosts, sorted by id: serialises everything that changes their calendars until
/// the transaction ends.
pub async fn take_turns(tx: &mut Tx, org: Id<Org>, hosts: &[Id<Person>]) -> Result<(), DbError> {
    for host in hosts.iter().filter(|_| !planted(Bug::TurnNotTaken)) {
        tx.line_up(*host).await?;
        sql("UPDATE people SET turn = turn + 1 WHERE org_id = $1 AND id = $2")
            .bind(org)
            .bind(*host)
            .run(tx)
            .await?;
    }
    Ok(())
}

/// Holds meetings until the transaction ends, in the order of their ids.
pub async fn hold(tx: &mut Tx, org: Id<Org>, meetings: &[Id<Meeting>]) -> Result<(), DbError> {
    for meeting in meetings {
        sql("UPDATE meetings SET generation = generation WHERE org_id = $1 AND id = $2")
            .bind(org)
            .bind(*meeting)
            .run(tx)
            .await?;
    }
    Ok(())
}

/// When these hosts are taken between two instants, buffers aside. `except`: a meeting that is about
/// to move does not stand in its own way.
pub async fn busy(
    reader: &mut Reader,
    org: Id<Org>,
    hosts: &[Id<Person>],
    (from, to): (Timestamp, Timestamp),
    except: Option<Id<Meeting>>,
) -> Result<HashMap<Id<Person>, Vec<Busy>>, DbError> {
    if hosts.is_empty() {
        return Ok(HashMap::new());
    }
    // No meeting is longer than a day, so starts a day earlier are enough, and the index is used.
    let query = sql(format!(
        "SELECT host_id, starts_at, ends_at, buffer_before, buffer_after FROM busy
         WHERE host_id IN (SELECT id FROM people WHERE id IN ({}) AND (org_id = $1) IS TRUE)
            AND starts_at > $2 AND starts_at < $3 AND ends_at > $4
            AND ($5 IS NULL OR meeting_id <> $5)",
        places(6, hosts.len())
    ))
    .bind(org)
    .bind(from - crate::clock::days(2))
    .bind(to + crate::clock::hours(2))
    .bind(from - crate::clock::hours(2))
    .bind(except);
    let mut by_host: HashMap<Id<Person>, Vec<Busy>> = HashMap::with_capacity(hosts.len());
    for Taken { host, busy } in query.bind_all(hosts).all(reader).await? {
        by_host.entry(host).or_default().push(busy);
    }
    Ok(by_host)
}

struct Taken {
    host: Id<Person>,
    busy: Busy,
}

impl Record for Taken {
    fn from_row(row: &Row) -> Result<Taken, DbError> {
        Ok(Taken {
            host: row.get("host_id")?,
            busy: Busy {
                starts_at: row.get("starts_at")?,
                ends_at: row.get("ends_at")?,
                buffer_before: row.get("buffer_before")?,
                buffer_after: row.get("buffer_after")?,
            },
        })
    }
}

/// Starts of the confirmed bookings of an event type, for its limits.
pub async fn starts_of(
    reader: &mut Reader,
    org: Id<Org>,
    event_type: Id<EventType>,
    (from, to): (Timestamp, Timestamp),
    except: Option<Id<Meeting>>,
) -> Result<Vec<Timestamp>, DbError> {
    sql("SELECT DISTINCT starts_at, meeting_id FROM bookings
         WHERE event_type_id = $1 AND org_id = $2 AND status = 'confirmed'
            AND starts_at >= $3 AND starts_at < $4 AND ($5 IS NULL OR meeting_id <> $5)
         ORDER BY starts_at")
    .bind(event_type)
    .bind(org)
    .bind(from)
    .bind(to)
    .bind(except)
    .all(reader)
    .await
}

impl Record for Session {
    fn from_row(row: &Row) -> Result<Session, DbError> {
        Ok(Session {
            meeting: Meeting::from_row(row)?,
            taken: row.get("taken")?,
            host_is_active: row.get::<Option<Timestamp>>("host_gone_at")?.is_none(),
        })
    }
}

/// The meetings of a group event type that take place, with how many have a place in each.
pub async fn sessions(
    reader: &mut Reader,
    org: Id<Org>,
    event_type: Id<EventType>,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<Session>, DbError> {
    sql(format!(
        "SELECT {MEETING}, (SELECT COUNT(*) FROM bookings WHERE bookings.meeting_id = meetings.id
                AND bookings.status = 'confirmed') AS taken,
            (SELECT deactivated_at FROM people WHERE people.id = meetings.host_id) AS host_gone_at
         FROM meetings WHERE org_id = $1 AND event_type_id = $2 AND over_at IS NULL
            AND kind IN ('group', 'group_round_robin') AND starts_at >= $3 AND starts_at < $4
         ORDER BY starts_at"
    ))
    .bind(org)
    .bind(event_type)
    .bind(from)
    .bind(to)
    .all(reader)
    .await
}

/// How many have a place in a meeting.
pub async fn places_taken(
    reader: &mut Reader,
    org: Id<Org>,
    meeting: Id<Meeting>,
) -> Result<i64, DbError> {
    sql("SELECT COUNT(*) FROM bookings
         WHERE org_id = $1 AND meeting_id = $2 AND status = 'confirmed'")
    .bind(org)
    .bind(meeting)
    .one(reader)
    .await
}

pub async fn insert_meeting(tx: &mut Tx, meeting: &Meeting) -> Result<(), DbError> {
    sql(format!(
        "INSERT INTO meetings ({MEETING}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
         $12, $13, $14, $15, $16, $17, $18, $19)"
    ))
    .bind(meeting.id)
    .bind(meeting.org_id)
    .bind(meeting.host_id)
    .bind(meeting.event_type_id)
    .bind(meeting.starts_at)
    .bind(meeting.minutes)
    .bind(meeting.buffer_before)
    .bind(meeting.buffer_after)
    .bind(meeting.summary.as_str())
    .bind(meeting.location)
    .bind(meeting.location_value.clone())
    .bind(meeting.ical_uid.as_str())
    .bind(meeting.sequence)
    .bind(meeting.generation)
    .bind(meeting.over_at)
    .bind(meeting.created_at)
    .bind(meeting.kind)
    .bind(meeting.webinar_at)
    .bind(meeting.replaced_by)
    .run(tx)
    .await?;
    Ok(())
}

/// Writes what a move or an end changes of a meeting.
pub async fn update_meeting(tx: &mut Tx, meeting: &Meeting) -> Result<(), DbError> {
    sql(
        "UPDATE meetings SET starts_at = $3, minutes = $4, buffer_before = $5, buffer_after = $6,
            summary = $7, location = $8, location_value = $9, generation = $10, over_at = $11,
            replaced_by = $12
         WHERE org_id = $1 AND id = $2",
    )
    .bind(meeting.org_id)
    .bind(meeting.id)
    .bind(meeting.starts_at)
    .bind(meeting.minutes)
    .bind(meeting.buffer_before)
    .bind(meeting.buffer_after)
    .bind(meeting.summary.as_str())
    .bind(meeting.location)
    .bind(meeting.location_value.clone())
    .bind(meeting.generation)
    .bind(meeting.over_at)
    .bind(meeting.replaced_by)
    .run(tx)
    .await?;
    Ok(())
}

pub async fn set_sequence(
    tx: &mut Tx,
    org: Id<Org>,
    meeting: Id<Meeting>,
    sequence: i64,
) -> Result<(), DbError> {
    sql("UPDATE meetings SET sequence = $3 WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(meeting)
        .bind(sequence)
        .run(tx)
        .await?;
    Ok(())
}

/// The meeting's busy row: put in, or moved with it.
pub async fn put_busy(tx: &mut Tx, meeting: &Meeting) -> Result<(), DbError> {
    if planted(Bug::BusyNotWritten) {
        return Ok(());
    }
    sql(
        "INSERT INTO busy (meeting_id, host_id, starts_at, ends_at, buffer_before, buffer_after)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (meeting_id) DO UPDATE SET starts_at = excluded.starts_at,
            ends_at = excluded.ends_at, buffer_before = excluded.buffer_before,
            buffer_after = excluded.buffer_after",
    )
    .bind(meeting.id)
    .bind(meeting.host_id)
    .bind(meeting.starts_at)
    .bind(meeting.ends_at())
    .bind(meeting.buffer_before)
    .bind(meeting.buffer_after)
    .run(tx)
    .await?;
    Ok(())
}

pub async fn free_busy(tx: &mut Tx, meeting: Id<Meeting>) -> Result<(), DbError> {
    sql("DELETE FROM busy WHERE meeting_id = $1")
        .bind(meeting)
        .run(tx)
        .await?;
    Ok(())
}

pub async fn insert_booking(
    tx: &mut Tx,
    booking: &Booking,
    form_token: &str,
) -> Result<(), DbError> {
    sql(format!(
        "INSERT INTO bookings ({BOOKING}, form_token) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, \
         $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)"
    ))
    .bind(booking.id)
    .bind(booking.org_id)
    .bind(booking.meeting_id)
    .bind(booking.event_type_id)
    .bind(booking.host_id)
    .bind(booking.status)
    .bind(booking.starts_at)
    .bind(booking.minutes)
    .bind(booking.location)
    .bind(booking.location_value.clone())
    .bind(booking.invitee_name.as_str())
    .bind(booking.invitee_email.as_str())
    .bind(booking.invitee_timezone.clone())
    .bind(booking.guests.clone())
    .bind(booking.answers.clone())
    .bind(booking.rescheduled_from)
    .bind(booking.reschedule_reason.clone())
    .bind(booking.ended_at)
    .bind(booking.ended_by)
    .bind(booking.cancel_reason.clone())
    .bind(booking.created_at)
    .bind(booking.seat)
    .bind(booking.language)
    .bind(form_token)
    .run(tx)
    .await?;
    Ok(())
}

/// Ends a confirmed booking. Answers whether it was still confirmed.
pub async fn end_booking(
    tx: &mut Tx,
    org: Id<Org>,
    booking: Id<Booking>,
    (status, by): (Status, By),
    reason: Option<&str>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let ended = sql(
        "UPDATE bookings SET status = $3, ended_by = $4, cancel_reason = $5, ended_at = $6
         WHERE org_id = $1 AND id = $2 AND status = 'confirmed'",
    )
    .bind(org)
    .bind(booking)
    .bind(status)
    .bind(by)
    .bind(reason.map(str::to_owned))
    .bind(now)
    .run(tx)
    .await?;
    Ok(ended == 1)
}

pub async fn meeting(
    reader: &mut Reader,
    org: Id<Org>,
    id: Id<Meeting>,
) -> Result<Option<Meeting>, DbError> {
    sql(format!(
        "SELECT {MEETING} FROM meetings WHERE org_id = $1 AND id = $2"
    ))
    .bind(org)
    .bind(id)
    .maybe(reader)
    .await
}

/// A job names a meeting only; which org it belongs to stands in its row.
pub async fn meeting_of_job(
    reader: &mut Reader,
    id: Id<Meeting>,
) -> Result<Option<Meeting>, DbError> {
    sql(format!("SELECT {MEETING} FROM meetings WHERE id = $1"))
        .bind(id)
        .maybe(reader)
        .await
}

pub async fn booking(
    reader: &mut Reader,
    org: Id<Org>,
    id: Id<Booking>,
) -> Result<Option<Booking>, DbError> {
    let any_org = planted(Bug::OrgNotChecked);
    sql(format!(
        "SELECT {BOOKING} FROM bookings WHERE (org_id = $1 OR $3 = 1) AND id = $2"
    ))
    .bind(org)
    .bind(id)
    .bind(i64::from(any_org))
    .maybe(reader)
    .await
}

/// For the private link, whose token has been checked already: it names the booking, not the org.
pub async fn booking_of_link(
    reader: &mut Reader,
    id: Id<Booking>,
) -> Result<Option<Booking>, DbError> {
    sql(format!("SELECT {BOOKING} FROM bookings WHERE id = $1"))
        .bind(id)
        .maybe(reader)
        .await
}

pub async fn booking_of_form(
    reader: &mut Reader,
    form_token: &str,
) -> Result<Option<Booking>, DbError> {
    sql(format!(
        "SELECT {BOOKING} FROM bookings WHERE form_token = $1"
    ))
    .bind(form_token)
    .maybe(reader)
    .await
}

/// The booking that took this one's place when it was moved.
pub async fn moved_to(
    reader: &mut Reader,
    org: Id<Org>,
    from: Id<Booking>,
) -> Result<Option<Booking>, DbError> {
    sql(format!(
        "SELECT {BOOKING} FROM bookings WHERE org_id = $1 AND rescheduled_from = $2"
    ))
    .bind(org)
    .bind(from)
    .maybe(reader)
    .await
}

pub async fn bookings_of_meeting(
    reader: &mut Reader,
    org: Id<Org>,
    meeting: Id<Meeting>,
) -> Result<Vec<Booking>, DbError> {
    sql(format!(
        "SELECT {BOOKING} FROM bookings WHERE org_id = $1 AND meeting_id = $2
         ORDER BY created_at, id"
    ))
    .bind(org)
    .bind(meeting)
    .all(reader)
    .await
}

/// The join links that recipients of a meeting's letters have been told.
pub async fn links_told(
    reader: &mut Reader,
    org: Id<Org>,
    meeting: Id<Meeting>,
) -> Result<Vec<String>, DbError> {
    sql(
        "SELECT DISTINCT told.join_url FROM told JOIN meetings ON meetings.id = told.meeting_id
         WHERE meetings.org_id = $1 AND told.meeting_id = $2 AND told.join_url IS NOT NULL",
    )
    .bind(org)
    .bind(meeting)
    .all(reader)
    .await
}

/// When the last booking of a meeting was made or moved here.
pub async fn asked_at(
    reader: &mut Reader,
    org: Id<Org>,
    meeting: Id<Meeting>,
) -> Result<Timestamp, DbError> {
    let at: Option<i64> =
        sql("SELECT MAX(created_at) FROM bookings WHERE org_id = $1 AND meeting_id = $2")
            .bind(org)
            .bind(meeting)
            .one(reader)
            .await?;
    Ok(at.map_or(Timestamp::MIN, crate::clock::from_micros))
}

/// The same of several meetings.
pub async fn asked_at_of(
    reader: &mut Reader,
    org: Id<Org>,
    meetings: &[Id<Meeting>],
) -> Result<HashMap<Id<Meeting>, Timestamp>, DbError> {
    if meetings.is_empty() {
        return Ok(HashMap::new());
    }
    // As in `meetings_in`.
    let rows: Vec<AskedAt> = sql(format!(
        "SELECT meeting_id, MAX(created_at) AS asked_at FROM bookings
         WHERE meeting_id IN ({}) AND (org_id = $1) IS TRUE GROUP BY meeting_id",
        places(2, meetings.len())
    ))
    .bind(org)
    .bind_all(meetings)
    .all(reader)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.meeting_id, row.asked_at))
        .collect())
}

record! {
    struct AskedAt {
        meeting_id: Id<Meeting>,
        asked_at: Timestamp,
    }
}

const TOLD: &str = "meeting_id, seat, audience, email, booking_id, state, starts_at, minutes, place, \
    join_url, invited_at, thread";

/// What each recipient of the meeting's letters was last told.
pub async fn told(
    reader: &mut Reader,
    org: Id<Org>,
    meeting: Id<Meeting>,
) -> Result<Vec<Told>, DbError> {
    sql(format!(
        "SELECT {TOLD} FROM told WHERE meeting_id = $2
            AND EXISTS (SELECT 1 FROM meetings WHERE id = $2 AND org_id = $1)
         ORDER BY seat, audience, email"
    ))
    .bind(org)
    .bind(meeting)
    .all(reader)
    .await
}

/// What was told, and still stands, of places of this meeting in the meetings they were moved from.
pub async fn told_elsewhere(
    reader: &mut Reader,
    org: Id<Org>,
    meeting: Id<Meeting>,
) -> Result<Vec<Told>, DbError> {
    sql(format!(
        "SELECT {TOLD} FROM told WHERE meeting_id <> $2 AND state = 'confirmed'
            AND seat IN (SELECT seat FROM bookings WHERE org_id = $1 AND meeting_id = $2)
         ORDER BY seat, audience, email"
    ))
    .bind(org)
    .bind(meeting)
    .all(reader)
    .await
}

/// The places of this meeting that were moved to others, with the address of the host there.
pub async fn went_to(
    reader: &mut Reader,
    org: Id<Org>,
    meeting: Id<Meeting>,
) -> Result<BTreeMap<Id<Seat>, String>, DbError> {
    let rows: Vec<Gone> = sql(
        "SELECT bookings.seat AS seat, people.email AS email
         FROM bookings JOIN people ON people.id = bookings.host_id
         WHERE bookings.org_id = $1 AND bookings.meeting_id <> $2
            AND bookings.status <> 'rescheduled'
            AND bookings.seat IN (SELECT seat FROM bookings WHERE org_id = $1 AND meeting_id = $2)",
    )
    .bind(org)
    .bind(meeting)
    .all(reader)
    .await?;
    Ok(rows.into_iter().map(|row| (row.seat, row.email)).collect())
}

record! {
    struct Gone {
        seat: Id<Seat>,
        email: String,
    }
}

/// The meetings that places of this one are in or were, itself too, in the order of their ids.
pub async fn meetings_of_places(
    reader: &mut Reader,
    org: Id<Org>,
    meeting: Id<Meeting>,
) -> Result<Vec<Id<Meeting>>, DbError> {
    sql("SELECT DISTINCT meeting_id FROM bookings WHERE org_id = $1
            AND seat IN (SELECT seat FROM bookings WHERE org_id = $1 AND meeting_id = $2)
         ORDER BY meeting_id")
    .bind(org)
    .bind(meeting)
    .all(reader)
    .await
}

/// Notes what recipients are told now, each once.
pub async fn put_told(tx: &mut Tx, told: &[Told]) -> Result<(), DbError> {
    if planted(Bug::ToldForgotten) {
        return Ok(());
    }
    for some in told.chunks(TOLD_AT_ONCE) {
        let mut query = sql(format!(
            "INSERT INTO told ({TOLD}) VALUES {}
             ON CONFLICT (meeting_id, seat, audience, email) DO UPDATE SET
                booking_id = excluded.booking_id, state = excluded.state,
                starts_at = excluded.starts_at, minutes = excluded.minutes, place = excluded.place,
                join_url = excluded.join_url, invited_at = excluded.invited_at,
                thread = excluded.thread",
            rows(some.len(), 12)
        ));
        for told in some {
            query = query
                .bind(told.meeting_id)
                .bind(told.seat)
                .bind(told.audience)
                .bind(told.email.as_str())
                .bind(told.booking_id)
                .bind(told.state)
                .bind(told.starts_at)
                .bind(told.minutes)
                .bind(told.place.as_str())
                .bind(told.join_url.clone())
                .bind(told.invited_at)
                .bind(told.thread.as_str());
        }
        query.run(tx).await?;
    }
    Ok(())
}

/// How many of them one statement takes at most.
const TOLD_AT_ONCE: usize = 16;

/// Moves a meeting's confirmed bookings to another place, without a change of time.
pub async fn set_place(tx: &mut Tx, meeting: &Meeting) -> Result<(), DbError> {
    sql("UPDATE bookings SET location = $3, location_value = $4
         WHERE org_id = $1 AND meeting_id = $2 AND status = 'confirmed'")
    .bind(meeting.org_id)
    .bind(meeting.id)
    .bind(meeting.location)
    .bind(meeting.location_value.clone())
    .run(tx)
    .await?;
    Ok(())
}

/// Which bookings a host's list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Confirmed and not over, the next first.
    Upcoming,
    /// Confirmed and over, the last first.
    Past,
    /// Canceled, the latest start first.
    Canceled,
}

/// A part of a host's list.
#[derive(Clone, Debug)]
pub struct Query {
    pub tab: Tab,
    /// None: everybody's.
    pub host: Option<Id<Person>>,
    pub event_type: Option<Id<EventType>>,
    /// Part of the invitee's name or address, or of the event type's name.
    pub text: Option<String>,
    /// Goes on behind this start and booking.
    pub behind: Option<(Timestamp, Id<Booking>)>,
    pub now: Timestamp,
    pub most: i64,
}

/// A booking in a host's list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub booking: Booking,
    pub title: String,
    pub host_name: String,
}

impl Record for Listed {
    fn from_row(row: &Row) -> Result<Listed, DbError> {
        Ok(Listed {
            booking: Booking::from_row(row)?,
            title: row.get("title")?,
            host_name: row.get("host_name")?,
        })
    }
}

/// Bookings of a host, or of the whole org, in the order of the index that has them.
pub async fn listed(
    reader: &mut Reader,
    org: Id<Org>,
    query: &Query,
) -> Result<Vec<Listed>, DbError> {
    // No meeting is longer than a day: the first comparison of each is for the index.
    let (condition, (order, beyond)) = match query.tab {
        Tab::Upcoming => (
            "bookings.status = 'confirmed' AND bookings.starts_at > $6
             AND bookings.starts_at + bookings.minutes * 60000000 > $7",
            ("ASC", ">"),
        ),
        Tab::Past => (
            "bookings.status = 'confirmed' AND $6 < $7 AND bookings.starts_at < $7
             AND bookings.starts_at + bookings.minutes * 60000000 <= $7",
            ("DESC", "<"),
        ),
        Tab::Canceled => ("bookings.status = 'canceled' AND $6 < $7", ("DESC", "<")),
    };
    let columns: Vec<String> = BOOKING
        .split(',')
        .map(|name| name.trim())
        .map(|name| format!("bookings.{name} AS {name}"))
        .collect();
    let columns = columns.join(", ");
    // Each has an index of its own, which one condition for both could not use.
    let whose = match query.host {
        Some(_) => "bookings.org_id = $1 AND bookings.host_id = $2",
        None => "bookings.org_id = $1 AND $2 IS NULL",
    };
    let (at, id) = match query.behind {
        Some((at, id)) => (Some(at), Some(id)),
        None => (None, None),
    };
    let words = query.text.as_deref().map(like);
    sql(format!(
        "SELECT {columns}, event_types.title AS title, people.name AS host_name
         FROM bookings
         JOIN event_types ON event_types.id = bookings.event_type_id
         JOIN people ON people.id = bookings.host_id
         WHERE {whose}
            AND ($3 IS NULL OR bookings.event_type_id = $3)
            AND ($4 IS NULL OR LOWER(bookings.invitee_name || ' ' || bookings.invitee_email
                || ' ' || event_types.title) LIKE $4 ESCAPE '!'
                OR bookings.invitee_name LIKE $5 ESCAPE '!')
            AND {condition}
            AND ($8 IS NULL OR bookings.starts_at {beyond} $8
                OR (bookings.starts_at = $8 AND bookings.id {beyond} $9))
         ORDER BY bookings.starts_at {order}, bookings.id {order} LIMIT $10"
    ))
    .bind(org)
    .bind(query.host)
    .bind(query.event_type)
    .bind(words.as_deref().map(str::to_lowercase))
    // SQLite lowers the letters of ASCII only.
    .bind(words)
    .bind(query.now - crate::clock::days(1))
    .bind(query.now)
    .bind(at)
    .bind(id)
    .bind(query.most)
    .all(reader)
    .await
}

/// A pattern that finds these words anywhere.
pub fn like(words: &str) -> String {
    let mut pattern = String::from("%");
    for letter in words.chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// These meetings, in no order.
pub async fn meetings_in(
    reader: &mut Reader,
    org: Id<Org>,
    ids: &[Id<Meeting>],
) -> Result<Vec<Meeting>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    // For SQLite a list of many ids seems longer than all of an org: it must not look there.
    sql(format!(
        "SELECT {MEETING} FROM meetings WHERE id IN ({}) AND (org_id = $1) IS TRUE",
        places(2, ids.len())
    ))
    .bind(org)
    .bind_all(ids)
    .all(reader)
    .await
}

record! {
    /// An entry of the list's filter.
    pub struct Booked {
        pub id: Id<EventType>,
        pub title: String,
        pub owner: String,
    }
}

/// The event types of a host, or of the whole org, that have ever been booked; deleted ones too.
pub async fn booked_event_types(
    reader: &mut Reader,
    org: Id<Org>,
    host: Option<Id<Person>>,
) -> Result<Vec<Booked>, DbError> {
    sql(
        "SELECT event_types.id AS id, event_types.title AS title, people.name AS owner
         FROM event_types JOIN people ON people.id = event_types.person_id
         WHERE event_types.org_id = $1 AND ($2 IS NULL OR event_types.person_id = $2)
            AND EXISTS (SELECT 1 FROM bookings WHERE bookings.event_type_id = event_types.id)
         ORDER BY event_types.title, event_types.id",
    )
    .bind(org)
    .bind(host)
    .all(reader)
    .await
}
