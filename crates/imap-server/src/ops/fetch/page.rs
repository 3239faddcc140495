//! What FETCH tells from rows alone.

use postroom_imap_proto::command::{Fetch, FetchItem};
use postroom_imap_proto::encode::{self, FetchWriter};
use postroom_mailbox::limits::ROWS_PER_READ;
use postroom_mailbox::{
    Folder, Item, Keywords, MailboxEpoch, Shown, UidSet, changes_since, items, items_shown, structure,
};

use super::Needs;
use crate::failure::Failure;
use crate::out::{Out, next_turn};
use crate::selected::{Selected, number_set, uid_set};
use crate::session::Session;
use crate::{limits, respond};

/// The next rows of `uids`.
pub(super) async fn rows(
    session: &mut Session,
    out: &mut Out<'_>,
    uids: &UidSet,
    needs: Needs,
) -> Result<Vec<(Item, Option<Shown>)>, Failure> {
    let place = session.selected()?.place;
    let rows_max = if needs.shown { limits::SHOWN_AT_ONCE as u64 } else { ROWS_PER_READ.unsigned_abs() };
    let uids = uids.numbered(1, rows_max);
    let read = session.imap.mailboxes.read(place.organization, move |read| {
        let rows: Vec<(Item, Option<Shown>)> = if needs.shown {
            let rows = items_shown(read, place, &uids)?;
            rows.into_iter().map(|(item, shown)| (item, Some(shown))).collect()
        } else {
            items(read, place, &uids)?.into_iter().map(|item| (item, None)).collect()
        };
        Ok((rows, Keywords::of(read, place.organization, place.mailbox)?))
    });
    let (rows, keywords) = read.await?;
    session.selected()?.learn_keywords(out, keywords);
    Ok(rows)
}

/// Tells which of the UIDs that were asked for went since: RFC 7162 §3.2.6.
pub(super) async fn vanished(session: &mut Session, out: &mut Out<'_>, fetch: &Fetch) -> Result<(), Failure> {
    let since = fetch.changed_since.map_or(0, |since| i64::try_from(since).unwrap_or(i64::MAX));
    let selected = session.selected()?;
    let (place, known) = (selected.place, selected.known.clone());
    // What was the highest then may be gone by now, and "*" means it, too.
    let folder = session.imap.mailboxes.read(place.organization, move |read| {
        Folder::find(read, place.organization, place.mailbox, place.folder)
    });
    let largest = folder.await?.map_or(0, |folder| folder.uid_next.saturating_sub(1));
    let asked = fetch.set.resolve(largest).map(|numbers| uid_set(&numbers)).unwrap_or_default();
    let (mut gone, mut at) = (UidSet::default(), since);
    loop {
        let read = move |read: &mut dyn postroom_store::Read| changes_since(read, place, at);
        let Some(changes) = session.imap.mailboxes.read(place.organization, read).await? else {
            // The log does not go back that far: whatever is not there is gone.
            gone = UidSet::range(1, largest);
            gone.subtract(&known);
            break;
        };
        gone.extend(&changes.gone);
        gone.extend(&changes.passed);
        if !changes.more {
            break;
        }
        at = changes.sequence;
        next_turn().await;
    }
    let gone = gone.intersection(&asked);
    encode::vanished(&mut out.bytes, true, &number_set(&gone));
    Ok(())
}

/// Writes what a row tells of `asked`, if it does.
pub(super) fn cell(
    line: &mut FetchWriter<'_>,
    asked: &FetchItem,
    item: &Item,
    shown: Option<&Shown>,
    selected: &Selected,
    epoch: MailboxEpoch,
) -> Result<(), Failure> {
    match asked {
        FetchItem::Uid => line.uid(item.uid),
        FetchItem::Flags => line.flags(respond::flag_names(item.flags, &selected.keywords)),
        FetchItem::InternalDate => line.internal_date(respond::date_time(item.received_at)),
        FetchItem::Rfc822Size => line.size(u64::try_from(item.size_bytes).unwrap_or(0)),
        FetchItem::ModSeq => line.mod_seq(u64::try_from(item.mod_seq()).unwrap_or(0)),
        FetchItem::EmailId => line.email_id(&respond::email_id(epoch, item)),
        FetchItem::ThreadId => line.thread_id(Some(&respond::thread_id(epoch, item))),
        FetchItem::SaveDate => line.save_date(Some(respond::date_time(item.saved_at))),
        _ => {
            let Some(shown) = shown else { return Ok(()) };
            match asked {
                FetchItem::Envelope => line.item("ENVELOPE").extend_from_slice(&shown.envelope),
                FetchItem::Body => {
                    let body = structure(&shown.structure)?.body(false);
                    line.item("BODY").extend_from_slice(&body);
                }
                FetchItem::BodyStructure => {
                    let body = structure(&shown.structure)?.body(true);
                    line.item("BODYSTRUCTURE").extend_from_slice(&body);
                }
                FetchItem::Preview { .. } => line.preview(Some(&shown.preview)),
                _ => {}
            }
        }
    }
    Ok(())
}
