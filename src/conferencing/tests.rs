//! The kernel against the simulator, over real HTTP: each story the design tells.

use jiff::Timestamp;
use zoom_sim::Fault;

use super::plan::Here;
use super::store;
use super::view::{Online, online};
use crate::accounts::{Person, Role};
use crate::booking::{Booking, By, Meeting, cancel, change};
use crate::clock::{hours, minutes, seconds};
use crate::db::sql;
use crate::event_types::{EventType, Location};
use crate::id::Id;
use crate::language::Language;
use crate::outbox::{self, Kind};
use crate::sync_log::{self, Verdict};
use crate::testing::TestApp;

const NINE: &str = "2026-05-05T07:00:00Z";
const TEN: &str = "2026-05-05T08:00:00Z";

/// Ada with her own Zoom, and an event type that takes place there.
struct Stage {
    app: TestApp,
    ada: Person,
    intro: EventType,
}

async fn stage() -> Stage {
    let stage = stage_without_account().await;
    stage
        .app
        .zoom()
        .add_user(zoom_sim::UserSpec::new("ada@zoom.example"));
    let page = stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    assert!(
        page.text().contains("Zoom connected successfully!"),
        "{}",
        page.text()
    );
    stage
}

async fn stage_without_account() -> Stage {
    let app = TestApp::start_with_zoom().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    app.zoom_on(org).await;
    let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
    Stage { app, ada, intro }
}

impl Stage {
    async fn books(&self, start: &str) -> Booking {
        self.app
            .books(&self.intro, "Grace Hopper", "grace@example.com", start)
            .await
    }

    async fn moves(&self, booking: &Booking, start: &str) -> Booking {
        let to = crate::booking::rules::Move {
            start: start.parse().unwrap(),
            reason: None,
            place: None,
            language: None,
        };
        change::reschedule(&self.app.app, booking.org_id, booking.id, By::Invitee, to)
            .await
            .unwrap_or_else(|refused| panic!("{refused:?}"))
            .booking
    }

    async fn cancels(&self, booking: &Booking) {
        cancel::cancel(&self.app.app, booking.org_id, booking.id, By::Invitee, None)
            .await
            .unwrap_or_else(|refused| panic!("{refused:?}"));
    }

    async fn meeting(&self, booking: &Booking) -> Meeting {
        let mut reader = self.app.app.db.read().await.unwrap();
        crate::booking::store::meeting(&mut reader, booking.org_id, booking.meeting_id)
            .await
            .unwrap()
            .unwrap()
    }

    async fn online(&self, booking: &Booking) -> Online {
        let meeting = self.meeting(booking).await;
        online(
            &mut self.app.app.db.read().await.unwrap(),
            &self.app.app,
            &meeting,
        )
        .await
        .unwrap()
    }

    async fn link(&self, booking: &Booking) -> String {
        self.online(booking)
            .await
            .link()
            .expect("a link")
            .join_url
            .clone()
    }

    async fn here(&self, booking: &Booking) -> Here {
        let meeting = self.meeting(booking).await;
        let mut reader = self.app.app.db.read().await.unwrap();
        store::seen(&mut reader, meeting.org_id, meeting.id, meeting.generation)
            .await
            .unwrap()
            .here
    }

    async fn log(&self, booking: &Booking) -> Vec<(&'static str, Verdict)> {
        let mut reader = self.app.app.db.read().await.unwrap();
        sync_log::store::of_meeting(&mut reader, booking.org_id, booking.meeting_id)
            .await
            .unwrap()
            .iter()
            .map(|entry| {
                let label = entry.action.label(Language::English).into_owned();
                (&*label.leak(), entry.result)
            })
            .collect()
    }

    /// The whole log's entries of this action, oldest first, in words.
    async fn said(&self, action: sync_log::Action) -> Vec<String> {
        let mut reader = self.app.app.db.read().await.unwrap();
        let text = "SELECT words FROM sync_log WHERE action = $1 ORDER BY at, id";
        sql(text).bind(action).all(&mut reader).await.unwrap()
    }

    fn calls(&self, operation: &str) -> usize {
        self.app.zoom().ledger_of(operation).len()
    }

    /// What waits for as long as this time passes, then nothing is left to do.
    async fn passes(&self, span: jiff::SignedDuration) {
        self.app.settle_for(span).await;
    }
}

