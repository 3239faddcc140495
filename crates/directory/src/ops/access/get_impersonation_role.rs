//! GetImpersonationRole, and who is asked about in GetImpersonationRoleEffect.

use postroom_types::{EntityId, ImpersonationRoleId};

use super::put_access_control_rule::role_not_found;
use crate::DirectoryError;
use crate::access::{ImpersonationRole, select_role};
use crate::admin::AdminRead;
use crate::entity::require_mailbox_owner;

/// The role with its rules. `NotFound`.
pub fn get_impersonation_role(
    tx: &mut AdminRead<'_>,
    id: &ImpersonationRoleId,
) -> Result<ImpersonationRole, DirectoryError> {
    let organization = tx.organization;
    select_role(tx, organization, id)?.ok_or_else(|| role_not_found(id))
}

/// The id of the owner of a mailbox that a question about the role `id` names by id, name or e-mail.
///
/// The decision itself is [`crate::access::Access`]'s. `NotFound` (role), `EntityNotFound`, `EntityState`.
pub fn impersonation_target(
    tx: &mut AdminRead<'_>,
    id: &ImpersonationRoleId,
    target: &str,
) -> Result<EntityId, DirectoryError> {
    get_impersonation_role(tx, id)?;
    let organization = tx.organization;
    Ok(require_mailbox_owner(tx, organization, target)?.id)
}
