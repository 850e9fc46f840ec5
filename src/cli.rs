//! The command line. Data goes to standard output, words to standard error; exit codes: 0 fine,
//! 1 failed, 2 wrong usage, 3 wrong settings, 4 not found, 5 an outside service failed.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::accounts::cli::{OrgCommand, UserCommand};
use crate::accounts::setup;
use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, Given, Outside, Wrong};
use crate::db::{lite_file, moving};
use crate::entropy::Entropy;
use crate::language::Language;
use crate::telemetry::traces::Traces;
use crate::telemetry::{logs, scrape};
use crate::{backup, doctor, hold, keys, server, service};

pub const FAILED: u8 = 1;
pub const USAGE: u8 = 2;
pub const NOT_CONFIGURED: u8 = 3;
pub const NOT_FOUND: u8 = 4;

/// Scheduling where every booking gets a fresh Zoom meeting of its own.
///
/// Settings come from flags, then MIN42_… variables, then 42min.toml in the current folder.
/// Secrets are never flags: MIN42_SECRET_KEY, MIN42_ZOOM_CLIENT_SECRET and MIN42_ZOOM_WEBHOOK_SECRET
/// are variables, or files named by the variable of the same name with _FILE.
#[derive(Parser)]
#[command(
    name = "42min",
    version,
    propagate_version = true,
    after_help = "Examples:\n  42min serve\n  42min user add --email ada@example.com --name 'Ada Lovelace' --username ada --timezone Europe/Madrid --admin --password-stdin"
)]
struct Cli {
    #[command(flatten)]
    given: Given,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server
    Serve,
    /// Ask the running server whether it is ready
    ///
    /// Exit codes: 0 it is, 1 it isn't or doesn't run, 3 wrong settings.
    Ready,
    /// Print the code that the first visitor needs to set this server up
    ///
    /// Exit codes: 0 printed, 1 failed, 3 wrong settings, 4 set up already.
    SetupCode,
    /// Add, list and help users
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Add organizations
    Org {
        #[command(subcommand)]
        command: OrgCommand,
    },
    /// Copy the database into a new file, also while the server runs (SQLite)
    ///
    /// The secret key is not in it. Exit codes: 0 copied, 1 failed or FILE is there already, 3 wrong
    /// settings.
    Backup { file: PathBuf },
    /// Put a backup in the place of the database (SQLite; the server must be stopped)
    ///
    /// The backup is checked first. The server starts on hold then: nothing goes out until an admin
    /// says what it is. Exit codes: 0 restored, 1 refused or failed, 3 wrong settings.
    Restore {
        file: PathBuf,
        /// Replace a database that is there; it is kept beside the new one
        #[arg(long)]
        replace: bool,
    },
    /// Hold back mail and Zoom, or let them go on
    Hold {
        #[command(subcommand)]
        command: HoldCommand,
    },
    /// Change the secret key
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Copy everything from a SQLite database into an empty PostgreSQL database
    ///
    /// The server must be stopped; the source is only read. Each row is read back and compared
    /// before anything is there. Exit codes: 0 copied, 1 refused or failed, 2 wrong usage, 3 wrong
    /// settings.
    #[command(
        after_help = "Example:\n  42min migrate-store --from sqlite:/var/lib/42min/42min.sqlite --to postgres://min42:…@db.example.com/min42"
    )]
    MigrateStore {
        /// sqlite:PATH
        #[arg(long)]
        from: String,
        /// postgres://…
        #[arg(long, env = "MIN42_MIGRATE_TO", hide_env_values = true)]
        to: String,
    },
    /// Look at everything the server needs, also while it runs, and say what to do
    ///
    /// Changes nothing and sends no mail. Exit codes: 0 nothing fails, 1 something here fails, 3 wrong
    /// settings, 5 mail or Zoom fail.
    Doctor {
        /// One JSON array for programs
        #[arg(long)]
        json: bool,
    },
    /// Look at the settings
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Print a completion script for a shell
    Completions { shell: clap_complete::Shell },
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Check every setting and print the effective ones, secrets masked
    Check,
}

