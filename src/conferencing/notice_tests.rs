//! What Zoom tells by itself: what follows from it, and what never may.

use crate::language::Language;
use crate::language::tests::hosts_read;
use crate::testing::readable::assert_translated;
use axum::http::StatusCode;
use zoom_sim::SignedWebhook;

use super::*;
use crate::clock::days;
use crate::conferencing::connection::Break;
use crate::conferencing::notices;
use crate::seal::{hex, mac};
use crate::sync_log::Action;

/// Signed as Zoom would, sent now.
fn signed(stage: &Stage, body: &[u8]) -> (String, String) {
    let at = stage.app.now().as_second().to_string();
    let said = [b"v0:", at.as_bytes(), b":", body].concat();
    let signature = hex(&mac(stage.app.zoom().webhook_secret().as_bytes(), &said));
    (at, format!("v0={signature}"))
}

fn event(stage: &Stage, body: &serde_json::Value) -> SignedWebhook {
    let body = body.to_string();
    let (at, signature) = signed(stage, body.as_bytes());
    SignedWebhook {
        headers: vec![
            ("x-zm-request-timestamp".to_owned(), at),
            ("x-zm-signature".to_owned(), signature),
        ],
        body,
    }
}

fn removal(stage: &Stage, user: &str, client: &str) -> serde_json::Value {
    serde_json::json!({
        "event": "app_deauthorized",
        "payload": {
            "account_id": "AAAAAABBBB",
            "user_id": user,
            "client_id": client,
            "deauthorization_time": stage.app.now().to_string(),
            "event_ts": stage.app.now().to_string(),
        },
    })
}

/// All that a notice could change, in one comparable text.
async fn dump(stage: &Stage) -> Vec<String> {
    let mut all = Vec::new();
    for table in [
        "notices",
        "notice_addresses",
        "seen",
        "leftovers",
        "sync_log",
        "jobs",
        "letters",
        "connections",
        "accounts",
        "changes_sent",
        "pauses",
        "strays",
        "meetings",
        "bookings",
    ] {
        all.push(format!("{table} {}", stage.app.rows(table).await));
    }
    let mut reader = stage.app.app.db.read().await.unwrap();
    for text in [
        "SELECT kind || CAST(run_at AS TEXT) || CAST(round AS TEXT) FROM jobs ORDER BY kind, id",
        "SELECT CAST(grant_number AS TEXT) || COALESCE(broken_why, 'whole') FROM connections
         ORDER BY id",
        "SELECT here || CAST(look_round AS TEXT) || COALESCE(join_url, '') FROM seen
         ORDER BY meeting_id",
        "SELECT result || words FROM sync_log ORDER BY at, id",
        "SELECT CAST(validated_at AS TEXT) FROM notice_addresses",
    ] {
        all.extend(sql(text).all::<String>(&mut reader).await.unwrap());
    }
    all
}

#[tokio::test]
async fn a_removal_in_zoom_purges_the_tokens_and_mails_before_any_job_runs() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    let link = stage.link(&booking).await;
    stage.app.advance(hours(1));
    stage.app.subscribes();
    stage.app.zoom().revoke("ada@zoom.example");
    assert_eq!(stage.app.hears().await, [StatusCode::OK]);

    let row = linked(&stage).await.remove(0).connection;
    assert_eq!(row.broken_why, Some(Break::RemovedInZoom));
    assert!(row.access_token.is_none() && row.refresh_token.is_none());
    assert_eq!(stage.said(Action::AccessRemoved).await.len(), 1);
    stage.app.settle().await;
    let letters = stage.letters(&stage.ada.email);
    let letter = letters.iter().find(|l| l.kind == "connection-broken");
    let letter = letter.expect("its owner is mailed");
    assert!(letter.text.contains("42min was removed in Zoom on"));
    assert_eq!(stage.link(&booking).await, link, "its link stays");
    assert_eq!(
        stage.calls("user.get"),
        1,
        "nobody had to ask: the sign-in only"
    );
}

#[tokio::test]
async fn a_removal_from_before_the_present_grant_changes_nothing_and_is_checked() {
    let stage = stage().await;
    stage.app.advance(hours(1));
    stage.app.subscribes();
    stage.app.zoom().revoke("ada@zoom.example");
    let late = stage.app.zoom().take_webhooks().remove(0);
    stage.app.advance(minutes(10));
    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    let asked = stage.calls("user.get");
    assert_eq!(stage.app.delivers(&late).await, StatusCode::OK);
    assert!(linked(&stage).await[0].is_connected());
    stage.app.settle().await;
    assert!(linked(&stage).await[0].is_connected());
    assert_eq!(
        stage.calls("user.get"),
        asked + 1,
        "whether it works was asked"
    );
    assert_eq!(stage.said(Action::AccessRemoved).await.len(), 1);
    assert!(stage.letters(&stage.ada.email).is_empty());
}

