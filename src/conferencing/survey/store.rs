//! What depends on connections, read for a whole org at once.

use jiff::Timestamp;

use super::{Offered, Waiting, WithLink};
use crate::accounts::{Org, Person, Role};
use crate::conferencing::ConnectionRole;
use crate::conferencing::connection::Connection;
use crate::db::{DbError, Reader, sql};
use crate::event_types::{Kind, Location};
use crate::id::Id;
use crate::record;

/// Event types that can be booked and take place online, one row for each person who hosts them:
/// the owner, or where they take turns the members of the team.
pub async fn offered(reader: &mut Reader, org: Id<Org>) -> Result<Vec<Offered>, DbError> {
    sql(
        "SELECT event_types.id AS id, event_types.title AS title, event_types.kind AS kind,
            event_types.webinar_at AS webinar_at,
            COALESCE(team_members.person_id, event_types.person_id) AS host_id
         FROM event_types LEFT JOIN team_members ON team_members.team_id = event_types.team_id
            AND event_types.kind IN ($3, $4)
         WHERE event_types.org_id = $1 AND event_types.location = $2
            AND event_types.deleted_at IS NULL AND event_types.disabled_at IS NULL
         ORDER BY event_types.created_at, event_types.id",
    )
    .bind(org)
    .bind(Location::Zoom)
    .bind(Kind::RoundRobin)
    .bind(Kind::GroupRoundRobin)
    .all(reader)
    .await
}

/// Upcoming meetings that want an online room and have no link, with the bookings in them; the next
/// to start first.
pub async fn waiting(
    reader: &mut Reader,
    org: Id<Org>,
    now: Timestamp,
) -> Result<Vec<Waiting>, DbError> {
    sql(
        "SELECT meetings.host_id AS host_id, meetings.summary AS summary,
            meetings.starts_at AS starts_at, (SELECT COUNT(*) FROM bookings
            WHERE bookings.meeting_id = meetings.id AND bookings.status = 'confirmed') AS bookings
         FROM meetings LEFT JOIN seen ON seen.meeting_id = meetings.id
         WHERE meetings.org_id = $1 AND meetings.over_at IS NULL AND meetings.starts_at > $2
            AND meetings.location = $3
            AND (seen.here IS NULL OR seen.here <> 'room' OR seen.passcode IS NULL)
         ORDER BY meetings.starts_at, meetings.id",
    )
    .bind(org)
    .bind(now)
    .bind(Location::Zoom)
    .all(reader)
    .await
}

/// Upcoming bookings that have their link, by the account it is on and by their host.
pub async fn with_link(
    reader: &mut Reader,
    org: Id<Org>,
    now: Timestamp,
) -> Result<Vec<WithLink>, DbError> {
    sql(
        "SELECT seen.account_id AS account_id, meetings.host_id AS host_id, COUNT(*) AS bookings
         FROM seen JOIN meetings ON meetings.id = seen.meeting_id
         JOIN bookings ON bookings.meeting_id = meetings.id AND bookings.status = 'confirmed'
         WHERE seen.org_id = $1 AND seen.here = 'room' AND seen.account_id IS NOT NULL
            AND meetings.over_at IS NULL AND meetings.starts_at > $2
         GROUP BY seen.account_id, meetings.host_id",
    )
    .bind(org)
    .bind(now)
    .all(reader)
    .await
}

record! {
    /// A broken connection that a signed-in person can do something about.
    #[derive(Clone, Debug)]
    pub struct Broken {
        pub id: Id<Connection>,
        pub org_id: Id<Org>,
        pub role: ConnectionRole,
        pub owner_id: Id<Person>,
        pub viewer_id: Id<Person>,
        pub email: String,
        pub broken_since: Timestamp,
    }
}

/// The broken connections that who is signed in here can renew: their own, and the shared ones for
/// admins; what they connected comes first. Names no org: the session does. Nobody misses what an org has turned off.
pub async fn broken_seen_by(
    reader: &mut Reader,
    session_hash: Vec<u8>,
    now: Timestamp,
) -> Result<Vec<Broken>, DbError> {
    sql(
        "SELECT connections.id AS id, connections.org_id AS org_id, connections.role AS role,
            connections.owner_id AS owner_id, people.id AS viewer_id, accounts.email AS email,
            connections.broken_since AS broken_since
         FROM sessions JOIN people ON people.id = sessions.person_id
         JOIN rollout ON rollout.org_id = people.org_id AND rollout.enabled_at IS NOT NULL
         JOIN connections ON connections.org_id = people.org_id
            AND connections.broken_since IS NOT NULL AND connections.disconnecting_at IS NULL
         JOIN accounts ON accounts.id = connections.account_id
         WHERE sessions.token_hash = $1 AND sessions.expires_at > $2
            AND people.deactivated_at IS NULL
            AND CASE WHEN connections.role = $3 THEN people.role = $4
                ELSE connections.owner_id = people.id END
         ORDER BY CASE WHEN connections.owner_id = people.id THEN 0 ELSE 1 END,
            connections.role, connections.created_at, connections.id",
    )
    .bind(session_hash)
    .bind(now)
    .bind(ConnectionRole::Shared)
    .bind(Role::Admin)
    .all(reader)
    .await
}
