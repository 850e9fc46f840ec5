//! Event types as their owner and the public see them.

use jiff::Timestamp;

use crate::accounts::{Org, Person, Role};
use crate::config::Given;
use crate::db::{DbError, sql};
use crate::event_types::{Answer, EventType, Location, store};
use crate::id::Id;
use crate::rollout::{self, Rollout};
use crate::testing::TestApp;
use crate::testing::browser::Browser;

/// An app with a Zoom app that is on for the org and where nobody is connected, with Ada, and her
/// browser.
async fn ada() -> (TestApp, Person, Browser) {
    let app = TestApp::start_with(Given {
        zoom_client_id: Some("client".to_owned()),
        zoom_client_secret: Some("secret".to_owned()),
        ..Given::default()
    })
    .await;
    let org = app.org("Engines").await;
    switch_zoom(&app, org, Some(app.now())).await;
    let ada = app.person(org, "Ada Lovelace", Role::User).await;
    let browser = app.browser_of(&ada).await;
    (app, ada, browser)
}

async fn switch_zoom(app: &TestApp, org: Id<Org>, enabled_at: Option<Timestamp>) {
    let rollout = Rollout {
        enabled_at,
        ..Rollout::off(org)
    };
    app.app
        .db
        .write::<_, DbError, _>(move |tx| {
            Box::pin(async move { rollout::store::save(tx, &rollout).await })
        })
        .await
        .unwrap();
}

/// Makes an event type through its form; answers the path of its editor.
async fn offers(browser: &mut Browser, title: &str) -> String {
    let made = browser
        .post(
            "/360/events",
            &[("title", title), ("minutes", "42"), ("location", "zoom")],
        )
        .await;
    assert_eq!(made.status, 303, "{}", made.text());
    made.location().to_owned()
}

async fn stored(app: &TestApp, owner: &Person, path: &str) -> Option<EventType> {
    let id: Id<EventType> = path.rsplit('/').next().unwrap().parse().unwrap();
    let mut reader = app.app.db.read().await.unwrap();
    store::edited_by(&mut reader, owner.org_id, owner, id)
        .await
        .unwrap()
}

const GENERAL: [(&str, &str); 7] = [
    ("title", "Intro call"),
    ("slug", "intro-call"),
    ("minutes", "42"),
    ("location", "zoom"),
    ("color", "#7c3aed"),
    ("public_description", ""),
    ("internal_description", ""),
];

const LIMITS: [(&str, &str); 9] = [
    ("horizon_days", "15"),
    ("notice", "4"),
    ("notice_unit", "hours"),
    ("buffer_before", "15"),
    ("buffer_after", "15"),
    ("increment", "42"),
    ("max_per_day", ""),
    ("max_per_week", ""),
    ("max_per_month", ""),
];

/// The form with some fields typed differently.
fn with<'a>(form: &[(&'a str, &'a str)], typed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields: Vec<_> = form
        .iter()
        .copied()
        .filter(|(name, _)| !typed.iter().any(|(other, _)| other == name))
        .collect();
    fields.extend(typed);
    fields
}

#[tokio::test]
async fn a_new_event_type_has_working_defaults_and_a_slug_made_from_its_name() {
    let (app, ada, mut browser) = ada().await;
    let empty = browser.get("/360/events").await;
    assert!(empty.text().contains("No event types yet."));
    assert_eq!(empty.links("/360/events/new").len(), 1);
    let form = browser.get("/360/events?new=1").await;
    assert_eq!(form.field("minutes").unwrap(), "42");
    assert!(form.text().contains("meet.test/ada-lovelace/"));

    let path = offers(&mut browser, "Ada’s intro call").await;
    let it = stored(&app, &ada, &path).await.unwrap();
    assert_eq!(it.slug, "adas-intro-call");
    assert_eq!(
        (it.minutes, it.buffer_before, it.buffer_after),
        (42, 15, 15)
    );
    assert_eq!(
        (it.notice_minutes, it.horizon_days, it.increment),
        (240, 15, 42)
    );
    assert_eq!(
        (it.max_per_day, it.max_per_week, it.max_per_month),
        (None, None, None)
    );
    assert!(it.is_on() && it.location == Location::Zoom && it.schedule_id.is_none());

    let editor = browser.get(&path).await;
    assert!(editor.text().contains(
        "Your event type is ready. Bookings will have no Zoom link until an account is connected."
    ));
    let list = browser.get("/360/events").await;
    assert!(list.text().contains("42 min · Zoom"));
    assert!(
        list.body
            .contains("data-copy=\"http://meet.test/ada-lovelace/adas-intro-call\"")
    );
}

