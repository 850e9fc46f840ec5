//! Links: how soon after a booking its link is there, and how many links a second, beside what the
//! simulated Zoom takes to answer and what it permits.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::Run;
use crate::http::{Ask, Connection};
use crate::load::{self, Plan, count, micros, millis};
use crate::report::{Bar, Row};
use crate::seed::{self, ON_ZOOM};
use crate::stage::{self, Folder, Product, Zoom};
use crate::visitor;

/// What Zoom permits an account of the plan its users here have (Pro, a light call).
const PERMITTED_A_SECOND: f64 = 30.0;
const ANSWERS_AFTER: u64 = 300;

pub async fn run(run: &mut Run, wants: &impl Fn(&str) -> bool) -> anyhow::Result<()> {
    let folder = Folder::make("zoom")?;
    stage::first_person(&folder).await?;
    seed::write(&folder, 500).await?;
    let sim = Product::zoom(&folder).await?;
    let zoom = Zoom { at: sim.at };
    let product = Product::serve(&folder, Some(&zoom)).await?;
    connect_all(&product, &sim).await?;
    if wants("link") {
        link_ready(run, &product, &sim).await?;
    }
    if wants("zoom") {
        many_links(run, &product, &sim).await?;
    }
    product.stop().await?;
    sim.stop().await
}

/// Switches Zoom on and lets each host connect, as people do, over the consent page.
async fn connect_all(product: &Product, sim: &Product) -> anyhow::Result<()> {
    let mut here = product.connect().await?;
    let mut there = sim.connect().await?;
    let ada = visitor::sign_in(&mut here, "ada").await?;
    let on = Ask::form("/360/integrations/zoom/rollout", &[("enabled", "on")]);
    here.expect(&on.with("cookie", ada), 303).await?;
    for number in 0..ON_ZOOM {
        let email = format!("zoomer{number}@engines.example");
        there
            .expect(&Ask::json("/sim/users", &json!({ "email": email })), 200)
            .await?;
        let cookies = visitor::sign_in(&mut here, &format!("zoomer{number}")).await?;
        let ask = Ask::form("/360/integrations/zoom/connect", &[("role", "personal")]);
        let away = here
            .expect(&ask.with("cookie", cookies.as_str()), 303)
            .await?;
        let consent = path_of(away.location()?)?;
        let allow = Ask::form(consent, &[("user", email.as_str()), ("decision", "allow")]);
        let back = there.send(&allow).await?;
        let back = path_of(back.location()?)?;
        here.expect(&Ask::get(back).with("cookie", cookies), 303)
            .await?;
    }
    Ok(())
}

fn path_of(address: &str) -> anyhow::Result<String> {
    let url = url::Url::parse(address)?;
    Ok(format!(
        "{}?{}",
        url.path(),
        url.query().unwrap_or_default()
    ))
}

async fn link_ready(run: &mut Run, product: &Product, sim: &Product) -> anyhow::Result<()> {
    let mut there = sim.connect().await?;
    delay(&mut there, "create", ANSWERS_AFTER).await?;
    let mut here = product.connect().await?;
    let rounds = if run.quick { 10 } else { 60 };
    let mut took = Vec::new();
    for round in 0..rounds {
        let whose = format!("/zoomer{}/video", round % ON_ZOOM);
        let start = visitor::half_hour(round / ON_ZOOM);
        let page = visitor::booked(&mut here, &whose, start, 60_000_000 + round).await?;
        let confirmed = Instant::now();
        let link = Ask::get(page.replace("?t=", "/link?t="));
        let mut ticks = tokio::time::interval(Duration::from_millis(10));
        loop {
            ticks.tick().await;
            let state = here.expect(&link, 200).await?.json()?;
            if state["state"] == "ready" {
                break;
            }
            anyhow::ensure!(
                confirmed.elapsed() < Duration::from_secs(20),
                "no link after 20 seconds: {state}"
            );
        }
        took.push(micros(confirmed));
    }
    forget_delays(&mut there).await?;
    took.sort_unstable();
    let middle = millis(took[took.len() / 2]);
    let late = millis(took[(took.len() * 95 / 100).min(took.len() - 1)]);
    run.add(Row {
        what: "confirm → link ready, p95".to_owned(),
        bookings: 500,
        hosts: 1,
        figure: format!("{late:.0} ms (p50 {middle:.0})"),
        limit: format!("Zoom {ANSWERS_AFTER} ms + 100 ms"),
        ratio: late / (millis(ANSWERS_AFTER * 1000) + 100.0),
        bar: Bar::AtMost(1.0),
        cost: None,
        more: json!({ "p50": middle, "p95": late, "rounds": rounds }),
    })
}

