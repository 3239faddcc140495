//! A place and its index file.

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use super::connection::SqliteSql;
use super::database::Database;
use super::index::Index;
use crate::lock::lock;
use crate::store::Parts;
use crate::{IndexFile, StoreError};

impl Database {
    pub(super) fn index_path(&self, file: &IndexFile) -> PathBuf {
        self.path.with_file_name(file.name).with_extension("db")
    }

    /// Opens the index file, if there is one, so that it is there when readers come.
    pub(super) fn open_index(&self, slot: &mut Option<Index>) -> Result<(), StoreError> {
        let Some(file) = self.index_file else { return Ok(()) };
        let path = self.index_path(file);
        if slot.as_ref().is_some_and(Index::has_failed) || !path.exists() {
            *slot = None;
        }
        if slot.is_none() {
            let index = Index::open(&path, file, self.place)?;
            if index.was_made() {
                self.indexes_made.fetch_add(1, Ordering::AcqRel);
                self.forget_readers();
            }
            *slot = Some(index);
        }
        Ok(())
    }

    /// Runs `work` with the index file, which one has at a time, and then checkpoints it.
    pub(crate) fn index<T>(
        &self,
        parts: &Parts,
        work: impl FnOnce(&mut Index) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if !self.ready.load(Ordering::Acquire) {
            self.open(parts)?;
        }
        let mut slot = lock(&self.index);
        self.open_index(&mut slot)?;
        let (Some(index), Some(file)) = (slot.as_mut(), self.index_file) else {
            return Err(StoreError::Bug("no index file here".to_owned()));
        };
        let verified = if self.doubted.swap(false, Ordering::AcqRel) { index.verify() } else { Ok(()) };
        let result = verified.and_then(|()| work(index.at(parts.clock.now())));
        if index.is_damaged() {
            tracing::warn!(place = ?self.place, "an index is damaged, it is made again");
            *slot = None;
            Index::remove(&self.index_path(file))?;
            self.open_index(&mut slot)?;
        } else if index.has_failed() {
            *slot = None;
        } else if let Some(sql) = index.take_behind() {
            self.checkpoint_of_index(sql);
        }
        result
    }

    /// The checkpoint of the index, unless somebody has it, who does that.
    pub(super) fn checkpoint_index(&self) {
        if let Ok(slot) = self.index.try_lock()
            && let Some(index) = slot.as_ref()
        {
            self.checkpoint_of_index(index.sql());
        }
    }

    /// Only who has the index does it.
    fn checkpoint_of_index(&self, sql: &SqliteSql) {
        self.batches.bar();
        self.let_snapshots_go();
        if let Err(error) = self.shorten_log(sql) {
            tracing::warn!(%error, "a checkpoint of an index failed; its write-ahead log keeps growing");
        }
        self.batches.unbar();
    }
}
