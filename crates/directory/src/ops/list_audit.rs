//! The audit trail of an organization, newest last.

use postroom_store::{Read, Row, parameters};
use postroom_types::{OrganizationKey, Timestamp};

use crate::DirectoryError;
use crate::limits::PAGE_ROWS_MAX;
use crate::sql::audit as sql;

/// A change that an administrator has made, or a person of the rights to folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// The admin sequence after the change.
    pub sequence: i64,
    /// When.
    pub at: Timestamp,
    /// The operation.
    pub operation: String,
    /// The request's id.
    pub request_id: String,
    /// Who: `account/key`, `operator: …`, `system: …` or `user: …`.
    pub actor: String,
    /// Where the request came from.
    pub source_ip: String,
    /// How it ended.
    pub result: String,
    /// What was asked for: a JSON object without anything sensitive.
    pub parameters: String,
}

/// Which part of the trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditPart {
    /// The first entries after this sequence.
    After(i64),
    /// The last entries.
    Last,
}

/// At most `rows_max` entries (1 to `limits::PAGE_ROWS_MAX`) of `part`.
pub fn list_audit(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    part: AuditPart,
    rows_max: i64,
) -> Result<Vec<AuditEntry>, DirectoryError> {
    let rows_max = rows_max.clamp(1, PAGE_ROWS_MAX);
    let read = |mut row: Row| AuditEntry {
        sequence: row.take(0),
        at: row.take(1),
        operation: row.take(2),
        request_id: row.take(3),
        actor: row.take(4),
        source_ip: row.take(5),
        result: row.take(6),
        parameters: row.take(7),
    };
    match part {
        AuditPart::After(sequence) => {
            let rows = tx.query(&sql::AFTER, parameters![organization.0, sequence, rows_max])?;
            Ok(rows.into_iter().map(read).collect())
        }
        AuditPart::Last => {
            let rows = tx.query(&sql::LAST, parameters![organization.0, rows_max])?;
            Ok(rows.into_iter().rev().map(read).collect())
        }
    }
}
