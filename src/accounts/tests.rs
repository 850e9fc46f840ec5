//! People through the web and the command line, on a whole server.

use axum::body::Body;
use axum::http::Request;
use tower::ServiceExt as _;

use super::password::Password;
use super::{Person, Role, cli, session, setup, store};
use crate::clock::{days, minutes};
use crate::config::Given;
use crate::db::sql;
use crate::mail::Letter;
use crate::testing::TestApp;
use crate::testing::browser::{Answer, Browser};
use crate::text::{Email, Username};
use crate::zone::Zone;

const PASSWORD: &str = "correct horse";

async fn code(app: &TestApp) -> String {
    let code = setup::prepare(&app.app).await.unwrap().unwrap();
    code.expose().to_owned()
}

async fn set_up(browser: &mut Browser, code: &str) -> Answer {
    let fields = [
        ("code", code),
        ("name", "Ada Lovelace"),
        ("email", "Ada@Engines.example"),
        ("password", PASSWORD),
        ("timezone", "Europe/Madrid"),
        ("org", ""),
    ];
    browser.post("/setup", &fields).await
}

async fn found(app: &TestApp, email: &str) -> Person {
    store::person_by_email(&mut app.app.db.read().await.unwrap(), email)
        .await
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn the_first_visitor_with_the_code_gets_a_booking_page() {
    let app = TestApp::start().await;
    let code = code(&app).await;
    let mut browser = app.browser();
    assert_eq!(browser.get("/").await.location(), "/setup");
    let form = browser.get(&format!("/setup?code={code}")).await;
    assert_eq!(form.field("code").as_deref(), Some(code.as_str()));
    assert!(form.text().contains("without https"), "{}", form.text());

    let answer = set_up(&mut browser, &code).await;
    assert_eq!(answer.location(), "/360/welcome", "{}", answer.text());
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("session=") && !cookie.contains("Secure"));
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let live = browser.get("/360/welcome").await;
    assert!(live.text().contains("You’re live"));
    assert!(live.text().contains("http://meet.test/ada-lovelace"));
    assert_eq!(browser.get("/").await.location(), "/360/meetings");

    let ada = found(&app, "ada@engines.example").await;
    assert!(ada.is_admin() && ada.is_active());
    let mut reader = app.app.db.read().await.unwrap();
    let org = store::org(&mut reader, ada.org_id).await.unwrap().unwrap();
    assert_eq!(org.name, "Ada Lovelace’s team");
    let hours = crate::availability::store::default_of(&mut reader, ada.org_id, ada.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(hours.timezone.name(), "Europe/Madrid");
    let types = crate::event_types::store::of_editor(&mut reader, ada.org_id, &ada)
        .await
        .unwrap();
    assert_eq!(types.len(), 1);
    assert_eq!(
        (types[0].slug.as_str(), types[0].minutes),
        ("42-minute-meeting", 42)
    );
}

#[tokio::test]
async fn the_code_is_needed_and_dead_after_use() {
    let app = TestApp::start().await;
    let code = code(&app).await;
    let mut browser = app.browser();
    for (typed, words) in [
        ("nope-nope-nope-nope", "That code doesn’t match."),
        ("", "Enter the setup code"),
    ] {
        let answer = set_up(&mut browser, typed).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains(words), "{}", answer.text());
        assert_eq!(answer.field("name").as_deref(), Some("Ada Lovelace"));
        assert!(!answer.body.contains(PASSWORD));
    }
    // Asked again, it is the same code.
    assert_eq!(
        setup::prepare(&app.app).await.unwrap().unwrap().expose(),
        code
    );
    if let Some(path) = setup::code_file(&app.app.config) {
        use std::os::unix::fs::PermissionsExt as _;
        let file = std::fs::metadata(&path).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_to_string(&path).unwrap().trim(), code);
    }
    let answer = set_up(&mut browser, &code.to_uppercase()).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let mut other = app.browser();
    assert_eq!(set_up(&mut other, &code).await.location(), "/sign-in");
    assert_eq!(other.get("/setup").await.location(), "/sign-in");
    assert!(setup::prepare(&app.app).await.unwrap().is_none());
    assert!(setup::code_in_file(&app.app.config).is_none());
}

