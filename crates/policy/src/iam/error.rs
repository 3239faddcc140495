//! What is wrong with a policy, and where.

use std::fmt;

/// A policy that is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    /// The place, such as `Statement[2].Condition.StringLike`; empty for the document as a whole.
    pub at: String,
    /// What is wrong there, as a clause.
    pub problem: String,
}

impl PolicyError {
    pub(super) fn new(at: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { at: at.into(), problem: problem.into() }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.at.is_empty() {
            f.write_str(&self.problem)
        } else {
            write!(f, "{}: {}", self.at, self.problem)
        }
    }
}

impl std::error::Error for PolicyError {}
