//! Folders and items, on both engines.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends this way")]

mod bodies;
mod fixture;
mod folders;
mod grants;
mod invariants;
mod items;
mod long_reads;
mod model;
mod open_flags;
mod removal;
mod search;
mod sweep;
mod watching;
