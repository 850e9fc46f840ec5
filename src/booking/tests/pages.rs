//! The guest's path through the pages, without JavaScript: what a browser of 1999 could do.

use std::collections::BTreeMap;

use super::{NOON, TEN, ada};
use crate::accounts::{Person, Role};
use crate::booking::{Booking, By, Status, cancel, manage_path};
use crate::clock::{hours, minutes};
use crate::event_types::{Answer, EventType, Kind, Location, Question, Questions};
use crate::testing::TestApp;
use crate::testing::browser::{self, Browser};

async fn zoom_call(app: &TestApp) -> (Person, EventType) {
    let ada = ada(app).await;
    let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
    (ada, intro)
}

/// The fields a guest sends from the form page they see.
fn filled<'a>(page: &browser::Answer, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, String)> {
    let mut fields: Vec<(&str, String)> = ["token", "tz", "start"]
        .into_iter()
        .filter_map(|name| Some((name, page.field(name)?)))
        .collect();
    fields.extend(
        more.iter()
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    fields
}

fn borrowed<'a>(fields: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}

const GRACE: [(&str, &str); 2] = [("name", "Grace Hopper"), ("email", "grace@example.com")];
const FORM: &str = "/ada-lovelace/intro-call/book";

async fn form_at(browser: &mut Browser, start: &str) -> browser::Answer {
    browser.get(&format!("{FORM}?start={start}")).await
}

#[tokio::test]
async fn guests_never_read_a_place_in_the_words_in_which_hosts_choose_it() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    app.offers(&ada, "Walk", Location::AskInvitee).await;
    let room = app.offers(&ada, "Room", Location::CustomUrl).await;
    app.says(&room, "https://rooms.example/ada").await;
    let (mut english, mut spanish) = (app.browser(), app.browser());
    spanish.speaks("es");
    for (path, there, aqui) in [
        (
            "",
            "42 min · You choose the place",
            "42 min · Tú eliges el lugar",
        ),
        ("", "42 min · Online", "42 min · En línea"),
        ("/walk", "You say where to meet.", "Tú dices dónde."),
        (
            "/room",
            "Online. You get the link",
            "En línea. Recibes el enlace",
        ),
        ("/walk/book", "You choose the place", "Tú eliges el lugar"),
        (
            "/room/book",
            "Ada Lovelace · Online",
            "Ada Lovelace · En línea",
        ),
    ] {
        let path = format!("/ada-lovelace{path}?start={TEN}");
        for (browser, words) in [(&mut english, there), (&mut spanish, aqui)] {
            let text = browser.get(&path).await.text();
            assert!(text.contains(words), "{path}: {text}");
            for ours in ["Custom URL", "Ask the invitee"] {
                assert!(!text.contains(ours), "{path}: {text}");
            }
        }
    }
    let booked = app.books(&room, "Grace", "grace@example.com", TEN).await;
    let hub = english.get(&manage_path(&app.app, booked.id)).await.text();
    assert!(hub.contains("https://rooms.example/ada"), "{hub}");
    assert!(!hub.contains("Custom URL"), "{hub}");
    let list = app.browser_of(&ada).await.get("/360/events").await.text();
    assert!(list.contains("42 min · Custom URL"), "{list}");
    assert!(list.contains("42 min · Ask the invitee"), "{list}");
}

