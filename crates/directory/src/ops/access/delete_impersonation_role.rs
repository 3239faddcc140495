//! DeleteImpersonationRole: an absent role is deleted already (WB §2.2).

use postroom_store::parameters;
use postroom_types::ImpersonationRoleId;

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::change_marks::{self, Area};
use crate::sql::{impersonation as sql, tokens};

/// Deletes the role, if there is one; its tokens end with it.
pub fn delete_impersonation_role(
    tx: &mut AdminTx<'_, '_>,
    id: &ImpersonationRoleId,
) -> Result<(), DirectoryError> {
    let organization = tx.organization.0;
    if tx.execute(&sql::DELETE, parameters![organization, id.as_str()])? > 0 {
        tx.execute(&tokens::DELETE_OF_ROLE, parameters![organization, id.as_str()])?;
        change_marks::mark(tx, Area::ACCESS)?;
    }
    Ok(())
}
