//! ListAccessControlRules: all of them, by name (WB §0.5: not paged).

use crate::DirectoryError;
use crate::access::{StoredRule, all_rules};
use crate::admin::AdminRead;

/// The rules, by name.
pub fn list_access_control_rules(tx: &mut AdminRead<'_>) -> Result<Vec<StoredRule>, DirectoryError> {
    let organization = tx.organization;
    Ok(all_rules(tx, organization)?)
}
