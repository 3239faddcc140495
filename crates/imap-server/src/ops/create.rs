//! CREATE (RFC 9051 §6.3.4; CREATE-SPECIAL-USE RFC 6154 §3).

use std::sync::Arc;

use postroom_directory::access_audit::MailboxAction;
use postroom_imap_proto::encode::Code;
use postroom_imap_proto::{MailboxName, SpecialUse};
use postroom_mailbox::folders::{create_folder, create_folder_at};
use postroom_mailbox::{Access, FolderKey, FolderRights, annotate};

use super::Done;
use crate::audit::Deed;
use crate::failure::Failure;
use crate::names::{DELIMITER, Shelf, below};
use crate::out::Out;
use crate::respond;
use crate::session::{Session, not_permitted};
use crate::special_uses;

/// Creates a folder, and those on the way to it.
pub(crate) async fn create(
    session: &mut Session,
    out: &mut Out<'_>,
    mailbox: &MailboxName,
    uses: &[Option<SpecialUse>],
) -> Result<Done, Failure> {
    let Some(shelf) = session.shelf_of_new(mailbox.as_str()).await? else {
        return Err(Failure::no(Code::NoPerm, "There is no mailbox of such a user that is open to you"));
    };
    let uses = uses_of_new(&shelf, uses)?;
    let path = mailbox.as_str();
    let path = below(path.strip_suffix(DELIMITER).unwrap_or(path), &shelf.prefix).unwrap_or_default();
    let names: Vec<String> = path.split(DELIMITER).map(str::to_owned).collect();
    let folder = match shelf.access {
        Access::Whole => create_at(session, &shelf, names, uses).await?,
        Access::Folders(_) => create_below(session, &shelf, mailbox.as_str()).await?,
    };
    let path = below(mailbox.as_str(), &shelf.prefix).unwrap_or_default();
    session.note_at(&shelf, Some((path, folder)), Deed::folder(MailboxAction::Create));
    tell_name(session, out, mailbox).await;
    debug_assert!(!mailbox.as_str().starts_with(DELIMITER), "an empty name is refused");
    Ok(Done::with(respond::mailbox_id_code(&shelf.mailbox, folder), "CREATE is done"))
}

/// What the new folder in `shelf` is to be for. RFC 6154 §3: NO when it cannot be, and nothing is created.
fn uses_of_new(shelf: &Shelf, asked: &[Option<SpecialUse>]) -> Result<Vec<SpecialUse>, Failure> {
    let uses: Option<Vec<SpecialUse>> = asked.iter().copied().collect();
    let uses = uses.filter(|uses| uses.iter().copied().all(special_uses::can_be_had));
    match uses.filter(|uses| uses.is_empty() || shelf.is_own()) {
        Some(uses) => Ok(special_uses::each_once(uses)),
        None => Err(Failure::no(Code::UseAttr, "There can be no mailbox of that use")),
    }
}

/// Creates the folder that `names` lead to in a mailbox of which all is open.
async fn create_at(
    session: &Session,
    shelf: &Shelf,
    names: Vec<String>,
    uses: Vec<SpecialUse>,
) -> Result<FolderKey, Failure> {
    let reader = session.reader()?;
    session
        .change(shelf.key(), move |mail| {
            let folder = create_folder_at(mail, &names)?;
            if !uses.is_empty() {
                let value = special_uses::to_value(&uses);
                annotate(mail, folder, &reader, special_uses::ENTRY, Some(value.as_bytes()))?;
            }
            Ok(folder)
        })
        .await
}

/// Tells by what name the folder is known that was called `said` when it came to be, if otherwise. It is there already, so
/// nothing that happens here makes the command fail.
pub(super) async fn tell_name(session: &Session, out: &mut Out<'_>, said: &MailboxName) {
    if session.enabled.rev2
        && let Ok(Some(found)) = session.find(said.as_str()).await
    {
        let path = found.seen_path();
        respond::called_otherwise(&mut out.bytes, session.enabled, &path, said, Vec::new());
    }
}

/// Creates the folder at `path` in a mailbox of which only some folders are open: who does it has the right to create
/// folders in the deepest one that is there. What is refused says nothing of folders that the user does not see.
async fn create_below(session: &Session, shelf: &Arc<Shelf>, path: &str) -> Result<FolderKey, Failure> {
    let tree = session.tree_of(Arc::clone(shelf)).await?;
    let (parent, names) = tree.way_to(path);
    if names.is_empty() && tree.iter().any(|(_, folder)| folder.key == parent) {
        return Err(Failure::no(Code::AlreadyExists, "There is a mailbox of that name"));
    }
    if names.is_empty() || !shelf.access.rights_to(parent).contains(FolderRights::CREATE_FOLDERS) {
        session.note_at(shelf, None, Deed::refused(MailboxAction::Create));
        return Err(not_permitted());
    }
    let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    session
        .change(shelf.key(), move |mail| {
            names.iter().try_fold(parent, |parent, name| create_folder(mail, parent, name))
        })
        .await
}
