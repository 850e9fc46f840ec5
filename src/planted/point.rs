//! Points at which a process can be told to die, to fail or to be slow: before and after each thing
//! that must not be half done.
