//! Finding an entity by what a caller names it with (WB §1.3), and what all kinds have in common.

use postroom_store::{Read, Row, parameters};
use postroom_types::{
    Choice, Constrained, EmailAddress, EntityId, EntityState, EntityType, FoldKey, OrganizationKey,
    Timestamp, fold,
};

use crate::DirectoryError;
use crate::limits;
use crate::sql::entities as sql;

/// What users, groups and resources have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// Its id.
    pub id: EntityId,
    /// User, group or resource.
    pub kind: EntityType,
    /// Its name, as given.
    pub name: String,
    /// Its display name; may be empty.
    pub display_name: String,
    /// Enabled, disabled or deleted.
    pub state: EntityState,
    /// Primary address, when enabled.
    pub email: Option<EmailAddress>,
    /// Whether the address book leaves it out.
    pub hidden: bool,
    /// How many aliases it has.
    pub aliases_count: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last enabled.
    pub enabled_at: Option<Timestamp>,
    /// When it was last disabled.
    pub disabled_at: Option<Timestamp>,
}

impl Entity {
    /// How many columns [`Entity::take`] reads.
    pub(crate) const COLUMNS: usize = 11;

    /// The entity in the first columns of `row` (`sql::entities::entity_columns`).
    pub(crate) fn take(row: &mut Row) -> Self {
        let kind: String = row.take(1);
        let state: String = row.take(4);
        Self {
            id: row.take(0),
            kind: stored(&kind),
            name: row.take(2),
            display_name: row.take(3),
            state: stored(&state),
            email: row.take::<Option<String>>(5).map(EmailAddress::from_store),
            hidden: row.take(6),
            aliases_count: row.take(7),
            created_at: row.take(8),
            enabled_at: row.take(9),
            disabled_at: row.take(10),
        }
    }

    /// Refuses an entity that is not enabled.
    pub fn must_be_enabled(&self) -> Result<(), DirectoryError> {
        if self.state == EntityState::Enabled {
            return Ok(());
        }
        Err(DirectoryError::EntityState(format!("{} {} is not enabled.", noun(self.kind), self.id)))
    }
}

/// What a person calls an entity of `kind`.
pub(crate) fn noun(kind: EntityType) -> &'static str {
    match kind {
        EntityType::User => "User",
        EntityType::Group => "Group",
        EntityType::Resource => "Resource",
    }
}

/// The key that lists order and prefix-search `text` by: its fold key, cut to what fits into a page token.
pub(crate) fn order_key(text: &str) -> FoldKey {
    fold(text).cut(limits::ORDER_KEY_BYTES_MAX)
}

/// The choice that a column holds. Only this program writes those columns, so another text is a bug.
#[track_caller]
pub fn stored<T: Choice>(text: &str) -> T {
    match T::parse(text) {
        Ok(value) => value,
        Err(_) => unreachable!("the store holds {text:?} as {}", T::SHAPE),
    }
}

/// Which identifiers an operation accepts (WB §1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepts {
    /// Id, name or e-mail.
    Any,
    /// Id or name.
    IdOrName,
    /// Id only.
    Id,
}

/// The entity that `identifier` names: exact id first, then address, then name (WB §1.3).
///
/// Deleted entities are not found.
pub fn find(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    identifier: &str,
    accepts: Accepts,
) -> Result<Option<Entity>, DirectoryError> {
    Ok(find_or_deleted(tx, organization, identifier, accepts)?.filter(is_live))
}

/// As [`find`], an entity of `kind`; anything else is `EntityNotFound`.
pub fn find_kind(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    identifier: &str,
    accepts: Accepts,
    kind: EntityType,
) -> Result<Entity, DirectoryError> {
    let found = find(tx, organization, identifier, accepts)?.filter(|entity| entity.kind == kind);
    found.ok_or_else(|| not_found(identifier))
}

/// As [`find`], of any kind; nothing is `EntityNotFound`.
pub fn find_any(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    identifier: &str,
    accepts: Accepts,
) -> Result<Entity, DirectoryError> {
    find(tx, organization, identifier, accepts)?.ok_or_else(|| not_found(identifier))
}

