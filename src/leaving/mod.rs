//! A person leaves for good: first their meetings ahead and their accounts elsewhere, then the door,
//! then, by a job, all that is stored about them. That meetings took place stays, without their name.

pub mod erase;
pub mod leave;
pub mod pages;
pub mod store;
#[cfg(test)]
mod tests;
