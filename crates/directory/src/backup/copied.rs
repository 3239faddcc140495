//! What makes a loaded organization another one than the one that it was saved from.

use postroom_store::{Place, Read, Store, StoreError, Tx, parameters};
use postroom_types::{OrganizationKey, fold};

use super::Failed;
use super::settle::give_up;
use crate::DirectoryError;
use crate::domains::NewDomain;
use crate::sql::{addresses, domains, entities, restores as sql};

/// Addresses that are renamed in one transaction.
const SLICE: i64 = 500;
/// More domains than an organization may have.
const DOMAINS_READ: i64 = 2_000;

/// Gives the organization its own test domain, with the addresses in it, and its own tokens for other domains, which
/// nobody has published yet; and removes tokens of people and roles, whose text names the original. Blocks; it may be
/// repeated.
pub(super) fn make_another(
    store: &Store,
    organization: OrganizationKey,
    test_domain: &str,
) -> Result<(), Failed> {
    let (place, key) = (Place::Organization(organization), organization.0);
    let old: Option<String> = store.read_blocking(place, |read| {
        let row = read.query_first(&addresses::SELECT_TEST_DOMAIN, parameters![key])?;
        Ok::<_, StoreError>(row.map(|mut row| row.take(0)))
    })?;
    let names = domain_names(store, organization)?;
    if let Some(old) = old.filter(|old| fold(old) != fold(test_domain)) {
        if names.iter().any(|name| fold(name) == fold(test_domain)) {
            return Err(Failed::refused(
                format!("the organization has the domain {test_domain} already"),
                "name another alias",
            ));
        }
        let new = test_domain.to_owned();
        while rename_slice(store, place, &old, &new)? > 0 {}
        store.write_blocking::<_, StoreError, _>(place, move |tx| {
            tx.execute(&sql::RENAME_TEST, parameters![key, &fold(&old), &fold(&new), &new]).map(drop)
        })?;
    }
    let others: Vec<String> = names.iter().filter(|name| fold(name) != fold(test_domain)).cloned().collect();
    let tokens: Vec<(String, String)> =
        names.into_iter().map(|name| (name, NewDomain::token(store.random().as_ref()))).collect();
    store.write_blocking::<_, DirectoryError, _>(place, move |tx| {
        for (name, token) in &tokens {
            tx.execute(&sql::SET_TOKEN, parameters![key, &fold(name), token])?;
        }
        give_up(tx, &others)?;
        tx.execute(&sql::DELETE_PERSONAL_TOKENS, parameters![key])?;
        tx.execute(&sql::DELETE_IMPERSONATION_TOKENS, parameters![key])?;
        Ok(())
    })?;
    Ok(())
}

fn domain_names(store: &Store, organization: OrganizationKey) -> Result<Vec<String>, StoreError> {
    store.read_blocking(Place::Organization(organization), |read| {
        let rows = read.query(&domains::LIST, parameters![organization.0, &[0_u8; 0][..], DOMAINS_READ])?;
        Ok(rows.into_iter().map(|mut row| row.take(0)).collect())
    })
}

/// Moves some addresses from the domain `old` to `new`; answers how many.
fn rename_slice(store: &Store, place: Place, old: &str, new: &str) -> Result<usize, StoreError> {
    let (old, new) = (fold(old), new.to_owned());
    store.write_blocking(place, move |tx: &mut Tx<'_>| {
        let key = tx.organization().0;
        let rows = tx.query(&sql::ADDRESSES_IN, parameters![key, &old, SLICE])?;
        let count = rows.len();
        for mut row in rows {
            let (address, address_key): (String, Vec<u8>) = (row.take(0), row.take(1));
            let (entity, is_primary): (String, bool) = (row.take(2), row.take(3));
            let local = address.rsplit_once('@').map_or(address.as_str(), |(local, _)| local);
            let renamed = format!("{local}@{new}");
            tx.execute(&sql::DELETE_ADDRESS, parameters![key, &address_key])?;
            let (folded, domain) = (fold(&renamed), fold(&new));
            let row = parameters![key, &folded, &renamed, &domain, &entity, is_primary];
            tx.execute(&addresses::CLAIM, row)?;
            if is_primary {
                tx.execute(&entities::SET_EMAIL, parameters![key, &entity, &renamed, &folded])?;
            }
        }
        Ok(count)
    })
}
