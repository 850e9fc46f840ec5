//! What is done while the process dies: what it needs beforehand, and the deed itself.

use anyhow::{Context as _, ensure};
use demo::browser::{Browser, Page};
use jiff::SignedDuration;
use rand::RngExt as _;
use rand::rngs::StdRng;
use zoom_sim::{Fault, Quirks};

use super::cast::Cast;
use crate::ledger;
use crate::people::{self, Form, Guest, HOSTS, Told, email_of};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    FirstStart,
    Book,
    BookInGroup,
    BookATurn,
    BookWithoutPasscode,
    Move,
    MovePlace,
    Cancel,
    CancelAsHost,
    /// Zoom makes the meeting, and its answer is lost.
    LoseAnAnswer,
    Refresh,
    Connect,
    Disconnect,
    /// Another Zoom account in place of one.
    Replace,
    /// The same, decided against.
    Decline,
    ChangeRole,
    /// The app is removed in Zoom.
    Remove,
    ChangeByHand,
    DeleteByHand,
    TurnASwitch,
}

/// Those at whose commits a process is killed.
pub const DEEDS: [Deed; 19] = [
    Deed::Book,
    Deed::BookInGroup,
    Deed::BookATurn,
    Deed::BookWithoutPasscode,
    Deed::Move,
    Deed::MovePlace,
    Deed::Cancel,
    Deed::CancelAsHost,
    Deed::LoseAnAnswer,
    Deed::Refresh,
    Deed::Connect,
    Deed::Disconnect,
    Deed::Replace,
    Deed::Decline,
    Deed::ChangeRole,
    Deed::Remove,
    Deed::ChangeByHand,
    Deed::DeleteByHand,
    Deed::TurnASwitch,
];

pub const SPARE: &str = "spare";

/// What stands ready.
pub enum Scene {
    Form(Guest, Form),
    Booked(Guest, Told),
    Host(Browser, &'static str),
    /// A question is open on this page.
    Asked(Browser, Page, (&'static str, &'static str)),
    User(String),
    Room(u64),
}

impl Cast {
    pub async fn prepare(&mut self, deed: Deed, chance: &mut StdRng) -> anyhow::Result<Scene> {
        match deed {
            Deed::FirstStart => anyhow::bail!("a first start has nothing before it"),
            Deed::Book | Deed::BookWithoutPasscode | Deed::LoseAnAnswer | Deed::Refresh => {
                let offer = format!("/{}/intro-call", any_host(chance));
                let scene = self.fills_in(&offer, chance).await?;
                if deed == Deed::LoseAnAnswer {
                    self.stage.sim.fault(Fault::drop_after("create"));
                }
                if deed == Deed::Refresh {
                    self.stage.sim.expire_access_tokens();
                }
                self.stage.sim.set_quirks(Quirks {
                    default_passcode_makes_none: deed == Deed::BookWithoutPasscode,
                    ..Quirks::default()
                });
                Ok(scene)
            }
            Deed::BookInGroup => self.fills_in("/ada/product-demo", chance).await,
            Deed::BookATurn => {
                self.fills_in("/team/engineers/ask-an-engineer", chance)
                    .await
            }
            Deed::Move | Deed::Cancel | Deed::CancelAsHost => {
                let offer = format!("/{}/intro-call", any_host(chance));
                self.books(&offer, chance).await
            }
            Deed::MovePlace => self.books("/ada/product-demo", chance).await,
            Deed::Connect => {
                let who = any_other_host(chance);
                self.disconnects(who, &email_of(who)).await?;
                self.quiet().await?;
                Ok(Scene::Host(self.host(who).await?, who))
            }
            Deed::Disconnect => {
                let who = any_other_host(chance);
                Ok(Scene::Host(self.host(who).await?, who))
            }
            Deed::Replace | Deed::Decline => {
                let who = any_other_host(chance);
                let mut browser = self.host(who).await?;
                let role = [("role", "personal")];
                let spare = email_of(SPARE);
                let page = people::connects(&self.stage, &mut browser, &role, &spare).await?;
                ensure!(page.path.contains("/held/"), "not asked: {}", page.text());
                let answer = if deed == Deed::Replace { "use" } else { "keep" };
                Ok(Scene::Asked(browser, page, ("do", answer)))
            }
            Deed::ChangeRole => {
                let mut browser = self.host("ada").await?;
                let role = [("role", "shared")];
                let own = email_of("ada");
                let page = people::connects(&self.stage, &mut browser, &role, &own).await?;
                ensure!(page.path.contains("/role"), "not asked: {}", page.text());
                Ok(Scene::Asked(browser, page, ("to", "shared")))
            }
            Deed::Remove => {
                // Of a removal close to the grant nobody can say which grant it ended.
                self.stage.passes(SignedDuration::from_mins(3))?;
                self.quiet().await?;
                Ok(Scene::User(email_of(any_other_host(chance))))
            }
            Deed::ChangeByHand | Deed::DeleteByHand => {
                let offer = format!("/{}/intro-call", any_host(chance));
                let Scene::Booked(_, told) = self.books(&offer, chance).await? else {
                    anyhow::bail!("not booked");
                };
                let rooms = self.stage.sim.meetings();
                let its = rooms
                    .iter()
                    .rfind(|room| room.start_time == Some(told.start));
                let id = its.context("the booking has no room")?.id;
                if deed == Deed::ChangeByHand {
                    self.stage.sim.clear_webhook_url();
                    let other = told.start + SignedDuration::from_hours(3);
                    self.stage.sim.move_by_hand(id, other);
                }
                Ok(Scene::Room(id))
            }
            Deed::TurnASwitch => Ok(Scene::Host(self.host("ada").await?, "ada")),
        }
    }

