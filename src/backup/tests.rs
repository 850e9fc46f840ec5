//! Backups beside a server that writes, and restores that refuse what would do harm.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::{restore, save};
use crate::accounts::{Person, Role};
use crate::app::App;
use crate::booking::Booking;
use crate::config::Config;
use crate::db::{Dialect, lite_file, sql};
use crate::entropy::Entropy;
use crate::event_types::{EventType, Location};
use crate::seal::SecretKeys;
use crate::testing::TestApp;

struct Stage {
    app: TestApp,
    intro: EventType,
}

async fn stage() -> Option<Stage> {
    let app = TestApp::start().await;
    if app.app.db.dialect() == Dialect::Postgres {
        let said = save(&app.app.config, Path::new("/nowhere"), app.now())
            .await
            .unwrap_err()
            .to_string();
        assert!(said.contains("pg_dump"), "{said}");
        return None;
    }
    let org = app.org("Engines").await;
    let ada: Person = app.person(org, "Ada Lovelace", Role::Admin).await;
    let intro = app.offers(&ada, "Intro call", Location::Phone).await;
    Some(Stage { app, intro })
}

impl Stage {
    async fn books(&self, start: &str) -> Booking {
        self.app
            .books(&self.intro, "Grace", "grace@example.com", start)
            .await
    }

    fn file(&self, name: &str) -> PathBuf {
        self.app.app.config.data.join(name)
    }

    async fn saves(&self, name: &str) -> PathBuf {
        let file = self.file(name);
        save(&self.app.app.config, &file, self.app.now())
            .await
            .unwrap();
        file
    }

    /// Settings of a server elsewhere.
    fn elsewhere(&self) -> Config {
        let mut config = self.app.app.config.clone();
        config.data = self.file("elsewhere");
        config.database_url = format!("sqlite:{}", config.data.join("a.sqlite").display());
        config
    }

    async fn restores(
        &self,
        to: &Config,
        from: &Path,
        replace: bool,
    ) -> Result<super::Restored, String> {
        restore(to, from, replace, &self.app.app.clock)
            .await
            .map_err(|error| format!("{error:#}"))
    }
}

async fn bookings(config: &Config, stage: &Stage) -> i64 {
    let clock = stage.app.app.clock.clone();
    let app = App::start(config.clone(), clock, Entropy::seeded(5))
        .await
        .unwrap();
    assert!(app.installation.is_held(), "restored, and not on hold");
    let mut reader = app.db.read().await.unwrap();
    let count = sql("SELECT COUNT(*) FROM bookings")
        .one(&mut reader)
        .await
        .unwrap();
    drop(reader);
    app.db.close().await;
    count
}

#[tokio::test]
async fn a_backup_is_whole_though_the_server_writes_and_only_its_owner_reads_it() {
    let Some(stage) = stage().await else { return };
    stage.books("2026-05-05T07:00:00Z").await;
    let file = stage.file("one.backup");
    let busy = async {
        for quarter in 0..12 {
            let start = format!("2026-05-{:02}T08:00:00Z", 6 + quarter);
            if let Ok(day) = start.parse::<jiff::Timestamp>()
                && !matches!(quarter, 3 | 4 | 10 | 11)
            {
                stage.books(&day.to_string()).await;
            }
        }
    };
    let (saved, ()) = tokio::join!(save(&stage.app.app.config, &file, stage.app.now()), busy);
    let saved = saved.unwrap();
    assert_eq!(saved.bytes, std::fs::metadata(&file).unwrap().len());
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    lite_file::check(&file).await.unwrap();
    let again = save(&stage.app.app.config, &file, stage.app.now()).await;
    assert!(again.unwrap_err().to_string().contains("there already"));
    let to = stage.elsewhere();
    stage.restores(&to, &file, false).await.unwrap();
    let count = bookings(&to, &stage).await;
    assert!((1..=9).contains(&count), "{count}");
    let names: Vec<_> = std::fs::read_dir(&to.data)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("restoring") || name.contains(".part"))
        .collect();
    assert!(names.is_empty(), "{names:?}");
}

#[tokio::test]
async fn a_restore_refuses_a_running_server_and_a_database_that_is_there() {
    let Some(stage) = stage().await else { return };
    stage.books("2026-05-05T07:00:00Z").await;
    let file = stage.saves("one.backup").await;
    let running = stage.app.app.config.clone();
    let said = stage.restores(&running, &file, true).await.unwrap_err();
    assert!(said.contains("in use by another 42min process"), "{said}");

    let to = stage.elsewhere();
    stage.restores(&to, &file, false).await.unwrap();
    stage.books("2026-05-05T08:00:00Z").await;
    let newer = stage.saves("two.backup").await;
    let said = stage.restores(&to, &newer, false).await.unwrap_err();
    assert!(said.contains("--replace"), "{said}");
    assert_eq!(bookings(&to, &stage).await, 1, "nothing was changed");
    let restored = stage.restores(&to, &newer, true).await.unwrap();
    assert_eq!(bookings(&to, &stage).await, 2);
    let mut old = to.clone();
    old.database_url = format!("sqlite:{}", restored.kept.unwrap().display());
    assert_eq!(bookings(&old, &stage).await, 1, "the old one is kept");
}

#[tokio::test]
async fn a_backup_that_cannot_be_used_changes_nothing() {
    let Some(stage) = stage().await else { return };
    stage.books("2026-05-05T07:00:00Z").await;
    let file = stage.saves("one.backup").await;
    let to = stage.elsewhere();
    stage.restores(&to, &file, false).await.unwrap();

    let mut other_key = to.clone();
    other_key.secret_keys = SecretKeys::parse(&"cd".repeat(32)).unwrap();
    let said = stage.restores(&other_key, &file, true).await.unwrap_err();
    assert!(said.contains("MIN42_SECRET_KEY"), "{said}");

    let newer = stage.saves("newer.backup").await;
    let mut conn = lite_file::connect(&newer).await.unwrap();
    sqlx::query("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 7")
        .execute(&mut conn)
        .await
        .unwrap();
    drop(conn);
    let said = stage.restores(&to, &newer, true).await.unwrap_err();
    assert!(said.contains("newer version of 42min"), "{said}");

    let bytes = std::fs::read(&file).unwrap();
    let damaged = stage.file("damaged.backup");
    let mut torn = bytes.clone();
    let middle = torn.len() / 2;
    // Several pages: a piece of one long text alone is nothing SQLite could miss.
    torn[middle..middle + 16 * 4096].fill(0x5a);
    for (what, content) in [
        ("damaged", torn),
        ("cut", bytes[..bytes.len() / 3].to_vec()),
        ("text", b"no database at all".to_vec()),
        ("empty", Vec::new()),
    ] {
        std::fs::write(&damaged, content).unwrap();
        let said = stage.restores(&to, &damaged, true).await;
        assert!(said.is_err(), "{what} was taken");
    }
    assert_eq!(bookings(&to, &stage).await, 1);
    let kept = std::fs::read_dir(&to.data)
        .unwrap()
        .filter(|entry| {
            let name = entry.as_ref().unwrap().file_name();
            name.to_string_lossy().contains("before-")
        })
        .count();
    assert_eq!(kept, 0, "something was put aside for nothing");
}

#[tokio::test]
async fn the_key_is_in_no_backup() {
    let Some(stage) = stage().await else { return };
    let file = stage.saves("one.backup").await;
    let bytes = std::fs::read(&file).unwrap();
    let key = [0x42; 32];
    assert!(!bytes.windows(32).any(|window| window == key));
    assert!(!String::from_utf8_lossy(&bytes).contains(&"42".repeat(32)));
}
