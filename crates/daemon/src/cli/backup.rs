//! `postroom backup`

use std::path::PathBuf;

use clap::Args;

use super::command;
use super::global::Global;
use crate::operator::BackupTake;
use crate::problem::Problem;

/// Options of `backup`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Backup {
    /// The folder that it is written to; it must be new or empty.
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
    /// Only this organization, by its id, m-…, or its alias; may be repeated. Without it: everything.
    #[arg(long = "organization", value_name = "ID|ALIAS")]
    organizations: Vec<String>,
}

const EXAMPLES: &str = "\
Takes a backup while everything goes on: one sealed archive for each organization and one of the directory, the same from
both engines. Restoring needs the master key, which is not in it. A running server writes the folder as its own user.
Exit status: 0 when everything was saved, 1 when an organization was left out or nothing was saved.

Examples:
  postroom backup --to /backup/2026-11-21
  postroom backup --to /backup/demo --organization demo --output json";

impl Backup {
    pub(crate) fn run(self, global: &Global) -> Result<(), Problem> {
        let folder = absolute(&self.to)?;
        let taken =
            command::run_and_answer(global, BackupTake { folder, organizations: self.organizations })?;
        match taken.left_out() {
            0 => Ok(()),
            count => {
                Err(Problem::told("the backup is not whole", format!("{count} organizations were left out"))
                    .advise("`postroom fsck` says more; the rest of the backup can be used"))
            }
        }
    }
}

/// The path as another process names it.
pub(super) fn absolute(path: &std::path::Path) -> Result<PathBuf, Problem> {
    std::path::absolute(path).map_err(|error| {
        Problem::usage(format!("{} is no path", path.display()), error).advise("name a folder")
    })
}
