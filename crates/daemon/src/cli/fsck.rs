//! `postroom fsck`

use clap::Args;

use super::command;
use super::global::Global;
use crate::operator;
use crate::problem::Problem;

/// Options of `fsck`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Fsck {
    /// Only this organization: its id, m-…, or its alias. Without it: everything.
    #[arg(long, value_name = "ID|ALIAS")]
    organization: Option<String>,
    /// Mend what can be mended; the rest is told.
    #[arg(long)]
    repair: bool,
    /// Read every large body from its file or from S3; without it all are looked for and some are read.
    #[arg(long)]
    read_bodies: bool,
}

const EXAMPLES: &str = "\
Checks what the database itself cannot: counters, references, copies of a fact, sealed keys, what the directory and the
organizations say of each other. It works beside a running server and without one. Exit status: 0 when everything holds
or was repaired, 1 when something is left.

Examples:
  postroom fsck
  postroom fsck --organization demo --output json
  postroom fsck --repair
  postroom fsck --read-bodies";

impl Fsck {
    pub(crate) fn run(self, global: &Global) -> Result<(), Problem> {
        let Self { organization, repair, read_bodies } = self;
        let report = command::run_and_answer(global, operator::Fsck { organization, repair, read_bodies })?;
        match report.left() {
            0 => Ok(()),
            left => Err(Problem::told("not everything holds", format!("{left} found and not repaired"))
                .advise(report.advice())),
        }
    }
}
