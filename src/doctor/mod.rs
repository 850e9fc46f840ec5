//! `42min doctor`: looks at everything a server needs, beside it or without it, and says what to do.
//! Changes nothing and sends no mail.

pub mod store;

#[cfg(test)]
mod tests;

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::clock::{Clock, minutes};
use crate::conferencing::setup_pages::{Checked, credentials};
use crate::conferencing::zoom::Zoom;
use crate::config::{Config, MailConfig};
use crate::db::{self, Db, Dialect, Reader, lite_file};
use crate::entropy::Entropy;
use crate::installation::{self, Installation};
use crate::language::Language;
use crate::mail::transport::Transport;
use crate::seal::Seal;
use crate::telemetry::figures::Figures;
use crate::{hold, http, keys};

/// Jobs wait for their time; one that is due for so long is not being worked on.
const OVERDUE_MINUTES: i64 = 15;
/// Zoom turns down signatures that are older than five minutes.
const CLOCKS_DIFFER_SECONDS: i64 = 60;
const LITTLE_ROOM: u64 = 1024 * 1024 * 1024;
const NO_ROOM: u64 = 100 * 1024 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Ok,
    /// It works, and somebody should look.
    Warn,
    /// It does not work, and the cause is here.
    Fail,
    /// It does not work, and the cause may be elsewhere: mail or Zoom.
    Outside,
}

impl Level {
    pub fn word(self) -> &'static str {
        match self {
            Level::Ok => "ok",
            Level::Warn => "warn",
            Level::Fail | Level::Outside => "fail",
        }
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    pub check: &'static str,
    pub level: Level,
    pub words: String,
}

impl Finding {
    fn new(check: &'static str, level: Level, words: impl Into<String>) -> Finding {
        Finding {
            check,
            level,
            words: words.into(),
        }
    }
}

/// 0 when nothing fails, 1 when something here does, 5 when only mail or Zoom do.
pub fn exit_code(findings: &[Finding]) -> u8 {
    let any = |level| findings.iter().any(|finding| finding.level == level);
    match (any(Level::Fail), any(Level::Outside)) {
        (true, _) => 1,
        (false, true) => 5,
        (false, false) => 0,
    }
}

pub async fn examine(config: &Config, clock: &Clock) -> Vec<Finding> {
    let mut findings = vec![key_file(config)];
    let installation = match Db::look(&config.database_url).await {
        Ok(mut reader) => {
            findings.push(Finding::new("database", Level::Ok, "It opens."));
            match inside(config, clock, &mut reader, &mut findings).await {
                Ok(installation) => installation,
                Err(error) => {
                    let words = format!("It can’t be read: {error:#}.");
                    findings.push(Finding::new("database", Level::Fail, words));
                    None
                }
            }
        }
        Err(error) => {
            let words = format!(
                "It can’t be opened: {error:#}. Check MIN42_DATABASE_URL; a new server makes it \
                 at its first start."
            );
            findings.push(Finding::new("database", Level::Fail, words));
            None
        }
    };
    findings.extend(room(config));
    findings.push(mail(config).await);
    findings.extend(zoom(config, clock, installation).await);
    findings.push(base_url(config).await);
    findings
}

/// What the database says. `None`: its schema is another version's, so that nothing can be told.
async fn inside(
    config: &Config,
    clock: &Clock,
    reader: &mut Reader,
    findings: &mut Vec<Finding>,
) -> anyhow::Result<Option<Installation>> {
    let (step, ours) = (store::step(reader).await?, db::last_step());
    if step != Some(ours) {
        let words = format!(
            "Its schema has step {}, this program ends at {ours}. Start the server of the same \
             version as this program.",
            step.unwrap_or(0)
        );
        findings.push(Finding::new("schema", Level::Fail, words));
        return Ok(None);
    }
    findings.push(Finding::new("schema", Level::Ok, format!("Step {ours}.")));
    findings.push(durability(reader).await?);
    if reader.dialect() == Dialect::Postgres {
        let off = store::time(reader).await?.duration_since(clock.now());
        findings.push(differs("clock", "PostgreSQL’s", off));
    } else {
        findings.push(match store::damage(reader).await? {
            None => Finding::new("integrity", Level::Ok, "SQLite finds nothing wrong."),
            Some(damage) => {
                let words = format!("SQLite finds damage: {damage}. Restore a backup.");
                Finding::new("integrity", Level::Fail, words)
            }
        });
    }
    findings.push(held(reader).await?);
    findings.push(overdue(reader, clock.now()).await?);
    findings.push(connections(reader).await?);
    findings.push(letters(reader).await?);
    let seal = Seal::new(&config.secret_keys, Entropy::system());
    let installation = installation::load(reader, &seal).await;
    findings.push(sealed(reader, &seal).await?);
    Ok(installation.ok())
}

