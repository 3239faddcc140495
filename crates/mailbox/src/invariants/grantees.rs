//! Who has rights to folders against the entities that there are.

use postroom_directory::DirectoryError;
use postroom_directory::entity::by_id;
use postroom_store::{Change, Read, StoreError, Tx, parameters};
use postroom_types::{EntityId, EntityType, OrganizationKey};

use super::entities::Rule;
use crate::sql::grants as sql;

/// Whoever has rights to folders is a user or a group.
pub(super) static RULE: Rule = Rule {
    listed: &sql::GRANTEES_AFTER,
    may: may_be_granted,
    repair: forget,
    invariant: "who has rights to folders is a user or a group",
    fault: "has rights to folders, but is no user or group any more",
};

fn may_be_granted(
    read: &mut dyn Read,
    organization: OrganizationKey,
    grantee: &EntityId,
) -> Result<bool, StoreError> {
    match by_id(read, organization, grantee.as_str()) {
        Ok(found) => Ok(found.is_some_and(|found| found.kind != EntityType::Resource)),
        Err(DirectoryError::Store(error)) => Err(error),
        Err(other) => Err(StoreError::Bug(format!("an entity was looked up: {other:?}"))),
    }
}

/// Takes the rights of `grantee` away unless it may have them by now.
fn forget(tx: &mut Tx<'_>, grantee: &EntityId) -> Result<bool, StoreError> {
    let organization = tx.organization();
    postroom_directory::invariants::begin_repair(tx)?;
    if may_be_granted(tx, organization, grantee)? {
        return Ok(false);
    }
    tx.execute(&sql::TAKE_MAILBOXES, parameters![organization.0, grantee])?;
    tx.publish(Change::Grants { organization });
    Ok(tx.execute(&sql::DELETE_OF_GRANTEE, parameters![organization.0, grantee])? > 0)
}
