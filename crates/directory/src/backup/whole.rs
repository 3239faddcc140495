//! Restoring everything into a store that has nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use postroom_store::backup::{
    Archive, begin_restore, clear_directory, end_restore, is_empty, unfinished_restore,
};
use postroom_store::{Place, Store, StoreError};
use postroom_types::OrganizationKey;

use super::manifest::MANIFEST;
use super::one::signs_of_life;
use super::{Backups, Failed, Source, blocking};
use crate::DirectoryError;
use crate::fsck::{Finding, Progress};
use crate::organizations::{OrganizationState, all};
use crate::sql::restores as sql;

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoredAll {
    /// Organizations with their data.
    pub organizations: usize,
    /// Rows in all.
    pub rows: u64,
    /// What `fsck` found and mended, or not: the archives are of different moments.
    pub findings: Vec<Finding>,
}

impl Backups {
    /// Restores `source` into this store, which has never been used. `called`: how a person calls the backup.
    ///
    /// Every archive is looked at before anything is written. While it goes on there is a note in the directory, and
    /// nobody may serve; a failure removes everything again, and after a crash this or [`Backups::undo_restore`] is
    /// called again. The store is for nobody else, and is opened anew afterwards: its keys have changed.
    pub async fn restore_all(
        &self,
        source: &Source,
        called: &str,
        progress: &Progress,
    ) -> Result<RestoredAll, Failed> {
        let (checked, directory) = self.look_at(source, progress).await?;
        let (store, name) = (self.store.clone(), called.to_owned());
        blocking(move || {
            let resumed = unfinished_restore(&store)?.is_some();
            begin_restore(&store, &name)?;
            let as_new = resumed || (is_empty(&store)? && store.organizations()?.is_empty());
            if !as_new {
                end_restore(&store)?;
                return Err(Failed::refused(
                    "the store is in use: a whole backup is restored into an empty one only",
                    "name a new data directory or database, or restore one organization with --organization",
                ));
            }
            Ok(())
        })
        .await?;
        match self.load_all(checked, directory, progress).await {
            Ok(restored) => Ok(restored),
            Err(error) => {
                progress("it failed: what was restored so far is removed".to_owned());
                self.undo_restore().await?;
                Err(error)
            }
        }
    }

    /// Removes what a restore that was cut off has left: the store is as new.
    pub async fn undo_restore(&self) -> Result<(), Failed> {
        self.empty().await?;
        let store = self.store.clone();
        blocking(move || {
            // What the first migration has put there.
            store.write_blocking::<_, StoreError, _>(Place::Directory, |tx| {
                tx.execute(&sql::FIRST_KEY, &[]).map(drop)
            })?;
            end_restore(&store)
        })
        .await
    }

    /// Checks every archive; answers those of the organizations by id, and the directory's.
    async fn look_at(
        &self,
        source: &Source,
        progress: &Progress,
    ) -> Result<(BTreeMap<String, Archive>, Archive), Failed> {
        let (store, source, progress) = (self.store.clone(), source.clone(), Arc::clone(progress));
        blocking(move || {
            let Some(entry) = &source.manifest.directory else {
                return Err(Failed::refused(
                    "the backup is of single organizations and has no directory",
                    "restore them one by one with --organization into a store that serves",
                ));
            };
            let directory = source.archive(&store, entry, Place::Directory)?;
            directory.verify().map_err(Failed::archive(&entry.file))?;
            if !source.agrees(&directory) {
                return Err(Failed::damaged(MANIFEST, "it does not list what the directory's archive lists"));
            }
            let mut organizations = BTreeMap::new();
            for entry in &source.manifest.organizations {
                progress(format!("looking at {}", entry.file));
                let archive = source.archive(&store, entry, Place::Organization(OrganizationKey(1)))?;
                Source::about(entry, &archive)?;
                organizations.insert(entry.organization_id.clone(), archive);
            }
            Ok((organizations, directory))
        })
        .await
    }

    async fn load_all(
        &self,
        mut archives: BTreeMap<String, Archive>,
        directory: Archive,
        progress: &Progress,
    ) -> Result<RestoredAll, Failed> {
        self.empty().await?;
        progress("restoring the directory".to_owned());
        let mut rows = self.load(directory, Place::Directory).await?;
        let mut organizations = 0;
        for organization in all(&self.store).await? {
            if matches!(organization.state, OrganizationState::Deleted | OrganizationState::Requested) {
                continue;
            }
            let (key, id) = (organization.key, organization.id.as_str());
            self.store.create_organization(key).await?;
            if let Some(archive) = archives.remove(id) {
                progress(format!("restoring organization {id} ({})", organization.alias));
                rows += self.load(archive, Place::Organization(key)).await?;
                self.renew(key).await?;
                organizations += 1;
            }
        }
        let report = self.fsck.run(None, true, Arc::clone(progress)).await?;
        let store = self.store.clone();
        blocking(move || end_restore(&store)).await?;
        Ok(RestoredAll { organizations, rows, findings: report.findings })
    }

    async fn load(&self, archive: Archive, place: Place) -> Result<u64, Failed> {
        let (store, keyring) = (self.store.clone(), self.keyring.clone());
        blocking(move || {
            let loaded = archive.load(&store, &keyring, place);
            loaded.map(|counts| counts.rows).map_err(Failed::archive("an archive"))
        })
        .await
    }

    /// Has every capability do what a restore asks of it.
    pub(super) async fn renew(&self, key: OrganizationKey) -> Result<(), Failed> {
        let (store, renews) = (self.store.clone(), Arc::clone(&self.renews));
        let data_key = self.keyring.data_key(Place::Organization(key)).await.map_err(DirectoryError::from)?;
        blocking(move || {
            let mut goes_on = signs_of_life(&store, key);
            renews.iter().try_for_each(|renew| renew(&store, &data_key, key, &mut goes_on))
        })
        .await
    }

    /// Removes every organization and every row of the directory.
    async fn empty(&self) -> Result<(), Failed> {
        let places = places(&self.store).await?;
        for key in places {
            self.store.remove_organization(key).await?;
        }
        let store = self.store.clone();
        blocking(move || clear_directory(&store)).await
    }
}

/// The organizations that have anything in the store.
pub(super) async fn places(store: &Store) -> Result<Vec<OrganizationKey>, Failed> {
    let store = store.clone();
    blocking(move || store.organizations()).await
}
