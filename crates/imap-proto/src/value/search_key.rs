//! What SEARCH, SORT and THREAD look for.

use super::{Date, Flag, HeaderName, ObjectId, SequenceSet};

/// A condition on messages. RFC 9051 §6.4.4.
///
/// Text is UTF-8 whatever charset was named, as sent; how it is compared is the caller's. The nesting is within the
/// decoder's depth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchKey {
    /// `ALL`
    All,
    /// Several keys in a row or in brackets: all of them hold. Never empty.
    And(Vec<SearchKey>),
    /// `OR`
    Or(Box<SearchKey>, Box<SearchKey>),
    /// `NOT`
    Not(Box<SearchKey>),
    /// Sequence numbers, or `$`.
    Sequence(SequenceSet),
    /// `UID`
    Uid(SequenceSet),
    /// `ANSWERED`, `DELETED`, `DRAFT`, `FLAGGED`, `SEEN`, `KEYWORD`
    Has(Flag),
    /// `UNANSWERED` and so on, `UNKEYWORD`
    Lacks(Flag),
    /// `RECENT`, of IMAP4rev1.
    Recent,
    /// `NEW`: recent and not seen, of IMAP4rev1.
    New,
    /// `OLD`: not recent, of IMAP4rev1.
    Old,
    /// `BCC`
    Bcc(Box<str>),
    /// `CC`
    Cc(Box<str>),
    /// `FROM`
    From(Box<str>),
    /// `TO`
    To(Box<str>),
    /// `SUBJECT`
    Subject(Box<str>),
    /// `BODY`
    Body(Box<str>),
    /// `TEXT`: header or body.
    Text(Box<str>),
    /// `HEADER`: the field contains the text; empty text: the field is there.
    Header(HeaderName, Box<str>),
    /// `BEFORE`: received earlier than the day.
    Before(Date),
    /// `ON`
    On(Date),
    /// `SINCE`: received on the day or later.
    Since(Date),
    /// `SENTBEFORE`: by the Date field.
    SentBefore(Date),
    /// `SENTON`
    SentOn(Date),
    /// `SENTSINCE`
    SentSince(Date),
    /// `SAVEDBEFORE`. RFC 8514 §4.3.
    SavedBefore(Date),
    /// `SAVEDON`
    SavedOn(Date),
    /// `SAVEDSINCE`
    SavedSince(Date),
    /// `SAVEDATESUPPORTED`
    SaveDateSupported,
    /// `OLDER`: received at least this many seconds ago. RFC 5032.
    Older(u32),
    /// `YOUNGER`: received within this many seconds.
    Younger(u32),
    /// `LARGER`: bytes.
    Larger(u64),
    /// `SMALLER`: bytes.
    Smaller(u64),
    /// `MODSEQ`: the modification sequence is at least this. RFC 7162 §3.1.5.
    ModSeq(Option<ModSeqEntry>, u64),
    /// `EMAILID`. RFC 8474 §6.
    EmailId(ObjectId),
    /// `THREADID`
    ThreadId(ObjectId),
}

/// Of which flag the modification sequence is asked. A server that keeps one for each message may ignore it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModSeqEntry {
    /// The flag.
    pub flag: Flag,
    /// Whose.
    pub kind: ModSeqEntryKind,
}

/// Whose change of a flag counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModSeqEntryKind {
    /// `all`
    All,
    /// `priv`
    Private,
    /// `shared`
    Shared,
}
