//! The ground that drills stand on: a folder or a PostgreSQL database of their own, a simulated
//! Zoom in this process, and the product as processes that can be started, killed and started
//! again. A control file tells those what time it is and what is to happen at which point, so that
//! minutes of waiting pass at once.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use jiff::SignedDuration;
use sqlx::postgres::PgRow;
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{
    ConnectOptions as _, Connection as _, Executor as _, FromRow, PgConnection, SqliteConnection,
};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use zoom_sim::{Config, ZoomSim};

use demo::browser::Browser;

/// Where PostgreSQL is, as for the product's own suite.
const SERVER: &str = "MIN42_TEST_DATABASE_URL";
/// The same for each process of a stage.
const SECRET_KEY: &str = "4242424242424242424242424242424242424242424242424242424242424242";

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    pub fn word(self) -> &'static str {
        match self {
            Database::Sqlite => "sqlite",
            Database::Postgres => "postgres",
        }
    }
}

pub struct Stage {
    pub sim: ZoomSim,
    pub http: reqwest::Client,
    pub database: Database,
    /// As the product is told it.
    pub database_url: String,
    /// The address in mails and links, whoever serves it.
    pub base: String,
    pub folder: PathBuf,
    listen: SocketAddr,
    ahead: SignedDuration,
    order: Option<String>,
    more: Vec<(String, String)>,
    program: Option<PathBuf>,
}

impl Stage {
    /// An empty database, and a simulated Zoom. Nothing of the product runs yet.
    pub async fn open(database: Database) -> anyhow::Result<Stage> {
        let folder = std::env::temp_dir().join(format!("42min-drill-{}", unique()));
        Stage::open_in(database, folder).await
    }

