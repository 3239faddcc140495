//! `postroom fsck` on what a crash has left.

use crate::problem::{Context, Result, fail};
use crate::server::Server;

/// Checks the data of a node; findings fail the proof. Answers false when the program has no such command yet.
pub fn clean(server: &Server) -> Result<bool> {
    let output = server.command("fsck", &[])?.output().context(|| "run postroom fsck".to_owned())?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    if said.contains("unrecognized subcommand") {
        return Ok(false);
    }
    if output.status.success() { Ok(true) } else { fail(format!("fsck: {said}")) }
}