#[tokio::test]
async fn a_name_without_latin_letters_asks_for_a_slug() {
    let (_app, _ada, mut browser) = ada().await;
    let fields = [("title", "山田"), ("minutes", "42"), ("location", "zoom")];
    let page = browser.post("/360/events", &fields).await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("Enter a URL slug"));
    assert_eq!(page.field("title").unwrap(), "山田");
}

#[tokio::test]
async fn the_line_under_the_location_says_that_nobody_is_connected() {
    let (_app, _ada, mut browser) = ada().await;
    let path = offers(&mut browser, "Intro call").await;
    let editor = browser.get(&path).await;
    assert!(editor.body.contains(
        "Zoom links require a connected Zoom account. Connect one, or pick a different location."
    ));
    let back = format!(
        "%2F360%2Fevents%2F{}%3Flocation%3Dzoom",
        path.rsplit('/').next().unwrap()
    );
    assert!(editor.body.contains(&format!(
        "<a href=\"/360/integrations/zoom/connect?back={back}\">Connect Zoom\u{a0}→</a>"
    )));
    let order: Vec<usize> = [
        ">Zoom</option>",
        ">Google Meet (connect a calendar first)</option>",
        ">Microsoft Teams (connect a calendar first)</option>",
        ">Phone</option>",
        ">In person</option>",
        ">Custom URL</option>",
        ">Ask the invitee</option>",
    ]
    .iter()
    .map(|option| {
        editor
            .body
            .find(option)
            .unwrap_or_else(|| panic!("{option}"))
    })
    .collect();
    assert!(order.is_sorted());
    let saved = browser.post_and_follow(&path, &GENERAL).await;
    assert!(
        saved
            .text()
            .contains("Saved. Bookings will have no Zoom link until an account is connected.")
    );
}

#[tokio::test]
async fn a_slug_is_its_owners_once_and_free_again_after_a_deletion() {
    let (app, ada, mut browser) = ada().await;
    let demo = offers(&mut browser, "Demo").await;
    let intro = offers(&mut browser, "Intro call").await;
    let clash = browser
        .post(
            &intro,
            &with(&GENERAL, &[("slug", "demo"), ("title", "Kept as typed")]),
        )
        .await;
    assert_eq!(clash.status, 422);
    assert!(clash.text().contains("One thing to fix"));
    assert!(
        clash
            .text()
            .contains("That slug is taken by your event type Demo.")
    );
    assert_eq!(clash.field("title").unwrap(), "Kept as typed");
    assert_eq!(stored(&app, &ada, &intro).await.unwrap().slug, "intro-call");
    let again = [("title", "Demo"), ("minutes", "30"), ("location", "zoom")];
    let clash = browser.post("/360/events", &again).await;
    assert!(
        clash
            .text()
            .contains("That slug is taken by your event type Demo.")
    );

    // Another person's slugs are their own.
    let grace = app.person(ada.org_id, "Grace Hopper", Role::User).await;
    offers(&mut app.browser_of(&grace).await, "Demo").await;

    let question = browser.get(&format!("{demo}/delete")).await;
    assert!(question.text().contains("Delete Demo?"));
    assert!(
        question
            .text()
            .contains("No meeting of it is still to come.")
    );
    let list = browser
        .post_and_follow(&format!("{demo}/delete"), &[])
        .await;
    assert!(list.text().contains("Demo is deleted."));
    assert!(stored(&app, &ada, &demo).await.is_none());
    assert_eq!(browser.get(&demo).await.status, 404);
    assert_eq!(
        browser.post(&format!("{demo}/delete"), &[]).await.status,
        404
    );
    // What was booked goes on naming it.
    let id: Id<EventType> = demo.rsplit('/').next().unwrap().parse().unwrap();
    let mut reader = app.app.db.read().await.unwrap();
    let kept = store::find(&mut reader, ada.org_id, id).await.unwrap();
    assert_eq!(kept.unwrap().title, "Demo");
    drop(reader);
    offers(&mut browser, "Demo").await;
}

