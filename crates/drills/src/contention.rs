//! Thirty-two people want one time, at the same moment, in each way in which two wishes can meet:
//! exactly as many get it as there is room for, and the others are told so in good order. Once
//! against one process on SQLite, once against four on PostgreSQL.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use reqwest::header::LOCATION;
use sqlx::{Connection as _, Executor as _, PgConnection};
use tokio::sync::Barrier;

use crate::evidence::{Evidence, percentile};
use crate::people;
use crate::run::Run;
use crate::stage::{Database, Server, Stage};

const AT_ONCE: usize = 32;
const PROCESSES: usize = 4;
const SEATS: usize = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// All want the same.
    Equal,
    /// Starts differ, the times overlap.
    Overlapping,
    /// The same host by two event types.
    TwoEventTypes,
    /// Nothing but the buffers is in the way.
    Buffers,
    /// A team of six takes turns.
    RoundRobin,
    /// A group with places for five.
    Seats,
    /// Somebody moves to where others want to book.
    MoveAgainstBook,
    /// Somebody moves what is being canceled, and others want both times.
    CancelAgainstMove,
    /// Two guests of two groups change places, while others fill both.
    Crosswise,
}

const SHAPES: [Shape; 9] = [
    Shape::Equal,
    Shape::Overlapping,
    Shape::TwoEventTypes,
    Shape::Buffers,
    Shape::RoundRobin,
    Shape::Seats,
    Shape::MoveAgainstBook,
    Shape::CancelAgainstMove,
    Shape::Crosswise,
];

const INTRO: &str = "/ada/intro-call";
const OTHER: &str = "/ada/other-call";
const BUFFERED: &str = "/ada/buffered-call";
const GROUP: &str = "/ada/product-demo";
const TEAM: &str = "/team/engineers/ask-an-engineer";

