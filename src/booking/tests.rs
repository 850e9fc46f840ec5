//! The use cases against the database. Times are of the test week: Monday 4 May 2026, Madrid
//! (UTC+2), hours nine to five.

mod limits;
mod pages;

use jiff::Timestamp;

use super::rules::{Move, Refusal};
use super::{Booking, By, Refused, Status, book, cancel, change, store};
use crate::accounts::{Person, Role};
use crate::availability::slots::NotOffered;
use crate::clock::{hours, minutes};
use crate::event_types::{EventType, Location};
use crate::testing::TestApp;

const TEN: &str = "2026-05-05T08:00:00Z";
const NOON: &str = "2026-05-05T10:00:00Z";

async fn ada(app: &TestApp) -> Person {
    let org = app.org("Engines").await;
    app.person(org, "Ada Lovelace", Role::Admin).await
}

async fn try_to_book(app: &TestApp, it: &EventType, start: &str) -> Result<Booking, Refusal> {
    let request = app.request("Grace Hopper", "grace@example.com", start);
    said(book::book(&app.app, it.org_id, it.id, &request).await)
}

async fn try_to_move(app: &TestApp, b: &Booking, by: By, to: &str) -> Result<Booking, Refusal> {
    let to = Move {
        start: to.parse().unwrap(),
        reason: None,
        place: None,
        language: None,
    };
    let moved = change::reschedule(&app.app, b.org_id, b.id, by, to).await;
    said(moved.map(|moved| moved.booking))
}

fn said<T>(result: Result<T, Refused>) -> Result<T, Refusal> {
    result.map_err(|refused| match refused {
        Refused::Because(refusal) => refusal,
        Refused::SentTwice | Refused::Failed(_) => panic!("{refused:?}"),
    })
}

#[tokio::test]
async fn a_booking_is_a_meeting_a_busy_row_and_three_jobs() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
    let booking = app
        .books(&intro, "Grace Hopper", "grace@example.com", TEN)
        .await;
    let mut reader = app.app.db.read().await.unwrap();
    let meeting = store::meeting(&mut reader, ada.org_id, booking.meeting_id)
        .await
        .unwrap()
        .unwrap();
    drop(reader);
    assert_eq!(meeting.summary, "Intro call: Grace Hopper and Ada Lovelace");
    assert_eq!(meeting.ical_uid, format!("{}@meet.test", meeting.id));
    assert_eq!((meeting.generation, meeting.sequence), (1, None));
    assert_eq!(app.rows("busy").await, 1);
    let jobs: Vec<_> = app.waiting_jobs().await.into_iter().collect();
    let named = |name: &str| (name.to_owned(), 1);
    assert_eq!(
        jobs,
        [named("conference"), named("last-call"), named("letters")]
    );
}

#[tokio::test]
async fn a_meeting_by_phone_asks_for_letters_only_and_at_once() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let call = app.offers(&ada, "Call", Location::Phone).await;
    app.says(&call, "I call you.").await;
    let mut request = app.request("Grace Hopper", "grace@example.com", TEN);
    request.place = Some("+34 600 123 456".to_owned());
    let booking = book::book(&app.app, ada.org_id, call.id, &request)
        .await
        .unwrap();
    assert_eq!(
        booking.location_value.as_deref(),
        Some("I call you. Invitee’s number: +34 600 123 456")
    );
    let jobs = app.waiting_jobs().await;
    assert_eq!(jobs.keys().collect::<Vec<_>>(), ["letters"]);
    let moved = try_to_move(&app, &booking, By::Host, NOON).await.unwrap();
    assert_eq!(moved.location_value, booking.location_value);
}

#[tokio::test]
async fn what_is_not_on_offer_is_refused_with_its_reason() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
    app.sets(&intro, "notice_minutes", Some(120)).await;
    let rows = [
        ("2026-05-04T07:00:00Z", NotOffered::InPast),
        ("2026-05-04T09:00:00Z", NotOffered::TooSoon),
        ("2026-09-01T09:00:00Z", NotOffered::TooFar),
        ("9999-12-01T00:00:00Z", NotOffered::TooFar),
        ("2026-05-05T03:00:00Z", NotOffered::OutsideHours),
        ("2026-05-05T08:01:00Z", NotOffered::OffGrid),
    ];
    for (start, why) in rows {
        let refusal = try_to_book(&app, &intro, start).await.unwrap_err();
        assert_eq!(refusal, Refusal::NotOffered(why), "{start}");
    }
    assert!(try_to_book(&app, &intro, TEN).await.is_ok());
    for start in [TEN, "2026-05-05T08:30:00Z"] {
        let refusal = try_to_book(&app, &intro, start).await.unwrap_err();
        assert_eq!(refusal, Refusal::SlotTaken, "{start}");
    }
}

