//! What the pages about Zoom say in each state, and to whom.

use jiff::Timestamp;
use zoom_sim::{Fault, UserSpec};

use super::connection::Break;
use super::store::{self, Linked};
use super::{ProviderKind, budget, notices};
use crate::accounts::{Person, Role, setup};
use crate::booking::Booking;
use crate::clock::{days, hours, minutes};
use crate::config::Given;
use crate::db::sql;
use crate::event_types::{EventType, Location};
use crate::sync_log::{self, Action};
use crate::testing::TestApp;
use crate::testing::browser::{Answer, Browser};

const INTEGRATIONS: &str = "/360/integrations";
const ZOOM: &str = "/360/integrations/zoom";
const SETUP: &str = "/360/integrations/zoom/setup";
const NINE: &str = "2026-05-05T07:00:00Z";
const TEN: &str = "2026-05-05T08:00:00Z";
const ELEVEN: &str = "2026-05-05T09:00:00Z";

/// Ada, an admin, and Bob, a member; Zoom is on and knows ada@, bob@, team@ and second@.
struct Stage {
    app: TestApp,
    ada: Person,
    bob: Person,
}

async fn stage() -> Stage {
    let stage = stage_with_zoom_off().await;
    stage.app.zoom_on(stage.ada.org_id).await;
    stage
}

async fn stage_with_zoom_off() -> Stage {
    let app = TestApp::start_with_zoom().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    let bob = app.person(org, "Bob Babbage", Role::User).await;
    for user in ["ada", "bob", "team", "second"] {
        app.zoom()
            .add_user(UserSpec::new(&format!("{user}@zoom.example")));
    }
    Stage { app, ada, bob }
}

impl Stage {
    async fn connects(&self, person: &Person, role: &str, user: &str) -> Answer {
        let user = format!("{user}@zoom.example");
        self.app.connects(person, role, &user).await
    }

    async fn page(&self, person: &Person, path: &str) -> Answer {
        self.app.browser_of(person).await.get(path).await
    }

    async fn text(&self, person: &Person, path: &str) -> String {
        self.page(person, path).await.text()
    }

    /// The Zoom card on Integrations, as it is read; empty when there is none.
    async fn card(&self, person: &Person) -> String {
        let text = self.text(person, INTEGRATIONS).await;
        let cards = text.split_once("Video Conferencing").unwrap().1;
        let card = cards.split_once("Google Meet").unwrap().0;
        card.replace(" How this works with Zoom", "")
            .trim()
            .to_owned()
    }

    async fn one(&self, user: &str) -> Linked {
        let mut reader = self.app.app.db.read().await.unwrap();
        let all = store::linked(&mut reader, self.ada.org_id).await.unwrap();
        let email = format!("{user}@zoom.example");
        all.into_iter().find(|l| l.account.email == email).unwrap()
    }

    /// It breaks, as the reconciler would have written it.
    async fn breaks(&self, user: &str, why: Break) {
        let app = &self.app.app;
        let linked = self.one(user).await;
        let super::connection::Connection::Connected(connected) =
            linked.connection.open(&app.seal).unwrap()
        else {
            panic!("{user} is broken already");
        };
        let broken = connected.broke(why, app.now());
        super::tokens::write_broken(app, broken, None)
            .await
            .unwrap();
    }

    async fn offers(&self, person: &Person, title: &str) -> EventType {
        self.app.offers(person, title, Location::Zoom).await
    }

    async fn books(&self, event_type: &EventType, start: &str) -> Booking {
        self.app
            .books(event_type, "Grace Hopper", "grace@example.com", start)
            .await
    }

    async fn disconnect_path(&self, user: &str) -> String {
        format!(
            "{ZOOM}/accounts/{}/disconnect",
            self.one(user).await.connection.id
        )
    }

    async fn newest(&self, action: Action) -> String {
        let mut reader = self.app.app.db.read().await.unwrap();
        let all = sync_log::store::newest(&mut reader, self.ada.org_id, 100).await;
        let found = all.unwrap().into_iter().find(|e| e.action == action);
        found.unwrap().words
    }
}

fn assert_says(text: &str, words: &str) {
    assert!(text.contains(words), "“{words}” is not in: {text}");
}

fn assert_silent(text: &str, words: &str) {
    assert!(!text.contains(words), "“{words}” is in: {text}");
}

// --- Integrations.

#[tokio::test]
async fn without_a_zoom_app_admins_are_led_to_the_set_up_and_members_see_no_card() {
    let app = TestApp::start().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    let bob = app.person(org, "Bob Babbage", Role::User).await;
    let page = app.browser_of(&ada).await.get(INTEGRATIONS).await;
    assert_says(
        &page.text(),
        "Zoom Not set up This server has no Zoom app yet. Setting one up takes about five minutes.",
    );
    assert_eq!(page.links(ZOOM), [SETUP]);
    assert_says(&page.text(), "Set up Zoom");
    let text = app.browser_of(&bob).await.get(INTEGRATIONS).await.text();
    assert_silent(&text, "Zoom");
    let text = app.browser_of(&bob).await.get(ZOOM).await.text();
    assert_says(
        &text,
        "This server has no Zoom app yet. Ask your admin to set it up.",
    );
    assert_silent(&text, "Connect");
}

#[tokio::test]
async fn while_zoom_is_off_admins_see_the_card_and_members_are_sent_to_their_admin() {
    let stage = stage_with_zoom_off().await;
    let card = stage.card(&stage.ada).await;
    assert_eq!(card, "Zoom Off Zoom is off for your organization. Settings");
    assert_eq!(stage.card(&stage.bob).await, "");
    let text = stage.text(&stage.bob, ZOOM).await;
    assert_says(
        &text,
        "Zoom is off for your organization. Ask your admin to turn it on.",
    );
    for control in [
        "Rollout",
        "View sync log",
        "Server set-up",
        "Connect",
        "Add shared",
    ] {
        assert_silent(&text, control);
    }
}

#[tokio::test]
async fn with_nobody_connected_each_role_has_its_buttons() {
    let stage = stage().await;
    let permission = "You’ll sign in at zoom.us and approve: create, change and delete your \
                      meetings; read your profile. 42min never sees your Zoom password.";
    let words = "Zoom Not connected A new Zoom meeting for every booking. No copying links.";
    assert_eq!(
        stage.card(&stage.ada).await,
        format!("{words} Connect my Zoom Add shared org account Settings {permission}")
    );
    assert_eq!(
        stage.card(&stage.bob).await,
        format!("{words} Connect Zoom {permission}")
    );
}

