//! GetMailboxDetails: how much a mailbox may hold and how much it does (WB §1.6).

use postroom_directory::admin::AdminRead;
use postroom_directory::entity::{Accepts, find_any};

use crate::{Mailbox, MailboxError};

/// The mailbox of what `identifier` (id, name or e-mail) names: a user, or a resource.
///
/// `EntityNotFound`; `NoMailbox` when it has none now.
pub fn get_mailbox_details(tx: &mut AdminRead<'_>, identifier: &str) -> Result<Mailbox, MailboxError> {
    let organization = tx.organization;
    let owner = find_any(tx, organization, identifier, Accepts::Any)?;
    let mailbox = Mailbox::of(tx, organization, &owner.id)?;
    mailbox.filter(|mailbox| mailbox.is_attached).ok_or(MailboxError::NoMailbox(owner.id))
}
