//! UpdateDefaultMailDomain in the organization's own store (WB §6.1). [`Domains`](crate::domains::Domains) does the rest.

use postroom_store::parameters;
use postroom_types::{OrganizationKey, fold};

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::directory::DirectoryTx;
use crate::domains::must_find;
use crate::sql::{domains as sql, organizations};

/// Makes the domain the default; existing addresses stay. `DomainNotFound`, `DomainNotVerified`.
pub fn update_default_mail_domain(tx: &mut AdminTx<'_, '_>, name: &str) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    let domain = must_find(tx, organization, name)?;
    if !domain.is_verified() {
        return Err(DirectoryError::DomainNotVerified(domain.name));
    }
    tx.execute(&sql::UNSET_DEFAULT, parameters![organization.0])?;
    tx.execute(&sql::SET_DEFAULT, parameters![organization.0, &fold(name)])?;
    Ok(())
}

/// Writes the directory's copy of the default domain, for ListOrganizations and DescribeOrganization.
pub(crate) fn set_default_copy(
    tx: &mut DirectoryTx<'_, '_>,
    organization: OrganizationKey,
    name: &str,
) -> Result<(), DirectoryError> {
    tx.execute(&organizations::SET_DEFAULT_DOMAIN, parameters![organization.0, name])?;
    Ok(())
}
