//! Ending the impersonation tokens of a role before their time.

use postroom_store::parameters;
use postroom_types::ImpersonationRoleId;

use super::put_access_control_rule::role_not_found;
use crate::DirectoryError;
use crate::access::select_role;
use crate::admin::AdminTx;
use crate::sql::tokens;

/// Ends every token of the role `id`; the role stays and gives new ones. Answers how many there were.
/// `NotFound`.
pub fn revoke_impersonation_tokens(
    tx: &mut AdminTx<'_, '_>,
    id: &ImpersonationRoleId,
) -> Result<u64, DirectoryError> {
    let organization = tx.organization;
    select_role(tx, organization, id)?.ok_or_else(|| role_not_found(id))?;
    Ok(tx.execute(&tokens::DELETE_OF_ROLE, parameters![organization.0, id.as_str()])?)
}
