//! Whose mailboxes somebody may open as a whole: what grants of FULL_ACCESS mean (WB §4.1).

use std::collections::BTreeMap;

use postroom_store::{Read, Row, parameters};
use postroom_types::{EntityId, OrganizationKey};

use crate::DirectoryError;
use crate::membership::groups_above;
use crate::sql::permissions as sql;

/// An enabled entity at the other end of grants of FULL_ACCESS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullAccess {
    /// Who.
    pub entity: EntityId,
    /// Its primary address.
    pub address: String,
}

/// Whose mailboxes `grantee` may open, itself or as a member of groups, in the order of addresses.
///
/// `Invalid` when the groups are too many: see [`groups_above`].
pub fn opens(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    grantee: &EntityId,
) -> Result<Vec<FullAccess>, DirectoryError> {
    let groups = groups_above(tx, organization, grantee)?;
    let mut all = BTreeMap::new();
    for each in std::iter::once(grantee).chain(&groups) {
        let rows = tx.query(&sql::FULL_ACCESS_TO, parameters![organization.0, each])?;
        all.extend(rows.into_iter().map(full_access).filter(|found| found.entity != *grantee).map(|found| {
            // Addresses are unique in an organization.
            (found.address.clone(), found)
        }));
    }
    Ok(all.into_values().collect())
}

/// Who may open the mailbox of `owner`; for a group, all its members.
pub fn opened_by(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    owner: &EntityId,
) -> Result<Vec<FullAccess>, DirectoryError> {
    let rows = tx.query(&sql::FULL_ACCESS_OF, parameters![organization.0, owner])?;
    Ok(rows.into_iter().map(full_access).collect())
}

fn full_access(mut row: Row) -> FullAccess {
    FullAccess { entity: row.take(0), address: row.take(1) }
}
