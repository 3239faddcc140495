//! DescribeUser: all attributes of a user (WB §1.6).

use postroom_store::{Read, Row, parameters};
use postroom_types::{EntityType, UserRole};

use crate::DirectoryError;
use crate::admin::AdminRead;
use crate::entity::{Accepts, Entity, find_kind, stored};
use crate::sql::users as sql;

/// A user with everything that only users have.
#[derive(Debug, Clone)]
pub struct User {
    /// What all kinds have.
    pub entity: Entity,
    /// The role.
    pub role: UserRole,
    /// Attributes, in the order of the statement.
    pub attributes: [Option<String>; 12],
    /// The user's id at the identity provider.
    pub identity_provider_user_id: Option<String>,
    /// The identity store of that id.
    pub identity_provider_identity_store_id: Option<String>,
}

impl User {
    fn from_rows(entity: Entity, mut row: Row) -> Self {
        let role: String = row.take(0);
        Self {
            entity,
            role: stored(&role),
            attributes: std::array::from_fn(|index| row.take(index + 1)),
            identity_provider_user_id: row.take(13),
            identity_provider_identity_store_id: row.take(14),
        }
    }
}

/// The user that `identifier` (id, name or e-mail) names. `EntityNotFound`.
pub fn describe_user(tx: &mut AdminRead<'_>, identifier: &str) -> Result<User, DirectoryError> {
    let organization = tx.organization;
    let entity = find_kind(tx, organization, identifier, Accepts::Any, EntityType::User)?;
    let row = tx.query_first(&sql::SELECT, parameters![organization.0, &entity.id])?;
    let row = row.ok_or_else(|| crate::entity::not_found(identifier))?;
    Ok(User::from_rows(entity, row))
}
