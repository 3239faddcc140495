//! Who waits for changes of a folder: told from the commit, on this node and through the change table from others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use postroom_store::{Change, Store};
use tokio::sync::watch;

use crate::folder::FolderKey;
use crate::item::Place;
use crate::mailbox::MailboxKey;
use crate::open_flags::{Budget, OpenFlags};

/// The folders that somebody watches.
#[derive(Default)]
pub(crate) struct Notices {
    watched: Mutex<HashMap<Place, Weak<Watched>>>,
    /// What the flags in memory of all of them may take.
    pub(crate) budget: Arc<Budget>,
}

struct Watched {
    place: Place,
    /// Moves whenever the folder may have changed.
    moved: watch::Sender<u64>,
    notices: Weak<Notices>,
    /// The flags of the folder, once a session has asked for those of many items.
    flags: Mutex<Option<Arc<OpenFlags>>>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        let Some(notices) = self.notices.upgrade() else { return };
        let mut watched = notices.lock();
        // Somebody may have begun to watch again in between.
        if watched.get(&self.place).is_some_and(|known| known.strong_count() == 0) {
            watched.remove(&self.place);
        }
    }
}

/// A folder that is watched, until it is dropped.
pub struct Watch {
    receiver: watch::Receiver<u64>,
    watched: Arc<Watched>,
}

impl Watch {
    /// What is watched.
    pub(crate) fn place(&self) -> Place {
        self.watched.place
    }

    /// Takes the flags in memory, if there are any, until they are put back: who asks meanwhile reads its own.
    pub(crate) fn take_flags(&self) -> Option<Arc<OpenFlags>> {
        self.flags().take()
    }

    /// Puts flags back that were read or renewed.
    pub(crate) fn put_flags(&self, flags: Arc<OpenFlags>) {
        let mut known = self.flags();
        if known.as_ref().is_none_or(|known| !known.is_newer_than(&flags)) {
            *known = Some(flags);
        }
    }

    fn flags(&self) -> MutexGuard<'_, Option<Arc<OpenFlags>>> {
        self.watched.flags.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the folder may have changed since the last time, or since the beginning. It means only "look".
    pub async fn changed(&mut self) {
        if self.receiver.changed().await.is_err() {
            // The sender lives as long as this does.
            std::future::pending::<()>().await;
        }
    }
}

impl Notices {
    /// Notices of the changes of `store`.
    pub(crate) fn of(store: &Store) -> Arc<Self> {
        let notices = Arc::new(Self::default());
        let hearing = Arc::downgrade(&notices);
        store.listen(Box::new(move |change| {
            if let Some(notices) = hearing.upgrade() {
                notices.hear(change);
            }
        }));
        notices
    }

    /// Watches `place` from now on.
    pub(crate) fn watch(self: &Arc<Self>, place: Place) -> Watch {
        let mut all = self.lock();
        let watched = all.get(&place).and_then(Weak::upgrade).unwrap_or_else(|| {
            let new = Watched {
                place,
                moved: watch::Sender::new(0),
                notices: Arc::downgrade(self),
                flags: Mutex::default(),
            };
            let new = Arc::new(new);
            all.insert(place, Arc::downgrade(&new));
            new
        });
        drop(all);
        Watch { receiver: watched.moved.subscribe(), watched }
    }

    fn hear(&self, change: &Change) {
        let of = |matches: &dyn Fn(&Place) -> bool| -> Vec<Arc<Watched>> {
            let all = self.lock();
            all.iter().filter(|(place, _)| matches(place)).filter_map(|(_, known)| known.upgrade()).collect()
        };
        let found = match *change {
            Change::Mailbox { organization, mailbox, folder, .. } => {
                let place = Place { organization, mailbox: MailboxKey(mailbox), folder: FolderKey(folder) };
                let any = Place { folder: FolderKey::ROOT, ..place };
                let all = self.lock();
                [place, any].iter().filter_map(|place| all.get(place).and_then(Weak::upgrade)).collect()
            }
            Change::Removed { organization } => of(&|place| place.organization == organization),
            Change::Everything => of(&|_| true),
            // Whether a session may go on is decided elsewhere.
            Change::Admin { .. } | Change::Grants { .. } | Change::Directory => Vec::new(),
        };
        found.iter().for_each(|watched| watched.moved.send_modify(|number| *number += 1));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Place, Weak<Watched>>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