async fn durability(reader: &mut Reader) -> anyhow::Result<Finding> {
    let settings = store::durability(reader).await?;
    let is_fine = match reader.dialect() {
        Dialect::Sqlite => settings == "wal",
        Dialect::Postgres => settings == "on on on",
    };
    Ok(if is_fine {
        Finding::new(
            "durability",
            Level::Ok,
            "What is confirmed survives a power cut.",
        )
    } else {
        let words = format!(
            "A power cut can cost confirmed bookings: {}. Turn it back on.",
            match reader.dialect() {
                Dialect::Sqlite => format!("journal_mode is {settings}"),
                Dialect::Postgres =>
                    format!("fsync, full_page_writes, synchronous_commit are {settings}"),
            }
        );
        Finding::new("durability", Level::Warn, words)
    })
}

fn differs(check: &'static str, whose: &str, off: SignedDuration) -> Finding {
    let seconds = off.as_secs();
    if seconds.abs() <= CLOCKS_DIFFER_SECONDS {
        return Finding::new(check, Level::Ok, format!("It goes with {whose}."));
    }
    let words = format!(
        "It differs from {whose} by {} seconds. Turn time synchronization on.",
        seconds.abs()
    );
    Finding::new(check, Level::Fail, words)
}

async fn held(reader: &mut Reader) -> anyhow::Result<Finding> {
    Ok(match hold::store::last(reader).await?.held_why {
        None => Finding::new("hold", Level::Ok, "Not on hold."),
        Some(why) => {
            let words = format!(
                "On hold: no mail leaves and nothing is done in Zoom. {} An admin says at {} what \
                 this server is.",
                why.words(Language::English),
                hold::pages::PAGE
            );
            Finding::new("hold", Level::Warn, words)
        }
    })
}

async fn overdue(reader: &mut Reader, now: Timestamp) -> anyhow::Result<Finding> {
    let overdue = store::overdue(reader, now - minutes(OVERDUE_MINUTES)).await?;
    Ok(match overdue {
        0 => Finding::new("jobs", Level::Ok, "None is overdue."),
        n => {
            let words = format!(
                "{n} have been due for more than {OVERDUE_MINUTES} minutes. Is a server running, \
                 and does its log have ERROR lines?"
            );
            Finding::new("jobs", Level::Warn, words)
        }
    })
}

async fn connections(reader: &mut Reader) -> anyhow::Result<Finding> {
    Ok(match store::broken_connections(reader).await? {
        0 => Finding::new("connections", Level::Ok, "None is broken."),
        n => {
            let words = format!("{n} broken. Their owners reconnect under Integrations, Zoom.");
            Finding::new("connections", Level::Warn, words)
        }
    })
}

async fn letters(reader: &mut Reader) -> anyhow::Result<Finding> {
    Ok(match store::letters_given_up(reader).await? {
        0 => Finding::new("letters", Level::Ok, "None was given up."),
        n => {
            let words = format!("{n} were given up. letters.failure in the database says why.");
            Finding::new("letters", Level::Warn, words)
        }
    })
}

async fn sealed(reader: &mut Reader, seal: &Seal) -> anyhow::Result<Finding> {
    let (lost, left) = (
        keys::lost(reader, seal).await?,
        keys::left(reader, seal).await?,
    );
    Ok(match (lost, left) {
        (0, 0) => Finding::new("sealed values", Level::Ok, "The key opens all."),
        (0, n) => {
            let words = format!(
                "{n} are not under the first key in MIN42_SECRET_KEY. `42min keys rotate` seals \
                 them anew; on SQLite a start of the server does."
            );
            Finding::new("sealed values", Level::Warn, words)
        }
        (n, _) => {
            let words = format!("{n} can’t be opened: MIN42_SECRET_KEY is not their key.");
            Finding::new("sealed values", Level::Fail, words)
        }
    })
}

