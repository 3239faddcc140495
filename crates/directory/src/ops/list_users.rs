//! ListUsers: pages of users (WB §1.6).

use postroom_types::{
    Constrained, EntityType, IdentityProviderIdentityStoreId, IdentityProviderUserId, UserRole,
};

use crate::DirectoryError;
use crate::admin::AdminRead;
use crate::entity::stored;
use crate::listing::{Filters, Listed, ListedEntity, list};
use crate::page::{Page, PageRequest};

/// What a list tells of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSummary {
    /// What all kinds have.
    pub entity: ListedEntity,
    /// The role.
    pub role: UserRole,
    /// The user's id at the identity provider.
    pub identity_provider_user_id: Option<IdentityProviderUserId>,
    /// The identity store of that id.
    pub identity_provider_identity_store_id: Option<IdentityProviderIdentityStoreId>,
}

/// A page of the users that pass `filters`: enabled and disabled ones, the deleted only by their state.
///
/// `Invalid`: more than one filter, or a page token of another list.
pub fn list_users(
    tx: &mut AdminRead<'_>,
    filters: &Filters,
    request: &PageRequest,
) -> Result<Page<UserSummary>, DirectoryError> {
    Ok(list(tx, EntityType::User, filters, request)?.map(summary))
}

fn summary(row: Listed) -> UserSummary {
    let [role, provider_id, store_id, _, _] = row.own;
    UserSummary {
        entity: row.entity,
        role: stored(&role.unwrap_or_default()),
        identity_provider_user_id: provider_id.map(IdentityProviderUserId::from_store),
        identity_provider_identity_store_id: store_id.map(IdentityProviderIdentityStoreId::from_store),
    }
}
