//! The key changes while everything stays readable, and no sealed value opens in another's place.

use std::collections::BTreeSet;

use zoom_sim::UserSpec;

use super::store::{self, RowKey};
use super::{Rotated, SEALED, Spot, columns, left, lost, rotate};
use crate::accounts::Role;
use crate::entropy::Entropy;
use crate::event_types::Location;
use crate::installation;
use crate::seal::{Seal, Sealed, Secret, SecretKeys};
use crate::testing::TestApp;

/// What `TestApp` is started with.
const OLD: &str = "4242424242424242424242424242424242424242424242424242424242424242";
const NEW: &str = "abababababababababababababababababababababababababababababababab";

fn seal(keys: &str) -> Seal {
    Seal::new(&SecretKeys::parse(keys).unwrap(), Entropy::seeded(7))
}

/// Two orgs, and in them something in every sealed column.
async fn stage() -> TestApp {
    let app = TestApp::start_with_zoom().await;
    for (org, name) in [("Engines", "Ada Lovelace"), ("Looms", "Gus Garn")] {
        let org = app.org(org).await;
        let person = app.person(org, name, Role::Admin).await;
        app.zoom_on(org).await;
        let intro = app.offers(&person, "Intro call", Location::Zoom).await;
        let user = format!("{}@zoom.example", person.username);
        let other = format!("other-{user}");
        for user in [&user, &other] {
            app.zoom().add_user(UserSpec::new(user));
        }
        app.connects(&person, "personal", &user).await;
        // Another account in place of the first waits for an answer.
        app.connects(&person, "personal", &other).await;
        let mut browser = app.browser_of(&person).await;
        let begun = browser
            .post("/360/integrations/zoom/connect", &[("role", "personal")])
            .await;
        assert_eq!(begun.status, 303);
        app.books(&intro, "Grace", "grace@example.com", "2026-05-05T07:00:00Z")
            .await;
    }
    let seal = app.app.seal.clone();
    app.write(move |tx| {
        Box::pin(async move {
            let code = Secret::new("a setup code");
            installation::set_setup_code(tx, &seal, Some(&code)).await
        })
    })
    .await;
    app
}

async fn sealed(app: &TestApp) -> Vec<(Spot, Sealed)> {
    let mut reader = app.app.db.read().await.unwrap();
    let mut all = Vec::new();
    for (table, column) in columns() {
        let found = store::all(&mut reader, table, column).await.unwrap();
        assert!(!found.is_empty(), "{}.{column} is empty", table.table);
        all.extend(found);
    }
    all
}

#[tokio::test]
async fn everything_is_sealed_anew_and_the_old_key_can_go() {
    let app = stage().await;
    let before = sealed(&app).await;
    let count = before.len();
    let (old, both, new) = (seal(OLD), seal(&format!("{NEW} {OLD}")), seal(NEW));
    let open = |seal: &Seal, all: &[(Spot, Sealed)]| -> Vec<Option<String>> {
        all.iter()
            .map(|(spot, it)| seal.open(&spot.place(), it).ok())
            .map(|secret| secret.map(|secret| secret.expose().to_owned()))
            .collect()
    };
    let plain = open(&old, &before);
    assert!(plain.iter().all(Option::is_some));
    assert_eq!(open(&both, &before), plain, "both keys open what is old");

    let rotated = rotate(&app.app.db, &both).await.unwrap();
    let expected = Rotated {
        sealed_anew: count,
        lost: 0,
        left: 0,
    };
    assert_eq!(rotated, expected);
    let after = sealed(&app).await;
    assert_eq!(open(&new, &after), plain, "the new key alone opens all");
    assert!(open(&old, &after).iter().all(Option::is_none));
    // A process that still seals with the old key, and has both, reads on.
    let other = seal(&format!("{OLD},{NEW}"));
    assert_eq!(open(&other, &after), plain);
    let again = rotate(&app.app.db, &both).await.unwrap();
    assert_eq!(again.sealed_anew, 0);
}

#[tokio::test]
async fn a_rotation_that_was_killed_goes_on_where_it_was() {
    let app = stage().await;
    let all = sealed(&app).await;
    let both = seal(&format!("{NEW} {OLD}"));
    // What a rotation had done when it was killed.
    let done: Vec<(Spot, Sealed)> = all.iter().take(3).cloned().collect();
    let inner = both.clone();
    app.write(move |tx| {
        Box::pin(async move {
            for (spot, old) in done {
                let secret = inner.open(&spot.place(), &old)?;
                let new = inner.seal(&spot.place(), &secret);
                assert!(store::replace(tx, &spot, &old, new).await?);
            }
            Ok(())
        })
    })
    .await;
    let mut reader = app.app.db.read().await.unwrap();
    let still = i64::try_from(all.len() - 3).unwrap();
    assert_eq!(left(&mut reader, &both).await.unwrap(), still);
    drop(reader);
    let rotated = rotate(&app.app.db, &both).await.unwrap();
    assert_eq!((rotated.sealed_anew, rotated.left), (all.len() - 3, 0));
}

