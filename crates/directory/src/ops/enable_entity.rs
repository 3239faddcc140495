//! The directory's part of RegisterToWorkMail (WB §1.7): state and addresses. The mailbox is the part of the crate
//! above, whose operation of that name calls this one; nobody else should.

use postroom_store::{Read, parameters};
use postroom_types::{Constrained, EmailAddress, EntityState, EntityType, Timestamp, UserRole, fold};

use crate::address::{self, domain_of, local_part_of};
use crate::admin::AdminTx;
use crate::entity::{Accepts, Entity, noun, require_any, stored};
use crate::ops::shared::count_up;
use crate::settings::settings;
use crate::sql::{addresses, entities as sql, users};
use crate::{DirectoryError, limits};

/// An entity that is enabled now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnabledEntity {
    /// The entity, as it was before.
    pub entity: Entity,
    /// Whether it had been enabled with this address before; nothing has changed then.
    pub was_enabled: bool,
    /// Whether it is of a kind that owns a mailbox: a resource, or a user of role USER.
    pub owns_mailbox: bool,
}

/// Enables what `identifier` (id or name) names, with `email` as its primary address; `at`: kept on import.
///
/// Nothing is written on error: `EntityNotFound`, `EntityState` (deleted; system user), `AlreadyRegistered`,
/// `DomainNotFound`, `DomainNotVerified`, `AddressInUse`, `Invalid` (reserved address).
pub fn enable_entity(
    tx: &mut AdminTx<'_, '_>,
    identifier: &str,
    email: &EmailAddress,
    at: Option<Timestamp>,
) -> Result<EnabledEntity, DirectoryError> {
    let organization = tx.organization;
    let entity = require_any(tx, organization, identifier, Accepts::IdOrName)?;
    let role = role_of(tx, &entity)?;
    refuse_system_user(&entity, role)?;
    let owns_mailbox = entity.kind == EntityType::Resource || role == Some(UserRole::User);
    if let Some(current) = entity.email.as_ref().filter(|_| entity.state == EntityState::Enabled) {
        if fold(current) != fold(email) {
            return Err(DirectoryError::AlreadyRegistered(format!(
                "{} {} is enabled with another address.",
                noun(entity.kind),
                entity.id
            )));
        }
        return Ok(EnabledEntity { entity, was_enabled: true, owns_mailbox });
    }
    address::check_usable(tx, email)?;
    address::claim(tx, &entity.id, email, true)?;
    let at = at.unwrap_or(tx.now());
    tx.execute(&sql::SET_ENABLED, parameters![organization.0, &entity.id, email.as_str(), &fold(email), at])?;
    if entity.kind == EntityType::User {
        tx.execute(&users::ADVANCE_CREDENTIALS, parameters![organization.0, &entity.id])?;
        if settings(tx, organization)?.compatibility.test_domain_alias {
            add_test_domain_alias(tx, &entity, email)?;
        }
    }
    Ok(EnabledEntity { entity, was_enabled: false, owns_mailbox })
}

/// The role of a user; `None` for other kinds.
pub(crate) fn role_of(tx: &mut AdminTx<'_, '_>, entity: &Entity) -> Result<Option<UserRole>, DirectoryError> {
    let row = tx.query_first(&sql::SELECT_ROLE, parameters![tx.organization.0, &entity.id])?;
    Ok(row.and_then(|mut row| row.take::<Option<String>>(0)).map(|role| stored(&role)))
}

/// System users are shown and never enabled (WB §1.4).
pub(crate) fn refuse_system_user(entity: &Entity, role: Option<UserRole>) -> Result<(), DirectoryError> {
    if role == Some(UserRole::SystemUser) {
        return Err(DirectoryError::EntityState(format!(
            "{} {} is a system user.",
            noun(entity.kind),
            entity.id
        )));
    }
    Ok(())
}

/// Adds the same local part of the test domain, unless somebody has it.
fn add_test_domain_alias(
    tx: &mut AdminTx<'_, '_>,
    entity: &Entity,
    email: &EmailAddress,
) -> Result<(), DirectoryError> {
    let row = tx.query_first(&addresses::SELECT_TEST_DOMAIN, parameters![tx.organization.0])?;
    let Some(domain) = row.map(|mut row| row.take::<String>(0)) else { return Ok(()) };
    if fold(&domain) == fold(domain_of(email)) {
        return Ok(());
    }
    let Ok(alias) = EmailAddress::parse(&format!("{}@{domain}", local_part_of(email))) else { return Ok(()) };
    match address::claim(tx, &entity.id, &alias, false) {
        Ok(()) => count_up(tx, &sql::COUNT_ALIASES, &entity.id, limits::ALIASES_MAX).map(drop),
        Err(DirectoryError::AddressInUse(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
