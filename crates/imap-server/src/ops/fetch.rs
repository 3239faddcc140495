//! FETCH (RFC 9051 §6.4.5): a page of rows, then their bodies one by one, each told as it is there.

mod body;
mod page;
mod plain;
mod reads;

use postroom_directory::access_audit::MailboxAction;
use postroom_imap_proto::Numbers;
use postroom_imap_proto::command::{Fetch, FetchItem};
use postroom_imap_proto::encode::{Code, FetchWriter};
use postroom_mailbox::items::{FlagChange, store_flags};
use postroom_mailbox::{Flags, FolderRights, Item, Keywords, Ranks, Shown, UidSet, items};

use super::Done;
use crate::audit::Deed;
use crate::failure::Failure;
use crate::out::{Out, next_turn};
use crate::selected::Selected;
use crate::session::Session;
use crate::{limits, respond};

/// What the items of a FETCH need beside rows.
#[derive(Debug, Clone, Copy, Default)]
struct Needs {
    /// What lists show.
    shown: bool,
    /// The bytes of the message.
    body: bool,
    /// Reading them marks the message as read.
    sets_seen: bool,
}

impl Needs {
    fn of(items: &[FetchItem]) -> Self {
        items.iter().fold(Self::default(), |needs, item| {
            let body = match item {
                FetchItem::Rfc822
                | FetchItem::Rfc822Header
                | FetchItem::Rfc822Text
                | FetchItem::BodySection { .. }
                | FetchItem::Binary { .. }
                | FetchItem::BinarySize(_) => true,
                FetchItem::Envelope
                | FetchItem::Flags
                | FetchItem::InternalDate
                | FetchItem::Rfc822Size
                | FetchItem::Body
                | FetchItem::BodyStructure
                | FetchItem::Uid
                | FetchItem::ModSeq
                | FetchItem::EmailId
                | FetchItem::ThreadId
                | FetchItem::SaveDate
                | FetchItem::Preview { .. } => false,
            };
            let shown = body
                || matches!(
                    item,
                    FetchItem::Envelope
                        | FetchItem::Body
                        | FetchItem::BodyStructure
                        | FetchItem::Preview { .. }
                );
            Self {
                shown: needs.shown || shown,
                body: needs.body || body,
                sets_seen: needs.sets_seen || item.sets_seen(),
            }
        })
    }
}

/// Tells what was asked for of each message; what is gone is left out.
pub(crate) async fn fetch(session: &mut Session, out: &mut Out<'_>, fetch: Fetch) -> Result<Done, Failure> {
    let asks_mod_seq = fetch.items.contains(&FetchItem::ModSeq);
    if fetch.vanished && !session.enabled.qresync {
        return Err(Failure::Bad("Enable QRESYNC first"));
    }
    if fetch.changed_since.is_some() || asks_mod_seq {
        session.enabled.condstore = true;
    }
    let selected = session.selected()?;
    let mut left = selected.resolve(fetch.numbers, &fetch.set)?;
    let mut needs = Needs::of(&fetch.items);
    // Without the right to, messages are read and stay unread (RFC 4314 §4).
    needs.sets_seen =
        needs.sets_seen && !selected.read_only && selected.rights.contains(FolderRights::KEEP_SEEN);
    if fetch.vanished {
        page::vanished(session, out, &fetch).await?;
    }
    let since = fetch.changed_since.map(|since| i64::try_from(since).unwrap_or(i64::MAX));
    let expected = left.len();
    let (mut told, mut ranks) = (0, Ranks::default());
    if plain::suffices(&fetch)
        && let Some(count) = plain::tell(session, out, &fetch, &left).await?
    {
        (told, left) = (count, UidSet::default());
    }
    while !left.is_empty() {
        let rows = page::rows(session, out, &left, needs).await?;
        let Some(last) = rows.last().map(|row| row.0.uid) else { break };
        left.remove_range(0, last);
        told += rows.len() as u64;
        let mut rows: Vec<Row> = rows
            .into_iter()
            .filter(|(item, _)| since.is_none_or(|since| item.mod_seq() > since))
            .map(|(item, shown)| Row { item, shown, marked: false })
            .collect();
        while !rows.is_empty() {
            let later = if needs.sets_seen { rows.split_off(marked_together(&rows)) } else { Vec::new() };
            tell_all(session, out, (&fetch, needs), rows, &mut ranks).await?;
            rows = later;
        }
        if !left.is_empty() {
            next_turn().await;
        }
    }
    // Some of what the client named is gone, and it has not been told yet. A UID that is not there is left out without
    // a word (RFC 9051 §6.4.9), and told as gone at the end of this command; a number may not be (RFC 2180 §4.1.2).
    if told < expected && fetch.numbers == Numbers::Sequence {
        return Err(Failure::no(Code::ExpungeIssued, "Some of the messages are gone"));
    }
    Ok(Done::plain("FETCH is done"))
}

fn too_much() -> Failure {
    Failure::no(Code::Limit, "That is more of one message than can be told at once")
}

/// A message that is about to be told.
struct Row {
    item: Item,
    shown: Option<Shown>,
    /// Whether this FETCH has marked it as read.
    marked: bool,
}

/// How many of `rows` are marked as read at once: the first, and others as long as they are small together.
fn marked_together(rows: &[Row]) -> usize {
    let mut bytes = 0;
    let small = rows.iter().take_while(|row| {
        bytes += row.item.size_bytes;
        bytes <= limits::MARKED_BYTES_MAX
    });
    small.count().max(1)
}

