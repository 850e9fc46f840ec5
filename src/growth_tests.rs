//! What is asked of the database, held against what grows: a request asks no more questions with a
//! long history or a large team behind it, and no question looks through a whole table. Counts
//! only: how long things take is measured by `bin/bench`, which no test may depend on.

use axum::extract::State;
use axum::routing::get;

use crate::accounts::{Person, Role};
use crate::app::App;
use crate::booking::{self, Booking, Meeting, manage_path};
use crate::clock::{days, hours};
use crate::db::{Dialect, sql};
use crate::error::Result;
use crate::event_types::{Kind, Location};
use crate::id::Id;
use crate::record;
use crate::testing::TestApp;
use crate::testing::browser::Browser;

const FORM_TOKEN: &str = "0123456789012345678901234567890123456789012";

struct World {
    app: TestApp,
    ada: Person,
    booking: Booking,
    guest: Browser,
    host: Browser,
    copies: u128,
}

impl World {
    /// Ada, who has Zoom, with one booking.
    async fn new() -> World {
        let app = TestApp::start_with_zoom().await;
        let org = app.org("Engines").await;
        let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
        app.zoom_on(org).await;
        app.zoom()
            .add_user(zoom_sim::UserSpec::new("ada@zoom.example"));
        app.connects(&ada, "personal", "ada@zoom.example").await;
        let intro = app.offers(&ada, "Intro", Location::Zoom).await;
        let booking = app
            .books(&intro, "Grace", "grace@example.com", "2026-05-05T08:00:00Z")
            .await;
        app.settle_for(crate::clock::minutes(1)).await;
        let (guest, host) = (app.browser(), app.browser_of(&ada).await);
        World {
            app,
            ada,
            booking,
            guest,
            host,
            copies: 0,
        }
    }

    /// So many more meetings that took place, one a day.
    async fn grows_older_by(&mut self, meetings: u16) {
        let first = self.copies;
        self.copies += u128::from(meetings);
        let (org, id) = (self.booking.org_id, self.booking.meeting_id);
        let mut reader = self.app.app.db.read().await.unwrap();
        let found = booking::store::meeting(&mut reader, org, id).await.unwrap();
        let (meeting, booking) = (found.unwrap(), self.booking.clone());
        drop(reader);
        self.app
            .write(move |tx| {
                Box::pin(async move {
                    for n in first..first + u128::from(meetings) {
                        let (meeting, booking) = copy(&meeting, &booking, n);
                        booking::store::insert_meeting(tx, &meeting).await?;
                        booking::store::put_busy(tx, &meeting).await?;
                        let token = format!("copy-{n}");
                        booking::store::insert_booking(tx, &booking, &token).await?;
                    }
                    Ok(())
                })
            })
            .await;
    }

    /// What each request asks, by name.
    async fn asks(&mut self) -> Vec<(&'static str, Vec<String>)> {
        let app = self.app.app.clone();
        let page = manage_path(&app, self.booking.id);
        let link = page.replacen('?', "/link?", 1);
        let details = format!("/360/meetings/{}", self.booking.id);
        let public = [
            ("the times", "/ada-lovelace/intro?date=2026-05-06"),
            ("the slots", "/ada-lovelace/intro/slots?month=2026-05"),
            (
                "the form",
                "/ada-lovelace/intro/book?start=2026-05-06T08:00:00Z",
            ),
            ("the confirmation", page.as_str()),
            ("the link", link.as_str()),
        ];
        let own = [
            ("the list", "/360/meetings"),
            ("the past", "/360/meetings?tab=past"),
            ("the canceled", "/360/meetings?tab=canceled"),
            ("everybody’s", "/360/meetings?host=all"),
            ("the details", details.as_str()),
            ("the log", "/360/integrations/zoom/log"),
        ];
        let mut all = Vec::new();
        for (paths, browser) in [(&public[..], &mut self.guest), (&own[..], &mut self.host)] {
            for (name, path) in paths {
                drop(app.db.asked());
                let answer = browser.get(path).await;
                assert_eq!(answer.status, 200, "{path}");
                all.push((*name, app.db.asked()));
            }
        }
        all
    }