#[tokio::test]
async fn a_wrong_code_is_said_along_with_all_else_that_is_wrong() {
    let app = TestApp::start().await;
    code(&app).await;
    let fields = [("code", "nope"), ("name", "Ada"), ("email", "ada")];
    let again = app.browser().post("/setup", &fields).await;
    let text = again.text();
    for words in [
        "4 things to fix That code doesn’t match.",
        "Enter an email address",
        "Use at least 8 characters",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
}

/// A server that has been set up by Ada, and her browser.
async fn set_up_by_ada(given: Given) -> (TestApp, Browser, Person) {
    let app = TestApp::start_with(given).await;
    let code = code(&app).await;
    let mut browser = app.browser();
    assert_eq!(set_up(&mut browser, &code).await.status, 303);
    let ada = found(&app, "ada@engines.example").await;
    (app, browser, ada)
}

fn without_mail() -> Given {
    Given {
        smtp_url: Some(String::new()),
        ..Given::default()
    }
}

/// The letters written so far, whether sent or not.
async fn letters(app: &TestApp) -> Vec<Letter> {
    let mut reader = app.app.db.read().await.unwrap();
    let bodies: Vec<String> = sql("SELECT body FROM letters ORDER BY created_at, id")
        .all(&mut reader)
        .await
        .unwrap();
    bodies
        .iter()
        .map(|body| serde_json::from_str(body).unwrap())
        .collect()
}

/// The path of the link in a letter's text.
fn link_in(letter: &Letter) -> String {
    let start = letter.text.find("http://meet.test/").unwrap();
    let url = letter.text[start..].split_whitespace().next().unwrap();
    assert!(letter.html.contains(url), "both parts carry the link");
    url.strip_prefix("http://meet.test").unwrap().to_owned()
}

async fn sign_in(browser: &mut Browser, email: &str, password: &str) -> Answer {
    let fields = [("email", email), ("password", password)];
    browser.post("/sign-in", &fields).await
}

#[tokio::test]
async fn who_signs_in_after_sending_a_form_comes_back_to_the_page_it_stood_on() {
    use axum::http::{Request, header};
    use tower::ServiceExt as _;
    let app = TestApp::start().await;
    for (from, back) in [
        (
            "http://meet.test/360/users?page=2",
            "%2F360%2Fusers%3Fpage%3D2",
        ),
        ("http://elsewhere.test/360/users", ""),
        ("no address", ""),
    ] {
        let request = Request::post("/360/users/1/role")
            .header(header::REFERER, from)
            .header("sec-fetch-site", "same-origin");
        let request = request.body(axum::body::Body::empty()).unwrap();
        let answer = app.router.clone().oneshot(request).await.unwrap();
        let to = answer.headers()[header::LOCATION].to_str().unwrap();
        assert_eq!(to, format!("/sign-in?back={back}"), "{from}");
    }
}

#[tokio::test]
async fn who_signs_in_goes_where_they_were_going() {
    let (app, mut browser, _) = set_up_by_ada(Given::default()).await;
    let gone = browser.post("/sign-out", &[]).await;
    assert_eq!(gone.location(), "/sign-in");
    assert!(browser.get("/sign-in").await.text().contains("signed out"));

    // Where a form was sent to there may be no page; nobody says here where it stood.
    let form_sent = browser.post("/360/users/1/role", &[]).await;
    assert_eq!(form_sent.location(), "/sign-in?back=");
    let turned_away = browser.get("/360/profile").await;
    assert_eq!(turned_away.location(), "/sign-in?back=%2F360%2Fprofile");
    let form = browser.get(turned_away.location()).await;
    assert_eq!(form.field("back").as_deref(), Some("/360/profile"));
    let fields = [
        ("back", "/360/profile"),
        ("email", " ADA@engines.example"),
        ("password", PASSWORD),
    ];
    let answer = browser.post("/sign-in", &fields).await;
    assert_eq!(answer.location(), "/360/profile", "{}", answer.text());
    assert_eq!(browser.get("/360/profile").await.status, 200);
    assert_eq!(browser.get("/360").await.location(), "/360/meetings");
    assert_eq!(browser.get("/sign-in").await.location(), "/360/meetings");

    for elsewhere in ["https://evil.example", "//evil.example", "/\\evil.example"] {
        let fields = [
            ("back", elsewhere),
            ("email", "ada@engines.example"),
            ("password", PASSWORD),
        ];
        let answer = app.browser().post("/sign-in", &fields).await;
        assert_eq!(answer.location(), "/360/meetings");
    }
}

#[tokio::test]
async fn a_new_sign_in_ends_the_browsers_old_session() {
    let (app, _, ada) = set_up_by_ada(Given::default()).await;
    let cookie = session::begin(&app.app, ada.id).await.unwrap();
    let (mut browser, mut copy) = (app.browser(), app.browser());
    browser.keep(cookie.name(), cookie.value());
    copy.keep(cookie.name(), cookie.value());
    assert_eq!(copy.get("/360/profile").await.status, 200);
    sign_in(&mut browser, &ada.email, PASSWORD).await;
    assert_eq!(browser.get("/360/profile").await.status, 200);
    assert_eq!(copy.get("/360/profile").await.status, 303);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_email_hear_the_same() {
    let (app, _, _) = set_up_by_ada(Given::default()).await;
    let mut texts = Vec::new();
    for (email, password) in [
        ("ada@engines.example", "wrong horse"),
        ("eve@engines.example", PASSWORD),
        ("no address", PASSWORD),
    ] {
        let answer = sign_in(&mut app.browser(), email, password).await;
        assert_eq!(answer.status, 422);
        assert_eq!(answer.field("email").as_deref(), Some(email));
        assert!(answer.headers.get("set-cookie").is_none());
        texts.push(answer.text());
    }
    assert!(texts[0].contains("Email or password is wrong."));
    assert!(texts.iter().all(|text| *text == texts[0]), "{texts:?}");
}

#[tokio::test]
async fn too_many_tries_are_told_how_long_to_wait() {
    let (app, _, _) = set_up_by_ada(Given::default()).await;
    let email = "eve@engines.example";
    let mut browser = app.browser();
    for _ in 0..10 {
        assert_eq!(
            sign_in(&mut browser, email, "wrong horse").await.status,
            422
        );
    }
    let limited = sign_in(&mut browser, email, "wrong horse").await;
    assert_eq!(limited.status, 429);
    let wait: i64 = limited.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((60..=360).contains(&wait), "{wait}");
    assert!(limited.text().contains("Too many tries to sign in."));
    for way in ["/forgot", "/sign-in"] {
        assert_eq!(limited.links(way).len(), 1, "{way}");
    }
    // Others go on signing in, and so does this one later.
    let other = sign_in(&mut browser, "ada@engines.example", PASSWORD).await;
    assert_eq!(other.status, 303);
    app.app.clock.advance(minutes(5));
    assert_eq!(
        sign_in(&mut browser, email, "wrong horse").await.status,
        422
    );
}

#[tokio::test]
async fn a_session_cookie_over_https_is_bound_to_the_host() {
    let given = Given {
        base_url: Some("https://meet.test".to_owned()),
        ..Given::default()
    };
    let (_app, mut browser, ada) = set_up_by_ada(given).await;
    let answer = sign_in(&mut browser, &ada.email, PASSWORD).await;
    let cookie = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|cookie| cookie.to_str().unwrap())
        .find(|cookie| cookie.starts_with("__Host-session="))
        .unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"));
}

#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    let (app, _, ada) = set_up_by_ada(Given::default()).await;
    let cookie = session::begin(&app.app, ada.id).await.unwrap();
    let request = Request::post("/360/profile")
        .header("host", "meet.test")
        .header("cookie", format!("{}={}", cookie.name(), cookie.value()))
        .header("sec-fetch-site", "cross-site")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("name=Eve&username=eve&timezone=UTC"))
        .unwrap();
    let answer = app.router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 403);
    assert_eq!(found(&app, &ada.email).await.name, "Ada Lovelace");
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_link_that_works_once() {
    let (app, mut ada, _) = set_up_by_ada(Given::default()).await;
    let mut browser = app.browser();
    let known = browser
        .post("/forgot", &[("email", "ada@engines.example")])
        .await;
    let unknown = browser
        .post("/forgot", &[("email", "eve@engines.example")])
        .await;
    let as_if = unknown.text().replace("eve@", "ada@");
    assert_eq!(known.text(), as_if);
    let letters = letters(&app).await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].to.email, "ada@engines.example");
    assert!(letters[0].html.len() < 20_000 && letters[0].html.contains("lang=\"en\""));
    let link = link_in(&letters[0]);

    let form = browser.get(&link).await;
    assert!(form.text().contains("For ada@engines.example"));
    assert_eq!(form.headers["cache-control"], "no-store");
    let short = browser.post(&link, &[("password", "1234567")]).await;
    assert_eq!(short.status, 422);
    let set = browser.post(&link, &[("password", "battery staple")]).await;
    assert_eq!(set.location(), "/sign-in", "{}", set.text());

    let again = browser.post(&link, &[("password", "stolen again")]).await;
    assert_eq!(again.status, 410);
    assert_eq!(browser.get(&link).await.status, 410);
    assert_eq!(
        ada.get("/360/profile").await.status,
        303,
        "signed out everywhere"
    );
    let email = "ada@engines.example";
    assert_eq!(sign_in(&mut browser, email, PASSWORD).await.status, 422);
    assert_eq!(
        sign_in(&mut browser, email, "battery staple").await.status,
        303
    );
}

