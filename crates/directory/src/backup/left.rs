//! Restores of single organizations that were cut off: what they have left is finished or removed.

use postroom_store::backup::{PlaceRestore, Stage, abandon_place, end_place, place_restores};
use postroom_types::OrganizationKey;

use super::{Backups, Failed, blocking};

/// What was done about a restore that was cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// What was restored.
    pub what: String,
    /// Whether it has been finished; else what it had loaded was removed.
    pub finished: bool,
}

impl Backups {
    /// Finishes or removes what restores have left that nobody works on. `alone`: nobody else has the store, so what is
    /// there was left. Called at start.
    pub async fn clean_up(&self, alone: bool) -> Result<Vec<Left>, Failed> {
        let (store, mut left) = (self.store.clone(), Vec::new());
        let now = store.clock().now();
        let notes = blocking(move || place_restores(&store)).await?;
        for note in notes.into_iter().filter(|note| alone || note.is_left(now)) {
            let finished = note.stage == Stage::Settling;
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
