//! Who acts in a drill, over HTTP as people do: an org with hosts whose Zoom is connected, and
//! guests who book, move and cancel. What a guest was told is answered; what nobody answered is an
//! error, and may have happened or not.

use anyhow::{Context as _, ensure};
use demo::browser::{Browser, Page};
use jiff::{SignedDuration, Timestamp};
use rand::RngExt as _;
use rand::rngs::StdRng;
use reqwest::header::{HeaderMap, HeaderValue};
use zoom_sim::UserSpec;

use crate::stage::{Server, Stage};

pub const PASSWORD: &str = "analytical engine";

/// Each has an event type at Zoom: `/{username}/intro-call`. The first is the admin.
pub const HOSTS: [(&str, &str); 6] = [
    ("ada", "Ada Lovelace"),
    ("grace", "Grace Hopper"),
    ("charles", "Charles Babbage"),
    ("joan", "Joan Clarke"),
    ("alan", "Alan Turing"),
    ("emmy", "Emmy Noether"),
];

/// What guests can book: one host each, a group, and a team that takes turns.
pub const OFFERS: [&str; 8] = [
    "/ada/intro-call",
    "/grace/intro-call",
    "/charles/intro-call",
    "/joan/intro-call",
    "/alan/intro-call",
    "/emmy/intro-call",
    "/ada/product-demo",
    "/team/engineers/ask-an-engineer",
];

/// What a guest finds who comes too late.
pub const SOLD_OUT: &str = "no time is on offer";

pub fn email_of(username: &str) -> String {
    format!("{username}@engines.example")
}

/// An org with all of them, Zoom on, each account connected, and one shared; and the process that
/// serves it.
pub async fn seed(stage: &Stage) -> anyhow::Result<Server> {
    for (username, name) in HOSTS {
        let email = email_of(username);
        let mut arguments = vec!["user", "add", "--email", &email, "--name", name];
        arguments.extend([
            "--username",
            username,
            "--timezone",
            "UTC",
            "--password-stdin",
        ]);
        if username == HOSTS[0].0 {
            arguments.push("--admin");
        }
        stage.command(&arguments, PASSWORD).await?;
        stage.sim.add_user(UserSpec::new(&email));
    }
    stage.sim.add_user(UserSpec::new(&email_of("zoom")));
    let server = stage.serve().await?;
    let mut ada = sign_in(stage, "ada").await?;
    demo::seed::zoom_on(&mut ada).await?;
    connect(stage, &mut ada, "shared", &email_of("zoom")).await?;
    for (username, _) in HOSTS {
        let mut host = sign_in(stage, username).await?;
        connect(stage, &mut host, "personal", &email_of(username)).await?;
        demo::seed::offer_zoom(&mut host).await?;
    }
    demo::seed::share(&mut ada).await?;
    Ok(server)
}

/// One host alone, whose account is connected, and the process that serves them.
pub async fn host_alone(stage: &Stage) -> anyhow::Result<Server> {
    let (username, name) = HOSTS[0];
    let email = email_of(username);
    let person = [
        "user",
        "add",
        "--email",
        &email,
        "--name",
        name,
        "--username",
        username,
    ];
    let more = ["--timezone", "UTC", "--admin", "--password-stdin"];
    stage
        .command(&[&person[..], &more].concat(), PASSWORD)
        .await?;
    stage.sim.add_user(UserSpec::new(&email));
    let server = stage.serve().await?;
    let mut host = sign_in(stage, username).await?;
    demo::seed::zoom_on(&mut host).await?;
    connect(stage, &mut host, "personal", &email).await?;
    demo::seed::offer_zoom(&mut host).await?;
    Ok(server)
}

pub async fn sign_in(stage: &Stage, username: &str) -> anyhow::Result<Browser> {
    let mut browser = Browser::new(client(rand::random())?, &stage.base);
    let email = email_of(username);
    let fields = [("email", email.as_str()), ("password", PASSWORD)];
    let page = browser.submit("/sign-in", &fields).await?.fine()?;
    ensure!(
        page.path.starts_with("/360"),
        "{username} could not sign in: {}",
        page.text()
    );
    Ok(browser)
}

/// Signs in at Zoom as this user, who allows everything; answers the page that it ends on.
pub async fn connects(
    stage: &Stage,
    browser: &mut Browser,
    fields: &[(&str, &str)],
    zoom_user: &str,
) -> anyhow::Result<Page> {
    let away = browser
        .submit_away("/360/integrations/zoom/connect", fields)
        .await?;
    let back = stage.sim.consent(&away, zoom_user).await;
    browser.open(&back).await?.fine()
}

/// The same, and it is connected then.
pub async fn connect(
    stage: &Stage,
    browser: &mut Browser,
    role: &str,
    zoom_user: &str,
) -> anyhow::Result<()> {
    let page = connects(stage, browser, &[("role", role)], zoom_user).await?;
    ensure!(
        page.text().contains("Zoom connected successfully!"),
        "{zoom_user} was not connected: {}",
        page.text()
    );
    Ok(())
}

/// A client that comes from an address of its own, as a proxy would say.
fn client(address: u16) -> anyhow::Result<reqwest::Client> {
    Ok(builder(address)?.build()?)
}

fn builder(address: u16) -> anyhow::Result<reqwest::ClientBuilder> {
    let [high, low] = address.to_be_bytes();
    let mut headers = HeaderMap::new();
    let forwarded = HeaderValue::from_str(&format!("198.18.{high}.{low}"))?;
    headers.insert("x-forwarded-for", forwarded);
    Ok(reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(std::time::Duration::from_secs(30))
        .default_headers(headers))
}