#[derive(Subcommand)]
enum HoldCommand {
    /// Say whether this installation is on hold, and why
    ///
    /// Exit codes: 0 it is not, 1 it is (or failed), 3 wrong settings.
    Status,
    /// Hold everything back, before a copy or a restored database is started
    ///
    /// Exit codes: 0 it is on hold now, 1 failed, 3 wrong settings.
    Begin,
    /// Let everything go on
    ///
    /// As the original: mail and Zoom follow the bookings here. As a copy: access to Zoom and waiting
    /// mail are left to the original. Exit codes: 0 it goes on, 1 failed, 3 wrong settings, 4 it was
    /// not on hold.
    #[command(group = clap::ArgGroup::new("what").required(true).args(["original", "copy"]))]
    Release {
        /// No other server runs with these bookings
        #[arg(long)]
        original: bool,
        /// The original still runs
        #[arg(long)]
        copy: bool,
    },
}

#[derive(Subcommand)]
enum KeysCommand {
    /// Seal everything anew under the newest key, which stands first in MIN42_SECRET_KEY
    ///
    /// Can be stopped and run again. On SQLite the start of the server does the same. Exit codes:
    /// 0 everything is under the newest key, 1 something is not (or failed), 3 wrong settings.
    Rotate,
}

/// What ends a command early: words for standard error and an exit code.
#[derive(Debug)]
pub struct Stop {
    pub code: u8,
    pub words: String,
}

impl Stop {
    pub fn new(code: u8, words: impl Into<String>) -> Stop {
        Stop {
            code,
            words: words.into(),
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Stop {
    fn from(error: E) -> Stop {
        Stop::new(FAILED, format!("{:#}", error.into()))
    }
}

pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            say(stop.words.trim_end());
            ExitCode::from(stop.code)
        }
    }
}

fn run(cli: Cli) -> Result<(), Stop> {
    if let Command::Completions { shell } = cli.command {
        clap_complete::generate(shell, &mut Cli::command(), "42min", &mut std::io::stdout());
        return Ok(());
    }
    let config = load(cli.given).map_err(|wrong| Stop::new(NOT_CONFIGURED, wrong.to_string()))?;
    match cli.command {
        Command::Serve => on_a_runtime(serve(config)),
        Command::Ready => on_a_runtime(ready(config)),
        Command::SetupCode => on_a_runtime(setup_code(config)),
        Command::User { command } => {
            on_a_runtime(
                async move { crate::accounts::cli::user(&start(config).await?, command).await },
            )
        }
        Command::Org { command } => {
            on_a_runtime(
                async move { crate::accounts::cli::org(&start(config).await?, command).await },
            )
        }
        Command::Backup { file } => on_a_runtime(save(config, file)),
        Command::Restore { file, replace } => on_a_runtime(restore(config, file, replace)),
        Command::Hold { command } => on_a_runtime(on_hold(config, command)),
        Command::Keys {
            command: KeysCommand::Rotate,
        } => on_a_runtime(rotate(config)),
        Command::MigrateStore { from, to } => on_a_runtime(migrate_store(from, to)),
        Command::Doctor { json } => on_a_runtime(doctor(config, json)),
        Command::Config {
            command: ConfigCommand::Check,
        } => {
            let width = config
                .shown()
                .iter()
                .map(|(name, _)| name.len())
                .max()
                .unwrap_or(0);
            for (name, value) in config.shown() {
                print(&format!("{name:width$}  {value}"))?;
            }
            Ok(())
        }
        Command::Completions { .. } => Ok(()),
    }
}

fn on_a_runtime(future: impl Future<Output = Result<(), Stop>>) -> Result<(), Stop> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(future)
}

