//! What the sweep finds where no notice comes, and what it leaves alone.

use super::*;
use crate::clock::days;
use crate::conferencing::sweep;
use crate::conferencing::zoom::marker::{self, Mark};
use crate::sync_log::Action;

async fn strays(stage: &Stage) -> Vec<sweep::store::Stray> {
    let mut reader = stage.app.app.db.read().await.unwrap();
    sweep::store::strays(&mut reader, stage.ada.org_id)
        .await
        .unwrap()
}

async fn warnings(stage: &Stage) -> Vec<(String, i64)> {
    let mut reader = stage.app.app.db.read().await.unwrap();
    let found = store::warnings_of(&mut reader, stage.ada.org_id, stage.app.now())
        .await
        .unwrap();
    found.into_iter().map(|w| (w.words, w.meetings)).collect()
}

#[tokio::test]
async fn what_was_changed_by_hand_is_put_back_within_a_quarter_of_an_hour() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.passes(minutes(2)).await;
    let link = stage.link(&booking).await;
    let id = stage.app.zoom().meetings()[0].id;
    stage.app.zoom().rename_by_hand(id, "Lunch");
    stage.passes(minutes(16)).await;
    let shown = &stage.app.zoom().meetings()[0];
    assert_eq!(shown.topic, "Intro call: Grace Hopper and Ada Lovelace");
    assert_eq!(stage.link(&booking).await, link);
    assert_eq!(
        stage.said(Action::ReadMeeting).await[0],
        "Changed by hand in Zoom: its topic. It is put back."
    );
    assert_eq!(
        stage.said(Action::MoveMeeting).await,
        ["The meeting was given its topic."]
    );
}

#[tokio::test]
async fn what_was_deleted_by_hand_is_noticed_without_a_notice() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.passes(minutes(2)).await;
    let old = stage.link(&booking).await;
    let id = stage.app.zoom().meetings()[0].id;
    stage.app.zoom().delete_by_hand(id);
    stage.passes(minutes(16)).await;
    assert_ne!(stage.link(&booking).await, old);
    assert_eq!(stage.app.zoom().meetings().len(), 1);
    // Taken out of the bin again, it is found by its mark, and goes.
    stage.app.zoom().recover_by_hand(id);
    stage.passes(minutes(16)).await;
    let meetings = stage.app.zoom().meetings();
    assert_eq!(meetings.len(), 1);
    assert_eq!(stage.link(&booking).await, meetings[0].join_url);
    assert!(strays(&stage).await.is_empty());
}

#[tokio::test]
async fn absence_from_a_list_that_lags_is_never_taken_for_gone() {
    let stage = stage().await;
    stage.app.zoom().set_list_lag(hours(6));
    let booking = stage.books(NINE).await;
    stage.passes(minutes(2)).await;
    let link = stage.link(&booking).await;
    stage.passes(hours(2)).await;
    assert_eq!(stage.link(&booking).await, link);
    assert_eq!(stage.calls("meeting.create"), 1);
    assert_eq!(stage.letters("grace@example.com").len(), 1);
    assert!(stage.calls("meeting.get") >= 2, "it was looked at instead");
}

#[tokio::test]
async fn a_list_that_breaks_off_or_is_refused_says_nothing_of_what_is_not_in_it() {
    for fault in [
        Fault::truncate("meeting.list"),
        Fault::garbage("meeting.list"),
        Fault::status("meeting.list", 500),
        Fault::bad_gateway("meeting.list"),
        Fault::answer(
            "meeting.list",
            400,
            "application/json",
            r#"{"code":300,"message":"No."}"#,
        ),
    ] {
        let stage = stage().await;
        stage.books(NINE).await;
        stage.passes(minutes(2)).await;
        let (reads, name) = (stage.calls("meeting.get"), fault.name());
        stage.app.zoom().fault(fault.always());
        stage.passes(minutes(40)).await;
        assert_eq!(stage.calls("meeting.get"), reads, "{name}");
        assert_eq!(stage.app.zoom().meetings().len(), 1, "{name}");
    }
}

#[tokio::test]
async fn what_shows_the_same_costs_one_list_and_no_look() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.passes(minutes(2)).await;
    let lists = stage.calls("meeting.list");
    let used = linked(&stage).await[0].connection.last_used_at;
    stage.passes(hours(1)).await;
    assert_eq!(
        linked(&stage).await[0].connection.last_used_at,
        used,
        "comparing is no use of it"
    );
    assert_eq!(stage.calls("meeting.list"), lists + 4);
    assert_eq!(stage.calls("meeting.get"), 0);
    assert_eq!(
        stage.log(&booking).await,
        [("Create meeting", Verdict::Succeeded)]
    );
    let said = stage.said(Action::Sweep).await;
    assert_eq!(said.last().unwrap(), "1 meeting in the list.");
}

