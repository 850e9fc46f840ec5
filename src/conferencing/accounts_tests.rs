//! Connecting, through Zoom's sign-in and back: each way it can end, and the questions after it.

use crate::language::Language;
use crate::language::tests::hosts_read;
use crate::testing::readable::assert_translated;
use std::time::{Duration, Instant};

use zoom_sim::{Fault, UserSpec};

use super::connect;
use super::store::{self, Linked};
use crate::accounts::{Person, Role};
use crate::booking::Booking;
use crate::clock::{hours, minutes};
use crate::db::sql;
use crate::event_types::{EventType, Location};
use crate::rollout::{self, Rollout};
use crate::sync_log::{self, Action, Entry};
use crate::testing::TestApp;
use crate::testing::browser::{Answer, Browser};

const ZOOM: &str = "/360/integrations/zoom";
const NINE: &str = "2026-05-05T07:00:00Z";
const TEN: &str = "2026-05-05T08:00:00Z";
const PERSONAL: [(&str, &str); 1] = [("role", "personal")];
const SHARED: [(&str, &str); 1] = [("role", "shared")];

/// Ada, an admin, and Bob, a member; Zoom is on and knows ada@, bob@, team@ and other@.
struct Stage {
    app: TestApp,
    ada: Person,
    bob: Person,
}

async fn stage() -> Stage {
    let app = TestApp::start_with_zoom().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    let bob = app.person(org, "Bob Babbage", Role::User).await;
    app.zoom_on(org).await;
    for user in ["ada", "bob", "team", "other"] {
        app.zoom()
            .add_user(UserSpec::new(&format!("{user}@zoom.example")));
    }
    Stage { app, ada, bob }
}

impl Stage {
    async fn browser(&self, person: &Person) -> Browser {
        self.app.browser_of(person).await
    }

    /// Goes to Zoom and signs in there as this user; answers the way back.
    async fn way_back(&self, browser: &mut Browser, asks: &[(&str, &str)], user: &str) -> String {
        let away = browser.post(&format!("{ZOOM}/connect"), asks).await;
        assert_eq!(away.status, 303, "{}", away.text());
        self.app
            .zoom()
            .consent(away.location(), &format!("{user}@zoom.example"))
            .await
    }

    async fn connects(
        &self,
        browser: &mut Browser,
        asks: &[(&str, &str)],
        user: &str,
    ) -> (String, Answer) {
        let back = self.way_back(browser, asks, user).await;
        comes_back(browser, &back).await
    }

    async fn linked(&self) -> Vec<Linked> {
        let mut reader = self.app.app.db.read().await.unwrap();
        store::linked(&mut reader, self.ada.org_id).await.unwrap()
    }

    async fn one(&self, user: &str) -> Linked {
        let email = format!("{user}@zoom.example");
        let all = self.linked().await;
        let found = all.into_iter().find(|l| l.account.email == email);
        found.unwrap_or_else(|| panic!("{email} is not connected"))
    }

    async fn emails(&self) -> Vec<String> {
        let all = self.linked().await;
        all.into_iter().map(|linked| linked.account.email).collect()
    }

    async fn log(&self, action: Action) -> Vec<Entry> {
        let mut reader = self.app.app.db.read().await.unwrap();
        let newest = sync_log::store::newest(&mut reader, self.ada.org_id, 100).await;
        let all = newest.unwrap().into_iter();
        all.filter(|entry| entry.action == action).collect()
    }

    /// The page says it once, and the newest entry about connecting in the same words.
    async fn is_said(&self, page: &Answer, words: &str) {
        assert!(page.text().contains(words), "{}", page.text());
        let log = self.log(Action::Connect).await;
        assert_eq!(log[0].words, words);
    }

    fn revocations(&self) -> usize {
        self.app.zoom().ledger_of("oauth.revoke").len()
    }

    async fn offers(&self, person: &Person) -> EventType {
        self.app.offers(person, "Intro call", Location::Zoom).await
    }

    async fn books(&self, event_type: &EventType, start: &str) -> Booking {
        self.app
            .books(event_type, "Grace Hopper", "grace@example.com", start)
            .await
    }

    fn hosts(&self) -> Vec<String> {
        let meetings = self.app.zoom().meetings().into_iter();
        meetings.map(|meeting| meeting.host).collect()
    }
}

/// Follows the way back: one redirect to an address that keeps nothing of it, and the page there.
async fn comes_back(browser: &mut Browser, back: &str) -> (String, Answer) {
    let landed = browser.get(back).await;
    assert_eq!(landed.status, 303, "{}", landed.text());
    let to = landed.location().to_owned();
    assert!(!to.contains("code=") && !to.contains("state="), "{to}");
    let page = browser.get(&to).await;
    assert_eq!(page.status, 200, "{}", page.text());
    (to, page)
}

const JSON: &str = "application/json";

#[tokio::test]
async fn connecting_is_said_once_with_a_badge() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    let (_, page) = stage.connects(&mut browser, &PERSONAL, "ada").await;
    stage.is_said(&page, "Zoom connected successfully!").await;
    assert!(
        page.text()
            .contains("ada@zoom.example · Personal Connected")
    );
    let again = browser.get(ZOOM).await.text();
    assert!(!again.contains("successfully"), "{again}");
}

