//! Faults: what the client sees, what happened all the same, and what the ledger says.

mod support;

use serde_json::json;
use support::{Stage, id_of, meeting_body, read};
use zoom_sim::{Effect, Fault};

const CREATE: (&str, &str) = ("POST", "/users/me/meetings");

#[tokio::test]
async fn while_it_is_down_nothing_is_answered_and_nothing_happens() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    stage.sim.goes_down();
    for _ in 0..2 {
        let request = stage
            .request(&ada, CREATE.0, CREATE.1)
            .json(&meeting_body(json!({})));
        assert!(request.send().await.is_err());
    }
    stage.sim.comes_back();
    assert!(stage.sim.meetings().is_empty());
    stage.meeting(&ada, json!({})).await;
    let entries = stage.sim.ledger_of("meeting.create");
    let statuses: Vec<_> = entries.iter().map(|entry| entry.status).collect();
    assert_eq!(statuses, [None, None, Some(201)]);
}

#[tokio::test]
async fn while_connections_are_refused_nothing_is_even_sent() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    for _ in 0..3 {
        stage.sim.refuses_connections().await;
        let error = stage
            .request(&ada, "GET", "/users/me")
            .send()
            .await
            .expect_err("refused");
        assert!(error.is_connect(), "{error:?}");
        stage.sim.accepts_connections().await;
        assert_eq!(stage.call(&ada, "GET", "/users/me").await.status, 200);
    }
    assert_eq!(stage.sim.ledger_of("user.get").len(), 3);
}

#[tokio::test]
async fn an_answer_lost_after_the_effect_leaves_a_meeting_behind() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    stage.sim.fault(Fault::drop_after("create"));
    let request = stage
        .request(&ada, CREATE.0, CREATE.1)
        .json(&meeting_body(json!({})));
    assert!(request.send().await.is_err());
    let left: Vec<u64> = stage
        .sim
        .meetings()
        .iter()
        .map(|meeting| meeting.id)
        .collect();
    assert_eq!(left.len(), 1);
    let entry = stage.sim.ledger_of("meeting.create").remove(0);
    assert_eq!(entry.effect.created, left);
    assert_eq!(
        (entry.status, entry.fault.as_deref()),
        (None, Some("drop after effect"))
    );
    assert_eq!(
        stage.call(&ada, "GET", "/users/me").await.status,
        200,
        "only once"
    );
}

#[tokio::test]
async fn a_request_lost_before_the_effect_leaves_nothing() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    stage.sim.fault(Fault::drop_before("meeting.create"));
    let request = stage
        .request(&ada, CREATE.0, CREATE.1)
        .json(&meeting_body(json!({})));
    assert!(request.send().await.is_err());
    assert!(stage.sim.meetings().is_empty());
    assert!(stage.sim.ledger_of("meeting.create")[0].effect.is_none());
}

#[tokio::test]
async fn a_lost_refresh_answer_loses_the_tokens() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    stage.sim.fault(Fault::drop_after("token"));
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", ada.refresh.as_str()),
    ];
    assert!(stage.token_request(&form).send().await.is_err());
    assert_eq!(
        stage.refresh(&ada.refresh).await.json()["error"],
        "invalid_grant"
    );
}

#[tokio::test]
async fn a_status_can_come_instead_of_the_effect_or_after_it() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let body = meeting_body(json!({}));
    stage.sim.fault(Fault::status("create", 500));
    assert_eq!(
        stage.send(&ada, CREATE.0, CREATE.1, &body).await.status,
        500
    );
    assert_eq!(stage.sim.meetings().len(), 0);
    stage.sim.fault(Fault::status("create", 500).after_effect());
    assert_eq!(
        stage.send(&ada, CREATE.0, CREATE.1, &body).await.status,
        500
    );
    assert_eq!(stage.sim.meetings().len(), 1);
}

#[tokio::test]
async fn a_proxy_answers_in_html() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    stage.sim.fault(Fault::bad_gateway("any"));
    let answer = stage.call(&ada, "GET", "/users/me").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (502, Some("text/html"))
    );
}

#[tokio::test]
async fn a_good_token_can_be_called_invalid() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    stage.sim.fault(Fault::unauthorized("get"));
    let answer = stage.call(&ada, "GET", "/users/me").await;
    assert_eq!((answer.status, answer.code()), (401, 124));
}