/// Its group may read it, so that it can belong to root; nobody else.
fn key_file(config: &Config) -> Finding {
    use std::os::unix::fs::PermissionsExt as _;
    const CHECK: &str = "secret key";
    let Some(path) = &config.secret_key_file else {
        return Finding::new(CHECK, Level::Ok, "It comes from the environment.");
    };
    match std::fs::metadata(path) {
        Ok(file) if file.permissions().mode() & 0o007 == 0 => {
            Finding::new(CHECK, Level::Ok, format!("{} is private.", path.display()))
        }
        Ok(_) => {
            let words = format!("Everybody here can read {0}. chmod 600 {0}", path.display());
            Finding::new(CHECK, Level::Fail, words)
        }
        Err(error) => {
            let words = format!("{} can’t be read: {error}.", path.display());
            Finding::new(CHECK, Level::Fail, words)
        }
    }
}

/// On PostgreSQL the room that matters is on another computer.
fn room(config: &Config) -> Option<Finding> {
    let database = lite_file::path_of(&config.database_url)?;
    let folder = database.parent().unwrap_or(Path::new("."));
    let stats = match rustix::fs::statvfs(folder) {
        Ok(stats) => stats,
        Err(error) => {
            let words = format!("{} can’t be looked at: {error}.", folder.display());
            return Some(Finding::new("disk", Level::Fail, words));
        }
    };
    let free = stats.f_bavail.saturating_mul(stats.f_frsize);
    let level = match free {
        0..NO_ROOM => Level::Fail,
        NO_ROOM..LITTLE_ROOM => Level::Warn,
        LITTLE_ROOM.. => Level::Ok,
    };
    let words = format!(
        "{} MiB are free in {}.",
        free / (1024 * 1024),
        folder.display()
    );
    Some(Finding::new("disk", level, words))
}

async fn mail(config: &Config) -> Finding {
    if config.mail == MailConfig::None {
        let words = "MIN42_SMTP_URL is not set: letters are kept, and none is sent.";
        return Finding::new("mail", Level::Warn, words);
    }
    let answered = match Transport::new(config) {
        Ok(transport) => transport.check().await,
        Err(error) => Err(format!("{error:#}")),
    };
    match answered {
        Ok(()) => Finding::new(
            "mail",
            Level::Ok,
            "The mail server takes our sign-in. Nothing was sent.",
        ),
        Err(why) => {
            let words = format!("The mail server doesn’t take us: {why}. Check MIN42_SMTP_URL.");
            Finding::new("mail", Level::Outside, words)
        }
    }
}

async fn zoom(config: &Config, clock: &Clock, installation: Option<Installation>) -> Vec<Finding> {
    const CHECK: &str = "zoom";
    let Some(settings) = &config.zoom else {
        let words = "MIN42_ZOOM_CLIENT_ID is not set: Zoom is off.";
        return vec![Finding::new(CHECK, Level::Warn, words)];
    };
    let Some(installation) = installation else {
        let words = "Not asked, as the database is not in order.";
        return vec![Finding::new(CHECK, Level::Warn, words)];
    };
    if installation.is_held() {
        return vec![Finding::new(CHECK, Level::Warn, "Not asked while on hold.")];
    }
    let mut findings = Vec::new();
    if let Ok(Some(date)) = http::date_of(&settings.oauth_url).await {
        findings.push(differs("clock", "Zoom’s", date.duration_since(clock.now())));
    }
    let figures = Figures::new(clock.now());
    let checked = match Zoom::new(settings.clone(), clock.clone(), installation, figures) {
        Ok(zoom) => credentials(&zoom).await.0,
        Err(error) => Checked::Unclear(format!("{error:#}")),
    };
    let level = match checked {
        Checked::Fine => Level::Ok,
        Checked::Wrong => Level::Fail,
        Checked::Unreachable | Checked::Unclear(_) => Level::Outside,
    };
    findings.push(Finding::new(CHECK, level, checked.words()));
    findings
}

async fn base_url(config: &Config) -> Finding {
    const CHECK: &str = "base url";
    let shown = config.url("");
    if !config.is_https() && !hold::rules::is_this_computer(&shown) {
        let words = format!("{shown} is not https: links and cookies can be read on the way.");
        return Finding::new(CHECK, Level::Warn, words);
    }
    match http::text_of(&config.url("/healthz")).await {
        Ok(text) if text == "ok\n" => Finding::new(CHECK, Level::Ok, format!("{shown} answers.")),
        Ok(_) => {
            let words = format!("Something else than 42min answers at {shown}.");
            Finding::new(CHECK, Level::Warn, words)
        }
        Err(error) => {
            let words = format!(
                "{shown} doesn’t answer from here ({error:#}). Is the server running, and does the \
                 proxy forward to it?"
            );
            Finding::new(CHECK, Level::Warn, words)
        }
    }
}
