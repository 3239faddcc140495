//! Which messages a search means.

use postroom_imap_proto::{Flag, SearchKey};
use postroom_mailbox::{Flags, Item, Keywords, Shown, UidSet, items_shown, structure};
use postroom_mime::{SearchText, SectionText, header_fields, search_text};
use postroom_types::{Timestamp, fold};

use crate::failure::Failure;
use crate::respond;
use crate::selected::{Selected, uid_set};
use crate::session::Session;
use crate::{limits, respond::flag_of};

const SECONDS_A_DAY: i64 = 24 * 60 * 60;

/// A message that is looked at.
struct Candidate<'a> {
    item: &'a Item,
    shown: &'a Shown,
    /// Its bytes and their text, once they were needed.
    text: Option<(Vec<u8>, SearchText)>,
}

/// What a search is asked against.
struct Asked<'a> {
    key: &'a SearchKey,
    selected: &'a Selected,
    keywords: &'a Keywords,
    now: Timestamp,
    epoch: postroom_mailbox::MailboxEpoch,
}

/// The UIDs that `key` means, and the highest mod-sequence among them when it asks for one.
pub(super) async fn matching(
    session: &mut Session,
    key: &SearchKey,
) -> Result<(UidSet, Option<u64>), Failure> {
    if asks_mod_seq(key) {
        session.enabled.condstore = true;
    }
    let now = session.imap.mailboxes.store().clock().now();
    let epoch = session.user()?.mailbox.epoch;
    let (place, mut left) = {
        let selected = session.selected()?;
        (selected.place, selected.known.clone())
    };
    let (mut found, mut mod_seq) = (UidSet::default(), 0);
    while !left.is_empty() {
        let uids = left.numbered(1, limits::SHOWN_AT_ONCE as u64);
        left.subtract(&uids);
        let rows = session.imap.mailboxes.read(place.organization, move |read| {
            let keywords = Keywords::of(read, place.organization, place.mailbox)?;
            Ok((items_shown(read, place, &uids)?, keywords))
        });
        let (rows, keywords) = rows.await?;
        for (item, shown) in &rows {
            let mut candidate = Candidate { item, shown, text: None };
            let selected = session.selected.as_ref().ok_or(Failure::Bad("Select a mailbox first"))?;
            let asked = Asked { key, selected, keywords: &keywords, now, epoch };
            let fits = match asked.fits(asked.key, &candidate) {
                Some(fits) => fits,
                None => {
                    candidate.text = read_text(session, &candidate).await?;
                    asked.fits(asked.key, &candidate).unwrap_or(false)
                }
            };
            if fits {
                found.insert(item.uid);
                mod_seq = mod_seq.max(item.mod_seq());
            }
        }
    }
    Ok((found, asks_mod_seq(key).then(|| u64::try_from(mod_seq).unwrap_or(0))))
}

async fn read_text(
    session: &Session,
    candidate: &Candidate<'_>,
) -> Result<Option<(Vec<u8>, SearchText)>, Failure> {
    let user = session.user()?;
    let body = session.imap.mailboxes.body(user.organization, user.mailbox.key, candidate.item.content);
    let Some(message) = body.await? else { return Ok(None) };
    let text = search_text(&message, &structure(&candidate.shown.structure)?);
    Ok(Some((message, text)))
}

fn asks_mod_seq(key: &SearchKey) -> bool {
    match key {
        SearchKey::ModSeq(..) => true,
        SearchKey::And(keys) => keys.iter().any(asks_mod_seq),
        SearchKey::Or(one, two) => asks_mod_seq(one) || asks_mod_seq(two),
        SearchKey::Not(key) => asks_mod_seq(key),
        _ => false,
    }
}

