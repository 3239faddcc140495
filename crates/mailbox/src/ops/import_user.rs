//! ImportUser: a user with the id, attributes, addresses and dates that it had, and its mailbox, empty.

use postroom_directory::admin::AdminTx;
use postroom_directory::ops::{self, NewUser};

use super::imported::{self, ImportedRegistration};
use crate::MailboxError;

/// Creates a user, and enables it when `enabled` says how. The same again changes nothing.
///
/// Nothing is written on error: what the directory's `import_user`, `register_to_workmail`, `create_alias` and
/// `update_mailbox_quota` refuse.
pub fn import_user(
    tx: &mut AdminTx<'_, '_>,
    new: &NewUser,
    enabled: Option<&ImportedRegistration>,
) -> Result<(), MailboxError> {
    imported::check(tx, new.dates, enabled)?;
    if let Some(known) = ops::import_user(tx, new)? {
        return imported::unchanged(tx, &known, enabled);
    }
    enabled.map_or(Ok(()), |enabled| imported::enable(tx, &new.id, enabled))
}
