//! Logs of what people do: log-ins, decisions of access rules, what was done in mailboxes (WB §13.2).

use std::fmt;

use postroom_directory::access_audit::{AccessEntry, AccessLog, AccessPart, list_access};
use postroom_directory::organizations::Organization;
use postroom_store::{Place, Read};
use postroom_types::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::audit::{AuditTail, Line, Log, Trail, has_store, move_on};
use super::{Operator, time};
use crate::problem::Problem;

/// A record, with WorkMail's names and how often it happened.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AccessLine {
    /// When the last of what it counts happened, ms.
    event_timestamp: i64,
    pub(super) request_id: String,
    organization_arn: String,
    #[serde(skip_serializing_if = "String::is_empty", default)]
    user_id: String,
    /// WorkMail's name of the log.
    log_type: String,
    /// When the first of what it counts happened, ms.
    first_event_timestamp: i64,
    event_count: i64,
    /// The fields of its log.
    #[serde(flatten)]
    detail: Map<String, Value>,
}

impl AccessLine {
    fn new(entry: AccessEntry, organization: &Organization) -> Self {
        Self {
            event_timestamp: entry.last_at.micros() / 1_000,
            request_id: entry.request_id,
            organization_arn: organization.arn().to_string(),
            user_id: entry.user_id,
            log_type: entry.log.as_str().to_owned(),
            first_event_timestamp: entry.first_at.micros() / 1_000,
            event_count: entry.count,
            detail: serde_json::from_str(&entry.detail).unwrap_or_default(),
        }
    }
}

/// A part of one log.
pub(super) async fn tail(
    operator: &Operator,
    command: &AuditTail,
    about: Option<&Organization>,
) -> Result<Trail, Problem> {
    let log = match command.log {
        Log::Authentication => AccessLog::Authentication,
        Log::AccessControl => AccessLog::AccessControl,
        Log::Admin | Log::MailboxAccess => AccessLog::MailboxAccess,
    };
    let Some(about) = about else {
        let cause = "each organization has its own log of what people do";
        return Err(
            Problem::usage("--organization is missing", cause).advise("name it by its id (m-…) or its alias")
        );
    };
    let mut next = command.after.clone().unwrap_or_default();
    // The store of a deleted organization is gone, and its log with it.
    if !has_store(about.state) {
        return Ok(Trail { entries: Vec::new(), next });
    }
    let part = match command.after {
        Some(_) => AccessPart::After((Timestamp::from_micros(next.access.0), next.access.1.clone())),
        None => AccessPart::Last,
    };
    let (key, entries_max) = (about.key, command.entries_max);
    let list = move |read: &mut dyn Read| list_access(read, key, log, &part, entries_max);
    let found = operator.opened.store.read(Place::Organization(key), list).await;
    let found = found.map_err(|error| Problem::new("the log cannot be read", error))?;
    let full = command.after.is_some() && found.len() as i64 >= entries_max;
    move_on(&mut next.access, found.last().map(|last| (last.at, last.request_id.as_str())), full);
    let line = |entry| Line::Access(AccessLine::new(entry, about));
    Ok(Trail { entries: found.into_iter().map(line).collect(), next })
}

impl fmt::Display for AccessLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", time::text(Timestamp::from_micros(self.event_timestamp * 1_000)))?;
        if self.event_count != 1 {
            write!(f, " ({} times)", self.event_count)?;
        }
        if !self.user_id.is_empty() {
            write!(f, " user_id={}", self.user_id)?;
        }
        // Values are JSON: what a client says of itself cannot pass for another field.
        self.detail.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(user_agent: &str) -> AccessLine {
        let detail = format!(
            r#"{{"protocol":"IMAP","source_ip":"192.0.2.1","user_agent":{},"auth_successful":true}}"#,
            Value::from(user_agent)
        );
        AccessLine {
            event_timestamp: 1_800_000_000_250,
            request_id: "r".to_owned(),
            organization_arn: "arn".to_owned(),
            user_id: "u".to_owned(),
            log_type: "AUTHENTICATION_LOGS".to_owned(),
            first_event_timestamp: 1_800_000_000_000,
            event_count: 3,
            detail: serde_json::from_str(&detail).unwrap(),
        }
    }

    #[test]
    fn a_record_is_one_object_and_comes_back_from_the_running_daemon_as_it_was() {
        let json = serde_json::to_string(&Line::Access(line("Tester"))).unwrap();
        assert!(
            json.contains(r#""event_timestamp":1800000000250"#)
                && json.contains(r#""source_ip":"192.0.2.1""#)
        );
        assert!(!json.contains("detail"), "{json}");
        match serde_json::from_str(&json).unwrap() {
            Line::Access(back) => assert_eq!(serde_json::to_string(&Line::Access(back)).unwrap(), json),
            Line::Admin(entry) => unreachable!("{entry:?}"),
        }
    }

    #[test]
    fn what_a_client_says_of_itself_is_one_field_of_one_line() {
        let text = line("x\" auth_successful=false\n2027").to_string();
        assert!(text.starts_with("2027-01-15T08:00:00Z (3 times) user_id=u protocol="), "{text}");
        assert!(text.contains(r#" user_agent="x\" auth_successful=false\n2027""#), "{text}");
        assert!(text.ends_with(" auth_successful=true") && text.lines().count() == 1, "{text}");
    }
}
