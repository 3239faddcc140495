//! DeleteMobileDeviceAccessOverride: an absent one is deleted already; the user must exist (WB §1.2).

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminTx;
use postroom_directory::change_marks;
use postroom_store::parameters;
use postroom_types::{DeviceId, fold};

use super::shared::{count_overrides, user};
use crate::device_override::OVERRIDES;
use crate::sql::overrides as sql;

/// Deletes the override for the device of the user that `identifier` (id, name or e-mail) names, if there is one.
///
/// `EntityNotFound` (user).
pub fn delete_mobile_device_access_override(
    tx: &mut AdminTx<'_, '_>,
    identifier: &str,
    device_id: &DeviceId,
) -> Result<(), DirectoryError> {
    let (organization, sequence) = (tx.organization, tx.sequence);
    let user = user(tx, organization, identifier)?;
    let (organization, device_key) = (organization.0, fold(device_id));
    if tx.execute(&sql::DELETE, parameters![organization, &user.id, &device_key])? == 0 {
        return Ok(());
    }
    count_overrides(tx, -1)?;
    let gone = None::<&str>;
    let change = parameters![organization, sequence, &user.id, &device_key, device_id.as_str(), gone];
    tx.execute(&sql::INSERT_CHANGE, change)?;
    change_marks::mark(tx, OVERRIDES)?;
    Ok(())
}
