//! The Rollout card: who saves it, what it asks before, and what the sync log says after.

use zoom_sim::UserSpec;

use crate::accounts::{Person, Role};
use crate::db::sql;
use crate::event_types::{Kind, Location};
use crate::sync_log::{self, Action};
use crate::testing::TestApp;
use crate::testing::browser::Browser;

const ZOOM: &str = "/360/integrations/zoom";
const ROLLOUT: &str = "/360/integrations/zoom/rollout";
const ON: (&str, &str) = ("enabled", "on");
const ROUTED: (&str, &str) = ("routing", "on");

async fn ada() -> (TestApp, Person, Browser) {
    let app = TestApp::start_with_zoom().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    for user in ["team@zoom.example", "second@zoom.example"] {
        app.zoom().add_user(UserSpec::new(user));
    }
    let browser = app.browser_of(&ada).await;
    (app, ada, browser)
}

async fn log(app: &TestApp, ada: &Person) -> Vec<String> {
    let mut reader = app.app.db.read().await.unwrap();
    let all = sync_log::store::newest(&mut reader, ada.org_id, 100).await;
    let all = all.unwrap().into_iter();
    all.filter(|entry| entry.action == Action::RolloutChanged)
        .map(|entry| entry.words)
        .collect()
}

#[tokio::test]
async fn three_switches_are_saved_and_the_log_names_what_changed() {
    let (app, ada, mut browser) = ada().await;
    let page = browser.post_and_follow(ROLLOUT, &[ON]).await;
    assert!(page.text().contains("Rollout saved."));
    browser
        .post(ROLLOUT, &[ON, ROUTED, ("webinars", "on")])
        .await;
    let page = browser.get(ZOOM).await.body;
    for name in ["enabled", "routing", "webinars"] {
        let switch =
            format!("name=\"{name}\" value=\"on\" type=\"checkbox\" role=\"switch\" checked");
        assert!(page.contains(&switch), "{name}");
    }
    // Saved as it was: nothing to tell.
    browser
        .post(ROLLOUT, &[ON, ROUTED, ("webinars", "on")])
        .await;
    assert_eq!(
        log(&app, &ada).await,
        [
            "Ada Lovelace turned multi-account routing on, turned webinars on group bookings on.",
            "Ada Lovelace turned Zoom on.",
        ]
    );
}

