//! A place to meet online, whoever provides it: what is wanted, what was last seen, the next step.

pub mod disconnect;
pub mod reconcile;
pub mod tend;
pub mod view;

use crate::config::Config;
use crate::words;

words! {
    pub enum ProviderKind {
        Zoom = "zoom",
    }
}

/// The providers this server can reach.
pub struct Providers {}

impl Providers {
    pub fn new(_config: &Config) -> anyhow::Result<Providers> {
        Ok(Providers {})
    }
}
