//! Simulations: what the store promises, held against power losses, failures and a model in memory.
//!
//! What it is: [`power_loss`] records what a workload does to its files, builds the disks that a power loss at any
//! point may leave, and opens each with the store; a round is about the store itself or about mailboxes. What it is not: a part of the program. Nothing here ships, and `unsafe` stays in the C of `shim/`.
//!
//! Entry points: [`power_loss::run`].

#![allow(clippy::panic, reason = "a simulated transaction panics as planned")]

pub mod draw;
pub mod ledger;
mod mail;
pub mod power_loss;
