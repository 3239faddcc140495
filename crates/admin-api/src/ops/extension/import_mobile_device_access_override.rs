//! ImportMobileDeviceAccessOverride.

use postroom_devices::ops::{PutOverride, import_mobile_device_access_override};

use crate::call::Call;
use crate::convert::imported_dates;
use crate::extensions::ImportMobileDeviceAccessOverride;
use crate::handle::{Handle, Target};
use crate::shapes::extension::{
    ImportMobileDeviceAccessOverrideRequest, ImportMobileDeviceAccessOverrideResponse,
};
use crate::wire::Fault;

impl Handle for ImportMobileDeviceAccessOverride {
    fn target(input: &ImportMobileDeviceAccessOverrideRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: ImportMobileDeviceAccessOverrideRequest,
    ) -> Result<ImportMobileDeviceAccessOverrideResponse, Fault> {
        let put = PutOverride {
            user: input.user_id.as_str().to_owned(),
            device_id: input.device_id,
            effect: input.effect.into(),
            description: input.description,
            dates: imported_dates(input.date_created, input.date_modified)?,
        };
        call.write(move |tx| import_mobile_device_access_override(tx, &put)).await?;
        Ok(ImportMobileDeviceAccessOverrideResponse {})
    }
}