/// What a guest has been told of a booking.
#[derive(Clone, Debug)]
pub struct Told {
    pub uid: String,
    /// Where they manage it, with what lets them in.
    pub path: String,
    pub start: Timestamp,
    pub email: String,
}

/// A form that is filled in and can be sent, also twice.
#[derive(Clone, Debug)]
pub struct Form {
    action: String,
    fields: Vec<(String, String)>,
    pub start: Timestamp,
    pub email: String,
}

pub struct Guest {
    browser: Browser,
    pub email: String,
}

impl Guest {
    pub fn new(base: &str, number: u32) -> anyhow::Result<Guest> {
        let address = u16::try_from(number % 60_000)?;
        Ok(Guest {
            browser: Browser::new(client(address)?, base),
            email: format!("guest{number}@example.com"),
        })
    }

    /// By way of a relay, over one connection or over a new one each time.
    pub fn through(relay: &str, own: &str, number: u32, keeps: bool) -> anyhow::Result<Guest> {
        let idle = if keeps { 1 } else { 0 };
        let http = builder(u16::try_from(number % 60_000)?)?
            .pool_max_idle_per_host(idle)
            .build()?;
        // Whose address stands in links is the relay's to know.
        Ok(Guest {
            browser: Browser::new(http, relay).known_as(own),
            email: format!("guest{number}@example.com"),
        })
    }

    pub async fn looks(&mut self, offer: &str) -> anyhow::Result<()> {
        self.browser.open(offer).await?.fine().map(|_| ())
    }

    /// Chooses one of the times on offer there and fills the form in.
    pub async fn fills_in(&mut self, offer: &str, chance: &mut StdRng) -> anyhow::Result<Form> {
        let times = self.browser.open(offer).await?.fine()?;
        let slots = times.links("start=");
        ensure!(!slots.is_empty(), "{SOLD_OUT} at {offer}");
        let slot = slots[chance.random_range(0..slots.len())].clone();
        let form = self.browser.open(&slot).await?.fine()?;
        let start = form.field("start").context("the form has no time")?;
        let mut fields = Vec::new();
        for name in ["token", "tz", "start"] {
            fields.push((name.to_owned(), form.field(name).unwrap_or_default()));
        }
        fields.push(("name".to_owned(), "Katherine Johnson".to_owned()));
        fields.push(("email".to_owned(), self.email.clone()));
        Ok(Form {
            action: slot.split('?').next().unwrap_or_default().to_owned(),
            fields,
            start: start.parse()?,
            email: self.email.clone(),
        })
    }

    /// `None`: the time was taken meanwhile, as the page says.
    pub async fn sends(&mut self, form: &Form) -> anyhow::Result<Option<Told>> {
        let fields: Vec<(&str, &str)> = form
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let page = self.browser.submit(&form.action, &fields).await?;
        if page.status == 409 {
            return Ok(None);
        }
        let page = page.fine()?;
        ensure!(
            page.text().contains("You’re booked"),
            "not booked: {}",
            page.text()
        );
        told(&page, form.start, &self.email).map(Some)
    }

    /// Moves it to another of the times on offer. `None`: that was taken meanwhile.
    pub async fn moves(&mut self, it: &Told, chance: &mut StdRng) -> anyhow::Result<Option<Told>> {
        let page = self.browser.open(&it.path).await?.fine()?;
        let address = page
            .links("/reschedule")
            .first()
            .context("no way to move")?
            .clone();
        let times = self.browser.open(&address).await?.fine()?;
        let mut slots = times.links("start=");
        if slots.is_empty() {
            // The day it is on has no other; another day has.
            let days = times.links("date=");
            ensure!(!days.is_empty(), "no other day is on offer");
            let day = &days[chance.random_range(0..days.len())];
            slots = self.browser.open(day).await?.fine()?.links("start=");
        }
        ensure!(!slots.is_empty(), "no other time is on offer");
        let slot = slots[chance.random_range(0..slots.len())].clone();
        let form = self.browser.open(&slot).await?.fine()?;
        let start = form.field("start").context("the form has no time")?;
        let zone = form.field("tz").unwrap_or_default();
        let fields = [
            ("start", start.as_str()),
            ("tz", &zone),
            ("reason", "A train is late."),
        ];
        let page = self.browser.submit(&address, &fields).await?;
        if page.status == 409 {
            return Ok(None);
        }
        let page = page.fine()?;
        ensure!(page.text().contains("Moved"), "not moved: {}", page.text());
        told(&page, start.parse()?, &it.email).map(Some)
    }

    pub async fn cancels(&mut self, it: &Told) -> anyhow::Result<()> {
        let page = self.browser.open(&it.path).await?.fine()?;
        let address = page
            .links("/cancel")
            .first()
            .context("no way to cancel")?
            .clone();
        let page = self
            .browser
            .submit(&address, &[("reason", "")])
            .await?
            .fine()?;
        ensure!(
            page.text().contains("Canceled"),
            "not canceled: {}",
            page.text()
        );
        Ok(())
    }
}

fn told(page: &Page, start: Timestamp, email: &str) -> anyhow::Result<Told> {
    let uid = page
        .path
        .strip_prefix("/booking/")
        .and_then(|rest| rest.split(['?', '/']).next())
        .with_context(|| format!("{} is no booking’s page", page.path))?;
    Ok(Told {
        uid: uid.to_owned(),
        path: page.path.clone(),
        start,
        email: email.to_owned(),
    })
}

/// Long enough for leases of a process that died to end, and for its refresh.
pub fn lease() -> SignedDuration {
    SignedDuration::from_secs(130)
}
