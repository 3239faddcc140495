//! An image, opened: whether everything acknowledged is there and nothing is half there.

use std::path::Path;

use postroom_store::backup::Archive;
use postroom_store::jobs;
use postroom_store::seal::Keyring;
use postroom_store::{Place, Statement, Store, StoreError};
use postroom_types::{OrganizationKey, Timestamp};

use super::expected::{Expected, Life};
use super::mark::SECRET;
use super::workload::{self, PURPOSE, Stage, archive_file, block_on, key_file, open, stages};
use crate::ledger::{Ending, Found, KIND, LedgerError, Plan, audit, keep};

static INTEGRITY: Statement = Statement::new("PRAGMA integrity_check");

/// Opens the image below `root` as the program would after a power loss; `Err` says what is wrong.
///
/// Afterwards it writes to every place, closes the store, opens it again and looks once more.
pub(super) fn check(root: &Path, seed: u64, expected: &Expected) -> Result<(), String> {
    let store = open(root)?;
    let checked = check_open(&store, root, seed, expected);
    store.close();
    let grown = checked?;
    let store = open(root).map_err(|error| format!("opening it a second time: {error}"))?;
    let checked = grown.iter().try_for_each(|(place, log)| {
        let found =
            check_place(&store, *place, seed).map_err(|error| format!("after one more write, {error}"))?;
        let kept = found == *log;
        kept.then_some(()).ok_or_else(|| format!("{place:?}: what was written after the power loss is lost"))
    });
    store.close();
    checked
}

fn check_open(
    store: &Store,
    root: &Path,
    seed: u64,
    expected: &Expected,
) -> Result<Vec<(Place, Vec<i64>)>, String> {
    if expected.key_in_use && !key_file(root, seed).exists() {
        return Err("LOST: the master key".to_owned());
    }
    let keyring = block_on(Keyring::open_with_file(store.clone(), &key_file(root, seed)));
    let keyring = keyring.map_err(|error| error.to_string())?;
    let mut logs = vec![(Place::Directory, check_place(store, Place::Directory, seed)?)];
    check_organizations(store, root, seed, expected, &mut logs)?;
    for (place, log) in &logs {
        let Some(wanted) = expected.places.get(&place.number()) else {
            if log.is_empty() {
                continue;
            }
            return Err(format!("{place:?}: something is there that nobody wrote"));
        };
        wanted.compare(log).map_err(|error| format!("{place:?}: {error}"))?;
        for sealed in &wanted.sealed {
            let key = block_on(keyring.data_key(*place)).map_err(|error| format!("{place:?}: {error}"))?;
            let opened = key.open(PURPOSE, b"", sealed);
            if !opened.is_ok_and(|opened| opened.as_slice() == SECRET) {
                return Err(format!("LOST: the data key of {place:?}"));
            }
        }
    }
    for (archive, rows) in &expected.archives {
        let path = archive_file(root, *archive);
        let counts = Archive::open(&path, &keyring).and_then(|archive| archive.verify());
        match counts {
            Ok(counts) if counts.rows == *rows => {}
            Ok(counts) => {
                return Err(format!("archive {archive} has {} rows instead of {rows}", counts.rows));
            }
            Err(error) => return Err(format!("LOST: archive {archive} of {rows} rows: {error}")),
        }
    }
    check_unfinished_archives(root, &keyring)?;
    for (place, log) in &mut logs {
        write_once_more(store, *place, seed, log)?;
    }
    Ok(logs)
}

/// Whatever has the name of an archive is a whole one, acknowledged or not.
fn check_unfinished_archives(root: &Path, keyring: &Keyring) -> Result<(), String> {
    let Ok(entries) = std::fs::read_dir(root.join(workload::ARCHIVES)) else { return Ok(()) };
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.extension().is_some_and(|extension| extension == "postroom") {
            let whole = Archive::open(&path, keyring).and_then(|archive| archive.verify());
            whole.map_err(|error| format!("{}: {error}", path.display()))?;
        }
    }
    Ok(())
}

/// Finishes what was begun with organizations and checks those that are there.
fn check_organizations(
    store: &Store,
    root: &Path,
    seed: u64,
    expected: &Expected,
    logs: &mut Vec<(Place, Vec<i64>)>,
) -> Result<(), String> {
    let rows = store.read_blocking(Place::Directory, stages).map_err(|error| error.to_string())?;
    for (number, life) in expected.places.iter().map(|(number, place)| (*number, place.life)) {
        let stage = rows.iter().find(|(there, _)| *there == number).map(|(_, stage)| *stage);
        match (life, stage) {
            (Life::Active, Some(Stage::Active)) | (Life::Unknown | Life::Removing, _) => {}
            (Life::Active, other) => {
                return Err(format!("LOST: organization {number}: its row says {other:?}"));
            }
            (Life::Gone, Some(_)) => return Err(format!("organization {number} is back after its removal")),
            (Life::Gone, None) => {
                if workload::data_folder(root).join(format!("organizations/{number}")).exists() {
                    return Err(format!("the folder of organization {number} is back after its removal"));
                }
            }
        }
    }
    for (number, stage) in rows {
        let (key, place) = (OrganizationKey(number), Place::Organization(OrganizationKey(number)));
        match stage {
            Stage::Creating => block_on(store.create_organization(key))
                .map_err(|error| format!("creating organization {number} again: {error}"))?,
            Stage::Active => {}
            Stage::Removing => {
                block_on(store.remove_organization(key))
                    .map_err(|error| format!("removing organization {number} again: {error}"))?;
                continue;
            }
        }
        logs.push((place, check_place(store, place, seed)?));
    }
    Ok(())
}

/// Reads, checks and audits a place; answers its log.
fn check_place(store: &Store, place: Place, seed: u64) -> Result<Vec<i64>, String> {
    let failed = |error: StoreError| format!("{place:?}: {error}");
    let mut integrity = store.read_blocking(place, |read| read.query(&INTEGRITY, &[])).map_err(failed)?;
    let lines: Vec<String> = integrity.iter_mut().map(|row| row.take(0)).collect();
    if lines != ["ok"] {
        return Err(format!("{place:?}: integrity_check says {lines:?}"));
    }
    let found = store.read_blocking(place, |read| Found::read(read, place)).map_err(failed)?;
    if found.has_jobs() && place != Place::Directory {
        let far = Timestamp::from_micros(i64::MAX);
        let hints = store.read_blocking(Place::Directory, |read| jobs::due_page(read, far, None, 1_000));
        let hints = hints.map_err(failed)?;
        if !hints
            .iter()
            .any(|hint| hint.kind == KIND.as_str() && Place::Organization(hint.organization) == place)
        {
            return Err(format!("{place:?}: has a job that the directory does not know of"));
        }
    }
    audit(seed, &found).map_err(|error| format!("{place:?}: {error}"))
}

/// A transaction that commits and has no job, of a number that the workload does not come to.
fn write_once_more(store: &Store, place: Place, seed: u64, log: &mut Vec<i64>) -> Result<(), String> {
    let mut plans = (900_000_000..).map(|number| Plan::of(seed, number));
    let Some(plan) = plans.find(|plan| plan.ending == Ending::Commit && !plan.with_job) else {
        return Ok(());
    };
    log.push(plan.number);
    let written: Result<i64, LedgerError> =
        store.write_blocking(place, move |tx| keep(tx, seed, &plan, None));
    written.map(drop).map_err(|error| format!("{place:?}: writing after the power loss: {error}"))
}
