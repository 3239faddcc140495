//! What a person should look at in an organization.

use postroom_store::{Read, Row, parameters};
use postroom_types::Timestamp;

use crate::DirectoryError;
use crate::admin::AdminRead;
use crate::sql::domains as sql;

/// Something that a person should look at. It goes away by itself when its cause does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// What kind, such as `domain.proof_lost`.
    pub kind: String,
    /// What it is about, such as the domain.
    pub subject: String,
    /// What to do.
    pub message: String,
    /// Since when.
    pub raised_at: Timestamp,
}

/// The organization's alarms, oldest first.
pub fn list_alarms(tx: &mut AdminRead<'_>) -> Result<Vec<Alarm>, DirectoryError> {
    let organization = tx.organization;
    let rows = tx.query(&sql::LIST_ALARMS, parameters![organization.0])?;
    let alarm = |mut row: Row| Alarm {
        kind: row.take(0),
        subject: row.take(1),
        message: row.take(2),
        raised_at: row.take(3),
    };
    Ok(rows.into_iter().map(alarm).collect())
}
