//! The state of a session.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use postroom_directory::access_audit::MailboxAction;
use postroom_directory::log_in::{Ended, LoggedIn};
use postroom_imap_proto::StatusItem;
use postroom_imap_proto::encode::Code;
use postroom_mailbox::{Folder, FolderRights, MailError, MailTx, MailboxKey, Place, Watch};
use postroom_types::OrganizationKey;

use crate::admission::RoomSeen;
use crate::audit::Deed;
use crate::doors::{Doors, Guest, Right};
use crate::failure::Failure;
use crate::names::{DELIMITER, Forest, Found, Shelf, Tree, below, is_among_others};
use crate::needs::Needs;
use crate::notify::Notify;
use crate::out::Out;
use crate::room::UsersRoom;
use crate::selected::{Enabled, Expunges, Selected};
use crate::special_uses;
use crate::{Imap, Peer, StrangersPlace, UsersPlace};

/// Who a session is for.
pub(crate) struct User {
    /// The proof.
    pub(crate) logged_in: Arc<LoggedIn>,
    /// The user's mailbox.
    pub(crate) own: Arc<Shelf>,
    /// Those of others that the user may open.
    doors: Arc<Doors>,
    /// Tells when they may be others.
    moved: tokio::sync::watch::Receiver<u64>,
    /// The organization's short key.
    pub(crate) organization: OrganizationKey,
    /// Memory for what the user sends.
    pub(crate) room: UsersRoom,
    /// One of the connections that the user may have.
    _place: UsersPlace,
    /// Who the log of changes names.
    pub(crate) actor: Arc<str>,
    /// Ends when the right to this session does. The lock is never taken: it makes the future one that sessions, which
    /// are looked at from several threads in turn, may hold.
    ended: Mutex<Pin<Box<dyn Future<Output = Ended> + Send>>>,
}

impl User {
    /// Takes what the client says that it is.
    pub(crate) fn name_client(&mut self, text: &str) {
        // What waits for the end of the right keeps the one without the name; nothing there tells it.
        Arc::make_mut(&mut self.logged_in).name_client(text);
    }
}

/// A session.
pub(crate) struct Session {
    pub(crate) imap: Arc<Imap>,
    pub(crate) peer: Peer,
    pub(crate) user: Option<User>,
    pub(crate) selected: Option<Selected>,
    pub(crate) enabled: Enabled,
    pub(crate) log_ins_failed: u32,
    /// One of the connections that an address may have until somebody has logged in.
    pub(crate) stranger: Option<StrangersPlace>,
    /// NOTIFY.
    pub(crate) notify: Option<Notify>,
    /// The mailbox that messages were last added to.
    pub(crate) room_seen: Option<RoomSeen>,
    /// COMPRESS is in force.
    pub(crate) compressed: bool,
    /// What the client says that it is (RFC 2971).
    pub(crate) client: Option<String>,
}

/// Waits for what `watch` tells; for ever when there is none.
async fn changed(watch: Option<&mut Watch>) {
    match watch {
        Some(watch) => watch.changed().await,
        None => std::future::pending().await,
    }
}

/// The answer to what the user may see and not do.
pub(crate) fn not_permitted() -> Failure {
    Failure::no(Code::NoPerm, "You do not have the right to do that")
}

/// The answer where messages are to come to what is not there: the client may create it.
fn or_create(found: Result<Found, Failure>) -> Result<Found, Failure> {
    match found {
        Err(Failure::No(Some(Code::NonExistent), _)) => {
            Err(Failure::no(Code::TryCreate, "There is no mailbox of that name: create it first"))
        }
        found => found,
    }
}

impl Session {
    pub(crate) fn new(imap: Arc<Imap>, peer: Peer, place: StrangersPlace) -> Self {
        Self {
            stranger: Some(place),
            imap,
            peer,
            user: None,
            selected: None,
            enabled: Enabled::default(),
            log_ins_failed: 0,
            notify: None,
            room_seen: None,
            compressed: false,
            client: None,
        }
    }

