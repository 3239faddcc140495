//! Taking a backup while everything goes on.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use postroom_store::backup::write_archive;
use postroom_store::seal::SealError;
use postroom_store::{Place, Read, StoreError, parameters};
use postroom_types::{OrganizationId, OrganizationKey};
use serde_json::json;

use super::about::About;
use super::folder::{Folder, digest};
use super::manifest::{DIRECTORY, Entry, FORMAT, LeftOut, Manifest};
use super::{Backups, Failed, blocking};
use crate::DirectoryError;
use crate::fsck::Progress;
use crate::organizations::{Organization, OrganizationState, Pending, all};
use crate::sql::organization as place_sql;

/// Times that the directory is saved anew because an organization came while it was.
const ROUNDS_MAX: usize = 20;

impl Backups {
    /// Writes a backup to `folder`, which must be new or empty: of everything, or of the organizations in `only` and
    /// without the directory. `written_by`: the program and its version.
    ///
    /// Each archive is one snapshot; the directory's is the last, so it knows every organization that was saved. What
    /// does not open is left out and said in the manifest. On error, and when the caller stops waiting, the folder has
    /// no manifest and so is no backup.
    pub async fn take(
        &self,
        folder: &Path,
        only: &[OrganizationId],
        written_by: &str,
        progress: &Progress,
    ) -> Result<Manifest, Failed> {
        let mut folder = Folder::begin(folder)?;
        let mut manifest = Manifest {
            format: FORMAT,
            written_by: written_by.to_owned(),
            taken_at: self.store.clock().now().micros(),
            directory: None,
            organizations: Vec::new(),
            left_out: Vec::new(),
        };
        let mut seen = BTreeSet::new();
        let mut found = self.to_save(only, &seen).await?;
        for _ in 0..ROUNDS_MAX {
            for organization in found {
                seen.insert(organization.key);
                self.save(&mut folder, organization, &mut manifest, progress).await?;
            }
            if !only.is_empty() {
                return folder.finish(&manifest).map(|()| manifest);
            }
            manifest.directory = Some(self.save_directory(&mut folder, &manifest, progress).await?);
            // One that came to life after the list was made is in the directory's archive, perhaps.
            found = self.to_save(only, &seen).await?;
            if found.is_empty() {
                return folder.finish(&manifest).map(|()| manifest);
            }
        }
        Err(Failed::refused("organizations are created faster than they can be saved", "try again later"))
    }

    /// Organizations that have something to save and are not `seen` yet.
    async fn to_save(
        &self,
        only: &[OrganizationId],
        seen: &BTreeSet<OrganizationKey>,
    ) -> Result<Vec<Organization>, Failed> {
        let mut found = all(&self.store).await?;
        found.retain(|organization| {
            has_place(organization)
                && !seen.contains(&organization.key)
                && (only.is_empty() || only.contains(&organization.id))
        });
        let missing = only
            .iter()
            .find(|id| !found.iter().any(|organization| organization.id == **id) && seen.is_empty());
        match missing {
            Some(id) => Err(Failed::refused(
                format!("organization {} is not in use: there is nothing to save", id.as_str()),
                "name an active organization",
            )),
            None => Ok(found),
        }
    }

    async fn save(
        &self,
        folder: &mut Folder,
        organization: Organization,
        manifest: &mut Manifest,
        progress: &Progress,
    ) -> Result<(), Failed> {
        let (key, deleting) = (organization.key, organization.state == OrganizationState::Deleting);
        let (id, alias) = (organization.id.as_str().to_owned(), organization.alias.clone());
        progress(format!("organization {id} ({alias})"));
        let about = serde_json::to_value(About::read(&self.store, organization).await?);
        let about = about.expect("plain values are always JSON");
        let path = folder.file(&format!("{id}.postroom"));
        // The archive's own name while it is written, see `write_archive`.
        folder.file(&format!("{id}.partial"));
        let is_there = move |read: &mut dyn Read| {
            Ok(read.query_first(&place_sql::SELECT_CLOSED, parameters![key.0])?.is_some())
        };
        // Without its key nothing that is sealed in an archive opens either.
        let opened = self.keyring.stored(Place::Organization(key)).await.map_err(DirectoryError::from);
        let opened = opened.and_then(|key| key.ok_or_else(|| SealError::NoDataKey.into()));
        let there = self.store.read(Place::Organization(key), is_there).await;
        let saved = match there.and_then(|there| if there { opened.map(|_| true) } else { Ok(false) }) {
            Ok(true) => self.archive(Place::Organization(key), about, path).await,
            Ok(false) => Err(StoreError::Impaired("its own store is empty".to_owned()).into()),
            Err::<bool, DirectoryError>(error) => Err(error.into()),
        };
        match saved {
            Ok((size_bytes, sha256, rows)) => {
                let file = format!("{id}.postroom");
                let entry = Entry { organization_id: id, alias, file, size_bytes, sha256, rows };
                manifest.organizations.push(entry);
            }
            // Going away while we look at it.
            Err(error) if deleting && is_impaired(&error).is_some() => {}
            Err(error) => match is_impaired(&error) {
                Some(why) => {
                    progress(format!("organization {id} ({alias}) is left out: {why}"));
                    manifest.left_out.push(LeftOut { organization_id: id, alias, why });
                }
                None => return Err(error),
            },
        }
        Ok(())
    }

    async fn save_directory(
        &self,
        folder: &mut Folder,
        manifest: &Manifest,
        progress: &Progress,
    ) -> Result<Entry, Failed> {
        progress("the directory".to_owned());
        let about = json!({ "organizations": manifest.organizations, "left_out": manifest.left_out });
        let path = folder.file(DIRECTORY);
        folder.file("directory.partial");
        let (size_bytes, sha256, rows) = self.archive(Place::Directory, about, path).await?;
        let (organization_id, alias, file) = (String::new(), String::new(), DIRECTORY.to_owned());
        Ok(Entry { organization_id, alias, file, size_bytes, sha256, rows })
    }

    /// Writes an archive; answers its size, its SHA-256 and how many rows it has.
    async fn archive(
        &self,
        place: Place,
        about: serde_json::Value,
        path: PathBuf,
    ) -> Result<(u64, String, u64), Failed> {
        let (store, keyring) = (self.store.clone(), self.keyring.clone());
        blocking(move || {
            let file = super::file_name(&path);
            let counts =
                write_archive(&store, &keyring, place, &about, &path).map_err(Failed::archive(&file))?;
            let (size_bytes, sha256) = digest(&path).map_err(Failed::file(&path))?;
            Ok::<_, Failed>((size_bytes, sha256, counts.rows))
        })
        .await
    }
}

/// Whether the organization has a store of its own that counts.
fn has_place(organization: &Organization) -> bool {
    match organization.state {
        OrganizationState::Active | OrganizationState::Impaired => true,
        // It may be refused yet.
        OrganizationState::Deleting => {
            matches!(organization.pending, Some(Pending::Deletion { closed: false, .. }))
        }
        _ => false,
    }
}

/// Why the organization's store cannot be used, if that is what failed.
fn is_impaired(error: &Failed) -> Option<String> {
    match error {
        Failed::Directory(DirectoryError::Store(StoreError::Impaired(why))) => Some(why.clone()),
        _ => None,
    }
}
