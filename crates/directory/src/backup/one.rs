//! Restoring one organization into a store that serves: one that is gone, or beside the original.

use std::sync::Arc;
use std::time::Duration;

use postroom_policy::permit::Permitted;
use postroom_store::backup::{Archive, abandon_place, touch_place};
use postroom_store::{Place, Store, StoreError, Tx};
use postroom_types::{DirectoryId, OrganizationId, OrganizationKey};

use super::about::About;
use super::claim::{self, Before};
use super::copied::make_another;
use super::settle::{reopen, yield_domains};
use super::source::Source;
use super::{Backups, Failed, blocking};
use crate::DirectoryError;
use crate::acting::Acting;
use crate::admin::AdminTx;
use crate::audit::{self, AdminRecord};
use crate::aws_account::AwsAccountId;
use crate::fsck::{Finding, Progress};

/// How often whoever loads gives a sign.
const SIGN_EVERY: Duration = Duration::from_secs(30);

/// What the organization beside the original is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Its id, minted.
    pub id: OrganizationId,
    /// The id of its directory, minted.
    pub directory_id: DirectoryId,
    /// Its alias.
    pub alias: String,
    /// Its test domain.
    pub test_domain: String,
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The organization's id.
    pub id: OrganizationId,
    /// Its alias.
    pub alias: String,
    /// Rows.
    pub rows: u64,
    /// What `fsck` found and mended, or not.
    pub findings: Vec<Finding>,
}

impl Backups {
    /// Restores the organization that a person calls `name` from `source`: under its own id when it is gone (deleted, or
    /// its own store is lost), or as `copied`, beside the original. `record` goes into its audit trail.
    ///
    /// It gets a new short key and is known only once everything is there; a failure removes what was loaded, and what
    /// a crash leaves is for [`Backups::clean_up`]. Domains that another organization has by now are not taken from it.
    pub async fn restore_one(
        &self,
        source: &Source,
        name: &str,
        copied: Option<Copied>,
        record: AdminRecord,
        progress: &Progress,
    ) -> Result<Restored, Failed> {
        let entry = source.find(name)?.clone();
        progress(format!("looking at {}", entry.file));
        let (store, of) = (self.store.clone(), source.clone());
        let (archive, mut about) = blocking(move || {
            let archive = of.archive(&store, &entry, Place::Organization(OrganizationKey(1)))?;
            archive.verify().map_err(Failed::archive(&entry.file))?;
            let about = Source::about(&entry, &archive)?;
            Ok::<_, Failed>((archive, about))
        })
        .await?;
        let before = match &copied {
            Some(copied) => {
                copied.rename(&mut about);
                Before::Nothing
            }
            None => claim::before(&self.store, &about).await?,
        };
        let key = self.begin(&about, before).await?;
        progress(format!("restoring organization {} ({})", about.organization_id, about.alias));
        let loaded = self.load_and_finish(key, archive, &about, before, copied, record).await;
        let unfinished = |why: &Failed| {
            let what = format!("organization {} ({})", about.organization_id, about.alias);
            Failed::Unfinished { what, why: why.to_string() }
        };
        let rows = match loaded {
            Ok(rows) => rows,
            Err(error) => {
                progress("it failed: what was restored so far is removed".to_owned());
                return Err(match self.abandon(key).await {
                    Ok(true) => error,
                    Ok(false) => unfinished(&error),
                    Err(failed) => {
                        // The note is there, so `clean_up` goes on with it.
                        tracing::warn!(%failed, "what a failed restore has left is removed later");
                        unfinished(&error)
                    }
                });
            }
        };
        progress("making the directory agree".to_owned());
        self.settle_restored(key).await.map_err(|error| unfinished(&error))?;
        if let Before::Lost(old) = before {
            // There is nothing in it: see `claim::before`.
            self.store.remove_organization(old).await.map_err(|error| unfinished(&error.into()))?;
        }
        let id = about.id();
        let report = self.fsck.run(Some(&id), true, Arc::clone(progress)).await;
        let report = report.map_err(|error| unfinished(&error.into()))?;
        Ok(Restored { id, alias: about.alias, rows, findings: report.findings })
    }

    /// Removes what was loaded, unless the organization is known already: a commit may end well and not be answered.
    /// Answers whether it has.
    async fn abandon(&self, key: OrganizationKey) -> Result<bool, Failed> {
        let store = self.store.clone();
        let later = store.clock().now().plus(SIGN_EVERY);
        let abandoned = blocking(move || abandon_place(&store, key, later)).await?;
        if abandoned {
            self.remove(key).await?;
        }
        Ok(abandoned)
    }

    async fn begin(&self, about: &About, before: Before) -> Result<OrganizationKey, Failed> {
        let about = about.clone();
        let acting = Acting::system(&self.store, "an organization is restored");
        let begun = acting.directory(move |tx| claim::begin(tx, &about, before)).await?;
        begun.map_err(|taken| Failed::refused(taken, "choose another alias with --as-new ALIAS"))
    }

    async fn load_and_finish(
        &self,
        key: OrganizationKey,
        archive: Archive,
        about: &About,
        before: Before,
        copied: Option<Copied>,
        record: AdminRecord,
    ) -> Result<u64, Failed> {
        self.store.create_organization(key).await?;
        let (store, keyring) = (self.store.clone(), self.keyring.clone());
        let rows = blocking(move || {
            let place = Place::Organization(key);
            let counts = archive.load_while(&store, &keyring, place, &mut signs_of_life(&store, key));
            let counts = counts.map_err(Failed::archive("the archive"))?;
            if let Some(copied) = copied {
                make_another(&store, key, &copied.test_domain)?;
            }
            Ok::<_, Failed>(counts.rows)
        })
        .await?;
        self.renew(key).await?;
        let mine: Vec<OrganizationKey> = match before {
            Before::Lost(old) => vec![key, old],
            _ => vec![key],
        };
        let account = AwsAccountId::from_store(about.aws_account.clone());
        yield_domains(&self.store, key, &mine, &account).await?;
        let write_down = move |tx: &mut Tx<'_>| {
            reopen(tx)?;
            let permit = Permitted::operator("restore");
            audit::write(&mut AdminTx::begin(tx, &permit)?, &record)
        };
        self.store.write::<_, DirectoryError, _>(Place::Organization(key), write_down).await?;
        let about = about.clone();
        let acting = Acting::system(&self.store, "an organization is restored");
        acting.directory(move |tx| claim::finish(tx, &about, before, key)).await?;
        Ok(rows)
    }
}

impl Copied {
    /// Makes `about` that of another organization.
    fn rename(&self, about: &mut About) {
        about.organization_id = self.id.as_str().to_owned();
        about.directory_id = self.directory_id.as_str().to_owned();
        about.alias.clone_from(&self.alias);
        // The directory's copy is made anew from the organization's own.
        about.default_mail_domain = None;
    }
}

/// Says now and then, when it is called often, that the restore of `key` goes on. Whether it was given up is asked again
/// at its end. Of a restore of everything nobody keeps such a note, and nothing happens.
pub(super) fn signs_of_life(
    store: &Store,
    key: OrganizationKey,
) -> impl FnMut() -> Result<(), StoreError> + use<> {
    let (store, mut signed_at) = (store.clone(), store.clock().now());
    move || {
        let now = store.clock().now();
        if now < signed_at.plus(SIGN_EVERY) {
            return Ok(());
        }
        signed_at = now;
        touch_place(&store, key).map(drop)
    }
}
