//! When someone can be booked.

pub mod hours;
pub mod slots;
pub mod store;
