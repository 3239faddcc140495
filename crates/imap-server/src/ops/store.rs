//! STORE (RFC 9051 §6.4.6; UNCHANGEDSINCE RFC 7162 §3.1.3).

use postroom_directory::access_audit::MailboxAction;
use postroom_imap_proto::Numbers;
use postroom_imap_proto::command::{Store, StoreAction};
use postroom_imap_proto::encode::Code;
use postroom_mailbox::items::{FlagChange, store_flags};
use postroom_mailbox::{Flags, FolderRights, Keywords, UidSet, limits};

use super::Done;
use crate::audit::Deed;
use crate::failure::Failure;
use crate::out::Out;
use crate::respond::flags_of;
use crate::selected::number_set;
use crate::session::{Session, not_permitted};

/// Changes flags, in slices, each on disk before it is told.
pub(crate) async fn store(session: &mut Session, out: &mut Out<'_>, store: Store) -> Result<Done, Failure> {
    let enabled = session.enabled;
    let selected = session.selected_to_change()?;
    let mut left = selected.resolve(store.numbers, &store.set)?;
    if store.unchanged_since.is_some() {
        session.enabled.condstore = true;
    }
    let place = session.selected()?.place;
    let rights = session.selected()?.rights;
    let (change, (flags, names)) =
        allowed(rights, store.action, flags_of(&store.flags)).ok_or_else(|| {
            session.note_selected(Deed::refused(MailboxAction::Update));
            not_permitted()
        })?;
    let reads_only =
        flags == Flags::SEEN && names.is_empty() && matches!(change, FlagChange::Add | FlagChange::Remove);
    let action = if reads_only { MailboxAction::UpdateReadState } else { MailboxAction::Update };
    let since = store.unchanged_since.map(|since| i64::try_from(since).unwrap_or(i64::MAX));
    let mut modified = UidSet::default();
    while !left.is_empty() {
        let slice = left.numbered(1, limits::ITEMS_PER_WRITE as u64);
        left.subtract(&slice);
        session.still(rights.among(FLAG_RIGHTS)).await?;
        let names = names.clone();
        let stored = session.change(place.mailbox, move |mail| {
            let stored = store_flags(mail, place.folder, &slice, change, (flags, &names), since)?;
            let keywords = Keywords::of(mail, place.organization, place.mailbox)?;
            Ok((stored, keywords, mail.sequence))
        });
        let (stored, keywords, sequence) = stored.await?;
        session.note_selected(Deed::messages(action, stored.items.iter().map(|item| item.uid)));
        modified.extend(&stored.modified);
        let selected = session.selected()?;
        selected.learn_keywords(out, keywords);
        selected.was_alone(sequence);
        // The new mod-sequence is told in any case (RFC 7162 §3.1.3).
        for item in stored.items.iter().filter(|_| !store.silent || enabled.condstore) {
            selected.tell_item(out, enabled, item, store.numbers == Numbers::Uid);
        }
        out.relieve().await?;
    }
    if modified.is_empty() {
        return Ok(Done::plain("STORE is done"));
    }
    let selected = session.selected()?;
    let modified = match store.numbers {
        Numbers::Uid => number_set(&modified),
        Numbers::Sequence => selected.numbers(modified.iter()).collect(),
    };
    Ok(Done::with(Code::Modified(modified), "Some were changed by others and left alone"))
}

/// The rights that flags are divided among.
const FLAG_RIGHTS: FolderRights =
    FolderRights::KEEP_SEEN.with(FolderRights::WRITE_FLAGS).with(FolderRights::MARK_DELETED);

/// What `rights` leave of a change of flags; `None` when that is nothing. A STORE that changes one of its flags does not
/// fail because of the others (RFC 4314 §4).
fn allowed(
    rights: FolderRights,
    action: StoreAction,
    given: (Flags, Vec<String>),
) -> Option<(FlagChange, (Flags, Vec<String>))> {
    let (may, asks) = (rights.flags(), !given.0.is_empty() || !given.1.is_empty());
    let left = super::append::allowed(rights, given);
    let is_left = !left.0.is_empty() || !left.1.is_empty() || !asks;
    let change = match action {
        StoreAction::Replace if may == Flags::ALL => FlagChange::Set,
        StoreAction::Replace if may.is_empty() => return None,
        StoreAction::Replace => FlagChange::SetAmong(may),
        StoreAction::Add => FlagChange::Add,
        StoreAction::Remove => FlagChange::Remove,
    };
    is_left.then_some((change, left))
}