#[tokio::test]
async fn a_shared_account_is_named_to_who_has_none_and_the_own_one_to_who_has() {
    let stage = stage().await;
    stage.connects(&stage.ada, "shared", "team").await;
    let card = stage.card(&stage.bob).await;
    assert_says(
        &card,
        "Zoom Connected Your meetings use team@zoom.example. Connect your own to host them \
         yourself. Connect my Zoom Settings",
    );
    stage.connects(&stage.bob, "personal", "bob").await;
    let card = stage.card(&stage.bob).await;
    assert_eq!(
        card,
        "Zoom Connected Connected as bob@zoom.example. Settings"
    );
}

#[tokio::test]
async fn a_broken_account_of_ones_own_counts_what_waits_and_is_renewed_from_the_card() {
    let stage = stage().await;
    stage.connects(&stage.bob, "personal", "bob").await;
    let intro = stage.offers(&stage.bob, "Intro call").await;
    stage.breaks("bob", Break::RefreshRefused).await;
    stage.books(&intro, NINE).await;
    // Somebody else's booking waits for somebody else's account.
    let other = stage.offers(&stage.ada, "Demo").await;
    stage.books(&other, NINE).await;
    let card = stage.card(&stage.bob).await;
    assert_says(
        &card,
        "Zoom Connection broken New bookings get no Zoom link until you reconnect. 1 waiting. \
         Reconnect Settings",
    );
    let page = stage.page(&stage.bob, INTEGRATIONS).await;
    let id = stage.one("bob").await.connection.id.to_string();
    assert_eq!(page.field("connection"), Some(id));

    stage.connects(&stage.ada, "shared", "team").await;
    let card = stage.card(&stage.bob).await;
    assert_says(
        &card,
        "New bookings are hosted on team@zoom.example until you reconnect.",
    );
}

#[tokio::test]
async fn a_broken_shared_account_is_put_right_by_admins_and_explained_to_members() {
    let stage = stage().await;
    stage.connects(&stage.ada, "shared", "team").await;
    stage.breaks("team", Break::RemovedInZoom).await;
    let card = stage.card(&stage.ada).await;
    assert_says(
        &card,
        "Connection broken New bookings get no Zoom link until you reconnect.",
    );
    assert_says(&card, "0 waiting. Reconnect Settings");
    let card = stage.card(&stage.bob).await;
    assert_says(
        &card,
        "Connection broken New bookings get no Zoom link until team@zoom.example is reconnected \
         by an admin, or you connect your own. Connect my Zoom Settings",
    );
    assert_silent(&card, "Reconnect ");
}

#[tokio::test]
async fn of_several_accounts_admins_read_how_many_need_them() {
    let stage = stage().await;
    for (role, user) in [
        ("shared", "team"),
        ("shared", "second"),
        ("personal", "ada"),
    ] {
        stage.connects(&stage.ada, role, user).await;
    }
    stage.breaks("team", Break::RemovedInZoom).await;
    let card = stage.card(&stage.ada).await;
    assert_eq!(
        card,
        "Zoom Connection broken 3 accounts, 1 needs you to reconnect. Settings"
    );
    stage.breaks("ada", Break::RefreshRefused).await;
    let card = stage.card(&stage.ada).await;
    assert_says(&card, "3 accounts, 2 need you to reconnect. Settings");
}

// --- Who may what.

#[tokio::test]
async fn a_member_who_types_an_admins_address_is_refused_without_a_description() {
    let stage = stage().await;
    stage.connects(&stage.ada, "shared", "team").await;
    stage.connects(&stage.ada, "personal", "ada").await;
    let mut browser = stage.app.browser_of(&stage.bob).await;
    let disconnect = stage.disconnect_path("ada").await;
    let shared = stage.disconnect_path("team").await;
    let log = format!("{ZOOM}/log");
    let rollout = format!("{ZOOM}/rollout");
    // A shared account is on Bob’s page too; of Ada’s own he doesn’t know.
    for (path, status) in [
        (&log, 403),
        (&rollout, 403),
        (&disconnect, 404),
        (&shared, 403),
        (&SETUP.to_owned(), 403),
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, status, "{path}");
        assert_silent(&answer.text(), "Zoom");
        assert_silent(&answer.text(), "zoom.example");
    }
    let check = format!("{ZOOM}/check");
    for (path, status) in [
        (&rollout, 403),
        (&disconnect, 404),
        (&shared, 403),
        (&check, 403),
    ] {
        let answer = browser.post(path, &[("enabled", "on")]).await;
        assert_eq!(answer.status, status, "{path}");
    }
    let answer = browser
        .post(&format!("{ZOOM}/use"), &[("turn_on", "yes")])
        .await;
    assert_eq!(answer.status, 403);
    let text = stage.text(&stage.bob, ZOOM).await;
    for control in [
        "Rollout",
        "View sync log",
        "Server set-up",
        "Add shared",
        "Disconnect",
    ] {
        assert_silent(&text, control);
    }
}

// --- Account cards.

#[tokio::test]
async fn a_card_says_who_added_the_account_what_it_did_and_todays_use() {
    let stage = stage().await;
    stage.connects(&stage.ada, "shared", "team").await;
    let text = stage.text(&stage.ada, ZOOM).await;
    assert_says(
        &text,
        "team@zoom.example · Shared org account, default Connected",
    );
    assert_says(
        &text,
        "Added by you on 4 May 2026. Not used yet. 0 meetings created.",
    );
    assert_says(
        &text,
        "0 of the 100 meeting changes that Zoom allows a day are used today.",
    );

    let intro = stage.offers(&stage.bob, "Intro call").await;
    stage.books(&intro, NINE).await;
    stage.app.settle().await;
    stage.app.advance(minutes(4));
    let text = stage.text(&stage.bob, ZOOM).await;
    assert_says(
        &text,
        "Added by Ada Lovelace on 4 May 2026. Last used 4 minutes ago. 1 meeting created.",
    );
    assert_says(
        &text,
        "1 of the 100 meeting changes that Zoom allows a day is used today.",
    );
    // Zoom's day ends at midnight UTC.
    stage.app.advance(hours(16));
    let text = stage.text(&stage.ada, ZOOM).await;
    assert_says(&text, "0 of the 100 meeting changes");
}

