//! Mailboxes against their owners.

use postroom_directory::owners::{mailbox_owners, owns_mailbox};
use postroom_store::fsck::Finding;
use postroom_store::{Place, Read, Store, StoreError, Tx, parameters};
use postroom_types::{EntityId, OrganizationKey};

use super::entities::{PAGE, Rule};
use crate::sql::mailboxes as sql;

/// Compares mailboxes with their owners: who is enabled and may own one has one, and nobody else. A mailbox without
/// such an owner is detached; one that is missing is told.
pub(super) fn compare(
    store: &Store,
    organization: OrganizationKey,
    repair: bool,
) -> Result<Vec<Finding>, StoreError> {
    let mut findings = missing(store, organization)?;
    findings.extend(LEFT_OVER.check(store, organization, repair)?);
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

/// A mailbox is attached to nobody else.
static LEFT_OVER: Rule = Rule {
    listed: &sql::PAGE_ATTACHED,
    may: owns_mailbox,
    repair: detach,
    invariant: "a mailbox is attached to somebody who is enabled",
    fault: "has a mailbox attached, but is not enabled or not of a kind that owns one",
};

/// Detaches the mailbox of `owner` unless it may have one by now.
fn detach(tx: &mut Tx<'_>, owner: &EntityId) -> Result<bool, StoreError> {
    let (organization, now) = (tx.organization(), tx.now());
    postroom_directory::invariants::begin_repair(tx)?;
    if owns_mailbox(tx, organization, owner)? {
        return Ok(false);
    }
    Ok(tx.execute(&sql::DETACH, parameters![organization.0, owner, now])? > 0)
}