fn load(given: Given) -> Result<Config, Wrong> {
    let file = |path: &Path| std::fs::read_to_string(path);
    #[expect(
        clippy::disallowed_methods,
        reason = "settings are read here and nowhere else"
    )]
    let var = |name: &str| std::env::var(name).ok();
    let given = match file(Path::new("42min.toml")) {
        Ok(text) => given.over_toml(&text)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => given,
        Err(error) => return Err(Wrong(vec![format!("42min.toml can't be read ({error}).")])),
    };
    given.check(&Outside {
        var: &var,
        file: &file,
    })
}

async fn start(config: Config) -> Result<App, Stop> {
    std::fs::create_dir_all(&config.data)?;
    Ok(App::start(config, Clock::System, Entropy::system()).await?)
}

async fn ready(config: Config) -> Result<(), Stop> {
    service::ask(config.listen).await?;
    Ok(print("ready")?)
}

async fn setup_code(config: Config) -> Result<(), Stop> {
    // With SQLite the database belongs to the server while it runs; the file doesn't.
    let code = match setup::code_in_file(&config) {
        Some(code) => Some(code),
        None => setup::prepare(&start(config.clone()).await?).await?,
    };
    let Some(code) = code else {
        return Err(Stop::new(
            NOT_FOUND,
            "This server is set up already. Add people with: 42min user add",
        ));
    };
    print(code.expose())?;
    say(&format!("Set up at {}", setup::link(&config, &code)));
    Ok(())
}

async fn save(config: Config, file: PathBuf) -> Result<(), Stop> {
    let saved = backup::save(&config, &file, Clock::System.now()).await?;
    say(&format!(
        "{} holds the database now ({} bytes). The secret key is not in it, and without the key it \
         can’t be used: keep {} too, in another place.",
        file.display(),
        saved.bytes,
        config
            .secret_key_file
            .map_or("MIN42_SECRET_KEY".to_owned(), |path| path
                .display()
                .to_string()),
    ));
    Ok(())
}

async fn restore(config: Config, file: PathBuf, replace: bool) -> Result<(), Stop> {
    let restored = backup::restore(&config, &file, replace, &Clock::System).await?;
    if let Some(kept) = restored.kept {
        say(&format!("What was there is kept as {}.", kept.display()));
    }
    say(&format!(
        "{} is restored, and on hold: after `42min serve` an admin says at {} whether this is the \
         original or a copy.",
        restored.target.display(),
        config.url(hold::pages::PAGE),
    ));
    Ok(())
}

async fn on_hold(config: Config, command: HoldCommand) -> Result<(), Stop> {
    let app = start(config).await?;
    let choice = match command {
        HoldCommand::Status => {
            let last = hold::store::last(&mut app.db.read().await?).await?;
            return match last.held_why {
                None => {
                    say("Not on hold.");
                    Ok(())
                }
                Some(why) => Err(Stop::new(
                    FAILED,
                    format!("On hold. {}", why.words(Language::English)),
                )),
            };
        }
        HoldCommand::Begin => {
            hold::begin(&app).await?;
            say("On hold: nothing goes out.");
            return Ok(());
        }
        HoldCommand::Release { copy: true, .. } => hold::Choice::Copy,
        HoldCommand::Release { .. } => hold::Choice::Original,
    };
    if !hold::release(&app, choice).await? {
        return Err(Stop::new(NOT_FOUND, "This installation is not on hold."));
    }
    say(match choice {
        hold::Choice::Original => "It goes on as the original.",
        hold::Choice::Copy => "It goes on as a copy.",
    });
    Ok(())
}

async fn rotate(config: Config) -> Result<(), Stop> {
    let app = start(config).await?;
    let rotated = keys::rotate(&app.db, &app.seal).await?;
    say(&format!("{} values were sealed anew.", rotated.sealed_anew));
    if rotated.left > 0 {
        let words = format!(
            "{} are still under another key than the first in MIN42_SECRET_KEY, {} of them under \
             one that is not there. Keep the older keys, and run this again.",
            rotated.left, rotated.lost
        );
        return Err(Stop::new(FAILED, words));
    }
    say("All are under the first key in MIN42_SECRET_KEY; others can be taken out of it.");
    Ok(())
}

