//! Consent, codes and tokens, one sentence of the contract each.

mod support;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use serde_json::json;
use sha2::{Digest, Sha256};
use support::{CALLBACK, Stage, code_of, config, param, read, tokens_of};
use zoom_sim::{Allowed, Config, Deactivated, Quirks, UserSpec};

#[tokio::test]
async fn consent_sends_the_browser_back_with_a_code_and_the_state() {
    let stage = Stage::new().await;
    stage.sim.add_user(UserSpec::new("ada@engines.example"));
    let callback = stage
        .sim
        .consent(&stage.authorize_url(&[]), "ada@engines.example")
        .await;
    assert!(callback.starts_with(CALLBACK), "{callback}");
    assert_eq!(param(&callback, "state").as_deref(), Some("st-1"));
    assert!(param(&callback, "code").is_some());
}

#[tokio::test]
async fn a_person_sees_a_page_with_users_scopes_and_two_buttons() {
    let stage = Stage::new().await;
    stage.sim.add_user(UserSpec::new("ada@engines.example"));
    let page = read(
        stage
            .http
            .get(stage.authorize_url(&[]))
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(page.status, 200);
    for part in [
        "ada@engines.example",
        "webinar:write:webinar",
        "value=\"allow\"",
        "value=\"decline\"",
    ] {
        assert!(page.text.contains(part), "{part} is missing");
    }
}

#[tokio::test]
async fn declining_says_access_denied() {
    let stage = Stage::new().await;
    stage.sim.add_user(UserSpec::new("ada@engines.example"));
    let callback = stage
        .sim
        .decline(&stage.authorize_url(&[]), "ada@engines.example")
        .await;
    assert_eq!(param(&callback, "error").as_deref(), Some("access_denied"));
    assert_eq!(param(&callback, "state").as_deref(), Some("st-1"));
}

#[tokio::test]
async fn another_redirect_uri_than_the_registered_shows_an_error_page_and_redirects_nowhere() {
    let registered = vec!["https://42min.example/oauth/zoom/callback".to_owned()];
    let stage = Stage::with(Config {
        redirect_uris: registered,
        ..config()
    })
    .await;
    let page = read(
        stage
            .http
            .get(stage.authorize_url(&[]))
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(page.status, 400);
    assert!(page.text.contains("4709"), "{}", page.text);
    assert_eq!(page.header("location"), None);
}

#[tokio::test]
async fn an_unknown_scope_in_the_url_shows_an_error_page() {
    let stage = Stage::new().await;
    let url = stage.authorize_url(&[("scope", "meeting:write:meeting user:read:user")]);
    let page = read(stage.http.get(url).send().await.unwrap()).await;
    assert_eq!(page.status, 400);
    assert!(page.text.contains("Invalid scope"), "{}", page.text);
}

#[tokio::test]
async fn an_admin_can_keep_a_user_from_installing_the_app() {
    let stage = Stage::new().await;
    let ada = stage.sim.add_user(UserSpec::new("ada@engines.example"));
    stage.sim.allow_install(&ada, Allowed::No);
    let form = [("user", ada.as_str()), ("decision", "allow")];
    let answer = stage
        .http
        .post(stage.authorize_url(&[]))
        .form(&form)
        .send()
        .await
        .unwrap();
    let answer = read(answer).await;
    assert_eq!((answer.status, answer.header("location")), (400, None));
}

#[tokio::test]
async fn a_code_gives_two_long_tokens_the_scopes_and_an_hour_less_a_second() {
    let stage = Stage::new().await;
    let ada = stage.sim.add_user(UserSpec::new("ada@engines.example"));
    let callback = stage.sim.consent(&stage.authorize_url(&[]), &ada).await;
    let answer = stage.exchange(&code_of(&callback), &[]).await;
    let body = answer.json();
    assert_eq!(body["token_type"], "bearer");
    assert_eq!(body["expires_in"], 3599);
    assert_eq!(body["api_url"], "https://api.zoom.us");
    let tokens = tokens_of(&answer);
    assert!(tokens.access.len() > 700 && tokens.refresh.len() > 700);
    assert!(tokens.access.starts_with("eyJ"));
    assert!(
        tokens
            .scope
            .split(' ')
            .any(|scope| scope == "meeting:write:meeting")
    );
}

#[tokio::test]
async fn a_code_is_good_for_one_use() {
    let stage = Stage::new().await;
    let ada = stage.sim.add_user(UserSpec::new("ada@engines.example"));
    let code = code_of(&stage.sim.consent(&stage.authorize_url(&[]), &ada).await);
    assert_eq!(stage.exchange(&code, &[]).await.status, 200);
    let second = stage.exchange(&code, &[]).await;
    assert_eq!(second.status, 400);
    assert_eq!(second.json()["error"], "invalid_grant");
    assert_eq!(
        second.json()["reason"],
        format!("Invalid authorization code {code}")
    );
}

#[tokio::test]
async fn a_code_lives_five_minutes() {
    let stage = Stage::new().await;
    let ada = stage.sim.add_user(UserSpec::new("ada@engines.example"));
    let code = code_of(&stage.sim.consent(&stage.authorize_url(&[]), &ada).await);
    stage.sim.clock().advance(SignedDuration::from_mins(5));
    assert_eq!(
        stage.exchange(&code, &[]).await.json()["error"],
        "invalid_grant"
    );
}

#[tokio::test]
async fn the_redirect_uri_is_checked_again_when_the_code_is_exchanged() {
    let stage = Stage::new().await;
    let ada = stage.sim.add_user(UserSpec::new("ada@engines.example"));
    let code = code_of(&stage.sim.consent(&stage.authorize_url(&[]), &ada).await);
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", "https://elsewhere.example/"),
    ];
    let answer = stage.token(&form).await;
    assert_eq!(
        (answer.status, &answer.json()["reason"]),
        (400, &json!("Redirect URI mismatch."))
    );
}

#[tokio::test]
async fn a_code_with_a_challenge_needs_its_verifier() {
    let verifier = "a-verifier-that-is-long-enough-for-everybody-0123456789";
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    for (method, challenge) in [("S256", challenge.as_str()), ("plain", verifier)] {
        let stage = Stage::new().await;
        let ada = stage.sim.add_user(UserSpec::new("ada@engines.example"));
        let asked = [
            ("code_challenge", challenge),
            ("code_challenge_method", method),
        ];
        let url = stage.authorize_url(&asked);
        let code = code_of(&stage.sim.consent(&url, &ada).await);
        let wrong = stage
            .exchange(&code, &[("code_verifier", "something else")])
            .await;
        assert_eq!(wrong.json()["error"], "invalid_grant", "{method}");
        let code = code_of(&stage.sim.consent(&url, &ada).await);
        let right = stage.exchange(&code, &[("code_verifier", verifier)]).await;
        assert_eq!(right.status, 200, "{method}: {}", right.text);
    }
}

#[tokio::test]
async fn a_challenge_without_a_method_is_plain() {
    let stage = Stage::new().await;
    let ada = stage.sim.add_user(UserSpec::new("ada@engines.example"));
    let url = stage.authorize_url(&[("code_challenge", "plain-verifier")]);
    let code = code_of(&stage.sim.consent(&url, &ada).await);
    assert_eq!(
        stage
            .exchange(&code, &[("code_verifier", "plain-verifier")])
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn wrong_client_credentials_are_our_mistake_not_the_users() {
    let stage = Stage::new().await;
    let request = stage
        .http
        .post(format!("{}/oauth/token", stage.sim.oauth_url()))
        .basic_auth("sim-client-id", Some("wrong"))
        .form(&[("grant_type", "refresh_token"), ("refresh_token", "x")]);
    let answer = read(request.send().await.unwrap()).await;
    assert_eq!(answer.status, 400);
    let expected =
        json!({"reason": "Invalid client_id or client_secret", "error": "invalid_client"});
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn a_malformed_token_request_is_a_bad_request() {
    let stage = Stage::new().await;
    let answer = stage.token(&[]).await;
    assert_eq!(
        answer.json(),
        json!({"reason": "Bad Request", "error": "invalid_request"})
    );
}

#[tokio::test]
async fn a_refresh_token_rotates_and_the_old_one_is_dead() {
    let stage = Stage::new().await;
    let first = stage.ada().await;
    let second = tokens_of(&stage.refresh(&first.refresh).await);
    assert_ne!(second.refresh, first.refresh);
    let again = stage.refresh(&first.refresh).await;
    assert_eq!(again.status, 400);
    assert_eq!(
        again.json(),
        json!({"reason": "Invalid Token!", "error": "invalid_grant"})
    );
    assert_eq!(stage.refresh(&second.refresh).await.status, 200);
}

#[tokio::test]
async fn the_old_access_token_survives_a_refresh_or_not_as_configured() {
    for (survives, status) in [(true, 200), (false, 401)] {
        let quirks = Quirks {
            access_survives_refresh: survives,
            ..Quirks::default()
        };
        let stage = Stage::with(Config { quirks, ..config() }).await;
        let first = stage.ada().await;
        assert_eq!(stage.refresh(&first.refresh).await.status, 200);
        assert_eq!(stage.call(&first, "GET", "/users/me").await.status, status);
    }
}

#[tokio::test]
async fn an_access_token_expires_after_its_hour() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    stage.sim.clock().advance(SignedDuration::from_secs(3599));
    let answer = stage.call(&ada, "GET", "/users/me").await;
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.json(),
        json!({"code": 124, "message": "Access token is expired."})
    );
}

#[tokio::test]
async fn a_refresh_token_dies_after_ninety_days() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    stage
        .sim
        .clock()
        .advance(SignedDuration::from_hours(90 * 24));
    assert_eq!(
        stage.refresh(&ada.refresh).await.json()["error"],
        "invalid_grant"
    );
}

#[tokio::test]
async fn authorizing_again_kills_the_earlier_tokens() {
    let stage = Stage::new().await;
    let first = stage.ada().await;
    let second = stage.connect("ada@engines.example").await;
    assert_eq!(stage.call(&first, "GET", "/users/me").await.status, 401);
    assert_eq!(
        stage.refresh(&first.refresh).await.json()["error"],
        "invalid_grant"
    );
    assert_eq!(stage.call(&second, "GET", "/users/me").await.status, 200);
}

#[tokio::test]
async fn a_user_may_untick_optional_scopes_and_the_token_says_what_was_granted() {
    let stage = Stage::new().await;
    let ada = stage.sim.add_user(UserSpec::new("ada@engines.example"));
    let kept = ["webinar:read:webinar"];
    let callback = stage
        .sim
        .consent_to(&stage.authorize_url(&[]), &ada, &kept)
        .await;
    let tokens = stage.tokens(&callback).await;
    let scopes: Vec<&str> = tokens.scope.split(' ').collect();
    assert!(scopes.contains(&"webinar:read:webinar"));
    assert!(
        scopes.contains(&"meeting:write:meeting"),
        "required scopes stay"
    );
    assert!(!scopes.contains(&"webinar:write:webinar"));
}

#[tokio::test]
async fn revoking_kills_both_tokens() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let request = stage
        .http
        .post(format!("{}/oauth/revoke", stage.sim.oauth_url()))
        .basic_auth("sim-client-id", Some("sim-client-secret"))
        .form(&[("token", &ada.access)]);
    let answer = read(request.send().await.unwrap()).await;
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!({"status": "success"}))
    );
    assert_eq!(stage.call(&ada, "GET", "/users/me").await.status, 401);
    assert_eq!(
        stage.refresh(&ada.refresh).await.json()["error"],
        "invalid_grant"
    );
}

