//! Limits: counted before sending, kept to, and told.

use zoom_sim::{LimitHeaders, Limits, TooMany};

use super::*;
use crate::clock::days;
use crate::conferencing::budget;
use crate::sync_log::Action;

async fn changes_today(stage: &Stage) -> i64 {
    let account = linked(stage).await[0].account.id;
    let mut reader = stage.app.app.db.read().await.unwrap();
    budget::store::changes_today(&mut reader, stage.ada.org_id, account, stage.app.now())
        .await
        .unwrap()
}

/// As if this many had been sent today already, here and at Zoom.
async fn has_sent(stage: &Stage, used: i64) {
    let user = linked(stage).await[0].account.remote_user.clone();
    let day = budget::day(stage.app.now());
    stage
        .app
        .write(move |tx| {
            Box::pin(async move {
                sql("INSERT INTO changes_sent (provider, remote_user, day, used)
                     VALUES ('zoom', $1, $2, $3)
                     ON CONFLICT (provider, remote_user, day) DO UPDATE SET used = excluded.used")
                .bind(user)
                .bind(day)
                .bind(used)
                .run(tx)
                .await?;
                Ok(())
            })
        })
        .await;
}

#[tokio::test]
async fn creates_and_moves_count_and_reads_and_removals_do_not() {
    let stage = stage().await;
    assert_eq!(changes_today(&stage).await, 0);
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    assert_eq!(changes_today(&stage).await, 1);
    let moved = stage.moves(&booking, TEN).await;
    stage.app.settle().await;
    assert_eq!(changes_today(&stage).await, 2);
    stage.cancels(&moved).await;
    stage.passes(hours(1)).await;
    assert_eq!(changes_today(&stage).await, 2);
    stage.passes(days(1)).await;
    assert_eq!(changes_today(&stage).await, 0, "a day later");
}

#[tokio::test]
async fn at_the_limit_nothing_is_sent_and_what_waits_is_made_after_midnight() {
    let stage = stage().await;
    has_sent(&stage, 99).await;
    let first = stage.books(NINE).await;
    stage.app.settle().await;
    assert!(matches!(stage.online(&first).await, Online::Ready(_)));
    let second = stage.books(TEN).await;
    stage.passes(hours(3)).await;
    assert_eq!(stage.calls("meeting.create"), 1, "nothing was sent");
    let Online::Late(why) = stage.online(&second).await else {
        panic!("late")
    };
    assert!(
        why.0
            .starts_with("Zoom allows 100 meeting changes per user and day; 100 used.")
    );
    let said = stage.said(Action::CreateMeeting).await;
    assert_eq!(
        said.iter().filter(|w| *w == budget::WORDS).count(),
        1,
        "said once"
    );
    assert_eq!(changes_today(&stage).await, 100);
    let letters = stage.letters("grace@example.com");
    assert!(
        letters.last().unwrap().text.contains("link"),
        "told at once"
    );

    // Removing is free.
    stage.cancels(&first).await;
    stage.app.settle().await;
    assert!(stage.app.zoom().meetings().is_empty());

    let midnight = at("2026-05-05T00:00:30Z");
    stage.passes(midnight.duration_since(stage.app.now())).await;
    assert!(matches!(stage.online(&second).await, Online::Ready(_)));
    assert_eq!(changes_today(&stage).await, 1);
}

#[tokio::test]
async fn a_move_at_the_limit_keeps_its_link_and_follows_after_midnight() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    let link = stage.link(&booking).await;
    has_sent(&stage, 100).await;
    let moved = stage.moves(&booking, TEN).await;
    stage.passes(hours(1)).await;
    assert_eq!(stage.calls("meeting.update"), 0);
    assert_eq!(stage.link(&moved).await, link);
    let midnight = at("2026-05-05T00:00:30Z");
    stage.passes(midnight.duration_since(stage.app.now())).await;
    assert_eq!(stage.app.zoom().meetings()[0].start_time, Some(at(TEN)));
    assert_eq!(stage.link(&moved).await, link);
}

#[tokio::test]
async fn the_count_is_the_zoom_users_whichever_org_it_hosts_for() {
    let stage = stage().await;
    has_sent(&stage, 100).await;
    let other = stage.app.org("Looms").await;
    let bob = stage.app.person(other, "Bob Byte", Role::Admin).await;
    stage.app.zoom_on(other).await;
    stage
        .app
        .connects(&bob, "personal", "ada@zoom.example")
        .await;
    let call = stage.app.offers(&bob, "Call", Location::Zoom).await;
    stage
        .app
        .books(&call, "Grace Hopper", "grace@example.com", NINE)
        .await;
    stage.passes(hours(1)).await;
    assert_eq!(stage.calls("meeting.create"), 0);
}

#[tokio::test]
async fn what_zoom_says_of_the_users_day_is_believed_in_all_its_shapes() {
    for headers in [
        LimitHeaders::None,
        LimitHeaders::Observed,
        LimitHeaders::Iso,
        LimitHeaders::Seconds,
    ] {
        let stage = stage().await;
        // Another program has used the day up.
        stage.app.zoom().set_limits(Limits {
            user_daily: Some(0),
            per_second: false,
            headers,
        });
        let booking = stage.books(NINE).await;
        stage.books(TEN).await;
        stage.passes(hours(4)).await;
        assert_eq!(stage.calls("meeting.create"), 1, "{headers:?}: asked once");
        assert_eq!(changes_today(&stage).await, 100, "{headers:?}");
        assert!(
            matches!(stage.online(&booking).await, Online::Late(_)),
            "{headers:?}"
        );
        stage.app.zoom().set_limits(Limits::default());
        let later = at("2026-05-05T00:05:00Z");
        stage.passes(later.duration_since(stage.app.now())).await;
        assert_eq!(stage.app.zoom().meetings().len(), 2, "{headers:?}");
    }
}

