//! What a restore asks of mailboxes.

use postroom_store::seal::DataKey;
use postroom_store::{Place, Read, Store, StoreError, parameters};
use postroom_types::OrganizationKey;

use crate::mailbox::{MailboxEpoch, MailboxKey, uid_validity_base};
use crate::sql::mailboxes as sql;
use crate::{limits, search};

/// Mailboxes in one transaction.
const SLICE: i64 = 500;

/// Makes the mailboxes of a restored organization usable: new epochs, and the index of full-text search, made from the
/// bodies that `key` opens; calls `goes_on` after each slice of that, whose error ends it. Blocks; it may be repeated.
pub fn renew(
    store: &Store,
    key: &DataKey,
    organization: OrganizationKey,
    goes_on: &mut dyn FnMut() -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    renew_epochs(store, organization)?;
    search::complete(store, key, organization, goes_on).map(drop)
}

/// Gives every mailbox a new epoch: what is stored has gone back in time, so no token from before may fit. Blocks; it
/// may be repeated.
pub fn renew_epochs(store: &Store, organization: OrganizationKey) -> Result<(), StoreError> {
    let (place, mut after) = (Place::Organization(organization), 0);
    loop {
        let keys: Vec<i64> = store.read_blocking::<_, StoreError, _>(place, |read| {
            let rows = read.query(&sql::KEYS_AFTER, parameters![organization.0, after, SLICE])?;
            Ok(rows.into_iter().map(|mut row| row.take(0)).collect())
        })?;
        let Some(last) = keys.last() else { return skip_keys(store, organization) };
        after = *last;
        let random = store.random();
        let epochs: Vec<(i64, i64)> =
            keys.into_iter().map(|key| (key, MailboxEpoch::mint(random.bytes()).number())).collect();
        store.write_blocking::<_, StoreError, _>(place, move |tx| {
            epochs.iter().try_for_each(|(key, epoch)| {
                let base = uid_validity_base(tx.now(), MailboxKey(*key));
                tx.execute(&sql::SET_EPOCH, parameters![organization.0, *key, *epoch, base]).map(drop)
            })
        })?;
    }
}

/// The next mailbox is above all that have a new epoch, by UIDVALIDITY: see [`uid_validity_base`].
fn skip_keys(store: &Store, organization: OrganizationKey) -> Result<(), StoreError> {
    const KEYS: i64 = limits::FOLDERS_FORGOTTEN_MAX / limits::FOLDERS_APART + 1;
    store.write_blocking::<_, StoreError, _>(Place::Organization(organization), move |tx| {
        tx.execute(&sql::SKIP_KEYS, parameters![organization.0, KEYS]).map(drop)
    })
}
