//! An override as a row, and lists of them.

use postroom_directory::DirectoryError;
use postroom_directory::change_marks::Area;
use postroom_directory::page::{Page, PageRequest};
use postroom_policy::Effect;
use postroom_store::{Read, Row, StoreError, parameters};
use postroom_types::{
    Constrained, DeviceId, EntityId, MobileDeviceAccessRuleDescription, OrganizationKey, Timestamp, fold,
};

use crate::rule::effect;
use crate::sql::overrides as sql;

/// What moves when an override changes.
pub(crate) const OVERRIDES: Area = Area::new("mobile device overrides");

/// An override: what holds for one person's one device, whatever the rules say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceOverride {
    /// Whose device.
    pub user_id: EntityId,
    /// The device, in the letters in which it was first put; compared without case.
    pub device_id: DeviceId,
    /// What holds.
    pub effect: Effect,
    /// For people.
    pub description: Option<MobileDeviceAccessRuleDescription>,
    /// When it was first put.
    pub created_at: Timestamp,
    /// When it was last put.
    pub modified_at: Timestamp,
}

/// Which overrides are listed. Every combination has an index that begins with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OverrideFilter {
    /// Of this user only.
    pub user_id: Option<EntityId>,
    /// Of this device only, whoever uses it.
    pub device_id: Option<DeviceId>,
}

/// The override for `user` and `device`, if there is one.
pub(crate) fn select(
    read: &mut dyn Read,
    organization: OrganizationKey,
    user: &EntityId,
    device: &DeviceId,
) -> Result<Option<DeviceOverride>, StoreError> {
    let row = read.query_first(&sql::SELECT, parameters![organization.0, user, &fold(device)])?;
    row.map(from_row).transpose()
}

/// A page of the overrides that `filter` lets through, in order of user and device.
pub(crate) fn page(
    read: &mut dyn Read,
    organization: OrganizationKey,
    filter: &OverrideFilter,
    page: &PageRequest,
) -> Result<Page<DeviceOverride>, DirectoryError> {
    let (after_user, after_device) = position(&page.after);
    let (organization, probe) = (organization.0, page.probe());
    let rows = match (&filter.user_id, &filter.device_id) {
        (None, None) => read.query(&sql::PAGE, parameters![organization, after_user, after_device, probe])?,
        (Some(user), None) => {
            read.query(&sql::PAGE_OF_USER, parameters![organization, user, after_device, probe])?
        }
        (None, Some(device)) => {
            let key = fold(device);
            read.query(&sql::PAGE_OF_DEVICE, parameters![organization, &key, after_user, probe])?
        }
        (Some(user), Some(device)) => {
            read.query(&sql::SELECT, parameters![organization, user, &fold(device)])?
        }
    };
    let rows: Vec<_> = rows.into_iter().map(from_row).collect::<Result<_, StoreError>>()?;
    Ok(Page::cut(rows, page, |row| key(&row.user_id, &row.device_id)))
}

/// The page key of a row: the user's id, a zero byte, the device's fold key.
fn key(user: &EntityId, device: &DeviceId) -> Vec<u8> {
    let mut key = user.as_str().as_bytes().to_vec();
    key.push(0);
    key.extend_from_slice(fold(device).as_bytes());
    key
}

/// The user's id and the device's fold key in a page key that [`key`] made; both empty for the first page.
fn position(key: &[u8]) -> (&str, &[u8]) {
    let end = key.iter().position(|byte| *byte == 0).unwrap_or(key.len());
    let user = std::str::from_utf8(&key[..end]).unwrap_or_default();
    (user, key.get(end + 1..).unwrap_or_default())
}

/// The override in a row of the columns of [`sql::SELECT`].
pub(crate) fn from_row(mut row: Row) -> Result<DeviceOverride, StoreError> {
    let (user, device): (EntityId, String) = (row.take(0), row.take(1));
    let effect = effect(&row.take::<String>(2), &|| format!("the override for device {device} of {user}"))?;
    Ok(DeviceOverride {
        user_id: user,
        device_id: DeviceId::from_store(device),
        effect,
        description: row.take::<Option<String>>(3).map(MobileDeviceAccessRuleDescription::from_store),
        created_at: row.take(4),
        modified_at: row.take(5),
    })
}
