//! An organization with one user who has a mailbox.

use std::sync::Arc;

use postroom_directory::testing::{MASTER_KEY, TestOrganization, address, keyring};
use postroom_mailbox::ops::{Registration, register_to_workmail};
use postroom_mailbox::{
    Changes, Flags, Folder, FolderKey, Item, MailError, MailTx, Mailbox, MailboxEpoch, MailboxKey, Mailboxes,
    Place, Role, Uid, UidSet, changes_since, items, items::append, live,
};
use postroom_store::testing::{TestStore, block_on};
use postroom_store::{Read, SchemaModule};
use postroom_types::{EntityId, OrganizationKey, Timestamp};

/// The schemas of this crate and the ones below.
pub(crate) fn modules() -> Vec<SchemaModule> {
    let mut modules = postroom_directory::testing::modules();
    modules.push(postroom_mailbox::schema::ORGANIZATION);
    modules
}

pub(crate) struct Fixture {
    pub(crate) mailboxes: Mailboxes,
    pub(crate) organization: OrganizationKey,
    pub(crate) mailbox: MailboxKey,
    pub(crate) alice: EntityId,
    pub(crate) admin: TestOrganization,
    folder: tempfile::TempDir,
}

impl Fixture {
    pub(crate) fn new(store: &TestStore) -> Self {
        Self::named(store, "demo")
    }

    /// In an organization with this alias.
    pub(crate) fn named(store: &TestStore, alias: &str) -> Self {
        let organization = TestOrganization::named(store, alias, keyring(store));
        let (alice, mailbox) = mailbox_of_new(&organization, "alice");
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("master.key"), MASTER_KEY).unwrap();
        Self {
            mailboxes: Mailboxes::new((**store).clone(), keyring(store)),
            organization: organization.key,
            mailbox,
            alice,
            admin: organization,
            folder,
        }
    }

    /// The mailbox of another user, who is new.
    pub(crate) fn another_mailbox(&self, name: &str) -> MailboxKey {
        mailbox_of_new(&self.admin, name).1
    }

    pub(crate) fn master_key(&self) -> std::path::PathBuf {
        self.folder.path().join("master.key")
    }

    pub(crate) fn change<T: Send + 'static>(
        &self,
        work: impl Fn(&mut MailTx<'_, '_>) -> Result<T, MailError> + Send + 'static,
    ) -> Result<T, MailError> {
        block_on(self.mailboxes.change(self.organization, self.mailbox, Arc::from("test"), work))
    }

    pub(crate) fn read<T: Send + 'static>(
        &self,
        work: impl Fn(&mut dyn Read) -> Result<T, MailError> + Send + 'static,
    ) -> Result<T, MailError> {
        block_on(self.mailboxes.read(self.organization, work))
    }

    pub(crate) fn role(&self, role: Role) -> Folder {
        let (organization, mailbox) = (self.organization, self.mailbox);
        self.read(move |read| Folder::of_role(read, organization, mailbox, role)).unwrap()
    }

    pub(crate) fn inbox(&self) -> FolderKey {
        self.role(Role::Inbox).key
    }

    pub(crate) fn place(&self, folder: FolderKey) -> Place {
        Place { organization: self.organization, mailbox: self.mailbox, folder }
    }

    pub(crate) fn folder(&self, folder: FolderKey) -> Option<Folder> {
        let (organization, mailbox) = (self.organization, self.mailbox);
        self.read(move |read| Folder::find(read, organization, mailbox, folder)).unwrap()
    }

    /// The mailbox's row.
    pub(crate) fn row(&self) -> Mailbox {
        let alice = &self.alice;
        let mailbox = self.admin.read(|tx| {
            let key = tx.organization;
            Mailbox::of(tx, key, alice)
        });
        mailbox.unwrap().unwrap()
    }

    /// A message with `subject`, ready to be stored.
    pub(crate) fn message(&self, subject: &str) -> postroom_mailbox::Prepared {
        let text = format!("Subject: {subject}\r\nMessage-ID: <{subject}@example.com>\r\n\r\nHello\r\n");
        block_on(self.mailboxes.prepare(self.organization, text.as_bytes())).unwrap()
    }

    pub(crate) fn append(&self, folder: FolderKey, flags: Flags) -> Uid {
        let message = self.message("hello");
        let at = Timestamp::from_seconds(1_000);
        self.change(move |mail| append(mail, folder, &message, flags, at)).unwrap()
    }

    pub(crate) fn live(&self, folder: FolderKey) -> UidSet {
        let (place, next) = (self.place(folder), self.folder(folder).unwrap().uid_next);
        self.read(move |read| live(read, place, next)).unwrap()
    }

    pub(crate) fn items(&self, folder: FolderKey) -> Vec<Item> {
        let (place, uids) = (self.place(folder), UidSet::range(1, Uid::MAX));
        self.read(move |read| items(read, place, &uids)).unwrap()
    }

    pub(crate) fn changes(&self, folder: FolderKey, since: i64) -> Option<Changes> {
        let place = self.place(folder);
        self.read(move |read| changes_since(read, place, since)).unwrap()
    }
}

pub(crate) fn mailbox_of_new(organization: &TestOrganization, name: &str) -> (EntityId, MailboxKey) {
    let id = organization.user(name);
    let registration = Registration {
        email: address(&format!("{name}@example.com")),
        epoch: MailboxEpoch::mint([7; 8]),
        at: None,
        provisioned_at: None,
    };
    let (name, owner) = (name.to_owned(), id.clone());
    organization.write(move |tx| register_to_workmail(tx, &name, &registration)).unwrap();
    let mailbox = organization.read(|tx| {
        let key = tx.organization;
        Mailbox::of(tx, key, &owner)
    });
    (id, mailbox.unwrap().unwrap().key)
}
