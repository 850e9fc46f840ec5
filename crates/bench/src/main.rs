//! `bin/bench`: the product as a process of its own, under load from this one, each figure beside
//! its limit in the same run. Absolute times on a shared machine mean little; ratios do.

mod bookings;
mod browser;
mod constant;
mod http;
mod load;
mod pages;
mod report;
mod seed;
mod stage;
mod visitor;
mod zoom;

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

use crate::report::Row;

/// Measures 42min beside its limits.
#[derive(Parser)]
#[command(name = "42min-bench")]
struct Arguments {
    /// Which to run [default: all]
    #[arg(value_parser = SCENARIOS)]
    scenarios: Vec<String>,
    /// Short slices and two sizes, to see that everything works
    #[arg(long)]
    quick: bool,
    /// Where results.jsonl and the plot go
    #[arg(long, default_value = "bench")]
    out: PathBuf,
    /// Keeps nothing
    #[arg(long)]
    dry: bool,
}

const SCENARIOS: [&str; 8] = [
    "pages", "turns", "bookings", "start", "memory", "link", "zoom", "browser",
];

/// What all scenarios are told.
pub struct Run {
    pub quick: bool,
    pub rows: Vec<Row>,
}

impl Run {
    pub fn add(&mut self, row: Row) -> anyhow::Result<()> {
        report::say(&row)?;
        self.rows.push(row);
        Ok(())
    }

    pub fn slice(&self) -> (u32, Duration) {
        if self.quick {
            (2, Duration::from_millis(500))
        } else {
            (5, Duration::from_millis(700))
        }
    }

    pub fn sizes(&self) -> &'static [u32] {
        if self.quick {
            &[500, 50_000]
        } else {
            &[500, 5_000, 50_000, 500_000]
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    // A server of our own is started with this one word.
    if std::env::args().nth(1).as_deref() == Some("constant") {
        return constant::serve().await;
    }
    let asked = Arguments::parse();
    let wants =
        |name: &str| asked.scenarios.is_empty() || asked.scenarios.iter().any(|s| s == name);
    let mut run = Run {
        quick: asked.quick,
        rows: Vec::new(),
    };
    report::head()?;
    pages::run(&mut run, &wants).await?;
    if wants("bookings") {
        bookings::run(&mut run).await?;
    }
    if wants("link") || wants("zoom") {
        zoom::run(&mut run, &wants).await?;
    }
    if wants("browser") {
        browser::run(&mut run).await?;
    }
    if !asked.dry {
        report::keep(&asked.out, &run.rows, asked.quick)?;
        if !asked.quick && wants("pages") {
            report::plot(&asked.out.join("growth.svg"), &run.rows)?;
        }
    }
    Ok(())
}
