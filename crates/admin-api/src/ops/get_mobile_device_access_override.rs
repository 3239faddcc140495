//! GetMobileDeviceAccessOverride.

use postroom_devices::ops::get_mobile_device_access_override;

use crate::call::Call;
use crate::convert::identifier;
use crate::handle::{Handle, Target};
use crate::operations::GetMobileDeviceAccessOverride;
use crate::shapes::{GetMobileDeviceAccessOverrideRequest, GetMobileDeviceAccessOverrideResponse};
use crate::wire::Fault;

impl Handle for GetMobileDeviceAccessOverride {
    fn target(input: &GetMobileDeviceAccessOverrideRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: GetMobileDeviceAccessOverrideRequest,
    ) -> Result<GetMobileDeviceAccessOverrideResponse, Fault> {
        let (user, device) = (input.user_id, input.device_id);
        let found = call.read(move |tx| get_mobile_device_access_override(tx, &user, &device)).await?;
        Ok(GetMobileDeviceAccessOverrideResponse {
            user_id: Some(identifier(&found.user_id)),
            device_id: Some(found.device_id),
            effect: Some(found.effect.into()),
            description: found.description,
            date_created: Some(found.created_at),
            date_modified: Some(found.modified_at),
        })
    }
}
