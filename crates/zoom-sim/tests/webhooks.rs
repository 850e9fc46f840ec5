//! Webhooks: what is sent, how it is signed, and when it is tried again.

mod support;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use hmac::{Hmac, KeyInit, Mac};
use jiff::SignedDuration;
use serde_json::{Value, json};
use sha2::Sha256;
use support::{Stage, at, config, id_of, read};
use zoom_sim::{Config, Quirks, UserSpec};

const SECRET: &str = "sim-webhook-secret";

/// An endpoint that remembers what came and answers what it is told.
#[derive(Clone, Default)]
struct Endpoint {
    came: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    answers: Arc<Mutex<Vec<(u16, String)>>>,
}

impl Endpoint {
    async fn start(self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("the endpoint works");
        let url = format!(
            "http://{}/zoom",
            listener.local_addr().expect("the endpoint works")
        );
        let router = Router::new().route("/zoom", post(receive)).with_state(self);
        tokio::runtime::Handle::current().spawn(async move {
            axum::serve(listener, router)
                .await
                .expect("the endpoint works")
        });
        url
    }

    fn answers(&self, status: u16, body: &str) {
        self.answers
            .lock()
            .expect("the endpoint works")
            .insert(0, (status, body.to_owned()));
    }

    fn events(&self) -> Vec<String> {
        let came = self.came.lock().expect("the endpoint works");
        came.iter()
            .map(|(_, body)| {
                parse(body)["event"]
                    .as_str()
                    .expect("the endpoint works")
                    .to_owned()
            })
            .collect()
    }

    fn last(&self) -> (HeaderMap, Value) {
        let came = self.came.lock().expect("the endpoint works");
        let (headers, body) = came.last().expect("something came");
        (headers.clone(), parse(body))
    }
}

async fn receive(
    State(endpoint): State<Endpoint>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let body = String::from_utf8(body.to_vec()).expect("the endpoint works");
    let parsed = parse(&body);
    endpoint
        .came
        .lock()
        .expect("the endpoint works")
        .push((headers, body));
    if let Some((status, body)) = endpoint.answers.lock().expect("the endpoint works").pop() {
        return (
            StatusCode::from_u16(status).expect("the endpoint works"),
            body,
        );
    }
    match parsed["payload"]["plainToken"].as_str() {
        Some(plain) => {
            let proof = json!({"plainToken": plain, "encryptedToken": hex_hmac(plain)});
            (StatusCode::OK, proof.to_string())
        }
        None => (StatusCode::NO_CONTENT, String::new()),
    }
}

fn parse(body: &str) -> Value {
    serde_json::from_str(body).expect("JSON")
}

