//! 42min
pub mod availability;
pub mod zone;
