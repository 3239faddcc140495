//! GetMobileDeviceAccessOverride (WB §3.3).

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminRead;
use postroom_types::DeviceId;

use super::shared::user;
use crate::DeviceOverride;
use crate::device_override::select;

/// The override for the device of the user that `identifier` (id, name or e-mail) names.
///
/// `EntityNotFound` (user), `NotFound` (no override).
pub fn get_mobile_device_access_override(
    tx: &mut AdminRead<'_>,
    identifier: &str,
    device_id: &DeviceId,
) -> Result<DeviceOverride, DirectoryError> {
    let organization = tx.organization;
    let user = user(tx, organization, identifier)?;
    select(tx, organization, &user.id, device_id)?.ok_or_else(|| {
        let device = device_id.as_str();
        DirectoryError::NotFound(format!("There is no override for user {} and device {device}.", user.id))
    })
}
