//! Accounts, connections, and what was last seen at a provider, in the database. `seen` and
//! `leftovers` are written by `reconcile` alone.

use std::collections::HashMap;

use jiff::Timestamp;

use super::connection::{Break, Broken, Connected, Connection, Facts, Tokens};
use super::plan::{Doubt, Found, Here, Left, Refused, Remnant, Room, RoomKind, Seen, Shown, Wish};
use super::{Account, ConnectionRole, Leftover, ProviderKind};
use crate::accounts::{Org, Person};
use crate::app::App;
use crate::booking::Meeting;
use crate::db::{DbError, Reader, Record, Row, Tx, places, sql};
use crate::id::Id;
use crate::outbox::{self, Kind};
use crate::planted::bug::{Bug, planted};
use crate::record;
use crate::rollout::Rollout;
use crate::rollout::hosting::{Candidate, Situation};
use crate::seal::{Seal, Sealed, Secret};

record! {
    /// A connection as it stands in its row: tokens sealed.
    #[derive(Clone, Debug)]
    pub struct ConnectionRow {
        pub id: Id<Connection>,
        pub org_id: Id<Org>,
        pub account_id: Id<Account>,
        pub role: ConnectionRole,
        pub owner_id: Id<Person>,
        pub grant_number: i64,
        pub granted_at: Timestamp,
        pub access_token: Option<Sealed>,
        pub refresh_token: Option<Sealed>,
        pub access_expires_at: Option<Timestamp>,
        pub scopes: String,
        pub refresh_lease_until: Option<Timestamp>,
        pub broken_since: Option<Timestamp>,
        pub broken_why: Option<Break>,
        pub disconnecting_at: Option<Timestamp>,
        pub last_used_at: Option<Timestamp>,
        pub created_at: Timestamp,
    }
}

/// A connection and the account it is of.
#[derive(Clone, Debug)]
pub struct Linked {
    pub connection: ConnectionRow,
    pub account: Account,
}

impl Linked {
    /// Can be asked now.
    pub fn is_connected(&self) -> bool {
        self.connection.is_connected()
    }
}

impl ConnectionRow {
    pub fn is_connected(&self) -> bool {
        self.broken_since.is_none() && self.disconnecting_at.is_none()
    }

    pub(super) fn facts(&self) -> Facts {
        Facts {
            id: self.id,
            org: self.org_id,
            account: self.account_id,
            role: self.role,
            owner: self.owner_id,
            grant: self.grant_number,
            granted_at: self.granted_at,
        }
    }

    /// The state, tokens opened.
    pub fn open(&self, seal: &Seal) -> anyhow::Result<Connection> {
        if let Some(since) = self.broken_since {
            let why = self.broken_why.unwrap_or(Break::RefreshRefused);
            return Ok(Connection::Broken(Broken {
                facts: self.facts(),
                why,
                since,
            }));
        }
        let open = |column: &str, sealed: &Option<Sealed>| -> anyhow::Result<Secret> {
            let sealed = sealed
                .as_ref()
                .ok_or_else(|| anyhow::anyhow!("no {column} is stored"))?;
            Ok(seal.open(&place(self.id, column), sealed)?)
        };
        let tokens = Tokens {
            access: open("access_token", &self.access_token)?,
            refresh: open("refresh_token", &self.refresh_token)?,
            expires_at: self.access_expires_at.unwrap_or(Timestamp::MIN),
            scopes: self.scopes.clone(),
        };
        let connected = Connected {
            facts: self.facts(),
            tokens,
        };
        Ok(match self.disconnecting_at {
            Some(_) => Connection::Disconnecting(connected),
            None => Connection::Connected(connected),
        })
    }
}

fn place(connection: Id<Connection>, column: &str) -> String {
    format!("connections|{connection}|{column}")
}

const CONNECTION: &str = "connections.id AS id, connections.org_id AS org_id, account_id, role, \
    owner_id, grant_number, granted_at, access_token, refresh_token, access_expires_at, scopes, \
    refresh_lease_until, broken_since, broken_why, disconnecting_at, last_used_at, \
    connections.created_at AS created_at";

const ACCOUNT_OF_LINKED: &str = "accounts.provider AS provider, accounts.remote_user AS remote_user, \
    accounts.remote_account AS remote_account, accounts.email AS email, accounts.name AS name, \
    accounts.plan AS plan, accounts.rooms_made AS rooms_made";

impl Record for Linked {
    fn from_row(row: &Row) -> Result<Linked, DbError> {
        let connection = ConnectionRow::from_row(row)?;
        let account = Account {
            id: connection.account_id,
            org_id: connection.org_id,
            provider: row.get("provider")?,
            remote_user: row.get("remote_user")?,
            remote_account: row.get("remote_account")?,
            email: row.get("email")?,
            name: row.get("name")?,
            plan: row.get("plan")?,
            rooms_made: row.get("rooms_made")?,
            created_at: connection.created_at,
        };
        Ok(Linked {
            connection,
            account,
        })
    }
}

fn linked_where(condition: &str) -> String {
    format!(
        "SELECT {CONNECTION}, {ACCOUNT_OF_LINKED} FROM connections
         JOIN accounts ON accounts.id = connections.account_id
         WHERE connections.org_id = $1 {condition} ORDER BY connections.created_at, connections.id"
    )
}

/// All connections of the org, the first connected first.
pub async fn linked(reader: &mut Reader, org: Id<Org>) -> Result<Vec<Linked>, DbError> {
    sql(linked_where("")).bind(org).all(reader).await
}

