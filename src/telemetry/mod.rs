//! The server as its operators see it: a log, figures for Prometheus, traces over OTLP. Nothing in
//! here says who: labels, span fields and log lines carry routes, kinds and our own ids, never a
//! path, a query, an address, a name or a token.

pub mod collector;
pub mod figures;
pub mod logs;
pub mod requests;
pub mod scrape;
mod store;
#[cfg(test)]
mod tests;
pub mod traces;
