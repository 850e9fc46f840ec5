//! The control API and the console: the same powers over HTTP.

mod support;

use serde_json::{Value, json};
use support::{Answer, Stage, id_of, meeting_body, read};

async fn post(stage: &Stage, path: &str, body: Value) -> Answer {
    let url = format!("{}{path}", stage.sim.oauth_url());
    read(
        stage
            .http
            .post(url)
            .json(&body)
            .send()
            .await
            .expect("an answer"),
    )
    .await
}

async fn get(stage: &Stage, path: &str) -> Answer {
    let url = format!("{}{path}", stage.sim.oauth_url());
    read(stage.http.get(url).send().await.expect("an answer")).await
}

#[tokio::test]
async fn users_are_added_and_acted_upon() {
    let stage = Stage::new().await;
    let added = post(
        &stage,
        "/sim/users",
        json!({"email": "ada@engines.example"}),
    )
    .await;
    let id = added.json()["id"].as_str().unwrap().to_owned();
    let ada = stage.connect("ada@engines.example").await;
    assert_eq!(
        post(&stage, &format!("/sim/users/{id}/revoke"), json!({}))
            .await
            .status,
        200
    );
    assert_eq!(stage.call(&ada, "GET", "/users/me").await.status, 401);
    let state = get(&stage, "/sim/state").await.json();
    assert_eq!(state["users"][0]["authorized"], false);
    assert_eq!(
        post(&stage, "/sim/users/nobody/revoke", json!({}))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn going_down_does_not_take_the_control_api_along() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    post(&stage, "/sim/down", json!({})).await;
    assert!(
        stage
            .request(&ada, "GET", "/users/me")
            .send()
            .await
            .is_err()
    );
    assert_eq!(get(&stage, "/sim/state").await.json()["down"], true);
    post(&stage, "/sim/up", json!({})).await;
    assert_eq!(stage.call(&ada, "GET", "/users/me").await.status, 200);
}

#[tokio::test]
async fn every_kind_of_fault_can_be_set_over_http_and_cleared() {
    let stage = Stage::new().await;
    for fault in [
        json!({"on": "create", "kind": "drop_before"}),
        json!({"on": "create", "kind": "drop_after", "times": "all"}),
        json!({"on": "update", "kind": "status", "status": 500, "when": "after"}),
        json!({"on": "update", "kind": "bad_gateway"}),
        json!({"on": "get", "kind": "too_many", "limit": "user_daily", "headers": "iso"}),
        json!({"on": "get", "kind": "unauthorized"}),
        json!({"on": "list", "kind": "delay", "ms": 1}),
        json!({"on": "token", "kind": "hold"}),
        json!({"on": "revoke", "kind": "truncate"}),
        json!({"on": "any", "kind": "garbage", "times": 3}),
    ] {
        let answer = post(&stage, "/sim/faults", fault).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    let state = get(&stage, "/sim/state").await.json();
    assert_eq!(state["faults"].as_array().unwrap().len(), 10);
    assert_eq!(state["faults"][1], "drop after effect on create (all)");
    let url = format!("{}/sim/faults", stage.sim.oauth_url());
    assert_eq!(stage.http.delete(url).send().await.unwrap().status(), 200);
    assert_eq!(get(&stage, "/sim/state").await.json()["faults"], json!([]));
    let bad = post(&stage, "/sim/faults", json!({"kind": "nonsense"})).await;
    assert_eq!(bad.status, 400);
}

#[tokio::test]
async fn a_fault_set_over_http_strikes() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    post(
        &stage,
        "/sim/faults",
        json!({"on": "create", "kind": "status", "status": 503}),
    )
    .await;
    let body = meeting_body(json!({}));
    assert_eq!(
        stage
            .send(&ada, "POST", "/users/me/meetings", &body)
            .await
            .status,
        503
    );
    let ledger = get(&stage, "/sim/ledger").await.json();
    assert_eq!(ledger[2]["fault"], "status 503 before effect");
}

#[tokio::test]
async fn held_calls_are_released_over_http() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    post(
        &stage,
        "/sim/faults",
        json!({"on": "user.get", "kind": "hold"}),
    )
    .await;
    let asking =
        tokio::runtime::Handle::current().spawn(stage.request(&ada, "GET", "/users/me").send());
    stage.sim.until_held(1).await;
    assert_eq!(get(&stage, "/sim/state").await.json()["held"], 1);
    post(&stage, "/sim/release", json!({})).await;
    assert_eq!(asking.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn a_release_waits_for_the_calls_it_names() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let hold = json!({"on": "user.get", "kind": "hold"});
    post(&stage, "/sim/faults", hold).await;
    // It is asked for before anything is held.
    let release = post(&stage, "/sim/release", json!({"calls": 1}));
    let asks = stage.request(&ada, "GET", "/users/me").send();
    let (released, answer) = tokio::join!(release, asks);
    assert_eq!(released.status, 200);
    assert_eq!(answer.unwrap().status(), 200);
    let wrong = post(&stage, "/sim/release", json!({"calls": -1})).await;
    assert_eq!(wrong.status, 400);
}

#[tokio::test]
async fn meetings_are_seen_and_changed_by_hand() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let id = id_of(&stage.meeting(&ada, json!({})).await);
    let act = async |act: &str, body: Value| {
        post(&stage, &format!("/sim/meetings/{id}/{act}"), body)
            .await
            .status
    };
    assert_eq!(
        act("move", json!({"start_time": "2026-05-09T09:00:00Z"})).await,
        200
    );
    assert_eq!(act("rename", json!({"topic": "Tea"})).await, 200);
    let seen = get(&stage, "/sim/meetings").await.json();
    assert_eq!(seen[0]["topic"], "Tea");
    assert_eq!(seen[0]["start_time"], "2026-05-09T09:00:00Z");
    assert_eq!(act("move", json!({"start_time": "soon"})).await, 400);
    assert_eq!(act("delete", json!({})).await, 200);
    assert_eq!(get(&stage, "/sim/meetings").await.json(), json!([]));
    assert_eq!(act("delete", json!({})).await, 404);
}

