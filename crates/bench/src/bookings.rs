//! Bookings: as many as can be made, beside as many commits of one row as the disk takes; and many
//! who want the same time at once.

use std::time::{Duration, Instant};

use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Executor as _};
use tokio::task::JoinSet;

use crate::Run;
use crate::http::Connection;
use crate::load::{self, Plan, count, micros, millis};
use crate::report::{Bar, Row};
use crate::seed::{self, HOSTS};
use crate::stage::{self, Folder, Product};
use crate::visitor;

const CLIENTS: usize = 32;

pub async fn run(run: &mut Run) -> anyhow::Result<()> {
    for bookings in run.sizes() {
        let folder = Folder::make("bookings")?;
        stage::first_person(&folder).await?;
        seed::write(&folder, *bookings).await?;
        let product = Product::serve(&folder, None).await?;
        distinct(run, &folder, &product, *bookings).await?;
        visitor::quiet(&product).await?;
        if *bookings == run.sizes()[0] {
            hot(run, &product, *bookings).await?;
        }
        product.stop().await?;
    }
    Ok(())
}

async fn distinct(
    run: &mut Run,
    folder: &Folder,
    product: &Product,
    bookings: u32,
) -> anyhow::Result<()> {
    let (slices, slice) = run.slice();
    let lasting = slice * slices;
    let commits = durable_commits(folder, lasting).await?;
    let plan = Plan {
        clients: CLIENTS,
        lasting,
        expects: 303,
    };
    let made = load::run(product, plan, |number| {
        let whose = format!("/host{}/call", number % HOSTS);
        Some(visitor::books(
            &whose,
            visitor::half_hour(number / HOSTS),
            number,
        ))
    })
    .await?;
    anyhow::ensure!(
        made.wrong.is_empty(),
        "{} of {} bookings were refused ({:?})",
        made.wrong.len(),
        made.took.len(),
        made.wrong.first()
    );
    run.add(Row {
        what: "create booking, distinct slots".to_owned(),
        bookings,
        hosts: 1,
        figure: format!(
            "{:.0}/s, {:.0} µs cpu, p50 {:.1} p99 {:.1} ms",
            made.rate(),
            made.cpu_micros(),
            made.percentile(50),
            made.percentile(99)
        ),
        limit: format!("durable commits {commits:.0}/s"),
        ratio: made.rate() / commits,
        bar: Bar::AtLeast(3.0),
        cost: Some(made.cpu_micros()),
        more: json!({
            "rate": made.rate(), "commits": commits, "cpu_micros": made.cpu_micros(),
            "p50": made.percentile(50), "p99": made.percentile(99),
        }),
    })
}

/// One row for each commit, on the disk and with the settings the product uses. Many statements go
/// to SQLite at once, so that the way there is not counted.
async fn durable_commits(folder: &Folder, lasting: Duration) -> anyhow::Result<f64> {
    let mut to = SqliteConnectOptions::new()
        .filename(folder.0.join("commits.sqlite"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await?;
    to.execute("CREATE TABLE rows (n INTEGER PRIMARY KEY, words TEXT NOT NULL)")
        .await?;
    let many = "INSERT INTO rows (words) VALUES ('one row of about the size of a booking, in a \
                transaction of its own');"
        .repeat(50);
    let started = Instant::now();
    let mut commits = 0;
    while started.elapsed() < lasting {
        to.execute(sqlx::AssertSqlSafe(many.clone())).await?;
        commits += 50;
    }
    Ok(count(commits) / started.elapsed().as_secs_f64())
}

/// Sixteen guests send the form for the same time at the same moment, again and again.
async fn hot(run: &mut Run, product: &Product, bookings: u32) -> anyhow::Result<()> {
    const GUESTS: usize = 16;
    let rounds = if run.quick { 10 } else { 40 };
    let mut slowest = 0;
    for round in 0..rounds {
        let whose = format!("/host{}/call", HOSTS - 1 - round);
        // A time nobody else here books.
        let start = visitor::half_hour(10_000 + round);
        let mut guests = JoinSet::new();
        let mut connections: Vec<Connection> = Vec::new();
        for _ in 0..GUESTS {
            connections.push(product.connect().await?);
        }
        let sent = Instant::now();
        for (guest, mut connection) in connections.into_iter().enumerate() {
            let ask = visitor::books(&whose, start, 50_000_000 + round * GUESTS + guest);
            guests.spawn(async move { connection.send(&ask).await.map(|answer| answer.status) });
        }
        let mut answers = Vec::new();
        while let Some(answer) = guests.join_next().await {
            answers.push(answer??);
        }
        slowest = slowest.max(micros(sent));
        let won = answers.iter().filter(|status| **status == 303).count();
        let lost = answers.iter().filter(|status| **status == 409).count();
        anyhow::ensure!(
            won == 1 && lost == GUESTS - 1,
            "sixteen guests for one time were answered {answers:?}"
        );
    }
    run.add(Row {
        what: "create booking, one hot slot, 16 guests".to_owned(),
        bookings,
        hosts: 1,
        figure: format!("all answered within {:.0} ms; one has it", millis(slowest)),
        limit: "60 s elsewhere".to_owned(),
        ratio: millis(slowest) / 60_000.0,
        bar: Bar::None,
        cost: None,
        more: json!({ "rounds": rounds, "slowest_ms": millis(slowest) }),
    })
}
