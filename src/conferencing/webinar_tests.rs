//! Webinars for groups: made where they can be, meetings where not, and told.

use super::*;
use crate::language::Language;
use crate::language::tests::hosts_read;
use crate::rollout::{self, Rollout};
use crate::sync_log::Action;
use crate::testing::readable::assert_translated;

/// Ada, whose groups ask for webinars; what her Zoom user may is the test's.
async fn stage_of(user: zoom_sim::UserSpec) -> Stage {
    let stage = stage_without_account().await;
    webinars(&stage, Some(stage.app.now())).await;
    stage.app.zoom().add_user(user);
    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    let now = stage.app.now();
    let intro = stage
        .app
        .edits(&stage.intro, |it| {
            it.kind = crate::event_types::Kind::Group;
            it.seats = Some(5);
            it.webinar_at = Some(now);
        })
        .await;
    Stage { intro, ..stage }
}

fn licensed() -> zoom_sim::UserSpec {
    zoom_sim::UserSpec::new("ada@zoom.example").with_webinars(100)
}

async fn webinars(stage: &Stage, at: Option<Timestamp>) {
    let rollout = Rollout {
        enabled_at: Some(stage.app.now()),
        webinars_at: at,
        ..Rollout::off(stage.ada.org_id)
    };
    stage
        .app
        .write(move |tx| Box::pin(async move { Ok(rollout::store::save(tx, &rollout).await?) }))
        .await;
}

#[tokio::test]
async fn a_group_gets_a_webinar_that_is_moved_and_removed_as_one() {
    let stage = stage_of(licensed()).await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    assert!(stage.app.zoom().meetings().is_empty());
    let made = stage.app.zoom().webinars();
    assert_eq!(made.len(), 1);
    assert_eq!(stage.link(&booking).await, made[0].join_url);
    assert!(made[0].passcode.is_some());
    let sent = stage.app.zoom().ledger_of("webinar.create")[0]
        .request
        .clone()
        .unwrap();
    assert_eq!(sent["settings"], serde_json::json!({"approval_type": 2}));
    assert_eq!(sent["default_passcode"], true);
    assert_eq!(stage.said(Action::CreateWebinar).await.len(), 1);

    let moved = stage.moves(&booking, TEN).await;
    stage.passes(minutes(2)).await;
    let live: Vec<_> = stage.app.zoom().webinars();
    assert_eq!(live.len(), 1, "the emptied one is gone");
    assert_eq!(live[0].start_time, Some(at(TEN)));
    stage.cancels(&moved).await;
    stage.app.settle().await;
    assert!(stage.app.zoom().webinars().is_empty());
    assert!(!stage.said(Action::DeleteWebinar).await.is_empty());
    assert!(stage.said(Action::DeleteMeeting).await.is_empty());
}

#[tokio::test]
async fn without_a_plan_a_meeting_is_made_in_the_same_run_and_the_host_is_told_once() {
    let stage = stage_of(zoom_sim::UserSpec::new("ada@zoom.example")).await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    assert_eq!(stage.app.zoom().meetings().len(), 1);
    assert!(matches!(stage.online(&booking).await, Online::Ready(_)));
    assert_eq!(stage.calls("webinar.create"), 1);
    stage.books(TEN).await;
    stage.passes(minutes(2)).await;
    assert_eq!(stage.app.zoom().meetings().len(), 2);
    assert_eq!(stage.calls("webinar.create"), 1, "not asked again so soon");
    let told = |letters: Vec<crate::mail::Letter>| {
        letters.iter().filter(|l| l.kind == "no-webinars").count()
    };
    assert_eq!(told(stage.letters(&stage.ada.email)), 1);
    let said = stage.said(Action::CreateWebinar).await;
    assert!(said[0].contains("A meeting is made instead."), "{said:?}");
    let said = stage.said(Action::CreateMeeting).await;
    assert!(said[1].contains("can’t host webinars"), "{said:?}");

    // A plan is bought: noticed after a day, without connecting again.
    stage.app.zoom().change_user("ada@zoom.example", |user| {
        *user = user.clone().with_webinars(100);
    });
    stage.passes(hours(25)).await;
    stage.books("2026-05-06T08:00:00Z").await;
    stage.app.settle().await;
    assert_eq!(stage.app.zoom().webinars().len(), 1);
    assert_eq!(told(stage.letters(&stage.ada.email)), 1);
}

#[tokio::test]
async fn connecting_again_forgets_that_there_was_no_plan() {
    let stage = stage_of(zoom_sim::UserSpec::new("ada@zoom.example")).await;
    stage.books(NINE).await;
    stage.app.settle().await;
    stage.app.zoom().change_user("ada@zoom.example", |user| {
        *user = user.clone().with_webinars(100);
    });
    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    stage.books(TEN).await;
    stage.app.settle().await;
    assert_eq!(stage.app.zoom().webinars().len(), 1);
    assert_eq!(stage.app.zoom().meetings().len(), 1, "what is made stays");
}

