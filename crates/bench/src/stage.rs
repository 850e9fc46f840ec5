//! The processes a run is made of, and the folder they write to; all gone when it is dropped.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use tokio::process::{Child, Command};

use crate::http::{Ask, Connection};

pub const PASSWORD: &str = "correct horse battery staple";
/// Clients say who they are, so that limits on one address don't end the load.
const PROXY: &str = "127.0.0.1";

/// A folder of its own, removed in the end.
pub struct Folder(pub PathBuf);

impl Folder {
    /// On the disk that is measured: beside the binaries, not in memory.
    pub fn make(name: &str) -> anyhow::Result<Folder> {
        let path = program("")?.join(format!("bench-{name}-{}", std::process::id()));
        if path.exists() {
            std::fs::remove_dir_all(&path)?;
        }
        std::fs::create_dir_all(&path)?;
        let folder = Folder(path);
        std::fs::create_dir_all(folder.outbox())?;
        Ok(folder)
    }

    /// Where letters go. A mail server's disk isn't ours: thousands of new files at once would be
    /// what is measured.
    fn outbox(&self) -> PathBuf {
        let memory = Path::new("/dev/shm");
        let name = self.0.file_name().unwrap_or_default();
        match memory.is_dir() {
            true => memory.join(name),
            false => self.0.join("outbox"),
        }
    }

    pub fn database(&self) -> PathBuf {
        self.0.join("42min.sqlite")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(self.outbox()));
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// A server process: the product, the constant beside it, or the simulated Zoom.
pub struct Product {
    pub at: SocketAddr,
    /// From its start to its first answer.
    pub up_after: Duration,
    child: Child,
}

pub struct Zoom {
    pub at: SocketAddr,
}

impl Product {
    pub async fn serve(folder: &Folder, zoom: Option<&Zoom>) -> anyhow::Result<Product> {
        let at = free_port()?;
        let mut command = settings(Command::new(program("42min")?), folder, at, zoom);
        command.arg("serve");
        Product::start(command, at, "/readyz").await
    }

    /// The same server with one more route, which answers a constant.
    pub async fn constant(folder: &Folder) -> anyhow::Result<Product> {
        let at = free_port()?;
        let mut command = settings(Command::new(std::env::current_exe()?), folder, at, None);
        command.arg("constant");
        Product::start(command, at, "/readyz").await
    }

    pub async fn zoom(folder: &Folder) -> anyhow::Result<Product> {
        let at = free_port()?;
        let mut command = Command::new(program("zoom-sim")?);
        command
            .args(["--listen", &at.to_string()])
            .args(["--web-base", &format!("http://{at}")])
            .current_dir(&folder.0);
        Product::start(command, at, "/sim/state").await
    }

    async fn start(mut command: Command, at: SocketAddr, ready: &str) -> anyhow::Result<Product> {
        command
            .kill_on_drop(true)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        if std::env::var_os("BENCH_LOG").is_none() {
            command.stderr(Stdio::null());
        }
        let started = Instant::now();
        let child = command.spawn().context("a server can't be started")?;
        let ready = Ask::get(ready);
        let mut ticks = tokio::time::interval(Duration::from_millis(1));
        while started.elapsed() < Duration::from_secs(30) {
            ticks.tick().await;
            let Ok(mut connection) = Connection::open(at).await else {
                continue;
            };
            if connection
                .send(&ready)
                .await
                .is_ok_and(|it| it.status == 200)
            {
                return Ok(Product {
                    at,
                    up_after: started.elapsed(),
                    child,
                });
            }
        }
        anyhow::bail!("{at} did not answer within 30 seconds")
    }

    pub async fn connect(&self) -> anyhow::Result<Connection> {
        Connection::open(self.at).await
    }

    fn pid(&self) -> anyhow::Result<u32> {
        self.child.id().context("a server has ended")
    }

