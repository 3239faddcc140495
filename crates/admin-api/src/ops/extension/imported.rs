//! The state of an imported entity, and what goes with it, as the capability takes it.

use postroom_directory::DirectoryError;
use postroom_directory::ops::EntityDates;
use postroom_mailbox::MailboxEpoch;
use postroom_mailbox::ops::{ImportedRegistration, Registration};
use postroom_types::{EmailAddress, EntityId, EntityState, Timestamp, WorkMailIdentifier};

use crate::call::Call;
use crate::shapes::MailboxQuota;
use crate::shapes::extension::{ImportedAliases, ImportedMembers};

/// What an import says of an entity's state.
#[derive(Default)]
pub(super) struct ImportedState {
    pub(super) email: Option<EmailAddress>,
    pub(super) aliases: Option<ImportedAliases>,
    pub(super) dates: EntityDates,
    pub(super) provisioned_at: Option<Timestamp>,
    pub(super) quota: Option<MailboxQuota>,
}

impl ImportedState {
    /// How an entity in `state` is enabled; nothing for one that is disabled.
    ///
    /// `Invalid`: an enabled entity without Email, a disabled one with an address or a mailbox, a deleted one.
    pub(super) fn registration(
        self,
        call: &Call,
        state: EntityState,
    ) -> Result<Option<ImportedRegistration>, DirectoryError> {
        let aliases = self.aliases.map_or_else(Vec::new, |list| list.0);
        let invalid = |message: &str| Err(DirectoryError::Invalid(message.to_owned()));
        match (state, self.email) {
            (EntityState::Enabled, Some(email)) => Ok(Some(ImportedRegistration {
                registration: Registration {
                    email,
                    epoch: MailboxEpoch::mint(call.api.store.random().bytes()),
                    at: self.dates.enabled_at,
                    provisioned_at: self.provisioned_at,
                },
                aliases,
                quota_mb: self.quota.map(|quota| i64::from(quota.get())),
            })),
            (EntityState::Enabled, None) => invalid("What is ENABLED has an Email."),
            (EntityState::Deleted, _) => invalid("State must be ENABLED or DISABLED."),
            (EntityState::Disabled, email) => {
                let mailbox = self.provisioned_at.is_some() || self.quota.is_some();
                if email.is_some() || mailbox || !aliases.is_empty() {
                    return invalid("What is DISABLED has no address and no mailbox.");
                }
                Ok(None)
            }
        }
    }
}

/// The dates of an imported entity. When it was created is not told by WorkMail.
pub(super) fn dates(enabled_at: Option<Timestamp>, disabled_at: Option<Timestamp>) -> EntityDates {
    EntityDates { created_at: None, enabled_at, disabled_at }
}

/// The id that is kept; the capability checks its form.
pub(super) fn kept_id(id: &WorkMailIdentifier) -> EntityId {
    EntityId::from_store(id.as_str().to_owned())
}

/// Identifiers of members or delegates.
pub(super) fn identifiers(list: Option<ImportedMembers>) -> Vec<String> {
    let list = list.map_or_else(Vec::new, |list| list.0);
    list.into_iter().map(|identifier| identifier.as_str().to_owned()).collect()
}