#[tokio::test]
async fn the_accounts_own_limits_pause_all_its_meetings_in_all_their_shapes() {
    for which in [TooMany::PerSecond, TooMany::Concurrent] {
        for headers in [
            LimitHeaders::None,
            LimitHeaders::Observed,
            LimitHeaders::Iso,
            LimitHeaders::Seconds,
        ] {
            let stage = stage().await;
            let fault = Fault::too_many("create", which, headers);
            stage.app.zoom().fault(fault.times(1));
            for day in [5, 6] {
                for hour in 7..15 {
                    let start = format!("2026-05-{day:02}T{hour:02}:00:00Z");
                    stage.books(&start).await;
                }
            }
            stage.app.settle().await;
            assert_eq!(stage.calls("meeting.create"), 1, "{which:?} {headers:?}");
            stage.passes(minutes(1)).await;
            assert_eq!(
                stage.app.zoom().meetings().len(),
                16,
                "{which:?} {headers:?}"
            );
            assert_eq!(stage.calls("meeting.create"), 17, "{which:?} {headers:?}");
            assert_eq!(
                changes_today(&stage).await,
                16,
                "what did not happen isn’t counted"
            );
        }
    }
}

#[tokio::test]
async fn the_accounts_day_is_waited_for() {
    for headers in [LimitHeaders::None, LimitHeaders::Iso, LimitHeaders::Seconds] {
        let stage = stage().await;
        let fault = Fault::too_many("create", TooMany::Daily, headers);
        stage.app.zoom().fault(fault.times(1));
        let booking = stage.books(NINE).await;
        stage.passes(hours(15)).await;
        assert_eq!(stage.calls("meeting.create"), 1, "{headers:?}");
        stage.passes(hours(2)).await;
        assert!(
            matches!(stage.online(&booking).await, Online::Ready(_)),
            "{headers:?}"
        );
    }
}

#[tokio::test]
async fn what_was_never_sent_is_not_counted() {
    let stage = stage().await;
    stage.app.zoom().refuses_connections().await;
    stage.books(NINE).await;
    stage.passes(hours(2)).await;
    assert_eq!(changes_today(&stage).await, 0);
    stage.app.zoom().accepts_connections().await;
    stage.passes(minutes(10)).await;
    assert_eq!(changes_today(&stage).await, 1);
}

#[tokio::test]
async fn a_refusal_right_after_midnight_does_not_cost_the_new_day() {
    let stage = stage().await;
    // Zoom's clock is a little behind ours: for it this is still the old day.
    let midnight = at("2026-05-05T00:00:02Z");
    stage.app.advance(midnight.duration_since(stage.app.now()));
    stage.app.settle().await;
    let fault = Fault::too_many("create", TooMany::UserDaily, LimitHeaders::Observed);
    stage.app.zoom().fault(fault.times(1));
    let booking = stage.books(NINE).await;
    stage.passes(minutes(15)).await;
    assert!(matches!(stage.online(&booking).await, Online::Ready(_)));
    assert_eq!(changes_today(&stage).await, 1);
}

#[tokio::test]
async fn a_day_of_lists_that_is_used_up_keeps_nobody_from_making_and_removing_meetings() {
    let stage = stage().await;
    let first = stage.books(NINE).await;
    stage.passes(minutes(2)).await;
    let fault = Fault::too_many("meeting.list", TooMany::Daily, LimitHeaders::None);
    stage.app.zoom().fault(fault.always());
    stage.passes(minutes(20)).await;
    let lists = stage.calls("meeting.list");
    let second = stage.books(TEN).await;
    stage.cancels(&first).await;
    stage.passes(minutes(5)).await;
    assert!(matches!(stage.online(&second).await, Online::Ready(_)));
    assert_eq!(stage.app.zoom().meetings().len(), 1);
    stage.passes(hours(3)).await;
    assert!(
        stage.calls("meeting.list") <= lists + 1,
        "the list itself waits"
    );
}

#[tokio::test]
async fn a_longer_pause_is_not_cut_short_by_a_shorter_one() {
    let stage = stage().await;
    let account = linked(&stage).await.remove(0).account;
    let now = stage.app.now();
    stage
        .app
        .write(move |tx| {
            Box::pin(async move {
                for until in [now + hours(2), now + minutes(1)] {
                    budget::store::pause(tx, &account, until).await?;
                }
                Ok(())
            })
        })
        .await;
    stage.books(NINE).await;
    stage.passes(hours(1)).await;
    assert_eq!(stage.calls("meeting.create"), 0);
    stage.passes(hours(2)).await;
    assert_eq!(stage.calls("meeting.create"), 1);
}

#[tokio::test]
async fn a_lost_create_that_made_nothing_is_given_back() {
    let stage = stage().await;
    let fault = Fault::drop_before("meeting.create");
    stage.app.zoom().fault(fault.times(3));
    let booking = stage.books(NINE).await;
    stage.passes(hours(2)).await;
    assert!(matches!(stage.online(&booking).await, Online::Ready(_)));
    assert_eq!(stage.calls("meeting.create"), 4);
    assert_eq!(changes_today(&stage).await, 1);
}
