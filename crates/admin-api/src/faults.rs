//! Refusals of the capabilities as errors of the wire: one exhaustive match a crate, so that a new variant stops the
//! build here. Messages are ours (WB §17.1: AWS's are not published).

use postroom_directory::DirectoryError;
use postroom_directory::password::Busy;
use postroom_governance::GovernanceError;
use postroom_mailbox::MailboxError;
use postroom_store::{Alarm, Outcome, StoreError};

use crate::wire::{ErrorName, Fault};

impl From<DirectoryError> for Fault {
    fn from(error: DirectoryError) -> Self {
        use DirectoryError as D;
        match error {
            D::EntityNotFound(identifier) => Self::new(
                ErrorName::EntityNotFoundException,
                format!("The entity {identifier} was not found."),
            ),
            D::EntityState(message) => Self::new(ErrorName::EntityStateException, message),
            D::Differs(message) => Self::new(ErrorName::ImportConflictException, message),
            D::NameTaken(name) => {
                Self::new(ErrorName::NameAvailabilityException, format!("The name {name} is already in use."))
            }
            D::NameReserved(name) => {
                Self::new(ErrorName::ReservedNameException, format!("The name {name} is reserved."))
            }
            D::AddressInUse(address) => Self::new(
                ErrorName::EmailAddressInUseException,
                format!("The address {address} is already in use."),
            ),
            D::AlreadyRegistered(message) => Self::new(ErrorName::EntityAlreadyRegisteredException, message),
            D::DomainNotFound(domain) => Self::new(
                ErrorName::MailDomainNotFoundException,
                format!("The domain {domain} is not registered in this organization."),
            ),
            D::DomainNotVerified(domain) => Self::new(
                ErrorName::MailDomainStateException,
                format!("The domain {domain} is registered but not verified yet."),
            ),
            D::DomainInUse(message) => Self::new(ErrorName::MailDomainInUseException, message),
            D::LimitExceeded(message) => Self::new(ErrorName::LimitExceededException, message),
            D::TooManyTags => {
                Self::new(ErrorName::TooManyTagsException, "An organization can have at most 50 tags.")
            }
            D::Invalid(message) => Self::new(ErrorName::InvalidParameterException, message),
            D::Password(rule) => Self::new(ErrorName::InvalidPasswordException, rule),
            D::InvalidConfiguration(message) => Self::new(ErrorName::InvalidConfigurationException, message),
            D::NotFound(message) => Self::new(ErrorName::ResourceNotFoundException, message),
            D::OrganizationNotFound => {
                Self::new(ErrorName::OrganizationNotFoundException, "The organization was not found.")
            }
            D::OrganizationState(message) => Self::new(ErrorName::OrganizationStateException, message),
            D::DirectoryInUse(message) => Self::new(ErrorName::DirectoryInUseException, message),
            D::DirectoryUnavailable(message) => Self::new(ErrorName::DirectoryUnavailableException, message),
            D::Unsupported(message) => Self::new(ErrorName::UnsupportedOperationException, message),
            D::Store(error) => error.into(),
        }
    }
}

impl From<GovernanceError> for Fault {
    fn from(error: GovernanceError) -> Self {
        match error {
            // WB §8: the only not-found error that the operation declares.
            GovernanceError::NoRetentionPolicy => {
                Self::new(ErrorName::EntityNotFoundException, "The organization has no retention policy.")
            }
            GovernanceError::RetentionPolicyExists(id) => Self::new(
                ErrorName::LimitExceededException,
                format!("An organization has one retention policy; this one has {id}."),
            ),
            GovernanceError::Invalid(message) => Self::new(ErrorName::InvalidParameterException, message),
            GovernanceError::Directory(error) => error.into(),
        }
    }
}

impl From<MailboxError> for Fault {
    fn from(error: MailboxError) -> Self {
        use MailboxError as M;
        match error {
            M::NoMailbox(owner) => {
                Self::new(ErrorName::EntityNotFoundException, format!("{owner} has no mailbox."))
            }
            M::QuotaOutOfRange { quota_mb_max } => Self::new(
                ErrorName::InvalidParameterException,
                format!("MailboxQuota must be from 1 to {quota_mb_max} MB."),
            ),
            M::Directory(error) => error.into(),
        }
    }
}

impl From<Busy> for Fault {
    fn from(busy: Busy) -> Self {
        Self::new(ErrorName::ThrottlingException, format!("{busy}; try again later."))
    }
}

/// Calls that meet a store that is away fail one after the other.
static AWAY: Alarm = Alarm::new();

/// A promise: of a transaction that was not carried out, and of a call only when that was its first.
pub(crate) const NOTHING_CHANGED: &str = "The store is unavailable; nothing was changed. Try again.";
/// The same, when others were in the way.
pub(crate) const TOO_MANY_CHANGES: &str = "Too many changes at once. Try again.";

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { outcome, cause } => {
                if AWAY.rings() {
                    tracing::error!(cause, ?outcome, "the store is unavailable");
                }
                let message = match outcome {
                    Outcome::NotWritten => NOTHING_CHANGED,
                    Outcome::Unknown => {
                        "The store went away while the change was being written. Look before you try again."
                    }
                };
                Self::new(ErrorName::ServiceUnavailableException, message)
            }
            StoreError::Conflict(cause) => {
                tracing::warn!(cause, "a transaction gave up after conflicts");
                Self::new(ErrorName::ServiceUnavailableException, TOO_MANY_CHANGES)
            }
            StoreError::Impaired(cause) => {
                tracing::error!(cause, "an organization is impaired");
                Self::new(
                    ErrorName::ServiceUnavailableException,
                    "The organization's data cannot be opened. Its administrator finds the cause in the log.",
                )
            }
            StoreError::Bug(cause) => {
                tracing::error!(cause, "a bug in the store's use");
                Self::internal()
            }
        }
    }
}
