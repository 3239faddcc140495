//! What is recorded in the directory: its changes, and the calls that changed nothing.

use postroom_store::{Read, Row, parameters};
use postroom_types::OrganizationId;

use crate::DirectoryError;
use crate::call_audit::{CallCursor, CallRecord, last_calls, list_calls};
use crate::limits::PAGE_ROWS_MAX;
use crate::sql::audit as sql;

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
    let organization = organization.map(OrganizationId::as_str);
    match (records, part) {
        (Records::Changes, part) => changes(tx, organization, part, rows_max.clamp(1, PAGE_ROWS_MAX)),
        (Records::Calls, RecordPart::After(cursor)) => Ok(list_calls(tx, organization, cursor, rows_max)?),
        (Records::Calls, RecordPart::Last) => Ok(last_calls(tx, organization, rows_max)?),
    }
}

fn changes(
    tx: &mut dyn Read,
    organization: Option<&str>,
    part: &RecordPart,
    rows_max: i64,
) -> Result<Vec<CallRecord>, DirectoryError> {
    let rows = match (part, organization) {
        (RecordPart::After((at, id)), None) => {
            tx.query(&sql::AFTER_IN_DIRECTORY, parameters![*at, id, rows_max])?
        }
        (RecordPart::After((at, id)), Some(of)) => {
            tx.query(&sql::AFTER_IN_DIRECTORY_OF, parameters![*at, id, rows_max, of])?
        }
        (RecordPart::Last, None) => tx.query(&sql::LAST_IN_DIRECTORY, parameters![rows_max])?,
        (RecordPart::Last, Some(of)) => tx.query(&sql::LAST_IN_DIRECTORY_OF, parameters![rows_max, of])?,
    };
    let mut found: Vec<_> = rows.into_iter().map(change).collect();
    if *part == RecordPart::Last {
        found.reverse();
    }
    Ok(found)
}

fn change(mut row: Row) -> CallRecord {
    CallRecord {
        at: row.take(0),
        request_id: row.take::<String>(1).into(),
        aws_account: row.take::<String>(2).into(),
        organization_id: row.take(3),
        actor: row.take(4),
        source_ip: row.take(5),
        operation: row.take(6),
        result: row.take(7),
        parameters: row.take::<String>(8).into(),
    }
}
