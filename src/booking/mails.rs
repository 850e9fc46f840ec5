//! Letters about a meeting: what changed since each recipient was last told.

use crate::app::App;
use crate::outbox::{Job, Outcome};

pub async fn run(_app: &App, _job: &Job) -> anyhow::Result<Outcome> {
    Ok(Outcome::Done)
}

pub async fn last_call(_app: &App, _job: &Job) -> anyhow::Result<Outcome> {
    Ok(Outcome::Done)
}
