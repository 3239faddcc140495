//! The mailboxes of others that a user may open, and the right to a session while a command is carried out.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use postroom_directory::DirectoryError;
use postroom_directory::in_force::Epoch;
use postroom_directory::log_in::Ended;
use postroom_directory::mailbox_access::{FullAccess, opens};
use postroom_mailbox::{MailError, MailboxKey, Mailboxes};
use postroom_types::{EntityId, OrganizationKey};
use tokio::sync::watch;

use crate::failure::Failure;
use crate::names::Shelf;

/// How soon it is asked again whether a mailbox is open when the store could not tell.
const RETRY: Duration = Duration::from_secs(1);

/// Which mailboxes of others are open to a user.
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
        let read = move |read: &mut dyn postroom_store::Read| opens(read, organization, &guest);
        let owners: Vec<FullAccess> =
            self.mailboxes.store().read::<_, DirectoryError, _>(place, read).await?;
        let mut all = Vec::with_capacity(owners.len());
        for owner in owners {
            match self.mailboxes.of_owner(organization, &owner.entity).await {
                Ok(mailbox) => all.push(Arc::new(Shelf::of_other(owner.address, mailbox))),
                Err(MailError::MailboxGone) => {}
                Err(error) => return Err(error.into()),
            }
        }
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((number, all.clone()));
        Ok(all)
    }

    /// Whether this mailbox of somebody else is open now.
    pub(crate) async fn is_open(&self, mailbox: MailboxKey) -> Result<bool, Failure> {
        Ok(self.open().await?.iter().any(|shelf| shelf.key() == mailbox))
    }
}

/// The right to a session, taken out of it for the time of a command, which has the rest of the session.
pub(crate) struct Right {
    /// Ends when the right to the session does.
    pub(crate) ended: Pin<Box<dyn Future<Output = Ended> + Send>>,
    /// What else must stay open: the mailbox of somebody else.
    pub(crate) guest: Option<Guest>,
}

/// Somebody in the mailbox of somebody else.
pub(crate) struct Guest {
    pub(crate) doors: Arc<Doors>,
    pub(crate) mailbox: MailboxKey,
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

/// Waits until the mailbox is open no more; for ever when there is no guest.
async fn shut(guest: Option<&mut Guest>) {
    let Some(Guest { doors, mailbox, moved }) = guest else { return std::future::pending().await };
    while moved.changed().await.is_ok() {
        loop {
            match doors.is_open(*mailbox).await {
                Ok(true) => break,
                Ok(false) => return,
                // The failure has logged itself.
                Err(_) => tokio::time::sleep(RETRY).await,
            }
        }
    }
    std::future::pending().await
}
