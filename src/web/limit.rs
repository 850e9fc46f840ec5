//! Limits on what strangers may try: counted in the database, so several processes count together.

use jiff::Timestamp;

use crate::app::App;
use crate::db::{DbError, Tx, sql};
use crate::error::Error;
use crate::words;

words! {
    /// What is counted.
    pub enum What {
        SignIn = "sign-in",
        SignInAs = "sign-in-as",
        ResetFor = "reset-for",
        ResetFrom = "reset-from",
        Setup = "setup",
        Book = "book",
        BookHost = "book-host",
        Picture = "picture",
    }
}

impl What {
    /// How many in how many minutes.
    fn allowed(self) -> (i64, i64) {
        match self {
            What::SignIn => (30, 5),
            What::SignInAs => (10, 5),
            What::ResetFor => (3, 60),
            What::ResetFrom => (20, 60),
            What::Setup => (20, 10),
            What::Book => (30, 10),
            What::BookHost => (200, 10),
            What::Picture => (20, 60),
        }
    }

    fn words(self) -> &'static str {
        match self {
            What::SignIn | What::SignInAs => "Too many tries to sign in.",
            What::ResetFor | What::ResetFrom => "Too many requests for a new password.",
            What::Setup => "Too many wrong setup codes.",
            What::Book => "Too many bookings from here.",
            What::BookHost => "Too many bookings with this host at once.",
            What::Picture => "Too many pictures.",
        }
    }
}

/// Counts one try of `who` (an address, an email), and refuses when there were too many.
pub async fn count(app: &App, what: What, who: &str) -> Result<(), Error> {
    let (most, minutes) = what.allowed();
    let window_micros = minutes * 60_000_000;
    let now = app.now();
    let window = now.as_microsecond() - now.as_microsecond().rem_euclid(window_micros);
    let start = crate::clock::from_micros(window);
    let who = who.to_owned();
    let count = app
        .db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move { Ok(add_one(tx, what, &who, start).await?) })
        })
        .await?;
    if count > most {
        let left = window + window_micros - now.as_microsecond();
        // Rounded up: a minute too early would be refused once more.
        let minutes = (left + 59_999_999).div_euclid(60_000_000);
        return Err(Error::TooMany {
            minutes,
            words: what.words(),
        });
    }
    Ok(())
}

async fn add_one(tx: &mut Tx, what: What, who: &str, start: Timestamp) -> Result<i64, DbError> {
    sql("DELETE FROM tries WHERE what = $1 AND who = $2 AND window_start < $3")
        .bind(what)
        .bind(who)
        .bind(start)
        .run(tx)
        .await?;
    sql(
        "INSERT INTO tries (what, who, window_start, count) VALUES ($1, $2, $3, 1)
         ON CONFLICT (what, who, window_start) DO UPDATE SET count = tries.count + 1
         RETURNING count",
    )
    .bind(what)
    .bind(who)
    .bind(start)
    .one(tx)
    .await
}

/// Deletes some of the counts of windows that began before this. Answers how many.
pub async fn forget(tx: &mut Tx, before: Timestamp, most: i64) -> Result<u64, DbError> {
    sql("DELETE FROM tries WHERE (what, who, window_start) IN (
            SELECT what, who, window_start FROM tries WHERE window_start < $1 LIMIT $2)")
    .bind(before)
    .bind(most)
    .run(tx)
    .await
}
