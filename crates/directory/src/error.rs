//! Why a directory operation was refused, by what the caller can do about it.

use std::fmt;

use postroom_store::client_tokens::TokenReused;
use postroom_store::jobs::{Failure, LeaseError};
use postroom_store::seal::SealError;
use postroom_store::{Outcome, StoreError};

/// A refusal of the directory. The message for a peer is made where it leaves (`admin-api`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DirectoryError {
    /// No user, group or resource answers to this identifier.
    EntityNotFound(String),
    /// The entity is in a state that does not allow this.
    EntityState(String),
    /// What is imported is there already, and is different.
    Differs(String),
    /// The name is taken by a user, group or resource, or the alias by an organization.
    NameTaken(String),
    /// The name is not given to anyone.
    NameReserved(String),
    /// The address belongs to another entity.
    AddressInUse(String),
    /// The entity is enabled with another address.
    AlreadyRegistered(String),
    /// The domain is not registered in the organization.
    DomainNotFound(String),
    /// The domain is registered but not verified.
    DomainNotVerified(String),
    /// The domain is used: by addresses, or by another organization of the AWS account.
    DomainInUse(String),
    /// A quota of WB §14 is reached.
    LimitExceeded(String),
    /// More tags than an organization may have.
    TooManyTags,
    /// A well-shaped value breaks a rule.
    Invalid(String),
    /// The password breaks the policy; says how, never the password.
    Password(&'static str),
    /// The change would leave a resource that nobody can book.
    InvalidConfiguration(String),
    /// Something that is not an entity is missing: role, override, token, configuration, tagged ARN.
    NotFound(String),
    /// No such organization in this AWS account.
    OrganizationNotFound,
    /// The organization is not active.
    OrganizationState(String),
    /// The directory id is used by another organization.
    DirectoryInUse(String),
    /// There is no such directory to make an organization of.
    DirectoryUnavailable(String),
    /// The directory takes no writes of this kind.
    Unsupported(String),
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for DirectoryError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl DirectoryError {
    /// Something that no input may cause.
    pub(crate) fn bug(cause: &str) -> Self {
        Self::Store(StoreError::Bug(cause.to_owned()))
    }
}

impl From<SealError> for DirectoryError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Store(error) => Self::Store(error),
            SealError::MasterKeyUnavailable(cause) => {
                Self::Store(StoreError::Unavailable { outcome: Outcome::NotWritten, cause })
            }
            other => Self::Store(StoreError::Impaired(other.to_string())),
        }
    }
}

impl From<LeaseError> for DirectoryError {
    fn from(error: LeaseError) -> Self {
        match error {
            LeaseError::Store(error) => Self::Store(error),
            LeaseError::Lost => Self::Store(StoreError::Conflict("the job was taken over".to_owned())),
        }
    }
}

/// What a background job does about a refusal: it tries again.
impl From<DirectoryError> for Failure {
    fn from(error: DirectoryError) -> Self {
        Self::Retry(error.to_string())
    }
}

impl From<TokenReused> for DirectoryError {
    fn from(_: TokenReused) -> Self {
        Self::Invalid("The ClientToken was used before for a different request.".to_owned())
    }
}

/// For the operator's command line; the wire has its own words.
impl fmt::Display for DirectoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EntityNotFound(name) => write!(f, "there is no user, group or resource {name}"),
            Self::NameTaken(name) => write!(f, "the name {name} is taken"),
            Self::NameReserved(name) => write!(f, "the name {name} is reserved"),
            Self::AddressInUse(address) => write!(f, "the address {address} belongs to another entity"),
            Self::DomainNotFound(domain) => write!(f, "the domain {domain} is not registered"),
            Self::DomainNotVerified(domain) => write!(f, "the domain {domain} is not verified"),
            Self::TooManyTags => f.write_str("an organization has at most 50 tags"),
            Self::OrganizationNotFound => f.write_str("there is no such organization in this AWS account"),
            Self::Password(rule) => f.write_str(rule),
            Self::EntityState(message)
            | Self::Differs(message)
            | Self::AlreadyRegistered(message)
            | Self::DomainInUse(message)
            | Self::LimitExceeded(message)
            | Self::Invalid(message)
            | Self::InvalidConfiguration(message)
            | Self::NotFound(message)
            | Self::OrganizationState(message)
            | Self::DirectoryInUse(message)
            | Self::DirectoryUnavailable(message)
            | Self::Unsupported(message) => f.write_str(message),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for DirectoryError {}
