//! SORT (RFC 5256 §3, by what is shown RFC 5957; ESORT RFC 5267 §3).

use std::cmp::Ordering;

use postroom_imap_proto::command::{Sort, SortCriterion, SortKey};
use postroom_imap_proto::encode::{self, Code, Found};
use postroom_imap_proto::{Numbers, Tag};
use postroom_mailbox::limits::ROWS_PER_READ;
use postroom_mailbox::{Item, Ranks, SortKeys, UidSet, items_to_sort};
use postroom_types::Timestamp;

use super::Done;
use super::search::{Matches, ModSeqs, only_utf8, saved, sought, tell};
use crate::failure::Failure;
use crate::limits;
use crate::out::{Out, next_turn};
use crate::progress::telling;
use crate::session::Session;

/// A message that has its place in an order.
pub(super) struct Sortable {
    pub(super) item: Item,
    /// Its UID, or its message number.
    pub(super) number: u32,
    pub(super) keys: SortKeys,
    /// The date that the message says, or the one it came at. RFC 5256 §2.2.
    pub(super) sent_at: Timestamp,
}

/// Looks for messages and answers them in order.
pub(crate) async fn sort(
    session: &mut Session,
    out: &mut Out<'_>,
    tag: &Tag,
    sort: Sort,
) -> Result<Done, Failure> {
    only_utf8(session, sort.charset)?;
    let saves = sort.returns.is_some_and(|returns| returns.save);
    let Matches { uids, mod_seqs } = sought(session, out, tag, &sort.key, saves).await?;
    session.note_found(&uids);
    let mut messages = telling(out, tag, sortable(session, &uids, sort.numbers)).await??;
    let sorting = beside(move || {
        messages.sort_by(|one, other| compare(&sort.criteria, one, other));
        messages
    });
    let messages = telling(out, tag, sorting).await??;
    let found: Vec<u32> = messages.iter().map(|message| message.number).collect();
    let mod_seqs = mod_seqs.map(|_| {
        let mut in_order = ModSeqs::default();
        messages.iter().for_each(|message| in_order.note(&message.item));
        in_order
    });
    let Some(returns) = sort.returns else {
        encode::sort(&mut out.bytes, &found, mod_seqs.map(ModSeqs::highest));
        return Ok(Done::plain("SORT is done"));
    };
    if returns.save {
        session.selected()?.saved = saved(&uids, returns);
    }
    tell(out, tag, sort.numbers, Found::Sorted(&found), returns, mod_seqs);
    Ok(Done::plain("SORT is done"))
}

/// Carries out work that takes long beside the sessions, which share a few threads.
pub(super) async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "a bug");
        Failure::no(Code::ServerBug, "This should not have happened")
    })
}

/// What the messages `uids` are sorted and threaded by, in the order of their UIDs; what is gone is left out.
pub(super) async fn sortable(
    session: &mut Session,
    uids: &UidSet,
    numbers: Numbers,
) -> Result<Vec<Sortable>, Failure> {
    if uids.len() > limits::SORTED_MAX {
        return Err(Failure::no(Code::Limit, "That is more than can be put in order"));
    }
    let place = session.selected()?.place;
    let (mut left, mut all, mut ranks) = (uids.clone(), Vec::new(), Ranks::default());
    while !left.is_empty() {
        let wanted = left.numbered(1, ROWS_PER_READ.unsigned_abs());
        let read =
            session.imap.mailboxes.read(place.organization, move |read| items_to_sort(read, place, &wanted));
        let rows = read.await?;
        let Some((last, ..)) = rows.last() else { break };
        left.remove_range(0, last.uid);
        let known = &session.selected()?.known;
        all.extend(rows.into_iter().map(|(item, sent_at, keys)| Sortable {
            number: match numbers {
                Numbers::Uid => item.uid,
                Numbers::Sequence => u32::try_from(ranks.rank(known, item.uid)).unwrap_or(u32::MAX),
            },
            sent_at: sent_at.unwrap_or(item.received_at),
            item,
            keys,
        }));
        if !left.is_empty() {
            next_turn().await;
        }
    }
    Ok(all)
}

/// Equal ones stay in the order of their numbers, whatever is reversed. RFC 5256 §3.
fn compare(criteria: &[SortCriterion], one: &Sortable, other: &Sortable) -> Ordering {
    let by = |criterion: &SortCriterion| {
        let ordering = match criterion.key {
            SortKey::Arrival => one.item.received_at.cmp(&other.item.received_at),
            SortKey::Cc => one.keys.cc.cmp(&other.keys.cc),
            SortKey::Date => one.sent_at.cmp(&other.sent_at),
            SortKey::DisplayFrom => one.keys.display_from.cmp(&other.keys.display_from),
            SortKey::DisplayTo => one.keys.display_to.cmp(&other.keys.display_to),
            SortKey::From => one.keys.from.cmp(&other.keys.from),
            SortKey::Size => one.item.size_bytes.cmp(&other.item.size_bytes),
            SortKey::Subject => one.keys.subject.cmp(&other.keys.subject),
            SortKey::To => one.keys.to.cmp(&other.keys.to),
        };
        if criterion.reverse { ordering.reverse() } else { ordering }
    };
    criteria.iter().map(by).find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
}
