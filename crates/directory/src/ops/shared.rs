//! What the operations of several kinds of entity have in common.

use postroom_store::{Read, parameters};
use postroom_types::{EntityId, EntityType, Timestamp, fold};

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::sql::entities as sql;

/// A new row of `entities`.
pub(crate) struct NewEntity<'a> {
    pub id: &'a EntityId,
    pub kind: EntityType,
    pub name: &'a str,
    pub display_name: &'a str,
    pub hidden: bool,
    /// When it was created, on import; else now.
    pub created_at: Option<Timestamp>,
}

/// Names that nobody gets (WB §17.7: the real list is not published).
const RESERVED_NAMES: &[&str] = &["amazonjournaling"];

/// Claims the name and inserts the entity, disabled. `NameReserved`, `NameTaken`.
pub(crate) fn insert_entity(tx: &mut AdminTx<'_, '_>, new: &NewEntity<'_>) -> Result<(), DirectoryError> {
    let (key, organization) = (fold(new.name), tx.organization.0);
    if RESERVED_NAMES.iter().any(|reserved| fold(reserved) == key) {
        return Err(DirectoryError::NameReserved(new.name.to_owned()));
    }
    if tx.execute(&sql::CLAIM_NAME, parameters![organization, &key, new.id])? == 0 {
        return Err(DirectoryError::NameTaken(new.name.to_owned()));
    }
    let created_at = new.created_at.unwrap_or(tx.now());
    let display_key = fold(new.display_name);
    let inserted = tx.execute(
        &sql::INSERT,
        parameters![
            organization,
            new.id,
            new.kind.as_str(),
            new.name,
            &key,
            new.display_name,
            &display_key,
            new.hidden,
            created_at
        ],
    )?;
    if inserted == 0 {
        return Err(DirectoryError::Invalid(format!("The id {} is taken.", new.id)));
    }
    Ok(())
}
