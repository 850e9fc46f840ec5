//! What is stored about one guest of an org: shown to its admins, given out as a file, erased. A
//! guest is whoever holds an email address; people of the org are not meant (their account is their
//! own). What took place stays as busy time without a name.

pub mod erase;
pub mod pages;
pub mod store;
#[cfg(test)]
mod tests;
