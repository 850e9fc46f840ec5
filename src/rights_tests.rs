//! Who may do what, held against every route. A new route needs one line here: its method, its
//! path, who may, and for a POST a form that is filled in rightly.
//!
//! What is foreign must look like what isn't there; no refusal and no GET may write.

use axum::extract::{Path, State};
use axum::middleware::from_fn;
use axum::routing::get as handle;

use crate::app::App;
use crate::conferencing::notices;
use crate::config::Given;
use crate::db::sql;
use crate::error::Result;
use crate::routes;
use crate::testing::TestApp;
use crate::testing::rights::May::{
    Anybody, Demo, Give, Hold, Manage, OnlyAdmins, Own, OwnOrAdmin, SeePublic, Signed, SignedIn,
    Tend,
};
use crate::testing::rights::Thing::{
    Accent, Asset, Booking, Connection, Entry, EventType, Held, Help, Invited, Letter, Notices,
    Person, Picture, Reset, Schedule, Team, TeamEvent,
};
use crate::testing::rights::{Row, World, census, get, post, uncounted};
use crate::web::embed::may_be_framed;

const BOOKS: &str = "start=2026-05-05T09:00:00Z&tz=Europe/Madrid&name=Grace&email=grace@example.com\
    &token=0123456789012345678901234567890123456789012";
const NO_PICTURE: &str =
    "--x\r\nContent-Disposition: form-data; name=\"do\"\r\n\r\nremove\r\n--x--\r\n";
const MOVES: &str = "start=2026-05-05T09:00:00Z&tz=Europe/Madrid";