#[tokio::test]
async fn a_removal_right_after_the_grant_is_found_out_by_asking() {
    let stage = stage().await;
    stage.app.subscribes();
    // By two clocks that differ this may be the grant before: nobody can tell from the times.
    stage.app.zoom().revoke("ada@zoom.example");
    assert_eq!(stage.app.hears().await, [StatusCode::OK]);
    assert!(linked(&stage).await[0].is_connected(), "not believed");
    stage.app.settle().await;
    let broken = linked(&stage).await.remove(0).connection;
    assert_eq!(broken.broken_why, Some(Break::RemovedInZoom), "no riddle");
    assert_eq!(stage.said(Action::Probe).await.len(), 1);
}

#[tokio::test]
async fn a_removal_that_does_not_say_of_which_app_is_found_out_by_asking() {
    let stage = stage().await;
    stage.app.advance(hours(1));
    let ada = linked(&stage).await[0].account.remote_user.clone();
    let mut removal = removal(&stage, &ada, "");
    let payload = removal["payload"].as_object_mut().unwrap();
    payload.remove("client_id");
    let notice = event(&stage, &removal);
    stage.app.zoom().revoke("ada@zoom.example");
    assert_eq!(stage.app.delivers(&notice).await, StatusCode::OK);
    assert!(linked(&stage).await[0].is_connected(), "not believed");
    stage.app.settle().await;
    assert!(!linked(&stage).await[0].is_connected());
}

#[tokio::test]
async fn a_removal_ends_also_what_nobody_has_decided_to_use() {
    let stage = stage().await;
    stage
        .app
        .zoom()
        .add_user(zoom_sim::UserSpec::new("second@zoom.example"));
    stage
        .app
        .connects(&stage.ada, "personal", "second@zoom.example")
        .await;
    assert_eq!(stage.app.rows("held_grants").await, 1);
    stage.app.subscribes();
    stage.app.advance(minutes(2));
    stage.app.zoom().revoke("second@zoom.example");
    assert_eq!(stage.app.hears().await, [StatusCode::OK]);
    assert_eq!(stage.app.rows("held_grants").await, 0);
    assert!(linked(&stage).await[0].is_connected());
    let said = stage.said(Action::AccessRemoved).await;
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("second@zoom.example removed the access"));
}

#[tokio::test]
async fn the_removal_of_another_app_or_of_a_stranger_changes_nothing() {
    let stage = stage().await;
    stage.app.advance(hours(1));
    let ours = stage.app.zoom().client_id();
    let ada = linked(&stage).await[0].account.remote_user.clone();
    let before = dump(&stage).await;
    for (user, client) in [(ada.as_str(), "another-app"), ("a-stranger", &ours)] {
        let notice = event(&stage, &removal(&stage, user, client));
        assert_eq!(stage.app.delivers(&notice).await, StatusCode::OK);
        assert_eq!(dump(&stage).await, before, "{user} {client}");
    }
    let notice = event(&stage, &removal(&stage, &ada, &ours));
    assert_eq!(stage.app.delivers(&notice).await, StatusCode::OK);
    assert!(!linked(&stage).await[0].is_connected(), "the control");
}

#[tokio::test]
async fn a_delivery_that_comes_twice_has_its_effect_once() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    stage.app.subscribes();
    let id = stage.app.zoom().meetings()[0].id;
    stage.app.zoom().move_by_hand(id, at(TEN));
    let webhook = stage.app.zoom().take_webhooks().remove(0);
    assert_eq!(stage.app.delivers(&webhook).await, StatusCode::OK);
    stage.app.settle().await;
    let before = dump(&stage).await;
    // Also when it is signed anew, an hour later.
    assert_eq!(stage.app.delivers(&webhook).await, StatusCode::OK);
    let body: serde_json::Value = serde_json::from_str(&webhook.body).unwrap();
    assert_eq!(
        stage.app.delivers(&event(&stage, &body)).await,
        StatusCode::OK
    );
    assert_eq!(dump(&stage).await, before);
    stage.app.advance(hours(3));
    assert_eq!(
        stage.app.delivers(&webhook).await,
        StatusCode::UNAUTHORIZED,
        "too old"
    );
    assert!(matches!(stage.online(&booking).await, Online::Ready(_)));
}

