//! What SEARCH, SORT and THREAD look for.

use super::cursor::{Cursor, Parsed};
use super::date::date;
use super::section::header_name;
use super::set::sequence_set;
use crate::{Charset, Fault, Flag, Keyword, ModSeqEntry, ModSeqEntryKind, ObjectId, SearchKey};

/// `search-key *(SP search-key)`
pub(super) fn keys(cursor: &mut Cursor<'_>) -> Parsed<SearchKey> {
    let first = cursor.element(key)?;
    if cursor.peek() != Some(b' ') {
        return Ok(first);
    }
    let mut all = vec![first];
    while cursor.eat(b' ') {
        all.push(cursor.element(key)?);
    }
    Ok(SearchKey::And(all))
}

/// `charset`: an astring that names one of ours.
pub(super) fn charset(cursor: &mut Cursor<'_>) -> Parsed<Charset> {
    let name = cursor.astring("a charset")?;
    if name.eq_ignore_ascii_case(b"UTF-8") {
        Ok(Charset::Utf8)
    } else if name.eq_ignore_ascii_case(b"US-ASCII") {
        Ok(Charset::UsAscii)
    } else {
        Err(super::Stop::Fault(Fault::UnknownCharset))
    }
}

/// `search-key`: RFC 9051 §9, and of the extensions that [`SearchKey`] names.
fn key(cursor: &mut Cursor<'_>) -> Parsed<SearchKey> {
    match cursor.peek() {
        Some(b'(') => cursor.deeper(|cursor| {
            cursor.open()?;
            let keys = keys(cursor)?;
            cursor.close()?;
            Ok(keys)
        }),
        Some(b'0'..=b'9' | b'*' | b'$') => Ok(SearchKey::Sequence(sequence_set(cursor)?)),
        _ => {
            let word = cursor.word("a search key")?;
            let word = word.as_str();
            match flag_key(word) {
                Some(key) => Ok(key),
                None => with_argument(cursor, word),
            }
        }
    }
}

fn flag_key(word: &str) -> Option<SearchKey> {
    let (flag, lacks) = match word.strip_prefix("UN") {
        Some(flag) => (flag, true),
        None => (word, false),
    };
    let flag = match flag {
        "ANSWERED" => Flag::Answered,
        "DELETED" => Flag::Deleted,
        "DRAFT" => Flag::Draft,
        "FLAGGED" => Flag::Flagged,
        "SEEN" => Flag::Seen,
        _ => return None,
    };
    Some(if lacks { SearchKey::Lacks(flag) } else { SearchKey::Has(flag) })
}

fn with_argument(cursor: &mut Cursor<'_>, word: &str) -> Parsed<SearchKey> {
    Ok(match word {
        "ALL" => SearchKey::All,
        "RECENT" => SearchKey::Recent,
        "NEW" => SearchKey::New,
        "OLD" => SearchKey::Old,
        "SAVEDATESUPPORTED" => SearchKey::SaveDateSupported,
        "NOT" => SearchKey::Not(Box::new(inner(cursor)?)),
        "OR" => SearchKey::Or(Box::new(inner(cursor)?), Box::new(inner(cursor)?)),
        "UID" => {
            cursor.space()?;
            SearchKey::Uid(sequence_set(cursor)?)
        }
        "KEYWORD" => SearchKey::Has(keyword(cursor)?),
        "UNKEYWORD" => SearchKey::Lacks(keyword(cursor)?),
        "BCC" => SearchKey::Bcc(text(cursor)?),
        "CC" => SearchKey::Cc(text(cursor)?),
        "FROM" => SearchKey::From(text(cursor)?),
        "TO" => SearchKey::To(text(cursor)?),
        "SUBJECT" => SearchKey::Subject(text(cursor)?),
        "BODY" => SearchKey::Body(text(cursor)?),
        "TEXT" => SearchKey::Text(text(cursor)?),
        "HEADER" => {
            cursor.space()?;
            SearchKey::Header(header_name(cursor)?, text(cursor)?)
        }
        "BEFORE" => SearchKey::Before(space_date(cursor)?),
        "ON" => SearchKey::On(space_date(cursor)?),
        "SINCE" => SearchKey::Since(space_date(cursor)?),
        "SENTBEFORE" => SearchKey::SentBefore(space_date(cursor)?),
        "SENTON" => SearchKey::SentOn(space_date(cursor)?),
        "SENTSINCE" => SearchKey::SentSince(space_date(cursor)?),
        "SAVEDBEFORE" => SearchKey::SavedBefore(space_date(cursor)?),
        "SAVEDON" => SearchKey::SavedOn(space_date(cursor)?),
        "SAVEDSINCE" => SearchKey::SavedSince(space_date(cursor)?),
        "OLDER" => SearchKey::Older(interval(cursor)?),
        "YOUNGER" => SearchKey::Younger(interval(cursor)?),
        "LARGER" => SearchKey::Larger(size(cursor)?),
        "SMALLER" => SearchKey::Smaller(size(cursor)?),
        "MODSEQ" => mod_seq(cursor)?,
        "EMAILID" => SearchKey::EmailId(object_id(cursor)?),
        "THREADID" => SearchKey::ThreadId(object_id(cursor)?),
        _ => return cursor.expected("a search key"),
    })
}

/// `SP search-key`, one level deeper.
fn inner(cursor: &mut Cursor<'_>) -> Parsed<SearchKey> {
    cursor.space()?;
    cursor.deeper(|cursor| cursor.element(key))
}

fn text(cursor: &mut Cursor<'_>) -> Parsed<Box<str>> {
    cursor.space()?;
    cursor.text("text")
}

fn keyword(cursor: &mut Cursor<'_>) -> Parsed<Flag> {
    cursor.space()?;
    let name = cursor.atom("a keyword")?;
    Ok(Flag::Keyword(cursor.require(Keyword::new(name), "a keyword")?))
}

fn space_date(cursor: &mut Cursor<'_>) -> Parsed<crate::Date> {
    cursor.space()?;
    date(cursor)
}

fn interval(cursor: &mut Cursor<'_>) -> Parsed<u32> {
    cursor.space()?;
    Ok(cursor.nz_number()?.get())
}

fn size(cursor: &mut Cursor<'_>) -> Parsed<u64> {
    cursor.space()?;
    cursor.number64()
}

fn object_id(cursor: &mut Cursor<'_>) -> Parsed<ObjectId> {
    cursor.space()?;
    let id = cursor.atom("an object identifier")?;
    cursor.require(ObjectId::new(id), "an object identifier")
}

/// `"MODSEQ" [SP DQUOTE "/flags/" attr-flag DQUOTE SP ("priv" / "shared" / "all")] SP mod-sequence-valzer`: RFC 7162 §7.
fn mod_seq(cursor: &mut Cursor<'_>) -> Parsed<SearchKey> {
    cursor.space()?;
    let mut entry = None;
    if cursor.peek() == Some(b'"') {
        let name = cursor.string("the name of an entry")?;
        let name = std::str::from_utf8(&name).ok().and_then(|name| name.strip_prefix("/flags/"));
        let flag = cursor.require(name.and_then(Flag::new), "/flags/ and a flag")?;
        cursor.space()?;
        let kind = match cursor.word("priv, shared or all")?.as_str() {
            "PRIV" => ModSeqEntryKind::Private,
            "SHARED" => ModSeqEntryKind::Shared,
            "ALL" => ModSeqEntryKind::All,
            _ => return cursor.expected("priv, shared or all"),
        };
        cursor.space()?;
        entry = Some(ModSeqEntry { flag, kind });
    }
    Ok(SearchKey::ModSeq(entry, cursor.number64()?))
}
