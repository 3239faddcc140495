//! What `fsck` checks of full-text search.

use postroom_store::fsck::Finding;
use postroom_store::seal::DataKey;
use postroom_store::{Place, Store, StoreError, parameters};
use postroom_types::OrganizationKey;

use super::{complete, sql};

/// Contents that are looked at in one snapshot.
const PAGE: i64 = 1_000;

/// Whether every content of `organization` is in the index; with the `key` that opens bodies, what is missing is made
/// again. Blocks. That nothing is in the index that is no content, the schema sees to.
pub fn check(
    store: &Store,
    organization: OrganizationKey,
    key: Option<&DataKey>,
) -> Result<Vec<Finding>, StoreError> {
    let missing = count(store, organization)?;
    if missing == 0 {
        return Ok(Vec::new());
    }
    let mut repaired = false;
    if let Some(key) = key {
        complete(store, key, organization, &mut || Ok(()))?;
        repaired = count(store, organization)? == 0;
    }
    Ok(vec![Finding {
        place: Place::Organization(organization),
        invariant: "every message is found by its words",
        what: format!("{missing} contents are not in the index of full-text search"),
        repaired,
    }])
}

/// Contents that have no terms.
fn count(store: &Store, organization: OrganizationKey) -> Result<usize, StoreError> {
    let (mut after, mut count) = ((0, 0), 0);
    loop {
        let rows = store.read_blocking::<_, StoreError, _>(Place::Organization(organization), |read| {
            read.query(&sql::MISSING, parameters![organization.0, after.0, after.1, PAGE])
        })?;
        count += rows.len();
        let Some(mut last) = rows.into_iter().last() else { return Ok(count) };
        after = (last.take::<i64>(0), last.take::<i64>(1));
    }
}
