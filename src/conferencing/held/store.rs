//! Held grants in the database.

use jiff::Timestamp;

use super::{Grant, Held};
use crate::accounts::{Org, Person};
use crate::conferencing::connection::Tokens;
use crate::conferencing::zoom::Granted;
use crate::conferencing::{ConnectionRole, ProviderKind};
use crate::db::{DbError, Reader, Tx, sql};
use crate::id::Id;
use crate::record;
use crate::seal::{CannotOpen, Seal, Sealed};

record! {
    /// A held grant as it stands in its row: tokens sealed.
    #[derive(Clone, Debug)]
    pub struct HeldRow {
        pub id: Id<Held>,
        pub org_id: Id<Org>,
        pub person_id: Id<Person>,
        pub role: ConnectionRole,
        pub provider: ProviderKind,
        pub remote_user: String,
        pub remote_account: String,
        pub email: String,
        pub name: String,
        pub plan: String,
        pub access_token: Sealed,
        pub refresh_token: Sealed,
        pub access_expires_at: Timestamp,
        pub scopes: String,
        pub meant: String,
        pub return_to: String,
        pub expires_at: Timestamp,
    }
}

impl HeldRow {
    pub fn granted(&self) -> Granted {
        Granted {
            user: self.remote_user.clone(),
            account: self.remote_account.clone(),
            email: self.email.clone(),
            name: self.name.clone(),
            plan: self.plan.clone(),
        }
    }

    /// It was in use: nothing else was meant when it was given.
    pub fn is_replaced(&self) -> bool {
        self.meant.is_empty()
    }

    pub fn tokens(&self, seal: &Seal) -> Result<Tokens, CannotOpen> {
        Ok(Tokens {
            access: seal.open(&place(self.id, "access_token"), &self.access_token)?,
            refresh: seal.open(&place(self.id, "refresh_token"), &self.refresh_token)?,
            expires_at: self.access_expires_at,
            scopes: self.scopes.clone(),
        })
    }
}

fn place(id: Id<Held>, column: &str) -> String {
    format!("held_grants|{id}|{column}")
}

const COLUMNS: &str = "id, org_id, person_id, role, provider, remote_user, remote_account, email, \
    name, plan, access_token, refresh_token, access_expires_at, scopes, meant, return_to, expires_at";

pub async fn insert(
    tx: &mut Tx,
    seal: &Seal,
    id: Id<Held>,
    grant: &Grant,
    expires_at: Timestamp,
) -> Result<(), DbError> {
    let (of, tokens) = (&grant.of, &grant.tokens);
    sql(format!(
        "INSERT INTO held_grants ({COLUMNS})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
    ))
    .bind(id)
    .bind(grant.org)
    .bind(grant.person)
    .bind(grant.role)
    .bind(grant.provider)
    .bind(of.user.as_str())
    .bind(of.account.as_str())
    .bind(of.email.as_str())
    .bind(of.name.as_str())
    .bind(of.plan.as_str())
    .bind(seal.seal(&place(id, "access_token"), &tokens.access))
    .bind(seal.seal(&place(id, "refresh_token"), &tokens.refresh))
    .bind(tokens.expires_at)
    .bind(tokens.scopes.as_str())
    .bind(grant.meant.as_str())
    .bind(grant.return_to.as_str())
    .bind(expires_at)
    .run(tx)
    .await?;
    Ok(())
}

/// What waits for this person's answer.
pub async fn waiting_for(
    reader: &mut Reader,
    (org, person): (Id<Org>, Id<Person>),
    id: Id<Held>,
    now: Timestamp,
) -> Result<Option<HeldRow>, DbError> {
    sql(format!(
        "SELECT {COLUMNS} FROM held_grants
         WHERE org_id = $1 AND person_id = $2 AND id = $3 AND expires_at > $4"
    ))
    .bind(org)
    .bind(person)
    .bind(id)
    .bind(now)
    .maybe(reader)
    .await
}

/// Takes it out, to be used: once, by the person it waits for, in time.
pub async fn take(
    tx: &mut Tx,
    (org, person): (Id<Org>, Id<Person>),
    id: Id<Held>,
    now: Timestamp,
) -> Result<Option<HeldRow>, DbError> {
    sql(format!(
        "DELETE FROM held_grants
         WHERE org_id = $1 AND person_id = $2 AND id = $3 AND expires_at > $4 RETURNING {COLUMNS}"
    ))
    .bind(org)
    .bind(person)
    .bind(id)
    .bind(now)
    .maybe(tx)
    .await
}

/// From here on it can only be given back. Answers whether it still waited for this person.
pub async fn give_up(
    tx: &mut Tx,
    (org, person): (Id<Org>, Id<Person>),
    id: Id<Held>,
    now: Timestamp,
) -> Result<Option<HeldRow>, DbError> {
    sql(format!(
        "UPDATE held_grants SET expires_at = $4
         WHERE org_id = $1 AND person_id = $2 AND id = $3 AND expires_at > $4 RETURNING {COLUMNS}"
    ))
    .bind(org)
    .bind(person)
    .bind(id)
    .bind(now)
    .maybe(tx)
    .await
}

/// A job names a held grant only; its org stands in the row.
pub async fn of_job(reader: &mut Reader, id: Id<Held>) -> Result<Option<HeldRow>, DbError> {
    sql(format!("SELECT {COLUMNS} FROM held_grants WHERE id = $1"))
        .bind(id)
        .maybe(reader)
        .await
}

pub async fn delete(tx: &mut Tx, org: Id<Org>, id: Id<Held>) -> Result<(), DbError> {
    sql("DELETE FROM held_grants WHERE org_id = $1 AND id = $2")
        .bind(org)
        .bind(id)
        .run(tx)
        .await?;
    tx.forget();
    Ok(())
}

/// A new grant of a remote user ends their older ones in every org: what is held of them is dead.
pub async fn forget_user(
    tx: &mut Tx,
    provider: ProviderKind,
    remote_user: &str,
) -> Result<(), DbError> {
    sql("DELETE FROM held_grants WHERE provider = $1 AND remote_user = $2")
        .bind(provider)
        .bind(remote_user)
        .run(tx)
        .await?;
    tx.forget();
    Ok(())
}

/// What waits for an answer, until before that time. Answers what that was.
pub async fn forget_waiting(
    tx: &mut Tx,
    (provider, remote_user): (ProviderKind, &str),
    (end_before, now): (Timestamp, Timestamp),
) -> Result<Vec<HeldRow>, DbError> {
    sql(format!(
        "DELETE FROM held_grants
         WHERE provider = $1 AND remote_user = $2 AND expires_at < $3 AND expires_at > $4
         RETURNING {COLUMNS}"
    ))
    .bind(provider)
    .bind(remote_user)
    .bind(end_before)
    .bind(now)
    .all(tx)
    .await
}
