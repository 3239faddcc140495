//! `postroom completions`

use clap::Args;
use clap_complete::Shell;

use crate::output;
use crate::problem::Problem;

/// Options of `completions`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  postroom completions bash > /etc/bash_completion.d/postroom")]
pub(crate) struct Completions {
    /// Which shell.
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self, command: &mut clap::Command) -> Result<(), Problem> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, command, "postroom", &mut script);
        output::print(&String::from_utf8_lossy(&script))
    }
}
