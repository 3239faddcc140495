//! Finding an entity by what a caller names it with (WB §1.3), and what all kinds have in common.

use postroom_store::{Read, Row, parameters};
use postroom_types::{Choice, EntityId, EntityState, EntityType, OrganizationKey, Timestamp, fold};

use crate::DirectoryError;
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
    pub email: Option<String>,
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
    fn from_row(mut row: Row) -> Self {
        let kind: String = row.take(1);
        let state: String = row.take(4);
        Self {
            id: row.take(0),
            kind: stored(&kind),
            name: row.take(2),
            display_name: row.take(3),
            state: stored(&state),
            email: row.take(5),
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
        Err(DirectoryError::EntityState(format!("Entity {} is not enabled.", self.id)))
    }
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
    if let Some(entity) = by_id(tx, organization, identifier)? {
        return Ok(Some(entity));
    }
    if accepts == Accepts::Id {
        return Ok(None);
    }
    let key = fold(identifier);
    let mut found = None;
    if accepts == Accepts::Any && identifier.contains('@') {
        found = tx.query_first(&sql::ID_BY_ADDRESS, parameters![organization.0, &key])?;
    }
    if found.is_none() {
        found = tx.query_first(&sql::ID_BY_NAME, parameters![organization.0, &key])?;
    }
    match found {
        Some(mut row) => by_id(tx, organization, &row.take::<String>(0)),
        None => Ok(None),
    }
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

/// The entity with exactly this id, unless it is deleted.
pub fn by_id(
    tx: &mut dyn Read,
    organization: OrganizationKey,
    id: &str,
) -> Result<Option<Entity>, DirectoryError> {
    let row = tx.query_first(&sql::BY_ID, parameters![organization.0, id])?;
    Ok(row.map(Entity::from_row))
}

/// The refusal for `identifier`.
pub fn not_found(identifier: &str) -> DirectoryError {
    DirectoryError::EntityNotFound(identifier.to_owned())
}
