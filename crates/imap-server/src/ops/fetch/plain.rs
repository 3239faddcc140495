//! FETCH of nothing but UIDs, flags and envelopes: of what is read, nothing is left over. Flags of many messages come
//! from memory where the folder is open.

use std::collections::HashMap;

use postroom_directory::access_audit::MailboxAction;
use postroom_imap_proto::Numbers;
use postroom_imap_proto::command::{Fetch, FetchItem};
use postroom_imap_proto::encode::{FetchWriter, list_of};
use postroom_mailbox::{Flags, Keywords, Ranks, Uid, UidSet, envelopes};

use crate::audit::Deed;
use crate::failure::Failure;
use crate::out::{Out, next_turn};
use crate::session::Session;
use crate::{limits, respond};

/// Whether that is all that is asked for.
pub(super) fn suffices(fetch: &Fetch) -> bool {
    let plain = |item: &FetchItem| matches!(item, FetchItem::Flags | FetchItem::Uid | FetchItem::Envelope);
    fetch.changed_since.is_none() && !fetch.vanished && fetch.items.iter().all(plain)
}

/// Tells what is asked for of `wanted`, and how many messages that were; `None` when the ordinary way has to.
pub(super) async fn tell(
    session: &mut Session,
    out: &mut Out<'_>,
    fetch: &Fetch,
    wanted: &UidSet,
) -> Result<Option<u64>, Failure> {
    if fetch.items.contains(&FetchItem::Envelope) {
        return tell_envelopes(session, out, fetch, wanted.clone()).await.map(Some);
    }
    if wanted.len() < limits::FLAGS_FROM_MEMORY_MIN {
        return Ok(None);
    }
    let mut line = Line::new(fetch, session);
    let (mailboxes, selected) = (session.imap.mailboxes.clone(), session.selected()?);
    let Some((flags, keywords)) = mailboxes.open_flags(&selected.watch).await? else { return Ok(None) };
    selected.learn_keywords(out, keywords);
    let lists: Vec<Vec<u8>> = flags.sets().iter().map(|set| list(*set, &selected.keywords)).collect();
    let there = || wanted.iter().filter(|uid| flags.set_of(*uid).is_some());
    session.note_selected(Deed::messages(MailboxAction::ReadSummary, there()));
    let (selected, mut told) = (session.selected()?, 0);
    for uid in wanted.iter() {
        let Some(list) = flags.set_of(uid).and_then(|set| lists.get(set)) else { continue };
        line.write(&mut out.bytes, &selected.known, uid, list, &[])?;
        told += 1;
        out.relieve().await?;
    }
    Ok(Some(told))
}

async fn tell_envelopes(
    session: &mut Session,
    out: &mut Out<'_>,
    fetch: &Fetch,
    mut left: UidSet,
) -> Result<u64, Failure> {
    let mut line = Line::new(fetch, session);
    let (mailboxes, place, mut told) = (session.imap.mailboxes.clone(), session.selected()?.place, 0);
    while !left.is_empty() {
        let uids = left.numbered(1, limits::SHOWN_AT_ONCE as u64);
        let read = mailboxes.read(place.organization, move |read| {
            let keywords = Keywords::of(read, place.organization, place.mailbox)?;
            Ok((envelopes(read, place, &uids)?, keywords))
        });
        let (rows, keywords) = read.await?;
        session.note_selected(Deed::messages(MailboxAction::ReadSummary, rows.iter().map(|row| row.0)));
        let selected = session.selected()?;
        selected.learn_keywords(out, keywords);
        let Some((last, ..)) = rows.last() else { break };
        left.remove_range(0, *last);
        told += rows.len() as u64;
        let mut lists: HashMap<Flags, Vec<u8>> = HashMap::new();
        for (uid, flags, envelope) in &rows {
            let list = lists.entry(*flags).or_insert_with(|| list(*flags, &selected.keywords));
            line.write(&mut out.bytes, &selected.known, *uid, list, envelope)?;
            out.relieve().await?;
        }
        if !left.is_empty() {
            next_turn().await;
        }
    }
    Ok(told)
}

/// The list of the names of `flags`.
fn list(flags: Flags, keywords: &Keywords) -> Vec<u8> {
    let mut list = Vec::new();
    list_of(&mut list, respond::flag_names(flags, keywords), |out, name| {
        out.extend_from_slice(name.as_bytes())
    });
    list
}

/// Writes the lines of a FETCH, of rising UIDs.
struct Line<'f> {
    items: &'f [FetchItem],
    with_uid: bool,
    encoding: postroom_imap_proto::Encoding,
    ranks: Ranks,
}

impl<'f> Line<'f> {
    fn new(fetch: &'f Fetch, session: &Session) -> Self {
        Self {
            items: &fetch.items,
            with_uid: fetch.numbers == Numbers::Uid && !fetch.items.contains(&FetchItem::Uid),
            encoding: session.enabled.encoding(),
            ranks: Ranks::default(),
        }
    }

    fn write(
        &mut self,
        out: &mut Vec<u8>,
        known: &UidSet,
        uid: Uid,
        flags: &[u8],
        envelope: &[u8],
    ) -> Result<(), Failure> {
        let number = u32::try_from(self.ranks.rank(known, uid)).unwrap_or(u32::MAX);
        let mut line = FetchWriter::new(out, number, self.encoding);
        if self.with_uid {
            line.uid(uid);
        }
        for item in self.items {
            match item {
                FetchItem::Uid => line.uid(uid),
                FetchItem::Envelope => line.item("ENVELOPE").extend_from_slice(envelope),
                _ => line.item("FLAGS").extend_from_slice(flags),
            }
            if line.size_bytes() > limits::FETCHED_BYTES_MAX {
                return Err(super::too_much());
            }
        }
        line.finish();
        Ok(())
    }
}
