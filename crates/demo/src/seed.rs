//! An org to look at: an admin and two members, a team of all three, event types of every type and
//! kind of place, Zoom on, one personal and one shared Zoom account. Made as people make it: on the
//! command line and pages.

use anyhow::{Context as _, ensure};

use crate::browser::Browser;
use crate::stage::Stage;

pub const PASSWORD: &str = "analytical engine";

pub struct Person {
    pub role: &'static str,
    pub name: &'static str,
    pub username: &'static str,
    pub email: &'static str,
    pub zone: &'static str,
}

pub const PEOPLE: [Person; 3] = [
    Person {
        role: "Admin",
        name: "Ada Lovelace",
        username: "ada",
        email: "ada@engines.example",
        zone: "Europe/Madrid",
    },
    Person {
        role: "Member",
        name: "Grace Hopper",
        username: "grace",
        email: "grace@engines.example",
        zone: "America/New_York",
    },
    Person {
        role: "Member",
        name: "Charles Babbage",
        username: "charles",
        email: "charles@engines.example",
        zone: "Europe/London",
    },
];

/// Title, slug, minutes, location, the field that place needs, description.
type Offer = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    Option<(&'static str, &'static str)>,
    &'static str,
);

const ADA: [Offer; 5] = [
    (
        "Intro call",
        "intro-call",
        "42",
        "zoom",
        None,
        "A first conversation about your project. Bring questions.",
    ),
    (
        "Phone call",
        "phone-call",
        "30",
        "phone",
        Some(("phone", "I call you.")),
        "For when a screen is too much.",
    ),
    (
        "Office visit",
        "office-visit",
        "60",
        "in_person",
        Some(("address", "12 St James’s Square, London")),
        "See the engine at work.",
    ),
    (
        "Team room",
        "team-room",
        "30",
        "custom_url",
        Some(("custom_url", "https://meet.example.com/engines")),
        "In our own room.",
    ),
    (
        "Coffee",
        "coffee",
        "30",
        "ask_invitee",
        None,
        "You say where.",
    ),
];

const DEMO: Offer = (
    "Product demo",
    "product-demo",
    "42",
    "zoom",
    None,
    "See the engine at work, together with others.",
);

const ASK: Offer = (
    "Ask an engineer",
    "ask-an-engineer",
    "30",
    "zoom",
    None,
    "Whoever of us is free answers.",
);

const GRACE: [Offer; 1] = [(
    "Consultation",
    "consultation",
    "42",
    "zoom",
    None,
    "Compilers, and what comes after them.",
)];

const CHARLES: [Offer; 1] = [(
    "Design review",
    "design-review",
    "60",
    "in_person",
    Some(("address", "Dorset Street, London")),
    "Bring drawings.",
)];

/// People only, and the product running.
pub async fn people(stage: &mut Stage) -> anyhow::Result<()> {
    for person in PEOPLE {
        let mut arguments = vec![
            "user",
            "add",
            "--email",
            person.email,
            "--name",
            person.name,
            "--username",
            person.username,
            "--timezone",
            person.zone,
            "--password-stdin",
        ];
        if person.role == "Admin" {
            arguments.push("--admin");
        }
        stage.command(&arguments, PASSWORD).await?;
    }
    stage.serve().await
}

pub async fn everything(stage: &mut Stage) -> anyhow::Result<()> {
    people(stage).await?;
    let mut ada = sign_in(stage, &PEOPLE[0]).await?;
    zoom_on(&mut ada).await?;
    connect(stage, &mut ada, "personal", "ada@engines.example").await?;
    connect(stage, &mut ada, "shared", "zoom@engines.example").await?;
    offer(&mut ada, &ADA).await?;
    share(&mut ada).await?;
    offer(&mut sign_in(stage, &PEOPLE[1]).await?, &GRACE).await?;
    offer(&mut sign_in(stage, &PEOPLE[2]).await?, &CHARLES).await?;
    book(
        stage,
        "/ada/intro-call",
        ("Katherine Johnson", "katherine@example.com"),
    )
    .await?;
    book(
        stage,
        "/grace/consultation",
        ("Alan Turing", "alan@example.com"),
    )
    .await?;
    for guest in [
        ("Dorothy Vaughan", "dorothy@example.com"),
        ("Mary Jackson", "mary@example.com"),
    ] {
        book(stage, "/ada/product-demo", guest).await?;
    }
    book(
        stage,
        "/team/engineers/ask-an-engineer",
        ("Joan Clarke", "joan@example.com"),
    )
    .await?;
    Ok(())
}