#[tokio::test]
async fn a_reset_link_dies_after_an_hour_and_when_a_newer_one_is_asked_for() {
    let (app, _, _) = set_up_by_ada(Given::default()).await;
    let mut browser = app.browser();
    let ask = [("email", "ada@engines.example")];
    browser.post("/forgot", &ask).await;
    app.app.clock.advance(minutes(1));
    browser.post("/forgot", &ask).await;
    let letters = letters(&app).await;
    let (older, newer) = (link_in(&letters[0]), link_in(&letters[1]));
    assert_eq!(browser.get(&older).await.status, 410);
    assert_eq!(browser.get(&newer).await.status, 200);
    app.app.clock.advance(minutes(60));
    assert_eq!(browser.get(&newer).await.status, 410);
    let late = browser
        .post(&newer, &[("password", "battery staple")])
        .await;
    assert_eq!(late.status, 410);
}

#[tokio::test]
async fn without_a_mail_server_a_forgotten_password_is_the_admins_business() {
    let (app, mut ada, person) = set_up_by_ada(without_mail()).await;
    let mut browser = app.browser();
    let words = browser.get("/forgot").await.text();
    assert!(words.contains("Email isn’t set up on this server."));
    browser
        .post("/forgot", &[("email", "ada@engines.example")])
        .await;
    assert!(letters(&app).await.is_empty());

    let path = format!("/360/users/{}/reset", person.id);
    let shown = ada.post(&path, &[]).await;
    assert!(shown.text().contains("Copy the link below."));
    let link = shown.body.split("data-copy=\"").nth(1).unwrap();
    let link = link.split('"').next().unwrap();
    assert_eq!(browser.get(link).await.status, 200);
}

