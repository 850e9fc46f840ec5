//! When someone can be booked.

pub mod form;
pub mod hours;
pub mod pages;
pub mod slots;
pub mod store;
#[cfg(test)]
mod tests;
