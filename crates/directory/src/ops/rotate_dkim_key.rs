//! Changing the DKIM key that signs for a domain: the next one signs, the old one stays published for mail on its way.

use postroom_store::{Read, parameters};
use postroom_types::fold;

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::domains::{DkimRole, NewDkimKey, dkim_keys, must_find};
use crate::sql::domains as sql;

/// The selector that the key made for the rotation must have; `None`: a minted one.
///
/// Where keys are published by the operator, an organization has three CNAMEs, and the spare one's key is made anew.
pub fn rotation_selector(keys: &[crate::domains::DkimKey], dkim_zone: Option<&str>) -> Option<String> {
    dkim_zone?;
    keys.iter().find(|key| key.role == DkimRole::Spare).map(|key| key.selector.clone())
}

/// Makes the next key sign; `new` becomes the next one.
///
/// `DomainNotFound`; `NotFound`: the domain has no next key; `Invalid`: (unless `force`) the last look-up did not find
/// it published, so that mail signed with it would fail.
pub fn rotate_dkim_key(
    tx: &mut AdminTx<'_, '_>,
    domain: &str,
    new: &NewDkimKey,
    force: bool,
) -> Result<(), DirectoryError> {
    let (organization, now, domain_key) = (tx.organization, tx.now(), fold(domain));
    let name = must_find(tx, organization, domain)?.name;
    let keys = dkim_keys(tx, organization, domain)?;
    let of = |role| keys.iter().find(|key| key.role == role);
    let Some(next) = of(DkimRole::Next) else {
        return Err(DirectoryError::NotFound(format!("The domain {name} has no DKIM key to change to.")));
    };
    if !next.published && !force {
        let message = format!("The next DKIM key of {name} ({}) is not published yet.", next.selector);
        return Err(DirectoryError::Invalid(message));
    }
    for key in keys.iter().filter(|key| key.role == DkimRole::Spare) {
        tx.execute(&sql::DELETE_KEY, parameters![organization.0, &domain_key, &key.selector])?;
    }
    let set = |tx: &mut AdminTx<'_, '_>, selector: &str, role: DkimRole| {
        tx.execute(&sql::SET_ROLE, parameters![organization.0, &domain_key, selector, role.as_str()])
    };
    if let Some(active) = of(DkimRole::Active) {
        set(tx, &active.selector, DkimRole::Spare)?;
    }
    set(tx, &next.selector, DkimRole::Active)?;
    let (role, selector) = (DkimRole::Next.as_str(), new.selector.as_str());
    let row =
        parameters![organization.0, &domain_key, selector, role, &new.public_key, &new.private_sealed, now];
    if tx.execute(&sql::INSERT_KEY, row)? == 0 {
        return Err(DirectoryError::Invalid(format!("The selector {selector} is in use.")));
    }
    Ok(())
}
