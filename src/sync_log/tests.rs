//! The log as admins use it, through the front door.

use zoom_sim::Fault;

use super::{Action, Entry, Verdict, store};
use crate::accounts::{Person, Role};
use crate::booking::{Booking, By, cancel, change};
use crate::clock::{days, hours, minutes};
use crate::db::sql;
use crate::event_types::{EventType, Location};
use crate::testing::TestApp;
use crate::testing::browser::Browser;

const NINE: &str = "2026-05-05T07:00:00Z";
const TEN: &str = "2026-05-05T08:00:00Z";
const NOON: &str = "2026-05-05T10:00:00Z";

/// Ada, an admin with an event type on Zoom; nobody has connected yet.
struct Stage {
    app: TestApp,
    ada: Person,
    intro: EventType,
    browser: Browser,
}

async fn unconnected() -> Stage {
    let app = TestApp::start_with_zoom().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    app.zoom_on(org).await;
    app.zoom()
        .add_user(zoom_sim::UserSpec::new("ada@zoom.example"));
    let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
    let browser = app.browser_of(&ada).await;
    Stage {
        app,
        ada,
        intro,
        browser,
    }
}

async fn connected() -> Stage {
    let stage = unconnected().await;
    stage.connects().await;
    stage
}

impl Stage {
    async fn connects(&self) {
        let page = self
            .app
            .connects(&self.ada, "personal", "ada@zoom.example")
            .await;
        let text = page.text();
        assert!(text.contains("Zoom connected successfully!"), "{text}");
    }

    async fn disconnects(&mut self) {
        let page = self.browser.get("/360/integrations/zoom").await;
        let path = page.links("/disconnect").remove(0);
        let gone = self.browser.post_and_follow(&path, &[]).await;
        assert!(gone.text().contains("disconnected"), "{}", gone.text());
    }

    async fn books(&self, name: &str, start: &str) -> Booking {
        let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
        self.app.books(&self.intro, name, &email, start).await
    }

    async fn moves(&self, booking: &Booking, start: &str) -> Booking {
        let to = crate::booking::rules::Move {
            start: start.parse().unwrap(),
            reason: None,
            place: None,
        };
        change::reschedule(&self.app.app, booking.org_id, booking.id, By::Invitee, to)
            .await
            .unwrap_or_else(|refused| panic!("{refused:?}"))
            .booking
    }

    async fn cancels(&self, booking: &Booking) {
        cancel::cancel(&self.app.app, booking.org_id, booking.id, By::Invitee, None)
            .await
            .unwrap_or_else(|refused| panic!("{refused:?}"));
    }

    /// The event type takes place there from now on.
    async fn takes_place(&self, location: Location) {
        let id = self.intro.id;
        self.app
            .app
            .db
            .write::<_, anyhow::Error, _>(move |tx| {
                Box::pin(async move {
                    sql("UPDATE event_types SET location = $2 WHERE id = $1")
                        .bind(id)
                        .bind(location)
                        .run(tx)
                        .await?;
                    Ok(())
                })
            })
            .await
            .unwrap();
    }

    async fn of(&self, booking: &Booking) -> Vec<Entry> {
        let mut reader = self.app.app.db.read().await.unwrap();
        store::of_meeting(&mut reader, booking.org_id, booking.meeting_id)
            .await
            .unwrap()
    }

    /// The words of what was skipped.
    async fn skipped(&self, booking: &Booking) -> Vec<String> {
        let entries = self.of(booking).await;
        let skipped = entries.into_iter().filter(|e| e.result == Verdict::Skipped);
        skipped.map(|entry| entry.words).collect()
    }

    async fn all(&self) -> Vec<Entry> {
        let mut reader = self.app.app.db.read().await.unwrap();
        store::newest(&mut reader, self.ada.org_id, 1000)
            .await
            .unwrap()
    }
}

/// A request line as the simulator writes it down: without query, below its `/v2`.
fn line(method: &str, path: &str) -> String {
    let path = path.split('?').next().unwrap();
    format!("{method} {}", path.strip_prefix("/v2").unwrap_or(path))
}

