//! Restores of single organizations that were cut off: what they have left is finished or removed.

use postroom_store::backup::{PlaceRestore, Stage, abandon_place, end_place, place_restores};
use postroom_store::jobs::{Announcement, Done, Failure, Kind, KindOptions, Run, Runner, enqueue};
use postroom_store::{Read as _, StoreError, Tx};
use postroom_types::OrganizationKey;

use super::{Backups, Failed, blocking};
use crate::limits::SETTLE_PAUSE;

/// What was done about a restore that was cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// What was restored.
    pub what: String,
    /// Whether it has been finished; else what it had loaded was removed.
    pub finished: bool,
}

/// The job that finishes a restore from the moment that the organization is known, should its process end there.
const FINISH: Kind = Kind::new("restore.finish");

/// Has `key`, which is known from this transaction on, finished in any case.
pub(super) fn finish_later(tx: &mut Tx<'_>, key: OrganizationKey) -> Result<(), StoreError> {
    let announced = Announcement::in_directory(FINISH, tx.now().plus(SETTLE_PAUSE));
    let key = key.0.to_string();
    enqueue(tx, &announced, Some(&key), key.as_bytes()).map(drop)
}

impl Backups {
    /// Lets `runner` finish restores.
    #[must_use]
    pub fn register_jobs(&self, runner: Runner) -> Runner {
        let backups = self.clone();
        runner.kind(FINISH, KindOptions::default(), move |run: Run| {
            let backups = backups.clone();
            async move { backups.finish_job(&run).await }
        })
    }

    async fn finish_job(&self, run: &Run) -> Result<Done, Failure> {
        let key = std::str::from_utf8(&run.payload).ok().and_then(|text| text.parse().ok());
        let key = OrganizationKey(key.ok_or_else(|| Failure::GiveUp("the payload is no key".to_owned()))?);
        let store = self.store.clone();
        let notes = blocking(move || place_restores(&store)).await.map_err(again)?;
        // Without a note it is finished.
        if notes.iter().any(|note| note.organization == key && note.stage == Stage::Settling) {
            self.settle_restored(key).await.map_err(again)?;
            tracing::warn!(organization.key = key.0, "a restore was cut off; it is finished now");
        }
        Ok(Done::Complete)
    }

    /// Finishes what restores have left that are in use, whoever may be about to, and removes what they have left that
    /// nobody works on. `alone`: nobody else has the store, so what is there was left. Called at start.
    pub async fn clean_up(&self, alone: bool) -> Result<Vec<Left>, Failed> {
        let (store, mut left) = (self.store.clone(), Vec::new());
        let now = store.clock().now();
        let notes = blocking(move || place_restores(&store)).await?;
        for note in notes {
            let finished = note.stage == Stage::Settling;
            if !(finished || alone || note.is_left(now)) {
                continue;
            }
            if finished {
                self.settle_restored(note.organization).await?;
            } else if !self.give_up(&note).await? {
                continue;
            }
            left.push(Left { what: note.what, finished });
        }
        Ok(left)
    }

    /// Removes what was loaded, unless it has gone on meanwhile.
    async fn give_up(&self, note: &PlaceRestore) -> Result<bool, Failed> {
        let (store, key, touched_at) = (self.store.clone(), note.organization, note.touched_at);
        let removing = note.stage == Stage::Removing;
        if !removing && !blocking(move || abandon_place(&store, key, touched_at)).await? {
            return Ok(false);
        }
        self.remove(key).await.map(|()| true)
    }

    /// Removes a place that nobody knows yet, and its note.
    pub(super) async fn remove(&self, key: OrganizationKey) -> Result<(), Failed> {
        self.store.remove_organization(key).await?;
        let store = self.store.clone();
        blocking(move || end_place(&store, key)).await
    }
}

fn again(failed: Failed) -> Failure {
    Failure::Retry(failed.to_string())
}
