//! Which mailboxes there are.

use crate::value::StatusItem;

/// `LIST`. RFC 9051 §6.3.9.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Which mailboxes besides the patterns.
    pub selection: ListSelection,
    /// Where the patterns begin, decoded; put in front of each.
    pub reference: Box<str>,
    /// At least one. A mailbox that several match is listed once.
    pub patterns: Vec<ListPattern>,
    /// What is told of each.
    pub returns: ListReturns,
    /// Whether selection or return options or a list of patterns were written: only a basic LIST answers an empty
    /// pattern with the hierarchy delimiter.
    pub extended: bool,
}

/// `LSUB`. RFC 3501 §6.3.9.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lsub {
    /// Where the pattern begins, decoded.
    pub reference: Box<str>,
    /// Which.
    pub pattern: ListPattern,
}

/// A pattern of mailbox names, decoded: `*` stands for anything, `%` for anything without a delimiter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPattern(Box<str>);

/// Selection options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ListSelection {
    /// `SUBSCRIBED`
    pub subscribed: bool,
    /// `REMOTE`
    pub remote: bool,
    /// `RECURSIVEMATCH`; only with `subscribed` or `special_use`.
    pub recursive_match: bool,
    /// `SPECIAL-USE`. RFC 6154 §5.2.
    pub special_use: bool,
}

/// Return options.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListReturns {
    /// `SUBSCRIBED`
    pub subscribed: bool,
    /// `CHILDREN`
    pub children: bool,
    /// `SPECIAL-USE`
    pub special_use: bool,
    /// `MYRIGHTS`. RFC 8440.
    pub my_rights: bool,
    /// `STATUS (…)`; empty: not asked for. RFC 5819.
    pub status: Vec<StatusItem>,
}

impl ListPattern {
    /// The pattern of this text, if it holds no control character.
    pub fn new(text: &str) -> Option<Self> {
        (!text.chars().any(char::is_control)).then(|| Self(text.into()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
