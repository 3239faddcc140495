//! ListMobileDeviceAccessRules: all of them, in the order of their creation (WB §0.5: not paged).

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminRead;

use crate::StoredRule;
use crate::rule::all_rules;

/// The rules.
pub fn list_mobile_device_access_rules(tx: &mut AdminRead<'_>) -> Result<Vec<StoredRule>, DirectoryError> {
    let organization = tx.organization;
    Ok(all_rules(tx, organization)?)
}
