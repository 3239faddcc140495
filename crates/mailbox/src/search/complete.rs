//! The index is made again of what has no terms: after a restore, and for `fsck`.

use postroom_store::seal::DataKey;
use postroom_store::{Place, Store, StoreError, parameters};
use postroom_types::OrganizationKey;

use super::{Terms, row_number, sql};
use crate::{MailError, MailboxKey, SealedBody};

/// Contents in one transaction: few, since others wait for it.
const SLICE: i64 = 50;

/// Gives terms to every content of `organization` that has none, whose bodies `key` opens; answers how many. Contents without a body that can be
/// read are left out. Calls `goes_on` after each slice, whose error ends it. Blocks; call it on a thread that may. It may be repeated, and goes on where it was.
pub fn complete(
    store: &Store,
    key: &DataKey,
    organization: OrganizationKey,
    goes_on: &mut dyn FnMut() -> Result<(), StoreError>,
) -> Result<u64, StoreError> {
    let place = Place::Organization(organization);
    let (mut from, mut completed) = ((0, 0), 0);
    loop {
        let after = from;
        let slice = store.read_blocking::<_, MailError, _>(place, |read| {
            let rows = read.query(&sql::MISSING, parameters![organization.0, after.0, after.1, SLICE])?;
            let keys = rows.into_iter().map(|mut row| (row.take(0), row.take(1)));
            let with_body = keys.map(|(mailbox, content): (i64, i64)| {
                let body = SealedBody::read(read, organization, MailboxKey(mailbox), content)?;
                Ok((mailbox, content, body))
            });
            with_body.collect::<Result<Vec<_>, MailError>>()
        });
        let slice = slice.map_err(|error| match error {
            MailError::Store(error) => error,
            other => StoreError::Bug(other.to_string()),
        })?;
        let Some(&(mailbox, content, _)) = slice.last() else { return Ok(completed) };
        from = (mailbox, content);
        let mut ready = Vec::with_capacity(slice.len());
        for (mailbox, content, body) in slice {
            let message = match body.map(|body| body.open_blocking(store, key)) {
                // A blob that cannot be had now is no reason to leave its message out.
                Some(Err(MailError::Store(error))) => return Err(error),
                opened => opened.and_then(Result::ok),
            };
            if let (Some(message), Ok(row)) = (message, row_number(MailboxKey(mailbox), content)) {
                let structure = postroom_mime::Structure::of_message(&message);
                let terms = Terms::of(&postroom_mime::search_text(&message, &structure));
                ready.push((mailbox, row, terms.in_mailbox(organization, MailboxKey(mailbox))));
            }
        }
        completed += store.write_blocking::<_, StoreError, _>(place, move |tx| {
            ready.iter().try_fold(0, |sum, (mailbox, row, terms)| {
                let key = parameters![organization.0, *mailbox, terms, *row];
                Ok(sum + tx.execute(&sql::INSERT_MISSING, key)?)
            })
        })?;
        goes_on()?;
    }
}
