//! PutMailboxPermissions: what a grantee may do with an owner's mailbox, as a whole (WB §4.1).

use std::collections::BTreeSet;

use postroom_store::parameters;
use postroom_types::{EntityType, PermissionType};

use crate::admin::AdminTx;
use crate::entity::{Accepts, Entity, require_any};
use crate::ops::delete_mailbox_permissions::remove;
use crate::ops::shared::count_up;
use crate::settings::settings;
use crate::sql::{entities, permissions as sql};
use crate::{DirectoryError, limits};

/// Replaces what `grantee` may do with the mailbox of `owner` (each id, name or e-mail); an empty set takes all away.
///
/// Nothing is written on error: `EntityNotFound`, `EntityState` (either not enabled), `Invalid` (a resource as
/// grantee; the owner itself; full access to a group; too many grantees).
pub fn put_mailbox_permissions(
    tx: &mut AdminTx<'_, '_>,
    owner: &str,
    grantee: &str,
    permissions: &BTreeSet<PermissionType>,
) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    let owner = require_any(tx, organization, owner, Accepts::Any)?;
    let grantee = require_any(tx, organization, grantee, Accepts::Any)?;
    owner.must_be_enabled()?;
    grantee.must_be_enabled()?;
    if permissions.is_empty() {
        return remove(tx, &owner, &grantee);
    }
    check(tx, &owner, &grantee, permissions)?;
    let text = permissions.iter().map(|permission| permission.as_str()).collect::<Vec<_>>().join(" ");
    let row = parameters![organization.0, &owner.id, &grantee.id, &text];
    if tx.execute(&sql::INSERT, row)? == 0 {
        tx.execute(&sql::UPDATE, row)?;
        return Ok(());
    }
    if !count_up(tx, &entities::COUNT_PERMISSIONS, &owner.id, limits::PERMISSIONS_MAX)? {
        return Err(DirectoryError::Invalid(format!(
            "A mailbox may have {} grantees.",
            limits::PERMISSIONS_MAX
        )));
    }
    if !count_up(tx, &entities::COUNT_GRANTS, &grantee.id, limits::GRANTS_MAX)? {
        return Err(DirectoryError::Invalid(format!(
            "A grantee may have permissions on {} mailboxes.",
            limits::GRANTS_MAX
        )));
    }
    Ok(())
}

/// Refuses grants that mean nothing or that the organization does not allow.
fn check(
    tx: &mut AdminTx<'_, '_>,
    owner: &Entity,
    grantee: &Entity,
    permissions: &BTreeSet<PermissionType>,
) -> Result<(), DirectoryError> {
    let invalid = |text: &str| Err(DirectoryError::Invalid(text.to_owned()));
    if grantee.kind == EntityType::Resource {
        return invalid("A resource cannot be a grantee.");
    }
    if owner.id == grantee.id {
        return invalid("An entity needs no permissions on its own mailbox.");
    }
    if permissions.contains(&PermissionType::FullAccess) {
        if owner.kind == EntityType::Group {
            return invalid("A group has no mailbox that FULL_ACCESS could be given to.");
        }
        let organization = tx.organization;
        if grantee.kind == EntityType::Group
            && !settings(tx, organization)?.compatibility.full_access_for_groups
        {
            return invalid("FULL_ACCESS is not given to groups in this organization.");
        }
    }
    Ok(())
}
