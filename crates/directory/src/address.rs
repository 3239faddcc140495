//! Claiming and releasing addresses: the rules that registration, aliases and the primary address share.

use postroom_store::{Read, parameters};
use postroom_types::{DnsRecordVerificationStatus, EmailAddress, EntityId, FoldKey, fold};

use crate::admin::AdminTx;
use crate::entity::{Entity, stored};
use crate::ops::shared::is_reserved;
use crate::sql::addresses as sql;
use crate::{DirectoryError, limits};

/// The domain of `address`; the shape has exactly one `@`.
pub(crate) fn domain_of(address: &EmailAddress) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// The local part of `address`.
pub(crate) fn local_part_of(address: &EmailAddress) -> &str {
    address.rsplit_once('@').map_or(address, |(local_part, _)| local_part)
}

/// Refuses an address that nobody may have here, whoever holds it now.
///
/// `DomainNotFound`, `DomainNotVerified`, `Invalid` (reserved local part).
pub(crate) fn check_usable(tx: &mut AdminTx<'_, '_>, address: &EmailAddress) -> Result<(), DirectoryError> {
    let domain = domain_of(address);
    let row = tx.query_first(&sql::SELECT_OWNERSHIP, parameters![tx.organization.0, &fold(domain)])?;
    let Some(mut row) = row else { return Err(DirectoryError::DomainNotFound(domain.to_owned())) };
    if stored::<DnsRecordVerificationStatus>(&row.take::<String>(0)) != DnsRecordVerificationStatus::Verified
    {
        return Err(DirectoryError::DomainNotVerified(domain.to_owned()));
    }
    if is_reserved(address) {
        return Err(DirectoryError::Invalid(format!("The address {} is reserved.", address.as_str())));
    }
    Ok(())
}

/// Who holds an address.
pub(crate) struct Holder {
    pub entity: EntityId,
    pub is_primary: bool,
}

/// Who holds the address with `key`.
pub(crate) fn holder(tx: &mut AdminTx<'_, '_>, key: &FoldKey) -> Result<Option<Holder>, DirectoryError> {
    let row = tx.query_first(&sql::SELECT_OWNER, parameters![tx.organization.0, key])?;
    Ok(row.map(|mut row| Holder { entity: row.take(0), is_primary: row.take(1) }))
}

/// Gives `address` to `entity`. `AddressInUse` when anybody holds it.
pub(crate) fn claim(
    tx: &mut AdminTx<'_, '_>,
    entity: &EntityId,
    address: &EmailAddress,
    is_primary: bool,
) -> Result<(), DirectoryError> {
    let (key, domain_key) = (fold(address), fold(domain_of(address)));
    let row = parameters![tx.organization.0, &key, address.as_str(), &domain_key, entity, is_primary];
    if tx.execute(&sql::CLAIM, row)? == 0 {
        return Err(DirectoryError::AddressInUse(address.as_str().to_owned()));
    }
    Ok(())
}

/// The refusal of an alias beyond the limit.
pub(crate) fn too_many_aliases(entity: &Entity) -> String {
    format!("{} has {} aliases, the most there may be.", entity.id, limits::ALIASES_MAX)
}
