//! Finding, sorting and threading messages.

use crate::value::{Charset, Numbers, SearchKey};

/// `SEARCH`. RFC 9051 §6.4.4.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// What the found numbers are.
    pub numbers: Numbers,
    /// `RETURN (…)`; `None`: not written, so IMAP4rev1 is answered with SEARCH and IMAP4rev2 with ESEARCH of all.
    pub returns: Option<SearchReturns>,
    /// `CHARSET`, if it was named.
    pub charset: Option<Charset>,
    /// What is looked for.
    pub key: SearchKey,
}

/// What of the result is told. `RETURN ()` is `all`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SearchReturns {
    /// `MIN`
    pub min: bool,
    /// `MAX`
    pub max: bool,
    /// `ALL`
    pub all: bool,
    /// `COUNT`
    pub count: bool,
    /// `SAVE`: keep it as `$`.
    pub save: bool,
}

/// `SORT`. RFC 5256 §3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// What the found numbers are.
    pub numbers: Numbers,
    /// `RETURN (…)`; `None`: answered with SORT. RFC 5267 §3.
    pub returns: Option<SearchReturns>,
    /// By what, most important first. Never empty.
    pub criteria: Vec<SortCriterion>,
    /// Of the text in `key`.
    pub charset: Charset,
    /// What is looked for.
    pub key: SearchKey,
}

/// One order of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SortCriterion {
    /// By what.
    pub key: SortKey,
    /// `REVERSE`: the largest first.
    pub reverse: bool,
}

/// What messages are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SortKey {
    /// `ARRIVAL`: the internal date.
    Arrival,
    /// `CC`: the first address's mailbox.
    Cc,
    /// `DATE`: the Date field, in UTC.
    Date,
    /// `DISPLAYFROM`: what is shown of the first sender. RFC 5957.
    DisplayFrom,
    /// `DISPLAYTO`
    DisplayTo,
    /// `FROM`
    From,
    /// `SIZE`
    Size,
    /// `SUBJECT`: the base subject.
    Subject,
    /// `TO`
    To,
}

/// `THREAD`. RFC 5256 §3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// What the found numbers are.
    pub numbers: Numbers,
    /// How.
    pub algorithm: ThreadAlgorithm,
    /// Of the text in `key`.
    pub charset: Charset,
    /// What is looked for.
    pub key: SearchKey,
}

/// How messages become threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ThreadAlgorithm {
    /// `ORDEREDSUBJECT`
    OrderedSubject,
    /// `REFERENCES`
    References,
}
