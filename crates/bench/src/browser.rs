//! What a person at a browser waits for. The browser is driven by `e2e/timings.mjs`; where there is
//! none, a sentence says so.

use std::path::Path;

use anyhow::{Context as _, ensure};
use serde_json::Value;
use tokio::process::Command;

use crate::Run;
use crate::report::{self, Bar, Row};

const CHROMIUM: &str = "/usr/bin/chromium";

pub async fn run(run: &mut Run) -> anyhow::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "which browser, as for the tests")]
    let chromium = std::env::var("CHROMIUM").unwrap_or_else(|_| CHROMIUM.to_owned());
    if !Path::new(&chromium).exists() || !Path::new("e2e/node_modules/playwright-core").exists() {
        return report::note(
            "browser: left out, since Chromium or the tools in e2e/ are missing (bin/test gets both)",
        );
    }
    let many = if run.quick { "5" } else { "15" };
    let done = Command::new("node")
        .args(["e2e/timings.mjs", many])
        .env("CHROMIUM", chromium)
        .env("PROFILE", "release")
        .kill_on_drop(true)
        .output()
        .await
        .context("node can’t be started")?;
    let complaint = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "e2e/timings.mjs failed: {complaint}");
    for line in String::from_utf8(done.stdout)?.lines() {
        run.add(row(&serde_json::from_str(line)?)?)?;
    }
    Ok(())
}

fn row(it: &Value) -> anyhow::Result<Row> {
    let number = |name: &str| it[name].as_f64().with_context(|| format!("no {name}"));
    let (p95, bar) = (number("p95")?, number("bar")?);
    Ok(Row {
        what: it["what"].as_str().context("no name")?.to_owned(),
        bookings: 0,
        hosts: 1,
        figure: format!("p50 {} ms, p95 {p95} ms", number("p50")?),
        limit: format!("{bar} ms"),
        ratio: p95 / bar,
        bar: Bar::AtMost(1.0),
        cost: None,
        more: it.clone(),
    })
}
