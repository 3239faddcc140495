//! How the daemon is, and telling it to read its certificates again.

use std::fmt;

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
}

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
    Ok(Report {
        running: daemon.is_some(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        data_directory: std::path::absolute(data).unwrap_or_else(|_| data.clone()).display().to_string(),
        engine: engine.to_owned(),
        process: daemon.map(|_| std::process::id()),
        started_at: daemon.map(|daemon| time::text(daemon.started_at)),
        endpoints: daemon.map_or_else(|| serde_json::json!({}), |daemon| daemon.endpoints.clone()),
        operations: postroom_admin_api::IMPLEMENTED.len(),
    })
}

pub(super) async fn reload(operator: &Operator, _: Reload) -> Result<Reloaded, Problem> {
    let Some(daemon) = &operator.daemon else {
        return Err(Problem::new("nothing was read", "no daemon runs on this data directory"));
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
        writeln!(f, "operations: {} of WorkMail's 92", self.operations)
    }
}

impl fmt::Display for Reloaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "The certificates were read again.")
    }
}
