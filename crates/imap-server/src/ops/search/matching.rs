//! Which messages a search means: first by sets of UIDs, then, for what those do not decide, row by row.

use postroom_imap_proto::{Date, Flag, SearchKey};
use postroom_mailbox::{Flags, Item, Keywords, MailboxEpoch, Shown, UidSet, items, items_shown};
use postroom_mime::Envelope;
use postroom_types::Timestamp;

use super::header;
use super::test::Test;
use crate::failure::Failure;
use crate::limits;
use crate::respond::{self, flag_of};
use crate::session::Session;

const SECONDS_A_DAY: i64 = 24 * 60 * 60;

/// A message that is looked at.
pub(super) struct Candidate {
    pub(super) item: Item,
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
    keywords: &'a Keywords,
    now: Timestamp,
    epoch: MailboxEpoch,
}

/// The UIDs that `key` means, and the highest mod-sequence among them when it asks for one.
pub(in crate::ops) async fn matching(
    session: &mut Session,
    key: &SearchKey,
) -> Result<(UidSet, Option<u64>), Failure> {
    let asks_mod_seq = any(key, &|key| matches!(key, SearchKey::ModSeq(..)));
    if asks_mod_seq {
        session.enabled.condstore = true;
    }
    let place = session.selected()?.place;
    let test = Test::of(session, place, key).await?;
    let (mut left, decided) = test.bounds(&session.selected()?.known);
    if decided {
        return Ok((left, None));
    }
    let (now, epoch) =
        (session.imap.mailboxes.store().clock().now(), session.selected_shelf()?.mailbox.epoch);
    let needs_shown = any(key, &needs_shown);
    let (mut found, mut mod_seq) = (UidSet::default(), 0);
    while !left.is_empty() {
        let wanted = if needs_shown { left.numbered(1, limits::SHOWN_AT_ONCE as u64) } else { left.clone() };
        let rows = session.imap.mailboxes.read(place.organization, move |read| {
            let keywords = Keywords::of(read, place.organization, place.mailbox)?;
            let rows: Vec<(Item, Option<Shown>)> = if needs_shown {
                items_shown(read, place, &wanted)?
                    .into_iter()
                    .map(|(item, shown)| (item, Some(shown)))
                    .collect()
            } else {
                items(read, place, &wanted)?.into_iter().map(|item| (item, None)).collect()
            };
            Ok((rows, keywords))
        });
        let (rows, keywords) = rows.await?;
        let Some(last) = rows.last().map(|(item, _)| item.uid) else { break };
        left.remove_range(0, last);
        let asked = Asked { keywords: &keywords, now, epoch };
        for (item, shown) in rows {
            let mut candidate = Candidate { item, shown, header: None };
            let mut verdict = asked.fits(&test, &candidate);
            if verdict.is_none() {
                candidate.header = Some(header::read(session, &candidate).await?);
                verdict = asked.fits(&test, &candidate);
            }
            if verdict == Some(true) {
                found.insert(candidate.item.uid);
                mod_seq = mod_seq.max(candidate.item.mod_seq());
            }
        }
    }
    Ok((found, asks_mod_seq.then(|| u64::try_from(mod_seq).unwrap_or(0))))
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
            Test::Uids(uids) => Some(uids.contains(candidate.item.uid)),
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
            Err(name) => self.keywords.flag(name),
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
