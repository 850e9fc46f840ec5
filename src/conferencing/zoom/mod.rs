//! Zoom: its calls, what its answers mean, and the mark on meetings of ours. Written to Zoom's
//! published contract; what is not documented is treated as possible.

mod client;
pub mod fault;
pub mod marker;
pub mod oauth;
pub mod webhook;
pub mod wire;

pub use client::Zoom;
pub use oauth::Granted;
