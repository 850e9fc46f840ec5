//! Zoom says that there were too many calls, in each way it is known to say so: whose limit it is
//! waits, and nobody else does.

use drills::checker::{Ack, AtZoom, Circumstances, Deed, Evidence, Stored, Told, check};
use jiff::Timestamp;
use zoom_sim::{Fault, LimitHeaders, Limits, TooMany};

use super::guests::{Held, borrowed, filled_in};
use super::outage::{hosts, is_full};
use super::story::mails;
use crate::clock::{hours, minutes, seconds};
use crate::testing::TestApp;

const SHAPES: [LimitHeaders; 4] = [
    LimitHeaders::None,
    LimitHeaders::Observed,
    LimitHeaders::Iso,
    LimitHeaders::Seconds,
];

/// What was booked, and what became of it.
#[derive(Default)]
struct Storm {
    acks: Vec<Ack>,
    booked: usize,
}

impl Storm {
    async fn books(&mut self, app: &TestApp, path: &str, number: usize) {
        self.booked += 1;
        let first: Timestamp = "2026-05-11T07:00:00Z".parse().unwrap();
        let (day, hour) = (number / 7, number % 7);
        let start = first + hours(24 * i64::try_from(day).unwrap() + i64::try_from(hour).unwrap());
        let fields = filled_in(app, path, start, self.booked).await.unwrap();
        // Strangers may not book without end: each comes from a place of their own.
        let mut browser = app.browser();
        browser.comes_from(&format!("198.18.0.{}", self.booked));
        let answer = browser.post(path, &borrowed(&fields)).await;
        let held =
            Held::of(answer.location()).unwrap_or_else(|| panic!("not booked: {}", answer.text()));
        app.advance(seconds(10));
        let (booking, start) = (held.plain(), start.as_microsecond());
        self.acks.push(Ack {
            told: Told::Yes,
            deed: Deed::Booked { booking, start },
        });
    }

    async fn is_over(&self, app: &TestApp) -> AtZoom {
        let stored = Stored::read(&app.database_url()).await.unwrap();
        let (zoom, mails) = (AtZoom::of(app.zoom()), mails(app));
        let evidence = Evidence {
            acks: &self.acks,
            stored: &stored,
            zoom: &zoom,
            mails: &mails,
            circumstances: &Circumstances::default(),
            now: app.now().as_microsecond(),
        };
        let found: Vec<String> = check(&evidence).iter().map(ToString::to_string).collect();
        assert!(found.is_empty(), "{}", found.join("\n"));
        zoom
    }
}

/// Creates and updates for this user that were sent at such a time.
fn changes(app: &TestApp, user: &str, when: impl Fn(Timestamp) -> bool) -> usize {
    let ledger = app.zoom().ledger();
    ledger
        .iter()
        .filter(|call| matches!(call.operation.as_str(), "meeting.create" | "meeting.update"))
        .filter(|call| call.user.as_deref() == Some(user) && when(call.at))
        .count()
}

/// How many rooms this user has.
fn rooms(app: &TestApp, user: &str) -> usize {
    let meetings = app.zoom().meetings();
    meetings.iter().filter(|room| room.host == user).count()
}

#[tokio::test]
async fn after_no_more_today_nothing_is_sent_for_that_user_before_midnight() {
    for headers in SHAPES {
        let app = TestApp::start_with_zoom().await;
        let paths = hosts(&app, 2).await;
        let (many, allowed) = if is_full() { (30, 20) } else { (8, 5) };
        app.zoom().set_limits(Limits {
            user_daily: Some(allowed),
            per_second: false,
            headers,
        });
        let mut storm = Storm::default();
        for number in 0..many {
            storm.books(&app, &paths[0], number).await;
            app.settle().await;
            if number % 2 == 0 {
                storm.books(&app, &paths[1], number / 2).await;
                app.settle().await;
            }
        }
        let allowed = usize::try_from(allowed).unwrap();
        let sent = changes(&app, "host0@zoom.example", |_| true);
        assert_eq!(
            sent,
            allowed + 1,
            "{headers:?}: the one that was told no is the last"
        );
        assert_eq!(
            rooms(&app, "host1@zoom.example"),
            many.div_ceil(2),
            "{headers:?}: others go on"
        );
        let midnight: Timestamp = "2026-05-05T00:00:00Z".parse().unwrap();
        app.settle_for(midnight.duration_since(app.now()) - seconds(1))
            .await;
        assert_eq!(
            changes(&app, "host0@zoom.example", |_| true),
            sent,
            "{headers:?}"
        );
        app.settle_for(minutes(30)).await;
        assert_eq!(rooms(&app, "host0@zoom.example"), many, "{headers:?}");
        let zoom = storm.is_over(&app).await;
        println!(
            "storm of the day, {headers:?}: {} bookings, {} calls, 0 changes between no and midnight",
            storm.booked,
            zoom.calls.len()
        );
    }
}

#[tokio::test]
async fn too_many_a_second_makes_only_that_account_wait_and_not_for_long() {
    for headers in SHAPES {
        for which in [TooMany::PerSecond, TooMany::Concurrent] {
            let app = TestApp::start_with_zoom().await;
            let paths = hosts(&app, 2).await;
            let many = if is_full() { 25 } else { 6 };
            let mut storm = Storm::default();
            for number in 0..many {
                storm.books(&app, &paths[0], number).await;
            }
            app.zoom()
                .fault(Fault::too_many("create", which, headers).times(3));
            app.settle().await;
            storm.books(&app, &paths[1], 0).await;
            app.zoom().clear_faults();
            app.settle().await;
            assert_eq!(
                rooms(&app, "host1@zoom.example"),
                1,
                "{headers:?}: others go on"
            );
            app.settle_for(minutes(10)).await;
            assert_eq!(
                rooms(&app, "host0@zoom.example"),
                many,
                "{headers:?}, {which:?}"
            );
            let zoom = storm.is_over(&app).await;
            println!(
                "storm of {which:?}, {headers:?}: {} bookings, {} calls",
                storm.booked,
                zoom.calls.len()
            );
        }
    }
}

#[tokio::test]
async fn real_limits_of_a_second_are_outlived_by_all() {
    let app = TestApp::start_with_zoom().await;
    let paths = hosts(&app, 3).await;
    app.zoom().set_limits(Limits {
        user_daily: Some(100),
        per_second: true,
        headers: LimitHeaders::Observed,
    });
    let many = if is_full() { 90 } else { 18 };
    let mut storm = Storm::default();
    for number in 0..many {
        storm.books(&app, &paths[number % 3], number / 3).await;
    }
    app.settle_for(minutes(10)).await;
    let zoom = storm.is_over(&app).await;
    let refused = zoom
        .calls
        .iter()
        .filter(|call| call.status == Some(429))
        .count();
    println!(
        "storm of a second: {} bookings, {} calls, {refused} answers of 429",
        storm.booked,
        zoom.calls.len()
    );
}