#[tokio::test]
async fn a_meeting_deleted_by_hand_is_made_anew_and_everyone_gets_the_new_link() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.passes(minutes(1)).await;
    let old = stage.link(&booking).await;
    stage.app.subscribes();
    let id = stage.app.zoom().meetings()[0].id;
    stage.app.zoom().delete_by_hand(id);
    assert_eq!(stage.app.hears().await, [StatusCode::OK]);
    stage.app.settle().await;
    let new = stage.link(&booking).await;
    assert_ne!(new, old);
    assert_eq!(stage.app.zoom().meetings().len(), 1);
    let letters = stage.letters("grace@example.com");
    let last = letters.last().unwrap();
    assert_eq!(last.kind, "link-changed");
    assert!(last.text.contains(&new));
    let said = stage.said(Action::ReadMeeting).await;
    assert_eq!(
        said,
        ["The meeting was deleted in Zoom. A new one is made, and everyone gets its link."]
    );
    assert_eq!(stage.said(Action::Notice).await.len(), 1);
}

#[tokio::test]
async fn deleted_just_before_the_start_the_host_is_asked_and_makes_a_new_one_by_one_click() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.passes(minutes(1)).await;
    stage.app.subscribes();
    let ten_before = at(NINE) - minutes(10);
    stage
        .passes(ten_before.duration_since(stage.app.now()))
        .await;
    let id = stage.app.zoom().meetings()[0].id;
    let letters_before = stage.letters("grace@example.com").len();
    stage.app.zoom().delete_by_hand(id);
    stage.app.hears().await;
    stage.app.settle().await;
    assert!(stage.app.zoom().meetings().is_empty(), "not by itself");
    assert!(matches!(stage.online(&booking).await, Online::None(_)));
    let letters = stage.letters(&stage.ada.email);
    let asked: Vec<_> = letters
        .iter()
        .filter(|l| l.kind == "deleted-in-zoom")
        .collect();
    assert_eq!(asked.len(), 1);
    let page = format!("/360/meetings/{}", booking.id);
    assert!(asked[0].text.contains(&page), "{}", asked[0].text);
    stage.passes(minutes(2)).await;
    assert!(stage.app.zoom().meetings().is_empty(), "nor later");
    assert_eq!(stage.letters("grace@example.com").len(), letters_before);

    let mut browser = stage.app.browser_of(&stage.ada).await;
    let shown = browser.get(&page).await;
    assert!(shown.text().contains("deleted in Zoom"), "{}", shown.text());
    let log = browser.get(&crate::sync_log::path_of(booking.id)).await;
    let entry = log.links("/360/integrations/zoom/log/0")[0].clone();
    let entry = browser.get(&entry).await;
    assert!(entry.text().contains("Try again now"), "{}", entry.text());
    browser.post(&format!("{page}/link"), &[]).await;
    stage.app.settle().await;
    assert_eq!(stage.app.zoom().meetings().len(), 1);
    let letters = stage.letters("grace@example.com");
    assert_eq!(letters.last().unwrap().kind, "link-changed");
}

#[tokio::test]
async fn one_that_is_recovered_before_another_was_made_is_the_one_again() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.passes(minutes(1)).await;
    let link = stage.link(&booking).await;
    stage.app.subscribes();
    let ten_before = at(NINE) - minutes(10);
    stage
        .passes(ten_before.duration_since(stage.app.now()))
        .await;
    let id = stage.app.zoom().meetings()[0].id;
    stage.app.zoom().delete_by_hand(id);
    stage.app.hears().await;
    stage.app.settle().await;
    stage.app.zoom().recover_by_hand(id);
    stage.app.hears().await;
    stage.app.settle().await;
    assert_eq!(stage.link(&booking).await, link);
    assert_eq!(stage.app.zoom().meetings().len(), 1);
    assert_eq!(stage.calls("meeting.create"), 1);
    assert_eq!(
        stage.letters("grace@example.com").len(),
        1,
        "nothing changed"
    );
}

#[tokio::test]
async fn one_that_is_recovered_after_another_was_made_goes_and_nobody_has_two_links() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.passes(minutes(1)).await;
    stage.app.subscribes();
    let id = stage.app.zoom().meetings()[0].id;
    stage.app.zoom().delete_by_hand(id);
    stage.app.hears().await;
    stage.app.settle().await;
    let link = stage.link(&booking).await;
    stage.app.zoom().recover_by_hand(id);
    assert_eq!(stage.app.zoom().meetings().len(), 2);
    stage.app.hears().await;
    stage.app.settle().await;
    let meetings = stage.app.zoom().meetings();
    assert_eq!(meetings.len(), 1);
    assert_eq!(meetings[0].join_url, link);
    assert_eq!(stage.link(&booking).await, link);
}