    /// An error is what whoever did it saw.
    pub async fn act(
        &mut self,
        deed: Deed,
        scene: &mut Scene,
        chance: &mut StdRng,
    ) -> anyhow::Result<()> {
        match scene {
            Scene::Form(guest, form) => {
                if let Some(told) = guest.sends(form).await? {
                    self.ledger.told(ledger::booked(&told));
                }
            }
            Scene::Booked(guest, told) if matches!(deed, Deed::Move | Deed::MovePlace) => {
                match guest.moves(told, chance).await {
                    Ok(Some(to)) => self.ledger.told(ledger::moved(told, &to)),
                    Ok(None) => {}
                    Err(error) => {
                        self.ledger.unknown(ledger::perhaps_moved(told));
                        return Err(error);
                    }
                }
            }
            Scene::Booked(guest, told) => {
                let (done, deed) = if deed == Deed::CancelAsHost {
                    let done = self.cancels_as_host(told).await;
                    (done, ledger::canceled_by_host(told))
                } else {
                    (guest.cancels(told).await, ledger::canceled(told))
                };
                match &done {
                    Ok(()) => self.ledger.told(deed),
                    Err(_) => self.ledger.unknown(deed),
                }
                return done;
            }
            Scene::Host(browser, who) if deed == Deed::Connect => {
                let role = [("role", "personal")];
                let user = email_of(who);
                people::connects(&self.stage, browser, &role, &user).await?;
            }
            Scene::Host(browser, _) if deed == Deed::TurnASwitch => {
                let mut fields = vec![("enabled", "on")];
                if chance.random_bool(0.5) {
                    fields.push(("routing", "on"));
                }
                let to = "/360/integrations/zoom/rollout";
                browser.submit(to, &fields).await?.fine()?;
            }
            Scene::Host(_, who) => self.disconnects(who, &email_of(who)).await?,
            Scene::Asked(browser, page, answer) => {
                browser.submit(&page.path, &[*answer]).await?.fine()?;
            }
            Scene::User(email) => {
                self.stage.sim.revoke(email);
                self.stage.sim.webhooks_settled().await;
            }
            Scene::Room(id) if deed == Deed::DeleteByHand => {
                self.stage.sim.delete_by_hand(*id);
                self.stage.sim.webhooks_settled().await;
            }
            // No notice of it came: the sweep finds it.
            Scene::Room(_) => self.stage.passes(SignedDuration::from_mins(16))?,
        }
        Ok(())
    }

    async fn fills_in(&mut self, offer: &str, chance: &mut StdRng) -> anyhow::Result<Scene> {
        let mut guest = self.guest()?;
        let form = guest.fills_in(offer, chance).await?;
        // Nobody types faster.
        self.stage.passes(SignedDuration::from_secs(3))?;
        Ok(Scene::Form(guest, form))
    }

    async fn books(&mut self, offer: &str, chance: &mut StdRng) -> anyhow::Result<Scene> {
        let Scene::Form(mut guest, form) = self.fills_in(offer, chance).await? else {
            anyhow::bail!("no form");
        };
        let told = guest.sends(&form).await?.context("the time was taken")?;
        self.ledger.told(ledger::booked(&told));
        self.quiet().await?;
        Ok(Scene::Booked(guest, told))
    }

    async fn cancels_as_host(&mut self, told: &Told) -> anyhow::Result<()> {
        // An admin may, whoever hosts it.
        let mut host = self.host("ada").await?;
        let address = format!("/360/meetings/{}/cancel", told.uid);
        host.submit(&address, &[("reason", "")]).await?.fine()?;
        Ok(())
    }
}

fn any_host(chance: &mut StdRng) -> &'static str {
    HOSTS[chance.random_range(0..HOSTS.len())].0
}

/// Ada has two accounts.
fn any_other_host(chance: &mut StdRng) -> &'static str {
    HOSTS[chance.random_range(1..HOSTS.len())].0
}
