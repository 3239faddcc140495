//! A transaction on its way through a store thread.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use crate::{Change, StoreError, Tx};

/// What a store thread does with a transaction.
pub(crate) trait Job: Send {
    /// Runs the closure in `tx`; answers whether its writes are kept, and what it publishes.
    fn run(&mut self, tx: Tx<'_>) -> (bool, Vec<Change>);
    /// Replaces the result: an engine error hides in or behind it.
    fn fail(&mut self, error: StoreError);
    /// Sends the result to the caller.
    fn answer(self: Box<Self>);
}

/// A caller's closure, its result, and where the caller waits.
pub(crate) struct WriteJob<T, E, F> {
    work: F,
    result: Option<Result<T, E>>,
    sender: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> WriteJob<T, E, F> {
    pub(crate) fn new(work: F) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (sender, receiver) = oneshot::channel();
        (Self { work, result: None, sender }, receiver)
    }
}

impl<T, E, F> Job for WriteJob<T, E, F>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
{
    fn run(&mut self, mut tx: Tx<'_>) -> (bool, Vec<Change>) {
        let result = catch_unwind(AssertUnwindSafe(|| (self.work)(&mut tx)));
        let result = result.unwrap_or_else(|panic| Err(E::from(panicked(panic.as_ref()))));
        let keep = result.is_ok();
        self.result = Some(result);
        (keep, tx.into_changes())
    }

    fn fail(&mut self, error: StoreError) {
        self.result = Some(Err(E::from(error)));
    }

    fn answer(self: Box<Self>) {
        if let Some(result) = self.result {
            // A caller that no longer waits loses its answer, not its write.
            drop(self.sender.send(result));
        }
    }
}

/// What the caller of a transaction that panicked is told.
pub(crate) fn panicked(panic: &(dyn std::any::Any + Send)) -> StoreError {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    let message = text.unwrap_or_else(|| "no message".to_owned());
    tracing::error!(message, "a transaction panicked and was undone");
    StoreError::Bug(format!("a transaction panicked: {message}"))
}