#[tokio::test]
async fn a_dead_refresh_can_answer_401_without_a_reason_as_it_once_did() {
    let quirks = Quirks {
        dead_refresh_status: 401,
        dead_refresh_says_reason: false,
        ..Quirks::default()
    };
    let stage = Stage::with(Config { quirks, ..config() }).await;
    let answer = stage.refresh("no such token").await;
    assert_eq!(
        (answer.status, answer.json()),
        (401, json!({"error": "invalid_grant"}))
    );
}

#[tokio::test]
async fn a_deactivated_user_cannot_be_acted_for() {
    for (deactivated, status, code) in [
        (Deactivated::Unauthorized, 401, 124),
        (Deactivated::DoesNotExist, 404, 1001),
        (Deactivated::MayNotHost, 400, 3161),
    ] {
        let quirks = Quirks {
            deactivated,
            ..Quirks::default()
        };
        let stage = Stage::with(Config { quirks, ..config() }).await;
        let ada = stage.ada().await;
        stage.sim.deactivate("ada@engines.example");
        let answer = stage.call(&ada, "GET", "/users/me").await;
        assert_eq!((answer.status, answer.code()), (status, code));
        assert_eq!(
            stage.refresh(&ada.refresh).await.json()["error"],
            "invalid_grant"
        );
    }
}

#[tokio::test]
async fn a_token_in_the_query_string_is_refused() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    let answer = stage
        .call(
            &ada,
            "GET",
            &format!("/users/me?access_token={}", ada.access),
        )
        .await;
    assert_eq!((answer.status, answer.code()), (401, 124));
    assert!(
        answer.text.contains("not supported as query parameter"),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn an_unknown_token_is_invalid() {
    let stage = Stage::new().await;
    let mut ada = stage.ada().await;
    ada.access.push('x');
    let answer = stage.call(&ada, "GET", "/users/me").await;
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.json(),
        json!({"code": 124, "message": "Invalid access token."})
    );
}

#[tokio::test]
async fn expiring_the_access_tokens_leaves_the_refresh_tokens_good() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    stage.sim.expire_access_tokens();
    assert_eq!(stage.call(&ada, "GET", "/users/me").await.code(), 124);
    assert_eq!(stage.refresh(&ada.refresh).await.status, 200);
}
