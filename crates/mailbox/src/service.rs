//! The mailboxes of a store, as servers use them: one transaction a call.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use postroom_store::seal::{DataKey, Keyring};
use postroom_store::{Place as StorePlace, Read, Store, StoreError};
use postroom_types::{EntityId, OrganizationKey};
use tokio::time::{Instant, timeout_at};

use crate::item::Place;
use crate::mail_tx::{MailTx, in_mailbox};
use crate::notices::{Notices, Watch};
use crate::open_flags::{self, OpenFlags};
use crate::search::Joiner;
use crate::turns::Turns;
use crate::{BodyPart, Keywords, MailError, Mailbox, MailboxError, MailboxKey, Prepared, SealedBody, limits};

/// The mailboxes of a store. Cheap to clone.
#[derive(Clone)]
pub struct Mailboxes {
    store: Store,
    keyring: Keyring,
    notices: Arc<Notices>,
    joiner: Arc<Joiner>,
    turns: Arc<Turns>,
}

impl Mailboxes {
    /// The mailboxes of `store`, whose bodies are sealed with the keys of `keyring`.
    pub fn new(store: Store, keyring: Keyring) -> Self {
        let (notices, joiner) = (Notices::of(&store), Joiner::of(&store));
        Self { store, keyring, notices, joiner, turns: Arc::default() }
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The keys of bodies.
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// The mailbox that `owner` has now: `MailboxGone` when there is none.
    pub async fn of_owner(
        &self,
        organization: OrganizationKey,
        owner: &EntityId,
    ) -> Result<Mailbox, MailError> {
        let owner = owner.clone();
        self.read(organization, move |read| {
            let mailbox = Mailbox::of(read, organization, &owner).map_err(|error| match error {
                MailboxError::Directory(postroom_directory::DirectoryError::Store(error)) => error.into(),
                other => MailError::damaged(format!("{other:?}")),
            })?;
            mailbox.filter(|mailbox| mailbox.is_attached).ok_or(MailError::MailboxGone)
        })
        .await
    }

    /// Refuses what the mailbox of `owner` has no room for now: `QuotaExceeded`, `MailboxGone`. Answers how many bytes
    /// there is room for after it. What passes may be refused later all the same.
    pub async fn check_room(
        &self,
        organization: OrganizationKey,
        owner: &EntityId,
        more_bytes: i64,
    ) -> Result<i64, MailError> {
        self.of_owner(organization, owner).await?.check_room(more_bytes)
    }

    /// Runs `work` on a snapshot of an organization: point reads and pages only.
    pub async fn read<T, F>(&self, organization: OrganizationKey, work: F) -> Result<T, MailError>
    where
        T: Send + 'static,
        F: Fn(&mut dyn Read) -> Result<T, MailError> + Send + 'static,
    {
        self.store.read(StorePlace::Organization(organization), work).await
    }

    /// The same for work that takes longer, on behalf of `user`, who has one turn at a time: see [`Store::read_long`].
    pub async fn read_long<T, F>(
        &self,
        organization: OrganizationKey,
        user: &EntityId,
        work: F,
    ) -> Result<T, MailError>
    where
        T: Send + 'static,
        F: Fn(&mut dyn Read) -> Result<T, MailError> + Send + 'static,
    {
        let turn = self.turns.take(organization, user).await;
        let work = move |read: &mut dyn Read| {
            // The work holds it, and goes on when its caller does not wait any more.
            let _turn = &turn;
            work(read)
        };
        self.store.read_long(StorePlace::Organization(organization), work).await
    }

    /// The same for work that looks into the index of full-text search. While that is behind or being made again, `work`
    /// is tried again after rounds of the organization, until `limits::SEARCH_INDEX_TIME_MAX` has passed since its first
    /// turn: `Unavailable`.
    pub async fn search<T, F>(
        &self,
        organization: OrganizationKey,
        user: &EntityId,
        work: F,
    ) -> Result<T, MailError>
    where
        T: Send + 'static,
        F: Fn(&mut dyn Read) -> Result<T, MailError> + Send + Sync + 'static,
    {
        let (work, mut end) = (Arc::new(work), None);
        loop {
            let (again, has_run) = (Arc::clone(&work), Arc::new(AtomicBool::new(false)));
            let runs = Arc::clone(&has_run);
            let found = self.read_long(organization, user, move |read| {
                runs.store(true, Ordering::Relaxed);
                again(read)
            });
            let found = found.await;
            // An index that is damaged inside is made again, too. Where not even a snapshot was to be had, or on PostgreSQL,
            // which has the words from the first, it is not the index that is away.
            let is_behind = matches!(
                found,
                Err(MailError::Store(StoreError::Unavailable { .. } | StoreError::Impaired(_)))
            ) && has_run.load(Ordering::Relaxed)
                && self.store.is_embedded();
            let now = Instant::now();
            let end = *end.get_or_insert(now + limits::SEARCH_INDEX_TIME_MAX);
            if !is_behind || now >= end {
                return found;
            }
            let next = end.min(now + limits::SEARCH_ROUND_TIME_MAX);
            drop(timeout_at(next, self.joiner.next_round(organization)).await);
        }
    }

    /// Runs `work` in a transaction in a mailbox, on behalf of `actor`; answers when it is on disk.
    ///
    /// `work` may run more than once. `MailboxGone`, or its error, and then nothing is written.
    pub async fn change<T, F>(
        &self,
        organization: OrganizationKey,
        mailbox: MailboxKey,
        actor: Arc<str>,
        work: F,
    ) -> Result<T, MailError>
    where
        T: Send + 'static,
        F: Fn(&mut MailTx<'_, '_>) -> Result<T, MailError> + Send + 'static,
    {
        let place = StorePlace::Organization(organization);
        self.store.write(place, move |tx| in_mailbox(tx, mailbox, &actor, &work)).await
    }

    /// The key that the bodies of an organization are sealed with.
    pub async fn data_key(&self, organization: OrganizationKey) -> Result<Arc<DataKey>, MailError> {
        Ok(self.keyring.data_key(StorePlace::Organization(organization)).await?)
    }

    /// Makes `message` ready to be stored: see [`Prepared::new_blocking`]; on the caller's thread unless it is large.
    pub async fn prepare(
        &self,
        organization: OrganizationKey,
        message: impl Into<Vec<u8>>,
    ) -> Result<Prepared, MailError> {
        let message = message.into();
        self.joiner.admit(organization).await;
        let key = self.data_key(organization).await?;
        let (store, with_terms) = (self.store.clone(), !self.store.is_embedded());
        if message.len() < limits::BLOCKING_BYTES_MIN {
            return Prepared::small(&key, store.random().as_ref(), &message, with_terms);
        }
        if message.len() <= limits::ROW_BODY_BYTES_MAX {
            // Not behind those that wait for blobs, which it does not need.
            let small = move || Prepared::small(&key, store.random().as_ref(), &message, with_terms);
            let done = tokio::task::spawn_blocking(small).await;
            return done.unwrap_or_else(|error| Err(MailError::damaged(format!("a message: {error}"))));
        }
        let blobs = self.store.blobs();
        blobs.on_thread(move |_| Prepared::new_blocking(&store, organization, &key, &message)).await
    }

    /// Keeps SQLite's index of full-text search up with the messages, until it is dropped. Without it nothing is missed in
    /// a search, which takes ever longer, and is refused in the end.
    pub async fn keep_index(&self) {
        self.joiner.run(&self.store, &self.keyring).await;
    }

    /// The bytes of `content`; `None` when it is gone.
    pub async fn body(
        &self,
        organization: OrganizationKey,
        mailbox: MailboxKey,
        content: i64,
    ) -> Result<Option<Vec<u8>>, MailError> {
        let part = self.body_part(organization, mailbox, content, 0..u64::MAX).await?;
        Ok(part.map(|part| part.bytes))
    }

    /// At least the bytes `range` of `content`, as far as there are such bytes; `None` when it is gone. Of a large message
    /// only the frames are read that have them.
    pub async fn body_part(
        &self,
        organization: OrganizationKey,
        mailbox: MailboxKey,
        content: i64,
        range: Range<u64>,
    ) -> Result<Option<BodyPart>, MailError> {
        let sealed = self
            .read(organization, move |read| Ok(SealedBody::read(read, organization, mailbox, content)?))
            .await?;
        let Some(sealed) = sealed else { return Ok(None) };
        let key = self.data_key(organization).await?;
        if sealed.is_in_row() {
            return Ok(Some(BodyPart { offset: 0, bytes: sealed.open_row(&key)? }));
        }
        let store = self.store.clone();
        let blobs = self.store.blobs();
        blobs.on_thread(move |_| sealed.open_part_blocking(&store, &key, range)).await.map(Some)
    }

    /// The flags of all items of the folder that `watch` watches, and the mailbox's keywords, as of now; `None` when the
    /// folder is small or there is no room, and its rows are to be read.
    pub async fn open_flags(&self, watch: &Watch) -> Result<Option<(Arc<OpenFlags>, Keywords)>, MailError> {
        let place = watch.place();
        let mut flags = watch.take_flags();
        if flags.is_none() {
            flags = self.read_flags(place).await?.map(Arc::new);
        }
        let Some(known) = flags else { return Ok(None) };
        let position = known.position();
        let news = self.read(place.organization, move |read| open_flags::news(read, place, position)).await?;
        // So much has changed that the next one who asks begins anew.
        let Some(news) = news else { return Ok(None) };
        let Some(renewed) = open_flags::renewed(known, &news) else { return Ok(None) };
        watch.put_flags(Arc::clone(&renewed));
        Ok(Some((renewed, news.keywords)))
    }

    /// The flags of the items of `place`, page by page: each page as of its own snapshot, none older than the sequence
    /// that is noted.
    async fn read_flags(&self, place: Place) -> Result<Option<OpenFlags>, MailError> {
        let budget = Arc::clone(&self.notices.budget);
        let begun =
            self.read(place.organization, move |read| open_flags::begin(read, place, &budget)).await?;
        let Some(mut flags) = begun else { return Ok(None) };
        let mut from = 1;
        loop {
            let rows = self.read(place.organization, move |read| open_flags::page(read, place, from)).await?;
            let Some((last, _)) = rows.last() else { return Ok(Some(flags)) };
            from = last.saturating_add(1);
            if !flags.take(&rows) {
                return Ok(None);
            }
        }
    }

    /// Watches `place` from now on; with `FolderKey::ROOT`, every folder of the mailbox.
    pub fn watch(&self, place: Place) -> Watch {
        self.notices.watch(place)
    }
}