#[tokio::test]
async fn a_time_or_topic_changed_by_hand_is_put_back_once_and_the_echo_ends() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    let link = stage.link(&booking).await;
    stage.app.subscribes();
    let id = stage.app.zoom().meetings()[0].id;
    stage.app.zoom().move_by_hand(id, at(TEN));
    stage.app.advance(seconds(1));
    stage.app.zoom().rename_by_hand(id, "Lunch");
    for _ in 0..5 {
        stage.app.advance(seconds(1));
        stage.app.hears().await;
        stage.app.settle().await;
    }
    let shown = &stage.app.zoom().meetings()[0];
    assert_eq!(shown.start_time, Some(at(NINE)));
    assert_eq!(shown.topic, "Intro call: Grace Hopper and Ada Lovelace");
    assert_eq!(stage.link(&booking).await, link);
    assert_eq!(stage.calls("meeting.update"), 1);
    let said = stage.said(Action::ReadMeeting).await;
    assert_eq!(
        said[0],
        "Changed by hand in Zoom: its time and its topic. It is put back."
    );
    // The look, the look back after our change, and one for its echo.
    assert_eq!(stage.calls("meeting.get"), 3);
    assert_eq!(stage.said(Action::Notice).await.len(), 2);
    assert!(stage.app.zoom().take_webhooks().is_empty(), "it has ended");
}

#[tokio::test]
async fn other_settings_changed_by_hand_are_left_alone() {
    let stage = stage().await;
    stage.books(NINE).await;
    stage.app.settle().await;
    stage.app.subscribes();
    let id = stage.app.zoom().meetings()[0].id;
    stage.app.zoom().describe_by_hand(id, "Bring your laptop");
    for _ in 0..3 {
        stage.app.hears().await;
        stage.app.settle().await;
    }
    assert_eq!(stage.app.zoom().meetings()[0].agenda, "Bring your laptop");
    assert_eq!(stage.calls("meeting.update"), 0);
    assert_eq!(stage.calls("meeting.get"), 1);
}

#[tokio::test]
async fn our_own_moves_and_cancels_echo_and_cost_one_look_at_most() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    stage.app.subscribes();
    let moved = stage.moves(&booking, TEN).await;
    stage.app.settle().await;
    let reads = stage.calls("meeting.get");
    for _ in 0..3 {
        stage.app.hears().await;
        stage.app.settle().await;
    }
    assert_eq!(stage.calls("meeting.get"), reads + 1);
    assert_eq!(stage.calls("meeting.update"), 1);
    let log = stage.app.rows("sync_log").await;
    stage.cancels(&moved).await;
    stage.app.settle().await;
    let after = stage.app.rows("sync_log").await;
    assert_eq!(stage.app.hears().await, [StatusCode::OK]);
    stage.app.settle().await;
    assert_eq!(after, log + 1, "the removal");
    assert_eq!(
        stage.app.rows("sync_log").await,
        after,
        "its echo says nothing"
    );
}

#[tokio::test]
async fn ten_hints_cost_one_look_and_one_entry() {
    let stage = stage().await;
    stage.books(NINE).await;
    stage.app.settle().await;
    stage.app.subscribes();
    let id = stage.app.zoom().meetings()[0].id;
    for number in 0..10 {
        stage.app.advance(seconds(1));
        stage
            .app
            .zoom()
            .describe_by_hand(id, &format!("Draft {number}"));
        stage
            .app
            .zoom()
            .rename_by_hand(id, &format!("Name {number}"));
    }
    assert_eq!(stage.app.hears().await.len(), 20);
    stage.app.settle().await;
    assert_eq!(stage.said(Action::Notice).await.len(), 1);
    assert_eq!(stage.calls("meeting.update"), 1);
}

#[tokio::test]
async fn a_meeting_made_a_webinar_by_hand_follows_as_one_and_back() {
    let stage = stage_without_account().await;
    let user = zoom_sim::UserSpec::new("ada@zoom.example").with_webinars(100);
    stage.app.zoom().add_user(user);
    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    stage.app.subscribes();
    let id = stage.app.zoom().meetings()[0].id;
    stage.app.zoom().convert_by_hand(id);
    assert_eq!(stage.app.hears().await, [StatusCode::OK]);
    stage.app.settle().await;
    assert_eq!(stage.calls("webinar.get"), 1, "looked at as one");
    let moved = stage.moves(&booking, TEN).await;
    stage.app.settle().await;
    assert_eq!(stage.app.zoom().webinars()[0].start_time, Some(at(TEN)));
    assert!(stage.said(Action::MoveWebinar).await.len() == 1);
    stage.app.zoom().convert_by_hand(id);
    stage.app.hears().await;
    stage.app.settle().await;
    stage.cancels(&moved).await;
    stage.app.settle().await;
    assert!(stage.app.zoom().webinars().is_empty());
    assert!(stage.app.zoom().meetings().is_empty());
}

