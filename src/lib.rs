//! 42min: scheduling where every booking gets a fresh Zoom meeting of its own.
//!
//! Folder = feature. `routes` lists every URL, `outbox::dispatch` every job; `docs/ARCHITECTURE.md`
//! follows one booking through the house.

pub mod accounts;
pub mod app;
pub mod availability;
pub mod backup;
pub mod booking;
#[cfg(test)]
mod canary_tests;
pub mod cli;
pub mod clock;
pub mod conferencing;
pub mod config;
pub mod db;
pub mod doctor;
pub mod entropy;
pub mod error;
pub mod event_types;
#[cfg(test)]
mod growth_tests;
pub mod guest_data;
pub mod help;
#[cfg(test)]
mod histories_tests;
pub mod hold;
#[cfg(test)]
mod host_words_tests;
pub mod http;
pub mod id;
pub mod installation;
pub mod invites;
pub mod keys;
pub mod language;
#[cfg(test)]
mod language_tests;
pub mod leaving;
pub mod mail;
#[cfg(test)]
mod no_lie_tests;
pub mod outbox;
pub mod planted;
pub mod purge;
#[cfg(test)]
mod rights_tests;
pub mod rollout;
pub mod routes;
pub mod seal;
pub mod server;
pub mod service;
pub mod sync_log;
pub mod teams;
pub mod telemetry;
#[cfg(test)]
pub mod testing;
pub mod text;
#[cfg(test)]
mod untrusted_tests;
pub mod web;
pub mod when;
pub mod zone;