    /// Begins the session of `logged_in`, who has a mailbox.
    pub(crate) async fn begin(&mut self, logged_in: LoggedIn) -> Result<(), Failure> {
        let place = self.imap.places.user(&logged_in);
        let place = place.ok_or_else(|| Failure::no(Code::Limit, "You have too many connections"))?;
        let organization = logged_in.organization();
        // Without its data key an organization takes no calls: what came in would be lost with the backup that is restored.
        self.imap.mailboxes.data_key(organization).await?;
        let mailbox = self.imap.mailboxes.of_owner(organization, logged_in.entity()).await?;
        let epoch = self.imap.log_ins.changes().follow(organization);
        let mailboxes = self.imap.mailboxes.clone();
        let doors = Arc::new(Doors::new(organization, logged_in.entity().clone(), mailboxes, epoch));
        let logged_in = Arc::new(logged_in);
        let (log_ins, watched) = (Arc::clone(&self.imap.log_ins), Arc::clone(&logged_in));
        self.user = Some(User {
            actor: format!("imap:{}", logged_in.entity()).into(),
            own: Arc::new(Shelf::own(logged_in.address(), mailbox)),
            room: self.imap.room.of_user(&logged_in),
            _place: place,
            moved: doors.moved(),
            doors,
            organization,
            logged_in,
            ended: Mutex::new(Box::pin(async move { log_ins.until_ended(&watched).await })),
        });
        self.stranger = None;
        Ok(())
    }

    /// Waits until there may be something to tell unasked (false), or the right to this session is lost (true).
    pub(crate) async fn noticed_or_ended(&mut self, is_idle: bool) -> bool {
        let Some(User { ended, moved, .. }) = &mut self.user else { return std::future::pending().await };
        let lost = ended.get_mut().unwrap_or_else(PoisonError::into_inner).as_mut();
        let hears = is_idle || self.notify.as_ref().is_some_and(|notify| notify.of_selected().is_some());
        let is_guest = self.selected.as_ref().is_some_and(|selected| !selected.shelf.is_own());
        let selected = self.selected.as_mut().filter(|_| hears);
        tokio::select! {
            _ = lost => true,
            () = changed(selected.map(|selected| &mut selected.watch)) => false,
            () = changed(self.notify.as_mut().map(|notify| &mut notify.watch)) => false,
            // Whether a guest may stay is looked at again.
            Ok(()) = moved.changed(), if is_guest => false,
        }
    }

    /// Looks what the user may do now in the selected folder. True when that is not even to read it any more.
    pub(crate) async fn is_turned_out(&mut self) -> Result<bool, Failure> {
        let (Some(user), Some(selected)) = (&self.user, &mut self.selected) else { return Ok(false) };
        if selected.shelf.is_own() {
            return Ok(false);
        }
        selected.rights = user.doors.rights(selected.place.mailbox, selected.place.folder).await?;
        Ok(!selected.rights.contains(FolderRights::READ))
    }

    /// Takes the right to this session out of it, for the time of a command; `None` before log-in.
    pub(crate) fn lend_right(&mut self) -> Option<Right> {
        let user = self.user.as_mut()?;
        let place = self.selected.as_ref().filter(|selected| !selected.shelf.is_own());
        let place = place.map(|selected| selected.place);
        let ended = user.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        Some(Right {
            ended: std::mem::replace(ended, Box::pin(std::future::pending())),
            guest: place.map(|place| Guest {
                doors: Arc::clone(&user.doors),
                mailbox: place.mailbox,
                folder: place.folder,
                moved: user.moved.clone(),
            }),
        })
    }

    /// Takes back what [`Session::lend_right`] gave.
    pub(crate) fn take_back(&mut self, right: Right) {
        if let Some(user) = &mut self.user {
            user.ended = Mutex::new(right.ended);
        }
    }

    /// The user: BAD before log-in.
    pub(crate) fn user(&self) -> Result<&User, Failure> {
        self.user.as_ref().ok_or(Failure::Bad("Log in first"))
    }

