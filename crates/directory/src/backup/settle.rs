//! Making the directory and a restored organization agree, before and after it is known.

use postroom_store::backup::end_place;
use postroom_store::{Place, Read, Store, StoreError, Tx, jobs, parameters};
use postroom_types::{OrganizationKey, fold};

use super::{Backups, Failed, blocking};
use crate::DirectoryError;
use crate::acting::Acting;
use crate::aws_account::AwsAccountId;
use crate::directory::DirectoryTx;
use crate::domains::{MailDomain, owner, register_free, registrant};
use crate::invariants::begin_repair;
use crate::organizations::{by_key, reconcile_one};
use crate::sql::{domains, organization, restores as sql};

/// More domains than an organization may have.
const DOMAINS_READ: i64 = 2_000;

impl Backups {
    /// The directory learns what the organization has, and work that waits is announced. It may be repeated; the note
    /// goes last.
    pub(super) async fn settle_restored(&self, key: OrganizationKey) -> Result<(), Failed> {
        let found = self.store.read::<_, StoreError, _>(Place::Directory, move |tx| by_key(tx, key)).await?;
        if let Some(organization) = found {
            let mine = [key];
            yield_domains(&self.store, key, &mine, &organization.aws_account).await?;
            register_unproved(&self.store, key, &organization.aws_account).await?;
            reconcile_one(&self.store, &organization, true).await?;
        }
        let store = self.store.clone();
        blocking(move || {
            jobs::check_hints(&store, key, true)?;
            end_place(&store, key)
        })
        .await
    }
}

/// Domains of the organization `key` that others than `mine` have by now are verified no more: the first proof owns. They
/// can be proved again once the others give them up.
pub(super) async fn yield_domains(
    store: &Store,
    key: OrganizationKey,
    mine: &[OrganizationKey],
    account: &AwsAccountId,
) -> Result<(), DirectoryError> {
    let verified = names(store, key, true).await?;
    let (mine, account) = (mine.to_vec(), account.clone());
    let read = move |read: &mut dyn Read| {
        let mut taken = Vec::new();
        for name in &verified {
            let holders = [owner(read, name)?, registrant(read, &account, name)?];
            if holders.into_iter().flatten().any(|holder| !mine.contains(&holder)) {
                taken.push(name.clone());
            }
        }
        Ok::<_, StoreError>(taken)
    };
    let taken = store.read(Place::Directory, read).await?;
    if taken.is_empty() {
        return Ok(());
    }
    store.write(Place::Organization(key), move |tx: &mut Tx<'_>| give_up(tx, &taken)).await
}

/// Registers the domains that are not proved and that nobody of the account has.
async fn register_unproved(
    store: &Store,
    key: OrganizationKey,
    account: &AwsAccountId,
) -> Result<(), DirectoryError> {
    let (names, account) = (names(store, key, false).await?, account.clone());
    if names.is_empty() {
        return Ok(());
    }
    let acting = Acting::system(store, "an organization is restored");
    let register = move |tx: &mut DirectoryTx<'_, '_>| {
        names.iter().try_for_each(|name| register_free(tx, &account, key, name).map(drop))
    };
    acting.directory(register).await
}

/// The domains of the organization but the test domain: those that are proved, or the others.
async fn names(store: &Store, key: OrganizationKey, proved: bool) -> Result<Vec<String>, StoreError> {
    let read = move |read: &mut dyn Read| {
        let rows = read.query(&domains::LIST, parameters![key.0, &[0_u8; 0][..], DOMAINS_READ])?;
        Ok::<_, StoreError>(rows.into_iter().map(MailDomain::from_row).collect::<Vec<_>>())
    };
    let own = store.read(Place::Organization(key), read).await?;
    let asked = own.into_iter().filter(|domain| !domain.is_test && domain.is_verified() == proved);
    Ok(asked.map(|domain| domain.name).collect())
}

/// Makes the domains `taken` those that are not proved; another one than them is the default.
pub(super) fn give_up(tx: &mut Tx<'_>, taken: &[String]) -> Result<(), DirectoryError> {
    let (key, now) = (tx.organization().0, tx.now());
    begin_repair(tx)?;
    for name in taken {
        tx.execute(&sql::UNVERIFY, parameters![key, &fold(name), now])?;
    }
    let default = tx.query_first(&domains::SELECT_DEFAULT, parameters![key])?;
    if default.is_some_and(|mut row| taken.contains(&row.take::<String>(0))) {
        tx.execute(&sql::DEFAULT_TEST, parameters![key])?;
    }
    Ok(())
}

/// The restored organization takes changes, whatever it was about to become when it was saved.
pub(super) fn reopen(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let key = tx.organization().0;
    tx.execute(&organization::REOPEN, parameters![key]).map(drop)
}
