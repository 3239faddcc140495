//! A folder is shown, or not, by clients that ask for subscriptions.

use postroom_store::parameters;

use crate::MailError;
use crate::folder::FolderKey;
use crate::mail_tx::MailTx;
use crate::sql::folders as sql;

/// Subscribes the owner to `folder`, or ends that: `FolderNotFound`.
pub fn subscribe_folder(
    mail: &mut MailTx<'_, '_>,
    folder: FolderKey,
    subscribed: bool,
) -> Result<(), MailError> {
    let changed = mail.execute(
        &sql::SUBSCRIBE,
        parameters![mail.organization.0, mail.mailbox.0, folder.0, subscribed, mail.sequence],
    )?;
    if changed == 0 {
        return Err(MailError::FolderNotFound);
    }
    mail.touch(folder);
    Ok(())
}
