//! The open files of a data directory.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use postroom_types::OrganizationKey;

use super::connection::SqliteSql;
use super::create::create;
use super::database::Database;
use super::index::Index;
use super::pool::Pool;
use crate::durable::{create_folders, sync_folder};
use crate::job::Job;
use crate::lock::lock;
use crate::store::Parts;
use crate::{Outcome, Place, StoreError, limits};

/// Store threads of the embedded engine: commits wait for the disk, so more threads than cores pay.
const WRITER_THREADS: usize = 4;

/// The files, least recently used ones closed.
pub(crate) struct Files {
    root: PathBuf,
    parts: Arc<Parts>,
    pool: Pool,
    directory: Arc<Database>,
    organizations: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    by_key: HashMap<OrganizationKey, (Arc<Database>, u64)>,
    tick: u64,
}

impl Files {
    /// Opens the data directory `root`, creating and migrating `directory.db`.
    pub(crate) fn open(root: &Path, parts: Arc<Parts>) -> Result<Self, StoreError> {
        create_folders(&root.join("organizations")).map_err(|error| io_error(root, &error))?;
        let pool = Pool::start(&parts, WRITER_THREADS).map_err(|error| io_error(root, &error))?;
        let directory = Arc::new(Database::new(Place::Directory, root.join("directory.db"), &parts.modules));
        directory.open(&parts)?;
        Ok(Self { root: root.to_owned(), parts, pool, directory, organizations: Mutex::default() })
    }

    /// Puts `job` into the queue of `place`; a caller that is `here` may be the one who serves it.
    pub(crate) fn submit(&self, place: Place, job: Box<dyn Job>, here: bool) {
        let pushed = match self.database(place) {
            Ok(database) => database.push(job).map(|()| self.serve(&database, here)).map_err(|job| {
                (
                    job,
                    StoreError::Unavailable {
                        outcome: Outcome::NotWritten,
                        cause: "too many writes wait".to_owned(),
                    },
                )
            }),
            Err(error) => Err((job, error)),
        };
        if let Err((mut job, error)) = pushed {
            job.fail(error);
            job.answer();
        }
    }

    fn serve(&self, database: &Arc<Database>, here: bool) {
        if here {
            self.pool.serve_here(database, &self.parts);
        } else {
            self.pool.schedule(database);
        }
    }

    pub(crate) fn read<T>(
        &self,
        place: Place,
        work: impl FnOnce(&mut SqliteSql) -> T,
    ) -> Result<T, StoreError> {
        self.database(place)?.read(&self.parts, work)
    }

    pub(crate) fn read_long<T>(
        &self,
        place: Place,
        work: impl FnOnce(&mut SqliteSql) -> T,
    ) -> Result<T, StoreError> {
        self.database(place)?.read_long(&self.parts, work)
    }

    pub(crate) fn scan<T>(
        &self,
        place: Place,
        work: impl FnOnce(&mut SqliteSql) -> T,
    ) -> Result<T, StoreError> {
        self.database(place)?.scan(&self.parts, work)
    }

    pub(crate) fn index<T>(
        &self,
        place: Place,
        work: impl FnOnce(&mut Index) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.database(place)?.index(&self.parts, work)
    }

    /// Creates the file of `key`; nothing happens when it is there.
    ///
    /// Folders are synced in either case: whoever created the file may have died before that.
    pub(crate) fn create(&self, key: OrganizationKey) -> Result<(), StoreError> {
        let folder = self.folder(key);
        fs::create_dir_all(&folder).map_err(|error| io_error(&folder, &error))?;
        create(&folder.join("store.db"))?;
        sync(&self.root.join("organizations"))?;
        self.database(Place::Organization(key))?.open(&self.parts)
    }

    /// The organizations that have a folder.
    pub(crate) fn organizations(&self) -> Result<Vec<OrganizationKey>, StoreError> {
        let folder = self.root.join("organizations");
        let names = fs::read_dir(&folder).and_then(|entries| {
            entries.map(|entry| entry.map(|entry| entry.file_name())).collect::<std::io::Result<Vec<_>>>()
        });
        let names = names.map_err(|error| io_error(&folder, &error))?;
        let keys = names.iter().filter_map(|name| name.to_str()?.parse().ok().map(OrganizationKey));
        let mut keys: Vec<OrganizationKey> = keys.collect();
        keys.sort_unstable();
        Ok(keys)
    }

    /// Removes the folder of `key`; nothing happens when it is gone.
    ///
    /// It gets another name first, under which nobody opens it meanwhile. What a crash has left under that name goes
    /// when this is repeated, as whoever removes an organization does.
    pub(crate) fn remove(&self, key: OrganizationKey) -> Result<(), StoreError> {
        let folder = self.folder(key);
        let removed = folder.with_extension("removed");
        unless_gone(fs::remove_dir_all(&removed), &removed)?;
        unless_gone(fs::rename(&folder, &removed), &folder)?;
        let open = lock(&self.organizations).by_key.remove(&key);
        // After the lock, which whoever writes an index needs: it is closed when they have ended.
        if let Some((database, _)) = open {
            database.close();
        }
        unless_gone(fs::remove_dir_all(&removed), &removed)?;
        sync(&self.root.join("organizations"))
    }

    /// Serves what waits, checkpoints and closes every file.
    pub(crate) fn close(&self) {
        self.pool.stop();
        let open = std::mem::take(&mut lock(&self.organizations).by_key);
        // After the lock, as in `remove`.
        open.into_values().for_each(|(database, _)| database.close());
        self.directory.close();
    }

    fn folder(&self, key: OrganizationKey) -> PathBuf {
        self.root.join("organizations").join(key.0.to_string())
    }

    fn database(&self, place: Place) -> Result<Arc<Database>, StoreError> {
        let Place::Organization(key) = place else { return Ok(Arc::clone(&self.directory)) };
        let mut open = lock(&self.organizations);
        open.tick += 1;
        let tick = open.tick;
        if let Some((database, used)) = open.by_key.get_mut(&key) {
            *used = tick;
            return Ok(Arc::clone(database));
        }
        let file = self.folder(key).join("store.db");
        if !file.exists() {
            return Err(StoreError::Impaired(format!("organization {} has no store file", key.0)));
        }
        if open.by_key.len() >= limits::OPEN_FILES_MAX {
            open.close_oldest_idle();
        }
        let database = Arc::new(Database::new(place, file, &self.parts.modules));
        open.by_key.insert(key, (Arc::clone(&database), tick));
        Ok(database)
    }
}

/// What came of doing away with `path`: that it is not there is as good.
fn unless_gone(done: std::io::Result<()>, path: &Path) -> Result<(), StoreError> {
    match done {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(io_error(path, &error)),
        _ => Ok(()),
    }
}

impl Open {
    /// Closes the least recently used file that nobody holds. Its `Arc` count under the lock proves that.
    fn close_oldest_idle(&mut self) {
        let idle = self
            .by_key
            .iter()
            .filter(|(_, (database, _))| Arc::strong_count(database) == 1 && database.is_idle());
        let oldest = idle.min_by_key(|(_, (_, used))| *used).map(|(key, _)| *key);
        if let Some((database, _)) = oldest.and_then(|key| self.by_key.remove(&key)) {
            database.close();
        }
    }
}

fn sync(folder: &Path) -> Result<(), StoreError> {
    sync_folder(folder).map_err(|error| io_error(folder, &error))
}

fn io_error(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Unavailable { outcome: Outcome::NotWritten, cause: format!("{}: {error}", path.display()) }
}