fn hex_hmac(text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any key will do");
    mac.update(text.as_bytes());
    mac.finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

async fn stage() -> (Stage, Endpoint) {
    let stage = Stage::new().await;
    let endpoint = Endpoint::default();
    stage.sim.set_webhook_url(&endpoint.clone().start().await);
    (stage, endpoint)
}

#[tokio::test]
async fn a_meetings_life_is_told_and_signed() {
    let (stage, endpoint) = stage().await;
    let ada = stage.ada().await;
    let id = id_of(&stage.meeting(&ada, json!({"topic": "Café à deux"})).await);
    let path = format!("/meetings/{id}");
    stage
        .send(
            &ada,
            "PATCH",
            &path,
            &json!({"start_time": "2026-05-06T09:30:00Z"}),
        )
        .await;
    stage.call(&ada, "DELETE", &path).await;
    stage.sim.webhooks_settled().await;
    assert_eq!(
        endpoint.events(),
        ["meeting.created", "meeting.updated", "meeting.deleted"]
    );

    for (headers, body) in endpoint.came.lock().unwrap().iter() {
        let seconds = headers["x-zm-request-timestamp"].to_str().unwrap();
        assert_eq!(seconds, at(support::NOW).as_second().to_string());
        let expected = format!("v0={}", hex_hmac(&format!("v0:{seconds}:{body}")));
        assert_eq!(headers["x-zm-signature"].to_str().unwrap(), expected);
        assert_eq!(headers["user-agent"], "Zoom Marketplace/1.0a");
        assert_eq!(headers["content-type"], "application/json; charset=utf-8");
        assert_eq!(headers["x-zm-request-id"].to_str().unwrap().len(), 36);
        assert_eq!(parse(body)["payload"]["object"]["id"], id);
    }
    let came = endpoint.came.lock().unwrap();
    assert!(came[0].1.contains("Café à deux"), "UTF-8 is not escaped");
    let updated = parse(&came[1].1);
    assert_eq!(
        updated["payload"]["old_object"]["start_time"],
        "2026-05-05T09:30:00Z"
    );
    assert_eq!(
        updated["payload"]["object"]["start_time"],
        "2026-05-06T09:30:00Z"
    );
    assert_eq!(updated["payload"]["old_object"].get("topic"), None);
}

#[tokio::test]
async fn starting_and_ending_give_the_id_as_text() {
    let (stage, endpoint) = stage().await;
    let ada = stage.ada().await;
    let id = id_of(&stage.meeting(&ada, json!({})).await);
    stage.sim.start_by_hand(id);
    stage.sim.end_by_hand(id);
    stage.sim.webhooks_settled().await;
    assert_eq!(
        endpoint.events(),
        ["meeting.created", "meeting.started", "meeting.ended"]
    );
    assert_eq!(endpoint.last().1["payload"]["object"]["id"], id.to_string());
}

#[tokio::test]
async fn removing_the_app_sends_app_deauthorized() {
    let (stage, endpoint) = stage().await;
    let ada = stage.ada().await;
    let me = stage.call(&ada, "GET", "/users/me").await.json();
    stage.sim.revoke("ada@engines.example");
    stage.sim.webhooks_settled().await;
    let (_, body) = endpoint.last();
    assert_eq!(body["event"], "app_deauthorized");
    assert_eq!(body["payload"]["user_id"], me["id"]);
    assert_eq!(body["payload"]["account_id"], me["account_id"]);
    assert_eq!(body["payload"]["client_id"], "sim-client-id");
    assert_eq!(
        body["payload"]["deauthorization_time"],
        "2026-05-04T08:00:00.000Z"
    );
}

#[tokio::test]
async fn revoking_its_own_token_is_told_to_the_app_too() {
    let (stage, endpoint) = stage().await;
    let ada = stage.ada().await;
    let request = stage
        .http
        .post(format!("{}/oauth/revoke", stage.sim.oauth_url()))
        .basic_auth("sim-client-id", Some("sim-client-secret"))
        .form(&[("token", &ada.access)]);
    assert_eq!(read(request.send().await.unwrap()).await.status, 200);
    stage.sim.webhooks_settled().await;
    assert_eq!(endpoint.events(), ["app_deauthorized"]);
}

#[tokio::test]
async fn deactivating_a_user_is_told_to_paying_accounts_only() {
    let (stage, endpoint) = stage().await;
    stage.sim.add_user(UserSpec::new("ada@engines.example"));
    stage
        .sim
        .add_user(UserSpec::new("grace@engines.example").basic());
    stage.sim.deactivate("grace@engines.example");
    stage.sim.deactivate("ada@engines.example");
    stage.sim.webhooks_settled().await;
    assert_eq!(endpoint.events(), ["user.deactivated"]);
    assert_eq!(
        endpoint.last().1["payload"]["object"]["email"],
        "ada@engines.example"
    );
}

#[tokio::test]
async fn changes_and_deletions_are_told_to_paying_accounts_only() {
    let (stage, endpoint) = stage().await;
    let grace = stage
        .user(UserSpec::new("grace@engines.example").basic())
        .await;
    let id = id_of(&stage.meeting(&grace, json!({})).await);
    stage
        .send(
            &grace,
            "PATCH",
            &format!("/meetings/{id}"),
            &json!({"topic": "x"}),
        )
        .await;
    stage.sim.delete_by_hand(id);
    stage.sim.webhooks_settled().await;
    assert_eq!(endpoint.events(), ["meeting.created"]);
}

#[tokio::test]
async fn a_conversion_and_a_recovery_are_told() {
    let (stage, endpoint) = stage().await;
    let ada = stage.ada().await;
    let id = id_of(&stage.meeting(&ada, json!({})).await);
    stage.sim.convert_by_hand(id);
    stage.sim.convert_by_hand(id);
    stage.sim.delete_by_hand(id);
    stage.sim.recover_by_hand(id);
    stage.sim.webhooks_settled().await;
    assert_eq!(
        endpoint.events()[1..],
        [
            "meeting.converted_to_webinar",
            "webinar.converted_to_meeting",
            "meeting.deleted",
            "meeting.recovered"
        ]
    );
}

#[tokio::test]
async fn a_server_error_is_retried_after_5_20_and_60_minutes_and_then_given_up() {
    let (stage, endpoint) = stage().await;
    let ada = stage.ada().await;
    for _ in 0..4 {
        endpoint.answers(503, "");
    }
    stage.meeting(&ada, json!({})).await;
    stage.sim.webhooks_settled().await;
    for (minutes, tries) in [(4, 1), (1, 2), (19, 2), (1, 3), (59, 3), (1, 4), (600, 4)] {
        stage
            .sim
            .clock()
            .advance(SignedDuration::from_mins(minutes));
        stage.sim.webhooks_settled().await;
        assert_eq!(
            endpoint.events().len(),
            tries,
            "after {minutes} more minutes"
        );
    }
    let delivery = stage.sim.deliveries().remove(0);
    assert_eq!(delivery.next_at, None);
    assert!(
        delivery
            .attempts
            .iter()
            .all(|attempt| attempt.status == Some(503))
    );
    let ids: Vec<_> = endpoint
        .came
        .lock()
        .unwrap()
        .iter()
        .map(|(h, _)| h["x-zm-request-id"].clone())
        .collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "one delivery, one id");
}

