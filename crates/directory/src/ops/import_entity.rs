//! What the imports of users, groups and resources have in common.

use postroom_types::{EntityId, EntityType, Timestamp};

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::entity::{Accepts, Entity, noun, require_any};
use crate::import::{check_date, must_equal, same_date};
use crate::ops::shared::EntityDates;

/// The entity with the id that an import of a `kind` keeps, if it is there.
///
/// `EntityState` when it is deleted: an id is never given out again. `Differs` when it is of another kind.
pub(super) fn known(
    tx: &mut AdminTx<'_, '_>,
    id: &EntityId,
    kind: EntityType,
) -> Result<Option<Entity>, DirectoryError> {
    let organization = tx.organization;
    match require_any(tx, organization, id.as_str(), Accepts::Id) {
        Ok(entity) if entity.kind == kind => Ok(Some(entity)),
        Ok(entity) => {
            let message = format!("{id} is there already, as a {}.", noun(entity.kind).to_lowercase());
            Err(DirectoryError::Differs(message))
        }
        Err(DirectoryError::EntityNotFound(_)) => Ok(None),
        Err(refused) => Err(refused),
    }
}

/// Refuses dates that cannot be, and adds when the entity was created, which WorkMail does not tell: no later than
/// anything else that is known of it.
pub(super) fn checked_dates(now: Timestamp, dates: EntityDates) -> Result<EntityDates, DirectoryError> {
    check_date(now, "EnabledDate", dates.enabled_at)?;
    check_date(now, "DisabledDate", dates.disabled_at)?;
    if let (Some(enabled_at), Some(disabled_at)) = (dates.enabled_at, dates.disabled_at)
        && disabled_at < enabled_at
    {
        return Err(DirectoryError::Invalid("DisabledDate lies before EnabledDate.".to_owned()));
    }
    let earliest = [dates.created_at, dates.enabled_at, dates.disabled_at].into_iter().flatten().min();
    Ok(EntityDates { created_at: earliest, ..dates })
}

/// Refuses to import again what is different now: `Differs`. `members` are those that only one kind has.
pub(super) fn unchanged(
    entity: &Entity,
    name: &str,
    hidden: bool,
    dates: EntityDates,
    members: &[(&str, bool)],
) -> Result<(), DirectoryError> {
    let common = [
        ("Name", entity.name == name),
        ("HiddenFromGlobalAddressList", entity.hidden == hidden),
        ("EnabledDate", same_date(entity.enabled_at, dates.enabled_at)),
        ("DisabledDate", same_date(entity.disabled_at, dates.disabled_at)),
    ];
    let what = format!("{} {}", noun(entity.kind), entity.id);
    must_equal(&what, &common)?;
    must_equal(&what, members)
}
