//! The audit trail: what administrators have changed, and, when asked for, what was only read or refused.

use std::fmt;
use std::time::Duration;

use postroom_directory::DirectoryError;
use postroom_directory::call_audit::{CallCursor, CallRecord};
use postroom_directory::ops::{AuditEntry, AuditPart, RecordPart, Records, list_audit, list_records};
use postroom_directory::organizations::{Organization, OrganizationState};
use postroom_store::{Place, Read, Store};
use postroom_types::{OrganizationKey, Timestamp};
use serde::{Deserialize, Serialize};

use super::access_trail::{self, AccessLine};
use super::{Operator, named, time};
use crate::problem::Problem;

/// Records of the directory are written by several nodes and in batches, so one may appear behind a later one. Who
/// follows them reads this much again, and leaves out what it has seen.
const READ_AGAIN: Duration = Duration::from_secs(5);

/// Reads a part of the audit trail.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AuditTail {
    /// `m-…` or its alias; none: what was changed in the directory, whatever it is about.
    pub(crate) organization: Option<String>,
    /// Which log.
    pub(crate) log: Log,
    /// Reads and refusals, too; of the log of administrators only.
    pub(crate) calls: bool,
    /// Entries after this place; none: the last ones.
    pub(crate) after: Option<Cursor>,
    /// At most so many of each kind.
    pub(crate) entries_max: i64,
}

/// A log of the trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Log {
    /// What administrators did.
    Admin,
    /// Log-ins of people.
    Authentication,
    /// Decisions of access rules.
    AccessControl,
    /// What was done in mailboxes.
    MailboxAccess,
}

/// How far the tables were read.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Cursor {
    /// The organization's admin sequence.
    sequence: i64,
    /// Time (µs) and request of the last change of the directory.
    directory: (i64, String),
    /// Time (µs) and request of the last call.
    calls: (i64, String),
    /// Time (µs) and id of the last record of access.
    pub(super) access: (i64, String),
}

/// A part of the audit trail, oldest first.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Trail {
    pub(crate) entries: Vec<Line>,
    /// Where the next part begins.
    pub(crate) next: Cursor,
}

/// What a trail tells, one a line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Line {
    /// What an administrator did.
    Admin(Entry),
    /// What a person did.
    Access(AccessLine),
}

impl Line {
    /// What it is known by.
    pub(crate) fn request_id(&self) -> &str {
        match self {
            Self::Admin(entry) => &entry.request_id,
            Self::Access(line) => &line.request_id,
        }
    }
}

/// A change, or a call that changed nothing.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// The admin sequence after a change of an organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence: Option<i64>,
    at: String,
    #[serde(skip_serializing_if = "String::is_empty", default)]
    organization_id: String,
    actor: String,
    source_ip: String,
    operation: String,
    result: String,
    request_id: String,
    /// What was asked for, without anything sensitive.
    request_parameters: serde_json::Value,
}

impl Entry {
    fn of_organization(entry: AuditEntry, organization_id: &str) -> (Timestamp, Self) {
        let shown = Self {
            sequence: Some(entry.sequence),
            at: time::text(entry.at),
            organization_id: organization_id.to_owned(),
            actor: entry.actor,
            source_ip: entry.source_ip,
            operation: entry.operation,
            result: entry.result,
            request_id: entry.request_id,
            request_parameters: serde_json::from_str(&entry.parameters).unwrap_or_default(),
        };
        (entry.at, shown)
    }

    fn of_directory(record: CallRecord) -> (Timestamp, Self) {
        let shown = Self {
            sequence: None,
            at: time::text(record.at),
            organization_id: record.organization_id,
            actor: record.actor,
            source_ip: record.source_ip,
            operation: record.operation,
            result: record.result,
            request_id: record.request_id.as_ref().to_owned(),
            request_parameters: serde_json::from_str(&record.parameters).unwrap_or_default(),
        };
        (record.at, shown)
    }
}

pub(super) async fn tail(operator: &Operator, command: AuditTail) -> Result<Trail, Problem> {
    let about = match &command.organization {
        Some(name) => Some(named::organization(operator, name).await?),
        None => None,
    };
    if command.log != Log::Admin {
        return access_trail::tail(operator, &command, about.as_ref()).await;
    }
    let reading = Reading { store: &operator.opened.store, command: &command, about: about.as_ref() };
    let trail = reading.trail().await;
    trail.map_err(|error| Problem::new("the audit trail cannot be read", error))
}

