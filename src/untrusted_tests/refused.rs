//! What a field refuses: too many words, words it has no use for, and places to go that aren’t ours.

use zoom_sim::UserSpec;

use super::{NAUGHTY, PASSWORD, PLAIN, typed};
use crate::accounts::password::Password;
use crate::accounts::{Role, store};
use crate::db::sql;
use crate::event_types::Location;
use crate::testing::TestApp;
use crate::testing::browser::Browser;
use crate::testing::shape::{self, difference};

/// Fields that take only some words: the form's path, what else stands in it, and the field.
#[rustfmt::skip]
const PICKY: &[(&str, &str, &str)] = &[
    ("/sign-in", "password=x", "email"),
    ("/forgot", "", "email"),
    ("/360/profile", "name=Ada&timezone=UTC", "username"),
    ("/360/profile", "name=Ada&username=ada-lovelace", "timezone"),
    ("/360/profile/password", "new_password=another+horse", "old_password"),
    ("/360/profile/delete", "", "password"),
    ("/360/users", "name=Bob&role=user", "email"),
    ("/360/users", "name=Bob&email=bob@example.com", "role"),
    ("/360/users", "name=Bob&role=user&email=bob@example.com", "username"),
    ("/360/users/{ada}/role", "", "role"),
    ("/360/events", "title=X&minutes=42&location=ask_invitee", "slug"),
    ("/360/events", "title=X&location=ask_invitee", "minutes"),
    ("/360/events", "title=X&minutes=42", "location"),
    ("/360/events", "title=X&minutes=42&location=custom_url", "custom_url"),
    ("{intro}", "title=X&slug=x&minutes=42&location=ask_invitee", "color"),
    ("{intro}", "title=X&slug=x&minutes=42&location=ask_invitee&color=%237c3aed", "kind"),
    ("{intro}", "title=X&slug=x&minutes=42&location=phone&phone=1&color=%237c3aed&kind=group", "seats"),
    ("{intro}", "title=X&slug=x&minutes=42&location=phone&phone=1&color=%237c3aed&kind=round_robin", "team"),
    ("{intro}/schedule", "", "schedule"),
    ("{intro}/limits", "notice=1&notice_unit=hours&buffer_before=0&buffer_after=0&increment=9", "horizon_days"),
    ("{intro}/limits", "horizon_days=9&notice=1&buffer_before=0&buffer_after=0&increment=9", "notice_unit"),
    ("{intro}/limits", "horizon_days=9&notice=1&notice_unit=hours&buffer_after=0&increment=9", "buffer_before"),
    ("{intro}/form", "question=a&label_a=X", "form_a"),
    ("{intro}/customization", "theme=auto&own_accent=on", "accent"),
    ("{intro}/customization", "own_accent=on&accent=%237c3aed", "theme"),
    ("/360/availability/new", "name=X", "timezone"),
    ("/360/availability/new", "name=X&timezone=UTC&to_d0=17:00", "from_d0"),
    ("/360/availability/new", "name=X&timezone=UTC&override=0&closed_0=on", "date_0"),
    ("/360/teams", "name=X", "slug"),
    ("/360/integrations/zoom/rollout", "routing=on", "default_account"),
    ("{meeting}/place", "", "custom_url"),
    ("{meeting}/reschedule", "", "start"),
    ("/ada-lovelace/intro-call/book", "{start}&name=X", "email"),
    ("/ada-lovelace/intro-call/book", "{start}&name=X&email=x@example.com", "guests"),
    ("/ada-lovelace/intro-call/book", "{start}&name=X&email=x@example.com", "website"),
    ("/ada-lovelace/intro-call/book", "name=X&email=x@example.com", "start"),
    ("/ada-lovelace/phone/book", "{start}&name=X&email=x@example.com", "place"),
];

