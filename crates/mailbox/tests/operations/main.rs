//! The operations on mailboxes, one file each, on both engines.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends this way")]

use postroom_directory::testing::{TestOrganization, address};
use postroom_mailbox::ops::{self, Registration};
use postroom_mailbox::{Mailbox, MailboxEpoch, MailboxError};
use postroom_store::SchemaModule;
use postroom_types::EntityId;

mod get_mailbox_details;
mod imports;
mod invariants;
mod register_to_workmail;
mod restored;
mod statements;
mod update_mailbox_quota;

/// The schemas of this crate and the ones below.
fn modules() -> Vec<SchemaModule> {
    let mut modules = postroom_directory::testing::modules();
    modules.push(postroom_mailbox::schema::ORGANIZATION);
    modules
}

fn register(organization: &TestOrganization, identifier: &str, email: &str) -> Result<(), MailboxError> {
    let epoch = MailboxEpoch::mint(*organization.id().as_str().as_bytes().last_chunk().unwrap());
    let registration = Registration { email: address(email), epoch, at: None, provisioned_at: None };
    let identifier = identifier.to_owned();
    organization.write(move |tx| ops::register_to_workmail(tx, &identifier, &registration))
}

fn deregister(organization: &TestOrganization, identifier: &str) -> Result<(), MailboxError> {
    let identifier = identifier.to_owned();
    organization.write(move |tx| ops::deregister_from_workmail(tx, &identifier))
}

/// The newest mailbox of `owner`.
fn mailbox(organization: &TestOrganization, owner: &EntityId) -> Option<Mailbox> {
    let mailbox = organization.read(|tx| {
        let key = tx.organization;
        Mailbox::of(tx, key, owner)
    });
    mailbox.unwrap()
}
