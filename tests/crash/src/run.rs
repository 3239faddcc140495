//! One run of this program: which proofs, on which engines, how long, from which seed.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::load::Counts;
use crate::problem::{Context, Result};

/// An engine of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    /// SQLite files.
    Embedded,
    /// PostgreSQL.
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Embedded => "embedded",
            Self::Postgres => "postgres",
        })
    }
}

/// What all proofs of a run share.
pub struct Run {
    /// Rounds of the proofs that have rounds.
    pub rounds: u64,
    /// Where chance begins.
    pub seed: u64,
    folder: TempDir,
}

impl Run {
    /// A run in a folder of its own.
    pub fn new(rounds: u64, seed: u64) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("postroom-crash-").tempdir();
        Ok(Self { rounds, seed, folder: folder.context(|| "make a folder".to_owned())? })
    }

    /// An empty folder called `name`.
    pub fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.path().join(name);
        std::fs::create_dir(&folder).context(|| format!("make {}", folder.display()))?;
        Ok(folder)
    }

    /// Keeps the folder, for whoever looks why a proof failed.
    pub fn keep(self) -> PathBuf {
        self.folder.keep()
    }

    /// Says which operations were left out.
    pub fn note_missing(&self, missing: &BTreeSet<&'static str>) {
        if !missing.is_empty() {
            let names: Vec<&str> = missing.iter().copied().collect();
            println!("  not there yet, left out: {}", names.join(", "));
        }
    }

    /// Says how far it is, now and then.
    pub fn progress(&self, number: u64, counts: &Counts) {
        if number.is_multiple_of(25) {
            println!("  round {number} of {}: {counts}", self.rounds);
        }
    }
}
