//! Schedules as their owner edits them.

use jiff::Timestamp;

use crate::accounts::{Person, Role};
use crate::availability::store::{self, Schedule};
use crate::event_types;
use crate::id::Id;
use crate::testing::TestApp;
use crate::testing::browser::{Answer, Browser};

async fn ada() -> (TestApp, Person, Browser) {
    let app = TestApp::start().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::User).await;
    let browser = app.browser_of(&ada).await;
    (app, ada, browser)
}

/// A schedule with nine to five on Mondays; answers the path of its editor.
async fn schedule(browser: &mut Browser, name: &str) -> String {
    let fields = [
        ("name", name),
        ("timezone", "Europe/Madrid"),
        ("from_d0", "09:00"),
        ("to_d0", "17:00"),
    ];
    let made = browser.post("/360/availability/new", &fields).await;
    assert_eq!(made.status, 303, "{}", made.text());
    made.location().to_owned()
}

async fn stored(app: &TestApp, path: &str) -> Option<Schedule> {
    let id: Id<Schedule> = path.rsplit('/').next().unwrap().parse().unwrap();
    let mut reader = app.app.db.read().await.unwrap();
    let all: Vec<Id<crate::accounts::Org>> = crate::db::sql("SELECT id FROM orgs")
        .all(&mut reader)
        .await
        .unwrap();
    store::find(&mut reader, all[0], id).await.unwrap()
}