impl Asked<'_> {
    /// Whether `candidate` is meant by `key`; `None` when that needs its text, which is not there yet.
    fn fits(&self, key: &SearchKey, candidate: &Candidate<'_>) -> Option<bool> {
        let item = candidate.item;
        let (received, saved) = (item.received_at, item.saved_at);
        let sent = candidate.shown.sent_at.unwrap_or(received);
        Some(match key {
            SearchKey::All | SearchKey::SaveDateSupported | SearchKey::Old => true,
            // No session is the first to see a message: RFC 9051 has no such flag any more.
            SearchKey::Recent | SearchKey::New => false,
            SearchKey::And(keys) => return self.all(keys, candidate),
            SearchKey::Or(one, two) => {
                return either(self.fits(one, candidate), || self.fits(two, candidate));
            }
            SearchKey::Not(key) => !self.fits(key, candidate)?,
            SearchKey::Sequence(set) => {
                let numbers = postroom_imap_proto::Numbers::Sequence;
                self.selected.resolve(numbers, set).is_ok_and(|uids| uids.contains(item.uid))
            }
            SearchKey::Uid(set) => {
                let largest = self.selected.known.last().unwrap_or(0);
                match set.resolve(largest) {
                    Some(numbers) => uid_set(&numbers).contains(item.uid),
                    None => self.selected.saved.contains(item.uid),
                }
            }
            SearchKey::Has(flag) => self.has(item, flag),
            SearchKey::Lacks(flag) => !self.has(item, flag),
            SearchKey::Before(date) => day(received) < date.unix_days(),
            SearchKey::On(date) => day(received) == date.unix_days(),
            SearchKey::Since(date) => day(received) >= date.unix_days(),
            SearchKey::SentBefore(date) => day(sent) < date.unix_days(),
            SearchKey::SentOn(date) => day(sent) == date.unix_days(),
            SearchKey::SentSince(date) => day(sent) >= date.unix_days(),
            SearchKey::SavedBefore(date) => day(saved) < date.unix_days(),
            SearchKey::SavedOn(date) => day(saved) == date.unix_days(),
            SearchKey::SavedSince(date) => day(saved) >= date.unix_days(),
            SearchKey::Older(seconds) => received.seconds() <= self.now.seconds() - i64::from(*seconds),
            SearchKey::Younger(seconds) => received.seconds() >= self.now.seconds() - i64::from(*seconds),
            SearchKey::Larger(bytes) => u64::try_from(item.size_bytes).is_ok_and(|size| size > *bytes),
            SearchKey::Smaller(bytes) => u64::try_from(item.size_bytes).is_ok_and(|size| size < *bytes),
            SearchKey::ModSeq(_, mod_seq) => u64::try_from(item.mod_seq()).is_ok_and(|own| own >= *mod_seq),
            SearchKey::EmailId(id) => *id == respond::email_id(self.epoch, item),
            SearchKey::ThreadId(id) => *id == respond::thread_id(self.epoch, item),
            SearchKey::Bcc(_)
            | SearchKey::Cc(_)
            | SearchKey::From(_)
            | SearchKey::To(_)
            | SearchKey::Subject(_)
            | SearchKey::Body(_)
            | SearchKey::Text(_)
            | SearchKey::Header(..) => return in_text(key, candidate),
        })
    }

    fn all(&self, keys: &[SearchKey], candidate: &Candidate<'_>) -> Option<bool> {
        let mut unknown = false;
        for key in keys {
            match self.fits(key, candidate) {
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

/// Whether the text that `key` names has what it looks for in it, whatever the case.
fn in_text(key: &SearchKey, candidate: &Candidate<'_>) -> Option<bool> {
    let (message, text) = candidate.text.as_ref()?;
    let has = |text: &str, wanted: &str| contains(text.as_bytes(), wanted);
    Some(match key {
        SearchKey::Bcc(wanted) => has(&text.bcc, wanted),
        SearchKey::Cc(wanted) => has(&text.cc, wanted),
        SearchKey::From(wanted) => has(&text.from, wanted),
        SearchKey::To(wanted) => has(&text.to, wanted),
        SearchKey::Subject(wanted) => has(&text.subject, wanted),
        SearchKey::Body(wanted) => has(&text.body, wanted),
        SearchKey::Text(wanted) => {
            let decoded = [&text.subject, &text.from, &text.to, &text.cc, &text.bcc, &text.body];
            decoded.into_iter().any(|text| has(text, wanted)) || contains(header(candidate, message), wanted)
        }
        SearchKey::Header(name, wanted) => {
            let fields = header_fields(header(candidate, message), &[name.as_str()], false);
            // An empty text only asks whether the field is there.
            let there = fields.contains(&b':');
            there && (wanted.is_empty() || contains(&fields, wanted))
        }
        _ => false,
    })
}

fn header<'m>(candidate: &Candidate<'_>, message: &'m [u8]) -> &'m [u8] {
    let parts = structure(&candidate.shown.structure).ok();
    let span = parts.and_then(|parts| parts.section(&[], SectionText::Header));
    span.map(|span| span.of(message)).unwrap_or_default()
}

fn contains(text: &[u8], wanted: &str) -> bool {
    let (text, wanted) = (fold(&String::from_utf8_lossy(text)), fold(wanted));
    let text = String::from_utf8_lossy(text.as_bytes());
    text.contains(&*String::from_utf8_lossy(wanted.as_bytes()))
}

/// Days since 1970, in UTC: what the server knows of the internal date.
fn day(at: Timestamp) -> i64 {
    at.seconds().div_euclid(SECONDS_A_DAY)
}
