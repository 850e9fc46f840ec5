//! Lists of meetings, one sentence of the contract each.

mod support;

use jiff::SignedDuration;
use serde_json::{Value, json};
use support::{Stage, Tokens, at, id_of, tokens_of};
use zoom_sim::UserSpec;

async fn list(stage: &Stage, tokens: &Tokens, query: &str) -> Value {
    let answer = stage
        .call(tokens, "GET", &format!("/users/me/meetings{query}"))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

fn topics(list: &Value) -> Vec<&str> {
    let meetings = list["meetings"].as_array().expect("meetings");
    meetings
        .iter()
        .map(|meeting| meeting["topic"].as_str().expect("a topic"))
        .collect()
}

#[tokio::test]
async fn a_list_shows_the_hosts_own_meetings_earliest_first() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let grace = stage.user(UserSpec::new("grace@engines.example")).await;
    for (topic, start) in [
        ("Later", "2026-05-08T09:00:00Z"),
        ("Sooner", "2026-05-07T09:00:00Z"),
    ] {
        stage
            .meeting(&ada, json!({"topic": topic, "start_time": start}))
            .await;
    }
    stage.meeting(&grace, json!({"topic": "Hers"})).await;
    let list = list(&stage, &ada, "").await;
    assert_eq!(topics(&list), ["Sooner", "Later"]);
    assert_eq!(
        (&list["total_records"], &list["page_size"]),
        (&json!(2), &json!(30))
    );
    assert_eq!(list["next_page_token"], "");
    assert!(list["meetings"][0].get("settings").is_none());
    assert!(
        list["meetings"][0]["join_url"]
            .as_str()
            .unwrap()
            .contains("/j/")
    );
}

#[tokio::test]
async fn the_agenda_is_cut_to_250_characters() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let id = id_of(
        &stage
            .meeting(&ada, json!({"agenda": "é".repeat(300)}))
            .await,
    );
    let list = list(&stage, &ada, "").await;
    assert_eq!(
        list["meetings"][0]["agenda"].as_str().unwrap(),
        "é".repeat(250)
    );
    let whole = stage
        .call(&ada, "GET", &format!("/meetings/{id}"))
        .await
        .json();
    assert_eq!(whole["agenda"].as_str().unwrap(), "é".repeat(300));
}

#[tokio::test]
async fn pages_are_followed_by_their_token_which_lives_a_quarter_of_an_hour() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    for day in 10..15 {
        let start = format!("2026-05-{day}T09:00:00Z");
        stage
            .meeting(
                &ada,
                json!({"topic": format!("Day {day}"), "start_time": start}),
            )
            .await;
    }
    let first = list(&stage, &ada, "?page_size=2").await;
    assert_eq!(
        (&first["page_count"], &first["total_records"]),
        (&json!(3), &json!(5))
    );
    assert_eq!(topics(&first), ["Day 10", "Day 11"]);
    let token = first["next_page_token"].as_str().unwrap();
    let second = list(
        &stage,
        &ada,
        &format!("?page_size=2&next_page_token={token}"),
    )
    .await;
    assert_eq!(topics(&second), ["Day 12", "Day 13"]);
    let last = second["next_page_token"].as_str().unwrap();
    let third = list(
        &stage,
        &ada,
        &format!("?page_size=2&next_page_token={last}"),
    )
    .await;
    assert_eq!(
        (topics(&third), &third["next_page_token"]),
        (vec!["Day 14"], &json!(""))
    );
    stage.sim.clock().advance(SignedDuration::from_mins(15));
    let late = stage
        .call(
            &ada,
            "GET",
            &format!("/users/me/meetings?page_size=2&next_page_token={token}"),
        )
        .await;
    assert_eq!((late.status, late.code()), (400, 300));
}

