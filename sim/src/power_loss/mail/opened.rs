//! A store of mailboxes, opened, with a clock that jumps.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use postroom_mailbox::{MailboxSweep, Mailboxes};
use postroom_store::jobs::{Jobs, Runner, RunnerOptions};
use postroom_store::seal::Keyring;
use postroom_store::{Clock, Options, Store, StoreError, SystemClock};
use postroom_types::Timestamp;

use crate::mail;
use crate::power_loss::workload::{block_on, data_folder, key_file};

/// A clock that stands still, and jumps ahead of the machine's by hours and days.
#[derive(Debug, Clone)]
pub(super) struct JumpingClock(Arc<AtomicI64>);

impl JumpingClock {
    /// A clock that is so far ahead of the machine's.
    pub(super) fn ahead_by(by: Duration) -> Self {
        Self(Arc::new(AtomicI64::new(SystemClock.now().plus(by).micros())))
    }

    pub(super) fn jump(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_micros()).unwrap_or(0), Ordering::SeqCst);
    }
}

impl Clock for JumpingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// An open store.
pub(super) struct Opened {
    pub(super) store: Store,
    pub(super) keyring: Keyring,
    pub(super) mailboxes: Mailboxes,
}

impl Opened {
    /// Opens the store below `root`.
    pub(super) fn open(root: &Path, seed: u64, clock: &JumpingClock) -> Result<Self, String> {
        let options = Options {
            clock: Arc::new(clock.clone()),
            ..Options::embedded(data_folder(root), mail::modules())
        };
        let store = Store::open(options).map_err(|error| error.to_string())?;
        let keyring = block_on(Keyring::open_with_file(store.clone(), &key_file(root, seed)));
        let keyring = keyring.map_err(|error| error.to_string())?;
        let mailboxes = Mailboxes::new(store.clone(), keyring.clone());
        Ok(Self { store, keyring, mailboxes })
    }
}

/// The daily job: what was expunged long ago goes, the log of changes is shortened, bodies are collected.
pub(super) async fn sweep(opened: &Opened) -> Result<(), StoreError> {
    let jobs = Jobs::new(opened.store.clone());
    let sweep = MailboxSweep::new(jobs.clone(), opened.keyring.clone());
    sweep.begin().await?;
    let runner = sweep.register_jobs(Runner::new(&jobs, RunnerOptions::default()));
    runner.run_due().await.map(drop)
}
