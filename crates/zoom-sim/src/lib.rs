//! A strict, stateful stand-in for Zoom, over real HTTP.
//!
//! For the tests of whoever integrates Zoom, and for people who want to try that integration
//! without an account. It was written from Zoom's definitions and shares no types with any client:
//! a misreading of Zoom cannot hide by being made twice.
//!
//! It does not hold meetings. What it covers, and what not, is in its README.

mod body;
mod by_hand;
mod call;
mod chance;
mod clock;
mod config;
mod consent_page;
mod console;
mod control;
mod faults;
mod hosting;
mod html;
mod lag;
mod ledger;
mod limits;
mod list;
mod meetings;
mod oauth;
mod outgoing;
mod passcode;
mod rooms;
mod routes;
mod scopes;
mod server;
mod settings;
mod shape;
mod showing;
mod sim;
mod users;
mod webhooks;
mod webinars;
mod wire;
mod world;

pub use clock::SimClock;
pub use config::{
    Config, Deactivated, License, Limits, PasscodeRules, Plan, Quirks, Settings, UserSpec,
};
pub use faults::{Fault, Moment, Trouble};
pub use ledger::{Effect, Entry};
pub use limits::{LimitHeaders, TooMany};
pub use rooms::{Kind, Status};
pub use showing::MeetingView;
pub use sim::{Allowed, ZoomSim};
pub use webhooks::{Attempt, Delivery, SignedWebhook};
pub use world::{Standing, UserView};