#[tokio::test]
async fn a_page_can_be_asked_for_by_number() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    for topic in ["One", "Two", "Three"] {
        stage.meeting(&ada, json!({"topic": topic})).await;
    }
    let second = list(&stage, &ada, "?page_size=2&page_number=2").await;
    assert_eq!(second["meetings"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn instant_meetings_are_not_listed() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    stage.meeting(&ada, json!({"type": 1})).await;
    assert!(topics(&list(&stage, &ada, "").await).is_empty());
}

#[tokio::test]
async fn deleted_and_expired_meetings_are_not_listed() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let id = id_of(&stage.meeting(&ada, json!({"topic": "Deleted"})).await);
    stage.meeting(&ada, json!({"topic": "Old"})).await;
    stage
        .meeting(
            &ada,
            json!({"topic": "New", "start_time": "2026-06-01T09:00:00Z"}),
        )
        .await;
    stage.sim.delete_by_hand(id);
    assert_eq!(topics(&list(&stage, &ada, "").await), ["Old", "New"]);
    stage.sim.set_time(at("2026-06-05T09:30:00Z"));
    let ada = tokens_of(&stage.refresh(&ada.refresh).await);
    assert_eq!(topics(&list(&stage, &ada, "").await), ["New"]);
}

#[tokio::test]
async fn a_list_can_be_of_what_is_live_upcoming_or_over() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let first = stage.meeting(&ada, json!({"topic": "First"})).await;
    stage
        .meeting(
            &ada,
            json!({"topic": "Second", "start_time": "2026-05-09T09:00:00Z"}),
        )
        .await;
    stage.sim.set_time(at("2026-05-06T09:30:00Z"));
    let ada = tokens_of(&stage.refresh(&ada.refresh).await);
    assert_eq!(
        topics(&list(&stage, &ada, "?type=upcoming").await),
        ["Second"]
    );
    assert_eq!(
        topics(&list(&stage, &ada, "?type=previous_meetings").await),
        ["First"]
    );
    assert!(topics(&list(&stage, &ada, "?type=live").await).is_empty());
    stage.sim.start_by_hand(id_of(&first));
    assert_eq!(topics(&list(&stage, &ada, "?type=live").await), ["First"]);
    assert_eq!(
        topics(&list(&stage, &ada, "?type=upcoming_meetings").await),
        ["First", "Second"]
    );
    assert_eq!(
        stage
            .call(&ada, "GET", "/users/me/meetings?type=all")
            .await
            .code(),
        300
    );
}

#[tokio::test]
async fn a_list_can_be_narrowed_to_days_of_a_time_zone() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    stage
        .meeting(
            &ada,
            json!({"topic": "Late", "start_time": "2026-05-07T23:30:00Z"}),
        )
        .await;
    let query = "?from=2026-05-08&to=2026-05-08";
    assert!(topics(&list(&stage, &ada, query).await).is_empty());
    let query = "?from=2026-05-08&to=2026-05-08&timezone=Europe/Berlin";
    assert_eq!(topics(&list(&stage, &ada, query).await), ["Late"]);
}

#[tokio::test]
async fn a_lagging_list_shows_the_past_while_reading_by_id_shows_the_present() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    stage.sim.set_list_lag(SignedDuration::from_secs(60));
    let id = id_of(&stage.meeting(&ada, json!({})).await);
    assert!(topics(&list(&stage, &ada, "").await).is_empty());
    assert_eq!(
        stage
            .call(&ada, "GET", &format!("/meetings/{id}"))
            .await
            .status,
        200
    );
    stage.sim.clock().advance(SignedDuration::from_secs(60));
    assert_eq!(topics(&list(&stage, &ada, "").await), ["Intro call"]);
    stage.sim.rename_by_hand(id, "Renamed");
    assert_eq!(topics(&list(&stage, &ada, "").await), ["Intro call"]);
    stage.sim.clock().advance(SignedDuration::from_secs(60));
    assert_eq!(topics(&list(&stage, &ada, "").await), ["Renamed"]);
    stage.sim.delete_by_hand(id);
    assert_eq!(topics(&list(&stage, &ada, "").await), ["Renamed"]);
    stage.sim.clock().advance(SignedDuration::from_secs(60));
    assert!(topics(&list(&stage, &ada, "").await).is_empty());
}

#[tokio::test]
async fn a_meeting_that_its_host_scheduled_by_hand_is_listed_with_its_agenda() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let id = stage.sim.schedule_by_hand(
        "ada@engines.example",
        "Lunch",
        "Bring your own",
        at("2026-05-07T09:00:00Z"),
    );
    let list = list(&stage, &ada, "").await;
    assert_eq!(list["meetings"][0]["id"], json!(id));
    assert_eq!(list["meetings"][0]["agenda"], "Bring your own");
}
