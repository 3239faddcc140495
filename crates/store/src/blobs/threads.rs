//! Threads that wait for disks and networks on behalf of async callers.

use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Handle, Runtime};

use crate::{OpenError, Outcome, StoreError, limits};

/// A runtime of its own: callers may be on any runtime, or on none.
pub(crate) struct Threads(Option<Runtime>);

impl Threads {
    pub(crate) fn start() -> Result<Self, OpenError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(limits::BLOB_THREADS_MAX)
            .thread_name("blobs")
            .enable_all()
            .build();
        let runtime = runtime
            .map_err(|error| OpenError { what: "threads for bodies".to_owned(), cause: error.to_string() })?;
        Ok(Self(Some(runtime)))
    }

    /// Runs `work` on a thread that may wait. Where all of them wait for something else too long, it is refused:
    /// `Unavailable`.
    pub(super) async fn run<T, E>(&self, work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.run_within(limits::BLOB_QUEUE_TIME_MAX, work).await
    }

    async fn run_within<T, E>(
        &self,
        limit: Duration,
        work: impl FnOnce() -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let since = Instant::now();
        let in_time = move || if since.elapsed() > limit { Err(E::from(busy())) } else { work() };
        let done = self.handle().spawn_blocking(in_time).await;
        done.unwrap_or_else(|_| Err(E::from(StoreError::Bug("a thread for bodies panicked".to_owned()))))
    }

    /// Where S3's requests run.
    pub(super) fn handle(&self) -> &Handle {
        self.0.as_ref().expect("the runtime is there until it is dropped").handle()
    }
}

/// Whoever waits behind many that wait for what does not answer would only wait in vain, too.
fn busy() -> StoreError {
    let cause = "too many wait for large bodies".to_owned();
    StoreError::Unavailable { outcome: Outcome::NotWritten, cause }
}

impl Drop for Threads {
    fn drop(&mut self) {
        // The last owner may be a task of another runtime, which must not wait.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::block_on;

    #[test]
    fn who_has_waited_too_long_for_a_thread_is_refused() {
        let threads = Threads::start().expect("threads");
        let done = block_on(threads.run_within::<_, StoreError>(Duration::MAX, || Ok(7)));
        assert_eq!(done, Ok(7));
        let work = || -> Result<u8, StoreError> { panic!("it is too late for it") };
        assert_eq!(block_on(threads.run_within(Duration::ZERO, work)), Err(busy()));
    }
}