#[tokio::test]
async fn a_user_deactivated_in_zoom_is_found_out_at_once() {
    for (quirk, why) in [
        (zoom_sim::Deactivated::DoesNotExist, Break::UserGone),
        (zoom_sim::Deactivated::Unauthorized, Break::RefreshRefused),
    ] {
        let stage = stage().await;
        let quirks = zoom_sim::Quirks {
            deactivated: quirk,
            ..zoom_sim::Quirks::default()
        };
        stage.app.zoom().set_quirks(quirks);
        stage.app.subscribes();
        stage.app.zoom().deactivate("ada@zoom.example");
        assert_eq!(stage.app.hears().await, [StatusCode::OK]);
        assert!(linked(&stage).await[0].is_connected(), "a hint only");
        stage.app.settle().await;
        assert_eq!(linked(&stage).await[0].connection.broken_why, Some(why));
        let said = stage.said(Action::Notice).await;
        assert!(said[0].contains("this user was deactivated"), "{said:?}");
    }
}

#[tokio::test]
async fn a_user_who_is_said_to_be_gone_and_is_not_stays_connected() {
    let stage = stage().await;
    let ada = linked(&stage).await[0].account.remote_user.clone();
    for name in ["user.deactivated", "user.deleted", "user.disassociated"] {
        let body = serde_json::json!({
            "event": name, "event_ts": 1, "payload": {"account_id": "a", "object": {"id": ada}},
        });
        assert_eq!(
            stage.app.delivers(&event(&stage, &body)).await,
            StatusCode::OK
        );
    }
    stage.app.settle().await;
    assert!(linked(&stage).await[0].is_connected());
    assert_eq!(stage.said(Action::Notice).await.len(), 3);
    assert_eq!(
        stage.said(Action::Probe).await,
        ["The authorization works."]
    );
}

/// The product behind a real door, for as long as the work takes.
async fn listening<T>(stage: &Stage, work: impl Future<Output = T>) -> T {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let url = format!("http://{address}/webhooks/zoom");
    stage.app.zoom().set_webhook_url(&url);
    let serving = axum::serve(listener, stage.app.router.clone()).into_future();
    tokio::select! {
        served = serving => panic!("{served:?}"),
        done = work => done,
    }
}

#[tokio::test]
async fn zoom_makes_sure_of_the_address_and_we_know_when() {
    let stage = stage().await;
    let at = async || {
        let mut reader = stage.app.app.db.read().await.unwrap();
        notices::store::webhook_validated_at(&mut reader)
            .await
            .unwrap()
    };
    assert_eq!(at().await, None);
    let valid = listening(&stage, stage.app.zoom().validate_webhook_url()).await;
    assert_eq!(valid, Ok(()));
    assert_eq!(at().await, Some(stage.app.now()));
    stage.app.advance(days(3));
    let valid = listening(&stage, stage.app.zoom().validate_webhook_url()).await;
    assert_eq!(valid, Ok(()));
    assert_eq!(at().await, Some(stage.app.now()));
}

#[tokio::test]
async fn zoom_itself_delivers_over_http_and_has_nothing_to_repeat() {
    let stage = stage().await;
    stage.books(NINE).await;
    stage.app.settle().await;
    let id = stage.app.zoom().meetings()[0].id;
    listening(&stage, async {
        stage.app.zoom().delete_by_hand(id);
        stage.app.zoom().webhooks_settled().await;
    })
    .await;
    stage.app.settle().await;
    assert_eq!(stage.app.zoom().meetings().len(), 1);
    let delivery = &stage.app.zoom().deliveries()[0];
    assert_eq!(delivery.event, "meeting.deleted");
    assert_eq!(delivery.attempts[0].status, Some(200));
    assert_eq!(delivery.next_at, None);
}