#[tokio::test]
async fn buffers_keep_meetings_of_different_kinds_apart() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
    let talk = app.offers(&ada, "Talk", Location::Zoom).await;
    app.sets(&intro, "buffer_after", Some(30)).await;
    try_to_book(&app, &intro, TEN).await.unwrap();
    // Ends 10:42, free again from 11:12 on: 11:00 is too near, 11:15 is not.
    let near = try_to_book(&app, &talk, "2026-05-05T09:00:00Z").await;
    assert_eq!(near.unwrap_err(), Refusal::SlotTaken);
    assert!(
        try_to_book(&app, &talk, "2026-05-05T09:15:00Z")
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_limit_counts_the_bookings_of_its_event_type() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
    app.sets(&intro, "max_per_day", Some(1)).await;
    let first = try_to_book(&app, &intro, TEN).await.unwrap();
    let second = try_to_book(&app, &intro, NOON).await.unwrap_err();
    assert!(matches!(
        second,
        Refusal::NotOffered(NotOffered::LimitReached { limit: 1, .. })
    ));
    // Moving within the day does not count itself.
    assert!(try_to_move(&app, &first, By::Invitee, NOON).await.is_ok());
}

#[tokio::test]
async fn an_event_type_that_is_off_or_deleted_takes_no_bookings() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    for column in ["disabled_at", "deleted_at"] {
        let it = app
            .offers(&ada, &format!("Call {column}"), Location::Zoom)
            .await;
        app.sets(&it, column, Some(1)).await;
        let refusal = try_to_book(&app, &it, TEN).await.unwrap_err();
        assert_eq!(refusal, Refusal::EventTypeOff);
    }
}

#[tokio::test]
async fn of_sixteen_at_once_exactly_one_gets_the_slot() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
    let mut tries = tokio::task::JoinSet::new();
    for n in 0..16 {
        let request = app.request(&format!("Guest {n}"), &format!("g{n}@example.com"), TEN);
        let (app, org, id) = (app.app.clone(), ada.org_id, intro.id);
        tries.spawn(async move { said(book::book(&app, org, id, &request).await) });
    }
    let all = tries.join_all().await;
    assert_eq!(all.iter().filter(|answer| answer.is_ok()).count(), 1);
    for refused in all.into_iter().filter_map(Result::err) {
        assert_eq!(refused, Refusal::SlotTaken);
    }
    assert_eq!(app.rows("bookings").await, 1);
    assert_eq!(app.rows("busy").await, 1);
}

#[tokio::test]
async fn a_form_sent_eight_times_at_once_books_once() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
    let request = app.request("Grace Hopper", "grace@example.com", TEN);
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (app, org, id, request) = (app.app.clone(), ada.org_id, intro.id, request.clone());
        tries.spawn(async move { said(book::book(&app, org, id, &request).await).unwrap().id });
    }
    let ids = tries.join_all().await;
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(app.rows("bookings").await, 1);
}

#[tokio::test]
async fn a_move_keeps_the_meeting_and_takes_the_place_as_it_is_now() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
    let old = app
        .books(&intro, "Grace Hopper", "grace@example.com", TEN)
        .await;
    app.settle().await;
    let phone = Location::Phone;
    app.app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                crate::db::sql("UPDATE event_types SET location = $1")
                    .bind(phone)
                    .run(tx)
                    .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    // Half an hour later overlaps the time it has: its own meeting is not in its way.
    let new = try_to_move(&app, &old, By::Invitee, "2026-05-05T08:30:00Z")
        .await
        .unwrap();
    assert_eq!(new.rescheduled_from, Some(old.id));
    assert_eq!((new.meeting_id, new.location), (old.meeting_id, phone));
    let old = app.booking(&old).await;
    assert_eq!(old.status, Status::Rescheduled);
    assert_eq!(old.ended_by, Some(By::Invitee));
    let mut reader = app.app.db.read().await.unwrap();
    let meeting = store::meeting(&mut reader, ada.org_id, new.meeting_id)
        .await
        .unwrap()
        .unwrap();
    let successor = store::moved_to(&mut reader, ada.org_id, old.id)
        .await
        .unwrap();
    assert_eq!(successor.unwrap().id, new.id);
    drop(reader);
    assert_eq!((meeting.generation, meeting.starts_at), (2, new.starts_at));
    // The room that was has to go.
    assert!(app.waiting_jobs().await.contains_key("conference"));
    // The time it had is free again.
    assert!(
        try_to_book(&app, &intro, "2026-05-05T07:00:00Z")
            .await
            .is_ok()
    );
    assert_eq!(
        try_to_move(&app, &old, By::Invitee, NOON)
            .await
            .unwrap_err(),
        Refusal::AlreadyMoved
    );
    let spent = cancel::cancel(&app.app, old.org_id, old.id, By::Invitee, None).await;
    assert_eq!(said(spent).unwrap_err(), Refusal::AlreadyMoved);
}

