//! Limits on what strangers may try: counted in the database, so several processes count together.

use jiff::Timestamp;

use crate::app::App;
use crate::db::{DbError, Tx, rows, sql};
use crate::error::Error;
use crate::language::Language;
use crate::{record, words};

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
        Return = "return",
        BookHostFrom = "book-host-from",
        Named = "named",
        Picture = "picture",
    }
}

/// A day in minutes.
const DAY: i64 = 24 * 60;

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
            What::Return => (30, 10),
            // One address can't use up what a provider allows this host in a day.
            What::BookHostFrom => (20, DAY),
            // Whoever books names who gets letters, and need not be the one they name.
            What::Named => (5, DAY),
            What::Picture => (20, 60),
        }
    }

    /// What is full and when it isn't any more, in a sentence each: "Too many tries to sign in. Try
    /// again in 4 minutes."
    pub fn words(self, minutes: i64, language: Language) -> String {
        let again = match minutes {
            ..=120 => language
                .say("limit-again-in-minutes")
                .with("minutes", minutes),
            _ => {
                let hours = (minutes + 59).div_euclid(60);
                language.say("limit-again-in-hours").with("hours", hours)
            }
        };
        format!("{} {again}", language.word(self.message()))
    }

    fn message(self) -> &'static str {
        match self {
            What::SignIn | What::SignInAs => "limit-sign-in",
            What::ResetFor | What::ResetFrom => "limit-reset",
            What::Setup => "limit-setup",
            What::Book => "limit-book",
            What::BookHost => "limit-book-host",
            What::Return => "limit-return",
            What::BookHostFrom => "limit-book-host-from",
            What::Picture => "limit-picture",
            What::Named => "limit-named",
        }
    }
}

/// Something to count: what, of whom, and as how many.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Try {
    pub what: What,
    pub who: String,
    pub times: i64,
}

impl Try {
    pub fn once(what: What, who: impl Into<String>) -> Try {
        Try {
            what,
            who: who.into(),
            times: 1,
        }
    }
}

/// Counts one try of `who` (an address, an email), and refuses when there were too many.
pub async fn count(app: &App, what: What, who: &str) -> Result<(), Error> {
    match count_all(app, vec![Try::once(what, who)]).await? {
        Ok(_) => Ok(()),
        Err(full) => Err(full.into()),
    }
}

/// What was counted, should it have to be taken back.
pub struct Counted {
    tries: Vec<Try>,
    at: Timestamp,
}

/// Too many were tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Full {
    pub what: What,
    pub who: String,
    pub minutes: i64,
}

impl Full {
    pub fn words(&self, language: Language) -> String {
        self.what.words(self.minutes, language)
    }
}

impl From<Full> for Error {
    fn from(full: Full) -> Error {
        Error::TooMany {
            minutes: full.minutes,
            what: full.what,
        }
    }
}

/// Counts all of these, or none when one of them is full.
pub async fn count_all(app: &App, tries: Vec<Try>) -> Result<Result<Counted, Full>, anyhow::Error> {
    let tries = in_order(tries);
    let now = app.now();
    app.db
        .write::<_, NotCounted, _>(move |tx| {
            Box::pin(async move {
                let counts = add(tx, &tries, now).await?;
                let is_full = |one: &&Count| one.count > one.what.allowed().0;
                if let Some(full) = counts.iter().filter(is_full).min_by_key(|one| one.what) {
                    let (_, minutes) = window(full.what, now);
                    return Err(NotCounted::Full(Full {
                        what: full.what,
                        who: full.who.clone(),
                        minutes,
                    }));
                }
                Ok(Counted { tries, at: now })
            })
        })
        .await
        .map_or_else(NotCounted::told, |counted| Ok(Ok(counted)))
}

/// Undoes what was counted too: a full limit is left as it was.
enum NotCounted {
    Full(Full),
    Failed(DbError),
}

impl From<DbError> for NotCounted {
    fn from(error: DbError) -> NotCounted {
        NotCounted::Failed(error)
    }
}

impl NotCounted {
    fn told(self) -> Result<Result<Counted, Full>, anyhow::Error> {
        match self {
            NotCounted::Full(full) => Ok(Err(full)),
            NotCounted::Failed(error) => Err(error.into()),
        }
    }
}

/// What was counted came to nothing.
pub async fn take_back(app: &App, counted: Counted, whats: &'static [What]) -> anyhow::Result<()> {
    app.db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                let mut less = counted.tries;
                less.retain(|one| whats.contains(&one.what));
                less.iter_mut().for_each(|one| one.times = -one.times);
                add(tx, &less, counted.at).await?;
                Ok(())
            })
        })
        .await
}

/// The beginning of the span of time that is counted now, and the minutes until it ends.
fn window(what: What, now: Timestamp) -> (Timestamp, i64) {
    let (_, minutes) = what.allowed();
    let micros = minutes * 60_000_000;
    let passed = now.as_microsecond().rem_euclid(micros);
    let start = crate::clock::from_micros(now.as_microsecond() - passed);
    // Rounded up: a minute too early would be refused once more.
    (start, (micros - passed + 59_999_999).div_euclid(60_000_000))
}

/// Each once, and in one order, so that nobody waits in a circle.
fn in_order(mut tries: Vec<Try>) -> Vec<Try> {
    tries.sort_unstable();
    tries.dedup_by(|next, one| {
        let same = (next.what, &next.who) == (one.what, &one.who);
        if same {
            one.times += next.times;
        }
        same
    });
    tries
}

record! {
    /// How many there were.
    struct Count {
        what: What,
        who: String,
        count: i64,
    }
}

/// Counts these in their windows of this time; answers what each has come to.
async fn add(tx: &mut Tx, tries: &[Try], at: Timestamp) -> Result<Vec<Count>, DbError> {
    if tries.is_empty() {
        return Ok(Vec::new());
    }
    let query = sql(format!(
        "INSERT INTO tries (what, who, window_start, count) VALUES {}
         ON CONFLICT (what, who, window_start) DO UPDATE SET count = tries.count + excluded.count
         RETURNING what, who, count",
        rows(tries.len(), 4)
    ));
    let bound = tries.iter().fold(query, |query, one| {
        let (start, _) = window(one.what, at);
        query
            .bind(one.what)
            .bind(one.who.as_str())
            .bind(start)
            .bind(one.times)
    });
    bound.all(tx).await
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_when_to_try_again() {
        let words = |minutes| What::Book.words(minutes, Language::English);
        let book = "Too many bookings from here. Try again in";
        assert_eq!(words(1), format!("{book} 1 minute."));
        assert_eq!(words(10), format!("{book} 10 minutes."));
        assert_eq!(words(24 * 60 - 1), format!("{book} 24 hours."));
        assert_eq!(words(121), format!("{book} 3 hours."));
    }
}
