//! Threads that wait for disks and networks on behalf of async callers.

use tokio::runtime::{Builder, Handle, Runtime};

use crate::{OpenError, StoreError, limits};

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

    /// Runs `work` on a thread that may wait.
    pub(super) async fn run<T, E>(&self, work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let done = self.handle().spawn_blocking(work).await;
        done.unwrap_or_else(|_| Err(E::from(StoreError::Bug("a thread for bodies panicked".to_owned()))))
    }

    /// Where S3's requests run.
    pub(super) fn handle(&self) -> &Handle {
        self.0.as_ref().expect("the runtime is there until it is dropped").handle()
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        // The last owner may be a task of another runtime, which must not wait.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
