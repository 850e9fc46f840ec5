//! What the product bears: it is killed, raced and starved as a process of its own, while a
//! simulated Zoom in here counts what it was asked, and what guests were told is written down.

pub mod evidence;
pub mod ground;
pub mod people;
pub mod run;
pub mod stage;