#[tokio::test]
async fn turning_zoom_off_asks_first_and_counts() {
    let (app, ada, mut browser) = ada().await;
    browser.post(ROLLOUT, &[ON, ROUTED]).await;
    app.connects(&ada, "shared", "team@zoom.example").await;
    let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
    app.offers(&ada, "Demo", Location::Zoom).await;
    app.offers(&ada, "Coffee", Location::InPerson).await;
    app.books(
        &intro,
        "Grace Hopper",
        "grace@example.com",
        "2026-05-05T07:00:00Z",
    )
    .await;
    app.settle().await;

    let question = browser.post_and_follow(ROLLOUT, &[ROUTED]).await;
    let text = question.text();
    assert!(text.contains("Turn Zoom off for everyone?"), "{text}");
    assert!(text.contains(
        "1 upcoming booking keeps its link. New bookings on 2 event types set to Zoom will have \
         no link until it is on again."
    ));
    assert!(question.body.contains("autofocus>Keep it on"));
    assert!(browser.get(ZOOM).await.text().contains("default Connected"));
    assert_eq!(log(&app, &ada).await.len(), 1, "nothing is saved yet");

    // What else was changed on the card goes with the answer.
    let fields = [
        ("routing", question.field("routing").unwrap()),
        ("version", question.field("version").unwrap()),
        ("sure", "yes".to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let page = browser.post_and_follow(ROLLOUT, &fields).await;
    assert!(page.text().contains("Rollout saved."));
    assert_eq!(log(&app, &ada).await[0], "Ada Lovelace turned Zoom off.");
    assert_eq!(
        app.zoom().meetings().len(),
        1,
        "what is booked keeps its link"
    );
}

#[tokio::test]
async fn of_two_admins_at_once_the_second_is_told_and_undoes_nothing() {
    let (app, ada, mut browser) = ada().await;
    let carol = app.person(ada.org_id, "Carol Shaw", Role::Admin).await;
    let mut of_carol = app.browser_of(&carol).await;
    let version = browser.get(ZOOM).await.field("version").unwrap();
    let same = of_carol.get(ZOOM).await.field("version").unwrap();
    assert_eq!(version, same);

    browser
        .post(ROLLOUT, &[ON, ROUTED, ("version", &version)])
        .await;
    let page = of_carol
        .post_and_follow(
            ROLLOUT,
            &[("webinars", "on"), ("version", &same), ("sure", "yes")],
        )
        .await;
    assert!(
        page.text()
            .contains("Another admin saved the rollout while you looked at it."),
        "{}",
        page.text()
    );
    assert_eq!(
        log(&app, &ada).await,
        ["Ada Lovelace turned Zoom on, turned multi-account routing on."]
    );
    let again = page.field("version").unwrap();
    let fields = [ON, ROUTED, ("webinars", "on"), ("version", &again)];
    let page = of_carol.post_and_follow(ROLLOUT, &fields).await;
    assert!(page.text().contains("Rollout saved."));
}

#[tokio::test]
async fn the_default_account_is_chosen_only_while_routing_is_on() {
    let (app, ada, mut browser) = ada().await;
    app.connects(&ada, "shared", "team@zoom.example").await;
    app.connects(&ada, "shared", "second@zoom.example").await;
    browser.post(ROLLOUT, &[ON]).await;
    assert!(
        !browser
            .get(ZOOM)
            .await
            .text()
            .contains("Default Zoom account")
    );
    browser.post(ROLLOUT, &[ON, ROUTED]).await;
    let page = browser.get(ZOOM).await;
    assert!(
        page.text()
            .contains("Default Zoom account First connected org account (")
    );
    let second = page.body.split("<option value=\"").nth(3).unwrap();
    let second = second.split('"').next().unwrap().to_owned();
    browser
        .post(ROLLOUT, &[ON, ROUTED, ("default_account", &second)])
        .await;
    assert_eq!(
        log(&app, &ada).await[0],
        "Ada Lovelace made second@zoom.example the Default Zoom account."
    );
    // Without routing it stays what it was, for when routing is on again.
    browser.post(ROLLOUT, &[ON]).await;
    browser.post(ROLLOUT, &[ON, ROUTED]).await;
    let page = browser.get(ZOOM).await;
    assert!(
        page.body
            .contains(&format!("<option value=\"{second}\" selected>"))
    );
}

#[tokio::test]
async fn an_account_that_is_not_shared_here_can_not_be_the_default() {
    let (app, ada, mut browser) = ada().await;
    browser.post(ROLLOUT, &[ON, ROUTED]).await;
    app.connects(&ada, "personal", "team@zoom.example").await;
    let mut reader = app.app.db.read().await.unwrap();
    let linked = crate::conferencing::store::linked(&mut reader, ada.org_id).await;
    let personal = linked.unwrap()[0].account.id.to_string();
    drop(reader);
    let foreign = "018f0000-0000-7000-8000-000000000000";
    for id in [personal.as_str(), foreign] {
        let page = browser
            .post_and_follow(ROLLOUT, &[ON, ROUTED, ("default_account", id)])
            .await;
        assert!(
            page.text()
                .contains("That account isn’t connected as a shared org account any more.")
        );
    }
    let junk = [ON, ROUTED, ("default_account", "x")];
    assert_eq!(browser.post(ROLLOUT, &junk).await.status, 404);
}

#[tokio::test]
async fn turning_webinars_off_asks_when_groups_use_them() {
    let (app, ada, mut browser) = ada().await;
    let webinars = [ON, ("webinars", "on")];
    browser.post(ROLLOUT, &webinars).await;
    let page = browser.post_and_follow(ROLLOUT, &[ON]).await;
    assert!(page.text().contains("Rollout saved."), "nobody is hit");

    browser.post(ROLLOUT, &webinars).await;
    let talk = app.offers(&ada, "Talk", Location::Zoom).await;
    let now = Some(app.now().as_microsecond());
    app.sets(&talk, "webinar_at", now).await;
    let id = talk.id;
    app.app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                sql("UPDATE event_types SET kind = $2 WHERE id = $1")
                    .bind(id)
                    .bind(Kind::Group)
                    .run(tx)
                    .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    let page = browser.post_and_follow(ROLLOUT, &[ON]).await;
    assert!(page.text().contains(
        "Turn webinars off? 1 group event type uses webinars; its new bookings become meetings. \
         Keep them on Turn off"
    ));
    let both = browser.post_and_follow(ROLLOUT, &[ROUTED]).await.text();
    assert!(both.contains("Turn Zoom off for everyone?") && both.contains("1 group event type"));
    browser.post(ROLLOUT, &[ON, ("sure", "yes")]).await;
    assert_eq!(
        log(&app, &ada).await[0],
        "Ada Lovelace turned webinars on group bookings off."
    );
}
