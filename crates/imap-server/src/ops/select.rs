//! SELECT and EXAMINE (RFC 9051 §6.3.2, §6.3.3; QRESYNC RFC 7162 §3.2.5).

use postroom_directory::access_audit::MailboxAction;
use postroom_imap_proto::MailboxName;
use postroom_imap_proto::command::{QResync, Select};
use postroom_imap_proto::encode::Code;
use postroom_mailbox::{Flags, FolderRights, UidSet, changes_since};

use super::Done;
use crate::audit::Deed;
use crate::failure::Failure;
use crate::names::{Found, Shelf};
use crate::needs::{self, Needs};
use crate::out::{Out, next_turn};
use crate::respond;
use crate::selected::{Look, Selected, look, uid_set};
use crate::session::Session;

/// The folder of a name, with which the user may do what `needs` says: see [`Session::folder`].
pub(super) async fn folder(session: &Session, name: &MailboxName, needs: Needs) -> Result<Found, Failure> {
    session.folder(name.as_str(), |_| needs).await
}

/// Selects a folder and tells what is in it. Whatever was selected before is closed, also on failure.
pub(crate) async fn select(
    session: &mut Session,
    out: &mut Out<'_>,
    select: &Select,
    read_only: bool,
) -> Result<Done, Failure> {
    session.user()?;
    if session.selected.take().is_some() {
        respond::closed(&mut out.bytes);
    }
    let folder = folder(session, &select.mailbox, needs::SELECT).await?;
    if select.condstore || select.qresync.is_some() {
        session.enabled.condstore = true;
    }
    if select.qresync.is_some() && !session.enabled.qresync {
        return Err(Failure::Bad("Enable QRESYNC first"));
    }
    let place = session.place(&folder)?;
    // Watched first: what happens in between is told twice rather than not at all.
    let watch = session.imap.mailboxes.watch(place);
    let now = look(&session.imap.mailboxes, place).await?;
    session.note(&folder, Deed::folder(MailboxAction::Read));
    let rights = folder.given();
    let flags = if read_only { Flags::NONE } else { rights.flags() };
    tell(session, out, &now, &folder.shelf, flags);
    if session.enabled.rev2 {
        respond::opened(&mut out.bytes, session.enabled, &folder.seen_path(), &select.mailbox);
    }
    let known = now.live.clone();
    let (sequence, epoch, keywords) = (now.sequence, now.epoch, now.keywords);
    let mut selected = Selected {
        place,
        shelf: folder.shelf,
        path: folder.path,
        read_only,
        rights,
        known,
        gone: UidSet::default(),
        sequence,
        epoch,
        keywords,
        saved: UidSet::default(),
        watch,
    };
    if let Some(resync) = &select.qresync
        && resync.uid_validity.get() == now.folder.uid_validity
    {
        resynchronize(session, out, &mut selected, now.folder.uid_next, resync).await?;
    }
    session.selected = Some(selected);
    Ok(if read_only {
        Done::with(Code::ReadOnly, "EXAMINE is done")
    } else if rights.has_any(CHANGING) {
        Done::with(Code::ReadWrite, "SELECT is done")
    } else {
        Done::with(Code::ReadOnly, "SELECT is done: you may only read it")
    })
}

/// The rights of which one makes a folder more than read-only. Flags are shared by all who see a message. RFC 4314 §5.2.
const CHANGING: FolderRights = FolderRights::INSERT
    .with(FolderRights::EXPUNGE)
    .with(FolderRights::KEEP_SEEN)
    .with(FolderRights::WRITE_FLAGS)
    .with(FolderRights::MARK_DELETED);

fn tell(session: &Session, out: &mut Out<'_>, now: &Look, shelf: &Shelf, flags: Flags) {
    let bytes = &mut out.bytes;
    respond::flags(bytes, &now.keywords);
    respond::permanent_flags(bytes, &now.keywords, flags);
    respond::exists(bytes, u32::try_from(now.live.len()).unwrap_or(u32::MAX));
    if !session.enabled.rev2 {
        respond::recent(bytes);
        if let Some(uid) = now.first_unread {
            respond::unseen(bytes, u32::try_from(now.live.rank(uid)).unwrap_or(u32::MAX));
        }
    }
    respond::uid_validity(bytes, now.folder.uid_validity);
    respond::uid_next(bytes, now.folder.uid_next);
    respond::highest_mod_seq(bytes, now.folder.content_sequence);
    respond::mailbox_id(bytes, &shelf.mailbox, now.folder.key);
}

/// Tells what changed since the client was here last.
async fn resynchronize(
    session: &Session,
    out: &mut Out<'_>,
    selected: &mut Selected,
    uid_next: u32,
    resync: &QResync,
) -> Result<(), Failure> {
    let known = match &resync.known_uids {
        Some(set) => {
            set.resolve(uid_next.saturating_sub(1)).map(|numbers| uid_set(&numbers)).unwrap_or_default()
        }
        // What was the highest then may be gone by now.
        None => UidSet::range(1, uid_next.saturating_sub(1)),
    };
    let since = i64::try_from(resync.mod_seq.get()).unwrap_or(i64::MAX);
    let (mut gone, mut changed, mut whole) = (UidSet::default(), UidSet::default(), true);
    let (place, mut at) = (selected.place, since);
    loop {
        let changes =
            session.imap.mailboxes.read(place.organization, move |read| changes_since(read, place, at));
        let Some(changes) = changes.await? else {
            whole = false;
            break;
        };
        selected.is_still(changes.epoch)?;
        gone.extend(&changes.gone);
        gone.extend(&changes.passed);
        changed.extend(&changes.changed);
        changed.extend(&changes.created);
        at = changes.sequence;
        if !changes.more {
            break;
        }
        next_turn().await;
    }
    if !whole {
        // The log was cut since: everything that is not there any more, and the flags of all that is.
        gone = known.clone();
        gone.subtract(&selected.known);
        changed = selected.known.clone();
    }
    let mut gone = gone.intersection(&known);
    // What went after the look is counted in EXISTS: it is told as gone at the end of this command.
    gone.subtract(&selected.known);
    if !gone.is_empty() {
        respond::vanished(&mut out.bytes, &gone, true);
    }
    let changed = changed.intersection(&selected.known).intersection(&known);
    selected.tell_flags(&session.imap.mailboxes, out, session.enabled, changed).await
}