#[tokio::test]
async fn a_day_that_is_used_up_says_when_the_next_begins() {
    let stage = stage().await;
    stage.connects(&stage.ada, "shared", "team").await;
    let (account, now) = (stage.one("team").await.account, stage.app.now());
    stage
        .app
        .app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { Ok(budget::store::mark_full(tx, &account, now).await?) })
        })
        .await
        .unwrap();
    let text = stage.text(&stage.ada, ZOOM).await;
    assert_says(
        &text,
        "Zoom allows 100 meeting changes per user and day; 100 used. Waiting bookings are created \
         at 00:00 UTC.",
    );
}

#[tokio::test]
async fn the_default_is_the_account_that_would_host() {
    let stage = stage().await;
    stage.connects(&stage.ada, "shared", "team").await;
    stage.connects(&stage.ada, "shared", "second").await;
    let text = stage.text(&stage.ada, ZOOM).await;
    assert_says(&text, "team@zoom.example · Shared org account, default");
    assert_says(&text, "second@zoom.example · Shared org account Connected");

    let id = stage.one("second").await.account.id.to_string();
    let mut browser = stage.app.browser_of(&stage.ada).await;
    let rollout = format!("{ZOOM}/rollout");
    let routed = [("enabled", "on"), ("routing", "on")];
    browser.post(&rollout, &routed).await;
    let chosen = [routed[0], routed[1], ("default_account", &id)];
    browser.post(&rollout, &chosen).await;
    let text = browser.get(ZOOM).await.text();
    assert_says(&text, "second@zoom.example · Shared org account, default");
    assert_says(&text, "team@zoom.example · Shared org account Connected");

    stage.breaks("second", Break::UserGone).await;
    let text = browser.get(ZOOM).await.text();
    assert_says(&text, "team@zoom.example · Shared org account, default");
    assert_says(
        &text,
        "second@zoom.example · Shared org account Connection broken",
    );
}

#[tokio::test]
async fn each_reason_for_a_broken_connection_is_said_beside_its_badge() {
    let rows = [
        (
            Break::RemovedInZoom,
            "42min was removed in Zoom on 4 May 2026 at 10:00.",
        ),
        (
            Break::RefreshRefused,
            "Zoom no longer accepts this authorization. This happens after a password change, \
             long disuse, or a change by your Zoom admin.",
        ),
        (Break::ScopeMissing, "A permission is missing."),
        (Break::UserGone, "This Zoom user is deactivated in Zoom."),
        (
            Break::ConnectedElsewhere,
            "This Zoom account was connected elsewhere, which ended the access given here.",
        ),
        (
            Break::Copied,
            "This server is a copy, and left the access to the original.",
        ),
    ];
    assert_eq!(rows.len(), Break::ALL.len());
    for (why, words) in rows {
        let stage = stage().await;
        stage.connects(&stage.ada, "personal", "ada").await;
        stage.breaks("ada", why).await;
        let text = stage.text(&stage.ada, ZOOM).await;
        assert_says(&text, words);
        assert_says(&text, "No new Zoom meetings are created on this account.");
        assert_silent(&text, "Connected Zoom");
    }
}

#[tokio::test]
async fn a_broken_account_counts_its_own_bookings_and_names_who_stands_in() {
    let stage = stage().await;
    stage.connects(&stage.ada, "personal", "ada").await;
    let intro = stage.offers(&stage.ada, "Intro call").await;
    stage.books(&intro, NINE).await;
    stage.app.settle().await;
    stage.breaks("ada", Break::RefreshRefused).await;
    stage.books(&intro, TEN).await;
    stage.books(&intro, ELEVEN).await;
    // A booking of Bob's waits as well, but not for Ada's account.
    let demo = stage.offers(&stage.bob, "Demo").await;
    stage.books(&demo, NINE).await;
    let text = stage.text(&stage.ada, ZOOM).await;
    assert_says(
        &text,
        "No new Zoom meetings are created on this account. 1 upcoming booking keeps its link; 2 \
         are waiting for a link.",
    );

    // With a shared account nothing waits for hers any more.
    stage.connects(&stage.ada, "shared", "team").await;
    let text = stage.text(&stage.ada, ZOOM).await;
    assert_says(
        &text,
        "1 upcoming booking keeps its link. New bookings are hosted on team@zoom.example until \
         you reconnect.",
    );
    stage.app.settle().await;
    assert_eq!(stage.app.zoom().meetings().len(), 4);
}

#[tokio::test]
async fn a_basic_account_says_that_zoom_ends_its_meetings() {
    let stage = stage().await;
    let user = UserSpec::new("free@zoom.example").basic();
    stage.app.zoom().add_user(user);
    stage.connects(&stage.bob, "personal", "free").await;
    let words = "Basic account: Zoom ends its meetings after 40 minutes.";
    assert_says(&stage.text(&stage.bob, ZOOM).await, words);
    assert_says(&stage.text(&stage.bob, "/360/events/new").await, words);
}

// --- After connecting.

#[tokio::test]
async fn after_a_reconnect_the_page_counts_the_links_as_they_come() {
    let stage = stage().await;
    stage.connects(&stage.ada, "personal", "ada").await;
    let intro = stage.offers(&stage.ada, "Intro call").await;
    stage.breaks("ada", Break::RefreshRefused).await;
    stage.books(&intro, NINE).await;
    stage.books(&intro, TEN).await;
    stage.app.settle().await;

    let id = stage.one("ada").await.connection.id.to_string();
    let mut browser = stage.app.browser_of(&stage.ada).await;
    let renew = [("connection", id.as_str())];
    let away = browser.post(&format!("{ZOOM}/connect"), &renew).await;
    let zoom = stage.app.zoom();
    let back = zoom.consent(away.location(), "ada@zoom.example").await;
    let to = browser.get(&back).await.location().to_owned();
    let page = browser.get(&to).await;
    assert_says(
        &page.text(),
        "Zoom connected successfully! 2 bookings are getting their link now. 0 of 2 done.",
    );
    let count = page.body.split("data-count=\"").nth(1).unwrap();
    let count = count.split('"').next().unwrap().replace("&amp;", "&");
    let json =
        |answer: &Answer| -> serde_json::Value { serde_json::from_str(&answer.body).unwrap() };
    let counted = json(&browser.get(&count).await);
    assert_eq!((&counted["done"], &counted["of"]), (&0.into(), &2.into()));

    crate::outbox::worker::run_one(&stage.app.app)
        .await
        .unwrap();
    stage.app.settle().await;
    let counted = json(&browser.get(&count).await);
    assert_eq!(
        counted["words"],
        "2 of 2 done. The bookings that waited have their links."
    );
    // Without a script the number comes with a reload.
    let page = browser.get(&to).await;
    assert_says(&page.text(), "Zoom connected successfully! 2 of 2 done.");
    assert!(!page.body.contains("data-count"));
    // It is nobody else's to ask.
    assert_eq!(stage.page(&stage.bob, &count).await.status, 404);
}

