//! A new mailbox gets the folders that every mailbox has.

use postroom_store::{StoreError, Tx, parameters};
use postroom_types::{OrganizationKey, fold};

use crate::MailboxKey;
use crate::folder::{FolderKey, ROLES, Role};
use crate::sql::{folders as sql, mailboxes};

/// Creates a folder of every role in the new `mailbox`.
pub(crate) fn provision(
    tx: &mut Tx<'_>,
    organization: OrganizationKey,
    mailbox: MailboxKey,
) -> Result<(), StoreError> {
    let mut number = 0;
    for (role, word, name) in ROLES {
        number += 1;
        let hidden = role == Role::Recoverable;
        tx.execute(
            &sql::INSERT,
            parameters![
                organization.0,
                mailbox.0,
                number,
                FolderKey::ROOT.0,
                word,
                hidden,
                name,
                &fold(name),
                !hidden,
                1_i64
            ],
        )?;
    }
    tx.execute(&mailboxes::SET_NEXT_FOLDER, parameters![organization.0, mailbox.0, number + 1]).map(drop)
}
