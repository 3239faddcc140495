//! UpdateMobileDeviceAccessRule.

use postroom_devices::ops::update_mobile_device_access_rule;

use crate::call::Call;
use crate::convert::mobile_device_rule;
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
        let rule = mobile_device_rule!(input.mobile_device_access_rule_id, input);
        call.write(move |tx| update_mobile_device_access_rule(tx, &rule)).await?;
        Ok(UpdateMobileDeviceAccessRuleResponse {})
    }
}