/// What one of them wants.
#[derive(Clone, Debug)]
enum Wish {
    Book(&'static str, Timestamp),
    /// A booking's page, and where it is to go.
    Move(String, Timestamp),
    Cancel(String),
}

/// What became of it.
#[derive(Clone, Debug)]
struct Told {
    wish: Wish,
    status: u16,
    to: String,
    millis: u128,
}

impl Told {
    /// It has the time now: a booking that is there, and not the one it came from.
    fn won(&self, start: Timestamp) -> bool {
        match &self.wish {
            Wish::Book(_, at) => self.status == 303 && *at == start,
            Wish::Move(from, at) => {
                self.status == 303 && *at == start && page(&self.to) != page(from)
            }
            Wish::Cancel(_) => false,
        }
    }
}

/// A link without what lets one in.
fn page(link: &str) -> &str {
    link.split('?').next().unwrap_or_default()
}

pub async fn run(run: &Run) -> anyhow::Result<()> {
    let rounds = if run.small {
        1
    } else {
        run.rounds.unwrap_or(200)
    };
    let mut evidence = Evidence::of("contention");
    evidence.tell("rounds of each shape", rounds);
    for database in run.databases() {
        contend(database, rounds, &mut evidence).await?;
        control(database, &mut evidence).await?;
    }
    evidence.close()
}

async fn contend(database: Database, rounds: usize, evidence: &mut Evidence) -> anyhow::Result<()> {
    let mut arena = Arena::open(database, None).await?;
    let mut millis = Vec::new();
    let (mut won, mut refused) = (0, 0);
    for shape in SHAPES {
        for _ in 0..rounds {
            let told = arena.round(shape).await?;
            let verdict = judge(shape, &told, arena.block);
            if let Err(why) = verdict {
                evidence.wrong(format!("{} {shape:?}: {why}", database.word()));
            }
            won += told.iter().filter(|it| it.status == 303).count();
            refused += told.iter().filter(|it| it.status == 409).count();
            millis.extend(told.iter().map(|it| it.millis));
        }
        arena.check(shape, evidence).await?;
    }
    let word = database.word();
    evidence.tell(&format!("{word}: taken"), won);
    evidence.tell(&format!("{word}: refused"), refused);
    evidence.tell(&format!("{word}: p50 ms"), percentile(&millis, 50));
    evidence.tell(&format!("{word}: p99 ms"), percentile(&millis, 99));
    arena.close(evidence).await
}

/// Who finds nothing here finds nothing anywhere: bugs that are planted have to be seen.
async fn control(database: Database, evidence: &mut Evidence) -> anyhow::Result<()> {
    let planted: &[(&str, Shape)] = match database {
        // One writes at a time: nobody's turn is needed.
        Database::Sqlite => &[("busy-not-written", Shape::Equal)],
        Database::Postgres => &[
            ("busy-not-written", Shape::Equal),
            ("turn-not-taken", Shape::TwoEventTypes),
        ],
    };
    for (bug, shape) in planted {
        let mut arena = Arena::open(database, Some(bug)).await?;
        if *bug == "turn-not-taken" {
            // What stands behind the turn would catch it.
            let mut connection = PgConnection::connect(&arena.stage.database_url).await?;
            connection.execute(GUARD_OFF).await?;
            connection.close().await?;
        }
        let mut seen = false;
        for _ in 0..10 {
            let told = arena.round(*shape).await?;
            seen |= judge(*shape, &told, arena.block).is_err();
            if seen {
                break;
            }
        }
        let figure = format!("{}: {bug} seen", database.word());
        evidence.tell(&figure, seen);
        if !seen {
            evidence.wrong(format!("{bug} was planted and {shape:?} did not show it"));
        }
    }
    Ok(())
}

/// Whether as many have it as there is room for, and the others were told so in good order.
fn judge(shape: Shape, told: &[Told], block: Timestamp) -> anyhow::Result<()> {
    for it in told {
        ensure!(
            [303, 409].contains(&it.status),
            "{:?} was answered by {}",
            it.wish,
            it.status
        );
    }
    let won = |at: Timestamp| told.iter().filter(|it| it.won(at)).count();
    let all = || told.iter().filter(|it| it.status == 303).count();
    let second = second(block);
    let exactly = |what: &str, got: usize, wanted: usize| {
        ensure!(got == wanted, "{got} got {what} instead of {wanted}");
        Ok(())
    };
    match shape {
        Shape::Equal | Shape::TwoEventTypes => exactly("it", won(block), 1),
        Shape::Overlapping | Shape::Buffers => exactly("it", all(), 1),
        Shape::RoundRobin => exactly("it", won(block), people::HOSTS.len()),
        Shape::Seats => exactly("a place", won(block), SEATS),
        Shape::MoveAgainstBook => exactly("the second time", won(second), 1),
        Shape::CancelAgainstMove => {
            exactly("the second time", won(second), 1)?;
            ensure!(won(block) <= 1, "{} got the first time", won(block));
            Ok(())
        }
        // How many places are taken depends on who came first; that none is taken twice is asked of
        // the database.
        Shape::Crosswise => Ok(()),
    }
}

/// In the same block of two hours, clear of what begins with it.
fn second(block: Timestamp) -> Timestamp {
    block + SignedDuration::from_mins(60)
}

struct Arena {
    stage: Stage,
    servers: Vec<Server>,
    http: reqwest::Client,
    /// Two hours of everybody's calendar that nothing else uses.
    block: Timestamp,
    guests: u32,
}

impl Arena {
    async fn open(database: Database, bug: Option<&str>) -> anyhow::Result<Arena> {
        let mut stage = Stage::open(database).await?;
        if let Some(bug) = bug {
            stage.set("MIN42_PLANT", bug);
        }
        let mut servers = vec![people::seed(&stage).await?];
        let mut ada = people::sign_in(&stage, "ada").await?;
        for slug in ["other-call", "buffered-call"] {
            let fields = [
                ("title", slug),
                ("slug", slug),
                ("minutes", "42"),
                ("location", "zoom"),
            ];
            ada.submit("/360/events", &fields).await?.fine()?;
        }
        let events = ada.open("/360/events").await?.fine()?;
        let mut editors: Vec<String> = events.links("/360/events/");
        editors.retain(|link| link.rsplit('/').next().is_some_and(|id| id.len() == 36));
        editors.sort();
        editors.dedup();
        ensure!(editors.len() == 5, "Ada offers {} things", editors.len());
        for editor in editors {
            let is_buffered = ada.open(&editor).await?.body.contains("buffered-call");
            let buffer = if is_buffered { "30" } else { "0" };
            let fields = [
                ("horizon_days", "365"),
                ("notice", "0"),
                ("notice_unit", "minutes"),
                ("buffer_before", buffer),
                ("buffer_after", buffer),
                ("increment", "15"),
            ];
            let saved = ada
                .submit(&format!("{editor}/limits"), &fields)
                .await?
                .fine()?;
            ensure!(saved.text().contains("Saved"), "limits: {}", saved.text());
        }
        if database == Database::Postgres {
            for _ in 1..PROCESSES {
                servers.push(stage.serve_another().await?);
            }
        }
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(std::time::Duration::from_secs(30))
            .pool_max_idle_per_host(AT_ONCE)
            .build()?;
        let block = first_block(stage.now())?;
        Ok(Arena {
            stage,
            servers,
            http,
            block,
            guests: 0,
        })
    }

