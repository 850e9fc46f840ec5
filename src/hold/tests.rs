//! Restored backups and copies of a server that still runs, beside that server and its Zoom.

use zoom_sim::UserSpec;

use super::{Why, at_start, begin, store};
use crate::accounts::{Person, Role};
use crate::booking::{Booking, By, cancel};
use crate::clock::{hours, minutes};
use crate::conferencing::sweep;
use crate::conferencing::view::online;
use crate::event_types::{EventType, Location};
use crate::testing::TestApp;
use crate::{booking, conferencing};

const NINE: &str = "2026-05-05T07:00:00Z";
const TEN: &str = "2026-05-05T08:00:00Z";
const ELEVEN: &str = "2026-05-05T09:00:00Z";
const NOON: &str = "2026-05-05T10:00:00Z";

struct Stage {
    app: TestApp,
    ada: Person,
    intro: EventType,
}

/// Ada, an admin with her own Zoom, on a server that has begun to work.
async fn stage() -> Stage {
    let app = TestApp::start_with_zoom().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    app.zoom_on(org).await;
    let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
    app.zoom().add_user(UserSpec::new("ada@zoom.example"));
    app.connects(&ada, "personal", "ada@zoom.example").await;
    assert_eq!(at_start(&app.app).await.unwrap(), None);
    Stage { app, ada, intro }
}

impl Stage {
    async fn books(&self, on: &TestApp, start: &str) -> Booking {
        on.books(&self.intro, "Grace Hopper", "grace@example.com", start)
            .await
    }

    /// Calls that Zoom has had.
    fn asked(&self) -> usize {
        self.app.zoom().ledger().len()
    }

    fn rooms(&self) -> Vec<u64> {
        let mut ids: Vec<u64> = self.app.zoom().meetings().iter().map(|m| m.id).collect();
        ids.sort_unstable();
        ids
    }

    fn room_of(&self, link: &str) -> u64 {
        let meetings = self.app.zoom().meetings();
        meetings.iter().find(|m| m.join_url == link).unwrap().id
    }
}

async fn meeting(on: &TestApp, booking: &Booking) -> booking::Meeting {
    let mut reader = on.app.db.read().await.unwrap();
    booking::store::meeting(&mut reader, booking.org_id, booking.meeting_id)
        .await
        .unwrap()
        .unwrap()
}

async fn link(on: &TestApp, booking: &Booking) -> Option<String> {
    let meeting = meeting(on, booking).await;
    let mut reader = on.app.db.read().await.unwrap();
    let online = online(&mut reader, &on.app, &meeting).await.unwrap();
    online.link().map(|link| link.join_url.clone())
}

