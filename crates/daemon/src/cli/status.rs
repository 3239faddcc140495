//! `postroom status` and `postroom reload`

use clap::Args;

use super::command;
use super::global::Global;
use crate::operator;
use crate::problem::Problem;

/// Options of `status`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  postroom status --data /var/lib/postroom --output json")]
pub(crate) struct Status {}

impl Status {
    pub(crate) fn run(self, global: &Global) -> Result<(), Problem> {
        command::run(global, operator::Status {})
    }
}

/// Options of `reload`.
#[derive(Debug, Args)]
#[command(
    after_help = "The same as SIGHUP, with an answer.\n\nExample:\n  postroom reload --config /etc/postroom.toml"
)]
pub(crate) struct Reload {}

impl Reload {
    pub(crate) fn run(self, global: &Global) -> Result<(), Problem> {
        command::run(global, operator::Reload {})
    }
}
