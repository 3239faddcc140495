//! What a user or a group may do with a folder is changed, by its owner or whoever has the right to.

use postroom_directory::admin::AdminTx;
use postroom_directory::entity::Entity;
use postroom_store::{Read, parameters};
use postroom_types::EntityId;

use crate::access::access_of;
use crate::folder::{Folder, FolderKey};
use crate::grants::{check_count, grantee, stored};
use crate::mail_tx::{MailTx, in_mailbox};
use crate::sql::grants as sql;
use crate::{FolderRights, GrantError, MailError, Mailbox, limits};

/// How the rights of a grantee change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantChange {
    /// These and no others; none takes all away.
    Set(FolderRights),
    /// These as well.
    Add(FolderRights),
    /// Without these.
    Remove(FolderRights),
}

impl GrantChange {
    fn applied(self, before: FolderRights) -> FolderRights {
        match self {
            Self::Set(rights) => rights,
            Self::Add(rights) => before.with(rights),
            Self::Remove(rights) => before.without(rights),
        }
    }
}

/// What was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantSet {
    /// Whose rights.
    pub grantee: EntityId,
    /// What they were.
    pub before: FolderRights,
    /// What they are.
    pub after: FolderRights,
}

/// Changes what `identifier` (id, name or e-mail) may do with `folder` of `mailbox`, on behalf of `by`, whose right to
/// do that is asked for here, where nobody can take it away meanwhile.
///
/// Nothing is written on error: `NotPermitted`; `GranteeNotFound`; `Grantee` (the owner; a resource; somebody who is to
/// get rights and is not enabled); `Mail`: `MailboxGone`, `FolderNotFound`, `Limit`.
pub fn set_folder_grant(
    tx: &mut AdminTx<'_, '_>,
    mailbox: &Mailbox,
    folder: FolderKey,
    identifier: &str,
    change: GrantChange,
    by: &EntityId,
) -> Result<GrantSet, GrantError> {
    let organization = tx.organization;
    let access = access_of(tx, organization, mailbox.key, &mailbox.owner, by)?;
    if !access.rights_to(folder).contains(FolderRights::ADMINISTER) {
        return Err(GrantError::NotPermitted);
    }
    let grantee = grantee(tx, organization, identifier)?;
    if grantee.id == mailbox.owner {
        return Err(GrantError::Grantee("the owner may do everything"));
    }
    let actor = format!("rights:{by}");
    let set = in_mailbox(tx.tx(), mailbox.key, &actor, |mail| set(mail, folder, &grantee, change))?;
    set.ok_or(GrantError::Grantee("only who is enabled can be given rights"))
}

/// `None` for a grantee who is to get rights and is not enabled.
fn set(
    mail: &mut MailTx<'_, '_>,
    folder: FolderKey,
    grantee: &Entity,
    change: GrantChange,
) -> Result<Option<GrantSet>, MailError> {
    let (organization, mailbox) = (mail.organization, mail.mailbox);
    let known = Folder::find(mail, organization, mailbox, folder)?.filter(|known| !known.hidden);
    known.ok_or(MailError::FolderNotFound)?;
    let key = parameters![organization.0, mailbox.0, folder.0, &grantee.id];
    let row = mail.query_first(&sql::OF_GRANTEE, key)?;
    let before = row.map_or(FolderRights::NONE, |mut row| stored(&row.take::<String>(0)));
    let after = change.applied(before);
    let done = GrantSet { grantee: grantee.id.clone(), before, after };
    if after == before {
        return Ok(Some(done));
    }
    if !before.contains(after) && grantee.must_be_enabled().is_err() {
        return Ok(None);
    }
    if after.is_empty() {
        mail.execute(&sql::DELETE, key)?;
    } else {
        let letters = after.letters();
        mail.execute(&sql::SET, parameters![organization.0, mailbox.0, folder.0, &grantee.id, &letters])?;
        check_limits(mail, folder, &grantee.id)?;
    }
    mail.publish_grants();
    Ok(Some(done))
}

/// Refuses more than there may be, of which the new one is counted: `Limit`.
fn check_limits(mail: &mut MailTx<'_, '_>, folder: FolderKey, grantee: &EntityId) -> Result<(), MailError> {
    let (organization, mailbox) = (mail.organization.0, mail.mailbox.0);
    let count = mail.query_first(&sql::COUNT_OF_FOLDER, parameters![organization, mailbox, folder.0])?;
    if count.is_some_and(|mut row| row.take::<i64>(0) > limits::FOLDER_GRANTS_MAX) {
        return Err(MailError::Limit("users and groups with rights to a folder"));
    }
    let count = mail.query_first(&sql::COUNT_MAILBOXES, parameters![organization, grantee])?;
    if count.is_some_and(|mut row| row.take::<i64>(0) > limits::GRANTED_MAILBOXES_MAX) {
        return Err(MailError::Limit("mailboxes with folders that somebody has rights to"));
    }
    check_count(mail)
}
