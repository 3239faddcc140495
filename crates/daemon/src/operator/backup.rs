//! Backups, and restoring single organizations from them.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use postroom_directory::audit::AdminRecord;
use postroom_directory::backup::{Copied, Failed, Manifest, Source};
use postroom_directory::fsck::Finding;
use postroom_directory::ops::test_domain;
use postroom_store::seal::FileMasterKey;
use postroom_types::{Constrained, DirectoryId, OrganizationId, OrganizationName};
use serde::{Deserialize, Serialize};

use super::{Operator, Progress, named};
use crate::config::Config;
use crate::problem::Problem;

/// Takes a backup.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct BackupTake {
    /// The folder, absolute.
    pub(crate) folder: PathBuf,
    /// Only these: ids or aliases.
    pub(crate) organizations: Vec<String>,
}

/// Restores one organization.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RestoreOne {
    /// The backup's folder, absolute.
    pub(crate) folder: PathBuf,
    /// Which: id or alias as the backup has it.
    pub(crate) organization: String,
    /// Beside the original, under this alias.
    pub(crate) as_new: Option<String>,
    /// The master key of the backup, absolute; none: the store's own.
    pub(crate) master_key: Option<PathBuf>,
}

/// A backup that was taken.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Taken {
    folder: PathBuf,
    /// What is needed to restore it, and not in it.
    master_key: PathBuf,
    manifest: Manifest,
}

/// An organization that was restored.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Restored {
    organization_id: String,
    alias: String,
    rows: u64,
    /// What had to be made to agree.
    mended: Vec<String>,
    /// What is left for a person.
    pub(crate) left: Vec<String>,
}

pub(super) async fn take(
    operator: &Operator,
    command: BackupTake,
    progress: Progress,
) -> Result<Taken, Problem> {
    let mut only = Vec::new();
    for name in &command.organizations {
        only.push(named::organization(operator, name).await?.id);
    }
    let by = concat!("postroom ", env!("CARGO_PKG_VERSION"));
    let taken = operator.opened.backups().take(&command.folder, &only, by, &progress).await;
    let manifest = taken.map_err(|failed| problem("no backup was taken", &failed))?;
    let master_key = std::path::absolute(&operator.config.master_key);
    let master_key = master_key.unwrap_or_else(|_| operator.config.master_key.clone());
    Ok(Taken { folder: command.folder, master_key, manifest })
}

pub(super) async fn restore_one(
    operator: &Operator,
    command: RestoreOne,
    progress: Progress,
) -> Result<Restored, Problem> {
    let (opened, config) = (operator.opened.clone(), Arc::clone(&operator.config));
    // A task of its own: it ends also when nobody waits for it any more.
    let restored = tokio::spawn(async move {
        let store = &opened.store;
        let backups = opened.backups();
        if let Err(failed) = backups.clean_up(false).await {
            tracing::warn!(%failed, "what an earlier restore has left stays for now");
        }
        let failed = |failed: Failed| {
            let what = if failed.is_unfinished() { "the restore broke off" } else { "nothing was restored" };
            problem(what, &failed)
        };
        let copied = match &command.as_new {
            Some(alias) => Some(copied(&config, alias, store.random().as_ref())?),
            None => None,
        };
        let source = source(&config, &command.folder, command.master_key.as_deref())?;
        let parameters = serde_json::json!({
            "from": command.folder, "organization": command.organization, "asNew": command.as_new,
        });
        let record = AdminRecord::at_the_machine(
            store.random().as_ref(),
            "RestoreOrganization",
            &command.organization,
            &parameters,
        );
        let name = &command.organization;
        backups.restore_one(&source, name, copied, record, &progress).await.map_err(failed)
    });
    let restored = restored.await.map_err(|error| Problem::new("the restore broke off", error))??;
    let (mended, left) = findings(restored.findings);
    Ok(Restored {
        organization_id: restored.id.as_str().to_owned(),
        alias: restored.alias,
        rows: restored.rows,
        mended,
        left,
    })
}

/// What was mended, and what is left.
pub(crate) fn findings(findings: Vec<Finding>) -> (Vec<String>, Vec<String>) {
    let (mended, left): (Vec<_>, Vec<_>) = findings.into_iter().partition(|found| found.repaired);
    let texts = |findings: Vec<Finding>| findings.into_iter().map(|found| found.what).collect();
    (texts(mended), texts(left))
}

/// The backup in `folder`, under the master key in `key`, or the one that the configuration names; none is ever made
/// here. That there is no backup is told before that there is no key.
pub(crate) fn source(config: &Config, folder: &Path, key: Option<&Path>) -> Result<Source, Problem> {
    let manifest = Manifest::read(folder).map_err(|failed| problem("nothing was restored", &failed))?;
    let file = key.unwrap_or(&config.master_key);
    let key = FileMasterKey::open(file).map_err(|error| {
        Problem::new("nothing was restored", error).advise(
            "a backup opens only with the master key that was in use when it was taken: put it there, or name it with \
             --master-key FILE",
        )
    })?;
    Ok(Source::new(folder, manifest, Arc::new(key)))
}

/// What the copy under `alias` is.
fn copied(config: &Config, alias: &str, random: &dyn postroom_store::Random) -> Result<Copied, Problem> {
    let name = OrganizationName::parse(alias).map_err(|_| {
        let rule = "an alias has 1 to 62 letters, digits and single hyphens between them, and does not begin with d-";
        Problem::usage(format!("{alias} is no alias"), rule).advise("choose another with --as-new")
    })?;
    Ok(Copied {
        id: OrganizationId::mint(random.bytes()),
        directory_id: DirectoryId::mint(random.bytes()),
        alias: name.as_str().to_owned(),
        test_domain: test_domain(&name, &config.test_domain_suffix),
    })
}

/// `what` did not happen because of `failed`.
pub(crate) fn problem(what: &str, failed: &Failed) -> Problem {
    Problem::new(what, failed).advise(failed.advice())
}

impl Taken {
    /// How many organizations could not be saved.
    pub(crate) fn left_out(&self) -> usize {
        self.manifest.left_out.len()
    }
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Manifest { directory, organizations, left_out, .. } = &self.manifest;
        let size: u64 = organizations.iter().chain(directory).map(|entry| entry.size_bytes).sum();
        let rows: u64 = organizations.iter().chain(directory).map(|entry| entry.rows).sum();
        let with = if directory.is_some() { "with the directory" } else { "without the directory" };
        let count = organizations.len();
        writeln!(
            f,
            "Backup in {}: organizations: {count}, {with}; {rows} rows, {size} bytes.",
            self.folder.display()
        )?;
        for left in left_out {
            writeln!(f, "Left out: {} ({}): {}", left.organization_id, left.alias, left.why)?;
        }
        writeln!(f, "It can only be restored with the master key {}:", self.master_key.display())?;
        writeln!(f, "keep a copy of that file in another place than the backup.")
    }
}

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Organization {} ({}) is restored: {} rows.",
            self.organization_id, self.alias, self.rows
        )?;
        self.mended.iter().try_for_each(|what| writeln!(f, "Made to agree: {what}"))?;
        self.left.iter().try_for_each(|what| writeln!(f, "For you to see to: {what}"))
    }
}
