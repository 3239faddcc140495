//! The process whose files are recorded: several clients write, organizations come and go, archives are made.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use postroom_store::backup::write_archive;
use postroom_store::jobs::{self, Announcement};
use postroom_store::seal::{Keyring, Purpose, SealError};
use postroom_store::{Options, Outcome, Place, Store, StoreError};
use postroom_types::{OrganizationKey, Timestamp};

use super::mark::{End, Mark, Marks, SECRET};
use crate::draw::Draw;
use crate::ledger::{self, Found, KIND, LedgerError, Plan, audit, keep};

mod organizations;

pub use organizations::IN_DIRECTORY as ORGANIZATIONS;
pub(super) use organizations::{Stage, stages};
use organizations::{remove_row, set_stage};

/// What a workload is started with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder whose changes are recorded.
    pub root: PathBuf,
    /// The file of marks, outside of it.
    pub marks: PathBuf,
    /// Repeats the choices of the clients; their order in time is the machine's.
    pub seed: u64,
    /// Which process of the round this is; keeps numbers apart.
    pub process: i64,
    /// Clients at once.
    pub clients: u64,
    /// What each of them does between two openings of the store.
    pub steps: usize,
    /// How often the store is opened.
    pub openings: usize,
    /// Whether writes and syncs may fail.
    pub faults: bool,
}

/// The schema of the workload's stores.
pub fn modules() -> Vec<postroom_store::SchemaModule> {
    vec![ledger::IN_DIRECTORY, ledger::IN_ORGANIZATION, ORGANIZATIONS]
}

/// The store's folder.
pub(super) fn data_folder(root: &Path) -> PathBuf {
    root.join("data")
}

/// The master key: beside the store's files or in a folder of its own.
pub(super) fn key_file(root: &Path, seed: u64) -> PathBuf {
    if seed.is_multiple_of(2) {
        data_folder(root).join("master.key")
    } else {
        root.join("secrets/of/master.key")
    }
}

/// Where archives go. It is there from the start.
pub(super) const ARCHIVES: &str = "archives";

pub(super) fn archive_file(root: &Path, archive: i64) -> PathBuf {
    root.join(ARCHIVES).join(format!("{archive}.postroom"))
}

/// The purpose of what the workload seals.
pub(super) const PURPOSE: Purpose = Purpose::new("simulation");

/// Runs the workload to its end.
pub(super) fn main(settings: &Settings, marks: &Marks) -> Result<(), String> {
    let numbers = Numbers {
        transaction: AtomicI64::new(settings.process * 1_000_000 + 1),
        organization: AtomicI64::new(settings.process * 1_000 + 1),
        archive: AtomicI64::new(settings.process * 1_000 + 1),
    };
    for opening in 0..settings.openings as u64 {
        let store = open(&settings.root)?;
        let keyring =
            block_on(Keyring::open_with_file(store.clone(), &key_file(&settings.root, settings.seed)));
        let keyring = keyring.map_err(|error| error.to_string())?;
        marks.say(&Mark::KeyInUse)?;
        let workload =
            Workload { settings, marks, store: &store, keyring, numbers: &numbers, active: Mutex::default() };
        workload.settle_organizations()?;
        if settings.faults {
            marks.say(&Mark::FaultsOn)?;
        }
        std::thread::scope(|scope| {
            let clients: Vec<_> = (0..settings.clients)
                .map(|client| {
                    let draw = Draw::of(
                        settings.seed,
                        (opening << 8) | client | (settings.process << 32).cast_unsigned(),
                    );
                    let workload = &workload;
                    scope.spawn(move || Client { workload, draw, acknowledged: Vec::new() }.run())
                })
                .collect();
            clients
                .into_iter()
                .try_for_each(|client| client.join().unwrap_or_else(|_| Err("a client panicked".to_owned())))
        })?;
        if opening % 2 == 0 {
            marks.say(&Mark::FaultsOff)?;
        }
        store.close();
        marks.say(&Mark::FaultsOff)?;
    }
    Ok(())
}

/// Opens the store below `root`.
pub(super) fn open(root: &Path) -> Result<Store, String> {
    Store::open(Options::embedded(data_folder(root), modules())).map_err(|error| error.to_string())
}

/// The store only waits for its own threads: no reactor is needed, but leases of jobs are held on by the clock.
pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.unwrap_or_else(|error| panic!("no runtime: {error}")).block_on(future)
}

/// Panics that a plan asks for are not worth a line each.
pub(crate) fn silence_planned_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if info.payload().downcast_ref::<&str>() != Some(&ledger::PLANNED) {
            usual(info);
        }
    }));
}

struct Numbers {
    transaction: AtomicI64,
    organization: AtomicI64,
    archive: AtomicI64,
}

