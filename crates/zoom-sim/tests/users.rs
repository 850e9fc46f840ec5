//! Users and their settings, one sentence of the contract each.

mod support;

use serde_json::json;
use support::{Stage, config};
use zoom_sim::{Config, PasscodeRules, UserSpec};

#[tokio::test]
async fn me_says_who_the_token_belongs_to() {
    let stage = Stage::new().await;
    let spec = UserSpec::new("ada@engines.example")
        .named("Ada", "Lovelace")
        .in_timezone("Europe/London");
    let ada = stage.user(spec).await;
    let me = stage.call(&ada, "GET", "/users/me").await.json();
    assert_eq!(me["id"].as_str().unwrap().len(), 22);
    assert_eq!(me["email"], "ada@engines.example");
    assert_eq!(me["display_name"], "Ada Lovelace");
    assert_eq!(me["type"], 2);
    assert_eq!(me["timezone"], "Europe/London");
    assert_eq!(me["status"], "active");
    assert!(me["account_id"].is_string() && me["account_number"].is_u64() && me["pmi"].is_u64());
}

#[tokio::test]
async fn a_basic_user_is_of_type_1() {
    let stage = Stage::new().await;
    let grace = stage
        .user(UserSpec::new("grace@engines.example").basic())
        .await;
    assert_eq!(
        stage.call(&grace, "GET", "/users/me").await.json()["type"],
        1
    );
}

#[tokio::test]
async fn settings_tell_the_webinar_license_and_the_passcode_rules() {
    let rules = PasscodeRules {
        min_length: 8,
        number: true,
        ..PasscodeRules::default()
    };
    let stage = Stage::new().await;
    let spec = UserSpec::new("ada@engines.example")
        .with_webinars(500)
        .with_passcode_rules(rules);
    let ada = stage.user(spec).await;
    let settings = stage.call(&ada, "GET", "/users/me/settings").await.json();
    assert_eq!(settings["feature"]["webinar"], true);
    assert_eq!(settings["feature"]["webinar_capacity"], 500);
    assert_eq!(settings["feature"]["meeting_capacity"], 100);
    let rules = &settings["schedule_meeting"]["meeting_password_requirement"];
    assert_eq!(
        (&rules["length"], &rules["have_number"]),
        (&json!(8), &json!(true))
    );
}

#[tokio::test]
async fn without_a_webinar_license_the_settings_have_no_capacity() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let settings = stage.call(&ada, "GET", "/users/me/settings").await.json();
    assert_eq!(settings["feature"]["webinar"], false);
    assert_eq!(settings["feature"].get("webinar_capacity"), None);
}

#[tokio::test]
async fn settings_can_be_asked_for_by_option_or_by_field() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let security = stage
        .call(&ada, "GET", "/users/me/settings?option=meeting_security")
        .await;
    assert_eq!(
        security.json()["meeting_security"]["meeting_password"],
        true
    );
    let path = "/users/me/settings?custom_query_fields=webinar,waiting_room";
    let some = stage.call(&ada, "GET", path).await.json();
    assert_eq!(some["feature"], json!({"webinar": false}));
    assert_eq!(some["in_meeting"], json!({"waiting_room": false}));
    assert_eq!(some.get("schedule_meeting"), None);
}

#[tokio::test]
async fn an_unknown_user_does_not_exist() {
    let scopes = vec!["user:read:user:admin".to_owned()];
    let stage = Stage::with(Config { scopes, ..config() }).await;
    let ada = stage.ada().await;
    let answer = stage.call(&ada, "GET", "/users/nobody").await;
    let expected = json!({"code": 1001, "message": "User does not exist: nobody."});
    assert_eq!((answer.status, answer.json()), (404, expected));
}
