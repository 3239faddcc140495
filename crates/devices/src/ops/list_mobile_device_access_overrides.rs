//! ListMobileDeviceAccessOverrides: pages, of a user, a device, both or all (WB §3.3).

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminRead;
use postroom_directory::page::{Page, PageRequest};
use postroom_types::DeviceId;

use super::shared::user;
use crate::device_override;
use crate::{DeviceOverride, OverrideFilter};

/// A page of the overrides of the user that `identifier` (id, name or e-mail) names and of the device, in order of
/// user and device. `EntityNotFound` (user).
pub fn list_mobile_device_access_overrides(
    tx: &mut AdminRead<'_>,
    identifier: Option<&str>,
    device_id: Option<&DeviceId>,
    page: &PageRequest,
) -> Result<Page<DeviceOverride>, DirectoryError> {
    let organization = tx.organization;
    let user_id = match identifier {
        Some(identifier) => Some(user(tx, organization, identifier)?.id),
        None => None,
    };
    let filter = OverrideFilter { user_id, device_id: device_id.cloned() };
    device_override::page(tx, organization, &filter, page)
}