    /// User and system time of the process so far.
    pub fn cpu_seconds(&self) -> anyhow::Result<f64> {
        // Nanoseconds on a processor, of each thread; those that have ended are few and were idle.
        let mut nanos = 0_u64;
        for task in std::fs::read_dir(format!("/proc/{}/task", self.pid()?))? {
            let text = std::fs::read_to_string(task?.path().join("schedstat")).unwrap_or_default();
            let first = text.split_whitespace().next().unwrap_or("0");
            nanos += first.parse::<u64>()?;
        }
        Ok(Duration::from_nanos(nanos).as_secs_f64())
    }

    /// Megabytes in memory now, and the most there ever were.
    pub fn memory(&self) -> anyhow::Result<(f64, f64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()?))?;
        let read = |name: &str| -> anyhow::Result<f64> {
            let line = status.lines().find(|line| line.starts_with(name));
            let number = line.and_then(|line| line.split_whitespace().nth(1));
            Ok(number.context("no such line")?.parse::<f64>()? / 1024.0)
        };
        Ok((read("VmRSS")?, read("VmHWM")?))
    }

    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.child.kill().await?;
        Ok(())
    }
}

/// Makes the database and its first person, Ada, with the product's own command.
pub async fn first_person(folder: &Folder) -> anyhow::Result<()> {
    let at = free_port()?;
    let mut command = settings(Command::new(program("42min")?), folder, at, None);
    command
        .args(["user", "add", "--email", "ada@engines.example"])
        .args(["--name", "Ada Lovelace", "--username", "ada"])
        .args(["--timezone", "UTC", "--admin", "--password-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let mut stdin = child.stdin.take().context("no standard input")?;
    tokio::io::AsyncWriteExt::write_all(&mut stdin, PASSWORD.as_bytes()).await?;
    drop(stdin);
    let done = child.wait_with_output().await?;
    ensure!(
        done.status.success(),
        "42min user add failed: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    Ok(())
}

fn settings(mut command: Command, folder: &Folder, at: SocketAddr, zoom: Option<&Zoom>) -> Command {
    let ours =
        std::env::vars_os().filter(|(name, _)| !name.to_string_lossy().starts_with("MIN42_"));
    command
        .env_clear()
        .envs(ours)
        .current_dir(&folder.0)
        .env("MIN42_LISTEN", at.to_string())
        .env("MIN42_BASE_URL", format!("http://{at}"))
        .env("MIN42_DATA", &folder.0)
        .env("MIN42_TRUSTED_PROXIES", PROXY)
        .env(
            "MIN42_SMTP_URL",
            format!("folder:{}", folder.outbox().display()),
        )
        .env("MIN42_MAIL_FROM", "bookings@42min.example")
        .env("MIN42_SECRET_KEY", "42".repeat(32))
        .env(
            "MIN42_DATABASE_URL",
            format!("sqlite:{}", folder.database().display()),
        );
    if let Some(zoom) = zoom {
        command
            .env("MIN42_ZOOM_CLIENT_ID", "sim-client-id")
            .env("MIN42_ZOOM_CLIENT_SECRET", "sim-client-secret")
            .env("MIN42_ZOOM_OAUTH_URL", format!("http://{}", zoom.at))
            .env("MIN42_ZOOM_API_URL", format!("http://{}/v2", zoom.at));
    }
    command
}

/// A program built beside this one; without a name, the folder they are in.
pub fn program(name: &str) -> anyhow::Result<PathBuf> {
    let here = std::env::current_exe()?;
    let folder = here.parent().context("no folder of our own")?;
    let path = if name.is_empty() {
        folder.to_owned()
    } else {
        folder.join(name)
    };
    ensure!(
        path.exists(),
        "{} is missing: build the workspace",
        path.display()
    );
    Ok(path)
}

fn free_port() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// Megabytes of a file.
pub fn size_of(path: &Path) -> anyhow::Result<f64> {
    #[expect(clippy::cast_precision_loss, reason = "no file is that large")]
    Ok(std::fs::metadata(path)?.len() as f64 / 1_048_576.0)
}