async fn adds_shared_account(stage: &Stage) {
    stage
        .app
        .zoom()
        .add_user(zoom_sim::UserSpec::new("team@zoom.example"));
    stage
        .app
        .connects(&stage.ada, "shared", "team@zoom.example")
        .await;
}

async fn linked(stage: &Stage) -> Vec<store::Linked> {
    let mut reader = stage.app.app.db.read().await.unwrap();
    store::linked(&mut reader, stage.ada.org_id).await.unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_booking_gets_one_fresh_meeting_with_the_three_safe_settings() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    assert_eq!(stage.online(&booking).await, Online::Pending);
    stage.app.settle().await;

    let meetings = stage.app.zoom().meetings();
    assert_eq!(meetings.len(), 1);
    assert_eq!(meetings[0].start_time, Some(at(NINE)));
    assert_eq!(meetings[0].duration, 42);
    assert_eq!(
        meetings[0].topic,
        "Intro call: Grace Hopper and Ada Lovelace"
    );
    assert!(meetings[0].passcode.is_some());
    assert_eq!(stage.link(&booking).await, meetings[0].join_url);
    let sent = stage.app.zoom().ledger_of("meeting.create")[0]
        .request
        .clone()
        .unwrap();
    assert_eq!(sent["settings"]["waiting_room"], true);
    assert_eq!(sent["settings"]["join_before_host"], false);
    assert_eq!(sent["default_password"], true);
    assert_eq!(
        stage.log(&booking).await,
        [("Create meeting", Verdict::Succeeded)]
    );
}

#[tokio::test]
async fn a_move_patches_the_same_meeting_and_a_cancel_deletes_it() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    let link = stage.link(&booking).await;

    let moved = stage.moves(&booking, TEN).await;
    stage.app.settle().await;
    let meetings = stage.app.zoom().meetings();
    assert_eq!((meetings.len(), meetings[0].start_time), (1, Some(at(TEN))));
    assert_eq!(stage.link(&moved).await, link);
    assert_eq!(stage.calls("meeting.update"), 1);

    stage.cancels(&moved).await;
    stage.app.settle().await;
    assert!(stage.app.zoom().meetings().is_empty());
    assert_eq!(stage.calls("meeting.delete"), 1);
    assert_eq!(stage.here(&moved).await, Here::Nothing);
}

#[tokio::test]
async fn a_booking_made_while_zoom_is_down_gets_its_one_meeting_later() {
    let stage = stage().await;
    stage.app.zoom().goes_down();
    let booking = stage.books(NINE).await;
    stage.passes(minutes(5)).await;
    assert!(matches!(stage.online(&booking).await, Online::Late(_)));

    stage.app.zoom().comes_back();
    stage.passes(minutes(10)).await;
    assert_eq!(stage.app.zoom().meetings().len(), 1);
    assert!(matches!(stage.online(&booking).await, Online::Ready(_)));
}