#[tokio::test]
async fn the_index_stands_behind_the_check_of_slugs() {
    let (app, ada, mut browser) = ada().await;
    let path = offers(&mut browser, "Demo").await;
    let mut copy = stored(&app, &ada, &path).await.unwrap();
    copy.id = app.app.entropy.id(app.now());
    let refused = app
        .app
        .db
        .write::<_, DbError, _>(move |tx| Box::pin(async move { store::insert(tx, &copy).await }))
        .await
        .unwrap_err();
    assert!(refused.is_unique());
}

#[tokio::test]
async fn what_general_refuses_has_its_sentence_and_loses_nothing() {
    let (app, ada, mut browser) = ada().await;
    let path = offers(&mut browser, "Intro call").await;
    let before = stored(&app, &ada, &path).await.unwrap();
    let long = "x".repeat(2001);
    let rows: &[(&str, &str, &str)] = &[
        ("title", "  ", "Enter a name."),
        (
            "title",
            &long[..101],
            "Use at most 100 characters. This has 101.",
        ),
        (
            "slug",
            "Intro Call",
            "Use 1 to 64 lowercase letters, digits and hyphens, like intro-call.",
        ),
        (
            "slug",
            "",
            "Use 1 to 64 lowercase letters, digits and hyphens, like intro-call.",
        ),
        ("minutes", "9", "A meeting lasts 10 to 120 minutes."),
        ("minutes", "121", "A meeting lasts 10 to 120 minutes."),
        ("minutes", "forty-two", "A meeting lasts 10 to 120 minutes."),
        ("color", "#ffffff", "Choose one of the colors."),
        ("location", "webex", "Choose one of the locations."),
        (
            "location",
            "google_meet",
            "Google Meet needs a connected calendar, which there is none of yet. Pick a different location.",
        ),
        (
            "location",
            "microsoft_teams",
            "Microsoft Teams needs a connected calendar, which there is none of yet. Pick a different location.",
        ),
        (
            "location",
            "phone",
            "Enter who calls whom, and the number to call.",
        ),
        ("location", "in_person", "Enter the address where you meet."),
        (
            "location",
            "custom_url",
            "Enter a full address that begins with https://.",
        ),
        (
            "public_description",
            &long,
            "Use at most 2000 characters. This has 2001.",
        ),
        (
            "internal_description",
            &long,
            "Use at most 2000 characters. This has 2001.",
        ),
    ];
    for (field, typed, sentence) in rows {
        let page = browser
            .post(
                &path,
                &with(
                    &GENERAL,
                    &[(field, typed), ("internal_description", "Mine")],
                ),
            )
            .await;
        let page = if *field == "internal_description" {
            browser
                .post(&path, &with(&GENERAL, &[(field, typed)]))
                .await
        } else {
            assert!(page.body.contains(">Mine</textarea>"), "{field}");
            page
        };
        assert_eq!(page.status, 422, "{field} {typed}");
        assert!(
            page.text().contains(sentence),
            "{field} {typed}: {}",
            page.text()
        );
        if !["location", "color"].contains(field) {
            assert!(page.body.contains(typed), "{field} lost what was typed");
        }
    }
    for url in [
        "http://meet.example/ada",
        "meet.example",
        "javascript:alert(1)",
        "https://a:b@meet.example/",
    ] {
        let typed = [("location", "custom_url"), ("custom_url", url)];
        let page = browser.post(&path, &with(&GENERAL, &typed)).await;
        assert!(
            page.text()
                .contains("Enter a full address that begins with https://."),
            "{url}"
        );
        assert_eq!(page.field("custom_url").unwrap(), url);
    }
    let after = stored(&app, &ada, &path).await.unwrap();
    assert_eq!(format!("{before:?}"), format!("{after:?}"));
}

