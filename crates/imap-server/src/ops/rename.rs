//! RENAME (RFC 9051 §6.3.6).

use postroom_directory::access_audit::MailboxAction;
use postroom_imap_proto::MailboxName;
use postroom_imap_proto::encode::Code;
use postroom_mailbox::folders::{create_folder, rename_folder};
use postroom_mailbox::{Folder, FolderKey, FolderRights, MailError, Role, UidSet, items, limits, live};

use super::Done;
use super::create::tell_name;
use crate::audit::Deed;
use crate::failure::Failure;
use crate::names::{DELIMITER, Found};
use crate::needs;
use crate::out::Out;
use crate::session::{Session, not_permitted};

/// Renames a folder, with all that is in it; the folders on the way to its new name are created. Of the Inbox the
/// messages move.
pub(crate) async fn rename(
    session: &mut Session,
    out: &mut Out<'_>,
    from: &MailboxName,
    to: &MailboxName,
) -> Result<Done, Failure> {
    let source = session.folder(from.as_str(), |found| match found.role {
        Some(Role::Inbox) => needs::RENAME_INBOX,
        _ => needs::RENAME,
    });
    let source = source.await?;
    let forest = session.forest().await?;
    let Some(tree) = forest.of(to.as_str()).filter(|tree| tree.shelf.key() == source.shelf.key()) else {
        return Err(Failure::no(Code::Cannot, "A mailbox cannot be given to another user"));
    };
    let (parent, names) = tree.way_to(to.as_str());
    let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    let (parent, name) = match names.pop() {
        Some(name) => (parent, name),
        // The same folder: its name in another case.
        None if parent == source.key && last(to) != source.name => (source.parent, last(to).to_owned()),
        None if tree.iter().any(|(_, folder)| folder.key == parent) => {
            return Err(Failure::no(Code::AlreadyExists, "There is a mailbox of that name"));
        }
        // Nobody learns of a folder that is not seen by being refused.
        None => return Err(not_permitted()),
    };
    if !source.shelf.access.rights_to(parent).contains(FolderRights::CREATE_FOLDERS) {
        session.note(&source, Deed::refused(MailboxAction::Move));
        return Err(not_permitted());
    }
    let (key, is_inbox) = (source.key, source.role == Some(Role::Inbox));
    let place = session.place(&source)?;
    // Of the Inbox the messages move, and it stays.
    let stays = !is_inbox && names.is_empty() && parent == source.parent;
    let action = if stays { MailboxAction::Update } else { MailboxAction::Move };
    let renamed = session.change(place.mailbox, move |mail| {
        let parent = names.iter().try_fold(parent, |parent, name| create_folder(mail, parent, name))?;
        if is_inbox {
            let to = create_folder(mail, parent, &name)?;
            let there = Folder::find(mail, place.organization, place.mailbox, place.folder)?;
            let uid_next = there.ok_or(MailError::FolderNotFound)?.uid_next;
            return Ok(Some((to, live(mail, place, uid_next)?)));
        }
        rename_folder(mail, key, parent, &name).map(|()| None)
    });
    let of_inbox = renamed.await?;
    session.note(&source, Deed::folder(action));
    if let Some((to, left)) = of_inbox {
        move_all(session, &source, to, left).await?;
    }
    tell_name(session, out, to).await;
    Ok(Done::plain("RENAME is done"))
}

/// The name itself, without those of the folders that it is in.
fn last(path: &MailboxName) -> &str {
    let path = path.as_str();
    let path = path.strip_suffix(DELIMITER).unwrap_or(path);
    path.rsplit_once(DELIMITER).map_or(path, |(_, name)| name)
}

/// The Inbox stays, with the folders in it; the messages `left` in it move, in slices, so that others get their turn.
async fn move_all(session: &Session, from: &Found, to: FolderKey, mut left: UidSet) -> Result<(), Failure> {
    let (mailbox, key) = (from.shelf.key(), from.key);
    while !left.is_empty() {
        let slice = left.numbered(1, limits::ITEMS_PER_WRITE as u64);
        left.subtract(&slice);
        session.still_at(from, FolderRights::MARK_DELETED.with(FolderRights::EXPUNGE)).await?;
        session.change(mailbox, move |mail| items::relocate(mail, key, &slice, to)).await?;
    }
    Ok(())
}
