//! GetMobileDeviceAccessEffect.

use postroom_policy::mobile_device::DeviceProperties;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::GetMobileDeviceAccessEffect;
use crate::shapes::{
    GetMobileDeviceAccessEffectRequest, GetMobileDeviceAccessEffectResponse, MobileDeviceAccessMatchedRule,
};
use crate::wire::Fault;

impl Handle for GetMobileDeviceAccessEffect {
    fn target(input: &GetMobileDeviceAccessEffectRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: GetMobileDeviceAccessEffectRequest,
    ) -> Result<GetMobileDeviceAccessEffectResponse, Fault> {
        call.must_open().await?;
        // The state that the session gate asks, so that the two cannot disagree; overrides have no part in this
        // operation (WB §3.2).
        let in_force = call.api.devices.current(call.key()).await?;
        let decision = in_force.rules.decide(&DeviceProperties {
            device_type: input.device_type.as_deref(),
            device_model: input.device_model.as_deref(),
            device_operating_system: input.device_operating_system.as_deref(),
            device_user_agent: input.device_user_agent.as_deref(),
        });
        let matched = decision.matched_rules().map(|rule| MobileDeviceAccessMatchedRule {
            mobile_device_access_rule_id: Some(rule.id.clone()),
            name: Some(rule.name.clone()),
        });
        Ok(GetMobileDeviceAccessEffectResponse {
            effect: Some(decision.effect.into()),
            matched_rules: Some(matched.collect()),
        })
    }
}
