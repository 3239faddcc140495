//! What is in a place, and whether it is what its log says.

use std::collections::BTreeMap;

use postroom_store::jobs::{self, JobId};
use postroom_store::{Place, Read, StoreError, parameters};

use super::keep::OPERATION;
use super::statements as sql;
use super::{Plan, State};

/// Everything of the ledger in one place, from one snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    log: Vec<(i64, i64)>,
    totals: (i64, i64, i64),
    items: Vec<(i64, i64, Vec<u8>)>,
    by_number: Vec<(i64, i64)>,
    tokens: BTreeMap<String, Option<Vec<u8>>>,
    jobs: Vec<String>,
}

impl Found {
    /// Reads the ledger of `place`.
    pub fn read(read: &mut dyn Read, place: Place) -> Result<Self, StoreError> {
        let number = place.number();
        let log = read.query(&sql::LOG, parameters![number])?;
        let totals = read.query_first(&sql::TOTALS, parameters![number])?;
        let items = read.query(&sql::ITEMS, parameters![number])?;
        let by_number = read.query(&sql::ITEMS_BY_NUMBER, parameters![number])?;
        let tokens = read.query(&sql::TOKENS, parameters![number, OPERATION])?;
        Ok(Self {
            log: log.into_iter().map(|mut row| (row.take(0), row.take(1))).collect(),
            totals: totals.map_or((0, 0, 0), |mut row| (row.take(0), row.take(1), row.take(2))),
            items: items.into_iter().map(|mut row| (row.take(0), row.take(1), row.take(2))).collect(),
            by_number: by_number.into_iter().map(|mut row| (row.take(0), row.take(1))).collect(),
            tokens: tokens.into_iter().map(|mut row| (row.take(0), row.take(1))).collect(),
            jobs: jobs_of(read, place)?,
        })
    }

    /// Whether a job of the ledger is there.
    pub fn has_jobs(&self) -> bool {
        !self.jobs.is_empty()
    }
}

fn jobs_of(read: &mut dyn Read, place: Place) -> Result<Vec<String>, StoreError> {
    let (mut keys, mut after) = (Vec::new(), JobId(0));
    loop {
        let page = jobs::list(read, place, false, after, 100)?;
        let Some(last) = page.last() else { return Ok(keys) };
        after = last.id;
        keys.extend(page.into_iter().filter_map(|job| job.unique_key));
    }
}

/// Compares what was found with what the log in it demands; answers the log. `Err` says what differs.
pub fn audit(seed: u64, found: &Found) -> Result<Vec<i64>, String> {
    let numbers: Vec<i64> = found.log.iter().map(|(_, number)| *number).collect();
    for (at, (sequence, number)) in (1_i64..).zip(&found.log) {
        if at != *sequence {
            return Err(format!("the log has sequence {sequence} (transaction {number}) where {at} is due"));
        }
    }
    let state = State::after(seed, &numbers);
    let totals = (state.sequence(), i64::try_from(state.items.len()).unwrap_or(0), state.bytes());
    if found.totals != totals {
        return Err(format!("totals are {:?} where the log makes {totals:?}", found.totals));
    }
    let items: Vec<(i64, i64)> = found.items.iter().map(|(key, number, _)| (*key, *number)).collect();
    let expected: Vec<(i64, i64)> = state.items.iter().map(|(key, item)| (*key, item.number)).collect();
    same("items (key, transaction)", &items, &expected)?;
    for ((key, number, value), item) in found.items.iter().zip(state.items.values()) {
        if *value != Plan::value(seed, *number, *key, item.size) {
            return Err(format!("the value of item {key}, written by transaction {number}, is another one"));
        }
    }
    let mut by_number: Vec<(i64, i64)> = items.iter().map(|(key, number)| (*number, *key)).collect();
    by_number.sort_unstable();
    same("items by transaction (transaction, key)", &found.by_number, &by_number)?;
    let tokens: BTreeMap<String, Option<Vec<u8>>> = state
        .tokens
        .iter()
        .map(|(number, sequence)| (number.to_string(), Some(sequence.to_le_bytes().to_vec())))
        .collect();
    same("tokens", &found.tokens.iter().collect::<Vec<_>>(), &tokens.iter().collect::<Vec<_>>())?;
    let mut jobs = found.jobs.clone();
    jobs.sort_unstable();
    let mut expected: Vec<String> = state.jobs.iter().map(ToString::to_string).collect();
    expected.sort_unstable();
    same("jobs", &jobs, &expected)?;
    Ok(numbers)
}

/// The first difference of two lists, in words.
fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &[T], expected: &[T]) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    let at = found.iter().zip(expected).take_while(|(found, expected)| found == expected).count();
    Err(format!(
        "{what}: {} instead of {}; the first difference: {:?} instead of {:?}",
        found.len(),
        expected.len(),
        found.get(at),
        expected.get(at)
    ))
}
