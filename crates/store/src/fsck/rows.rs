//! Invariants of a single row that only code can tell: text that a reader must understand, keys that are computed.

use super::{Begin, Finding, ROUNDS_MAX, ROWS_MAX, Repair};
use crate::seal::DataKey;
use crate::{Place, Row, Statement, Store, StoreError, parameters};

/// One invariant of every row of a kind.
#[derive(Clone, Copy)]
pub struct RowCheck {
    /// What must hold, as a sentence.
    pub invariant: &'static str,
    /// The rows that it is about: `$1` the place's number. They never stand in memory together.
    pub rows: &'static Statement,
    /// What is wrong with a row; `None` when nothing is. What is sealed is opened when there is a data key.
    pub wrong: fn(Row, Option<&DataKey>) -> Option<String>,
    /// Mends a row; `None` where a person has to decide.
    pub repair: Option<Repair>,
}

/// Goes through `checks` at `place`, with its data key if there is one that opens; mends what can be, in transactions
/// that begin with `repair`. Blocks; call it on a thread that may.
pub fn run_rows(
    store: &Store,
    place: Place,
    checks: &[RowCheck],
    key: Option<&DataKey>,
    repair: Option<Begin>,
) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    for check in checks {
        findings.extend(one(store, place, check, key, repair)?);
    }
    Ok(findings)
}

/// A row that breaks the invariant, and how.
type Wrong = (Row, String);

fn one(
    store: &Store,
    place: Place,
    check: &RowCheck,
    key: Option<&DataKey>,
    repair: Option<Begin>,
) -> Result<Vec<Finding>, StoreError> {
    let finding = |what, repaired| Finding { place, invariant: check.invariant, what, repaired };
    let mut findings = Vec::new();
    for _ in 0..ROUNDS_MAX {
        let found = look(store, place, check, key)?;
        let (Some(mend), Some(begin), false) = (check.repair, repair, found.is_empty()) else {
            findings.extend(found.into_iter().map(|(_, what)| finding(what, false)));
            break;
        };
        // A repair changes a row only as long as it is what was found.
        let rows: Vec<Row> = found.iter().map(|(row, _)| row.clone()).collect();
        store.write_blocking(place, move |tx| {
            begin(tx)?;
            rows.iter().try_for_each(|row| mend(tx, row.clone()))
        })?;
        let left = look(store, place, check, key)?;
        let is_left = |row: &Row| left.iter().any(|(other, _)| other == row);
        let stuck = found.iter().any(|(row, _)| is_left(row));
        findings.extend(found.into_iter().map(|(row, what)| {
            let repaired = !is_left(&row);
            finding(what, repaired)
        }));
        if stuck || left.is_empty() {
            break;
        }
    }
    Ok(findings)
}

/// The first rows that break the invariant, from a snapshot that may live as long as a scan takes.
fn look(
    store: &Store,
    place: Place,
    check: &RowCheck,
    key: Option<&DataKey>,
) -> Result<Vec<Wrong>, StoreError> {
    store.scan(place, |sql| {
        let mut found = Vec::new();
        sql.stream(check.rows.text, parameters![place.number()], &mut |_, row| {
            if let Some(what) = (check.wrong)(row.clone(), key) {
                found.push((row, what));
            }
            (found.len() as i64) < ROWS_MAX
        })?;
        Ok(found)
    })
}
