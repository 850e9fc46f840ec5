//! `bin/drill NAME`: one drill, one line of figures, one line of evidence.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use drills::evidence::say;
use drills::run::Run;
use drills::{
    backup, contention, disk_full, ground, kills, power_loss, random_kills, refresh, restart,
};

/// Kills, races and full disks against the real program. Nothing leaves this computer.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    run: Run,
    #[command(subcommand)]
    drill: Drill,
}

#[derive(Subcommand)]
enum Drill {
    /// The ground the others stand on: seeds, books, kills, starts again, waits until it is quiet
    Ground,
    /// Thirty-two at once on one time, in nine shapes
    Contention,
    /// Many callers in four processes when the access to Zoom runs out
    Refresh,
    /// One of two processes restarts while people come through a relay
    Restart {
        /// Both are this older program at first, and are upgraded
        #[arg(long)]
        older: Option<PathBuf>,
    },
    /// Copies made while guests book, and one of them served elsewhere
    Backup,
    /// Killed at every point and at every commit
    Kills,
    /// A data folder without room, and with room again
    DiskFull,
    /// What was written and not synced is lost
    PowerLoss {
        /// At how many instants the power goes
        #[arg(long, default_value_t = 300)]
        cuts: usize,
    },
    /// Killed at any instant, while guests book and Zoom fails
    RandomKills {
        /// How often, on both databases together
        #[arg(long, default_value_t = 1000)]
        kills: usize,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.drill {
        Drill::Ground => ground::run(&arguments.run).await,
        Drill::Contention => contention::run(&arguments.run).await,
        Drill::Refresh => refresh::run(&arguments.run).await,
        Drill::Restart { older } => restart::run(&arguments.run, older).await,
        Drill::Backup => backup::run(&arguments.run).await,
        Drill::Kills => kills::run(&arguments.run).await,
        Drill::DiskFull => disk_full::run(&arguments.run).await,
        Drill::PowerLoss { cuts } => power_loss::run(&arguments.run, cuts).await,
        Drill::RandomKills { kills } => random_kills::run(&arguments.run, kills).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("Not as promised: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
