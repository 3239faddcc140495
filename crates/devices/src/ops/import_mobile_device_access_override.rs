//! ImportMobileDeviceAccessOverride: an override with the dates that it had.

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminTx;
use postroom_directory::import::{check_dates, must_equal, same_dates};
use postroom_store::Read;

use super::put_mobile_device_access_override::{PutOverride, put_mobile_device_access_override};
use super::shared::require_user;
use crate::device_override::select;

/// Creates an override as `put_mobile_device_access_override` does, with its dates. The same again changes nothing.
///
/// Nothing is written on error: `Differs`, and what `put_mobile_device_access_override` refuses; `Invalid` for its dates
/// too.
pub fn import_mobile_device_access_override(
    tx: &mut AdminTx<'_, '_>,
    put: &PutOverride,
) -> Result<(), DirectoryError> {
    check_dates(tx.now(), put.dates)?;
    let organization = tx.organization;
    let user = require_user(tx, organization, &put.user)?;
    let Some(known) = select(tx, organization, &user.id, &put.device_id)? else {
        return put_mobile_device_access_override(tx, put);
    };
    must_equal(
        format_args!("The override for user {} and device {}", user.id, known.device_id.as_str()),
        &[
            // The letters may differ: device ids are compared without case.
            ("Effect", known.effect == put.effect),
            ("Description", known.description == put.description),
            ("date", same_dates((known.created_at, known.modified_at), put.dates)),
        ],
    )
}