#[tokio::test]
async fn what_was_changed_meanwhile_is_not_overwritten() {
    let app = stage().await;
    let both = seal(&format!("{NEW} {OLD}"));
    let (spot, read_before) = sealed(&app).await.pop().unwrap();
    let refreshed = both.seal(&spot.place(), &Secret::new("refreshed"));
    let (inner, row) = (spot.clone(), refreshed.clone());
    app.write(move |tx| {
        Box::pin(async move {
            assert!(store::replace(tx, &inner, &read_before, row.clone()).await?);
            let late = Sealed(vec![2; 60]);
            assert!(!store::replace(tx, &inner, &read_before, late).await?);
            Ok(())
        })
    })
    .await;
    let now = sealed(&app).await;
    let there = now.iter().find(|(s, _)| s.place() == spot.place()).unwrap();
    assert!(there.1 == refreshed);
}

#[tokio::test]
async fn a_value_under_a_key_that_is_gone_is_counted_and_left() {
    let app = stage().await;
    let all = sealed(&app).await;
    let rotated = rotate(&app.app.db, &seal(NEW)).await.unwrap();
    assert_eq!((rotated.sealed_anew, rotated.lost), (0, all.len()));
    let mut reader = app.app.db.read().await.unwrap();
    assert_eq!(lost(&mut reader, &seal(OLD)).await.unwrap(), 0);
}

#[tokio::test]
async fn a_sealed_value_opens_in_no_other_place() {
    let app = stage().await;
    rotate(&app.app.db, &seal(&format!("{NEW} {OLD}")))
        .await
        .unwrap();
    let (all, new) = (sealed(&app).await, seal(NEW));
    let mut swaps = 0;
    for (here, value) in &all {
        assert!(new.open(&here.place(), value).is_ok());
        for (there, _) in all
            .iter()
            .filter(|(there, _)| there.place() != here.place())
        {
            assert!(
                new.open(&there.place(), value).is_err(),
                "{} opens as {}",
                here.place(),
                there.place()
            );
            swaps += 1;
        }
    }
    // Two orgs, each with a connection, a held grant and a sign-in; and the installation's three.
    assert_eq!(swaps, 13 * 12);
    // The name of the row is part of the place: a value moved to a row of another org is foreign.
    let rows: BTreeSet<String> = all.iter().map(|(spot, _)| spot.row.to_string()).collect();
    assert_eq!(rows.len(), 7);
    assert!(all.iter().any(|(spot, _)| spot.row == RowKey::Number(1)));
}

/// Columns of bytes that hold no secret but the hash of one.
const HASHES: [&str; 5] = [
    "sessions.token_hash",
    "person_links.token_hash",
    "sign_ins_abroad.state_hash",
    "sign_ins_abroad.session_hash",
    "notices.digest",
];

/// Anybody may see these.
const PUBLIC: [&str; 1] = ["pictures.jpeg"];

/// "table.column" of the columns of bytes that a migration makes.
fn columns_of_bytes(migration: &str) -> BTreeSet<String> {
    let mut table = "";
    let mut found = BTreeSet::new();
    for line in migration.lines() {
        let mut words = line.split_whitespace();
        let named = match (words.next(), words.next(), words.next()) {
            (Some("CREATE" | "ALTER"), Some("TABLE"), Some(name)) => {
                table = name;
                // ALTER TABLE x ADD COLUMN y
                words.nth(2)
            }
            (name, _, _) => name,
        };
        if let (true, Some(column)) = (line.contains("{{bytes}}"), named) {
            found.insert(format!("{table}.{column}"));
        }
    }
    found
}

#[test]
fn every_column_of_bytes_is_sealed_or_a_hash() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut in_schema = BTreeSet::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        in_schema.extend(columns_of_bytes(&text));
    }
    let known: BTreeSet<String> = columns()
        .map(|(table, column)| format!("{}.{column}", table.table))
        .chain(HASHES.map(str::to_owned))
        .chain(PUBLIC.map(str::to_owned))
        .collect();
    assert_eq!(in_schema, known);
    assert_eq!(SEALED.len(), 4);
    let more = "ALTER TABLE people ADD COLUMN api_key {{bytes}};";
    let found: Vec<String> = columns_of_bytes(more).into_iter().collect();
    assert_eq!(found, ["people.api_key"]);
}