#[tokio::test]
async fn links_are_counted_only_while_the_account_hosts_and_for_who_manages_it() {
    let stage = stage().await;
    stage.connects(&stage.ada, "shared", "team").await;
    let id = stage.one("team").await.connection.id;
    let came = format!("{ZOOM}?connected={id}&of=2");
    assert_says(&stage.text(&stage.ada, &came).await, "2 of 2 done.");
    assert_silent(&stage.text(&stage.bob, &came).await, "of 2 done");
    stage.breaks("team", Break::RefreshRefused).await;
    assert_silent(&stage.text(&stage.ada, &came).await, "of 2 done");
    let count = format!("{ZOOM}/accounts/{id}/waiting?of=2");
    assert_eq!(stage.page(&stage.ada, &count).await.status, 404);
}

#[tokio::test]
async fn who_disconnects_what_is_being_disconnected_is_told_no_more_than_that() {
    let stage = stage().await;
    stage.connects(&stage.ada, "personal", "ada").await;
    let path = stage.disconnect_path("ada").await;
    let zoom = stage.app.zoom();
    zoom.fault(Fault::hold("oauth.revoke").times(1));
    let mut first = stage.app.browser_of(&stage.ada).await;
    let mut second = stage.app.browser_of(&stage.ada).await;
    let (first, second) = tokio::join!(first.post_and_follow(&path, &[]), async {
        zoom.until_held(1).await;
        let page = second.post_and_follow(&path, &[]).await;
        zoom.release_held();
        page
    });
    assert_says(
        &second.text(),
        "ada@zoom.example is being disconnected already, or is gone.",
    );
    assert_silent(&second.text(), "revoked");
    assert_says(&first.text(), "ada@zoom.example is disconnected.");
}

#[tokio::test]
async fn who_is_no_admin_any_more_has_no_say_in_the_shared_account_they_added() {
    let stage = stage().await;
    let org = stage.ada.org_id;
    let carol = stage.app.person(org, "Carol Shaw", Role::Admin).await;
    stage.connects(&stage.ada, "shared", "team").await;
    let ada = stage.ada.id;
    stage
        .app
        .write(move |tx| {
            Box::pin(async move {
                sql("UPDATE people SET role = $2 WHERE id = $1")
                    .bind(ada)
                    .bind(Role::User)
                    .run(tx)
                    .await?;
                Ok(())
            })
        })
        .await;
    let path = stage.disconnect_path("team").await;
    let mut browser = stage.app.browser_of(&stage.ada).await;
    assert_eq!(browser.get(&path).await.status, 403);
    assert_eq!(browser.post(&path, &[]).await.status, 403);
    assert_silent(&stage.text(&stage.ada, ZOOM).await, "Disconnect");
    stage.breaks("team", Break::RefreshRefused).await;
    stage.app.settle().await;
    let banner = "Zoom connection broken:";
    assert_silent(&stage.text(&stage.ada, INTEGRATIONS).await, banner);
    assert_says(&stage.text(&carol, INTEGRATIONS).await, banner);
    assert!(stage.app.letters_to(&stage.ada.email).is_empty());
    assert_eq!(stage.app.letters_to(&carol.email).len(), 1);
}

#[tokio::test]
async fn the_letter_about_a_shared_account_says_whose_bookings_it_concerns() {
    let stage = stage().await;
    stage.connects(&stage.ada, "shared", "team").await;
    stage.connects(&stage.ada, "shared", "second").await;
    for (user, words) in [
        (
            "second",
            "New bookings of people without their own Zoom are hosted on team@zoom.example.",
        ),
        (
            "team",
            "New bookings of people without their own Zoom get no link until you reconnect.",
        ),
    ] {
        stage.breaks(user, Break::RefreshRefused).await;
        stage.app.settle().await;
        let letters = stage.app.letters_to(&stage.ada.email);
        assert_says(&letters.last().unwrap().text, words);
    }
}

#[tokio::test]
async fn a_broken_account_is_left_without_asking_zoom() {
    let stage = stage().await;
    stage.connects(&stage.ada, "personal", "ada").await;
    let path = stage.disconnect_path("ada").await;
    let asks = "42min asks Zoom to revoke its access";
    assert_says(&stage.text(&stage.ada, &path).await, asks);
    stage.breaks("ada", Break::RefreshRefused).await;
    let text = stage.text(&stage.ada, &path).await;
    assert_silent(&text, asks);
    assert_says(&text, "42min deletes the broken connection.");
}

#[tokio::test]
async fn a_member_sets_no_event_type_to_zoom_while_it_is_off() {
    let stage = stage_with_zoom_off().await;
    let intro = stage
        .app
        .offers(&stage.bob, "Intro call", Location::Phone)
        .await;
    let mut browser = stage.app.browser_of(&stage.bob).await;
    let id = intro.id.to_string();
    let chosen = [("event_type", id.as_str())];
    let page = browser
        .post_and_follow(&format!("{ZOOM}/use"), &chosen)
        .await;
    assert_says(&page.text(), "Ask your admin to turn it on.");
    assert_silent(&page.text(), "Saved.");
}

#[tokio::test]
async fn rubbish_in_the_address_of_the_zoom_page_is_passed_over() {
    let stage = stage().await;
    stage.connects(&stage.ada, "personal", "ada").await;
    let id = stage.one("ada").await.connection.id;
    for query in [
        "connected=x&of=y",
        &format!("connected={id}&of=-3"),
        &format!("connected={id}&of=999999999999999999999"),
        "back=https://evil.example",
        "back=//evil.example",
    ] {
        let page = stage.page(&stage.ada, &format!("{ZOOM}?{query}")).await;
        assert_eq!(page.status, 200, "{query}");
        assert_silent(&page.text(), "successfully");
        assert_silent(&page.body, "evil.example");
    }
}

