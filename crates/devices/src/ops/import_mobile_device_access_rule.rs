//! ImportMobileDeviceAccessRule: a rule with the id and the dates that it had.

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminTx;
use postroom_directory::import::{check_dates, must_equal, same_dates};
use postroom_store::Read;

use super::create_mobile_device_access_rule::{NewRule, create_mobile_device_access_rule};
use crate::rule::all_rules;

/// Creates a rule as `create_mobile_device_access_rule` does, with its id and dates. The same again changes nothing.
///
/// Nothing is written on error: `Differs`, and what `create_mobile_device_access_rule` refuses; `Invalid` for its dates
/// too.
pub fn import_mobile_device_access_rule(
    tx: &mut AdminTx<'_, '_>,
    new: &NewRule,
) -> Result<(), DirectoryError> {
    check_dates(tx.now(), new.dates)?;
    let (organization, rule) = (tx.organization, &new.rule);
    let known = all_rules(tx, organization)?.into_iter().find(|known| known.rule.id == rule.id);
    let Some(known) = known else { return create_mobile_device_access_rule(tx, new) };
    must_equal(
        format_args!("The mobile device access rule {}", rule.id.as_str()),
        &[
            ("Name", known.rule.name == rule.name),
            ("Description", known.rule.description == rule.description),
            ("Effect", known.rule.effect == rule.effect),
            ("condition", known.rule == *rule),
            ("date", same_dates((known.created_at, known.modified_at), new.dates)),
        ],
    )
}
