//! People delete their account, and what is stored is searched for what was theirs.

use std::collections::BTreeSet;

use zoom_sim::UserSpec;

use crate::accounts::password::Password;
use crate::accounts::{Person, Role, store};
use crate::booking::manage_path;
use crate::clock::{hours, minutes};
use crate::event_types::{Kind, Location};
use crate::testing::{TestApp, a_picture};

const PASSWORD: &str = "correct horse";
const PATH: &str = "/360/profile/delete";

async fn with_a_password(app: &TestApp, person: &Person) {
    let password = Password::parse(PASSWORD).unwrap();
    let hash = password.hash(&app.app.entropy).await.unwrap();
    let (org, id) = (person.org_id, person.id);
    app.write(move |tx| {
        Box::pin(async move { Ok(store::set_password(tx, org, id, &hash).await?) })
    })
    .await;
}

/// The tables in which these letters stand, in whatever case.
async fn tables_with(app: &TestApp, letters: &str) -> BTreeSet<String> {
    let rows = app.stored().await;
    rows.iter()
        .filter(|row| row.to_lowercase().contains(letters))
        .filter_map(|row| row.split_once(' '))
        .map(|(table, _)| table.to_owned())
        .collect()
}

#[tokio::test]
async fn who_has_left_is_stored_nowhere_and_their_guests_are_told_before() {
    let app = TestApp::start_with_zoom().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    let zeb = app.person(org, "Zebedee Quagga", Role::User).await;
    with_a_password(&app, &zeb).await;
    app.zoom_on(org).await;
    let zoom_user = UserSpec::new("quagga@zoom.example").named("Zebedee", "Quagga");
    app.zoom().add_user(zoom_user);
    app.connects(&zeb, "personal", "quagga@zoom.example").await;
    let call = app.offers(&zeb, "Quagga call", Location::Zoom).await;
    let team = app.team("Sales", &[&ada, &zeb]).await;
    let demo = app.offers(&zeb, "Demo", Location::InPerson).await;
    let demo = app
        .edits(&demo, |it| {
            it.kind = Kind::RoundRobin;
            it.team_id = Some(team.id);
        })
        .await;
    let mut zebs = app.browser_of(&zeb).await;
    zebs.post_file("/360/profile/picture", "picture", &a_picture())
        .await;
    let schedule = [("name", "Quagga hours"), ("timezone", "Europe/Madrid")];
    zebs.post("/360/availability/new", &schedule).await;
    let guest = ("Grace Hopper", "grace@example.com");
    let past = app
        .books(&call, guest.0, guest.1, "2026-05-04T12:00:00Z")
        .await;
    app.books(&call, guest.0, guest.1, "2026-05-06T12:00:00Z")
        .await;
    app.settle_for(hours(24)).await;

    // All that the search at the end has to be able to find.
    let found = tables_with(&app, "quagga").await;
    for table in [
        "accounts",
        "event_types",
        "letters",
        "meetings",
        "people",
        "schedules",
        "seen",
        "sync_log",
        "told",
    ] {
        assert!(found.contains(table), "{table} is not in {found:?}");
    }

    assert!(
        app.app.db.dialect() == crate::db::Dialect::Postgres
            || !app.found_on_disk("quagga").is_empty()
    );

    let asked = zebs.get(PATH).await;
    assert!(
        asked
            .text()
            .contains("One meeting of yours is still to come.")
    );
    assert!(asked.text().contains("quagga@zoom.example"));
    let not_yet = zebs.post_and_follow(PATH, &[("password", PASSWORD)]).await;
    assert!(not_yet.text().contains("Nothing is deleted yet"));

    let all = "/360/profile/delete/meetings";
    let sure = zebs.get(all).await;
    assert!(sure.text().contains("Cancel one meeting?"));
    zebs.post(all, &[]).await;
    assert_eq!(zebs.get(all).await.location(), PATH);
    for path in asked.links("/disconnect") {
        zebs.post(&path, &[]).await;
    }
    let wrong = zebs.post(PATH, &[("password", "wrong horse")]).await;
    assert_eq!(wrong.status, 422);
    let left = zebs.post(PATH, &[("password", PASSWORD)]).await;
    assert_eq!(left.location(), "/sign-in", "{}", left.text());
    assert!(zebs.get(PATH).await.location().starts_with("/sign-in"));
    assert_eq!(app.browser().get("/zebedee-quagga").await.status, 404);
    let letters = app.letters_to(guest.1).len();

    app.settle_for(minutes(10)).await;
    let told = app.letters_to(guest.1).split_off(letters);
    assert_eq!(told.len(), 1, "the cancel");
    assert!(told[0].text.contains("Zebedee Quagga"), "{}", told[0].text);
    assert_eq!(tables_with(&app, "quagga").await, BTreeSet::new());
    assert_eq!(tables_with(&app, "zebedee").await, BTreeSet::new());
    assert_eq!(app.found_on_disk("quagga"), [""; 0]);
    assert_eq!(app.rows("pictures").await, 0);
    assert!(!app.waiting_jobs().await.contains_key("erase"));

    // What is others' stays.
    let hub = app.browser().get(&manage_path(&app.app, past.id)).await;
    assert_eq!(hub.status, 200);
    assert!(hub.text().contains("Former member"), "{}", hub.text());
    let mut adas = app.browser_of(&ada).await;
    let list = adas.get("/360/meetings?host=all&tab=past").await;
    assert!(list.text().contains("Grace Hopper"), "{}", list.text());
    let editor = format!("/360/events/{}", demo.id);
    assert_eq!(adas.get(&editor).await.status, 200);
    let offered = format!("/team/sales/{}", demo.slug);
    assert_eq!(app.browser().get(&offered).await.status, 200);
    for page in ["/360/users", "/360/integrations/zoom/log", "/360/teams"] {
        assert_eq!(adas.get(page).await.status, 200, "{page}");
    }
    let users = adas.get("/360/users").await;
    assert!(!users.text().contains("Former member"));
    let back = format!("/360/users/{}/reactivate", zeb.id);
    assert_eq!(adas.post(&back, &[]).await.status, 404);
}

#[tokio::test]
async fn the_last_admin_can_not_leave() {
    let app = TestApp::start().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    let bob = app.person(org, "Bob Byte", Role::User).await;
    with_a_password(&app, &ada).await;
    let mut browser = app.browser_of(&ada).await;
    let asked = browser.get(PATH).await;
    assert!(asked.text().contains("You are the last active admin."));
    assert!(!asked.text().contains("Delete my account"));
    let password = [("password", PASSWORD)];
    let refused = browser.post_and_follow(PATH, &password).await;
    assert!(refused.text().contains("Nothing is deleted yet"));

    let promote = format!("/360/users/{}/role", bob.id);
    browser.post(&promote, &[("role", "admin")]).await;
    assert_eq!(browser.post(PATH, &password).await.location(), "/sign-in");
    app.settle().await;
    assert_eq!(tables_with(&app, "lovelace").await, BTreeSet::new());
}

#[tokio::test]
async fn who_has_not_left_is_never_erased() {
    let app = TestApp::start().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    let before = app.stored().await;
    let (id, now) = (ada.id, app.now());
    app.write(move |tx| {
        Box::pin(async move {
            let erase = crate::outbox::Kind::Erase;
            Ok(crate::outbox::store::enqueue(tx, erase, id, now).await?)
        })
    })
    .await;
    app.settle().await;
    assert_eq!(app.stored().await, before);
}