/// One reading of up to three tables.
struct Reading<'a> {
    store: &'a Store,
    command: &'a AuditTail,
    about: Option<&'a Organization>,
}

impl Reading<'_> {
    async fn trail(&self) -> Result<Trail, DirectoryError> {
        let mut next = self.command.after.clone().unwrap_or_default();
        let mut entries = Vec::new();
        // The store of a deleted organization is gone; the directory still has the records of its life.
        if let Some(about) = self.about.filter(|about| has_store(about.state)) {
            let changes = self.of_organization(about.key).await?;
            next.sequence = changes.last().map_or(next.sequence, |entry| entry.sequence);
            entries.extend(changes.into_iter().map(|entry| Entry::of_organization(entry, about.id.as_str())));
        }
        let changes = self.of_directory(Records::Changes, &mut next.directory).await?;
        entries.extend(changes.into_iter().map(Entry::of_directory));
        if self.command.calls {
            let calls = self.of_directory(Records::Calls, &mut next.calls).await?;
            entries.extend(calls.into_iter().map(Entry::of_directory));
        }
        // Entries of one table are in order already, and stay so.
        entries.sort_by_key(|(at, _)| *at);
        if self.command.after.is_none() {
            let shown = usize::try_from(self.command.entries_max).unwrap_or(usize::MAX);
            entries.drain(..entries.len().saturating_sub(shown));
        }
        Ok(Trail { entries: entries.into_iter().map(|(_, entry)| Line::Admin(entry)).collect(), next })
    }

    async fn of_organization(&self, key: OrganizationKey) -> Result<Vec<AuditEntry>, DirectoryError> {
        let part =
            self.command.after.as_ref().map_or(AuditPart::Last, |after| AuditPart::After(after.sequence));
        let entries_max = self.command.entries_max;
        let list = move |read: &mut dyn Read| list_audit(read, key, part, entries_max);
        self.store.read(Place::Organization(key), list).await
    }

    /// Records of the directory; `next` moves to where the next part begins.
    async fn of_directory(
        &self,
        records: Records,
        next: &mut (i64, String),
    ) -> Result<Vec<CallRecord>, DirectoryError> {
        let after: CallCursor = (Timestamp::from_micros(next.0), next.1.clone());
        let part = if self.command.after.is_some() { RecordPart::After(after) } else { RecordPart::Last };
        let about = self.about.map(|about| about.id.clone());
        let entries_max = self.command.entries_max;
        let list = move |read: &mut dyn Read| list_records(read, records, about.as_ref(), &part, entries_max);
        let found = self.store.read(Place::Directory, list).await?;
        let full = self.command.after.is_some() && found.len() as i64 >= entries_max;
        let last = found.last().map(|last| (last.at, last.request_id.as_ref()));
        move_on(next, last, full);
        Ok(found)
    }
}

/// Moves `next` to where the part after `last` begins; `full`: there may be more at once.
pub(super) fn move_on(next: &mut (i64, String), last: Option<(Timestamp, &str)>, full: bool) {
    match last {
        Some((at, id)) if full => *next = (at.micros(), id.to_owned()),
        // The end: what came late is read with the next part.
        Some((at, _)) => *next = (next.0.max(at.minus(READ_AGAIN).micros()), String::new()),
        None => {}
    }
}

/// Whether the organization's own store is there to be read.
pub(super) fn has_store(state: OrganizationState) -> bool {
    matches!(state, OrganizationState::Active | OrganizationState::Deleting)
}

impl fmt::Display for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entries.iter().try_for_each(|line| {
            let entry = match line {
                Line::Admin(entry) => entry,
                Line::Access(line) => return writeln!(f, "{line}"),
            };
            let about = match entry.organization_id.as_str() {
                "" => String::new(),
                id => format!(" on {id}"),
            };
            writeln!(
                f,
                "{} {}{about} {} from {} by {} ({})",
                entry.at, entry.operation, entry.result, entry.source_ip, entry.actor, entry.request_id
            )
        })
    }
}