#[tokio::test]
async fn a_create_whose_answer_is_lost_after_its_effect_is_adopted_not_doubled() {
    for fault in [
        Fault::drop_after("create"),
        Fault::truncate("create").after_effect(),
        Fault::garbage("create").after_effect(),
        Fault::status("create", 502).after_effect(),
    ] {
        let stage = stage().await;
        let name = fault.name();
        stage.app.zoom().fault(fault.times(1));
        let booking = stage.books(NINE).await;
        stage.passes(minutes(10)).await;
        assert_eq!(stage.calls("meeting.create"), 1, "{name}");
        assert_eq!(stage.app.zoom().meetings().len(), 1, "{name}");
        assert_eq!(
            stage.link(&booking).await,
            stage.app.zoom().meetings()[0].join_url,
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_create_lost_before_its_effect_is_sent_again_only_after_two_empty_looks() {
    let stage = stage().await;
    stage
        .app
        .zoom()
        .fault(Fault::drop_before("create").times(1));
    let booking = stage.books(NINE).await;
    stage.passes(minutes(3)).await;
    assert_eq!(
        stage.calls("meeting.create"),
        1,
        "too early to conclude that there is nothing"
    );
    assert!(matches!(stage.here(&booking).await, Here::Unsure(_)));

    stage.passes(minutes(10)).await;
    assert_eq!(stage.calls("meeting.create"), 2);
    assert_eq!(stage.app.zoom().meetings().len(), 1);
    assert!(stage.calls("meeting.list") >= 2);
}

#[tokio::test]
async fn a_list_that_lags_does_not_make_a_second_meeting() {
    let stage = stage().await;
    stage.app.zoom().set_list_lag(seconds(90));
    stage.app.zoom().fault(Fault::drop_after("create").times(1));
    let booking = stage.books(NINE).await;
    stage.passes(minutes(15)).await;
    assert_eq!(stage.calls("meeting.create"), 1);
    assert_eq!(
        stage.link(&booking).await,
        stage.app.zoom().meetings()[0].join_url
    );
}

#[tokio::test]
async fn a_booking_canceled_before_its_create_never_reaches_zoom() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.cancels(&booking).await;
    stage.passes(minutes(10)).await;
    assert_eq!(stage.calls("meeting.create"), 0);
    assert!(stage.app.zoom().meetings().is_empty());
}

#[tokio::test]
async fn a_move_during_the_create_is_put_right_afterwards() {
    let stage = stage().await;
    stage.app.zoom().fault(Fault::hold("create").times(1));
    let booking = stage.books(NINE).await;
    let (_, moved) = tokio::join!(stage.app.settle(), async {
        stage.app.zoom().until_held(1).await;
        let moved = stage.moves(&booking, TEN).await;
        stage.app.zoom().release_held();
        moved
    });
    stage.app.settle().await;
    let meetings = stage.app.zoom().meetings();
    assert_eq!((meetings.len(), meetings[0].start_time), (1, Some(at(TEN))));
    assert_eq!(stage.link(&moved).await, meetings[0].join_url);
}

#[tokio::test]
async fn a_cancel_during_the_create_removes_what_the_create_makes() {
    let stage = stage().await;
    stage.app.zoom().fault(Fault::hold("create").times(1));
    let booking = stage.books(NINE).await;
    tokio::join!(stage.app.settle(), async {
        stage.app.zoom().until_held(1).await;
        stage.cancels(&booking).await;
        stage.app.zoom().release_held();
    });
    stage.app.settle().await;
    assert_eq!(stage.calls("meeting.create"), 1);
    assert!(stage.app.zoom().meetings().is_empty());
}

#[tokio::test]
async fn a_lost_answer_then_a_cancel_leaves_nothing_at_zoom() {
    let stage = stage().await;
    stage.app.zoom().fault(Fault::drop_after("create").times(1));
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    stage.cancels(&booking).await;
    stage.passes(minutes(10)).await;
    assert!(stage.app.zoom().meetings().is_empty());
    assert_eq!(stage.here(&booking).await, Here::Nothing);
}

#[tokio::test]
async fn with_its_account_gone_a_move_makes_a_new_meeting_on_the_shared_one() {
    let stage = stage().await;
    stage
        .app
        .zoom()
        .add_user(zoom_sim::UserSpec::new("team@zoom.example"));
    stage
        .app
        .connects(&stage.ada, "shared", "team@zoom.example")
        .await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    let old_link = stage.link(&booking).await;
    stage.app.zoom().revoke("ada@zoom.example");
    let moved = stage.moves(&booking, TEN).await;
    stage.passes(minutes(5)).await;

    let link = stage.link(&moved).await;
    assert_ne!(link, old_link);
    let on_team: Vec<_> = stage
        .app
        .zoom()
        .meetings()
        .into_iter()
        .filter(|m| m.host == "team@zoom.example")
        .collect();
    assert_eq!((on_team.len(), on_team[0].start_time), (1, Some(at(TEN))));
    // What is left on the lost account goes when the same Zoom user connects again.
    assert_eq!(stage.app.zoom().meetings().len(), 2);
    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    stage.passes(minutes(5)).await;
    assert_eq!(stage.app.zoom().meetings().len(), 1);
    assert_eq!(stage.link(&moved).await, link);
}

#[tokio::test]
async fn with_its_account_gone_and_no_other_the_old_link_stays_and_is_stale() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    let link = stage.link(&booking).await;
    stage.app.zoom().revoke("ada@zoom.example");
    let moved = stage.moves(&booking, TEN).await;
    stage.passes(minutes(5)).await;
    let shown = stage.online(&moved).await;
    assert_eq!(
        shown.link().map(|l| (l.join_url.clone(), l.stale)),
        Some((link.clone(), true))
    );

    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    stage.passes(minutes(5)).await;
    assert_eq!(stage.app.zoom().meetings()[0].start_time, Some(at(TEN)));
    assert_eq!(stage.link(&moved).await, link);
}

#[tokio::test]
async fn a_token_revoked_in_the_middle_of_a_create_breaks_the_connection_and_waits() {
    let stage = stage().await;
    stage.app.zoom().fault(Fault::hold("create").times(1));
    let booking = stage.books(NINE).await;
    tokio::join!(stage.app.settle(), async {
        stage.app.zoom().until_held(1).await;
        stage.app.zoom().revoke("ada@zoom.example");
        stage.app.zoom().release_held();
    });
    stage.passes(minutes(10)).await;
    let linked = {
        let mut reader = stage.app.app.db.read().await.unwrap();
        store::linked(&mut reader, stage.ada.org_id).await.unwrap()
    };
    assert!(linked[0].connection.broken_since.is_some());
    assert!(
        linked[0].connection.access_token.is_none(),
        "a broken connection keeps no token"
    );

    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    stage.passes(minutes(15)).await;
    assert_eq!(stage.app.zoom().meetings().len(), 1);
    assert!(matches!(stage.online(&booking).await, Online::Ready(_)));
}

#[tokio::test]
async fn a_location_changed_from_zoom_then_a_move_removes_the_meeting() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    let id = stage.intro.id;
    set_location(&stage, id, Location::InPerson).await;
    stage.app.settle().await;
    assert_eq!(
        stage.app.zoom().meetings().len(),
        1,
        "nobody has moved it yet"
    );

    let moved = stage.moves(&booking, TEN).await;
    stage.passes(minutes(1)).await;
    assert!(stage.app.zoom().meetings().is_empty());
    assert_eq!(stage.online(&moved).await, Online::NotOurs);

    set_location(&stage, id, Location::Zoom).await;
    let back = stage.moves(&moved, NINE).await;
    stage.passes(minutes(1)).await;
    assert_eq!(stage.app.zoom().meetings()[0].start_time, Some(at(NINE)));
    assert!(matches!(stage.online(&back).await, Online::Ready(_)));
}

