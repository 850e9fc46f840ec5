//! The command line. Data goes to standard output, words to standard error; exit codes: 0 fine,
//! 1 failed, 2 wrong usage, 3 wrong settings, 4 not found, 5 an outside service failed.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::accounts::cli::{OrgCommand, UserCommand};
use crate::accounts::setup;
use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, Given, Outside, Wrong};
use crate::entropy::Entropy;
use crate::{server, service};

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

async fn serve(config: Config) -> Result<(), Stop> {
    log_to_stderr();
    let app = start(config).await?;
    let listener = TcpListener::bind(app.config.listen).await.map_err(|e| {
        Stop::new(
            FAILED,
            format!("Can't listen on {}: {e}", app.config.listen),
        )
    })?;
    let (stop, stopped) = watch::channel(false);
    #[expect(clippy::disallowed_methods, reason = "the signal may come at any time")]
    tokio::spawn(async move {
        until_told_to_stop().await;
        service::stopping();
        stop.send_replace(true);
    });
    #[expect(
        clippy::disallowed_methods,
        reason = "it beats as long as the server lives"
    )]
    tokio::spawn(service::stay_alive());
    say(&format!("42min listens at {}", app.config.url("")));
    if let Some(code) = setup::prepare(&app).await? {
        let (link, code) = (setup::link(&app.config, &code), code.expose());
        say(&format!(
            "Nobody is here yet. Set up at {link} (setup code {code})"
        ));
    }
    service::listening();
    Ok(server::serve(app, listener, stopped).await?)
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

fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("MIN42_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
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