struct Workload<'a> {
    settings: &'a Settings,
    marks: &'a Marks,
    store: &'a Store,
    keyring: Keyring,
    numbers: &'a Numbers,
    /// Organizations that clients may use.
    active: Mutex<Vec<i64>>,
}

struct Client<'a> {
    workload: &'a Workload<'a>,
    draw: Draw,
    /// Transactions with a token that were acknowledged here: number, place and sequence.
    acknowledged: Vec<(i64, i64, i64)>,
}

fn place_of(number: i64) -> Place {
    if number == 0 { Place::Directory } else { Place::Organization(OrganizationKey(number)) }
}

impl Client<'_> {
    fn run(mut self) -> Result<(), String> {
        (0..self.workload.settings.steps).try_for_each(|_| self.step())
    }

    fn step(&mut self) -> Result<(), String> {
        match self.draw.below(100) {
            0..5 => self.workload.add_organization(),
            5..8 => self.remove_organization(),
            8..10 => self.archive(),
            10..14 => self.look(),
            14..20 => self.send_again(),
            _ => {
                let place = self.some_place();
                let number = self.workload.numbers.transaction.fetch_add(1, Ordering::Relaxed);
                self.transaction(number, place)
            }
        }
    }

    fn some_place(&mut self) -> i64 {
        let active = self.workload.active();
        let chosen = self.draw.below(active.len() + 1);
        active.get(chosen).copied().unwrap_or(0)
    }

    /// One transaction; one with a token whose outcome is unknown is sent again.
    fn transaction(&mut self, number: i64, place: i64) -> Result<(), String> {
        for _ in 0..3 {
            match self.workload.transaction(number, place)? {
                End::Committed { sequence } => {
                    if Plan::of(self.workload.settings.seed, number).with_token {
                        self.acknowledged.push((number, place, sequence));
                    }
                    return Ok(());
                }
                End::Unknown if Plan::of(self.workload.settings.seed, number).with_token => {}
                End::Nothing | End::Unknown => return Ok(()),
            }
        }
        Ok(())
    }

    /// A request that was answered comes once more: it must get the same answer.
    fn send_again(&mut self) -> Result<(), String> {
        let chosen = self.draw.below(self.acknowledged.len());
        let Some((number, place, sequence)) = self.acknowledged.get(chosen).copied() else { return Ok(()) };
        if place != 0 && !self.workload.active().contains(&place) {
            return Ok(());
        }
        match self.workload.transaction(number, place)? {
            End::Committed { sequence: again } if again != sequence => {
                Err(format!("transaction {number} was answered {sequence}, then {again}"))
            }
            _ => Ok(()),
        }
    }

    fn archive(&mut self) -> Result<(), String> {
        let (place, workload) = (self.some_place(), self.workload);
        let archive = workload.numbers.archive.fetch_add(1, Ordering::Relaxed);
        let path = archive_file(&workload.settings.root, archive);
        let about = serde_json::Value::Null;
        match write_archive(workload.store, &workload.keyring, place_of(place), &about, &path) {
            Ok(counts) => workload.marks.say(&Mark::Archived { archive, rows: counts.rows }),
            Err(_) if workload.settings.faults || !workload.is_active(place) => Ok(()),
            Err(error) => Err(format!("archive of {place}: {error}")),
        }
    }

    /// Reads a place as a process does that runs: it is never half there, and this client's own writes are.
    fn look(&mut self) -> Result<(), String> {
        let (place, workload) = (self.some_place(), self.workload);
        let found = workload.store.read_blocking(place_of(place), |read| Found::read(read, place_of(place)));
        let found = match found {
            Ok(found) => found,
            Err(_) if workload.settings.faults || !workload.is_active(place) => return Ok(()),
            Err(error) => return Err(format!("reading {place}: {error}")),
        };
        let log = match audit(workload.settings.seed, &found) {
            Ok(log) => log,
            Err(_) if !workload.is_active(place) => return Ok(()),
            Err(error) => return Err(format!("reading {place}: {error}")),
        };
        let mut own = self.acknowledged.iter().filter(|(_, in_place, _)| *in_place == place);
        let missing = own.find(|(number, _, _)| !log.contains(number));
        match missing {
            Some((number, ..)) if workload.is_active(place) => {
                Err(format!("transaction {number} was acknowledged and a reader of {place} does not see it"))
            }
            _ => Ok(()),
        }
    }

    fn remove_organization(&mut self) -> Result<(), String> {
        let chosen = {
            let mut active = self.workload.active.lock().unwrap_or_else(PoisonError::into_inner);
            if active.len() < 3 {
                return Ok(());
            }
            let chosen = self.draw.below(active.len());
            active.swap_remove(chosen)
        };
        self.workload.remove_organization(chosen)
    }
}

