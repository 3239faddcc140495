//! Keys that are computed from a text beside them: what is found and ordered by them is as the text says.

use postroom_store::fsck::RowCheck;
use postroom_store::{Row, StoreError, Tx, parameters};
use postroom_types::{FoldKey, fold};

use super::told;
use crate::entity::order_key;
use crate::sql::entities::SET_EMAIL;

postroom_store::statements! {
    ORDER_KEYS = "SELECT entity_id, name, name_key, display_name, display_key FROM entities WHERE organization = $1";
    SET_ORDER_KEYS = "UPDATE entities SET name_key = $4, display_key = $6 WHERE organization = $1 AND entity_id = $2
        AND name = $3 AND display_name = $5";
    PROVIDER_KEYS = "SELECT entity_id, identity_provider_user_id, identity_provider_key FROM entities
        WHERE organization = $1 AND (identity_provider_user_id IS NOT NULL OR identity_provider_key IS NOT NULL)";
    SET_PROVIDER_KEY = "UPDATE entities SET identity_provider_key = $4 WHERE organization = $1 AND entity_id = $2
        AND identity_provider_user_id = $3 AND NOT EXISTS (SELECT 1 FROM entities o WHERE o.organization = $1
            AND o.identity_provider_key = $4)";
    HELD_NAMES = "SELECT n.name_key, e.entity_id, e.name FROM names n JOIN entities e
        ON e.organization = n.organization AND e.entity_id = n.entity_id AND e.live = 1 WHERE n.organization = $1";
    HOLD_NAME = "UPDATE names SET name_key = $4 WHERE organization = $1 AND name_key = $2 AND entity_id = $3
        AND NOT EXISTS (SELECT 1 FROM names o WHERE o.organization = $1 AND o.name_key = $4)";
    /// Of who has one: which of several is meant is another check's. Text and row may differ in case.
    PRIMARY = "SELECT e.entity_id, e.email, e.email_key, a.address, a.address_key FROM entities e
        JOIN addresses a ON a.organization = e.organization AND a.entity_id = e.entity_id AND a.is_primary = 1
        WHERE e.organization = $1 AND e.state = 'ENABLED' AND e.email IS NOT NULL AND 1 = (SELECT COUNT(*)
            FROM addresses o WHERE o.organization = e.organization AND o.entity_id = e.entity_id AND o.is_primary = 1)";
    ADDRESSES = "SELECT address_key, address, domain_key FROM addresses WHERE organization = $1";
    SET_DOMAIN_KEY = "UPDATE addresses SET domain_key = $4 WHERE organization = $1 AND address_key = $2
        AND address = $3";
    DOMAINS = "SELECT domain, domain_key FROM mail_domains WHERE organization = $1";
    AVAILABILITY = "SELECT domain, domain_key FROM availability_configurations WHERE organization = $1";
    SET_AVAILABILITY = "UPDATE availability_configurations SET domain_key = $4 WHERE organization = $1 AND domain_key = $3
        AND domain = $2 AND NOT EXISTS (SELECT 1 FROM availability_configurations o WHERE o.organization = $1
            AND o.domain_key = $4)";
}