/// The values of all fields with this name.
fn values(page: &Answer, name: &str) -> Vec<String> {
    page.body
        .split(&format!("name=\"{name}\" value=\""))
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_first_schedule_is_the_default_and_begins_as_nine_to_five() {
    let (app, _ada, mut browser) = ada().await;
    let empty = browser.get("/360/availability?tab=schedules").await;
    assert!(empty.text().contains("No schedule yet"));
    let form = browser.get("/360/availability/new").await;
    assert_eq!(values(&form, "from_d0"), ["09:00", ""]);
    assert_eq!(values(&form, "to_d4"), ["17:00", ""]);
    assert_eq!(values(&form, "from_d5"), [""]);
    assert!(
        form.body
            .contains("<option value=\"Europe/Madrid\" selected>")
    );

    let first = schedule(&mut browser, "Work").await;
    let second = schedule(&mut browser, "Evenings").await;
    assert!(stored(&app, &first).await.unwrap().default_since.is_some());
    assert!(stored(&app, &second).await.unwrap().default_since.is_none());
    let list = browser.get("/360/availability").await;
    assert!(
        list.text()
            .contains("Work Default Monday 09:00–17:00 Madrid time")
    );

    let list = browser
        .post_and_follow(&format!("{second}/default"), &[])
        .await;
    assert!(
        list.text()
            .contains("Evenings is your default schedule now.")
    );
    assert!(stored(&app, &first).await.unwrap().default_since.is_none());
    assert!(stored(&app, &second).await.unwrap().default_since.is_some());
}

#[tokio::test]
async fn rows_and_dates_are_added_and_removed_by_plain_buttons() {
    let (app, _ada, mut browser) = ada().await;
    let path = schedule(&mut browser, "Work").await;
    let typed = |step| {
        vec![
            ("name", "Work and more"),
            ("timezone", "Europe/Madrid"),
            ("from_d0", "09:00"),
            ("to_d0", "12:00"),
            ("from_d0", "13:00"),
            ("to_d0", "17:00"),
            ("do", step),
        ]
    };
    let more = browser.post(&path, &typed("add:d0")).await;
    assert_eq!(values(&more, "from_d0"), ["09:00", "13:00", ""]);
    assert_eq!(more.body.matches("<details open>").count(), 1);
    assert_eq!(more.field("name").unwrap(), "Work and more");
    let fewer = browser.post(&path, &typed("remove:d0:0")).await;
    assert_eq!(values(&fewer, "from_d0"), ["13:00", ""]);
    assert_eq!(values(&fewer, "to_d0"), ["17:00", ""]);
    let dated = browser.post(&path, &typed("add-date")).await;
    assert_eq!(values(&dated, "override"), ["0"]);
    assert_eq!(dated.body.matches("<details open>").count(), 1);
    let mut typed_date = typed("add-date");
    typed_date.extend([
        ("override", "0"),
        ("date_0", "2026-12-24"),
        ("closed_0", "on"),
    ]);
    let dated = browser.post(&path, &typed_date).await;
    assert_eq!(values(&dated, "override"), ["0", "1"]);
    assert_eq!(dated.field("date_0").unwrap(), "2026-12-24");
    let kept = typed_date.iter().filter(|(name, _)| *name != "do");
    let mut without: Vec<_> = kept.copied().collect();
    without.push(("do", "remove-date:0"));
    assert!(values(&browser.post(&path, &without).await, "override").is_empty());
    assert_eq!(stored(&app, &path).await.unwrap().name, "Work");
}

#[tokio::test]
async fn several_ranges_a_day_and_dates_that_differ_are_saved() {
    let (app, _ada, mut browser) = ada().await;
    let path = schedule(&mut browser, "Work").await;
    let fields = [
        ("name", "Nights"),
        ("timezone", "America/New_York"),
        ("from_d0", "1300"),
        ("to_d0", "24:00"),
        ("from_d0", "9"),
        ("to_d0", "12.30"),
        ("from_d0", ""),
        ("to_d0", ""),
        ("override", "0"),
        ("date_0", "2026-12-24"),
        ("closed_0", "on"),
        ("override", "3"),
        ("date_3", "2026-12-31"),
        ("from_o3", "20:00"),
        ("to_o3", "24:00"),
        ("override", "4"),
        ("date_4", ""),
    ];
    let saved = browser.post_and_follow(&path, &fields).await;
    assert!(saved.text().contains("Saved."));
    assert_eq!(values(&saved, "from_d0"), ["09:00", "13:00", ""]);
    assert_eq!(values(&saved, "to_d0"), ["12:30", "24:00", ""]);
    let it = stored(&app, &path).await.unwrap();
    assert_eq!(it.timezone.name(), "America/New_York");
    assert_eq!(it.overrides.0.len(), 2);
    assert!(it.overrides.0[&"2026-12-24".parse().unwrap()].is_empty());
    let late = it.overrides.0[&"2026-12-31".parse().unwrap()][0].to_string();
    assert_eq!(late, "20:00–24:00");
}

#[tokio::test]
async fn hours_that_make_no_sense_have_their_sentence_and_lose_nothing() {
    let (app, _ada, mut browser) = ada().await;
    let path = schedule(&mut browser, "Work").await;
    let rows: &[(&[(&str, &str)], &str)] = &[
        (
            &[
                ("from_d0", "09:00"),
                ("to_d0", "12:00"),
                ("from_d0", "11:00"),
                ("to_d0", "13:00"),
            ],
            "The hours on Monday overlap: 09:00–12:00 and 11:00–13:00.",
        ),
        (
            &[("from_d6", "17:00"), ("to_d6", "09:00")],
            "The hours on Sunday must end after their start: 17:00 to 09:00 isn’t a range.",
        ),
        (
            &[("from_d1", "09:00"), ("to_d1", "24:01")],
            "The hours on Tuesday need times between 00:00 and 24:00, like 09:00.",
        ),
        (
            &[("from_d1", "nine"), ("to_d1", "17:00")],
            "The hours on Tuesday need times between 00:00 and 24:00, like 09:00.",
        ),
        (
            &[("from_d2", "09:00"), ("to_d2", "")],
            "The hours on Wednesday need a start and an end. Fill in both or neither.",
        ),
        (
            &[("override", "0"), ("date_0", ""), ("closed_0", "on")],
            "Enter a date, like 2026-12-24.",
        ),
        (
            &[("override", "0"), ("date_0", "2026-12-24")],
            "Enter hours for Thursday 24 December 2026, or tick Unavailable.",
        ),
        (
            &[
                ("override", "0"),
                ("date_0", "2026-12-24"),
                ("closed_0", "on"),
                ("override", "1"),
                ("date_1", "2026-12-24"),
                ("closed_1", "on"),
            ],
            "Thursday 24 December 2026 is there twice. Put its hours together.",
        ),
        (
            &[
                ("override", "0"),
                ("date_0", "2026-12-24"),
                ("from_o0", "09:00"),
                ("to_o0", "12:00"),
                ("from_o0", "11:00"),
                ("to_o0", "13:00"),
            ],
            "The hours on Thursday 24 December 2026 overlap: 09:00–12:00 and 11:00–13:00.",
        ),
        (&[("name", " ")], "Enter a name."),
        (
            &[("timezone", "Mars/Olympus")],
            "“Mars/Olympus” isn’t a time zone we know.",
        ),
    ];
    let before = stored(&app, &path).await.unwrap();
    for (typed, sentence) in rows {
        let mut fields = typed.to_vec();
        for usual in [
            ("name", "Typed"),
            ("timezone", "Europe/Madrid"),
            ("from_d3", "10:00"),
            ("to_d3", "11:00"),
        ] {
            if !fields.iter().any(|(name, _)| *name == usual.0) {
                fields.push(usual);
            }
        }
        let page = browser.post(&path, &fields).await;
        assert_eq!(page.status, 422, "{typed:?}");
        assert!(page.text().contains("One thing to fix"));
        assert!(page.text().contains(sentence), "{typed:?}: {}", page.text());
        assert_eq!(values(&page, "from_d3"), ["10:00", ""]);
        for (name, value) in *typed {
            if name.starts_with("from_") || name.starts_with("to_") || name.starts_with("date_") {
                assert!(
                    values(&page, name).contains(&(*value).to_owned()),
                    "{name} is lost"
                );
            }
        }
        assert_eq!(
            page.body.contains("name=\"closed_0\" checked"),
            typed.contains(&("closed_0", "on"))
        );
    }
    let after = stored(&app, &path).await.unwrap();
    assert_eq!(format!("{before:?}"), format!("{after:?}"));
}

#[tokio::test]
async fn hours_are_read_on_the_clocks_of_the_schedules_zone() {
    let (app, _ada, mut browser) = ada().await;
    let path = schedule(&mut browser, "Work").await;
    // Sundays, over the night in which Madrid goes from 02:00 to 03:00.
    let fields = [
        ("name", "Work"),
        ("timezone", "Europe/Madrid"),
        ("from_d6", "01:00"),
        ("to_d6", "04:00"),
    ];
    browser.post_and_follow(&path, &fields).await;
    let hours = stored(&app, &path).await.unwrap().hours();
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let open = hours.open(at("2026-03-28T23:00:00Z"), at("2026-03-29T22:00:00Z"));
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].starts_at, at("2026-03-29T00:00:00Z"));
    assert_eq!(open[0].ends_at, at("2026-03-29T02:00:00Z"));
}