/// Ada, with a meeting, and a browser of hers.
async fn refusing() -> (TestApp, Browser, Vec<(&'static str, String)>) {
    let app = TestApp::start().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    let hash = Password::parse(PASSWORD)
        .unwrap()
        .hash(&app.app.entropy)
        .await
        .unwrap();
    let intro = app.offers(&ada, "Intro call", Location::InPerson).await;
    app.offers(&ada, "Phone", Location::Phone).await;
    let booking = app
        .books(
            &intro,
            "Grace Hopper",
            "grace@example.com",
            "2026-05-04T12:00:00Z",
        )
        .await;
    let (org, id) = (ada.org_id, ada.id);
    app.write(move |tx| {
        Box::pin(async move { Ok(store::set_password(tx, org, id, &hash).await?) })
    })
    .await;
    let named = vec![
        ("{ada}", ada.id.to_string()),
        ("{intro}", format!("/360/events/{}", intro.id)),
        ("{meeting}", format!("/360/meetings/{}", booking.id)),
        (
            "{start}",
            "start=2026-05-06T09:00:00Z&tz=Europe/Madrid".to_owned(),
        ),
    ];
    let browser = app.browser_of(&ada).await;
    (app, browser, named)
}

#[tokio::test]
async fn a_field_that_is_refused_comes_back_with_its_words_and_nothing_is_written() {
    let (app, mut browser, named) = refusing().await;
    let before = app.stored().await;
    let mut found = Vec::new();
    for (path, rest, field) in PICKY {
        let filled = |text: &str| {
            let fill = |text: String, (name, value): &(&str, String)| text.replace(name, value);
            named.iter().fold(text.to_owned(), fill)
        };
        let (path, rest) = (filled(path), filled(rest));
        let mut plain = None;
        let long = "a ".repeat(20_000);
        let naughty = NAUGHTY
            .iter()
            .map(|(name, naughty)| (*name, typed(naughty)));
        let all = [("plain", PLAIN.to_owned())]
            .into_iter()
            .chain(naughty)
            .chain([("long", long)]);
        for (name, words) in all {
            app.write(|tx| Box::pin(async move { Ok(sql("DELETE FROM tries").run(tx).await?) }))
                .await;
            let mut form: Vec<(String, String)> = url::form_urlencoded::parse(rest.as_bytes())
                .into_owned()
                .collect();
            form.push(((*field).to_owned(), words));
            let form: Vec<(&str, &str)> =
                form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            let answer = browser.post(&path, &form).await;
            let read = shape::html(&answer.body);
            let (status, plain) = plain.get_or_insert((answer.status, read.clone()));
            if answer.status != *status || answer.status.is_server_error() {
                found.push(format!("{path} {field}, {name}: {}", answer.status));
            }
            found.extend(
                difference(plain, &read).map(|why| format!("{path} {field}, {name}: {why}")),
            );
        }
        if before != app.stored().await {
            found.push(format!("{path} {field}: something was written"));
        }
    }
    assert!(
        found.is_empty(),
        "{} findings:\n{}",
        found.len(),
        found.join("\n")
    );
}

/// Fields that take any words, if they aren't too many.
#[rustfmt::skip]
const FREE: &[(&str, &str, &str)] = &[
    ("/360/profile", "username=ada-lovelace&timezone=UTC", "name"),
    ("/360/users", "role=user&email=bob@example.com", "name"),
    ("/360/events", "slug=x&minutes=42&location=ask_invitee", "title"),
    ("/360/events", "title=X&slug=x&minutes=42&location=in_person", "address"),
    ("/360/events", "title=X&slug=x&minutes=42&location=phone", "phone"),
    ("{intro}", "title=X&slug=x&minutes=42&location=ask_invitee&color=%237c3aed", "public_description"),
    ("{intro}", "title=X&slug=x&minutes=42&location=ask_invitee&color=%237c3aed", "internal_description"),
    ("{intro}/form", "question=a&form_a=short", "label_a"),
    ("{intro}/form", "question=a&form_a=choice&label_a=X", "choices_a"),
    ("/360/availability/new", "timezone=UTC", "name"),
    ("/360/teams", "slug=x", "name"),
    ("{meeting}/reschedule", "start=2026-05-06T09:00:00Z", "reason"),
    ("{meeting}/cancel", "", "reason"),
    ("/ada-lovelace/intro-call/book", "{start}&email=x@example.com", "name"),
];

#[tokio::test]
async fn too_many_words_are_refused_and_nothing_is_written() {
    let (app, mut browser, named) = refusing().await;
    let before = app.stored().await;
    for (path, rest, field) in FREE {
        let filled = |text: &str| {
            let fill = |text: String, (name, value): &(&str, String)| text.replace(name, value);
            named.iter().fold(text.to_owned(), fill)
        };
        for long in ["x".repeat(30_000), "👨‍👩‍👧‍👦 ".repeat(1_000), "<b>".repeat(9_000)]
        {
            let rest = filled(rest);
            let mut form: Vec<(String, String)> = url::form_urlencoded::parse(rest.as_bytes())
                .into_owned()
                .collect();
            form.push(((*field).to_owned(), long));
            let form: Vec<(&str, &str)> =
                form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            let answer = browser.post(&filled(path), &form).await;
            assert!(
                matches!(answer.status.as_u16(), 200 | 422),
                "{path} {field}: {}",
                answer.status
            );
            let error = answer.body.contains("class=\"err\"") || answer.body.contains("note bad");
            assert!(error, "{path} {field}: {}", answer.text());
        }
        assert_eq!(before, app.stored().await, "{path} {field}");
    }
}

#[tokio::test]
async fn only_addresses_of_the_web_are_taken_for_links() {
    let (app, mut browser, named) = refusing().await;
    let meeting = &named[2].1;
    let before = app.stored().await;
    for url in [
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        " javascript:alert(1)//https://meet.example/x",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "http://meet.example/x",
        "//meet.example/x",
        "https:meet",
        "https://ada:secret@meet.example/x",
        "https://localhost/x",
        "https://meet.example:99999/x",
        "\u{202e}https",
    ] {
        let answer = browser
            .post(&format!("{meeting}/place"), &[("custom_url", url)])
            .await;
        assert_eq!(answer.status, 422, "{url}");
        assert_eq!(before, app.stored().await, "{url}");
    }
    for (typed, kept) in [
        (
            "https://meet.example/\"><b>x</b>",
            "https://meet.example/%22%3E%3Cb%3Ex%3C/b%3E",
        ),
        (
            "https://meet.example/a\r\nBcc: x",
            "https://meet.example/a%20Bcc:%20x",
        ),
        (
            "https://meet.example/?a='b'&c=\0d#e f",
            "https://meet.example/?a=%27b%27&c=d#e%20f",
        ),
    ] {
        let answer = browser
            .post_and_follow(&format!("{meeting}/place"), &[("custom_url", typed)])
            .await;
        let links = shape::html(&answer.body);
        assert!(
            links.says.iter().any(|said| said == kept),
            "{typed}: {}",
            answer.text()
        );
    }
}

/// Where to go after Zoom is a path of ours or none.
#[tokio::test]
async fn nobody_is_sent_elsewhere_after_connecting() {
    let app = TestApp::start_with_zoom().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::User).await;
    app.zoom_on(org).await;
    app.zoom().add_user(UserSpec::new("ada@zoom.example"));
    let mut browser = app.browser_of(&ada).await;
    for back in [
        "//evil.example",
        "https://evil.example/360/",
        "/360/../../evil",
        "/360/\r\nSet-Cookie: a=b",
        "/360/\0",
        "/360//evil.example",
        "/360/\\evil.example",
        "/360/ü",
    ] {
        let connect = [("role", "personal"), ("back", back)];
        let away = browser
            .post("/360/integrations/zoom/connect", &connect)
            .await;
        assert_eq!(away.status, 303, "{back:?}");
        let path = app
            .zoom()
            .consent(away.location(), "ada@zoom.example")
            .await;
        let landed = browser.get(&path).await;
        assert_eq!(landed.status, 303, "{back:?}: {}", landed.text());
        let to = landed.location();
        assert!(
            to.starts_with("/360/") && !to.contains(".example"),
            "{back:?}: {to}"
        );
    }
}
