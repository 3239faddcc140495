//! What the operations of several kinds of entity have in common.

use postroom_store::{Read, Statement, parameters};
use postroom_types::{
    Constrained, EntityId, EntityState, EntityType, FoldKey, ResourceId, ResourceType, Timestamp, UserRole,
    fold,
};

use crate::admin::AdminTx;
use crate::entity::{Accepts, Entity, find, noun, order_key};
use crate::sql::{entities as sql, unlink};
use crate::{DirectoryError, limits};

/// Dates that an importer keeps. By default an entity is created now and was never enabled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EntityDates {
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When it was last enabled.
    pub enabled_at: Option<Timestamp>,
    /// When it was last disabled.
    pub disabled_at: Option<Timestamp>,
}

/// A new row of `entities`.
pub(crate) struct NewEntity<'a> {
    pub id: &'a EntityId,
    pub kind: EntityType,
    pub name: &'a str,
    pub display_name: &'a str,
    pub hidden: bool,
    pub dates: EntityDates,
    pub own: Own<'a>,
}

/// What lists show of users or resources only; a user has a role, a resource a type.
#[derive(Default)]
pub(crate) struct Own<'a> {
    pub role: Option<UserRole>,
    pub identity_provider_user_id: Option<&'a str>,
    pub identity_provider_identity_store_id: Option<&'a str>,
    pub resource_type: Option<ResourceType>,
    pub description: Option<&'a str>,
}

/// Names and local parts that nobody gets (WB §17.7: the real list is not published).
const RESERVED_NAMES: &[&str] = &["amazonjournaling"];

/// Whether `name`, or the local part it begins with, is given to nobody.
pub(crate) fn is_reserved(name: &str) -> bool {
    let name = name.split_once('@').map_or(name, |(local_part, _)| local_part);
    RESERVED_NAMES.iter().any(|reserved| fold(reserved) == fold(name))
}

/// Claims the name and inserts the entity, disabled. `NameReserved`, `NameTaken`, `Invalid` (imported id; identity
/// provider id of another user).
pub(crate) fn insert_entity(tx: &mut AdminTx<'_, '_>, new: &NewEntity<'_>) -> Result<(), DirectoryError> {
    check_id(new.kind, new.id)?;
    check_text("The name", new.name)?;
    check_text("DisplayName", new.display_name)?;
    let organization = tx.organization.0;
    if is_reserved(new.name) {
        return Err(DirectoryError::NameReserved(new.name.to_owned()));
    }
    if tx.execute(&sql::CLAIM_NAME, parameters![organization, &fold(new.name), new.id])? == 0 {
        return Err(DirectoryError::NameTaken(new.name.to_owned()));
    }
    let provider_id = new.own.identity_provider_user_id;
    let provider_key = match provider_id {
        Some(id) => Some(claimable_provider_key(tx, id, new.id)?),
        None => None,
    };
    let created_at = new.dates.created_at.unwrap_or(tx.now());
    let inserted = tx.execute(
        &sql::INSERT,
        parameters![
            organization,
            new.id,
            new.kind.as_str(),
            new.name,
            &order_key(new.name),
            new.display_name,
            &order_key(new.display_name),
            new.hidden,
            created_at,
            new.dates.enabled_at,
            new.dates.disabled_at,
            new.own.role.map(UserRole::as_str),
            provider_id,
            provider_key.as_ref(),
            new.own.identity_provider_identity_store_id,
            new.own.resource_type.map(ResourceType::as_str),
            new.own.description
        ],
    )?;
    if inserted == 0 {
        return Err(DirectoryError::Invalid(format!("The id {} is taken.", new.id)));
    }
    Ok(())
}

/// The key of an identity provider's user id, unless another user is linked with it.
pub(crate) fn claimable_provider_key(
    tx: &mut AdminTx<'_, '_>,
    provider_id: &str,
    user: &EntityId,
) -> Result<FoldKey, DirectoryError> {
    let key = fold(provider_id);
    let holder = tx.query_first(&sql::SELECT_BY_IDENTITY_PROVIDER, parameters![tx.organization.0, &key])?;
    if holder.is_some_and(|mut row| row.take::<EntityId>(0) != *user) {
        return Err(DirectoryError::Invalid("Another user has this IdentityProviderUserId.".to_owned()));
    }
    Ok(key)
}

/// Refuses an imported id that is not of WorkMail's forms (WB §0.3), and so could be taken for a name or an address.
fn check_id(kind: EntityType, id: &EntityId) -> Result<(), DirectoryError> {
    let text = id.as_str();
    let shaped = match kind {
        EntityType::Resource => ResourceId::violations(text).is_empty(),
        EntityType::User | EntityType::Group => is_uuid(text) || is_sid(text),
    };
    if shaped {
        return Ok(());
    }
    Err(DirectoryError::Invalid("The id is not one that an entity of this kind can have.".to_owned()))
}