#[tokio::test]
async fn who_declines_reads_that_nothing_changed_and_can_try_again() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    let away = browser.post(&format!("{ZOOM}/connect"), &SHARED).await;
    let back = stage
        .app
        .zoom()
        .decline(away.location(), "ada@zoom.example")
        .await;
    let (to, page) = comes_back(&mut browser, &back).await;
    assert_eq!(to, ZOOM);
    let words = "Zoom wasn’t connected. You chose not to allow access, and nothing changed.";
    stage.is_said(&page, words).await;
    assert!(page.text().contains("Try again"));
    // The same button again, the same role.
    let again = page.links("/connect?role=")[0].clone();
    let ask = browser.get(&again).await;
    assert_eq!(ask.field("role").as_deref(), Some("shared"));
    assert!(ask.text().contains("42min never sees your Zoom password."));
}

#[tokio::test]
async fn a_way_back_without_its_state_or_with_a_used_old_or_foreign_one_begins_again() {
    let stage = stage().await;
    let words = "That sign-in took too long or began in another browser. Start again from here.";
    let mut browser = stage.browser(&stage.ada).await;

    // Missing.
    let (_, page) = comes_back(&mut browser, "/oauth/zoom/callback?code=abc").await;
    stage.is_said(&page, words).await;
    assert!(page.text().contains("Connect my Zoom"));

    // Used.
    let back = stage.way_back(&mut browser, &PERSONAL, "ada").await;
    comes_back(&mut browser, &back).await;
    let (_, page) = comes_back(&mut browser, &back).await;
    stage.is_said(&page, words).await;

    // Of another session of the same person, and of another person.
    for person in [&stage.ada, &stage.bob] {
        let back = stage.way_back(&mut browser, &PERSONAL, "ada").await;
        let mut other = stage.browser(person).await;
        let (_, page) = comes_back(&mut other, &back).await;
        stage.is_said(&page, words).await;
        // It is spent for its owner, too.
        let (_, page) = comes_back(&mut browser, &back).await;
        stage.is_said(&page, words).await;
    }

    // Older than ten minutes.
    let back = stage.way_back(&mut browser, &PERSONAL, "ada").await;
    stage.app.advance(minutes(10));
    let (_, page) = comes_back(&mut browser, &back).await;
    stage.is_said(&page, words).await;
}

#[tokio::test]
async fn a_code_that_zoom_refuses_begins_again() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    let back = stage.way_back(&mut browser, &PERSONAL, "ada").await;
    stage.app.advance(minutes(6));
    let (_, page) = comes_back(&mut browser, &back).await;
    let words =
        "Zoom didn’t accept the sign-in. This happens when it takes more than five minutes.";
    stage.is_said(&page, words).await;
    assert!(
        page.links("/connect?")
            .iter()
            .any(|l| l.contains("role=personal"))
    );
    let entry = &stage.log(Action::Connect).await[0];
    assert_eq!(entry.status, Some(400), "what Zoom said is kept beside it");
    assert!(stage.linked().await.is_empty());
}

#[tokio::test]
async fn an_error_of_zooms_that_is_no_refusal_by_the_person_is_not_called_one() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    let back = stage.way_back(&mut browser, &PERSONAL, "ada").await;
    let back = back.replace("code=", "error=server_error&was=");
    let (_, page) = comes_back(&mut browser, &back).await;
    assert!(page.text().contains("Zoom didn’t accept the sign-in."));
    assert!(!page.text().contains("You chose"));
}

#[tokio::test]
async fn a_missing_permission_leaves_the_account_broken_and_named() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    let away = browser.post(&format!("{ZOOM}/connect"), &PERSONAL).await;
    let scopes = [
        "user:read:user",
        "meeting:read:meeting",
        "meeting:read:list_meetings",
        "meeting:delete:meeting",
        "meeting:update:meeting",
    ];
    let zoom = stage.app.zoom();
    let back = zoom
        .consent_to(away.location(), "ada@zoom.example", &scopes)
        .await;
    let (_, page) = comes_back(&mut browser, &back).await;
    let words = "Zoom connected, but without permission to create meetings. Reconnect and leave \
                 every permission on.";
    stage.is_said(&page, words).await;
    assert!(page.text().contains("Connection broken"));
    assert!(
        page.text()
            .contains("A permission is missing: create meetings.")
    );
}

#[tokio::test]
async fn another_members_account_stays_theirs_and_keeps_working() {
    let stage = stage().await;
    let mut of_bob = stage.browser(&stage.bob).await;
    stage.connects(&mut of_bob, &PERSONAL, "bob").await;
    let mut of_ada = stage.browser(&stage.ada).await;
    let (_, page) = stage.connects(&mut of_ada, &PERSONAL, "bob").await;
    let words = "bob@zoom.example is already connected by Bob Babbage. Ask them to disconnect it \
                 first.";
    stage.is_said(&page, words).await;
    let linked = stage.one("bob").await;
    assert_eq!(linked.connection.owner_id, stage.bob.id);
    // Zoom has ended Bob's older tokens: his connection has the new ones.
    let intro = stage.offers(&stage.bob).await;
    stage.books(&intro, NINE).await;
    stage.app.settle().await;
    assert_eq!(stage.hosts(), ["bob@zoom.example"]);
}

