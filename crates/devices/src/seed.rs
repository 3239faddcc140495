//! What a fresh organization has: a rule that lets every phone in (WB §3.1).

use postroom_directory::DirectoryError;
use postroom_directory::admin::AdminTx;
use postroom_policy::Effect;
use postroom_policy::mobile_device::MobileDeviceRule;
use postroom_types::{Constrained, MobileDeviceAccessRuleId, MobileDeviceAccessRuleName};

use crate::ops::{NewRule, create_mobile_device_access_rule};

/// WorkMail's own id and name of the default rule are not documented (WB §17.3).
const ID: &str = "default-allow-all";
const NAME: &str = "DefaultAllowAll";

/// Puts the default rule into a fresh organization; a [`postroom_directory::organizations::Seed`].
pub fn seed(tx: &mut AdminTx<'_, '_>) -> Result<(), DirectoryError> {
    let id = MobileDeviceAccessRuleId::from_store(ID.to_owned());
    let name = MobileDeviceAccessRuleName::from_store(NAME.to_owned());
    let rule = MobileDeviceRule::new(id, name, Effect::Allow);
    create_mobile_device_access_rule(tx, &NewRule { rule, dates: None })
}
