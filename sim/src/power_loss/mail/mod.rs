//! Mailboxes under power losses: transactions of several clients, large bodies as files, the sweep and the collector.

mod check;
mod client;
mod expected;
mod opened;
mod prepare;
mod workload;

pub(super) use check::check;
pub(super) use expected::ExpectedMail;
pub(super) use workload::main;