impl Workload<'_> {
    fn active(&self) -> Vec<i64> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is_active(&self, place: i64) -> bool {
        place == 0 || self.active().contains(&place)
    }

    /// Hands transaction `number` to the store and says how it ended.
    fn transaction(&self, number: i64, place: i64) -> Result<End, String> {
        let (seed, to) = (self.settings.seed, place_of(place));
        let plan = Arc::new(Plan::of(seed, number));
        let announcement = if plan.with_job {
            match block_on(jobs::announce(self.store, to, KIND, Timestamp::from_seconds(1))) {
                Ok(announcement) => Some(announcement),
                Err(StoreError::Unavailable { .. }) if self.settings.faults => return Ok(End::Nothing),
                Err(error) => return Err(format!("announcing a job: {error}")),
            }
        } else {
            None
        };
        self.marks.say(&Mark::Begin { number, place })?;
        let kept = self.store.write_blocking(to, {
            let announcement: Option<Announcement> = announcement;
            move |tx| keep(tx, seed, &plan, announcement.as_ref())
        });
        let end = match kept {
            Ok(sequence) => End::Committed { sequence },
            Err(LedgerError::Refused) => End::Nothing,
            Err(LedgerError::Store(StoreError::Bug(cause))) if cause.contains(ledger::PLANNED) => {
                End::Nothing
            }
            Err(LedgerError::Store(StoreError::Unavailable { outcome, .. }))
                if self.settings.faults || !self.is_active(place) =>
            {
                if outcome == Outcome::Unknown {
                    End::Unknown
                } else {
                    End::Nothing
                }
            }
            Err(LedgerError::Store(_)) if !self.is_active(place) => End::Unknown,
            Err(error) => return Err(format!("transaction {number} in {place}: {error}")),
        };
        self.marks.say(&Mark::Done { number, place, end })?;
        Ok(end)
    }

    /// Finishes what an earlier process or opening had begun.
    fn settle_organizations(&self) -> Result<(), String> {
        let rows = self.store.read_blocking(Place::Directory, stages).map_err(|error| error.to_string())?;
        for (place, stage) in rows {
            match stage {
                Stage::Creating => self.create(place).map_err(|error| error.to_string())?,
                Stage::Active => self.active.lock().unwrap_or_else(PoisonError::into_inner).push(place),
                Stage::Removing => self.remove_organization(place)?,
            }
        }
        Ok(())
    }

    fn add_organization(&self) -> Result<(), String> {
        if self.active().len() >= 6 {
            return Ok(());
        }
        let place = self.numbers.organization.fetch_add(1, Ordering::Relaxed);
        let entered = self.store.write_blocking(Place::Directory, set_stage(place, Stage::Creating));
        match entered.and_then(|()| self.create(place)) {
            Ok(()) => self.seal(place),
            Err(_) if self.settings.faults => Ok(()),
            Err(error) => Err(format!("creating {place}: {error}")),
        }
    }

    fn create(&self, place: i64) -> Result<(), StoreError> {
        block_on(self.store.create_organization(OrganizationKey(place)))?;
        block_on(self.keyring.create_data_key(place_of(place))).map_err(|error| match error {
            SealError::Store(error) => error,
            other => StoreError::Bug(other.to_string()),
        })?;
        self.store.write_blocking(Place::Directory, set_stage(place, Stage::Active))?;
        self.marks.say(&Mark::Active { place }).map_err(StoreError::Bug)?;
        self.active.lock().unwrap_or_else(PoisonError::into_inner).push(place);
        Ok(())
    }

    fn seal(&self, place: i64) -> Result<(), String> {
        match block_on(self.keyring.data_key(place_of(place))) {
            Ok(key) => {
                let sealed = key.seal(self.store.random().as_ref(), PURPOSE, b"", SECRET);
                self.marks.say(&Mark::Sealed { place, sealed })
            }
            Err(_) if self.settings.faults || !self.is_active(place) => Ok(()),
            Err(error) => Err(format!("data key of {place}: {error}")),
        }
    }

    fn remove_organization(&self, place: i64) -> Result<(), String> {
        self.marks.say(&Mark::Removing { place })?;
        let key = OrganizationKey(place);
        let entered = self.store.write_blocking(Place::Directory, set_stage(place, Stage::Removing));
        let removed = entered.and_then(|()| block_on(self.store.remove_organization(key)));
        match removed.and_then(|()| self.store.write_blocking(Place::Directory, remove_row(place))) {
            Ok(()) => {
                self.keyring.forget(place_of(place));
                self.marks.say(&Mark::Gone { place })
            }
            Err(_) if self.settings.faults => Ok(()),
            Err(error) => Err(format!("removing {place}: {error}")),
        }
    }
}
