//! The ways out for a letter: a mail server, a folder of `.eml` files, or none.
//!
//! Says whether a letter left, can leave later, or never will; what follows from that is
//! `deliver`'s business.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use lettre::message::Message;
use lettre::transport::smtp::{AsyncSmtpTransport, Error as SmtpError, PoolConfig};
use lettre::{AsyncTransport as _, Tokio1Executor};

use super::Letter;
use crate::config::{Config, MailConfig};
use crate::planted::point;
use crate::seal::Secret;

/// For each command; a whole letter has less than a job's lease.
const COMMAND: Duration = Duration::from_secs(20);
const WHOLE: Duration = Duration::from_secs(90);

pub enum Transport {
    /// No mail server: letters stay where they are, readable.
    Kept,
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
    #[cfg(test)]
    Memory(std::sync::Arc<std::sync::Mutex<Vec<Letter>>>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    Left,
    Kept,
}

/// Why a letter did not leave, or may not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsent {
    /// Trying again may help. The letter may have arrived all the same.
    Later(String),
    /// The mail server won't take this letter for this recipient.
    Never(String),
}

impl Transport {
    pub fn new(config: &Config) -> anyhow::Result<Transport> {
        Ok(match &config.mail {
            MailConfig::None => Transport::Kept,
            MailConfig::Smtp(url) => Transport::Smtp(smtp(url)?),
            MailConfig::Folder(folder) => Transport::Folder(folder.clone()),
            #[cfg(test)]
            MailConfig::Memory => Transport::Memory(std::sync::Arc::default()),
        })
    }

    pub async fn send(&self, letter: &Letter, message: Message) -> Result<Sent, Unsent> {
        match self {
            Transport::Kept => Ok(Sent::Kept),
            Transport::Smtp(server) => {
                match tokio::time::timeout(WHOLE, server.send(message)).await {
                    Ok(Ok(_)) => Ok(Sent::Left),
                    Ok(Err(error)) => Err(unsent(&error)),
                    Err(_) => Err(Unsent::Later("the mail server took too long".to_owned())),
                }
            }
            Transport::Folder(folder) => write(folder, letter, &message.formatted())
                .await
                .map_err(|error| Unsent::Later(format!("{}: {error}", folder.display()))),
            #[cfg(test)]
            Transport::Memory(letters) => {
                letters
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner)
                    .push(letter.clone());
                Ok(Sent::Left)
            }
        }
    }
}

impl Transport {
    /// Whether letters would leave: signs in at the mail server, and sends nothing.
    pub async fn check(&self) -> Result<(), String> {
        match self {
            Transport::Kept => Ok(()),
            Transport::Smtp(server) => {
                match tokio::time::timeout(COMMAND, server.test_connection()).await {
                    Ok(Ok(true)) => Ok(()),
                    Ok(Ok(false)) => Err("it hung up".to_owned()),
                    Ok(Err(error)) => Err(words_of(&error)),
                    Err(_) => Err("it took too long".to_owned()),
                }
            }
            Transport::Folder(folder) => tokio::fs::create_dir_all(folder)
                .await
                .map_err(|error| format!("{}: {error}", folder.display())),
            #[cfg(test)]
            Transport::Memory(_) => Ok(()),
        }
    }
}

fn words_of(error: &SmtpError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// Which addresses may be spoken to in plain text was decided when the settings were read.
fn smtp(url: &Secret) -> anyhow::Result<AsyncSmtpTransport<Tokio1Executor>> {
    let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose())
        .map_err(|error| anyhow::anyhow!("{error}"))
        .context("MIN42_SMTP_URL can't be used")?;
    Ok(builder
        .timeout(Some(COMMAND))
        .pool_config(PoolConfig::new().max_size(4))
        .build())
}

/// Refusals of the recipient or the content are final. Those of the server's own credentials or of
/// a command are not: somebody will put them right, and the letter still wants to go.
fn unsent(error: &SmtpError) -> Unsent {
    let words = words_of(error);
    match error.status().map(u16::from) {
        Some(501 | 510..=513 | 550..=559) => Unsent::Never(words),
        Some(_) | None => Unsent::Later(words),
    }
}

/// Named by the letter's id: written twice is written once. Renamed into place, so that who watches
/// the folder never reads half a letter.
async fn write(folder: &Path, letter: &Letter, bytes: &[u8]) -> std::io::Result<Sent> {
    let (part, whole) = (
        folder.join(format!(".{}.part", letter.id)),
        folder.join(format!("{}.eml", letter.id)),
    );
    tokio::fs::create_dir_all(folder).await?;
    tokio::fs::write(&part, bytes).await?;
    point::pass("mail.half").map_err(std::io::Error::other)?;
    tokio::fs::rename(&part, &whole).await?;
    Ok(Sent::Left)
}