/// Whether `text` is a UUID in lower case: hex digits in groups of 8, 4, 4, 4 and 12.
fn is_uuid(text: &str) -> bool {
    let hex = |part: &str| part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.into_iter().all(hex)
}

/// Whether `text` is Windows-like: `S-1-1-` and numbers, of a length that an id may have.
fn is_sid(text: &str) -> bool {
    let length = limits::ENTITY_ID_CHARACTERS_MIN..=limits::ENTITY_ID_CHARACTERS_MAX;
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    length.contains(&text.len())
        && text.strip_prefix("S-1-1-").is_some_and(|rest| rest.split('-').all(number))
}

/// Refuses a text that PostgreSQL cannot hold: shapes without a pattern allow NUL.
pub(crate) fn check_text(what: &str, text: &str) -> Result<(), DirectoryError> {
    if text.contains('\0') {
        return Err(DirectoryError::Invalid(format!("{what} has a NUL character.")));
    }
    Ok(())
}

/// Moves one of the counters of `entity` up by one; at `max` it is refused and `Ok(false)`.
pub(crate) fn count_up(
    tx: &mut AdminTx<'_, '_>,
    counter: &Statement,
    entity: &EntityId,
    max: i64,
) -> Result<bool, DirectoryError> {
    Ok(tx.execute(counter, parameters![tx.organization.0, entity, 1, max])? == 1)
}

/// Moves one of the counters of `entity` down by one.
pub(crate) fn count_down(
    tx: &mut AdminTx<'_, '_>,
    counter: &Statement,
    entity: &EntityId,
) -> Result<(), DirectoryError> {
    tx.execute(counter, parameters![tx.organization.0, entity, -1, i64::MAX])?;
    Ok(())
}

/// Deletes what `identifier` (id or name) names, if it is an entity of `kind`: its name is free again, nothing
/// refers to it any more, and lists show it only to those who ask for the deleted.
///
/// `None` when there is no such entity: deleting what is absent succeeds (WB §1.2). `EntityState` while enabled.
pub(crate) fn delete_entity(
    tx: &mut AdminTx<'_, '_>,
    identifier: &str,
    kind: EntityType,
) -> Result<Option<Entity>, DirectoryError> {
    let organization = tx.organization;
    let found = find(tx, organization, identifier, Accepts::IdOrName)?;
    let Some(entity) = found.filter(|entity| entity.kind == kind) else { return Ok(None) };
    if entity.state == EntityState::Enabled {
        return Err(DirectoryError::EntityState(format!(
            "{} {} is enabled; deregister it first.",
            noun(kind),
            entity.id
        )));
    }
    unlink(tx, &entity)?;
    tx.execute(&sql::RELEASE_NAME, parameters![organization.0, &fold(&entity.name), &entity.id])?;
    let now = tx.now();
    tx.execute(&sql::SET_DELETED, parameters![organization.0, &entity.id, now])?;
    Ok(Some(entity))
}

/// Removes every row that names `entity`: memberships, delegates, permissions, on both sides.
fn unlink(tx: &mut AdminTx<'_, '_>, entity: &Entity) -> Result<(), DirectoryError> {
    let as_container: &[&Statement] = match entity.kind {
        EntityType::Group => &[&unlink::COUNT_OUT_MEMBERS, &unlink::DELETE_MEMBERS],
        EntityType::Resource => &[&unlink::COUNT_OUT_DELEGATES, &unlink::DELETE_DELEGATES],
        EntityType::User => &[],
    };
    let as_owner: &[&Statement] = &[&unlink::COUNT_OUT_PERMISSIONS, &unlink::DELETE_PERMISSIONS];
    let as_principal: &[&Statement] = match entity.kind {
        EntityType::Resource => &[],
        EntityType::User | EntityType::Group => &[
            &unlink::COUNT_OUT_MEMBERSHIPS,
            &unlink::DELETE_MEMBERSHIPS,
            &unlink::COUNT_OUT_DELEGATIONS,
            &unlink::DELETE_DELEGATIONS,
            &unlink::COUNT_OUT_GRANTS,
            &unlink::DELETE_GRANTS,
        ],
    };
    let statements = [as_container, as_owner, as_principal, &[&unlink::CLEAR_COUNTERS]].concat();
    for statement in statements {
        tx.execute(statement, parameters![tx.organization.0, &entity.id])?;
    }
    Ok(())
}