async fn fresh_server() -> (TestApp, Browser) {
    let app = TestApp::start_with_zoom().await;
    app.zoom().add_user(UserSpec::new("ada@zoom.example"));
    let code = setup::prepare(&app.app).await.unwrap().unwrap();
    let mut browser = app.browser();
    let fields = [
        ("code", code.expose()),
        ("name", "Ada Lovelace"),
        ("email", "ada@engines.example"),
        ("password", "correct horse"),
        ("timezone", "Europe/Madrid"),
        ("org", ""),
    ];
    let welcome = browser.post_and_follow("/setup", &fields).await;
    assert_says(&welcome.text(), "You’re live");
    (app, browser)
}

#[tokio::test]
async fn on_a_fresh_server_three_clicks_lead_to_an_event_type_at_zoom() {
    let (app, mut browser) = fresh_server().await;
    let integrations = browser.get(INTEGRATIONS).await;
    let mut clicks = 0;

    // Settings
    let settings = integrations.links(ZOOM)[0].clone();
    let zoom = browser.get(&settings).await;
    clicks += 1;
    // Connect my Zoom
    let role = zoom.field("role").unwrap();
    assert_says(&zoom.text(), "Connect my Zoom");
    let away = browser
        .post(&format!("{ZOOM}/connect"), &[("role", &role)])
        .await;
    clicks += 1;
    let back = app
        .zoom()
        .consent(away.location(), "ada@zoom.example")
        .await;
    let to = browser.get(&back).await.location().to_owned();
    let page = browser.get(&to).await;
    assert_says(&page.text(), "Zoom connected successfully!");
    assert_says(
        &page.text(),
        "Use Zoom for 42-minute meeting now: Ask the invitee",
    );
    assert_says(&page.text(), "Turn Zoom on and set location to Zoom");
    // Turn Zoom on and set location to Zoom
    let event_type = page.field("event_type").unwrap();
    let fields = [("event_type", event_type.as_str()), ("turn_on", "yes")];
    let done = browser
        .post_and_follow(&format!("{ZOOM}/use"), &fields)
        .await;
    clicks += 1;
    assert_says(
        &done.text(),
        "Saved. New bookings on 42-minute meeting include a Zoom link; existing bookings are \
         unaffected.",
    );
    assert_eq!(clicks, 3);

    let editor = browser.get(&format!("/360/events/{event_type}")).await;
    assert!(editor.body.contains("<option value=\"zoom\" selected>"));
    assert_says(&editor.text(), "Hosted on ada@zoom.example (personal).");
    assert_silent(&browser.get(ZOOM).await.text(), "Use Zoom for");
}

#[tokio::test]
async fn the_checklist_ticks_what_has_no_video_link_and_sets_only_what_is_chosen() {
    let stage = stage().await;
    for (title, location) in [
        ("Call", Location::Phone),
        ("Own room", Location::CustomUrl),
        ("Intro", Location::Zoom),
    ] {
        stage.app.offers(&stage.bob, title, location).await;
    }
    let page = stage.connects(&stage.bob, "personal", "bob").await;
    assert_says(
        &page.text(),
        "Use Zoom for Call now: Phone Own room now: Custom URL",
    );
    assert_silent(&page.text(), "Turn Zoom on");
    let boxes: Vec<&str> = page.body.split("name=\"event_type\"").skip(1).collect();
    let ticked: Vec<bool> = boxes
        .iter()
        .map(|b| b.split('>').next().unwrap().ends_with("checked"))
        .collect();
    assert_eq!(ticked, [true, false]);

    let mut browser = stage.app.browser_of(&stage.bob).await;
    let nothing = browser.post_and_follow(&format!("{ZOOM}/use"), &[]).await;
    assert_says(&nothing.text(), "Nothing was chosen, so nothing changed.");
    // Somebody else's event type is not found.
    let foreign = stage.app.offers(&stage.ada, "Ada’s", Location::Phone).await;
    let id = foreign.id.to_string();
    let answer = browser
        .post(&format!("{ZOOM}/use"), &[("event_type", &id)])
        .await;
    assert_eq!(answer.status, 404);
    // A reconnect asks nothing.
    let page = stage.connects(&stage.bob, "personal", "bob").await;
    assert_silent(&page.text(), "Use Zoom for");
}

// --- The banner.

/// Every page of the signed-in part that takes no id.
const PAGES: [&str; 12] = [
    "/360/events",
    "/360/events/new",
    "/360/meetings",
    "/360/availability",
    "/360/availability/new",
    "/360/integrations",
    "/360/integrations/zoom",
    "/360/integrations/zoom/connect",
    "/360/integrations/zoom/setup",
    "/360/integrations/zoom/log",
    "/360/users",
    "/360/profile",
];
const BANNER: &str = "Zoom connection broken:";

#[tokio::test]
async fn every_page_says_that_an_account_of_ones_own_is_broken() {
    let stage = stage().await;
    stage.connects(&stage.ada, "personal", "ada").await;
    let intro = stage.offers(&stage.ada, "Intro call").await;
    let mut browser = stage.app.browser_of(&stage.ada).await;
    let booking = stage.books(&intro, NINE).await;
    let with_ids = [
        format!("/360/events/{}", intro.id),
        format!("/360/meetings/{}", booking.id),
        stage.disconnect_path("ada").await,
    ];
    for path in PAGES {
        assert_silent(&browser.get(path).await.text(), BANNER);
    }
    stage.breaks("ada", Break::RefreshRefused).await;
    let all = PAGES.iter().map(|path| (*path).to_owned());
    for path in all.chain(with_ids) {
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_says(
            &page.text(),
            "Zoom connection broken: new bookings get no link. Reconnect",
        );
        assert_silent(&page.text(), "Not today");
    }
    assert_silent(&stage.text(&stage.bob, "/360/events").await, BANNER);
    assert_silent(&browser.get("/ada-lovelace").await.text(), BANNER);

    // Reconnect leads to the same account.
    let page = browser.get("/360/events").await;
    let ask = browser.get(&page.links("connect?connection=")[0]).await;
    assert_says(&ask.text(), "Reconnect ada@zoom.example");
    stage.connects(&stage.ada, "shared", "team").await;
    let text = browser.get("/360/events").await.text();
    assert_says(
        &text,
        "new bookings are hosted on team@zoom.example until you reconnect.",
    );
    stage.connects(&stage.ada, "personal", "ada").await;
    assert_silent(&browser.get("/360/events").await.text(), BANNER);
}

