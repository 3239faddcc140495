//! Who has rights to folders against the entities that there are, page by page and without a join, since mailboxes may
//! move to other shards.

use postroom_directory::DirectoryError;
use postroom_directory::entity::by_id;
use postroom_store::fsck::Finding;
use postroom_store::{Change, Place, Read, Store, StoreError, Tx, parameters};
use postroom_types::{EntityId, EntityType, OrganizationKey};

use crate::sql::grants as sql;

/// Grantees that are looked at in one snapshot.
const PAGE: i64 = 500;

/// Finds rights of entities that are gone or are neither users nor groups, and takes them away when `repair`.
pub(super) fn compare(
    store: &Store,
    organization: OrganizationKey,
    repair: bool,
) -> Result<Vec<Finding>, StoreError> {
    let (place, mut after, mut findings) = (Place::Organization(organization), String::new(), Vec::new());
    loop {
        let from = after.clone();
        let page = store.read_blocking(place, |read| {
            let rows = read.query(&sql::GRANTEES_AFTER, parameters![organization.0, &from, PAGE])?;
            let grantees = rows.into_iter().map(|mut row| row.take(0));
            let looked_at = grantees.map(|grantee: EntityId| {
                let may = may_be_granted(read, organization, &grantee)?;
                Ok::<_, StoreError>((grantee, may))
            });
            looked_at.collect::<Result<Vec<(EntityId, bool)>, StoreError>>()
        })?;
        let Some((last, _)) = page.last() else { return Ok(findings) };
        after = last.as_str().to_owned();
        for (grantee, _) in page.into_iter().filter(|(_, may)| !may) {
            let what = format!("{grantee} has rights to folders, but is no user or group any more");
            let repaired = repair && store.write_blocking(place, move |tx| forget(tx, &grantee))?;
            findings.push(Finding {
                place,
                invariant: "who has rights to folders is a user or a group",
                what,
                repaired,
            });
        }
    }
}

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
