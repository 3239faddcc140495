//! ListMobileDeviceAccessOverrides.

use postroom_devices::ops::list_mobile_device_access_overrides;

use crate::call::Call;
use crate::convert::identifier;
use crate::handle::{Handle, Target};
use crate::operations::ListMobileDeviceAccessOverrides;
use crate::shapes::{
    ListMobileDeviceAccessOverridesRequest, ListMobileDeviceAccessOverridesResponse,
    MobileDeviceAccessOverride,
};
use crate::wire::Fault;

impl Handle for ListMobileDeviceAccessOverrides {
    fn target(input: &ListMobileDeviceAccessOverridesRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: ListMobileDeviceAccessOverridesRequest,
    ) -> Result<ListMobileDeviceAccessOverridesResponse, Fault> {
        let (user, device) = (input.user_id, input.device_id);
        let bound = [
            user.as_deref().unwrap_or_default().to_owned(),
            device.as_deref().unwrap_or_default().to_owned(),
        ];
        let filters = [bound[0].as_str(), bound[1].as_str()];
        let request = call.page(input.next_token.as_ref(), input.max_results, &filters)?;
        let page = call.read(move |tx| {
            list_mobile_device_access_overrides(tx, user.as_deref(), device.as_ref(), &request)
        });
        let page = page.await?;
        let next_token = call.next_token(&page, &filters);
        let overrides = page.rows.into_iter().map(|found| MobileDeviceAccessOverride {
            user_id: Some(identifier(&found.user_id)),
            device_id: Some(found.device_id),
            effect: Some(found.effect.into()),
            description: found.description,
            date_created: Some(found.created_at),
            date_modified: Some(found.modified_at),
        });
        Ok(ListMobileDeviceAccessOverridesResponse { overrides: Some(overrides.collect()), next_token })
    }
}
