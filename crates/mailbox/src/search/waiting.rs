//! Contents that are not in SQLite's index yet.

use postroom_mime::{Structure, search_text};
use postroom_store::seal::DataKey;
use postroom_store::{Row, Store, StoreError};
use postroom_types::OrganizationKey;

use super::{CONTENT_BITS, CONTENT_MAX, Terms};
use crate::{MailError, MailboxKey, SealedBody};

/// One that waits.
pub(super) struct Waiting {
    /// Its row in the index.
    pub(super) row: i64,
    /// Its terms, if they were made with the message.
    terms: Option<Terms>,
    /// Its body; `None` when the content is gone.
    body: Option<SealedBody>,
}

impl Waiting {
    /// The content of `row`, whose terms are to be made from `body`.
    pub(super) fn for_terms(row: i64, body: Option<SealedBody>) -> Self {
        Self { row, terms: None, body }
    }

    pub(super) fn from_row(organization: OrganizationKey, row: &mut Row) -> Self {
        let (id, terms) = (row.take::<i64>(0), row.take::<Option<String>>(1));
        let terms =
            terms.map(|terms| Terms::of_mailbox(&terms, organization, MailboxKey(id >> CONTENT_BITS)));
        let body_id: Option<Vec<u8>> = row.take(2);
        let body = body_id.map(|body_id| SealedBody::new(organization, body_id, row.take(3), row.take(4)));
        Self { row: id, terms, body }
    }

    pub(super) fn mailbox(&self) -> MailboxKey {
        MailboxKey(self.row >> CONTENT_BITS)
    }

    pub(super) fn content(&self) -> i64 {
        self.row & CONTENT_MAX
    }

    /// Whether its terms are to be made from a blob.
    pub(super) fn needs_blob(&self) -> bool {
        self.terms.is_none() && self.body.as_ref().is_some_and(|body| !body.is_in_row())
    }

    /// Its terms: `None` when they are to be made from a body that is gone, cannot be read, or is no part of the row.
    pub(super) fn terms(&self, key: &DataKey) -> Option<Terms> {
        if self.terms.is_some() {
            return self.terms.clone();
        }
        let body = self.body.as_ref().filter(|body| body.is_in_row())?;
        body.open_row(key).ok().map(|message| of_message(&message))
    }

    /// The same, also of what a blob has: waits for the disk or the network. An error when the blob cannot be had now.
    pub(super) fn terms_blocking(&self, store: &Store, key: &DataKey) -> Result<Option<Terms>, StoreError> {
        match &self.body {
            Some(body) if self.terms.is_none() => match body.open_blocking(store, key) {
                Ok(message) => Ok(Some(of_message(&message))),
                Err(MailError::Store(error)) => Err(error),
                // What cannot be read holds up nothing.
                Err(_) => Ok(None),
            },
            _ => Ok(self.terms.clone()),
        }
    }
}

fn of_message(message: &[u8]) -> Terms {
    Terms::of(&search_text(message, &Structure::of_message(message)))
}
