//! PutMobileDeviceAccessOverride: creates or replaces the override for a user's device (WB §3.3).

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminTx;
use postroom_directory::change_marks;
use postroom_policy::Effect;
use postroom_store::{Read, parameters};
use postroom_types::{DeviceId, MobileDeviceAccessRuleDescription, Timestamp, fold};

use super::shared::{count_overrides, require_user};
use crate::device_override::{OVERRIDES, select};
use crate::limits::OVERRIDES_MAX;
use crate::sql::overrides as sql;

/// What is put.
#[derive(Debug, Clone)]
pub struct PutOverride {
    /// Whose device: id, name or e-mail.
    pub user: String,
    /// The device; it need not have been seen.
    pub device_id: DeviceId,
    /// What holds.
    pub effect: Effect,
    /// For people.
    pub description: Option<MobileDeviceAccessRuleDescription>,
    /// When it was created and last modified, on import.
    pub dates: Option<(Timestamp, Timestamp)>,
}

/// Puts an override. One that is there keeps its creation date and the letters of its device id.
///
/// Nothing is written on error: `EntityNotFound`, `EntityState` (the user is not enabled, or deleted), `Invalid` (too many).
pub fn put_mobile_device_access_override(
    tx: &mut AdminTx<'_, '_>,
    put: &PutOverride,
) -> Result<(), DirectoryError> {
    let organization = tx.organization;
    let user = require_user(tx, organization, &put.user)?;
    user.must_be_enabled()?;
    let known = select(tx, organization, &user.id, &put.device_id)?;
    let (created_at, modified_at) = put.dates.unwrap_or((tx.now(), tx.now()));
    let (organization, sequence) = (organization.0, tx.sequence);
    let (device_key, effect) = (fold(&put.device_id), put.effect.as_str());
    let description = put.description.as_ref().map(|text| text.as_str());
    if known.is_some() {
        count_overrides(tx, 0)?;
        let row = parameters![organization, &user.id, &device_key, effect, description, modified_at];
        tx.execute(&sql::UPDATE, row)?;
    } else {
        if count_overrides(tx, 1)? > OVERRIDES_MAX {
            let message =
                format!("An organization has at most {OVERRIDES_MAX} mobile device access overrides.");
            return Err(DirectoryError::Invalid(message));
        }
        tx.execute(
            &sql::INSERT,
            parameters![
                organization,
                &user.id,
                &device_key,
                put.device_id.as_str(),
                effect,
                description,
                created_at,
                modified_at
            ],
        )?;
    }
    let change = parameters![organization, sequence, &user.id, &device_key, put.device_id.as_str(), effect];
    tx.execute(&sql::INSERT_CHANGE, change)?;
    change_marks::mark(tx, OVERRIDES)?;
    Ok(())
}