#[tokio::test]
async fn another_admin_may_put_the_banner_of_a_shared_account_aside_for_a_day() {
    let stage = stage().await;
    let carol = stage
        .app
        .person(stage.ada.org_id, "Carol Shaw", Role::Admin)
        .await;
    stage.connects(&stage.ada, "shared", "team").await;
    stage.breaks("team", Break::RefreshRefused).await;
    let mut browser = stage.app.browser_of(&carol).await;
    let page = browser.get("/360/events").await;
    assert_says(
        &page.text(),
        "Zoom connection broken: team@zoom.example hosts nothing. New bookings of people without \
         their own Zoom get no link. Reconnect Not today",
    );
    let back = page.field("back").unwrap();
    let page = browser
        .post_and_follow(&format!("{ZOOM}/banner"), &[("back", &back)])
        .await;
    assert_silent(&page.text(), BANNER);
    stage.app.advance(hours(23));
    assert_silent(&browser.get("/360/users").await.text(), BANNER);
    // What breaks afterwards is said.
    stage.connects(&stage.ada, "shared", "second").await;
    stage.app.advance(minutes(1));
    stage.breaks("second", Break::RefreshRefused).await;
    assert_says(
        &browser.get("/360/users").await.text(),
        "second@zoom.example hosts nothing",
    );
    stage.app.advance(hours(2));
    assert_says(
        &browser.get("/360/users").await.text(),
        "Zoom connection broken: team@zoom.example, second@zoom.example. New bookings of people \
         without their own Zoom get no link.",
    );
    // Its owner can't put it aside, and members can't do anything about it.
    let mut of_ada = stage.app.browser_of(&stage.ada).await;
    of_ada
        .post(&format!("{ZOOM}/banner"), &[("back", "/360/users")])
        .await;
    assert_says(&of_ada.get("/360/users").await.text(), BANNER);
    assert_silent(&stage.text(&stage.bob, "/360/events").await, BANNER);
}

#[tokio::test]
async fn nobody_is_warned_of_what_the_org_has_turned_off() {
    let stage = stage().await;
    stage.connects(&stage.ada, "personal", "ada").await;
    stage.breaks("ada", Break::RefreshRefused).await;
    let mut browser = stage.app.browser_of(&stage.ada).await;
    browser
        .post(&format!("{ZOOM}/rollout"), &[("sure", "yes")])
        .await;
    assert_silent(&browser.get("/360/events").await.text(), BANNER);
    let text = browser.get(ZOOM).await.text();
    assert_says(
        &text,
        "Zoom is off for your organization, so no new meetings are made on these accounts.",
    );
}

#[tokio::test]
async fn a_session_that_is_over_is_shown_no_banner() {
    let stage = stage().await;
    stage.connects(&stage.ada, "personal", "ada").await;
    stage.breaks("ada", Break::RefreshRefused).await;
    let mut browser = stage.app.browser_of(&stage.ada).await;
    stage.app.advance(days(15));
    let answer = browser.get("/360/events").await;
    assert!(answer.location().starts_with("/sign-in"));
}

// --- Disconnecting.

#[tokio::test]
async fn the_question_names_at_most_three_event_types_and_who_hosts_then() {
    let stage = stage().await;
    stage.connects(&stage.bob, "personal", "bob").await;
    let path = stage.disconnect_path("bob").await;
    let text = stage.text(&stage.bob, &path).await;
    assert_says(&text, "Disconnect bob@zoom.example?");
    assert_says(
        &text,
        "42min asks Zoom to revoke its access and deletes the stored connection. No event type \
         uses this account now. Meetings already booked keep their join links.",
    );

    let intro = stage.offers(&stage.bob, "Intro call").await;
    stage.offers(&stage.ada, "Not Bob’s").await;
    stage
        .app
        .offers(&stage.bob, "Coffee", Location::InPerson)
        .await;
    let text = stage.text(&stage.bob, &path).await;
    assert_says(
        &text,
        "1 event type uses this account: Intro call. Its new bookings will have no Zoom link.",
    );
    for title in ["Demo", "Talk", "Fourth", "Fifth"] {
        stage.offers(&stage.bob, title).await;
    }
    stage.connects(&stage.ada, "shared", "team").await;
    stage.books(&intro, NINE).await;
    stage.app.settle().await;
    let page = stage.page(&stage.bob, &path).await;
    assert_says(
        &page.text(),
        "5 event types use this account: Intro call, Demo, Talk and 2 more. Their new bookings \
         will use team@zoom.example. Meetings already booked keep their join links. 1 upcoming \
         booking has one.",
    );
    // The safe way out has the focus and comes first; the form has no field that Enter would send.
    let form = page.body.split("<h1").nth(1).unwrap();
    let keep = form.find("autofocus>Keep connected</a>").unwrap();
    assert!(keep < form.find("Disconnect</button>").unwrap());
    assert!(!form.contains("<input"));
    // The dialog on the Zoom page says the same.
    let zoom = stage.page(&stage.bob, ZOOM).await;
    assert_says(
        &zoom.text(),
        "5 event types use this account: Intro call, Demo, Talk and 2 more.",
    );
    assert!(zoom.body.contains("data-close autofocus>Keep connected"));
}

#[tokio::test]
async fn a_shared_account_counts_the_event_types_of_those_without_their_own() {
    let stage = stage().await;
    stage.connects(&stage.ada, "shared", "team").await;
    stage.connects(&stage.ada, "personal", "ada").await;
    stage.offers(&stage.ada, "Ada’s").await;
    stage.offers(&stage.bob, "Intro call").await;
    let path = stage.disconnect_path("team").await;
    let text = stage.text(&stage.ada, &path).await;
    assert_says(
        &text,
        "1 event type uses this account: Intro call. Its new bookings will have no Zoom link.",
    );
}

#[tokio::test]
async fn where_a_team_takes_turns_each_hosts_account_is_in_use() {
    let stage = stage().await;
    stage.connects(&stage.ada, "personal", "ada").await;
    stage.connects(&stage.bob, "personal", "bob").await;
    let demo = stage.offers(&stage.ada, "Demo").await;
    let mut browser = stage.app.browser_of(&stage.ada).await;
    let (org, id, now) = (stage.ada.org_id, demo.id, stage.app.now());
    let people = [stage.ada.id, stage.bob.id];
    let team = stage.app.app.entropy.id::<crate::teams::Team>(now);
    stage
        .app
        .app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                sql(
                    "INSERT INTO teams (id, org_id, name, slug, availability, on_reschedule,
                        created_at) VALUES ($1, $2, 'Sales', 'sales', 'any', 'same', $3)",
                )
                .bind(team)
                .bind(org)
                .bind(now)
                .run(tx)
                .await?;
                for person in people {
                    sql("INSERT INTO team_members (team_id, person_id, joined_at)
                         VALUES ($1, $2, $3)")
                    .bind(team)
                    .bind(person)
                    .bind(now)
                    .run(tx)
                    .await?;
                }
                sql("UPDATE event_types SET team_id = $2, kind = 'round_robin' WHERE id = $1")
                    .bind(id)
                    .bind(team)
                    .run(tx)
                    .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    for user in ["ada", "bob"] {
        let path = stage.disconnect_path(user).await;
        let text = browser.get(&path).await.text();
        assert_says(&text, "1 event type uses this account: Demo.");
    }
}