#[tokio::test]
async fn without_a_secret_nothing_is_there() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let answer = browser.post("/webhooks/zoom", &[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn old_notes_of_deliveries_do_not_pile_up() {
    let stage = stage().await;
    stage.books("2026-05-12T07:00:00Z").await;
    stage.app.settle().await;
    stage.app.subscribes();
    let id = stage.app.zoom().meetings()[0].id;
    for day in 0..4 {
        stage.app.zoom().rename_by_hand(id, &format!("Day {day}"));
        stage.app.hears().await;
        stage.app.settle().await;
        stage.app.hears().await;
        stage.passes(days(2)).await;
    }
    assert!(stage.app.rows("notices").await <= 2);
}

/// A few thousand bad deliveries from seeded chance: none may be a 5xx, none may change anything.
#[tokio::test]
async fn bad_deliveries_of_every_kind_change_nothing_and_break_nothing() {
    let stage = stage().await;
    stage.books(NINE).await;
    stage.app.settle().await;
    stage.app.advance(hours(1));
    let room = stage.app.zoom().meetings()[0].id;
    let user = linked(&stage).await[0].account.remote_user.clone();
    let ours = stage.app.zoom().client_id();
    let good = [
        removal(&stage, &user, &ours).to_string(),
        serde_json::json!({
            "event": "meeting.deleted", "event_ts": 1_700_000_000_000_i64,
            "payload": {"account_id": "a", "object": {"id": room, "host_id": user}},
        })
        .to_string(),
        serde_json::json!({
            "event": "user.deactivated", "event_ts": 7,
            "payload": {"account_id": "a", "object": {"id": user}},
        })
        .to_string(),
    ];
    let before = dump(&stage).await;
    let mut tried = 0;
    for (name, timestamp, signature, body) in corpus(&stage, &good) {
        let status = bad(&stage, timestamp, signature, body).await;
        assert!(
            !status.is_server_error() && !status.is_redirection(),
            "{name}: {status}"
        );
        tried += 1;
        if tried % 500 == 0 {
            assert_eq!(dump(&stage).await, before, "{name}");
        }
    }
    for body in &good {
        for (name, request) in odd_requests(&stage, body) {
            let status = asked(&stage, request).await;
            assert!(status.is_client_error(), "{name}: {status}");
            tried += 1;
        }
    }
    assert!(tried >= 2_000, "{tried}");
    assert_eq!(dump(&stage).await, before);
}

#[tokio::test]
async fn a_hundred_of_one_delivery_at_once_have_one_effect() {
    let stage = stage().await;
    stage.app.advance(hours(1));
    let user = linked(&stage).await[0].account.remote_user.clone();
    let body = removal(&stage, &user, &stage.app.zoom().client_id()).to_string();
    let (at, signature) = signed(&stage, body.as_bytes());
    let again = || {
        let body = body.clone().into_bytes();
        bad(
            &stage,
            at.clone().into_bytes(),
            signature.clone().into_bytes(),
            body,
        )
    };
    let taken = futures_util::future::join_all((0..100).map(|_| again())).await;
    assert!(
        taken.iter().all(|status| *status == StatusCode::OK),
        "{taken:?}"
    );
    assert_eq!(stage.app.rows("notices").await, 1);
    assert_eq!(stage.said(Action::AccessRemoved).await.len(), 1);
    let after = dump(&stage).await;
    assert_eq!(again().await, StatusCode::OK);
    assert_eq!(dump(&stage).await, after);
}

async fn asked(stage: &Stage, request: axum::http::Request<axum::body::Body>) -> StatusCode {
    use tower::ServiceExt as _;
    let router = stage.app.router.clone();
    router.oneshot(request).await.unwrap().status()
}

/// What is wrong with the request, not with its words.
fn odd_requests(
    stage: &Stage,
    body: &str,
) -> Vec<(&'static str, axum::http::Request<axum::body::Body>)> {
    use axum::body::Body;
    use axum::http::{Method, Request};
    let (at, signature) = signed(stage, body.as_bytes());
    let post = || Request::post("/webhooks/zoom");
    let pieces = |bytes: Vec<u8>| {
        let pieces: Vec<_> = bytes
            .chunks(1_000)
            .map(|piece| Ok::<_, std::io::Error>(piece.to_vec()))
            .collect();
        Body::from_stream(futures_util::stream::iter(pieces))
    };
    let whole = || Body::from(body.to_owned());
    let zipped = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3], body.as_bytes()].concat();
    let (zipped_at, zipped_signature) = signed(stage, &zipped);
    let mut all = vec![
        ("nothing signed", post().body(whole()).unwrap()),
        (
            "no time",
            post()
                .header("x-zm-signature", &signature)
                .body(whole())
                .unwrap(),
        ),
        (
            "no signature",
            post()
                .header("x-zm-request-timestamp", &at)
                .body(whole())
                .unwrap(),
        ),
        (
            "a forged signature before the true one",
            post()
                .header("x-zm-request-timestamp", &at)
                .header("x-zm-signature", "v0=00")
                .header("x-zm-signature", &signature)
                .body(whole())
                .unwrap(),
        ),
        (
            "zipped, and signed so",
            post()
                .header("content-encoding", "gzip")
                .header("x-zm-request-timestamp", &zipped_at)
                .header("x-zm-signature", &zipped_signature)
                .body(Body::from(zipped))
                .unwrap(),
        ),
        (
            "in pieces, one of them changed",
            post()
                .header("x-zm-request-timestamp", &at)
                .header("x-zm-signature", &signature)
                .body(pieces(body.to_uppercase().into_bytes()))
                .unwrap(),
        ),
        (
            "endless",
            post()
                .header("x-zm-request-timestamp", &at)
                .header("x-zm-signature", &signature)
                .body(pieces(vec![b'x'; 3_000_000]))
                .unwrap(),
        ),
    ];
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
        let request = Request::builder()
            .method(method)
            .uri("/webhooks/zoom")
            .header("x-zm-request-timestamp", &at)
            .header("x-zm-signature", &signature);
        all.push(("another method", request.body(whole()).unwrap()));
    }
    all
}