    /// The same in a folder of the drill's own.
    pub async fn open_in(database: Database, folder: PathBuf) -> anyhow::Result<Stage> {
        // A second install changes nothing.
        drop(rustls::crypto::ring::default_provider().install_default());
        std::fs::create_dir_all(&folder)?;
        let listen = free_port()?;
        let base = format!("http://{listen}");
        let sim = ZoomSim::start(Config {
            webhook_url: Some(format!("{base}/webhooks/zoom")),
            ..Config::default()
        })
        .await;
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(30))
            .build()?;
        let database_url = match database {
            Database::Sqlite => format!("sqlite:{}", folder.join("42min.sqlite").display()),
            Database::Postgres => make_database().await?,
        };
        let stage = Stage {
            sim,
            http,
            database,
            database_url,
            base,
            folder,
            listen,
            ahead: SignedDuration::ZERO,
            order: None,
            more: Vec::new(),
            program: None,
        };
        stage.write_control()?;
        Ok(stage)
    }

    /// One more variable for the product's processes that start from now on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.more.push((name.to_owned(), value.to_owned()));
    }

    /// What starts from now on is this program, not the one beside this one.
    pub fn run_program(&mut self, program: Option<PathBuf>) {
        self.program = program;
    }

    pub fn outbox(&self) -> PathBuf {
        self.folder.join("outbox")
    }

    /// A process of the product at the stage's own address, ready.
    pub async fn serve(&self) -> anyhow::Result<Server> {
        self.serve_at(self.listen).await
    }

    /// One more process at an address of its own, on the same database.
    pub async fn serve_another(&self) -> anyhow::Result<Server> {
        self.serve_at(free_port()?).await
    }

    async fn serve_at(&self, listen: SocketAddr) -> anyhow::Result<Server> {
        let mut server = self.spawn_at(listen)?;
        server.until_ready(&self.http).await?;
        Ok(server)
    }

    /// Starts the process without waiting for anything.
    pub fn spawn(&self) -> anyhow::Result<Server> {
        self.spawn_at(self.listen)
    }

    fn spawn_at(&self, listen: SocketAddr) -> anyhow::Result<Server> {
        self.spawn_with(self.product()?, listen)
    }

    /// The same under another program, whose words these are and which takes ours behind its own.
    pub fn spawn_under(&self, words: &[&str]) -> anyhow::Result<Server> {
        let mut under = Command::new(words[0]);
        under.args(&words[1..]).arg(program("42min")?);
        self.spawn_with(self.dressed(under), self.listen)
    }

    fn spawn_with(&self, mut command: Command, listen: SocketAddr) -> anyhow::Result<Server> {
        let log = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(self.log())?;
        let child = command
            .arg("serve")
            .env("MIN42_LISTEN", listen.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .context("42min can't be started")?;
        Ok(Server {
            base: format!("http://{listen}"),
            child,
        })
    }

    /// Runs a command of the product's to its end, with this on its standard input.
    pub async fn command(&self, arguments: &[&str], input: &str) -> anyhow::Result<String> {
        let mut child = self
            .product()?
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes()).await?;
        }
        let done = child.wait_with_output().await?;
        ensure!(
            done.status.success(),
            "42min {} failed: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&done.stderr)
        );
        Ok(String::from_utf8_lossy(&done.stdout).into_owned())
    }

    /// The program beside this one, with the stage's settings and no others.
    pub fn product(&self) -> anyhow::Result<Command> {
        let program = match &self.program {
            Some(path) => path.clone(),
            None => program("42min")?,
        };
        Ok(self.dressed(Command::new(program)))
    }

    fn dressed(&self, mut command: Command) -> Command {
        let ours = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with("MIN42_");
        command
            .kill_on_drop(true)
            .env_clear()
            .envs(std::env::vars_os().filter(|(name, _)| !ours(name)))
            .current_dir(&self.folder)
            .env("MIN42_BASE_URL", &self.base)
            .env("MIN42_DATA", &self.folder)
            .env("MIN42_DATABASE_URL", &self.database_url)
            .env("MIN42_SECRET_KEY", SECRET_KEY)
            .env(
                "MIN42_SMTP_URL",
                format!("folder:{}", self.outbox().display()),
            )
            .env("MIN42_MAIL_FROM", "bookings@42min.example")
            .env("MIN42_ZOOM_CLIENT_ID", self.sim.client_id())
            .env("MIN42_ZOOM_CLIENT_SECRET", self.sim.client_secret())
            .env("MIN42_ZOOM_WEBHOOK_SECRET", self.sim.webhook_secret())
            .env("MIN42_ZOOM_OAUTH_URL", self.sim.oauth_url())
            .env("MIN42_ZOOM_API_URL", self.sim.api_url())
            // Each guest comes from an address of their own.
            .env("MIN42_TRUSTED_PROXIES", "127.0.0.1")
            .env("MIN42_CONTROL", self.control())
            .envs(self.more.iter().map(|(name, value)| (name, value)));
        command
    }

    /// A browser at the stage's own address.
    pub fn browser(&self) -> Browser {
        Browser::new(self.http.clone(), &self.base)
    }

    // ---- time, and what is to happen ----

    /// Time passes, here and at Zoom, at once.
    pub fn passes(&mut self, by: SignedDuration) -> anyhow::Result<()> {
        self.ahead += by;
        self.write_control()?;
        self.sim.clock().advance(by);
        Ok(())
    }

    /// What time it is on the stage.
    pub fn now(&self) -> jiff::Timestamp {
        self.sim.clock().now()
    }

    /// "die create.answered:2", or nothing any more.
    pub fn order(&mut self, order: Option<&str>) -> anyhow::Result<()> {
        self.order = order.map(str::to_owned);
        self.write_control()
    }

    fn control(&self) -> PathBuf {
        // Not in the data folder, which a drill may fill up.
        self.folder.with_extension("control")
    }

    /// Replaced as a whole: it is read at any moment.
    fn write_control(&self) -> anyhow::Result<()> {
        let mut text = format!("ahead {}\n", self.ahead.as_micros());
        if let Some(order) = &self.order {
            text.push_str(&format!("order {order}\n"));
        }
        let part = self.folder.with_extension("part");
        std::fs::write(&part, text)?;
        Ok(std::fs::rename(part, self.control())?)
    }

    // ---- the database, from outside ----

    /// Jobs that wait or run: kind, when, and until when they are leased.
    pub async fn jobs(&self) -> anyhow::Result<Vec<(String, i64, Option<i64>)>> {
        let text = "SELECT kind, run_at, leased_until FROM jobs WHERE gave_up_at IS NULL";
        self.rows(text).await
    }

    /// What stands in the database, asked for in words that both understand.
    pub async fn rows<T>(&self, text: &'static str) -> anyhow::Result<Vec<T>>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        Ok(match self.database {
            Database::Sqlite => {
                let mut connection = self.sqlite().await?;
                let rows = sqlx::query_as(text).fetch_all(&mut connection).await?;
                connection.close().await?;
                rows
            }
            Database::Postgres => {
                let mut connection = PgConnection::connect(&self.database_url).await?;
                let rows = sqlx::query_as(text).fetch_all(&mut connection).await?;
                connection.close().await?;
                rows
            }
        })
    }

    /// A number out of the database.
    pub async fn count(&self, text: &'static str) -> anyhow::Result<i64> {
        let rows: Vec<(i64,)> = self.rows(text).await?;
        Ok(rows.first().map_or(0, |row| row.0))
    }

    /// Only to read: the last to leave must not tidy up what the product is to find.
    async fn sqlite(&self) -> anyhow::Result<SqliteConnection> {
        let options = SqliteConnectOptions::new()
            .filename(self.folder.join("42min.sqlite"))
            .read_only(true)
            .busy_timeout(Duration::from_secs(10));
        Ok(options.connect().await?)
    }

    /// Lets what is due be done, and time pass to what is due next, until nothing waits that has an
    /// end. `within`: how much time may pass. Answers whether it is quiet.
    pub async fn settle(
        &mut self,
        server: &mut Server,
        within: SignedDuration,
    ) -> anyhow::Result<Quiet> {
        let until = self.now() + within;
        let mut began = Instant::now();
        let mut told = false;
        let mut tick = tokio::time::interval(Duration::from_millis(10));
        loop {
            tick.tick().await;
            if server.is_gone()? {
                return Ok(Quiet::Gone);
            }
            let jobs = self.jobs().await?;
            let now = self.now().as_microsecond();
            let running = jobs
                .iter()
                .any(|job| job.2.is_some_and(|until| until > now));
            let due = jobs.iter().any(|job| job.1 <= now);
            if running || due {
                if began.elapsed() > PATIENCE {
                    return Ok(Quiet::No(words(&jobs, now)));
                }
                continue;
            }
            let waiting = jobs.iter().filter(|job| ENDS.contains(&job.0.as_str()));
            let Some(next) = waiting.map(|job| job.1).min() else {
                if told {
                    return Ok(Quiet::Yes);
                }
                // What Zoom has to tell may be work again.
                self.sim.webhooks_settled().await;
                told = true;
                continue;
            };
            if next > until.as_microsecond() {
                return Ok(Quiet::No(words(&jobs, now)));
            }
            let by = SignedDuration::from_micros(next - now) + SignedDuration::from_millis(1);
            self.passes(by)?;
            began = Instant::now();
        }
    }

    // ---- what it wrote to standard error ----

    pub fn log_len(&self) -> anyhow::Result<usize> {
        Ok(self.log_since(0)?.len())
    }

    pub fn log_since(&self, len: usize) -> anyhow::Result<String> {
        let text = match std::fs::read(self.log()) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error.into()),
        };
        Ok(text.get(len..).unwrap_or_default().to_owned())
    }

    fn log(&self) -> PathBuf {
        self.folder.with_extension("log")
    }
}

