//! The process whose files are recorded: several clients of two mailboxes.

use std::sync::Mutex;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use postroom_types::OrganizationKey;

use super::client::Client;
use super::opened::{JumpingClock, Opened};
use super::prepare::prepare;
use crate::draw::Draw;
use crate::mail::Base;
use crate::power_loss::mark::{Mark, Marks};
use crate::power_loss::workload::Settings;

/// How far the clock of a process is ahead of the one before: more than it jumps.
const BETWEEN_PROCESSES: Duration = Duration::from_secs(2_000 * 24 * 60 * 60);

/// What the clients of a process share.
pub(super) struct Workload<'a> {
    pub(super) settings: &'a Settings,
    pub(super) marks: &'a Marks,
    pub(super) opened: Opened,
    pub(super) clock: &'a JumpingClock,
    pub(super) organization: OrganizationKey,
    pub(super) mailboxes: Vec<(i64, Base)>,
    pub(super) numbers: &'a AtomicI64,
    /// Held while the clock jumps and its mark is said.
    pub(super) jumping: Mutex<()>,
}

/// Runs the workload to its end. The first process only makes the mailboxes.
pub(in crate::power_loss) fn main(settings: &Settings, marks: &Marks) -> Result<(), String> {
    let numbers = AtomicI64::new(settings.process * 1_000_000 + 1);
    let process = u32::try_from(settings.process).unwrap_or(0);
    let clock = JumpingClock::ahead_by(BETWEEN_PROCESSES * process);
    for opening in 0..settings.openings as u64 {
        let opened = Opened::open(&settings.root, settings.seed, &clock)?;
        marks.say(&Mark::KeyInUse)?;
        if settings.process == 0 {
            prepare(&opened, marks)?;
            opened.store.close();
            return Ok(());
        }
        let (mut organization, mut mailboxes) = (OrganizationKey(0), Vec::new());
        for mark in Marks::said(&settings.marks)? {
            if let Mark::Mailbox { organization: key, mailbox, base } = mark {
                organization = OrganizationKey(key);
                mailboxes.push((mailbox, base));
            }
        }
        let jumping = Mutex::default();
        let workload = Workload {
            settings,
            marks,
            opened,
            clock: &clock,
            organization,
            mailboxes,
            numbers: &numbers,
            jumping,
        };
        workload.say_clock()?;
        if settings.faults {
            marks.say(&Mark::FaultsOn)?;
        }
        workload.run_clients(opening)?;
        if opening % 2 == 0 {
            marks.say(&Mark::FaultsOff)?;
        }
        workload.opened.store.close();
        marks.say(&Mark::FaultsOff)?;
    }
    Ok(())
}

impl Workload<'_> {
    fn run_clients(&self, opening: u64) -> Result<(), String> {
        std::thread::scope(|scope| {
            let clients: Vec<_> = (0..self.settings.clients)
                .map(|client| {
                    let process = (self.settings.process << 32).cast_unsigned();
                    let draw = Draw::of(self.settings.seed, (opening << 8) | client | process);
                    scope.spawn(move || Client { workload: self, draw }.run())
                })
                .collect();
            clients
                .into_iter()
                .try_for_each(|client| client.join().unwrap_or_else(|_| Err("a client panicked".to_owned())))
        })
    }

    /// Says what the clock says, before anybody acts on it.
    pub(super) fn say_clock(&self) -> Result<(), String> {
        let ahead = Duration::from_secs(32 * 24 * 60 * 60);
        let now = postroom_store::Clock::now(self.clock).plus(ahead);
        self.marks.say(&Mark::Clock { now: now.micros() })
    }
}
