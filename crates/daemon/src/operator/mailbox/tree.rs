//! Folders of a mailbox by the path of their names.

use std::collections::BTreeMap;

use postroom_imap_server::is_among_others;
use postroom_mailbox::folders::create_folder;
use postroom_mailbox::{Folder, FolderKey, MailError, Role, in_mailbox};
use postroom_types::fold;

use super::{ACTOR, Target};

/// The folders that clients show.
pub(super) struct Tree {
    folders: BTreeMap<FolderKey, Folder>,
}

impl Tree {
    pub(super) fn of(target: &Target) -> Result<Self, MailError> {
        let (organization, mailbox) = (target.organization.key, target.mailbox);
        let all =
            target.store.read_blocking(target.place(), |read| Folder::all(read, organization, mailbox))?;
        let shown = all.into_iter().filter(|folder| !folder.hidden);
        Ok(Self { folders: shown.map(|folder| (folder.key, folder)).collect() })
    }

    /// Each folder with its path of names; the Inbox first, parents before what is in them.
    pub(super) fn paths(&self) -> Vec<(Vec<String>, &Folder)> {
        let mut all: Vec<_> = self.folders.values().map(|folder| (self.path(folder), folder)).collect();
        all.sort_by(|(one, a), (two, b)| {
            (a.role != Some(Role::Inbox), one).cmp(&(b.role != Some(Role::Inbox), two))
        });
        all
    }

    /// The path of names of `folder`; one whose parent is not there counts as at the top.
    pub(super) fn path(&self, folder: &Folder) -> Vec<String> {
        let (mut path, mut at) = (vec![folder.name.clone()], folder);
        while let Some(parent) = self.folders.get(&at.parent).filter(|_| path.len() <= self.folders.len()) {
            path.insert(0, parent.name.clone());
            at = parent;
        }
        path
    }

    /// The folder of this number.
    pub(super) fn by_key(&self, key: FolderKey) -> Option<&Folder> {
        self.folders.get(&key)
    }

    /// The folder at `path`, if it is there.
    pub(super) fn find(&self, path: &[String]) -> Option<&Folder> {
        let key = |path: &[String]| path.iter().map(|name| fold(name)).collect::<Vec<_>>();
        let wanted = key(path);
        self.folders.values().find(|folder| key(&self.path(folder)) == wanted)
    }

    /// The folder at `path`, which is made when it is not there.
    pub(super) fn make(&mut self, target: &Target, path: &[String]) -> Result<FolderKey, MailError> {
        if is_among_others(&path.join("/")) {
            return Err(MailError::FolderName("the folders of others are seen there"));
        }
        let mut parent = FolderKey::ROOT;
        for length in 1..=path.len() {
            if let Some(known) = self.find(&path[..length]) {
                parent = known.key;
                continue;
            }
            let (mailbox, name) = (target.mailbox, path[length - 1].clone());
            let made = target.store.write_blocking(target.place(), move |tx| {
                in_mailbox(tx, mailbox, ACTOR, |mail| create_folder(mail, parent, &name))
            });
            match made {
                // Another one made it meanwhile.
                Ok(_) | Err(MailError::FolderExists) => {}
                Err(error) => return Err(error),
            }
            *self = Self::of(target)?;
            parent = self.find(&path[..length]).ok_or(MailError::FolderNotFound)?.key;
        }
        Ok(parent)
    }
}