/// Links for bookings with all hosts, as fast as they come.
async fn many_links(run: &mut Run, product: &Product, sim: &Product) -> anyhow::Result<()> {
    // Zoom permits a user a hundred changes a day; some are used up by now.
    let each = if run.quick { 10 } else { 50 };
    let all = each * ON_ZOOM;
    let mut there = sim.connect().await?;
    let before = creates(&mut there).await?.len();
    let started = Instant::now();
    let plan = Plan {
        clients: 16,
        lasting: Duration::from_secs(60),
        expects: 303,
    };
    let booked = load::run(product, plan, move |number| {
        let whose = format!("/zoomer{}/video", number % ON_ZOOM);
        let start = visitor::half_hour(1_000 + number / ON_ZOOM);
        (number < all).then(|| visitor::books(&whose, start, 70_000_000 + number))
    })
    .await?;
    anyhow::ensure!(
        booked.wrong.is_empty(),
        "bookings were refused: {:?}",
        booked.wrong
    );
    let mut made = Vec::new();
    // When each was made is in the ledger; to read it often would cost what is measured.
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    while started.elapsed() < Duration::from_secs(180) {
        ticks.tick().await;
        made = creates(&mut there).await?.split_off(before);
        if made.iter().filter(|it| it.1 == 201).count() >= all {
            break;
        }
    }
    let good: Vec<Timestamp> = made
        .iter()
        .filter(|it| it.1 == 201)
        .map(|it| it.0)
        .collect();
    let refused = made.iter().filter(|it| it.1 == 429).count();
    let (first, last) = (good.iter().min(), good.iter().max());
    let span = first
        .zip(last)
        .map_or(f64::NAN, |(a, b)| b.duration_since(*a).as_secs_f64());
    let rate = count(good.len()) / span;
    let permitted = PERMITTED_A_SECOND * count(ON_ZOOM);
    run.add(Row {
        what: format!("links for {all} bookings, {ON_ZOOM} accounts"),
        bookings: 500,
        hosts: 20,
        figure: format!("{rate:.0}/s, {} of {all} made, {refused} × 429", good.len()),
        limit: format!("permitted {permitted:.0}/s; booked {:.0}/s", booked.rate()),
        ratio: rate / permitted,
        bar: Bar::AtLeast(0.9),
        cost: None,
        more: json!({ "seconds": span, "refused": refused, "booked_a_second": booked.rate() }),
    })
}

/// When each create came in, and its status.
async fn creates(there: &mut Connection) -> anyhow::Result<Vec<(Timestamp, u64)>> {
    let ledger = there.expect(&Ask::get("/sim/ledger"), 200).await?.json()?;
    let entries = ledger.as_array().context("the ledger is no list")?;
    let creates = entries
        .iter()
        .filter(|entry| entry["operation"] == "meeting.create");
    creates
        .map(|entry| {
            let at: Timestamp = entry["at"].as_str().context("no time")?.parse()?;
            Ok((at, entry["status"].as_u64().unwrap_or(0)))
        })
        .collect()
}

async fn delay(there: &mut Connection, on: &str, ms: u64) -> anyhow::Result<()> {
    let fault: Value = json!({ "on": on, "kind": "delay", "ms": ms, "times": "all" });
    let done = there.send(&Ask::json("/sim/faults", &fault)).await?;
    anyhow::ensure!(done.status < 300, "the delay was refused: {}", done.status);
    Ok(())
}

async fn forget_delays(there: &mut Connection) -> anyhow::Result<()> {
    let done = there
        .send(&Ask::json("/sim/faults/clear", &json!({})))
        .await?;
    anyhow::ensure!(done.status < 300, "the delays stay: {}", done.status);
    Ok(())
}