async fn set_location(stage: &Stage, id: Id<EventType>, location: Location) {
    stage
        .app
        .app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                sql("UPDATE event_types SET location = $2 WHERE id = $1")
                    .bind(id)
                    .bind(location)
                    .run(tx)
                    .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn two_workers_on_one_meeting_make_one_meeting() {
    let stage = stage().await;
    stage.app.zoom().fault(Fault::hold("create").times(1));
    let booking = stage.books(NINE).await;
    tokio::join!(stage.app.settle(), async {
        stage.app.zoom().until_held(1).await;
        // The first worker is taken for dead: its lease ends while its call is under way.
        stage.app.advance(seconds(outbox::store::LEASE_SECONDS + 1));
        stage.app.settle().await;
        stage.app.zoom().release_held();
    });
    stage.passes(minutes(15)).await;
    assert_eq!(stage.app.zoom().meetings().len(), 1);
    assert_eq!(
        stage.link(&booking).await,
        stage.app.zoom().meetings()[0].join_url
    );
}

#[tokio::test]
async fn nothing_of_an_answer_is_written_by_a_worker_whose_lease_another_has() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    let app = stage.app.app.clone();
    let now = stage.app.now();
    let one = outbox::store::Free {
        hands: 1,
        for_rooms: 1,
    };
    let job = app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move { Ok(outbox::store::claim(tx, now, one).await?) })
        })
        .await
        .unwrap()
        .pop()
        .unwrap();
    assert_eq!(job.kind, Kind::Conference);
    let stolen = outbox::Job {
        lease: job.lease - 1,
        ..job
    };
    outbox::dispatch::run(&app, &stolen).await.unwrap();
    assert_eq!(stage.calls("meeting.create"), 0);
    assert_eq!(stage.here(&booking).await, Here::Nothing);
}

#[tokio::test]
async fn an_access_token_that_zoom_refuses_is_refreshed_once() {
    let stage = stage().await;
    stage.app.zoom().expire_access_tokens();
    let booking = stage.books(NINE).await;
    stage.passes(minutes(1)).await;
    assert!(matches!(stage.online(&booking).await, Online::Ready(_)));
    assert_eq!(stage.calls("oauth.token"), 2, "the sign-in and one refresh");
}