#[tokio::test]
async fn an_admin_disconnects_a_members_account_and_another_org_finds_nothing() {
    let stage = stage().await;
    stage.connects(&stage.bob, "personal", "bob").await;
    let path = stage.disconnect_path("bob").await;
    let others = stage.app.org("Others").await;
    let eve = stage.app.person(others, "Eve", Role::Admin).await;
    let mut of_eve = stage.app.browser_of(&eve).await;
    assert_eq!(of_eve.post(&path, &[]).await.status, 404);
    let mut of_ada = stage.app.browser_of(&stage.ada).await;
    let page = of_ada.post_and_follow(&path, &[]).await;
    assert_says(&page.text(), "bob@zoom.example is disconnected.");
    assert_eq!(stage.app.rows("connections").await, 0);
    assert_eq!(of_ada.get(&path).await.status, 404);
}

#[tokio::test]
async fn no_new_meetings_are_created_for_event_types_that_pointed_at_a_disconnected_account() {
    let stage = stage().await;
    stage.connects(&stage.ada, "personal", "ada").await;
    let intro = stage.offers(&stage.ada, "Intro call").await;
    stage.books(&intro, NINE).await;
    stage.app.settle().await;
    let hosts = || -> Vec<String> {
        let meetings = stage.app.zoom().meetings();
        meetings.into_iter().map(|m| m.host).collect()
    };
    assert_eq!(hosts(), ["ada@zoom.example"]);
    let path = stage.disconnect_path("ada").await;
    stage
        .app
        .browser_of(&stage.ada)
        .await
        .post(&path, &[])
        .await;
    stage.books(&intro, TEN).await;
    stage.app.settle_for(hours(1)).await;
    assert_eq!(hosts(), ["ada@zoom.example"]);
    // With a shared account the event type points there.
    stage.connects(&stage.ada, "shared", "team").await;
    stage.books(&intro, ELEVEN).await;
    stage.app.settle().await;
    let mut hosts = hosts();
    hosts.sort();
    assert_eq!(
        hosts,
        ["ada@zoom.example", "team@zoom.example", "team@zoom.example"]
    );
}

// --- The set-up guide.

#[tokio::test]
async fn the_guide_shows_this_servers_addresses_and_the_words_of_each_scope() {
    let stage = stage().await;
    let page = stage.page(&stage.ada, SETUP).await;
    let text = page.text();
    let first = "People outside your own Zoom account can only connect once Zoom has published \
                 your app, or as invited beta testers. For your own team nothing needs publishing.";
    assert_says(&text, first);
    for copied in [
        "http://meet.test/oauth/zoom/callback",
        "http://meet.test/webhooks/zoom",
        "meeting:write:meeting",
        "webinar:write:webinar",
    ] {
        assert!(
            page.body.contains(&format!("data-copy=\"{copied}\"")),
            "{copied}"
        );
    }
    for purpose in [
        "meeting:write:meeting to create meetings",
        "meeting:update:meeting to change meetings",
        "meeting:read:list_meetings to list meetings",
        "user:read:user to read your profile",
        "webinar:delete:webinar to delete webinars",
    ] {
        assert_says(&text, purpose);
    }
    for setting in ["CLIENT_ID", "CLIENT_SECRET", "WEBHOOK_SECRET"] {
        assert_says(&text, &format!("MIN42_ZOOM_{setting}"));
    }
    assert_says(
        &text,
        "This server’s address is http://meet.test, without https.",
    );
    let secret = stage.app.app.config.zoom.as_ref().unwrap();
    assert_silent(&page.body, secret.client_secret.expose());

    let given = Given {
        base_url: Some("https://meet.test".to_owned()),
        ..Given::default()
    };
    let app = TestApp::start_with(given).await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    let mut browser = app.browser_of(&ada).await;
    let text = browser.get(SETUP).await.text();
    assert_silent(&text, "without https");
    assert_says(&text, "MIN42_ZOOM_CLIENT_ID The client ID. Not set");
    let page = browser.post_and_follow(&format!("{ZOOM}/check"), &[]).await;
    assert_says(
        &page.text(),
        "Set MIN42_ZOOM_CLIENT_ID and MIN42_ZOOM_CLIENT_SECRET first",
    );
}

#[tokio::test]
async fn the_guide_shows_that_zoom_has_verified_the_event_address() {
    let stage = stage().await;
    let verified = format!("{SETUP}/verified");
    let text = stage.text(&stage.ada, SETUP).await;
    assert_says(&text, "Zoom has not verified this address yet.");
    let asked = stage.page(&stage.ada, &verified).await;
    assert_eq!(asked.headers["x-link-state"], "pending");
    let now = stage.app.now();
    stage
        .app
        .app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                Ok(notices::store::put_validated(tx, ProviderKind::Zoom, now).await?)
            })
        })
        .await
        .unwrap();
    let asked = stage.page(&stage.ada, &verified).await;
    assert_eq!(asked.headers["x-link-state"], "ready");
    let text = stage.text(&stage.ada, SETUP).await;
    assert_says(
        &text,
        "Zoom has verified this address last on 4 May 2026 at 10:00",
    );
    assert_eq!(stage.page(&stage.bob, &verified).await.status, 403);
}

#[tokio::test]
async fn the_check_says_whether_zoom_takes_the_credentials() {
    let stage = stage().await;
    let mut browser = stage.app.browser_of(&stage.ada).await;
    let check = format!("{ZOOM}/check");
    let fine = browser.post_and_follow(&check, &[]).await;
    let words = "Zoom accepts this server’s client ID and secret.";
    assert_says(&fine.text(), words);
    assert_eq!(stage.newest(Action::Probe).await, words);

    let body = r#"{"reason":"Invalid client_id or client_secret","error":"invalid_client"}"#;
    let fault = Fault::answer("token", 400, "application/json", body);
    stage.app.zoom().fault(fault.times(1));
    stage.app.advance(minutes(1));
    let wrong = browser.post_and_follow(&check, &[]).await;
    assert_says(
        &wrong.text(),
        "Zoom rejected this server’s app credentials.",
    );
    assert_says(
        &stage.newest(Action::Probe).await,
        "Zoom doesn’t say which of the two is wrong",
    );

    stage.app.zoom().goes_down();
    let down = browser.post_and_follow(&check, &[]).await;
    assert_says(
        &down.text(),
        "Zoom isn’t answering, so nothing could be checked.",
    );
}

