//! CreateAlias: another address of an enabled entity (WB §1.6).

use postroom_types::{EmailAddress, fold};

use crate::admin::AdminTx;
use crate::entity::{Accepts, require_any};
use crate::ops::shared::count_up;
use crate::sql::entities as sql;
use crate::{DirectoryError, address, limits};

/// Gives `alias` to the entity with the id `entity_id`; nothing changes when it has it.
///
/// `EntityNotFound`, `EntityState`, `DomainNotFound`, `DomainNotVerified`, `AddressInUse`, `LimitExceeded`, `Invalid`
/// (reserved address).
pub fn create_alias(
    tx: &mut AdminTx<'_, '_>,
    entity_id: &str,
    alias: &EmailAddress,
) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    let entity = require_any(tx, organization, entity_id, Accepts::Id)?;
    entity.must_be_enabled()?;
    address::check_usable(tx, alias)?;
    if address::holder(tx, &fold(alias))?.is_some_and(|holder| holder.entity == entity.id) {
        return Ok(());
    }
    if !count_up(tx, &sql::COUNT_ALIASES, &entity.id, limits::ALIASES_MAX)? {
        return Err(DirectoryError::LimitExceeded(address::too_many_aliases(&entity)));
    }
    address::claim(tx, &entity.id, alias, false)
}
