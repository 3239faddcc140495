//! What the full-text index and the sets in a search decide without looking at rows.

use postroom_imap_proto::{Numbers, SearchKey};
use postroom_mailbox::search::{Ending, Field, TextQuery, matching_uids};
use postroom_mailbox::{Place, UidSet};

use crate::failure::Failure;
use crate::selected::Selected;
use crate::session::Session;

/// The UIDs that the index finds for each text of a search.
pub(super) struct Sets {
    found: Vec<(Field, Box<str>, UidSet)>,
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

impl Sets {
    /// Asks the index for every text in `key`, in one snapshot.
    pub(super) async fn read(session: &Session, place: Place, key: &SearchKey) -> Result<Self, Failure> {
        let mut texts: Vec<(Field, Box<str>)> = Vec::new();
        collect(key, &mut texts);
        if texts.is_empty() {
            return Ok(Self { found: Vec::new() });
        }
        let found = session.imap.mailboxes.read(place.organization, move |read| {
            let found = texts.iter().map(|(field, text)| {
                // What is typed may be the beginning of a word.
                let query = TextQuery::words(*field, text, Ending::Prefix);
                Ok((*field, text.clone(), matching_uids(read, place, &query)?))
            });
            found.collect()
        });
        Ok(Self { found: found.await? })
    }

    /// What the index found for `key`.
    pub(super) fn of(&self, key: &SearchKey) -> Option<&UidSet> {
        let (field, text) = text(key)?;
        self.found.iter().find(|(known, words, _)| *known == field && **words == *text).map(|(.., uids)| uids)
    }

    /// A set that has every message that `key` means, and whether it has no other.
    pub(super) fn bounds(&self, selected: &Selected, key: &SearchKey) -> (UidSet, bool) {
        let known = &selected.known;
        match key {
            SearchKey::All => (known.clone(), true),
            SearchKey::Sequence(set) => (selected.resolve(Numbers::Sequence, set).unwrap_or_default(), true),
            SearchKey::Uid(set) => (selected.resolve(Numbers::Uid, set).unwrap_or_default(), true),
            SearchKey::And(keys) => keys.iter().fold((known.clone(), true), |(uids, exact), key| {
                let (more, both) = self.bounds(selected, key);
                (uids.intersection(&more), exact && both)
            }),
            SearchKey::Or(one, two) => {
                let ((mut uids, one), (more, two)) = (self.bounds(selected, one), self.bounds(selected, two));
                uids.extend(&more);
                (uids, one && two)
            }
            SearchKey::Not(key) => match self.bounds(selected, key) {
                (uids, true) => {
                    let mut others = known.clone();
                    others.subtract(&uids);
                    (others, true)
                }
                (_, false) => (known.clone(), false),
            },
            key => match self.of(key) {
                Some(uids) => (uids.intersection(known), true),
                None => (known.clone(), false),
            },
        }
    }
}

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
