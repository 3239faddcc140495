//! DescribeUser: all attributes of a user (WB §1.6).

use postroom_types::EntityType;

use crate::DirectoryError;
use crate::admin::AdminRead;
use crate::entity::{Accepts, find_kind, not_found};
use crate::user::User;

/// The user that `identifier` (id, name or e-mail) names. `EntityNotFound`.
pub fn describe_user(tx: &mut AdminRead<'_>, identifier: &str) -> Result<User, DirectoryError> {
    let organization = tx.organization;
    if let Some(user) = User::by_id(tx, organization, identifier)? {
        return Ok(user);
    }
    let entity = find_kind(tx, organization, identifier, Accepts::Any, EntityType::User)?;
    User::of(tx, organization, entity)?.ok_or_else(|| not_found(identifier))
}
