//! What is recorded in the directory: its changes, and the calls that changed nothing.

use postroom_store::{Read, parameters};
use postroom_types::OrganizationId;

use crate::DirectoryError;
use crate::call_audit::{CallCursor, CallRecord, from_row};
use crate::limits::PAGE_ROWS_MAX;
use crate::sql::{audit as changes, call_audit as calls};

/// Which records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Records {
    /// Changes of the directory.
    Changes,
    /// Reads and refusals.
    Calls,
}

/// Which part of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordPart {
    /// The first ones after this place.
    After(CallCursor),
    /// The last ones.
    Last,
}

/// At most `rows_max` records (1 to `limits::PAGE_ROWS_MAX`) of `part`, oldest first; only those that name
/// `organization`, if one is given.
pub fn list_records(
    tx: &mut dyn Read,
    records: Records,
    organization: Option<&OrganizationId>,
    part: &RecordPart,
    rows_max: i64,
) -> Result<Vec<CallRecord>, DirectoryError> {
    let rows_max = rows_max.clamp(1, PAGE_ROWS_MAX);
    let [after, after_of, last, last_of] = match records {
        Records::Changes => [
            &changes::AFTER_IN_DIRECTORY,
            &changes::AFTER_IN_DIRECTORY_OF,
            &changes::LAST_IN_DIRECTORY,
            &changes::LAST_IN_DIRECTORY_OF,
        ],
        Records::Calls => [&calls::AFTER, &calls::AFTER_OF, &calls::LAST, &calls::LAST_OF],
    };
    let organization = organization.map(|id| id.as_str());
    let rows = match (part, organization) {
        (RecordPart::After((at, id)), None) => tx.query(after, parameters![*at, id, rows_max])?,
        (RecordPart::After((at, id)), Some(of)) => tx.query(after_of, parameters![*at, id, rows_max, of])?,
        (RecordPart::Last, None) => tx.query(last, parameters![rows_max])?,
        (RecordPart::Last, Some(of)) => tx.query(last_of, parameters![rows_max, of])?,
    };
    let mut found: Vec<_> = rows.into_iter().map(from_row).collect();
    if *part == RecordPart::Last {
        found.reverse();
    }
    Ok(found)
}