#[tokio::test]
async fn an_older_name_of_a_zone_stays_chosen() {
    let (_app, _ada, mut browser) = ada().await;
    let path = schedule(&mut browser, "Work").await;
    let fields = [("name", "Work"), ("timezone", "Asia/Calcutta")];
    let saved = browser.post_and_follow(&path, &fields).await;
    assert!(
        saved
            .body
            .contains("<option value=\"Asia/Calcutta\" selected>")
    );
}

#[tokio::test]
async fn a_schedule_in_use_or_the_default_one_stays() {
    let (app, ada, mut browser) = ada().await;
    let work = schedule(&mut browser, "Work").await;
    let evenings = schedule(&mut browser, "Evenings").await;
    let id = evenings.rsplit('/').next().unwrap().to_owned();
    for title in ["Intro call", "Demo"] {
        let fields = [("title", title), ("minutes", "42"), ("location", "zoom")];
        let made = browser.post("/360/events", &fields).await;
        let tab = format!("{}/schedule", made.location());
        let page = browser.get(&tab).await;
        assert!(page.text().contains("Default (Work)"));
        let page = browser.post_and_follow(&tab, &[("schedule", &id)]).await;
        assert!(page.text().contains("Evenings, Madrid time (UTC+2)"));
        let refused = browser.post(&tab, &[("schedule", "nonsense")]).await;
        assert!(refused.text().contains("Choose one of your schedules."));
    }
    let mut reader = app.app.db.read().await.unwrap();
    let offered = event_types::store::of_editor(&mut reader, ada.org_id, &ada)
        .await
        .unwrap();
    let used = store::hours_for(&mut reader, ada.org_id, &offered[0])
        .await
        .unwrap();
    assert_eq!(used.unwrap().name, "Evenings");
    let mut plain = offered[0].clone();
    plain.schedule_id = None;
    let used = store::hours_for(&mut reader, ada.org_id, &plain)
        .await
        .unwrap();
    assert_eq!(used.unwrap().name, "Work");
    drop(reader);

    let sentence = "It is used by Intro call and Demo. Choose another schedule there first.";
    let ask = format!("{evenings}/delete");
    assert!(browser.get(&ask).await.text().contains(sentence));
    assert!(browser.post(&ask, &[]).await.text().contains(sentence));
    let sentence = "This is your default schedule. Make another one the default first.";
    let kept = browser.post(&format!("{work}/delete"), &[]).await;
    assert!(kept.text().contains(sentence));
    assert!(stored(&app, &work).await.is_some());

    // A deleted event type doesn't hold its schedule.
    for it in &offered {
        browser
            .post_and_follow(&format!("/360/events/{}/delete", it.id), &[])
            .await;
    }
    assert!(browser.get(&ask).await.text().contains("Delete Evenings?"));
    let list = browser.post_and_follow(&ask, &[]).await;
    assert!(list.text().contains("Evenings is deleted."));
    assert!(stored(&app, &evenings).await.is_none());
}