    /// One time that thirty-two want, and what each was told.
    async fn round(&mut self, shape: Shape) -> anyhow::Result<Vec<Told>> {
        // The days go by with the calendar, and with them what one host may be asked for.
        self.stage.passes(SignedDuration::from_hours(6))?;
        self.block = next_block(self.block)?;
        let wishes = self.wishes(shape).await?;
        self.all_at_once(wishes).await
    }

    async fn wishes(&mut self, shape: Shape) -> anyhow::Result<Vec<Wish>> {
        let (first, second) = (self.block, second(self.block));
        let minutes = SignedDuration::from_mins;
        let many = |each: &dyn Fn(usize) -> Wish| (0..AT_ONCE).map(each).collect();
        Ok(match shape {
            Shape::Equal => many(&|_| Wish::Book(INTRO, first)),
            Shape::Overlapping => many(&|n| {
                let later = [0, 15, 30][n % 3];
                Wish::Book(INTRO, first + minutes(later))
            }),
            Shape::TwoEventTypes => many(&|n| Wish::Book([INTRO, OTHER][n % 2], first)),
            Shape::Buffers => many(&|n| {
                let later = [0, 45][n % 2];
                Wish::Book(BUFFERED, first + minutes(later))
            }),
            Shape::RoundRobin => many(&|_| Wish::Book(TEAM, first)),
            Shape::Seats => many(&|_| Wish::Book(GROUP, first)),
            Shape::MoveAgainstBook => {
                let mine = self.books(INTRO, first).await?;
                many(&|n| match n {
                    16 => Wish::Move(mine.clone(), second),
                    _ => Wish::Book(INTRO, second),
                })
            }
            Shape::CancelAgainstMove => {
                let mine = self.books(INTRO, first).await?;
                many(&|n| match n {
                    15 => Wish::Cancel(mine.clone()),
                    16 => Wish::Move(mine.clone(), second),
                    _ => Wish::Book(INTRO, [first, second][n % 2]),
                })
            }
            Shape::Crosswise => {
                let here = self.books(GROUP, first).await?;
                let there = self.books(GROUP, second).await?;
                many(&|n| match n {
                    15 => Wish::Move(here.clone(), second),
                    16 => Wish::Move(there.clone(), first),
                    _ => Wish::Book(GROUP, [first, second][n % 2]),
                })
            }
        })
    }

    /// One booking before the others come.
    async fn books(&mut self, offer: &'static str, start: Timestamp) -> anyhow::Result<String> {
        let told = self.all_at_once(vec![Wish::Book(offer, start)]).await?;
        let told = told.into_iter().next().context("no answer")?;
        ensure!(told.status == 303, "{start} was not free: {}", told.status);
        Ok(told.to)
    }

    #[expect(clippy::disallowed_methods, reason = "a crowd that comes at once")]
    async fn all_at_once(&mut self, wishes: Vec<Wish>) -> anyhow::Result<Vec<Told>> {
        let gate = Arc::new(Barrier::new(wishes.len()));
        let mut running = Vec::new();
        for (n, wish) in wishes.into_iter().enumerate() {
            self.guests += 1;
            let base = &self.servers[n % self.servers.len()].base;
            let request = asked(&self.http, base, &wish, self.guests);
            let gate = gate.clone();
            running.push(tokio::spawn(async move {
                gate.wait().await;
                let began = Instant::now();
                let answer = request.send().await?;
                let millis = began.elapsed().as_millis();
                let to = answer.headers().get(LOCATION);
                let to = to.map_or(Ok(""), |to| to.to_str())?.to_owned();
                let status = answer.status().as_u16();
                anyhow::Ok(Told {
                    wish,
                    status,
                    to,
                    millis,
                })
            }));
        }
        let mut told = Vec::new();
        for one in running {
            told.push(one.await??);
        }
        Ok(told)
    }

    /// No host is in two places, no group has more people than places.
    async fn check(&self, shape: Shape, evidence: &mut Evidence) -> anyhow::Result<()> {
        let overlaps = self.stage.count(OVERLAPS).await?;
        let overfull = self.stage.count(OVERFULL).await?;
        if overlaps + overfull > 0 {
            let word = self.stage.database.word();
            evidence.wrong(format!(
                "{word} after {shape:?}: {overlaps} overlaps, {overfull} groups too full"
            ));
        }
        Ok(())
    }

