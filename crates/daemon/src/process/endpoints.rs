//! `endpoints.json`: where the listeners are, for scripts. It is there exactly while they listen.

use std::path::Path;

use super::files;
use crate::listeners::{Kind, Listener};
use crate::problem::Problem;

const NAME: &str = "endpoints.json";

/// The first listener of each kind, as JSON.
pub(crate) fn json(listeners: &[Listener]) -> serde_json::Value {
    let first = |kind: Kind| listeners.iter().find(|listener| listener.kind == kind);
    let entry =
        |kind: Kind| first(kind).map(|found| (kind.name().to_owned(), found.address.to_string().into()));
    serde_json::Value::Object(Kind::ALL.into_iter().filter_map(entry).collect())
}

/// Writes the file; the last step of a start.
pub(crate) fn write(data: &Path, endpoints: &serde_json::Value) -> Result<(), Problem> {
    files::write_if_room(&data.join(NAME), format!("{endpoints}\n").as_bytes())
}

/// Removes what an earlier run has left.
pub(crate) fn remove(data: &Path) -> Result<(), Problem> {
    files::remove(&data.join(NAME))
}
