//! What the workload says in the log, between what it does.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::mail::{Base, Op};

/// How a transaction ended for its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    /// Acknowledged, in this sequence of its place.
    Committed {
        /// What it was answered.
        sequence: i64,
    },
    /// It changed nothing: refused, panicked, or the store said that nothing was written.
    Nothing,
    /// It may be there or not.
    Unknown,
}

/// One sentence. Places are numbers, 0 is the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mark {
    /// From here on, syncs and writes may fail (`shim/log.c` reads this).
    FaultsOn,
    /// From here on, they do not.
    FaultsOff,
    /// The master key is in use.
    KeyInUse,
    /// Something was sealed for `place`, and its data key is acknowledged.
    Sealed {
        /// Whose data key.
        place: i64,
        /// The sealed bytes of [`SECRET`].
        sealed: Vec<u8>,
    },
    /// The transaction is about to be handed to the store.
    Begin {
        /// Which.
        number: i64,
        /// Where.
        place: i64,
    },
    /// The store answered.
    Done {
        /// Which.
        number: i64,
        /// Where.
        place: i64,
        /// What.
        end: End,
    },
    /// The organization is there and known as active.
    Active {
        /// Which.
        place: i64,
    },
    /// The organization is about to be removed.
    Removing {
        /// Which.
        place: i64,
    },
    /// The organization is gone.
    Gone {
        /// Which.
        place: i64,
    },
    /// The archive is written.
    Archived {
        /// Number in its name.
        archive: i64,
        /// Rows in it.
        rows: u64,
    },
    /// The mailbox is there and empty. Mailboxes have no number twice in a run.
    Mailbox {
        /// Of which organization.
        organization: i64,
        /// Which.
        mailbox: i64,
        /// How it begins.
        base: Base,
    },
    /// From here on, the store's clock says at least this; µs UTC.
    Clock {
        /// What it says.
        now: i64,
    },
    /// The transaction is about to be handed to the store.
    Op {
        /// Which.
        number: i64,
        /// Where.
        mailbox: i64,
        /// What it is to do.
        op: Op,
    },
    /// The store answered.
    OpDone {
        /// Which.
        number: i64,
        /// Where.
        mailbox: i64,
        /// What.
        end: End,
    },
    /// A reader saw the mailbox as it was after this sequence.
    Seen {
        /// Which mailbox.
        mailbox: i64,
        /// Up to where.
        sequence: i64,
    },
}

/// What is sealed.
pub const SECRET: &[u8] = b"sealed before the power went";

/// The file of marks.
pub struct Marks(File);

impl Marks {
    /// Opens the file at `path`, which the preloaded library was told.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        Ok(Self(OpenOptions::new().create(true).append(true).open(path)?))
    }

    /// What was said into the file at `path` so far.
    pub fn said(path: &Path) -> Result<Vec<Mark>, String> {
        let text = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let marks = serde_json::Deserializer::from_slice(&text).into_iter();
        marks.collect::<Result<_, _>>().map_err(|error| format!("a mark cannot be read: {error}"))
    }

    /// Says `mark`: it is in the log when this returns.
    pub fn say(&self, mark: &Mark) -> Result<(), String> {
        let text = serde_json::to_vec(mark).map_err(|error| error.to_string())?;
        // One call, since each is one record.
        (&self.0).write_all(&text).map_err(|error| format!("a mark cannot be written: {error}"))
    }
}