#[tokio::test]
async fn an_old_access_token_is_refreshed_before_it_is_used() {
    let stage = stage().await;
    stage.app.advance(hours(2));
    stage.books(NINE).await;
    stage.app.settle().await;
    assert_eq!(stage.calls("meeting.create"), 1);
    assert_eq!(
        stage.app.zoom().ledger_of("meeting.create")[0].status,
        Some(201)
    );
    assert_eq!(stage.calls("oauth.token"), 2);
}

#[tokio::test]
async fn many_who_need_a_token_at_once_refresh_it_once() {
    let stage = stage().await;
    stage.app.advance(hours(2));
    let linked = {
        let mut reader = stage.app.app.db.read().await.unwrap();
        store::linked(&mut reader, stage.ada.org_id)
            .await
            .unwrap()
            .pop()
            .unwrap()
    };
    let mut set = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (app, linked) = (stage.app.app.clone(), linked.clone());
        set.spawn(async move { super::tokens::fresh(&app, &linked).await.unwrap() });
    }
    let got = set.join_all().await;
    assert!(got.iter().any(Result::is_ok));
    assert_eq!(stage.calls("oauth.token"), 2, "the sign-in and one refresh");
    // One who read the connection before that refresh must not send the spent token.
    let late = super::tokens::fresh(&stage.app.app, &linked).await.unwrap();
    assert!(late.is_ok());
    assert_eq!(stage.calls("oauth.token"), 2);
}

#[tokio::test]
async fn a_refusal_that_comes_after_anothers_refresh_breaks_nothing() {
    let stage = stage().await;
    stage.app.advance(hours(2));
    let before = linked(&stage).await.remove(0);
    stage.app.zoom().fault(Fault::hold("oauth.token").times(1));
    let (app, read) = (stage.app.app.clone(), before.clone());
    let mut late = tokio::task::JoinSet::new();
    late.spawn(async move { super::tokens::fresh(&app, &read).await.unwrap() });
    stage.app.zoom().until_held(1).await;
    // So long on its way that its lease has ended, and another has asked with the same token.
    stage.app.advance(minutes(1));
    let other = super::tokens::fresh(&stage.app.app, &before).await.unwrap();
    assert!(other.is_ok());
    stage.app.zoom().release_held();
    assert!(
        late.join_all().await.remove(0).is_err(),
        "Zoom refuses a spent token"
    );
    assert!(linked(&stage).await[0].is_connected());
    assert!(stage.letters(&stage.ada.email).is_empty());
}

#[tokio::test]
async fn without_any_account_the_booking_waits_and_gets_its_link_after_connecting() {
    let stage = stage_without_account().await;
    let booking = stage.books(NINE).await;
    stage.passes(minutes(3)).await;
    assert!(matches!(stage.online(&booking).await, Online::None(_)));
    assert_eq!(
        stage.log(&booking).await,
        [("Create meeting", Verdict::Skipped)],
        "said once"
    );

    stage
        .app
        .zoom()
        .add_user(zoom_sim::UserSpec::new("ada@zoom.example"));
    let page = stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    assert!(
        page.text().contains("1 booking is getting its link now"),
        "{}",
        page.text()
    );
    stage.app.settle().await;
    assert!(matches!(stage.online(&booking).await, Online::Ready(_)));
}

#[tokio::test]
async fn limits_and_outages_of_every_kind_end_in_one_meeting() {
    for fault in [
        Fault::status("create", 429),
        Fault::status("create", 500),
        Fault::bad_gateway("create"),
        Fault::unauthorized("create"),
        Fault::drop_before("any"),
        Fault::status("token", 500),
    ] {
        let stage = stage().await;
        let name = fault.name();
        stage.app.zoom().expire_access_tokens();
        stage.app.zoom().fault(fault.times(2));
        let booking = stage.books(NINE).await;
        stage.passes(minutes(30)).await;
        let shown = stage.online(&booking).await;
        let broken = {
            let mut reader = stage.app.app.db.read().await.unwrap();
            store::linked(&mut reader, stage.ada.org_id).await.unwrap()[0]
                .connection
                .broken_since
        };
        if broken.is_none() {
            assert!(matches!(shown, Online::Ready(_)), "{name}: {shown:?}");
        }
        assert!(stage.app.zoom().meetings().len() <= 1, "{name}");
    }
}

