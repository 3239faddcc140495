//! DeleteUser: a disabled user is gone for good; its name is free again (WB §1.4, §1.6).

use postroom_store::parameters;
use postroom_types::EntityType;

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::ops::shared::delete_entity;
use crate::sql::{tokens, users as sql};

/// Deletes the user that `identifier` (id or name) names; an absent one is no error. `EntityState` while enabled.
///
/// Memberships, delegations and permissions go with it, and everything personal. A resource may lose its last
/// delegate this way: it stays, and nobody decides its requests until it gets another.
pub fn delete_user(tx: &mut AdminTx<'_, '_>, identifier: &str) -> Result<(), DirectoryError> {
    if let Some(user) = delete_entity(tx, identifier, EntityType::User)? {
        let organization = tx.organization.0;
        tx.execute(&sql::ERASE, parameters![organization, &user.id])?;
        tx.execute(&tokens::DELETE_PERSONAL_OF_USER, parameters![organization, &user.id])?;
    }
    Ok(())
}
