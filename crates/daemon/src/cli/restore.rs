//! `postroom restore`

use std::path::PathBuf;

use clap::Args;

use super::backup::absolute;
use super::global::Global;
use super::{command, restore_all};
use crate::operator::RestoreOne;
use crate::problem::Problem;

/// Options of `restore`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Restore {
    /// The backup's folder.
    #[arg(long, value_name = "FOLDER", required_unless_present = "abandon")]
    from: Option<PathBuf>,
    /// Only this organization, by the id or the alias that it has in the backup. Without it: everything, into an empty
    /// store that nobody serves.
    #[arg(long, value_name = "ID|ALIAS")]
    organization: Option<String>,
    /// Beside the original: as a new organization with this alias, an id and a test domain of its own.
    #[arg(long, value_name = "ALIAS", requires = "organization")]
    as_new: Option<String>,
    /// The master key of the backup, when it is not this store's own.
    #[arg(long, value_name = "FILE")]
    master_key: Option<PathBuf>,
    /// Remove what a restore of everything that was cut off has left.
    #[arg(long, conflicts_with_all = ["from", "organization", "as_new", "master_key"])]
    abandon: bool,
}

const EXAMPLES: &str = "\
Restores from a folder that `postroom backup` wrote, on either engine: --data or --set store.url says where. One
organization is restored beside a running server or without one; everything only without one. The same words again finish
a restore that was cut off. Exit status: 0 when everything agrees afterwards, 1 otherwise.

Examples:
  postroom restore --from /backup/2026-11-21 --data /var/lib/postroom --master-key /safe/master.key
  postroom restore --from /backup/2026-11-21 --set store.url=postgres://localhost/postroom
  postroom restore --from /backup/2026-11-21 --organization demo
  postroom restore --from /backup/2026-11-21 --organization demo --as-new demo-yesterday";

impl Restore {
    pub(crate) fn run(self, global: &Global) -> Result<(), Problem> {
        let master_key = self.master_key.as_deref().map(absolute).transpose()?;
        let Some(from) = &self.from else { return restore_all::abandon(global) };
        let folder = absolute(from)?;
        let Some(organization) = self.organization else {
            return restore_all::run(global, &folder, master_key.as_deref());
        };
        let asked = RestoreOne { folder, organization, as_new: self.as_new, master_key };
        let restored = command::run_and_answer(global, asked)?;
        judge(restored.left.len())
    }
}

/// What is left for a person is a failure that scripts can tell.
pub(super) fn judge(left: usize) -> Result<(), Problem> {
    match left {
        0 => Ok(()),
        _ => Err(Problem::told("it is restored, but not everything agrees", format!("{left} found"))
            .advise("see \"What fsck says\" in docs/backup.md")),
    }
}
