//! Drills: the product is hurt in every way that can be thought of, and then asked whether it kept
//! its promises. It runs as a process of its own; a simulated Zoom in here counts what it was asked,
//! and what guests were told is written down.

pub mod backup;
pub mod checker;
pub mod contention;
pub mod disk_full;
pub mod evidence;
pub mod ground;
pub mod kills;
pub mod ledger;
pub mod load;
pub mod people;
pub mod power_loss;
pub mod random_kills;
pub mod refresh;
pub mod restart;
pub mod run;
pub mod stage;
