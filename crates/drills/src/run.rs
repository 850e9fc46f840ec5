//! How a drill is run.

use crate::stage::Database;

#[derive(clap::Args, Clone, Debug)]
pub struct Run {
    /// The size that bin/test runs
    #[arg(long, global = true)]
    pub small: bool,
    /// How many rounds, expiries or restarts, where a drill has such
    #[arg(long, global = true)]
    pub rounds: Option<usize>,
    /// What chance begins with
    #[arg(long, default_value_t = 42, global = true)]
    pub seed: u64,
    /// Leave out the other one
    #[arg(long, global = true)]
    pub database: Option<Database>,
}

impl Run {
    pub fn databases(&self) -> Vec<Database> {
        match self.database {
            Some(one) => vec![one],
            None => vec![Database::Sqlite, Database::Postgres],
        }
    }
}