#[tokio::test]
async fn an_invited_person_joins_gets_a_role_and_is_deactivated() {
    let (app, mut ada, admin) = set_up_by_ada(Given::default()).await;
    let fields = [
        ("name", "Grace Hopper"),
        ("email", "grace@engines.example"),
        ("role", "user"),
        ("username", ""),
    ];
    let page = ada.post_and_follow("/360/users", &fields).await;
    assert!(
        page.text()
            .contains("Invitation sent to grace@engines.example.")
    );
    assert!(page.text().contains("Pending"));
    let grace = found(&app, "grace@engines.example").await;
    assert_eq!(
        (grace.username.as_str(), grace.org_id),
        ("grace-hopper", admin.org_id)
    );
    let twice = ada.post("/360/users", &fields).await;
    assert_eq!(twice.status, 422);
    assert!(twice.text().contains("has this email already"));

    let first = link_in(&letters(&app).await[0]);
    app.app.clock.advance(minutes(1));
    let on_grace = |what: &str| format!("/360/users/{}/{what}", grace.id);
    ada.post_and_follow(&on_grace("resend"), &[]).await;
    let link = link_in(&letters(&app).await[1]);
    let mut browser = app.browser();
    assert_eq!(browser.get(&first).await.status, 410);
    assert!(
        browser
            .get(&link)
            .await
            .text()
            .contains("Join Ada Lovelace’s team")
    );
    let said = [
        ("name", "Grace Hopper"),
        ("password", "nanoseconds"),
        ("timezone", "America/New_York"),
    ];
    let joined = browser.post_and_follow(&link, &said).await;
    assert!(joined.text().contains("http://meet.test/grace-hopper"));
    assert_eq!(app.browser().post(&link, &said).await.status, 410);
    let mut reader = app.app.db.read().await.unwrap();
    let hours = crate::availability::store::default_of(&mut reader, grace.org_id, grace.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(hours.timezone.name(), "America/New_York");
    drop(reader);

    assert_eq!(browser.get("/360/users").await.status, 403);
    assert_eq!(browser.post("/360/users", &fields).await.status, 403);
    ada.post_and_follow(&on_grace("role"), &[("role", "admin")])
        .await;
    assert_eq!(
        browser.get("/360/users").await.status,
        303,
        "a new role ends sessions"
    );
    let email = "grace@engines.example";
    sign_in(&mut browser, email, "nanoseconds").await;
    assert_eq!(browser.get("/360/users").await.status, 200);

    let off = ada.post_and_follow(&on_grace("deactivate"), &[]).await;
    assert!(off.text().contains("Deactivated"));
    assert_eq!(browser.get("/360/users").await.status, 303);
    assert_eq!(
        sign_in(&mut browser, email, "nanoseconds").await.status,
        422
    );
    ada.post_and_follow(&on_grace("reactivate"), &[]).await;
    assert_eq!(
        sign_in(&mut browser, email, "nanoseconds").await.status,
        303
    );
}

#[tokio::test]
async fn an_invitation_dies_after_a_week() {
    let (app, mut ada, _) = set_up_by_ada(Given::default()).await;
    let fields = [
        ("name", "Grace"),
        ("email", "grace@engines.example"),
        ("role", "user"),
    ];
    ada.post("/360/users", &fields).await;
    let link = link_in(&letters(&app).await[0]);
    app.app.clock.advance(days(7) - minutes(1));
    assert_eq!(app.browser().get(&link).await.status, 200);
    app.app.clock.advance(minutes(1));
    assert_eq!(app.browser().get(&link).await.status, 410);
}

#[tokio::test]
async fn without_a_mail_server_the_admin_copies_the_invitation() {
    let (app, mut ada, _) = set_up_by_ada(without_mail()).await;
    let fields = [
        ("name", "Grace"),
        ("email", "grace@engines.example"),
        ("role", "user"),
        ("username", "amazing-grace"),
    ];
    let page = ada.post("/360/users", &fields).await;
    assert!(
        page.text()
            .contains("Email isn’t set up on this server. Copy the link below.")
    );
    let link = page.body.split("data-copy=\"").nth(1).unwrap();
    let link = link.split('"').next().unwrap();
    assert_eq!(app.browser().get(link).await.status, 200);
    assert!(letters(&app).await.is_empty());
    assert_eq!(
        found(&app, "grace@engines.example").await.username,
        "amazing-grace"
    );
    for (username, words) in [
        ("amazing-grace", "This username is taken"),
        ("zoom", "used by the server itself"),
        ("No!", "lowercase letters"),
    ] {
        let fields = [
            ("name", "Eve"),
            ("email", "eve@engines.example"),
            ("role", "user"),
            ("username", username),
        ];
        let refused = ada.post("/360/users", &fields).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains(words), "{}", refused.text());
    }
}

