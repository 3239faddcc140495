//! DeleteAlias: takes an alias away (WB §1.6).

use postroom_store::parameters;
use postroom_types::{EmailAddress, fold};

use crate::admin::AdminTx;
use crate::entity::{Accepts, require_any};
use crate::ops::shared::count_down;
use crate::sql::{addresses, entities as sql};
use crate::{DirectoryError, address};

/// Takes `alias` from the entity with the id `entity_id`; nothing changes when it does not have it.
///
/// `EntityNotFound`, `EntityState` (not enabled), `Invalid` (its primary address).
pub fn delete_alias(
    tx: &mut AdminTx<'_, '_>,
    entity_id: &str,
    alias: &EmailAddress,
) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    let entity = require_any(tx, organization, entity_id, Accepts::Id)?;
    entity.must_be_enabled()?;
    let key = fold(alias);
    match address::holder(tx, &key)?.filter(|holder| holder.entity == entity.id) {
        None => Ok(()),
        Some(holder) if holder.is_primary => Err(DirectoryError::Invalid(format!(
            "{} is the primary address; change that with UpdatePrimaryEmailAddress first.",
            alias.as_str()
        ))),
        Some(_) => {
            tx.execute(&addresses::RELEASE, parameters![organization.0, &key, &entity.id])?;
            count_down(tx, &sql::COUNT_ALIASES, &entity.id)
        }
    }
}
