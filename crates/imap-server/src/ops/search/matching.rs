//! Which messages a search means: first by sets of UIDs, then, for what those do not decide, row by row.

use std::collections::{BTreeSet, HashMap};

use postroom_imap_proto::{Date, Flag, SearchKey};
use postroom_mailbox::limits::ROWS_PER_READ;
use postroom_mailbox::{
    Flags, Item, Keywords, MailboxEpoch, Place, Ranks, Shown, UidSet, items, items_shown,
};
use postroom_mime::Envelope;
use postroom_types::Timestamp;

use super::header;
use super::mod_seqs::ModSeqs;
use super::test::{Test, look_up};
use crate::failure::Failure;
use crate::limits;
use crate::out::next_turn;
use crate::respond::{self, flag_of};
use crate::session::Session;

const SECONDS_A_DAY: i64 = 24 * 60 * 60;

/// What a search has found.
pub(in crate::ops) struct Matches {
    /// Which messages.
    pub(in crate::ops) uids: UidSet,
    /// Their mod-sequences, when it asks for some.
    pub(in crate::ops) mod_seqs: Option<ModSeqs>,
}

/// A message that is looked at.
pub(super) struct Candidate {
    pub(super) item: Item,
    /// Its message number.
    number: u32,
    pub(super) shown: Option<Shown>,
    /// Its header, once it was needed.
    pub(super) header: Option<Vec<u8>>,
}

impl Candidate {
    /// The day that the message says, in its own zone (RFC 9051 §6.4.4); of one that says none, the day it came on.
    fn sent_day(&self) -> i64 {
        let said = self.shown.as_ref().and_then(|shown| Envelope::sent_date(&shown.envelope));
        let said = said.and_then(|said| Date::new(said.year, said.month, said.day));
        said.map_or_else(|| day(self.item.received_at), Date::unix_days)
    }
}

/// What rows are compared with.
struct Asked<'a> {
    /// The flags of the names of keywords that are asked for; `None` for one that the mailbox has not.
    flags: &'a HashMap<&'a str, Option<Flags>>,
    now: Timestamp,
    epoch: MailboxEpoch,
}

/// What `key` means.
pub(in crate::ops) async fn matching(session: &mut Session, key: &SearchKey) -> Result<Matches, Failure> {
    let asks_mod_seq = any(key, &|key| matches!(key, SearchKey::ModSeq(..)));
    if asks_mod_seq {
        session.enabled.condstore = true;
    }
    let session = &*session;
    let selected = session.selected.as_ref().ok_or(Failure::Bad("Select a mailbox first"))?;
    let found = look_up(session, selected, key).await?;
    let test = Test::of(key, selected, &found);
    let (bounds, decided) = test.bounds(&selected.known);
    let mut left = bounds.into_owned();
    if decided {
        return Ok(Matches { uids: left, mod_seqs: None });
    }
    let (now, epoch) = (session.imap.mailboxes.store().clock().now(), selected.shelf.mailbox.epoch);
    let mut names = BTreeSet::new();
    keyword_names(key, &mut names);
    let (mut keywords, mut flags) = (Keywords::default(), HashMap::new());
    let (mut uids, mut mod_seqs, mut ranks) = (UidSet::default(), ModSeqs::default(), Ranks::default());
    let needs_shown = any(key, &needs_shown);
    while !left.is_empty() {
        let (rows, now_keywords) = page(session, selected.place, &left, needs_shown).await?;
        let Some(last) = rows.last().map(|(item, _)| item.uid) else { break };
        left.remove_range(0, last);
        if flags.is_empty() || now_keywords != keywords {
            keywords = now_keywords;
            flags = names.iter().map(|name| (*name, keywords.flag(name))).collect();
        }
        let asked = Asked { flags: &flags, now, epoch };
        for (index, (item, shown)) in rows.into_iter().enumerate() {
            // Others have their turn when a search is long, and what ends it is seen.
            if index % limits::SEARCH_ROWS_PER_TURN == 0 {
                next_turn().await;
            }
            let number = u32::try_from(ranks.rank(&selected.known, item.uid)).unwrap_or(u32::MAX);
            let mut candidate = Candidate { item, number, shown, header: None };
            let mut verdict = asked.fits(&test, &candidate);
            if verdict.is_none() {
                candidate.header = Some(header::read(session, &candidate).await?);
                verdict = asked.fits(&test, &candidate);
            }
            if verdict == Some(true) {
                uids.insert(candidate.item.uid);
                mod_seqs.note(&candidate.item);
            }
        }
    }
    Ok(Matches { uids, mod_seqs: asks_mod_seq.then_some(mod_seqs) })
}

type Rows = Vec<(Item, Option<Shown>)>;

/// The next rows of `left`, and what the mailbox called its keywords when they were read.
async fn page(
    session: &Session,
    place: Place,
    left: &UidSet,
    needs_shown: bool,
) -> Result<(Rows, Keywords), Failure> {
    let rows_max = if needs_shown { limits::SHOWN_AT_ONCE as u64 } else { ROWS_PER_READ.unsigned_abs() };
    let wanted = left.numbered(1, rows_max);
    let page = session.imap.mailboxes.read(place.organization, move |read| {
        let rows: Rows = if needs_shown {
            let rows = items_shown(read, place, &wanted)?;
            rows.into_iter().map(|(item, shown)| (item, Some(shown))).collect()
        } else {
            items(read, place, &wanted)?.into_iter().map(|item| (item, None)).collect()
        };
        Ok((rows, Keywords::of(read, place.organization, place.mailbox)?))
    });
    Ok(page.await?)
}

