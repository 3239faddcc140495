//! ExplainMobileDeviceAccess.

use postroom_directory::DirectoryError;
use postroom_directory::ops::find_user_id;
use postroom_policy::mobile_device::{DeviceAttempt, DeviceProperties};

use super::explanation;
use crate::call::Call;
use crate::extensions::ExplainMobileDeviceAccess;
use crate::handle::{Handle, Target};
use crate::shapes::extension::{ExplainMobileDeviceAccessRequest, ExplainMobileDeviceAccessResponse};
use crate::wire::Fault;

impl Handle for ExplainMobileDeviceAccess {
    fn target(input: &ExplainMobileDeviceAccessRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: ExplainMobileDeviceAccessRequest,
    ) -> Result<ExplainMobileDeviceAccessResponse, Fault> {
        let properties = DeviceProperties {
            device_type: input.device_type.as_deref(),
            device_model: input.device_model.as_deref(),
            device_operating_system: input.device_operating_system.as_deref(),
            device_user_agent: input.device_user_agent.as_deref(),
        };
        let device = match (input.user_id, &input.device_id) {
            (Some(identifier), Some(device)) => {
                let user = call.read(move |tx| find_user_id(tx, &identifier)).await?;
                Some((user, device))
            }
            (None, None) => None,
            _ => {
                let message = "Name both a UserId and a DeviceId, or neither for the rules alone.";
                return Err(DirectoryError::Invalid(message.to_owned()).into());
            }
        };
        let in_force = call.api.devices.current(call.key()).await?;
        let explained = match &device {
            Some((user_id, device_id)) => {
                in_force.explain(&DeviceAttempt { user_id, device_id: device_id.as_str(), properties })
            }
            None => in_force.rules.explain(&properties),
        };
        Ok(ExplainMobileDeviceAccessResponse {
            effect: Some(explained.effect.into()),
            decided_by: Some(explanation::decided_by(explained.decided_by)),
            matched_rules: Some(explained.matched_rules.iter().cloned().collect()),
            rules: Some(explanation::rules(explained)),
        })
    }
}
