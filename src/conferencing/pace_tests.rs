//! As fast as Zoom allows and no faster, and hardly at all while it doesn't answer.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use zoom_sim::{Limits, UserSpec};

use super::*;
use crate::clock::days;
use crate::conferencing::breaker;

/// The n-th start of Ada's, each an hour after the other.
fn start(n: i64) -> String {
    let (week, day, hour) = (n / 35, n / 7 % 5, n % 7);
    let monday = at("2026-05-11T07:00:00Z");
    (monday + days(7 * week + day) + hours(hour)).to_string()
}

async fn stage_with_limits(licensed: bool) -> Stage {
    let stage = stage_without_account().await;
    let mut ada = UserSpec::new("ada@zoom.example");
    if !licensed {
        ada = ada.basic();
    }
    stage.app.zoom().add_user(ada);
    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    stage.app.zoom().set_limits(Limits {
        per_second: true,
        ..Limits::default()
    });
    stage
}

fn refused(stage: &Stage) -> usize {
    let ledger = stage.app.zoom().ledger();
    ledger.iter().filter(|it| it.status == Some(429)).count()
}

/// Moments at which Zoom was asked anything, as told by the seconds since `from`.
fn asked(stage: &Stage, from: Timestamp) -> Vec<i64> {
    let ledger = stage.app.zoom().ledger();
    let later = ledger.iter().filter(|it| it.at >= from);
    later
        .map(|it| it.at.duration_since(from).as_secs())
        .collect()
}

#[tokio::test]
async fn ninety_meetings_at_once_are_made_at_the_pace_of_the_plan_and_none_is_refused() {
    for (licensed, a_second) in [(true, 30.0), (false, 4.0)] {
        let stage = stage_with_limits(licensed).await;
        let began = stage.app.now();
        for n in 0..90 {
            stage.books(&start(n)).await;
        }
        while stage.app.zoom().meetings().len() < 90 {
            stage.passes(SignedDuration::from_millis(100)).await;
            assert!(stage.app.now() < began + minutes(2), "far too slow");
        }
        assert_eq!(refused(&stage), 0, "of our own doing");
        let took = stage.app.now().duration_since(began).as_secs_f64();
        let calls = u32::try_from(asked(&stage, began).len()).unwrap();
        let least = (f64::from(calls) - a_second) / a_second;
        assert!(
            took <= 1.0 + least / 0.9,
            "licensed {licensed}: {calls} calls in {took} s"
        );
    }
}

#[tokio::test]
async fn who_clicks_start_is_counted_and_not_made_to_wait_for_the_line() {
    let stage = stage_with_limits(false).await;
    let first = stage.books(&start(0)).await;
    stage.app.settle().await;
    for n in 1..30 {
        stage.books(&start(n)).await;
    }
    stage.app.settle().await;
    let meeting = stage.meeting(&first).await;
    stage.app.advance(seconds(2));
    let link = crate::conferencing::start::start_url(&stage.app.app, &meeting).await;
    assert!(link.unwrap().is_ok());
    stage.passes(minutes(1)).await;
    assert_eq!(refused(&stage), 0);
}

#[tokio::test]
async fn an_account_whose_zoom_is_silent_is_asked_once_in_five_minutes_whatever_waits() {
    let stage = stage().await;
    stage.app.zoom().goes_down();
    for n in 0..20 {
        stage.books(&start(n)).await;
    }
    stage.passes(minutes(10)).await;
    let from = stage.app.now();
    for n in 20..30 {
        stage.books(&start(n)).await;
        stage.passes(minutes(24)).await;
    }
    let asked = asked(&stage, from);
    // Four hours: the token has to be renewed first, which is one and the same try.
    assert!(
        asked.len() <= 4 * 12 + 1,
        "{} calls: {asked:?}",
        asked.len()
    );
    assert!(
        asked.len() >= 4 * 12 - 2,
        "{} calls: {asked:?}",
        asked.len()
    );

    stage.app.zoom().comes_back();
    stage.passes(minutes(10)).await;
    assert_eq!(
        stage.app.zoom().meetings().len(),
        30,
        "all at once when it is back"
    );
    assert_eq!(stage.app.rows("silences").await, 0);
}

#[tokio::test]
async fn another_account_notices_nothing_of_a_silence() {
    let stage = stage().await;
    let other = stage.app.org("Looms").await;
    let bob = stage.app.person(other, "Bob Byte", Role::Admin).await;
    stage.app.zoom_on(other).await;
    let spec = UserSpec::new("bob@zoom.example").in_account("another");
    stage.app.zoom().add_user(spec);
    stage
        .app
        .connects(&bob, "personal", "bob@zoom.example")
        .await;
    let call = stage.app.offers(&bob, "Call", Location::Zoom).await;

    // Bob's list has just been compared: nothing of his is asked meanwhile.
    stage.passes(minutes(2)).await;
    stage.app.zoom().goes_down();
    for n in 0..8 {
        stage.books(&start(n)).await;
    }
    stage.passes(minutes(12)).await;
    stage.app.zoom().comes_back();
    let booking = stage
        .app
        .books(&call, "Grace Hopper", "grace@example.com", &start(0))
        .await;
    stage.app.settle().await;
    assert!(matches!(stage.online(&booking).await, Online::Ready(_)));
    assert_eq!(
        stage.app.zoom().meetings().len(),
        1,
        "Ada’s wait for the next try"
    );
    stage.passes(minutes(10)).await;
    assert_eq!(stage.app.zoom().meetings().len(), 9);
}

#[tokio::test]
async fn a_few_failures_between_answers_silence_nobody() {
    let stage = stage().await;
    for n in 0..12 {
        let fault = Fault::drop_before("meeting.create");
        stage.app.zoom().fault(fault.times(1));
        stage.books(&start(n)).await;
        stage.passes(minutes(8)).await;
    }
    assert_eq!(stage.app.rows("silences").await, 0);
    assert_eq!(stage.app.zoom().meetings().len(), 12);
}

#[tokio::test]
async fn what_waits_says_why() {
    let stage = stage().await;
    stage.app.zoom().goes_down();
    for n in 0..8 {
        stage.books(&start(n)).await;
    }
    stage.passes(minutes(11)).await;
    let mut reader = stage.app.app.db.read().await.unwrap();
    let whys: Vec<String> = sql("SELECT why FROM jobs WHERE kind = 'conference'")
        .all(&mut reader)
        .await
        .unwrap();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for why in &whys {
        *counts.entry(why).or_default() += 1;
    }
    assert!(counts[breaker::WORDS] >= 6, "{counts:?}");
}