    /// The user as the reader of private annotations.
    pub(crate) fn reader(&self) -> Result<String, Failure> {
        Ok(self.user()?.logged_in.entity().to_string())
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

    /// The selected folder, for `action`, which needs all of `rights`: NO after EXAMINE or without them.
    pub(crate) fn selected_with(
        &mut self,
        rights: FolderRights,
        action: MailboxAction,
    ) -> Result<&mut Selected, Failure> {
        if !self.selected_to_change()?.rights.contains(rights) {
            self.note_selected(Deed::refused(action));
            return Err(not_permitted());
        }
        self.selected()
    }

    /// Fails when the user has lost one of `rights` to the selected folder since the command began. Asked before each
    /// slice of a long change.
    pub(crate) async fn still(&mut self, rights: FolderRights) -> Result<(), Failure> {
        let turned_out = self.is_turned_out().await?;
        if turned_out || !self.selected()?.rights.contains(rights) { Err(not_permitted()) } else { Ok(()) }
    }

    /// Fails when the user has lost one of `rights` to `found` since it was found.
    pub(crate) async fn still_at(&self, found: &Found, rights: FolderRights) -> Result<(), Failure> {
        if found.shelf.is_own() {
            return Ok(());
        }
        let now = self.user()?.doors.rights(found.shelf.key(), found.key).await?;
        if now.contains(rights) { Ok(()) } else { Err(not_permitted()) }
    }

    /// The mailbox that the selected folder is in.
    pub(crate) fn selected_shelf(&self) -> Result<&Arc<Shelf>, Failure> {
        let selected = self.selected.as_ref().ok_or(Failure::Bad("Select a mailbox first"))?;
        Ok(&selected.shelf)
    }

    /// The mailboxes of others that the user may open now.
    pub(crate) async fn others(&self) -> Result<Vec<Arc<Shelf>>, Failure> {
        self.user()?.doors.open().await
    }

    /// The user's own folders.
    pub(crate) async fn tree(&self) -> Result<Tree, Failure> {
        self.tree_of(Arc::clone(&self.user()?.own)).await
    }

    pub(crate) async fn tree_of(&self, shelf: Arc<Shelf>) -> Result<Tree, Failure> {
        let (organization, mailbox) = (self.user()?.organization, shelf.key());
        let owner = shelf.is_own().then(|| self.reader()).transpose()?;
        let read = self.imap.mailboxes.read(organization, move |read| {
            let given = owner.as_ref().map(|owner| special_uses::given(read, organization, mailbox, owner));
            Ok((Folder::all(read, organization, mailbox)?, given.transpose()?.unwrap_or_default()))
        });
        let (all, uses) = read.await?;
        Ok(Tree::new(shelf, all, uses))
    }

    /// The folder at `path`, with which the user may do what `needs` says.
    ///
    /// NO with NOPERM when the user sees it and may not, and with NONEXISTENT when it is not there or not seen: nobody
    /// learns of a folder by being refused (RFC 4314 §6).
    pub(crate) async fn folder(
        &self,
        path: &str,
        needs: impl Fn(&Found) -> Needs + Send,
    ) -> Result<Found, Failure> {
        let found = self.find(path).await?;
        self.permitted(found, needs)
    }

    /// `found`, with which the user may do what `needs` says.
    fn permitted(&self, found: Option<Found>, needs: impl Fn(&Found) -> Needs) -> Result<Found, Failure> {
        let nowhere = || Failure::no(Code::NonExistent, "There is no mailbox of that name");
        let found = found.ok_or_else(nowhere)?;
        let needs = needs(&found);
        if needs.are_met_by(found.given()) {
            return Ok(found);
        }
        self.note(&found, Deed::refused(needs.action));
        Err(if found.shelf.shows(&found) { not_permitted() } else { nowhere() })
    }

    /// The folder at `path` that messages come to, as [`Session::folder`]; where there is none, the client may create it.
    pub(crate) async fn target(&self, path: &str, needs: Needs) -> Result<Found, Failure> {
        or_create(self.folder(path, |_| needs).await)
    }

    /// Changes the folder at `path` that messages come to, as [`Session::target`], which is looked for in the same
    /// transaction. `work` gets it and what the user may do with it.
    pub(crate) async fn change_target<T, F>(
        &self,
        path: &str,
        needs: Needs,
        work: F,
    ) -> Result<(Found, T), Failure>
    where
        T: Send + 'static,
        F: Fn(&mut MailTx<'_, '_>, &Folder, FolderRights) -> Result<T, MailError> + Send + 'static,
    {
        let (shelf, names) = self.shelf_of(path).await?;
        let (wanted, there) = (names.to_owned(), Arc::clone(&shelf));
        let changed = self.change(shelf.key(), move |mail| {
            let (organization, mailbox) = (mail.organization, mail.mailbox);
            let way = Folder::way(mail, organization, mailbox, wanted.split(DELIMITER))?;
            let Some(found) = way.and_then(|way| Found::at(way, Arc::clone(&there))) else { return Ok(None) };
            let rights = found.given();
            let done = needs.are_met_by(rights).then(|| work(mail, &found, rights)).transpose()?;
            Ok(Some((found, done)))
        });
        let (found, done) = changed.await?.unzip();
        let found = or_create(self.permitted(found, |_| needs))?;
        Ok((found, done.flatten().ok_or_else(not_permitted)?))
    }

    /// The folder at `path`, whatever the user may do with it.
    pub(crate) async fn find(&self, path: &str) -> Result<Option<Found>, Failure> {
        let (shelf, names) = self.shelf_of(path).await?;
        let (organization, mailbox) = (self.user()?.organization, shelf.key());
        let wanted = names.to_owned();
        let way = self.imap.mailboxes.read(organization, move |read| {
            Folder::way(read, organization, mailbox, wanted.split(DELIMITER))
        });
        Ok(way.await?.and_then(|way| Found::at(way, shelf)))
    }

    /// The mailbox that a folder at `path` is in, and the folder's names there.
    async fn shelf_of<'p>(&self, path: &'p str) -> Result<(Arc<Shelf>, &'p str), Failure> {
        let path = path.strip_suffix(DELIMITER).unwrap_or(path);
        let others = if is_among_others(path) { self.others().await? } else { Vec::new() };
        let shelf = others.into_iter().find(|shelf| below(path, &shelf.prefix).is_some());
        let shelf = shelf.map_or_else(|| self.user().map(|user| Arc::clone(&user.own)), Ok)?;
        let names = below(path, &shelf.prefix).unwrap_or_default();
        Ok((shelf, names))
    }