#[tokio::test]
async fn a_truncated_answer_breaks_off_in_its_body() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    stage.sim.fault(Fault::truncate("create"));
    let request = stage
        .request(&ada, CREATE.0, CREATE.1)
        .json(&meeting_body(json!({})));
    let answer = request.send().await.expect("the head arrives");
    assert_eq!(answer.status(), 201);
    assert!(answer.text().await.is_err(), "the body does not");
    assert_eq!(stage.sim.meetings().len(), 1);
    assert_eq!(stage.call(&ada, "GET", "/users/me").await.status, 200);
}

#[tokio::test]
async fn a_garbled_answer_is_not_json() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    stage.sim.fault(Fault::garbage("create"));
    let answer = stage
        .send(&ada, CREATE.0, CREATE.1, &meeting_body(json!({})))
        .await;
    assert_eq!(answer.status, 201);
    assert!(serde_json::from_str::<serde_json::Value>(&answer.text).is_err());
    assert_eq!(stage.sim.meetings().len(), 1);
}

#[tokio::test]
async fn a_held_create_waits_while_the_test_acts() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    stage.sim.fault(Fault::hold("create"));
    let request = stage
        .request(&ada, CREATE.0, CREATE.1)
        .json(&meeting_body(json!({})));
    let creating = tokio::runtime::Handle::current().spawn(request.send());
    stage.sim.until_held(1).await;
    assert!(stage.sim.meetings().is_empty());
    stage.sim.revoke("ada@engines.example");
    stage.sim.release_held();
    let answer = read(creating.await.unwrap().unwrap()).await;
    assert_eq!(answer.status, 401, "the token died while the call was held");
}

#[tokio::test]
async fn a_held_answer_waits_after_the_effect_and_happens_although_the_client_left() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    stage.sim.fault(Fault::hold("create").after_effect());
    let request = stage
        .request(&ada, CREATE.0, CREATE.1)
        .json(&meeting_body(json!({})));
    let creating = tokio::runtime::Handle::current().spawn(request.send());
    stage.sim.until_held(1).await;
    assert_eq!(stage.sim.meetings().len(), 1);
    creating.abort();
    stage.sim.release_held();
    assert_eq!(stage.sim.ledger_of("meeting.create").len(), 1);
}

#[tokio::test]
async fn a_delay_and_an_outcome_can_meet_the_same_call() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    stage.sim.fault(Fault::delay("user.get", 1));
    stage.sim.fault(Fault::status("user.get", 503));
    assert_eq!(stage.call(&ada, "GET", "/users/me").await.status, 503);
    let entry = stage.sim.ledger_of("user.get").remove(0);
    assert_eq!(
        entry.fault.as_deref(),
        Some("delay 1 ms before effect, status 503 before effect")
    );
}

#[tokio::test]
async fn a_fault_strikes_as_often_as_it_was_told_or_until_it_is_cleared() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let statuses = async |count: usize| {
        let mut seen = Vec::new();
        for _ in 0..count {
            seen.push(stage.call(&ada, "GET", "/users/me").await.status);
        }
        seen
    };
    stage.sim.fault(Fault::status("user.get", 500).times(2));
    assert_eq!(statuses(3).await, [500, 500, 200]);
    stage.sim.fault(Fault::status("user.get", 500).always());
    assert_eq!(statuses(3).await, [500, 500, 500]);
    stage.sim.clear_faults();
    assert_eq!(statuses(1).await, [200]);
}

#[tokio::test]
async fn the_ledger_tells_each_request_in_order_and_no_secret() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let id = id_of(&stage.meeting(&ada, json!({})).await);
    stage.call(&ada, "DELETE", &format!("/meetings/{id}")).await;
    let ledger = stage.sim.ledger();
    let operations: Vec<&str> = ledger
        .iter()
        .map(|entry| entry.operation.as_str())
        .collect();
    assert_eq!(
        operations,
        [
            "oauth.consent",
            "oauth.token",
            "meeting.create",
            "meeting.delete"
        ]
    );
    assert!(ledger.iter().map(|entry| entry.seq).eq(1..=4));
    assert!(
        ledger
            .iter()
            .all(|entry| entry.user.as_deref() == Some("ada@engines.example"))
    );
    let create = &ledger[2];
    assert_eq!(create.request.as_ref().unwrap()["topic"], "Intro call");
    assert_eq!(create.response.as_ref().unwrap()["start_url"], "(masked)");
    assert_eq!(
        create.effect,
        Effect {
            created: vec![id],
            ..Effect::default()
        }
    );
    assert_eq!(
        ledger[3].effect,
        Effect {
            deleted: vec![id],
            ..Effect::default()
        }
    );
    let text = serde_json::to_string(&ledger).unwrap();
    assert!(!text.contains(&ada.access) && !text.contains(&ada.refresh));
    assert!(!text.contains("sim-client-secret"));
}