#[tokio::test]
async fn a_place_is_saved_with_the_field_it_needs() {
    let (app, ada, mut browser) = ada().await;
    let path = offers(&mut browser, "Intro call").await;
    let rows = [
        ("phone", "phone", "I call you", Location::Phone),
        (
            "in_person",
            "address",
            "12 Dorset Street",
            Location::InPerson,
        ),
        (
            "custom_url",
            "custom_url",
            "https://meet.example/ada",
            Location::CustomUrl,
        ),
    ];
    for (word, field, value, location) in rows {
        let typed = [("location", word), (field, value)];
        browser
            .post_and_follow(&path, &with(&GENERAL, &typed))
            .await;
        let it = stored(&app, &ada, &path).await.unwrap();
        assert_eq!(
            (it.location, it.location_value.as_deref()),
            (location, Some(value))
        );
        assert_eq!(browser.get(&path).await.field(field).unwrap(), value);
    }
    let asked = browser
        .post_and_follow(&path, &with(&GENERAL, &[("location", "ask_invitee")]))
        .await;
    assert!(asked.text().contains("Saved."));
    assert!(!asked.text().contains("Saved. B"));
    let it = stored(&app, &ada, &path).await.unwrap();
    assert_eq!(
        (it.location, it.location_value),
        (Location::AskInvitee, None)
    );
}

#[tokio::test]
async fn going_away_from_zoom_says_what_becomes_of_links_already_made() {
    let (_app, _ada, mut browser) = ada().await;
    let path = offers(&mut browser, "Intro call").await;
    let saved = browser
        .post_and_follow(&path, &with(&GENERAL, &[("location", "ask_invitee")]))
        .await;
    assert!(
        saved
            .text()
            .contains("Saved. Bookings already made keep their Zoom links.")
    );
}

#[tokio::test]
async fn what_limits_refuses_has_its_sentence_and_loses_nothing() {
    let (app, ada, mut browser) = ada().await;
    let path = offers(&mut browser, "Intro call").await;
    let limits = format!("{path}/limits");
    let rows: &[(&str, &str, &str)] = &[
        (
            "horizon_days",
            "0",
            "The date range goes from 1 to 365 days.",
        ),
        (
            "horizon_days",
            "366",
            "The date range goes from 1 to 365 days.",
        ),
        (
            "notice",
            "-1",
            "The minimum notice goes from 0 minutes to 7 days.",
        ),
        (
            "notice",
            "169",
            "The minimum notice goes from 0 minutes to 7 days.",
        ),
        (
            "notice",
            "9223372036854775807",
            "The minimum notice goes from 0 minutes to 7 days.",
        ),
        ("notice_unit", "years", "Choose minutes, hours or days."),
        (
            "buffer_before",
            "7",
            "Choose a buffer of 0, 5, 10, 15, 30, 45 or 60 minutes.",
        ),
        (
            "buffer_after",
            "61",
            "Choose a buffer of 0, 5, 10, 15, 30, 45 or 60 minutes.",
        ),
        (
            "increment",
            "0",
            "The start time increment goes from 1 to 120 minutes.",
        ),
        (
            "increment",
            "121",
            "The start time increment goes from 1 to 120 minutes.",
        ),
        (
            "max_per_day",
            "0",
            "Enter a whole number from 1 to 999, or leave it empty for no limit.",
        ),
        (
            "max_per_week",
            "1000",
            "Enter a whole number from 1 to 999, or leave it empty for no limit.",
        ),
        (
            "max_per_month",
            "many",
            "Enter a whole number from 1 to 999, or leave it empty for no limit.",
        ),
    ];
    for (field, typed, sentence) in rows {
        let mut fields = with(&LIMITS, &[(field, typed)]);
        if *field != "max_per_month" {
            fields = with(&fields, &[("max_per_month", "77")]);
        }
        let page = browser.post(&limits, &fields).await;
        assert_eq!(page.status, 422, "{field} {typed}");
        assert!(
            page.text().contains(sentence),
            "{field} {typed}: {}",
            page.text()
        );
        if *field != "max_per_month" {
            assert_eq!(page.field("max_per_month").unwrap(), "77");
        }
    }
    assert_eq!(stored(&app, &ada, &path).await.unwrap().max_per_month, None);

    let edges = [
        ("horizon_days", "365"),
        ("notice", "7"),
        ("notice_unit", "days"),
        ("buffer_before", "0"),
        ("buffer_after", "60"),
        ("increment", "1"),
        ("max_per_day", "3"),
    ];
    browser
        .post_and_follow(&limits, &with(&LIMITS, &edges))
        .await;
    let it = stored(&app, &ada, &path).await.unwrap();
    assert_eq!((it.horizon_days, it.notice_minutes), (365, 7 * 24 * 60));
    assert_eq!(
        (it.buffer_before, it.buffer_after, it.increment),
        (0, 60, 1)
    );
    assert_eq!((it.max_per_day, it.max_per_week), (Some(3), None));
    let page = browser.get(&limits).await;
    assert_eq!(page.field("notice").unwrap(), "7");
    assert!(page.body.contains("<option value=\"days\" selected>"));
}