/// As [`find_any`], for operations that declare EntityState: a deleted entity, named by its id, is `EntityState`.
pub fn require_any(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    identifier: &str,
    accepts: Accepts,
) -> Result<Entity, DirectoryError> {
    let entity = find_or_deleted(tx, organization, identifier, accepts)?;
    must_be_live(entity.ok_or_else(|| not_found(identifier))?)
}

/// As [`require_any`], an entity of `kind`; an entity of another kind is `EntityNotFound`.
pub fn require_kind(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    identifier: &str,
    accepts: Accepts,
    kind: EntityType,
) -> Result<Entity, DirectoryError> {
    let entity = find_or_deleted(tx, organization, identifier, accepts)?;
    let entity = entity.filter(|entity| entity.kind == kind).ok_or_else(|| not_found(identifier))?;
    must_be_live(entity)
}

/// As [`require_any`], a user or a resource that is enabled: a group has no mailbox to act in and is `EntityNotFound`.
pub(crate) fn require_mailbox_owner(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    identifier: &str,
) -> Result<Entity, DirectoryError> {
    let entity = find_or_deleted(tx, organization, identifier, Accepts::Any)?;
    let entity =
        entity.filter(|entity| entity.kind != EntityType::Group).ok_or_else(|| not_found(identifier))?;
    let entity = must_be_live(entity)?;
    entity.must_be_enabled()?;
    Ok(entity)
}

/// The entity with exactly this id, unless it is deleted.
pub fn by_id(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    id: &str,
) -> Result<Option<Entity>, DirectoryError> {
    Ok(row_by_id(tx, organization, id)?.filter(is_live))
}

/// The entity that has `address`, as its primary address or as an alias.
pub fn by_address(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    address: &str,
) -> Result<Option<Entity>, DirectoryError> {
    let found = tx.query_first(&sql::ID_BY_ADDRESS, parameters![organization.0, &fold(address)])?;
    match found {
        Some(mut row) => row_by_id(tx, organization, &row.take::<String>(0)),
        None => Ok(None),
    }
}

/// The refusal for `identifier`.
pub fn not_found(identifier: &str) -> DirectoryError {
    DirectoryError::EntityNotFound(identifier.to_owned())
}

pub(crate) fn is_live(entity: &Entity) -> bool {
    entity.state != EntityState::Deleted
}

fn must_be_live(entity: Entity) -> Result<Entity, DirectoryError> {
    if is_live(&entity) {
        return Ok(entity);
    }
    Err(DirectoryError::EntityState(format!("{} {} is deleted.", noun(entity.kind), entity.id)))
}

/// As [`find`], and the deleted by their id: names and addresses only lead to entities that are there.
fn find_or_deleted(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    identifier: &str,
    accepts: Accepts,
) -> Result<Option<Entity>, DirectoryError> {
    if let Some(entity) = row_by_id(tx, organization, identifier)? {
        return Ok(Some(entity));
    }
    if accepts == Accepts::Id {
        return Ok(None);
    }
    if accepts == Accepts::Any
        && identifier.contains('@')
        && let Some(entity) = by_address(tx, organization, identifier)?
    {
        return Ok(Some(entity));
    }
    match tx.query_first(&sql::ID_BY_NAME, parameters![organization.0, &fold(identifier)])? {
        Some(mut row) => row_by_id(tx, organization, &row.take::<String>(0)),
        None => Ok(None),
    }
}

/// Whether an entity can have this id.
pub(crate) fn may_be_id(id: &str) -> bool {
    // WorkMailIdentifier allows any character, and PostgreSQL's TEXT takes no NUL.
    (limits::ENTITY_ID_CHARACTERS_MIN..=limits::ENTITY_ID_CHARACTERS_MAX).contains(&id.len())
        && !id.contains('\0')
}

/// The entity with exactly this id, deleted or not.
fn row_by_id(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    id: &str,
) -> Result<Option<Entity>, DirectoryError> {
    if !may_be_id(id) {
        return Ok(None);
    }
    let row = tx.query_first(&sql::BY_ID, parameters![organization.0, id])?;
    Ok(row.map(|mut row| Entity::take(&mut row)))
}