#[tokio::test]
async fn a_member_who_signs_in_as_a_shared_account_reads_whose_it_is() {
    let stage = stage().await;
    let mut of_ada = stage.browser(&stage.ada).await;
    stage.connects(&mut of_ada, &SHARED, "team").await;
    let mut of_bob = stage.browser(&stage.bob).await;
    let (_, page) = stage.connects(&mut of_bob, &PERSONAL, "team").await;
    let words = "team@zoom.example is already connected by Ada Lovelace. Ask them to disconnect \
                 it first.";
    stage.is_said(&page, words).await;
    let path = format!(
        "{ZOOM}/accounts/{}/role",
        stage.one("team").await.connection.id
    );
    assert_eq!(of_bob.get(&path).await.status, 403);
    assert_eq!(of_bob.post(&path, &[("to", "personal")]).await.status, 403);
}

#[tokio::test]
async fn wrong_app_credentials_are_told_to_admins_and_break_nobody() {
    let stage = stage().await;
    let mut of_bob = stage.browser(&stage.bob).await;
    stage.connects(&mut of_bob, &PERSONAL, "bob").await;
    let body = r#"{"reason":"Invalid client_id or client_secret","error":"invalid_client"}"#;
    let fault = Fault::answer("token", 400, JSON, body);
    stage.app.zoom().fault(fault.times(2));
    let mut of_ada = stage.browser(&stage.ada).await;
    let (_, page) = stage.connects(&mut of_ada, &PERSONAL, "ada").await;
    let words = "Zoom rejected this server’s app credentials. Check the Zoom client ID and secret \
                 in the server settings.";
    stage.is_said(&page, words).await;
    let (_, page) = stage.connects(&mut of_bob, &PERSONAL, "bob").await;
    assert!(
        page.text()
            .contains("Zoom isn’t set up correctly on this server. Tell your admin.")
    );
    assert!(!page.text().contains("credentials"));
    assert_eq!(stage.log(Action::Connect).await[0].words, words);
    assert!(stage.one("bob").await.is_connected());
}

#[tokio::test]
async fn a_zoom_that_does_not_answer_changes_nothing() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    let back = stage.way_back(&mut browser, &PERSONAL, "ada").await;
    stage.app.zoom().goes_down();
    let (_, page) = comes_back(&mut browser, &back).await;
    let words = "Zoom isn’t answering, so nothing was connected. If this account was connected \
                 here already, 42min checks it now.";
    stage.is_said(&page, words).await;
    assert!(stage.linked().await.is_empty());
}

#[tokio::test]
async fn a_profile_that_comes_at_the_third_try_is_good() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    let back = stage.way_back(&mut browser, &PERSONAL, "ada").await;
    let fault = Fault::status("user.get", 503);
    stage.app.zoom().fault(fault.times(2));
    let (_, page) = comes_back(&mut browser, &back).await;
    stage.is_said(&page, "Zoom connected successfully!").await;
}

#[tokio::test]
async fn tokens_whose_owner_can_not_be_learned_are_given_back() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    let back = stage.way_back(&mut browser, &PERSONAL, "ada").await;
    let fault = Fault::status("user.get", 503);
    stage.app.zoom().fault(fault.always());
    let (_, page) = comes_back(&mut browser, &back).await;
    assert!(page.text().contains("Zoom isn’t answering, so nothing"));
    assert_eq!(stage.revocations(), 1);
    assert!(stage.linked().await.is_empty());
}

#[tokio::test]
async fn a_tab_that_is_closed_meanwhile_loses_nothing_of_what_zoom_gave() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    let back = stage.way_back(&mut browser, &PERSONAL, "ada").await;
    let zoom = stage.app.zoom();
    zoom.fault(Fault::hold("user.get").times(1));
    tokio::select! {
        landed = browser.get(&back) => panic!("{}", landed.status),
        () = zoom.until_held(1) => {}
    }
    zoom.release_held();
    let connected = async {
        while stage.linked().await.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(20), connected).await;
    assert!(in_time.is_ok(), "the access was lost");
    assert_eq!(stage.revocations(), 0);
}

#[tokio::test]
async fn a_connection_that_a_lost_sign_in_may_have_ended_is_tried_out_at_once() {
    let stage = stage().await;
    let mut of_ada = stage.browser(&stage.ada).await;
    stage.connects(&mut of_ada, &PERSONAL, "ada").await;
    let mut of_bob = stage.browser(&stage.bob).await;
    stage.connects(&mut of_bob, &PERSONAL, "bob").await;
    stage.app.settle_for(minutes(2)).await;
    let back = stage.way_back(&mut of_ada, &PERSONAL, "ada").await;
    let fault = Fault::status("user.get", 503);
    stage.app.zoom().fault(fault.times(3));
    comes_back(&mut of_ada, &back).await;
    stage.app.settle().await;
    assert!(
        !stage.one("ada").await.is_connected(),
        "its tokens are dead"
    );
    assert!(stage.one("bob").await.is_connected());
    let probed = stage.log(Action::Probe).await;
    let ada = stage.one("ada").await.account.id;
    assert!(probed.iter().all(|entry| entry.account_id == Some(ada)));
}

#[tokio::test]
async fn a_zoom_that_hangs_holds_no_page_up() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    stage.connects(&mut browser, &PERSONAL, "ada").await;
    let id = stage.one("ada").await.connection.id;
    stage.app.zoom().fault(Fault::hold("oauth.revoke"));
    let began = Instant::now();
    let path = format!("{ZOOM}/accounts/{id}/disconnect");
    let page = browser.post_and_follow(&path, &[]).await;
    assert!(page.text().contains("couldn’t reach Zoom to revoke access"));
    assert!(began.elapsed() < Duration::from_secs(8));
    stage.app.zoom().release_held();
}

