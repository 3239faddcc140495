//! Why an operation was refused, by what the caller can do about it.

use std::fmt;

use postroom_directory::DirectoryError;
use postroom_store::StoreError;

/// A refusal of governance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GovernanceError {
    /// The organization has no retention policy.
    NoRetentionPolicy,
    /// The organization has another retention policy; there is one at most (WB §8).
    RetentionPolicyExists(String),
    /// A well-shaped value breaks a rule.
    Invalid(String),
    /// The floor below refused.
    Directory(DirectoryError),
}

impl From<DirectoryError> for GovernanceError {
    fn from(error: DirectoryError) -> Self {
        Self::Directory(error)
    }
}

impl From<StoreError> for GovernanceError {
    fn from(error: StoreError) -> Self {
        Self::Directory(error.into())
    }
}

/// For the operator's command line; the wire has its own words.
impl fmt::Display for GovernanceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRetentionPolicy => f.write_str("the organization has no retention policy"),
            Self::RetentionPolicyExists(id) => write!(f, "the organization has the retention policy {id}"),
            Self::Invalid(message) => f.write_str(message),
            Self::Directory(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for GovernanceError {}
