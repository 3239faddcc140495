//! DeleteMobileDeviceAccessRule: an absent rule is deleted already (WB §1.2).

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminTx;
use postroom_directory::change_marks;
use postroom_store::parameters;
use postroom_types::MobileDeviceAccessRuleId;

use crate::rule::RULES;
use crate::sql::rules as sql;

/// Deletes the rule, if there is one.
pub fn delete_mobile_device_access_rule(
    tx: &mut AdminTx<'_, '_>,
    id: &MobileDeviceAccessRuleId,
) -> Result<(), DirectoryError> {
    let organization = tx.organization.0;
    if tx.execute(&sql::DELETE, parameters![organization, id.as_str()])? > 0 {
        change_marks::mark(tx, RULES)?;
    }
    Ok(())
}
