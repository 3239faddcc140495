//! `postroom demo`

use clap::Args;

use super::global::Global;
use crate::problem::Problem;
use crate::process::{self, Mode};

/// Options of `demo`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Demo {
    /// Bind every listener that is not turned off to a free port of the loopback interface; the page says which.
    #[arg(long)]
    any_port: bool,
}

const EXAMPLES: &str = "\
The organization `demo` has two users, a group, a room, a rule against old phones and one exception from it. What is
there already stays as it is.

Examples:
  postroom demo
  postroom demo --data /tmp/try --any-port
  postroom demo --output json";

impl Demo {
    pub(crate) fn run(self, global: &Global) -> Result<(), Problem> {
        let mut config = global.load(self.any_port)?;
        config.quiet_by_default();
        process::run(config, Mode::Demo(global.output))
    }
}