/// Kinds of jobs that come to an end; the others come again and again.
const ENDS: [&str; 6] = [
    "conference",
    "letters",
    "mail",
    "disconnect",
    "give-back",
    "mended",
];
/// How long, by the machine's clock, something may run or be due.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quiet {
    Yes,
    /// What waits still.
    No(String),
    /// The process has ended meanwhile.
    Gone,
}

/// What has still to come to its end.
fn words(jobs: &[(String, i64, Option<i64>)], now: i64) -> String {
    let jobs = jobs
        .iter()
        .filter(|job| job.1 <= now || ENDS.contains(&job.0.as_str()));
    let job = |(kind, at, leased): &(String, i64, Option<i64>)| {
        let leased = leased.map_or(
            "",
            |until| if until > now { ", runs" } else { ", was left" },
        );
        format!("{kind} in {} s{leased}", (at - now) / 1_000_000)
    };
    jobs.map(job).collect::<Vec<_>>().join("; ")
}

impl Drop for Stage {
    fn drop(&mut self) {
        drop(std::fs::remove_file(self.control()));
        if std::env::var_os("DRILL_KEEP").is_some() {
            return;
        }
        drop(std::fs::remove_file(self.log()));
        drop(std::fs::remove_dir_all(&self.folder));
        if self.database == Database::Postgres {
            // On a thread of its own: there is no waiting in a drop on the runtime.
            let url = self.database_url.clone();
            drop(std::thread::spawn(move || drop_database(&url)).join());
        }
    }
}