#[tokio::test]
async fn a_passcode_that_breaks_the_accounts_rules_is_replaced_by_one_of_ours() {
    let stage = stage_without_account().await;
    let rules = zoom_sim::PasscodeRules {
        min_length: 10,
        letter: true,
        number: true,
        special: true,
        upper_and_lower: true,
        ..zoom_sim::PasscodeRules::default()
    };
    let user = zoom_sim::UserSpec::new("ada@zoom.example").with_passcode_rules(rules);
    stage.app.zoom().add_user(user);
    stage
        .app
        .connects(&stage.ada, "personal", "ada@zoom.example")
        .await;
    let booking = stage.books(NINE).await;
    stage.passes(minutes(5)).await;
    let online = stage.online(&booking).await;
    assert!(
        online.link().is_some_and(|l| l.passcode.is_some()),
        "{online:?}"
    );
    assert_eq!(stage.app.zoom().meetings().len(), 1);
}

/// A kill right after the passcode was set showed this: the link that was told had none in it.
#[tokio::test]
async fn a_link_is_told_once_its_passcode_was_read_back_and_not_before() {
    let stage = stage().await;
    stage.app.zoom().set_quirks(zoom_sim::Quirks {
        default_passcode_makes_none: true,
        ..zoom_sim::Quirks::default()
    });
    stage.app.zoom().fault(Fault::status("meeting.get", 500));
    let booking = stage.books(NINE).await;
    stage.passes(minutes(10)).await;
    let online = stage.online(&booking).await;
    let link = online.link().expect("a link").join_url.clone();
    assert_eq!(link, stage.app.zoom().meetings()[0].join_url);
    let letters = stage.app.letters_to(&booking.invitee_email);
    let with_a_link = letters.iter().filter(|letter| letter.text.contains("/j/"));
    let texts: Vec<&String> = with_a_link.map(|letter| &letter.text).collect();
    assert!(!texts.is_empty());
    for text in texts {
        assert!(text.contains(&link), "{text}");
    }
}

#[tokio::test]
async fn a_meeting_deleted_by_hand_is_made_anew_when_its_booking_moves() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    let old = stage.link(&booking).await;
    stage
        .app
        .zoom()
        .delete_by_hand(stage.app.zoom().meetings()[0].id);
    let moved = stage.moves(&booking, TEN).await;
    stage.passes(minutes(1)).await;
    assert_eq!(stage.app.zoom().meetings()[0].start_time, Some(at(TEN)));
    assert_ne!(stage.link(&moved).await, old);
}

#[tokio::test]
async fn a_meeting_without_our_mark_is_never_touched() {
    let stage = stage().await;
    let first = stage.books(NINE).await;
    stage.app.settle().await;
    // The host writes over the agenda: what a list shows is no longer ours.
    let id = stage.app.zoom().meetings()[0].id;
    stage.app.zoom().describe_by_hand(id, "my own notes");
    stage
        .app
        .zoom()
        .fault(Fault::drop_before("create").times(1));
    stage.books(TEN).await;
    stage.passes(minutes(15)).await;
    assert_eq!(stage.app.zoom().meetings().len(), 2);
    // A room whose id came from our own create stays ours all the same.
    stage.cancels(&first).await;
    stage.passes(minutes(1)).await;
    assert_eq!(stage.app.zoom().meetings().len(), 1);
}

#[tokio::test]
async fn disconnecting_revokes_deletes_the_tokens_and_keeps_the_links() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.app.settle().await;
    let link = stage.link(&booking).await;
    let mut browser = stage.app.browser_of(&stage.ada).await;
    let page = browser.get("/360/integrations/zoom").await;
    let ask = page.links("/disconnect")[0].clone();
    let question = browser.get(&ask).await;
    assert!(
        question
            .text()
            .contains("Meetings already booked keep their join links.")
    );
    let after = browser.post_and_follow(&ask, &[]).await;
    assert!(after.text().contains("is disconnected"), "{}", after.text());
    assert_eq!(stage.calls("oauth.revoke"), 1);
    assert_eq!(stage.app.rows("connections").await, 0);
    assert_eq!(stage.link(&booking).await, link);
    stage.passes(minutes(5)).await;
    assert_eq!(stage.app.zoom().meetings().len(), 1);
}

