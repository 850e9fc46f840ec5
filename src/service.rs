//! What systemd hears from the server, where it is a service of `Type=notify`: that it listens, that
//! it stops and, with `WatchdogSec`, that it still turns. Elsewhere nothing is said.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use sd_notify::NotifyState;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How long a server may take to say that it is ready.
const PATIENCE: Duration = Duration::from_secs(4);

pub fn listening() {
    tell(NotifyState::Ready);
}

pub fn stopping() {
    tell(NotifyState::Stopping);
}

/// Twice in each period that is left without harm, as long as the runtime has a turn for it.
pub async fn stay_alive() {
    let Some(period) = sd_notify::watchdog_enabled() else {
        return;
    };
    let mut beat = tokio::time::interval(period / 2);
    loop {
        beat.tick().await;
        tell(NotifyState::Watchdog);
    }
}

/// A server that can't say so still serves.
fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "systemd could not be told");
    }
}

/// Asks the server of these settings whether it is ready, as a container’s health check does, where
/// there may be no other program to ask with.
pub async fn ask(listen: SocketAddr) -> anyhow::Result<()> {
    tokio::time::timeout(PATIENCE, answer(listen))
        .await
        .with_context(|| format!("The server at {listen} does not answer."))?
}

async fn answer(listen: SocketAddr) -> anyhow::Result<()> {
    // A server that listens everywhere listens here too.
    let mut here = listen;
    if listen.ip().is_unspecified() {
        here.set_ip(match listen {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    let mut server = TcpStream::connect(here)
        .await
        .with_context(|| format!("Nothing listens at {here}"))?;
    server
        .write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .await?;
    let mut answer = String::new();
    server.read_to_string(&mut answer).await?;
    let status = answer.split(' ').nth(1).unwrap_or("no status");
    anyhow::ensure!(
        status == "200",
        "The server at {here} is not ready: {status}"
    );
    Ok(())
}
