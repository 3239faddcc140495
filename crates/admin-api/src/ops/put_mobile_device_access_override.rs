//! PutMobileDeviceAccessOverride.

use postroom_devices::ops::{PutOverride, put_mobile_device_access_override};

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::PutMobileDeviceAccessOverride;
use crate::shapes::{PutMobileDeviceAccessOverrideRequest, PutMobileDeviceAccessOverrideResponse};
use crate::wire::Fault;

impl Handle for PutMobileDeviceAccessOverride {
    fn target(input: &PutMobileDeviceAccessOverrideRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: PutMobileDeviceAccessOverrideRequest,
    ) -> Result<PutMobileDeviceAccessOverrideResponse, Fault> {
        let put = PutOverride {
            user: input.user_id.as_str().to_owned(),
            device_id: input.device_id,
            effect: input.effect.into(),
            description: input.description,
            dates: None,
        };
        call.write(move |tx| put_mobile_device_access_override(tx, &put)).await?;
        Ok(PutMobileDeviceAccessOverrideResponse {})
    }
}
