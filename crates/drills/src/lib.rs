//! Drills: the product is hurt in every way that can be thought of, and then asked whether it kept
//! its promises.

pub mod checker;
