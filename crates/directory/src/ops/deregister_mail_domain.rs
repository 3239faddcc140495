//! DeregisterMailDomain in the organization's own store (WB §6.1). [`Domains`](crate::domains::Domains) does the rest.

use postroom_store::{Read, parameters};
use postroom_types::fold;

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::domains::{ALARM_PROOF_LOST, find_domain};
use crate::sql::domains as sql;

/// Removes the domain; one that is not there is no error.
///
/// `DomainInUse` while a primary address or alias uses it, and for the test domain and the default domain.
pub fn deregister_mail_domain(tx: &mut AdminTx<'_, '_>, name: &str) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    let Some(domain) = find_domain(tx, organization, name)? else { return Ok(()) };
    let key = fold(name);
    let refusal = if domain.is_test {
        Some("is the organization's test domain")
    } else if domain.is_default {
        Some("is the organization's default domain")
    } else if tx.query_first(&sql::ADDRESS_IN, parameters![organization.0, &key])?.is_some() {
        Some("is used by addresses")
    } else {
        None
    };
    if let Some(why) = refusal {
        return Err(DirectoryError::DomainInUse(format!("The domain {} {why}.", domain.name)));
    }
    tx.execute(&sql::DELETE, parameters![organization.0, &key])?;
    tx.execute(&sql::DELETE_KEYS, parameters![organization.0, &key])?;
    tx.execute(&sql::CLEAR_ALARM, parameters![organization.0, ALARM_PROOF_LOST, &domain.name])?;
    Ok(())
}
