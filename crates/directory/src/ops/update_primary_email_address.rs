//! UpdatePrimaryEmailAddress: another primary address; the former one stays as an alias (WB §1.6).

use postroom_store::parameters;
use postroom_types::{EmailAddress, fold};

use crate::admin::AdminTx;
use crate::entity::{Accepts, Entity, require_any};
use crate::ops::shared::count_up;
use crate::sql::{addresses, entities as sql};
use crate::{DirectoryError, address, limits};

/// Makes `email` the primary address of what `identifier` (id, name or e-mail) names. An alias of its own swaps.
///
/// `EntityNotFound`, `EntityState` (not enabled), `DomainNotFound`, `DomainNotVerified`, `AddressInUse`, `Invalid`
/// (reserved address; the former address would be one alias too many: LimitExceeded is not declared).
pub fn update_primary_email_address(
    tx: &mut AdminTx<'_, '_>,
    identifier: &str,
    email: &EmailAddress,
) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    let entity = require_any(tx, organization, identifier, Accepts::Any)?;
    entity.must_be_enabled()?;
    address::check_usable(tx, email)?;
    let holder = address::holder(tx, &fold(email))?;
    match holder {
        Some(holder) if holder.entity != entity.id => {
            return Err(DirectoryError::AddressInUse(email.as_str().to_owned()));
        }
        Some(holder) if holder.is_primary => return Ok(()),
        Some(_) => {
            tx.execute(&addresses::SET_PRIMARY, parameters![organization.0, &fold(email), &entity.id, true])?;
        }
        None => {
            if !count_up(tx, &sql::COUNT_ALIASES, &entity.id, limits::ALIASES_MAX)? {
                return Err(DirectoryError::Invalid(address::too_many_aliases(&entity)));
            }
            address::claim(tx, &entity.id, email, true)?;
        }
    }
    demote(tx, &entity)?;
    tx.execute(&sql::SET_EMAIL, parameters![organization.0, &entity.id, email.as_str(), &fold(email)])?;
    Ok(())
}

/// Makes the former primary address an alias; the counter has been moved, or a swap leaves it.
fn demote(tx: &mut AdminTx<'_, '_>, entity: &Entity) -> Result<(), DirectoryError> {
    if let Some(former) = &entity.email {
        let key = fold(former);
        tx.execute(&addresses::SET_PRIMARY, parameters![tx.organization.0, &key, &entity.id, false])?;
    }
    Ok(())
}
