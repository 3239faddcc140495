//! Which mailboxes are open to somebody, and what may be done with their folders.

use std::collections::{BTreeMap, HashMap};

use postroom_directory::DirectoryError;
use postroom_directory::entity::by_id;
use postroom_directory::mailbox_access::opens;
use postroom_directory::membership::groups_above;
use postroom_store::{Read, parameters};
use postroom_types::{EntityId, OrganizationKey};

use crate::folder::{Folder, FolderKey};
use crate::grants::stored;
use crate::sql::grants as sql;
use crate::{FolderRights, Mailbox, MailboxKey};

/// What somebody may do with the folders of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Everything with all of them: its owner, and who has FULL_ACCESS (WB §4.1).
    Whole,
    /// This with these, and nothing with others.
    Folders(HashMap<FolderKey, FolderRights>),
}

impl Access {
    /// What may be done with `folder`. A folder that every mailbox has cannot be deleted, so nobody has the right to.
    pub fn rights(&self, folder: &Folder) -> FolderRights {
        let rights = self.rights_to(folder.key);
        if folder.role.is_some() { rights.without(FolderRights::DELETE_FOLDER) } else { rights }
    }

    /// The same by the folder's number alone; of [`FolderKey::ROOT`], what may be done at the top.
    pub fn rights_to(&self, folder: FolderKey) -> FolderRights {
        match self {
            Self::Whole => FolderRights::ALL,
            Self::Folders(rights) => rights.get(&folder).copied().unwrap_or_default(),
        }
    }
}

/// A mailbox of somebody else that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedMailbox {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// Its owner's primary address.
    pub address: String,
    /// What may be done with its folders.
    pub access: Access,
}

/// The mailboxes of others that are open to `guest`, itself or as a member of groups, in the order of their owners'
/// addresses.
///
/// `Invalid` when the groups are too many: see [`groups_above`].
pub fn shared_with(
    read: &mut dyn Read,
    organization: OrganizationKey,
    guest: &EntityId,
) -> Result<Vec<SharedMailbox>, DirectoryError> {
    let mut all = BTreeMap::new();
    for (owner, folders) in granted(read, organization, guest)? {
        let address = by_id(read, organization, owner.as_str())?.and_then(|owner| owner.email);
        if let Some(address) = address
            && let Some(mailbox) = Mailbox::attached_to(read, organization, &owner)?
        {
            let access = Access::Folders(folders);
            all.insert(address.to_string(), SharedMailbox { mailbox, address: address.to_string(), access });
        }
    }
    for owner in opens(read, organization, guest)? {
        if let Some(mailbox) = Mailbox::attached_to(read, organization, &owner.entity)? {
            let address = owner.address;
            all.insert(address.clone(), SharedMailbox { mailbox, address, access: Access::Whole });
        }
    }
    Ok(all.into_values().collect())
}

/// What `guest` may do with the folders of `mailbox` of `owner`.
pub fn access_of(
    read: &mut dyn Read,
    organization: OrganizationKey,
    mailbox: MailboxKey,
    owner: &EntityId,
    guest: &EntityId,
) -> Result<Access, DirectoryError> {
    if owner == guest {
        return Ok(Access::Whole);
    }
    let shared = shared_with(read, organization, guest)?;
    let found = shared.into_iter().find(|shared| shared.mailbox.key == mailbox);
    Ok(found.map_or_else(|| Access::Folders(HashMap::new()), |shared| shared.access))
}

/// The folders that `guest` has rights to, by owner.
fn granted(
    read: &mut dyn Read,
    organization: OrganizationKey,
    guest: &EntityId,
) -> Result<BTreeMap<EntityId, HashMap<FolderKey, FolderRights>>, DirectoryError> {
    let mut all: BTreeMap<EntityId, HashMap<FolderKey, FolderRights>> = BTreeMap::new();
    let groups = groups_above(read, organization, guest)?;
    for grantee in std::iter::once(guest).chain(&groups) {
        let rows = read.query(&sql::TO_GRANTEE, parameters![organization.0, grantee])?;
        // As with FULL_ACCESS, a group that is disabled lends its members nothing.
        if rows.is_empty() || !is_enabled(read, organization, grantee)? {
            continue;
        }
        for mut row in rows {
            let (owner, folder): (EntityId, i64) = (row.take(0), row.take(2));
            if owner != *guest {
                let known = all.entry(owner).or_default().entry(FolderKey(folder)).or_default();
                *known = known.with(stored(&row.take::<String>(3)));
            }
        }
    }
    Ok(all)
}

fn is_enabled(
    read: &mut dyn Read,
    organization: OrganizationKey,
    entity: &EntityId,
) -> Result<bool, DirectoryError> {
    Ok(by_id(read, organization, entity.as_str())?.is_some_and(|entity| entity.email.is_some()))
}
