//! A content's terms are stored.

use postroom_store::parameters;

use super::{Terms, row_number, sql};
use crate::MailError;
use crate::mail_tx::MailTx;

/// Stores `terms` of `content`, which is new, in the transaction that stores it; without them they are made of its body
/// when it joins the index.
pub(crate) fn insert(
    mail: &mut MailTx<'_, '_>,
    content: i64,
    terms: Option<&Terms>,
) -> Result<(), MailError> {
    let (organization, mailbox) = (mail.organization, mail.mailbox);
    let (row, terms) =
        (row_number(mailbox, content)?, terms.map(|terms| terms.in_mailbox(organization, mailbox)));
    mail.execute(&sql::INSERT, parameters![organization.0, mailbox.0, terms.as_deref(), row])?;
    Ok(())
}
