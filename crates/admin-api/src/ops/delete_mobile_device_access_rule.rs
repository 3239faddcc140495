//! DeleteMobileDeviceAccessRule.

use postroom_devices::ops::delete_mobile_device_access_rule;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::DeleteMobileDeviceAccessRule;
use crate::shapes::{DeleteMobileDeviceAccessRuleRequest, DeleteMobileDeviceAccessRuleResponse};
use crate::wire::Fault;

impl Handle for DeleteMobileDeviceAccessRule {
    fn target(input: &DeleteMobileDeviceAccessRuleRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: DeleteMobileDeviceAccessRuleRequest,
    ) -> Result<DeleteMobileDeviceAccessRuleResponse, Fault> {
        let id = input.mobile_device_access_rule_id;
        call.write(move |tx| delete_mobile_device_access_rule(tx, &id)).await?;
        Ok(DeleteMobileDeviceAccessRuleResponse {})
    }
}
