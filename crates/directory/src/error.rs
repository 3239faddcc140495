//! Why a directory operation was refused, by what the caller can do about it.

use postroom_store::StoreError;

/// A refusal of the directory. The message for a peer is made where it leaves (`admin-api`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DirectoryError {
    /// No user, group or resource answers to this identifier.
    EntityNotFound(String),
    /// The entity is in a state that does not allow this.
    EntityState(String),
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
