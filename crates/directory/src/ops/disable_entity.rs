//! The directory's part of DeregisterFromWorkMail (WB §1.4). The crate above detaches the mailbox in the operation of
//! that name, which calls this one; nobody else should.

use postroom_store::{Read, parameters};
use postroom_types::{EntityState, EntityType};

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::entity::{Accepts, Entity, require_any};
use crate::ops::enable_entity::{refuse_system_user, role_of};
use crate::sql::{addresses, entities as sql, users};

/// Disables what `identifier` (id, name or e-mail) names; answers the entity as it was before.
///
/// Its addresses are released, its credentials void; memberships, delegates and permissions stay and have no effect
/// until it is enabled again. A disabled one stays as it is.
/// `EntityNotFound`, `EntityState` (deleted; system user).
pub fn disable_entity(tx: &mut AdminTx<'_, '_>, identifier: &str) -> Result<Entity, DirectoryError> {
    let organization = tx.organization;
    let entity = require_any(tx, organization, identifier, Accepts::Any)?;
    let role = role_of(tx, &entity)?;
    refuse_system_user(&entity, role)?;
    if entity.state == EntityState::Disabled {
        return Ok(entity);
    }
    let now = tx.now();
    tx.execute(&addresses::RELEASE_ALL, parameters![organization.0, &entity.id])?;
    tx.execute(&sql::SET_DISABLED, parameters![organization.0, &entity.id, now])?;
    if entity.kind == EntityType::User {
        tx.execute(&users::ADVANCE_CREDENTIALS, parameters![organization.0, &entity.id])?;
    }
    Ok(entity)
}
