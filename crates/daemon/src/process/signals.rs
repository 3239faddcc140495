//! Signals of the operating system.

use std::future::Future;

use tokio::signal::unix::{SignalKind, signal};

use crate::process::Problem;

/// Ends when SIGTERM or SIGINT comes.
pub(crate) fn stop_requested() -> Result<impl Future<Output = ()>, Problem> {
    let problem = |error| Problem::new("cannot listen for signals", error);
    let mut terminate = signal(SignalKind::terminate()).map_err(problem)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(problem)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