#[tokio::test]
async fn what_else_stands_in_the_address_does_not_matter() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    let back = stage.way_back(&mut browser, &PERSONAL, "ada").await;
    let back = format!("{back}&iss=https%3A%2F%2Fzoom.us&iss=x&code=second&%ff=%00&utm_source=z");
    let (_, page) = comes_back(&mut browser, &back).await;
    stage.is_said(&page, "Zoom connected successfully!").await;
}

#[tokio::test]
async fn who_was_signed_out_meanwhile_signs_in_and_begins_again() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    let back = stage.way_back(&mut browser, &PERSONAL, "ada").await;
    let mut nobody = stage.app.browser();
    let landed = nobody.get(&back).await;
    assert_eq!(landed.location(), "/sign-in?back=/360/integrations/zoom");
    let page = nobody.get("/sign-in?back=/360/integrations/zoom").await;
    let words = "You were signed out. Sign in to go on, then connect Zoom again.";
    assert!(page.text().contains(words), "{}", page.text());
    assert!(stage.linked().await.is_empty());
}

#[tokio::test]
async fn a_member_can_not_connect_while_zoom_is_off() {
    let app = TestApp::start_with_zoom().await;
    let org = app.org("Engines").await;
    let bob = app.person(org, "Bob Babbage", Role::User).await;
    let mut browser = app.browser_of(&bob).await;
    let page = browser
        .post_and_follow(&format!("{ZOOM}/connect"), &PERSONAL)
        .await;
    let words = "Zoom is off for your organization. Ask your admin to turn it on.";
    assert!(page.text().contains(words), "{}", page.text());
}

#[tokio::test]
async fn an_admin_who_is_none_any_more_on_the_way_back_adds_no_shared_account() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    let back = stage.way_back(&mut browser, &SHARED, "team").await;
    let ada = stage.ada.id;
    stage
        .app
        .app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                sql("UPDATE people SET role = $2 WHERE id = $1")
                    .bind(ada)
                    .bind(Role::User)
                    .run(tx)
                    .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    let (_, page) = comes_back(&mut browser, &back).await;
    stage
        .is_said(&page, "Only admins can add a shared org account.")
        .await;
    assert!(stage.linked().await.is_empty());
}

// --- Another role.

#[tokio::test]
async fn the_other_button_asks_about_the_role_and_an_unanswered_question_breaks_nobody() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    stage.connects(&mut browser, &PERSONAL, "ada").await;
    let (to, page) = stage.connects(&mut browser, &SHARED, "ada").await;
    assert!(to.contains("/role?"), "{to}");
    let text = page.text();
    assert!(text.contains("Change this account’s role?"), "{text}");
    assert!(text.contains(
        "ada@zoom.example is connected here as your personal account . You used Add shared \
         org account , which makes it a shared org account: bookings of people without their own \
         Zoom will be hosted on it."
    ));
    // The safe answer is the first button and has the focus.
    let keep = page.body.find("Keep as personal").unwrap();
    let change = page.body.find("Change to shared org account").unwrap();
    assert!(keep < change && page.body[..keep].ends_with("autofocus>"));

    let linked = stage.one("ada").await;
    assert_eq!(linked.connection.role.word(), "personal");
    let intro = stage.offers(&stage.ada).await;
    stage.books(&intro, NINE).await;
    stage.app.settle_for(minutes(11)).await;
    assert_eq!(stage.hosts(), ["ada@zoom.example"]);
    assert_eq!(stage.revocations(), 0);
}

#[tokio::test]
async fn who_came_from_the_editor_goes_back_to_it_after_the_question() {
    let stage = stage().await;
    let intro = stage.offers(&stage.ada).await;
    let editor = format!("/360/events/{}?location=zoom", intro.id);
    let mut browser = stage.browser(&stage.ada).await;
    stage.connects(&mut browser, &SHARED, "team").await;
    let asks = [PERSONAL[0], ("back", editor.as_str())];
    let (to, _) = stage.connects(&mut browser, &asks, "team").await;
    let answer = browser.post(&to, &[("to", "")]).await;
    assert_eq!(answer.location(), editor);
    stage.connects(&mut browser, &PERSONAL, "ada").await;
    let (to, _) = stage.connects(&mut browser, &asks, "other").await;
    let answer = browser.post(&to, &[("do", "use")]).await;
    assert_eq!(answer.location(), editor);
}

#[tokio::test]
async fn keeping_the_role_changes_nothing() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    stage.connects(&mut browser, &PERSONAL, "ada").await;
    let (to, _) = stage.connects(&mut browser, &SHARED, "ada").await;
    let page = browser.post_and_follow(&to, &[("to", "")]).await;
    assert!(
        page.text()
            .contains("ada@zoom.example stays a personal account.")
    );
    assert_eq!(stage.one("ada").await.connection.role.word(), "personal");
    assert!(stage.log(Action::RoleChanged).await.is_empty());
}

#[tokio::test]
async fn an_account_that_becomes_shared_hosts_what_waited_for_one() {
    let stage = stage().await;
    let intro = stage.offers(&stage.bob).await;
    stage.books(&intro, NINE).await;
    let mut browser = stage.browser(&stage.ada).await;
    stage.connects(&mut browser, &PERSONAL, "ada").await;
    stage.app.settle().await;
    assert!(stage.hosts().is_empty());

    let (to, _) = stage.connects(&mut browser, &SHARED, "ada").await;
    let page = browser.post_and_follow(&to, &[("to", "shared")]).await;
    assert!(
        page.text()
            .contains("ada@zoom.example is now a shared org account.")
    );
    let log = stage.log(Action::RoleChanged).await;
    assert_eq!(
        log[0].words,
        "Ada Lovelace made ada@zoom.example a shared org account; it was a personal account."
    );
    stage.app.settle().await;
    assert_eq!(stage.hosts(), ["ada@zoom.example"]);
    // Asked once more, from a page that was left open: nothing is turned back.
    let page = browser.post_and_follow(&to, &[("to", "shared")]).await;
    assert!(page.text().contains("That question was answered already"));
    assert_eq!(stage.one("ada").await.connection.role.word(), "shared");
}