/// Marks `rows` as read, if they are to be, and tells them.
async fn tell_all(
    session: &mut Session,
    out: &mut Out<'_>,
    (fetch, needs): (&Fetch, Needs),
    mut rows: Vec<Row>,
    ranks: &mut Ranks,
) -> Result<(), Failure> {
    if needs.sets_seen {
        session.still(FolderRights::KEEP_SEEN).await?;
        mark_seen(session, out, &mut rows).await?;
    }
    reads::note(session, &fetch.items, &rows)?;
    for (at, row) in rows.iter().enumerate() {
        let number = ranks.rank(&session.selected()?.known, row.item.uid);
        if let Err(failure) = tell(session, out, (fetch, needs), number, row).await {
            unmark(session, &rows[at..]).await?;
            return Err(failure);
        }
        if let Err(gone) = out.relieve().await {
            unmark(session, &rows[at + 1..]).await?;
            return Err(gone.into());
        }
    }
    Ok(())
}

/// Marks what is about to be read, and answers it as it is then.
async fn mark_seen(session: &mut Session, out: &mut Out<'_>, rows: &mut Vec<Row>) -> Result<(), Failure> {
    let unread = rows.iter().filter(|row| !row.item.flags.contains(Flags::SEEN));
    let unread: UidSet = unread.map(|row| row.item.uid).collect();
    if unread.is_empty() {
        return Ok(());
    }
    let selected = session.selected()?;
    let (place, known) = (selected.place, selected.keywords.clone());
    let all: UidSet = rows.iter().map(|row| row.item.uid).collect();
    let stored = session.change(place.mailbox, move |mail| {
        let stored = store_flags(mail, place.folder, &unread, FlagChange::Add, (Flags::SEEN, &[]), None)?;
        let keywords = Keywords::of(mail, place.organization, place.mailbox)?;
        // A number in a row that was read before may stand for another name by now.
        let again = if keywords == known { None } else { Some(items(mail, place, &all)?) };
        Ok((stored.items, again, keywords, mail.sequence))
    });
    let (stored, again, keywords, sequence) = stored.await?;
    session.note_selected(Deed::messages(MailboxAction::UpdateReadState, stored.iter().map(|item| item.uid)));
    let selected = session.selected()?;
    selected.was_alone(sequence);
    selected.learn_keywords(out, keywords);
    if let Some(again) = again {
        rows.retain_mut(|row| {
            let found = again.binary_search_by_key(&row.item.uid, |item| item.uid).ok();
            found.map(|at| row.item.clone_from(&again[at])).is_some()
        });
    }
    let mut stored = stored.into_iter().peekable();
    for row in rows {
        if let Some(changed) = stored.next_if(|changed| changed.uid == row.item.uid) {
            row.item = changed;
            row.marked = true;
        }
    }
    Ok(())
}

/// Takes the mark from those of `rows` that got it and are not told: nobody has read them. What was changed since stays.
async fn unmark(session: &mut Session, rows: &[Row]) -> Result<(), Failure> {
    let marked: Vec<&Item> = rows.iter().filter(|row| row.marked).map(|row| &row.item).collect();
    let Some(since) = marked.iter().map(|item| item.mod_seq()).max() else { return Ok(()) };
    let (uids, place) = (marked.iter().map(|item| item.uid).collect::<UidSet>(), session.selected()?.place);
    let stored = session.change(place.mailbox, move |mail| {
        let (seen, change) = ((Flags::SEEN, &[][..]), FlagChange::Remove);
        let stored = store_flags(mail, place.folder, &uids, change, seen, Some(since))?;
        Ok((stored.items, mail.sequence))
    });
    let (stored, sequence) = stored.await?;
    session.note_selected(Deed::messages(MailboxAction::UpdateReadState, stored.iter().map(|item| item.uid)));
    session.selected()?.was_alone(sequence);
    Ok(())
}

async fn tell(
    session: &mut Session,
    out: &mut Out<'_>,
    (fetch, needs): (&Fetch, Needs),
    number: u64,
    Row { item, shown, marked }: &Row,
) -> Result<(), Failure> {
    let message =
        if needs.body { body::read(session, item, shown.as_ref(), &fetch.items).await? } else { None };
    let enabled = session.enabled;
    let epoch = session.selected_shelf()?.mailbox.epoch;
    let selected: &Selected = session.selected()?;
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    let mut line = FetchWriter::new(&mut out.bytes, number, enabled.encoding());
    // A mark is a change of flags, which is told as any other (RFC 7162 §3.2.4).
    let names_uid = fetch.numbers == Numbers::Uid || (*marked && enabled.names_uid());
    if names_uid && !fetch.items.contains(&FetchItem::Uid) {
        line.uid(item.uid);
    }
    for asked in &fetch.items {
        page::cell(&mut line, asked, item, shown.as_ref(), selected, epoch)?;
        if let (Some(message), Some(shown)) = (&message, shown) {
            body::cell(&mut line, asked, message, shown)?;
        }
        if line.size_bytes() > limits::FETCHED_BYTES_MAX {
            return Err(too_much());
        }
    }
    if needs.sets_seen && !fetch.items.contains(&FetchItem::Flags) && *marked {
        line.flags(respond::flag_names(item.flags, &selected.keywords));
    }
    let names_mod_seq = enabled.condstore && (fetch.changed_since.is_some() || *marked);
    if names_mod_seq && !fetch.items.contains(&FetchItem::ModSeq) {
        line.mod_seq(u64::try_from(item.mod_seq()).unwrap_or(0));
    }
    line.finish();
    Ok(())
}
