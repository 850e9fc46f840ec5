//! A stage with its people on it, and how it gets from one kill to the next: started again, quiet
//! again, everybody connected again.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use demo::browser::Browser;
use jiff::SignedDuration;
use rand::RngExt as _;
use rand::rngs::StdRng;
use zoom_sim::{Quirks, UserSpec};

use super::deeds::{Deed, SPARE, Scene};
use crate::ledger::{self, Ledger};
use crate::people::{self, Guest, HOSTS, email_of};
use crate::stage::{Database, Quiet, Server, Stage};

/// Whether the order was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    Died,
    Failed,
    Never,
}

pub struct Cast {
    pub stage: Stage,
    pub ledger: Ledger,
    /// Connections that had to be made again though nobody had ended them.
    pub reconnects: usize,
    server: Server,
    browsers: BTreeMap<&'static str, Browser>,
    guests: u32,
}

impl Cast {
    pub async fn enter(database: Database) -> anyhow::Result<Cast> {
        Cast::enter_on(Stage::open(database).await?).await
    }

    pub async fn enter_on(stage: Stage) -> anyhow::Result<Cast> {
        let server = people::seed(&stage).await?;
        stage.sim.add_user(UserSpec::new(&email_of(SPARE)));
        Ok(Cast {
            stage,
            ledger: Ledger::default(),
            reconnects: 0,
            server,
            browsers: BTreeMap::new(),
            guests: 0,
        })
    }

    pub async fn check(&mut self) -> anyhow::Result<Vec<String>> {
        self.ledger.check(&self.stage).await
    }

    pub async fn act_out(
        &mut self,
        deed: Deed,
        order: &str,
        chance: &mut StdRng,
    ) -> anyhow::Result<Reached> {
        if deed == Deed::FirstStart {
            return first_start(self.stage.database, order).await;
        }
        let (reached, may_end) = self.act_under(deed, order, chance).await?;
        self.mend(deed, may_end).await?;
        Ok(reached)
    }

    /// The deed alone: whoever died serves again, and nobody has put anything right yet. Answers too
    /// how many connections may have ended though nobody ended them.
    pub async fn act_under(
        &mut self,
        deed: Deed,
        order: &str,
        chance: &mut StdRng,
    ) -> anyhow::Result<(Reached, usize)> {
        let mut scene = self.prepare(deed, chance).await.context("before it")?;
        let calls = self.stage.sim.ledger_of("oauth.token").len();
        let said = self.stage.log_len()?;
        self.stage.order(Some(order))?;
        let began = self.stage.now();
        let seen = self.act(deed, &mut scene, chance).await;
        if seen.is_err() {
            // Whoever dies hangs up first and is gone a moment later.
            self.server.is_gone_within(Duration::from_secs(1)).await?;
        }
        let quiet = self.stage.settle(&mut self.server, WITHIN).await?;
        self.stage.order(None)?;
        let mut may_end = self.refreshed_since(calls);
        let reached = match quiet {
            Quiet::Gone => {
                self.begin_again().await?;
                Reached::Died
            }
            Quiet::Yes | Quiet::No(_) if self.stage.log_since(said)?.contains("planted") => {
                self.ledger.failed(began, self.stage.now());
                may_end = may_end.min(1);
                Reached::Failed
            }
            Quiet::Yes | Quiet::No(_) => {
                may_end = 0;
                Reached::Never
            }
        };
        if let (Scene::Form(guest, form), Err(_), true) = (&mut scene, &seen, chance.random()) {
            // Who got no answer presses the button again.
            let told = guest.sends(form).await.context("sent again")?;
            if let Some(told) = told {
                self.ledger.told(ledger::booked(&told));
            }
        } else if let (Reached::Never, Err(error)) = (reached, seen) {
            return Err(error.context("nothing was planted, and it failed"));
        }
        Ok((reached, may_end))
    }

    /// How many users' tokens were spent since so many calls: whose new ones may have died with the
    /// process.
    fn refreshed_since(&self, calls: usize) -> usize {
        let since = self.stage.sim.ledger_of("oauth.token").split_off(calls);
        let spent = since
            .into_iter()
            .filter(|call| call.refresh_sent.is_some() && call.refresh_given.is_some());
        spent
            .filter_map(|call| call.user_id)
            .collect::<BTreeSet<_>>()
            .len()
    }

