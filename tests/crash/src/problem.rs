//! What makes a proof fail.

use std::fmt;

/// Why a proof failed, or why it could not be made. Both fail the run.
#[derive(Debug, Clone)]
pub struct Problem(pub String);

/// What can fail.
pub type Result<T> = std::result::Result<T, Problem>;

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Problem {}

/// Fails with `message`.
pub fn fail<T>(message: impl Into<String>) -> Result<T> {
    Err(Problem(message.into()))
}

/// Says what was being done when an error of another library came.
pub trait Context<T> {
    /// `what`: "open x", as in "cannot open x".
    fn context(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: fmt::Display> Context<T> for std::result::Result<T, E> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Problem(format!("cannot {}: {error}", what())))
    }
}
