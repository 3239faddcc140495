//! AssociateDelegateToResource.

use postroom_directory::ops::associate_delegate_to_resource;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::AssociateDelegateToResource;
use crate::shapes::{AssociateDelegateToResourceRequest, AssociateDelegateToResourceResponse};
use crate::wire::Fault;

impl Handle for AssociateDelegateToResource {
    fn target(input: &AssociateDelegateToResourceRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(
        call: Call,
        input: AssociateDelegateToResourceRequest,
    ) -> Result<AssociateDelegateToResourceResponse, Fault> {
        call.write(move |tx| associate_delegate_to_resource(tx, &input.resource_id, &input.entity_id))
            .await?;
        Ok(AssociateDelegateToResourceResponse {})
    }
}
