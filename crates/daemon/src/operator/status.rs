//! How the daemon is, and telling it to read its certificates again.

use std::fmt;

use postroom_admin_api::coverage::NOT_IN_FORCE;
use postroom_directory::organizations::{Seen, alarming};
use serde::{Deserialize, Serialize};

use super::{Operator, time};
use crate::config::Engine;
use crate::problem::Problem;

/// Asks how the daemon is.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Status {}

/// Reads the certificates again.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Reload {}

/// How it is.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Report {
    running: bool,
    version: String,
    data_directory: String,
    engine: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<String>,
    endpoints: serde_json::Value,
    operations: usize,
    /// Organizations that a person should look at.
    alarms: Vec<Alarm>,
    /// Whether every organization was asked for its alarms.
    all_organizations_asked: bool,
    /// What is stored and not acted on yet.
    not_in_force: Vec<NotInForce>,
}

/// Something that a person should look at.
#[derive(Debug, Serialize, Deserialize)]
struct Alarm {
    organization: String,
    /// `domain.proof_lost`, or `organization.impaired`: it cannot be read.
    kind: String,
    subject: String,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    raised_at: Option<String>,
}

/// What an operation stores and nothing acts on yet.
#[derive(Debug, Serialize, Deserialize)]
struct NotInForce {
    operation: String,
    what: String,
}

/// Organizations that are asked for their alarms, at most: each is a file to open on the embedded engine.
const ORGANIZATIONS_ASKED_MAX: usize = 1_000;

/// The certificates were read again.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Reloaded {
    reloaded: bool,
}

pub(super) async fn report(operator: &Operator, _: Status) -> Result<Report, Problem> {
    let daemon = operator.daemon.as_ref();
    let data = &operator.config.data;
    let engine = match &operator.config.engine {
        Engine::Embedded => "embedded",
        Engine::Postgres(_) => "postgres",
    };
    let asked = alarming(&operator.opened.store, &operator.opened.keyring, ORGANIZATIONS_ASKED_MAX).await;
    let (seen, all_organizations_asked) =
        asked.map_err(|error| Problem::new("the organizations cannot be listed", error))?;
    Ok(Report {
        running: daemon.is_some(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        data_directory: std::path::absolute(data).unwrap_or_else(|_| data.clone()).display().to_string(),
        engine: engine.to_owned(),
        process: daemon.map(|_| std::process::id()),
        started_at: daemon.map(|daemon| time::text(daemon.started_at)),
        endpoints: daemon.map_or_else(|| serde_json::json!({}), |daemon| daemon.endpoints.clone()),
        operations: postroom_admin_api::IMPLEMENTED.len(),
        alarms: seen.into_iter().flat_map(alarms).collect(),
        all_organizations_asked,
        not_in_force: not_in_force(),
    })
}

fn alarms(seen: Seen) -> Vec<Alarm> {
    let organization = seen.organization.id.as_str().to_owned();
    match seen.alarms {
        Ok(alarms) => {
            let alarm = |alarm: postroom_directory::ops::Alarm| Alarm {
                organization: organization.clone(),
                kind: alarm.kind,
                subject: alarm.subject,
                message: alarm.message,
                raised_at: Some(time::text(alarm.raised_at)),
            };
            alarms.into_iter().map(alarm).collect()
        }
        Err(error) => vec![Alarm {
            subject: seen.organization.alias,
            organization,
            kind: "organization.impaired".to_owned(),
            message: format!("The organization cannot be read: {error}."),
            raised_at: None,
        }],
    }
}

/// The table of the API without the lines that only name another one.
fn not_in_force() -> Vec<NotInForce> {
    let told = NOT_IN_FORCE.iter().filter(|(_, what)| !what.starts_with("as "));
    told.map(|&(operation, what)| NotInForce { operation: operation.to_owned(), what: what.to_owned() })
        .collect()
}

pub(super) async fn reload(operator: &Operator, _: Reload) -> Result<Reloaded, Problem> {
    let Some(daemon) = &operator.daemon else {
        return Err(Problem::told("nothing was read", "no daemon runs on this data directory")
            .advise("start one with `postroom serve`, or name its data directory with --data"));
    };
    daemon.tls.reload(&operator.config, operator.opened.store.clock().now())?;
    Ok(Reloaded { reloaded: true })
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.process, &self.started_at) {
            (Some(process), Some(started_at)) => {
                writeln!(f, "Postroom {} runs as process {process} since {started_at}.", self.version)?;
            }
            _ => writeln!(f, "Postroom {} does not run here.", self.version)?,
        }
        writeln!(f, "data: {} ({} store)", self.data_directory, self.engine)?;
        for (name, address) in self.endpoints.as_object().into_iter().flatten() {
            writeln!(f, "{name}: {}", address.as_str().unwrap_or_default())?;
        }
        writeln!(f, "operations: {} of WorkMail's 92", self.operations)?;
        match (self.alarms.len(), self.all_organizations_asked) {
            (0, true) => writeln!(f, "alarms: none")?,
            (count, true) => writeln!(f, "alarms: {count}")?,
            (count, false) => {
                writeln!(f, "alarms: {count} (of the first {ORGANIZATIONS_ASKED_MAX} organizations)")?;
            }
        }
        for alarm in &self.alarms {
            let since = alarm.raised_at.as_ref().map_or_else(String::new, |at| format!(" since {at}"));
            writeln!(f, "  {} {}{since}: {}", alarm.organization, alarm.subject, alarm.message)?;
        }
        writeln!(f, "stored, and not in force or only in part:")?;
        self.not_in_force.iter().try_for_each(|each| writeln!(f, "  {}: {}", each.operation, each.what))
    }
}

impl fmt::Display for Reloaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "The certificates were read again.")
    }
}
