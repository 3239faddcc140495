//! Checks of what the schema cannot hold: counters, references between tables, copies of a fact.
//!
//! A capability brings a table of [`Check`]s; each is one statement that finds the rows that break an invariant, and
//! where it can be mended, how. [`run`] goes through them on a live store: what it finds is looked at again in the
//! transaction that mends it.

use crate::{Parameter, Place, Read as _, Row, Sql, Statement, Store, StoreError, Tx, parameters};

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

/// Rows of one check that are reported; a broken counter table would otherwise fill the screen.
const FINDINGS_PER_CHECK_MAX: i64 = 1_000;

/// Goes through `checks` at `place`; mends what can be when `repair`. Blocks; call it on a thread that may.
pub fn run(store: &Store, place: Place, checks: &[Check], repair: bool) -> Result<Vec<Finding>, StoreError> {
    let mut findings = engine(store, place)?;
    for check in checks {
        findings.extend(one(store, place, *check, repair)?);
    }
    Ok(findings)
}

fn one(store: &Store, place: Place, check: Check, repair: bool) -> Result<Vec<Finding>, StoreError> {
    let find = move |read: &mut dyn crate::Read| {
        read.query(check.find, parameters![place.number(), FINDINGS_PER_CHECK_MAX])
    };
    let found: Result<Vec<Row>, StoreError> = store.read_blocking(place, find);
    let rows = found?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mended = match check.repair.filter(|_| repair) {
        None => false,
        Some(mend) => {
            let mended: Result<(), StoreError> = store.write_blocking(place, move |tx| {
                let rows = tx.query(check.find, parameters![place.number(), FINDINGS_PER_CHECK_MAX])?;
                rows.into_iter().try_for_each(|row| mend(tx, row))
            });
            mended?;
            true
        }
    };
    let describe =
        |row| Finding { place, invariant: check.invariant, what: (check.describe)(row), repaired: mended };
    Ok(rows.into_iter().map(describe).collect())
}

/// What the engine itself can tell about its file. PostgreSQL keeps its own checks (`pg_amcheck`).
fn engine(store: &Store, place: Place) -> Result<Vec<Finding>, StoreError> {
    if !store.is_embedded() {
        return Ok(Vec::new());
    }
    let mut findings = Vec::new();
    store.scan(place, |sql| {
        findings.clear();
        pragma(sql, "PRAGMA integrity_check(100)", &[], &mut |text| {
            if text != "ok" {
                findings.push(text);
            }
        })
    })?;
    let finding = |what| Finding { place, invariant: "the file is sound", what, repaired: false };
    Ok(findings.into_iter().map(finding).collect())
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