#[tokio::test]
async fn every_call_the_ledger_shows_has_its_entry_and_the_other_way_round() {
    let mut stage = connected().await;
    let zoom = |stage: &Stage, fault| stage.app.zoom().fault(fault);

    // Booked, moved and canceled; answers that get lost, limits, a token that is refused.
    zoom(&stage, Fault::drop_after("meeting.create"));
    let first = stage.books("Grace Hopper", NINE).await;
    stage.app.settle_for(minutes(10)).await;
    zoom(&stage, Fault::unauthorized("meeting.update"));
    zoom(&stage, Fault::status("meeting.get", 503));
    let first = stage.moves(&first, TEN).await;
    stage.app.settle_for(minutes(10)).await;
    let second = stage.books("Alan Turing", NOON).await;
    stage.app.settle_for(minutes(1)).await;
    zoom(&stage, Fault::drop_before("meeting.delete"));
    stage.cancels(&second).await;
    stage.app.settle_for(minutes(10)).await;
    // The host starts one; once Zoom has another answer than was hoped for.
    zoom(&stage, Fault::status("meeting.get", 500));
    let start = format!("/360/meetings/{}/start", first.id);
    stage.browser.post(&start, &[]).await;
    stage.browser.post(&start, &[]).await;
    // Two days of looking whether the access still works.
    zoom(&stage, Fault::unauthorized("user.get"));
    stage.app.settle_for(days(2)).await;
    // A second account is not kept; a sign-in that Zoom refuses; a profile that doesn't come.
    stage
        .app
        .zoom()
        .add_user(zoom_sim::UserSpec::new("other@zoom.example"));
    stage
        .app
        .connects(&stage.ada, "personal", "other@zoom.example")
        .await;
    zoom(&stage, Fault::status("user.get", 503));
    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    zoom(&stage, Fault::status("oauth.token", 503));
    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    // Disconnected with an old token, while Zoom stumbles.
    stage.connects().await;
    stage.app.advance(hours(2));
    zoom(&stage, Fault::status("oauth.token", 503));
    zoom(&stage, Fault::status("oauth.revoke", 503));
    stage.disconnects().await;
    stage.app.settle_for(minutes(10)).await;

    let ledger = stage.app.zoom().ledger();
    let mut seen: Vec<(String, Option<i64>)> = ledger
        .iter()
        .filter(|call| !matches!(call.operation.as_str(), "oauth.authorize" | "oauth.consent"))
        .map(|call| (line(&call.method, &call.path), call.status.map(i64::from)))
        .collect();
    let mut logged: Vec<(String, Option<i64>)> = stage
        .all()
        .await
        .iter()
        .filter_map(|entry| {
            let (method, path) = entry.request.as_deref()?.split_once(' ')?;
            Some((line(method, path), entry.status))
        })
        .collect();
    seen.sort();
    logged.sort();
    assert_eq!(seen, logged);
    assert!(seen.len() > 30, "only {} calls", seen.len());
    for operation in ["oauth.revoke", "oauth.token", "user.get", "meeting.list"] {
        let calls = stage.app.zoom().ledger_of(operation).len();
        assert!(calls > 0, "{operation}");
    }
}

#[tokio::test]
async fn what_is_not_done_has_one_of_the_promised_reasons() {
    let mut stage = unconnected().await;
    let grace = stage.books("Grace Hopper", NINE).await;
    stage.app.settle().await;
    assert_eq!(stage.skipped(&grace).await, ["No connected account"]);

    // Canceled before there was an account to make it.
    stage.cancels(&grace).await;
    stage.app.settle().await;
    assert_eq!(
        stage.skipped(&grace).await,
        ["No connected account", "Booking was canceled first"]
    );

    // Moved to where the event type takes place now.
    stage.connects().await;
    let alan = stage.books("Alan Turing", NINE).await;
    stage.app.settle().await;
    stage.takes_place(Location::InPerson).await;
    let alan = stage.moves(&alan, TEN).await;
    stage.app.settle_for(minutes(1)).await;
    assert_eq!(
        stage.skipped(&alan).await,
        ["The event type’s location isn’t Zoom"]
    );
    stage.takes_place(Location::Zoom).await;

    // A room whose account is gone can't be moved.
    let kurt = stage.books("Kurt Godel", NOON).await;
    stage.app.settle().await;
    stage.disconnects().await;
    let kurt = stage.moves(&kurt, NINE).await;
    stage.app.settle_for(minutes(1)).await;
    let skipped = stage.skipped(&kurt).await;
    assert_eq!(
        skipped,
        ["Account disconnected after booking. The old link stays, and Zoom shows the old time."]
    );

    // And with the switch off nothing is made at all.
    let off = crate::rollout::Rollout::off(stage.ada.org_id);
    stage
        .app
        .app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { Ok(crate::rollout::store::save(tx, &off).await?) })
        })
        .await
        .unwrap();
    let mary = stage.books("Mary Jackson", NOON).await;
    stage.app.settle().await;
    assert_eq!(
        stage.skipped(&mary).await,
        ["Zoom is off for this organization"]
    );
}

#[tokio::test]
async fn a_meeting_that_was_there_is_not_said_to_have_been_canceled_first() {
    let stage = connected().await;
    let grace = stage.books("Grace Hopper", NINE).await;
    stage.app.settle().await;
    stage.cancels(&grace).await;
    stage.app.settle_for(minutes(1)).await;
    let entries = stage.of(&grace).await;
    let told: Vec<_> = entries.iter().map(|e| (e.action, e.result)).collect();
    assert_eq!(
        told,
        [
            (Action::CreateMeeting, Verdict::Succeeded),
            (Action::DeleteMeeting, Verdict::Succeeded)
        ]
    );
}
