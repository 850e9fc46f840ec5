//! Teams through the front door: an admin makes one, gives it an event type, a guest books with it.

use axum::http::StatusCode;

use crate::accounts::{Person, Role};
use crate::event_types::{Kind, Location};
use crate::testing::TestApp;
use crate::testing::browser::Browser;

struct Stage {
    app: TestApp,
    ada: Person,
    bob: Person,
    admin: Browser,
    member: Browser,
}

async fn stage() -> Stage {
    let app = TestApp::start_with_zoom().await;
    let org = app.org("Engines").await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    let bob = app.person(org, "Bob Byte", Role::User).await;
    app.works(&bob).await;
    app.zoom_on(org).await;
    let (admin, member) = (app.browser_of(&ada).await, app.browser_of(&bob).await);
    Stage {
        app,
        ada,
        bob,
        admin,
        member,
    }
}

impl Stage {
    /// Creates a team and answers the path of its page.
    async fn creates(&mut self, name: &str, slug: &str, member: &Person) -> String {
        let member = member.id.to_string();
        let form = [("name", name), ("slug", slug), ("member", &member)];
        let made = self.admin.post("/360/teams", &form).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
        made.location().to_owned()
    }
}

#[tokio::test]
async fn an_admin_makes_a_team_that_is_booked_at_its_own_address() {
    let mut stage = stage().await;
    let bob = stage.bob.clone();
    let path = stage.creates("Sales", "", &bob).await;
    let id = path.rsplit('/').next().unwrap().to_owned();
    let listed = stage.admin.get("/360/teams").await.text();
    assert!(listed.contains("1 member · 0 event types") && listed.contains("Bob Byte"));

    let demo = stage.app.offers(&stage.ada, "Demo", Location::Zoom).await;
    let editor = format!("/360/events/{}", demo.id);
    let page = stage.admin.get(&editor).await;
    for words in [
        "Round Robin",
        "Group + Round Robin",
        "Sales",
        "Max invitees per slot",
    ] {
        assert!(page.text().contains(words), "{words}");
    }
    let form = [
        ("title", "Demo"),
        ("slug", "demo"),
        ("minutes", "42"),
        ("color", "#7c3aed"),
        ("location", "zoom"),
        ("kind", "round_robin"),
    ];
    let refused = stage.admin.post(&editor, &form).await.text();
    assert!(refused.contains("Choose a team."), "{refused}");
    let form: Vec<_> = form.into_iter().chain([("team", id.as_str())]).collect();
    let saved = stage.admin.post_and_follow(&editor, &form).await;
    let words = "1 of 1 hosts has no own Zoom. Their bookings will have no link.";
    assert!(saved.text().contains(words), "{}", saved.text());
    assert!(saved.text().contains("meet.test/team/sales/demo"));

    let mut guest = stage.app.browser();
    let public = guest.get("/team/sales").await;
    assert!(
        public.text().contains("Sales Engines") && !public.links("/team/sales/demo").is_empty()
    );
    let booker = guest.get("/team/sales/demo").await;
    let times = booker.links("/team/sales/demo/book");
    assert!(!times.is_empty(), "{}", booker.text());
    let details = guest.get(times.last().unwrap()).await;
    assert!(
        details.text().contains("Demo with Sales"),
        "{}",
        details.text()
    );
    let token = details.field("token").unwrap();
    let start = details.field("start").unwrap();
    let booked = guest
        .post_and_follow(
            "/team/sales/demo/book",
            &[
                ("token", &token),
                ("start", &start),
                ("tz", "Europe/Madrid"),
                ("name", "Grace"),
                ("email", "grace@example.com"),
            ],
        )
        .await;
    assert!(booked.text().contains("You’re booked"), "{}", booked.text());
    assert!(
        booked.text().contains("Bob Byte"),
        "the host is named: {}",
        booked.text()
    );
    // It is no longer at the owner's address.
    assert_eq!(
        guest.get("/ada-lovelace/demo").await.status,
        StatusCode::NOT_FOUND
    );
    stage.app.settle().await;
}

