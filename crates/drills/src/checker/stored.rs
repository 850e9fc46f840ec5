//! What is stored, read by SQL of its own: each row as one JSON object, which both databases can
//! make and plain structs can be read from.

use std::collections::BTreeSet;

use anyhow::Context as _;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

#[derive(Deserialize)]
struct Installation {
    id: String,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Person {
    pub id: String,
    pub org: String,
    pub email: String,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Meeting {
    pub id: String,
    pub org: String,
    pub host: String,
    pub starts_at: i64,
    pub minutes: i64,
    pub buffer_before: i64,
    pub buffer_after: i64,
    pub location: String,
    pub uid: String,
    pub sequence: Option<i64>,
    pub generation: i64,
    pub over_at: Option<i64>,
    /// Places in it, for a group.
    pub seats: Option<i64>,
}

impl Meeting {
    pub fn is_live(&self) -> bool {
        self.over_at.is_none()
    }

    pub fn ends_at(&self) -> i64 {
        self.starts_at + self.minutes * 60_000_000
    }
}

#[derive(Clone, Debug, Deserialize)]
pub struct Booking {
    pub id: String,
    pub meeting: String,
    pub seat: String,
    pub host: String,
    pub status: String,
    pub starts_at: i64,
    pub email: String,
    pub from: Option<String>,
    pub created_at: i64,
    pub ended_at: Option<i64>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Busy {
    pub meeting: String,
    pub host: String,
    pub starts_at: i64,
    pub ends_at: i64,
}

/// What was last seen at Zoom for a meeting.
#[derive(Clone, Debug, Deserialize)]
pub struct Seen {
    pub meeting: String,
    pub here: String,
    pub account: Option<String>,
    pub room: Option<String>,
    pub join_url: Option<String>,
    pub refused: Option<i64>,
    pub resisted: Option<i64>,
    pub deleted_at: Option<i64>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Leftover {
    pub meeting: String,
    pub account: String,
    pub room: Option<String>,
    pub gone_at: Option<i64>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Letter {
    pub id: String,
    pub meeting: Option<String>,
    pub booking: Option<String>,
    pub kind: String,
    pub audience: String,
    pub to: String,
    pub created_at: i64,
    pub sent_at: Option<i64>,
    pub failed_at: Option<i64>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Job {
    pub kind: String,
    pub subject: String,
    pub run_at: i64,
    pub why: Option<String>,
    pub gave_up_at: Option<i64>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Account {
    pub id: String,
    pub org: String,
    /// Zoom's id of the user.
    pub user: String,
    pub plan: String,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Connection {
    pub id: String,
    pub org: String,
    pub account: String,
    pub role: String,
    pub owner: String,
    pub granted_at: i64,
    /// How many of the two tokens are stored.
    pub tokens: i64,
    pub broken_since: Option<i64>,
    pub disconnecting_at: Option<i64>,
}

impl Connection {
    pub fn is_connected(&self) -> bool {
        self.broken_since.is_none() && self.disconnecting_at.is_none()
    }
}

#[derive(Clone, Debug, Deserialize)]
pub struct Rollout {
    pub org: String,
    pub enabled_at: Option<i64>,
}

/// An entry of the sync log.
#[derive(Clone, Debug, Deserialize)]
pub struct Entry {
    pub at: i64,
    pub action: String,
    pub result: String,
    pub account: Option<String>,
    /// "POST /users/me/meetings"
    pub request: Option<String>,
    pub request_body: Option<String>,
    pub status: Option<i64>,
    pub response_body: Option<String>,
    pub words: String,
}

#[derive(Clone, Debug, Default)]
pub struct Stored {
    /// Of the mark: which rooms are ours. 32 hexadecimal digits.
    pub installation: String,
    pub people: Vec<Person>,
    pub meetings: Vec<Meeting>,
    pub bookings: Vec<Booking>,
    pub busy: Vec<Busy>,
    pub seen: Vec<Seen>,
    pub leftovers: Vec<Leftover>,
    pub letters: Vec<Letter>,
    pub jobs: Vec<Job>,
    pub accounts: Vec<Account>,
    pub connections: Vec<Connection>,
    pub rollouts: Vec<Rollout>,
    /// Oldest first.
    pub log: Vec<Entry>,
}

impl Stored {
    /// Reads a database that a server may be using: `sqlite:/path` or `postgres://…`.
    ///
    /// # Errors
    /// When it can't be opened or isn't what this knows.
    pub async fn read(url: &str) -> anyhow::Result<Stored> {
        let mut base = Base::open(url).await?;
        let stored = Stored {
            installation: base
                .rows::<Installation>("installation", "'id', {id(id)}", "")
                .await?
                .pop()
                .context("no installation is stored")?
                .id,
            people: base.rows("people", "'id', {id(id)}, 'org', {id(org_id)}, 'email', email", "id").await?,
            meetings: base
                .rows(
                    "meetings",
                    "'id', {id(id)}, 'org', {id(org_id)}, 'host', {id(host_id)}, 'starts_at', starts_at,
                     'minutes', minutes, 'buffer_before', buffer_before, 'buffer_after', buffer_after,
                     'location', location, 'uid', ical_uid, 'sequence', sequence,
                     'generation', generation, 'over_at', over_at,
                     'seats', CASE WHEN kind IN ('group', 'group_round_robin') THEN
                        (SELECT seats FROM event_types WHERE event_types.id = event_type_id) END",
                    "id",
                )
                .await?,
            bookings: base
                .rows(
                    "bookings",
                    "'id', {id(id)}, 'meeting', {id(meeting_id)}, 'seat', {id(seat)},
                     'host', {id(host_id)}, 'status', status, 'starts_at', starts_at,
                     'email', invitee_email, 'from', {id(rescheduled_from)},
                     'created_at', created_at, 'ended_at', ended_at",
                    "created_at, id",
                )
                .await?,
            busy: base
                .rows(
                    "busy",
                    "'meeting', {id(meeting_id)}, 'host', {id(host_id)}, 'starts_at', starts_at,
                     'ends_at', ends_at",
                    "starts_at, meeting_id",
                )
                .await?,
            seen: base
                .rows(
                    "seen",
                    "'meeting', {id(meeting_id)}, 'here', here, 'account', {id(account_id)},
                     'room', remote_id, 'join_url', join_url, 'refused', refused_generation,
                     'resisted', resisted_generation, 'deleted_at', deleted_at",
                    "meeting_id",
                )
                .await?,
            leftovers: base
                .rows(
                    "leftovers",
                    "'meeting', {id(meeting_id)}, 'account', {id(account_id)}, 'room', remote_id,
                     'gone_at', gone_at",
                    "id",
                )
                .await?,
            letters: base
                .rows(
                    "letters",
                    "'id', {id(id)}, 'meeting', {id(meeting_id)}, 'booking', {id(booking_id)},
                     'kind', kind, 'audience', audience, 'to', to_email, 'created_at', created_at,
                     'sent_at', sent_at, 'failed_at', failed_at",
                    "created_at, id",
                )
                .await?,
            jobs: base
                .rows(
                    "jobs",
                    "'kind', kind, 'subject', {id(subject)}, 'run_at', run_at, 'why', why,
                     'gave_up_at', gave_up_at",
                    "kind, subject",
                )
                .await?,
            accounts: base
                .rows(
                    "accounts",
                    "'id', {id(id)}, 'org', {id(org_id)}, 'user', remote_user, 'plan', plan",
                    "id",
                )
                .await?,
            connections: base
                .rows(
                    "connections",
                    "'id', {id(id)}, 'org', {id(org_id)}, 'account', {id(account_id)}, 'role', role,
                     'owner', {id(owner_id)}, 'granted_at', granted_at,
                     'tokens', CASE WHEN access_token IS NULL THEN 0 ELSE 1 END
                        + CASE WHEN refresh_token IS NULL THEN 0 ELSE 1 END,
                     'broken_since', broken_since, 'disconnecting_at', disconnecting_at",
                    "created_at, id",
                )
                .await?,
            rollouts: base
                .rows("rollout", "'org', {id(org_id)}, 'enabled_at', enabled_at", "org_id")
                .await?,
            log: base
                .rows(
                    "sync_log",
                    "'at', at, 'action', action, 'result', result, 'account', {id(account_id)},
                     'request', request, 'request_body', request_body, 'status', status,
                     'response_body', response_body, 'words', words",
                    "at, id",
                )
                .await?,
        };
        base.close().await?;
        Ok(stored)
    }

    /// Zoom users whose account was out of reach at some time: broken, removed or disconnected.
    pub fn interrupted(&self) -> BTreeSet<&str> {
        const ENDS: [&str; 3] = ["connection_broken", "access_removed", "disconnect"];
        let ended = |account: &&Account| {
            self.log.iter().any(|entry| {
                ENDS.contains(&entry.action.as_str()) && entry.account.as_ref() == Some(&account.id)
            })
        };
        let accounts = self.accounts.iter().filter(ended);
        accounts.map(|account| account.user.as_str()).collect()
    }

    pub fn meeting(&self, id: &str) -> Option<&Meeting> {
        self.meetings.iter().find(|meeting| meeting.id == id)
    }

    pub fn booking(&self, id: &str) -> Option<&Booking> {
        self.bookings.iter().find(|booking| booking.id == id)
    }

    /// The bookings that took this one's place, one after the other.
    pub fn successors<'a>(&'a self, booking: &'a Booking) -> Vec<&'a Booking> {
        let mut chain: Vec<&Booking> = Vec::new();
        let mut last = booking;
        while let Some(next) = self
            .bookings
            .iter()
            .find(|next| next.from.as_ref() == Some(&last.id))
        {
            chain.push(next);
            last = next;
        }
        chain
    }
}

enum Base {
    Lite(SqliteConnection),
    Pg(PgConnection),
}

impl Base {
    async fn open(url: &str) -> anyhow::Result<Base> {
        Ok(match url.strip_prefix("sqlite:") {
            Some(_) => Base::Lite(SqliteConnection::connect(url).await?),
            None => Base::Pg(PgConnection::connect(url).await?),
        })
    }

    async fn rows<T: DeserializeOwned>(
        &mut self,
        table: &str,
        fields: &str,
        order: &str,
    ) -> anyhow::Result<Vec<T>> {
        let (before, after, object) = match self {
            Base::Lite(_) => ("nullif(lower(hex(", ")), '')", "json_object"),
            Base::Pg(_) => ("replace(CAST(", " AS text), '-', '')", "json_build_object"),
        };
        let fields = fields.replace("{id(", before).replace(")}", after);
        let order = match order {
            "" => String::new(),
            by => format!(" ORDER BY {by}"),
        };
        let text = format!("SELECT CAST({object}({fields}) AS text) FROM {table}{order}");
        let sql = AssertSqlSafe(text);
        let rows: Vec<String> = match self {
            Base::Lite(base) => sqlx::query_scalar(sql).fetch_all(base).await,
            Base::Pg(base) => sqlx::query_scalar(sql).fetch_all(base).await,
        }
        .with_context(|| format!("reading {table}"))?;
        rows.iter()
            .map(|row| {
                serde_json::from_str(row).with_context(|| format!("a row of {table}: {row}"))
            })
            .collect()
    }

    async fn close(self) -> Result<(), sqlx::Error> {
        match self {
            Base::Lite(base) => base.close().await,
            Base::Pg(base) => base.close().await,
        }
    }
}
