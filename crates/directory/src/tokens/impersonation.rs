//! An impersonation token as a row.

use postroom_store::{Read, StoreError, parameters};
use postroom_types::{Constrained, ImpersonationRoleId, OrganizationKey, Timestamp};

use crate::sql::tokens as sql;

/// Whose part the bearer of a genuine impersonation token plays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssumedRole {
    /// The organization.
    pub organization: OrganizationKey,
    /// The role. That it exists, and what it may do, is decided at each use.
    pub role_id: ImpersonationRoleId,
    /// The token's public id, for the log.
    pub token_id: String,
    /// When the token ends.
    pub expires_at: Timestamp,
}

/// The token `id` with its keyed hash, if there is one.
pub(super) fn select(
    read: &mut dyn Read,
    organization: OrganizationKey,
    id: &str,
) -> Result<Option<(AssumedRole, Vec<u8>)>, StoreError> {
    let row = read.query_first(&sql::SELECT_IMPERSONATION, parameters![organization.0, id])?;
    Ok(row.map(|mut row| {
        let role_id = ImpersonationRoleId::from_store(row.take(0));
        let assumed = AssumedRole { organization, role_id, token_id: id.to_owned(), expires_at: row.take(2) };
        (assumed, row.take(1))
    }))
}
