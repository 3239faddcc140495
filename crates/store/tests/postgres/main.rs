//! The PostgreSQL engine where things go wrong: lost connections, conflicts, commits without an answer, other nodes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends this way")]

mod away;
mod changes;
mod commit_cut;
mod conflicts;
mod lost;
mod migrations;
mod organizations;
mod pending_lists;
mod prepared;
mod settings;
mod snapshots;
mod statistics;
mod support;
mod tls;
mod upkeep;