/// The names of keywords that `key` asks for.
fn keyword_names<'k>(key: &'k SearchKey, names: &mut BTreeSet<&'k str>) {
    match key {
        SearchKey::Has(flag) | SearchKey::Lacks(flag) => names.extend(flag_of(flag).err()),
        SearchKey::And(keys) => keys.iter().for_each(|key| keyword_names(key, names)),
        SearchKey::Or(one, two) => [one, two].into_iter().for_each(|key| keyword_names(key, names)),
        SearchKey::Not(key) => keyword_names(key, names),
        _ => {}
    }
}

/// Whether `test` holds for `key` or any key in it.
pub(super) fn any(key: &SearchKey, test: &dyn Fn(&SearchKey) -> bool) -> bool {
    test(key)
        || match key {
            SearchKey::And(keys) => keys.iter().any(|key| any(key, test)),
            SearchKey::Or(one, two) => any(one, test) || any(two, test),
            SearchKey::Not(key) => any(key, test),
            _ => false,
        }
}

/// Whether `key` asks for more than the row of an item.
fn needs_shown(key: &SearchKey) -> bool {
    matches!(
        key,
        SearchKey::SentBefore(_) | SearchKey::SentOn(_) | SearchKey::SentSince(_) | SearchKey::Header(..)
    )
}

impl Asked<'_> {
    /// Whether `candidate` passes `test`; `None` when that needs its header, which is not there yet.
    fn fits(&self, test: &Test<'_>, candidate: &Candidate) -> Option<bool> {
        match test {
            Test::Any(is) => Some(*is),
            Test::Uids(uids) => Some(uids.contains(candidate.item.uid)),
            Test::Found(uids) => Some(uids.contains(candidate.item.uid)),
            Test::Numbers(numbers) => Some(numbers.contains(candidate.number)),
            Test::Row(key) => self.is(key, candidate),
            Test::All(tests) => self.all(tests, candidate),
            Test::Either(one, two) => either(self.fits(one, candidate), || self.fits(two, candidate)),
            Test::Not(test) => Some(!self.fits(test, candidate)?),
        }
    }

    /// The same of a key that asks for a row.
    fn is(&self, key: &SearchKey, candidate: &Candidate) -> Option<bool> {
        let item = &candidate.item;
        let (received, saved) = (item.received_at, item.saved_at);
        let size = |test: &dyn Fn(u64) -> bool| u64::try_from(item.size_bytes).is_ok_and(test);
        Some(match key {
            SearchKey::Has(flag) => self.has(item, flag),
            SearchKey::Lacks(flag) => !self.has(item, flag),
            SearchKey::Before(date) => day(received) < date.unix_days(),
            SearchKey::On(date) => day(received) == date.unix_days(),
            SearchKey::Since(date) => day(received) >= date.unix_days(),
            SearchKey::SentBefore(date) => candidate.sent_day() < date.unix_days(),
            SearchKey::SentOn(date) => candidate.sent_day() == date.unix_days(),
            SearchKey::SentSince(date) => candidate.sent_day() >= date.unix_days(),
            SearchKey::SavedBefore(date) => day(saved) < date.unix_days(),
            SearchKey::SavedOn(date) => day(saved) == date.unix_days(),
            SearchKey::SavedSince(date) => day(saved) >= date.unix_days(),
            SearchKey::Older(seconds) => received.seconds() <= self.now.seconds() - i64::from(*seconds),
            SearchKey::Younger(seconds) => received.seconds() >= self.now.seconds() - i64::from(*seconds),
            SearchKey::Larger(bytes) => size(&|size| size > *bytes),
            SearchKey::Smaller(bytes) => size(&|size| size < *bytes),
            SearchKey::ModSeq(_, mod_seq) => u64::try_from(item.mod_seq()).is_ok_and(|own| own >= *mod_seq),
            SearchKey::EmailId(id) => *id == respond::email_id(self.epoch, item),
            SearchKey::ThreadId(id) => *id == respond::thread_id(self.epoch, item),
            SearchKey::Header(name, wanted) => header::has(candidate.header.as_ref()?, name, wanted),
            // `Test` has made sets of these.
            SearchKey::All
            | SearchKey::SaveDateSupported
            | SearchKey::Old
            | SearchKey::Recent
            | SearchKey::New
            | SearchKey::And(_)
            | SearchKey::Or(..)
            | SearchKey::Not(_)
            | SearchKey::Sequence(_)
            | SearchKey::Uid(_)
            | SearchKey::Bcc(_)
            | SearchKey::Cc(_)
            | SearchKey::From(_)
            | SearchKey::To(_)
            | SearchKey::Subject(_)
            | SearchKey::Body(_)
            | SearchKey::Text(_) => false,
        })
    }

    fn all(&self, tests: &[Test<'_>], candidate: &Candidate) -> Option<bool> {
        let mut unknown = false;
        for test in tests {
            match self.fits(test, candidate) {
                Some(false) => return Some(false),
                Some(true) => {}
                None => unknown = true,
            }
        }
        (!unknown).then_some(true)
    }

    fn has(&self, item: &Item, flag: &Flag) -> bool {
        let wanted = match flag_of(flag) {
            Ok(system) => Some(system),
            Err(name) => self.flags.get(name).copied().flatten(),
        };
        wanted.is_some_and(|wanted: Flags| item.flags.contains(wanted))
    }
}

fn either(one: Option<bool>, two: impl FnOnce() -> Option<bool>) -> Option<bool> {
    match one {
        Some(true) => Some(true),
        Some(false) => two(),
        None => two().filter(|two| *two),
    }
}

/// Days since 1970, in UTC: what the server knows of a time's zone.
fn day(at: Timestamp) -> i64 {
    at.seconds().div_euclid(SECONDS_A_DAY)
}
