//! A search made ready: what sets of UIDs decide is worked out once, the rest is asked of each message.

use postroom_imap_proto::encode::Code;
use postroom_imap_proto::{Numbers, SearchKey};
use postroom_mailbox::search::{Ending, Field, TextQuery, matching_uids};
use postroom_mailbox::{Place, UidSet};

use crate::failure::Failure;
use crate::limits;
use crate::selected::Selected;
use crate::session::Session;

/// What a message has to be.
pub(super) enum Test<'k> {
    /// One of these, all of which the client knows.
    Uids(UidSet),
    /// As this key says, which asks for its row.
    Row(&'k SearchKey),
    /// All of these.
    All(Vec<Test<'k>>),
    /// One or the other.
    Either(Box<Test<'k>>, Box<Test<'k>>),
    /// Not this.
    Not(Box<Test<'k>>),
}

/// The UIDs that the index finds for a text in a field.
type Found = (Field, Box<str>, UidSet);

impl<'k> Test<'k> {
    /// Makes `key` ready for the selected folder, `place`; asks the index for every text in it, in one snapshot.
    ///
    /// NO with LIMIT for more than `limits::SEARCH_TEXTS_MAX` texts.
    pub(super) async fn of(session: &Session, place: Place, key: &'k SearchKey) -> Result<Self, Failure> {
        let mut texts = Vec::new();
        collect(key, &mut texts);
        if texts.len() > limits::SEARCH_TEXTS_MAX {
            return Err(Failure::no(Code::Limit, "These are more texts than one search may look for"));
        }
        let found = if texts.is_empty() { Vec::new() } else { look_up(session, place, texts).await? };
        let selected = session.selected.as_ref().ok_or(Failure::Bad("Select a mailbox first"))?;
        Ok(Self::made(key, selected, &found))
    }

    fn made(key: &'k SearchKey, selected: &Selected, found: &[Found]) -> Self {
        let made = |key| Self::made(key, selected, found);
        match key {
            SearchKey::All | SearchKey::SaveDateSupported | SearchKey::Old => {
                Self::Uids(selected.known.clone())
            }
            // No session is the first to see a message: RFC 9051 has no such flag any more.
            SearchKey::Recent | SearchKey::New => Self::Uids(UidSet::default()),
            SearchKey::Sequence(set) => Self::Uids(selected.meant(Numbers::Sequence, set)),
            SearchKey::Uid(set) => Self::Uids(selected.meant(Numbers::Uid, set)),
            SearchKey::And(keys) => Self::All(keys.iter().map(made).collect()),
            SearchKey::Or(one, two) => Self::Either(Box::new(made(one)), Box::new(made(two))),
            SearchKey::Not(key) => Self::Not(Box::new(made(key))),
            key => match text(key) {
                None => Self::Row(key),
                Some((field, text)) => {
                    let uids = found.iter().find(|(known, words, _)| *known == field && **words == *text);
                    Self::Uids(uids.map(|(.., uids)| uids.intersection(&selected.known)).unwrap_or_default())
                }
            },
        }
    }

    /// A set that has every message of `known` that passes, and whether it has no other.
    pub(super) fn bounds(&self, known: &UidSet) -> (UidSet, bool) {
        match self {
            Self::Uids(uids) => (uids.clone(), true),
            Self::Row(_) => (known.clone(), false),
            Self::All(tests) => tests.iter().fold((known.clone(), true), |(uids, exact), test| {
                let (more, both) = test.bounds(known);
                (uids.intersection(&more), exact && both)
            }),
            Self::Either(one, two) => {
                let ((mut uids, one), (more, two)) = (one.bounds(known), two.bounds(known));
                uids.extend(&more);
                (uids, one && two)
            }
            Self::Not(test) => match test.bounds(known) {
                (uids, true) => {
                    let mut others = known.clone();
                    others.subtract(&uids);
                    (others, true)
                }
                (_, false) => (known.clone(), false),
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

async fn look_up(
    session: &Session,
    place: Place,
    texts: Vec<(Field, Box<str>)>,
) -> Result<Vec<Found>, Failure> {
    let found = session.imap.mailboxes.read(place.organization, move |read| {
        let found = texts.iter().map(|(field, text)| {
            // What is typed may be the beginning of a word.
            let query = TextQuery::words(*field, text, Ending::Prefix);
            Ok((*field, text.clone(), matching_uids(read, place, &query)?))
        });
        found.collect()
    });
    Ok(found.await?)
}