#[tokio::test]
async fn questions_are_added_moved_and_removed_by_plain_buttons() {
    let (app, ada, mut browser) = ada().await;
    let path = offers(&mut browser, "Intro call").await;
    let form = format!("{path}/form");
    let page = browser.post(&form, &[("do", "add")]).await;
    let first = page.field("question").unwrap();
    let (label, kind) = (format!("label_{first}"), format!("form_{first}"));
    let typed = [
        ("question", first.as_str()),
        (&label, "What is it about?"),
        (&kind, "long"),
        ("do", "add"),
        ("guests", "on"),
    ];
    let page = browser.post(&form, &typed).await;
    assert_eq!(page.field(&label).unwrap(), "What is it about?");
    let ids: Vec<String> = page
        .body
        .split("name=\"question\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 2);
    assert!(ids[0] == first && ids[1] != first);
    assert!(
        stored(&app, &ada, &path)
            .await
            .unwrap()
            .questions
            .0
            .is_empty()
    );

    let (label2, kind2) = (format!("label_{}", ids[1]), format!("form_{}", ids[1]));
    let (choices2, required2) = (
        format!("choices_{}", ids[1]),
        format!("required_{}", ids[1]),
    );
    let up = format!("up:{}", ids[1]);
    let mut typed = vec![
        ("question", ids[0].as_str()),
        ("question", ids[1].as_str()),
        (&label, "What is it about?"),
        (&kind, "long"),
        (&label2, "How big is your team?"),
        (&kind2, "choice"),
        (&choices2, "Small"),
        (&required2, "on"),
        ("guests", "on"),
    ];
    let moved = browser.post(&form, &with(&typed, &[("do", &up)])).await;
    assert!(moved.body.find(&label2) < moved.body.find(&label));
    let refused = browser.post(&form, &with(&typed, &[("do", "save")])).await;
    assert!(
        refused
            .text()
            .contains("Enter 2 to 30 different choices, one on each line.")
    );
    typed[6].1 = "Small\r\nBig\r\n\r\nBig";
    browser.post_and_follow(&form, &typed).await;
    let it = stored(&app, &ada, &path).await.unwrap();
    assert_eq!(it.questions.0.len(), 2);
    assert_eq!(it.questions.0[0].form, Answer::Long);
    assert!(!it.questions.0[0].required && it.questions.0[1].required);
    assert_eq!(it.questions.0[1].choices, ["Small", "Big"]);
    assert!(it.guests_allowed_at.is_some() && it.reschedule_disabled_at.is_none());

    let page = browser.get(&form).await;
    assert!(page.body.contains("Small\nBig</textarea>"));
    let remove = format!("remove:{first}");
    let left = browser.post(&form, &with(&typed, &[("do", &remove)])).await;
    assert!(!left.body.contains(&label) && left.body.contains(&label2));
    let none = browser
        .post_and_follow(&form, &[("reschedule_disabled", "on")])
        .await;
    assert!(none.text().contains("Saved."));
    let it = stored(&app, &ada, &path).await.unwrap();
    assert!(it.questions.0.is_empty() && it.guests_allowed_at.is_none());
    assert!(it.reschedule_disabled_at.is_some());
}

#[tokio::test]
async fn there_are_ten_questions_at_most_and_none_without_words() {
    let (_app, _ada, mut browser) = ada().await;
    let path = offers(&mut browser, "Intro call").await;
    let form = format!("{path}/form");
    let ids: Vec<String> = (0..11).map(|n| format!("q{n}")).collect();
    let ten: Vec<(&str, &str)> = ids[..10]
        .iter()
        .map(|id| ("question", id.as_str()))
        .collect();
    let full = browser.post(&form, &with(&ten, &[("do", "add")])).await;
    assert!(
        full.text()
            .contains("An event type has at most 10 questions.")
    );
    assert!(!full.body.contains("Add a question"));
    let eleven: Vec<(&str, &str)> = ids.iter().map(|id| ("question", id.as_str())).collect();
    let refused = browser.post(&form, &eleven).await;
    assert!(
        refused
            .text()
            .contains("An event type has at most 10 questions.")
    );
    let empty = browser
        .post(&form, &[("question", "a"), ("form_a", "short")])
        .await;
    assert!(empty.text().contains("Enter the question, or remove it."));
}

#[tokio::test]
async fn nobody_opens_the_event_type_of_another_person() {
    let (app, ada, mut browser) = ada().await;
    let path = offers(&mut browser, "Intro call").await;
    let grace = app.person(ada.org_id, "Grace Hopper", Role::User).await;
    let other_org = app.org("Ships").await;
    let joan = app.person(other_org, "Joan Clarke", Role::Admin).await;
    for person in [&grace, &joan] {
        let mut browser = app.browser_of(person).await;
        for tab in ["", "/schedule", "/limits", "/form", "/delete"] {
            let path = format!("{path}{tab}");
            assert_eq!(browser.get(&path).await.status, 404, "{path}");
            assert_eq!(browser.post(&path, &GENERAL).await.status, 404, "{path}");
        }
        let switch = format!("{path}/switch");
        assert_eq!(browser.post(&switch, &[("on", "0")]).await.status, 404);
    }
    assert_eq!(browser.get("/360/events/not-an-id").await.status, 404);
    assert!(stored(&app, &ada, &path).await.unwrap().is_on());
    let stranger = app.browser().get(&path).await;
    assert!(stranger.location().starts_with("/sign-in?back="));
}

#[tokio::test]
async fn the_profile_lists_what_is_on() {
    let (app, ada, mut browser) = ada().await;
    let mut guest = app.browser();
    let empty = guest.get("/ada-lovelace").await;
    assert!(
        empty
            .text()
            .contains("Ada has no meetings open for booking right now.")
    );
    let intro = offers(&mut browser, "Intro call").await;
    app.advance(crate::clock::seconds(1));
    offers(&mut browser, "Office hours").await;
    let profile = guest.get("/ada-lovelace").await;
    assert_eq!(profile.headers["x-robots-tag"], "noindex");
    assert!(
        profile
            .text()
            .contains("Pick a meeting to see times. Intro call 42 min · Zoom"),
        "{}",
        profile.text()
    );
    assert_eq!(profile.links("/ada-lovelace/intro-call").len(), 1);

    let switch = format!("{intro}/switch");
    let off = browser.post_and_follow(&switch, &[("on", "0")]).await;
    assert!(off.text().contains("Intro call is off."));
    let profile = guest.get("/ada-lovelace").await;
    assert!(!profile.text().contains("Intro call") && profile.text().contains("Office hours"));
    browser.post_and_follow(&switch, &[("on", "1")]).await;
    assert!(
        guest
            .get("/ada-lovelace")
            .await
            .text()
            .contains("Intro call")
    );

    assert_eq!(guest.get("/nobody-here").await.status, 404);
    let id = ada.id;
    app.app
        .db
        .write::<_, DbError, _>(move |tx| {
            Box::pin(async move {
                sql("UPDATE people SET deactivated_at = 1 WHERE id = $1")
                    .bind(id)
                    .run(tx)
                    .await
            })
        })
        .await
        .unwrap();
    let gone = guest.get("/ada-lovelace").await;
    assert_eq!(gone.status, 404);
    assert!(
        gone.text()
            .contains("Check the address for typing mistakes.")
    );
}

#[tokio::test]
async fn names_are_shown_as_text() {
    let (_app, _ada, mut browser) = ada().await;
    let evil = "<script>alert(1)</script>";
    let path = offers(&mut browser, evil).await;
    let typed = [
        ("title", evil),
        ("slug", "evil"),
        ("public_description", evil),
    ];
    browser
        .post_and_follow(&path, &with(&GENERAL, &typed))
        .await;
    for path in [path.as_str(), "/360/events", "/ada-lovelace"] {
        let page = browser.get(path).await;
        assert!(!page.body.contains(evil), "{path}");
        assert!(page.body.contains("&#60;script&#62;alert(1)"), "{path}");
    }
}

#[tokio::test]
async fn zoom_off_for_the_org_stays_only_where_it_is_chosen_already() {
    let (app, ada, mut browser) = ada().await;
    let with_zoom = offers(&mut browser, "Intro call").await;
    let without = offers(&mut browser, "Demo").await;
    let asked = [
        ("title", "Demo"),
        ("slug", "demo"),
        ("location", "ask_invitee"),
    ];
    browser
        .post_and_follow(&without, &with(&GENERAL, &asked))
        .await;
    switch_zoom(&app, ada.org_id, None).await;

    let off = "Zoom is off for your organization, so no links are created. Ask an admin to turn it on, \
               or pick a different location.";
    let page = browser.get(&with_zoom).await;
    assert!(page.text().contains(off));
    assert!(
        page.body
            .contains("<option value=\"zoom\" selected>Zoom</option>")
    );
    let saved = browser.post_and_follow(&with_zoom, &GENERAL).await;
    assert!(saved.text().contains(
        "Saved. Bookings will have no Zoom link until Zoom is turned on for your organization."
    ));

    let disabled = "<option value=\"zoom\" disabled>Zoom (off for your organization)</option>";
    assert!(browser.get(&without).await.body.contains(disabled));
    assert!(browser.get("/360/events/new").await.body.contains(disabled));
    let again = [("title", "Demo"), ("slug", "demo"), ("location", "zoom")];
    let refused = browser.post(&without, &with(&GENERAL, &again)).await;
    let sentence = "Zoom is off for your organization. Ask an admin to turn it on, or pick a \
                    different location.";
    assert!(refused.text().contains(sentence));
    let new = [("title", "Third"), ("minutes", "42"), ("location", "zoom")];
    let refused = browser.post("/360/events", &new).await;
    assert!(refused.text().contains(sentence));

    let admin = app.person(ada.org_id, "Grace Hopper", Role::Admin).await;
    let mut browser = app.browser_of(&admin).await;
    let path = offers(&mut browser, "Ships").await;
    let page = browser.get(&path).await;
    assert!(page.text().contains("Turn it on →"));
}

#[tokio::test]
async fn a_server_without_a_zoom_app_says_so() {
    let app = TestApp::start().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::User).await;
    let page = app.browser_of(&ada).await.get("/360/events/new").await;
    assert!(
        page.text()
            .contains("Zoom isn’t set up on this server, so no links are created.")
    );
}

