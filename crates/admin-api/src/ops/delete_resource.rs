//! DeleteResource.

use postroom_directory::ops::delete_resource;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::DeleteResource;
use crate::shapes::{DeleteResourceRequest, DeleteResourceResponse};
use crate::wire::Fault;

impl Handle for DeleteResource {
    fn target(input: &DeleteResourceRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: DeleteResourceRequest) -> Result<DeleteResourceResponse, Fault> {
        call.write(move |tx| delete_resource(tx, &input.resource_id)).await?;
        Ok(DeleteResourceResponse {})
    }
}
