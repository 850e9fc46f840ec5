//! The log as admins read it: the newest entries.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::{Entry, store};
use crate::accounts::session::Admin;
use crate::app::App;
use crate::error::Result;
use crate::web::layout::{Nav, Shell};
use crate::web::{page, private};
use crate::when;
use crate::zone::Zone;

const MOST: i64 = 200;

#[derive(Template)]
#[template(path = "sync_log/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<Row>,
}

struct Row {
    at: String,
    utc: String,
    action: &'static str,
    verdict: &'static str,
    tone: &'static str,
    words: String,
    detail: String,
}

impl Row {
    fn of(entry: &Entry, zone: &Zone) -> Row {
        use super::Verdict::{Failed, Received, Retrying, Sent, Skipped, Succeeded};
        let ms = entry
            .micros
            .map_or_else(String::new, |micros| format!(" · {} ms", micros / 1000));
        let status = entry
            .status
            .map_or_else(String::new, |status| format!("HTTP {status}{ms}"));
        Row {
            at: when::short(entry.at, zone),
            utc: entry.at.to_string(),
            action: entry.action.label(),
            verdict: entry.result.label(),
            tone: match entry.result {
                Succeeded => "ok",
                Retrying | Sent => "warn",
                Failed => "bad",
                Skipped => "",
                Received => "info",
            },
            words: entry.words.clone(),
            detail: status,
        }
    }
}

pub async fn list(State(app): State<App>, Admin(who): Admin, shell: Shell) -> Result<Response> {
    let entries = store::newest(&mut app.db.read().await?, who.org(), MOST).await?;
    let rows = entries
        .iter()
        .map(|entry| Row::of(entry, &who.person.timezone))
        .collect();
    let shell = shell.at(Nav::Integrations, who.viewer());
    Ok(private(page(&ListPage { shell, rows })?))
}
