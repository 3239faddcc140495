//! DeleteRetentionPolicy: idempotent (WB §1.2).

use postroom_directory::admin::AdminTx;
use postroom_store::parameters;
use postroom_types::ShortString;

use crate::{GovernanceError, sql};

/// Deletes the policy with this id; nothing happens when there is none.
pub fn delete_retention_policy(tx: &mut AdminTx<'_, '_>, id: &ShortString) -> Result<(), GovernanceError> {
    tx.execute(&sql::DELETE, parameters![tx.organization.0, id.as_str()])?;
    Ok(())
}
