//! NOTIFY (RFC 5465).

use postroom_imap_proto::command::{EventGroup, Fetch, MailboxFilter, NotifyEvent, NotifySet};
use postroom_imap_proto::encode::Code;
use postroom_imap_proto::{MailboxName, Numbers, SequenceSet};
use postroom_mailbox::{FolderKey, Place};

use super::{Done, fetch};
use crate::failure::Failure;
use crate::names::Tree;
use crate::notify::{News, Notify};
use crate::out::Out;
use crate::selected::{Expunges, number_set};
use crate::session::Session;
use crate::{limits, respond};

/// Tells of events as `set` says, from now on.
pub(crate) async fn set(session: &mut Session, out: &mut Out<'_>, set: NotifySet) -> Result<Done, Failure> {
    if names(&set) > limits::NOTIFY_NAMES_MAX {
        return Err(Failure::no(Code::Limit, "These are more mailboxes than can be watched by name"));
    }
    if set.groups.iter().any(|group| group.events.contains(&NotifyEvent::Other)) {
        return Err(Failure::no(Code::BadEvent, "There are no events but these"));
    }
    let user = session.user()?;
    let mailbox = Place { organization: user.organization, mailbox: user.own.key(), folder: FolderKey::ROOT };
    // Watched first: what happens in between is told twice rather than not at all.
    let watch = session.imap.mailboxes.watch(mailbox);
    let tree = session.tree().await?;
    let notify = Notify::new(set.groups, &tree, watch);
    if set.status {
        let news = notify.status(&tree, selected(session), session.enabled.condstore);
        tell(session, out, &tree, &news)?;
    }
    session.notify = Some(notify);
    Ok(Done::plain("NOTIFY is set"))
}

/// How many mailboxes `set` names.
fn names(set: &NotifySet) -> usize {
    let of = |group: &EventGroup| match &group.mailboxes {
        MailboxFilter::Subtree(names) | MailboxFilter::Mailboxes(names) => names.len(),
        MailboxFilter::Selected
        | MailboxFilter::SelectedDelayed
        | MailboxFilter::Inboxes
        | MailboxFilter::Personal
        | MailboxFilter::Subscribed => 1,
    };
    set.groups.iter().map(of).sum()
}

/// Tells nothing unasked any more.
pub(crate) fn none(session: &mut Session) -> Done {
    session.notify = None;
    Done::plain("NOTIFY is over")
}

/// Tells what is new.
pub(crate) async fn notice(session: &mut Session, out: &mut Out<'_>, is_idle: bool) -> Result<(), Failure> {
    if session.is_turned_out().await? {
        return Err(Failure::Over("The mailbox is no longer open to you"));
    }
    let of_selected = session.notify.as_ref().and_then(Notify::of_selected);
    let before = session.selected.as_ref().map(|selected| selected.known.clone()).unwrap_or_default();
    if is_idle {
        session.catch_up(out, Expunges::Told).await?;
    } else if let Some(wanted) = &of_selected {
        session.catch_up(out, wanted.expunges).await?;
    }
    if let Some(wanted) = of_selected.filter(|wanted| !wanted.fetch.is_empty()) {
        let mut new = session.selected.as_ref().map(|selected| selected.known.clone()).unwrap_or_default();
        new.subtract(&before);
        let set: Option<SequenceSet> = (&number_set(&new)).into();
        if let Some(set) = set {
            let (numbers, items) = (Numbers::Uid, wanted.fetch);
            let fetch = Fetch { numbers, set, items, changed_since: None, vanished: false };
            match fetch::fetch(session, out, fetch).await {
                // Some of them may be gone already.
                Ok(_) | Err(Failure::No(..)) => {}
                Err(other) => return Err(other),
            }
        }
    }
    if session.notify.is_none() {
        return Ok(());
    }
    let tree = session.tree().await?;
    let (selected, condstore) = (selected(session), session.enabled.condstore);
    let Some(notify) = &mut session.notify else { return Ok(()) };
    let news = notify.news(&tree, selected, condstore);
    tell(session, out, &tree, &news)
}

/// The selected folder, when it is the user's own.
fn selected(session: &Session) -> Option<FolderKey> {
    session.selected.as_ref().filter(|selected| selected.shelf.is_own()).map(|selected| selected.place.folder)
}

fn tell(session: &Session, out: &mut Out<'_>, tree: &Tree, news: &[News]) -> Result<(), Failure> {
    let (enabled, user) = (session.enabled, session.user()?);
    let of = |key: FolderKey| tree.iter().find(|(_, folder)| folder.key == key);
    for each in news {
        match each {
            News::Listed { folder, old_name } => {
                if let Some((path, folder)) = of(*folder) {
                    respond::changed(&mut out.bytes, enabled, path, folder, tree, old_name.as_deref());
                }
            }
            News::Gone(path) => respond::gone(&mut out.bytes, enabled, path),
            News::Status(folder, items) => {
                if let Some((path, folder)) = of(*folder)
                    && let Some(name) = MailboxName::new(path)
                {
                    // Never asked for here: the bytes of what is marked to be expunged.
                    let row = (folder, 0);
                    respond::status(&mut out.bytes, enabled, &name, row, &user.own.mailbox, items);
                }
            }
        }
    }
    Ok(())
}
