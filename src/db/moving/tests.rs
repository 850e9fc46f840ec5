//! A whole installation moves; needs both databases.

use sqlx::Connection as _;

use super::{Moved, move_all};
use crate::accounts::Role;
use crate::app::App;
use crate::db::{Db, Dialect, lite_file, sql};
use crate::entropy::Entropy;
use crate::event_types::Location;
use crate::hold;
use crate::testing::TestApp;

/// Texts that have broken moves elsewhere.
const NAUGHTY: [&str; 5] = [
    "O’Brien'; DROP TABLE people;--",
    "\u{202e}right to left\u{202c} \u{1f469}\u{200d}\u{1f680}",
    "line\r\nbreak\ttab \\ back\\slash $1 {{uuid}}",
    "e\u{301} and \u{e9}, ﷽, \u{feff}",
    "",
];

#[tokio::test]
async fn everything_moves_from_sqlite_to_postgres_and_goes_on_there() {
    let on_postgres = TestApp::start().await;
    if on_postgres.app.db.dialect() == Dialect::Sqlite {
        return;
    }
    // An empty database beside the one of this test.
    let server = on_postgres.app.config.database_url.clone();
    let empty = on_postgres.empty_database("moved").await;
    drop(on_postgres);

    let app = TestApp::start_on_sqlite_with_zoom().await;
    let org = app.org(NAUGHTY[0]).await;
    let ada = app.person(org, "Ada Lovelace", Role::Admin).await;
    app.zoom_on(org).await;
    app.zoom()
        .add_user(zoom_sim::UserSpec::new("ada@zoom.example"));
    app.connects(&ada, "personal", "ada@zoom.example").await;
    let intro = app.offers(&ada, "Intro call", Location::Zoom).await;
    hold::at_start(&app.app).await.unwrap();
    let mut bookings = Vec::new();
    for (day, name) in NAUGHTY.iter().enumerate() {
        let start = format!("2026-05-{:02}T07:00:00Z", 5 + day % 4 + 7 * (day / 4));
        bookings.push(app.books(&intro, name, "grace@example.com", &start).await);
    }
    app.settle_for(crate::clock::minutes(2)).await;
    let before = app.stored().await;
    let path = lite_file::path_of(&app.app.config.database_url).unwrap();

    let running = move_all(&path, &empty).await.unwrap_err().to_string();
    assert!(
        running.contains("in use by another 42min process"),
        "{running}"
    );
    let refused = move_all(&path.with_file_name("none"), &empty).await;
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .contains("There is no file")
    );
    let mut config = app.app.config.clone();
    let aside = path.with_file_name("aside.sqlite");
    lite_file::copy(&path, &aside).await.unwrap();
    let bytes = std::fs::read(&aside).unwrap();
    let full = move_all(&aside, &server).await.unwrap_err().to_string();
    assert!(full.contains("not empty"), "{full}");

    let moved: Vec<Moved> = move_all(&aside, &empty).await.unwrap();
    assert_eq!(
        std::fs::read(&aside).unwrap(),
        bytes,
        "the source was touched"
    );
    let rows: usize = moved.iter().map(|table| table.rows).sum();
    assert!(rows >= before.len(), "{rows} of {}", before.len());
    let of = |name: &str| moved.iter().find(|m| m.table == name).unwrap().rows;
    assert_eq!((of("bookings"), of("connections")), (NAUGHTY.len(), 1));
    assert!(move_all(&aside, &empty).await.is_err(), "moved twice");

    config.database_url = empty;
    let there = App::start(config, app.app.clock.clone(), Entropy::seeded(9))
        .await
        .unwrap();
    assert_eq!(
        hold::at_start(&there).await.unwrap(),
        None,
        "not a copy that woke up"
    );
    let mut reader = there.db.read().await.unwrap();
    for booking in &bookings {
        let found = crate::booking::store::booking(&mut reader, org, booking.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.invitee_name, booking.invitee_name);
    }
    let linked = crate::conferencing::store::linked(&mut reader, org)
        .await
        .unwrap();
    assert!(
        linked[0].connection.open(&there.seal).is_ok(),
        "the same key opens"
    );
    // References are as strict as before.
    let deferrable: i64 = sql("SELECT COUNT(*) FROM pg_constraint WHERE condeferrable")
        .one(&mut reader)
        .await
        .unwrap();
    assert_eq!(deferrable, 0);
}

#[tokio::test]
async fn a_source_that_cannot_be_moved_leaves_the_target_empty() {
    let on_postgres = TestApp::start().await;
    if on_postgres.app.db.dialect() == Dialect::Sqlite {
        return;
    }
    let empty = on_postgres.empty_database("unmoved").await;
    let app = TestApp::start_on_sqlite_with_zoom().await;
    let org = app.org("Engines").await;
    app.person(org, "Ada Lovelace", Role::Admin).await;
    let path = lite_file::path_of(&app.app.config.database_url).unwrap();
    let aside = path.with_file_name("aside.sqlite");
    lite_file::copy(&path, &aside).await.unwrap();
    // SQLite takes any text as a number; PostgreSQL has no such row.
    let mut conn = lite_file::connect(&aside).await.unwrap();
    sqlx::query("UPDATE people SET turn = 'often'")
        .execute(&mut conn)
        .await
        .unwrap();
    conn.close().await.unwrap();
    let said = format!("{:#}", move_all(&aside, &empty).await.unwrap_err());
    assert!(said.contains("people.turn can't be read"), "{said}");
    // Nothing stands in the way of a second try.
    let mut conn = lite_file::connect(&aside).await.unwrap();
    sqlx::query("UPDATE people SET turn = 3")
        .execute(&mut conn)
        .await
        .unwrap();
    sqlx::query("UPDATE _sqlx_migrations SET version = 99 WHERE version = 1")
        .execute(&mut conn)
        .await
        .unwrap();
    let newer = move_all(&aside, &empty).await.unwrap_err().to_string();
    assert!(newer.contains("has step 99"), "{newer}");
    sqlx::query("UPDATE _sqlx_migrations SET version = 1 WHERE version = 99")
        .execute(&mut conn)
        .await
        .unwrap();
    conn.close().await.unwrap();
    move_all(&aside, &empty).await.unwrap();
    Db::open(&empty).await.unwrap().close().await;
}
