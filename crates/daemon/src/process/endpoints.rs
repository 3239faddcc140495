//! `endpoints.json`: where the listeners are, for scripts. It is there exactly while they listen.

use std::net::SocketAddr;
use std::path::Path;

use crate::process::{Problem, files};

const NAME: &str = "endpoints.json";

/// Writes the file; the last step of a start.
pub(crate) fn write(data: &Path, http: SocketAddr) -> Result<(), Problem> {
    let endpoints = serde_json::json!({ "http": http.to_string() });
    files::write_private(&data.join(NAME), format!("{endpoints}\n").as_bytes())
}

/// Removes what an earlier run has left.
pub(crate) fn remove(data: &Path) -> Result<(), Problem> {
    files::remove(&data.join(NAME))
}
