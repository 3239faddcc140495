//! DeleteGroup.

use postroom_directory::ops::delete_group;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::DeleteGroup;
use crate::shapes::{DeleteGroupRequest, DeleteGroupResponse};
use crate::wire::Fault;

impl Handle for DeleteGroup {
    fn target(input: &DeleteGroupRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: DeleteGroupRequest) -> Result<DeleteGroupResponse, Fault> {
        call.write(move |tx| delete_group(tx, &input.group_id)).await?;
        Ok(DeleteGroupResponse {})
    }
}
