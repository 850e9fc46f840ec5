//! Zoom's limits and what a 429 looks like.

mod support;

use serde_json::json;
use support::{Stage, at, config, id_of, meeting_body, tokens_of};
use zoom_sim::{Config, Fault, LimitHeaders, Limits, TooMany, UserSpec};

#[tokio::test]
async fn a_user_makes_a_hundred_changes_a_day_and_deletes_for_free() {
    let limits = Limits {
        user_daily: Some(3),
        ..Limits::default()
    };
    let stage = Stage::with(Config { limits, ..config() }).await;
    let ada = stage.ada().await;
    let grace = stage.user(UserSpec::new("grace@engines.example")).await;
    let id = id_of(&stage.meeting(&ada, json!({})).await);
    let path = format!("/meetings/{id}");
    for _ in 0..2 {
        assert_eq!(
            stage
                .send(&ada, "PATCH", &path, &json!({"topic": "x"}))
                .await
                .status,
            204
        );
    }
    let body = meeting_body(json!({}));
    let refused = stage.send(&ada, "POST", "/users/me/meetings", &body).await;
    assert_eq!((refused.status, refused.code()), (429, 429));
    assert!(
        refused.text.contains("daily rate limit (100)"),
        "{}",
        refused.text
    );
    assert_eq!(refused.header("retry-after"), None);
    assert_eq!(refused.header("x-ratelimit-category"), Some("Light"));
    assert_eq!(
        stage
            .send(&ada, "PATCH", &path, &json!({"topic": "y"}))
            .await
            .status,
        429
    );
    assert_eq!(stage.call(&ada, "DELETE", &path).await.status, 204);
    stage.meeting(&grace, json!({})).await;

    stage.sim.set_time(at("2026-05-05T00:00:00Z"));
    let ada = tokens_of(&stage.refresh(&ada.refresh).await);
    stage.meeting(&ada, json!({})).await;
}

#[tokio::test]
async fn a_free_account_makes_four_light_calls_and_two_lists_a_second() {
    let limits = Limits {
        per_second: true,
        ..Limits::default()
    };
    let stage = Stage::with(Config { limits, ..config() }).await;
    let grace = stage
        .user(UserSpec::new("grace@engines.example").basic())
        .await;
    for (path, allowed) in [("/users/me", 4), ("/users/me/meetings", 2)] {
        for _ in 0..allowed {
            assert_eq!(stage.call(&grace, "GET", path).await.status, 200);
        }
        let refused = stage.call(&grace, "GET", path).await;
        assert_eq!((refused.status, refused.code()), (429, 429));
        assert!(
            refused.text.contains("per-second rate limit"),
            "{}",
            refused.text
        );
    }
    stage.sim.set_time(at("2026-05-04T08:00:01Z"));
    assert_eq!(stage.call(&grace, "GET", "/users/me").await.status, 200);
}

#[tokio::test]
async fn a_429_can_come_with_each_kind_of_header() {
    let stage = Stage::new().await;
    let ada = stage.ada().await;
    for (headers, retry_after) in [
        (LimitHeaders::None, None),
        (LimitHeaders::Observed, None),
        (LimitHeaders::Iso, Some("2026-05-05T00:00:00Z")),
        (LimitHeaders::Seconds, Some("57600")),
    ] {
        stage
            .sim
            .fault(Fault::too_many("user.get", TooMany::Daily, headers));
        let refused = stage.call(&ada, "GET", "/users/me").await;
        assert_eq!(refused.status, 429);
        assert_eq!(refused.header("retry-after"), retry_after);
        let silent = headers == LimitHeaders::None;
        assert_eq!(refused.header("x-ratelimit-category").is_none(), silent);
    }
}
