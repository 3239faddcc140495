//! The state of a session.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use postroom_directory::log_in::{Ended, LoggedIn};
use postroom_mailbox::{Folder, MailError, MailTx, Mailbox, MailboxKey, Place, Watch};
use postroom_types::OrganizationKey;

use crate::failure::Failure;
use crate::names::{DELIMITER, Tree};
use crate::notify::Notify;
use crate::out::Out;
use crate::selected::{Enabled, Expunges, Selected};
use crate::{Imap, Peer};

/// Who a session is for.
pub(crate) struct User {
    /// The proof.
    pub(crate) logged_in: Arc<LoggedIn>,
    /// The user's mailbox.
    pub(crate) mailbox: Mailbox,
    /// The organization's short key.
    pub(crate) organization: OrganizationKey,
    /// Who the log of changes names.
    pub(crate) actor: Arc<str>,
    /// Ends when the right to this session does. The lock is never taken: it makes the future one that sessions, which
    /// are looked at from several threads in turn, may hold.
    ended: Mutex<Pin<Box<dyn Future<Output = Ended> + Send>>>,
}

/// A session.
pub(crate) struct Session {
    pub(crate) imap: Arc<Imap>,
    pub(crate) peer: Peer,
    pub(crate) user: Option<User>,
    pub(crate) selected: Option<Selected>,
    pub(crate) enabled: Enabled,
    pub(crate) log_ins_failed: u32,
    /// NOTIFY.
    pub(crate) notify: Option<Notify>,
    /// COMPRESS is in force.
    pub(crate) compressed: bool,
}

/// What ends when `user` has lost the right to a session.
fn lost(user: &mut User) -> Pin<&mut (dyn Future<Output = Ended> + Send)> {
    user.ended.get_mut().unwrap_or_else(PoisonError::into_inner).as_mut()
}

/// Waits for what `watch` tells; for ever when there is none.
async fn changed(watch: Option<&mut Watch>) {
    match watch {
        Some(watch) => watch.changed().await,
        None => std::future::pending().await,
    }
}

impl Session {
    pub(crate) fn new(imap: Arc<Imap>, peer: Peer) -> Self {
        Self {
            imap,
            peer,
            user: None,
            selected: None,
            enabled: Enabled::default(),
            log_ins_failed: 0,
            notify: None,
            compressed: false,
        }
    }

    /// Begins the session of `logged_in`, who has a mailbox.
    pub(crate) async fn begin(&mut self, logged_in: LoggedIn) -> Result<(), Failure> {
        let organization = logged_in.organization();
        let mailbox = self.imap.mailboxes.of_owner(organization, logged_in.entity()).await?;
        let logged_in = Arc::new(logged_in);
        let (log_ins, watched) = (Arc::clone(&self.imap.log_ins), Arc::clone(&logged_in));
        self.user = Some(User {
            actor: format!("imap:{}", logged_in.entity()).into(),
            mailbox,
            organization,
            logged_in,
            ended: Mutex::new(Box::pin(async move { log_ins.until_ended(&watched).await })),
        });
        Ok(())
    }

    /// Waits until there may be something to tell unasked (false), or the right to this session is lost (true).
    pub(crate) async fn noticed_or_ended(&mut self, is_idle: bool) -> bool {
        let Some(user) = &mut self.user else { return std::future::pending().await };
        let hears = is_idle || self.notify.as_ref().is_some_and(|notify| notify.of_selected().is_some());
        let selected = self.selected.as_mut().filter(|_| hears);
        tokio::select! {
            _ = lost(user) => true,
            () = changed(selected.map(|selected| &mut selected.watch)) => false,
            () = changed(self.notify.as_mut().map(|notify| &mut notify.watch)) => false,
        }
    }

    /// The user: BAD before log-in.
    pub(crate) fn user(&self) -> Result<&User, Failure> {
        self.user.as_ref().ok_or(Failure::Bad("Log in first"))
    }

    /// The selected folder: BAD when there is none.
    pub(crate) fn selected(&mut self) -> Result<&mut Selected, Failure> {
        self.selected.as_mut().ok_or(Failure::Bad("Select a mailbox first"))
    }

    /// The selected folder, to be changed: NO after EXAMINE.
    pub(crate) fn selected_to_change(&mut self) -> Result<&mut Selected, Failure> {
        let selected = self.selected()?;
        if selected.read_only {
            return Err(Failure::No(None, "The mailbox is open to be read only".into()));
        }
        Ok(selected)
    }

    /// The user's folders.
    pub(crate) async fn tree(&self) -> Result<Tree, Failure> {
        let user = self.user()?;
        let (organization, mailbox) = (user.organization, user.mailbox.key);
        let all =
            self.imap.mailboxes.read(organization, move |read| Folder::all(read, organization, mailbox));
        Ok(Tree::new(all.await?))
    }

    /// The user's folder at `path`, if there is one.
    pub(crate) async fn folder(&self, path: &str) -> Result<Option<Folder>, Failure> {
        let user = self.user()?;
        let (organization, mailbox) = (user.organization, user.mailbox.key);
        let path = path.strip_suffix(DELIMITER).unwrap_or(path).to_owned();
        let found = self
            .imap
            .mailboxes
            .read(organization, move |read| Folder::at(read, organization, mailbox, path.split(DELIMITER)));
        Ok(found.await?)
    }

    /// Changes the user's mailbox; answered when it is on disk.
    pub(crate) async fn change<T, F>(&self, work: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: Fn(&mut MailTx<'_, '_>) -> Result<T, MailError> + Send + 'static,
    {
        let user = self.user()?;
        let (organization, mailbox, actor) = (user.organization, user.mailbox.key, Arc::clone(&user.actor));
        Ok(self.imap.mailboxes.change(organization, mailbox, actor, work).await?)
    }

    /// A folder of the user.
    pub(crate) fn place(&self, folder: &Folder) -> Result<Place, Failure> {
        let user = self.user()?;
        let (organization, mailbox): (OrganizationKey, MailboxKey) = (user.organization, user.mailbox.key);
        Ok(Place { organization, mailbox, folder: folder.key })
    }

    /// Tells what happened in the selected folder since the last time.
    pub(crate) async fn catch_up(&mut self, out: &mut Out<'_>, expunges: Expunges) -> Result<(), Failure> {
        let enabled = self.enabled;
        match &mut self.selected {
            Some(selected) => selected.catch_up(&self.imap.mailboxes, out, enabled, expunges).await,
            None => Ok(()),
        }
    }
}