#[tokio::test]
async fn an_org_keeps_its_last_active_admin() {
    let (app, mut ada, admin) = set_up_by_ada(Given::default()).await;
    let grace = app.person(admin.org_id, "Grace", Role::Admin).await;
    let on = |person: &Person, what: &str| format!("/360/users/{}/{what}", person.id);
    ada.post_and_follow(&on(&grace, "deactivate"), &[]).await;
    let last = "This is the last active admin.";
    let kept = ada.post_and_follow(&on(&admin, "deactivate"), &[]).await;
    assert!(kept.text().contains(last));
    let kept = ada
        .post_and_follow(&on(&admin, "role"), &[("role", "user")])
        .await;
    assert!(kept.text().contains(last));
    ada.post_and_follow(&on(&grace, "reactivate"), &[]).await;
    let left = ada.post(&on(&admin, "role"), &[("role", "user")]).await;
    assert_eq!(left.status, 303);
    assert!(!found(&app, &admin.email).await.is_admin());
}

#[tokio::test]
async fn an_admin_is_offered_only_what_can_be_and_told_what_it_does_to_them() {
    let (app, mut ada, admin) = set_up_by_ada(Given::default()).await;
    let on_herself = |what: &str| format!("/360/users/{}/{what}", admin.id);
    let alone = ada.get("/360/users").await;
    assert!(alone.text().contains("The only admin."));
    for refused in ["role", "deactivate"] {
        assert!(!alone.body.contains(&on_herself(refused)), "{refused}");
    }
    assert!(alone.body.contains(&on_herself("reset")));

    app.person(admin.org_id, "Grace", Role::Admin).await;
    let two = ada.get("/360/users").await;
    assert!(!two.text().contains("The only admin."));
    assert!(two.text().contains("You are signed out at once"));
    assert!(two.body.contains(&on_herself("role")));
}

