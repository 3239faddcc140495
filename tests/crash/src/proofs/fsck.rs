//! `postroom fsck` on what a crash has left.

use crate::problem::{Context, Result, fail};
use crate::server::Server;

/// Checks the data of a node; findings fail the proof.
pub fn clean(server: &Server) -> Result<()> {
    let output = server.command("fsck", &[])?.output().context(|| "run postroom fsck".to_owned())?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    fail(format!("fsck: {}", String::from_utf8_lossy(&said)))
}
