//! 42min to try out: starts the product and a simulated Zoom, seeds an org, and either waits for
//! people or takes the tour, which does what people would and checks what came of it. It talks to
//! both only over HTTP and the command line; it is linked to neither.

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser;

use demo::stage::Stage;
use demo::{say, seed, tour};
use tokio::signal::unix::{SignalKind, signal};

/// Try 42min with seeded people and a simulated Zoom. Nothing leaves this computer.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Needs no person: connects, books, moves, cancels, checks each step, and stops.
    #[arg(long)]
    tour: bool,
    /// Where 42min listens; the simulated Zoom takes the next two ports. The tour takes free ones.
    #[arg(long, default_value = "127.0.0.1:4242")]
    listen: SocketAddr,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // A second install changes nothing.
    drop(rustls::crypto::ring::default_provider().install_default());
    let done = if arguments.tour {
        tour::run().await
    } else {
        wait_for_people(&arguments).await
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("\nNot as promised: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn wait_for_people(arguments: &Arguments) -> anyhow::Result<()> {
    let mut stage = Stage::start(arguments.listen).await?;
    seed::everything(&mut stage).await?;
    let (base, zoom) = (&stage.base, &stage.zoom);
    say(&format!(
        "\n42min is running. Nothing leaves this computer.\n\n\
         Book as a guest     {base}/ada/intro-call\n\
         Sign in             {base}/sign-in\n\
         The mails it sent   {base}/demo/outbox\n\
         The simulated Zoom  {zoom}/sim/\n"
    ));
    for person in seed::PEOPLE {
        say(&format!(
            "{:<8}{}   password: {}",
            person.role,
            person.email,
            seed::PASSWORD
        ));
    }
    say("\nCtrl+C stops it and forgets everything.");
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed?,
        _ = terminated.recv() => {}
    }
    Ok(())
}