#[tokio::test]
async fn members_see_no_teams_page_and_choose_only_teams_they_are_in() {
    let mut stage = stage().await;
    let (ada, bob) = (stage.ada.clone(), stage.bob.clone());
    let path = stage.creates("Sales", "sales", &bob).await;
    stage.creates("Board", "board", &ada).await;
    for path in ["/360/teams", &path, &format!("{path}/delete")] {
        let answer = stage.member.get(path).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(answer.text().contains("Only admins can open this page"));
        assert_eq!(answer.links("/360/events").len(), 1);
        assert!(!answer.text().contains("Sales"));
    }
    let refused = stage.member.post("/360/teams", &[("name", "Mine")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let own = stage.app.offers(&bob, "Chat", Location::Zoom).await;
    let page = stage.member.get(&format!("/360/events/{}", own.id)).await;
    assert!(page.text().contains("Sales") && !page.text().contains("Board"));
    assert!(
        !stage
            .member
            .get("/360/events")
            .await
            .text()
            .contains("Teams")
    );
}

#[tokio::test]
async fn a_slug_is_one_on_the_server_and_another_orgs_team_is_not_found() {
    let mut stage = stage().await;
    let bob = stage.bob.clone();
    let path = stage.creates("Sales", "sales", &bob).await;
    let other = stage.app.org("Others").await;
    let eve = stage.app.person(other, "Eve", Role::Admin).await;
    let mut eve_sees = stage.app.browser_of(&eve).await;
    let taken = eve_sees
        .post("/360/teams", &[("name", "Sales"), ("slug", "sales")])
        .await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(taken.text().contains("That slug is taken by another team."));
    assert_eq!(taken.field("name").as_deref(), Some("Sales"));
    assert_eq!(eve_sees.get(&path).await.status, StatusCode::NOT_FOUND);
    let post = eve_sees
        .post(&path, &[("name", "Mine"), ("slug", "mine")])
        .await;
    assert_eq!(post.status, StatusCode::NOT_FOUND);
    let gone = eve_sees.post(&format!("{path}/delete"), &[]).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    // Nobody of another org becomes a member.
    let bob = bob.id.to_string();
    let form = [("name", "Theirs"), ("slug", "theirs"), ("member", &bob)];
    let made = eve_sees.post_and_follow("/360/teams", &form).await;
    assert!(!made.text().contains("Bob Byte"));
}

#[tokio::test]
async fn what_a_teams_form_refuses_has_its_sentence_and_loses_nothing() {
    let mut stage = stage().await;
    let bob = stage.bob.id.to_string();
    for (name, slug, words) in [
        ("", "", "Enter a name."),
        (
            "Продажи",
            "",
            "Enter a URL slug: none can be made from this name.",
        ),
        (
            "Sales",
            "Not A Slug",
            "Use 1 to 64 lowercase letters, digits and hyphens",
        ),
    ] {
        let form = [("name", name), ("slug", slug), ("member", &bob)];
        let page = stage.admin.post("/360/teams", &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text().contains(words), "{}", page.text());
        assert!(page.body.contains(&format!("value=\"{bob}\" checked")));
    }
}

#[tokio::test]
async fn a_deleted_team_takes_its_event_types_off_and_frees_its_slug() {
    let mut stage = stage().await;
    let bob = stage.bob.clone();
    let path = stage.creates("Sales", "sales", &bob).await;
    let team = path.rsplit('/').next().unwrap().parse().unwrap();
    let demo = stage.app.offers(&stage.ada, "Demo", Location::Zoom).await;
    stage
        .app
        .edits(&demo, |it| {
            it.kind = Kind::RoundRobin;
            it.team_id = Some(team);
        })
        .await;
    let asks = stage.admin.get(&format!("{path}/delete")).await;
    assert!(asks.text().contains("This event type is turned off: Demo."));
    stage.admin.post(&format!("{path}/delete"), &[]).await;
    let mut guest = stage.app.browser();
    for path in ["/team/sales", "/team/sales/demo"] {
        assert_eq!(guest.get(path).await.status, StatusCode::NOT_FOUND);
    }
    assert!(stage.admin.get("/360/events").await.text().contains("Off"));
    stage.creates("Sales", "sales", &bob).await;
}

#[tokio::test]
async fn the_policies_of_a_team_are_saved() {
    let mut stage = stage().await;
    let bob = stage.bob.clone();
    let path = stage.creates("Sales", "sales", &bob).await;
    let member = bob.id.to_string();
    let form = [
        ("name", "Sales"),
        ("slug", "sales"),
        ("member", &*member),
        ("availability", "balance"),
        ("on_reschedule", "reassign"),
    ];
    let saved = stage.admin.post_and_follow(&path, &form).await;
    for chosen in ["value=\"balance\" selected", "value=\"reassign\" selected"] {
        assert!(saved.body.contains(chosen), "{chosen}");
    }
}

#[tokio::test]
async fn groups_show_their_places_and_ask_for_one_place_to_meet() {
    let mut stage = stage().await;
    let demo = stage.app.offers(&stage.ada, "Demo", Location::Zoom).await;
    let editor = format!("/360/events/{}", demo.id);
    let base = [
        ("title", "Demo"),
        ("slug", "demo"),
        ("minutes", "42"),
        ("color", "#7c3aed"),
        ("kind", "group"),
    ];
    for (location, seats, words) in [
        ("zoom", "1", "A slot has 2 to 9,999 places."),
        ("zoom", "10000", "A slot has 2 to 9,999 places."),
        ("ask_invitee", "10", "A group meets in one place"),
    ] {
        let form: Vec<_> = base
            .into_iter()
            .chain([("location", location), ("seats", seats)])
            .collect();
        let page = stage.admin.post(&editor, &form).await;
        assert!(page.text().contains(words), "{}", page.text());
        assert_eq!(page.field("seats").as_deref(), Some(seats));
    }
    let more = [
        ("location", "zoom"),
        ("seats", "3"),
        ("show_remaining", "on"),
    ];
    let form: Vec<_> = base.into_iter().chain(more).collect();
    stage.admin.post_and_follow(&editor, &form).await;
    assert!(
        stage
            .admin
            .get("/360/events")
            .await
            .text()
            .contains("Group, 3 places")
    );

    stage
        .app
        .books(&demo, "Grace", "grace@example.com", "2026-05-05T07:00:00Z")
        .await;
    let mut guest = stage.app.browser();
    let page = guest
        .get("/ada-lovelace/demo?date=2026-05-05&tz=Europe/Madrid")
        .await
        .text();
    assert!(page.contains("09:00 2 spots left"), "{page}");
    let form = guest
        .get("/ada-lovelace/demo/book?start=2026-05-05T07:00:00Z&tz=Europe/Madrid")
        .await;
    assert!(form.text().contains("· 2 spots left"), "{}", form.text());
    stage.app.settle().await;
}

#[tokio::test]
async fn a_hosts_cancel_of_a_group_says_for_how_many() {
    let mut stage = stage().await;
    let demo = stage.app.offers(&stage.ada, "Demo", Location::Phone).await;
    let demo = stage
        .app
        .edits(&demo, |it| {
            it.kind = Kind::Group;
            it.seats = Some(5);
        })
        .await;
    let start = "2026-05-05T07:00:00Z";
    let grace = stage
        .app
        .books(&demo, "Grace", "grace@example.com", start)
        .await;
    stage
        .app
        .books(&demo, "Alan", "alan@example.com", start)
        .await;
    let path = format!("/360/meetings/{}", grace.id);
    let details = stage.admin.get(&path).await.text();
    assert!(details.contains("2 of 5 taken"), "{details}");
    assert!(
        !details.contains("Booked by Alan"),
        "the history is that of one place"
    );
    let asks = stage.admin.get(&format!("{path}/cancel")).await.text();
    assert!(
        asks.contains("Cancel this meeting for 2 invitees?"),
        "{asks}"
    );
    let done = stage
        .admin
        .post_and_follow(&format!("{path}/cancel"), &[])
        .await;
    assert!(done.text().contains("Canceled. Everyone in it is emailed."));
    stage.app.settle().await;
    assert_eq!(stage.app.letters_to("alan@example.com").len(), 1);
}

#[tokio::test]
async fn an_admin_edits_a_teams_event_type_but_only_its_owner_takes_it_off_the_team() {
    let mut stage = stage().await;
    let bob = stage.bob.clone();
    let path = stage.creates("Sales", "sales", &bob).await;
    let team = path.rsplit('/').next().unwrap().to_owned();
    let call = stage.app.offers(&bob, "Call", Location::Zoom).await;
    let id = team.parse().unwrap();
    let call = stage
        .app
        .edits(&call, |it| {
            it.kind = Kind::RoundRobin;
            it.team_id = Some(id);
        })
        .await;
    let editor = format!("/360/events/{}", call.id);
    assert!(
        stage
            .admin
            .get("/360/events")
            .await
            .text()
            .contains("Round Robin")
    );
    let form = |kind: &'static str, title: &'static str| {
        [
            ("title", title),
            ("slug", "call"),
            ("minutes", "42"),
            ("color", "#7c3aed"),
            ("location", "zoom"),
            ("kind", kind),
        ]
    };
    let refused = stage
        .admin
        .post(&editor, &form("one_on_one", "Call"))
        .await
        .text();
    assert!(
        refused.contains("Only its owner can take it off the team."),
        "{refused}"
    );
    let with_team = form("round_robin", "Sales call")
        .into_iter()
        .chain([("team", team.as_str())]);
    let saved = stage
        .admin
        .post_and_follow(&editor, &with_team.collect::<Vec<_>>())
        .await;
    assert!(saved.text().contains("Sales call"), "{}", saved.text());
    // Without its team it can't be switched on again.
    stage.admin.post(&format!("{path}/delete"), &[]).await;
    let on = stage
        .member
        .post_and_follow(&format!("{editor}/switch"), &[("on", "1")])
        .await;
    assert!(
        on.text().contains("Sales call has no team any more."),
        "{}",
        on.text()
    );
}
