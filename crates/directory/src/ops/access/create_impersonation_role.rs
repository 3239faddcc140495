//! CreateImpersonationRole (WB §2.2).

use postroom_store::{Read, parameters};
use postroom_types::{
    ImpersonationRoleDescription, ImpersonationRoleId, ImpersonationRoleName, ImpersonationRoleType,
    Timestamp,
};

use super::role_rules::{RoleRule, resolve};
use crate::DirectoryError;
use crate::access::rules_json;
use crate::admin::AdminTx;
use crate::change_marks::{self, Area};
use crate::limits::IMPERSONATION_ROLES_MAX;
use crate::sql::impersonation as sql;

/// What a role is created from, or changed into.
#[derive(Debug, Clone)]
pub struct NewImpersonationRole {
    /// The id: minted, or kept on import.
    pub id: ImpersonationRoleId,
    /// The name; need not be unique.
    pub name: ImpersonationRoleName,
    /// What it may do in a mailbox.
    pub role_type: ImpersonationRoleType,
    /// For people.
    pub description: Option<ImpersonationRoleDescription>,
    /// In whose mailboxes.
    pub rules: Vec<RoleRule>,
    /// When it was created and last modified, on import.
    pub dates: Option<(Timestamp, Timestamp)>,
}

/// Creates a role.
///
/// Nothing is written on error: `LimitExceeded`, `EntityNotFound` and `EntityState` (targets), `Invalid`.
pub fn create_impersonation_role(
    tx: &mut AdminTx<'_, '_>,
    new: &NewImpersonationRole,
) -> Result<(), DirectoryError> {
    let organization = tx.organization.0;
    let rules = resolve(tx, new.role_type, &new.rules)?;
    let count = tx.query_first(&sql::COUNT, parameters![organization])?;
    if count.is_some_and(|mut row| row.take::<i64>(0) >= IMPERSONATION_ROLES_MAX) {
        return Err(DirectoryError::LimitExceeded(format!(
            "An organization has at most {IMPERSONATION_ROLES_MAX} impersonation roles."
        )));
    }
    let (created_at, modified_at) = new.dates.unwrap_or((tx.now(), tx.now()));
    let inserted = tx.execute(
        &sql::INSERT,
        parameters![
            organization,
            new.id.as_str(),
            new.name.as_str(),
            new.role_type.as_str(),
            new.description.as_deref(),
            &rules_json(&rules),
            created_at,
            modified_at
        ],
    )?;
    if inserted == 0 {
        return Err(DirectoryError::Invalid(format!("The id {} is taken.", new.id.as_str())));
    }
    change_marks::mark(tx, Area::ACCESS)?;
    Ok(())
}
