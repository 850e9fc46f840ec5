//! What is at Zoom, as the simulator's own books have it.

use std::collections::BTreeSet;

use serde_json::Value;
use zoom_sim::{Standing, ZoomSim};

/// A call that reached Zoom.
#[derive(Clone, Debug)]
pub struct Call {
    pub at: i64,
    /// "meeting.create"
    pub operation: String,
    /// "POST /users/me/meetings", as the product's log has it.
    pub request: String,
    pub user: Option<String>,
    /// None: no answer came.
    pub status: Option<i64>,
    /// The answer was another than the true one, or broken.
    pub fault: Option<String>,
    pub says: Option<Value>,
    pub refresh_sent: Option<String>,
    pub refresh_given: Option<String>,
    pub created: Vec<u64>,
    pub updated: Vec<u64>,
    pub deleted: Vec<u64>,
    pub warnings: Vec<String>,
}

impl Call {
    /// Whoever sent it knows no more of what was asked than before.
    pub fn is_undecided(&self) -> bool {
        self.status
            .is_none_or(|status| status >= 500 || status == 429)
            || self.is_garbled()
    }

    fn is_garbled(&self) -> bool {
        let fault = self.fault.as_deref().unwrap_or_default();
        fault.contains("answer") || fault.contains("after effect")
    }

    pub fn is_change(&self) -> bool {
        let (_, what) = self.operation.split_once('.').unwrap_or_default();
        matches!(what, "create" | "update")
    }
}

/// A meeting or webinar.
#[derive(Clone, Debug)]
pub struct Room {
    pub id: u64,
    /// Zoom's id of the user.
    pub host: String,
    pub agenda: String,
    pub starts_at: Option<i64>,
    pub minutes: i64,
    pub join_url: String,
    pub deleted_at: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct User {
    pub id: String,
    /// The app may act for them.
    pub authorized: bool,
    pub active: bool,
}

#[derive(Clone, Debug, Default)]
pub struct AtZoom {
    /// All that there ever were.
    pub rooms: Vec<Room>,
    pub users: Vec<User>,
    /// Oldest first.
    pub calls: Vec<Call>,
    pub secrets: Vec<String>,
    /// Since when each user's authorization is dead, where a hand did that: user, microseconds.
    pub removals: Vec<(String, i64)>,
}

impl AtZoom {
    pub fn of(zoom: &ZoomSim) -> AtZoom {
        AtZoom {
            rooms: zoom
                .all_rooms()
                .into_iter()
                .map(|room| Room {
                    id: room.id,
                    host: room.host_id,
                    agenda: room.agenda,
                    starts_at: room.start_time.map(|at| at.as_microsecond()),
                    minutes: room.duration,
                    join_url: room.join_url,
                    deleted_at: room.deleted_at.map(|at| at.as_microsecond()),
                })
                .collect(),
            users: zoom
                .users()
                .into_iter()
                .map(|user| User {
                    authorized: user.authorized,
                    active: user.standing == Standing::Active,
                    id: user.id,
                })
                .collect(),
            calls: zoom.ledger().into_iter().map(call).collect(),
            secrets: zoom.secrets(),
            removals: Vec::new(),
        }
    }

    /// The room of this id, if it is still there.
    pub fn living(&self, id: u64) -> Option<&Room> {
        self.rooms
            .iter()
            .find(|room| room.id == id && room.deleted_at.is_none())
    }

    /// Rooms that went though no call of ours deleted them.
    pub fn deleted_by_hand(&self) -> BTreeSet<u64> {
        let ours: BTreeSet<u64> = self
            .calls
            .iter()
            .flat_map(|call| call.deleted.clone())
            .collect();
        self.rooms
            .iter()
            .filter(|room| room.deleted_at.is_some() && !ours.contains(&room.id))
            .map(|room| room.id)
            .collect()
    }

    pub fn made_by_us(&self) -> BTreeSet<u64> {
        self.calls
            .iter()
            .flat_map(|call| call.created.clone())
            .collect()
    }

    /// The app can act for this user.
    pub fn lets_us(&self, user: &str) -> bool {
        self.users
            .iter()
            .any(|known| known.id == user && known.authorized && known.active)
    }
}

fn call(entry: zoom_sim::Entry) -> Call {
    let path = entry.path.strip_prefix("/v2").unwrap_or(&entry.path);
    Call {
        at: entry.at.as_microsecond(),
        request: format!("{} {path}", entry.method),
        operation: entry.operation,
        user: entry.user_id,
        status: entry.status.map(i64::from),
        fault: entry.fault,
        says: entry.response,
        refresh_sent: entry.refresh_sent,
        refresh_given: entry.refresh_given,
        created: entry.effect.created,
        updated: entry.effect.updated,
        deleted: entry.effect.deleted,
        warnings: entry.warnings,
    }
}
