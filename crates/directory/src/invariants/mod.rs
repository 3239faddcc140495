//! What `fsck` checks of the directory and of an organization's entities: what must hold and the schema cannot say.
//!
//! Tables of [`Check`]s, each with its statements beside it. References come before counters, so that what a repair
//! removes is counted right by the next one.

pub(crate) mod addresses;
pub(crate) mod counters;
pub(crate) mod credentials;
pub(crate) mod directory;
pub(crate) mod directory_rows;
pub(crate) mod domains;
pub(crate) mod entities;
pub(crate) mod folded;
pub(crate) mod limited;
pub(crate) mod links;
pub(crate) mod readable;

use postroom_store::fsck::{Check, RowCheck};
use postroom_store::seal::DataKey;
use postroom_store::{Change, Place, Read, Row, Statement, StoreError, Tx, parameters};
use postroom_types::OrganizationKey;

use crate::DirectoryError;
use crate::sql::organization;

pub use directory::CHECKS as DIRECTORY_CHECKS;

/// The tables of an organization's checks, in the order in which repairs need them.
const TABLES: &[&[Check]] = &[
    entities::CHECKS,
    addresses::CHECKS,
    links::CHECKS,
    domains::CHECKS,
    credentials::CHECKS,
    counters::CHECKS,
];

/// What the rows of the directory are checked for.
pub const DIRECTORY_ROWS: &[RowCheck] = directory_rows::CHECKS;
/// Whether what an organization's rows are found by is as their texts say: before the other checks, which compare keys.
pub const KEYS: &[RowCheck] = folded::CHECKS;
/// Whether what an organization's rows hold can be read: after the other checks, which remove what belongs to nobody.
pub const TEXTS: &[RowCheck] = readable::CHECKS;

/// Whether an organization's rows are as few as they may be.
pub const LIMITED: &[RowCheck] = limited::CHECKS;

/// The checks of an organization's own store.
pub fn checks() -> impl Iterator<Item = Check> {
    TABLES.iter().copied().flatten().copied()
}

/// Every statement of the checks and their repairs.
pub(crate) fn statements() -> impl Iterator<Item = &'static (&'static str, &'static Statement)> {
    let lists = [
        addresses::ALL,
        counters::ALL,
        credentials::ALL,
        directory::ALL,
        directory_rows::ALL,
        domains::ALL,
        entities::ALL,
        folded::ALL,
        limited::ALL,
        links::ALL,
        readable::ALL,
    ];
    lists.into_iter().flatten()
}

/// An invariant that is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// What must hold.
    pub invariant: &'static str,
    /// What is wrong.
    pub what: String,
}

/// Everything that is broken in `organization`, at most 100 rows a check. It scans: for tests.
pub fn broken(tx: &mut dyn Read, organization: OrganizationKey) -> Result<Vec<Broken>, DirectoryError> {
    let mut found = Vec::new();
    for check in checks() {
        let rows = tx.query(check.find, parameters![organization.0, 100])?;
        let broken = |row| Broken { invariant: check.invariant, what: (check.describe)(row) };
        found.extend(rows.into_iter().map(broken));
    }
    Ok(found)
}

/// What a repair begins with: the organization's row is locked and its admin sequence moves, so that every node looks;
/// a repair of the directory tells the caches.
pub fn begin_repair(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let Place::Organization(organization) = tx.place() else {
        tx.publish(Change::Directory);
        return Ok(());
    };
    if let Some(mut row) = tx.query_first(&organization::ADVANCE, parameters![organization.0])? {
        tx.publish(Change::Admin { organization, sequence: row.take(0) });
    }
    Ok(())
}

/// `<before> <first column> <after>`, for checks whose rows begin with what they are about.
fn about(row: &mut Row, before: &str, after: &str) -> String {
    format!("{before} {} {after}", row.take::<String>(0))
}

/// A check of rows that a person has to mend.
pub const fn told(
    invariant: &'static str,
    rows: &'static Statement,
    wrong: fn(Row, Option<&DataKey>) -> Option<String>,
) -> RowCheck {
    RowCheck { invariant, rows, wrong, repair: None }
}

/// What a reader's error says of a row.
pub fn cause(error: StoreError) -> String {
    match error {
        StoreError::Impaired(cause) => cause,
        other => other.to_string(),
    }
}

/// `<about> has "<word>" as its <what>, and there is none such`.
fn none_such(about: &str, (word, what): (&str, &str)) -> String {
    format!("{about} has {word:?} as its {what}, and there is none such")
}
