//! SEARCH (RFC 9051 §6.4.4; ESEARCH RFC 4731, SEARCHRES RFC 5182, UTF8=ACCEPT RFC 6855 §3).

mod header;
pub(super) mod matching;
mod mod_seqs;
mod test;

use postroom_imap_proto::command::{Search, SearchReturns};
use postroom_imap_proto::encode::{self, ESearch, Found};
use postroom_imap_proto::{Charset, Numbers, SearchKey, Tag};
use postroom_mailbox::UidSet;

pub(super) use matching::Matches;
pub(super) use mod_seqs::ModSeqs;

use super::Done;
use crate::failure::Failure;
use crate::out::Out;
use crate::progress::telling;
use crate::selected::number_set;
use crate::session::Session;

/// Looks for messages.
pub(crate) async fn search(
    session: &mut Session,
    out: &mut Out<'_>,
    tag: &Tag,
    search: Search,
) -> Result<Done, Failure> {
    if session.enabled.utf8 && search.charset.is_some() {
        return Err(Failure::Bad("UTF8=ACCEPT is enabled, so no charset is named"));
    }
    let saves = search.returns.is_some_and(|returns| returns.save);
    let Matches { uids, mod_seqs } = sought(session, out, tag, &search.key, saves).await?;
    session.note_found(&uids);
    let rev2 = session.enabled.rev2;
    let selected = session.selected()?;
    let found = match search.numbers {
        Numbers::Uid => number_set(&uids),
        Numbers::Sequence => selected.numbers(uids.iter()).collect(),
    };
    if saves {
        selected.saved = saved(&uids, search.returns.unwrap_or_default());
    }
    match search.returns {
        None if !rev2 => encode::search(&mut out.bytes, &found, mod_seqs.map(ModSeqs::highest)),
        returns => {
            let all = SearchReturns { all: true, ..SearchReturns::default() };
            tell(out, tag, search.numbers, Found::Set(&found), returns.unwrap_or(all), mod_seqs);
        }
    }
    Ok(Done::plain("SEARCH is done"))
}

/// Refuses a charset that a command has to name and that is not the one that is enabled. RFC 6855 §3 (erratum 4029).
pub(super) fn only_utf8(session: &Session, charset: Charset) -> Result<(), Failure> {
    if session.enabled.utf8 && charset != Charset::Utf8 {
        return Err(Failure::Bad("UTF8=ACCEPT is enabled, so the charset is UTF-8"));
    }
    Ok(())
}

/// What `key` means.
///
/// What is to be saved leaves `$` empty for the caller to fill: should it fail, what is sent on its heels must not mean
/// what was found before. RFC 5182 §2.1.
pub(super) async fn sought(
    session: &mut Session,
    out: &mut Out<'_>,
    tag: &Tag,
    key: &SearchKey,
    saves: bool,
) -> Result<Matches, Failure> {
    let sought = telling(out, tag, matching::matching(session, key)).await?;
    if saves && !matches!(sought, Err(Failure::Bad(_))) {
        session.selected()?.saved = UidSet::default();
    }
    sought
}

/// What `$` means after a SEARCH with SAVE: RFC 5182 §2.1.
pub(super) fn saved(uids: &UidSet, returns: SearchReturns) -> UidSet {
    if returns.all || returns.count || !(returns.min || returns.max) {
        return uids.clone();
    }
    let mut saved = UidSet::default();
    let ends = [uids.iter().next().filter(|_| returns.min), uids.last().filter(|_| returns.max)];
    ends.into_iter().flatten().for_each(|uid| saved.insert(uid));
    saved
}

/// Tells what RETURN asks for of `found`.
pub(super) fn tell(
    out: &mut Out<'_>,
    tag: &Tag,
    numbers: Numbers,
    found: Found<'_>,
    returns: SearchReturns,
    mod_seqs: Option<ModSeqs>,
) {
    if returns.save && !(returns.min || returns.max || returns.all || returns.count) {
        // Only kept: nothing is told (RFC 5182 §2.1).
        return;
    }
    let is_empty = found.count() == 0;
    let response = ESearch {
        tag: Some(tag),
        numbers,
        min: found.first().filter(|_| returns.min),
        max: found.last().filter(|_| returns.max),
        all: (returns.all && !is_empty).then_some(found),
        count: returns.count.then(|| found.count()),
        mod_seq: mod_seqs.filter(|_| !is_empty).map(|mod_seqs| mod_seqs.told(returns)),
    };
    encode::esearch(&mut out.bytes, &response);
}