pub async fn linked_one(
    reader: &mut Reader,
    org: Id<Org>,
    connection: Id<Connection>,
) -> Result<Option<Linked>, DbError> {
    sql(linked_where("AND connections.id = $2"))
        .bind(org)
        .bind(connection)
        .maybe(reader)
        .await
}

/// A job names a connection only; its org stands in the row.
pub async fn linked_of_job(
    reader: &mut Reader,
    connection: Id<Connection>,
) -> Result<Option<Linked>, DbError> {
    sql(format!(
        "SELECT {CONNECTION}, {ACCOUNT_OF_LINKED} FROM connections
         JOIN accounts ON accounts.id = connections.account_id WHERE connections.id = $1"
    ))
    .bind(connection)
    .maybe(reader)
    .await
}

/// All that the choice of a host depends on, for meetings of this person.
pub async fn situation(
    reader: &mut Reader,
    app: &App,
    org: Id<Org>,
    host: Id<Person>,
) -> Result<(Situation, Vec<Linked>), DbError> {
    let rollout = crate::rollout::store::rollout(reader, org).await?;
    let linked = linked(reader, org).await?;
    let situation = situation_of(app, &rollout, &linked, host);
    Ok((situation, linked))
}

/// The same, from what was read already.
pub fn situation_of(
    app: &App,
    rollout: &Rollout,
    linked: &[Linked],
    host: Id<Person>,
) -> Situation {
    let candidate = |l: &Linked| Candidate {
        account: l.account.id,
        connection: l.connection.id,
        grant: l.connection.grant_number,
        email: l.account.email.clone(),
        broken: l.connection.broken_since.is_some(),
        refused: l.account.plan == CANNOT_HOST,
    };
    let usable = || {
        linked
            .iter()
            .filter(|l| l.connection.disconnecting_at.is_none())
    };
    Situation {
        set_up: app.providers.has(ProviderKind::Zoom),
        enabled: rollout.enabled_at.is_some(),
        routing: rollout.routing_at.is_some(),
        default_account: rollout.default_account,
        own: usable()
            .find(|l| {
                l.connection.role == ConnectionRole::Personal && l.connection.owner_id == host
            })
            .map(candidate),
        shared: usable()
            .filter(|l| l.connection.role == ConnectionRole::Shared)
            .map(candidate)
            .collect(),
    }
}

/// The plan of an account that Zoom has said can't host; a reconnect reads its plan anew.
pub const CANNOT_HOST: &str = "cannot_host";

