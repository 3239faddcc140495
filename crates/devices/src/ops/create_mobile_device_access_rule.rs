//! CreateMobileDeviceAccessRule (WB §3.1).

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminTx;
use postroom_directory::change_marks;
use postroom_policy::mobile_device::MobileDeviceRule;
use postroom_store::{Read, parameters};
use postroom_types::Timestamp;

use super::shared::check_rule;
use crate::limits::RULES_MAX;
use crate::rule::{RULES, rule_json};
use crate::sql::rules as sql;

/// What a rule is created from.
#[derive(Debug, Clone)]
pub struct NewRule {
    /// The rule; its id is minted, or kept on import.
    pub rule: MobileDeviceRule,
    /// When it was created and last modified, on import.
    pub dates: Option<(Timestamp, Timestamp)>,
}

/// Creates a rule.
///
/// Nothing is written on error: `Invalid` (a condition with its `Not` twin; the id is taken), `LimitExceeded`.
pub fn create_mobile_device_access_rule(
    tx: &mut AdminTx<'_, '_>,
    new: &NewRule,
) -> Result<(), DirectoryError> {
    let rule = &new.rule;
    check_rule(rule)?;
    let organization = tx.organization.0;
    let count = tx.query_first(&sql::COUNT, parameters![organization])?;
    if count.is_some_and(|mut row| row.take::<i64>(0) >= RULES_MAX) {
        let message = format!("An organization has at most {RULES_MAX} mobile device access rules.");
        return Err(DirectoryError::LimitExceeded(message));
    }
    let (created_at, modified_at) = new.dates.unwrap_or((tx.now(), tx.now()));
    let inserted = tx.execute(
        &sql::INSERT,
        parameters![
            organization,
            rule.id.as_str(),
            rule.name.as_str(),
            &rule_json(rule),
            created_at,
            modified_at
        ],
    )?;
    if inserted == 0 {
        return Err(DirectoryError::Invalid(format!("The id {} is taken.", rule.id.as_str())));
    }
    change_marks::mark(tx, RULES)?;
    Ok(())
}
