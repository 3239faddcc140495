//! What is in a mailbox against what is written down about it.
//!
//! Each check looks at one mailbox in one snapshot, so that changes which go on meanwhile are no finding. What it
//! finds is looked for again, and mended, in a transaction that holds the mailbox's row as every change of it does.
//! Checks stand in the order in which repairs need them: numbers first, since repairs give some out, counters last.

mod annotations;
mod contents;
mod counters;
mod folders;
mod grants;
mod keywords;
mod log;
mod mending;
mod numbers;
mod tree;
mod uids;

use postroom_store::fsck::Finding;
use postroom_store::{Place, Read, Row, Statement, Store, StoreError, parameters};
use postroom_types::OrganizationKey;

use crate::limits;
use crate::mailbox::{MailboxEpoch, MailboxKey};
use crate::sql::sweep;
use mending::Mending;

/// Mailboxes whose keys are read at once.
const PAGE: i64 = 500;
/// What one look at a check finds at most.
const FOUND_MAX: i64 = 1_000;
/// Times that as much is mended; more breakage than that is left, and told.
const ROUNDS_MAX: usize = 1_000;

/// Which mailbox is looked at.
#[derive(Clone, Copy)]
struct Of {
    organization: OrganizationKey,
    mailbox: MailboxKey,
}

/// Something that is wrong in a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wrong {
    /// What, without numbers that move while one looks.
    what: String,
    /// The numbers that say where, as the check's own repair needs them.
    at: [i64; 3],
}

/// Mends what was found.
type Mend = fn(&mut Mending<'_, '_>, &Wrong) -> Result<(), StoreError>;

/// One invariant of a mailbox.
struct Check {
    /// What must hold, as a sentence.
    invariant: &'static str,
    /// Finds what breaks it, `FOUND_MAX` at most.
    find: fn(&mut dyn Read, Of) -> Result<Vec<Wrong>, StoreError>,
    /// Mends what was found; `None` where a person has to decide.
    mend: Option<Mend>,
}

const TABLES: &[&[Check]] = &[
    numbers::CHECKS,
    folders::CHECKS,
    tree::CHECKS,
    annotations::CHECKS,
    grants::CHECKS,
    contents::CHECKS,
    uids::CHECKS,
    keywords::CHECKS,
    counters::CHECKS,
    log::CHECKS,
];

pub(super) fn statements() -> impl Iterator<Item = &'static (&'static str, &'static Statement)> {
    let lists = [numbers::ALL, folders::ALL, tree::ALL, contents::ALL, uids::ALL, counters::ALL];
    lists.into_iter().chain([annotations::ALL, grants::ALL, keywords::ALL, log::ALL, mending::ALL]).flatten()
}

/// Goes through every mailbox of an organization, detached ones too.
pub(super) fn check(
    store: &Store,
    organization: OrganizationKey,
    repair: bool,
) -> Result<Vec<Finding>, StoreError> {
    let (place, mut after, mut findings) = (Place::Organization(organization), 0, Vec::new());
    loop {
        let keys: Vec<i64> = store.read_blocking::<_, StoreError, _>(place, |read| {
            // What is being erased is no longer whole.
            let erased = read.now().minus(limits::ERASED_AFTER);
            let rows = read.query(&sweep::KEPT_AFTER, parameters![organization.0, after, PAGE, erased])?;
            Ok(rows.into_iter().map(|mut row| row.take(0)).collect())
        })?;
        let Some(&last) = keys.last() else { return Ok(findings) };
        after = last;
        for key in keys {
            let of = Of { organization, mailbox: MailboxKey(key) };
            for check in TABLES.iter().copied().flatten() {
                findings.extend(one(store, of, check, repair)?);
            }
        }
    }
}

fn one(store: &Store, of: Of, check: &'static Check, repair: bool) -> Result<Vec<Finding>, StoreError> {
    let (place, mut findings) = (Place::Organization(of.organization), Vec::new());
    let look = || store.read_blocking(place, |read| (check.find)(read, of));
    let finding = |wrong: Wrong, repaired| Finding {
        place,
        invariant: check.invariant,
        what: format!("mailbox {}: {}", of.mailbox.0, wrong.what),
        repaired,
    };
    for _ in 0..ROUNDS_MAX {
        let found = look()?;
        let (Some(mend), true, false) = (check.mend, repair, found.is_empty()) else {
            findings.extend(found.into_iter().map(|wrong| finding(wrong, false)));
            break;
        };
        let epoch = MailboxEpoch::mint(store.random().bytes());
        store.write_blocking::<_, StoreError, _>(place, move |tx| {
            // A mailbox that was erased since has nothing to mend.
            let Some(mut mending) = Mending::begin(tx, of, epoch)? else { return Ok(()) };
            // Looked at again: it may be right by now.
            let found = (check.find)(mending.tx, of)?;
            found.iter().try_for_each(|wrong| mend(&mut mending, wrong))?;
            mending.end()
        })?;
        let left = look()?;
        let stuck = found.iter().any(|wrong| left.contains(wrong));
        findings.extend(found.into_iter().map(|wrong| {
            let repaired = !left.contains(&wrong);
            finding(wrong, repaired)
        }));
        if stuck || left.is_empty() {
            break;
        }
    }
    Ok(findings)
}

/// Rows of `statement`, whose parameters are the mailbox and how many at most, as what is wrong.
fn found(
    read: &mut dyn Read,
    of: Of,
    statement: &Statement,
    wrong: impl Fn(Row) -> Wrong,
) -> Result<Vec<Wrong>, StoreError> {
    let rows = read.query(statement, parameters![of.organization.0, of.mailbox.0, FOUND_MAX])?;
    Ok(rows.into_iter().map(wrong).collect())
}

/// What is wrong with the folder in the row's first column.
fn folder_wrong(mut row: Row, what: &str) -> Wrong {
    let folder = row.take(0);
    Wrong { what: format!("folder {folder} {what}"), at: [folder, 0, 0] }
}
