//! What the directory knows about domains: registrations of an AWS account, and owners among all.

use postroom_store::{Read, StoreError, parameters};
use postroom_types::{OrganizationKey, fold};

use crate::DirectoryError;
use crate::aws_account::AwsAccountId;
use crate::directory::DirectoryTx;
use crate::sql::organizations as sql;

/// Registers the domain for an organization of the account, unconfirmed until the organization's own store has it.
///
/// `DomainInUse`: another organization of the account has it.
pub(crate) fn claim_registration(
    tx: &mut DirectoryTx<'_, '_>,
    account: &AwsAccountId,
    organization: OrganizationKey,
    domain: &str,
) -> Result<(), DirectoryError> {
    // One that is there is marked as unconfirmed: the organization's own store may be about to say otherwise.
    if register(tx, account, organization, domain, false)? || mark(tx, account, organization, domain, false)?
    {
        return Ok(());
    }
    Err(in_use(domain))
}

/// Registers the domain; answers false when an organization of the account has it registered.
fn register(
    tx: &mut DirectoryTx<'_, '_>,
    account: &AwsAccountId,
    organization: OrganizationKey,
    domain: &str,
    is_confirmed: bool,
) -> Result<bool, DirectoryError> {
    let key = fold(domain);
    let row = parameters![account.as_str(), &key, domain, organization.0, is_confirmed];
    Ok(tx.execute(&sql::REGISTER_DOMAIN, row)? == 1)
}

/// Marks the organization's registration; answers false when it has none.
fn mark(
    tx: &mut DirectoryTx<'_, '_>,
    account: &AwsAccountId,
    organization: OrganizationKey,
    domain: &str,
    is_confirmed: bool,
) -> Result<bool, DirectoryError> {
    let key = fold(domain);
    let mine = parameters![account.as_str(), &key, organization.0, is_confirmed];
    Ok(tx.execute(&sql::CONFIRM_REGISTRATION, mine)? == 1)
}

/// Whether another organization of the account owns the domain. Of what is not registered that is a test domain, after
/// the suffix of test domains has changed.
pub(crate) fn is_owned_in_account(
    tx: &mut dyn Read,
    account: &AwsAccountId,
    organization: OrganizationKey,
    domain: &str,
) -> Result<bool, StoreError> {
    let key = fold(domain);
    let found =
        tx.query_first(&sql::OWNED_IN_ACCOUNT, parameters![&key, account.as_str(), organization.0])?;
    Ok(found.is_some())
}

/// The refusal for `domain`.
pub(super) fn in_use(domain: &str) -> DirectoryError {
    DirectoryError::DomainInUse(format!(
        "The domain {domain} is used by another organization of this account."
    ))
}

/// The organization of the account that has the domain registered.
pub(crate) fn registrant(
    tx: &mut dyn Read,
    account: &AwsAccountId,
    domain: &str,
) -> Result<Option<OrganizationKey>, StoreError> {
    let row = tx.query_first(&sql::REGISTRATION, parameters![account.as_str(), &fold(domain)])?;
    Ok(row.map(|mut row| OrganizationKey(row.take(0))))
}

/// Registers the domain, which the organization's own store has, unless an organization of the account has it registered;
/// answers whether it did.
pub(crate) fn register_free(
    tx: &mut DirectoryTx<'_, '_>,
    account: &AwsAccountId,
    organization: OrganizationKey,
    domain: &str,
) -> Result<bool, DirectoryError> {
    register(tx, account, organization, domain, true)
}

/// Confirms the registration; answers false when it is gone.
pub(crate) fn confirm_registration(
    tx: &mut DirectoryTx<'_, '_>,
    account: &AwsAccountId,
    organization: OrganizationKey,
    domain: &str,
) -> Result<bool, DirectoryError> {
    mark(tx, account, organization, domain, true)
}

/// Marks the registration as one that the organization's own store may contradict.
pub(crate) fn unconfirm_registration(
    tx: &mut DirectoryTx<'_, '_>,
    account: &AwsAccountId,
    organization: OrganizationKey,
    domain: &str,
) -> Result<(), DirectoryError> {
    mark(tx, account, organization, domain, false).map(drop)
}

/// Gives registration and ownership of the domain back.
pub(crate) fn release(
    tx: &mut DirectoryTx<'_, '_>,
    account: &AwsAccountId,
    organization: OrganizationKey,
    domain: &str,
) -> Result<(), DirectoryError> {
    let key = fold(domain);
    tx.execute(&sql::UNREGISTER_DOMAIN, parameters![account.as_str(), &key, organization.0])?;
    tx.execute(&sql::DISOWN_DOMAIN, parameters![&key, organization.0])?;
    Ok(())
}

/// Makes the organization the owner unless another one is: the first proof owns. Answers whether it owns the domain now.
///
/// The registration is locked first, so an organization that deregisters at the same time does not stay its owner.
pub(crate) fn claim_ownership(
    tx: &mut DirectoryTx<'_, '_>,
    account: &AwsAccountId,
    organization: OrganizationKey,
    domain: &str,
) -> Result<bool, DirectoryError> {
    let (key, now) = (fold(domain), tx.now());
    if tx.execute(&sql::LOCK_REGISTRATION, parameters![account.as_str(), &key, organization.0])? == 0 {
        return Ok(false);
    }
    tx.execute(&sql::CLAIM_DOMAIN, parameters![&key, organization.0, now])?;
    Ok(owner(tx, domain)? == Some(organization))
}

/// The organization that owns the domain: where mail for it goes.
pub fn owner(tx: &mut dyn Read, domain: &str) -> Result<Option<OrganizationKey>, StoreError> {
    let row = tx.query_first(&sql::DOMAIN_OWNER, parameters![&fold(domain)])?;
    Ok(row.map(|mut row| OrganizationKey(row.take(0))))
}
