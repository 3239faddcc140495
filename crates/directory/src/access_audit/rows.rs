//! Records as rows.

use postroom_store::{Read, Row, StoreError, Tx, parameters};
use postroom_types::{OrganizationKey, Timestamp};

use super::event::AccessLog;
use super::held::Record;
use crate::limits::PAGE_ROWS_MAX;
use crate::sql::{access_audit as sql, organization as organization_sql};

/// The detail of a record that says how many events no record was made of.
pub const NOT_RECORDED: &str = r#"{"not_recorded":true}"#;

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessEntry {
    /// Which log it belongs to.
    pub log: AccessLog,
    /// When it was made.
    pub at: Timestamp,
    /// Its id.
    pub request_id: String,
    /// When the first and the last of what it counts happened.
    pub first_at: Timestamp,
    /// See `first_at`.
    pub last_at: Timestamp,
    /// How often it happened.
    pub count: i64,
    /// The user; empty when nobody is known.
    pub user_id: String,
    /// JSON object of the fields that records of this log have (WB §13.2).
    pub detail: String,
}

/// Where a reading goes on: after this time and id.
pub type AccessCursor = (Timestamp, String);

/// Which part of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessPart {
    /// The first records after this place.
    After(AccessCursor),
    /// The last ones.
    Last,
}

/// At most `rows_max` records (1 to `limits::PAGE_ROWS_MAX`) of `part` of `log`, oldest first.
pub fn list_access(
    read: &mut dyn Read,
    organization: OrganizationKey,
    log: AccessLog,
    part: &AccessPart,
    rows_max: i64,
) -> Result<Vec<AccessEntry>, StoreError> {
    let (rows_max, word) = (rows_max.clamp(1, PAGE_ROWS_MAX), log.as_str());
    let rows = match part {
        AccessPart::After((at, id)) => {
            read.query(&sql::AFTER, parameters![organization.0, word, *at, id, rows_max])?
        }
        AccessPart::Last => read.query(&sql::LAST, parameters![organization.0, word, rows_max])?,
    };
    let mut found: Vec<_> = rows.into_iter().map(|row| from_row(log, row)).collect();
    if *part == AccessPart::Last {
        found.reverse();
    }
    Ok(found)
}

fn from_row(log: AccessLog, mut row: Row) -> AccessEntry {
    AccessEntry {
        log,
        at: row.take(0),
        request_id: row.take(1),
        first_at: row.take(2),
        last_at: row.take(3),
        count: row.take(4),
        user_id: row.take(5),
        detail: row.take(6),
    }
}

/// Inserts `records` under `ids`.
pub(super) fn write(
    tx: &mut Tx<'_>,
    organization: OrganizationKey,
    records: &[Record],
    ids: &[String],
) -> Result<(), StoreError> {
    // Events of an organization that is deleted meanwhile would stay for ever.
    if tx.execute(&organization_sql::HOLD, parameters![organization.0])? == 0 {
        return Ok(());
    }
    for (record, id) in records.iter().zip(ids) {
        tx.execute(
            &sql::INSERT,
            parameters![
                organization.0,
                record.log.as_str(),
                record.at,
                id,
                record.first_at,
                record.last_at,
                record.count,
                &*record.user_id,
                &*record.detail
            ],
        )?;
    }
    Ok(())
}
