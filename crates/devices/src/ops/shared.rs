//! What several operations have in common.

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminTx;
use postroom_directory::entity::{Accepts, Entity, find_kind, require_kind};
use postroom_policy::mobile_device::{MobileDeviceRule, MobileDeviceRules};
use postroom_store::{Read, parameters};
use postroom_types::{Constrained, EntityType, OrganizationKey};

use crate::limits::CHANGES_KEPT;
use crate::sql::overrides as sql;

/// Refuses a rule that cannot be meant: a list with its `Not` twin (WB §3.1; our choice: refused), or what cannot be
/// compiled, which must not be stored: every decision of the organization would fail.
pub(super) fn check_rule(rule: &MobileDeviceRule) -> Result<(), DirectoryError> {
    let twins = [
        ("DeviceTypes", both(&rule.device_types, &rule.not_device_types)),
        ("DeviceModels", both(&rule.device_models, &rule.not_device_models)),
        ("DeviceOperatingSystems", both(&rule.device_operating_systems, &rule.not_device_operating_systems)),
        ("DeviceUserAgents", both(&rule.device_user_agents, &rule.not_device_user_agents)),
    ];
    if let Some((name, _)) = twins.into_iter().find(|(_, both)| *both) {
        return Err(DirectoryError::Invalid(format!("A rule has either {name} or Not{name}, not both.")));
    }
    MobileDeviceRules::compile(vec![rule.clone()])
        .map(drop)
        .map_err(|error| DirectoryError::Invalid(format!("The rule cannot be used: {error}.")))
}

fn both<T: Constrained>(listed: &[T], excluded: &[T]) -> bool {
    !listed.is_empty() && !excluded.is_empty()
}

/// The user that `identifier` (id, name or e-mail) names. `EntityNotFound`.
pub(super) fn user(
    read: &mut dyn Read,
    organization: OrganizationKey,
    identifier: &str,
) -> Result<Entity, DirectoryError> {
    find_kind(read, organization, identifier, Accepts::Any, EntityType::User)
}

/// As [`user`], for operations that declare EntityState: a deleted user, named by the id, is `EntityState`.
pub(super) fn require_user(
    read: &mut dyn Read,
    organization: OrganizationKey,
    identifier: &str,
) -> Result<Entity, DirectoryError> {
    require_kind(read, organization, identifier, Accepts::Any, EntityType::User)
}

/// Adds `change` to the number of overrides and forgets changes that are too old to be kept; answers the number.
pub(super) fn count_overrides(tx: &mut AdminTx<'_, '_>, change: i64) -> Result<i64, DirectoryError> {
    let (organization, floor) = (tx.organization.0, tx.sequence - CHANGES_KEPT);
    let mut rows = tx.query(&sql::COUNT, parameters![organization, change])?;
    let (count, floor_before) =
        rows.first_mut().map_or((0, 0), |row| (row.take::<i64>(0), row.take::<i64>(1)));
    if floor > floor_before && tx.execute(&sql::DELETE_CHANGES, parameters![organization, floor])? > 0 {
        tx.execute(&sql::SET_FLOOR, parameters![organization, floor])?;
    }
    Ok(count)
}
