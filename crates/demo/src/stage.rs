//! The two processes and the folder they write to; all gone when the stage is dropped.

use std::ffi::OsStr;
use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use tokio::process::{Child, Command};

use crate::browser::Browser;
use crate::relay::Relay;

pub struct Stage {
    /// The product's address.
    pub base: String,
    /// The simulated Zoom's address.
    pub zoom: String,
    pub http: reqwest::Client,
    /// The product's way to Zoom's API.
    pub relay: Relay,
    folder: PathBuf,
    listen: SocketAddr,
    product: Option<Child>,
    _sim: Child,
}

impl Stage {
    /// Starts Zoom and leaves the product stopped, with a fresh folder.
    pub async fn start(listen: SocketAddr) -> anyhow::Result<Stage> {
        let folder = std::env::temp_dir().join(format!("42min-demo-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("outbox"))?;
        let next_to = |by: u16| SocketAddr::new(listen.ip(), listen.port().saturating_add(by));
        let (zoom_at, relay_at) = (next_to(1), next_to(2));
        for address in [listen, zoom_at, relay_at] {
            TcpListener::bind(address).with_context(|| format!("{address} is taken"))?;
        }
        let zoom = format!("http://{zoom_at}");
        let ready = folder.join("zoom-ready");
        let mut sim = program("zoom-sim")?;
        sim.args(["--listen", &zoom_at.to_string()])
            .args(["--web-base", &zoom])
            .args(["--webhook-url", &format!("http://{listen}/webhooks/zoom")])
            .arg("--ready-file")
            .arg(&ready);
        let sim = quiet(sim).spawn().context("zoom-sim can't be started")?;
        until("the simulated Zoom listens", async || Ok(ready.exists())).await?;
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(30))
            .build()?;
        let base = format!("http://{listen}");
        let relay = Relay::open(relay_at, zoom_at).await?;
        Ok(Stage {
            base,
            zoom,
            http,
            relay,
            folder,
            listen,
            product: None,
            _sim: sim,
        })
    }

    pub fn outbox(&self) -> PathBuf {
        self.folder.join("outbox")
    }

    /// Starts the product and waits until it is ready.
    pub async fn serve(&mut self) -> anyhow::Result<()> {
        let mut command = self.product_command()?;
        command.arg("serve");
        self.product = Some(quiet(command).spawn().context("42min can't be started")?);
        let ready = format!("{}/readyz", self.base);
        until("42min is ready", async || {
            Ok(self
                .http
                .get(&ready)
                .send()
                .await
                .is_ok_and(|a| a.status().is_success()))
        })
        .await
    }

    /// Runs a command of the product's to its end, with this on its standard input.
    pub async fn command(&self, arguments: &[&str], input: &str) -> anyhow::Result<()> {
        let mut command = self.product_command()?;
        let mut child = command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(stdin) = child.stdin.take() {
            let mut stdin = std::fs::File::from(stdin.into_owned_fd()?);
            stdin.write_all(input.as_bytes())?;
        }
        let done = child.wait_with_output().await?;
        ensure!(
            done.status.success(),
            "42min {} failed: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&done.stderr)
        );
        Ok(())
    }

    fn product_command(&self) -> anyhow::Result<Command> {
        let mut command = program("42min")?;
        // Settings of this computer's own must not reach the demo.
        command
            .env_clear()
            .envs(std::env::vars_os().filter(|(name, _)| !is_setting(name)));
        command
            .current_dir(&self.folder)
            .env("MIN42_LISTEN", self.listen.to_string())
            .env("MIN42_BASE_URL", &self.base)
            .env("MIN42_DATA", &self.folder)
            .env(
                "MIN42_SMTP_URL",
                format!("folder:{}", self.outbox().display()),
            )
            .env("MIN42_MAIL_FROM", "bookings@42min.example")
            .env("MIN42_ZOOM_CLIENT_ID", "sim-client-id")
            .env("MIN42_ZOOM_CLIENT_SECRET", "sim-client-secret")
            .env("MIN42_ZOOM_WEBHOOK_SECRET", "sim-webhook-secret")
            .env("MIN42_ZOOM_OAUTH_URL", &self.zoom)
            .env(
                "MIN42_ZOOM_API_URL",
                format!("http://{}/v2", self.relay.at()),
            )
            .env("MIN42_DEMO", "on");
        Ok(command)
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.http.clone(), &self.base)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Some(product) = &mut self.product {
            drop(product.start_kill());
        }
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

fn is_setting(name: &OsStr) -> bool {
    name.to_string_lossy().starts_with("MIN42_")
}

/// A program built beside this one.
fn program(name: &str) -> anyhow::Result<Command> {
    let here = std::env::current_exe()?;
    let path = here
        .parent()
        .map(|folder| folder.join(name))
        .context("no folder of our own")?;
    ensure!(
        path.exists(),
        "{} is missing: build the whole workspace",
        path.display()
    );
    let mut command = Command::new(path);
    command.kill_on_drop(true);
    Ok(command)
}

/// The log goes to a file beside the demo's standard output only when asked for.
fn quiet(mut command: Command) -> Command {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    if std::env::var_os("DEMO_LOG").is_none() {
        command.stderr(Stdio::null());
    }
    command
}

/// Asks again and again until it is so; half a minute is the most anything here may take.
pub async fn until(
    what: &str,
    mut is_so: impl AsyncFnMut() -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let mut ticks = tokio::time::interval(Duration::from_millis(50));
    for _ in 0..900 {
        ticks.tick().await;
        if is_so().await? {
            return Ok(());
        }
    }
    bail!("waited 45 seconds in vain until {what}")
}

/// Three free ports, one after the other.
pub fn free_ports() -> anyhow::Result<SocketAddr> {
    for _ in 0..50 {
        let first = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let after = |by: u16| SocketAddr::new(first.ip(), first.port().saturating_add(by));
        if [after(1), after(2)]
            .iter()
            .all(|next| TcpListener::bind(next).is_ok())
        {
            return Ok(first);
        }
    }
    bail!("no three free ports beside each other")
}

/// For messages: a path as people read it.
pub fn name_of(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
