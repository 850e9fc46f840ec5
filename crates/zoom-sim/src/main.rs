//! The binary: one simulator for people, with three users in it.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;
use zoom_sim::{Config, Limits, UserSpec, ZoomSim};

/// A strict, stateful stand-in for Zoom, over HTTP.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:4243")]
    listen: SocketAddr,
    /// The app's client id.
    #[arg(long, env = "ZOOM_SIM_CLIENT_ID")]
    client_id: Option<String>,
    /// The app's client secret.
    #[arg(long, env = "ZOOM_SIM_CLIENT_SECRET", hide_env_values = true)]
    client_secret: Option<String>,
    /// The secret token with which webhooks are signed.
    #[arg(long, env = "ZOOM_SIM_WEBHOOK_SECRET", hide_env_values = true)]
    webhook_secret: Option<String>,
    /// Where webhooks go; without it none are sent.
    #[arg(long)]
    webhook_url: Option<String>,
    /// A registered redirect URI (may be repeated); without one, any is accepted.
    #[arg(long = "redirect-uri")]
    redirect_uris: Vec<String>,
    /// What join and start links begin with, instead of https://zoom.us.
    #[arg(long)]
    web_base: Option<String>,
    /// A file to write the address to, once it listens.
    #[arg(long)]
    ready_file: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let ready_file = arguments.ready_file.clone();
    let sim = ZoomSim::try_start(config(arguments)).await?;
    seed(&sim);
    let address = sim.oauth_url();
    writeln!(
        io::stdout(),
        "zoom-sim listens on {address} (console: {address}/sim/)"
    )?;
    if let Some(path) = ready_file {
        std::fs::write(path, format!("{address}\n"))?;
    }
    sim.run_until(stop_signal()).await;
    Ok(())
}

fn config(arguments: Arguments) -> Config {
    let usual = Config::default();
    Config {
        listen: arguments.listen,
        client_id: arguments.client_id.unwrap_or(usual.client_id),
        client_secret: arguments.client_secret.unwrap_or(usual.client_secret),
        webhook_secret: arguments.webhook_secret.unwrap_or(usual.webhook_secret),
        webhook_url: arguments.webhook_url,
        redirect_uris: arguments.redirect_uris,
        web_base: arguments.web_base.unwrap_or(usual.web_base),
        limits: Limits {
            per_second: true,
            ..usual.limits
        },
        ..usual
    }
}

fn seed(sim: &ZoomSim) {
    sim.add_user(UserSpec::new("ada@engines.example").named("Ada", "Lovelace"));
    sim.add_user(
        UserSpec::new("grace@engines.example")
            .named("Grace", "Hopper")
            .basic(),
    );
    sim.add_user(
        UserSpec::new("zoom@engines.example")
            .named("Analytical", "Engines")
            .business()
            .with_webinars(500),
    );
}

/// Resolves on Ctrl-C, or when the process is asked to end.
async fn stop_signal() {
    let asked = async {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            match signal(SignalKind::terminate()) {
                Ok(mut terminate) => terminate.recv().await,
                Err(_) => std::future::pending().await,
            }
        }
        #[cfg(not(unix))]
        std::future::pending::<Option<()>>().await
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = asked => {}
    }
}
