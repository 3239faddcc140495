//! A search made ready: what sets of UIDs decide is worked out once, the rest is asked of each message.

use std::borrow::Cow;
use std::sync::Arc;

use postroom_imap_proto::encode::Code;
use postroom_imap_proto::{NumberSet, SearchKey, SequenceSet};
use postroom_mailbox::search::{Ending, Field, TextQuery, matching_uids_of_each};
use postroom_mailbox::{MailError, UidSet};

use crate::failure::Failure;
use crate::limits;
use crate::selected::{Selected, uid_set};
use crate::session::Session;

/// What a message that the client knows has to be.
pub(super) enum Test<'k> {
    /// Any, or none will do.
    Any(bool),
    /// One of these UIDs, as the client wrote them.
    Uids(Cow<'k, UidSet>),
    /// One of these, all of which the client knows.
    Found(&'k UidSet),
    /// One of these message numbers.
    Numbers(NumberSet),
    /// As this key says, which asks for its row.
    Row(&'k SearchKey),
    /// All of these.
    All(Vec<Test<'k>>),
    /// One or the other.
    Either(Box<Test<'k>>, Box<Test<'k>>),
    /// Not this.
    Not(Box<Test<'k>>),
}

/// What the index finds for a text in a field, among the messages that the client knows.
pub(super) type Found = (Field, Box<str>, UidSet);

impl<'k> Test<'k> {
    /// Makes `key` ready for the selected folder; the index has `found` its texts.
    pub(super) fn of(key: &'k SearchKey, selected: &'k Selected, found: &'k [Found]) -> Self {
        let made = |key| Self::of(key, selected, found);
        match key {
            SearchKey::All | SearchKey::SaveDateSupported | SearchKey::Old => Self::Any(true),
            // No session is the first to see a message: RFC 9051 has no such flag any more.
            SearchKey::Recent | SearchKey::New => Self::Any(false),
            SearchKey::Sequence(SequenceSet::Saved) | SearchKey::Uid(SequenceSet::Saved) => {
                Self::Uids(Cow::Borrowed(&selected.saved))
            }
            SearchKey::Sequence(set) => Self::Numbers(set.resolve(selected.count()).unwrap_or_default()),
            SearchKey::Uid(set) => {
                let wanted = set.resolve(selected.known.last().unwrap_or(0)).unwrap_or_default();
                Self::Uids(Cow::Owned(uid_set(&wanted)))
            }
            SearchKey::And(keys) => Self::All(keys.iter().map(made).collect()),
            SearchKey::Or(one, two) => Self::Either(Box::new(made(one)), Box::new(made(two))),
            SearchKey::Not(key) => Self::Not(Box::new(made(key))),
            key => match text(key) {
                None => Self::Row(key),
                Some((field, text)) => {
                    let uids = found.iter().find(|(known, words, _)| *known == field && **words == *text);
                    uids.map_or(Self::Any(false), |(.., uids)| Self::Found(uids))
                }
            },
        }
    }

    /// A set that has every message of `known` that passes, and whether it has no other. What is all of `known` is lent,
    /// not copied: there may be thousands of keys, and the set may be large.
    pub(super) fn bounds<'s>(&'s self, known: &'s UidSet) -> (Cow<'s, UidSet>, bool) {
        let whole = || Cow::Borrowed(known);
        let is_whole =
            |uids: &Cow<'_, UidSet>| matches!(uids, Cow::Borrowed(lent) if std::ptr::eq(*lent, known));
        match self {
            Self::Any(true) => (whole(), true),
            Self::Any(false) => (Cow::default(), true),
            Self::Uids(uids) => (Cow::Owned(uids.intersection(known)), true),
            Self::Found(uids) => (Cow::Borrowed(*uids), true),
            Self::Numbers(numbers) => {
                let ranges = numbers.ranges().iter();
                let ranges = ranges.map(|range| (u64::from(*range.start()), u64::from(*range.end())));
                (Cow::Owned(known.numbered_all(ranges)), true)
            }
            Self::Row(_) => (whole(), false),
            Self::All(tests) => tests.iter().fold((whole(), true), |(uids, exact), test| {
                let (more, both) = test.bounds(known);
                let uids = match (is_whole(&uids), is_whole(&more)) {
                    (_, true) => uids,
                    (true, false) => more,
                    (false, false) => Cow::Owned(uids.intersection(&more)),
                };
                (uids, exact && both)
            }),
            Self::Either(one, two) => {
                let ((uids, one), (more, two)) = (one.bounds(known), two.bounds(known));
                if is_whole(&uids) || is_whole(&more) {
                    return (whole(), one && two);
                }
                let mut uids = uids.into_owned();
                uids.extend(&more);
                (Cow::Owned(uids), one && two)
            }
            Self::Not(test) => match test.bounds(known) {
                (uids, true) if is_whole(&uids) => (Cow::default(), true),
                (uids, true) => {
                    let mut others = known.clone();
                    others.subtract(&uids);
                    (Cow::Owned(others), true)
                }
                (_, false) => (whole(), false),
            },
        }
    }
}

/// The field and the text that `key` looks for in the index, if it does.
fn text(key: &SearchKey) -> Option<(Field, &str)> {
    match key {
        SearchKey::Bcc(text) => Some((Field::Bcc, text)),
        SearchKey::Cc(text) => Some((Field::Cc, text)),
        SearchKey::From(text) => Some((Field::From, text)),
        SearchKey::To(text) => Some((Field::To, text)),
        SearchKey::Subject(text) => Some((Field::Subject, text)),
        SearchKey::Body(text) => Some((Field::Body, text)),
        SearchKey::Text(text) => Some((Field::Any, text)),
        _ => None,
    }
}

/// The texts of `key`, each once.
fn collect(key: &SearchKey, texts: &mut Vec<(Field, Box<str>)>) {
    match key {
        SearchKey::And(keys) => keys.iter().for_each(|key| collect(key, texts)),
        SearchKey::Or(one, two) => [one, two].into_iter().for_each(|key| collect(key, texts)),
        SearchKey::Not(key) => collect(key, texts),
        key => {
            if let Some((field, text)) = text(key)
                && !texts.iter().any(|(known, words)| *known == field && **words == *text)
            {
                texts.push((field, text.into()));
            }
        }
    }
}

/// Asks the index for every text in `key`, some at once: other searches have their turn in between.
///
/// NO with LIMIT for more than `limits::SEARCH_TEXTS_MAX` texts.
pub(super) async fn look_up(
    session: &Session,
    selected: &Selected,
    key: &SearchKey,
) -> Result<Vec<Found>, Failure> {
    let (mut texts, place) = (Vec::new(), selected.place);
    let user = session.user()?.logged_in.entity();
    collect(key, &mut texts);
    if texts.len() > limits::SEARCH_TEXTS_MAX {
        return Err(Failure::no(Code::Limit, "These are more texts than one search may look for"));
    }
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let key = session.imap.mailboxes.data_key(place.organization).await?;
    let mut all = Vec::with_capacity(texts.len());
    for slice in texts.chunks(limits::SEARCH_TEXTS_AT_ONCE) {
        let (texts, key) = (slice.to_vec(), Arc::clone(&key));
        let found = session.imap.mailboxes.search(place.organization, user, move |read| {
            // What is typed may be the beginning of a word.
            let queries = texts.iter().map(|(field, text)| TextQuery::words(*field, text, Ending::Prefix));
            let uids = matching_uids_of_each(read, &key, place, &queries.collect::<Vec<_>>())?;
            let found = texts.iter().zip(uids).map(|((field, text), uids)| (*field, text.clone(), uids));
            Ok::<Vec<Found>, MailError>(found.collect())
        });
        let found = found.await?.into_iter();
        all.extend(found.map(|(field, text, uids)| (field, text, uids.intersection(&selected.known))));
    }
    Ok(all)
}
