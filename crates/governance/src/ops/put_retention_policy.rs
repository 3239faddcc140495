//! PutRetentionPolicy: creates the organization's policy or replaces it (WB §8).

use postroom_directory::admin::AdminTx;
use postroom_store::{Read as _, parameters};
use postroom_types::{RetentionAction, ShortString};

use crate::retention::{RetentionPolicy, select};
use crate::{GovernanceError, sql};

/// What is put.
#[derive(Debug, Clone)]
pub struct PutRetentionPolicy {
    /// The policy. Its id is used when there is none yet.
    pub policy: RetentionPolicy,
    /// The id that the caller named, if it named one.
    pub named: Option<ShortString>,
}

/// Puts the policy; one that is there keeps its id.
///
/// Nothing is written on error: `RetentionPolicyExists` (another id than the caller's), `Invalid` (a folder twice, an
/// action without its period).
pub fn put_retention_policy(
    tx: &mut AdminTx<'_, '_>,
    put: &PutRetentionPolicy,
) -> Result<(), GovernanceError> {
    let policy = &put.policy;
    check_folders(policy)?;
    let organization = tx.organization;
    let id = match select(tx, organization)? {
        Some(known) if put.named.as_ref().is_some_and(|named| *named != known.id) => {
            return Err(GovernanceError::RetentionPolicyExists(known.id.as_str().to_owned()));
        }
        Some(known) => known.id,
        None => put.named.clone().unwrap_or_else(|| policy.id.clone()),
    };
    let now = tx.now();
    tx.execute(
        &sql::PUT,
        parameters![
            organization.0,
            id.as_str(),
            policy.name.as_str(),
            policy.description.as_ref().map(|text| text.as_str()),
            &policy.folders_json(),
            now
        ],
    )?;
    Ok(())
}

fn check_folders(policy: &RetentionPolicy) -> Result<(), GovernanceError> {
    for (at, folder) in policy.folders.iter().enumerate() {
        let name = folder.folder.as_str();
        if policy.folders[..at].iter().any(|earlier| earlier.folder == folder.folder) {
            return Err(GovernanceError::Invalid(format!("The folder {name} is configured twice.")));
        }
        if folder.period_days.is_none() && folder.action != RetentionAction::None {
            let action = folder.action.as_str();
            return Err(GovernanceError::Invalid(format!("The action {action} of {name} needs a Period.")));
        }
    }
    Ok(())
}
