//! Webinars, where they differ from meetings.

mod support;

use serde_json::{Value, json};
use support::{Answer, Stage, Tokens, id_of};
use zoom_sim::{Kind, UserSpec};

async fn licensed(stage: &Stage) -> Tokens {
    stage
        .user(
            UserSpec::new("zoom@engines.example")
                .business()
                .with_webinars(500),
        )
        .await
}

async fn create(stage: &Stage, tokens: &Tokens, fields: Value) -> Answer {
    let mut body = json!({"topic": "Launch", "start_time": "2026-05-05T09:30:00Z", "duration": 45});
    let Value::Object(fields) = fields else {
        panic!("not an object")
    };
    for (name, value) in fields {
        body[name] = value;
    }
    stage
        .send(tokens, "POST", "/users/me/webinars", &body)
        .await
}

#[tokio::test]
async fn a_webinar_is_created_read_changed_and_deleted_like_a_meeting() {
    let stage = Stage::new().await;
    let host = licensed(&stage).await;
    let made = create(&stage, &host, json!({})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let webinar = made.json();
    assert_eq!(webinar["type"], 5);
    assert!(webinar["encrypted_passcode"].is_string() && webinar["h323_passcode"].is_string());
    assert!(webinar.get("encrypted_password").is_none());
    assert_eq!(stage.sim.webinars()[0].kind, Kind::Webinar);
    assert!(stage.sim.meetings().is_empty());

    let path = format!("/webinars/{}", id_of(&webinar));
    let changed = stage
        .send(&host, "PATCH", &path, &json!({"topic": "Relaunch"}))
        .await;
    assert_eq!((changed.status, changed.text.as_str()), (204, ""));
    assert_eq!(
        stage.call(&host, "GET", &path).await.json()["topic"],
        "Relaunch"
    );
    let deleted = stage.call(&host, "DELETE", &path).await;
    assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
    let gone = stage.call(&host, "GET", &path).await;
    let message = format!("Webinar does not exist: {}.", id_of(&webinar));
    assert_eq!(
        (gone.status, gone.json()),
        (404, json!({"code": 3001, "message": message}))
    );
}

#[tokio::test]
async fn without_the_license_a_webinar_is_refused_with_400_and_code_200() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let answer = create(&stage, &ada, json!({})).await;
    assert_eq!((answer.status, answer.code()), (400, 200));
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(message.starts_with("Webinar plan is missing."), "{message}");
    assert_eq!(
        stage.call(&ada, "GET", "/users/me/webinars").await.code(),
        200
    );
}

#[tokio::test]
async fn a_license_that_is_taken_away_closes_the_webinars_that_are_there() {
    let stage = Stage::new().await;
    let host = licensed(&stage).await;
    let path = format!(
        "/webinars/{}",
        id_of(&create(&stage, &host, json!({})).await.json())
    );
    stage
        .sim
        .change_user("zoom@engines.example", |user| user.webinar_capacity = None);
    assert_eq!(stage.call(&host, "GET", &path).await.code(), 200);
    assert_eq!(
        stage
            .send(&host, "PATCH", &path, &json!({"topic": "x"}))
            .await
            .code(),
        200
    );
    assert_eq!(stage.call(&host, "DELETE", &path).await.code(), 200);
}

#[tokio::test]
async fn webinars_have_a_list_of_their_own() {
    let stage = Stage::new().await;
    let host = licensed(&stage).await;
    create(&stage, &host, json!({})).await;
    stage.meeting(&host, json!({})).await;
    let list = stage.call(&host, "GET", "/users/me/webinars").await.json();
    assert_eq!(list["webinars"].as_array().unwrap().len(), 1);
    assert_eq!(list["webinars"][0]["topic"], "Launch");
}

#[tokio::test]
async fn the_passcode_switch_has_another_name() {
    let stage = Stage::new().await;
    let host = licensed(&stage).await;
    assert_eq!(
        create(&stage, &host, json!({"default_password": true}))
            .await
            .code(),
        300
    );
    let without = create(&stage, &host, json!({"default_passcode": false}))
        .await
        .json();
    assert!(without.get("password").is_none());
}

#[tokio::test]
async fn a_meeting_looked_up_as_a_webinar_is_refused_with_3000() {
    let stage = Stage::new().await;
    let host = licensed(&stage).await;
    let id = id_of(&create(&stage, &host, json!({})).await.json());
    stage.sim.convert_by_hand(id);
    assert_eq!(
        stage
            .call(&host, "GET", &format!("/webinars/{id}"))
            .await
            .code(),
        3000
    );
    assert_eq!(
        stage
            .call(&host, "GET", &format!("/meetings/{id}"))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn registration_gives_a_registration_link() {
    let stage = Stage::new().await;
    let host = licensed(&stage).await;
    let webinar = create(&stage, &host, json!({"settings": {"approval_type": 0}}))
        .await
        .json();
    assert!(webinar["registration_url"].is_string());
}

#[tokio::test]
async fn a_bad_webinar_id_is_invalid() {
    let stage = Stage::new().await;
    let host = licensed(&stage).await;
    let answer = stage.call(&host, "GET", "/webinars/abc").await;
    assert_eq!(
        answer.json(),
        json!({"code": 300, "message": "Invalid webinar ID."})
    );
}
