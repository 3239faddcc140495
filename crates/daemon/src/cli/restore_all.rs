//! Restoring everything: in the command's own process, since the store's keys change under whoever has it open.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::command::{lock, tell};
use super::global::{Format, Global};
use super::restore::judge;
use crate::config::{Config, Engine};
use crate::control::{self, Asked};
use crate::operator::{self, findings, problem, source};
use crate::output;
use crate::problem::Problem;
use crate::process::{self, Opened, files};

/// What was restored.
#[derive(Debug, Serialize)]
struct RestoredAll {
    organizations: usize,
    rows: u64,
    mended: Vec<String>,
    left: Vec<String>,
}

/// Restores everything from `folder`.
pub(super) fn run(global: &Global, folder: &Path, key: Option<&Path>) -> Result<(), Problem> {
    let config = global.load(false)?;
    let nothing = |failed| problem("nothing was restored", &failed);
    // Before a store is made: a wrong folder or a missing key leaves nothing behind.
    let source = source(&config, folder, key)?;
    source.try_key().map_err(nothing)?;
    let called = folder.display().to_string();
    let restored = with_store(&config, |opened, runtime| {
        let (backups, progress): (_, operator::Progress) = (opened.backups(), Arc::new(tell));
        runtime.block_on(backups.restore_all(&source, &called, &progress)).map_err(nothing)
    })?;
    let (mended, left) = findings(restored.findings);
    let answer = RestoredAll { organizations: restored.organizations, rows: restored.rows, mended, left };
    match global.output {
        Format::Json => output::print_json(
            &serde_json::to_value(&answer).map_err(|error| Problem::new("cannot write the answer", error))?,
        )?,
        Format::Text => output::print(&answer.to_string())?,
    }
    judge(answer.left.len())
}

/// Removes what a restore that was cut off has left.
pub(super) fn abandon(global: &Global) -> Result<(), Problem> {
    let config = global.load(false)?;
    with_store(&config, |opened, runtime| {
        let unfinished = postroom_store::backup::unfinished_restore(&opened.store);
        match unfinished.map_err(|error| Problem::new("the store cannot be read", error))? {
            Some(unfinished) => {
                let undone = runtime.block_on(opened.backups().undo_restore());
                undone.map_err(|failed| problem("not everything was removed", &failed))?;
                output::print(&format!(
                    "What was restored from {} is removed; the store is as new.",
                    unfinished.what
                ))
            }
            None => {
                Err(Problem::told("there is nothing to abandon", "no restore of everything was cut off here")
                    .advise("`postroom restore --from FOLDER` begins one"))
            }
        }
    })
}

/// Runs `work` on the store, which no daemon has.
fn with_store<T>(
    config: &Config,
    work: impl FnOnce(&Opened, &tokio::runtime::Runtime) -> Result<T, Problem>,
) -> Result<T, Problem> {
    if !matches!(control::ask(&config.data, &operator::Status {}.into(), &tell)?, Asked::Nobody) {
        return Err(Problem::told("a server runs on this store", "everything is restored only without one")
            .advise("stop it, or restore one organization with --organization"));
    }
    process::keep_files_private();
    files::make_private_directory(&config.data)?;
    let _lock = match config.engine {
        Engine::Embedded => Some(lock(&config.data)?),
        Engine::Postgres(_) => None,
    };
    let runtime = process::runtime()?;
    let opened = Opened::open_unfinished(config, &runtime)?;
    let done = work(&opened, &runtime);
    drop(runtime);
    opened.store.close();
    done
}

impl fmt::Display for RestoredAll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Everything is restored: organizations: {}, and the directory; {} rows.",
            self.organizations, self.rows
        )?;
        self.mended.iter().try_for_each(|what| writeln!(f, "Made to agree: {what}"))?;
        self.left.iter().try_for_each(|what| writeln!(f, "For you to see to: {what}"))?;
        writeln!(f, "Next: postroom serve")
    }
}