/// A process of the product.
pub struct Server {
    pub base: String,
    child: Child,
}

impl Server {
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Waits for its end this long, should it be dying.
    pub async fn is_gone_within(&mut self, long: Duration) -> anyhow::Result<bool> {
        let ended = tokio::time::timeout(long, self.child.wait()).await;
        Ok(ended.is_ok())
    }

    /// Answers how long it took.
    pub async fn until_ready(&mut self, http: &reqwest::Client) -> anyhow::Result<Duration> {
        let began = Instant::now();
        let ready = format!("{}/readyz", self.base);
        let mut tick = tokio::time::interval(Duration::from_millis(5));
        while began.elapsed() < Duration::from_secs(30) {
            tick.tick().await;
            if let Some(status) = self.child.try_wait()? {
                bail!("42min ended instead of getting ready: {status}");
            }
            let answer = http.get(&ready).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(began.elapsed());
            }
        }
        bail!("42min was not ready within 30 seconds")
    }

    /// As by `kill -9`; it is gone when this returns.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Of a process under another program: kills it, and waits for that program's end.
    pub async fn kill_under(&mut self) -> anyhow::Result<()> {
        if let Some(pid) = self.pid() {
            let path = format!("/proc/{pid}/task/{pid}/children");
            let children = std::fs::read_to_string(path)?;
            let children = children.split_whitespace();
            Command::new("kill")
                .arg("-9")
                .args(children)
                .status()
                .await?;
        }
        self.child.wait().await?;
        Ok(())
    }

    /// Whether the process has ended.
    pub fn is_gone(&mut self) -> anyhow::Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Tells it to stop in good order, and waits until it has. Answers whether it said so.
    pub async fn stop(&mut self) -> anyhow::Result<bool> {
        if let Some(pid) = self.pid() {
            let pid = pid.to_string();
            Command::new("kill").args(["-TERM", &pid]).status().await?;
        }
        Ok(self.child.wait().await?.success())
    }

    pub fn browser(&self, http: &reqwest::Client) -> Browser {
        Browser::new(http.clone(), &self.base)
    }
}

/// A program built beside this one.
pub fn program(name: &str) -> anyhow::Result<PathBuf> {
    let here = std::env::current_exe()?;
    let mut folders = here.ancestors().skip(1).take(2);
    let found = folders.find_map(|folder| Some(folder.join(name)).filter(|path| path.exists()));
    found.with_context(|| format!("{name} is missing beside {}: build it", name_of(&here)))
}

fn name_of(path: &Path) -> String {
    path.display().to_string()
}

fn free_port() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// Among what this computer runs now.
fn unique() -> String {
    static STAGES: AtomicU32 = AtomicU32::new(0);
    let stage = STAGES.fetch_add(1, Ordering::Relaxed);
    format!("{}_{stage}", std::process::id())
}

/// A new database on the server that was named.
async fn make_database() -> anyhow::Result<String> {
    let server = std::env::var_os(SERVER)
        .with_context(|| format!("{SERVER} names no PostgreSQL: bin/drill starts one"))?;
    let server = server.to_string_lossy().trim_end_matches('/').to_owned();
    let name = format!("drill_{}", unique());
    let mut connection = PgConnection::connect(&server).await?;
    let text = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    connection.execute(text).await?;
    Ok(format!("{server}/{name}"))
}

fn drop_database(url: &str) {
    let Some((server, name)) = url.rsplit_once('/') else {
        return;
    };
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    else {
        return;
    };
    let dropped = runtime.block_on(async {
        let mut connection = PgConnection::connect(server).await?;
        let text = sqlx::AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        connection.execute(text).await.map(|_| ())
    });
    if let Err(error) = dropped {
        crate::evidence::say(&format!("{name} could not be dropped: {error}"));
    }
}