#[tokio::test]
async fn without_the_permissions_for_webinars_none_is_tried_and_the_connection_stays() {
    let stage = stage_of(licensed()).await;
    let mut browser = stage.app.browser_of(&stage.ada).await;
    let away = browser
        .post("/360/integrations/zoom/connect", &[("role", "personal")])
        .await;
    let required = crate::conferencing::zoom::oauth::scopes_to_ask_for();
    let zoom = stage.app.zoom();
    let back = zoom
        .consent_to(away.location(), "ada@zoom.example", &required)
        .await;
    browser.get(&back).await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    assert!(matches!(stage.online(&booking).await, Online::Ready(_)));
    assert_eq!(stage.calls("webinar.create"), 0);
    assert!(linked(&stage).await[0].is_connected());
    let letters = stage.letters(&stage.ada.email);
    assert_eq!(
        letters.iter().filter(|l| l.kind == "no-webinars").count(),
        1
    );
}

#[tokio::test]
async fn switched_off_new_slots_are_meetings_and_webinars_that_are_made_stay() {
    let stage = stage_of(licensed()).await;
    let first = stage.books(NINE).await;
    stage.app.settle().await;
    // Booked while the switch was on, made after it was turned off.
    stage.app.zoom().goes_down();
    let second = stage.books(TEN).await;
    stage.app.settle().await;
    webinars(&stage, None).await;
    stage.app.zoom().comes_back();
    stage.passes(minutes(10)).await;
    assert_eq!(stage.app.zoom().webinars().len(), 1);
    assert_eq!(stage.app.zoom().meetings().len(), 1);
    assert!(matches!(stage.online(&first).await, Online::Ready(_)));
    assert!(matches!(stage.online(&second).await, Online::Ready(_)));
    let said = stage.said(Action::CreateMeeting).await;
    assert!(
        said.last().unwrap().contains("webinars are off"),
        "{said:?}"
    );
    stage.cancels(&first).await;
    stage.app.settle().await;
    assert!(stage.app.zoom().webinars().is_empty());
}

#[tokio::test]
async fn a_webinars_lost_answer_is_found_among_the_webinars() {
    let stage = stage_of(licensed()).await;
    let fault = Fault::drop_after("webinar.create");
    stage.app.zoom().fault(fault.times(1));
    let booking = stage.books(NINE).await;
    stage.passes(minutes(10)).await;
    assert_eq!(stage.calls("webinar.create"), 1);
    let made = stage.app.zoom().webinars();
    assert_eq!(made.len(), 1);
    assert_eq!(stage.link(&booking).await, made[0].join_url);
}

#[tokio::test]
async fn a_webinar_turned_into_a_meeting_or_deleted_by_hand_is_noticed_by_the_sweep() {
    let stage = stage_of(licensed()).await;
    let booking = stage.books(NINE).await;
    stage.passes(minutes(2)).await;
    let link = stage.link(&booking).await;
    let id = stage.app.zoom().webinars()[0].id;
    stage.app.zoom().convert_by_hand(id);
    stage.app.zoom().rename_by_hand(id, "Lunch");
    stage.passes(minutes(20)).await;
    assert_ne!(stage.app.zoom().meetings()[0].topic, "Lunch");
    assert_eq!(stage.link(&booking).await, link);
    stage.app.zoom().delete_by_hand(id);
    stage.passes(minutes(20)).await;
    assert_eq!(stage.app.zoom().webinars().len(), 1, "a webinar again");
    assert_ne!(stage.link(&booking).await, link);
}

#[tokio::test]
async fn a_doubt_about_a_webinar_ends_where_no_webinar_can_be() {
    let stage = stage_of(zoom_sim::UserSpec::new("ada@zoom.example")).await;
    let fault = Fault::drop_before("webinar.create");
    stage.app.zoom().fault(fault.times(1));
    let booking = stage.books(NINE).await;
    stage.passes(minutes(20)).await;
    assert!(matches!(stage.online(&booking).await, Online::Ready(_)));
    assert_eq!(stage.app.zoom().meetings().len(), 1);
    assert_eq!(stage.calls("webinar.create"), 1, "known to have none");
    let letters = stage.letters(&stage.ada.email);
    let told = letters.iter().filter(|l| l.kind == "no-webinars").count();
    assert_eq!(told, 1);
}

#[tokio::test]
async fn webinars_are_not_listed_where_zoom_said_that_there_are_none() {
    let stage = stage_of(licensed()).await;
    stage.books(NINE).await;
    stage.passes(minutes(2)).await;
    assert_eq!(stage.app.zoom().webinars().len(), 1);
    stage.app.zoom().change_user("ada@zoom.example", |user| {
        *user = zoom_sim::UserSpec::new("ada@zoom.example");
    });
    stage.books(TEN).await;
    stage.passes(minutes(2)).await;
    let lists = stage.calls("webinar.list");
    stage.passes(hours(2)).await;
    assert_eq!(stage.calls("webinar.list"), lists);
    assert!(stage.calls("meeting.list") > 2, "meetings are");
}

#[tokio::test]
async fn the_mail_that_a_webinar_became_a_meeting_is_translated() {
    hosts_read(Language::Pseudo);
    let stage = stage_of(zoom_sim::UserSpec::new("ada@zoom.example")).await;
    stage.books(NINE).await;
    stage.app.settle().await;
    assert_translated(&stage.letters(&stage.ada.email), "no-webinars");
}
