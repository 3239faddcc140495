//! DeleteMobileDeviceAccessOverride.

use postroom_devices::ops::delete_mobile_device_access_override;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::DeleteMobileDeviceAccessOverride;
use crate::shapes::{DeleteMobileDeviceAccessOverrideRequest, DeleteMobileDeviceAccessOverrideResponse};
use crate::wire::Fault;

impl Handle for DeleteMobileDeviceAccessOverride {
    fn target(input: &DeleteMobileDeviceAccessOverrideRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: DeleteMobileDeviceAccessOverrideRequest,
    ) -> Result<DeleteMobileDeviceAccessOverrideResponse, Fault> {
        let (user, device) = (input.user_id, input.device_id);
        call.write(move |tx| delete_mobile_device_access_override(tx, &user, &device)).await?;
        Ok(DeleteMobileDeviceAccessOverrideResponse {})
    }
}