#[tokio::test]
async fn people_of_another_org_are_not_there() {
    let (app, mut ada, _) = set_up_by_ada(Given::default()).await;
    let other = app.org("Difference Ltd").await;
    let eve = app.person(other, "Eve", Role::User).await;
    for what in ["resend", "reset", "role", "deactivate", "reactivate"] {
        let path = format!("/360/users/{}/{what}", eve.id);
        let answer = ada.post(&path, &[("role", "admin")]).await;
        assert_eq!(answer.status, 404, "{what}");
        let answer = ada
            .post(&format!("/360/users/x/{what}"), &[("role", "admin")])
            .await;
        assert_eq!(answer.status, 404, "{what}");
    }
    let eve = found(&app, &eve.email).await;
    assert!(!eve.is_admin() && eve.is_active());
    assert!(!ada.get("/360/users").await.text().contains("eve@"));
}

#[tokio::test]
async fn people_change_themselves() {
    let (app, mut ada, admin) = set_up_by_ada(Given::default()).await;
    app.person(admin.org_id, "Grace", Role::User).await;
    let form = ada.get("/360/profile").await;
    assert_eq!(form.field("username").as_deref(), Some("ada-lovelace"));
    assert!(
        form.text()
            .contains("My meetings created, rescheduled, or canceled")
    );
    assert!(form.text().contains("breaks the links you have given out"));
    let fields = [
        ("name", "Ada King"),
        ("username", "countess"),
        ("timezone", "Asia/Calcutta"),
    ];
    let saved = ada.post_and_follow("/360/profile", &fields).await;
    assert!(saved.text().contains("Saved."), "{}", saved.text());
    assert!(saved.body.contains("value=\"Asia/Calcutta\" selected"));
    let person = found(&app, &admin.email).await;
    assert_eq!(
        (person.name.as_str(), person.username.as_str()),
        ("Ada King", "countess")
    );

    let fields = [
        ("name", ""),
        ("username", "grace"),
        ("timezone", "Moon/Base"),
    ];
    let refused = ada.post("/360/profile", &fields).await;
    assert!(
        refused.text().contains("2 things to fix"),
        "{}",
        refused.text()
    );
    let fields = [
        ("name", "Ada King"),
        ("username", "grace"),
        ("timezone", "UTC"),
    ];
    let refused = ada.post("/360/profile", &fields).await;
    assert!(refused.text().contains("This username is taken"));
}

#[tokio::test]
async fn mails_about_ones_meetings_are_on_until_turned_off_with_one_click() {
    let (app, mut ada, admin) = set_up_by_ada(Given::default()).await;
    let page = ada.get("/360/profile").await;
    assert!(
        page.text()
            .contains("Notifications My meetings created, rescheduled, or canceled")
    );
    assert!(page.body.contains("aria-checked=\"true\""));
    assert_eq!(page.field("on").as_deref(), Some("0"));
    let off = ada
        .post_and_follow("/360/profile/notices", &[("on", "0")])
        .await;
    assert!(
        off.text()
            .contains("You won’t be emailed about your meetings.")
    );
    assert!(off.body.contains("aria-checked=\"false\""));
    assert_eq!(
        found(&app, &admin.email).await.notices_off_at,
        Some(app.now())
    );

    // Saving the rest of the profile leaves it as it is.
    let fields = [
        ("name", "Ada King"),
        ("username", "countess"),
        ("timezone", "UTC"),
    ];
    ada.post_and_follow("/360/profile", &fields).await;
    assert!(found(&app, &admin.email).await.notices_off_at.is_some());
    ada.post_and_follow("/360/profile/notices", &[("on", "1")])
        .await;
    assert_eq!(found(&app, &admin.email).await.notices_off_at, None);
}

