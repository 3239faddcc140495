//! The mailboxes of others that are open to a user, as a whole or some of their folders, and the right to a session while a command is carried out.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use postroom_directory::DirectoryError;
use postroom_directory::in_force::Epoch;
use postroom_directory::log_in::Ended;
use postroom_mailbox::{FolderKey, FolderRights, MailboxKey, Mailboxes, shared_with};
use postroom_types::{EntityId, OrganizationKey};
use tokio::sync::watch;

use crate::failure::Failure;
use crate::names::Shelf;

/// How soon it is asked again whether a mailbox is open when the store could not tell.
const RETRY: Duration = Duration::from_secs(1);

/// Which mailboxes of others are open to a user, and what may be done with their folders.
pub(crate) struct Doors {
    organization: OrganizationKey,
    guest: EntityId,
    mailboxes: Mailboxes,
    /// Moves when anything in the directory of the organization changes.
    epoch: Arc<Epoch>,
    /// Those that are open, as of a number of `epoch`.
    known: Mutex<Option<(u64, Vec<Arc<Shelf>>)>>,
}

impl Doors {
    /// Those of `guest`.
    pub(crate) fn new(
        organization: OrganizationKey,
        guest: EntityId,
        mailboxes: Mailboxes,
        epoch: Arc<Epoch>,
    ) -> Self {
        Self { organization, guest, mailboxes, epoch, known: Mutex::default() }
    }

    /// Wakes when it may be others that are open.
    pub(crate) fn moved(&self) -> watch::Receiver<u64> {
        self.epoch.subscribe()
    }

    /// The mailboxes that are open now.
    pub(crate) async fn open(&self) -> Result<Vec<Arc<Shelf>>, Failure> {
        // Before the store is read: a change that comes meanwhile makes what is read out of date.
        let number = self.epoch.number();
        if let Some((known, all)) = &*self.known.lock().unwrap_or_else(PoisonError::into_inner)
            && *known == number
        {
            return Ok(all.clone());
        }
        let (organization, guest) = (self.organization, self.guest.clone());
        let place = postroom_store::Place::Organization(organization);
        let read = move |read: &mut dyn postroom_store::Read| shared_with(read, organization, &guest);
        let shared = self.mailboxes.store().read::<_, DirectoryError, _>(place, read).await?;
        let all: Vec<Arc<Shelf>> = shared.into_iter().map(|each| Arc::new(Shelf::of_other(each))).collect();
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((number, all.clone()));
        Ok(all)
    }

    /// What the user may do now with a folder of somebody else.
    pub(crate) async fn rights(
        &self,
        mailbox: MailboxKey,
        folder: FolderKey,
    ) -> Result<FolderRights, Failure> {
        let open = self.open().await?;
        let shelf = open.iter().find(|shelf| shelf.key() == mailbox);
        Ok(shelf.map_or(FolderRights::NONE, |shelf| shelf.access.rights_to(folder)))
    }

    /// Whether this folder of somebody else may be read now.
    async fn is_open(&self, mailbox: MailboxKey, folder: FolderKey) -> Result<bool, Failure> {
        Ok(self.rights(mailbox, folder).await?.contains(FolderRights::READ))
    }
}

/// The right to a session, taken out of it for the time of a command, which has the rest of the session.
pub(crate) struct Right {
    /// Ends when the right to the session does.
    pub(crate) ended: Pin<Box<dyn Future<Output = Ended> + Send>>,
    /// What else must stay open: the folder of somebody else that is selected.
    pub(crate) guest: Option<Guest>,
}

/// Somebody in a folder of somebody else.
pub(crate) struct Guest {
    pub(crate) doors: Arc<Doors>,
    pub(crate) mailbox: MailboxKey,
    pub(crate) folder: FolderKey,
    pub(crate) moved: watch::Receiver<u64>,
}

impl Right {
    /// Waits until it is lost, and says what a client is told.
    pub(crate) async fn lost(&mut self) -> &'static str {
        let guest = self.guest.as_mut();
        tokio::select! {
            _ = self.ended.as_mut() => "You are no longer allowed to be here",
            () = shut(guest) => "The mailbox is no longer open to you",
        }
    }
}

/// Waits until `right` is lost; for ever when nobody has logged in.
pub(crate) async fn lost(right: Option<&mut Right>) -> &'static str {
    match right {
        Some(right) => right.lost().await,
        None => std::future::pending().await,
    }
}

/// Waits until the folder is open no more; for ever when there is no guest.
async fn shut(guest: Option<&mut Guest>) {
    let Some(Guest { doors, mailbox, folder, moved }) = guest else { return std::future::pending().await };
    while moved.changed().await.is_ok() {
        loop {
            match doors.is_open(*mailbox, *folder).await {
                Ok(true) => break,
                Ok(false) => return,
                // The failure has logged itself.
                Err(_) => tokio::time::sleep(RETRY).await,
            }
        }
    }
    std::future::pending().await
}