// --- The editor.

#[tokio::test]
async fn who_connects_from_the_editor_comes_back_to_it_with_zoom_chosen() {
    let stage = stage().await;
    let call = stage.app.offers(&stage.bob, "Call", Location::Phone).await;
    let editor = format!("/360/events/{}", call.id);
    let mut browser = stage.app.browser_of(&stage.bob).await;
    let page = browser.get(&editor).await;
    assert_says(
        &page.text(),
        "Zoom links require a connected Zoom account. Connect one, or pick a different location. \
         Connect Zoom →",
    );
    let ask = browser.get(&page.links("/zoom/connect")[0]).await;
    let fields = [
        ("role", ask.field("role").unwrap()),
        ("back", ask.field("back").unwrap()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let away = browser.post(&format!("{ZOOM}/connect"), &fields).await;
    let zoom = stage.app.zoom();
    let back = zoom.consent(away.location(), "bob@zoom.example").await;
    let landed = browser.get(&back).await;
    assert_eq!(landed.location(), format!("{editor}?location=zoom"));
    let page = browser.get(landed.location()).await;
    assert_says(
        &page.text(),
        "Zoom connected successfully! Save to use it here.",
    );
    assert_says(&page.text(), "Hosted on bob@zoom.example (personal).");
    assert!(page.body.contains("<option value=\"zoom\" selected>"));
}

#[tokio::test]
async fn a_shared_account_takes_the_warning_away_and_a_broken_one_brings_its_own() {
    let stage = stage().await;
    let intro = stage.offers(&stage.bob, "Intro call").await;
    let editor = format!("/360/events/{}", intro.id);
    stage.connects(&stage.ada, "shared", "team").await;
    let text = stage.text(&stage.bob, &editor).await;
    assert_says(&text, "Hosted on team@zoom.example (shared).");
    assert_silent(&text, "Zoom links require");

    stage.breaks("team", Break::RefreshRefused).await;
    let text = stage.text(&stage.bob, &editor).await;
    assert_says(
        &text,
        "The Zoom account team@zoom.example shows Connection broken. New bookings won’t get a \
         link until it’s reconnected. Ask an admin to reconnect it, or connect your own.",
    );
    let own = stage.offers(&stage.ada, "Ada’s").await;
    let page = stage
        .page(&stage.ada, &format!("/360/events/{}", own.id))
        .await;
    assert_says(&page.text(), "Reconnect →");
    let id = stage.one("team").await.connection.id;
    let path = format!("connect?connection={id}&back=%2F360%2Fevents%2F{}", own.id);
    assert_eq!(page.links(&path).len(), 1);
}

#[tokio::test]
async fn an_admin_turns_zoom_on_from_the_editor_and_comes_back() {
    let stage = stage_with_zoom_off().await;
    let intro = stage.offers(&stage.ada, "Intro call").await;
    let editor = format!("/360/events/{}", intro.id);
    let mut browser = stage.app.browser_of(&stage.ada).await;
    let page = browser.get(&editor).await;
    let on = page.links("/zoom?back=")[0].clone();
    let zoom = browser.get(on.split('#').next().unwrap()).await;
    let fields = [
        ("enabled", "on".to_owned()),
        ("version", zoom.field("version").unwrap()),
        ("back", zoom.field("back").unwrap()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let saved = browser.post(&format!("{ZOOM}/rollout"), &fields).await;
    assert_eq!(saved.location(), format!("{editor}?location=zoom"));
    let page = browser.get(saved.location()).await;
    assert_says(&page.text(), "Rollout saved.");
    assert_silent(&page.text(), "Zoom is off");
}

#[tokio::test]
async fn a_stranger_s_address_is_no_way_back() {
    let stage = stage().await;
    let mut browser = stage.app.browser_of(&stage.ada).await;
    for back in [
        "https://evil.example/360/",
        "//evil.example",
        "/360//evil.example",
        "/sign-out",
    ] {
        let fields = [("role", "personal"), ("back", back)];
        let away = browser.post(&format!("{ZOOM}/connect"), &fields).await;
        let zoom = stage.app.zoom();
        let home = zoom.consent(away.location(), "ada@zoom.example").await;
        let landed = browser.get(&home).await;
        assert!(landed.location().starts_with(ZOOM), "{back}");
    }
}

#[tokio::test]
async fn what_waits_is_counted_until_it_has_begun() {
    let stage = stage().await;
    stage.connects(&stage.ada, "personal", "ada").await;
    let intro = stage.offers(&stage.ada, "Intro call").await;
    stage.breaks("ada", Break::RefreshRefused).await;
    stage.books(&intro, NINE).await;
    let begins: Timestamp = NINE.parse().unwrap();
    stage.app.advance(begins.duration_since(stage.app.now()));
    let text = stage.text(&stage.ada, ZOOM).await;
    assert_says(&text, "No upcoming booking has a link on it.");
    // Nor are canceled and deleted things counted.
    let reader = &mut stage.app.app.db.read().await.unwrap();
    let left: i64 = sql("SELECT COUNT(*) FROM meetings WHERE over_at IS NULL")
        .one(reader)
        .await
        .unwrap();
    assert_eq!(left, 1);
}

#[tokio::test]
async fn that_zoom_is_silent_is_said_until_it_answers() {
    const SILENT: &str = "Zoom isn’t answering. Bookings go on";
    let stage = stage().await;
    stage.connects(&stage.ada, "personal", "ada").await;
    let intro = stage.offers(&stage.ada, "Intro call").await;
    assert!(!stage.text(&stage.ada, ZOOM).await.contains(SILENT));
    stage
        .app
        .zoom()
        .fault(Fault::status("meeting.create", 503).times(1));
    stage.books(&intro, NINE).await;
    stage.app.settle().await;
    assert!(stage.text(&stage.ada, ZOOM).await.contains(SILENT));
    stage.app.settle_for(minutes(10)).await;
    assert!(!stage.text(&stage.ada, ZOOM).await.contains(SILENT));
}