async fn bad(stage: &Stage, timestamp: Vec<u8>, signature: Vec<u8>, body: Vec<u8>) -> StatusCode {
    use tower::ServiceExt as _;
    let header = |bytes: &[u8]| axum::http::HeaderValue::from_bytes(bytes);
    let mut request = axum::http::Request::post("/webhooks/zoom");
    if let Ok(value) = header(&timestamp) {
        request = request.header("x-zm-request-timestamp", value);
    }
    if let Ok(value) = header(&signature) {
        request = request.header("x-zm-signature", value);
    }
    let request = request.body(axum::body::Body::from(body)).unwrap();
    let router = stage.app.router.clone();
    router.oneshot(request).await.unwrap().status()
}

type Bad = (&'static str, Vec<u8>, Vec<u8>, Vec<u8>);

/// Forged: one thing wrong with the signing. Signed: what Zoom would never say, signed all the
/// same.
fn corpus(stage: &Stage, good: &[String]) -> Vec<Bad> {
    let mut all = Vec::new();
    let chance = |bound: usize| {
        let number = u32::from_le_bytes(stage.app.app.entropy.bytes::<4>());
        usize::try_from(number).unwrap() % bound
    };
    for body in good {
        let (at, signature) = signed(stage, body.as_bytes());
        let (at, signature) = (at.into_bytes(), signature.into_bytes());
        for _ in 0..250 {
            let mut changed = body.clone().into_bytes();
            let place = chance(changed.len());
            changed[place] ^= u8::try_from(1 + chance(255)).unwrap();
            all.push(("a changed byte", at.clone(), signature.clone(), changed));
            let mut forged = signature.clone();
            let place = 3 + chance(64);
            forged[place] = if forged[place] == b'0' { b'1' } else { b'0' };
            all.push((
                "a forged signature",
                at.clone(),
                forged,
                body.clone().into_bytes(),
            ));
        }
        for end in 0..body.len() {
            let cut = body.as_bytes()[..end].to_vec();
            all.push(("cut short", at.clone(), signature.clone(), cut));
        }
        for offset in [-1_000_000, -7_201, 301, 1_000_000, i64::MIN / 2] {
            let then = stage
                .app
                .now()
                .as_second()
                .saturating_add(offset)
                .to_string();
            let said = format!("v0:{then}:{body}");
            let secret = stage.app.zoom().webhook_secret();
            let stale = format!("v0={}", hex(&mac(secret.as_bytes(), said.as_bytes())));
            all.push((
                "too old or early",
                then.into_bytes(),
                stale.into_bytes(),
                body.clone().into_bytes(),
            ));
        }
        for odd in ["", "v0=", "v0=zz", "v1=00", "\u{e9}", "null"] {
            all.push((
                "an odd signature",
                at.clone(),
                odd.as_bytes().to_vec(),
                body.clone().into_bytes(),
            ));
            all.push((
                "an odd time",
                odd.as_bytes().to_vec(),
                signature.clone(),
                body.clone().into_bytes(),
            ));
        }
    }
    for (name, body) in signed_nonsense(good, &chance) {
        let (at, signature) = signed(stage, &body);
        all.push((name, at.into_bytes(), signature.into_bytes(), body));
    }
    all
}

fn signed_nonsense(
    good: &[String],
    chance: &dyn Fn(usize) -> usize,
) -> Vec<(&'static str, Vec<u8>)> {
    let mut all: Vec<(&'static str, Vec<u8>)> = vec![
        ("empty", vec![]),
        ("not UTF-8", vec![0xff, 0xfe, b'{', b'}']),
        ("deep", [b"[".repeat(60_000), b"]".repeat(60_000)].concat()),
        ("huge", vec![b' '; 2 * 1024 * 1024]),
        (
            "a long name",
            format!(r#"{{"event":"{}","payload":{{}}}}"#, "x".repeat(200_000)).into_bytes(),
        ),
    ];
    for (name, body) in [
        (
            "one event named over another",
            r#"{"event":"meeting.deleted","event":"meeting.started","payload":{}}"#,
        ),
        (
            "one payload over another",
            r#"{"event":"meeting.deleted","payload":{"object":{"id":1}},"payload":{}}"#,
        ),
        (
            "no token to sign",
            r#"{"event":"endpoint.url_validation","payload":{}}"#,
        ),
        ("no payload", r#"{"event":"endpoint.url_validation"}"#),
        (
            "a token that is no text",
            r#"{"event":"endpoint.url_validation","payload":{"plainToken":7}}"#,
        ),
        (
            "a token that is nothing",
            r#"{"event":"endpoint.url_validation","payload":{"plainToken":null}}"#,
        ),
        (
            "many tokens",
            r#"{"event":"endpoint.url_validation","payload":{"plainToken":["a","b"]}}"#,
        ),
        (
            "a token inside another",
            r#"{"event":"endpoint.url_validation","payload":{"plainToken":{"plainToken":"a"}}}"#,
        ),
    ] {
        all.push((name, body.as_bytes().to_vec()));
    }
    let odd = [
        "null",
        "true",
        "0",
        "-1",
        "1e308",
        "\"\"",
        "\"\\u0000\"",
        "\"' OR 1=1 --\"",
        "[]",
        "{}",
        "[[[]]]",
        "\"\\ud800\"",
        "18446744073709551616",
        "\"éé\"",
        "{\"id\":{\"id\":1}}",
    ];
    for body in good {
        let whole: serde_json::Value = serde_json::from_str(body).unwrap();
        let mut places = Vec::new();
        paths(&whole, &mut String::new(), &mut places);
        for place in &places {
            // The time of an event may be anything; wrong in itself it is no reason to doubt it.
            if place.ends_with("event_ts") || place.ends_with("account_id") {
                continue;
            }
            if place.ends_with("deauthorization_time") || place.ends_with("host_id") {
                continue;
            }
            for value in odd {
                // Without an app's name the removal may be of ours.
                if place.ends_with("client_id") && value == "null" {
                    continue;
                }
                let marked = with(&whole, place, "PLACE").to_string();
                all.push((
                    "a wrong type",
                    marked.replace("\"PLACE\"", value).into_bytes(),
                ));
            }
        }
        for _ in 0..100 {
            let end = chance(body.len());
            all.push(("signed and cut short", body.as_bytes()[..end].to_vec()));
        }
        for name in [
            "meeting.created",
            "meeting.started",
            "recording.completed",
            "x",
        ] {
            let mut other = whole.clone();
            other["event"] = serde_json::json!(name);
            all.push(("of no concern", other.to_string().into_bytes()));
        }
    }
    all
}

fn paths(value: &serde_json::Value, at: &mut String, all: &mut Vec<String>) {
    let Some(fields) = value.as_object() else {
        return;
    };
    for (name, inner) in fields {
        let here = format!("{at}/{name}");
        all.push(here.clone());
        paths(inner, &mut here.clone(), all);
    }
}

fn with(whole: &serde_json::Value, place: &str, value: &str) -> serde_json::Value {
    let mut changed = whole.clone();
    *changed.pointer_mut(place).unwrap() = serde_json::json!(value);
    changed
}

#[tokio::test]
async fn the_mail_that_it_was_deleted_in_zoom_is_translated() {
    hosts_read(Language::Pseudo);
    let stage = stage().await;
    stage.books(NINE).await;
    stage.passes(minutes(1)).await;
    stage.app.subscribes();
    let ten_before = at(NINE) - minutes(10);
    stage
        .passes(ten_before.duration_since(stage.app.now()))
        .await;
    let id = stage.app.zoom().meetings()[0].id;
    stage.app.zoom().delete_by_hand(id);
    stage.app.hears().await;
    stage.app.settle().await;
    assert_translated(&stage.letters(&stage.ada.email), "deleted-in-zoom");
}