#[rustfmt::skip]
const ROWS: &[Row] = &[
    get("/static/{version}/{name}", SeePublic(Asset)).public(),
    get("/static/accent/{name}", SeePublic(Accent)).public(),
    get("/embed.js", Anybody).public(),
    get("/healthz", Anybody).public(),
    get("/readyz", Anybody).public(),
    get("/help", Anybody).public(),
    get("/help/{*page}", SeePublic(Help)).public(),
    // accounts
    get("/", Anybody),
    get("/360", SignedIn),
    get("/setup", Anybody),
    post("/setup", Anybody, "code=x").keeps(),
    get("/360/welcome", SignedIn),
    get("/sign-in", Anybody),
    post("/sign-in", Anybody, "email=bob-byte@engines.example&password=correct+horse"),
    post("/sign-out", Anybody, ""),
    get("/forgot", Anybody),
    post("/forgot", Anybody, "email=bob-byte@engines.example"),
    get("/reset/{token}", Hold(Reset)),
    post("/reset/{token}", Hold(Reset), "password=another+horse"),
    get("/360/users", OnlyAdmins),
    post("/360/users", OnlyAdmins, "name=New&email=new@engines.example&role=user"),
    post("/360/users/{id}/resend", Manage(Invited), ""),
    post("/360/users/{id}/reset", Manage(Person), ""),
    post("/360/users/{id}/role", Manage(Person), "role=admin"),
    post("/360/users/{id}/deactivate", Manage(Person), ""),
    post("/360/users/{id}/reactivate", Manage(Person), ""),
    get("/invitation/{token}", Hold(Invited)),
    post("/invitation/{token}", Hold(Invited), "name=New&password=another+horse&timezone=Europe/Madrid"),
    get("/360/profile", SignedIn),
    post("/360/profile", SignedIn, "name=Bob&username=bob-byte&timezone=Europe/Madrid"),
    post("/360/profile/password", SignedIn, "old_password=correct+horse&new_password=another+horse"),
    post("/360/profile/picture", SignedIn, NO_PICTURE).keeps(),
    get("/picture/{name}", SeePublic(Picture)).public(),
    post("/360/profile/notices", SignedIn, "on=0"),
    get("/360/profile/delete", SignedIn),
    post("/360/profile/delete", SignedIn, "password=correct+horse").keeps(),
    get("/360/profile/delete/meetings", SignedIn),
    post("/360/profile/delete/meetings", SignedIn, ""),
    get("/notices/off", Hold(Notices)),
    post("/notices/off", Hold(Notices), ""),
    // event types, schedules and public pages
    get("/360/events", SignedIn),
    post("/360/events", SignedIn, "title=New&minutes=42&location=ask_invitee"),
    get("/360/events/new", SignedIn),
    get("/360/events/{id}", Own(EventType)),
    post("/360/events/{id}", Own(EventType), "title=New&slug=new&minutes=42&color=%237c3aed&location=zoom"),
    get("/360/events/{id}/schedule", Own(EventType)),
    post("/360/events/{id}/schedule", Own(EventType), "schedule="),
    get("/360/events/{id}/limits", Own(EventType)),
    post("/360/events/{id}/limits", Own(EventType), "horizon_days=9&notice=1&notice_unit=hours&buffer_before=0&buffer_after=0&increment=30"),
    get("/360/events/{id}/form", Own(EventType)),
    post("/360/events/{id}/form", Own(EventType), "question=a&label_a=Why&form_a=short"),
    get("/360/events/{id}/customization", Own(EventType)),
    post("/360/events/{id}/customization", Own(EventType), "theme=dark&own_accent=on&accent=%237c3aed"),
    get("/360/events/{id}/share", Own(EventType)),
    post("/360/events/{id}/switch", Own(EventType), "on=0"),
    get("/360/events/{id}/delete", Own(EventType)),
    post("/360/events/{id}/delete", Own(EventType), ""),
    get("/360/availability", SignedIn),
    get("/360/availability/new", SignedIn),
    post("/360/availability/new", SignedIn, "name=New&timezone=Europe/Madrid"),
    get("/360/availability/{id}", Own(Schedule)),
    post("/360/availability/{id}", Own(Schedule), "name=New&timezone=Europe/Madrid"),
    post("/360/availability/{id}/default", Own(Schedule), ""),
    get("/360/availability/{id}/delete", Own(Schedule)),
    post("/360/availability/{id}/delete", Own(Schedule), ""),
    get("/{username}", SeePublic(Person)).public().framed(),
    // teams
    get("/360/teams", OnlyAdmins),
    post("/360/teams", OnlyAdmins, "name=New"),
    get("/360/teams/{id}", Manage(Team)),
    post("/360/teams/{id}", Manage(Team), "name=New&slug=new"),
    get("/360/teams/{id}/delete", Manage(Team)),
    post("/360/teams/{id}/delete", Manage(Team), ""),
    get("/team/{team}", SeePublic(Team)).public().framed(),
    // demo outbox
    get("/demo/outbox", Demo(Letter)),
    get("/demo/outbox/{id}", Demo(Letter)),
    get("/demo/outbox/{id}/html", Demo(Letter)),
    get("/demo/outbox/{id}/invite.ics", Demo(Letter)),
    get("/demo/outbox/{id}/raw", Demo(Letter)),
    // conferencing
    get("/360/integrations", SignedIn),
    get("/360/integrations/zoom", SignedIn),
    post("/360/integrations/zoom/connect", SignedIn, "role=personal"),
    post("/360/integrations/zoom/connect", OnlyAdmins, "role=shared"),
    get("/360/integrations/zoom/connect", SignedIn),
    post("/360/integrations/zoom/use", SignedIn, "").keeps(),
    post("/360/integrations/zoom/use", OnlyAdmins, "turn_on=yes"),
    get("/360/integrations/zoom/held/{id}", Own(Held)),
    post("/360/integrations/zoom/held/{id}", Own(Held), "do=use"),
    get("/360/integrations/zoom/accounts/{id}/role", Give(Connection)),
    post("/360/integrations/zoom/accounts/{id}/role", Give(Connection), "to=shared"),
    get("/360/integrations/zoom/accounts/{id}/waiting", Tend(Connection)).asks("?of=1"),
    get("/360/integrations/zoom/accounts/{id}/disconnect", Tend(Connection)),
    post("/360/integrations/zoom/accounts/{id}/disconnect", Tend(Connection), ""),
    get("/360/integrations/zoom/rollout", OnlyAdmins),
    post("/360/integrations/zoom/rollout", OnlyAdmins, "enabled=on&routing=on&version=0"),
    post("/360/integrations/zoom/banner", SignedIn, "").keeps(),
    get("/360/integrations/zoom/setup", OnlyAdmins),
    get("/360/integrations/zoom/setup/verified", OnlyAdmins),
    post("/360/integrations/zoom/check", OnlyAdmins, ""),
    get("/360/integrations/zoom/log", OnlyAdmins),
    get("/360/integrations/zoom/log.csv", OnlyAdmins),
    get("/360/integrations/zoom/log/why", OnlyAdmins),
    get("/360/integrations/zoom/log/{id}", Manage(Entry)),
    post("/360/integrations/zoom/log/{id}/retry", Manage(Entry), "").keeps(),
    get("/oauth/zoom/callback", SignedIn).notes(),
    post(notices::PATH, Signed, "{}"),
    get("/360/guest-data", OnlyAdmins),
    get("/360/guest-data/export", OnlyAdmins),
    post("/360/guest-data/erase", OnlyAdmins, "email=grace@example.com&again=grace@example.com").keeps(),
    // on hold
    get("/360/hold", SignedIn),
    get("/360/hold/original", OnlyAdmins),
    post("/360/hold/original", OnlyAdmins, "").keeps(),
    get("/360/hold/copy", OnlyAdmins),
    post("/360/hold/copy", OnlyAdmins, "").keeps(),
    // meetings
    get("/360/meetings", SignedIn),
    get("/360/meetings/{id}", OwnOrAdmin(Booking)),
    get("/360/meetings/{id}/start", OwnOrAdmin(Booking)),
    post("/360/meetings/{id}/start", OwnOrAdmin(Booking), ""),
    post("/360/meetings/{id}/link", OwnOrAdmin(Booking), "").keeps(),
    get("/360/meetings/{id}/place", OwnOrAdmin(Booking)),
    post("/360/meetings/{id}/place", OwnOrAdmin(Booking), "custom_url=https://meet.example/x"),
    get("/360/meetings/{id}/reschedule", OwnOrAdmin(Booking)),
    post("/360/meetings/{id}/reschedule", OwnOrAdmin(Booking), MOVES),
    get("/360/meetings/{id}/cancel", OwnOrAdmin(Booking)),
    post("/360/meetings/{id}/cancel", OwnOrAdmin(Booking), ""),
    // booking pages
    get("/booking/{uid}", Hold(Booking)).framed(),
    get("/booking/{uid}/link", Hold(Booking)),
    get("/booking/{uid}/invite.ics", Hold(Booking)),
    get("/booking/{uid}/reschedule", Hold(Booking)).framed(),
    post("/booking/{uid}/reschedule", Hold(Booking), MOVES).framed(),
    get("/booking/{uid}/cancel", Hold(Booking)).framed(),
    post("/booking/{uid}/cancel", Hold(Booking), "").framed(),
    get("/team/{team}/{slug}", SeePublic(TeamEvent)).public().framed(),
    get("/team/{team}/{slug}/slots", SeePublic(TeamEvent)).public().framed(),
    get("/team/{team}/{slug}/book", SeePublic(TeamEvent)).framed(),
    post("/team/{team}/{slug}/book", SeePublic(TeamEvent), BOOKS).framed(),
    get("/{username}/{slug}", SeePublic(EventType)).public().framed(),
    get("/{username}/{slug}/slots", SeePublic(EventType)).public().framed(),
    get("/{username}/{slug}/book", SeePublic(EventType)).framed(),
    post("/{username}/{slug}/book", SeePublic(EventType), BOOKS).framed(),
];

