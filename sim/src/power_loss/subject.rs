//! What a round is about.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::expected::Expected;
use super::workload::Settings;
use super::{check, mail, mark::Marks, workload};

/// Every so many rounds one is about mailboxes, unless something else is asked for: theirs take longer.
const MAIL_EVERY: u64 = 3;

/// What is recorded and looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// The store: places, transactions, tokens, jobs, keys, archives.
    Store,
    /// Mailboxes, with bodies as files.
    Mail,
}

impl Subject {
    pub(super) fn of_seed(seed: u64) -> Self {
        if seed.is_multiple_of(MAIL_EVERY) { Self::Mail } else { Self::Store }
    }

    /// Processes that go before those that are killed.
    pub(super) fn processes_before(self) -> usize {
        match self {
            Self::Store => 0,
            // It makes the mailboxes.
            Self::Mail => 1,
        }
    }

    /// Opens an image; `Err` says what is wrong.
    pub(super) fn check(self, root: &Path, seed: u64, expected: &Expected) -> Result<(), String> {
        match self {
            Self::Store => check::check(root, seed, expected),
            Self::Mail => mail::check(root, seed, expected),
        }
    }

    /// Runs the recorded process.
    pub fn work(self, settings: &Settings) -> Result<(), String> {
        let marks =
            Marks::open(&settings.marks).map_err(|error| format!("{}: {error}", settings.marks.display()))?;
        workload::silence_planned_panics();
        match self {
            Self::Store => workload::main(settings, &marks),
            Self::Mail => mail::main(settings, &marks),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Store => "store",
            Self::Mail => "mail",
        })
    }
}

impl FromStr for Subject {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "store" => Ok(Self::Store),
            "mail" => Ok(Self::Mail),
            _ => Err("store or mail".to_owned()),
        }
    }
}
