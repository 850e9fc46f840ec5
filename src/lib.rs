//! 42min
