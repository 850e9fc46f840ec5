//! What a build with debug assertions can be told to do wrong, so that the proofs can be proved:
//! bugs that a harness must catch, points at which the process dies, and a clock that can be moved.
//! A release build has none of it: there each question is the constant *no*.

pub mod bug;
pub mod control;
pub mod point;
pub mod step;