#[tokio::test]
async fn nobody_opens_the_schedule_of_another_person() {
    let (app, ada, mut browser) = ada().await;
    let path = schedule(&mut browser, "<script>alert(1)</script>").await;
    let own = browser.get(&path).await;
    assert!(own.body.contains("&#60;script&#62;") && !own.body.contains("<script>alert"));
    let list = browser.get("/360/availability").await;
    assert!(list.body.contains("&#60;script&#62;") && !list.body.contains("<script>alert"));

    let grace = app.person(ada.org_id, "Grace Hopper", Role::Admin).await;
    let other_org = app.org("Ships").await;
    let joan = app.person(other_org, "Joan Clarke", Role::Admin).await;
    let id = path.rsplit('/').next().unwrap().to_owned();
    for person in [&grace, &joan] {
        let mut browser = app.browser_of(person).await;
        for action in ["", "/delete"] {
            let path = format!("{path}{action}");
            assert_eq!(browser.get(&path).await.status, 404, "{path}");
            assert_eq!(
                browser.post(&path, &[("name", "Mine")]).await.status,
                404,
                "{path}"
            );
        }
        assert_eq!(
            browser.post(&format!("{path}/default"), &[]).await.status,
            404
        );
        let fields = [("title", "Intro"), ("minutes", "42"), ("location", "zoom")];
        let made = browser.post("/360/events", &fields).await;
        let tab = format!("{}/schedule", made.location());
        let refused = browser.post(&tab, &[("schedule", &id)]).await;
        assert!(refused.text().contains("Choose one of your schedules."));
    }
}
