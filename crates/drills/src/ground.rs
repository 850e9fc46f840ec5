//! Whether the ground holds: all that the other drills take for granted, once on each database.

use anyhow::ensure;
use jiff::SignedDuration;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::evidence::Evidence;
use crate::people::{self, Guest};
use crate::run::Run;
use crate::stage::{Quiet, Stage};

pub async fn run(run: &Run) -> anyhow::Result<()> {
    let mut evidence = Evidence::of("ground");
    let mut chance = StdRng::seed_from_u64(run.seed);
    for database in run.databases() {
        let mut stage = Stage::open(database).await?;
        let mut server = people::seed(&stage).await?;
        let mut guest = Guest::new(&stage.base, 1)?;
        let form = guest.fills_in("/ada/intro-call", &mut chance).await?;
        stage.passes(SignedDuration::from_secs(3))?;
        let told = guest.sends(&form).await?;
        server.kill().await?;
        stage.passes(people::lease())?;
        let mut server = stage.serve().await?;
        let again = guest.sends(&form).await?;
        ensure!(
            told.map(|told| told.uid) == again.map(|told| told.uid),
            "the same form has made two bookings"
        );
        let quiet = stage
            .settle(&mut server, SignedDuration::from_mins(30))
            .await?;
        ensure!(quiet == Quiet::Yes, "not quiet: {quiet:?}");
        let rooms = stage.sim.meetings().len();
        ensure!(rooms == 1, "{rooms} meetings at Zoom instead of one");
        ensure!(server.stop().await?, "42min did not stop in order");
        evidence.tell(database.word(), "holds");
    }
    evidence.close()
}
