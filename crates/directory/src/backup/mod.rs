//! Backups: a folder with one sealed archive an organization, one of the directory, and a manifest.
//!
//! ```text
//! FOLDER/
//!   m-….postroom         an organization: every row of its own store, and its row of the directory in the header
//!   directory.postroom   the directory, written after them; its header repeats the list of the archives
//!   manifest.json        written last: a folder without it is no backup
//! ```
//!
//! The archives are [`postroom_store::backup`]'s: the same from both engines, loadable on either and under another short
//! number. Here is what makes a whole of them: which organizations there are, what the directory has about each, and
//! how the two are made to agree again.
//!
//! Entry points: [`Backups::take`], [`Source::new`], [`Backups::restore_all`], [`Backups::restore_one`],
//! [`Backups::clean_up`].

mod about;
mod claim;
mod copied;
mod failed;
mod folder;
mod left;
mod manifest;
mod one;
mod settle;
mod source;
mod take;
mod whole;

use std::path::Path;
use std::sync::Arc;

use postroom_store::seal::{DataKey, Keyring};
use postroom_store::{Store, StoreError};
use postroom_types::OrganizationKey;

use crate::DirectoryError;
use crate::fsck::Fsck;

pub use failed::Failed;
pub use left::Left;
pub use manifest::{Entry, LeftOut, Manifest};
pub use one::{Copied, Restored};
pub use source::Source;
pub use whole::RestoredAll;

/// What another capability does to an organization that was restored, before anybody can use it (`mailbox`: new
/// epochs, and the index of full-text search, which archives leave out). Called on a thread that may block; it may be
/// called again. What takes long calls the last argument after each slice; its error ends the work.
pub type Renew = fn(
    &Store,
    &DataKey,
    OrganizationKey,
    &mut dyn FnMut() -> Result<(), StoreError>,
) -> Result<(), StoreError>;

/// Takes and restores backups. Cheap to clone.
#[derive(Clone)]
pub struct Backups {
    store: Store,
    keyring: Keyring,
    fsck: Fsck,
    renews: Arc<[Renew]>,
}

impl Backups {
    /// Of `store`; `renews` are those of the capabilities above this one.
    pub fn new(store: Store, keyring: Keyring, fsck: Fsck, renews: &[Renew]) -> Self {
        Self { store, keyring, fsck, renews: renews.into() }
    }
}

/// Runs what waits for the disk on a thread that may.
async fn blocking<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, Failed>
where
    T: Send + 'static,
    E: Send + 'static,
    Failed: From<E>,
{
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| DirectoryError::bug("a backup's thread panicked"))?.map_err(Failed::from)
}

/// The name of `path`'s file, for messages.
fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
