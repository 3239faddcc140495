//! Changing flags.

use crate::value::{Flag, Numbers, SequenceSet};

/// `STORE`. RFC 9051 §6.4.6.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    /// What the numbers are.
    pub numbers: Numbers,
    /// Which messages.
    pub set: SequenceSet,
    /// `UNCHANGEDSINCE`: leave those that changed after this. RFC 7162 §3.1.3.
    pub unchanged_since: Option<u64>,
    /// How.
    pub action: StoreAction,
    /// `.SILENT`: do not tell the new flags.
    pub silent: bool,
    /// Which flags; may be empty.
    pub flags: Vec<Flag>,
}

/// What becomes of the named flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StoreAction {
    /// `FLAGS`: these and no others.
    Replace,
    /// `+FLAGS`: these as well.
    Add,
    /// `-FLAGS`: without these.
    Remove,
}