#[tokio::test]
async fn the_clock_can_be_set_and_moved_on() {
    let stage = Stage::new().await;
    post(&stage, "/sim/clock", json!({"now": "2027-01-01T00:00:00Z"})).await;
    post(&stage, "/sim/clock", json!({"advance_seconds": 90})).await;
    assert_eq!(
        get(&stage, "/sim/state").await.json()["now"],
        "2027-01-01T00:01:30Z"
    );
    post(&stage, "/sim/clock", json!({"run": true})).await;
    assert_eq!(
        get(&stage, "/sim/state").await.json()["clock_is_running"],
        true
    );
}

#[tokio::test]
async fn access_tokens_expire_and_lists_lag_on_request() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    post(&stage, "/sim/lag", json!({"seconds": 60})).await;
    stage.meeting(&ada, json!({})).await;
    let list = stage.call(&ada, "GET", "/users/me/meetings").await.json();
    assert_eq!(list["total_records"], 0);
    post(&stage, "/sim/tokens/expire", json!({})).await;
    assert_eq!(stage.call(&ada, "GET", "/users/me").await.code(), 124);
}

#[tokio::test]
async fn the_console_shows_users_meetings_and_requests_and_its_buttons_lead_back() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    stage.meeting(&ada, json!({"topic": "<b>Tea</b>"})).await;
    let page = get(&stage, "/sim/").await;
    assert_eq!(page.status, 200);
    for part in [
        "ada@engines.example",
        "&lt;b&gt;Tea&lt;/b&gt;",
        "meeting.create",
        "Revoke access",
    ] {
        assert!(page.text.contains(part), "{part} is missing");
    }
    let url = format!("{}/sim/faults", stage.sim.oauth_url());
    let form = [("on", "create"), ("kind", "status"), ("status", "500")];
    let answer = read(stage.http.post(url).form(&form).send().await.unwrap()).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, Some("/sim/"))
    );
    let body = meeting_body(json!({}));
    assert_eq!(
        stage
            .send(&ada, "POST", "/users/me/meetings", &body)
            .await
            .status,
        500
    );
}

#[tokio::test]
async fn a_join_link_that_points_at_the_simulator_shows_a_page() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let id = id_of(&stage.meeting(&ada, json!({"topic": "Tea"})).await);
    let page = get(&stage, &format!("/j/{id}?pwd=x")).await;
    assert!(page.status == 200 && page.text.contains("Here Zoom would open"));
    stage.sim.delete_by_hand(id);
    assert_eq!(get(&stage, &format!("/j/{id}")).await.status, 404);
}
