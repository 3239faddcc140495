//! ImportAccessControlRule: a rule with the dates that it had.

use postroom_store::{Read, parameters};
use postroom_types::Timestamp;

use super::put_access_control_rule::{PutRule, put_access_control_rule};
use crate::DirectoryError;
use crate::access::{StoredRule, all_rules};
use crate::admin::AdminTx;
use crate::import::{check_dates, must_equal, same_dates};
use crate::organizations::default_rule;
use crate::sql::access_control as sql;

/// Creates a rule as `put_access_control_rule` does, with its dates. The same again changes nothing. The rule that a
/// fresh organization has gives way to an imported one of its name.
///
/// Nothing is written on error: `Differs`, and what `put_access_control_rule` refuses; `Invalid` for its dates too.
pub fn import_access_control_rule(tx: &mut AdminTx<'_, '_>, put: &PutRule) -> Result<(), DirectoryError> {
    check_dates(tx.now(), put.dates)?;
    let (organization, rule) = (tx.organization, &put.rule);
    let known = all_rules(tx, organization)?.into_iter().find(|known| known.rule.name == rule.name);
    if let Some(known) = known {
        match unchanged(&known, put) {
            Ok(()) => return Ok(()),
            Err(refused) if !came_with_the_organization(&known) => return Err(refused),
            // Deleted first, since putting a rule keeps the date of creation.
            Err(_) => tx.execute(&sql::DELETE, parameters![organization.0, rule.name.as_str()])?,
        };
    }
    put_access_control_rule(tx, put)
}

fn unchanged(known: &StoredRule, put: &PutRule) -> Result<(), DirectoryError> {
    let (there, rule) = (&known.rule, &put.rule);
    must_equal(
        format_args!("The access control rule {}", rule.name.as_str()),
        &[
            ("Effect", there.effect == rule.effect),
            ("Description", there.description == rule.description),
            ("condition", there == rule),
            ("date", same_dates((known.created_at, known.modified_at), put.dates)),
        ],
    )
}

/// Whether it is the rule of a fresh organization, which nobody has changed.
fn came_with_the_organization(known: &StoredRule) -> bool {
    let epoch = Timestamp::default();
    *known == StoredRule { rule: default_rule(), created_at: epoch, modified_at: epoch }
}
