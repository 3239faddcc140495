//! UpdateMobileDeviceAccessRule: replaces the whole rule (WB §3.1).

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminTx;
use postroom_directory::change_marks;
use postroom_policy::mobile_device::MobileDeviceRule;
use postroom_store::{Read, parameters};

use super::shared::check_rule;
use crate::rule::{RULES, rule_json};
use crate::sql::rules as sql;

/// Makes the rule of this id what `rule` says; conditions that it leaves out are gone.
///
/// Nothing is written on error: `EntityNotFound` (WorkMail's word for an unknown rule), `Invalid`.
pub fn update_mobile_device_access_rule(
    tx: &mut AdminTx<'_, '_>,
    rule: &MobileDeviceRule,
) -> Result<(), DirectoryError> {
    check_rule(rule)?;
    let (organization, now) = (tx.organization.0, tx.now());
    let json = rule_json(rule);
    let row = parameters![organization, rule.id.as_str(), rule.name.as_str(), &json, now];
    if tx.execute(&sql::UPDATE, row)? == 0 {
        return Err(DirectoryError::EntityNotFound(rule.id.as_str().to_owned()));
    }
    change_marks::mark(tx, RULES)?;
    Ok(())
}
