//! DeleteAccessControlRule: a rule that is not there is deleted already (WB §1.2).

use postroom_store::parameters;
use postroom_types::AccessControlRuleName;

use crate::DirectoryError;
use crate::admin::AdminTx;
use crate::change_marks::{self, Area};
use crate::sql::access_control as sql;

/// Deletes the rule `name`, if there is one.
pub fn delete_access_control_rule(
    tx: &mut AdminTx<'_, '_>,
    name: &AccessControlRuleName,
) -> Result<(), DirectoryError> {
    let organization = tx.organization.0;
    if tx.execute(&sql::DELETE, parameters![organization, name.as_str()])? > 0 {
        change_marks::mark(tx, Area::ACCESS)?;
    }
    Ok(())
}
