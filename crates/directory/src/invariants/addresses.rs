//! Addresses, primary ones, and their domains.

use postroom_store::fsck::Check;
use postroom_store::{Row, StoreError, Tx, parameters};
use postroom_types::fold;

use super::about;
use crate::sql::addresses::CLAIM;

postroom_store::statements! {
    ORPHANED = "SELECT a.address, a.address_key FROM addresses a LEFT JOIN entities e
        ON e.organization = a.organization AND e.entity_id = a.entity_id AND e.state = 'ENABLED'
        WHERE a.organization = $1 AND e.entity_id IS NULL ORDER BY a.address_key LIMIT $2";
    DELETE = "DELETE FROM addresses WHERE organization = $1 AND address_key = $2";
    EMAIL_WITHOUT_USE = "SELECT entity_id FROM entities WHERE organization = $1 AND state <> 'ENABLED'
        AND email_key IS NOT NULL ORDER BY entity_id LIMIT $2";
    CLEAR_EMAIL = "UPDATE entities SET email = NULL, email_key = NULL WHERE organization = $1 AND entity_id = $2";
    SEVERAL = "SELECT e.entity_id, e.email_key FROM entities e WHERE e.organization = $1 AND 1 < (SELECT COUNT(*)
        FROM addresses a WHERE a.organization = e.organization AND a.entity_id = e.entity_id AND a.is_primary = 1)
        ORDER BY e.entity_id LIMIT $2";
    KEEP_ONE = "UPDATE addresses SET is_primary = 0 WHERE organization = $1 AND entity_id = $2 AND address_key <> $3";
    WITHOUT = "SELECT e.entity_id, e.email FROM entities e LEFT JOIN addresses a ON a.organization = e.organization
        AND a.entity_id = e.entity_id AND a.is_primary = 1 AND a.address_key = e.email_key
        WHERE e.organization = $1 AND e.state = 'ENABLED' AND a.entity_id IS NULL ORDER BY e.entity_id LIMIT $2";
    DEMOTE = "UPDATE addresses SET is_primary = 0 WHERE organization = $1 AND entity_id = $2";
    PROMOTE = "UPDATE addresses SET is_primary = 1 WHERE organization = $1 AND address_key = $2 AND entity_id = $3";
    WITHOUT_DOMAIN = "SELECT a.address FROM addresses a LEFT JOIN mail_domains d ON d.organization = a.organization
        AND d.domain_key = a.domain_key WHERE a.organization = $1 AND d.domain_key IS NULL
        ORDER BY a.address_key LIMIT $2";
}

pub(super) const CHECKS: &[Check] = &[
    Check {
        invariant: "an address belongs to an enabled entity",
        find: &ORPHANED,
        describe: |mut row| about(&mut row, "the address", "belongs to nobody who is enabled"),
        repair: Some(|tx, mut row| {
            let organization = tx.organization().0;
            tx.execute(&DELETE, parameters![organization, &row.take::<Vec<u8>>(1)]).map(drop)
        }),
    },
    Check {
        invariant: "only an enabled entity has a primary address",
        find: &EMAIL_WITHOUT_USE,
        describe: |mut row| about(&mut row, "entity", "is not enabled and has a primary address"),
        repair: Some(|tx, mut row| {
            let organization = tx.organization().0;
            tx.execute(&CLEAR_EMAIL, parameters![organization, &row.take::<String>(0)]).map(drop)
        }),
    },
    Check {
        invariant: "an entity has one primary address",
        find: &SEVERAL,
        describe: |mut row| about(&mut row, "entity", "has several primary addresses"),
        repair: Some(|tx, mut row| {
            let organization = tx.organization().0;
            let (id, email): (String, Option<Vec<u8>>) = (row.take(0), row.take(1));
            let Some(email) = email else { return Ok(()) };
            tx.execute(&KEEP_ONE, parameters![organization, &id, &email]).map(drop)
        }),
    },
    Check {
        invariant: "an enabled entity has its primary address",
        find: &WITHOUT,
        describe: |mut row| {
            let (id, email): (String, Option<String>) = (row.take(0), row.take(1));
            format!("entity {id} does not have its address {}", email.unwrap_or_default())
        },
        repair: Some(have_primary),
    },
    Check {
        invariant: "an address is in a domain of the organization",
        find: &WITHOUT_DOMAIN,
        describe: |mut row| about(&mut row, "the address", "is in a domain that is not registered"),
        repair: None,
    },
];

/// Gives the entity the address that its row names, unless another one has it.
fn have_primary(tx: &mut Tx<'_>, mut row: Row) -> Result<(), StoreError> {
    let organization = tx.organization().0;
    let (id, email): (String, Option<String>) = (row.take(0), row.take(1));
    let Some((email, domain)) = email.as_deref().and_then(|email| Some((email, email.rsplit_once('@')?.1)))
    else {
        return Ok(());
    };
    let key = fold(email);
    tx.execute(&DEMOTE, parameters![organization, &id])?;
    tx.execute(&CLAIM, parameters![organization, &key, email, &fold(domain), &id, false])?;
    tx.execute(&PROMOTE, parameters![organization, &key, &id]).map(drop)
}
