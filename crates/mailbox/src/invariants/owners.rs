//! Mailboxes against their owners, page by page and without a join, since mailboxes may move to other shards.

use postroom_directory::owners::{mailbox_owners, owns_mailbox};
use postroom_store::fsck::Finding;
use postroom_store::{Place, Read, Store, StoreError, Tx, parameters};
use postroom_types::{EntityId, OrganizationKey};

use crate::sql::mailboxes as sql;

/// Owners that are looked at in one snapshot.
const PAGE: i64 = 500;

/// Compares mailboxes with their owners: who is enabled and may own one has one, and nobody else. A mailbox without
/// such an owner is detached; one that is missing is told.
pub(super) fn compare(
    store: &Store,
    organization: OrganizationKey,
    repair: bool,
) -> Result<Vec<Finding>, StoreError> {
    let mut findings = missing(store, organization)?;
    findings.extend(left_over(store, organization, repair)?);
    Ok(findings)
}

fn missing(store: &Store, organization: OrganizationKey) -> Result<Vec<Finding>, StoreError> {
    let (place, mut after, mut findings) = (Place::Organization(organization), String::new(), Vec::new());
    loop {
        let from = after.clone();
        let page = store.read_blocking(place, |read| {
            let owners = mailbox_owners(read, organization, &from, PAGE)?;
            let attached = owners.iter().map(|owner| {
                let found = read.query_first(&sql::ATTACHED, parameters![organization.0, owner])?;
                Ok::<_, StoreError>(found.is_some())
            });
            let attached = attached.collect::<Result<Vec<bool>, _>>()?;
            Ok::<_, StoreError>(owners.into_iter().zip(attached).collect::<Vec<(EntityId, bool)>>())
        })?;
        let Some((last, _)) = page.last() else { return Ok(findings) };
        after = last.as_str().to_owned();
        let without = page.iter().filter(|(_, attached)| !attached);
        findings.extend(without.map(|(owner, _)| Finding {
            place,
            invariant: "an enabled user or resource has a mailbox",
            what: format!("{owner} is enabled and has no mailbox: deregister and register it again"),
            repaired: false,
        }));
    }
}

fn left_over(store: &Store, organization: OrganizationKey, repair: bool) -> Result<Vec<Finding>, StoreError> {
    let (place, mut after, mut findings) = (Place::Organization(organization), String::new(), Vec::new());
    loop {
        let from = after.clone();
        let page = store.read_blocking(place, |read| {
            let rows = read.query(&sql::PAGE_ATTACHED, parameters![organization.0, &from, PAGE])?;
            let owners = rows.into_iter().map(|mut row| row.take(0));
            let owners = owners.map(|owner: EntityId| {
                let owns = owns_mailbox(read, organization, &owner)?;
                Ok::<_, StoreError>((owner, owns))
            });
            owners.collect::<Result<Vec<(EntityId, bool)>, StoreError>>()
        })?;
        let Some((last, _)) = page.last() else { return Ok(findings) };
        after = last.as_str().to_owned();
        for (owner, _) in page.into_iter().filter(|(_, owns)| !owns) {
            let what =
                format!("{owner} has a mailbox attached, but is not enabled or not of a kind that owns one");
            let repaired = repair && store.write_blocking(place, move |tx| detach(tx, &owner))?;
            findings.push(Finding {
                place,
                invariant: "a mailbox is attached to somebody who is enabled",
                what,
                repaired,
            });
        }
    }
}

/// Detaches the mailbox of `owner` unless it may have one by now.
fn detach(tx: &mut Tx<'_>, owner: &EntityId) -> Result<bool, StoreError> {
    let (organization, now) = (tx.organization(), tx.now());
    postroom_directory::invariants::begin_repair(tx)?;
    if owns_mailbox(tx, organization, owner)? {
        return Ok(false);
    }
    Ok(tx.execute(&sql::DETACH, parameters![organization.0, owner, now])? > 0)
}
