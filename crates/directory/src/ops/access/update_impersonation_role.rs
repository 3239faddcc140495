//! UpdateImpersonationRole: replaces everything but the id (WB §2.2).

use postroom_store::{Read, parameters};

use super::create_impersonation_role::NewImpersonationRole;
use super::put_access_control_rule::role_not_found;
use super::role_rules::resolve;
use crate::DirectoryError;
use crate::access::{rules_json, select_role};
use crate::admin::AdminTx;
use crate::change_marks::{self, Area};
use crate::sql::impersonation as sql;

/// Makes the role `new.id` what `new` says. Tokens of it stay good: what they may do is decided at each use.
///
/// Nothing is written on error: `NotFound` (role), `EntityNotFound` and `EntityState` (targets), `Invalid`.
pub fn update_impersonation_role(
    tx: &mut AdminTx<'_, '_>,
    new: &NewImpersonationRole,
) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    if select_role(tx, organization, &new.id)?.is_none() {
        return Err(role_not_found(&new.id));
    }
    let rules = resolve(tx, new.role_type, &new.rules)?;
    let now = tx.now();
    tx.execute(
        &sql::UPDATE,
        parameters![
            organization.0,
            new.id.as_str(),
            new.name.as_str(),
            new.role_type.as_str(),
            new.description.as_deref(),
            &rules_json(&rules),
            now
        ],
    )?;
    change_marks::mark(tx, Area::ACCESS)?;
    Ok(())
}