#[tokio::test]
async fn a_new_password_asks_for_the_old_one_and_ends_other_sessions() {
    let (app, mut ada, person) = set_up_by_ada(Given::default()).await;
    let mut elsewhere = app.browser_of(&person).await;
    let path = "/360/profile/password";
    let wrong = [
        ("old_password", "guess guess"),
        ("new_password", "battery staple"),
    ];
    let refused = ada.post(path, &wrong).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("not your current password"));
    assert_eq!(refused.field("name").as_deref(), Some("Ada Lovelace"));
    let right = [
        ("old_password", PASSWORD),
        ("new_password", "battery staple"),
    ];
    let changed = ada.post_and_follow(path, &right).await;
    assert!(changed.text().contains("Your new password is set."));
    assert_eq!(elsewhere.get("/360/profile").await.status, 303);
    let mut again = app.browser();
    assert_eq!(
        sign_in(&mut again, &person.email, "battery staple")
            .await
            .status,
        303
    );
}

fn new_user(email: &str, org: Option<&str>) -> cli::AddUser {
    let username = email.split('@').next().unwrap();
    cli::AddUser {
        email: Email::parse(email).unwrap(),
        name: format!("The {username}"),
        username: Username::parse(username).unwrap(),
        timezone: Zone::parse("Asia/Tokyo").unwrap(),
        admin: false,
        org: org.map(str::to_owned),
        password_stdin: true,
    }
}

#[tokio::test]
async fn the_operator_adds_people_and_orgs_from_the_command_line() {
    let app = TestApp::start().await;
    let the_code = code(&app).await;
    let password = Password::parse(PASSWORD).unwrap();
    let add = |user: cli::AddUser| cli::add_user(&app.app, user, &password);

    let (ada, org) = add(new_user("ada@engines.example", None)).await.unwrap();
    assert!(ada.is_admin() && ada.is_active());
    assert_eq!(org.name, "The ada’s team");
    let mut browser = app.browser();
    let late = set_up(&mut browser, &the_code).await;
    assert_eq!(late.location(), "/sign-in", "the setup code is dead");
    assert_eq!(
        sign_in(&mut browser, &ada.email, PASSWORD).await.status,
        303
    );
    let mut reader = app.app.db.read().await.unwrap();
    let hours = crate::availability::store::default_of(&mut reader, org.id, ada.id)
        .await
        .unwrap();
    assert_eq!(hours.unwrap().timezone.name(), "Asia/Tokyo");
    let types = crate::event_types::store::of_editor(&mut reader, org.id, &ada).await;
    assert!(types.unwrap().is_empty());
    drop(reader);

    let (grace, its) = add(new_user("grace@engines.example", None)).await.unwrap();
    assert_eq!((grace.role, its.id), (Role::User, org.id));
    let mut again = new_user("grace@engines.example", None);
    again.username = Username::parse("hopper").unwrap();
    let taken = add(again).await.unwrap_err();
    assert_eq!((taken.code, taken.words.contains("email")), (1, true));

    let second = cli::add_org(&app.app, "Difference Ltd".to_owned())
        .await
        .unwrap();
    let unclear = add(new_user("eve@engines.example", None))
        .await
        .unwrap_err();
    assert_eq!(unclear.code, 2);
    assert!(
        unclear.words.contains("Difference Ltd"),
        "{}",
        unclear.words
    );
    let nowhere = add(new_user("eve@engines.example", Some("Nowhere")))
        .await
        .unwrap_err();
    assert_eq!(nowhere.code, 4);
    let (eve, its) = add(new_user("eve@engines.example", Some("Difference Ltd")))
        .await
        .unwrap();
    assert_eq!((eve.org_id, its.id), (second.id, second.id));

    let list = cli::list(&app.app, false).await.unwrap();
    insta::assert_snapshot!(list, @r"
    EMAIL                  NAME       USERNAME  ROLE   STATE   ORGANIZATION
    ada@engines.example    The ada    ada       Admin  Active  The ada’s team
    grace@engines.example  The grace  grace     User   Active  The ada’s team
    eve@engines.example    The eve    eve       User   Active  Difference Ltd
    ");
    let json: serde_json::Value =
        serde_json::from_str(&cli::list(&app.app, true).await.unwrap()).unwrap();
    assert_eq!(json[2]["org"], "Difference Ltd");
    assert_eq!(json[0]["state"], "active");
}

#[tokio::test]
async fn the_operator_sets_a_new_password() {
    let (app, mut ada, person) = set_up_by_ada(Given::default()).await;
    let password = Password::parse("battery staple").unwrap();
    let email = Email::parse(&person.email).unwrap();
    cli::reset_password(&app.app, &email, &password)
        .await
        .unwrap();
    assert_eq!(ada.get("/360/profile").await.status, 303);
    assert_eq!(
        sign_in(&mut ada, &person.email, "battery staple")
            .await
            .status,
        303
    );
    let nobody = Email::parse("nobody@engines.example").unwrap();
    let missing = cli::reset_password(&app.app, &nobody, &password)
        .await
        .unwrap_err();
    assert_eq!(missing.code, 4);
}

#[tokio::test]
async fn a_picture_is_shown_on_public_pages_made_anew_and_goes_when_it_is_taken_away() {
    let app = TestApp::start().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::User).await;
    let intro = app
        .offers(&ada, "Intro call", crate::event_types::Location::Phone)
        .await;
    let mut browser = app.browser_of(&ada).await;
    let pages = [
        "/ada-lovelace".to_owned(),
        format!("/ada-lovelace/{}", intro.slug),
        "/360/profile".to_owned(),
    ];
    for page in &pages {
        let shown = browser.get(page).await;
        assert!(!shown.body.contains("<img"), "{page}");
    }

    let sent = crate::testing::a_picture();
    let saved = browser
        .post_file("/360/profile/picture", "picture", &sent)
        .await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let path = format!("/picture/{}", app.picture_of(&ada).await);
    for page in &pages {
        let shown = browser.get(page).await;
        assert!(shown.body.contains(&format!("src=\"{path}\"")), "{page}");
    }
    let picture = app.browser().get(&path).await;
    assert_eq!(picture.headers["content-type"], "image/jpeg");
    assert_eq!(picture.headers["x-content-type-options"], "nosniff");
    assert_eq!(
        picture.headers["cache-control"],
        "public, max-age=86400, immutable"
    );

    let remove = [("do", "remove")];
    let refused = browser.post("/360/profile/picture", &remove).await;
    assert_eq!(refused.status, 422, "a form without a file is none of ours");
    let removed = browser
        .post_file("/360/profile/picture", "do", b"remove")
        .await;
    assert_eq!(removed.status, 303);
    assert_eq!(app.browser().get(&path).await.status, 404);
    assert!(!browser.get("/ada-lovelace").await.body.contains("<img"));
}