/// They come before what compares by keys.
pub(super) const CHECKS: &[RowCheck] = &[
    RowCheck {
        invariant: "an entity is listed by its name and its display name",
        rows: &ORDER_KEYS,
        wrong: |mut row, _| {
            let (id, name, name_key): (String, String, Vec<u8>) = (row.take(0), row.take(1), row.take(2));
            let (shown, shown_key): (String, Vec<u8>) = (row.take(3), row.take(4));
            let wrong = !is(&order_key(&name), &name_key) || !is(&order_key(&shown), &shown_key);
            wrong.then(|| format!("entity {id} is listed otherwise than by its names"))
        },
        repair: Some(set_order_keys),
    },
    RowCheck {
        invariant: "a user is found by its id at the identity provider",
        rows: &PROVIDER_KEYS,
        wrong: |mut row, _| {
            let (id, user): (String, Option<String>) = (row.take(0), row.take(1));
            let key: Option<Vec<u8>> = row.take(2);
            let right = user.zip(key).is_some_and(|(user, key)| is(&fold(&user), &key));
            (!right).then(|| format!("entity {id} is not found by its id at the identity provider"))
        },
        repair: Some(|tx, mut row| {
            let (id, user): (String, Option<String>) = (row.take(0), row.take(1));
            let Some(user) = user else { return Ok(()) };
            let organization = tx.organization().0;
            let key = fold(&user);
            tx.execute(&SET_PROVIDER_KEY, parameters![organization, &id, &user, &key]).map(drop)
        }),
    },
    RowCheck {
        invariant: "a name is held as it is compared",
        rows: &HELD_NAMES,
        wrong: |mut row, _| {
            let (key, id, name): (Vec<u8>, String, String) = (row.take(0), row.take(1), row.take(2));
            (!is(&fold(&name), &key)).then(|| format!("entity {id} is not found by its name {name}"))
        },
        repair: Some(|tx, mut row| {
            let organization = tx.organization().0;
            let (key, id, name): (Vec<u8>, String, String) = (row.take(0), row.take(1), row.take(2));
            tx.execute(&HOLD_NAME, parameters![organization, &key, &id, &fold(&name)]).map(drop)
        }),
    },
    RowCheck {
        invariant: "an entity shows the primary address that it has",
        rows: &PRIMARY,
        wrong: |mut row, _| {
            let (id, email): (String, String) = (row.take(0), row.take(1));
            let (key, address): (Option<Vec<u8>>, String) = (row.take(2), row.take(3));
            let shown = fold(&email);
            let right = shown == fold(&address) && key.is_some_and(|key| is(&shown, &key));
            (!right).then(|| format!("entity {id} shows the address {email}, and has {address}"))
        },
        repair: Some(show_primary),
    },
    RowCheck {
        invariant: "an address is found by its text",
        rows: &ADDRESSES,
        wrong: |mut row, _| {
            let (key, address, domain): (Vec<u8>, String, Vec<u8>) = (row.take(0), row.take(1), row.take(2));
            let right = is(&fold(&address), &key) && is(&fold(domain_of(&address)), &domain);
            (!right).then(|| format!("the address {address} is stored under the keys of another one"))
        },
        // Which address the entity has by right is not to be told from a key alone.
        repair: Some(|tx, mut row| {
            let organization = tx.organization().0;
            let (key, address): (Vec<u8>, String) = (row.take(0), row.take(1));
            if !is(&fold(&address), &key) {
                return Ok(());
            }
            let domain = fold(domain_of(&address));
            tx.execute(&SET_DOMAIN_KEY, parameters![organization, &key, &address, &domain]).map(drop)
        }),
    },
    told("a domain is found by its name", &DOMAINS, |row, _| domain(row, "the domain")),
    RowCheck {
        invariant: "an availability configuration is found by its domain",
        rows: &AVAILABILITY,
        wrong: |row, _| domain(row, "the availability configuration of"),
        repair: Some(|tx, mut row| {
            let organization = tx.organization().0;
            let (domain, key): (String, Vec<u8>) = (row.take(0), row.take(1));
            tx.execute(&SET_AVAILABILITY, parameters![organization, &domain, &key, &fold(&domain)]).map(drop)
        }),
    },
];

fn is(key: &FoldKey, stored: &[u8]) -> bool {
    key.as_bytes() == stored
}

fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// What is wrong with a name and its fold key.
pub(super) fn domain(mut row: Row, about: &str) -> Option<String> {
    let (domain, key): (String, Vec<u8>) = (row.take(0), row.take(1));
    (!is(&fold(&domain), &key)).then(|| format!("{about} {domain} is stored under the key of another one"))
}

fn set_order_keys(tx: &mut Tx<'_>, mut row: Row) -> Result<(), StoreError> {
    let organization = tx.organization().0;
    let (id, name, shown): (String, String, String) = (row.take(0), row.take(1), row.take(3));
    let (name_key, shown_key) = (order_key(&name), order_key(&shown));
    let row = parameters![organization, &id, &name, &name_key, &shown, &shown_key];
    tx.execute(&SET_ORDER_KEYS, row).map(drop)
}

/// Lets the entity show the address that its row of addresses has, as long as text and key agree on which that is.
fn show_primary(tx: &mut Tx<'_>, mut row: Row) -> Result<(), StoreError> {
    let organization = tx.organization().0;
    let (id, email): (String, String) = (row.take(0), row.take(1));
    let (email_key, address, key): (Option<Vec<u8>>, String, Vec<u8>) =
        (row.take(2), row.take(3), row.take(4));
    let same = email_key.is_some_and(|email_key| email_key == key) || is(&fold(&email), &key);
    if !same || !is(&fold(&address), &key) {
        return Ok(());
    }
    tx.execute(&SET_EMAIL, parameters![organization, &id, &address, &fold(&address)]).map(drop)
}
