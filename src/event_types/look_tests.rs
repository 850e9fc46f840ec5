//! How an event type looks, and what it gives to other sites, through the front door.

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use tower::ServiceExt as _;

use crate::accounts::{Person, Role};
use crate::event_types::accent::Accent;
use crate::event_types::{EventType, Kind, Location};
use crate::testing::TestApp;
use crate::testing::browser::{Answer, Browser};

async fn ada() -> (TestApp, Person, EventType, Browser) {
    let app = TestApp::start().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    let intro = app.offers(&ada, "Intro call", Location::InPerson).await;
    let browser = app.browser_of(&ada).await;
    (app, ada, intro, browser)
}

const PAGE: &str = "/ada-lovelace/intro-call";

async fn saves(browser: &mut Browser, intro: &EventType, fields: &[(&str, &str)]) -> Answer {
    let path = format!("/360/events/{}/customization", intro.id);
    browser.post_and_follow(&path, fields).await
}

#[tokio::test]
async fn an_accent_and_a_theme_are_on_all_pages_of_the_event_type_and_on_no_others() {
    let (app, ada, intro, mut host) = ada().await;
    app.offers(&ada, "Demo", Location::Phone).await;
    let look = [
        ("own_accent", "on"),
        ("accent", "#FFD400"),
        ("theme", "dark"),
    ];
    let page = saves(&mut host, &intro, &look).await;
    assert!(page.text().contains("Saved."));
    assert_eq!(page.field("accent").unwrap(), "#ffd400");
    // Black on it is far better than white; as words on white it is darkened, on black it stays.
    assert!(
        page.text()
            .contains("Light: words on the color 14.6 : 1 , words in it 4.6 : 1")
    );
    assert!(
        page.text()
            .contains("Dark: words on the color 14.6 : 1 , words in it 7.3 : 1")
    );
    let booking = app
        .books(&intro, "Grace", "grace@example.com", "2026-05-05T08:00:00Z")
        .await;
    let hub = crate::booking::manage_path(&app.app, booking.id);
    let mut guest = app.browser();
    for path in [
        PAGE.to_owned(),
        format!("{PAGE}/book?start=2026-05-06T08:00:00Z"),
        hub.replacen('?', "/cancel?", 1),
        hub.replacen('?', "/reschedule?", 1),
        format!(
            "{}&start=2026-05-06T08:00:00Z",
            hub.replacen('?', "/reschedule?", 1)
        ),
        hub,
    ] {
        let page = guest.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.links("/static/accent/ffd400.css").len(), 1, "{path}");
        assert!(page.body.contains(" data-theme=\"dark\""), "{path}");
        assert!(!page.body.contains("style="), "{path}");
    }
    for path in ["/ada-lovelace/demo", "/ada-lovelace", "/sign-in"] {
        let page = guest.get(path).await;
        assert!(page.links("/accent/").is_empty(), "{path}");
        assert!(!page.body.contains("data-theme"), "{path}");
    }
    // What the page around it says goes before.
    let light = guest.get(&format!("{PAGE}?embed=1&theme=light")).await;
    assert!(light.body.contains(" data-theme=\"light\""));
    let auto = guest.get(&format!("{PAGE}?embed=1&theme=auto")).await;
    assert!(!auto.body.contains("data-theme"));
    let none = saves(&mut host, &intro, &[("theme", "auto")]).await;
    assert!(!none.text().contains("words on the color"));
    assert!(guest.get(PAGE).await.links("/accent/").is_empty());
}

#[tokio::test]
async fn pages_of_people_and_teams_wear_the_accent_that_all_their_event_types_share() {
    let (app, ada, intro, _) = ada().await;
    let team = app.team("Sales", &[&ada]).await;
    let demo = app.offers(&ada, "Demo", Location::Phone).await;
    let yellow = |it: &mut EventType| it.look.accent = Accent::parse("#ffd400").ok();
    app.edits(&intro, yellow).await;
    app.edits(&demo, |it| {
        yellow(it);
        it.kind = Kind::RoundRobin;
        it.team_id = Some(team.id);
    })
    .await;
    let mut guest = app.browser();
    for page in ["/ada-lovelace", "/team/sales"] {
        let page = guest.get(page).await;
        assert_eq!(page.links("/static/accent/ffd400.css").len(), 1);
    }
    app.offers(&ada, "Plain", Location::Phone).await;
    assert!(
        guest
            .get("/ada-lovelace")
            .await
            .links("/accent/")
            .is_empty()
    );
}

#[tokio::test]
async fn the_stylesheet_of_an_accent_is_made_from_its_address() {
    let (app, ..) = ada().await;
    let mut browser = app.browser();
    let css = browser.get("/static/accent/ffd400.css").await;
    assert_eq!(css.headers["content-type"], "text/css; charset=utf-8");
    assert!(css.body.contains("--accent:light-dark(#ffd400,#ffd400);"));
    assert!(
        css.body
            .contains("--on-accent:light-dark(#000000,#000000);")
    );
    for bad in ["ffd400", "FFD400.css", "ffd40.css", "zzzzzz.css"] {
        let answer = browser.get(&format!("/static/accent/{bad}")).await;
        assert_eq!(answer.status, 404, "{bad}");
    }
}

