//! Load: so many clients, each sending its next request when the last was answered; and what that
//! took, at both ends.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::http::{Ask, Connection};
use crate::stage::Product;

#[derive(Clone, Debug, Default)]
pub struct Measured {
    pub seconds: f64,
    /// Microseconds of each answered request, sorted.
    pub took: Vec<u64>,
    /// Answers of another status than was expected.
    pub wrong: Vec<u16>,
    /// What the server's process used of its processors.
    pub cpu_seconds: f64,
}

impl Measured {
    pub fn rate(&self) -> f64 {
        count(self.took.len()) / self.seconds
    }

    pub fn cpu_micros(&self) -> f64 {
        self.cpu_seconds * 1e6 / count(self.took.len().max(1))
    }

    /// In milliseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        let last = self.took.len().saturating_sub(1);
        let at = (self.took.len() * percent / 100).min(last);
        self.took.get(at).map_or(f64::NAN, |micros| millis(*micros))
    }

    pub fn add(&mut self, other: Measured) {
        self.seconds += other.seconds;
        self.cpu_seconds += other.cpu_seconds;
        self.took.extend(other.took);
        self.took.sort_unstable();
        self.wrong.extend(other.wrong);
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub fn count(n: usize) -> f64 {
    n as f64
}

#[expect(
    clippy::cast_precision_loss,
    reason = "times are far below 2^52 microseconds"
)]
pub fn millis(micros: u64) -> f64 {
    micros as f64 / 1000.0
}

pub fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// How a load is made.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub clients: usize,
    pub lasting: Duration,
    pub expects: u16,
}

/// `ask` is given a number of its own for each request.
pub async fn run(
    product: &Product,
    plan: Plan,
    ask: impl Fn(usize) -> Option<Ask> + Clone + Send + 'static,
) -> anyhow::Result<Measured> {
    let cpu_before = product.cpu_seconds()?;
    let started = Instant::now();
    let mut clients = JoinSet::new();
    for client in 0..plan.clients {
        let ask = ask.clone();
        let at = product.at;
        clients.spawn(async move { one(at, client, plan, started, ask).await });
    }
    let mut all = Measured::default();
    while let Some(client) = clients.join_next().await {
        all.add(client??);
    }
    all.seconds = started.elapsed().as_secs_f64();
    all.cpu_seconds = product.cpu_seconds()? - cpu_before;
    Ok(all)
}

async fn one(
    at: SocketAddr,
    client: usize,
    plan: Plan,
    started: Instant,
    ask: impl Fn(usize) -> Option<Ask>,
) -> anyhow::Result<Measured> {
    let mut connection = Connection::open(at).await?;
    let mut measured = Measured::default();
    let mut number = client;
    while started.elapsed() < plan.lasting {
        let Some(next) = ask(number) else { break };
        number += plan.clients;
        let sent = Instant::now();
        let answer = connection.send(&next).await?;
        measured.took.push(micros(sent));
        if answer.status != plan.expects {
            measured.wrong.push(answer.status);
        }
    }
    Ok(measured)
}

/// Both in turn, in short slices, so that a busy moment of the machine meets both.
pub async fn beside(
    (limit, limit_ask): (
        &Product,
        impl Fn(usize) -> Option<Ask> + Clone + Send + 'static,
    ),
    (product, ask): (
        &Product,
        impl Fn(usize) -> Option<Ask> + Clone + Send + 'static,
    ),
    clients: usize,
    (slices, slice): (u32, Duration),
) -> anyhow::Result<(Measured, Measured)> {
    let plan = Plan {
        clients,
        lasting: slice,
        expects: 200,
    };
    let (mut of_limit, mut of_product) = (Measured::default(), Measured::default());
    for _ in 0..slices {
        of_limit.add(run(limit, plan, limit_ask.clone()).await?);
        of_product.add(run(product, plan, ask.clone()).await?);
    }
    for (what, measured) in [("the limit", &of_limit), ("42min", &of_product)] {
        anyhow::ensure!(
            measured.wrong.is_empty(),
            "{what} answered {} times with another status ({:?})",
            measured.wrong.len(),
            measured.wrong.first()
        );
    }
    Ok((of_limit, of_product))
}
