//! UpdatePrimaryEmailAddress.

use postroom_directory::ops::update_primary_email_address;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::UpdatePrimaryEmailAddress;
use crate::shapes::{UpdatePrimaryEmailAddressRequest, UpdatePrimaryEmailAddressResponse};
use crate::wire::Fault;

impl Handle for UpdatePrimaryEmailAddress {
    fn target(input: &UpdatePrimaryEmailAddressRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: UpdatePrimaryEmailAddressRequest,
    ) -> Result<UpdatePrimaryEmailAddressResponse, Fault> {
        call.write(move |tx| update_primary_email_address(tx, &input.entity_id, &input.email)).await?;
        Ok(UpdatePrimaryEmailAddressResponse {})
    }
}
