//! What a fresh organization has (WB §1.5).

use postroom_policy::Effect;
use postroom_policy::access_control::AccessControlRule;
use postroom_policy::permit::Permitted;
use postroom_store::{Read, Tx, parameters};
use postroom_types::{
    AccessControlRuleDescription, AccessControlRuleName, Constrained, DnsRecordVerificationStatus, fold,
};

use super::row::Pending;
use crate::DirectoryError;
use crate::access::rule_json;
use crate::admin::AdminTx;
use crate::settings::{self, Settings};
use crate::sql::{domains, organization as sql};

/// What another capability puts into a fresh organization (`devices`: the rule that allows every phone).
///
/// It runs once, in the transaction that makes the organization's row.
pub type Seed = fn(&mut AdminTx<'_, '_>) -> Result<(), DirectoryError>;

/// The access control rule of a fresh organization: WorkMail's name and description. Its dates are 0.
pub(crate) fn default_rule() -> AccessControlRule {
    let name = AccessControlRuleName::from_store("default".to_owned());
    let description = AccessControlRuleDescription::from_store("Default WorkMail Rule".to_owned());
    AccessControlRule { description: Some(description), ..AccessControlRule::new(name, Effect::Allow) }
}

/// Makes the organization's row and what a fresh organization has; nothing happens when the row is there. Answers the
/// domains that were registered.
pub(super) fn seed_organization<'p>(
    tx: &mut Tx<'_>,
    permit: &Permitted,
    pending: &'p Pending,
    seeds: &[Seed],
) -> Result<Vec<&'p str>, DirectoryError> {
    let Pending::Creation { test_domain, domains: registered, .. } = pending else {
        unreachable!("only an organization that is being created is seeded")
    };
    let (organization, now) = (tx.organization().0, tx.now());
    let settings = settings::json(&Settings::default());
    if tx.execute(&sql::INSERT_STATE, parameters![organization, &settings])? == 0 {
        return Ok(Vec::new());
    }
    tx.execute(&sql::INSERT_DEFAULT_RULE, parameters![organization, &rule_json(&default_rule())])?;
    let verified = DnsRecordVerificationStatus::Verified.as_str();
    tx.execute(
        &domains::INSERT_TEST,
        parameters![organization, &fold(test_domain), test_domain, verified, now],
    )?;
    for domain in registered {
        let (key, name) = (fold(&domain.name), domain.name.as_str());
        tx.execute(&domains::INSERT, parameters![organization, &key, name, &domain.token, now])?;
    }
    let mut admin = AdminTx::begin(tx, permit)?;
    seeds.iter().try_for_each(|seed| seed(&mut admin))?;
    Ok(registered.iter().map(|domain| domain.name.as_str()).collect())
}
