//! What to run, and how it went.

use std::path::PathBuf;
use std::time::Duration;

use super::image::Survival;
use super::subject::Subject;

/// What to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The program that has the workload: `<program> workload …`.
    pub program: PathBuf,
    /// What is recorded; without one, seed by seed another.
    pub subject: Option<Subject>,
    /// Seed of the first round; the others count on.
    pub seed: u64,
    /// Rounds at most.
    pub rounds: u64,
    /// Images of a round.
    pub images: usize,
    /// Not so many, but one of every state that the disk is in: after each sync, with nothing that was not synced, and
    /// after each change, with everything.
    pub every: bool,
    /// No new round begins after this long.
    pub time_max: Duration,
    /// Syncs of this class are left out, to prove that it is noticed: `folder`, `database`, `wal`, `body`,
    /// `shelf`, `other`, `all`.
    pub drop_syncs: Option<String>,
    /// Where the log of a failed round is kept.
    pub keep: PathBuf,
    /// Says how each round went.
    pub verbose: bool,
}

/// How it went.
#[derive(Debug, Default)]
pub struct Report {
    /// Rounds that ran.
    pub rounds: u64,
    /// Processes whose files were recorded.
    pub processes: u64,
    /// Records in all logs.
    pub records: u64,
    /// Transactions that were acknowledged.
    pub acknowledged: u64,
    /// Syncs that ended well, and that failed.
    pub syncs: (u64, u64),
    /// Syncs that asked for the data only (`fdatasync`).
    pub data_syncs: u64,
    /// Images that were opened.
    pub images: u64,
    /// The first failure.
    pub failure: Option<Failure>,
}

/// What went wrong, and how to see it again.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Seed of the round.
    pub seed: u64,
    /// What was recorded.
    pub subject: Subject,
    /// How many records were on their way when the power went; `None` when the workload itself failed.
    pub position: Option<usize>,
    /// What survived.
    pub survival: Survival,
    /// What is wrong.
    pub message: String,
    /// Folder with the log.
    pub kept: PathBuf,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { seed, subject, message, kept, .. } = self;
        writeln!(f, "power loss, {subject}, seed {seed}: {message}")?;
        match self.position {
            None => write!(
                f,
                "the files are in {}; again: cargo xtask sim power-loss --subject {subject} --seed {seed}",
                kept.display()
            ),
            Some(at) => {
                let survival = match self.survival {
                    Survival::Everything => "everything".to_owned(),
                    Survival::Nothing => "nothing".to_owned(),
                    Survival::Part { seed } => format!("part:{seed}"),
                };
                let kept = kept.display();
                write!(
                    f,
                    "exactly this image again: cargo xtask sim replay {kept} --at {at} --survival {survival}"
                )
            }
        }
    }
}

impl Options {
    /// What the round of `seed` records.
    pub(super) fn subject_of(&self, seed: u64) -> Subject {
        self.subject.unwrap_or_else(|| Subject::of_seed(seed))
    }
}
