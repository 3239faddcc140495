//! GetDefaultRetentionPolicy: the organization's policy (WB §8).

use postroom_directory::admin::AdminRead;

use crate::GovernanceError;
use crate::retention::{RetentionPolicy, select};

/// The policy. `NoRetentionPolicy`.
pub fn get_default_retention_policy(tx: &mut AdminRead<'_>) -> Result<RetentionPolicy, GovernanceError> {
    let organization = tx.organization;
    select(tx, organization)?.ok_or(GovernanceError::NoRetentionPolicy)
}
