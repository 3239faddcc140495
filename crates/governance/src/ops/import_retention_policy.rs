//! ImportRetentionPolicy: the organization's policy with the id that it had.

use postroom_directory::admin::AdminTx;
use postroom_directory::import::must_equal;

use super::put_retention_policy::{PutRetentionPolicy, put_retention_policy};
use crate::GovernanceError;
use crate::retention::{RetentionPolicy, select};

/// Creates the policy with its id. The same again changes nothing. WorkMail tells no dates of a policy.
///
/// Nothing is written on error: `RetentionPolicyExists` (another id), `Differs` (the same id), and what
/// `put_retention_policy` refuses.
pub fn import_retention_policy(
    tx: &mut AdminTx<'_, '_>,
    policy: &RetentionPolicy,
) -> Result<(), GovernanceError> {
    let organization = tx.organization;
    if let Some(known) = select(tx, organization)?.filter(|known| known.id == policy.id) {
        let members = [
            ("Name", known.name == policy.name),
            ("Description", known.description == policy.description),
            ("FolderConfigurations", known.folders == policy.folders),
        ];
        let what = format_args!("The retention policy {}", policy.id.as_str());
        return Ok(must_equal(what, &members)?);
    }
    put_retention_policy(tx, &PutRetentionPolicy { policy: policy.clone(), named: Some(policy.id.clone()) })
}