pub async fn set_plan(
    tx: &mut Tx,
    org: Id<Org>,
    account: Id<Account>,
    plan: &str,
) -> Result<(), DbError> {
    sql("UPDATE accounts SET plan = $3 WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(account)
        .bind(plan)
        .run(tx)
        .await?;
    Ok(())
}

/// When it was last said that this account can't host webinars.
pub async fn no_webinars_at(
    reader: &mut Reader,
    org: Id<Org>,
    account: Id<Account>,
) -> Result<Option<Timestamp>, DbError> {
    let at: Option<Option<i64>> =
        sql("SELECT no_webinars_at FROM accounts WHERE org_id = $1 AND id = $2")
            .bind(org)
            .bind(account)
            .maybe(reader)
            .await?;
    Ok(at.flatten().map(crate::clock::from_micros))
}

/// It can't host webinars. Answers whether that is new.
pub async fn put_no_webinars(
    tx: &mut Tx,
    org: Id<Org>,
    account: Id<Account>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let first = sql("UPDATE accounts SET no_webinars_at = $3
         WHERE org_id = $1 AND id = $2 AND no_webinars_at IS NULL")
    .bind(org)
    .bind(account)
    .bind(now)
    .run(tx)
    .await?;
    sql("UPDATE accounts SET no_webinars_at = $3 WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(account)
        .bind(now)
        .run(tx)
        .await?;
    Ok(first == 1)
}

/// A webinar was made, so it can.
pub async fn forget_no_webinars(
    tx: &mut Tx,
    org: Id<Org>,
    account: Id<Account>,
) -> Result<(), DbError> {
    sql("UPDATE accounts SET no_webinars_at = NULL WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(account)
        .run(tx)
        .await?;
    Ok(())
}

pub async fn count_room_made(
    tx: &mut Tx,
    org: Id<Org>,
    account: Id<Account>,
) -> Result<(), DbError> {
    sql("UPDATE accounts SET rooms_made = rooms_made + 1 WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(account)
        .run(tx)
        .await?;
    Ok(())
}

/// The account of a remote user in this org, new or known.
pub async fn put_account(tx: &mut Tx, account: &Account) -> Result<Id<Account>, DbError> {
    sql("INSERT INTO accounts (id, org_id, provider, remote_user, remote_account, email, name, plan,
            rooms_made, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)
         ON CONFLICT (org_id, provider, remote_user) DO UPDATE SET email = excluded.email,
            name = excluded.name, plan = excluded.plan, no_webinars_at = NULL,
            remote_account = excluded.remote_account
         RETURNING id")
    .bind(account.id)
    .bind(account.org_id)
    .bind(account.provider)
    .bind(account.remote_user.as_str())
    .bind(account.remote_account.as_str())
    .bind(account.email.as_str())
    .bind(account.name.as_str())
    .bind(account.plan.as_str())
    .bind(account.created_at)
    .one(tx)
    .await
}

/// A remote user's account that is, or was, connected in this org.
pub async fn account_of_user(
    reader: &mut Reader,
    org: Id<Org>,
    (provider, remote_user): (ProviderKind, &str),
) -> Result<Option<Id<Account>>, DbError> {
    sql("SELECT id FROM accounts WHERE org_id = $1 AND provider = $2 AND remote_user = $3")
        .bind(org)
        .bind(provider)
        .bind(remote_user)
        .maybe(reader)
        .await
}

pub async fn connection_of_account(
    reader: &mut Reader,
    org: Id<Org>,
    account: Id<Account>,
) -> Result<Option<Linked>, DbError> {
    sql(linked_where("AND connections.account_id = $2"))
        .bind(org)
        .bind(account)
        .maybe(reader)
        .await
}

/// The connection of a remote user, when there is one in this org.
pub async fn connection_of_user(
    reader: &mut Reader,
    org: Id<Org>,
    provider: ProviderKind,
    remote_user: &str,
) -> Result<Option<Linked>, DbError> {
    sql(linked_where(
        "AND accounts.provider = $2 AND accounts.remote_user = $3",
    ))
    .bind(org)
    .bind(provider)
    .bind(remote_user)
    .maybe(reader)
    .await
}

/// The person's own connection: at most one.
pub async fn personal_of(
    reader: &mut Reader,
    org: Id<Org>,
    owner: Id<Person>,
) -> Result<Option<Linked>, DbError> {
    sql(linked_where(
        "AND connections.role = $2 AND connections.owner_id = $3",
    ))
    .bind(org)
    .bind(ConnectionRole::Personal)
    .bind(owner)
    .maybe(reader)
    .await
}

/// Another role and, where that changes with it, another owner. Answers whether it still was `from`.
pub async fn change_role(
    tx: &mut Tx,
    org: Id<Org>,
    id: Id<Connection>,
    (from, to): (ConnectionRole, ConnectionRole),
    owner: Id<Person>,
) -> Result<bool, DbError> {
    let changed = sql("UPDATE connections SET role = $4, owner_id = $5
         WHERE org_id = $1 AND id = $2 AND role = $3 AND disconnecting_at IS NULL")
    .bind(org)
    .bind(id)
    .bind(from)
    .bind(to)
    .bind(owner)
    .run(tx)
    .await?;
    Ok(changed == 1)
}

pub async fn insert_connection(
    tx: &mut Tx,
    seal: &Seal,
    facts: &Facts,
    tokens: &Tokens,
) -> Result<(), DbError> {
    sql(
        "INSERT INTO connections (id, org_id, account_id, role, owner_id, grant_number, granted_at,
            scopes, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $7)",
    )
    .bind(facts.id)
    .bind(facts.org)
    .bind(facts.account)
    .bind(facts.role)
    .bind(facts.owner)
    .bind(facts.grant)
    .bind(facts.granted_at)
    .bind(tokens.scopes.as_str())
    .run(tx)
    .await?;
    put_tokens(tx, seal, facts.id, tokens).await
}

async fn put_tokens(
    tx: &mut Tx,
    seal: &Seal,
    id: Id<Connection>,
    tokens: &Tokens,
) -> Result<(), DbError> {
    sql(
        "UPDATE connections SET access_token = $2, refresh_token = $3, access_expires_at = $4,
            scopes = $5, refresh_lease_until = NULL WHERE id = $1",
    )
    .bind(id)
    .bind(seal.seal(&place(id, "access_token"), &tokens.access))
    .bind(seal.seal(&place(id, "refresh_token"), &tokens.refresh))
    .bind(tokens.expires_at)
    .bind(tokens.scopes.as_str())
    .run(tx)
    .await?;
    Ok(())
}

/// A new grant for a connection that is there: it is whole again, whatever it was.
pub async fn regrant(tx: &mut Tx, seal: &Seal, connected: &Connected) -> Result<(), DbError> {
    let facts = &connected.facts;
    sql(
        "UPDATE connections SET grant_number = $3, granted_at = $4, broken_since = NULL,
            broken_why = NULL, disconnecting_at = NULL, reminded_on = NULL,
            removal_said_at = NULL
         WHERE org_id = $1 AND id = $2",
    )
    .bind(facts.org)
    .bind(facts.id)
    .bind(facts.grant)
    .bind(facts.granted_at)
    .run(tx)
    .await?;
    put_tokens(tx, seal, facts.id, &connected.tokens).await
}

/// Stores refreshed tokens, unless the grant has changed meanwhile: a late refresh brings nothing
/// back. Answers whether they were stored.
pub async fn put_refreshed(
    tx: &mut Tx,
    seal: &Seal,
    connected: &Connected,
) -> Result<bool, DbError> {
    let facts = &connected.facts;
    let same_grant = sql("UPDATE connections SET grant_number = grant_number
         WHERE org_id = $1 AND id = $2 AND grant_number = $3 AND broken_since IS NULL")
    .bind(facts.org)
    .bind(facts.id)
    .bind(facts.grant)
    .run(tx)
    .await?;
    if same_grant == 1 {
        put_tokens(tx, seal, facts.id, &connected.tokens).await?;
    }
    Ok(same_grant == 1)
}

/// One refresher at a time, across processes, and only for the refresh token that was read: one
/// that was spent meanwhile must never be sent again. Answers whether it is us.
pub async fn lease_refresh(
    tx: &mut Tx,
    seen: &ConnectionRow,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, DbError> {
    let any_lease = planted(Bug::RefreshNotLeased);
    let leased = sql("UPDATE connections SET refresh_lease_until = $4
         WHERE org_id = $1 AND id = $2 AND grant_number = $3 AND broken_since IS NULL
            AND refresh_token = $6
            AND (refresh_lease_until IS NULL OR refresh_lease_until <= $5 OR $7 = 1)")
    .bind(seen.org_id)
    .bind(seen.id)
    .bind(seen.grant_number)
    .bind(until)
    .bind(now)
    .bind(seen.refresh_token.clone())
    .bind(i64::from(any_lease))
    .run(tx)
    .await?;
    Ok(leased == 1)
}

/// Whether the refresh token is the one that was read; holds it until the transaction ends.
pub async fn still_holds(tx: &mut Tx, seen: &ConnectionRow) -> Result<bool, DbError> {
    let same = sql("UPDATE connections SET grant_number = grant_number
         WHERE org_id = $1 AND id = $2 AND refresh_token = $3")
    .bind(seen.org_id)
    .bind(seen.id)
    .bind(seen.refresh_token.clone())
    .run(tx)
    .await?;
    Ok(same == 1)
}

pub async fn end_refresh_lease(tx: &mut Tx, facts: &Facts) -> Result<(), DbError> {
    sql("UPDATE connections SET refresh_lease_until = NULL
         WHERE org_id = $1 AND id = $2 AND grant_number = $3")
    .bind(facts.org)
    .bind(facts.id)
    .bind(facts.grant)
    .run(tx)
    .await?;
    Ok(())
}

/// Marks a connection broken and drops its tokens. Answers whether it was this grant that broke,
/// so that only one of many who notice tells its owner.
pub async fn put_broken(tx: &mut Tx, broken: &Broken) -> Result<bool, DbError> {
    let facts = &broken.facts;
    let changed = sql(
        "UPDATE connections SET grant_number = $3, broken_since = $4, broken_why = $5,
            access_token = CASE WHEN $7 = 1 THEN access_token END,
            refresh_token = CASE WHEN $7 = 1 THEN refresh_token END,
            access_expires_at = NULL, refresh_lease_until = NULL
         WHERE org_id = $1 AND id = $2 AND grant_number = $6 AND broken_since IS NULL",
    )
    .bind(facts.org)
    .bind(facts.id)
    .bind(facts.grant)
    .bind(broken.since)
    .bind(broken.why)
    .bind(facts.grant - 1)
    .bind(i64::from(planted(Bug::TokensStay)))
    .run(tx)
    .await?;
    tx.forget();
    Ok(changed == 1)
}

/// The provider says that its user removed us, and it isn't sure that this was of the present grant.
pub async fn put_removal_said(
    tx: &mut Tx,
    org: Id<Org>,
    id: Id<Connection>,
    now: Timestamp,
) -> Result<(), DbError> {
    sql("UPDATE connections SET removal_said_at = $3 WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(id)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

/// The access works: it was of an older grant.
pub async fn forget_removal_said(
    tx: &mut Tx,
    org: Id<Org>,
    id: Id<Connection>,
) -> Result<(), DbError> {
    sql("UPDATE connections SET removal_said_at = NULL WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(id)
        .run(tx)
        .await?;
    Ok(())
}

pub async fn is_removal_said(
    reader: &mut Reader,
    org: Id<Org>,
    id: Id<Connection>,
) -> Result<bool, DbError> {
    let said: i64 = sql("SELECT COUNT(*) FROM connections
         WHERE org_id = $1 AND id = $2 AND removal_said_at IS NOT NULL")
    .bind(org)
    .bind(id)
    .one(reader)
    .await?;
    Ok(said > 0)
}

/// Its owner has been told that it broke.
pub async fn put_told_broken(
    tx: &mut Tx,
    org: Id<Org>,
    id: Id<Connection>,
    now: Timestamp,
) -> Result<(), DbError> {
    sql(
        "UPDATE connections SET told_broken_at = COALESCE(told_broken_at, $3)
         WHERE org_id = $1 AND id = $2",
    )
    .bind(org)
    .bind(id)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// Whether its owner was told that it broke, and not yet that it is whole again.
pub async fn knows_it_broke(
    reader: &mut Reader,
    org: Id<Org>,
    id: Id<Connection>,
) -> Result<bool, DbError> {
    let told: i64 = sql("SELECT COUNT(*) FROM connections
         WHERE org_id = $1 AND id = $2 AND told_broken_at IS NOT NULL")
    .bind(org)
    .bind(id)
    .one(reader)
    .await?;
    Ok(told == 1)
}

/// Its owner is being told that it is whole again. Answers whether they had to be.
pub async fn told_it_is_whole(
    tx: &mut Tx,
    org: Id<Org>,
    id: Id<Connection>,
) -> Result<bool, DbError> {
    let told = sql("UPDATE connections SET told_broken_at = NULL
         WHERE org_id = $1 AND id = $2 AND told_broken_at IS NOT NULL")
    .bind(org)
    .bind(id)
    .run(tx)
    .await?;
    Ok(told == 1)
}

/// Whether its owner is to be reminded on this day after the break: once.
pub async fn remind(
    tx: &mut Tx,
    org: Id<Org>,
    id: Id<Connection>,
    day: i64,
) -> Result<bool, DbError> {
    let first = sql("UPDATE connections SET reminded_on = $3
         WHERE org_id = $1 AND id = $2 AND broken_since IS NOT NULL
            AND (reminded_on IS NULL OR reminded_on < $3)")
    .bind(org)
    .bind(id)
    .bind(day)
    .run(tx)
    .await?;
    Ok(first == 1)
}

/// From here on the connection is used for nothing but its own revocation.
pub async fn begin_disconnect(
    tx: &mut Tx,
    org: Id<Org>,
    id: Id<Connection>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let changed = sql(
        "UPDATE connections SET disconnecting_at = $3, grant_number = grant_number + 1
         WHERE org_id = $1 AND id = $2 AND disconnecting_at IS NULL",
    )
    .bind(org)
    .bind(id)
    .bind(now)
    .run(tx)
    .await?;
    Ok(changed == 1)
}

/// The row and both tokens are gone.
pub async fn delete_connection(
    tx: &mut Tx,
    org: Id<Org>,
    id: Id<Connection>,
) -> Result<(), DbError> {
    sql("DELETE FROM connections WHERE org_id = $1 AND id = $2 AND disconnecting_at IS NOT NULL")
        .bind(org)
        .bind(id)
        .run(tx)
        .await?;
    tx.forget();
    Ok(())
}

/// The account's connection is being used.
pub async fn touch(
    tx: &mut Tx,
    org: Id<Org>,
    account: Id<Account>,
    now: Timestamp,
) -> Result<(), DbError> {
    sql("UPDATE connections SET last_used_at = $3 WHERE org_id = $1 AND account_id = $2")
        .bind(org)
        .bind(account)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

record! {
    struct SeenRow {
        meeting_id: Id<Meeting>,
        here: String,
        account_id: Option<Id<Account>>,
        kind: Option<RoomKind>,
        generation: Option<i64>,
        since: Option<Timestamp>,
        looks: Option<i64>,
        last_empty_look: Option<Timestamp>,
        remote_id: Option<String>,
        join_url: Option<String>,
        passcode: Option<String>,
        shows_topic: Option<String>,
        shows_starts_at: Option<Timestamp>,
        shows_minutes: Option<u16>,
        resisted_generation: Option<i64>,
        warnings: Option<String>,
        look_since: Option<Timestamp>,
        look_round: i64,
        found_account: Option<Id<Account>>,
        found_kind: Option<RoomKind>,
        found_id: Option<String>,
        deleted_at: Option<Timestamp>,
        refused_generation: Option<i64>,
        refused_account: Option<Id<Account>>,
        refused_grant: Option<i64>,
        refused_why: Option<String>,
    }
}

record! {
    struct LeftRow {
        id: Id<Leftover>,
        meeting_id: Id<Meeting>,
        account_id: Id<Account>,
        kind: RoomKind,
        remote_id: Option<String>,
        generation: i64,
        since: Timestamp,
        looks: u32,
        last_empty_look: Option<Timestamp>,
    }
}

/// What was last seen of a meeting. A refusal of an older generation is left out: it is over.
pub async fn seen(
    reader: &mut Reader,
    org: Id<Org>,
    meeting: Id<Meeting>,
    generation: i64,
) -> anyhow::Result<Seen> {
    let mut all = seen_of(reader, org, &[(meeting, generation)]).await?;
    Ok(all.remove(&meeting).unwrap_or_else(Seen::nothing))
}

/// The same of several, each with its generation.
pub async fn seen_of(
    reader: &mut Reader,
    org: Id<Org>,
    meetings: &[(Id<Meeting>, i64)],
) -> anyhow::Result<HashMap<Id<Meeting>, Seen>> {
    if meetings.is_empty() {
        return Ok(HashMap::new());
    }
    let (ids, places) = (
        meetings.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
        places(2, meetings.len()),
    );
    let rows: Vec<SeenRow> = sql(format!(
        "SELECT meeting_id, here, account_id, kind, generation, since, looks,
            last_empty_look, remote_id, join_url, passcode, shows_topic, shows_starts_at,
            shows_minutes, resisted_generation, warnings, look_since, look_round, found_account,
            found_kind, found_id, deleted_at, refused_generation, refused_account, refused_grant,
            refused_why
         FROM seen WHERE org_id = $1 AND meeting_id IN ({places})"
    ))
    .bind(org)
    .bind_all(&ids)
    .all(reader)
    .await?;
    let left: Vec<LeftRow> = sql(format!(
        "SELECT id, meeting_id, account_id, kind, remote_id, generation, since, looks,
            last_empty_look
         FROM leftovers WHERE org_id = $1 AND meeting_id IN ({places}) AND gone_at IS NULL
         ORDER BY since, id"
    ))
    .bind(org)
    .bind_all(&ids)
    .all(reader)
    .await?;
    let mut all: HashMap<Id<Meeting>, Seen> =
        ids.into_iter().map(|id| (id, Seen::nothing())).collect();
    let generations: HashMap<Id<Meeting>, i64> = meetings.iter().copied().collect();
    for row in rows {
        let (meeting, seen) = (row.meeting_id, row.into_seen(&generations)?);
        all.insert(meeting, seen);
    }
    for row in left {
        if let Some(seen) = all.get_mut(&row.meeting_id) {
            seen.left.push(row.into_left());
        }
    }
    Ok(all)
}

impl LeftRow {
    fn into_left(self) -> Left {
        let what = match self.remote_id {
            Some(id) => Remnant::Room {
                at: self.account_id,
                kind: self.kind,
                id,
            },
            None => Remnant::Doubt(Doubt {
                at: self.account_id,
                kind: self.kind,
                generation: self.generation,
                since: self.since,
                looks: self.looks,
                last_empty_look: self.last_empty_look,
            }),
        };
        Left { id: self.id, what }
    }
}

impl SeenRow {
    /// Without what is left elsewhere.
    fn into_seen(self, generations: &HashMap<Id<Meeting>, i64>) -> anyhow::Result<Seen> {
        let is_of_now = planted(Bug::GenerationIgnored)
            || self.refused_generation.is_some()
                && self.refused_generation.as_ref() == generations.get(&self.meeting_id);
        let refused = match (self.refused_account, self.refused_grant, &self.refused_why) {
            (Some(account), Some(grant), Some(why)) if is_of_now => Some(Refused {
                account,
                grant,
                why: why.clone(),
            }),
            _ => None,
        };
        Ok(Seen {
            wish: self.wish(),
            deleted_at: self.deleted_at,
            here: self.into_here()?,
            left: Vec::new(),
            refused,
        })
    }

    fn wish(&self) -> Option<Wish> {
        self.look_since?;
        let found = match (self.found_account, self.found_kind, &self.found_id) {
            (Some(at), Some(kind), Some(id)) => Some(Found {
                at,
                kind,
                id: id.clone(),
            }),
            _ => None,
        };
        Some(Wish {
            round: self.look_round,
            found,
        })
    }

    fn into_here(self) -> anyhow::Result<Here> {
        let lacks = |what: &str| anyhow::anyhow!("a row of seen lacks its {what}");
        if self.here == "nothing" {
            return Ok(Here::Nothing);
        }
        let at = self.account_id.ok_or_else(|| lacks("account"))?;
        let kind = self.kind.ok_or_else(|| lacks("kind"))?;
        if self.here == "unsure" {
            return Ok(Here::Unsure(Doubt {
                at,
                kind,
                generation: self.generation.ok_or_else(|| lacks("generation"))?,
                since: self.since.ok_or_else(|| lacks("since"))?,
                looks: u32::try_from(self.looks.unwrap_or(0))?,
                last_empty_look: self.last_empty_look,
            }));
        }
        Ok(Here::Room(Room {
            at,
            kind,
            id: self.remote_id.ok_or_else(|| lacks("id"))?,
            join_url: self.join_url.ok_or_else(|| lacks("join_url"))?,
            passcode: self.passcode,
            shows: Shown {
                topic: self.shows_topic.unwrap_or_default(),
                starts_at: self.shows_starts_at.ok_or_else(|| lacks("start"))?,
                minutes: self.shows_minutes.unwrap_or(0),
            },
            resisted: self.resisted_generation,
            warnings: lines(self.warnings.as_deref()),
        }))
    }
}

fn lines(text: Option<&str>) -> Vec<String> {
    text.unwrap_or_default()
        .lines()
        .map(str::to_owned)
        .collect()
}

/// Writes what is there now; refusals and wishes stay as they are.
pub async fn put_here(
    tx: &mut Tx,
    org: Id<Org>,
    meeting: Id<Meeting>,
    here: &Here,
    now: Timestamp,
) -> Result<(), DbError> {
    let (word, doubt, room) = match here {
        Here::Nothing => ("nothing", None, None),
        Here::Unsure(doubt) => ("unsure", Some(doubt), None),
        Here::Room(room) => ("room", None, Some(room)),
    };
    let shows = room.map(|room| &room.shows);
    sql(
        "INSERT INTO seen (meeting_id, org_id, here, account_id, kind, generation, since, looks,
            last_empty_look, remote_id, join_url, passcode, shows_topic, shows_starts_at,
            shows_minutes, resisted_generation, changed_at, warnings)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
         ON CONFLICT (meeting_id) DO UPDATE SET here = excluded.here,
            account_id = excluded.account_id, kind = excluded.kind,
            generation = excluded.generation, since = excluded.since, looks = excluded.looks,
            last_empty_look = excluded.last_empty_look, remote_id = excluded.remote_id,
            join_url = excluded.join_url, passcode = excluded.passcode,
            shows_topic = excluded.shows_topic, shows_starts_at = excluded.shows_starts_at,
            shows_minutes = excluded.shows_minutes,
            resisted_generation = excluded.resisted_generation, changed_at = excluded.changed_at,
            warnings = excluded.warnings,
            deleted_at = CASE WHEN excluded.here = 'nothing' THEN seen.deleted_at END",
    )
    .bind(meeting)
    .bind(org)
    .bind(word)
    .bind(doubt.map(|d| d.at).or(room.map(|r| r.at)))
    .bind(doubt.map(|d| d.kind).or(room.map(|r| r.kind)))
    .bind(doubt.map(|d| d.generation))
    .bind(doubt.map(|d| d.since))
    .bind(doubt.map(|d| d.looks))
    .bind(doubt.and_then(|d| d.last_empty_look))
    .bind(room.map(|r| r.id.clone()))
    .bind(room.map(|r| r.join_url.clone()))
    .bind(room.and_then(|r| r.passcode.clone()))
    .bind(shows.map(|s| s.topic.clone()))
    .bind(shows.map(|s| s.starts_at))
    .bind(shows.map(|s| s.minutes))
    .bind(room.and_then(|r| r.resisted))
    .bind(now)
    .bind(
        room.filter(|r| !r.warnings.is_empty())
            .map(|r| r.warnings.join("\n")),
    )
    .run(tx)
    .await?;
    Ok(())
}

pub async fn put_refused(
    tx: &mut Tx,
    org: Id<Org>,
    meeting: Id<Meeting>,
    generation: i64,
    refused: &Refused,
) -> Result<(), DbError> {
    sql(
        "UPDATE seen SET refused_generation = $3, refused_account = $4, refused_grant = $5,
            refused_why = $6 WHERE org_id = $1 AND meeting_id = $2",
    )
    .bind(org)
    .bind(meeting)
    .bind(generation)
    .bind(refused.account)
    .bind(refused.grant)
    .bind(refused.why.as_str())
    .run(tx)
    .await?;
    Ok(())
}

/// A person asks to try again what was refused, or was not tried without being asked.
pub async fn forget_refusal(
    tx: &mut Tx,
    org: Id<Org>,
    meeting: Id<Meeting>,
) -> Result<(), DbError> {
    sql(
        "UPDATE seen SET refused_generation = NULL, resisted_generation = NULL, deleted_at = NULL
         WHERE org_id = $1 AND meeting_id = $2",
    )
    .bind(org)
    .bind(meeting)
    .run(tx)
    .await?;
    Ok(())
}

pub async fn put_left(
    tx: &mut Tx,
    org: Id<Org>,
    meeting: Id<Meeting>,
    left: &Left,
    now: Timestamp,
) -> Result<(), DbError> {
    let (kind, remote_id, generation, since, looks, last_empty_look) = match &left.what {
        Remnant::Room { kind, id, .. } => (*kind, Some(id.clone()), 0, now, 0, None),
        Remnant::Doubt(d) => (
            d.kind,
            None,
            d.generation,
            d.since,
            d.looks,
            d.last_empty_look,
        ),
    };
    sql(
        "INSERT INTO leftovers (id, org_id, meeting_id, account_id, kind, remote_id, generation,
            since, looks, last_empty_look) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, remote_id = excluded.remote_id,
            gone_at = NULL, looks = excluded.looks, last_empty_look = excluded.last_empty_look",
    )
    .bind(left.id)
    .bind(org)
    .bind(meeting)
    .bind(left.what.at())
    .bind(kind)
    .bind(remote_id)
    .bind(generation)
    .bind(since)
    .bind(looks)
    .bind(last_empty_look)
    .run(tx)
    .await?;
    Ok(())
}

pub async fn drop_left(tx: &mut Tx, org: Id<Org>, left: Id<Leftover>) -> Result<(), DbError> {
    sql("DELETE FROM leftovers WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(left)
        .run(tx)
        .await?;
    Ok(())
}

/// Accounts or switches have changed: what depends on them is looked at again.
pub async fn look_again(tx: &mut Tx, org: Id<Org>, now: Timestamp) -> Result<(), DbError> {
    let meetings = meetings_to_look_at(tx, org, now).await?;
    let work = meetings
        .into_iter()
        .map(|meeting| (Kind::Conference, meeting, now));
    outbox::store::enqueue_all(tx, work.collect()).await
}

/// Those to come that want an online
/// room or have one, those that are over and have one still, and those that left something behind. Asked
/// while all other writes wait, so none of its parts reads an org's whole history.
pub async fn meetings_to_look_at(
    reader: &mut Reader,
    org: Id<Org>,
    now: Timestamp,
) -> Result<Vec<Id<Meeting>>, DbError> {
    sql("SELECT id FROM meetings
         WHERE org_id = $1 AND starts_at > $2 AND over_at IS NULL AND location = 'zoom'
         UNION
         SELECT meetings.id FROM meetings JOIN seen ON seen.meeting_id = meetings.id
         WHERE meetings.org_id = $1 AND meetings.starts_at > $3 AND seen.here = 'room'
            AND (meetings.over_at IS NOT NULL OR meetings.starts_at > $2)
         UNION
         SELECT meeting_id FROM seen WHERE org_id = $1 AND here = 'unsure'
         UNION
         SELECT meeting_id FROM leftovers WHERE org_id = $1 AND gone_at IS NULL
         ORDER BY 1")
    .bind(org)
    .bind(now)
    // A room is of no use to anybody a month after its meeting.
    .bind(now - crate::clock::days(31))
    .all(reader)
    .await
}

/// Whether this account holds a room for another meeting at the same time. One user of a provider
/// can run only one of them.
pub async fn hosts_another(
    reader: &mut Reader,
    meeting: &Meeting,
    account: Id<Account>,
) -> Result<bool, DbError> {
    // No meeting is longer than a day: the second comparison of starts is for the index.
    let others: i64 = sql(
        "SELECT COUNT(*) FROM seen JOIN meetings ON meetings.id = seen.meeting_id
         WHERE seen.org_id = $1 AND seen.account_id = $2 AND seen.here = 'room'
            AND seen.meeting_id <> $3 AND meetings.over_at IS NULL
            AND meetings.starts_at < $4 AND meetings.starts_at > $5
            AND meetings.starts_at + meetings.minutes * 60000000 > $6",
    )
    .bind(meeting.org_id)
    .bind(account)
    .bind(meeting.id)
    .bind(meeting.ends_at())
    .bind(meeting.starts_at - crate::clock::days(1))
    .bind(meeting.starts_at)
    .one(reader)
    .await?;
    Ok(others > 0)
}

/// Meetings that got their room on this account since then.
pub async fn rooms_made_since(
    reader: &mut Reader,
    org: Id<Org>,
    account: Id<Account>,
    since: Timestamp,
) -> Result<i64, DbError> {
    sql(
        "SELECT COUNT(*) FROM seen WHERE org_id = $1 AND account_id = $2 AND here = 'room'
            AND EXISTS (SELECT 1 FROM sync_log WHERE sync_log.meeting_id = seen.meeting_id
                AND sync_log.account_id = $2 AND sync_log.at >= $3
                AND sync_log.action IN ('create_meeting', 'create_webinar')
                AND sync_log.result = 'succeeded')",
    )
    .bind(org)
    .bind(account)
    .bind(since)
    .one(reader)
    .await
}

record! {
    /// Safe defaults that rooms of an account don't show, by their words.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Warning {
        pub account_id: Id<Account>,
        pub words: String,
        /// Upcoming meetings with these words.
        pub meetings: i64,
    }
}

/// What rooms of upcoming meetings don't show of the safe defaults, as they were last read.
pub async fn warnings_of(
    reader: &mut Reader,
    org: Id<Org>,
    now: Timestamp,
) -> Result<Vec<Warning>, DbError> {
    let found: Vec<Warning> = sql(
        "SELECT seen.account_id AS account_id, seen.warnings AS words, COUNT(*) AS meetings
         FROM seen JOIN meetings ON meetings.id = seen.meeting_id
         WHERE seen.org_id = $1 AND seen.here = 'room' AND seen.warnings IS NOT NULL
            AND meetings.over_at IS NULL AND meetings.starts_at > $2
         GROUP BY seen.account_id, seen.warnings ORDER BY seen.account_id, seen.warnings",
    )
    .bind(org)
    .bind(now)
    .all(reader)
    .await?;
    let mut warnings: Vec<Warning> = Vec::new();
    for one in &found {
        for words in lines(Some(&one.words)) {
            let same = warnings
                .iter_mut()
                .find(|w| w.account_id == one.account_id && w.words == words);
            match same {
                Some(known) => known.meetings += one.meetings,
                None => warnings.push(Warning {
                    words,
                    ..one.clone()
                }),
            }
        }
    }
    Ok(warnings)
}

record! {
    /// A sign-in at a provider that has begun.
    #[derive(Clone, Debug)]
    pub struct SignInAbroad {
        pub session_hash: Vec<u8>,
        pub person_id: Id<Person>,
        pub role: ConnectionRole,
        pub verifier: Sealed,
        pub return_to: String,
        pub expires_at: Timestamp,
        /// The connection that is to be renewed.
        pub connection_id: Option<Id<Connection>>,
    }
}

/// Remembers a sign-in that begins, and forgets those that have run out.
pub async fn begin_sign_in(
    tx: &mut Tx,
    state_hash: Vec<u8>,
    begun: &SignInAbroad,
    now: Timestamp,
) -> Result<(), DbError> {
    sql("DELETE FROM sign_ins_abroad WHERE expires_at <= $1")
        .bind(now)
        .run(tx)
        .await?;
    sql(
        "INSERT INTO sign_ins_abroad (state_hash, session_hash, person_id, role, verifier,
            return_to, expires_at, connection_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(state_hash)
    .bind(begun.session_hash.clone())
    .bind(begun.person_id)
    .bind(begun.role)
    .bind(begun.verifier.clone())
    .bind(begun.return_to.as_str())
    .bind(begun.expires_at)
    .bind(begun.connection_id)
    .run(tx)
    .await?;
    Ok(())
}

/// A state can be taken once. It names no org; its session does.
pub async fn take_sign_in(
    tx: &mut Tx,
    state_hash: Vec<u8>,
) -> Result<Option<SignInAbroad>, DbError> {
    sql("DELETE FROM sign_ins_abroad WHERE state_hash = $1
         RETURNING session_hash, person_id, role, verifier, return_to, expires_at, connection_id")
    .bind(state_hash)
    .maybe(tx)
    .await
}

/// Connections of a remote user in every org of this server: its notices name no org.
pub async fn of_remote_user(
    reader: &mut Reader,
    provider: ProviderKind,
    remote_user: &str,
) -> Result<Vec<Linked>, DbError> {
    sql(format!(
        "SELECT {CONNECTION}, {ACCOUNT_OF_LINKED} FROM connections
         JOIN accounts ON accounts.id = connections.account_id
         WHERE accounts.provider = $1 AND accounts.remote_user = $2 ORDER BY connections.id"
    ))
    .bind(provider)
    .bind(remote_user)
    .all(reader)
    .await
}

/// Connections of the same remote user in other orgs: a new grant has ended theirs.
pub async fn same_user_elsewhere(
    reader: &mut Reader,
    org: Id<Org>,
    remote_user: &str,
) -> Result<Vec<Linked>, DbError> {
    sql(format!(
        "SELECT {CONNECTION}, {ACCOUNT_OF_LINKED} FROM connections
         JOIN accounts ON accounts.id = connections.account_id
         WHERE connections.org_id <> $1 AND accounts.remote_user = $2"
    ))
    .bind(org)
    .bind(remote_user)
    .all(reader)
    .await
}

/// Deletes some of the sign-ins that were not finished in time, in all orgs. Answers how many.
pub async fn forget_sign_ins(tx: &mut Tx, before: Timestamp, most: i64) -> Result<u64, DbError> {
    sql("DELETE FROM sign_ins_abroad WHERE state_hash IN (
            SELECT state_hash FROM sign_ins_abroad WHERE expires_at < $1 LIMIT $2)")
    .bind(before)
    .bind(most)
    .run(tx)
    .await
}
