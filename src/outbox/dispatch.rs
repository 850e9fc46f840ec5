//! Which room does which job.

use super::{Job, Kind, Outcome};
use crate::app::App;
use crate::{booking, conferencing, leaving, mail, purge};

pub async fn run(app: &App, job: &Job) -> anyhow::Result<Outcome> {
    match job.kind {
        Kind::Conference => conferencing::reconcile::run(app, job).await,
        Kind::Letters => booking::mails::run(app, job).await,
        Kind::LastCall => booking::mails::last_call(app, job).await,
        Kind::Mail => mail::deliver::run(app, job).await,
        Kind::Disconnect => conferencing::disconnect::run(app, job).await,
        Kind::GiveBack => conferencing::held::run(app, job).await,
        Kind::Tend => conferencing::tend::run(app, job).await,
        Kind::Erase => leaving::erase::run(app, job).await,
        Kind::Purge => purge::run(app, job).await,
        Kind::Sweep => conferencing::sweep::run(app, job).await,
        Kind::Mended => conferencing::tend::mended(app, job).await,
    }
}