#[tokio::test]
async fn redirects_and_client_errors_are_not_retried() {
    for status in [302, 404] {
        let (stage, endpoint) = stage().await;
        let ada = stage.ada().await;
        endpoint.answers(status, "");
        stage.meeting(&ada, json!({})).await;
        stage.sim.webhooks_settled().await;
        stage.sim.clock().advance(SignedDuration::from_hours(2));
        stage.sim.webhooks_settled().await;
        assert_eq!(endpoint.events().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn an_endpoint_that_cannot_be_reached_is_tried_again() {
    let stage = Stage::new().await;
    stage.sim.set_webhook_url("http://127.0.0.1:9/nobody");
    let ada = stage.ada().await;
    stage.meeting(&ada, json!({})).await;
    stage.sim.webhooks_settled().await;
    let delivery = stage.sim.deliveries().remove(0);
    assert_eq!(delivery.attempts[0].status, None);
    assert_eq!(delivery.next_at, Some(at("2026-05-04T08:05:00Z")));
}

#[tokio::test]
async fn without_a_url_nothing_is_made() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    stage.meeting(&ada, json!({})).await;
    assert!(stage.sim.deliveries().is_empty());
}

#[tokio::test]
async fn a_webhook_can_come_twice() {
    let quirks = Quirks {
        webhook_copies: 2,
        ..Quirks::default()
    };
    let stage = Stage::with(Config { quirks, ..config() }).await;
    let endpoint = Endpoint::default();
    stage.sim.set_webhook_url(&endpoint.clone().start().await);
    let ada = stage.ada().await;
    stage.meeting(&ada, json!({})).await;
    stage.sim.webhooks_settled().await;
    assert_eq!(endpoint.events(), ["meeting.created", "meeting.created"]);
}

#[tokio::test]
async fn a_test_can_take_signed_webhooks_and_deliver_them_itself() {
    let stage = Stage::new().await;
    stage.sim.set_webhook_url("http://taken.by.hand/");
    let ada = stage.ada().await;
    stage.meeting(&ada, json!({})).await;
    let taken = stage.sim.take_webhooks();
    assert_eq!(parse(&taken[0].body)["event"], "meeting.created");
    assert!(
        taken[0]
            .headers
            .iter()
            .any(|(name, _)| name == "x-zm-signature")
    );
    assert!(stage.sim.take_webhooks().is_empty());
}

#[tokio::test]
async fn webhooks_go_out_by_themselves_unless_told_otherwise() {
    let stage = Stage::with(Config {
        webhooks_by_hand: false,
        ..config()
    })
    .await;
    let endpoint = Endpoint::default();
    stage.sim.set_webhook_url(&endpoint.clone().start().await);
    let ada = stage.ada().await;
    stage.meeting(&ada, json!({})).await;
    // Settling takes its turn after whoever delivers at the moment.
    stage.sim.webhooks_settled().await;
    assert_eq!(endpoint.events(), ["meeting.created"]);
}

#[tokio::test]
async fn the_endpoint_proves_that_it_knows_the_secret() {
    let (stage, endpoint) = stage().await;
    assert_eq!(stage.sim.validate_webhook_url().await, Ok(()));
    assert_eq!(endpoint.events(), ["endpoint.url_validation"]);
    endpoint.answers(200, "{\"plainToken\":\"x\",\"encryptedToken\":\"y\"}");
    assert!(stage.sim.validate_webhook_url().await.is_err());
}

#[tokio::test]
async fn six_failed_validations_switch_the_subscription_off() {
    let (stage, endpoint) = stage().await;
    let ada = stage.ada().await;
    for _ in 0..6 {
        endpoint.answers(500, "");
        assert!(stage.sim.validate_webhook_url().await.is_err());
    }
    stage.meeting(&ada, json!({})).await;
    assert!(stage.sim.deliveries().is_empty());
}
