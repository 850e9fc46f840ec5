//! What strangers may do, and that people never notice.

use super::{TEN, ada};
use crate::accounts::Role;
use crate::clock::{days, hours, minutes, seconds};
use crate::db::sql;
use crate::event_types::Location;
use crate::testing::TestApp;
use crate::testing::browser::{Answer, Browser};

const PATH: &str = "/ada-lovelace/intro-call/book";

async fn app_with_intro() -> TestApp {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    app.offers(&ada, "Intro call", Location::Zoom).await;
    app
}

/// The n-th start that is on offer, an hour apart.
fn start(n: i64) -> String {
    let (week, day, hour) = (n / 35, n / 7 % 5, n % 7);
    let monday: jiff::Timestamp = "2026-05-11T07:00:00Z".parse().unwrap();
    (monday + days(7 * week + day) + hours(hour)).to_string()
}

/// Opens the form of a start and sends it this much later.
async fn books(
    app: &TestApp,
    guest: &mut Browser,
    path: &str,
    (n, email, guests): (i64, &str, &str),
    after: jiff::SignedDuration,
) -> Answer {
    let form = guest.get(&format!("{path}?start={}", start(n))).await;
    app.advance(after);
    let token = form.field("token").unwrap();
    let start = start(n);
    let fields = [
        ("token", token.as_str()),
        ("start", start.as_str()),
        ("tz", "Europe/Madrid"),
        ("name", "Grace Hopper"),
        ("email", email),
        ("guests", guests),
    ];
    guest.post(path, &fields).await
}

async fn counted(app: &TestApp, what: &'static str) -> i64 {
    let mut reader = app.app.db.read().await.unwrap();
    sql("SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) FROM tries WHERE what = $1")
        .bind(what)
        .one(&mut reader)
        .await
        .unwrap()
}

#[tokio::test]
async fn five_bookings_a_day_may_name_an_address_whoever_makes_them() {
    let app = app_with_intro().await;
    for n in 0..5 {
        // Each from elsewhere, once as the invitee and else as a guest, in any spelling.
        let mut stranger = app.browser();
        stranger.comes_from(&format!("203.0.113.{n}"));
        let named = match n {
            0 => ("Victim@example.com", ""),
            _ => ("other@example.com", "victim@example.com"),
        };
        let named = (
            n,
            if n == 0 {
                named.0
            } else {
                &format!("o{n}@example.com")
            },
            named.1,
        );
        let booked = books(&app, &mut stranger, PATH, named, minutes(1)).await;
        assert_eq!(booked.status, 303, "{}", booked.text());
    }
    let mut stranger = app.browser();
    let sixth = (5, "victim@example.com", "");
    let refused = books(&app, &mut stranger, PATH, sixth, minutes(1)).await;
    assert_eq!(refused.status, 429);
    assert!(refused.headers.contains_key("retry-after"));
    let words = "Too many bookings name this email address today. Try again in 16 hours.";
    assert!(refused.text().contains(words), "{}", refused.text());
    for (field, typed) in [("name", "Grace Hopper"), ("email", "victim@example.com")] {
        assert_eq!(
            refused.field(field).as_deref(),
            Some(typed),
            "nothing is lost"
        );
    }
    let as_guest = (5, "o5@example.com", "victim@example.com");
    let refused = books(&app, &mut stranger, PATH, as_guest, minutes(1)).await;
    assert_eq!(refused.status, 429);
    assert_eq!(app.rows("bookings").await, 5);
    let other = (5, "o5@example.com", "");
    let booked = books(&app, &mut stranger, PATH, other, minutes(1)).await;
    assert_eq!(booked.status, 303, "others aren’t held back");
    app.advance(days(1));
    let booked = books(
        &app,
        &mut stranger,
        PATH,
        (6, "victim@example.com", ""),
        minutes(1),
    )
    .await;
    assert_eq!(booked.status, 303, "a day later");
}

#[tokio::test]
async fn moves_are_letters_too() {
    let app = app_with_intro().await;
    let mut guest = app.browser();
    let booked = books(
        &app,
        &mut guest,
        PATH,
        (0, "grace@example.com", ""),
        minutes(1),
    )
    .await;
    let mut hub = booked.location().to_owned();
    for n in 1..7 {
        let page = guest.get(&hub).await;
        let path = page.links("/reschedule")[0].clone();
        let start = start(n);
        let fields = [
            ("start", start.as_str()),
            ("tz", "Europe/Madrid"),
            ("reason", "A train"),
        ];
        let moved = guest.post(&path, &fields).await;
        if n < 5 {
            assert_eq!(moved.status, 303, "{n}: {}", moved.text());
            hub = moved.location().to_owned();
        } else {
            assert_eq!(moved.status, 429);
            assert!(moved.text().contains("A train"), "nothing is lost");
        }
    }
    let cancel = guest.get(&hub).await.links("/cancel")[0].clone();
    assert_eq!(
        guest.post(&cancel, &[]).await.status,
        303,
        "who is held back can still leave"
    );
}

