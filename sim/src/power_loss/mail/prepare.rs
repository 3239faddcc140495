//! The first process of a round: an organization with two users who have mailboxes.

use postroom_directory::testing::{TestOrganization, address};
use postroom_mailbox::ops::{Registration, register_to_workmail};
use postroom_mailbox::{Folder, MailError, Mailbox, MailboxEpoch, Role, position};
use postroom_store::Place;

use super::opened::Opened;
use crate::mail::Base;
use crate::power_loss::mark::{Mark, Marks};

/// Owners of the mailboxes.
const USERS: [&str; 2] = ["alice", "bob"];

/// Makes the organization and says which mailboxes there are.
pub(super) fn prepare(opened: &Opened, marks: &Marks) -> Result<(), String> {
    let organization = TestOrganization::under(&opened.store, opened.keyring.clone());
    organization.register_domains();
    for user in USERS {
        let owner = organization.user(user);
        let registration = Registration {
            email: address(&format!("{user}@example.com")),
            epoch: MailboxEpoch::mint(opened.store.random().bytes()),
            at: None,
            provisioned_at: None,
        };
        organization
            .write(move |tx| register_to_workmail(tx, user, &registration))
            .map_err(|error| format!("registering {user}: {error:?}"))?;
        let mailbox = organization.read(|read| {
            let key = read.organization;
            Mailbox::of(read, key, &owner)
        });
        let mailbox = mailbox.map_err(|error| format!("{error:?}"))?.ok_or("no mailbox was made")?;
        let key = organization.key;
        let base = opened.store.read_blocking(Place::Organization(key), |read| {
            let folders = Folder::all(read, key, mailbox.key)?;
            let inbox = Folder::of_role(read, key, mailbox.key, Role::Inbox)?;
            Ok::<_, MailError>(Base {
                sequence: position(read, key, mailbox.key)?.sequence,
                uid_validity: i64::from(inbox.uid_validity) - inbox.key.0,
                folders: folders.into_iter().map(|folder| (folder.key.0, folder.name)).collect(),
                inbox: inbox.key.0,
                recoverable: Folder::of_role(read, key, mailbox.key, Role::Recoverable)?.key.0,
            })
        });
        let base = base.map_err(|error| error.to_string())?;
        marks.say(&Mark::Mailbox { organization: key.0, mailbox: mailbox.key.0, base })?;
    }
    Ok(())
}
