//! Import: as append, but a message that the same import brought before is left out.

use postroom_store::seal::{DataKey, Purpose};
use postroom_store::{Read, StoreError, parameters};
use postroom_types::{OrganizationKey, Timestamp};

use super::append;
use crate::folder::FolderKey;
use crate::item::Place;
use crate::mail_tx::MailTx;
use crate::message::Prepared;
use crate::sql::items as sql;
use crate::uids::Uid;
use crate::{Flags, MailError, MailboxKey};

/// Keys that imported messages are recognized by (derived, organization).
const IMPORTS: Purpose = Purpose::new("imports");

/// What a message of an import is recognized by: the beginning of the keyed hash of the import's name and its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportKey([u8; 16]);

impl ImportKey {
    /// Of `message` in the import called `name`.
    pub fn new(key: &DataKey, name: &str, message: &[u8]) -> Self {
        let imports = key.derive(IMPORTS);
        let (name, message) = (imports.mac(name.as_bytes()), imports.mac(message));
        Self(*imports.mac(&[name, message].concat()).first_chunk().expect("a MAC has 32 bytes"))
    }
}

/// Whether the import brought the message into the folder already, however it fared since.
pub fn is_imported(read: &mut dyn Read, place: Place, key: ImportKey) -> Result<bool, MailError> {
    let Place { organization: OrganizationKey(organization), mailbox: MailboxKey(mailbox), folder } = place;
    let row =
        read.query_first(&sql::IMPORTED, parameters![organization, mailbox, folder.0, key.0.as_slice()])?;
    Ok(row.is_some())
}

/// As [`append`], in the name of an import; `None` when it brought the message into `folder` before. That it did is
/// remembered in the same transaction.
pub fn import(
    mail: &mut MailTx<'_, '_>,
    folder: FolderKey,
    message: &Prepared,
    flags: Flags,
    received_at: Timestamp,
    key: ImportKey,
) -> Result<Option<Uid>, MailError> {
    let row = parameters![mail.organization.0, mail.mailbox.0, folder.0, key.0.as_slice()];
    let is_new: Result<u64, StoreError> = mail.execute(&sql::INSERT_IMPORTED, row);
    if is_new? == 0 {
        return Ok(None);
    }
    append(mail, folder, message, flags, received_at).map(Some)
}