#[tokio::test]
async fn an_address_that_says_something_twice_is_answered_by_a_page() {
    let app = TestApp::start().await;
    zoom_call(&app).await;
    let twice = "/ada-lovelace/intro-call?date=2026-05-05&date=2026-05-06";
    let page = app.browser().get(twice).await;
    assert_eq!(page.status, 400);
    assert!(
        page.text().contains("This address holds something twice"),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn a_guest_books_moves_and_cancels_by_links_and_forms_alone() {
    let app = TestApp::start().await;
    zoom_call(&app).await;
    let mut guest = app.browser();

    let times = guest.get("/ada-lovelace/intro-call").await;
    assert_eq!(times.status, 200);
    let text = times.text();
    for words in [
        "Intro call",
        "Ada Lovelace",
        "42 min",
        "Zoom. The link is created when you book.",
        "May 2026",
        "Monday 4 May",
        "times, shown in Madrid time",
        "Morning",
        "Show times in this zone",
    ] {
        assert!(text.contains(words), "{words} is missing: {text}");
    }
    let tuesday = &times.links("date=2026-05-05")[0];
    let times = guest.get(tuesday).await;
    let start = times.links("start=2026-05-05T08%3A00%3A00Z");
    let form = guest.get(&start[0]).await;
    assert!(
        form.text()
            .contains("Tuesday 5 May 2026, 10:00 to 10:42 Madrid time (UTC+2)")
    );
    let hub = guest
        .post_and_follow(FORM, &borrowed(&filled(&form, &GRACE)))
        .await;
    for words in [
        "You’re booked",
        "grace@example.com",
        "Intro call with Ada Lovelace",
    ] {
        assert!(hub.text().contains(words), "{words}: {}", hub.text());
    }
    assert_eq!(hub.headers["cache-control"], "no-store");

    let times = guest.get(&hub.links("/reschedule")[0]).await;
    for words in [
        "Reschedule: Intro call",
        "Now: Tuesday 5 May 2026, 10:00 to 10:42 , Madrid time (UTC+2). Pick a new time.",
    ] {
        assert!(times.text().contains(words), "{words}: {}", times.text());
    }
    // No link is made by moving, and there is none yet that could stay.
    assert!(!times.text().contains("The link"), "{}", times.text());
    assert!(
        times
            .links(&format!("start={}", TEN.replace(':', "%3A")))
            .is_empty()
    );
    let noon = times.links(&format!("start={}", NOON.replace(':', "%3A")));
    let sure = guest.get(&noon[0]).await;
    assert!(sure.text().contains("Move this booking?"));
    let action = hub.links("/reschedule")[0].clone();
    let mut fields = filled(&sure, &[("reason", "A train")]);
    fields.retain(|(name, _)| *name != "token");
    let moved = guest.post_and_follow(&action, &borrowed(&fields)).await;
    assert!(moved.text().contains("Moved") && moved.text().contains("12:00 to 12:42"));

    // The old link leads on, and its pages change nothing any more.
    let old_hub = action.replace("/reschedule", "");
    let old = guest.get(&old_hub).await;
    assert!(old.text().contains("This booking moved"), "{}", old.text());
    let led = guest.get(&old.links("/booking/")[0]).await;
    assert!(led.text().contains("12:00 to 12:42"));
    for page in ["/reschedule", "/cancel"] {
        let spent = guest.get(&action.replace("/reschedule", page)).await;
        assert_eq!(spent.location(), old_hub);
    }
    let again = guest.post(&action, &borrowed(&fields)).await;
    assert_eq!(again.location(), old_hub);
    let spent = guest
        .post(&action.replace("/reschedule", "/cancel"), &[])
        .await;
    assert_eq!(spent.location(), old_hub);

    let cancel = moved.links("/cancel")[0].clone();
    let ask = guest.get(&cancel).await;
    assert!(ask.text().contains("Cancel this booking?"));
    assert!(
        ask.text()
            .contains("The time opens up again, and everyone invited is emailed.")
    );
    let gone = guest.post_and_follow(&cancel, &[("reason", "Ill")]).await;
    assert!(gone.text().contains("Canceled."), "{}", gone.text());
    assert!(gone.text().contains("Book another time"));
    let twice = guest.post_and_follow(&cancel, &[]).await;
    assert!(twice.text().contains("Already canceled."));
    assert_eq!(app.rows("busy").await, 0);
    assert_eq!(app.rows("bookings").await, 2);
}

#[tokio::test]
async fn of_two_guests_on_one_slot_the_second_gets_near_times_and_loses_nothing() {
    let app = TestApp::start().await;
    zoom_call(&app).await;
    let (mut grace, mut bob) = (app.browser(), app.browser());
    let form = form_at(&mut grace, TEN).await;
    let late = form_at(&mut bob, TEN).await;
    grace
        .post_and_follow(FORM, &borrowed(&filled(&form, &GRACE)))
        .await;

    let typed = [
        ("name", "Bob <b>"),
        ("email", "bob@example.com"),
        ("guests", "ann@example.com"),
    ];
    let fields = filled(&late, &typed);
    let answer = bob.post(FORM, &borrowed(&fields)).await;
    assert_eq!(answer.status, 409);
    for words in [
        "Pick another time",
        "That time was just taken. What you typed is kept.",
        "The nearest free ones, in Madrid time: Tuesday 5 May 09:00 09:15 10:45 See all times",
    ] {
        assert!(answer.text().contains(words), "{words}: {}", answer.text());
    }
    assert_eq!(answer.field("email").unwrap(), "bob@example.com");
    assert_eq!(answer.field("guests").unwrap(), "ann@example.com");
    assert!(answer.body.contains("Bob &#60;b&#62;"));
    assert!(
        answer.field("start").is_none(),
        "no time is left to confirm"
    );

    let mut other = filled(&answer, &typed);
    other.push(("pick", answer.field("pick").unwrap()));
    let again = bob.post(FORM, &borrowed(&other)).await;
    assert_eq!(again.status, 200);
    assert!(again.text().contains("09:00 to 09:42"));
    let hub = bob
        .post_and_follow(FORM, &borrowed(&filled(&again, &typed)))
        .await;
    assert!(hub.text().contains("You’re booked"));
    assert_eq!(app.rows("bookings").await, 2);
}

#[tokio::test]
async fn the_same_form_sent_twice_leads_to_the_same_booking() {
    let app = TestApp::start().await;
    zoom_call(&app).await;
    let mut guest = app.browser();
    let form = form_at(&mut guest, TEN).await;
    let fields = filled(&form, &GRACE);
    let first = guest.post(FORM, &borrowed(&fields)).await;
    let second = guest.post(FORM, &borrowed(&fields)).await;
    assert_eq!(
        (first.status.as_u16(), first.location()),
        (303, second.location())
    );
    assert_eq!(app.rows("bookings").await, 1);
}

#[tokio::test]
async fn errors_stand_beside_their_fields_and_nothing_is_lost() {
    let app = TestApp::start().await;
    zoom_call(&app).await;
    let mut guest = app.browser();
    let form = form_at(&mut guest, TEN).await;
    let typed = [("name", ""), ("email", "grace@"), ("guests", "bob")];
    let answer = guest.post(FORM, &borrowed(&filled(&form, &typed))).await;
    assert_eq!(answer.status, 422);
    let text = answer.text();
    assert!(text.contains("3 things to fix"), "{text}");
    assert!(answer.body.contains("id=\"email-e\""));
    assert_eq!(answer.field("email").unwrap(), "grace@");
    assert_eq!(answer.field("guests").unwrap(), "bob");
    assert_eq!(answer.field("token"), form.field("token"));
    assert_eq!(app.rows("bookings").await, 0);
}

#[tokio::test]
async fn questions_and_the_invitees_own_place_are_asked_and_kept() {
    let app = TestApp::start().await;
    let ada = ada(&app).await;
    let meet = app.offers(&ada, "Meet", Location::AskInvitee).await;
    let questions = Questions(vec![
        Question {
            id: "topic".to_owned(),
            label: "What is it about?".to_owned(),
            form: Answer::Long,
            required: true,
            choices: vec![],
        },
        Question {
            id: "tea".to_owned(),
            label: "Tea or coffee?".to_owned(),
            form: Answer::Choice,
            required: false,
            choices: vec!["Tea".to_owned(), "Coffee".to_owned()],
        },
    ]);
    app.app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                crate::db::sql("UPDATE event_types SET questions = $1")
                    .bind(questions)
                    .run(tx)
                    .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    let mut guest = app.browser();
    let path = "/ada-lovelace/meet/book";
    let form = guest.get(&format!("{path}?start={TEN}")).await;
    for words in [
        "Where should we meet?",
        "What is it about?",
        "Tea or coffee? (optional)",
    ] {
        assert!(form.text().contains(words), "{words}");
    }
    let missing = guest.post(path, &borrowed(&filled(&form, &GRACE))).await;
    assert_eq!(missing.status, 422);
    assert!(missing.text().contains("Say where to meet"));
    let mut typed = GRACE.to_vec();
    typed.extend([
        ("place", "At the <pier>"),
        ("q_topic", "One\r\nTwo"),
        ("q_tea", "Tea"),
    ]);
    let hub = guest
        .post_and_follow(path, &borrowed(&filled(&form, &typed)))
        .await;
    assert!(hub.text().contains("At the <pier>") && !hub.body.contains("<pier>"));
    let booking = only_booking(&app, meet.org_id).await;
    assert_eq!(booking.answers.0[0].answer, "One\nTwo");
    assert_eq!(booking.answers.0[1].answer, "Tea");
}

async fn only_booking(app: &TestApp, org: crate::id::Id<crate::accounts::Org>) -> Booking {
    let mut reader = app.app.db.read().await.unwrap();
    let id = crate::db::sql("SELECT id FROM bookings")
        .one(&mut reader)
        .await
        .unwrap();
    crate::booking::store::booking(&mut reader, org, id)
        .await
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn what_fills_in_the_field_nobody_sees_books_nothing() {
    let app = TestApp::start().await;
    zoom_call(&app).await;
    let mut bot = app.browser();
    let form = form_at(&mut bot, TEN).await;
    let mut typed = GRACE.to_vec();
    typed.push(("website", "https://spam.example"));
    let answer = bot.post(FORM, &borrowed(&filled(&form, &typed))).await;
    assert_eq!(answer.status, 422);
    assert_eq!(app.rows("bookings").await, 0);
}

#[tokio::test]
async fn too_many_bookings_from_one_address_are_held_back() {
    let app = TestApp::start().await;
    zoom_call(&app).await;
    let mut bot = app.browser();
    let mut last = None;
    for _ in 0..31 {
        let form = form_at(&mut bot, "2026-05-05T03:00:00Z").await;
        let mut fields = filled(&form, &GRACE);
        fields.push(("start", TEN.to_owned()));
        last = Some(bot.post(FORM, &borrowed(&fields)).await);
    }
    let last = last.unwrap();
    assert_eq!(last.status, 429);
    assert!(
        last.text()
            .contains("Too many bookings from here. Try again in 10 minutes.")
    );
}

#[tokio::test]
async fn names_and_reasons_are_text_not_markup() {
    let app = TestApp::start().await;
    let org = app.org("Engines").await;
    let eve = app.person(org, "Eve", Role::User).await;
    let odd = app.offers(&eve, "odd", Location::InPerson).await;
    let script = "<script>alert(1)</script>";
    let id = (eve.id, odd.id);
    app.app
        .db
        .write::<_, anyhow::Error, _>(move |tx| {
            Box::pin(async move {
                crate::db::sql("UPDATE people SET name = $2 WHERE id = $1")
                    .bind(id.0)
                    .bind(script)
                    .run(tx)
                    .await?;
                crate::db::sql(
                    "UPDATE event_types SET title = $2, public_description = $2,
                        location_value = $2 WHERE id = $1",
                )
                .bind(id.1)
                .bind(script)
                .run(tx)
                .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    let mut guest = app.browser();
    let booking = app.books(&odd, script, "g@example.com", TEN).await;
    let hub = manage_path(&app.app, booking.id);
    let with = |page: &str| hub.replace('?', &format!("/{page}?"));
    let mut pages = vec!["/eve/odd".to_owned(), format!("/eve/odd/book?start={NOON}")];
    pages.extend([hub.clone(), with("cancel"), with("reschedule")]);
    pages.push(format!("{}&start={NOON}", with("reschedule")));
    let reason = Some(script.to_owned());
    for canceled in [false, true] {
        if canceled {
            cancel::cancel(&app.app, org, booking.id, By::Host, reason.clone())
                .await
                .unwrap();
        }
        for page in &pages {
            let answer = guest.get(page).await;
            assert!(!answer.body.contains("<script>alert"), "{page}");
            assert!(!answer.body.contains("style=\""), "{page}");
        }
    }
    assert!(guest.get(&hub).await.text().contains(script));
}

#[tokio::test]
async fn a_wrong_link_says_nothing() {
    let app = TestApp::start().await;
    let (_, intro) = zoom_call(&app).await;
    let booking = app.books(&intro, "Grace", "grace@example.com", TEN).await;
    let other = app.books(&intro, "Bob", "bob@example.com", NOON).await;
    let mut guest = app.browser();
    let stolen = manage_path(&app.app, other.id);
    let token = stolen.split("?t=").nth(1).unwrap();
    let nobody = "01890000-0000-7000-8000-000000000000";
    let missing = guest.get(&format!("/booking/{nobody}?t={token}")).await;
    for page in ["", "/link", "/invite.ics", "/reschedule", "/cancel"] {
        for query in [format!("?t={token}"), "?t=".to_owned(), String::new()] {
            let answer = guest
                .get(&format!("/booking/{}{page}{query}", booking.id))
                .await;
            assert_eq!(answer.status, 404, "{page}{query}");
            assert_eq!(answer.body, missing.body, "{page}{query}");
        }
    }
    for page in ["/reschedule", "/cancel"] {
        let path = format!("/booking/{}{page}?t={token}", booking.id);
        assert_eq!(guest.post(&path, &[("start", NOON)]).await.status, 404);
    }
    assert_eq!(app.booking(&booking).await.status, Status::Confirmed);
}

#[tokio::test]
async fn a_get_changes_nothing_however_often_it_comes() {
    let app = TestApp::start().await;
    let (_, intro) = zoom_call(&app).await;
    let booking = app.books(&intro, "Grace", "grace@example.com", TEN).await;
    let hub = manage_path(&app.app, booking.id);
    let with = |page: &str| hub.replace('?', &format!("/{page}?"));
    let mut pages = vec![
        "/ada-lovelace/intro-call".to_owned(),
        "/ada-lovelace/intro-call?month=2026-06&tz=Asia/Tokyo".to_owned(),
        format!("{FORM}?start={NOON}"),
        format!("{FORM}?start={TEN}"),
        hub.clone(),
        format!("{}&start={NOON}", with("reschedule")),
    ];
    pages.extend(["link", "invite.ics", "reschedule", "cancel"].map(with));
    let tables = [
        "people", "meetings", "busy", "bookings", "jobs", "letters", "tries", "told", "seen",
    ];
    let before = counts(&app, &tables).await;
    let as_it_was = format!("{:?}", app.booking(&booking).await);
    let mut guest = app.browser();
    for page in pages.iter().chain(&pages) {
        let answer = guest.get(page).await;
        assert!(
            answer.status.as_u16() < 500 && answer.status != 404,
            "{page}"
        );
    }
    assert_eq!(counts(&app, &tables).await, before);
    assert_eq!(format!("{:?}", app.booking(&booking).await), as_it_was);
}

async fn counts(app: &TestApp, tables: &[&'static str]) -> BTreeMap<&'static str, i64> {
    let mut counts = BTreeMap::new();
    for table in tables {
        counts.insert(*table, app.rows(table).await);
    }
    counts
}

#[tokio::test]
async fn a_change_of_zone_keeps_the_instant() {
    let app = TestApp::start().await;
    zoom_call(&app).await;
    let mut guest = app.browser();
    let madrid = guest.get("/ada-lovelace/intro-call?date=2026-05-05").await;
    let tokyo = guest
        .get("/ada-lovelace/intro-call?date=2026-05-05&tz=Asia%2FTokyo")
        .await;
    assert!(tokyo.text().contains("shown in Tokyo time"));
    let instant = format!("start={}", TEN.replace(':', "%3A"));
    assert_eq!(madrid.links(&instant).len(), 1);
    let link = &tokyo.links(&instant)[0];
    let form = guest.get(link).await;
    assert!(
        form.text()
            .contains("Tuesday 5 May 2026, 17:00 to 17:42 Tokyo time (UTC+9)")
    );
    let hub = guest
        .post_and_follow(FORM, &borrowed(&filled(&form, &GRACE)))
        .await;
    assert!(hub.text().contains("17:00 to 17:42 Tokyo time (UTC+9)"));
    let booking = only_booking(&app, app_org(&app).await).await;
    assert_eq!(booking.starts_at.to_string(), TEN);
    assert_eq!(booking.invitee_timezone.name(), "Asia/Tokyo");
    // A browser that has told its zone gets it without asking; nonsense counts as nothing.
    guest.keep("tz", "America/New_York");
    let told = guest.get("/ada-lovelace/intro-call?date=2026-05-06").await;
    assert!(told.text().contains("shown in New York time"));
    guest.keep("tz", "Mars/Olympus");
    let odd = guest
        .get("/ada-lovelace/intro-call?date=2026-05-06&tz=../x&month=%00")
        .await;
    assert!(odd.text().contains("shown in Madrid time"));
}

async fn app_org(app: &TestApp) -> crate::id::Id<crate::accounts::Org> {
    let mut reader = app.app.db.read().await.unwrap();
    crate::db::sql("SELECT id FROM orgs")
        .one(&mut reader)
        .await
        .unwrap()
}

#[tokio::test]
async fn on_the_day_the_clocks_change_each_time_says_its_offset() {
    let app = TestApp::start().await;
    let (_, intro) = zoom_call(&app).await;
    app.sets(&intro, "horizon_days", Some(200)).await;
    let mut guest = app.browser();
    // In Cairo the clocks go back at the end of Thursday 29 October 2026.
    let cairo = guest
        .get("/ada-lovelace/intro-call?date=2026-10-29&tz=Africa%2FCairo")
        .await;
    assert!(cairo.text().contains("11:00 (UTC+3)"), "{}", cairo.text());
    let winter = guest
        .get("/ada-lovelace/intro-call?date=2026-10-26&tz=Europe%2FMadrid")
        .await;
    let first = format!("start={}", "2026-10-26T08:00:00Z".replace(':', "%3A"));
    assert_eq!(
        winter.links(&first).len(),
        1,
        "nine in Madrid is 08:00 UTC in winter"
    );
    let summer = guest
        .get("/ada-lovelace/intro-call?date=2026-10-23&tz=Europe%2FMadrid")
        .await;
    let first = format!("start={}", "2026-10-23T07:00:00Z".replace(':', "%3A"));
    assert_eq!(summer.links(&first).len(), 1, "and 07:00 UTC in summer");
}

#[tokio::test]
async fn months_without_times_and_hosts_without_hours_say_what_is_next() {
    let app = TestApp::start().await;
    let (_, intro) = zoom_call(&app).await;
    let mut guest = app.browser();
    app.sets(&intro, "notice_minutes", Some(7 * 24 * 60)).await;
    let soon = guest.get("/ada-lovelace/intro-call?date=2026-05-05").await;
    let text = soon.text();
    assert!(
        text.contains(
            "No free times on Tuesday 5 May. The next free time is Monday 11 May, 10:00 ."
        ),
        "{text}"
    );
    app.sets(&intro, "notice_minutes", Some(0)).await;
    app.sets(&intro, "max_per_week", Some(1)).await;
    app.books(&intro, "Grace", "grace@example.com", TEN).await;
    let full = guest.get("/ada-lovelace/intro-call?date=2026-05-06").await;
    assert!(
        full.text().contains(
            "Ada takes no more bookings that week. The next free time is Monday 11 May, 09:00 ."
        ),
        "{}",
        full.text()
    );
    app.sets(&intro, "max_per_month", Some(1)).await;
    let may = guest.get("/ada-lovelace/intro-call?month=2026-05").await;
    assert!(
        may.text()
            .contains("No free times in May. The next free time is Monday 1 June, 09:00 .")
    );
    app.app
        .db
        .write::<_, anyhow::Error, _>(|tx| {
            Box::pin(async move {
                crate::db::sql("UPDATE schedules SET weekly = '[[],[],[],[],[],[],[]]'")
                    .run(tx)
                    .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    let none = guest.get("/ada-lovelace/intro-call").await;
    assert!(
        none.text()
            .contains("No times available. Ada has nothing open in the next 60 days.")
    );
    app.sets(&intro, "horizon_days", Some(1)).await;
    let none = guest.get("/ada-lovelace/intro-call").await;
    let words = "Ada has nothing open today or tomorrow.";
    assert!(none.text().contains(words), "{}", none.text());
    app.sets(&intro, "disabled_at", Some(1)).await;
    for path in ["/ada-lovelace/intro-call", FORM] {
        let off = guest.get(path).await;
        assert_eq!(off.status, 404);
        let words =
            "This meeting isn’t open for booking. Ada has no other meetings open right now.";
        assert!(off.text().contains(words), "{}", off.text());
    }
    assert_eq!(guest.get("/ada-lovelace/nothing").await.status, 404);
    assert_eq!(guest.get("/nobody/intro-call").await.status, 404);
}

#[tokio::test]
async fn who_finds_nothing_is_led_to_what_else_is_open() {
    let app = TestApp::start().await;
    let (ada, intro) = zoom_call(&app).await;
    let walk = app.offers(&ada, "Walk", Location::Phone).await;
    let team = app.team("Engineers", &[&ada]).await;
    let demo = app.offers(&ada, "Demo", Location::Phone).await;
    app.edits(&demo, |it| {
        it.kind = Kind::RoundRobin;
        it.team_id = Some(team.id);
    })
    .await;
    let mut guest = app.browser();
    app.sets(&intro, "notice_minutes", Some(7 * 24 * 60)).await;
    app.sets(&intro, "horizon_days", Some(1)).await;
    let path = "/ada-lovelace/intro-call?embed=1";
    for _closed_then_off in 0..2 {
        let none = guest.get(path).await;
        assert!(none.text().contains("See Ada’s other meetings"));
        assert_eq!(none.links("/ada-lovelace?"), ["/ada-lovelace?embed=1"]);
        app.sets(&intro, "disabled_at", Some(1)).await;
    }
    app.sets(&walk, "disabled_at", Some(1)).await;
    assert!(guest.get(path).await.links("/ada-lovelace?").is_empty());
    // What is open with a team is not open with her.
    app.sets(&demo, "disabled_at", Some(1)).await;
    let off = guest.get("/team/engineers/demo").await.text();
    assert!(off.contains("Engineers has no other meetings open right now."));
}

#[tokio::test]
async fn a_month_that_cannot_be_shown_is_named_beside_the_one_that_is() {
    let app = TestApp::start().await;
    zoom_call(&app).await;
    let mut guest = app.browser();
    for (month, words) in [
        ("2031-05", "May 2031 isn’t open yet. Showing July 2026."),
        ("2025-12", "December 2025 is over. Showing May 2026."),
    ] {
        let path = format!("/ada-lovelace/intro-call?month={month}");
        let text = guest.get(&path).await.text();
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[tokio::test]
async fn a_booking_that_began_or_is_over_or_fixed_says_so() {
    let app = TestApp::start().await;
    let (_, intro) = zoom_call(&app).await;
    let booking = app.books(&intro, "Grace", "grace@example.com", TEN).await;
    let hub = manage_path(&app.app, booking.id);
    let with = |page: &str| hub.replace('?', &format!("/{page}?"));
    let mut guest = app.browser();
    app.sets(&intro, "reschedule_disabled_at", Some(1)).await;
    let fixed = guest.get(&with("reschedule")).await;
    assert_eq!(fixed.status, 409);
    assert!(fixed.text().contains(
        "Ada doesn’t take changes for this meeting. You can still cancel, or write to them."
    ));
    assert!(guest.get(&hub).await.links("/reschedule").is_empty());
    assert_eq!(
        guest
            .post(&with("reschedule"), &[("start", NOON)])
            .await
            .status,
        409
    );
    app.app.clock.advance(hours(24) + minutes(1));
    assert!(
        guest
            .get(&hub)
            .await
            .text()
            .contains("This meeting has started.")
    );
    for page in ["cancel", "reschedule"] {
        assert_eq!(guest.get(&with(page)).await.location(), hub);
        assert_eq!(
            guest.post(&with(page), &[("start", NOON)]).await.location(),
            hub
        );
    }
    app.app.clock.advance(hours(1));
    assert!(
        guest
            .get(&hub)
            .await
            .text()
            .contains("This meeting is over.")
    );
    assert_eq!(app.booking(&booking).await.status, Status::Confirmed);
}

#[tokio::test]
async fn the_calendar_file_and_the_links_tell_the_same_event() {
    let app = TestApp::start().await;
    let (_, intro) = zoom_call(&app).await;
    let booking = app.books(&intro, "Grace", "grace@example.com", TEN).await;
    let hub_path = manage_path(&app.app, booking.id);
    let mut guest = app.browser();
    let hub = guest.get(&hub_path).await;
    let file = guest.get(&hub.links("invite.ics")[0]).await;
    assert_eq!(file.headers["content-type"], "text/calendar; charset=utf-8");
    assert_eq!(file.headers["cache-control"], "no-store");
    for line in [
        "METHOD:PUBLISH",
        "SEQUENCE:0",
        "DTSTART:20260505T080000Z",
        "SUMMARY:Intro call: Grace and Ada Lovelace",
    ] {
        assert!(file.body.contains(line), "{line}: {}", file.body);
    }
    assert!(
        file.body
            .contains(&format!("UID:{}@meet.test", booking.meeting_id))
    );
    assert!(!file.body.contains("ATTENDEE"));
    for site in [
        "calendar.google.com",
        "outlook.live.com",
        "outlook.office.com",
    ] {
        assert_eq!(hub.links(site).len(), 1, "{site}");
    }
    let state = guest.get(&hub_path.replace('?', "/link?")).await;
    assert_eq!(state.headers["cache-control"], "no-store");
    assert!(state.headers.contains_key("x-link-state"));
}
