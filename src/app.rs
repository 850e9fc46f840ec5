//! What a request or a job may use: one value, cheap to clone, made once at start.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;

use crate::clock::Clock;
use crate::conferencing::Providers;
use crate::conferencing::hands::Hands;
use crate::config::Config;
use crate::db::{Db, DbError, Dialect};
use crate::entropy::Entropy;
use crate::installation::{self, Installation};
use crate::mail::transport::Transport;
use crate::seal::Seal;
use crate::telemetry::figures::Figures;
use crate::web::moment::Moments;

#[derive(Clone)]
pub struct App(Arc<Parts>);

pub struct Parts {
    pub config: Config,
    pub db: Db,
    pub clock: Clock,
    pub entropy: Entropy,
    pub seal: Seal,
    pub installation: Installation,
    pub providers: Providers,
    pub mail: Transport,
    pub moments: Moments,
    pub hands: Hands,
    pub figures: Figures,
    /// This process was told to stop: it begins nothing new.
    leaving: AtomicBool,
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    pub async fn start(config: Config, clock: Clock, entropy: Entropy) -> anyhow::Result<App> {
        let db = Db::open(&config.database_url).await?;
        let clock = match db.dialect() {
            Dialect::Sqlite => clock,
            Dialect::Postgres => clock.agreeing(),
        };
        agree(&db, &clock).await?;
        let seal = Seal::new(&config.secret_keys, entropy.clone());
        let installation = installation::load_or_make(&db, &seal, &entropy, clock.now()).await?;
        let figures = Figures::new(clock.now());
        let providers = Providers::new(&config, &clock, &installation, &figures)?;
        let mail = Transport::new(&config)?;
        Ok(App(Arc::new(Parts {
            config,
            db,
            clock,
            entropy,
            seal,
            installation,
            providers,
            mail,
            moments: Moments::default(),
            hands: Hands::default(),
            figures,
            leaving: AtomicBool::new(false),
        })))
    }

    pub fn leave(&self) {
        self.leaving.store(true, Ordering::SeqCst);
    }

    pub fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::SeqCst)
    }

    /// Sets the clock by the database's again: machines drift.
    pub async fn agree_on_time(&self) -> anyhow::Result<()> {
        Ok(agree(&self.db, &self.clock).await?)
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

async fn agree(db: &Db, clock: &Clock) -> Result<(), DbError> {
    let asked = Clock::machine();
    if let Some(told) = db.time().await? {
        clock.agree(told, asked, Clock::machine());
    }
    Ok(())
}
