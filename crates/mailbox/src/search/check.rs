//! What `fsck` checks of full-text search.

use postroom_store::fsck::Finding;
use postroom_store::seal::DataKey;
use postroom_store::{Place, Store, StoreError, parameters};
use postroom_types::OrganizationKey;

use super::complete::{join_all, missing};
use super::{complete, sql};

/// Contents that are looked at in one snapshot.
const PAGE: i64 = 1_000;

/// Whether every content of `organization` is in the index, and nothing else; with the `key` that opens bodies, what is
/// missing is made again and what is too much goes. Blocks.
pub fn check(
    store: &Store,
    organization: OrganizationKey,
    key: Option<&DataKey>,
) -> Result<Vec<Finding>, StoreError> {
    let place = Place::Organization(organization);
    let mut findings = Vec::new();
    let strays = strays(store, organization)?;
    if !strays.is_empty() {
        let what = format!("the index of full-text search has {} contents that are gone", strays.len());
        let mut repaired = false;
        if let Some(key) = key {
            forget(store, organization, strays)?;
            join_all(store, key, organization)?;
            repaired = self::strays(store, organization)?.is_empty();
        }
        findings.push(Finding { place, invariant: "only messages are found", what, repaired });
    }
    let missing = count_missing(store, organization)?;
    if missing > 0 {
        let mut repaired = false;
        if let Some(key) = key {
            complete(store, key, organization, &mut || Ok(()))?;
            repaired = count_missing(store, organization)? == 0;
        }
        let what = format!("{missing} contents are not in the index of full-text search");
        findings.push(Finding { place, invariant: "every message is found by its words", what, repaired });
    }
    Ok(findings)
}

/// Contents that have no terms.
fn count_missing(store: &Store, organization: OrganizationKey) -> Result<usize, StoreError> {
    let (mut after, mut count) = ((0, 0), 0);
    loop {
        let page = missing(store, organization, after, PAGE)?;
        count += page.len();
        let Some(last) = page.last() else { return Ok(count) };
        after = *last;
    }
}

/// Rows of the index that are no contents.
fn strays(store: &Store, organization: OrganizationKey) -> Result<Vec<i64>, StoreError> {
    let (mut after, mut found) = (0, Vec::new());
    loop {
        let page: Vec<i64> =
            store.read_blocking::<_, StoreError, _>(Place::Organization(organization), |read| {
                let rows = read.query(&sql::STRAY, parameters![after, organization.0, PAGE])?;
                Ok(rows.into_iter().map(|mut row| row.take(0)).collect())
            })?;
        let Some(last) = page.last() else { return Ok(found) };
        after = *last;
        found.extend(page);
    }
}

/// Has the index forget `rows` in the next round.
fn forget(store: &Store, organization: OrganizationKey, rows: Vec<i64>) -> Result<(), StoreError> {
    store.write_blocking(Place::Organization(organization), move |tx| {
        rows.iter().try_for_each(|row| tx.execute(&sql::joining::FORGET_LATER, parameters![*row]).map(drop))
    })
}
