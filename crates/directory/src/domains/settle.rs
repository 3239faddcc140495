//! Making the directory agree with an organization's own store about one domain.

use postroom_store::{Place, Read, Store};
use postroom_types::OrganizationKey;

use super::ownership::{claim_registration, confirm_registration, release};
use super::{MailDomain, default_domain, find_domain};
use crate::DirectoryError;
use crate::acting::Acting;
use crate::aws_account::AwsAccountId;
use crate::directory::DirectoryTx;
use crate::ops::{deregister_mail_domain, set_default_copy};
use crate::organizations::{OrganizationState, by_key};

/// What the organization has is registered and confirmed in the directory, what it has not is given back, and the
/// directory's copy of the default domain is fresh. It may be repeated.
pub(crate) async fn settle(store: &Store, key: OrganizationKey, name: &str) -> Result<(), DirectoryError> {
    let found = store.read(Place::Directory, move |tx| by_key(tx, key)).await?;
    let Some(organization) = found else { return Ok(()) };
    let account = organization.aws_account.clone();
    let acting = Acting::system(store, "a domain is settled between two stores");
    let domain = match organization.state {
        OrganizationState::Active => find(store, key, name).await?,
        OrganizationState::Deleted => None,
        // What creates or deletes the organization settles its domains.
        _ => return Ok(()),
    };
    match domain {
        // It comes and goes with its organization.
        Some(domain) if domain.is_test => {}
        Some(_) => confirm_or_remove(&acting, &account, key, name).await?,
        None => {
            let domain = name.to_owned();
            acting.directory(move |tx| release(tx, &account, key, &domain)).await?;
        }
    }
    if organization.state == OrganizationState::Active {
        copy_default(&acting, key).await?;
    }
    Ok(())
}

/// The domain in the organization's own store.
pub(crate) async fn find(
    store: &Store,
    key: OrganizationKey,
    name: &str,
) -> Result<Option<MailDomain>, DirectoryError> {
    let name = name.to_owned();
    store.read(Place::Organization(key), move |tx: &mut dyn Read| find_domain(tx, key, &name)).await
}

/// Writes the directory's copy of the default domain when it differs.
async fn copy_default(acting: &Acting, key: OrganizationKey) -> Result<(), DirectoryError> {
    let default = move |tx: &mut dyn Read| default_domain(tx, key);
    let default = acting.store.read(Place::Organization(key), default).await?;
    let copied = acting.store.read(Place::Directory, move |tx| by_key(tx, key)).await?;
    let copied = copied.and_then(|organization| organization.default_mail_domain);
    match default {
        Some(default) if copied.as_ref() != Some(&default) => {
            acting.directory(move |tx| set_default_copy(tx, key, &default)).await
        }
        _ => Ok(()),
    }
}

/// The organization has the domain: its registration is confirmed. When another organization of the account got the
/// registration in the meantime, the domain is taken away again.
async fn confirm_or_remove(
    acting: &Acting,
    account: &AwsAccountId,
    key: OrganizationKey,
    name: &str,
) -> Result<(), DirectoryError> {
    let (of, domain) = (account.clone(), name.to_owned());
    let confirm = move |tx: &mut DirectoryTx<'_, '_>| {
        claim_registration(tx, &of, key, &domain)?;
        confirm_registration(tx, &of, key, &domain)
    };
    match acting.directory(confirm).await {
        Err(DirectoryError::DomainInUse(_)) => {
            let domain = name.to_owned();
            acting.organization(key, move |tx| deregister_mail_domain(tx, &domain)).await
        }
        confirmed => confirmed.map(drop),
    }
}
