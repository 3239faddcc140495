//! Copies that are taken back unless all of them are made.

use std::sync::Arc;

use postroom_imap_proto::encode::Code;
use postroom_mailbox::{FolderKey, MailError, MailTx, MailboxKey, Mailboxes, UidSet, items, limits};
use postroom_types::OrganizationKey;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::Pairs;
use crate::failure::Failure;
use crate::session::Session;

/// Messages that were copied into a folder. When this is dropped, they are withdrawn, whatever ended the command: a
/// refusal, a right that was lost, a client that is gone. RFC 9051 §6.4.7.
pub(super) struct Copies {
    place: Target,
    made: Pairs,
    /// A slice that is on its way to the disk.
    under_way: Option<JoinHandle<Result<Pairs, MailError>>>,
}

/// Where they are made.
#[derive(Clone)]
struct Target {
    mailboxes: Mailboxes,
    organization: OrganizationKey,
    mailbox: MailboxKey,
    folder: FolderKey,
    actor: Arc<str>,
}

impl Copies {
    /// None yet, into `folder`.
    pub(super) fn into(session: &Session, mailbox: MailboxKey, folder: FolderKey) -> Result<Self, Failure> {
        let user = session.user()?;
        let (organization, actor) = (user.organization, Arc::clone(&user.actor));
        let mailboxes = session.imap.mailboxes.clone();
        let place = Target { mailboxes, organization, mailbox, folder, actor };
        Ok(Self { place, made: Pairs::new(), under_way: None })
    }

    /// Makes some more; `work` is brought to its end also when nobody waits for it any more.
    pub(super) async fn make<F>(&mut self, work: F) -> Result<(), Failure>
    where
        F: Fn(&mut MailTx<'_, '_>) -> Result<Pairs, MailError> + Send + 'static,
    {
        let Target { mailboxes, organization, mailbox, actor, .. } = self.place.clone();
        let task = tokio::spawn(async move { mailboxes.change(organization, mailbox, actor, work).await });
        let made = self.under_way.insert(task).await;
        self.under_way = None;
        let made = made.map_err(|error| {
            tracing::error!(%error, "a bug");
            Failure::no(Code::ServerBug, "This should not have happened")
        })?;
        self.made.extend(made?);
        Ok(())
    }

    /// They stay.
    pub(super) fn keep(mut self) -> Pairs {
        std::mem::take(&mut self.made)
    }

    /// Takes them back, and waits until that is done.
    pub(super) async fn take_back(mut self) {
        if let Some(task) = self.begin_to_take_back()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "a bug");
        }
    }

    /// Begins to take them back, beside whoever made them; `None` when there are none.
    fn begin_to_take_back(&mut self) -> Option<JoinHandle<()>> {
        let (place, under_way) = (self.place.clone(), self.under_way.take());
        let mut made = std::mem::take(&mut self.made);
        if made.is_empty() && under_way.is_none() {
            return None;
        }
        // Without a runtime the process ends, which leaves copies as a crash does.
        let runtime = Handle::try_current().ok()?;
        Some(runtime.spawn(async move {
            if let Some(task) = under_way
                && let Ok(Ok(more)) = task.await
            {
                made.extend(more);
            }
            place.withdraw(made.into_iter().map(|(_, new)| new).collect()).await;
        }))
    }
}

impl Drop for Copies {
    fn drop(&mut self) {
        drop(self.begin_to_take_back());
    }
}

impl Target {
    /// When the store refuses that, some stay: nothing is lost.
    async fn withdraw(&self, mut left: UidSet) {
        let Self { organization, mailbox, folder, .. } = *self;
        while !left.is_empty() {
            let slice = left.numbered(1, limits::ITEMS_PER_WRITE as u64);
            left.subtract(&slice);
            let work = move |mail: &mut MailTx<'_, '_>| items::withdraw(mail, folder, &slice);
            let actor = Arc::clone(&self.actor);
            if let Err(failure) = self.mailboxes.change(organization, mailbox, actor, work).await {
                tracing::warn!(
                    ?failure,
                    mailbox.key = mailbox.0,
                    folder.key = folder.0,
                    "copies could not be taken back"
                );
                return;
            }
        }
    }
}