    /// The mailbox that a new folder at `path` would be in; `None` for a name among others' where there is none.
    pub(crate) async fn shelf_of_new(&self, path: &str) -> Result<Option<Arc<Shelf>>, Failure> {
        if !is_among_others(path) {
            return Ok(Some(Arc::clone(&self.user()?.own)));
        }
        Ok(self.others().await?.into_iter().find(|shelf| below(path, &shelf.prefix).is_some()))
    }

    /// The folders of all mailboxes that the user sees.
    pub(crate) async fn forest(&self) -> Result<Forest, Failure> {
        let mut trees = vec![self.tree().await?];
        for shelf in self.others().await? {
            trees.push(self.tree_of(shelf).await?);
        }
        Ok(Forest::new(trees))
    }

    /// Bytes of what is marked to be expunged in `folder`, when `items` ask for that; else nothing is looked at.
    pub(crate) async fn deleted_bytes(
        &self,
        shelf: &Shelf,
        folder: &Folder,
        items: &[StatusItem],
    ) -> Result<i64, Failure> {
        if !items.contains(&StatusItem::DeletedStorage) {
            return Ok(0);
        }
        let (organization, mailbox, folder) = (self.user()?.organization, shelf.key(), folder.clone());
        let read = move |read: &mut dyn postroom_store::Read| {
            postroom_mailbox::deleted_bytes(read, organization, mailbox, &folder)
        };
        Ok(self.imap.mailboxes.read(organization, read).await?)
    }

    /// Changes a mailbox; answered when it is on disk.
    pub(crate) async fn change<T, F>(&self, mailbox: MailboxKey, work: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: Fn(&mut MailTx<'_, '_>) -> Result<T, MailError> + Send + 'static,
    {
        let user = self.user()?;
        let (organization, actor) = (user.organization, Arc::clone(&user.actor));
        Ok(self.imap.mailboxes.change(organization, mailbox, actor, work).await?)
    }

    /// A folder that the user sees.
    pub(crate) fn place(&self, found: &Found) -> Result<Place, Failure> {
        let organization = self.user()?.organization;
        Ok(Place { organization, mailbox: found.shelf.key(), folder: found.key })
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