#[tokio::test]
async fn a_role_is_changed_only_by_who_has_just_signed_in_to_the_account() {
    let stage = stage().await;
    let mut of_bob = stage.browser(&stage.bob).await;
    stage.connects(&mut of_bob, &PERSONAL, "bob").await;
    let mut of_ada = stage.browser(&stage.ada).await;
    let path = format!(
        "{ZOOM}/accounts/{}/role",
        stage.one("bob").await.connection.id
    );
    let is_personal = || async {
        let linked = stage.one("bob").await;
        assert_eq!(linked.connection.role.word(), "personal");
    };
    // Never asked.
    assert_eq!(of_ada.get(&path).await.location(), ZOOM);
    for answer in ["shared", ""] {
        let page = of_ada.post_and_follow(&path, &[("to", answer)]).await;
        assert!(page.text().contains("waited for more than ten minutes"));
        is_personal().await;
    }
    // Asked of somebody who lets it run out.
    let (to, _) = stage.connects(&mut of_ada, &SHARED, "bob").await;
    stage.app.advance(minutes(10));
    of_ada.post(&to, &[("to", "shared")]).await;
    is_personal().await;
    // Somebody has signed in since.
    let (to, _) = stage.connects(&mut of_ada, &SHARED, "bob").await;
    stage.connects(&mut of_bob, &PERSONAL, "bob").await;
    of_ada.post(&to, &[("to", "shared")]).await;
    is_personal().await;

    let (to, _) = stage.connects(&mut of_ada, &SHARED, "bob").await;
    of_ada.post(&to, &[("to", "shared")]).await;
    assert_eq!(stage.one("bob").await.connection.role.word(), "shared");
    stage.app.settle().await;
    let letters = stage.app.letters_to(&stage.bob.email);
    let [told] = letters.as_slice() else {
        panic!("{letters:?}");
    };
    assert_eq!(told.subject, "bob@zoom.example is now a shared org account");
    assert!(
        told.text
            .contains("Ada Lovelace signed in to this Zoom account")
    );
}

#[tokio::test]
async fn a_shared_account_becomes_the_personal_one_of_who_asks() {
    let stage = stage().await;
    let carol = stage
        .app
        .person(stage.ada.org_id, "Carol Shaw", Role::Admin)
        .await;
    let mut of_ada = stage.browser(&stage.ada).await;
    stage.connects(&mut of_ada, &SHARED, "team").await;
    let mut of_carol = stage.browser(&carol).await;
    let (to, page) = stage.connects(&mut of_carol, &PERSONAL, "team").await;
    assert!(page.text().contains(
        "team@zoom.example is connected here as a shared org account, added by Ada Lovelace . \
         You used Connect my Zoom , which makes it your personal account: only your own new \
         bookings will be hosted on it."
    ));
    of_carol.post_and_follow(&to, &[("to", "personal")]).await;
    let linked = stage.one("team").await.connection;
    assert_eq!(
        (linked.role.word(), linked.owner_id),
        ("personal", carol.id)
    );
}

#[tokio::test]
async fn the_question_says_what_of_others_stays_and_the_default_is_forgotten() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    stage.connects(&mut browser, &SHARED, "team").await;
    stage.connects(&mut browser, &SHARED, "other").await;
    let intro = stage.offers(&stage.bob).await;
    stage.books(&intro, NINE).await;
    stage.app.settle_for(minutes(2)).await;
    assert_eq!(stage.hosts(), ["team@zoom.example"]);
    for (answer, user) in [("to", "team"), ("", "other")] {
        let account = stage.one(user).await.account.id;
        let rollout = Rollout {
            enabled_at: Some(stage.app.now()),
            routing_at: Some(stage.app.now()),
            default_account: Some(account),
            ..Rollout::off(stage.ada.org_id)
        };
        stage
            .app
            .write(move |tx| Box::pin(async move { Ok(rollout::store::save(tx, &rollout).await?) }))
            .await;
        if answer.is_empty() {
            let id = stage.one(user).await.connection.id;
            browser
                .post(&format!("{ZOOM}/accounts/{id}/disconnect"), &[])
                .await;
        } else {
            let (to, page) = stage.connects(&mut browser, &PERSONAL, user).await;
            let stays = "1 upcoming booking of others stays on it.";
            assert!(page.text().contains(stays), "{}", page.text());
            browser.post(&to, &[(answer, "personal")]).await;
        }
        assert_eq!(
            stage.log(Action::RolloutChanged).await[0].words,
            format!(
                "{user}@zoom.example is no shared org account any more, so the first connected \
                 one is the Default Zoom account."
            )
        );
        let mut reader = stage.app.app.db.read().await.unwrap();
        let rollout = rollout::store::rollout(&mut reader, stage.ada.org_id).await;
        assert_eq!(rollout.unwrap().default_account, None);
    }
}