    async fn begin_again(&mut self) -> anyhow::Result<()> {
        self.ledger.died(self.stage.now());
        self.stage.passes(people::lease())?;
        self.serve().await
    }

    pub async fn stop(&mut self) -> anyhow::Result<()> {
        ensure!(self.server.stop().await?, "42min did not stop in order");
        Ok(())
    }

    pub async fn kill(&mut self) -> anyhow::Result<()> {
        self.server.kill().await
    }

    pub async fn serve(&mut self) -> anyhow::Result<()> {
        self.server = self.stage.serve().await?;
        Ok(())
    }

    /// All that was begun comes to its end.
    pub async fn quiet(&mut self) -> anyhow::Result<()> {
        let quiet = self.settled().await?;
        ensure!(quiet == Quiet::Yes, "it does not get quiet: {quiet:?}");
        Ok(())
    }

    async fn settled(&mut self) -> anyhow::Result<Quiet> {
        let quiet = self.stage.settle(&mut self.server, WITHIN).await?;
        if quiet != Quiet::Gone {
            return Ok(quiet);
        }
        // It had read its order to die before that was taken back.
        self.begin_again().await?;
        self.stage.settle(&mut self.server, WITHIN).await
    }

    /// As it was before the deed, as far as people put it right: whoever isn't connected any more
    /// connects.
    async fn mend(&mut self, deed: Deed, may_end: usize) -> anyhow::Result<()> {
        let mended = self.come_to_rest().await?;
        if !ends_a_connection(deed) {
            ensure!(
                mended <= may_end,
                "{mended} accounts had to be connected again, {may_end} had been asking for tokens"
            );
            self.reconnects += mended;
        }
        Ok(())
    }

    /// Zoom is well again, and all that waited for it is done. Answers how many had to connect.
    pub async fn come_to_rest(&mut self) -> anyhow::Result<usize> {
        self.stage.sim.clear_faults();
        self.stage.sim.set_quirks(Quirks::default());
        let hook = format!("{}/webhooks/zoom", self.stage.base);
        self.stage.sim.set_webhook_url(&hook);
        let mut quiet = self.settled().await?;
        let mut mended = 0;
        for round in 0..4 {
            let mended_now = self.reconnect().await?;
            mended += mended_now;
            if mended_now == 0 && quiet == Quiet::Yes && round > 0 {
                break;
            }
            // Zoom tells again, and the accounts are compared.
            self.stage.passes(SignedDuration::from_mins(16))?;
            self.stage.sim.webhooks_settled().await;
            quiet = self.settled().await?;
        }
        ensure!(quiet == Quiet::Yes, "it does not get quiet: {quiet:?}");
        Ok(mended)
    }

    async fn reconnect(&mut self) -> anyhow::Result<usize> {
        let mut mended = 0;
        let connected = self.connected().await?;
        for (email, role, owner) in &connected {
            let own = *email == email_of(owner);
            if role == "personal" && !own {
                let who = known(owner)?;
                self.disconnects(who, email).await?;
                mended += 1;
            }
            if role == "shared" && own {
                let mut browser = self.host(known(owner)?).await?;
                let personal = [("role", "personal")];
                let page = people::connects(&self.stage, &mut browser, &personal, email).await?;
                let back = browser.submit(&page.path, &[("to", "personal")]).await?;
                back.fine()?;
                mended += 1;
            }
        }
        let shared = ("zoom", "shared", "ada");
        let personal = HOSTS.map(|(host, _)| (host, "personal", host));
        for (user, role, owner) in personal.into_iter().chain([shared]) {
            let email = email_of(user);
            let here = self.connected().await?;
            if !here.iter().any(|(there, ..)| *there == email) {
                let mut browser = self.host(owner).await?;
                people::connect(&self.stage, &mut browser, role, &email).await?;
                mended += 1;
            }
        }
        Ok(mended)
    }

