//! What the doctor says of a server that runs, and of one that has been spoiled.

use super::{Finding, Level, examine, exit_code};
use crate::clock::{Clock, hours};
use crate::config::MailConfig;
use crate::db::{Dialect, sql};
use crate::seal::{Secret, SecretKeys};
use crate::testing::TestApp;
use crate::{hold, installation};

fn of<'a>(findings: &'a [Finding], check: &str) -> &'a Finding {
    let found = findings.iter().rev().find(|finding| finding.check == check);
    found.unwrap_or_else(|| panic!("{check} was not looked at: {findings:#?}"))
}

#[tokio::test]
async fn a_server_that_is_well_has_nothing_that_fails() {
    let app = TestApp::start_with_zoom().await;
    let findings = examine(&app.app.config, &Clock::System).await;
    for check in [
        "database",
        "schema",
        "hold",
        "connections",
        "letters",
        "sealed values",
        "secret key",
        "clock",
        "mail",
        "zoom",
    ] {
        assert_eq!(of(&findings, check).level, Level::Ok, "{findings:#?}");
    }
    // A throw-away PostgreSQL may run without; the doctor says so, and nothing fails.
    if app.app.db.dialect() == Dialect::Sqlite {
        assert_eq!(of(&findings, "durability").level, Level::Ok);
    }
    assert_eq!(exit_code(&findings), 0, "{findings:#?}");
    // The address of a test is nobody's.
    assert_eq!(of(&findings, "base url").level, Level::Warn);
}

#[tokio::test]
async fn what_is_wrong_is_said_with_what_to_do() {
    let app = TestApp::start_with_zoom().await;
    hold::begin(&app.app).await.unwrap();
    let long_ago = app.now() - hours(9000);
    app.write(move |tx| {
        Box::pin(async move {
            sql(
                "INSERT INTO jobs (id, kind, subject, run_at, attempt, round, lease)
                 VALUES ($1, 'mail', $1, $2, 0, 1, 0)",
            )
            .bind(uuid::Uuid::from_u128(7))
            .bind(long_ago)
            .run(tx)
            .await?;
            Ok(())
        })
    })
    .await;
    let mut config = app.app.config.clone();
    config.secret_keys = SecretKeys::parse(&"cd".repeat(32)).unwrap();
    config.mail = MailConfig::Smtp(Secret::new("smtp://127.0.0.1:9"));
    let findings = examine(&config, &Clock::System).await;
    let says = |check: &str, level: Level, words: &str| {
        let found = of(&findings, check);
        assert!(
            found.level == level && found.words.contains(words),
            "{found:?}"
        );
    };
    says("hold", Level::Warn, "An admin says at /360/hold");
    says("jobs", Level::Warn, "1 have been due");
    says("sealed values", Level::Fail, "MIN42_SECRET_KEY");
    says("mail", Level::Outside, "MIN42_SMTP_URL");
    says("zoom", Level::Warn, "Not asked");
    assert_eq!(exit_code(&findings), 1);
    let shown = serde_json::to_string(&findings).unwrap();
    assert!(!shown.contains("cdcd"), "{shown}");
}

#[tokio::test]
async fn a_database_that_is_not_there_or_of_another_version_fails() {
    let app = TestApp::start().await;
    let mut config = app.app.config.clone();
    config.database_url = "sqlite:/nowhere/at/all.sqlite".to_owned();
    let findings = examine(&config, &Clock::System).await;
    assert_eq!(of(&findings, "database").level, Level::Fail);
    app.write(|tx| {
        Box::pin(async move {
            sql("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 7")
                .run(tx)
                .await?;
            Ok(())
        })
    })
    .await;
    let findings = examine(&app.app.config, &Clock::System).await;
    assert!(of(&findings, "schema").words.contains("9999"));
    assert_eq!(exit_code(&findings), 1);
}

#[tokio::test]
async fn looking_changes_nothing() {
    let app = TestApp::start_with_zoom().await;
    let before = app.stored().await;
    examine(&app.app.config, &Clock::System).await;
    assert_eq!(app.stored().await, before);
    let mut reader = app.app.db.read().await.unwrap();
    assert!(
        installation::standing(&mut reader)
            .await
            .unwrap()
            .held_at
            .is_none()
    );
}

#[test]
fn only_what_fails_here_is_a_failure_of_ours() {
    let finding = |level| Finding::new("x", level, "");
    assert_eq!(exit_code(&[finding(Level::Ok), finding(Level::Warn)]), 0);
    assert_eq!(exit_code(&[finding(Level::Outside)]), 5);
    assert_eq!(
        exit_code(&[finding(Level::Outside), finding(Level::Fail)]),
        1
    );
}
