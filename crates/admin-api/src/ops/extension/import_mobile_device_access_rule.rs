//! ImportMobileDeviceAccessRule.

use postroom_devices::ops::{NewRule, import_mobile_device_access_rule};

use crate::call::Call;
use crate::convert::{imported_dates, mobile_device_rule};
use crate::extensions::ImportMobileDeviceAccessRule;
use crate::handle::{Handle, Target};
use crate::shapes::extension::{ImportMobileDeviceAccessRuleRequest, ImportMobileDeviceAccessRuleResponse};
use crate::wire::Fault;

impl Handle for ImportMobileDeviceAccessRule {
    fn target(input: &ImportMobileDeviceAccessRuleRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: ImportMobileDeviceAccessRuleRequest,
    ) -> Result<ImportMobileDeviceAccessRuleResponse, Fault> {
        let dates = imported_dates(input.date_created, input.date_modified)?;
        let rule = mobile_device_rule!(input.mobile_device_access_rule_id, input);
        let new = NewRule { rule, dates };
        call.write(move |tx| import_mobile_device_access_rule(tx, &new)).await?;
        Ok(ImportMobileDeviceAccessRuleResponse {})
    }
}