#[tokio::test]
async fn a_second_shared_account_is_not_said_to_host_what_the_first_does() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    stage.connects(&mut browser, &SHARED, "team").await;
    stage.connects(&mut browser, &PERSONAL, "ada").await;
    let (_, page) = stage.connects(&mut browser, &SHARED, "ada").await;
    assert!(
        page.text().contains(
            "which makes it one more shared org account: bookings of people without their own \
             Zoom are hosted on team@zoom.example before it."
        ),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn a_person_never_gets_two_personal_accounts_by_a_change_of_role() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    stage.connects(&mut browser, &PERSONAL, "ada").await;
    stage.connects(&mut browser, &SHARED, "team").await;
    let (to, page) = stage.connects(&mut browser, &PERSONAL, "team").await;
    assert!(page.text().contains(
        "team@zoom.example stays a shared org account It can’t become your personal account"
    ));
    assert!(!page.text().contains("Change to personal"));
    let page = browser.post_and_follow(&to, &[("to", "personal")]).await;
    assert!(
        page.text()
            .contains("ada@zoom.example is your personal account. Disconnect it first")
    );
    assert_eq!(stage.one("team").await.connection.role.word(), "shared");
}

#[tokio::test]
async fn another_orgs_question_is_not_found() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    stage.connects(&mut browser, &PERSONAL, "ada").await;
    let id = stage.one("ada").await.connection.id;
    let others = stage.app.org("Others").await;
    let eve = stage.app.person(others, "Eve", Role::Admin).await;
    let mut of_eve = stage.browser(&eve).await;
    for page in ["role", "disconnect", "waiting?of=1"] {
        let path = format!("{ZOOM}/accounts/{id}/{page}");
        assert_eq!(of_eve.get(&path).await.status, 404, "{path}");
    }
    let path = format!("{ZOOM}/accounts/{id}/role");
    assert_eq!(of_eve.post(&path, &[("to", "shared")]).await.status, 404);
    let id = id.to_string();
    let renew = [("connection", id.as_str())];
    let answer = of_eve.post(&format!("{ZOOM}/connect"), &renew).await;
    assert_eq!(answer.status, 404);
}

// --- Another account than the one that was meant.

#[tokio::test]
async fn a_second_personal_account_waits_for_an_answer_and_is_given_back_without_one() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    stage.connects(&mut browser, &PERSONAL, "ada").await;
    let (to, page) = stage.connects(&mut browser, &PERSONAL, "other").await;
    let text = page.text();
    assert!(text.contains("Replace ada@zoom.example?"), "{text}");
    assert!(text.contains("Your new bookings will be hosted on other@zoom.example."));
    let keep = page.body.find("Keep ada@zoom.example").unwrap();
    assert!(page.body[..keep].ends_with("autofocus>"));
    assert_eq!(stage.emails().await, ["ada@zoom.example"]);
    assert_eq!(stage.app.rows("held_grants").await, 1);
    assert_eq!(stage.app.rows("accounts").await, 1, "nothing of it is kept");

    let intro = stage.offers(&stage.ada).await;
    stage.books(&intro, NINE).await;
    stage.app.settle_for(minutes(9)).await;
    assert_eq!((stage.hosts().len(), stage.revocations()), (1, 0));
    stage.app.settle_for(minutes(2)).await;
    assert_eq!(stage.revocations(), 1);
    assert_eq!(stage.app.rows("held_grants").await, 0);
    let page = browser.post_and_follow(&to, &[("do", "use")]).await;
    assert!(page.text().contains("waited for more than ten minutes"));
    assert_eq!(stage.emails().await, ["ada@zoom.example"]);
    assert_eq!(
        stage.log(Action::Disconnect).await[0].words,
        "The access to other@zoom.example isn’t used: Zoom revoked it; its tokens were deleted."
    );
}

#[tokio::test]
async fn keeping_the_old_account_gives_the_new_one_back_at_once() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    stage.connects(&mut browser, &PERSONAL, "ada").await;
    let (to, _) = stage.connects(&mut browser, &PERSONAL, "other").await;
    let page = browser.post_and_follow(&to, &[("do", "keep")]).await;
    assert!(
        page.text()
            .contains("other@zoom.example wasn’t connected. Nothing changed.")
    );
    assert_eq!((stage.revocations(), stage.emails().await.len()), (1, 1));
    stage.app.settle_for(hours(1)).await;
    assert_eq!(stage.revocations(), 1, "and once only");
}

#[tokio::test]
async fn replacing_revokes_the_old_account_and_hosts_on_the_new_one() {
    let stage = stage().await;
    let intro = stage.offers(&stage.ada).await;
    let mut browser = stage.browser(&stage.ada).await;
    stage.connects(&mut browser, &PERSONAL, "ada").await;
    stage.books(&intro, NINE).await;
    stage.app.settle().await;
    let (to, _) = stage.connects(&mut browser, &PERSONAL, "other").await;
    let page = browser.post_and_follow(&to, &[("do", "use")]).await;
    stage.is_said(&page, "Zoom connected successfully!").await;
    assert_eq!(stage.emails().await, ["other@zoom.example"]);
    assert_eq!(stage.revocations(), 1);
    assert_eq!(stage.app.rows("held_grants").await, 0);

    stage.books(&intro, TEN).await;
    stage.app.settle_for(minutes(2)).await;
    assert_eq!(stage.hosts(), ["ada@zoom.example", "other@zoom.example"]);
    // Both answers at once, or the page left open: the second finds nothing.
    let page = browser.post_and_follow(&to, &[("do", "use")]).await;
    assert!(page.text().contains("was answered already"));
    assert_eq!(stage.revocations(), 1);
}

