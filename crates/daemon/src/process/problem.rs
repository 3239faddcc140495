//! Why the program cannot go on, for the person who started it.

use std::fmt;

/// What was being done, and why it failed.
#[derive(Debug)]
pub(crate) struct Problem {
    what: String,
    cause: String,
}

impl Problem {
    /// `what` failed because of `cause`.
    pub(crate) fn new(what: impl Into<String>, cause: impl fmt::Display) -> Self {
        Self { what: what.into(), cause: cause.to_string() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.cause)
    }
}