#[tokio::test]
async fn what_is_no_picture_is_refused_beside_its_field_and_changes_nothing() {
    let app = TestApp::start().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::User).await;
    let mut browser = app.browser_of(&ada).await;
    let before = app.stored().await;
    let heavy = vec![0; super::picture::MOST_BYTES + 32 * 1024];
    let script = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    for (file, words) in [
        (b"".as_slice(), "Choose a picture first"),
        (script, "This is not a picture 42min can read"),
        (&heavy, "Choose a picture of at most 10 MB"),
    ] {
        let refused = browser
            .post_file("/360/profile/picture", "picture", file)
            .await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("id=\"picture-e\""));
        assert!(refused.text().contains(words), "{words}");
    }
    assert_eq!(app.stored().await, before);

    let long = "x".repeat(300_000);
    let form = [("name", long.as_str())];
    assert_eq!(browser.post("/360/profile", &form).await.status, 413);
}

#[tokio::test]
async fn the_picture_of_somebody_who_was_deactivated_is_seen_by_nobody() {
    let app = TestApp::start().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    let bob = app.person(org, "Bob Byte", Role::User).await;
    let sent = crate::testing::a_picture();
    let mut bobs = app.browser_of(&bob).await;
    bobs.post_file("/360/profile/picture", "picture", &sent)
        .await;
    let path = format!("/picture/{}", app.picture_of(&bob).await);
    assert_eq!(app.browser().get(&path).await.status, 200);
    let off = format!("/360/users/{}/deactivate", bob.id);
    app.browser_of(&ada).await.post(&off, &[]).await;
    assert_eq!(app.browser().get(&path).await.status, 404);
}
