//! UpdateGroup.

use postroom_directory::ops::update_group;

use crate::call::Call;
use crate::handle::{Handle, Target};
use crate::operations::UpdateGroup;
use crate::shapes::{UpdateGroupRequest, UpdateGroupResponse};
use crate::wire::Fault;

impl Handle for UpdateGroup {
    fn target(input: &UpdateGroupRequest) -> Target<'_> {
        Target::Active(&input.organization_id)
    }

    async fn handle(call: Call, input: UpdateGroupRequest) -> Result<UpdateGroupResponse, Fault> {
        call.write(move |tx| update_group(tx, &input.group_id, input.hidden_from_global_address_list))
            .await?;
        Ok(UpdateGroupResponse {})
    }
}
