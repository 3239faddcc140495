//! The index is made again of what has no terms: after a restore, and for `fsck`.

use postroom_store::seal::DataKey;
use postroom_store::{Place, Store, StoreError, parameters};
use postroom_types::OrganizationKey;

use super::waiting::Waiting;
use super::{join, row_number, sql};
use crate::{MailboxKey, SealedBody};

/// Contents in one transaction: few, since others wait for it.
const SLICE: i64 = 50;

/// Gives terms to every content of `organization` that has none, whose bodies `key` opens; answers how many. Contents
/// without a body that can be read are left out. Calls `goes_on` after each slice, whose error ends it. Blocks; call it on
/// a thread that may. It may be repeated, and goes on where it was.
pub fn complete(
    store: &Store,
    key: &DataKey,
    organization: OrganizationKey,
    goes_on: &mut dyn FnMut() -> Result<(), StoreError>,
) -> Result<u64, StoreError> {
    let (mut after, mut completed) = ((0, 0), 0);
    loop {
        let slice = missing(store, organization, after, SLICE)?;
        let Some(last) = slice.last() else { return Ok(completed) };
        after = *last;
        completed += if store.is_embedded() {
            let rows = slice.iter().filter_map(|(mailbox, content)| {
                row_number(MailboxKey(*mailbox), *content).ok().map(|row| (*mailbox, row, None))
            });
            insert(store, organization, rows.collect())?;
            join_all(store, key, organization)?
        } else {
            insert(store, organization, with_terms(store, key, organization, &slice)?)?
        };
        goes_on()?;
    }
}

/// Mailboxes and contents without terms above `after`, at most `limit`.
pub(super) fn missing(
    store: &Store,
    organization: OrganizationKey,
    after: (i64, i64),
    limit: i64,
) -> Result<Vec<(i64, i64)>, StoreError> {
    store.read_blocking(Place::Organization(organization), |read| {
        let rows = read.query(&sql::MISSING, parameters![organization.0, after.0, after.1, limit])?;
        Ok(rows.into_iter().map(|mut row| (row.take(0), row.take(1))).collect())
    })
}

/// Mailbox, row and terms of those whose bodies can be read.
fn with_terms(
    store: &Store,
    key: &DataKey,
    organization: OrganizationKey,
    contents: &[(i64, i64)],
) -> Result<Vec<(i64, i64, Option<String>)>, StoreError> {
    let mut ready = Vec::with_capacity(contents.len());
    for (mailbox, content) in contents.iter().map(|(mailbox, content)| (MailboxKey(*mailbox), *content)) {
        let body = store.read_blocking(Place::Organization(organization), |read| {
            SealedBody::read(read, organization, mailbox, content)
        })?;
        let Ok(row) = row_number(mailbox, content) else { continue };
        if let Some(terms) = Waiting::for_terms(row, body).terms_blocking(store, key)? {
            ready.push((mailbox.0, row, Some(terms.in_mailbox(organization, mailbox))));
        }
    }
    Ok(ready)
}

/// Stores the terms of rows of mailboxes; those without terms wait for the index. Answers how many had none.
fn insert(
    store: &Store,
    organization: OrganizationKey,
    rows: Vec<(i64, i64, Option<String>)>,
) -> Result<u64, StoreError> {
    store.write_blocking(Place::Organization(organization), move |tx| {
        rows.iter().try_fold(0, |sum, (mailbox, row, terms)| {
            let key = parameters![organization.0, *mailbox, terms.as_deref(), *row];
            Ok(sum + tx.execute(&sql::INSERT_MISSING, key)?)
        })
    })
}

/// [`join`]s until nothing waits; answers how many contents. An error when some wait on, since they cannot be had now.
pub fn join_all(store: &Store, key: &DataKey, organization: OrganizationKey) -> Result<u64, StoreError> {
    let mut all = 0;
    loop {
        let round = join(store, key, organization)?;
        all += round.joined;
        if round.waiting == 0 {
            return round.away.map_or(Ok(all), Err);
        }
    }
}
