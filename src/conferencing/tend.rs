//! Under construction.

use crate::app::App;
use crate::outbox::{Job, Outcome};

pub async fn run(_app: &App, _job: &Job) -> anyhow::Result<Outcome> {
    Ok(Outcome::Done)
}
