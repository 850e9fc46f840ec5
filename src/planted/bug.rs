//! Bugs planted on purpose, one for each promise: a harness that does not find them proves nothing.
