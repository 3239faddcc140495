//! DisassociateDelegateFromResource.

use postroom_directory::ops::disassociate_delegate_from_resource;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::DisassociateDelegateFromResource;
use crate::shapes::{DisassociateDelegateFromResourceRequest, DisassociateDelegateFromResourceResponse};
use crate::wire::Fault;

impl Handle for DisassociateDelegateFromResource {
    fn target(input: &DisassociateDelegateFromResourceRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: DisassociateDelegateFromResourceRequest,
    ) -> Result<DisassociateDelegateFromResourceResponse, Fault> {
        call.write(move |tx| disassociate_delegate_from_resource(tx, &input.resource_id, &input.entity_id))
            .await?;
        Ok(DisassociateDelegateFromResourceResponse {})
    }
}
