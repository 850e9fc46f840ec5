//! Answers that must not be taken for more than they say: Zoom's own, and those of what stands
//! between it and here.

use super::*;
use crate::sync_log::Action;

/// Asked at most as often as something that is tried again ever more rarely.
const FEW: usize = 25;

const PROXY: &str = "<html><head><title>401 Authorization Required</title></head></html>";

fn json(on: &str, status: u16, body: &str) -> Fault {
    Fault::answer(on, status, "application/json;charset=UTF-8", body)
}

#[tokio::test]
async fn a_token_endpoint_that_is_down_is_asked_ever_more_rarely() {
    for fault in [
        Fault::bad_gateway("oauth"),
        json("oauth", 400, r#"{"error":"invalid_client"}"#),
        json("oauth", 400, r#"{"error":"invalid_request"}"#),
    ] {
        let stage = stage().await;
        stage.books(NINE).await;
        stage.passes(minutes(20)).await;
        stage.passes(minutes(50)).await;
        let (name, before) = (fault.name(), stage.app.zoom().ledger().len());
        stage.app.zoom().fault(fault.always());
        stage.passes(hours(1)).await;
        let asked = stage.app.zoom().ledger().len() - before;
        assert!((2..FEW).contains(&asked), "{name}: {asked}");
        assert!(linked(&stage).await[0].is_connected(), "{name}");
    }
}

#[tokio::test]
async fn the_log_keeps_nothing_of_a_persons_other_meetings_and_profile() {
    let stage = stage().await;
    let zoom = stage.app.zoom();
    zoom.schedule_by_hand(
        "ada@zoom.example",
        "Divorce lawyer",
        "Bring papers",
        at(TEN),
    );
    zoom.fault(Fault::drop_after("create").times(1));
    stage.books(NINE).await;
    stage.passes(hours(25)).await;
    let mut reader = stage.app.app.db.read().await.unwrap();
    let bodies: Vec<String> =
        sql("SELECT response_body FROM sync_log WHERE response_body IS NOT NULL")
            .all(&mut reader)
            .await
            .unwrap();
    assert!(bodies.iter().any(|body| body.contains("Intro call")));
    for told in ["Divorce lawyer", "Bring papers", "ada@zoom.example"] {
        let body = bodies.iter().find(|body| {
            let of_the_room = body.contains("Intro call");
            body.contains(told) && !of_the_room
        });
        assert_eq!(body, None, "{told}");
    }
    let kept: Vec<i64> = sql(
        "SELECT status FROM sync_log WHERE action = 'sweep' AND status IS NOT NULL
         AND tracking_id IS NOT NULL",
    )
    .all(&mut reader)
    .await
    .unwrap();
    assert!(kept.len() > 2);
}

#[tokio::test]
async fn what_refuses_a_list_is_kept() {
    let stage = stage().await;
    let fault = json("meeting.list", 400, r#"{"code":300,"message":"Odd page."}"#);
    stage.app.zoom().fault(fault.always());
    stage.books(NINE).await;
    stage.passes(minutes(20)).await;
    let mut reader = stage.app.app.db.read().await.unwrap();
    let bodies: Vec<String> = sql(
        "SELECT response_body FROM sync_log WHERE action = 'sweep' AND response_body IS NOT NULL",
    )
    .all(&mut reader)
    .await
    .unwrap();
    assert!(bodies.iter().any(|body| body.contains("Odd page.")));
}

#[tokio::test]
async fn a_move_that_was_taken_is_not_sent_again_when_the_look_after_it_fails() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    let link = stage.link(&booking).await;
    stage
        .app
        .zoom()
        .fault(Fault::bad_gateway("meeting.get").times(4));
    let moved = stage.moves(&booking, TEN).await;
    stage.passes(minutes(10)).await;
    assert_eq!(stage.calls("meeting.update"), 1);
    assert!(stage.calls("meeting.get") >= 5, "looked at in the end");
    assert_eq!(stage.link(&moved).await, link);
    let reads = stage.calls("meeting.get");
    stage.passes(hours(1)).await;
    assert_eq!(stage.calls("meeting.get"), reads, "once is enough");
}

#[tokio::test]
async fn a_move_refused_while_the_room_is_in_progress_follows_when_it_is_over() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.passes(minutes(2)).await;
    let id = stage.app.zoom().meetings()[0].id;
    stage.app.zoom().start_by_hand(id);
    let moved = stage.moves(&booking, TEN).await;
    stage.passes(minutes(30)).await;
    assert_eq!(stage.app.zoom().meetings()[0].start_time, Some(at(NINE)));
    stage.app.zoom().end_by_hand(id);
    stage.passes(hours(3)).await;
    assert_eq!(stage.app.zoom().meetings()[0].start_time, Some(at(TEN)));
    assert!(stage.calls("meeting.update") < 6);
    assert!(!stage.online(&moved).await.link().unwrap().stale);
}

#[tokio::test]
async fn a_removal_refused_in_progress_does_not_wait_for_a_booked_end_that_is_days_away() {
    let stage = stage().await;
    let booking = stage.books("2026-05-08T07:00:00Z").await;
    stage.passes(minutes(2)).await;
    let id = stage.app.zoom().meetings()[0].id;
    stage.app.zoom().start_by_hand(id);
    stage.cancels(&booking).await;
    stage.passes(minutes(30)).await;
    stage.app.zoom().end_by_hand(id);
    stage.passes(hours(3)).await;
    assert!(stage.app.zoom().meetings().is_empty());
}

#[tokio::test]
async fn a_move_that_was_refused_for_good_is_not_called_fine() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    let fault = json("meeting.update", 400, r#"{"code":300,"message":"No."}"#);
    stage.app.zoom().fault(fault.always());
    let moved = stage.moves(&booking, TEN).await;
    stage.passes(minutes(5)).await;
    assert!(stage.online(&moved).await.link().unwrap().stale);
    let mut browser = stage.app.browser_of(&stage.ada).await;
    let page = browser.get(&format!("/360/meetings/{}", moved.id)).await;
    assert!(page.text().contains("Zoom did not take the change."));
}

#[tokio::test]
async fn a_401_that_is_not_zooms_breaks_nobody() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    for on in ["meeting", "user"] {
        let fault = Fault::answer(on, 401, "text/html", PROXY);
        stage.app.zoom().fault(fault.always());
    }
    let moved = stage.moves(&booking, TEN).await;
    let second = stage.books("2026-05-06T07:00:00Z").await;
    stage.passes(minutes(30)).await;
    assert!(linked(&stage).await[0].is_connected());
    stage.app.zoom().clear_faults();
    stage.passes(minutes(20)).await;
    assert_eq!(stage.app.zoom().meetings().len(), 2);
    assert!(!stage.online(&moved).await.link().unwrap().stale);
    assert!(stage.online(&second).await.link().is_some());
}