const ROUTES: &str = include_str!("routes.rs");

#[test]
fn every_route_has_a_row() {
    let path = format!("{:?}", notices::PATH);
    let routes = ROUTES.replace("conferencing::notices::PATH", &path);
    assert_eq!(uncounted(&census(&routes), ROWS), [""; 0]);
    let more = routes.replace(
        ".route(\"/360/teams\"",
        ".route(\"/360/teams/all\", get(teams::list).delete(teams::wipe))\n.route(\"/360/teams\"",
    );
    let named = ["DELETE /360/teams/all", "GET /360/teams/all"];
    assert_eq!(uncounted(&census(&more), ROWS), named);
}

#[tokio::test]
async fn nobody_reads_or_changes_what_is_not_theirs() {
    let world = World::new().await;
    let found = world.refuses(ROWS).await;
    assert!(
        found.is_empty(),
        "{} findings:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[tokio::test]
async fn whoever_may_do_something_can() {
    let found = World::works(ROWS).await;
    assert!(
        found.is_empty(),
        "{} findings:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[tokio::test]
async fn only_pages_for_guests_stand_in_other_pages_and_only_when_asked_to() {
    let world = World::new().await;
    let found = world.frames(ROWS).await;
    assert!(
        found.is_empty(),
        "{} findings:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[tokio::test]
async fn a_page_that_may_be_framed_and_should_not_is_found_and_the_other_way_round() {
    let mut world = World::new().await;
    let routes = routes::routes().route_layer(from_fn(may_be_framed));
    world.router = crate::server::dressed(routes, world.app.app.clone()).unwrap();
    let rows = [
        get("/sign-in", Anybody),
        get("/healthz", Anybody).framed(),
        get("/{username}", SeePublic(Person)),
    ];
    let found = world.frames(&rows).await;
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].contains("/sign-in?embed=1") && found[1].contains("?embed=1"));
}

#[tokio::test]
async fn no_query_breaks_a_page() {
    let world = World::new().await;
    let found = world.bears(ROWS, ODD_QUERIES).await;
    assert!(
        found.is_empty(),
        "{} findings:\n{}",
        found.len(),
        found.join("\n")
    );
}

const ODD_QUERIES: &[&str] = &[
    "%00=%00&=&&%ff=%ff",
    "start=9999-12-31T23:59:59.999999999Z&tz=Europe/Madrid",
    "start=-009999-01-02T01:59:59Z&tz=Pacific/Kiritimati",
    "start=%00&tz=%00&date=%00&month=%00",
    "date=9999-12-31&tz=Etc/GMT%2B12",
    "date=-009999-01-01&tz=Pacific/Kiritimati",
    "month=9999-12",
    "month=-9999-01",
    "month=0000-00&date=2026-02-30",
    "tab=%00&event=%00&host=%00&q=%00&after=%00",
    "after=9223372036854775807.0190a5b2-0000-7000-8000-00000000dead",
    "after=-9223372036854775808.0190a5b2-0000-7000-8000-00000000dead&host=all",
    "q=%25%5F%5C%27%22&host=all&tab=past",
    "back=//evil.example&new=1&code=%00&state=%00&error=%00",
    "back=%2F360%2F%00",
    "embed=1&theme=%00&did=%00&accent=%00",
    "embed=1&embed=1&theme=dark&did=created&accent=%23zz",
    "from=9999-12-31&to=-009999-01-01&action=%00&result=%00&account=%00&meeting=%00&at=%00",
];

#[tokio::test]
async fn https_is_said_on_every_answer_where_there_is_https() {
    let app = TestApp::start_with(Given {
        base_url: Some("https://meet.test".to_owned()),
        ..Given::default()
    })
    .await;
    let mut browser = app.browser();
    for path in [
        "/",
        "/sign-in",
        "/healthz",
        "/no/such/page",
        "/360/users",
        "/%00",
        "/360/events",
    ] {
        let answer = browser.get(path).await;
        let said = answer.headers.get("strict-transport-security");
        assert!(said.is_some_and(|it| it == "max-age=31536000"), "{path}");
    }
}

/// A handler that asks nobody who they are, and one that writes when it is looked at.
mod planted {
    use super::*;

    pub async fn unguarded(State(app): State<App>, Path(id): Path<String>) -> Result<String> {
        let mut reader = app.db.read().await?;
        let titles: Vec<String> = sql("SELECT title FROM event_types")
            .all(&mut reader)
            .await?;
        Ok(format!("{id} {titles:?}"))
    }

    pub async fn writes(State(app): State<App>) -> Result<&'static str> {
        app.db
            .write::<_, crate::error::Error, _>(|tx| {
                Box::pin(async move {
                    sql("UPDATE orgs SET name = name || '!'").run(tx).await?;
                    Ok(())
                })
            })
            .await?;
        Ok("written")
    }
}

#[tokio::test]
async fn a_handler_without_a_guard_and_a_get_that_writes_are_found() {
    let mut world = World::new().await;
    let routes = routes::routes()
        .route("/360/planted/{id}", handle(planted::unguarded))
        .route("/planted", handle(planted::writes));
    world.router = crate::server::dressed(routes, world.app.app.clone()).unwrap();
    let rows = [
        get("/360/planted/{id}", Own(EventType)),
        get("/planted", Anybody),
    ];
    let found = world.refuses(&rows).await;
    let says = |words: &[&str]| {
        found
            .iter()
            .any(|finding| words.iter().all(|word| finding.contains(word)))
    };
    assert!(
        says(&["/360/planted/", "by Nobody", "did not ask to sign in"]),
        "{found:#?}"
    );
    assert!(
        says(&["/360/planted/", "by Colleague", "isn’t there"]),
        "{found:#?}"
    );
    assert!(
        says(&["/360/planted/", "by ForeignAdmin", "isn’t there"]),
        "{found:#?}"
    );
    assert!(
        says(&["/360/planted/", "by Member", "kept by caches"]),
        "{found:#?}"
    );
    assert!(
        says(&["GET /planted by Nobody wrote", "Engines!"]),
        "{found:#?}"
    );
}