    async fn close(self, evidence: &mut Evidence) -> anyhow::Result<()> {
        if self.stage.database == Database::Postgres {
            let deadlocks = self.stage.count(DEADLOCKS).await?;
            evidence.tell("deadlocks", deadlocks);
            if deadlocks > 0 {
                evidence.wrong(format!("PostgreSQL counted {deadlocks} deadlocks"));
            }
        }
        for mut server in self.servers {
            ensure!(server.stop().await?, "42min did not stop in order");
        }
        Ok(())
    }
}

const OVERLAPS: &str = "SELECT COUNT(*) FROM busy a JOIN busy b ON a.host_id = b.host_id
    AND a.meeting_id < b.meeting_id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at";
const OVERFULL: &str = "SELECT COUNT(*) FROM (SELECT bookings.meeting_id FROM bookings
    JOIN event_types ON event_types.id = bookings.event_type_id
    WHERE bookings.status = 'confirmed' AND event_types.seats IS NOT NULL
    GROUP BY bookings.meeting_id, event_types.seats HAVING COUNT(*) > event_types.seats) AS full_ones";
const GUARD_OFF: &str = "ALTER TABLE busy DROP CONSTRAINT busy_never_overlaps";
const DEADLOCKS: &str = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";

/// Somebody's request, from an address of their own.
fn asked(http: &reqwest::Client, base: &str, wish: &Wish, guest: u32) -> reqwest::RequestBuilder {
    let email = format!("guest{guest}@example.com");
    let start = match wish {
        Wish::Book(_, start) | Wish::Move(_, start) => start.to_string(),
        Wish::Cancel(_) => String::new(),
    };
    let path = match wish {
        Wish::Book(offer, _) => format!("{offer}/book"),
        Wish::Move(page, _) => page.replace('?', "/reschedule?"),
        Wish::Cancel(page) => page.replace('?', "/cancel?"),
    };
    let path = path.strip_prefix("http://").map_or(path.as_str(), |rest| {
        rest.find('/').map_or("/", |at| &rest[at..])
    });
    let [_, high, middle, low] = guest.to_be_bytes();
    http.post(format!("{base}{path}"))
        .header("x-forwarded-for", format!("10.{high}.{middle}.{low}"))
        .header("sec-fetch-site", "same-origin")
        .form(&[
            ("start", start.as_str()),
            ("tz", "UTC"),
            ("name", "Katherine Johnson"),
            ("email", &email),
        ])
}

/// Nine o'clock, a week from now.
fn first_block(now: Timestamp) -> anyhow::Result<Timestamp> {
    let day = now.to_zoned(TimeZone::UTC).date().checked_add(7.days())?;
    next_block(day.at(7, 0, 0, 0).to_zoned(TimeZone::UTC)?.timestamp())
}

/// The next two hours between nine and five, Monday to Friday.
fn next_block(block: Timestamp) -> anyhow::Result<Timestamp> {
    let mut next = block.to_zoned(TimeZone::UTC).checked_add(2.hours())?;
    if next.hour() >= 17 {
        next = next
            .date()
            .checked_add(1.day())?
            .at(9, 0, 0, 0)
            .to_zoned(TimeZone::UTC)?;
    }
    while matches!(next.weekday(), Weekday::Saturday | Weekday::Sunday) {
        next = next.checked_add(1.day())?;
    }
    Ok(next.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(wish: Wish, status: u16, to: &str) -> Told {
        Told {
            wish,
            status,
            to: to.to_owned(),
            millis: 0,
        }
    }

    #[test]
    fn two_winners_or_any_other_answer_are_seen() {
        let block: Timestamp = "2026-05-04T09:00:00Z".parse().unwrap();
        let book = |status| told(Wish::Book(INTRO, block), status, "/booking/1?t=x");
        assert!(judge(Shape::Equal, &[book(303), book(409)], block).is_ok());
        assert!(judge(Shape::Equal, &[book(303), book(303)], block).is_err());
        assert!(judge(Shape::Equal, &[book(409)], block).is_err());
        assert!(judge(Shape::Equal, &[book(303), book(500)], block).is_err());
        assert!(judge(Shape::Equal, &[book(303), book(429)], block).is_err());
        let to = second(block);
        let moves = |to_page| told(Wish::Move("/booking/1?t=x".to_owned(), to), 303, to_page);
        let spent = moves("/booking/1?t=x");
        assert!(
            judge(Shape::MoveAgainstBook, &[spent], block).is_err(),
            "it led back"
        );
        assert!(judge(Shape::MoveAgainstBook, &[moves("/booking/2?t=y")], block).is_ok());
    }

    #[test]
    fn blocks_are_working_time_and_never_come_twice() {
        let mut block: Timestamp = "2026-05-08T13:00:00Z".parse().unwrap();
        let mut seen = Vec::new();
        for _ in 0..3 {
            block = next_block(block).unwrap();
            seen.push(block.to_string());
        }
        let wanted = [
            "2026-05-08T15:00:00Z",
            "2026-05-11T09:00:00Z",
            "2026-05-11T11:00:00Z",
        ];
        assert_eq!(seen, wanted);
    }
}
