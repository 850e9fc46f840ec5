//! Wishes to look at a room, and rooms that were deleted at the provider and may come back. Hints
//! and the sweep raise a wish; the reconciler looks, and says that it did.

pub mod store;
