//! Who has rights to a folder beside its owner and those who have FULL_ACCESS to the mailbox.

use std::fmt;

use postroom_directory::DirectoryError;
use postroom_directory::entity::{Accepts, Entity, find};
use postroom_store::{Read, StoreError, parameters};
use postroom_types::{EntityId, EntityType, OrganizationKey};

use crate::folder::FolderKey;
use crate::item::Place;
use crate::mail_tx::MailTx;
use crate::sql::grants as sql;
use crate::{FolderRights, MailError, limits};

/// The rights that a user has, or every member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The user or the group.
    pub grantee: EntityId,
    /// What it may do. Of a folder that every mailbox has, nobody has the right to delete it: see
    /// [`Access::rights`](crate::Access::rights).
    pub rights: FolderRights,
}

/// Why rights to a folder were not changed, by what the caller can do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantError {
    /// Who changes them has no right to: [`FolderRights::ADMINISTER`] is missing.
    NotPermitted,
    /// No user or group answers to this identifier.
    GranteeNotFound,
    /// The grantee cannot have rights to this folder: why.
    Grantee(&'static str),
    /// The mailbox's refusal.
    Mail(MailError),
    /// The directory's refusal.
    Directory(DirectoryError),
}

impl fmt::Display for GrantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPermitted => f.write_str("the right to change rights is missing"),
            Self::GranteeNotFound => f.write_str("no such user or group"),
            Self::Grantee(why) => f.write_str(why),
            Self::Mail(error) => error.fmt(f),
            Self::Directory(error) => write!(f, "{error:?}"),
        }
    }
}

impl std::error::Error for GrantError {}

impl From<MailError> for GrantError {
    fn from(error: MailError) -> Self {
        Self::Mail(error)
    }
}

impl From<DirectoryError> for GrantError {
    fn from(error: DirectoryError) -> Self {
        Self::Directory(error)
    }
}

impl From<StoreError> for GrantError {
    fn from(error: StoreError) -> Self {
        Self::Mail(error.into())
    }
}

/// The user or group that `identifier` (id, name or e-mail) names: `GranteeNotFound`; `Grantee` for a resource.
pub fn grantee(
    read: &mut dyn Read,
    organization: OrganizationKey,
    identifier: &str,
) -> Result<Entity, GrantError> {
    let found = find(read, organization, identifier, Accepts::Any)?.ok_or(GrantError::GranteeNotFound)?;
    if found.kind == EntityType::Resource {
        return Err(GrantError::Grantee("a resource has no rights to folders"));
    }
    Ok(found)
}

/// Who has rights to `place`, in the order of their ids; `limits::FOLDER_GRANTS_MAX` at most.
pub fn grants(read: &mut dyn Read, place: Place) -> Result<Vec<Grant>, StoreError> {
    let key = parameters![place.organization.0, place.mailbox.0, place.folder.0];
    let rows = read.query(&sql::OF_FOLDER, key)?;
    Ok(rows
        .into_iter()
        .map(|mut row| Grant { grantee: row.take(0), rights: stored(&row.take::<String>(1)) })
        .collect())
}

/// The rights that a column holds. What is no right allows nothing; fsck finds it.
pub(crate) fn stored(letters: &str) -> FolderRights {
    FolderRights::of_letters(letters).unwrap_or_default()
}

/// Gives the rights to `parent` to the new `folder` in it, too. `Limit` when the mailbox would have too many.
pub(crate) fn inherit(
    mail: &mut MailTx<'_, '_>,
    parent: FolderKey,
    folder: FolderKey,
) -> Result<(), MailError> {
    if parent == FolderKey::ROOT {
        return Ok(());
    }
    let (organization, mailbox) = (mail.organization.0, mail.mailbox.0);
    if mail.execute(&sql::INHERIT, parameters![organization, mailbox, parent.0, folder.0])? == 0 {
        return Ok(());
    }
    check_count(mail)?;
    mail.publish_grants();
    Ok(())
}

/// Refuses more rights than a mailbox may have: `Limit`.
pub(crate) fn check_count(mail: &mut MailTx<'_, '_>) -> Result<(), MailError> {
    let count = mail.query_first(&sql::COUNT_OF_MAILBOX, parameters![mail.organization.0, mail.mailbox.0])?;
    if count.is_some_and(|mut row| row.take::<i64>(0) > limits::MAILBOX_GRANTS_MAX) {
        return Err(MailError::Limit("rights to folders of a mailbox"));
    }
    Ok(())
}
