//! RegisterMailDomain in the organization's own store (WB §6.1). [`Domains`](crate::domains::Domains) does the rest.

use postroom_store::client_tokens::ClientToken;
use postroom_store::{Read, parameters};
use postroom_types::fold;

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::domains::{DkimRole, NewDkimKey, NewDomain, find_domain};
use crate::limits::DOMAINS_MAX;
use crate::once::once;
use crate::sql::domains as sql;

/// What a domain is registered with.
#[derive(Debug, Clone)]
pub struct Registration {
    /// The domain and its token.
    pub domain: NewDomain,
    /// The caller's token.
    pub token: Option<ClientToken>,
}

/// Registers the domain, unverified. The same domain again changes nothing, its token included.
///
/// `LimitExceeded`; `Invalid` when the client token was used for something else.
pub fn register_mail_domain(tx: &mut AdminTx<'_, '_>, new: &Registration) -> Result<(), DirectoryError> {
    once(tx, new.token.as_ref(), |tx| insert(tx, new).map(|()| Vec::new())).map(drop)
}

fn insert(tx: &mut AdminTx<'_, '_>, new: &Registration) -> Result<(), DirectoryError> {
    let (organization, name, now) = (tx.organization, new.domain.name.as_str(), tx.now());
    if find_domain(tx, organization, name)?.is_some() {
        return Ok(());
    }
    // The organization's row is locked, so nobody else counts now.
    let counted = tx.query_first(&sql::COUNT, parameters![organization.0])?;
    if counted.map_or(0, |mut row| row.take::<i64>(0)) >= DOMAINS_MAX {
        let message = format!("An organization has at most {DOMAINS_MAX} domains.");
        return Err(DirectoryError::LimitExceeded(message));
    }
    let key = fold(name);
    tx.execute(&sql::INSERT, parameters![organization.0, &key, name, &new.domain.token, now])?;
    Ok(())
}

/// Gives a domain its first DKIM keys: the one that signs, the next one, a spare one. Nothing happens when it has some.
///
/// Making them takes long, so it waits until somebody asks for the domain's records or the domain is proved.
pub fn insert_first_keys(
    tx: &mut AdminTx<'_, '_>,
    domain: &str,
    keys: &[NewDkimKey],
) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    let is_there = find_domain(tx, organization, domain)?.is_some();
    if !is_there || !crate::domains::dkim_keys(tx, organization, domain)?.is_empty() {
        return Ok(());
    }
    insert_keys(tx, domain, keys)
}

fn insert_keys(tx: &mut AdminTx<'_, '_>, domain: &str, keys: &[NewDkimKey]) -> Result<(), DirectoryError> {
    let (organization, now, domain_key) = (tx.organization.0, tx.now(), fold(domain));
    let roles = [DkimRole::Active, DkimRole::Next].into_iter().chain(std::iter::repeat(DkimRole::Spare));
    for (key, role) in keys.iter().zip(roles) {
        let (selector, role) = (key.selector.as_str(), role.as_str());
        let row =
            parameters![organization, &domain_key, selector, role, &key.public_key, &key.private_sealed, now];
        tx.execute(&sql::INSERT_KEY, row)?;
    }
    Ok(())
}