async fn migrate_store(from: String, to: String) -> Result<(), Stop> {
    let Some(path) = lite_file::path_of(&from) else {
        return Err(Stop::new(
            USAGE,
            "--from must be like sqlite:/var/lib/42min/42min.sqlite.",
        ));
    };
    if !to.starts_with("postgres") {
        return Err(Stop::new(
            USAGE,
            "--to must be like postgres://user:password@host/database.",
        ));
    }
    let moved = moving::move_all(&path, &to).await?;
    let width = moved.iter().map(|m| m.table.len()).max().unwrap_or(0);
    for table in &moved {
        print(&format!("{:width$}  {:>8}  same", table.table, table.rows))?;
    }
    say(&format!(
        "Everything is in PostgreSQL. Start the server with MIN42_DATABASE_URL set to it and with the \
         same MIN42_SECRET_KEY. Put {} away, and never start a server on it again: it would act as \
         the original too.",
        path.display()
    ));
    Ok(())
}

async fn doctor(config: Config, as_json: bool) -> Result<(), Stop> {
    let findings = doctor::examine(&config, &Clock::System).await;
    if as_json {
        print(&serde_json::to_string_pretty(&findings)?)?;
    } else {
        for finding in &findings {
            print(&format!(
                "{:4}  {:13}  {}",
                finding.level.word(),
                finding.check,
                finding.words
            ))?;
        }
    }
    match doctor::exit_code(&findings) {
        0 => Ok(()),
        code => Err(Stop::new(code, "Something fails.")),
    }
}

async fn serve(config: Config) -> Result<(), Stop> {
    let traces = config.otlp_url.as_ref().map(Traces::to).transpose()?;
    logs::begin(config.log_format, traces.as_ref());
    let served = serve_watched(config).await;
    if let Some(traces) = traces {
        traces.end().await;
    }
    served
}

async fn serve_watched(config: Config) -> Result<(), Stop> {
    let app = start(config).await?;
    let listener = listen(app.config.listen).await?;
    let (stop, stopped) = watch::channel(false);
    #[expect(clippy::disallowed_methods, reason = "the signal may come at any time")]
    tokio::spawn(async move {
        until_told_to_stop().await;
        service::stopping();
        stop.send_replace(true);
    });
    if let Some(address) = app.config.metrics_listen {
        let scrapes = scrape::serve(app.clone(), listen(address).await?, stopped.clone());
        #[expect(clippy::disallowed_methods, reason = "answers beside the server")]
        tokio::spawn(async move {
            if let Err(error) = scrapes.await {
                tracing::error!(%error, "figures are no longer served");
            }
        });
        say(&format!(
            "Figures for Prometheus at http://{address}/metrics"
        ));
    }
    #[expect(
        clippy::disallowed_methods,
        reason = "it beats as long as the server lives"
    )]
    tokio::spawn(service::stay_alive());
    let nobody_is_here = setup::prepare(&app).await?;
    say(&format!("42min listens at {}", app.config.url("")));
    if let Some(code) = nobody_is_here {
        let (link, code) = (setup::link(&app.config, &code), code.expose());
        say(&format!(
            "Nobody is here yet. Set up at {link} (setup code {code})"
        ));
    }
    service::listening();
    Ok(server::serve(app, listener, stopped).await?)
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Stop> {
    TcpListener::bind(address)
        .await
        .map_err(|e| Stop::new(FAILED, format!("Can't listen on {address}: {e}")))
}

async fn until_told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// Words for a person.
pub fn say(words: &str) {
    // Standard error may be closed; there is nobody left to tell then.
    drop(writeln!(std::io::stderr(), "{words}"));
}

/// Data for a program.
pub fn print(data: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout(), "{data}")
}