#[tokio::test]
async fn of_many_moves_of_one_booking_one_wins() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
    let old = app
        .books(&intro, "Grace Hopper", "grace@example.com", TEN)
        .await;
    let mut tries = tokio::task::JoinSet::new();
    for n in 0..6 {
        let to = Move {
            start: NOON.parse::<Timestamp>().unwrap() + minutes(15 * n),
            reason: None,
            place: None,
            language: None,
        };
        let (app, old) = (app.app.clone(), old.clone());
        tries.spawn(async move {
            said(change::reschedule(&app, old.org_id, old.id, By::Invitee, to).await)
        });
    }
    let all = tries.join_all().await;
    assert_eq!(all.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert_eq!(app.rows("busy").await, 1);
    assert_eq!(app.rows("bookings").await, 2);
}

#[tokio::test]
async fn a_cancel_frees_the_time_and_twice_is_harmless() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
    let booking = app
        .books(&intro, "Grace Hopper", "grace@example.com", TEN)
        .await;
    app.settle().await;
    let reason = Some("No time".to_owned());
    let cancel = |by| cancel::cancel(&app.app, booking.org_id, booking.id, by, reason.clone());
    assert!(!said(cancel(By::Host).await).unwrap().already);
    let jobs = app.waiting_jobs().await;
    assert!(jobs.contains_key("conference") && jobs.contains_key("letters"));
    assert_eq!(app.rows("busy").await, 0);
    let again = said(cancel(By::Invitee).await).unwrap();
    assert!(again.already);
    assert_eq!(again.booking.ended_by, Some(By::Host));
    let mut reader = app.app.db.read().await.unwrap();
    let meeting = store::meeting(&mut reader, ada.org_id, booking.meeting_id)
        .await
        .unwrap()
        .unwrap();
    drop(reader);
    assert_eq!(meeting.generation, 2);
    assert_eq!(meeting.over_at, Some(app.now()));
    assert_eq!(
        try_to_move(&app, &booking, By::Host, NOON)
            .await
            .unwrap_err(),
        Refusal::AlreadyCanceled
    );
    assert!(try_to_book(&app, &intro, TEN).await.is_ok());
}

#[tokio::test]
async fn once_it_began_only_the_host_may_change_it_and_once_over_nobody() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
    let booking = app
        .books(&intro, "Grace Hopper", "grace@example.com", TEN)
        .await;
    app.app.clock.advance(hours(24) + minutes(1));
    let cancel = |by| cancel::cancel(&app.app, booking.org_id, booking.id, by, None);
    assert_eq!(
        said(cancel(By::Invitee).await).unwrap_err(),
        Refusal::Started
    );
    assert_eq!(
        try_to_move(&app, &booking, By::Invitee, NOON)
            .await
            .unwrap_err(),
        Refusal::Started
    );
    app.app.clock.advance(minutes(41));
    assert_eq!(said(cancel(By::Host).await).unwrap_err(), Refusal::Over);
    assert_eq!(app.booking(&booking).await.status, Status::Confirmed);
}

#[tokio::test]
async fn a_host_who_takes_no_changes_still_lets_people_cancel() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
    let booking = app
        .books(&intro, "Grace Hopper", "grace@example.com", TEN)
        .await;
    app.sets(&intro, "reschedule_disabled_at", Some(1)).await;
    assert_eq!(
        try_to_move(&app, &booking, By::Invitee, NOON)
            .await
            .unwrap_err(),
        Refusal::RescheduleDisabled
    );
    assert_eq!(
        try_to_move(&app, &booking, By::Host, TEN)
            .await
            .unwrap_err(),
        Refusal::SameTime
    );
    let moved = try_to_move(&app, &booking, By::Host, NOON).await.unwrap();
    let canceled = cancel::cancel(&app.app, moved.org_id, moved.id, By::Invitee, None).await;
    assert!(said(canceled).is_ok());
}