#[tokio::test]
async fn the_safe_settings_of_zoom_cannot_be_edited_for_one_event_type() {
    let (app, ada, mut browser) = ada().await;
    let path = offers(&mut browser, "Intro call").await;
    for tab in ["", "/schedule", "/limits", "/form"] {
        let page = browser.get(&format!("{path}{tab}")).await;
        for field in ["waiting_room", "passcode", "password", "join_before_host"] {
            assert!(
                !page.body.contains(&format!("name=\"{field}\"")),
                "{tab} {field}"
            );
        }
    }
    // What a form says of them all the same changes nothing.
    let before = stored(&app, &ada, &path).await.unwrap();
    let form = [
        ("title", "Intro call"),
        ("slug", "intro-call"),
        ("minutes", "42"),
        ("color", "#7c3aed"),
        ("location", "zoom"),
        ("waiting_room", "off"),
        ("join_before_host", "on"),
    ];
    browser.post(&path, &form).await;
    let after = stored(&app, &ada, &path).await.unwrap();
    let same = |it: &EventType| {
        format!(
            "{:?}",
            EventType {
                updated_at: ada.created_at,
                ..it.clone()
            }
        )
    };
    assert_eq!(same(&before), same(&after));
    let page = browser.get("/360/integrations/zoom").await.text();
    assert!(
        page.contains("These aren’t editable per event type."),
        "{page}"
    );
}