    /// Email, role and owner of each account that works.
    async fn connected(&self) -> anyhow::Result<Vec<(String, String, String)>> {
        let text = "SELECT a.email, c.role, p.username FROM connections c
            JOIN accounts a ON a.id = c.account_id JOIN people p ON p.id = c.owner_id
            WHERE c.broken_since IS NULL AND c.disconnecting_at IS NULL";
        self.stage.rows(text).await
    }

    pub async fn disconnects(&mut self, who: &'static str, email: &str) -> anyhow::Result<()> {
        let rows: Vec<(String, String)> = match self.stage.database {
            Database::Sqlite => {
                let text = "SELECT a.email, lower(hex(c.id)) FROM connections c
                    JOIN accounts a ON a.id = c.account_id";
                self.stage.rows(text).await?
            }
            Database::Postgres => {
                let text = "SELECT a.email, CAST(c.id AS text) FROM connections c
                    JOIN accounts a ON a.id = c.account_id";
                self.stage.rows(text).await?
            }
        };
        let found = rows.into_iter().find(|(of, _)| of == email);
        let (_, id) = found.with_context(|| format!("{email} is not connected"))?;
        let mut browser = self.host(who).await?;
        let address = format!("/360/integrations/zoom/accounts/{id}/disconnect");
        browser.submit(&address, &[]).await?.fine()?;
        Ok(())
    }

    /// The browser of a host who is signed in.
    pub async fn host(&mut self, who: &'static str) -> anyhow::Result<Browser> {
        if let Some(mut browser) = self.browsers.remove(who) {
            let page = browser.open("/360").await?;
            if page.path.starts_with("/360") {
                self.browsers.insert(who, browser.clone());
                return Ok(browser);
            }
        }
        let browser = people::sign_in(&self.stage, who).await?;
        self.browsers.insert(who, browser.clone());
        Ok(browser)
    }

    pub fn guest(&mut self) -> anyhow::Result<Guest> {
        self.guests += 1;
        Guest::new(&self.stage.base, self.guests)
    }
}

/// How much time may pass until all is done: the longest wait is for a list that lags behind.
const WITHIN: SignedDuration = SignedDuration::from_hours(2);

/// Those after which somebody has to connect whatever becomes of the process.
fn ends_a_connection(deed: Deed) -> bool {
    match deed {
        Deed::Connect
        | Deed::Disconnect
        | Deed::Replace
        | Deed::Decline
        | Deed::ChangeRole
        | Deed::Remove => true,
        Deed::FirstStart
        | Deed::Book
        | Deed::BookInGroup
        | Deed::BookATurn
        | Deed::BookWithoutPasscode
        | Deed::Move
        | Deed::MovePlace
        | Deed::Cancel
        | Deed::CancelAsHost
        | Deed::LoseAnAnswer
        | Deed::Refresh
        | Deed::ChangeByHand
        | Deed::DeleteByHand
        | Deed::TurnASwitch => false,
    }
}

fn known(username: &str) -> anyhow::Result<&'static str> {
    let mut hosts = HOSTS.iter().map(|(host, _)| *host);
    hosts
        .find(|host| *host == username)
        .context("somebody unknown")
}

/// On a stage of its own: with an empty database, which has to be whole the next time.
async fn first_start(database: Database, order: &str) -> anyhow::Result<Reached> {
    let mut stage = Stage::open(database).await?;
    stage.order(Some(order))?;
    let mut server = stage.spawn()?;
    let mut tick = tokio::time::interval(std::time::Duration::from_millis(10));
    let mut reached = Reached::Never;
    for _ in 0..1_000 {
        tick.tick().await;
        if stage.log_since(0)?.contains("planted at ") {
            reached = Reached::Failed;
        }
        if server.is_gone()? {
            if reached == Reached::Never {
                reached = Reached::Died;
            }
            break;
        }
        if reached == Reached::Failed && server.until_ready(&stage.http).await.is_ok() {
            break;
        }
    }
    stage.order(None)?;
    server.kill().await?;
    stage.passes(people::lease())?;
    drop(
        people::seed(&stage)
            .await
            .context("after its first start")?,
    );
    Ok(reached)
}
