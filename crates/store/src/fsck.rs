//! Checks of what the schema cannot hold: counters, references between tables, copies of a fact.
//!
//! A capability brings a table of [`Check`]s; each is one statement that finds the rows that break an invariant, and
//! where it can be mended, how. [`run`] goes through them on a live store: what it finds is looked at again in the
//! transaction that mends it, and once more after it: only what is gone then counts as repaired. What no statement can
//! tell of a row is a [`RowCheck`], see [`run_rows`].

mod rows;

use crate::{Index, Parameter, Place, Read as _, Row, Sql, Statement, Store, StoreError, Tx, parameters};

pub use rows::{RowCheck, run_rows};

/// Mends what a row that was found says.
pub type Repair = fn(&mut Tx<'_>, Row) -> Result<(), StoreError>;

/// One invariant.
#[derive(Clone, Copy)]
pub struct Check {
    /// What must hold, as a sentence.
    pub invariant: &'static str,
    /// Finds rows that break it: `$1` the place's number, `$2` how many rows at most.
    pub find: &'static Statement,
    /// Says what is wrong with a row that was found.
    pub describe: fn(Row) -> String,
    /// Mends a row that was found; `None` where a person has to decide.
    pub repair: Option<Repair>,
}

/// Something that breaks an invariant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub place: Place,
    /// What must hold.
    pub invariant: &'static str,
    /// What is wrong.
    pub what: String,
    /// Whether it has been mended.
    pub repaired: bool,
}

/// What a transaction that mends begins with: the capability locks what writers lock and tells who watches.
pub type Begin = fn(&mut Tx<'_>) -> Result<(), StoreError>;

/// Rows of one check that are looked at at once.
const ROWS_MAX: i64 = 1_000;
/// Times that as many rows are mended; more breakage than that is left, and told.
const ROUNDS_MAX: usize = 1_000;

/// Goes through `checks` at `place`, the engine's own and those of jobs first; mends what can be, in transactions that
/// begin with `repair`. Blocks; call it on a thread that may.
pub fn run(
    store: &Store,
    place: Place,
    checks: &[Check],
    repair: Option<Begin>,
) -> Result<Vec<Finding>, StoreError> {
    let mut findings = engine(store, place)?;
    findings.extend(one(store, place, &crate::jobs::NUMBERS_CHECK, repair)?);
    findings.extend(crate::jobs::check_leases(store, place, repair.is_some())?);
    for check in checks {
        findings.extend(one(store, place, check, repair)?);
    }
    Ok(findings)
}

fn one(
    store: &Store,
    place: Place,
    check: &Check,
    repair: Option<Begin>,
) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    for _ in 0..ROUNDS_MAX {
        let found = look(store, place, check)?;
        let (Some(mend), Some(begin), false) = (check.repair, repair, found.is_empty()) else {
            findings.extend(found.into_iter().map(|row| finding(place, check, row, false)));
            break;
        };
        let find = check.find;
        store.write_blocking(place, move |tx| {
            begin(tx)?;
            // Looked at again: it may be right by now.
            let rows = tx.query(find, parameters![place.number(), ROWS_MAX])?;
            rows.into_iter().try_for_each(|row| mend(tx, row))
        })?;
        let left = look(store, place, check)?;
        let stuck = found.iter().any(|row| left.contains(row));
        findings.extend(found.into_iter().map(|row| {
            let repaired = !left.contains(&row);
            finding(place, check, row, repaired)
        }));
        if stuck || left.is_empty() {
            break;
        }
    }
    Ok(findings)
}

fn finding(place: Place, check: &Check, row: Row, repaired: bool) -> Finding {
    Finding { place, invariant: check.invariant, what: (check.describe)(row), repaired }
}

/// Rows that break the invariant, from a snapshot that may live as long as a scan takes.
fn look(store: &Store, place: Place, check: &Check) -> Result<Vec<Row>, StoreError> {
    store.scan(place, |sql| {
        let mut rows = Vec::new();
        sql.stream(check.find.text, parameters![place.number(), ROWS_MAX], &mut |_, row| {
            rows.push(row);
            true
        })?;
        Ok(rows)
    })
}

/// What the engine itself can tell about its file. PostgreSQL keeps its own checks (`pg_amcheck`).
fn engine(store: &Store, place: Place) -> Result<Vec<Finding>, StoreError> {
    if !store.is_embedded() {
        return Ok(Vec::new());
    }
    let index = index(store, place)?;
    let mut findings = Vec::new();
    store.scan(place, |sql| {
        findings.clear();
        pragma(sql, "PRAGMA main.integrity_check(100)", &[], &mut |text| {
            if text != "ok" {
                findings.push(text);
            }
        })
    })?;
    let finding = |what| Finding { place, invariant: "the file is sound", what, repaired: false };
    Ok(index.into_iter().chain(findings.into_iter().map(finding)).collect())
}

/// Whether the place's index file is damaged: then a new one is there now, for those to fill whose index it is.
fn index(store: &Store, place: Place) -> Result<Option<Finding>, StoreError> {
    if !store.has_index(place) {
        return Ok(None);
    }
    match store.index_blocking(place, Index::verify) {
        Ok(()) => Ok(None),
        Err(StoreError::Impaired(cause)) => {
            let what = format!("the index file is damaged, and a new one is begun: {cause}");
            Ok(Some(Finding { place, invariant: "the index file is sound", what, repaired: true }))
        }
        Err(other) => Err(other),
    }
}

fn pragma(
    sql: &mut dyn Sql,
    text: &str,
    parameters: &[Parameter<'_>],
    each: &mut dyn FnMut(String),
) -> Result<(), StoreError> {
    sql.stream(text, parameters, &mut |_, mut row| {
        each(row.take(0));
        true
    })
}
