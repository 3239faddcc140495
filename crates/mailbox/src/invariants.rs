//! What `fsck` checks of mailboxes: what must hold and the schema cannot say.
//!
//! Mailboxes are compared with their owners page by page and without a join, since mailboxes may move to other shards.

use postroom_directory::owners::{mailbox_owners, owns_mailbox};
use postroom_store::fsck::{Check, Finding};
use postroom_store::{Place, Read, Store, StoreError, Tx, parameters};
use postroom_types::{EntityId, OrganizationKey};

use crate::sql::mailboxes as sql;

/// Owners that are looked at in one snapshot.
const PAGE: i64 = 500;

postroom_store::statements! {
    KEYS = "SELECT m.newest FROM (SELECT MAX(mailbox) AS newest FROM mailboxes WHERE organization = $1) m
        LEFT JOIN mailbox_keys k ON k.organization = $1
        WHERE m.newest IS NOT NULL AND (k.next_mailbox IS NULL OR k.next_mailbox <= m.newest) LIMIT $2";
    SET_NEXT = "INSERT INTO mailbox_keys (organization, next_mailbox) VALUES ($1, $2) ON CONFLICT (organization)
        DO UPDATE SET next_mailbox = excluded.next_mailbox";
    FOREIGN = "SELECT mailbox, owner_id, attached_to FROM mailboxes
        WHERE organization = $1 AND attached_to IS NOT NULL AND attached_to <> owner_id ORDER BY mailbox LIMIT $2";
    DATES = "SELECT mailbox FROM mailboxes WHERE organization = $1
        AND ((attached_to IS NULL AND detached_at IS NULL) OR (attached_to IS NOT NULL AND detached_at IS NOT NULL))
        ORDER BY mailbox LIMIT $2";
    SET_DATE = "UPDATE mailboxes SET detached_at = CASE WHEN attached_to IS NULL THEN CAST($3 AS BIGINT) END
        WHERE organization = $1 AND mailbox = $2";
}

/// The checks of an organization's mailboxes.
pub const CHECKS: &[Check] = &[
    Check {
        invariant: "a mailbox's key is never given out again",
        find: &KEYS,
        describe: |mut row| format!("the key of mailbox {} would be given out again", row.take::<i64>(0)),
        repair: Some(|tx, mut row| {
            let organization = tx.organization().0;
            tx.execute(&SET_NEXT, parameters![organization, row.take::<i64>(0) + 1]).map(drop)
        }),
    },
    Check {
        invariant: "a mailbox is attached to its owner",
        find: &FOREIGN,
        describe: |mut row| {
            let (mailbox, owner, attached): (i64, String, String) = (row.take(0), row.take(1), row.take(2));
            format!("mailbox {mailbox} of {owner} is attached to {attached}")
        },
        repair: None,
    },
    Check {
        invariant: "a mailbox that is detached, and no other, says since when",
        find: &DATES,
        describe: |mut row| {
            format!("mailbox {} does not say rightly since when it is detached", row.take::<i64>(0))
        },
        repair: Some(|tx, mut row| {
            let (organization, now) = (tx.organization().0, tx.now());
            tx.execute(&SET_DATE, parameters![organization, row.take::<i64>(0), now]).map(drop)
        }),
    },
];

/// Compares mailboxes with their owners: who is enabled and may own one has one, and nobody else. A mailbox without
/// such an owner is detached; one that is missing is told.
pub fn compare(
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
