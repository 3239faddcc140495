//! UpdateMobileDeviceAccessRule.

use postroom_devices::ops::update_mobile_device_access_rule;
use postroom_policy::mobile_device::MobileDeviceRule;

use crate::call::Call;
use crate::convert::listed;
use crate::handle::{Handle, Target};
use crate::operations::UpdateMobileDeviceAccessRule;
use crate::shapes::{UpdateMobileDeviceAccessRuleRequest, UpdateMobileDeviceAccessRuleResponse};
use crate::wire::Fault;

impl Handle for UpdateMobileDeviceAccessRule {
    fn target(input: &UpdateMobileDeviceAccessRuleRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: UpdateMobileDeviceAccessRuleRequest,
    ) -> Result<UpdateMobileDeviceAccessRuleResponse, Fault> {
        let rule = rule(input);
        call.write(move |tx| update_mobile_device_access_rule(tx, &rule)).await?;
        Ok(UpdateMobileDeviceAccessRuleResponse {})
    }
}

/// The rule of a request, as a whole.
pub(crate) fn rule(input: UpdateMobileDeviceAccessRuleRequest) -> MobileDeviceRule {
    let id = input.mobile_device_access_rule_id;
    MobileDeviceRule {
        description: input.description,
        device_types: listed(input.device_types.map(|list| list.0)),
        not_device_types: listed(input.not_device_types.map(|list| list.0)),
        device_models: listed(input.device_models.map(|list| list.0)),
        not_device_models: listed(input.not_device_models.map(|list| list.0)),
        device_operating_systems: listed(input.device_operating_systems.map(|list| list.0)),
        not_device_operating_systems: listed(input.not_device_operating_systems.map(|list| list.0)),
        device_user_agents: listed(input.device_user_agents.map(|list| list.0)),
        not_device_user_agents: listed(input.not_device_user_agents.map(|list| list.0)),
        ..MobileDeviceRule::new(id, input.name, input.effect.into())
    }
}
