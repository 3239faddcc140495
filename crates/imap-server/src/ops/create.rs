//! CREATE (RFC 9051 §6.3.4; CREATE-SPECIAL-USE RFC 6154 §3).

use postroom_directory::access_audit::MailboxAction;
use postroom_imap_proto::encode::Code;
use postroom_imap_proto::{MailboxName, SpecialUse};
use postroom_mailbox::folders::create_folder_at;

use super::Done;
use crate::audit::Deed;
use crate::failure::Failure;
use crate::names::DELIMITER;
use crate::session::Session;

/// Creates a folder, and those on the way to it.
pub(crate) async fn create(
    session: &mut Session,
    mailbox: &MailboxName,
    uses: &[SpecialUse],
) -> Result<Done, Failure> {
    if !uses.is_empty() {
        return Err(Failure::no(Code::UseAttr, "There is a mailbox for each special use already"));
    }
    let Some(shelf) = session.shelf_of_new(mailbox.as_str()).await? else {
        return Err(Failure::no(Code::NoPerm, "There is no mailbox of such a user that is open to you"));
    };
    let path = mailbox.as_str();
    let path = path.strip_suffix(DELIMITER).unwrap_or(path).get(shelf.prefix.len()..).unwrap_or_default();
    let names: Vec<String> = path.split(DELIMITER).map(str::to_owned).collect();
    let created = session.change(shelf.key(), move |mail| create_folder_at(mail, &names));
    let folder = created.await?;
    let path = mailbox.as_str().get(shelf.prefix.len()..).unwrap_or_default();
    session.note_at(&shelf, Some((path, folder)), Deed::folder(MailboxAction::Create));
    debug_assert!(!mailbox.as_str().starts_with(DELIMITER), "an empty name is refused");
    Ok(Done::with(crate::respond::mailbox_id_code(&shelf.mailbox, folder), "CREATE is done"))
}