async fn strays(on: &TestApp, of: &Person) -> Vec<u64> {
    let mut reader = on.app.db.read().await.unwrap();
    let strays = sweep::store::strays(&mut reader, of.org_id).await.unwrap();
    let mut ids: Vec<u64> = strays
        .iter()
        .map(|s| s.remote_id.parse().unwrap())
        .collect();
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn a_copy_that_wakes_up_elsewhere_takes_bookings_and_sends_nothing() {
    let stage = stage().await;
    let settled = stage.books(&stage.app, NINE).await;
    stage.app.settle_for(minutes(5)).await;
    stage.books(&stage.app, TEN).await;

    let copy = stage.app.copied().await;
    let asked = stage.asked();
    assert_eq!(at_start(&copy.app).await.unwrap(), Some(Why::Place));
    stage.books(&copy, ELEVEN).await;
    // Long enough for every job to come due and for every token to end.
    copy.settle_for(hours(3)).await;
    let mut browser = copy.browser_of(&stage.ada).await;
    for (path, fields) in [
        (
            "/360/integrations/zoom/connect",
            &[("role", "personal")][..],
        ),
        ("/360/integrations/zoom/check", &[]),
        (&format!("/360/meetings/{}/start", settled.id), &[]),
    ] {
        let answer = browser.post(path, fields).await;
        assert_eq!(answer.location(), "/360/hold", "{path}");
    }
    let callback = browser.get("/oauth/zoom/callback?code=x&state=y").await;
    assert_eq!(callback.location(), "/360/hold");
    assert_eq!(stage.asked(), asked, "Zoom was asked something");
    assert!(copy.letters().is_empty(), "mail has left");

    let page = browser.get("/360/events").await.text();
    assert!(page.contains("This server is on hold"), "{page}");
    let page = browser.get("/360/hold").await.text();
    assert!(page.contains("stands in another place"), "{page}");
    let ready = browser.get("/readyz").await;
    assert_eq!(ready.body, r#"{"database":"ok"}"#);
    // It stays so over a restart in the same place, and the original goes on meanwhile.
    assert_eq!(at_start(&copy.app).await.unwrap(), Some(Why::Place));
    assert_eq!(at_start(&stage.app.app).await.unwrap(), None);
    stage.app.settle_for(minutes(5)).await;
    assert!(stage.asked() > asked);
}

#[tokio::test]
async fn what_zoom_reports_is_put_off_while_on_hold() {
    let stage = stage().await;
    stage.app.subscribes();
    stage.books(&stage.app, NINE).await;
    stage.app.settle_for(minutes(1)).await;
    let id = stage.rooms()[0];
    stage.app.hears().await;
    assert!(begin(&stage.app.app).await.unwrap());
    let before = stage.app.stored().await;
    stage.app.zoom().rename_by_hand(id, "Lunch");
    let taken = stage.app.hears().await;
    assert!(!taken.is_empty());
    assert!(taken.iter().all(|status| *status == 503), "{taken:?}");
    assert_eq!(stage.app.stored().await, before);
}

#[tokio::test]
async fn as_the_original_it_finds_what_it_lost_and_deletes_nothing() {
    let stage = stage().await;
    let kept = stage.books(&stage.app, NINE).await;
    stage.app.settle_for(minutes(5)).await;
    let waiting = stage.books(&stage.app, TEN).await;
    let restored = stage.app.copied().await;
    // After the backup: the waiting one gets its link, and two more are booked.
    stage.app.settle_for(minutes(1)).await;
    let lost = [
        stage.books(&stage.app, ELEVEN).await,
        stage.books(&stage.app, NOON).await,
    ];
    stage.app.settle_for(minutes(1)).await;
    let shown = link(&stage.app, &waiting).await.unwrap();
    let mut lost_rooms = Vec::new();
    for booking in &lost {
        lost_rooms.push(stage.room_of(&link(&stage.app, booking).await.unwrap()));
    }
    lost_rooms.sort_unstable();
    let (rooms, sequence) = (stage.rooms(), meeting(&restored, &kept).await.sequence);
    assert_eq!(rooms.len(), 4);

    at_start(&restored.app).await.unwrap();
    let mut browser = restored.browser_of(&stage.ada).await;
    let question = browser.get("/360/hold/original").await.text();
    assert!(question.contains("Go on as the original?"), "{question}");
    let page = browser.post_and_follow("/360/hold/original", &[]).await;
    assert!(
        page.text().contains("goes on as the original"),
        "{}",
        page.text()
    );
    stage.app.zoom().set_time(restored.now());
    restored.settle_for(minutes(20)).await;

    assert_eq!(stage.rooms(), rooms, "no room came or went");
    assert_eq!(link(&restored, &waiting).await, Some(shown));
    assert_eq!(strays(&restored, &stage.ada).await, lost_rooms);
    let zoom_page = browser.get("/360/integrations/zoom").await.text();
    assert!(
        zoom_page.contains("In Zoom, but with no booking here"),
        "{zoom_page}"
    );
    let raised = meeting(&restored, &kept).await.sequence;
    assert_eq!(raised, sequence.map(|n| n + 1000));
    // Calendars take what comes next.
    cancel::cancel(&restored.app, kept.org_id, kept.id, By::Invitee, None)
        .await
        .unwrap_or_else(|refused| panic!("{refused:?}"));
    restored.settle_for(minutes(1)).await;
    assert_eq!(stage.rooms().len(), 3, "what is known here still follows");
    assert!(meeting(&restored, &kept).await.sequence > raised);
}

#[tokio::test]
async fn as_a_copy_it_leaves_everything_to_the_original() {
    let stage = stage().await;
    let kept = stage.books(&stage.app, NINE).await;
    stage.app.settle_for(minutes(5)).await;
    let shown = link(&stage.app, &kept).await.unwrap();
    stage.books(&stage.app, TEN).await;
    let copy = stage.app.copied().await;
    stage.app.settle_for(minutes(5)).await;
    let (asked, rooms) = (stage.asked(), stage.rooms());

    at_start(&copy.app).await.unwrap();
    let id = copy.app.installation.id();
    let mut browser = copy.browser_of(&stage.ada).await;
    browser.post_and_follow("/360/hold/copy", &[]).await;
    assert_ne!(copy.app.installation.id(), id);
    copy.settle_for(hours(20)).await;
    assert_eq!(stage.asked(), asked, "Zoom was asked something");
    assert!(copy.letters().is_empty(), "mail has left");
    let mut reader = copy.app.db.read().await.unwrap();
    let linked = conferencing::store::linked(&mut reader, stage.ada.org_id)
        .await
        .unwrap();
    drop(reader);
    assert!(linked.iter().all(|l| l.connection.access_token.is_none()));
    let page = browser.get("/360/integrations/zoom").await.text();
    assert!(page.contains("This server is a copy"), "{page}");
    let here = meeting(&copy, &kept).await;
    assert_eq!(here.location, Location::CustomUrl);
    assert_eq!(here.location_value.as_deref(), Some(shown.as_str()));

    // Even with access of its own it takes none of the original's rooms for its own.
    stage.app.zoom().set_time(copy.now());
    let away = browser
        .post("/360/integrations/zoom/connect", &[("role", "personal")])
        .await;
    let back = stage
        .app
        .zoom()
        .consent(away.location(), "ada@zoom.example")
        .await;
    browser.get(&back).await;
    copy.settle_for(hours(1)).await;
    // What had no link yet gets one of the copy's own; the original's rooms are as they were.
    let now = stage.rooms();
    assert!(
        rooms.iter().all(|room| now.contains(room)),
        "{rooms:?} {now:?}"
    );
    assert!(strays(&copy, &stage.ada).await.is_empty());
}

#[tokio::test]
async fn one_of_two_admins_decides() {
    let stage = stage().await;
    begin(&stage.app.app).await.unwrap();
    let mut browser = stage.app.browser_of(&stage.ada).await;
    browser.post_and_follow("/360/hold/original", &[]).await;
    let page = browser.post_and_follow("/360/hold/copy", &[]).await.text();
    assert!(page.contains("isn’t on hold any more"), "{page}");
    let mut reader = stage.app.app.db.read().await.unwrap();
    assert!(store::connected(&mut reader).await.unwrap().len() == 1);
}

#[tokio::test]
async fn members_read_that_it_is_on_hold_and_cannot_end_it() {
    let stage = stage().await;
    let bob = stage
        .app
        .person(stage.ada.org_id, "Bob Byte", Role::User)
        .await;
    begin(&stage.app.app).await.unwrap();
    let mut browser = stage.app.browser_of(&bob).await;
    let page = browser.get("/360/hold").await;
    assert!(
        page.text().contains("Somebody put it on hold"),
        "{}",
        page.text()
    );
    assert!(page.links("/360/hold/").is_empty());
    for path in ["/360/hold/original", "/360/hold/copy"] {
        assert_eq!(browser.post(path, &[]).await.status, 403);
    }
    assert!(stage.app.app.installation.is_held());
}