#[tokio::test]
async fn a_replaced_account_has_its_entry_whether_it_was_whole_or_broken() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    stage.connects(&mut browser, &PERSONAL, "ada").await;
    let ada = stage.one("ada").await.account.id;
    let (to, _) = stage.connects(&mut browser, &PERSONAL, "other").await;
    browser.post(&to, &[("do", "use")]).await;
    let log = stage.log(Action::Disconnect).await;
    assert!(log.iter().all(|entry| entry.account_id == Some(ada)));
    let said: Vec<&str> = log.iter().map(|entry| entry.words.as_str()).collect();
    for words in [
        "ada@zoom.example was replaced by another account; Zoom is asked to revoke the access.",
        "The access to ada@zoom.example isn’t used any more: Zoom revoked it; its tokens were \
         deleted.",
    ] {
        assert!(said.contains(&words), "{said:?}");
    }

    stage.app.zoom().revoke("other@zoom.example");
    stage.app.settle_for(hours(25)).await;
    assert!(!stage.one("other").await.is_connected());
    let other = stage.one("other").await.account.id;
    let (to, _) = stage.connects(&mut browser, &PERSONAL, "team").await;
    browser.post(&to, &[("do", "use")]).await;
    let newest = &stage.log(Action::Disconnect).await[0];
    assert_eq!(newest.account_id, Some(other));
    assert_eq!(
        newest.words,
        "other@zoom.example was replaced by another account; nothing was left to revoke in Zoom."
    );
}

#[tokio::test]
async fn an_old_account_is_revoked_also_when_the_server_dies_after_the_answer() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    stage.connects(&mut browser, &PERSONAL, "ada").await;
    let (to, _) = stage.connects(&mut browser, &PERSONAL, "other").await;
    let held = to.rsplit('/').next().unwrap().parse().unwrap();
    let who = crate::accounts::session::SignedIn {
        person: stage.ada.clone(),
        session_hash: Vec::new(),
        language: crate::language::Language::default(),
    };
    connect::use_held(&stage.app.app, &who, held)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stage.emails().await, ["other@zoom.example"]);
    assert_eq!(stage.revocations(), 0);
    stage.app.settle_for(minutes(2)).await;
    assert_eq!(stage.revocations(), 1);
    assert_eq!(stage.app.rows("held_grants").await, 0);
}

#[tokio::test]
async fn who_replaces_while_zoom_is_silent_reads_where_to_remove_the_old_access() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    stage.connects(&mut browser, &PERSONAL, "ada").await;
    let (to, _) = stage.connects(&mut browser, &PERSONAL, "other").await;
    stage.app.zoom().goes_down();
    let page = browser.post_and_follow(&to, &[("do", "use")]).await;
    assert!(page.text().contains("Added Apps"), "{}", page.text());
    assert_eq!(stage.emails().await, ["other@zoom.example"]);
    assert_eq!(stage.app.rows("held_grants").await, 0);
}

#[tokio::test]
async fn nobody_answers_for_another() {
    let stage = stage().await;
    let carol = stage
        .app
        .person(stage.ada.org_id, "Carol Shaw", Role::Admin)
        .await;
    let mut browser = stage.browser(&stage.ada).await;
    stage.connects(&mut browser, &PERSONAL, "ada").await;
    let (to, _) = stage.connects(&mut browser, &PERSONAL, "other").await;
    let mut of_carol = stage.browser(&carol).await;
    assert_eq!(of_carol.get(&to).await.location(), ZOOM);
    for answer in ["use", "keep"] {
        of_carol.post_and_follow(&to, &[("do", answer)]).await;
    }
    assert_eq!(stage.app.rows("held_grants").await, 1);
    assert_eq!(stage.emails().await, ["ada@zoom.example"]);
}

#[tokio::test]
async fn a_second_account_without_every_permission_takes_nobodys_place() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    stage.connects(&mut browser, &PERSONAL, "ada").await;
    let away = browser.post(&format!("{ZOOM}/connect"), &PERSONAL).await;
    let zoom = stage.app.zoom();
    let back = zoom
        .consent_to(away.location(), "other@zoom.example", &["user:read:user"])
        .await;
    let (_, page) = comes_back(&mut browser, &back).await;
    let text = page.text();
    assert!(
        text.contains("Zoom gave access to other@zoom.example without permission to create"),
        "{text}"
    );
    assert_eq!(stage.revocations(), 1);
    assert!(stage.one("ada").await.is_connected());
}

#[tokio::test]
async fn a_question_about_an_account_that_was_connected_meanwhile_is_void() {
    let stage = stage().await;
    let mut of_ada = stage.browser(&stage.ada).await;
    stage.connects(&mut of_ada, &PERSONAL, "ada").await;
    let (to, _) = stage.connects(&mut of_ada, &PERSONAL, "other").await;
    let mut of_bob = stage.browser(&stage.bob).await;
    stage.connects(&mut of_bob, &PERSONAL, "other").await;
    let page = of_ada.post_and_follow(&to, &[("do", "use")]).await;
    assert!(page.text().contains("was answered already"));
    stage.app.settle_for(hours(1)).await;
    assert_eq!(stage.revocations(), 0, "Bob’s access is not given back");
    let intro = stage.offers(&stage.bob).await;
    stage.books(&intro, NINE).await;
    stage.app.settle().await;
    assert_eq!(stage.hosts(), ["other@zoom.example"]);
}

