//! What administrators have changed in an organization.

use std::fmt;

use postroom_admin_api::operator::organization;
use postroom_directory::DirectoryError;
use postroom_directory::ops::{AuditEntry, AuditPart, list_audit};
use postroom_store::{Place, Read};
use serde::{Deserialize, Serialize};

use super::{Operator, time};
use crate::problem::Problem;

/// Reads a part of the audit trail.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AuditTail {
    /// `m-…`
    pub(crate) organization: String,
    /// Entries after this one; none: the last ones.
    pub(crate) after: Option<i64>,
    /// At most so many.
    pub(crate) entries_max: i64,
}

/// A part of the audit trail, oldest first.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Trail {
    pub(crate) entries: Vec<Entry>,
}

/// A change.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) sequence: i64,
    at: String,
    actor: String,
    source_ip: String,
    operation: String,
    result: String,
    request_id: String,
    /// What was asked for, without anything sensitive.
    request_parameters: serde_json::Value,
}

impl From<AuditEntry> for Entry {
    fn from(entry: AuditEntry) -> Self {
        Self {
            sequence: entry.sequence,
            at: time::text(entry.at),
            actor: entry.actor,
            source_ip: entry.source_ip,
            operation: entry.operation,
            result: entry.result,
            request_id: entry.request_id,
            request_parameters: serde_json::from_str(&entry.parameters).unwrap_or_default(),
        }
    }
}

pub(super) async fn tail(operator: &Operator, command: AuditTail) -> Result<Trail, Problem> {
    let organization = organization(&operator.api, &command.organization).await;
    let key = organization.map_err(|fault| Problem::new("there is no audit trail", &fault.message))?.key;
    let part = command.after.map_or(AuditPart::Last, AuditPart::After);
    let entries_max = command.entries_max;
    let listed = operator
        .opened
        .store
        .read(Place::Organization(key), move |read: &mut dyn Read| list_audit(read, key, part, entries_max));
    let entries = listed
        .await
        .map_err(|error: DirectoryError| Problem::new("the audit trail cannot be read", error))?;
    Ok(Trail { entries: entries.into_iter().map(Entry::from).collect() })
}

impl fmt::Display for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entries.iter().try_for_each(|entry| {
            writeln!(
                f,
                "{} {} {} from {} by {} ({})",
                entry.at, entry.operation, entry.result, entry.source_ip, entry.actor, entry.request_id
            )
        })
    }
}
