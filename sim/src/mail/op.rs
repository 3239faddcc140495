//! What a transaction in a mailbox is to do, and what it answers.

use serde::{Deserialize, Serialize};

use super::Message;

/// What becomes of flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// They are these.
    Set,
    /// These as well.
    Add,
    /// All but these.
    Remove,
}

/// A transaction. Folders are their numbers, `flags` the bits of `postroom_mailbox::Flags::SYSTEM`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Op {
    /// Messages come into a folder, all or none.
    Append { folder: i64, messages: Vec<Message>, flags: u8 },
    /// Flags are changed; `keyword` is the number in a keyword's name.
    Store { folder: i64, uids: Vec<u32>, change: Change, flags: u8, keyword: Option<u8> },
    /// Items are copied.
    Copy { from: i64, uids: Vec<u32>, to: i64 },
    /// Items go elsewhere.
    Move { from: i64, uids: Vec<u32>, to: i64 },
    /// Items become recoverable.
    Expunge { folder: i64, uids: Vec<u32>, marked_only: bool },
    /// Items are gone for good.
    Withdraw { folder: i64, uids: Vec<u32> },
    /// Recoverable items come back.
    Recover { uids: Vec<u32> },
    /// A folder is made.
    Create { parent: i64, name: String },
    /// A folder gets another name or place.
    Rename { folder: i64, parent: i64, name: String },
    /// A folder goes; what is in it becomes recoverable.
    Delete { folder: i64 },
}

/// What a transaction answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// UIDs that were given out, changed or removed.
    Uids(Vec<u32>),
    /// Old and new UIDs.
    Pairs(Vec<(u32, u32)>),
    /// Where they were, in which folder they are now, and under which UID.
    Recovered(Vec<(u32, i64, u32)>),
    /// The new folder.
    Folder(i64),
    /// Nothing but that it is done; a folder that is deleted says whether it is gone.
    Done(bool),
}

/// The name of keyword `number`.
pub(super) fn keyword(number: u8) -> String {
    format!("Label{number}")
}