#[tokio::test]
async fn disconnecting_while_zoom_is_down_deletes_here_and_says_where_to_remove_it() {
    let stage = stage().await;
    stage.app.zoom().goes_down();
    let mut browser = stage.app.browser_of(&stage.ada).await;
    let ask = browser
        .get("/360/integrations/zoom")
        .await
        .links("/disconnect")[0]
        .clone();
    let after = browser.post_and_follow(&ask, &[]).await;
    assert!(after.text().contains("Added Apps"), "{}", after.text());
    assert_eq!(stage.app.rows("connections").await, 0);
}

#[tokio::test]
async fn each_way_back_from_zoom_has_its_sentence() {
    let stage = stage_without_account().await;
    stage
        .app
        .zoom()
        .add_user(zoom_sim::UserSpec::new("ada@zoom.example"));
    let mut browser = stage.app.browser_of(&stage.ada).await;
    let away = browser
        .post("/360/integrations/zoom/connect", &[("role", "personal")])
        .await;
    let authorize = away.location().to_owned();

    let declined = stage
        .app
        .zoom()
        .decline(&authorize, "ada@zoom.example")
        .await;
    let to = browser.get(&declined).await.location().to_owned();
    assert!(
        browser
            .get(&to)
            .await
            .text()
            .contains("You chose not to allow access")
    );

    // The state was used: coming back once more is refused.
    browser.get(&declined).await;
    assert!(
        browser
            .get(&to)
            .await
            .text()
            .contains("took too long or began in another browser")
    );

    // Another browser's state.
    let away = browser
        .post("/360/integrations/zoom/connect", &[("role", "personal")])
        .await;
    let back = stage
        .app
        .zoom()
        .consent(away.location(), "ada@zoom.example")
        .await;
    let mut other = stage.app.browser_of(&stage.ada).await;
    other.get(&back).await;
    assert!(other.get(&to).await.text().contains("another browser"));

    // Older than ten minutes.
    let away = browser
        .post("/360/integrations/zoom/connect", &[("role", "personal")])
        .await;
    let back = stage
        .app
        .zoom()
        .consent(away.location(), "ada@zoom.example")
        .await;
    stage.app.advance(minutes(11));
    browser.get(&back).await;
    assert!(browser.get(&to).await.text().contains("took too long"));

    // A permission left off.
    let away = browser
        .post("/360/integrations/zoom/connect", &[("role", "personal")])
        .await;
    let scopes = ["user:read:user", "meeting:read:meeting"];
    let back = stage
        .app
        .zoom()
        .consent_to(away.location(), "ada@zoom.example", &scopes)
        .await;
    browser.get(&back).await;
    let page = browser.get(&to).await.text();
    assert!(
        page.contains("without permission to create meetings"),
        "{page}"
    );
    assert!(page.contains("Connection broken"));

    // Zoom silent.
    let away = browser
        .post("/360/integrations/zoom/connect", &[("role", "personal")])
        .await;
    let back = stage
        .app
        .zoom()
        .consent(away.location(), "ada@zoom.example")
        .await;
    stage.app.zoom().goes_down();
    browser.get(&back).await;
    assert!(
        browser
            .get(&to)
            .await
            .text()
            .contains("Zoom isn’t answering, so nothing was connected")
    );
}

#[tokio::test]
async fn a_members_request_for_a_shared_account_is_refused() {
    let stage = stage_without_account().await;
    let bob = stage.app.person(stage.ada.org_id, "Bob", Role::User).await;
    let mut browser = stage.app.browser_of(&bob).await;
    let answer = browser
        .post("/360/integrations/zoom/connect", &[("role", "shared")])
        .await;
    assert_eq!(answer.status, 403);
    assert_eq!(
        browser
            .post("/360/integrations/zoom/rollout", &[])
            .await
            .status,
        403
    );
    assert_eq!(browser.get("/360/integrations/zoom/log").await.status, 403);
}

#[tokio::test]
async fn another_orgs_connection_is_not_found() {
    let stage = stage().await;
    let other = stage.app.org("Others").await;
    let eve = stage.app.person(other, "Eve", Role::Admin).await;
    let ask = {
        let mut browser = stage.app.browser_of(&stage.ada).await;
        browser
            .get("/360/integrations/zoom")
            .await
            .links("/disconnect")[0]
            .clone()
    };
    let mut browser = stage.app.browser_of(&eve).await;
    assert_eq!(browser.get(&ask).await.status, 404);
    assert_eq!(browser.post(&ask, &[]).await.status, 404);
    assert_eq!(stage.app.rows("connections").await, 1);
}