#[tokio::test]
async fn a_time_that_was_taken_uses_nothing_up() {
    let app = app_with_intro().await;
    let mut guest = app.browser();
    books(
        &app,
        &mut guest,
        PATH,
        (0, "first@example.com", ""),
        minutes(1),
    )
    .await;
    let form = guest.get(&format!("{PATH}?start={}", start(1))).await;
    let token = form.field("token").unwrap();
    let (before, from) = (
        counted(&app, "named").await,
        counted(&app, "book-host-from").await,
    );
    for _ in 0..8 {
        let taken = start(0);
        let fields = [
            ("token", token.as_str()),
            ("start", taken.as_str()),
            ("tz", "Europe/Madrid"),
            ("name", "Grace Hopper"),
            ("email", "grace@example.com"),
        ];
        assert_eq!(guest.post(PATH, &fields).await.status, 409);
    }
    assert_eq!(counted(&app, "named").await, before);
    assert_eq!(counted(&app, "book-host-from").await, from);
}

#[tokio::test]
async fn one_address_cannot_use_up_a_hosts_day() {
    let app = app_with_intro().await;
    let mut bot = app.browser();
    for n in 0..21 {
        let email = format!("g{n}@example.com");
        let answer = books(&app, &mut bot, PATH, (n, &email, ""), minutes(5)).await;
        let wanted = if n < 20 { 303 } else { 429 };
        assert_eq!(answer.status, wanted, "{n}: {}", answer.text());
    }
    // Within the same IPv6 network all addresses are one; somebody elsewhere isn't held back.
    bot.comes_from("203.0.113.9");
    let answer = books(
        &app,
        &mut bot,
        PATH,
        (21, "g21@example.com", ""),
        minutes(5),
    )
    .await;
    assert_eq!(answer.status, 303, "{}", answer.text());
}

#[tokio::test]
async fn a_form_sent_faster_than_people_can_counts_for_several() {
    let app = app_with_intro().await;
    let org = app.org("Looms").await;
    let bob = app.person(org, "Bob Byte", Role::User).await;
    app.offers(&bob, "Intro call", Location::Zoom).await;
    let other = "/bob-byte/intro-call/book";
    let mut booked = 0;
    let mut bot = app.browser();
    for n in 0..30 {
        let email = format!("g{n}@example.com");
        let path = if n % 2 == 0 { PATH } else { other };
        let answer = books(&app, &mut bot, path, (n, &email, ""), seconds(0)).await;
        booked += i64::from(answer.status == 303);
    }
    assert_eq!(
        booked, 10,
        "without any signature of ours, as with too young a one"
    );
    // Filled in by the browser and sent with the keyboard: nobody is told anything.
    let mut person = app.browser();
    person.comes_from("203.0.113.7");
    let mut booked = 0;
    for n in 30..44 {
        let email = format!("g{n}@example.com");
        let path = if n % 2 == 0 { PATH } else { other };
        let answer = books(&app, &mut person, path, (n, &email, ""), seconds(2)).await;
        booked += i64::from(answer.status == 303);
    }
    assert_eq!(booked, 14);
}

#[tokio::test]
async fn going_back_to_an_old_form_is_no_hurry() {
    let app = app_with_intro().await;
    let mut guest = app.browser();
    let answer = books(
        &app,
        &mut guest,
        PATH,
        (9, "grace@example.com", ""),
        days(2),
    )
    .await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert_eq!(counted(&app, "book").await, 1);
}

#[tokio::test]
async fn a_field_that_was_filled_in_unseen_is_emptied_and_the_next_try_books() {
    let app = app_with_intro().await;
    let mut guest = app.browser();
    let form = guest.get(&format!("{PATH}?start={TEN}")).await;
    let token = form.field("token").unwrap();
    let mut fields = vec![
        ("token", token.as_str()),
        ("start", TEN),
        ("tz", "Europe/Madrid"),
        ("name", "Grace Hopper"),
        ("email", "grace@example.com"),
        ("website", "https://grace.example"),
    ];
    let again = guest.post(PATH, &fields).await;
    assert_eq!(again.status, 422);
    assert!(
        again.text().contains("please confirm once more"),
        "{}",
        again.text()
    );
    assert_eq!(again.field("website").as_deref(), Some(""));
    fields.pop();
    assert_eq!(guest.post(PATH, &fields).await.status, 303);
}
