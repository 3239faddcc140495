//! CREATE (RFC 9051 §6.3.4; CREATE-SPECIAL-USE RFC 6154 §3).

use postroom_directory::access_audit::MailboxAction;
use postroom_imap_proto::encode::Code;
use postroom_imap_proto::{MailboxName, SpecialUse};
use postroom_mailbox::folders::create_folder;

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
    let forest = session.forest().await?;
    let Some(tree) = forest.of(mailbox.as_str()) else {
        return Err(Failure::no(Code::NoPerm, "There is no mailbox of such a user that is open to you"));
    };
    let shelf = std::sync::Arc::clone(&tree.shelf);
    let (parent, names) = tree.way_to(mailbox.as_str());
    if names.is_empty() {
        return Err(Failure::no(Code::AlreadyExists, "There is a mailbox of that name"));
    }
    let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    let created = session.change(shelf.key(), move |mail| {
        names.iter().try_fold(parent, |parent, name| create_folder(mail, parent, name))
    });
    let folder = created.await?;
    let path = mailbox.as_str().get(shelf.prefix.len()..).unwrap_or_default();
    session.note_at(&shelf, Some((path, folder)), Deed::folder(MailboxAction::Create));
    debug_assert!(!mailbox.as_str().starts_with(DELIMITER), "an empty name is refused");
    Ok(Done::with(crate::respond::mailbox_id_code(&shelf.mailbox, folder), "CREATE is done"))
}