#[tokio::test]
async fn it_ends_with_the_last_room_and_begins_with_the_next() {
    let stage = stage().await;
    let sweeps = async || stage.app.waiting_jobs().await.contains_key("sweep");
    stage.passes(minutes(5)).await;
    assert!(!sweeps().await, "nothing to compare");
    let booking = stage.books(NINE).await;
    stage.passes(minutes(5)).await;
    assert!(sweeps().await);
    stage.cancels(&booking).await;
    stage.passes(minutes(20)).await;
    assert!(!sweeps().await);
    stage.books(TEN).await;
    stage.app.settle().await;
    assert!(sweeps().await);
    stage.passes(days(2)).await;
    assert!(!sweeps().await, "all is past");
}

#[tokio::test]
async fn a_marked_room_of_no_booking_is_shown_once_and_never_touched() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.passes(minutes(2)).await;
    let id = stage.app.zoom().meetings()[0].id;
    let agenda = stage.app.zoom().meetings()[0].agenda.clone();
    let mark = |org, meeting| {
        let mark = Mark {
            org,
            meeting,
            generation: 1,
        };
        marker::agenda(&stage.app.app.installation, &mark)
    };
    let (org, unknown) = (stage.ada.org_id, stage.app.app.entropy.id(stage.app.now()));
    let other_org = stage.app.app.entropy.id(stage.app.now());
    let by_hand = |topic: &str, agenda: &str| {
        let zoom = stage.app.zoom();
        zoom.schedule_by_hand("ada@zoom.example", topic, agenda, at(TEN))
    };
    let stray = by_hand("Of a backup", &mark(org, unknown));
    by_hand("Of another org", &mark(other_org, unknown));
    by_hand("Forged", &mark(org, unknown).replace("42min", "43min"));
    by_hand("My own", "Notes");
    let copy = by_hand("A copy", &agenda);
    stage.passes(hours(2)).await;

    let mut found: Vec<_> = strays(&stage)
        .await
        .into_iter()
        .map(|s| s.remote_id)
        .collect();
    found.sort();
    let mut expected = [stray.to_string(), copy.to_string()];
    expected.sort();
    assert_eq!(found, expected);
    let mut browser = stage.app.browser_of(&stage.ada).await;
    let page = browser.get("/360/integrations/zoom").await.text();
    let (_, of_nothing) = page
        .split_once("In Zoom, but with no booking here")
        .unwrap();
    assert!(
        of_nothing.contains("Of a backup") && !of_nothing.contains("My own"),
        "{page}"
    );
    let said = stage.said(Action::Sweep).await;
    let said: Vec<_> = said.iter().filter(|w| w.contains("left alone")).collect();
    assert_eq!(said.len(), 2, "once each: {said:?}");
    assert_eq!(stage.app.zoom().meetings().len(), 6);
    assert_eq!(stage.calls("meeting.delete"), 0);
    stage.cancels(&booking).await;
    stage.passes(hours(1)).await;
    let left = stage.app.zoom().meetings();
    assert_eq!(left.len(), 5);
    assert!(
        left.iter().all(|m| m.id != id),
        "only the booking’s own went"
    );
}

#[tokio::test]
async fn what_a_list_still_shows_after_its_cancel_is_no_stray() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.books(TEN).await;
    stage.passes(minutes(2)).await;
    stage.app.zoom().set_list_lag(hours(1));
    stage.cancels(&booking).await;
    stage.passes(minutes(50)).await;
    assert!(strays(&stage).await.is_empty());
    assert_eq!(stage.app.zoom().meetings().len(), 1);
}

#[tokio::test]
async fn what_was_left_in_zoom_without_a_job_is_picked_up() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.books(TEN).await;
    stage.passes(minutes(2)).await;
    stage.cancels(&booking).await;
    // As after a start without Zoom credentials: left behind, and nobody looks again.
    let (org, meeting, now) = (booking.org_id, booking.meeting_id, stage.app.now());
    let Here::Room(room) = stage.here(&booking).await else {
        panic!("a room")
    };
    let left = super::super::plan::Left {
        id: stage.app.app.entropy.id(now),
        what: super::super::plan::Remnant::Room {
            at: room.at,
            kind: room.kind,
            id: room.id,
        },
    };
    stage
        .app
        .write(move |tx| {
            Box::pin(async move {
                store::put_left(tx, org, meeting, &left, now).await?;
                store::put_here(tx, org, meeting, &Here::Nothing, now).await?;
                sql("DELETE FROM jobs WHERE kind = 'conference'")
                    .run(tx)
                    .await?;
                Ok(())
            })
        })
        .await;
    stage.app.settle().await;
    assert_eq!(stage.app.zoom().meetings().len(), 2);
    stage.passes(minutes(20)).await;
    assert_eq!(stage.app.zoom().meetings().len(), 1);
    assert_eq!(stage.app.rows("leftovers").await, 0);
}