#[tokio::test]
async fn a_color_that_is_tried_shows_its_sample_and_saves_nothing() {
    let (app, _, intro, mut host) = ada().await;
    let before = app.stored().await;
    let path = format!("/360/events/{}/customization", intro.id);
    let page = host.get(&format!("{path}?accent=%230000ff")).await;
    assert_eq!(page.field("accent").unwrap(), "#0000ff");
    assert!(
        page.text()
            .contains("Light: words on the color 8.5 : 1 , words in it 7.0 : 1")
    );
    assert_eq!(before, app.stored().await);
    let refused = host
        .post(
            &path,
            &[("own_accent", "on"), ("accent", "blue"), ("theme", "dark")],
        )
        .await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("Enter a color as # and six digits"));
    assert_eq!(before, app.stored().await);
}

#[tokio::test]
async fn the_booking_page_shows_what_is_chosen_and_at_first_everything() {
    let (app, _, intro, mut host) = ada().await;
    let intro = app
        .edits(&intro, |it| it.public_description = "To meet.".to_owned())
        .await;
    let mut guest = app.browser();
    let all = guest.get(PAGE).await;
    for words in ["Engines", "To meet.", "42 min"] {
        assert!(all.text().contains(words), "{words}");
    }
    assert!(all.body.contains("class=\"avatar\""));
    saves(&mut host, &intro, &[("theme", "auto")]).await;
    let none = guest.get(PAGE).await;
    for words in ["Engines", "To meet.", "42 min"] {
        assert!(!none.text().contains(words), "{words}");
    }
    assert!(!none.body.contains("class=\"avatar\""));
    assert!(none.text().contains("Ada Lovelace") && none.text().contains("Intro call"));
    saves(
        &mut host,
        &intro,
        &[("theme", "auto"), ("show_duration", "on")],
    )
    .await;
    let one = guest.get(PAGE).await.text();
    assert!(one.contains("42 min") && !one.contains("Engines"));
}

#[tokio::test]
async fn share_gives_the_link_and_a_snippet_for_each_way() {
    let (app, ada, intro, mut host) = ada().await;
    let page = host.get(&format!("/360/events/{}/share", intro.id)).await;
    assert_eq!(page.status, 200);
    let text = page.text();
    for snippet in [
        "value=\"http://meet.test/ada-lovelace/intro-call\"",
        "<script src=\"http://meet.test/embed.js\" async></script>",
        "<div data-42min=\"ada-lovelace/intro-call\" data-42min-title=\"Intro call with Ada Lovelace\">",
        "<a href=\"http://meet.test/ada-lovelace/intro-call\" data-42min-popup=\"Intro call with Ada Lovelace\">Book a time</a>",
        "data-42min=\"ada-lovelace/intro-call\" data-42min-title=\"Intro call with Ada Lovelace\" data-42min-button=\"Book a time\"></script>",
        "<iframe src=\"http://meet.test/ada-lovelace/intro-call?embed=1\" title=\"Intro call with Ada Lovelace\"",
    ] {
        assert!(
            text.contains(snippet) || page.body.contains(snippet),
            "{snippet}: {text}"
        );
    }
    assert!(!text.contains("This event type is off"));
    host.post(&format!("/360/events/{}/switch", intro.id), &[("on", "0")])
        .await;
    let off = host.get(&format!("/360/events/{}/share", intro.id)).await;
    assert!(off.text().contains("This event type is off"));
    // A team's is the team's.
    let team = app.team("Sales", &[&ada]).await;
    let demo = app.offers(&ada, "Demo", Location::InPerson).await;
    app.edits(&demo, |it| {
        it.kind = Kind::RoundRobin;
        it.team_id = Some(team.id);
    })
    .await;
    let page = host.get(&format!("/360/events/{}/share", demo.id)).await;
    assert!(
        page.text()
            .contains("data-42min=\"team/sales/demo\" data-42min-title=\"Demo with Sales\"")
    );
}

#[tokio::test]
async fn the_script_for_other_pages_is_small_and_asks_for_nothing() {
    const MOST: usize = 3 * 1024;
    let app = TestApp::start().await;
    let request = Request::get("/embed.js")
        .header(header::ACCEPT_ENCODING, "gzip")
        .body(Body::empty())
        .unwrap();
    let answer = app.router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.headers()[header::CONTENT_ENCODING], "gzip");
    assert_eq!(
        answer.headers()[header::CACHE_CONTROL],
        "public, max-age=3600"
    );
    let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    assert!(bytes.len() <= MOST, "{} bytes", bytes.len());
    let script = app.browser().get("/embed.js").await.body;
    for asks in [
        "fetch(",
        "XMLHttp",
        "import",
        "sendBeacon",
        "cookie",
        "localStorage",
    ] {
        assert!(!script.contains(asks), "{asks}");
    }
}
