//! Four processes find at the same moment that the access to Zoom has run out, and in each sixty-four
//! callers want it: it is renewed once, and no refresh token is sent twice.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan as _};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use reqwest::header::{COOKIE, LOCATION};
use tokio::sync::Barrier;

use crate::evidence::Evidence;
use crate::people::{self, Guest};
use crate::run::Run;
use crate::stage::{Database, Server, Stage};

const PROCESSES: usize = 4;

pub async fn run(run: &Run) -> anyhow::Result<()> {
    let (expiries, callers) = if run.small {
        (3, 16)
    } else {
        (run.rounds.unwrap_or(100), 64)
    };
    let mut evidence = Evidence::of("refresh");
    let storm = Storm::of(None, run.seed).await?;
    let (refreshes, twice, started) = storm.rage(expiries, callers, &mut evidence).await?;
    evidence.tell("expiries", expiries);
    evidence.tell("callers", callers * PROCESSES);
    evidence.tell("refresh calls", refreshes);
    evidence.tell("tokens sent twice", twice);
    evidence.tell("meetings started", started);
    if refreshes != expiries || twice > 0 {
        evidence.wrong(format!(
            "{refreshes} refresh calls for {expiries} expiries, {twice} tokens sent twice"
        ));
    }
    if started != expiries * callers * PROCESSES {
        evidence.wrong(format!("only {started} could start their meeting"));
    }
    // Whoever finds nothing must have been able to.
    let storm = Storm::of(Some("refresh-not-leased"), run.seed).await?;
    let mut apart = Evidence::of("refresh without a lease");
    let (refreshes, twice, _) = storm.rage(2, callers, &mut apart).await?;
    let seen = refreshes > 2 || twice > 0;
    evidence.tell("refresh-not-leased seen", seen);
    if !seen {
        evidence.wrong("refresh-not-leased was planted and nothing showed it");
    }
    evidence.close()
}

/// A working day that is still to come when all has run out as often as it is to.
fn far_ahead(stage: &Stage) -> anyhow::Result<Date> {
    let mut day = stage
        .now()
        .to_zoned(TimeZone::UTC)
        .date()
        .checked_add(10.days())?;
    while matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
        day = day.checked_add(1.day())?;
    }
    Ok(day)
}

struct Storm {
    stage: Stage,
    servers: Vec<Server>,
    /// The host's sign-in, and the address that starts their meeting.
    cookie: String,
    start: String,
}

impl Storm {
    async fn of(bug: Option<&str>, seed: u64) -> anyhow::Result<Storm> {
        let mut stage = Stage::open(Database::Postgres).await?;
        if let Some(bug) = bug {
            stage.set("MIN42_PLANT", bug);
        }
        let mut servers = vec![people::host_alone(&stage).await?];
        let mut chance = StdRng::seed_from_u64(seed);
        let mut guest = Guest::new(&stage.base, 1)?;
        let offer = format!("/ada/intro-call?date={}", far_ahead(&stage)?);
        let form = guest.fills_in(&offer, &mut chance).await?;
        let told = guest.sends(&form).await?.context("not booked")?;
        for _ in 1..PROCESSES {
            servers.push(stage.serve_another().await?);
        }
        stage
            .settle(&mut servers[0], SignedDuration::from_mins(5))
            .await?;
        let ada = people::sign_in(&stage, "ada").await?;
        let start = format!("/360/meetings/{}/start", told.uid);
        Ok(Storm {
            cookie: ada.cookies(),
            stage,
            servers,
            start,
        })
    }

    /// Answers the refresh calls, the tokens that were sent more than once, and who was let in.
    async fn rage(
        mut self,
        expiries: usize,
        callers: usize,
        evidence: &mut Evidence,
    ) -> anyhow::Result<(usize, usize, usize)> {
        let before = self.sent().len();
        let mut started = 0;
        for _ in 0..expiries {
            // An access token lives for an hour.
            self.stage.passes(SignedDuration::from_mins(61))?;
            started += self.all_want_it(callers).await?;
        }
        let sent = self.sent();
        let distinct: BTreeSet<&String> = sent.iter().collect();
        let twice = sent.len() - distinct.len();
        let ledger = self.stage.sim.ledger();
        let refused = ledger
            .iter()
            .filter(|call| call.status == Some(429))
            .count();
        if refused > 0 {
            evidence.wrong(format!("Zoom refused {refused} calls as too many"));
        }
        Ok((sent.len() - before, twice, started))
    }

    /// The refresh tokens that Zoom has seen, oldest first.
    fn sent(&self) -> Vec<String> {
        let ledger = self.stage.sim.ledger();
        ledger
            .into_iter()
            .filter_map(|call| call.refresh_sent)
            .collect()
    }

    #[expect(clippy::disallowed_methods, reason = "a crowd that comes at once")]
    async fn all_want_it(&self, callers: usize) -> anyhow::Result<usize> {
        let gate = Arc::new(Barrier::new(callers * self.servers.len()));
        let mut running = Vec::new();
        for server in &self.servers {
            for _ in 0..callers {
                let request = self
                    .stage
                    .http
                    .post(format!("{}{}", server.base, self.start))
                    .header(COOKIE, &self.cookie)
                    .header("sec-fetch-site", "same-origin");
                let gate = gate.clone();
                running.push(tokio::spawn(async move {
                    gate.wait().await;
                    let answer = request.send().await?;
                    ensure!(answer.status() == 303, "start answered {}", answer.status());
                    let to = answer.headers().get(LOCATION).context("no way on")?;
                    // Else it leads back, with a note.
                    Ok(to.to_str()?.contains("/s/"))
                }));
            }
        }
        let mut started = 0;
        for one in running {
            started += usize::from(one.await??);
        }
        Ok(started)
    }
}