#[tokio::test]
async fn only_where_a_user_is_named_does_their_absence_end_a_connection() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    let fault = json(
        "meeting.update",
        404,
        r#"{"code":1001,"message":"User does not exist: x."}"#,
    );
    stage.app.zoom().fault(fault.times(1));
    stage.moves(&booking, TEN).await;
    stage.passes(minutes(5)).await;
    assert!(linked(&stage).await[0].is_connected());
}

#[tokio::test]
async fn a_room_that_is_of_both_kinds_by_turns_is_asked_for_ever_more_rarely() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    for (on, other) in [("meeting.update", "webinar"), ("webinar.update", "meeting")] {
        let body = format!(r#"{{"code":3000,"message":"Cannot access {other} information."}}"#);
        stage.app.zoom().fault(json(on, 400, &body).always());
    }
    stage.moves(&booking, TEN).await;
    stage.app.settle().await;
    let asked = || stage.calls("meeting.update") + stage.calls("webinar.update");
    assert_eq!(asked(), 2, "turned once");
    stage.passes(hours(1)).await;
    assert!((4..2 * FEW).contains(&asked()), "{}", asked());
}

#[tokio::test]
async fn a_refusal_that_names_the_kind_that_was_asked_for_turns_nothing() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    let body = r#"{"code":3000,"message":"Cannot access meeting information."}"#;
    stage
        .app
        .zoom()
        .fault(json("meeting.update", 400, body).always());
    stage.moves(&booking, TEN).await;
    stage.passes(minutes(10)).await;
    assert_eq!(stage.calls("webinar.update"), 0);
    assert_eq!(stage.calls("meeting.update"), 1);
}

#[tokio::test]
async fn what_zoom_resisted_once_is_not_forgiven_when_it_is_changed_by_hand_later() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    stage
        .app
        .zoom()
        .fault(json("meeting.update", 204, "").times(1));
    stage.moves(&booking, TEN).await;
    stage.passes(minutes(20)).await;
    let shown = || stage.app.zoom().meetings().remove(0);
    assert_eq!(shown().start_time, Some(at(NINE)), "left so");
    stage.app.zoom().rename_by_hand(shown().id, "Lunch");
    stage.passes(minutes(20)).await;
    assert_eq!(shown().start_time, Some(at(TEN)));
    assert_ne!(shown().topic, "Lunch");
    let said = stage.said(Action::ReadMeeting).await;
    assert!(
        said.iter()
            .any(|words| words.contains("its topic. It is put back")),
        "{said:?}"
    );
}

#[tokio::test]
async fn what_is_changed_again_and_again_is_left_alone_after_three_times() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.passes(minutes(2)).await;
    let link = stage.link(&booking).await;
    let id = stage.app.zoom().meetings()[0].id;
    for _ in 0..8 {
        stage.app.zoom().rename_by_hand(id, "Standup");
        stage.passes(minutes(20)).await;
    }
    assert_eq!(stage.calls("meeting.update"), 3);
    assert_eq!(stage.app.zoom().meetings()[0].topic, "Standup");
    assert_eq!(stage.link(&booking).await, link);
    let said = stage.said(Action::ReadMeeting).await;
    let left = said
        .iter()
        .filter(|words| words.contains("again and again"));
    assert_eq!(left.count(), 1, "{said:?}");
    // A move is still made.
    stage.moves(&booking, TEN).await;
    stage.app.settle().await;
    assert_eq!(stage.app.zoom().meetings()[0].start_time, Some(at(TEN)));
}