#[tokio::test]
async fn no_secret_of_zoom_stands_in_the_sync_log() {
    let stage = stage().await;
    stage.books(NINE).await;
    stage.app.settle().await;
    let passcode = stage.app.zoom().meetings()[0].passcode.clone().unwrap();
    let mut reader = stage.app.app.db.read().await.unwrap();
    let entries = sync_log::store::newest(&mut reader, stage.ada.org_id, 100)
        .await
        .unwrap();
    assert!(entries.len() >= 2);
    let all = format!("{entries:?}");
    for secret in [passcode.as_str(), "eyJ", "zak=", "/s/"] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
}

#[path = "break_tests.rs"]
mod breaks;
#[path = "budget_tests.rs"]
mod budgets;
#[path = "notice_tests.rs"]
mod notices;
#[path = "pace_tests.rs"]
mod paces;
#[path = "refusal_tests.rs"]
mod refusals;
#[path = "review_tests.rs"]
mod review;
#[path = "sweep_tests.rs"]
mod sweeps;
#[path = "webinar_tests.rs"]
mod webinars;

impl Stage {
    fn letters(&self, email: &str) -> Vec<crate::mail::Letter> {
        self.app.letters_to(email)
    }
}

#[tokio::test]
async fn the_confirmation_waits_for_the_link_and_one_mail_says_it_all() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.passes(minutes(2)).await;
    let link = stage.link(&booking).await;
    let letters = stage.letters("grace@example.com");
    assert_eq!(letters.len(), 1);
    let ics = &letters[0]
        .calendar
        .as_ref()
        .unwrap()
        .ics
        .replace("\r\n ", "");
    assert!(letters[0].text.contains(&link) && ics.contains(&format!("LOCATION:{link}\r\n")));
    assert!(letters[0].html.replace("&#38;", "&").contains(&link));
    assert!(ics.contains("SEQUENCE:0\r\n"));
    assert_eq!(
        stage.letters(&stage.ada.email).len(),
        1,
        "the host has one too"
    );
}

#[tokio::test]
async fn with_zoom_down_the_link_follows_in_one_second_mail() {
    let stage = stage().await;
    stage.app.zoom().goes_down();
    let booking = stage.books(NINE).await;
    stage.passes(minutes(3)).await;
    let first = stage.letters("grace@example.com");
    assert_eq!(first.len(), 1);
    assert!(
        first[0].text.contains("Your Zoom link is being prepared"),
        "{}",
        first[0].text
    );

    stage.app.zoom().comes_back();
    stage.passes(minutes(30)).await;
    let letters = stage.letters("grace@example.com");
    assert_eq!(letters.len(), 2);
    assert!(letters[1].text.contains(&stage.link(&booking).await));
    assert!(
        letters[1]
            .calendar
            .as_ref()
            .unwrap()
            .ics
            .contains("SEQUENCE:1\r\n")
    );
    assert_eq!(stage.app.zoom().meetings().len(), 1);
}

#[tokio::test]
async fn a_move_says_that_the_link_stays_and_a_cancel_has_no_link() {
    let stage = stage().await;
    let booking = stage.books(NINE).await;
    stage.passes(minutes(1)).await;
    let link = stage.link(&booking).await;
    let moved = stage.moves(&booking, TEN).await;
    stage.passes(minutes(1)).await;
    stage.cancels(&moved).await;
    stage.passes(minutes(1)).await;
    let letters = stage.letters("grace@example.com");
    let kinds: Vec<&str> = letters.iter().map(|letter| letter.kind.as_str()).collect();
    assert_eq!(kinds, ["confirmed", "moved", "canceled"]);
    assert!(
        letters[1].text.contains("The Zoom link stays the same."),
        "{}",
        letters[1].text
    );
    assert!(letters[1].text.contains(&link) && !letters[2].text.contains(&link));
    let uid_of = |letter: &crate::mail::Letter| {
        let ics = &letter.calendar.as_ref().unwrap().ics;
        ics.lines()
            .find(|line| line.starts_with("UID:"))
            .unwrap()
            .to_owned()
    };
    assert!(
        letters
            .iter()
            .all(|letter| uid_of(letter) == uid_of(&letters[0]))
    );
    assert_eq!(letters[2].calendar.as_ref().unwrap().method, "CANCEL");
}
