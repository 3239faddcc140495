//! ImportMobileDeviceAccessRule.

use postroom_devices::ops::{NewRule, import_mobile_device_access_rule};

use crate::call::Call;
use crate::convert::imported_dates;
use crate::extensions::ImportMobileDeviceAccessRule;
use crate::handle::{Handle, Target};
use crate::ops::update_mobile_device_access_rule::rule;
use crate::shapes::UpdateMobileDeviceAccessRuleRequest;
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
        let rule = rule(UpdateMobileDeviceAccessRuleRequest {
            organization_id: input.organization_id,
            mobile_device_access_rule_id: input.mobile_device_access_rule_id,
            name: input.name,
            description: input.description,
            effect: input.effect,
            device_types: input.device_types,
            not_device_types: input.not_device_types,
            device_models: input.device_models,
            not_device_models: input.not_device_models,
            device_operating_systems: input.device_operating_systems,
            not_device_operating_systems: input.not_device_operating_systems,
            device_user_agents: input.device_user_agents,
            not_device_user_agents: input.not_device_user_agents,
        });
        let new = NewRule { rule, dates };
        call.write(move |tx| import_mobile_device_access_rule(tx, &new)).await?;
        Ok(ImportMobileDeviceAccessRuleResponse {})
    }
}