/// A group of Ada's, and a team whose members take turns.
pub async fn share(ada: &mut Browser) -> anyhow::Result<()> {
    let group = [("kind", "group"), ("seats", "5"), ("show_remaining", "on")];
    offer_as(ada, &DEMO, &group).await?;
    let people = ada.open("/360/teams").await?.fine()?.values("member");
    let mut fields = vec![("name", "Engineers"), ("slug", "engineers")];
    fields.extend(people.iter().map(|id| ("member", id.as_str())));
    let page = ada.submit("/360/teams", &fields).await?.fine()?;
    let team = page.path.rsplit('/').next().unwrap_or_default().to_owned();
    ensure!(
        page.path.starts_with("/360/teams/"),
        "the team was not made: {}",
        page.text()
    );
    let turns = [("kind", "round_robin"), ("team", team.as_str())];
    offer_as(ada, &ASK, &turns).await
}

pub async fn sign_in(stage: &Stage, person: &Person) -> anyhow::Result<Browser> {
    let mut browser = stage.browser();
    let page = browser
        .submit(
            "/sign-in",
            &[("email", person.email), ("password", PASSWORD)],
        )
        .await?
        .fine()?;
    ensure!(
        page.path.starts_with("/360"),
        "{} could not sign in: {}",
        person.name,
        page.text()
    );
    Ok(browser)
}

pub async fn zoom_on(admin: &mut Browser) -> anyhow::Result<()> {
    let page = admin
        .submit("/360/integrations/zoom/rollout", &[("enabled", "on")])
        .await?
        .fine()?;
    ensure!(
        page.text().contains("Rollout saved."),
        "Rollout was not saved"
    );
    Ok(())
}

/// Connects as this user of Zoom's, through Zoom's consent page.
pub async fn connect(
    stage: &Stage,
    browser: &mut Browser,
    role: &str,
    zoom_user: &str,
) -> anyhow::Result<()> {
    let away = browser
        .submit_away("/360/integrations/zoom/connect", &[("role", role)])
        .await?;
    let mut at_zoom = Browser::new(stage.http.clone(), &stage.zoom);
    let back = at_zoom
        .submit_away(&away, &[("user", zoom_user), ("decision", "allow")])
        .await?;
    let page = browser.open(&back).await?.fine()?;
    ensure!(
        page.text().contains("Zoom connected successfully!"),
        "{zoom_user} was not connected: {}",
        page.text()
    );
    Ok(())
}

async fn offer(browser: &mut Browser, offers: &[Offer]) -> anyhow::Result<()> {
    for offer in offers {
        offer_as(browser, offer, &[("kind", "one_on_one")]).await?;
    }
    Ok(())
}

/// Makes an event type, then gives it its type.
async fn offer_as(
    browser: &mut Browser,
    (title, slug, minutes, location, place, description): &Offer,
    kind: &[(&str, &str)],
) -> anyhow::Result<()> {
    let mut fields = vec![
        ("title", *title),
        ("slug", *slug),
        ("minutes", *minutes),
        ("location", *location),
    ];
    fields.extend(place);
    let page = browser.submit("/360/events", &fields).await?.fine()?;
    let path = page.path.split('?').next().unwrap_or_default().to_owned();
    ensure!(
        path.starts_with("/360/events/"),
        "{title} was not made: {}",
        page.text()
    );
    fields.extend([
        ("color", "#7c3aed"),
        ("public_description", *description),
        ("do", "save"),
    ]);
    fields.extend(kind);
    let page = browser.submit(&path, &fields).await?.fine()?;
    ensure!(
        page.text().contains("Saved"),
        "{title} was not saved: {}",
        page.text()
    );
    Ok(())
}

/// Makes one event type that takes place at Zoom.
pub async fn offer_zoom(browser: &mut Browser) -> anyhow::Result<()> {
    offer(browser, &ADA[..1]).await
}

/// Books the first time on offer, as a guest without JavaScript does. Answers the page shown.
pub async fn book(
    stage: &Stage,
    path: &str,
    (name, email): (&str, &str),
) -> anyhow::Result<crate::browser::Page> {
    let mut guest = stage.browser();
    let times = guest.open(path).await?.fine()?;
    let slot = times
        .links("start=")
        .first()
        .context("no time is on offer")?
        .clone();
    let form = guest.open(&slot).await?.fine()?;
    let field = |name: &str| form.field(name).unwrap_or_default();
    let (token, zone, start) = (field("token"), field("tz"), field("start"));
    let fields = [
        ("token", token.as_str()),
        ("tz", &zone),
        ("start", &start),
        ("name", name),
        ("email", email),
    ];
    let to = slot.split('?').next().unwrap_or_default();
    let page = guest.submit(to, &fields).await?.fine()?;
    ensure!(
        page.text().contains("You’re booked"),
        "not booked: {}",
        page.text()
    );
    Ok(page)
}
