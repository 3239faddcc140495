//! One error type: a sentence for the person who started the command.

use std::fmt;

/// What went wrong, in words that say what to do about it.
#[derive(Debug)]
pub struct Problem(pub String);

/// The result of everything here that can fail.
pub type Result<T> = std::result::Result<T, Problem>;

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Turns a failure of the operating system into a sentence that says what was being done.
pub trait Context<T> {
    /// `doing` completes the sentence "cannot …".
    fn context(self, doing: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: fmt::Display> Context<T> for std::result::Result<T, E> {
    fn context(self, doing: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Problem(format!("cannot {}: {error}", doing())))
    }
}

/// A failure that is made here.
pub fn fail<T>(message: impl Into<String>) -> Result<T> {
    Err(Problem(message.into()))
}
