//! The loop of a runner, and the way to end it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

use super::Shared;
use crate::jobs::{Lease, LeaseError, release};

/// Shortest pause between two looks when nothing could be taken though something is due.
const PAUSE_MIN: Duration = Duration::from_millis(50);

/// A runner that runs. Dropping it stops the runner without waiting; its jobs come back when their leases end.
pub struct RunnerHandle {
    pub(super) shared: Arc<Shared>,
    pub(super) stop: watch::Sender<bool>,
    pub(super) task: JoinHandle<JoinSet<()>>,
}

impl RunnerHandle {
    /// Takes no more jobs and waits up to `drain` for the handlers that run; ends the others and gives their jobs
    /// back, so that they begin anew at the next start.
    pub async fn shutdown(self, drain: Duration) {
        // The loop only ends through this, or has panicked, which `await` below tells.
        self.stop.send_replace(true);
        let mut tasks = match self.task.await {
            Ok(tasks) => tasks,
            Err(error) => {
                tracing::error!(%error, "the loop of the job runner had ended");
                return;
            }
        };
        let drained = timeout(drain, async { while tasks.join_next().await.is_some() {} }).await;
        if drained.is_ok() {
            return;
        }
        let left: Vec<Lease> = self.shared.active().values().cloned().collect();
        tasks.shutdown().await;
        for lease in left {
            // The hint points at the end of the lease; the job is due before.
            self.shared.announce_again(&lease, self.shared.store().clock().now()).await;
            match self.shared.write(&lease, release).await {
                Ok(()) | Err(LeaseError::Lost) => {}
                Err(LeaseError::Store(error)) => {
                    tracing::warn!(job.kind = %lease.kind, %error, "a job was not given back; it waits for its lease");
                }
            }
        }
    }
}

/// Takes and runs jobs until told to stop; answers the handlers that still run.
pub(super) async fn serve(shared: Arc<Shared>, mut stop: watch::Receiver<bool>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    if shared.options.alone
        && let Err(error) = shared.end_old_leases().await
    {
        tracing::warn!(%error, "old leases were not ended; their jobs wait until they expire");
    }
    if let Err(error) = shared.bring_forward().await {
        tracing::warn!(%error, "jobs of a clock that was ahead wait for their time");
    }
    while !*stop.borrow() {
        let pause = look(&shared, &mut tasks).await;
        tokio::select! {
            // An error says that the handle was dropped.
            changed = stop.changed() => if changed.is_err() { break },
            () = shared.jobs.told() => {}
            Some(_) = tasks.join_next(), if !tasks.is_empty() => {}
            () = sleep(pause) => {}
        }
    }
    tasks
}

/// Looks once; answers how long to wait for the next look if nothing happens.
async fn look(shared: &Arc<Shared>, tasks: &mut JoinSet<()>) -> Duration {
    let poll_max = shared.options.poll_max;
    match shared.scan(tasks).await {
        // The end of a handler or the poll comes first.
        Ok(scanned) if scanned.full => poll_max,
        Ok(scanned) if scanned.started > 0 => Duration::ZERO,
        Ok(_) => match shared.next_look().await {
            Ok(Some(next)) => {
                let micros = next.micros().saturating_sub(shared.store().clock().now().micros());
                Duration::from_micros(u64::try_from(micros).unwrap_or(0))
                    .clamp(PAUSE_MIN.min(poll_max), poll_max)
            }
            Ok(None) | Err(_) => poll_max,
        },
        Err(error) => {
            if shared.alarm.rings() {
                tracing::warn!(%error, "due jobs could not be looked for");
            }
            poll_max
        }
    }
}
