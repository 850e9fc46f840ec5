//! The pace of each account in the database. The row is held until the commit, so that two processes
//! can't take one turn.

use jiff::Timestamp;

use super::{Label, Pace, Patience, Turn, a_second};
use crate::clock::from_micros;
use crate::conferencing::Account;
use crate::conferencing::budget::store::limited;
use crate::db::{DbError, Tx, sql};
use crate::{column, record};

/// When calls were sent, as it is stored.
struct Sent(Vec<Timestamp>);

column!(
    Sent as String,
    |sent| {
        let micros = sent.0.iter().map(|at| at.as_microsecond().to_string());
        micros.collect::<Vec<_>>().join(" ")
    },
    |text| {
        let micros = text.split_whitespace().map(str::parse);
        let sent: Result<Vec<i64>, _> = micros.collect();
        sent.map(|all| Sent(all.into_iter().map(from_micros).collect()))
            .map_err(|error| error.to_string())
    }
);

record! {
    struct Row {
        sent: Sent,
        line_at: Option<Timestamp>,
    }
}

/// The turn of one call for this account.
pub async fn take(
    tx: &mut Tx,
    account: &Account,
    label: Label,
    patience: Patience,
    now: Timestamp,
) -> Result<Turn, DbError> {
    let row: Row = sql(
        "INSERT INTO paces (provider, limited, label, sent) VALUES ($1, $2, $3, '')
         ON CONFLICT (provider, limited, label) DO UPDATE SET sent = paces.sent
         RETURNING sent, line_at",
    )
    .bind(account.provider)
    .bind(limited(account))
    .bind(label)
    .one(tx)
    .await?;
    let mut pace = Pace {
        sent: row.sent.0,
        line: row.line_at,
    };
    let turn = pace.turn(a_second(&account.plan, label), patience, now);
    sql("UPDATE paces SET sent = $4, line_at = $5
         WHERE provider = $1 AND limited = $2 AND label = $3")
    .bind(account.provider)
    .bind(limited(account))
    .bind(label)
    .bind(Sent(pace.sent))
    .bind(pace.line)
    .run(tx)
    .await?;
    Ok(turn)
}