    /// Books over the form; what that asks, and what the jobs behind it ask.
    async fn books(&mut self, start: &str, token: &str) -> (Vec<String>, Vec<String>) {
        let app = self.app.app.clone();
        drop(app.db.asked());
        let fields = [
            ("start", start),
            ("name", "Alan"),
            ("email", "alan@example.com"),
            ("token", token),
        ];
        let answer = self.guest.post("/ada-lovelace/intro/book", &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let booked = app.db.asked();
        self.app.settle_for(crate::clock::minutes(1)).await;
        (booked, app.db.asked())
    }

    /// What is asked when an account or a switch has changed.
    async fn connects_again(&mut self) -> Vec<String> {
        let app = self.app.app.clone();
        drop(app.db.asked());
        let mut reader = app.db.read().await.unwrap();
        let (org, now) = (self.ada.org_id, app.now());
        let again = crate::conferencing::store::meetings_to_look_at(&mut reader, org, now).await;
        assert!(!again.unwrap().is_empty());
        app.db.asked()
    }
}

/// The same on an earlier day.
fn copy(meeting: &Meeting, booking: &Booking, n: u128) -> (Meeting, Booking) {
    let back = days(i64::try_from(n).unwrap() + 1);
    let id = Id::from_uuid(uuid::Uuid::from_u128(0x1000 + n));
    let meeting = Meeting {
        id,
        // The first twenty are to come, a whole page of a list, when nobody can book.
        starts_at: if n < 20 {
            meeting.starts_at + back + hours(10)
        } else {
            meeting.starts_at - back
        },
        ical_uid: format!("copy-{n}"),
        created_at: meeting.created_at - back,
        ..meeting.clone()
    };
    let booking = Booking {
        id: Id::from_uuid(uuid::Uuid::from_u128(0x1000 + n)),
        meeting_id: id,
        starts_at: meeting.starts_at,
        created_at: meeting.created_at,
        ..booking.clone()
    };
    (meeting, booking)
}

#[tokio::test]
async fn a_request_asks_as_much_with_a_thousand_bookings_as_with_ten() {
    let mut world = World::new().await;
    world.grows_older_by(25).await;
    let young = world.asks().await;
    // The first from an address in a while clears away what was counted before.
    let first = FORM_TOKEN.replace('0', "8");
    world.books("2026-05-04T12:00:00Z", &first).await;
    let (booked, _) = world.books("2026-05-05T12:00:00Z", FORM_TOKEN).await;
    world.grows_older_by(1_000).await;
    let old = world.asks().await;
    for ((name, then), (_, now)) in young.iter().zip(&old) {
        // A page of a list is fuller now, and the log longer; neither asks for each of its rows.
        assert_eq!(then.len(), now.len(), "{name} asks {now:#?}");
        assert!((1..=20).contains(&now.len()), "{name} asks {now:#?}");
    }
    let token = FORM_TOKEN.replace('0', "9");
    let (again, _) = world.books("2026-05-06T12:00:00Z", &token).await;
    assert_eq!(booked.len(), again.len(), "{again:#?}");
    assert!(again.len() <= 30, "a booking asks {again:#?}");
}

#[tokio::test]
async fn the_times_of_a_team_take_as_many_questions_for_a_hundred_as_for_one() {
    let mut world = World::new().await;
    let org = world.ada.org_id;
    let mut members = Vec::new();
    let mut counts = Vec::new();
    for (name, many) in [("Solo", 1), ("Ten", 10), ("Hundred", 100)] {
        while members.len() < many {
            let name = format!("Member {}", members.len());
            let member = world.app.person(org, &name, Role::User).await;
            world.app.works(&member).await;
            members.push(member);
        }
        let new: Vec<&Person> = members.iter().collect();
        let team = world.app.team_of(name, &new).await;
        let call = world.app.offers(&world.ada, name, Location::Zoom).await;
        let call = world
            .app
            .edits(&call, |it| {
                it.kind = Kind::RoundRobin;
                it.team_id = Some(team.id);
            })
            .await;
        let path = format!("/team/{}/{}/slots?month=2026-05", team.slug, call.slug);
        drop(world.app.app.db.asked());
        let answer = world.guest.get(&path).await;
        assert_eq!(answer.status, 200);
        assert!(answer.body.contains("2026-05-06T"), "{}", answer.body);
        counts.push(world.app.app.db.asked().len());
    }
    assert!(counts.iter().all(|n| *n == counts[0]), "{counts:?}");
}

record! {
    /// A line of what SQLite means to do.
    struct Planned {
        /// 0: of the statement itself, not of a part that is about one of its rows.
        parent: i64,
        detail: String,
    }
}

/// Those of these statements that read all rows of a table or of an org, or sort them all.
async fn looks_through_all(app: &App, statements: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    let mut reader = app.db.read().await.unwrap();
    for statement in statements {
        let explain = format!("EXPLAIN QUERY PLAN {statement}");
        let nothing = [None::<i64>; 99];
        let plan = sql(explain).bind_all(&nothing).all(&mut reader).await;
        let plan: Vec<Planned> = plan.unwrap();
        for Planned { parent, detail } in plan {
            if reads_all(&detail) || parent == 0 && sorts_all(&detail, statement) {
                found.push(format!("{detail}: {statement}"));
            }
        }
    }
    found
}

/// Of a few tables there are as many rows as there are servers.
fn reads_all(detail: &str) -> bool {
    const SMALL: [&str; 4] = [
        "SCAN installation",
        "SCAN firsts",
        "SCAN CONSTANT ROW",
        "SCAN (subquery",
    ];
    let long = ["bookings_", "meetings_", "busy_", "sync_log_", "letters_"];
    let of_the_org = ["(org_id=?)", "(org_id=? AND status=?)"];
    let is_given = detail.ends_with("-ROW VALUES CLAUSE");
    detail.starts_with("SCAN ") && !is_given && !SMALL.iter().any(|small| detail.starts_with(small))
        || long
            .iter()
            .any(|index| detail.contains(&format!("INDEX {index}")))
            && of_the_org.iter().any(|all| detail.ends_with(all))
}

/// Only part of what an index has in the right order may be left to sort.
fn sorts_all(detail: &str, statement: &str) -> bool {
    detail == "USE TEMP B-TREE FOR ORDER BY" && is_long(statement)
}

/// What could be sorted is as long as a history.
fn is_long(statement: &str) -> bool {
    let from = |table: &str| statement.contains(&format!("FROM {table}"));
    ["busy", "sync_log", "letters"]
        .iter()
        .any(|table| from(table))
        || (from("bookings") || from("meetings")) && !statement.contains("meeting_id = ")
}

#[tokio::test]
async fn no_question_of_a_request_or_a_job_looks_through_a_whole_table() {
    let mut world = World::new().await;
    if world.app.app.db.dialect() != Dialect::Sqlite {
        // PostgreSQL plans by what it has counted; its indexes are the same.
        return;
    }
    let mut asked: Vec<String> = world.asks().await.into_iter().flat_map(|it| it.1).collect();
    world.grows_older_by(30).await;
    asked.extend(world.asks().await.into_iter().flat_map(|it| it.1));
    let (booked, worked) = world.books("2026-05-05T12:00:00Z", FORM_TOKEN).await;
    asked.extend(booked);
    asked.extend(worked);
    asked.extend(world.connects_again().await);
    asked.sort_unstable();
    asked.dedup();
    assert!(
        asked.len() > 40,
        "only {} questions were heard",
        asked.len()
    );
    let found = looks_through_all(&world.app.app, &asked).await;
    assert_eq!(found, [""; 0], "{found:#?}");
}

async fn asks_for_each(State(app): State<App>) -> Result<String> {
    let mut reader = app.db.read().await?;
    let all: Vec<Id<Booking>> = sql("SELECT id FROM bookings").all(&mut reader).await?;
    for id in &all {
        sql("SELECT starts_at FROM bookings WHERE id = $1")
            .bind(*id)
            .one::<i64>(&mut reader)
            .await?;
    }
    Ok(all.len().to_string())
}

#[tokio::test]
async fn a_request_that_asks_for_each_booking_and_one_that_scans_are_found() {
    let mut world = World::new().await;
    let app = world.app.app.clone();
    let routes = crate::routes::routes().route("/planted", get(asks_for_each));
    let router = crate::server::dressed(routes, app.clone()).unwrap();
    let mut browser = Browser::new(router);
    let mut counts = Vec::new();
    for _ in 0..2 {
        drop(app.db.asked());
        assert_eq!(browser.get("/planted").await.status, 200);
        counts.push(app.db.asked().len());
        world.grows_older_by(10).await;
    }
    assert_eq!(counts[1], counts[0] + 10);
    if app.db.dialect() == Dialect::Sqlite {
        let texts = [
            "SELECT id FROM bookings".to_owned(),
            "SELECT id FROM meetings WHERE org_id = $1 AND over_at IS NULL".to_owned(),
            "SELECT starts_at FROM busy WHERE host_id = $1 ORDER BY ends_at".to_owned(),
        ];
        assert_eq!(looks_through_all(&app, &texts).await.len(), 3);
    }
}
