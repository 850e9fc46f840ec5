//! Corners in which a meeting could be doubled, left behind or lost, a token kept, or something
//! untrue be said.

use super::*;
use crate::conferencing::start;

const ONLY_REQUIRED: [&str; 6] = [
    "meeting:write:meeting",
    "meeting:update:meeting",
    "meeting:delete:meeting",
    "meeting:read:meeting",
    "meeting:read:list_meetings",
    "user:read:user",
];

/// Connects like `TestApp::connects`, with no permission beyond those that are required.
async fn connects_with_what_is_required(stage: &Stage, role: &str, zoom_user: &str) {
    let mut browser = stage.app.browser_of(&stage.ada).await;
    let away = browser
        .post("/360/integrations/zoom/connect", &[("role", role)])
        .await;
    let back = stage
        .app
        .zoom()
        .consent_to(away.location(), zoom_user, &ONLY_REQUIRED)
        .await;
    browser.get(&back).await;
}

async fn start_url(stage: &Stage, booking: &Booking) -> Result<String, &'static str> {
    let meeting = stage.meeting(booking).await;
    start::start_url(&stage.app.app, &meeting)
        .await
        .unwrap()
        .map(|url| url.expose().to_owned())
        .map_err(|cant| cant.0)
}

/// As after the loss of the key: what is stored can't be opened any more.
async fn tokens_become_unreadable(stage: &Stage) {
    stage
        .app
        .app
        .db
        .write::<_, anyhow::Error, _>(|tx| {
            Box::pin(async move {
                sql("UPDATE connections SET access_token = $1, refresh_token = $1")
                    .bind(vec![7_u8; 60])
                    .run(tx)
                    .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_doubt_left_behind_takes_the_lost_meeting_away_and_not_the_new_one() {
    let stage = stage().await;
    stage.app.zoom().fault(Fault::drop_after("create").times(1));
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    stage.app.zoom().revoke("ada@zoom.example");
    stage.passes(minutes(5)).await;
    assert_eq!(stage.here(&booking).await, Here::Nothing);

    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    stage.passes(minutes(15)).await;
    let meetings = stage.app.zoom().meetings();
    assert_eq!(meetings.len(), 1);
    assert_eq!(stage.link(&booking).await, meetings[0].join_url);
    assert_eq!(stage.app.rows("leftovers").await, 0);
}

#[tokio::test]
async fn what_was_left_behind_goes_also_when_nothing_can_be_made_any_more() {
    let stage = stage().await;
    stage.app.zoom().fault(Fault::drop_after("create").times(1));
    stage.books(NINE).await;
    stage.app.settle().await;
    stage.app.zoom().revoke("ada@zoom.example");
    stage.passes(minutes(5)).await;
    assert_eq!(stage.app.zoom().meetings().len(), 1);

    // The start has passed when the account is back.
    stage.app.advance(hours(72));
    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    stage.passes(minutes(15)).await;
    assert!(stage.app.zoom().meetings().is_empty());
    assert_eq!(stage.app.rows("leftovers").await, 0);
}

#[tokio::test]
async fn a_leftover_that_was_made_a_webinar_by_hand_is_asked_for_as_one() {
    let stage = stage().await;
    adds_shared_account(&stage).await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    let old = stage.app.zoom().meetings()[0].id;
    stage.app.zoom().revoke("ada@zoom.example");
    stage.moves(&booking, TEN).await;
    stage.passes(minutes(5)).await;
    stage.app.zoom().change_user("ada@zoom.example", |user| {
        *user = user.clone().with_webinars(100);
    });
    stage.app.zoom().convert_by_hand(old);
    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    stage.passes(minutes(15)).await;
    assert!(stage.app.zoom().webinars().is_empty());
    assert_eq!(stage.calls("meeting.delete"), 1);
    assert_eq!(stage.calls("webinar.delete"), 1);
}

#[tokio::test]
async fn a_meeting_made_a_webinar_by_hand_breaks_no_connection_that_may_not_touch_webinars() {
    let stage = stage_without_account().await;
    let user = zoom_sim::UserSpec::new("ada@zoom.example").with_webinars(100);
    stage.app.zoom().add_user(user);
    connects_with_what_is_required(&stage, "personal", "ada@zoom.example").await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    let id = stage.app.zoom().meetings()[0].id;
    stage.app.zoom().convert_by_hand(id);
    stage.cancels(&booking).await;
    stage.passes(minutes(5)).await;
    assert!(linked(&stage).await[0].is_connected());
    assert!(
        stage
            .log(&booking)
            .await
            .contains(&("Delete webinar", Verdict::Failed))
    );
}

#[tokio::test]
async fn tokens_that_cannot_be_read_any_more_do_not_outlive_a_disconnect() {
    let stage = stage().await;
    tokens_become_unreadable(&stage).await;
    let mut browser = stage.app.browser_of(&stage.ada).await;
    let ask = browser
        .get("/360/integrations/zoom")
        .await
        .links("/disconnect")[0]
        .clone();
    let after = browser.post_and_follow(&ask, &[]).await;
    assert!(after.text().contains("Added Apps"), "{}", after.text());
    assert_eq!(stage.app.rows("connections").await, 0);
    stage.passes(minutes(2)).await;
}

#[tokio::test]
async fn a_connection_whose_tokens_cannot_be_read_is_whole_after_connecting_again() {
    let stage = stage().await;
    tokens_become_unreadable(&stage).await;
    let page = stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    assert!(
        page.text().contains("Zoom connected successfully!"),
        "{}",
        page.text()
    );
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    assert!(matches!(stage.online(&booking).await, Online::Ready(_)));
}

#[tokio::test]
async fn disconnecting_what_is_broken_does_not_say_that_zoom_revoked_it() {
    let stage = stage().await;
    stage.app.zoom().revoke("ada@zoom.example");
    stage.books(NINE).await;
    stage.passes(minutes(1)).await;
    assert!(!linked(&stage).await[0].is_connected());
    let mut browser = stage.app.browser_of(&stage.ada).await;
    let ask = browser
        .get("/360/integrations/zoom")
        .await
        .links("/disconnect")[0]
        .clone();
    let after = browser.post_and_follow(&ask, &[]).await.text();
    assert!(after.contains("is disconnected"), "{after}");
    assert!(!after.contains("access was revoked"), "{after}");
    let mut reader = stage.app.app.db.read().await.unwrap();
    let entries = sync_log::store::newest(&mut reader, stage.ada.org_id, 100)
        .await
        .unwrap();
    let said = entries
        .iter()
        .find(|entry| entry.action == sync_log::Action::Disconnect)
        .unwrap();
    assert!(!said.words.contains("revoked the access"), "{said:?}");
}

#[tokio::test]
async fn starting_a_meeting_renews_an_access_token_that_zoom_refuses() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    stage.app.zoom().expire_access_tokens();
    let url = start_url(&stage, &booking).await.unwrap();
    assert!(stage.app.zoom().start_link_works(&url));
}

#[tokio::test]
async fn who_can_not_start_a_meeting_since_access_was_removed_is_not_told_to_wait() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    stage.app.zoom().revoke("ada@zoom.example");
    let why = start_url(&stage, &booking).await.unwrap_err();
    assert!(!why.contains("isn’t answering"), "{why}");
    stage.passes(minutes(1)).await;
    assert!(!linked(&stage).await[0].is_connected());
}

#[tokio::test]
async fn a_refusal_under_an_older_grant_is_not_shown_while_it_is_tried_anew() {
    let stage = stage().await;
    let body = r#"{"code":300,"message":"Validation Failed."}"#;
    stage
        .app
        .zoom()
        .fault(Fault::answer("create", 400, "application/json", body).times(1));
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    assert!(matches!(stage.online(&booking).await, Online::None(_)));

    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    let shown = stage.online(&booking).await;
    assert!(
        matches!(shown, Online::Pending | Online::Late(_)),
        "{shown:?}"
    );
    stage.app.settle().await;
    assert!(matches!(stage.online(&booking).await, Online::Ready(_)));
}

#[tokio::test]
async fn a_room_that_shows_no_start_is_not_changed_again_and_again() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    let made = stage.app.zoom().meetings().remove(0);
    // As of a meeting that was made one without a fixed time by hand.
    let body = format!(
        r#"{{"id":{},"topic":"t","type":3,"join_url":"{}"}}"#,
        made.id, made.join_url
    );
    stage
        .app
        .zoom()
        .fault(Fault::answer("meeting.get", 200, "application/json", &body).always());
    let moved = stage.moves(&booking, TEN).await;
    stage.passes(hours(1)).await;
    assert_eq!(stage.calls("meeting.update"), 1);
    assert_eq!(stage.link(&moved).await, made.join_url);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_meetings_that_find_the_grant_dead_at_once_all_write_what_they_were_told() {
    let stage = stage().await;
    let mut bookings = Vec::new();
    for day in 5..9 {
        for hour in ["07", "08"] {
            bookings.push(stage.books(&format!("2026-05-0{day}T{hour}:00:00Z")).await);
        }
    }
    let body = r#"{"code":4738,"message":"This token has been disabled by the admin."}"#;
    stage
        .app
        .zoom()
        .fault(Fault::answer("create", 400, "application/json", body).always());
    let mut running = tokio::task::JoinSet::new();
    for _ in &bookings {
        let app = stage.app.app.clone();
        running.spawn(async move { outbox::worker::run_one(&app).await.unwrap() });
    }
    running.join_all().await;
    stage.passes(minutes(1)).await;
    assert!(!linked(&stage).await[0].is_connected());
    for booking in &bookings {
        let log = stage.log(booking).await;
        let unknown = log.iter().any(|(_, verdict)| *verdict == Verdict::Sent);
        assert!(!unknown, "an answer was not written: {log:?}");
        assert_eq!(stage.here(booking).await, Here::Nothing);
    }
    assert_eq!(stage.app.rows("leftovers").await, 0);
    let told = stage.app.letters_to("ada").into_iter();
    assert!(told.filter(|l| l.subject.contains("broken")).count() <= 1);
}

#[tokio::test]
async fn a_list_without_an_end_does_not_pass_for_an_empty_one() {
    let stage = stage().await;
    stage.app.zoom().fault(Fault::drop_after("create").times(1));
    let endless = r#"{"meetings":[],"next_page_token":"again"}"#;
    stage
        .app
        .zoom()
        .fault(Fault::answer("meeting.list", 200, "application/json", endless).always());
    let booking = stage.books(NINE).await;
    stage.passes(minutes(20)).await;
    assert_eq!(stage.calls("meeting.create"), 1);

    stage.app.zoom().clear_faults();
    stage.passes(minutes(10)).await;
    assert_eq!(stage.calls("meeting.create"), 1);
    assert!(matches!(stage.online(&booking).await, Online::Ready(_)));
}
