//! The guest's way inside another page: it goes on as it began, without cookies, and the page around
//! learns what was done and nothing about who.

use crate::accounts::{Person, Role};
use crate::event_types::{EventType, Location};
use crate::testing::TestApp;
use crate::testing::browser::Answer;

const PAGE: &str = "/ada-lovelace/intro-call";

async fn ada() -> (TestApp, Person, EventType) {
    let app = TestApp::start_with_zoom().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
    (app, ada, intro)
}

/// An answer of this server to a browser that keeps no cookies: all its own links go on inside.
fn stays_inside(answer: &Answer) {
    assert!(!answer.headers.contains_key("set-cookie"));
    let leads = answer.links("/").into_iter();
    let own = leads.filter(|to| to.starts_with('/') && !to.starts_with("/static/"));
    for link in own.filter(|to| !to.contains("/invite.ics")) {
        assert!(link.contains("embed=1&theme=dark"), "{link}");
    }
    for form in answer.body.split("<form").skip(1) {
        let form = &form[..form.find("</form>").unwrap()];
        let action = form
            .split("action=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let keeps = action.contains("embed=1&#38;theme=dark")
            || form.contains("name=\"embed\" value=\"1\"");
        assert!(keeps, "{action}");
    }
    for out in answer.body.split("href=\"http").skip(1) {
        let tag = &out[..out.find('>').unwrap()];
        assert!(tag.contains("target=\"_blank\""), "{tag}");
    }
}

fn told(answer: &Answer) -> &str {
    let at = answer.body.find("<span hidden data-told").unwrap();
    let end = answer.body[at..].find('>').unwrap();
    &answer.body[at..at + end]
}

#[tokio::test]
async fn booking_moving_and_canceling_go_on_inside_the_frame_without_cookies() {
    let (app, ada, intro) = ada().await;
    app.zoom_on(ada.org_id).await;
    app.zoom()
        .add_user(zoom_sim::UserSpec::new("ada@zoom.example"));
    app.connects(&ada, "personal", "ada@zoom.example").await;
    // Each step in a browser that has forgotten the one before.
    let get = async |path: &str| {
        let answer = app.browser().get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        stays_inside(&answer);
        answer
    };
    let post = async |path: &str, fields: &[(&str, &str)]| {
        let answer = app.browser().post(path, fields).await;
        assert_eq!(answer.status, 303, "{path}: {}", answer.text());
        assert!(!answer.headers.contains_key("set-cookie"));
        answer.location().to_owned()
    };

    let profile = get("/ada-lovelace?embed=1&theme=dark").await;
    let times = get(&profile.links(PAGE)[0]).await;
    assert_eq!(
        told(&times),
        format!(
            "<span hidden data-told=\"\" data-event-type=\"{}\"",
            intro.id
        )
    );
    let form = get(&times.links("start=2026-05-04T10")[0]).await;
    assert!(told(&form).contains("data-told=\"time.selected\""));
    assert!(
        told(&form).contains(
            "data-start-at=\"2026-05-04T10:00:00Z\" data-end-at=\"2026-05-04T10:42:00Z\""
        )
    );
    let fields = [
        ("token", form.field("token").unwrap()),
        ("start", form.field("start").unwrap()),
        ("tz", form.field("tz").unwrap()),
        ("name", "Grace Hopper".to_owned()),
        ("email", "grace@example.com".to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let action = format!("{PAGE}/book?embed=1&theme=dark");
    let wrong = app
        .browser()
        .post(&action, &[&fields[..3], &[("name", "")]].concat())
        .await;
    assert_eq!(wrong.status, 422);
    assert!(told(&wrong).contains("data-told=\"error\""));
    stays_inside(&wrong);
    let hub = post(&action, &fields).await;
    assert!(hub.ends_with("&embed=1&theme=dark&did=created"), "{hub}");
    app.settle().await;

    let page = get(&hub).await;
    assert!(page.text().contains("Link ready"));
    assert!(told(&page).contains("data-told=\"booking.created\""));
    let secret = hub.split(['=', '&']).nth(1).unwrap();
    for private in ["Grace", "grace", "zoom", secret] {
        assert!(!told(&page).contains(private), "{}", told(&page));
    }
    let picker = get(&page.links("/reschedule?")[0]).await;
    let question = get(&picker.links("start=2026-05-04T12")[0]).await;
    let start = question.field("start").unwrap();
    let action = page.links("/reschedule?")[0].clone();
    let moved = post(&action, &[("start", &start), ("tz", "Europe/Madrid")]).await;
    assert!(
        moved.ends_with("&embed=1&theme=dark&did=rescheduled"),
        "{moved}"
    );
    let old = get(&hub).await;
    assert!(old.text().contains("This booking moved"));

    let page = get(&moved).await;
    assert!(told(&page).contains("data-told=\"booking.rescheduled\""));
    let action = page.links("/cancel?")[0].clone();
    get(&action).await;
    let canceled = post(&action, &[]).await;
    assert!(
        canceled.ends_with("&embed=1&theme=dark&did=canceled"),
        "{canceled}"
    );
    let page = get(&canceled).await;
    assert!(told(&page).contains("data-told=\"booking.canceled\""));
    assert!(page.links(PAGE)[0].ends_with("?embed=1&theme=dark"));
}

#[tokio::test]
async fn what_is_not_asked_for_inside_a_page_says_nothing_and_loads_nothing_more() {
    let (app, _, intro) = ada().await;
    let mut browser = app.browser();
    let booking = app
        .books(&intro, "Grace", "grace@example.com", "2026-05-05T08:00:00Z")
        .await;
    let hub = crate::booking::manage_path(&app.app, booking.id);
    for path in [PAGE, "/ada-lovelace", &hub, &format!("{hub}&did=created")] {
        let page = browser.get(path).await;
        for word in ["data-embed", "data-told", "frame.js", "embed=", "target="] {
            assert!(!page.body.contains(word), "{path}: {word}");
        }
    }
    let other = browser.get(&format!("{PAGE}?embed=2")).await;
    assert!(!other.body.contains("data-embed") && !other.body.contains("frame.js"));
    let framed = browser.get(&format!("{PAGE}?embed=1")).await;
    assert!(
        framed
            .body
            .contains("<html lang=\"en\" dir=\"ltr\" data-embed>")
    );
    assert!(framed.body.contains("frame.js"));
}

#[tokio::test]
async fn an_event_type_that_is_off_or_gone_says_so_inside_the_frame() {
    let (app, ada, intro) = ada().await;
    app.sets(&intro, "disabled_at", Some(1)).await;
    app.offers(&ada, "Walk", Location::Phone).await;
    let mut browser = app.browser();
    let off = browser.get(&format!("{PAGE}?embed=1")).await;
    let gone = browser.get("/ada-lovelace/nothing?embed=1").await;
    for answer in [&off, &gone] {
        assert_eq!(answer.status, 404);
        assert!(!answer.headers.contains_key("x-frame-options"));
    }
    let others = "/ada-lovelace?embed=1".to_owned();
    assert!(off.links("/ada-lovelace").contains(&others));
}

#[tokio::test]
async fn who_links_to_a_page_can_say_what_the_form_begins_with() {
    let (app, ..) = ada().await;
    let mut browser = app.browser();
    let times = browser
        .get(&format!("{PAGE}?name=Grace+%26+co&email=grace@example.com"))
        .await;
    let form = browser.get(&times.links("start=")[0]).await;
    assert_eq!(form.field("name").unwrap(), "Grace & co");
    assert_eq!(form.field("email").unwrap(), "grace@example.com");
    // On the way back, to another day and to another time it stays known.
    let back = browser.get(&form.links("date=")[0]).await;
    let other_day = browser.get(&back.links("date=").pop().unwrap()).await;
    let other = browser.get(&other_day.links("start=").pop().unwrap()).await;
    assert_eq!(other.field("name").unwrap(), "Grace & co");
    assert_eq!(other.field("email").unwrap(), "grace@example.com");
    // So it does when the form comes back with errors, though what was sent stands in it then.
    let action = other.body.split("action=\"").nth(1).unwrap();
    let action = action.split('"').next().unwrap().replace("&#38;", "&");
    let start = other.field("start").unwrap();
    let sent = [("start", start.as_str()), ("name", "Grace"), ("email", "")];
    let again = browser.post(&action, &sent).await;
    assert_eq!(again.status, 422);
    assert_eq!(again.field("name").unwrap(), "Grace");
    let back = &again.links("date=")[0];
    assert!(back.contains("name=Grace+%26+co"), "{back}");
}