#[tokio::test]
async fn reconnecting_a_shared_account_as_somebody_else_asks_whether_to_add_it() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    stage.connects(&mut browser, &SHARED, "team").await;
    stage.app.zoom().revoke("team@zoom.example");
    let intro = stage.offers(&stage.bob).await;
    stage.books(&intro, NINE).await;
    stage.app.settle().await;
    let id = stage.one("team").await.connection.id.to_string();
    let renew = [("connection", id.as_str())];

    let (to, page) = stage.connects(&mut browser, &renew, "other").await;
    assert!(page.text().contains("Add other@zoom.example as well?"));
    browser.post_and_follow(&to, &[("do", "keep")]).await;
    assert_eq!(stage.emails().await, ["team@zoom.example"]);

    let (to, _) = stage.connects(&mut browser, &renew, "other").await;
    browser.post_and_follow(&to, &[("do", "use")]).await;
    assert_eq!(
        stage.emails().await,
        ["team@zoom.example", "other@zoom.example"]
    );
    assert!(!stage.one("team").await.is_connected());
    stage.app.settle().await;
    assert_eq!(stage.hosts(), ["other@zoom.example"]);
}

#[tokio::test]
async fn reconnecting_as_another_connected_account_says_which_one_was_meant() {
    let stage = stage().await;
    let mut browser = stage.browser(&stage.ada).await;
    stage.connects(&mut browser, &SHARED, "team").await;
    stage.connects(&mut browser, &PERSONAL, "ada").await;
    let id = stage.one("team").await.connection.id.to_string();
    let renew = [("connection", id.as_str())];
    let (_, page) = stage.connects(&mut browser, &renew, "ada").await;
    let words = "You signed in to Zoom as ada@zoom.example, which is connected here already. To \
                 reconnect team@zoom.example, sign in to Zoom as team@zoom.example.";
    stage.is_said(&page, words).await;
    assert_eq!(stage.one("ada").await.connection.role.word(), "personal");
}

#[tokio::test]
async fn a_broken_personal_account_can_be_replaced_when_reconnecting() {
    let stage = stage().await;
    let intro = stage.offers(&stage.ada).await;
    let mut browser = stage.browser(&stage.ada).await;
    stage.connects(&mut browser, &PERSONAL, "ada").await;
    stage.app.zoom().revoke("ada@zoom.example");
    stage.books(&intro, NINE).await;
    stage.app.settle().await;
    let id = stage.one("ada").await.connection.id.to_string();
    let (to, page) = stage
        .connects(&mut browser, &[("connection", id.as_str())], "other")
        .await;
    assert!(
        page.text()
            .contains("The broken connection of ada@zoom.example will be removed.")
    );
    let page = browser.post_and_follow(&to, &[("do", "use")]).await;
    assert!(page.text().contains("1 booking is getting its link now."));
    stage.app.settle().await;
    assert_eq!(stage.hosts(), ["other@zoom.example"]);
    assert_eq!(stage.revocations(), 0, "nothing was left to revoke");
}

#[tokio::test]
async fn only_who_has_the_zoom_user_is_offered_to_reconnect_it() {
    let stage = stage().await;
    let mut of_bob = stage.browser(&stage.bob).await;
    stage.connects(&mut of_bob, &PERSONAL, "bob").await;
    let id = stage.one("bob").await.connection.id.to_string();
    let renew = [("connection", id.as_str())];
    let mut of_ada = stage.browser(&stage.ada).await;
    let answer = of_ada.post(&format!("{ZOOM}/connect"), &renew).await;
    assert_eq!(answer.status, 403);
    stage.connects(&mut of_ada, &SHARED, "team").await;
    let id = stage.one("team").await.connection.id.to_string();
    let renew = [("connection", id.as_str())];
    let answer = of_bob.post(&format!("{ZOOM}/connect"), &renew).await;
    assert_eq!(answer.status, 403);
    assert_eq!(
        of_bob
            .get(&format!("{ZOOM}/connect?connection={id}"))
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn odd_returns_fill_no_log_without_bound() {
    let stage = stage().await;
    let mut browser = stage.app.browser_of(&stage.ada).await;
    let before = stage.app.rows("sync_log").await;
    for _ in 0..30 {
        browser.get("/oauth/zoom/callback?error=odd").await;
    }
    let full = stage.app.rows("sync_log").await;
    assert!(full <= before + 30);
    let refused = browser.get("/oauth/zoom/callback?error=odd").await;
    assert_eq!(refused.status, 429, "{}", refused.text());
    assert_eq!(stage.app.rows("sync_log").await, full);
    stage.app.advance(minutes(10));
    let later = browser.get("/oauth/zoom/callback?error=odd").await;
    assert_eq!(later.status, 303, "{}", later.text());
}

#[tokio::test]
async fn the_mail_about_a_changed_role_is_translated() {
    hosts_read(Language::Pseudo);
    let stage = stage().await;
    let mut of_bob = stage.browser(&stage.bob).await;
    stage.connects(&mut of_bob, &PERSONAL, "bob").await;
    let mut of_ada = stage.browser(&stage.ada).await;
    let (to, _) = stage.connects(&mut of_ada, &SHARED, "bob").await;
    of_ada.post(&to, &[("to", "shared")]).await;
    stage.app.settle().await;
    assert_translated(&stage.app.letters_to(&stage.bob.email), "role-changed");
}