#[tokio::test]
async fn a_dead_grant_met_by_the_sweep_breaks_the_connection_once() {
    let stage = stage().await;
    stage.books(NINE).await;
    stage.passes(minutes(2)).await;
    stage.app.zoom().revoke("ada@zoom.example");
    stage.passes(minutes(20)).await;
    assert!(!linked(&stage).await[0].is_connected());
    let broken = |l: &&crate::mail::Letter| l.kind == "connection-broken";
    assert_eq!(
        stage
            .letters(&stage.ada.email)
            .iter()
            .filter(broken)
            .count(),
        1
    );
    assert!(!stage.app.waiting_jobs().await.contains_key("sweep"));
    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    assert!(stage.app.waiting_jobs().await.contains_key("sweep"));
}

#[tokio::test]
async fn a_locked_setting_wins_and_is_told_to_admins() {
    let stage = stage_without_account().await;
    let user = zoom_sim::UserSpec::new("ada@zoom.example")
        .with_locked("waiting_room", false)
        .with_locked("join_before_host", true);
    stage.app.zoom().add_user(user);
    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    let booking = stage.books(NINE).await;
    stage.books(TEN).await;
    stage.app.settle().await;
    assert_eq!(
        warnings(&stage).await,
        [
            ("The waiting room is off in Zoom".to_owned(), 2),
            ("Zoom lets people join before the host".to_owned(), 2),
        ]
    );
    let said = stage.said(Action::CreateMeeting).await;
    assert!(
        said[0].contains("The waiting room is off in Zoom."),
        "{said:?}"
    );
    let mut browser = stage.app.browser_of(&stage.ada).await;
    let page = browser.get("/360/integrations/zoom").await.text();
    assert!(
        page.contains("Zoom lets people join before the host, for 2 upcoming meetings"),
        "{page}"
    );
    assert_eq!(stage.calls("meeting.update"), 0, "not fought");
    stage.cancels(&booking).await;
    stage.app.settle().await;
    assert_eq!(warnings(&stage).await[0].1, 1);
}

#[tokio::test]
async fn two_accounts_are_each_compared_with_their_own_rooms() {
    let stage = stage().await;
    adds_shared_account(&stage).await;
    let bob = stage
        .app
        .person(stage.ada.org_id, "Bob Byte", Role::User)
        .await;
    let call = stage.app.offers(&bob, "Call", Location::Zoom).await;
    let own = stage.books(NINE).await;
    let shared = stage
        .app
        .books(&call, "Grace Hopper", "grace@example.com", NINE)
        .await;
    stage.passes(minutes(2)).await;
    for meeting in stage.app.zoom().meetings() {
        stage.app.zoom().rename_by_hand(meeting.id, "Lunch");
    }
    stage.passes(minutes(20)).await;
    let topics: Vec<_> = stage
        .app
        .zoom()
        .meetings()
        .into_iter()
        .map(|m| m.topic)
        .collect();
    assert_eq!(topics.len(), 2);
    assert!(topics.iter().all(|topic| topic != "Lunch"), "{topics:?}");
    assert!(matches!(stage.online(&own).await, Online::Ready(_)));
    assert!(matches!(stage.online(&shared).await, Online::Ready(_)));
}

#[tokio::test]
async fn a_room_whose_move_nobody_waits_for_any_more_follows_it() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.passes(minutes(2)).await;
    let moved = stage.moves(&booking, TEN).await;
    // As after a start without Zoom credentials: the move was given up, the old link kept.
    stage
        .app
        .write(move |tx| {
            Box::pin(async move {
                sql("DELETE FROM jobs WHERE kind = 'conference'")
                    .run(tx)
                    .await?;
                Ok(())
            })
        })
        .await;
    stage.app.settle().await;
    assert_eq!(stage.app.zoom().meetings()[0].start_time, Some(at(NINE)));
    stage.passes(minutes(20)).await;
    assert_eq!(stage.app.zoom().meetings()[0].start_time, Some(at(TEN)));
    assert!(!stage.online(&moved).await.link().unwrap().stale);
}
