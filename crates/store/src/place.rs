//! Where a transaction runs.

use postroom_types::OrganizationKey;

/// One of the stores; no transaction spans two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// What spans organizations: AWS accounts, access keys, organization names, verified domains.
    Directory,
    /// One organization.
    Organization(OrganizationKey),
}

impl Place {
    /// The number that jobs, tokens and change rows know this place by: 0 for the directory.
    pub fn number(self) -> i64 {
        match self {
            Self::Directory => 0,
            Self::Organization(key) => key.0,
        }
    }
}
